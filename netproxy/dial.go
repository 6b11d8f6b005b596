package netproxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Proxy is an HTTP proxy that connections go through, by CONNECT to the address that was decided.
type Proxy struct {
	Address       string // host:port
	Authorization string // the value of Proxy-Authorization; "" for none
}

// via is the name of a connection in the transport's pool: which address, which host to verify, which protocols. So a
// connection is used again only for what it was made for.
type via struct {
	addr  netip.Addr
	host  string
	http1 bool
}

func (v via) String() string {
	mode := "a"
	if v.http1 {
		mode = "u"
	}
	return mode + hex.EncodeToString(v.addr.AsSlice()) + "." + hex.EncodeToString([]byte(v.host))
}

func parseVia(s string) (via, error) {
	if s == "" {
		return via{}, errHost
	}
	left, right, _ := strings.Cut(s[1:], ".")
	raw, err := hex.DecodeString(left)
	if err != nil {
		return via{}, err
	}
	host, err := hex.DecodeString(right)
	if err != nil {
		return via{}, err
	}
	addr, ok := netip.AddrFromSlice(raw)
	if !ok {
		return via{}, errHost
	}
	return via{addr, string(host), s[0] == 'u'}, nil
}

// dialer makes the connections of one outbound.
type dialer struct {
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	proxy *Proxy
	caps  Caps
	tls   *tls.Config
}

// dialError is a connection that could not be made: nothing has been sent.
type dialError struct{ err error }

func (e *dialError) Error() string { return "cannot connect: " + e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// plain is the transport's DialContext.
func (d *dialer) plain(ctx context.Context, _, address string) (net.Conn, error) {
	v, port, err := splitVia(address)
	if err != nil {
		return nil, err
	}
	return d.connect(ctx, v.addr, port)
}

// secure is its DialTLSContext.
func (d *dialer) secure(ctx context.Context, _, address string) (net.Conn, error) {
	v, port, err := splitVia(address)
	if err != nil {
		return nil, err
	}
	conn, err := d.connect(ctx, v.addr, port)
	if err != nil {
		return nil, err
	}
	protocols := []string{"h2", "http/1.1"}
	if v.http1 {
		protocols = protocols[1:]
	}
	return d.handshake(ctx, conn, v.host, protocols)
}

func splitVia(address string) (via, string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return via{}, "", err
	}
	v, err := parseVia(host)
	return v, port, err
}

// connect dials an address that Decide has allowed, and no other.
func (d *dialer) connect(ctx context.Context, addr netip.Addr, port string) (net.Conn, error) {
	if d.caps.Connect > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, d.caps.Connect, ErrTimeout)
		defer cancel()
	}
	target := net.JoinHostPort(addr.String(), port)
	if d.proxy == nil {
		conn, err := d.dial(ctx, "tcp", target)
		if err != nil {
			return nil, &dialError{err}
		}
		return conn, nil
	}
	conn, err := d.dial(ctx, "tcp", d.proxy.Address)
	if err != nil {
		return nil, &dialError{err}
	}
	through, err := d.tunnel(ctx, conn, target)
	if err != nil {
		conn.Close()
		return nil, &dialError{err}
	}
	return through, nil
}

// tunnel asks the upstream proxy for a connection.
func (d *dialer) tunnel(ctx context.Context, conn net.Conn, target string) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target, Header: http.Header{"User-Agent": {""}}}
	if d.proxy.Authorization != "" {
		req.Header.Set("Proxy-Authorization", d.proxy.Authorization)
	}
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(&headOf{conn, maxHeaders}, 4096)
	resp, err := http.ReadResponse(in, req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the upstream proxy answered %d", resp.StatusCode)
	}
	if in.Buffered() > 0 { // the other side speaks first
		rest, _ := in.Peek(in.Buffered())
		return &ahead{conn, rest}, nil
	}
	return conn, nil
}

// headOf reads a bounded number of bytes.
type headOf struct {
	net.Conn
	left int
}

func (h *headOf) Read(p []byte) (int, error) {
	if h.left <= 0 {
		return 0, http.ErrHandlerTimeout
	}
	n, err := h.Conn.Read(p[:min(len(p), h.left)])
	h.left -= n
	return n, err
}

// ahead is a connection of which some has been read already.
type ahead struct {
	net.Conn
	rest []byte
}

func (a *ahead) Read(p []byte) (int, error) {
	if len(a.rest) == 0 {
		return a.Conn.Read(p)
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// handshake makes conn a TLS connection with host, whose certificate it verifies.
func (d *dialer) handshake(ctx context.Context, conn net.Conn, host string, protocols []string) (*tls.Conn, error) {
	config := d.tls.Clone()
	config.ServerName, config.NextProtos = host, protocols
	secured := tls.Client(conn, config)
	if d.caps.Connect > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, d.caps.Connect, ErrTimeout)
		defer cancel()
	}
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, &dialError{err}
	}
	return secured, nil
}
