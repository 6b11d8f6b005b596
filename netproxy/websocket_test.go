package netproxy

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"

	"github.com/gobwas/ws"
)

var quiet = log.New(io.Discard, "", 0)

// echo is a WebSocket server: what is sent comes back, in pieces if it is text, and "send …" has it send raw frames.
func echo(raw map[string][]byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, _, err := ws.UpgradeHTTP(r, w)
		if err != nil {
			return
		}
		defer conn.Close()
		for {
			f, err := ws.ReadFrame(conn)
			if err != nil {
				return
			}
			if !f.Header.Masked {
				return
			}
			ws.Cipher(f.Payload, f.Header.Mask, 0)
			switch frames, special := raw[string(f.Payload)]; {
			case special:
				conn.Write(frames)
			case f.Header.OpCode == ws.OpText && len(f.Payload) > 1:
				ws.WriteFrame(conn, ws.NewFrame(ws.OpText, false, f.Payload[:1]))
				ws.WriteFrame(conn, ws.NewPingFrame([]byte("p")))
				ws.WriteFrame(conn, ws.NewFrame(ws.OpContinuation, true, f.Payload[1:]))
			case f.Header.OpCode != ws.OpPong:
				ws.WriteFrame(conn, ws.NewFrame(f.Header.OpCode, true, f.Payload))
			}
			if f.Header.OpCode == ws.OpClose {
				return
			}
		}
	}
}

func frames(all ...ws.Frame) []byte {
	var b bytes.Buffer
	for _, f := range all {
		ws.WriteFrame(&b, f)
	}
	return b.Bytes()
}

func TestWebSocket(t *testing.T) {
	server := serve(t, echo(nil))
	s := newSite(t)
	c := s.client(t)
	resp, err := c.Do(t.Context(), &Request{Method: "GET", URL: server.URL, Upgrade: true})
	if err != nil {
		t.Fatal(err)
	}
	socket, ok := resp.Upgraded()
	if !ok {
		t.Fatal(resp.Status)
	}
	big := strings.Repeat("é", 100_000)
	for _, m := range []Message{{Text: true, Data: []byte("hello")}, {Data: []byte{1, 2, 3}}, {Text: true, Data: []byte(big)}, {Text: true}, {}} {
		socket.Send(m.Text, m.Data)
		if got, err := socket.Next(); err != nil || got.Text != m.Text || !bytes.Equal(got.Data, m.Data) {
			t.Errorf("%.20q came back as %.20q, %v", m.Data, got.Data, err)
		}
	}
	socket.SendClose(3001, "done")
	if got, err := socket.Next(); err != nil || !got.Close || got.Code != 3001 || got.Reason != "done" {
		t.Errorf("%+v, %v", got, err)
	}
	socket.Close()
	if r := s.lastRecord(t); r.Kind != "websocket" || r.Status != 101 || r.Received < 200_000 {
		t.Errorf("%+v", r)
	}
}

func TestHostileWebSockets(t *testing.T) {
	huge := ws.Header{Fin: true, OpCode: ws.OpBinary, Length: MaxMessage + 1}
	var head bytes.Buffer
	ws.WriteHeader(&head, huge)
	raw := map[string][]byte{
		"masked":         frames(ws.MaskFrame(ws.NewTextFrame([]byte("x")))),
		"reserved bits":  frames(ws.Frame{Header: ws.Header{Fin: true, OpCode: ws.OpText, Rsv: 4}}),
		"unknown op":     frames(ws.Frame{Header: ws.Header{Fin: true, OpCode: 3}}),
		"not UTF-8":      frames(ws.NewTextFrame([]byte{0xff})),
		"a loose end":    frames(ws.NewFrame(ws.OpContinuation, true, []byte("x"))),
		"text in pieces": frames(ws.NewFrame(ws.OpText, false, nil), ws.NewTextFrame(nil)),
		"a long ping":    frames(ws.NewPingFrame(make([]byte, 126))),
		"a huge message": head.Bytes(),
	}
	server := serve(t, echo(raw))
	for name := range raw {
		s := newSite(t)
		resp, err := s.client(t).Do(t.Context(), &Request{Method: "GET", URL: server.URL, Upgrade: true})
		if err != nil {
			t.Fatal(err)
		}
		socket, _ := resp.Upgraded()
		socket.Send(false, []byte(name))
		if m, err := socket.Next(); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
		socket.Close()
	}
}

func TestARefusedUpgradeIsAResponse(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	resp, err := newSite(t).client(t).Do(t.Context(), &Request{Method: "GET", URL: server.URL, Upgrade: true})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, ok := resp.Upgraded(); ok || resp.Status != 403 {
		t.Error(resp.Status)
	}
}

// FuzzSocket holds that no peer makes Next take more memory than it sends, or never return.
func FuzzSocket(f *testing.F) {
	f.Add(frames(ws.NewTextFrame([]byte("x")), ws.NewPingFrame([]byte("y")), ws.NewCloseFrame(ws.NewCloseFrameBody(1000, "z"))))
	f.Add(frames(ws.NewFrame(ws.OpText, false, []byte("x")), ws.NewFrame(ws.OpContinuation, true, []byte("y"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := NewSocket(&pipe{Reader: bytes.NewReader(b)})
		total := 0
		for {
			m, err := s.Next()
			if err != nil || m.Close {
				break
			}
			total += len(m.Data)
		}
		if total > len(b) {
			t.Fatalf("%d bytes of %d", total, len(b))
		}
	})
}

type pipe struct {
	io.Reader
	bytes.Buffer
}

func (p *pipe) Read(b []byte) (int, error)  { return p.Reader.Read(b) }
func (p *pipe) Write(b []byte) (int, error) { return len(b), nil }
func (p *pipe) Close() error                { return nil }
