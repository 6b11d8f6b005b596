package rpc

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
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
	in   *bufio.Reader
	from Side

	mu  sync.Mutex // serialises writes; guards out
	out []byte
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
	return &Conn{conn: conn, in: bufio.NewReaderSize(conn, 32<<10), from: from}
}

// Close ends the conversation for both sides.
func (c *Conn) Close() error { return c.conn.Close() }

// Send writes the frames in one system call, in order.
func (c *Conn) Send(frames ...Frame) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = c.out[:0]
	for _, f := range frames {
		var err error
		if c.out, err = AppendFrame(c.out, f); err != nil {
			return err
		}
	}
	_, err := c.conn.Write(c.out)
	if cap(c.out) > 1<<20 {
		c.out = nil // a large Load is sent once; don't keep its copy
	}
	if err != nil {
		return fmt.Errorf("cannot send %s: %w", frames[0].Type(), err)
	}
	return nil
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
		return b[:start], fmt.Errorf("cannot send %s of %d bytes: the limit is %d", f.Type(), size, limit)
	}
	binary.LittleEndian.PutUint32(e.buf[start:], uint32(size))
	return e.buf, nil
}

// Receive returns the next frame. The byte slices of the message are its own.
// It returns io.EOF when the peer has closed between two frames.
func (c *Conn) Receive() (Frame, error) { return ReadFrame(c.in, c.from) }

// Buffered reports whether a further frame has at least begun to arrive, so
// that a receiver can take several before it acts.
func (c *Conn) Buffered() bool { return c.in.Buffered() >= headerSize }

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
	var b bytes.Buffer
	b.Grow(trusted)
	n, err := io.CopyN(&b, r, int64(size))
	if n < int64(size) {
		return nil, unexpectedEOF(err)
	}
	return b.Bytes(), nil
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
