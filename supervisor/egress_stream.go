package supervisor

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/rpc"
)

// ask calls a capability from here and waits for the result, which the caller drops.
func ask(ctx context.Context, of capability, args parcel, path ...string) (parcel, error) {
	type result struct {
		p   parcel
		err error
	}
	answered := make(chan result, 1)
	c := &hostCall{ctx: ctx, path: path, args: args}
	c.reply = func(e *rpc.Error, p parcel) {
		if e != nil {
			p.drop()
			answered <- result{err: e}
			return
		}
		answered <- result{p: p.coded()}
	}
	of.call(c)
	select {
	case r := <-answered:
		return r.p, r.err
	case <-ctx.Done():
		c.fail(context.Cause(ctx)) // what still comes is dropped
		r := <-answered
		if r.err != nil {
			c.recall()
		}
		return r.p, r.err
	}
}

// jailReader reads a stream that an isolate has passed out: each read is a call, so it is never ahead of who reads here.
type jailReader struct {
	ctx    context.Context
	source capability
	rest   []byte
	err    error
}

func (r *jailReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 && r.err == nil {
		r.rest, r.err = r.next()
	}
	if len(r.rest) == 0 {
		return 0, r.err
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// undefinedText is a coded value.
const undefinedText = `["u"]`

func (r *jailReader) next() ([]byte, error) {
	p, err := ask(r.ctx, r.source, parcel{data: appendPieces([]byte("[[]]"))}, "read")
	if err != nil {
		return nil, err
	}
	defer p.drop()
	text, blobs, err := pieces(p.data)
	if len(p.data) == 0 || string(text) == undefinedText {
		return nil, io.EOF
	}
	if err != nil {
		return nil, err
	}
	list, err := codedList(text)
	if err != nil || len(list) != 1 {
		return nil, errMalformedValue
	}
	f, err := formOf(list[0])
	if err != nil {
		return nil, rpc.Errorf(rpc.Thrown, "The body is a stream of something else than bytes.")
	}
	return f.bytes(blobs)
}

// Sizes of what is read ahead of an isolate, and of what it is given at once.
const (
	readAhead = 1 << 20
	pieceSize = 256 << 10
	minPiece  = 4 << 10
)

// streamCap is a stream from outside, as an isolate reads it: by calls of read() and cancel(). A goroutine reads ahead of it.
type streamCap struct {
	body    io.ReadCloser
	end     func()
	holders atomic.Int64
	done    chan struct{} // closed when nothing is read from body any more

	mu     sync.Mutex // guards what follows
	room   *sync.Cond // there is room again
	held   [][]byte
	size   int
	err    error // io.EOF at the end
	closed bool
	waits  []*hostCall // in the order in which they came
}

// newStreamCap reads body, of which that much is expected (-1: who knows). end is called when nothing more comes of it. The caller holds the result.
func newStreamCap(ctx context.Context, body io.ReadCloser, expected int64, group interface{ Go(func()) }, end func()) *streamCap {
	s := streamOf(body, end)
	group.Go(func() { s.run(ctx, expected) })
	return s
}

// streamOf is a stream that somebody has to run.
func streamOf(body io.ReadCloser, end func()) *streamCap {
	s := &streamCap{body: body, end: end, done: make(chan struct{})}
	s.room = sync.NewCond(&s.mu)
	s.retain()
	return s
}

// run reads the body to its end.
func (s *streamCap) run(ctx context.Context, expected int64) {
	stop := context.AfterFunc(ctx, s.close)
	defer s.end()
	defer stop()
	defer close(s.done)
	s.pump(expected)
}

// pump takes memory by what comes: most answers are small.
func (s *streamCap) pump(expected int64) {
	size := min(max(expected+1, minPiece), pieceSize)
	for {
		buf := make([]byte, size)
		n, err := s.body.Read(buf)
		for err == nil && n < len(buf)/4 && n < minPiece { // a few bytes at a time: several in one piece of memory
			if !s.push(buf[:n:n], nil) {
				s.body.Close()
				return
			}
			if buf = buf[n:]; len(buf) < minPiece/2 {
				n = 0
				break
			}
			n, err = s.body.Read(buf)
		}
		if n == 0 && err == nil {
			continue
		}
		if !s.push(buf[:n:n], err) {
			s.body.Close()
			return
		}
		if int64(n) == size {
			size = min(2*size, pieceSize)
		}
	}
}

// push hands on what has been read, and waits for room. False: no more is wanted.
func (s *streamCap) push(b []byte, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(b) > 0 {
		s.held = append(s.held, b)
		s.size += len(b)
	}
	if err != nil && s.err == nil {
		s.err = err
	}
	s.serveLocked()
	for s.size >= readAhead && !s.closed {
		s.room.Wait()
	}
	return s.err == nil && !s.closed
}

// serveLocked answers those who wait, as far as there is something.
func (s *streamCap) serveLocked() {
	for len(s.waits) > 0 && (len(s.held) > 0 || s.err != nil || s.closed) {
		c := s.waits[0]
		s.waits = s.waits[1:]
		s.answerLocked(c)
	}
}

func (s *streamCap) answerLocked(c *hostCall) {
	switch {
	case len(s.held) > 0:
		b := s.held[0]
		s.held = s.held[1:]
		for len(s.held) > 0 && len(b)+len(s.held[0]) <= pieceSize {
			b = append(b[:len(b):len(b)], s.held[0]...)
			s.held = s.held[1:]
		}
		s.size -= len(b)
		s.room.Signal()
		c.answer(parcel{data: appendPieces([]byte(`[[["t","Uint8Array",0]]]`), b)})
	case errors.Is(s.err, io.EOF), s.closed && s.err == nil:
		c.answer(parcel{data: appendPieces([]byte(undefinedText))})
	default:
		c.fail((&outboundCap{}).failure(s.err))
	}
}

// A body of smallBody bytes at most that has come within patience goes with the response.
const (
	smallBody = 64 << 10
	patience  = 2 * time.Millisecond
)

// runWith is run. Meanwhile, or at its end, it calls answer, once: with the whole body, if that is small and has come at once.
func (s *streamCap) runWith(ctx context.Context, expected int64, answer func(whole []byte, ok bool)) {
	if expected > smallBody {
		answer(nil, false)
		s.run(ctx, expected)
		return
	}
	var once sync.Once
	late := time.AfterFunc(patience, func() { once.Do(func() { answer(nil, false) }) })
	s.run(ctx, expected)
	late.Stop()
	once.Do(func() { answer(s.whole(smallBody)) })
}

// whole takes the body out, if it has ended well and is no larger.
func (s *streamCap) whole(most int) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !errors.Is(s.err, io.EOF) || s.size > most {
		return nil, false
	}
	var all []byte
	for _, b := range s.held {
		all = append(all, b...)
	}
	s.held, s.size = nil, 0
	return all, true
}

func (s *streamCap) call(c *hostCall) {
	c.args.drop()
	if len(c.path) == 1 && !c.get {
		switch c.path[0] {
		case "read":
			s.mu.Lock()
			s.waits = append(s.waits, c)
			s.serveLocked()
			s.mu.Unlock()
			return
		case "cancel":
			s.close()
			c.answer(parcel{data: appendPieces([]byte(undefinedText))})
			return
		}
	}
	c.fail(errNoSuchMethod)
}

var errNoSuchMethod = &rpc.Error{Kind: rpc.Thrown, Name: "TypeError", Message: "The RPC receiver does not implement the method."}

// close ends the stream: nobody reads it, or nobody may.
func (s *streamCap) close() {
	s.mu.Lock()
	already := s.closed
	s.closed = true
	if !already && s.err == nil {
		s.held, s.size = nil, 0
	}
	s.room.Broadcast()
	s.serveLocked()
	s.mu.Unlock()
	if !already {
		s.body.Close()
	}
}

func (s *streamCap) retain() { s.holders.Add(1) }

func (s *streamCap) release() {
	if s.holders.Add(-1) == 0 {
		s.close()
	}
}
