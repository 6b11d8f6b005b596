package workerproc

import (
	"fmt"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// hostCall is a call out of the isolate that has not been answered.
type hostCall struct {
	invocation *invocation
	scope      *scope
	counted    bool // as a subrequest
	watch      bool // nothing comes of it but the end of what a stub is on: nobody waits for that
	own        bool // the engine has made it by itself (engine.Stubs)
}

// stubGone has workerd's words for a call of what is gone.
const stubGone = "The execution context which hosts this callback is no longer running."

// globalScope has workerd's words for what only a handler may do.
var globalScope = &engine.Error{Name: "Error", Message: "Disallowed operation called within global scope. " +
	"Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random values are not allowed within " +
	"global scope. To fix this error, perform this operation within a handler. " +
	"https://developers.cloudflare.com/workers/runtime-apis/handlers/"}

func (v *invocation) tooManySubRequests() error {
	return v.meet("Too many subrequests.", "subRequests", max(0, v.limits.SubRequests), v.subRequests+1)
}

func (v *invocation) tooManyCalls() error {
	return v.meet(fmt.Sprintf("More than %d calls are under way.", maxCalls), "openCalls", maxCalls, maxCalls+1)
}

// maxCalls bounds the calls that wait for their answer.
const maxCalls = 16384

// opCall sends a call and returns its number: ops.call(target, of, path, get, operation, args, invocation), the last if it
// runs where the engine does not know of one.
func (i *isolate) opCall(args []any) (any, error) {
	s := i.scope()
	if id, ok := arg[float64](args, 6); ok && s.invocation == nil {
		s = &scope{invocation: i.invocations[uint32(id)]}
	}
	v := s.invocation
	if v == nil || v.done {
		return nil, globalScope
	}
	m := &rpc.HostCall{Invocation: v.id}
	of, _ := arg[float64](args, 1)
	m.Of = uint32(of)
	path, _ := arg[[]any](args, 2)
	for _, name := range path {
		text, _ := name.(string)
		m.Path = append(m.Path, text)
	}
	m.Get, _ = arg[bool](args, 3)
	m.Operation, _ = arg[string](args, 4)
	free, _ := arg[bool](args, 7)
	var err error
	if target := member(args, 0); target != nil {
		if m.Target, err = i.capability(v, target); err != nil {
			return nil, err
		}
	}
	if err := i.countCall(v, m, free); err != nil {
		return nil, err
	}
	most := rpc.MaxValue
	if m.Operation == "load" {
		most = rpc.MaxLoad
	}
	if m.Args, err = i.codedUpTo(most, v, member(args, 5)); err != nil {
		return nil, err
	}
	return i.sendCall(&hostCall{invocation: v, scope: s, counted: !free && isCounted(m), watch: m.Operation == "broken"}, m)
}

func (i *isolate) sendCall(c *hostCall, m *rpc.HostCall) (any, error) {
	n := i.number(c)
	if c.watch {
		i.watches++
	}
	i.out.add(n, m)
	return int64(n), nil
}

// number gives a call its number.
func (i *isolate) number(c *hostCall) uint32 {
	n := i.numbers.Next(func(n uint32) bool { return i.calls[n] != nil })
	i.calls[n] = c
	return n
}

// dropCall forgets a call that is answered, or that nobody waits for.
func (i *isolate) dropCall(id uint32, c *hostCall) {
	delete(i.calls, id)
	if c.watch {
		i.watches--
	}
}

// opCallPlain is opCall of a method of a grant with simple arguments: ops.callPlain(grant, path, args). It returns undefined
// for those that the runtime has to write.
func (i *isolate) opCallPlain(args []any) (any, error) {
	grant, _ := arg[float64](args, 0)
	names, _ := arg[[]any](args, 1)
	path := make([]string, len(names))
	for n, name := range names {
		path[n], _ = name.(string)
	}
	values, _ := arg[[]any](args, 2)
	return i.callPlain(uint32(grant), path, values)
}

// caller is the invocation whose code runs, and its scope. While modules are evaluated there is none, nor when it is over.
func (i *isolate) caller() (*scope, *invocation, error) {
	s := i.scope()
	if s.invocation == nil || s.invocation.done {
		return nil, nil, globalScope
	}
	return s, s.invocation, nil
}

func (i *isolate) callPlain(grant uint32, path []string, values []any) (any, error) {
	s, v, err := i.caller()
	if err != nil {
		return nil, err
	}
	data, ok := appendPlainList(nil, values)
	if !ok {
		return nil, nil
	}
	m := &rpc.HostCall{Invocation: v.id, Target: rpc.Cap{Kind: rpc.CapGrant, ID: grant}, Path: path, Args: rpc.Value{Data: data}}
	if err := i.countCall(v, m, false); err != nil {
		return nil, err
	}
	return i.sendCall(&hostCall{invocation: v, scope: s}, m)
}

// opStubs has the engine take over what it can of stubs: ops.stubs(parts) → what is put in their place, or undefined.
func (i *isolate) opStubs(args []any) (any, error) {
	own, ok := i.engine.(engine.Stubs)
	if !ok {
		return nil, nil
	}
	i.ownStubs = true
	return own.Stubs(member(args, 0), func(grant uint32, path []string, values []any) (uint32, bool) {
		n, err := i.callPlain(grant, path, values)
		id, sent := n.(int64)
		if sent {
			i.calls[uint32(id)].own = true
		}
		return uint32(id), sent && err == nil
	})
}

// taken is what the engine has of a call that it has made itself.
func (i *isolate) taken(id uint32) (record any, waiters []any) {
	if own, ok := i.engine.(engine.Stubs); ok {
		return own.Take(id)
	}
	return nil, nil
}

// tellAll gives the runtime simple results.
func (i *isolate) tellAll(results []any) error {
	if own, ok := i.engine.(engine.Stubs); ok && i.ownStubs {
		return own.Settle(results)
	}
	_, err := i.engine.Call(i.host["hostPlain"], results)
	return err
}

// mayAsk reports whether there may be one more subrequest.
func (v *invocation) mayAsk() bool {
	return !v.limits.Alone && (v.limits.SubRequests == 0 || v.subRequests < v.limits.SubRequests)
}

// isCounted tells what is a subrequest: not what goes on in one, nor what comes of a Worker Loader but calls of the Worker.
func isCounted(m *rpc.HostCall) bool {
	return !m.Get && m.Operation != "find" && m.Operation != "load" && (m.Of == 0 || m.Target.Kind == rpc.CapEntrypoint)
}

// countCall counts a subrequest. What goes on in one, such as the next piece of its stream, is free.
func (i *isolate) countCall(v *invocation, m *rpc.HostCall, free bool) error {
	if len(i.calls) >= maxCalls {
		return v.tooManyCalls()
	}
	if free || !isCounted(m) {
		return nil
	}
	if !v.mayAsk() {
		return v.tooManySubRequests()
	}
	v.subRequests++
	return nil
}

// hostResult resumes the code that waits for the call.
func (i *isolate) hostResult(id uint32, m *rpc.HostResult) error {
	c := i.calls[id]
	if c == nil {
		if !i.numbers.Given(id) {
			return fmt.Errorf("%w: a result of no call", rpc.ErrProtocol)
		}
		i.drops = append(i.drops, m.Value.Grants...) // the invocation is over
		return nil
	}
	i.dropCall(id, c)
	if c.counted && m.Error != nil && m.Error.Kind == rpc.Settled { // it is made again
		c.invocation.subRequests--
	}
	if m.Response != nil && m.Error == nil {
		i.hostResponse(c, id, m.Response, m.Passed)
		return nil
	}
	if value, ok := plainValue(m.Value.Data); ok && m.Error == nil {
		i.plainResult(c, id, value)
		return nil
	}
	i.tellPlain()
	var failure any
	if e := m.Error; e != nil {
		if e.Limit != nil {
			_ = c.invocation.meet(e.Message, e.Limit.Which, e.Limit.Value, e.Limit.Used) // the error is e
		}
		failure = []any{string(e.Kind), e.Name, e.Message}
	}
	value, err := given(m.Value)
	if err != nil {
		failure = []any{string(rpc.Thrown), "TypeError", errValue.Message}
	}
	record, waiters := i.taken(id)
	i.run(c.invocation, c.scope, func() error {
		_, err := i.engine.Call(i.host["hostResult"], int64(id), failure, value, record, waiters)
		return err
	})
	return nil
}

// plainResults are results of one invocation's calls that have come one after the other: the runtime gets them together.
type plainResults struct {
	of   *hostCall // the first of them
	list []any     // number, value, …
	own  bool      // there are results of the engine's own calls, of which the runtime doesn't know
}

func (i *isolate) plainResult(c *hostCall, id uint32, value any) {
	if i.plain.of != nil && i.plain.of.invocation != c.invocation {
		i.tellPlain()
	}
	if i.plain.of == nil {
		i.plain.of = c
	}
	i.plain.own = i.plain.own || c.own
	i.plain.list = append(i.plain.list, int64(id), value)
}

// tellPlain gives the runtime the results that have been gathered.
func (i *isolate) tellPlain() {
	c, list := i.plain.of, i.plain.list
	if c == nil {
		return
	}
	i.plain = plainResults{list: list[:0]}
	i.run(c.invocation, c.scope, func() error { return i.tellAll(list) })
}

func (i *isolate) dropCalls(v *invocation) {
	for id, c := range i.calls {
		if c.invocation == v {
			i.dropCall(id, c)
			i.taken(id)
		}
	}
}

// opDrop gives a grant back.
func (i *isolate) opDrop(args []any) (any, error) {
	grant, _ := arg[float64](args, 0)
	i.drops = append(i.drops, uint32(grant))
	return nil, nil
}

// flushDrops sends the grants that are given back, some thousands in a frame.
func (i *isolate) flushDrops() {
	const most = 4096
	for len(i.drops) > 0 {
		n := min(len(i.drops), most)
		i.out.add(0, &rpc.Drop{Grants: i.drops[:n:n]})
		i.drops = i.drops[n:]
	}
	i.drops = nil
}

// stubCall is a call on what the isolate has passed out.
func (i *isolate) stubCall(id uint32, m *rpc.StubCall) error {
	v := i.invocations[m.Invocation]
	if v == nil || v.forgot {
		e := rpc.Errorf(rpc.Thrown, stubGone)
		if m.On != rpc.OnExport {
			e.Kind = rpc.Settled
		}
		i.out.add(id, &rpc.StubResult{Error: e})
		i.drops = append(i.drops, m.Args.Grants...)
		return nil
	}
	args, err := given(m.Args)
	if err != nil {
		i.out.add(id, &rpc.StubResult{Error: rpc.Errorf(rpc.BadRequest, "%s", errValue.Message)})
		return nil
	}
	path := make([]any, len(m.Path))
	for n, name := range m.Path {
		path[n] = name
	}
	if i.serving[id] != nil {
		return fmt.Errorf("%w: stub call %d twice", rpc.ErrProtocol, id)
	}
	i.serving[id] = v
	v.serving++
	i.call(v, "stubCall", int64(id), int64(v.id), int64(m.On), int64(m.ID), path, m.Get, args)
	return nil
}

// opStubResult answers a stub call: ops.stubResult(id, value) or ops.stubResult(id, undefined, error, thrown, kind).
func (i *isolate) opStubResult(args []any) (any, error) {
	number, _ := arg[float64](args, 0)
	id := uint32(number)
	v := i.serving[id]
	if v == nil {
		return nil, nil
	}
	m := &rpc.StubResult{}
	which := 1
	if len(args) > 2 {
		which = 3
		m.Error = i.describe(args[2])
		if kind, _ := arg[string](args, 4); kind != "" {
			m.Error.Kind = rpc.Kind(kind)
		}
	}
	var err error
	if m.Value, err = i.coded(v, member(args, which)); err != nil {
		return nil, err
	}
	delete(i.serving, id)
	v.serving--
	i.out.add(id, m)
	i.finish(v)
	return nil, nil
}

// opAnswer answers a coded call: ops.answer(invocation, value).
func (i *isolate) opAnswer(args []any) (any, error) {
	v := i.invocation(args)
	if v == nil || !v.coded {
		return nil, nil
	}
	value, err := i.coded(v, member(args, 1))
	if err != nil {
		return nil, err
	}
	if v.answer() {
		i.out.add(v.id, &rpc.CallResult{Value: value.Data, Caps: value.Caps})
	}
	i.finish(v)
	return nil, nil
}

// opAnswerPlain answers a coded call with a simple value: ops.answerPlain(invocation, value, settled). It returns 0 when
// the runtime has to write the value, 2 when nothing of the invocation is left.
func (i *isolate) opAnswerPlain(args []any) (any, error) {
	v := i.invocation(args)
	if v == nil || !v.coded {
		return 1, nil
	}
	data, ok := appendPlain(nil, member(args, 1))
	if !ok || len(data) > rpc.MaxValue {
		return 0, nil
	}
	if v.answer() {
		i.out.add(v.id, &rpc.CallResult{Value: data})
	}
	settled, _ := arg[bool](args, 2)
	v.settled = v.settled || settled
	i.finish(v)
	if !i.isOver(v) {
		return 1, nil
	}
	v.forgot = true
	return 2, nil
}

// release forgets exports that nobody holds any more. Their disposers are code of the invocations that have passed them out.
func (i *isolate) release(m *rpc.Release) error {
	for ids := m.Exports; len(ids) > 0; {
		var v *invocation
		var given []any
		if v, given, ids = i.nextReleased(ids); v == nil {
			continue
		}
		i.call(v, "release", given, true)
		i.finish(v)
	}
	for _, id := range m.Calls {
		if v := i.serving[id]; v != nil {
			delete(i.serving, id)
			v.serving--
			i.finish(v)
		}
	}
	return nil
}

// nextReleased takes the first of the exports, and those of the same invocation that follow; nil: it is gone already.
func (i *isolate) nextReleased(ids []uint32) (v *invocation, given []any, rest []uint32) {
	if v = i.exports[ids[0]].owner; v == nil {
		return nil, nil, ids[1:]
	}
	for n, id := range ids {
		e := i.exports[id]
		if e.owner != v {
			return v, given, ids[n:]
		}
		delete(i.exports, id)
		v.pass(e.lent, -1)
		given = append(given, int64(id))
	}
	return v, given, nil
}

// dropExports forgets all that the invocation has passed out, and the calls on it.
func (i *isolate) dropExports(v *invocation) {
	if v.exports+v.lent > 0 {
		var ids []any
		for id, e := range i.exports {
			if e.owner == v {
				delete(i.exports, id)
				ids = append(ids, int64(id))
			}
		}
		i.call(nil, "release", ids, false)
	}
	if v.serving > 0 {
		i.failServing(v, rpc.Errorf(rpc.Thrown, stubGone))
	}
}

// failServing answers the calls on what the invocation has passed out.
func (i *isolate) failServing(v *invocation, e *rpc.Error) {
	for id, owner := range i.serving {
		if owner == v {
			delete(i.serving, id)
			v.serving--
			i.out.add(id, &rpc.StubResult{Error: e})
		}
	}
}
