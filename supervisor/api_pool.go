package supervisor

import (
	"cmp"
	_ "embed"
	"net/http"
	"slices"
	"strings"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/rpc"
)

// profileBody is one profile's pool as API clients see it.
type profileBody struct {
	Name       string         `json:"name"`
	Engine     string         `json:"engine"`
	Size       int            `json:"size"`
	Idle       int            `json:"idle"`
	Starting   int            `json:"starting"`
	Busy       int            `json:"busy"` // slots with an invocation under way
	Warm       int            `json:"warm"` // slots that keep a Worker for its next request
	Queued     int            `json:"queued"`
	MaxWorkers int            `json:"maxWorkers"`
	Starts     int64          `json:"starts"`
	Refused    int64          `json:"refused"` // requests that got no slot
	StartMs    quantilesBody  `json:"startMs"`
	Memory     memoryBody     `json:"memory"`
	Layers     []jailer.Layer `json:"layers"`
}

type quantilesBody struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

// memoryBody is the memory of a profile's processes.
type memoryBody struct {
	PrivateBytes int64 `json:"privateBytes"` // of all of them
	Processes    int   `json:"processes"`
}

// handlePool answers with what the pools are doing.
func (s *Supervisor) handlePool(w http.ResponseWriter, _ *http.Request, _ caller) error {
	profiles := make([]profileBody, 0, len(s.pools))
	for _, p := range s.pools {
		profiles = append(profiles, s.profileBody(p))
	}
	slices.SortFunc(profiles, func(a, b profileBody) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Engine, b.Engine))
	})
	writeJSON(w, http.StatusOK, struct {
		Profiles []profileBody `json:"profiles"`
		Version  string        `json:"version"`
	}{profiles, s.options.Version})
	return nil
}

func (s *Supervisor) profileBody(p *pool) profileBody {
	n := p.counts()
	p50, p99 := p.stats.quantiles()
	b := profileBody{Name: p.current().Name, Engine: p.current().Engine, Size: n.size, Idle: n.idle, Starting: n.starting,
		Busy: n.taken, Queued: n.queued, MaxWorkers: p.current().Pool.MaxWorkers, Starts: p.stats.starts.Load(),
		Refused: p.stats.refusals.Load(), StartMs: quantilesBody{P50: ms(p50), P99: ms(p99)}, Layers: p.cell.Layers()}
	for _, w := range s.warm.list() {
		if w.meta.pool == p && w.slot.busy() == 0 {
			b.Warm++
			b.Busy--
		}
	}
	b.Busy = max(0, b.Busy)
	for _, pid := range p.pids() {
		if private, ok := privateMemory(pid); ok {
			b.Memory.PrivateBytes += private
			b.Memory.Processes++
		}
	}
	return b
}

//go:embed openapi.json
var openAPI []byte

func (s *Supervisor) handleOpenAPI(w http.ResponseWriter, _ *http.Request, _ caller) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(openAPI)
	if err != nil {
		return errAnswered
	}
	return nil
}

// handleHealth says that the daemon runs.
func (s *Supervisor) handleHealth(w http.ResponseWriter, _ *http.Request, _ caller) error {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	return nil
}

// handleReady says whether a request would be served: every pool has, or is
// making, a slot.
func (s *Supervisor) handleReady(w http.ResponseWriter, _ *http.Request, _ caller) error {
	select {
	case <-s.draining:
		return errClosing
	default:
	}
	for name, p := range s.pools {
		if n := p.counts(); n.size > 0 && n.idle+n.taken == 0 {
			return rpc.Errorf(rpc.Overloaded, "Profile %q has no slot ready.", name)
		}
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
	return nil
}

func (s *Supervisor) handleMetrics(w http.ResponseWriter, r *http.Request, _ caller) error {
	m := s.policy.Load().Metrics
	if !m.Enabled || !m.OnSocket {
		return rpc.Errorf(rpc.NotFound, "Metrics are not served on this socket: see metrics in the policy.")
	}
	s.metrics.handler().ServeHTTP(w, r)
	return nil
}
