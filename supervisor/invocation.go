package supervisor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/rpc"
)

// invocation is one fetch or call under way in an isolate. The isolate's
// reader feeds it; the request's goroutine drains it.
type invocation struct {
	id   uint32
	head chan rpc.Message // ResponseHead, CallResult or InvokeFailed; one at most
	done chan struct{}    // closed after Done or the isolate's end
	body *bodyPipe        // of the response
	up   *credit          // for the request's body

	ended func(*rpc.Done, error) // called at the end, if set

	result    parcel    // of a coded call, or what it threw; set before head is
	call      *hostCall // whose call it is, if another isolate's: head, body and up are nil then
	fetched   bool      // it began with a Request
	plain     bool      // it is a client's fetch, whose answer is a ResponseHead
	answers   answers   // who has answered
	passed    bool      // it has been answered past its process, which has not ended it yet; guarded by isolate.mu
	abandoned bool      // nobody waits for it any more; guarded by isolate.mu
	held      bool      // it has been answered; guarded by isolate.mu
	loads     []uint32  // calls that have loaded a Worker; guarded by isolate.mu
	out       int       // calls of it that wait for their answer; guarded by isolate.mu

	trace  *trace     // what Tail Workers will be told; nil: none watches
	thrown *rpc.Error // what a coded call was answered with; only the reader touches it

	keep logBudget // what may still be logged; only the reader touches it
	most logBudget // what might be in all
	cut  int64     // lines beyond it that came all the same; only the reader touches it

	depth  int          // how many calls between Workers led to it. Set before it begins
	mayAsk int64        // how often it may go outside; 0: no limit, none: never. Set before it begins
	asked  atomic.Int64 // how often it has

	mu         sync.Mutex // guards what follows until done is closed
	logs       []*rpc.LogLine
	exceptions []*rpc.Exception
	end        *rpc.Done
	err        error  // why there is no end: the isolate died
	over       bool   // afterwards has been called, or is called at once; guarded by mu always
	afterwards func() // guarded by mu always
}

// logBudget is what one invocation may still log: the jail is told the same
// limits, and is not trusted to keep them.
type logBudget struct{ bytes, lines int64 }

func (b *logBudget) take(size int) bool {
	if b.lines < 1 || b.bytes < int64(size) {
		return false
	}
	b.lines--
	b.bytes -= int64(size)
	return true
}

func newInvocation(id uint32, keep logBudget) *invocation {
	return &invocation{id: id, head: make(chan rpc.Message, 1), done: make(chan struct{}),
		body: newBodyPipe(), up: newCredit(rpc.Window), keep: keep, most: keep}
}

// newCodedInvocation is one that another isolate has called: it has no bodies.
func newCodedInvocation(id uint32, keep logBudget) *invocation {
	return &invocation{id: id, done: make(chan struct{}), keep: keep, most: keep}
}

// Done is closed when the invocation has ended. With Deadline, Err and Value an invocation is the context of the calls
// that it makes, most of which nobody waits for in a goroutine.
func (v *invocation) Done() <-chan struct{} { return v.done }

// Deadline implements context.Context.
func (v *invocation) Deadline() (time.Time, bool) { return time.Time{}, false }

// Err implements context.Context.
func (v *invocation) Err() error {
	select {
	case <-v.done:
		return context.Canceled
	default:
		return nil
	}
}

// Value implements context.Context.
func (v *invocation) Value(any) any { return nil }

// spend counts a request that leaves the host. The process counts its subrequests, too, and is not trusted to.
func (v *invocation) spend() bool { return v.asked.Add(1) <= v.mayAsk || v.mayAsk == 0 }

// takeResult hands over the result of a coded call.
func (v *invocation) takeResult() parcel {
	p := v.result
	v.result = parcel{}
	return p
}

var (
	errTwoAnswers = errors.New("second answer to one invocation")
	errNoCredit   = errors.New("response body beyond its credit")
	errNoResponse = errors.New("a response to a call, or a body of one")
)

// receive takes a message of this invocation. It doesn't block. An error
// means that the worker process broke the protocol.
func (v *invocation) receive(m rpc.Message) error {
	switch m := m.(type) {
	case *rpc.ResponseHead, *rpc.CallResult, *rpc.InvokeFailed:
		return v.answer(m)
	case *rpc.BodyData, *rpc.BodyAbort, *rpc.Credit:
		return v.receiveBody(m)
	case *rpc.LogLine:
		v.logLine(m)
	case *rpc.Exception:
		v.exception(m)
	case *rpc.Done:
		v.finish(m, nil)
	}
	return nil
}

func (v *invocation) receiveBody(m rpc.Message) error {
	if v.call != nil {
		return errNoResponse
	}
	switch m := m.(type) {
	case *rpc.BodyData:
		return v.body.push(m)
	case *rpc.BodyAbort:
		v.body.fail(errors.New(m.Reason))
	case *rpc.Credit:
		return v.up.add(m.Bytes)
	}
	return nil
}

func (v *invocation) answer(m rpc.Message) error {
	wanted, err := v.answers.own()
	if wanted {
		v.head <- m
	} else {
		v.takeResult().drop()
	}
	return err
}

// levels are those of console's methods.
var levels = map[string]bool{"debug": true, "info": true, "log": true, "warn": true, "error": true}

func (v *invocation) logLine(m *rpc.LogLine) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.trace != nil && traceLevels[m.Level] && v.trace.take(m) {
		return
	}
	if !levels[m.Level] && (v.trace == nil || m.Level != "channel") {
		m.Level = "log"
	}
	if v.keep.take(len(m.Message)) {
		v.logs = append(v.logs, m)
	} else {
		v.cut++
	}
}

// sayCut ends a log that was cut with a line that says so.
func (v *invocation) sayCut(end *rpc.Done) {
	lines := v.cut + max(0, end.LogsDropped)
	if lines == 0 || v.most.lines == 0 || v.most.bytes == 0 {
		return
	}
	text := fmt.Sprintf(`["Log size limit exceeded: %d lines of this request were not kept. It may log %d lines (log_lines) and %d bytes (log_bytes)."]`,
		lines, v.most.lines, v.most.bytes)
	v.logs = append(v.logs, &rpc.LogLine{Level: "warn", Message: []byte(text), Time: time.Now().UnixMilli()})
}

// threw reports whether the exception is what the caller has got: it is his to handle.
func (v *invocation) threw(e *rpc.Exception) bool {
	return v.thrown != nil && e.Name == v.thrown.Name && e.Message == v.thrown.Message && e.Stack == v.thrown.Stack
}

func (v *invocation) exception(m *rpc.Exception) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range []*string{&m.Name, &m.Message, &m.Stack} {
		*text = strings.ToValidUTF8(*text, "\uFFFD")
	}
	if v.keep.take(len(m.Name) + len(m.Message) + len(m.Stack)) {
		v.exceptions = append(v.exceptions, m)
	}
}

// finish ends the invocation: with the worker's Done, or with err when the
// isolate is gone.
func (v *invocation) finish(end *rpc.Done, err error) {
	v.mu.Lock()
	if end != nil {
		v.sayCut(end)
	}
	v.end, v.err = end, err
	v.mu.Unlock()
	if v.ended != nil {
		v.ended(end, err)
	}
	if v.call != nil {
		v.lost(err)
	} else {
		v.endBodies(err)
	}
	close(v.done)
	v.mu.Lock()
	v.over = true
	afterwards := v.afterwards
	v.mu.Unlock()
	if afterwards != nil {
		afterwards()
	}
}

// whenDone has f called once the invocation has ended, now if it has. f must not block: the isolate's reader may call it.
func (v *invocation) whenDone(f func()) {
	v.mu.Lock()
	over := v.over
	v.afterwards = f
	v.mu.Unlock()
	if over {
		f()
	}
}

func (v *invocation) endBodies(err error) {
	if err == nil {
		err = io.ErrUnexpectedEOF // for a body that never had its last piece
	}
	v.body.fail(err)
	v.up.close()
}

// failure returns why the invocation ended without Done; nil if it did not.
func (v *invocation) failure() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

// bodyPipe is a response body on its way from the isolate's reader to the
// client's goroutine. The credit bounds what it holds.
type bodyPipe struct {
	ready chan struct{} // holds a token when something changed

	mu     sync.Mutex // guards what follows
	chunks [][]byte
	held   int // bytes in chunks and in the reader's hands
	err    error
}

func newBodyPipe() *bodyPipe { return &bodyPipe{ready: make(chan struct{}, 1)} }

func (p *bodyPipe) push(m *rpc.BodyData) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held+len(m.Data) > rpc.Window {
		return errNoCredit
	}
	if p.err == nil {
		if p.held += len(m.Data); len(m.Data) > 0 { // empty ones take no credit, so nothing would bound them
			p.chunks = append(p.chunks, m.Data)
		}
		if m.Last {
			p.err = io.EOF
		}
	}
	p.wake()
	return nil
}

// fail ends the body with err, after what has arrived; a no-op at its end.
func (p *bodyPipe) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
	}
	p.wake()
}

func (p *bodyPipe) wake() {
	select {
	case p.ready <- struct{}{}:
	default:
	}
}

// next returns the next piece, waiting for it; io.EOF after the last. The
// caller returns its length with consumed.
func (p *bodyPipe) next(ctx context.Context) ([]byte, error) {
	for {
		if chunk, err := p.poll(); chunk != nil || err != nil {
			return chunk, err
		}
		select {
		case <-p.ready:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (p *bodyPipe) poll() ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.chunks) > 0 {
		chunk := p.chunks[0]
		if p.chunks = p.chunks[1:]; len(chunk) > 0 {
			return chunk, nil
		}
	}
	return nil, p.err
}

func (p *bodyPipe) consumed(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held -= n
}

// credit is how much of a request body may be sent to the isolate.
type credit struct {
	ready chan struct{}

	mu     sync.Mutex // guards what follows
	bytes  int
	closed bool
}

func newCredit(n int) *credit { return &credit{ready: make(chan struct{}, 1), bytes: n} }

var errTooMuchCredit = errors.New("more credit than was ever used")

func (c *credit) add(n uint32) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bytes += int(n); c.bytes > rpc.Window {
		return errTooMuchCredit
	}
	c.wake()
	return nil
}

func (c *credit) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.wake()
}

func (c *credit) wake() {
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// errBodyUnwanted ends an upload: the invocation is over.
var errBodyUnwanted = errors.New("the Worker has finished without reading the body")

// take waits for credit and takes up to want bytes of it.
func (c *credit) take(ctx context.Context, want int) (int, error) {
	for {
		if n, err := c.tryTake(want); n > 0 || err != nil {
			return n, err
		}
		select {
		case <-c.ready:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

func (c *credit) tryTake(want int) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return 0, errBodyUnwanted
	}
	n := min(want, c.bytes)
	c.bytes -= n
	return n, nil
}
