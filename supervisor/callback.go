package supervisor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"stockade.dev/stockade/rpc"
)

// hostCall is a call of an isolate's on something outside of it, until it is answered.
type hostCall struct {
	from       *isolate
	id         uint32
	invocation uint32
	ctx        context.Context // ends with the invocation
	operation  string
	path       []string
	get        bool
	event      string // a handler that the supervisor calls, if it is no method
	args       parcel
	request    *rpc.Request             // of fetch(), in the place of args
	passes     bool                     // its Response is the invocation's answer: passing.go
	follows    bool                     // but for a redirect
	reply      func(*rpc.Error, parcel) // takes the result of a call that the supervisor makes itself; from is nil then
	watch      *stubWatch               // nil but for watches

	mu      sync.Mutex // guards what follows
	at      *isolate   // where it is under way, and as what, for calls on its result
	on      rpc.StubOn
	ref     uint32    // the invocation, or the stub call of it
	part    uint32    // the invocation
	callee  *exchange // which began with it; nil for a call on a stub
	waiting []*hostCall
	over    bool
}

// The wording is the Workers runtime's.
const noInternet = "This worker is not permitted to access the internet via global functions like fetch(). " +
	"It must use capabilities (such as bindings in 'env') to talk to the outside world."

// errOtherRequest is for a stub that is used after the request to which it came. The wording is the Workers runtime's.
var errOtherRequest = rpc.Errorf(rpc.Thrown, "%s", "Cannot perform I/O on behalf of a different request. I/O objects (such as streams, "+
	"request/response bodies, and others) created in the context of one request handler cannot be accessed from a different "+
	"request's handler. This is a limitation of Cloudflare Workers which allows us to improve overall performance. (I/O type: Client)")

// refusal is why there is no grant of a number.
func (g *grants) refusal(number uint32) *rpc.Error {
	switch number {
	case tooMany:
		most := int64(cmp.Or(g.most, mostGrants))
		return limitError("openStubs", "This Worker holds as many stubs as it may.", most, most)
	case outbound:
		return &rpc.Error{Kind: rpc.Denied, Name: "Error", Message: noInternet}
	}
	return &rpc.Error{Kind: rpc.Denied, Name: "Error", Message: "This Worker holds no such binding."}
}

// callback answers a call that comes out of an isolate. This is the only place that decides whether it may: by the
// isolate's own table. An error means that the process broke the protocol.
func (i *isolate) callback(b *batch, id uint32, m *rpc.HostCall) error {
	if len(m.Args.Data) > rpc.MaxValue+rpc.MaxHead && m.Operation != "load" {
		return fmt.Errorf("%w: %d bytes of arguments", rpc.ErrProtocol, len(m.Args.Data))
	}
	c := &hostCall{from: i, id: id, invocation: m.Invocation, operation: m.Operation, path: m.Path, get: m.Get}
	v := i.invocation(m.Invocation)
	if v == nil {
		c.fail(errCallerGone)
		return nil
	}
	c.ctx = v
	var err error
	if m.Request != nil || m.Passes {
		if err = c.takeRequest(m); err != nil {
			return err
		}
	}
	if c.args, err = i.take(m.Args, m.Invocation); err != nil {
		return c.refuse(err)
	}
	registered, err := i.register(c)
	if err != nil {
		c.args.drop()
		return err
	}
	if !registered {
		most := int64(cmp.Or(i.mostCalls, mostHostCalls))
		return c.refuse(limitError("openCalls", "This Worker has as many calls under way as it may.", most, most))
	}
	if size := forwarded(c.args, c.path...); size > rpc.MaxForwarded && m.Operation != "load" {
		c.args.drop()
		return c.refuse(valueTooLarge(size))
	}
	if m.Operation == "broken" {
		return i.watch(c, m)
	}
	i.enterWaiting(b) // who waits for it to have fewer invocations may be whom it waits for now
	if m.Of != 0 && m.Target.Kind != rpc.CapEntrypoint {
		c.codeRequest()
		i.follow(b, m.Of, c)
		return nil
	}
	target, err := i.target(m)
	if err != nil {
		return c.refuse(err)
	}
	defer target.release()
	b.follow(m.Of)
	if _, ok := target.(fetcher); !ok {
		c.codeRequest()
	}
	if quick, ok := target.(batched); ok {
		quick.callIn(b, c)
	} else {
		target.call(c)
	}
	return nil
}

func (i *isolate) target(m *rpc.HostCall) (capability, error) {
	if m.Target.Kind == rpc.CapEntrypoint {
		return i.entrypoint(m.Target, m.Of, m.Invocation)
	}
	return i.named(m.Target, m.Invocation)
}

// refuse answers with err, unless the process is to be ended for it.
func (c *hostCall) refuse(err error) error {
	if errors.Is(err, rpc.ErrProtocol) {
		return err
	}
	c.fail(err)
	return nil
}

// mostHostCalls is the limit of the calls that wait for their answer, of an isolate that has not been told its own.
const mostHostCalls = 20_000

// register counts a call. One with the number of another that is under way would not be counted: the process broke the
// protocol.
func (i *isolate) register(c *hostCall) (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.outgoing[c.id] != nil {
		return false, fmt.Errorf("%w: two calls with the number %d", rpc.ErrProtocol, c.id)
	}
	if len(i.outgoing) >= cmp.Or(i.mostCalls, mostHostCalls) {
		return false, nil
	}
	i.outgoing[c.id] = c
	if v := i.calls[c.invocation]; v != nil {
		v.out++
	}
	return true, nil
}

// orphansLocked are the calls of an invocation that wait for their answer.
func (i *isolate) orphansLocked(v *invocation) (calls []*hostCall) {
	if v.out == 0 {
		return nil
	}
	for _, c := range i.outgoing {
		if c.invocation == v.id {
			calls = append(calls, c)
		}
	}
	return calls
}

// abandon ends a call that nobody waits for any more.
func (c *hostCall) abandon() {
	waiting, first := c.finish()
	for _, next := range waiting {
		next.fail(errCallerGone)
	}
	if first {
		c.recall()
	}
}

// recall tells where the call is under way that nobody waits for it.
func (c *hostCall) recall() {
	c.mu.Lock()
	callee, at, ref := c.callee, c.at, c.ref
	c.mu.Unlock()
	switch {
	case callee != nil:
		callee.abandon("The client disconnected.")
	case at != nil:
		at.abandonStubCall(ref)
	}
}

// abandonStubCall lets the invocation end whose object was called: an AbortSignal that was passed may never abort.
func (i *isolate) abandonStubCall(id uint32) {
	i.mu.Lock()
	_, serves := i.serving[id]
	delete(i.serving, id)
	i.mu.Unlock()
	if serves {
		i.post(rpc.Frame{Message: &rpc.Release{Calls: []uint32{id}}})
	}
}

func (c *hostCall) isOver() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.over
}

// follow makes c a call on the result of an earlier one.
func (i *isolate) follow(b *batch, of uint32, c *hostCall) {
	i.mu.Lock()
	earlier := i.outgoing[of]
	i.mu.Unlock()
	if earlier == nil {
		c.fail(errSettled)
		return
	}
	earlier.then(b, c)
}

var errSettled = rpc.Errorf(rpc.Settled, "The result has been sent.")

// then has next made on c's result, where c runs.
func (c *hostCall) then(b *batch, next *hostCall) {
	c.mu.Lock()
	over, at := c.over, c.at
	if !over && at == nil {
		c.waiting = append(c.waiting, next)
	}
	c.mu.Unlock()
	switch {
	case over:
		next.fail(errSettled)
	case at != nil:
		at.stubCall(b, next, c.part, c.on, c.ref)
	}
}

// begin says where c runs, and sends it there: nothing on its result is sent before.
// x is the invocation, if it begins one.
func (c *hostCall) begin(b *batch, x *exchange, at *isolate, invocation uint32, on rpc.StubOn, ref uint32, send func()) {
	c.mu.Lock()
	c.at, c.part, c.on, c.ref, c.callee = at, invocation, on, ref, x
	over := c.over
	waiting := c.waiting
	c.waiting = nil
	send()
	c.mu.Unlock()
	for _, next := range waiting {
		at.stubCall(b, next, invocation, on, ref)
	}
	if over && x != nil { // who called has ended before it began
		x.abandon("The client disconnected.")
	}
}

// answer ends the call with its result.
func (c *hostCall) answer(p parcel) { c.end(nil, p) }

// fail ends the call with an error; a *thrownError brings what was thrown.
func (c *hostCall) fail(err error) {
	var thrown *thrownError
	if errors.As(err, &thrown) {
		c.end(thrown.is, thrown.value)
		return
	}
	c.end(asError(err), parcel{})
}

// finish marks the call answered. It returns what waits for its result, and false when it was answered before.
func (c *hostCall) finish() (waiting []*hostCall, first bool) {
	c.mu.Lock()
	first = !c.over
	c.over = true
	waiting, c.waiting = c.waiting, nil
	c.mu.Unlock()
	if c.from != nil {
		c.from.unregister(c)
	}
	if c.watch != nil {
		c.unwatch()
	}
	return waiting, first
}

func (c *hostCall) end(e *rpc.Error, p parcel) { c.endIn(nil, e, p) }

func (c *hostCall) endIn(b *batch, e *rpc.Error, p parcel) {
	waiting, first := c.finish()
	if !first {
		p.drop()
		return
	}
	if c.reply != nil {
		c.reply(e, p)
		return
	}
	if size := forwarded(p, errorTexts(e)...); size > rpc.MaxForwarded {
		p.drop()
		e, p = valueTooLarge(size), parcel{}
	}
	c.tell(b, e, p)
	for _, next := range waiting {
		if e != nil {
			next.endIn(b, e, parcel{})
		} else {
			next.fail(errSettled)
		}
	}
}

// tell sends the result to who has called.
func (c *hostCall) tell(b *batch, e *rpc.Error, p parcel) {
	if b == nil && c.passes {
		b = new(batch)
		defer b.flush()
	}
	passed := e == nil && c.pass(b, p.response)
	f := rpc.Frame{ID: c.id, Message: &rpc.HostResult{Error: e, Value: c.from.given(p, c.invocation), Response: p.response, Passed: passed}}
	if passed {
		c.from.tell(b, f)
	} else {
		c.from.postIn(b, f)
	}
}

// forwarded is how many bytes a parcel and texts beside it take in a message to an isolate, at most.
func forwarded(p parcel, texts ...string) int {
	const text, grant = 5, 10 // a length; a number, and whether it is the receiver's own
	size := len(p.data) + grant*len(p.caps)
	for _, t := range texts {
		size += len(t) + text
	}
	if len(texts) > 0 {
		size += len(texts[0]) // a method's name is in an Invoke once more
	}
	return size
}

func errorTexts(e *rpc.Error) []string {
	if e == nil {
		return nil
	}
	return []string{e.Name, e.Message, e.Stack, e.Frame, e.File}
}

// valueTooLarge has the Workers runtime's words. An isolate that is honest has them itself, but for what is beside the value.
func valueTooLarge(size int) *rpc.Error {
	return &rpc.Error{Kind: rpc.Thrown, Name: "Error",
		Message: fmt.Sprintf("Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: %d bytes.", size)}
}

func (i *isolate) unregister(c *hostCall) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.outgoing[c.id] == c {
		delete(i.outgoing, c.id)
		if v := i.calls[c.invocation]; v != nil {
			v.out--
		}
	}
}

// thrownError is an error with the value that was thrown.
type thrownError struct {
	is    *rpc.Error
	value parcel
}

func (e *thrownError) Error() string { return e.is.Error() }

// Unwrap returns the error without the value.
func (e *thrownError) Unwrap() error { return e.is }

// stubCall makes c on an object of this isolate, or on the result of a call that runs in it.
func (i *isolate) stubCall(b *batch, c *hostCall, invocation uint32, on rpc.StubOn, id uint32) {
	i.mu.Lock()
	if i.calls == nil {
		i.mu.Unlock()
		c.fail(errStubGone)
		return
	}
	n := i.stubCalls.Next(func(n uint32) bool { return i.serving[n] != nil })
	i.serving[n] = c
	i.mu.Unlock()
	args := c.args
	c.args = parcel{}
	frame := rpc.Frame{ID: n, Message: &rpc.StubCall{Invocation: invocation, On: on, ID: id, Path: c.path, Get: c.get,
		Args: i.given(args, invocation)}}
	c.begin(b, nil, i, invocation, rpc.OnCall, n, func() { i.postIn(b, frame) })
}

// errStubGone is for a stub whose Worker's process has ended. The wording is the Workers runtime's.
var errStubGone = &rpc.Error{Kind: rpc.Thrown, Name: "Error", Message: "The execution context which hosts this callback is no longer running."}

// stubResult is the answer to a stub call.
func (i *isolate) stubResult(b *batch, id uint32, m *rpc.StubResult) error {
	i.mu.Lock()
	c := i.serving[id]
	delete(i.serving, id)
	ever := i.stubCalls.Given(id)
	i.mu.Unlock()
	if c == nil {
		if !ever {
			return fmt.Errorf("%w: an answer to stub call %d, which never was", rpc.ErrProtocol, id)
		}
		return nil
	}
	c.mu.Lock()
	part := c.part
	c.mu.Unlock()
	value, err := i.take(m.Value, part)
	if err != nil {
		return c.refuse(err)
	}
	if m.Error != nil {
		e := fromJail(m.Error)
		if m.Error.Kind == rpc.Settled {
			e = errSettled
		}
		c.endIn(b, e, value)
		return nil
	}
	c.endIn(b, nil, value)
	return nil
}
