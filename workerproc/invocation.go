package workerproc

import (
	"fmt"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// invocation is one call of an entrypoint, from Invoke to Done:
//
//	running ─ respond, callResult or fail ─▶ answered ─ body ended, waitUntil settled ─▶ done
//
// It may settle before it is answered, and be canceled at any time.
type invocation struct {
	id       uint32
	limits   rpc.InvokeLimits
	isCall   bool
	coded    bool // arguments and result are coded values
	fetched  bool // but for the request, which is there as it is
	answered bool
	settled  bool // the handler and its waitUntil promises have
	canceled bool
	done     bool
	broken   bool       // it has been ended before its time
	forgot   bool       // the runtime keeps nothing of it any more
	promise  any        // of which its answer comes; nil: none, or not one that is looked at
	exports  int        // objects of it that have been passed out, without those
	lent     int        // that were arguments
	serving  int        // calls on them that have not been answered
	outcome  string     // "" is ok
	met      *rpc.Error // the error of the limit of calls that it met last
	cpu      time.Duration

	requestSaid, responseSaid bool // to Tail Workers

	body    responseBody
	request requestState

	subRequests int64
	logLines    int64
	logBytes    int64
	dropped     int64
}

func newInvocation(id uint32, m *rpc.Invoke) *invocation {
	v := &invocation{id: id, limits: m.Limits, isCall: m.RPCMethod != "" || m.Coded, coded: m.Coded, fetched: m.Coded && m.Request != nil}
	if m.Stream && !v.isCall {
		v.request = requestState{open: true, window: rpc.Window}
	}
	return v
}

// cpuLeft is the invocation's CPU time from here on; 0 is no limit.
func (v *invocation) cpuLeft() time.Duration {
	if v.limits.CPU <= 0 {
		return 0
	}
	return max(v.limits.CPU-v.cpu, time.Microsecond)
}

// answer marks the invocation answered. It reports false when it was already,
// or when nobody waits.
func (v *invocation) answer() bool {
	if v.answered {
		return false
	}
	v.answered, v.promise = true, nil
	return !v.canceled
}

// meet remembers a limit that the invocation's code gets as an error that it can catch.
func (v *invocation) meet(message, which string, value, used int64) error {
	v.met = &rpc.Error{Message: message, Limit: &rpc.Limit{Which: which, Value: value, Used: used}}
	return &engine.Error{Name: "Error", Message: message}
}

// named is an error that nobody has caught with the limit that it is of.
func (v *invocation) named(e *rpc.Error) *rpc.Error {
	if v.met == nil || e.Kind != rpc.Thrown || e.Message != v.met.Message {
		return e
	}
	limited := *e
	limited.Kind, limited.Limit = rpc.LimitExceeded, v.met.Limit
	return &limited
}

// fail answers with an error. After an answer it can only break off the body.
func (i *isolate) fail(v *invocation, e *rpc.Error) { i.failWith(v, e, rpc.Value{}) }

func (i *isolate) failWith(v *invocation, e *rpc.Error, thrown rpc.Value) {
	if len(thrown.Data) == 0 {
		e = v.named(e)
	}
	if v.outcome == "" {
		v.outcome = outcomeOf(e)
	}
	if e.Kind == rpc.Thrown || e.Kind == rpc.LimitExceeded {
		i.exception(v, e)
	}
	if v.answer() {
		i.out.add(v.id, &rpc.InvokeFailed{Error: *e, Thrown: thrown})
		return
	}
	i.abortBody(v, e.Message)
}

// finish has the end of the turn look whether the invocation is over.
func (i *isolate) finish(v *invocation) { i.over = append(i.over, v) }

// end sends Done when nothing is left to wait for.
func (i *isolate) end(v *invocation) {
	if v.done || !i.isOver(v) {
		return
	}
	v.done = true
	delete(i.invocations, v.id)
	i.timers.dropAll(v)
	i.dropCalls(v)
	i.dropExports(v)
	if !v.forgot {
		i.forget(v)
	}
	outcome := v.outcome
	switch {
	case v.canceled && outcome == "":
		outcome = "canceled"
	case outcome == "":
		outcome = "ok"
	}
	i.out.add(v.id, &rpc.Done{Outcome: outcome, CPU: v.cpu, SubRequests: v.subRequests, LogsDropped: v.dropped})
}

// isOver reports whether nothing of the invocation is left to wait for.
func (i *isolate) isOver(v *invocation) bool {
	if !v.settled || !v.answered && !v.canceled || v.body.open {
		return false
	}
	return v.exports == 0 && v.serving == 0 || v.canceled || v.broken
}

// forget lets the runtime drop what it keeps of the invocation.
func (i *isolate) forget(v *invocation) {
	if i.loadFailure != nil {
		return
	}
	if _, err := i.engine.Call(i.host["forget"], int64(v.id)); err != nil {
		i.fault = fmt.Errorf("cannot go on with the isolate: %w", err)
	}
}

const hung = "The Workers runtime canceled this request because it detected that your Worker's code had hung and would " +
	"never generate a response. Refer to: https://developers.cloudflare.com/workers/observability/errors/"

// endHung ends invocations when nothing that could go on is left: no job, no
// timer, no call, no body under way in the whole isolate.
func (i *isolate) endHung() {
	if len(i.invocations) == 0 || i.pending() {
		return
	}
	for _, v := range i.invocations {
		switch {
		case !v.answered && !v.canceled, v.body.open && !v.body.closing:
			i.fail(v, &rpc.Error{Kind: rpc.Thrown, Name: "Error", Message: hung})
		}
		v.settled = true // a waitUntil promise that nothing can settle
		i.finish(v)
	}
}

// pending reports whether something outside of the engine may still come.
func (i *isolate) pending() bool {
	if len(i.calls) > i.watches || len(i.exports) > 0 || i.timers.running() {
		return true
	}
	for _, v := range i.invocations {
		if v.request.open && v.request.window > 0 || v.body.waits() {
			return true
		}
	}
	return false
}

// addWallLimit ends the invocation when its time is over.
func (i *isolate) addWallLimit(v *invocation) {
	if v.limits.Wall <= 0 {
		return
	}
	i.timers.add(&timer{due: time.Now().Add(v.limits.Wall), invocation: v, limit: true})
}

// limitDue is called when a timer that is no code's is due.
func (i *isolate) limitDue(t *timer) {
	if t.lingers > 0 {
		i.linger(t)
		return
	}
	i.wallExceeded(t.invocation)
}

func (i *isolate) wallExceeded(v *invocation) {
	if v.limits.UntilAnswer && v.answered {
		return // the supervisor bounds what is left
	}
	i.broken(v, &limitError{which: "wallMs", value: v.limits.Wall.Milliseconds(), used: v.limits.Wall.Milliseconds()})
}
