package supervisor

import (
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"stockade.dev/stockade/rpc"
)

// A Worker that returns the promise of its fetch() passes the answer on as it is, and says so when it calls
// (rpc.HostCall.Passes). Then whoever waits for it has that answer at once, and the Worker is told behind, in its own time:
//
//	endIn ─ pass ─▶ invocation.pass ─▶ the client, or endIn of another isolate's call, which may be passed on again
//	   └─ told ─▶ asides: HostResult.Passed, when others have been sent and those that they woke have had their turn
//
// Nothing depends on it but the time that an answer takes. What the Worker says is advice about its own invocation and its own
// call: one that lies answers its own client otherwise than with what it would have said, as it may.

// answers says by whom an invocation has been answered.
type answers struct{ state atomic.Int32 }

// The states of answers.
const (
	byNobody  = iota
	byItself  // the process has answered
	byPassing // its call has been answered, and the process will be told
	byBoth    // … and it had answered before it was: nobody gets that
)

// own takes the process's own answer. One that it gave before it was told is not wanted. An error means that it has given two.
func (a *answers) own() (wanted bool, err error) {
	switch {
	case a.state.CompareAndSwap(byNobody, byItself):
		return true, nil
	case a.state.CompareAndSwap(byPassing, byBoth):
		return false, nil
	}
	return false, errTwoAnswers
}

func (a *answers) pass() bool { return a.state.CompareAndSwap(byNobody, byPassing) }

func (a *answers) given() bool { return a.state.Load() != byNobody }

// pass gives the response to a call to whom waits for the invocation that has made it, if that is its answer.
func (c *hostCall) pass(b *batch, r *rpc.Response) bool {
	v, is := c.ctx.(*invocation)
	if !c.passes || !is || r == nil || c.follows && redirects(r) {
		return false
	}
	if v.call == nil {
		return v.passToClient(b, c.from, r)
	}
	if !v.fetched || !c.from.mayPass() || !v.answers.pass() {
		return false
	}
	v.call.endIn(b, nil, parcel{response: r})
	c.from.passedOn(b, v)
	return true
}

func redirects(r *rpc.Response) bool {
	switch r.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// passToClient answers a client, unless the process would change something: how the body is compressed, or that it comes in
// pieces.
func (v *invocation) passToClient(b *batch, i *isolate, r *rpc.Response) bool {
	if !v.plain || r.Status < 200 || r.Status > 599 || len(r.Body) > rpc.ChunkSize || r.HasBody && compressed(r) || !i.mayPass() || !v.answers.pass() {
		return false
	}
	i.passedOn(b, v)
	v.head <- &rpc.ResponseHead{Status: r.Status, StatusText: r.StatusText, Headers: r.Headers, Body: r.Body}
	return true
}

func compressed(r *rpc.Response) bool {
	if r.Encoding != "" {
		return true
	}
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "content-encoding") {
			return true
		}
	}
	return false
}

// maxPassed is how many invocations of a process may have been answered past it and wait for it to end them. Clients that have
// answers at once come again at once: a process that has more to do than it gets done would fall behind without end. Beyond
// that its answers take the old way, and clients wait for it.
const maxPassed = 8

func (i *isolate) mayPass() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.passed < maxPassed
}

// passedOn notes that an invocation has been answered, and only waits for its process to hear of it. It makes room for another,
// as its end would.
func (i *isolate) passedOn(b *batch, v *invocation) {
	i.mu.Lock()
	if i.calls[v.id] == v {
		v.passed = true
		i.passed++
	}
	waiting := len(i.entries) > 0
	i.mu.Unlock()
	i.identity.s.metrics.passed.Inc()
	if waiting {
		i.enterWaiting(b)
	}
}

// goingLocked is how many invocations are under way of those that a limit is for.
func (i *isolate) goingLocked() int { return len(i.calls) - i.passed }

// full reports whether a client's request has to be refused, and how many there are.
func (i *isolate) full(most int) (int, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	going := i.goingLocked()
	return going, going >= most
}

// tell sends what a process need not hear at once: behind the batch.
func (i *isolate) tell(b *batch, f rpc.Frame) {
	if i.enqueue(f) > maxQueued {
		i.postIn(b)
		return
	}
	b.told = append(b.told, i)
}

// asides are isolates with something to be told that nobody waits for.
var asides struct {
	mu      sync.Mutex // guards what follows
	waiting []*isolate
	telling bool // somebody does
}

// tellAside has isolates told what is queued for them. Those that have been woken by what was sent before go first.
func tellAside(isolates []*isolate) {
	asides.mu.Lock()
	defer asides.mu.Unlock()
	asides.waiting = append(asides.waiting, isolates...)
	if !asides.telling {
		asides.telling = true
		go tellAsides()
	}
}

func tellAsides() {
	for {
		runtime.Gosched()
		asides.mu.Lock()
		isolates := asides.waiting
		asides.waiting = nil
		asides.telling = len(isolates) > 0
		asides.mu.Unlock()
		if len(isolates) == 0 {
			return
		}
		for _, i := range isolates {
			i.sendQueued()
		}
	}
}

// areAside reports whether frames are all such as nobody waits for.
func areAside(frames []rpc.Frame) bool {
	for _, f := range frames {
		if m, is := f.Message.(*rpc.HostResult); !is || !m.Passed {
			return false
		}
	}
	return true
}
