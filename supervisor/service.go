package supervisor

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// worker is a Worker that can be called.
type worker interface {
	// acquire returns an isolate of it, loading one if there is none. The caller calls registry.release.
	acquire(ctx context.Context) (*warm, error)
}

// storedWorker is a Worker of the store.
type storedWorker struct {
	s   *Supervisor
	key string
}

func (w storedWorker) acquire(ctx context.Context) (*warm, error) {
	return w.s.warm.acquire(ctx, w.key, w.s.loader(w.key))
}

// onlyIsolate is a Worker with one isolate and no other: POST /v1/run.
type onlyIsolate struct{ w *warm }

func (o onlyIsolate) acquire(context.Context) (*warm, error) {
	if o.w.dead() {
		return nil, errStubGone
	}
	return o.w, nil
}

// identity is whose code an isolate runs.
type identity struct {
	s    *Supervisor
	pool *pool
	role policy.Role // of who has brought the code: the ceilings
	name string      // of the Worker, unique
	self worker      // what ctx.exports leads to; nil: nothing

	experimental bool // the flag "experimental" holds for it: it may allow such flags to what it loads
	account           // whom what it uses is charged to
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
	if s.holders.Add(-1) == 0 {
		s.props.drop()
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

func (s *serviceCap) call(c *hostCall) {
	if c.operation != "" {
		c.fail(rpc.Errorf(rpc.BadRequest, "A service has no operation %.20q.", c.operation))
		return
	}
	s.retain()
	s.identity.s.hostCalls.Go(func() {
		defer s.release()
		if err := s.run(c); err != nil {
			c.args.drop()
			c.fail(err)
		}
	})
}

// run makes c an invocation, and waits for its result.
func (s *serviceCap) run(c *hostCall) error {
	for attempt := 0; ; attempt++ {
		err := s.tryRun(c)
		if errors.Is(err, errGone) && attempt < 3 {
			continue
		}
		return err
	}
}

func (s *serviceCap) tryRun(c *hostCall) error {
	sup := s.identity.s
	w, err := s.worker.acquire(c.ctx)
	if err != nil {
		return err
	}
	limits := policy.EffectiveLimits(*w.meta.pool.current(), s.identity.role, w.meta.limits, s.limits)
	if err := w.slot.turn(c.ctx, int(limits.ConcurrentRequests)); err != nil {
		sup.warm.release(w)
		return err
	}
	invoke := &rpc.Invoke{Entrypoint: s.entrypoint, Limits: invokeLimits(limits), Coded: true, Path: c.path, Get: c.get}
	if len(c.path) > 0 && c.path[0] != "fetch" {
		invoke.RPCMethod = c.path[0]
	}
	o := order{invoke: invoke, limits: limits}
	var inv *invocation
	o.ended = func(d time.Duration, end *rpc.Done, err error) {
		sup.ended(w, invoke, d, end, err)
		logCall(w.slot.isolate.identity, inv)
	}
	o.sending = func(id uint32, send func() error) (err error) {
		at := w.slot.isolate
		inv = at.invocation(id)
		props := s.props.copied()
		invoke.Props = rpc.Given{Data: props.data, Grants: at.grants.give(props.caps, id)}
		invoke.Args = rpc.Given{Data: c.args.data, Grants: at.grants.give(c.args.caps, id)}
		c.args = parcel{}
		c.begin(at, id, rpc.OnInvocation, id, func() { err = send() })
		return err
	}
	x, err := sup.start(c.ctx, w.slot, nil, o)
	sup.warm.release(w)
	if err != nil {
		return err
	}
	defer x.close()
	if _, err := x.answer(c.ctx); err != nil {
		return err
	}
	c.answer(x.inv.takeResult())
	return nil
}
