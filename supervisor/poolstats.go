package supervisor

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// poolStats counts what has happened in a pool.
type poolStats struct {
	starts   atomic.Int64
	refusals atomic.Int64

	mu     sync.Mutex
	recent [256]time.Duration // the last boots, guarded by mu
	next   int                // guarded by mu
	filled int                // guarded by mu
}

func newPoolStats() *poolStats { return &poolStats{} }

func (s *poolStats) refused() { s.refusals.Add(1) }

func (s *poolStats) started(d time.Duration) {
	s.starts.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent[s.next] = d
	s.next = (s.next + 1) % len(s.recent)
	s.filled = min(s.filled+1, len(s.recent))
}

// quantiles returns the median and the 99th percentile of the recent boots.
func (s *poolStats) quantiles() (p50, p99 time.Duration) {
	s.mu.Lock()
	recent := slices.Clone(s.recent[:s.filled])
	s.mu.Unlock()
	if len(recent) == 0 {
		return 0, 0
	}
	slices.Sort(recent)
	return recent[len(recent)/2], recent[len(recent)*99/100]
}
