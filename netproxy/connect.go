package netproxy

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Conn is a raw connection. It ends with Close, and is written down then.
type Conn struct {
	a      *attempt
	ctx    context.Context
	dialer *dialer
	host   string

	mu   sync.Mutex // guards conn
	conn net.Conn
}

// failure is a connection that could not be made, with the system's name of the reason.
type failure struct {
	error
	code string
}

func (f *failure) Unwrap() error { return f.error }

// codes are the reasons that Code knows. A refused connection says nothing of this host that a rule has not allowed it to say.
var codes = map[syscall.Errno]string{
	syscall.ECONNREFUSED: "ECONNREFUSED", syscall.ECONNRESET: "ECONNRESET", syscall.ETIMEDOUT: "ETIMEDOUT",
	syscall.EHOSTUNREACH: "EHOSTUNREACH", syscall.ENETUNREACH: "ENETUNREACH",
}

// coded translates an error of connecting and keeps its reason.
func coded(ctx context.Context, err error) error {
	var number syscall.Errno
	translated := translate(ctx, err)
	if errors.As(err, &number) && codes[number] != "" {
		return &failure{translated, codes[number]}
	}
	return translated
}

// Code is the reason of an error of Connect in the system's words, such as ECONNREFUSED, or "".
func Code(err error) string {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f.code
	case errors.Is(err, ErrLookup):
		return "ENOTFOUND"
	case errors.Is(err, ErrTimeout):
		return "ETIMEDOUT"
	}
	return ""
}

// Connect makes a raw connection, with TLS at once if secure is set.
func (c *Client) Connect(ctx context.Context, host string, port uint16, secure bool) (*Conn, error) {
	a := c.begin("connect")
	d := Dest{Scheme: TCP, Port: port}
	if secure {
		d.Scheme = TLS
	}
	conn, err := c.connectAs(ctx, a, d, host, secure)
	if err != nil {
		a.end(err)
		return nil, err
	}
	return conn, nil
}

// connectAs makes a connection to host by the rules for d, and agrees on TLS if secure is set.
func (c *Client) connectAs(ctx context.Context, a *attempt, d Dest, host string, secure bool) (*Conn, error) {
	var err error
	if d.Host, err = CanonicalHost(host); err != nil {
		a.record.Host = clip(host)
		return nil, malformedf(err.Error())
	}
	d.Host = c.nameOf(ctx, d)
	a.to(d)
	ctx, addrs, err := a.admit(ctx, d)
	if err != nil {
		return nil, err
	}
	made := &Conn{a: a, ctx: ctx, dialer: c.dialer, host: d.Host}
	for _, addr := range addrs {
		a.record.Addr = addr
		if made.conn, err = c.dialer.connect(ctx, addr, strconv.Itoa(int(d.Port))); err == nil {
			break
		}
	}
	if err == nil && secure {
		err = made.StartTLS("")
	}
	if err != nil {
		return nil, coded(ctx, err)
	}
	context.AfterFunc(ctx, func() { made.current().Close() })
	return made, nil
}

func (c *Conn) current() net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn
}

// StartTLS makes it a TLS connection with name, or with "" the host it was made to. Nothing may be read or written meanwhile.
func (c *Conn) StartTLS(name string) error {
	if name == "" {
		name = c.host
	}
	name, err := CanonicalHost(name)
	if err != nil {
		return malformedf(err.Error())
	}
	secured, err := c.dialer.handshake(c.ctx, c.current(), name, nil)
	if err != nil {
		return translate(c.ctx, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = secured
	return nil
}

func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.a.down.do(p, c.current().Read)
	if err != nil && err.Error() != "EOF" {
		err = translate(c.ctx, err)
	}
	return n, err
}

func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.a.up.do(p, c.current().Write)
	if err != nil {
		err = translate(c.ctx, err)
	}
	return n, err
}

// SetReadDeadline is net.Conn's.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.current().SetReadDeadline(t) }

// CloseWrite says that nothing more comes from here.
func (c *Conn) CloseWrite() error {
	half, ok := c.current().(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}

// RemoteAddr is where it leads.
func (c *Conn) RemoteAddr() net.Addr { return c.current().RemoteAddr() }

// Close ends it.
func (c *Conn) Close() error {
	err := c.current().Close()
	c.a.end(nil)
	return err
}
