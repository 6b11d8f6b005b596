package netproxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Outbound is a way out as the policy has it, for one role and profile. It is not changed once a Client has it.
type Outbound struct {
	Name     string
	Rules    Rules
	Resolver *Resolver
	Roots    *x509.CertPool // nil: the system's
	Proxy    *Proxy         // nil: none
	Inject   []Injection
	Caps     Caps
	Audit    func(Record)
	Slots    chan struct{} // of all Workers' requests and connections together

	// Dial makes a connection to an address. nil: the kernel does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client is one tenant's way out. Its connections are shared with no other.
type Client struct {
	out       *Outbound
	who       Who
	dialer    *dialer
	transport *http.Transport
	slots     chan struct{}
	users     atomic.Int64
	looked    lookedUp
}

// NewClient returns a client for who. The caller calls Close.
func NewClient(out *Outbound, who Who) *Client {
	dial := out.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	d := &dialer{dial: dial, proxy: out.Proxy, caps: out.Caps, tls: &tls.Config{RootCAs: out.Roots, MinVersion: tls.VersionTLS12}}
	concurrent := max(1, out.Caps.Concurrent)
	c := &Client{out: out, who: who, dialer: d, slots: make(chan struct{}, concurrent)}
	c.transport = &http.Transport{DialContext: d.plain, DialTLSContext: d.secure, ForceAttemptHTTP2: true, DisableCompression: true,
		MaxIdleConns: concurrent, MaxIdleConnsPerHost: concurrent, IdleConnTimeout: 30 * time.Second,
		ResponseHeaderTimeout: out.Caps.Header, ExpectContinueTimeout: time.Second, MaxResponseHeaderBytes: maxHeaders,
		WriteBufferSize: 32 << 10, ReadBufferSize: 32 << 10}
	return c
}

// Close ends connections that are not in use.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Busy reports whether requests or connections are under way.
func (c *Client) Busy() bool { return c.users.Load() > 0 }

// Response is what came back. Body is never nil, and the caller closes it; after a switch of protocols it is an
// io.ReadWriteCloser.
type Response struct {
	Status     int
	StatusText string
	Header     []Header
	Body       io.ReadCloser
	Length     int64 // of Body; -1: not known
}

// DeniedError is a verdict.
type DeniedError struct {
	Dest    Dest
	Verdict Verdict
}

func (e *DeniedError) Error() string {
	return "the egress policy denies " + e.Dest.Host + ": " + e.Verdict.Reason
}

// Do sends a request. Redirects are answers like others. The body is read until Do returns or Response.Body has ended.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	kind := "fetch"
	if r.Upgrade {
		kind = "websocket"
	}
	a := c.begin(kind)
	resp, err := c.do(ctx, a, r)
	if err != nil {
		a.end(err)
	}
	return resp, err
}

func (c *Client) do(ctx context.Context, a *attempt, r *Request) (*Response, error) {
	dest, authority, err := r.target()
	a.record.Method = clip(r.Method)
	if err != nil {
		a.record.Host = clip(r.URL)
		return nil, err
	}
	a.to(dest)
	header, err := r.headers()
	if err != nil {
		return nil, err
	}
	if !isToken(r.Method) || r.Method == http.MethodConnect || r.Method == http.MethodTrace {
		return nil, malformedf("the method is malformed")
	}
	if q, ok := questionOf(r, dest); ok {
		if resp, err := c.answerName(ctx, a, q); resp != nil || err != nil {
			return resp, err
		}
	}
	ctx, addrs, err := a.admit(ctx, dest)
	if err != nil {
		return nil, err
	}
	inject(c.out.Inject, dest, header)
	for i, addr := range addrs {
		resp, err := c.send(ctx, a, r, dest, authority, header, addr)
		var unmade *dialError
		if err != nil && errors.As(err, &unmade) && i+1 < len(addrs) && ctx.Err() == nil {
			continue
		}
		if err != nil {
			return nil, translate(ctx, err)
		}
		return resp, nil
	}
	return nil, ErrLost
}

// send makes the request at one address.
func (c *Client) send(ctx context.Context, a *attempt, r *Request, d Dest, authority string, header http.Header, addr netip.Addr) (*Response, error) {
	a.record.Addr = addr
	target := &url.URL{Scheme: d.Scheme, Host: net.JoinHostPort(via{addr, d.Host, r.Upgrade}.String(), strconv.Itoa(int(d.Port)))}
	target.Opaque, target.RawQuery, target.ForceQuery = splitQuery(d.Path)
	if strings.HasPrefix(target.Opaque, "//") { // it would be taken for a host
		target.Path, target.RawPath, target.Opaque = target.Opaque, "", ""
	}
	req := (&http.Request{Method: r.Method, URL: target, Host: authority, Header: header, ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	key := ""
	if r.Upgrade {
		req.Header, key = upgradeHeader(header)
	}
	if r.Body != nil {
		req.Body, req.ContentLength = &upload{body: r.Body, count: a.up}, r.Length
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	lines, ok := flat(resp.Header)
	if !ok || resp.StatusCode == http.StatusSwitchingProtocols && !(r.Upgrade && accepted(resp.Header, key)) {
		resp.Body.Close()
		return nil, ErrLost
	}
	a.record.Status = resp.StatusCode
	return &Response{Status: resp.StatusCode, StatusText: strings.TrimPrefix(strings.TrimPrefix(resp.Status, strconv.Itoa(resp.StatusCode)), " "),
		Header: lines, Body: a.body(ctx, resp), Length: resp.ContentLength}, nil
}

func splitQuery(path string) (plain, query string, forced bool) {
	plain, query, found := strings.Cut(path, "?")
	return plain, query, found
}

// flat is what goes to the Worker; false if it is none of HTTP.
func flat(h http.Header) (out []Header, ok bool) {
	for name, values := range h {
		for _, v := range values {
			if !isToken(name) || !isFieldValue(v) {
				return nil, false
			}
			out = append(out, Header{name, v})
		}
	}
	return out, true
}

// body is the response's, counted; a switch of protocols can be written to, too.
func (a *attempt) body(ctx context.Context, resp *http.Response) io.ReadCloser {
	d := &download{ReadCloser: resp.Body, ctx: ctx, count: a.down, finish: a.end}
	w, ok := resp.Body.(io.Writer)
	if resp.StatusCode != http.StatusSwitchingProtocols || !ok {
		return d
	}
	return &duplex{d, w, a.up}
}

type duplex struct {
	*download
	w     io.Writer
	count *counted
}

func (d *duplex) Write(p []byte) (int, error) { return d.count.do(p, d.w.Write) }

// translate gives an error of the transport the form that a Worker may see.
func translate(ctx context.Context, err error) error {
	var (
		unverified *tls.CertificateVerificationError
		timeout    net.Error
	)
	switch cause := context.Cause(ctx); {
	case errors.Is(err, ErrTooMuch), errors.Is(cause, ErrTooMuch):
		return ErrTooMuch
	case errors.Is(cause, ErrTimeout), errors.Is(err, ErrTimeout):
		return ErrTimeout
	case cause != nil:
		return cause
	case errors.As(err, &unverified), errors.Is(err, ErrTLS):
		return ErrTLS
	case errors.As(err, &timeout) && timeout.Timeout():
		return ErrTimeout
	}
	return ErrLost
}

func clip(s string) string {
	const most = 256
	if len(s) > most {
		s = s[:most]
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
