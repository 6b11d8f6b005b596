package rpc

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
)

// quiet is a connection whose reads and writes Go's runtime doesn't hear of, as those of a conversation (socket.go): a
// request that comes when all is at rest would wake the monitor, which then looks around for a while.
type quiet struct {
	net.Conn
	socket           *socket
	reading, writing sync.Mutex
}

// Quiet returns a connection like conn; conn itself if it has no socket.
func Quiet(conn net.Conn) net.Conn {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return conn
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return conn
	}
	return &quiet{Conn: conn, socket: socketOf(conn, raw, -1, false)}
}

// NetConn returns the connection itself.
func (q *quiet) NetConn() net.Conn { return q.Conn }

// CloseWrite is for net/http, which ends a connection so before it closes it: else what the peer still sends may have its
// kernel throw away the answer.
func (q *quiet) CloseWrite() error {
	if c, is := q.Conn.(interface{ CloseWrite() error }); is {
		return c.CloseWrite()
	}
	return errors.ErrUnsupported
}

// Read implements net.Conn.
func (q *quiet) Read(b []byte) (int, error) {
	q.reading.Lock()
	defer q.reading.Unlock()
	n, err := q.socket.Read(b)
	if n == len(b) { // there is more of it: what is done with it may take long, and the monitor lets others go on
		Announce()
	}
	return n, q.explain("read", err)
}

// Write implements net.Conn.
func (q *quiet) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	q.writing.Lock()
	defer q.writing.Unlock()
	n, err := q.socket.Write(b)
	return n, q.explain("write", err)
}

// explain has an error look as one of net's.
func (q *quiet) explain(what string, err error) error {
	var own *net.OpError
	if errors.As(err, &own) {
		own.Op = what
	}
	var call *os.SyscallError
	if err == nil || errors.Is(err, io.EOF) || own != nil || !errors.As(err, &call) {
		return err
	}
	return &net.OpError{Op: what, Net: q.LocalAddr().Network(), Source: q.LocalAddr(), Addr: q.RemoteAddr(), Err: call}
}
