package supervisor

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/rpc"
)

// queued does what an isolate asks for one after the other, in its order, and never makes it wait here. What it may have
// waiting is bounded.
type queued struct {
	group interface{ Go(func()) }

	mu      sync.Mutex // guards what follows
	work    []func()
	size    int
	running bool
}

// maxWaiting is how many bytes may wait for a connection that doesn't take them.
const maxWaiting = 64 << 20

func (q *queued) add(size int, f func()) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.size+size > maxWaiting {
		return false
	}
	q.size += size
	q.work = append(q.work, func() { f(); q.mu.Lock(); q.size -= size; q.mu.Unlock() })
	if !q.running {
		q.running = true
		q.group.Go(q.run)
	}
	return true
}

func (q *queued) run() {
	for {
		q.mu.Lock()
		if len(q.work) == 0 {
			q.running = false
			q.mu.Unlock()
			return
		}
		f := q.work[0]
		q.work = q.work[1:]
		q.mu.Unlock()
		f()
	}
}

var errTooMuchWaits = rpc.Errorf(rpc.Overloaded, "More than %d bytes wait for the other side to take them.", maxWaiting)

// socketCap is a WebSocket from outside, as an isolate uses it: by calls of next(), send() and close().
type socketCap struct {
	socket       *netproxy.Socket
	reads, sends queued
	once         sync.Once
	end          func()
	holders      atomic.Int64
}

func newSocketCap(socket *netproxy.Socket, group interface{ Go(func()) }, end func()) *socketCap {
	s := &socketCap{socket: socket, end: end, reads: queued{group: group}, sends: queued{group: group}}
	s.retain()
	return s
}

func (s *socketCap) retain() { s.holders.Add(1) }

func (s *socketCap) release() {
	if s.holders.Add(-1) == 0 {
		s.close()
	}
}

func (s *socketCap) close() { s.once.Do(func() { s.socket.Close(); s.end() }) }

func (s *socketCap) call(c *hostCall) {
	if len(c.path) != 1 || c.get {
		c.args.drop()
		c.fail(errNoSuchMethod)
		return
	}
	q, f := &s.sends, s.send
	switch c.path[0] {
	case "next":
		q, f = &s.reads, s.next
	case "close":
		f = s.sendClose
	case "send":
	default:
		c.args.drop()
		c.fail(errNoSuchMethod)
		return
	}
	do := func() {
		defer c.args.drop()
		if err := f(c); err != nil {
			c.fail((&outboundCap{}).failure(err))
		}
	}
	if !q.add(len(c.args.data)+64, do) {
		c.args.drop()
		c.fail(errTooMuchWaits)
	}
}

// next answers [0, text], [1, bytes] or [2, code, reason].
func (s *socketCap) next(c *hostCall) error {
	m, err := s.socket.Next()
	switch {
	case err != nil:
		s.close()
		return err
	case m.Close:
		c.answer(parcel{data: appendPieces(codedText([][]any{{2, m.Code, m.Reason}}))})
	case m.Text:
		c.answer(parcel{data: appendPieces(codedText([][]any{{0, string(m.Data)}}))})
	default:
		c.answer(parcel{data: appendPieces([]byte(`[[1,["t","Uint8Array",0]]]`), m.Data)})
	}
	return nil
}

func (s *socketCap) send(c *hostCall) error {
	text, blobs, err := pieces(c.args.data)
	if err != nil {
		return err
	}
	args, err := codedList(text)
	if err != nil || len(args) != 1 {
		return errMalformedValue
	}
	message, data, isText, err := textOrBytes(args[0], blobs)
	if err != nil {
		return errMalformedValue
	}
	if isText {
		data = []byte(message)
	}
	if err := s.socket.Send(isText, data); err != nil {
		return err
	}
	c.answer(parcel{data: appendPieces([]byte(undefinedText))})
	return nil
}

func (s *socketCap) sendClose(c *hostCall) error {
	text, _, err := pieces(c.args.data)
	if err != nil {
		return err
	}
	args, err := codedList(text)
	var (
		code   int
		reason string
	)
	if err != nil || len(args) != 2 || json.Unmarshal(args[0], &code) != nil || json.Unmarshal(args[1], &reason) != nil || code < 1000 || code > 4999 || len(reason) > 123 {
		return errMalformedValue
	}
	if err := s.socket.SendClose(code, reason); err != nil {
		return err
	}
	c.answer(parcel{data: appendPieces([]byte(undefinedText))})
	return nil
}

// connectRequest is what connect() is called with.
type connectRequest struct {
	Hostname string `json:"hostname"`
	Port     uint16 `json:"port"`
	Secure   string `json:"secureTransport"` // off, on, starttls
}

// connect makes a raw connection. The answer is {r: readable, w: writable, c: control}.
func (o *outboundCap) connect(c *hostCall) error {
	args := c.args
	c.args = parcel{}
	defer args.drop()
	text, _, err := pieces(args.data)
	if err != nil {
		return err
	}
	list, err := codedList(text)
	var r connectRequest
	if err != nil || len(list) != 1 || json.Unmarshal(list[0], &r) != nil {
		return errMalformedValue
	}
	client, err := o.client(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(o.granted.s.ctx)
	stop := context.AfterFunc(c.ctx, cancel)
	defer stop()
	conn, err := client.Connect(ctx, r.Hostname, r.Port, r.Secure == "on")
	if err == nil && !stop() {
		conn.Close()
		err = netproxy.ErrLost
	}
	if err != nil {
		cancel()
		return connectFailure(err)
	}
	raw := &rawConn{conn: conn, cancel: cancel, group: &o.granted.s.hostCalls, ctx: ctx}
	c.answer(raw.parcel(net.JoinHostPort(r.Hostname, strconv.Itoa(int(r.Port)))))
	return nil
}

// connectFailure has the Workers runtime's words.
func connectFailure(err error) error {
	var denied *netproxy.DeniedError
	if errors.As(err, &denied) {
		return err
	}
	const message = "proxy request failed, cannot connect to the specified address"
	plain := thrown(message)
	if code := netproxy.Code(err); code != "" { // node:net's errors have it; those of connect() don't (parts/sockets.js)
		return &thrownError{plain, parcel{data: codedError("Error", message, map[string]any{"connectFailure": code})}}
	}
	return plain
}

// rawConn is a connection with the capabilities on it: a stream, a sink and a control. It ends when nobody holds any of them.
type rawConn struct {
	conn      *netproxy.Conn
	switching atomic.Bool // to TLS: what is read without it has ended
	ctx       context.Context
	cancel    func()
	group     interface{ Go(func()) }
	holders   atomic.Int64
	once      sync.Once
}

// parcel is ["S", {r, w, c}, remote address] with fresh capabilities.
func (r *rawConn) parcel(address string) parcel {
	r.holders.Add(3)
	read := newStreamCap(r.ctx, &rawReader{r}, -1, r.group, func() {})
	write := &sinkCap{onRaw: onRaw{raw: r}, queue: queued{group: r.group}}
	write.retain()
	control := &controlCap{onRaw: onRaw{raw: r}, stream: read}
	control.retain()
	text := codedText(map[string]any{"r": []any{"R", 0, true}, "w": []any{"c", 1, "free"}, "c": []any{"c", 2, "free"}, "a": address})
	return parcel{data: appendPieces(text), caps: []capability{read, write, control}}
}

func (r *rawConn) drop() {
	if r.holders.Add(-1) == 0 {
		r.close()
	}
}

func (r *rawConn) close() { r.once.Do(func() { r.conn.Close(); r.cancel() }) }

type rawReader struct{ raw *rawConn }

func (r *rawReader) Read(p []byte) (int, error) {
	n, err := r.raw.conn.Read(p)
	if err != nil && r.raw.switching.Load() {
		err = io.EOF
	}
	return n, err
}
func (r *rawReader) Close() error { r.raw.drop(); return nil }

// onRaw is what capabilities on a connection have in common.
type onRaw struct {
	raw     *rawConn
	holders atomic.Int64
}

func (o *onRaw) retain() { o.holders.Add(1) }

func (o *onRaw) release() {
	if o.holders.Add(-1) == 0 {
		o.raw.drop()
	}
}

// sinkCap is written to by write(), close() and abort().
type sinkCap struct {
	onRaw
	queue queued
}

func (s *sinkCap) call(c *hostCall) {
	f := map[string]func(*hostCall) error{"write": s.write, "close": s.closeWrite, "abort": s.abort}[strings.Join(c.path, ".")]
	if f == nil || c.get {
		c.args.drop()
		c.fail(errNoSuchMethod)
		return
	}
	if !s.queue.add(len(c.args.data)+64, func() {
		defer c.args.drop()
		if err := f(c); err != nil {
			c.fail((&outboundCap{}).failure(err))
			return
		}
		c.answer(parcel{data: appendPieces([]byte(undefinedText))})
	}) {
		c.args.drop()
		c.fail(errTooMuchWaits)
	}
}

func (s *sinkCap) write(c *hostCall) error {
	text, blobs, err := pieces(c.args.data)
	if err != nil {
		return err
	}
	args, err := codedList(text)
	if err != nil || len(args) != 1 {
		return errMalformedValue
	}
	f, err := formOf(args[0])
	if err != nil {
		return errMalformedValue
	}
	data, err := f.bytes(blobs)
	if err != nil {
		return err
	}
	_, err = s.raw.conn.Write(data)
	return err
}

func (s *sinkCap) closeWrite(*hostCall) error { return s.raw.conn.CloseWrite() }

func (s *sinkCap) abort(*hostCall) error { s.raw.close(); return nil }

// controlCap has startTls() and close().
type controlCap struct {
	onRaw
	stream *streamCap
}

func (s *controlCap) call(c *hostCall) {
	name := serverName(c.args.data)
	c.args.drop()
	switch strings.Join(c.path, ".") {
	case "startTls":
		s.raw.group.Go(func() {
			if err := s.startTLS(name); err != nil {
				c.fail(connectFailure(err))
				return
			}
			c.answer(s.raw.parcel(""))
		})
	case "close":
		s.raw.close()
		c.answer(parcel{data: appendPieces([]byte(undefinedText))})
	default:
		c.fail(errNoSuchMethod)
	}
}

// startTLS ends the plain stream, and what it has read ahead with it: nothing that came in plain may count as protected.
func (s *controlCap) startTLS(name string) error {
	s.raw.switching.Store(true)
	if err := s.raw.conn.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return err
	}
	<-s.stream.done
	if err := s.raw.conn.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	s.raw.switching.Store(false)
	return s.raw.conn.StartTLS(name)
}

// serverName is the one argument of startTls(), the name that the certificate must be for; "" is the name that was connected to.
func serverName(args []byte) string {
	text, _, err := pieces(args)
	if err != nil {
		return ""
	}
	list, err := codedList(text)
	var name string
	if err != nil || len(list) != 1 || json.Unmarshal(list[0], &name) != nil {
		return ""
	}
	return name
}
