package netproxy

import (
	"context"
	"errors"
	"io"
	"log"
	"sync"
	"sync/atomic"
	"time"
)

// Caps bound what one request or connection may take. Zero values are no limit, but for Concurrent.
type Caps struct {
	SentBytes     int64 // of a request's body, or up a connection
	ReceivedBytes int64 // of a response's body as it comes, before it is decompressed, or down a connection
	Concurrent    int   // requests and connections of one Worker at the same time; others wait
	Connect       time.Duration
	Header        time.Duration // from the end of the request to the head of the response
	Idle          time.Duration // without a byte while somebody waits for one
	Total         time.Duration
}

// The errors of a request that was allowed. Their texts may be shown to the Worker: none has an address.
var (
	ErrLost    = errors.New("network connection lost")
	ErrTLS     = errors.New("the TLS peer's certificate is not trusted")
	ErrTimeout = errors.New("the request timed out")
	ErrTooMuch = errors.New("the transfer exceeds what the egress policy allows")
)

// counted is one direction of a transfer: it counts, keeps the cap, and ends what is silent for too long.
type counted struct {
	n      atomic.Int64
	most   int64
	idle   time.Duration
	cancel context.CancelCauseFunc
}

// do performs one Read or Write.
func (c *counted) do(p []byte, f func([]byte) (int, error)) (int, error) {
	if c.idle > 0 {
		timer := time.AfterFunc(c.idle, func() { c.cancel(ErrTimeout) })
		defer timer.Stop()
	}
	n, err := f(p)
	if total := c.n.Add(int64(n)); c.most > 0 && total > c.most {
		c.cancel(ErrTooMuch)
		return 0, ErrTooMuch
	}
	return n, err
}

// upload is a request's body. It outlives an attempt to connect that failed before a byte of it was read.
type upload struct {
	body  io.Reader
	count *counted
	began bool
}

func (u *upload) Read(p []byte) (int, error) {
	u.began = true
	return u.count.do(p, u.body.Read)
}

// Close is for whoever has made the body.
func (u *upload) Close() error { return nil }

// download is a response's body; finish is called once, at its end or when it is closed.
type download struct {
	io.ReadCloser
	ctx    context.Context
	count  *counted
	once   sync.Once
	finish func(error)
}

func (d *download) Read(p []byte) (int, error) {
	n, err := d.count.do(p, d.ReadCloser.Read)
	if err != nil {
		if err != io.EOF {
			err = translate(d.ctx, err)
		}
		d.once.Do(func() { d.finish(err) })
	}
	return n, err
}

func (d *download) Close() error {
	err := d.ReadCloser.Close()
	d.once.Do(func() { d.finish(nil) })
	return err
}

// silent is for servers and clients whose peers could write to the log.
var silent = log.New(io.Discard, "", 0)
