package integration

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/gobwas/ws"
)

// upstream is what Workers reach in these tests: servers on loopback.
type upstream struct {
	*httptest.Server
	echo, hello, reset int // ports of raw servers
}

func newUpstream(t testing.TB) *upstream {
	u := &upstream{Server: httptest.NewServer(http.HandlerFunc(answerUpstream))}
	t.Cleanup(u.Close)
	u.echo = rawServer(t, func(c *net.TCPConn) {
		buf := make([]byte, 64<<10)
		for {
			n, err := c.Read(buf)
			if err == io.EOF {
				io.WriteString(c, "fin")
				return
			}
			if err != nil {
				return
			}
			fmt.Fprintf(c, "[%s]", buf[:n])
		}
	})
	u.hello = rawServer(t, func(c *net.TCPConn) { io.WriteString(c, "hello"); c.CloseWrite(); io.Copy(io.Discard, c) })
	u.reset = rawServer(t, func(c *net.TCPConn) { c.SetLinger(0) })
	return u
}

func (u *upstream) port() int { return u.Listener.Addr().(*net.TCPAddr).Port }

func (u *upstream) ports() string {
	b, _ := json.Marshal(map[string]int{"up": u.port(), "echo": u.echo, "hello": u.hello, "reset": u.reset})
	return string(b)
}

// rawServer serves TCP connections until the test ends.
func rawServer(t testing.TB, serve func(*net.TCPConn)) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); serve(c.(*net.TCPConn)) }()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func answerUpstream(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.Header().Set("Date", "")
	switch r.URL.Path {
	case "/echo":
		echoRequest(w, r)
	case "/redir":
		w.Header().Set("Location", q.Get("to"))
		status, _ := strconv.Atoi(q.Get("s"))
		w.WriteHeader(max(status, 302*b2i(status == 0)))
	case "/loop":
		n, _ := strconv.Atoi(q.Get("n"))
		w.Header().Set("Location", fmt.Sprintf("/loop?n=%d", n+1))
		w.WriteHeader(302)
	case "/gzip", "/gziplen":
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/plain")
		if r.URL.Path == "/gzip" {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
		} else {
			w.Header().Set("Content-Length", "34")
		}
		z := gzip.NewWriter(w)
		io.WriteString(z, "hello gzip")
		z.Close()
	case "/br":
		w.Header().Set("Content-Encoding", "br")
		w.Header().Set("Content-Type", "text/plain")
		w.(http.Flusher).Flush()
		z := brotli.NewWriter(w)
		io.WriteString(z, "hello br")
		z.Close()
	case "/badgzip":
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, "not gzip")
	case "/bomb": // 1 GiB of zeros in 1 MB
		w.Header().Set("Content-Encoding", "gzip")
		z, _ := gzip.NewWriterLevel(w, 9)
		zeros := make([]byte, 1<<20)
		for range 1 << 10 {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		z.Close()
	case "/endless":
		for b := make([]byte, 64<<10); r.Context().Err() == nil; {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	case "/big":
		n, _ := strconv.Atoi(q.Get("n"))
		w.Header().Set("Content-Length", strconv.Itoa(n))
		for b := make([]byte, 64<<10); n > 0; n -= len(b) {
			w.Write(b[:min(n, len(b))])
		}
	case "/sink":
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n)
	case "/held": // the first half now, the second when /release says so
		done := make(chan struct{})
		held.Store(q.Get("id"), done)
		io.WriteString(w, "first ")
		w.(http.Flusher).Flush()
		select {
		case <-done:
			io.WriteString(w, "second")
		case <-r.Context().Done():
		}
	case "/release":
		if done, ok := held.LoadAndDelete(q.Get("id")); ok {
			close(done.(chan struct{}))
		}
	case "/reset":
		hijack(w, "")
	case "/garbage":
		hijack(w, "lolwut\r\n\r\n")
	case "/split": // a response within a response
		hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond")
	case "/half":
		hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
	case "/halfchunk":
		hijack(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
	case "/cookie":
		w.Header()["Set-Cookie"], w.Header()["X-A"] = []string{"a=1", "b=2"}, []string{"1", "2"}
	case "/noct":
		w.WriteHeader(204)
	case "/status":
		status, _ := strconv.Atoi(q.Get("s"))
		if text := q.Get("t"); text != "" || status > 599 {
			if text == "" {
				text = "unknown"
			}
			hijack(w, fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: 0\r\n\r\n", status, text))
			return
		}
		w.WriteHeader(status)
	case "/hang":
		<-r.Context().Done()
	case "/ws", "/wsdrop":
		echoSocket(w, r)
	case "/wsno":
		w.WriteHeader(403)
		io.WriteString(w, "no")
	default:
		http.NotFound(w, r)
	}
}

var held sync.Map // id → chan struct{}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func hijack(w http.ResponseWriter, text string) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	io.WriteString(c, text)
	c.Close()
}

// echoRequest answers with what has come, its headers by name.
func echoRequest(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	headers := []string{"host: " + r.Host}
	for name, values := range r.Header {
		headers = append(headers, strings.ToLower(name)+": "+strings.Join(values, "|"))
	}
	if len(r.TransferEncoding) > 0 {
		headers = append(headers, "transfer-encoding: "+r.TransferEncoding[0])
	}
	slices.Sort(headers)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"m": r.Method, "u": r.RequestURI, "h": headers, "b": string(body)})
}

func echoSocket(w http.ResponseWriter, r *http.Request) {
	upgrader := ws.HTTPUpgrader{Protocol: func(name string) bool { return name == "p1" }}
	c, _, _, err := upgrader.Upgrade(r, w)
	if err != nil {
		return
	}
	defer c.Close()
	if r.URL.Path == "/wsdrop" {
		ws.WriteFrame(c, ws.NewTextFrame([]byte("bye")))
		return
	}
	for {
		f, err := ws.ReadFrame(c)
		if err != nil {
			return
		}
		ws.Cipher(f.Payload, f.Header.Mask, 0)
		ws.WriteFrame(c, ws.NewFrame(f.Header.OpCode, true, f.Payload))
		if f.Header.OpCode == ws.OpClose {
			return
		}
	}
}
