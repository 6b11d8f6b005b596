package supervisor

import (
	"stockade.dev/stockade/rpc"
)

// grants is what one isolate may reach outside of it, by grant number. The
// zero value denies everything.
type grants map[uint32]grant

// grant is something outside an isolate that it was given.
type grant interface {
	// call does one operation. The payload comes from a jail.
	call(operation string, payload []byte) ([]byte, error)
}

// outbound is the grant number of globalOutbound: fetch() and connect().
const outbound = 0

// The wording is the Workers runtime's.
const noInternet = "This worker is not permitted to access the internet via global functions like fetch(). " +
	"It must use capabilities (such as bindings in 'env') to talk to the outside world."

// callback answers a call that comes out of an isolate. This is the only
// place that decides whether it may: by the isolate's own table.
func (i *isolate) callback(id uint32, m *rpc.HostCall) error {
	g, ok := i.grants[m.Grant]
	if !ok {
		return i.reply(id, nil, refusal(m))
	}
	result, err := g.call(m.Operation, m.Payload)
	return i.reply(id, result, err)
}

func refusal(m *rpc.HostCall) *rpc.Error {
	if m.Grant == outbound {
		return &rpc.Error{Kind: rpc.Denied, Name: "Error", Message: noInternet}
	}
	return &rpc.Error{Kind: rpc.Denied, Name: "Error", Message: "This Worker holds no such binding."}
}

func (i *isolate) reply(id uint32, payload []byte, err error) error {
	return i.conn.Send(rpc.Frame{ID: id, Message: &rpc.HostResult{Error: asError(err), Payload: payload}})
}
