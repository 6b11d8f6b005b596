package workerproc

import (
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// A handler that returns the promise of a fetch() passes its answer on, and does nothing to it. Whoever waits for the handler
// need not wait for this process to be woken, to settle one promise with another, and to send the answer a second time:
//
//	opFetch ─ mayPass ─▶ end of the turn: advise ─▶ HostCall.Passes ─▶ … HostResult.Passed ─▶ passedOn ─▶ the promise is settled as ever
//
// The advice is taken or not. The promise gets its Response in any case: code may have come to wait for it meanwhile.

// passingCall is a fetch() of this turn that may be its invocation's answer.
type passingCall struct {
	invocation *invocation
	call       *rpc.HostCall
	promise    engine.Handle // that it fulfils
}

// mayPass notes a fetch() that may be its invocation's answer.
func (i *isolate) mayPass(v *invocation, m *rpc.HostCall, promise engine.Handle) {
	if promise != nil && !v.answered && len(i.passing) < maxPassing {
		i.passing = append(i.passing, passingCall{v, m, promise})
	}
}

// maxPassing is how many of one turn are looked at.
const maxPassing = 64

// advise says of the fetches of this turn which are the answers of their invocations, before they are sent.
func (i *isolate) advise() {
	if len(i.passing) == 0 {
		return
	}
	followers, is := i.engine.(engine.Followers)
	for n, p := range i.passing {
		o := p.invocation.promise
		if is && o != nil && !p.invocation.answered && followers.Passes(p.promise, o) {
			i.out.amend(func() { p.call.Passes = true })
		}
		i.passing[n] = passingCall{}
	}
	i.passing = i.passing[:0]
}

// passedOn notes that the invocation has been answered with what has come now.
func (i *isolate) passedOn(v *invocation) {
	if v.answer(); v.body.open { // it has answered by itself at the same time, and nobody reads that
		i.cancel(v, "The response is no longer wanted.")
	}
}
