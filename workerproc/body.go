package workerproc

import (
	"fmt"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// responseBody is what is under way to the client, within its credit.
type responseBody struct {
	open    bool // not everything has been sent
	closing bool // the Worker has written everything
	window  int
	queue   [][]byte
	promise any                              // of the writer, who waits for the queue to be sent
	drained func(value any, err error) error // settles promise
}

// waits reports whether credit can set the body going again.
func (b *responseBody) waits() bool { return b.open && len(b.queue) > 0 }

func (b *responseBody) drop() { *b = responseBody{} }

// respond answers a fetch. A body that fits goes with the head; a larger one
// follows in pieces.
func (i *isolate) respond(v *invocation, head *rpc.ResponseHead, body []byte, streaming bool) {
	if !v.answer() {
		return
	}
	if len(body) <= rpc.ChunkSize {
		head.Body = body
		body = nil
	}
	head.Stream = streaming || len(body) > 0
	i.out.add(v.id, head)
	if !head.Stream {
		return
	}
	v.body = responseBody{open: true, window: rpc.Window}
	if !streaming {
		v.body.queue, v.body.closing = [][]byte{body}, true
	}
	i.pump(v)
}

var errBodyOver = &engine.Error{Name: "TypeError", Message: "The response's body is no longer read."}

// write queues a piece of the body. It returns a promise when the client has
// to read before more may be written.
func (i *isolate) write(v *invocation, data []byte) (any, error) {
	b := &v.body
	switch {
	case !b.open || b.closing:
		return nil, errBodyOver
	case len(data) > 0:
		b.queue = append(b.queue, data)
		i.pump(v)
	}
	if len(b.queue) > 0 && b.promise == nil {
		b.promise, b.drained = i.engine.NewPromise()
	}
	return b.promise, nil
}

// pump sends what the credit allows.
func (i *isolate) pump(v *invocation) {
	b := &v.body
	for len(b.queue) > 0 && b.window > 0 {
		piece := b.queue[0]
		n := min(len(piece), b.window, rpc.ChunkSize)
		if n == len(piece) {
			b.queue = b.queue[1:]
		} else {
			b.queue[0] = piece[n:]
		}
		b.window -= n
		last := b.closing && len(b.queue) == 0
		i.out.add(v.id, &rpc.BodyData{Data: piece[:n], Last: last})
		if last {
			b.open = false
		}
	}
}

// closeBody ends the body when its queue has been sent.
func (i *isolate) closeBody(v *invocation) {
	if !v.body.open || v.body.closing {
		return
	}
	v.body.closing = true
	if len(v.body.queue) == 0 {
		v.body.open = false
		i.out.add(v.id, &rpc.BodyData{Last: true})
	}
}

func (i *isolate) abortBody(v *invocation, reason string) {
	if !v.body.open {
		return
	}
	v.body.drop()
	i.out.add(v.id, &rpc.BodyAbort{Reason: clip(reason)})
}

// credit lets more of the response's body go.
func (i *isolate) credit(v *invocation, n uint32) error {
	if !v.body.open {
		return nil
	}
	if v.body.window += int(n); v.body.window > rpc.Window {
		return fmt.Errorf("%w: credit beyond the window", rpc.ErrProtocol)
	}
	i.pump(v)
	if settle := v.body.drained; settle != nil && len(v.body.queue) == 0 {
		v.body.promise, v.body.drained = nil, nil
		i.run(v, nil, func() error { return settle(nil, nil) })
	}
	i.finish(v)
	return nil
}

// requestState is a request's body that comes in pieces.
type requestState struct {
	open   bool
	window int // how much the client may still send
	taken  int // what the Worker has read and the client not been told
}

// requestBody is the body as dispatchFetch takes it.
func requestBody(m *rpc.Invoke) any {
	switch {
	case m.Stream:
		return true
	case m.Body != nil:
		return m.Body
	}
	return nil
}

func (i *isolate) requestData(v *invocation, m *rpc.BodyData) error {
	if !v.request.open {
		return fmt.Errorf("%w: a body that has ended goes on", rpc.ErrProtocol)
	}
	if v.request.window -= len(m.Data); v.request.window < 0 {
		return fmt.Errorf("%w: a body beyond its credit", rpc.ErrProtocol)
	}
	if len(m.Data) > 0 {
		i.call(v, "requestChunk", int64(v.id), m.Data)
	}
	if m.Last && !v.done {
		v.request.open = false
		i.call(v, "requestEnd", int64(v.id))
	}
	return nil
}

func (i *isolate) requestAbort(v *invocation, reason string) {
	if v.request.open {
		v.request.open = false
		i.call(v, "requestAbort", int64(v.id), reason)
	}
}

// tookRequest gives credit for what the Worker has read, a piece at a time.
func (i *isolate) tookRequest(v *invocation, n int) {
	r := &v.request
	if !r.open || n <= 0 {
		return
	}
	if r.taken += n; r.taken < rpc.ChunkSize {
		return
	}
	give := min(r.taken, rpc.Window-r.window)
	r.taken = 0
	r.window += give
	i.out.add(v.id, &rpc.Credit{Bytes: uint32(give)})
}
