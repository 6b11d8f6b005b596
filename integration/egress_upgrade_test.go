package integration

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// socketClient is a client of a WebSocket, frame by frame.
type socketClient struct {
	conn net.Conn
	in   *bufio.Reader
	head *http.Response
}

const socketHandshake = "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// openSocket sends a request, by default one for a WebSocket, and reads the head of what is answered.
func openSocket(t testing.TB, network, address, path, headers string) *socketClient {
	t.Helper()
	conn, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: h.example\r\n%s\r\n", path, headers)
	c := &socketClient{conn: conn, in: bufio.NewReader(conn)}
	if c.head, err = http.ReadResponse(c.in, &http.Request{Method: "GET"}); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return c
}

// do sends what is written as op:payload (t, b, p: a ping, c: a close with code and reason, raw bytes of a frame with x) or
// (read) returns the next frame in that form; "end" is the connection's.
func (c *socketClient) do(step string) string {
	op, payload, _ := strings.Cut(step, ":")
	codes := map[string]ws.OpCode{"t": ws.OpText, "b": ws.OpBinary, "p": ws.OpPing, "c": ws.OpClose, "+": ws.OpContinuation}
	body := []byte(payload)
	switch op {
	case "read":
		return c.read()
	case "drop":
		return fmt.Sprint(c.conn.Close())
	case "x":
		c.conn.Write(body)
		return "sent"
	case "big":
		n, _ := strconv.Atoi(payload)
		op, body = "b", make([]byte, n)
	case "c":
		if code, reason, _ := strings.Cut(payload, ":"); code != "" {
			n, _ := strconv.Atoi(code)
			body = append(binary.BigEndian.AppendUint16(nil, uint16(n)), reason...)
		}
	}
	part := strings.HasSuffix(payload, "…") // more follows
	if part {
		body = []byte(strings.TrimSuffix(payload, "…"))
	}
	ws.WriteFrame(c.conn, ws.MaskFrame(ws.NewFrame(codes[op], !part, body)))
	return "sent"
}

func (c *socketClient) read() string {
	f, err := ws.ReadFrame(c.in)
	if err != nil {
		return "end"
	}
	if f.Header.Masked {
		return "masked"
	}
	switch f.Header.OpCode {
	case ws.OpClose:
		if len(f.Payload) == 0 {
			return "c"
		}
		return fmt.Sprintf("c:%d:%s", binary.BigEndian.Uint16(f.Payload), f.Payload[2:])
	case ws.OpBinary:
		return fmt.Sprintf("b:%d", len(f.Payload))
	case ws.OpPong:
		return "pong:" + string(f.Payload)
	}
	return "t:" + string(f.Payload)
}

// TestARequestBecomesAWebSocket has the answers of the Workers runtime to the same client (the cases in which it was asked and
// differs are strict on purpose: frames without a mask, text that isn't UTF-8, and a close with the code 1005).
func TestARequestBecomesAWebSocket(t *testing.T) {
	up := newUpstream(t)
	d := egressDaemon(t)
	const gone = `["close",1006,"WebSocket disconnected without sending Close frame.",false]`
	cases := []struct{ name, route, steps, want, seen string }{
		{"messages", "echo", "t:hi read b:abc read p:pp read drop", "t:hi b:3 pong:pp", `[["message","hi","String"],["message",3,"ArrayBuffer"],` + gone + `]`},
		{"fragments", "echo", "t:ab… p:x +:cd read read c:1000:done drop", "pong:x t:abcd", `[["message","abcd","String"],["close",1000,"done",true]]`},
		{"client closes", "reply", "c:3000:done read read", "c:3000:re:done end", `[["close",3000,"done",true]]`},
		{"Worker closes", "bye", "read c:4001:bye read", "c:4001:bye end", `[["close",4001,"bye",true]]`},
		{"Worker closes without a code", "plainbye", "read c: read", "c end", `[["close",1005,"",true]]`},
		{"before the answer", "greet", "read read drop", "t:hello b:2", `[` + gone + `]`},
		{"later", "late", "read read c:1000: read", "t:late c:1000:ok end", `[["close",1000,"",true]]`},
		{"of another entrypoint", "service", "t:hi read c:1000:x drop", "t:hi", `[["message","hi","String"],["close",1000,"x",true]]`},
		{"not UTF-8", "echo", "t:\xff\xfe read read", "c:1007: end", `[["error","Error: WebSocket protocol error"]]`},
		{"no mask", "echo", "x:\x81\x01x read read", "c:1002: end", `[["error","Error: WebSocket protocol error"]]`},
		{"reserved opcode", "echo", "x:\x85\x81\x00\x00\x00\x00x read read", "c:1002: end", `[["error","Error: WebSocket protocol error"]]`},
		{"continuation of nothing", "echo", "+:x read read", "c:1002: end", `[["error","Error: WebSocket protocol error"]]`},
		{"a close code that is none", "echo", "c:1005: read read", "c:1002: end", `[["error","Error: WebSocket protocol error"]]`},
		{"large", "echo", "big:8388608 read drop", "b:8388608", `[["message",8388608,"ArrayBuffer"],` + gone + `]`},
		{"too large", "echo", "x:\x82\xff\x00\x00\x00\x00\x02\x00\x00\x01\x00\x00\x00\x00 read read", "c:1009: end", `[["error","Error: WebSocket protocol error"]]`},
		{"through the Worker", "forward?up=" + url.QueryEscape(up.URL+"/ws"), "t:hi read b:abc read c:3001:bye read read", "t:hi b:3 c:3001:bye end", ""},
	}
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, "up-"+profile, profile, nil, read(t, "testdata/egress/upgrade.js"))
		d.putCode(t, "new-"+profile, profile, map[string]any{"compatibilityDate": "2026-05-08"}, read(t, "testdata/egress/upgrade.js"))
		for _, c := range cases {
			d.socketCase(t, "up-"+profile, c.name, c.route, c.steps, c.want, c.seen)
		}
		// From 2026-04-07 on a close is answered by itself, and from 2026-03-17 on bytes come as a Blob.
		d.socketCase(t, "new-"+profile, "answers", "echo", "b:abc read c:3000:done read", "t:[object Blob] c:3000:done", `[["message",3,"Blob"],["close",3000,"done",true]]`)
		d.socketRefusals(t, "/v1/workers/up-"+profile+"/fetch/")
		d.socketFloods(t, "/v1/workers/up-"+profile+"/fetch/")
	}
	eventually(t, time.Minute, func() string {
		if _, lines, _ := d.request("GET", "/v1/egress?tail=100", nil, ""); !strings.Contains(lines, `"kind":"websocket"`) && !strings.Contains(lines, `"path":"/ws"`) {
			return "the forwarded WebSocket is not written down: " + lines
		}
		return ""
	})
}

func (d *daemon) socketCase(t *testing.T, worker, name, route, steps, want, seen string) {
	t.Helper()
	path, query, _ := strings.Cut(route, "?")
	id := url.QueryEscape(name)
	c := openSocket(t, "unix", d.socket, "/v1/workers/"+worker+"/fetch/"+path+"?id="+id+"&"+query, socketHandshake)
	var got []string
	for step := range strings.FieldsSeq(steps) {
		if answer := c.do(step); step == "read" {
			got = append(got, answer)
		}
	}
	c.conn.Close()
	if text := strings.Join(got, " "); c.head.StatusCode != 101 || c.head.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || text != want {
		t.Errorf("%s, %s: %d %v\n got %s\nwant %s", worker, name, c.head.StatusCode, c.head.Header, text, want)
	}
	eventually(t, time.Minute, func() string { // the Worker learns of it a moment later
		if _, last, _ := d.request("GET", "/v1/workers/"+worker+"/fetch/seen?id="+id, nil, ""); seen != "" && last != seen {
			return fmt.Sprintf("%s, %s: the Worker has seen %s\nwant %s", worker, name, last, seen)
		}
		return ""
	})
}

// socketRefusals are answers that are no WebSockets.
func (d *daemon) socketRefusals(t *testing.T, base string) {
	t.Helper()
	tooMuch := strings.Replace(socketHandshake, "dGhlIHNhbXBsZSBub25jZQ==", "short", 1)
	for _, c := range []struct {
		path, headers string
		status        int
		want          string
	}{
		{"no", socketHandshake, 403, "no"},
		{"stream", socketHandshake, 200, strings.Repeat("x", 300000)},
		{"err", socketHandshake, 500, "not today"},
		{"echo", "", 500, `Worker tried to return a WebSocket in a response to a request which did not contain the header`},
		{"echo", strings.Replace(socketHandshake, "13", "12", 1), 426, "The requested WebSocket version is not supported."},
		{"echo", tooMuch, 400, "Missing Sec-WebSocket-Key"},
		{"echo", "Upgrade: h2c\r\nConnection: Upgrade\r\n", 500, "did not contain the header"},
	} {
		s := openSocket(t, "unix", d.socket, base+c.path, c.headers)
		body, err := io.ReadAll(io.LimitReader(s.head.Body, 1<<20))
		if err != nil || s.head.StatusCode != c.status || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: %d %v %.300s, want %d %.300s", c.path, s.head.StatusCode, err, body, c.status, c.want)
		}
	}
	c := openSocket(t, "unix", d.socket, base+"headers", socketHandshake+"X-Mine: 1\r\nSec-WebSocket-Protocol: p1, p2\r\n")
	h := c.head.Header
	if h.Get("Sec-Websocket-Protocol") != "p2" || h.Get("X-A") != "b" || h.Get("Set-Cookie") != "c=d" || len(h["Sec-Websocket-Accept"]) != 1 || h["Sec-Websocket-Extensions"] != nil {
		t.Errorf("the headers of the answer are %v", h)
	}
	if got := c.read(); got != "t:connection,Upgrade sec-websocket-key,dGhlIHNhbXBsZSBub25jZQ== sec-websocket-protocol,p1, p2 sec-websocket-version,13 upgrade,websocket x-mine,1" {
		t.Errorf("the Worker sees %s", got)
	}
}

// socketFloods: messages arrive in their order and whole however slowly they are taken, and a Worker that loops is ended with
// its WebSocket.
func (d *daemon) socketFloods(t *testing.T, base string) {
	t.Helper()
	c := openSocket(t, "unix", d.socket, base+"flood?id=f", socketHandshake)
	for i := range 2000 {
		if got := c.read(); got != fmt.Sprintf("t:%d%s", i, strings.Repeat("x", 1000)) {
			t.Fatalf("message %d is %.60s", i, got)
		}
	}
	if got := c.read(); got != "c:1000:all" {
		t.Error(got)
	}
	c = openSocket(t, "unix", d.socket, base+"loop?id=l", socketHandshake+"Stockade-Limits: {\"cpuMs\": 50}\r\n")
	c.do("t:x")
	if got := c.read(); got != "end" {
		t.Errorf("a Worker that loops: %s", got)
	}
	c = openSocket(t, "unix", d.socket, base+"echo?id=e", socketHandshake)
	ws.WriteFrame(c.conn, ws.MaskFrame(ws.NewTextFrame(bytes.Repeat([]byte{1}, 8<<20)))) // six bytes for each, in JSON
	if got := c.read(); !strings.HasPrefix(got, "c:1009:") {
		t.Errorf("text that takes too much room: %.60s", got)
	}
}
