package rpc

import (
	"net"
	"os"
	"sync"
	"syscall"
)

// arrivals is the supervisor's end of a conversation. What Go's poller watches is not its socket but an epoll instance
// that reports what arrives there, and nothing else: of a socket it reports as well that the peer has read something, and
// wakes a thread for it, twice for each call between two Workers.
type arrivals struct {
	*os.File // the epoll instance
	fd       int
	closing  sync.Once
}

// watchArrivals takes the socket out of conn, which it closes.
func watchArrivals(conn net.Conn, raw syscall.RawConn) (net.Conn, syscall.RawConn, int) {
	a := &arrivals{fd: -1}
	failed := raw.Control(func(fd uintptr) { a.fd = duplicate(fd) })
	if failed != nil || a.fd < 0 {
		return conn, raw, -1
	}
	if a.File = epollOf(a.fd, syscall.EPOLLIN|syscall.EPOLLRDHUP); a.File == nil {
		syscall.Close(a.fd)
		return conn, raw, -1
	}
	own, err := a.SyscallConn()
	if err != nil {
		a.Close()
		return conn, raw, -1
	}
	conn.Close()
	return a, own, a.fd
}

// epollOf returns a file of an epoll instance of one descriptor; nil if there is none to be had.
func epollOf(fd int, events uint32) *os.File {
	poll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil
	}
	err = syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: events, Fd: int32(fd)})
	if err == nil {
		err = syscall.SetNonblock(poll, true)
	}
	if err != nil {
		syscall.Close(poll)
		return nil
	}
	return os.NewFile(uintptr(poll), "arrivals")
}

func duplicate(fd uintptr) int {
	n, _, err := syscall.RawSyscall(syscall.SYS_FCNTL, fd, syscall.F_DUPFD_CLOEXEC, 0)
	if err != 0 {
		return -1
	}
	return int(n)
}

// Write waits until all is written.
func (a *arrivals) Write(b []byte) (n int, err error) {
	raw, err := a.SyscallConn()
	if err != nil {
		return 0, err
	}
	again := -1
	if err := raw.Control(func(uintptr) { again = duplicate(uintptr(a.fd)) }); err != nil {
		return 0, err
	}
	if again < 0 {
		return 0, os.NewSyscallError("fcntl", syscall.EMFILE)
	}
	f := os.NewFile(uintptr(again), "conversation") // known to Go's poller as long as it takes
	defer f.Close()
	return f.Write(b)
}

// Close waits for those who read or write. Whoever closes it again waits, too: the epoll instance's Close waits for them the
// first time only, and the socket's number may be another conversation's once it is closed.
func (a *arrivals) Close() (err error) {
	a.closing.Do(func() {
		err = a.File.Close()
		_ = syscall.Shutdown(a.fd, syscall.SHUT_RDWR) // for a Write
		syscall.Close(a.fd)
	})
	return err
}

// LocalAddr implements net.Conn.
func (*arrivals) LocalAddr() net.Addr { return &net.UnixAddr{Net: "unix"} }

// RemoteAddr implements net.Conn.
func (*arrivals) RemoteAddr() net.Addr { return &net.UnixAddr{Net: "unix"} }
