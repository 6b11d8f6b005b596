package netproxy

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// serveHTTP speaks HTTP with a jail that has connected to host: each request is one like fetch()'s. The Host that a
// request names is none of the jail's to choose: it has connected to one, and that is where it goes.
func (t *Tap) serveHTTP(conn net.Conn, f Forwarder, scheme, host string) {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	serveOne(conn, func(w http.ResponseWriter, r *http.Request) { t.forwardHTTP(w, r, f, scheme+"://"+host) })
}

// serveCA hands out what programs in the jail are to trust.
func (t *Tap) serveCA(conn net.Conn) {
	serveOne(conn, func(w http.ResponseWriter, r *http.Request) {
		if t.ca == nil || r.URL.Path != "/ca.pem" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/x-pem-file")
		w.Write(t.ca.pem())
	})
}

func serveOne(conn net.Conn, h http.HandlerFunc) {
	l := &oneConn{conn: conn, done: make(chan struct{})}
	server := &http.Server{Handler: h,
		ReadHeaderTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: maxHeaders, ErrorLog: silent}
	server.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed || s == http.StateHijacked {
			l.end()
		}
	}
	server.Serve(l)
}

func (t *Tap) forwardHTTP(w http.ResponseWriter, r *http.Request, f Forwarder, base string) {
	resp, err := f.Do(r.Context(), requestOf(r, base))
	if err != nil {
		status := http.StatusBadGateway
		if denied := new(DeniedError); errors.As(err, &denied) {
			status = http.StatusForbidden
		}
		http.Error(w, err.Error(), status)
		return
	}
	defer resp.Body.Close()
	for _, h := range resp.Header {
		if !ours[http.CanonicalHeaderKey(h.Name)] {
			w.Header().Add(h.Name, h.Value)
		}
	}
	w.WriteHeader(resp.Status)
	passBody(w, resp.Body)
}

func requestOf(r *http.Request, base string) *Request {
	out := &Request{Method: r.Method, URL: base + r.URL.RequestURI(), Length: r.ContentLength}
	if r.ContentLength != 0 {
		out.Body = r.Body
	}
	for name, values := range r.Header {
		for _, v := range values {
			out.Header = append(out.Header, Header{name, v})
		}
	}
	return out
}

// passBody hands on what comes as it comes.
func passBody(w http.ResponseWriter, body io.Reader) {
	rc := http.NewResponseController(w)
	buf := make([]byte, 64<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil || rc.Flush() != nil {
				return
			}
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler) // the jail learns that it is not whole
		}
	}
}

// oneConn is a listener of one connection.
type oneConn struct {
	conn net.Conn
	once sync.Once
	over sync.Once
	done chan struct{}
}

func (l *oneConn) Accept() (conn net.Conn, err error) {
	l.once.Do(func() { conn = l.conn })
	if conn != nil {
		return conn, nil
	}
	<-l.done
	return nil, net.ErrClosed
}

func (l *oneConn) end()           { l.over.Do(func() { close(l.done) }) }
func (l *oneConn) Close() error   { l.end(); return nil }
func (l *oneConn) Addr() net.Addr { return l.conn.LocalAddr() }
