package workerproc

import "stockade.dev/stockade/rpc"

// outbox gathers frames, so that what one turn of the loop causes is sent in
// one write.
type outbox struct {
	conn   *rpc.Conn // nil: frames are dropped (process.go)
	frames []rpc.Frame
	size   int
	err    error
}

// flushAt is how many bytes may be gathered before they are sent within a turn.
const flushAt = 1 << 20

func (o *outbox) add(id uint32, m rpc.Message) {
	o.frames = append(o.frames, rpc.Frame{ID: id, Message: m})
	if o.size += weight(m); o.size > flushAt {
		o.err = o.flush()
	}
}

// weight is about the memory that a message holds until it is sent.
func weight(m rpc.Message) int {
	switch m := m.(type) {
	case *rpc.BodyData:
		return len(m.Data)
	case *rpc.LogLine:
		return len(m.Message)
	case *rpc.HostCall:
		return len(m.Args.Data)
	case *rpc.CallResult:
		return len(m.Value)
	}
	return 0
}

func (o *outbox) flush() error {
	if o.err != nil || len(o.frames) == 0 {
		return o.err
	}
	frames := o.frames
	o.frames, o.size = o.frames[:0], 0
	if o.conn == nil {
		return nil
	}
	return o.conn.Send(frames...)
}
