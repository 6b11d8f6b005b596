package supervisor

import (
	"errors"
	"slices"
	"sync"

	"stockade.dev/stockade/rpc"
)

// sendQueue holds frames for a process that is slow to take them, so that nobody waits for it who shouldn't.
type sendQueue struct {
	mu      sync.Mutex
	frames  []rpc.Frame
	size    int // of frames, and of those that are being sent
	sending bool
}

// maxQueued is how many bytes may wait for a process, before it is given up.
const maxQueued = 192 << 20

// batch is what the reader of a conversation has caused in others, until it has handled all that had arrived.
type batch struct {
	frames int
	size   int        // of what is in them, about
	queues []*isolate // that have to be sent to

	told   []*isolate // that may be sent to when the others have been
	finder *isolate   // whose reader it is
	finds  []uint32   // calls of its that have found a Worker, and that nothing has followed: it has to be told
}

// found notes that a Worker has been found. follow notes a call of that Worker.
func (b *batch) found(by *isolate, id uint32) { b.finder, b.finds = by, append(b.finds, id) }

func (b *batch) follow(id uint32) {
	if n := slices.Index(b.finds, id); n >= 0 {
		b.finds = slices.Delete(b.finds, n, n+1)
	}
}

// maxBatch bounds how many frames are handled before what they have caused is sent.
const maxBatch = 64

func (b *batch) flush() {
	if len(b.finds) > 0 {
		b.finder.sendQueued()
		b.finds = b.finds[:0]
	}
	for n, i := range b.queues {
		i.sendQueued()
		b.queues[n] = nil
	}
	if len(b.told) > 0 {
		tellAside(b.told)
		clear(b.told)
		b.told = b.told[:0]
	}
	b.frames, b.size, b.queues = 0, 0, b.queues[:0]
}

// post sends frames behind those that were posted before. It doesn't wait.
func (i *isolate) post(frames ...rpc.Frame) { i.postIn(nil, frames...) }

// postIn is post with the rest of a batch, if there is one.
func (i *isolate) postIn(b *batch, frames ...rpc.Frame) {
	switch size := i.enqueue(frames...); {
	case size > maxQueued:
		i.log.Warn("a worker process does not take what is sent to it, and is ended")
		i.conn.Close()
	case b == nil:
		i.sendQueued()
	case !slices.Contains(b.queues, i):
		b.queues = append(b.queues, i)
	}
}

// enqueue has frames sent with the next ones. It returns how much is queued.
func (i *isolate) enqueue(frames ...rpc.Frame) (size int) {
	q := &i.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	q.frames = append(q.frames, frames...)
	q.size += weights(frames)
	return q.size
}

// sendQueued sends what is queued as far as the process takes it at once, and leaves the rest to a goroutine.
func (i *isolate) sendQueued() {
	for {
		frames, size := i.queue.take()
		if len(frames) == 0 {
			return
		}
		if areAside(frames) {
			turns.told(i)
		} else {
			turns.sent(i, size)
		}
		taken, left, err := i.conn.TrySend(frames...)
		i.unsent(err)
		if taken && !left {
			i.queue.taken()
			continue
		}
		if taken {
			frames = nil
		}
		go i.drainQueue(frames)
		return
	}
}

// take returns what is queued and how much it is, unless somebody is sending: then that is his to do. taken ends the sending.
func (q *sendQueue) take() (frames []rpc.Frame, size int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.sending {
		return nil, 0
	}
	frames, q.frames = q.frames, nil
	q.sending = len(frames) > 0
	return frames, q.size
}

func (q *sendQueue) taken() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sending = false
	q.size = weights(q.frames)
}

// drainQueue sends frames, and those that are queued meanwhile, to a process that takes its time. First comes what is left
// of earlier ones.
func (i *isolate) drainQueue(frames []rpc.Frame) {
	for {
		for first := true; first || len(frames) > 0; first = false {
			n := min(len(frames), 64)
			i.unsent(i.conn.Send(frames[:n]...))
			frames = frames[n:]
		}
		i.queue.taken()
		if frames, _ = i.queue.take(); len(frames) == 0 {
			return
		}
	}
}

// unsent looks at the error of sending. To a process that has ended nothing can be sent. One that can't be told something
// would wait for it for ever.
func (i *isolate) unsent(err error) {
	switch {
	case err == nil:
	case errors.Is(err, rpc.ErrTooLarge):
		i.log.Error("cannot send to a worker process, which is ended", "err", err)
		i.conn.Close()
	default:
		i.log.Debug("cannot send to a worker process", "err", err)
	}
}

func weights(frames []rpc.Frame) (sum int) {
	for _, f := range frames {
		sum += weight(f.Message)
	}
	return sum
}

// weight is what a message takes in memory, about.
func weight(m rpc.Message) int {
	const frame = 512
	switch m := m.(type) {
	case *rpc.HostResult:
		return frame + len(m.Value.Data) + 4*len(m.Value.Grants) + responseBody(m.Response)
	case *rpc.StubCall:
		return frame + len(m.Args.Data) + 4*len(m.Args.Grants)
	case *rpc.Invoke:
		return frame + len(m.Args.Data) + len(m.Props.Data) + 4*len(m.Args.Grants) + requestBody(m.Request)
	case *rpc.CacheResult:
		return frame + len(m.Meta) + len(m.Data)
	case *rpc.HostCall:
		return frame + len(m.Args.Data) + 4*len(m.Args.Caps) + requestBody(m.Request)
	case *rpc.CallResult:
		return frame + len(m.Value) + responseBody(m.Response)
	case *rpc.StubResult:
		return frame + len(m.Value.Data)
	case *rpc.BodyData:
		return frame + len(m.Data)
	}
	return frame
}

func requestBody(r *rpc.Request) int {
	if r == nil {
		return 0
	}
	return len(r.Body)
}

func responseBody(r *rpc.Response) int {
	if r == nil {
		return 0
	}
	return len(r.Body)
}
