package netproxy

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6455 wants it
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// upgradeHeader asks for a WebSocket (RFC 6455, 4.1).
func upgradeHeader(h http.Header) (http.Header, string) {
	var nonce [16]byte
	rand.Read(nonce[:])
	key := base64.StdEncoding.EncodeToString(nonce[:])
	h = h.Clone()
	h.Set("Connection", "Upgrade")
	h.Set("Upgrade", "websocket")
	h.Set("Sec-WebSocket-Key", key)
	h.Set("Sec-WebSocket-Version", "13")
	return h, key
}

func accepted(h http.Header, key string) bool {
	return strings.EqualFold(h.Get("Upgrade"), "websocket") && h.Get("Sec-WebSocket-Accept") == acceptKey(key)
}

func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // RFC 6455 wants it
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Handshake is what a client that asks for a WebSocket is answered with (RFC 6455, 4.2.2): the status 101 and these headers,
// or another status and why it is none.
func Handshake(r *http.Request) (status int, h http.Header, reason string) {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch {
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		return http.StatusUpgradeRequired, http.Header{"Sec-Websocket-Version": {"13"}}, "The requested WebSocket version is not supported."
	case err != nil || len(key) != 16:
		return http.StatusBadRequest, nil, "Missing Sec-WebSocket-Key"
	}
	return http.StatusSwitchingProtocols, http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"},
		"Sec-Websocket-Accept": {acceptKey(r.Header.Get("Sec-WebSocket-Key"))}}, ""
}

// MaxMessage is the largest message of a WebSocket, as in the Workers runtime.
const MaxMessage = 32 << 20

// Message is what a WebSocket brings: text or bytes, or at its end a close.
type Message struct {
	Text   bool
	Data   []byte
	Close  bool
	Code   int
	Reason string
}

// ErrProtocol is for a peer that doesn't speak WebSocket.
var ErrProtocol = errors.New("the peer broke the WebSocket protocol")

// Socket is our end of a WebSocket.
type Socket struct {
	rw     io.ReadWriteCloser
	in     *bufio.Reader
	server bool

	mu     sync.Mutex // serialises writes; guards closed
	closed bool       // a close frame has been sent
}

// NewSocket makes one of the body of a Response that has switched protocols.
func NewSocket(rw io.ReadWriteCloser) *Socket {
	return &Socket{rw: rw, in: bufio.NewReaderSize(rw, 32<<10)}
}

// ServeSocket makes the server's end of a connection on which [Handshake] has been answered; in is what reads from it.
func ServeSocket(rw io.ReadWriteCloser, in *bufio.Reader) *Socket {
	return &Socket{rw: rw, in: in, server: true}
}

// Close ends the connection.
func (s *Socket) Close() error { return s.rw.Close() }

// Next returns the next message. After one that is a close there is none. One goroutine calls it.
func (s *Socket) Next() (Message, error) {
	var (
		state = s.side()
		m     Message
	)
	for {
		h, err := ws.ReadHeader(s.in)
		if err != nil {
			return Message{}, ErrLost
		}
		if err := ws.CheckHeader(h, state); err != nil {
			return Message{}, s.broken(ws.StatusProtocolError)
		}
		if h.Length > MaxMessage-int64(len(m.Data)) {
			return Message{}, s.broken(ws.StatusMessageTooBig)
		}
		data, err := s.payload(h)
		if err != nil {
			return Message{}, ErrLost
		}
		if h.OpCode.IsControl() {
			closing, is, err := s.control(h, data)
			if is || err != nil {
				return closing, err
			}
			continue
		}
		if h.OpCode != ws.OpContinuation {
			m.Text = h.OpCode == ws.OpText
		}
		m.Data = append(m.Data, data...)
		if state = state.Set(ws.StateFragmented); h.Fin {
			if m.Text && !utf8.Valid(m.Data) {
				return Message{}, s.broken(ws.StatusInvalidFramePayloadData)
			}
			return m, nil
		}
	}
}

func (s *Socket) side() ws.State {
	if s.server {
		return ws.StateServerSide
	}
	return ws.StateClientSide
}

// Drain waits for the end of what the peer sends, which is of no use after its close.
func (s *Socket) Drain() { io.Copy(io.Discard, s.in) }

// payload takes memory as bytes come.
func (s *Socket) payload(h ws.Header) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(h.Length, 64<<10)))
	_, err := io.CopyN(&b, s.in, h.Length)
	if h.Masked {
		ws.Cipher(b.Bytes(), h.Mask, 0)
	}
	return b.Bytes(), err
}

func (s *Socket) control(h ws.Header, data []byte) (m Message, closes bool, err error) {
	switch h.OpCode {
	case ws.OpPing:
		s.write(ws.OpPong, data)
	case ws.OpClose:
		m := Message{Close: true, Code: 1005}
		if len(data) == 0 {
			return m, true, nil
		}
		code, reason := ws.ParseCloseFrameData(data)
		if s.server && ws.CheckCloseFrameData(code, reason) != nil {
			return Message{}, false, s.broken(ws.StatusProtocolError)
		}
		if len(data) >= 2 {
			m.Code, m.Reason = int(code), strings.ToValidUTF8(reason, "\ufffd")
		}
		return m, true, nil
	}
	return Message{}, false, nil
}

func (s *Socket) broken(code ws.StatusCode) error {
	s.SendClose(int(code), "")
	s.rw.Close()
	return ErrProtocol
}

// Send sends a message.
func (s *Socket) Send(text bool, data []byte) error {
	if text {
		return s.write(ws.OpText, data)
	}
	return s.write(ws.OpBinary, data)
}

// SendClose says that no message follows. 1005 stands for no code.
func (s *Socket) SendClose(code int, reason string) error {
	var body []byte
	if code != 1005 {
		body = ws.NewCloseFrameBody(ws.StatusCode(code), reason)
	}
	return s.write(ws.OpClose, body)
}

func (s *Socket) write(op ws.OpCode, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = op == ws.OpClose
	f := ws.NewFrame(op, true, data)
	if !s.server {
		f = ws.MaskFrame(f)
	}
	var b bytes.Buffer
	b.Grow(len(data) + ws.MaxHeaderSize)
	if err := ws.WriteFrame(&b, f); err != nil {
		return err
	}
	if _, err := s.rw.Write(b.Bytes()); err != nil {
		return ErrLost
	}
	return nil
}

// Upgraded returns the WebSocket that a response has switched to, and false if it hasn't.
func (r *Response) Upgraded() (*Socket, bool) {
	rw, ok := r.Body.(io.ReadWriteCloser)
	if r.Status != http.StatusSwitchingProtocols || !ok {
		return nil, false
	}
	return NewSocket(rw), true
}
