package workerproc

import (
	"sync"

	"stockade.dev/stockade/rpc"
)

// outbox gathers frames, so that what one turn of the loop causes is sent in
// one write. A turn that takes long does not hold them back: the watchdog
// sends what there is.
type outbox struct {
	send func(...rpc.Frame) error // nil: frames are dropped (process.go)

	mu     sync.Mutex // guards what follows: the watchdog runs beside the turn
	frames []rpc.Frame
	size   int
	err    error
}

// flushAt is how many bytes may be gathered before they are sent within a turn, and flushFrames how many frames: who gets
// them can begin while the turn goes on.
const (
	flushAt     = 1 << 20
	flushFrames = 64
)

func (o *outbox) add(id uint32, m rpc.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.frames = append(o.frames, rpc.Frame{ID: id, Message: m})
	if o.size += weight(m); o.size > flushAt || len(o.frames) >= flushFrames {
		o.flushLocked()
	}
}

// amend changes a frame that may not have been sent yet.
func (o *outbox) amend(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
}

// weight is about the memory that a message holds until it is sent.
func weight(m rpc.Message) int {
	switch m := m.(type) {
	case *rpc.BodyData:
		return len(m.Data)
	case *rpc.LogLine:
		return len(m.Message)
	case *rpc.HostCall:
		if m.Request != nil {
			return len(m.Request.Body)
		}
		return len(m.Args.Data)
	case *rpc.CallResult:
		if m.Response != nil {
			return len(m.Response.Body)
		}
		return len(m.Value)
	case *rpc.CacheCall:
		return len(m.Data) + len(m.Meta)
	}
	return 0
}

// flush sends what there is. An error stays.
func (o *outbox) flush() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.flushLocked()
}

func (o *outbox) flushLocked() error {
	if o.err != nil || len(o.frames) == 0 {
		return o.err
	}
	frames := o.frames
	o.frames, o.size = o.frames[:0], 0
	if o.send != nil {
		o.err = o.send(frames...)
	}
	return o.err
}
