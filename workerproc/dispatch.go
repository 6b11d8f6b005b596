package workerproc

import (
	"fmt"
	"strings"

	"stockade.dev/stockade/rpc"
)

// invoke begins an invocation.
func (i *isolate) invoke(id uint32, m *rpc.Invoke) error {
	if i.invocations[id] != nil || id == 0 {
		return fmt.Errorf("%w: invocation %d twice", rpc.ErrProtocol, id)
	}
	v := newInvocation(id, m)
	i.invocations[id] = v
	if i.loadFailure != nil {
		i.refuse(v, i.loadFailure)
		return nil
	}
	i.addWallLimit(v)
	entry, err := i.entrypoint(m.Entrypoint)
	if err != nil {
		i.refuse(v, i.toRPC(err))
		return nil
	}
	if m.Event != "" {
		return i.dispatchEvent(v, m, entry)
	}
	if m.Coded {
		return i.dispatchCoded(v, m, entry)
	}
	var props any
	if len(m.Props.Data) > 0 {
		if props, err = i.parse(m.Props.Data); err != nil {
			i.refuse(v, rpc.Errorf(rpc.BadRequest, "props are not JSON"))
			return nil
		}
	}
	i.dispatch(v, m, entry, props)
	return nil
}

// entrypoint finds the export of that name. As in the Workers runtime, it is the one that was there first.
func (i *isolate) entrypoint(name string) (any, error) {
	export := name
	if name == "" {
		export = "default"
	}
	if entry, called := i.entries[export]; called {
		return entry, nil
	}
	entry, err := i.engine.Property(i.namespace, export)
	if err != nil {
		return nil, err
	}
	if entry == nil {
		return nil, rpc.Errorf(rpc.NotFound, "Worker has no such entrypoint: %s", clip(strings.TrimSuffix(export, "\x00")))
	}
	i.entries[export] = entry
	return entry, nil
}

func (i *isolate) dispatch(v *invocation, m *rpc.Invoke, entry, props any) {
	id := int64(v.id)
	if m.RPCMethod != "" {
		args := string(m.Args.Data)
		if args == "" {
			args = "[]"
		}
		i.call(v, "dispatchCall", id, entry, i.env, props, m.RPCMethod, args)
		return
	}
	i.callHandler(v, "dispatchFetch", id, entry, i.env, props, m.Method, m.URL, flatHeaders(m.Headers), requestBody(m))
}

// dispatchCoded is a call from another isolate: its values may hold stubs, and "fetch" is a method like others.
func (i *isolate) dispatchCoded(v *invocation, m *rpc.Invoke, entry any) error {
	props, err := givenProps(m.Props)
	if err != nil {
		i.refuse(v, rpc.Errorf(rpc.BadRequest, "%s", errValue.Message))
		return nil
	}
	if r := m.Request; r != nil {
		i.callHandler(v, "dispatchRequest", int64(v.id), entry, i.env, props, r.Method, r.URL, flatHeaders(r.Headers), inlineBody(r.HasBody, r.Body))
		return nil
	}
	if method := methodOf(m); method != "" {
		if args, ok := plainList(m.Args.Data); ok {
			i.call(v, "dispatchPlain", int64(v.id), entry, i.env, props, method, args)
			return nil
		}
	}
	args, err := given(m.Args)
	if err != nil {
		i.refuse(v, rpc.Errorf(rpc.BadRequest, "%s", errValue.Message))
		return nil
	}
	path := make([]any, len(m.Path))
	for n, name := range m.Path {
		path[n] = name
	}
	i.call(v, "dispatchCoded", int64(v.id), entry, i.env, props, path, m.Get, args)
	return nil
}

// givenProps is given, but nothing for those that the runtime makes itself.
func givenProps(g rpc.Given) (any, error) {
	if string(g.Data) == "\x02{}" {
		return nil, nil
	}
	return given(g)
}

// dispatchEvent calls a handler that is no method.
func (i *isolate) dispatchEvent(v *invocation, m *rpc.Invoke, entry any) error {
	props, err := given(m.Props)
	if err != nil {
		i.refuse(v, rpc.Errorf(rpc.BadRequest, "%s", errValue.Message))
		return nil
	}
	if m.Event != "tail" {
		return fmt.Errorf("%w: an event %.20q", rpc.ErrProtocol, m.Event)
	}
	i.call(v, "dispatchTail", int64(v.id), entry, i.env, props, string(m.Args.Data))
	return nil
}

// methodOf is the method that is called, if it is one of the entrypoint itself and none that the runtime knows.
func methodOf(m *rpc.Invoke) string {
	if len(m.Path) != 1 || m.Get || m.Path[0] == "fetch" {
		return ""
	}
	return m.Path[0]
}

// refuse ends an invocation that has not begun.
func (i *isolate) refuse(v *invocation, e *rpc.Error) {
	i.fail(v, e)
	v.settled = true
	i.finish(v)
}

// cancel tells the Worker that nobody waits for the answer.
func (i *isolate) cancel(v *invocation, reason string) {
	if v.canceled {
		return
	}
	v.canceled = true
	v.body.drop()
	i.call(v, "cancel", int64(v.id), reason)
	i.finish(v)
	i.leave(v)
}
