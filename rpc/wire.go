package rpc

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Protocol is the version of the conversation. A process that says another
// one in Ready belongs to another release and is refused.
const Protocol = 1

// ChunkSize is the most body bytes that one BodyData carries, and Window the
// most a sender may have under way before it has to wait for Credit.
const (
	ChunkSize = 64 << 10
	Window    = 256 << 10
)

// headerSize is a frame's fixed part: u32 length of what follows the header,
// u8 message type, u32 conversation number, all little endian.
const headerSize = 9

// ErrProtocol is wrapped by every error that means the other side broke the
// conversation's rules. The connection is of no use after it.
var ErrProtocol = errors.New("protocol violation")

// ErrTooLarge is wrapped by the error of sending a message that the other side would not take. Nothing has been sent.
var ErrTooLarge = errors.New("it is too large")

// Message is one message of the conversation. fields visits every field in
// wire order, to write it or to read it.
type Message interface {
	Type() Type
	fields(*codec)
}

// Frame is a message with the number of the invocation (or host call) that it
// belongs to; messages about the whole process have number 0.
type Frame struct {
	ID uint32
	Message
}

// Conn is one end of the conversation. Send may be called from many
// goroutines; Receive from one.
type Conn struct {
	conn net.Conn
	sock *socket // nil: conn is none, and TrySend never sends
	in   *bufio.Reader
	from Side

	deadline time.Time // of Await

	mu   sync.Mutex // serialises writes; guards what follows
	out  []byte
	rest []byte // of a TrySend, to be sent before anything else
}

// Side says which end of the conversation a message came from.
type Side uint8

// The two ends.
const (
	Supervisor Side = iota + 1
	Worker
)

// NewConn returns the end of the conversation whose peer is from: only
// messages that this peer may send are accepted.
func NewConn(conn net.Conn, from Side) *Conn {
	c := &Conn{conn: conn, sock: newSocket(conn, from == Supervisor), from: from}
	var in io.Reader = conn
	if c.sock != nil {
		in, c.conn = c.sock, c.sock.conn
	}
	c.in = bufio.NewReaderSize(in, 32<<10)
	return c
}

// Close ends the conversation for both sides.
func (c *Conn) Close() error {
	if c.sock != nil {
		c.sock.close()
	}
	return c.conn.Close()
}

// Send writes the frames in one system call, in order. Without frames it
// writes what TrySend has left.
func (c *Conn) Send(frames ...Frame) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out[:0], c.rest...)
	if err := c.encode(frames); err != nil || len(c.out) == 0 {
		return err // what was left still is
	}
	c.rest = nil
	err := c.writeAll(c.out)
	c.trim()
	if err != nil {
		return fmt.Errorf("cannot send to the peer: %w", err)
	}
	return nil
}

// TrySend is Send that doesn't wait. taken is false when others are sending,
// or when the peer has not read enough: then nothing has happened. Of frames
// that were taken a part may be left, which Send has to write (left).
func (c *Conn) TrySend(frames ...Frame) (taken, left bool, err error) {
	if !c.mu.TryLock() {
		return false, false, nil
	}
	defer c.mu.Unlock()
	if c.sock == nil || len(c.rest) > 0 {
		return false, len(c.rest) > 0, nil
	}
	c.out = c.out[:0]
	if err := c.encode(frames); err != nil || len(c.out) == 0 {
		return true, false, err
	}
	n, err := c.sock.writeNow(c.out)
	if n < len(c.out) && err == nil {
		c.rest = append([]byte(nil), c.out[n:]...)
	}
	c.trim()
	return true, len(c.rest) > 0, err
}

func (c *Conn) writeAll(b []byte) (err error) {
	if c.sock != nil {
		_, err = c.sock.Write(b)
	} else {
		_, err = c.conn.Write(b)
	}
	return err
}

func (c *Conn) encode(frames []Frame) (err error) {
	for _, f := range frames {
		if c.out, err = AppendFrame(c.out, f); err != nil {
			return err
		}
	}
	return nil
}

// trim lets go of a large buffer: a Load is sent once.
func (c *Conn) trim() {
	if cap(c.out) > 1<<20 {
		c.out = nil
	}
}

// AppendFrame appends f in wire form. It fails when the message is larger
// than its type may be.
func AppendFrame(b []byte, f Frame) ([]byte, error) {
	start := len(b)
	b = append(b, 0, 0, 0, 0, byte(f.Type()))
	b = binary.LittleEndian.AppendUint32(b, f.ID)
	e := codec{buf: b}
	f.fields(&e)
	if e.err != nil {
		return b[:start], fmt.Errorf("cannot send %s: %w", f.Type(), e.err)
	}
	size := len(e.buf) - start - headerSize
	if limit := f.Type().limit(); size > limit {
		return b[:start], fmt.Errorf("cannot send %s of %d bytes: %w: the limit is %d", f.Type(), size, ErrTooLarge, limit)
	}
	binary.LittleEndian.PutUint32(e.buf[start:], uint32(size))
	return e.buf, nil
}

// Buffered reports whether a further frame has arrived as a whole, so that a
// receiver can take several before it acts, and never waits for the rest of
// one meanwhile.
func (c *Conn) Buffered() bool {
	have := c.in.Buffered()
	if have < headerSize {
		return false
	}
	h, err := c.in.Peek(headerSize)
	return err == nil && uint64(have) >= headerSize+uint64(binary.LittleEndian.Uint32(h))
}

// Await waits until a frame begins to arrive (true), or until about the
// deadline; it may return false earlier.
func (c *Conn) Await(deadline time.Time) (arrived bool, err error) {
	if c.in.Buffered() > 0 {
		return true, nil
	}
	if c.sock == nil || !c.sock.awaitBriefly(deadline) {
		if err := c.wakeBy(deadline); err != nil {
			return false, err
		}
	}
	_, err = c.in.Peek(1)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.deadline = time.Time{}
		return false, c.conn.SetReadDeadline(time.Time{})
	}
	return err == nil, err
}

// wakeBy leaves an earlier deadline as it is: most are moved on before they
// come, and to set one is not for free.
func (c *Conn) wakeBy(deadline time.Time) error {
	if deadline.IsZero() || !c.deadline.IsZero() && !deadline.Before(c.deadline) {
		return nil
	}
	c.deadline = deadline
	return c.conn.SetReadDeadline(deadline)
}

// whole takes the deadline of Await back, which must not come in the middle of
// a frame.
func (c *Conn) whole() error {
	if c.deadline.IsZero() || c.Buffered() {
		return nil
	}
	c.deadline = time.Time{}
	return c.conn.SetReadDeadline(time.Time{})
}

// Receive returns the next frame. The byte slices of the message are its own.
// It returns io.EOF when the peer has closed between two frames.
func (c *Conn) Receive() (Frame, error) {
	if err := c.whole(); err != nil {
		return Frame{}, err
	}
	return ReadFrame(c.in, c.from)
}

// ReadFrame reads one frame sent by from. Errors other than those of r wrap
// ErrProtocol.
func ReadFrame(r io.Reader, from Side) (Frame, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return Frame{}, err
	}
	size, t, id := binary.LittleEndian.Uint32(h[:]), Type(h[4]), binary.LittleEndian.Uint32(h[5:])
	m := t.message(from)
	if m == nil {
		return Frame{}, fmt.Errorf("%w: unexpected message type %d", ErrProtocol, t)
	}
	if limit := t.limit(); int64(size) > int64(limit) {
		return Frame{}, fmt.Errorf("%w: %s of %d bytes exceeds its limit of %d", ErrProtocol, t, size, limit)
	}
	payload, err := readPayload(r, int(size))
	if err != nil {
		return Frame{}, fmt.Errorf("cannot read %s: %w", t, err)
	}
	if err := decode(m, payload); err != nil {
		return Frame{}, fmt.Errorf("%w: %s: %w", ErrProtocol, t, err)
	}
	return Frame{ID: id, Message: m}, nil
}

// readPayload takes memory as bytes arrive, so that a claimed length costs
// nothing by itself.
func readPayload(r io.Reader, size int) ([]byte, error) {
	const trusted = 128 << 10
	if size <= trusted {
		b := make([]byte, size)
		_, err := io.ReadFull(r, b)
		return b, unexpectedEOF(err)
	}
	var b []byte
	for have := 0; have < size; have = len(b) {
		more := make([]byte, min(size, max(trusted, 4*have)))
		copy(more, b)
		if _, err := io.ReadFull(r, more[have:]); err != nil {
			return nil, unexpectedEOF(err)
		}
		b = more
	}
	return b, nil
}

func unexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func decode(m Message, payload []byte) error {
	d := codec{buf: payload, reading: true}
	m.fields(&d)
	if d.err == nil && len(d.buf) > 0 {
		d.err = fmt.Errorf("%d bytes too many", len(d.buf))
	}
	return d.err
}
