package supervisor

import (
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// A call of a service is an invocation in an isolate of its Worker. Nobody waits for it: the reader of the caller's
// conversation puts the Invoke into the callee's queue, and the reader of the callee's puts the result into the caller's.
//
//	call ─ ready? ─▶ entry.join ─ its turn? ─▶ entry.begin ─▶ … CallResult ─▶ hostCall.end
//	        └─ no ─▶ acquire (a goroutine) ─▲        ▲
//	                                   └─ isolate.entries: waits for the end of others

func (s *serviceCap) call(c *hostCall) { s.callIn(nil, c) }

func (s *serviceCap) callIn(b *batch, c *hostCall) {
	if c.operation != "" {
		c.fail(rpc.Errorf(rpc.BadRequest, "A service has no operation %.20q.", c.operation))
		return
	}
	if size := forwarded(c.args, c.path...) + forwarded(s.props, s.entrypoint); size > rpc.MaxInvoked {
		c.args.drop()
		c.fail(valueTooLarge(size))
		return
	}
	if c.depth() >= maxDepth {
		c.args.drop()
		c.fail(errTooDeep)
		return
	}
	s.retain()
	e := &entry{service: s, call: c}
	if r, ok := s.worker.(readyWorker); ok {
		if w := r.ready(); w != nil && e.join(b, w) {
			return
		}
	}
	e.acquire()
}

// maxDepth is how many calls from Worker to Worker may wait for each other, as at Cloudflare. Services that call each other in a circle would else go on
// until the first has no time left, and all of them have their hands full.
const maxDepth = 32

// The wording is Cloudflare's.
var errTooDeep = rpc.Errorf(rpc.Thrown, "%s", "Subrequest depth limit exceeded. This request recursed through Workers too many times. "+
	"This can happen e.g. if you have a Worker or Durable Object that calls other Workers or objects recursively.")

// depth is how many calls led to the one who calls.
func (c *hostCall) depth() int {
	if v, ok := c.ctx.(*invocation); ok {
		return v.depth
	}
	return 0
}

// entry is a call of a service on its way into an isolate.
type entry struct {
	service *serviceCap
	call    *hostCall
	warm    *warm
	limits  policy.Limits
	tries   int
}

// acquire waits for an isolate. One that ends before the call has begun is replaced, a few times.
func (e *entry) acquire() {
	s := e.service
	s.identity.s.hostCalls.Go(func() {
		for ; ; e.tries++ {
			w, err := s.worker.acquire(e.call.ctx)
			if err == nil && e.join(nil, w) {
				return
			}
			if err == nil && e.tries >= 3 {
				err = errGone
			}
			if err != nil {
				e.fail(err)
				return
			}
		}
	})
}

// again looks for another isolate after the one in which the call was to begin has ended.
func (e *entry) again() {
	e.leave()
	if e.call.isOver() || e.service.identity.s.ctx.Err() != nil {
		e.fail(errGone)
		return
	}
	e.tries++
	e.acquire()
}

// fail answers a call that never began.
func (e *entry) fail(err error) {
	e.call.args.drop()
	e.call.fail(err)
	e.service.release()
}

// join begins the invocation, or has it begin when it is its turn. It reports false when the isolate has ended.
func (e *entry) join(b *batch, w *warm) bool {
	e.warm = w
	e.limits = w.limitsOf(e.service.identity.role.Limits, e.service.limits)
	i := w.slot.isolate
	i.mu.Lock()
	switch {
	case i.calls == nil:
		i.mu.Unlock()
		e.leave()
		return false
	case i.held >= maxNested:
		i.mu.Unlock()
		e.leave()
		e.fail(limitError("concurrentRequests", "This Worker has as many requests under way as it may: their results hold stubs that nobody has disposed of.", maxNested, maxNested))
		return true
	case len(i.entries) > 0 || !i.mayBeginLocked(e):
		i.entries = append(i.entries, e)
		i.mu.Unlock()
		return true
	}
	x := i.beginLocked(e)
	i.mu.Unlock()
	e.begin(b, x)
	return true
}

// leave gives the isolate back, which is busy by itself from now on, or ended.
func (e *entry) leave() { e.service.identity.s.warm.release(e.warm) }

// maxNested is how many invocations an isolate may have beyond its limit while it waits for others, which may be waiting
// for it in turn: were those held back, Workers that call each other in a circle would wait for ever.
const maxNested = 4096

// mayBeginLocked counts those that have no answer yet. The others wait for whoever holds their results, who may be waiting here.
func (i *isolate) mayBeginLocked(e *entry) bool {
	most := int(e.limits.ConcurrentRequests)
	going := i.goingLocked() - i.held
	return going < most || len(i.outgoing) > 0 && going < most+maxNested
}

// beginLocked registers the invocation.
func (i *isolate) beginLocked(e *entry) *exchange {
	began := time.Now()
	x := &exchange{slot: e.warm.slot, limits: e.limits, call: e.call, bounds: bounds{cpuFrom: e.warm.slot.cpu(), others: len(i.calls)}}
	v := newCodedInvocation(i.numberLocked(), logBudget{bytes: int64(e.limits.LogBytes), lines: int64(e.limits.LogLines)})
	x.inv, v.call, v.mayAsk, v.depth = v, e.call, mostSubRequests(e.limits), e.call.depth()+1
	if w := tracedWorker(i); w != nil {
		v.trace = w.trace(e)
	}
	v.fetched = e.call.request != nil
	v.ended = func(end *rpc.Done, err error) {
		i.hasRun(end)
		e.warm.slot.promote()
		e.service.identity.s.ended(e.warm, callKind(e.call), time.Since(began), end, err)
		logCall(i.identity, v)
		v.trace.end(v, end, err)
		x.settle()
	}
	i.calls[v.id] = v
	return x
}

func callKind(c *hostCall) string {
	if c.event != "" {
		return c.event
	}
	if len(c.path) > 0 && c.path[0] != "fetch" {
		return "rpc"
	}
	return "fetch"
}

// begin sends the Invoke.
func (e *entry) begin(b *batch, x *exchange) {
	c, i, id := e.call, x.slot.isolate, x.inv.id
	invoke := &rpc.Invoke{Entrypoint: e.service.entrypoint, Limits: invokeLimits(e.limits), Coded: true, Path: c.path, Get: c.get}
	invoke.Event = c.event
	if callKind(c) == "rpc" {
		invoke.RPCMethod = c.path[0]
	}
	props := e.service.props.copied()
	invoke.Props = rpc.Given{Data: props.data, Grants: i.give(props.caps, id)}
	invoke.Args, invoke.Request = i.given(c.args, id), c.request
	c.args = parcel{}
	e.service.identity.s.meter.used(i, 1)
	x.bound(false)
	c.begin(b, x, i, id, rpc.OnInvocation, id, func() { i.postIn(b, rpc.Frame{ID: id, Message: invoke}) })
	e.leave()
	e.service.release()
}

// enterWaiting begins invocations whose turn it is.
func (i *isolate) enterWaiting(b *batch) {
	for {
		i.mu.Lock()
		if i.calls == nil || len(i.entries) == 0 || !i.mayBeginLocked(i.entries[0]) {
			i.mu.Unlock()
			return
		}
		e := i.entries[0]
		i.entries[0] = nil
		i.entries = i.entries[1:]
		if e.call.isOver() { // whoever called has ended meanwhile
			i.mu.Unlock()
			e.leave()
			e.fail(errCallerGone)
			continue
		}
		x := i.beginLocked(e)
		i.mu.Unlock()
		e.begin(b, x)
	}
}

var errCallerGone = rpc.Errorf(rpc.Thrown, "The request to which this call belongs has ended.")

// answerCall takes the answer to a coded invocation to whoever has called.
func (v *invocation) answerCall(b *batch, m rpc.Message) error {
	var failed *rpc.Error
	var p parcel
	switch m := m.(type) {
	case *rpc.ResponseHead:
		return errNoResponse // whoever called still has to be answered: lost
	case *rpc.CallResult:
		var err error
		if p, err = v.responded(m); err != nil {
			return err
		}
	case *rpc.InvokeFailed:
		failed, p = &m.Error, v.takeResult()
	}
	if wanted, err := v.answers.own(); !wanted {
		p.drop()
		return err
	}
	if failed != nil {
		v.thrown, failed = failed, fromJail(failed)
	}
	v.call.endIn(b, failed, p)
	return nil
}

// lost tells the caller that no answer will come.
func (v *invocation) lost(err error) {
	if v.answers.given() {
		return
	}
	if err == nil {
		err = rpc.Errorf(rpc.WorkerKilled, "The Worker's process ended the request without an answer.")
	}
	v.call.fail(err)
}
