package policy

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// limitKey is one limit: how it is called, what it may be, and what it is where the file doesn't say.
type limitKey struct {
	name           string
	of             func(*Limits) *int64
	low, high      int64
	unlimited      bool  // may be "unlimited"
	standard, most int64 // the built-in limits.default and limits.max
	show           func(int64) string
}

// limitKeys has every limit; all that is done to limits one by one goes by it. What the supervisor
// holds in memory, and what an endless loop would use, can't be unlimited. The highest code_bytes and env_bytes are those
// of the Worker Loader, the standards of cpu_ms and memory those of Cloudflare's paid plan.
var limitKeys = []limitKey{
	{"cpu_ms", func(l *Limits) *int64 { return (*int64)(&l.CPU) }, 1, day, false, 30_000, 300_000, showMillis},
	{"startup_cpu_ms", func(l *Limits) *int64 { return (*int64)(&l.StartupCPU) }, 1, hour, false, 5_000, 30_000, showMillis},
	{"wall_ms", func(l *Limits) *int64 { return (*int64)(&l.Wall) }, 1, day, true, 60_000, 900_000, showMillis},
	{"startup_wall_ms", func(l *Limits) *int64 { return (*int64)(&l.StartupWall) }, 1, hour, false, 10_000, 60_000, showMillis},
	{"memory", func(l *Limits) *int64 { return (*int64)(&l.Memory) }, 16 * mib, 64 * gib, false, 128 * mib, 512 * mib, showBytes},
	{"request_body", func(l *Limits) *int64 { return (*int64)(&l.RequestBody) }, 1, 1024 * gib, true, 100 * mib, gib, showBytes},
	{"response_body", func(l *Limits) *int64 { return (*int64)(&l.ResponseBody) }, 1, 1024 * gib, true, 100 * mib, gib, showBytes},
	{"sub_requests", func(l *Limits) *int64 { return (*int64)(&l.SubRequests) }, 0, 1e9, true, 1000, 10_000, showCount},
	{"log_bytes", func(l *Limits) *int64 { return (*int64)(&l.LogBytes) }, 0, 64 * mib, false, 256 * kib, mib, showBytes},
	{"log_lines", func(l *Limits) *int64 { return (*int64)(&l.LogLines) }, 0, 1e6, false, 1000, 10_000, showCount},
	{"concurrent_requests", func(l *Limits) *int64 { return (*int64)(&l.ConcurrentRequests) }, 1, 65_536, false, 64, 1024, showCount},
	{"open_calls", func(l *Limits) *int64 { return (*int64)(&l.OpenCalls) }, 1, 100_000, false, 10_000, 20_000, showCount},
	{"open_stubs", func(l *Limits) *int64 { return (*int64)(&l.OpenStubs) }, 16, 1_000_000, false, 10_000, 65_536, showCount},
	{"dynamic_workers", func(l *Limits) *int64 { return (*int64)(&l.DynamicWorkers) }, 0, 65_536, false, 256, 4096, showCount},
	{"code_bytes", func(l *Limits) *int64 { return (*int64)(&l.Code) }, 1, 64 * mib, false, 64 * mib, 64 * mib, showBytes},
	{"env_bytes", func(l *Limits) *int64 { return (*int64)(&l.Env) }, 0, mib, false, mib, mib, showBytes},
}

const (
	kib  = 1 << 10
	mib  = 1 << 20
	gib  = 1 << 30
	hour = int64(time.Hour / time.Millisecond)
	day  = 24 * hour
)

// unlimitedText is how the file writes Unlimited.
const unlimitedText = "unlimited"

// limitsOf makes Limits out of one column of the table.
func limitsOf(column func(limitKey) int64) Limits {
	var limits Limits
	for _, key := range limitKeys {
		*key.of(&limits) = column(key)
	}
	return limits
}

// Lower returns the lower of l and other, limit by limit.
func (l Limits) Lower(other Limits) Limits {
	return limitsOf(func(key limitKey) int64 { return min(*key.of(&l), *key.of(&other)) })
}

func showMillis(n int64) string { return Millis(n).String() }
func showBytes(n int64) string  { return Bytes(n).String() }
func showCount(n int64) string  { return Count(n).String() }

func (m Millis) String() string { return Count(m).String() }

func (b Bytes) String() string {
	switch {
	case b == Unlimited:
		return unlimitedText
	case b != 0 && b%gib == 0:
		return fmt.Sprintf("%dGiB", b/gib)
	case b != 0 && b%mib == 0:
		return fmt.Sprintf("%dMiB", b/mib)
	case b != 0 && b%kib == 0:
		return fmt.Sprintf("%dKiB", b/kib)
	}
	return strconv.FormatInt(int64(b), 10)
}

func (c Count) String() string {
	if c == math.MaxInt64 {
		return unlimitedText
	}
	return strconv.FormatInt(int64(c), 10)
}
