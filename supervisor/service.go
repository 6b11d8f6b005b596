package supervisor

import (
	"context"
	"sync/atomic"

	"github.com/go-json-experiment/json"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// worker is a Worker that can be called.
type worker interface {
	// acquire returns an isolate of it, loading one if there is none. The caller calls registry.release.
	acquire(ctx context.Context) (*warm, error)
}

// readyWorker is a Worker that can tell at once whether it has an isolate.
type readyWorker interface {
	// ready is acquire without waiting; nil where that would have to.
	ready() *warm
}

// storedWorker is a Worker of the store.
type storedWorker struct {
	s   *Supervisor
	key string
}

func (w storedWorker) acquire(ctx context.Context) (*warm, error) {
	return w.s.warm.acquire(ctx, w.key, w.s.loader(w.key))
}

func (w storedWorker) ready() *warm { return w.s.warm.ready(w.key) }

// onlyIsolate is a Worker with one isolate and no other: POST /v1/run.
type onlyIsolate struct{ w *warm }

func (o onlyIsolate) acquire(context.Context) (*warm, error) {
	if o.w.dead() {
		return nil, errStubGone
	}
	return o.w, nil
}

func (o onlyIsolate) ready() *warm {
	if o.w.dead() {
		return nil
	}
	return o.w
}

// identity is whose code an isolate runs.
type identity struct {
	s    *Supervisor
	pool *pool
	role policy.Role // of who has brought the code: the ceilings
	name string      // of the Worker, unique
	self worker      // what ctx.exports leads to; nil: nothing

	root         string // the Worker or app at the beginning of the chain of loaders: what is loaded is bounded for all of it
	experimental bool   // the flag "experimental" holds for it: it may allow such flags to what it loads
	account             // whom what it uses is charged to
}

// serviceCap is an entrypoint of a Worker, with the props that whoever calls it has been given.
type serviceCap struct {
	worker     worker
	entrypoint string
	props      parcel
	limits     policy.RequestedLimits
	identity   identity
	holders    atomic.Int64
}

func (s *serviceCap) retain() { s.holders.Add(1) }

func (s *serviceCap) release() {
	if s.holders.Add(-1) > 0 {
		return
	}
	s.props.drop()
	if w, is := s.worker.(*dynamicWorker); is {
		w.release()
	}
}

// parseLimits reads the limits that a stub was made with.
func parseLimits(text string) (policy.RequestedLimits, error) {
	if text == "" {
		return policy.RequestedLimits{}, nil
	}
	l := new(requestedLimits)
	if err := json.Unmarshal([]byte(text), l, json.RejectUnknownMembers(true)); err != nil {
		return policy.RequestedLimits{}, rpc.Errorf(rpc.BadRequest, "limits must be an object such as { cpuMs: 50, subRequests: 5 }.")
	}
	return l.requested(), l.check()
}
