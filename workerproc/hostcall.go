package workerproc

import (
	"fmt"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// hostCall is a call that has not been answered.
type hostCall struct {
	invocation *invocation
	scope      *scope
}

// globalScope has workerd's words for what only a handler may do.
var globalScope = &engine.Error{Name: "Error", Message: "Disallowed operation called within global scope. " +
	"Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random values are not allowed within " +
	"global scope. To fix this error, perform this operation within a handler. " +
	"https://developers.cloudflare.com/workers/runtime-apis/handlers/"}

var tooManySubRequests = &engine.Error{Name: "Error", Message: "Too many subrequests."}

// startCall sends a call on a grant and returns its number.
func (i *isolate) startCall(grant uint32, operation string, payload []byte) (any, error) {
	s := i.scope()
	if s.invocation == nil {
		return nil, globalScope
	}
	v := s.invocation
	if len(payload) > rpc.MaxValue || len(operation) > 256 {
		return nil, &engine.Error{Name: "RangeError", Message: fmt.Sprintf("The call is larger than %d bytes.", rpc.MaxValue)}
	}
	if limit := v.limits.SubRequests; limit > 0 && v.subRequests >= limit {
		return nil, tooManySubRequests
	}
	v.subRequests++
	i.lastCall++
	i.calls[i.lastCall] = &hostCall{v, s}
	i.out.add(i.lastCall, &rpc.HostCall{Invocation: v.id, Grant: grant, Operation: operation, Payload: payload})
	return int64(i.lastCall), nil
}

// hostResult resumes the code that waits for the call.
func (i *isolate) hostResult(id uint32, m *rpc.HostResult) error {
	c := i.calls[id]
	if c == nil {
		if id == 0 || id > i.lastCall {
			return fmt.Errorf("%w: a result of no call", rpc.ErrProtocol)
		}
		return nil // the invocation is over
	}
	delete(i.calls, id)
	var failure any
	if e := m.Error; e != nil {
		failure = []any{string(e.Kind), e.Name, e.Message}
	}
	i.run(c.invocation, c.scope, func() error {
		_, err := i.engine.Call(i.host["hostResult"], int64(id), failure, m.Payload)
		return err
	})
	return nil
}

func (i *isolate) dropCalls(v *invocation) {
	for id, c := range i.calls {
		if c.invocation == v {
			delete(i.calls, id)
		}
	}
}
