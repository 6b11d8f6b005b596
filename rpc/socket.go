package rpc

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// socket reads and writes the conversation's socket by system calls that the Go runtime doesn't hear of. They return at
// once. Were they announced, as those of net.Conn are, each first one after a wait would wake the runtime's monitor
// thread: two more switches of threads and a few timed sleeps for every message, at both ends.
//
// A Worker's process needs the monitor, which is what takes the processor from JavaScript for a timer. It goes to sleep
// only when the process does; so the first read after a sleep is announced there.
type socket struct {
	conn net.Conn
	raw  syscall.RawConn

	in   transfer // of the one who receives
	out  transfer // guarded by Conn.mu
	take func(fd uintptr) bool
	give func(fd uintptr) bool

	slept   bool // the read under way has waited in the runtime's poller
	monitor bool // wake the runtime's monitor then

	yielded time.Time // when other goroutines had their turn last

	poll int // an epoll instance of this socket's; 0: not made yet, -1: there is none

	apart int // the socket's descriptor, if raw is not of the socket (arrivals); or -1
}

// transfer is one read or write.
type transfer struct {
	buf []byte
	n   int
	err syscall.Errno
}

// newSocket returns nil when conn is no socket.
func newSocket(conn net.Conn, monitor bool) *socket {
	file, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return nil
	}
	if monitor {
		return socketOf(conn, raw, -1, monitor)
	}
	conn, raw, apart := watchArrivals(conn, raw)
	return socketOf(conn, raw, apart, monitor)
}

func socketOf(conn net.Conn, raw syscall.RawConn, apart int, monitor bool) *socket {
	s := &socket{conn: conn, raw: raw, monitor: monitor, apart: apart}
	s.take = func(fd uintptr) bool {
		if s.slept && s.monitor {
			Announce()
		}
		s.slept = true
		return s.in.do(syscall.SYS_READ, s.of(fd)) != syscall.EAGAIN
	}
	s.give = func(fd uintptr) bool { s.out.do(syscall.SYS_WRITE, s.of(fd)); return true }
	return s
}

// of is the socket's descriptor, where raw gives fd.
func (s *socket) of(fd uintptr) uintptr {
	if s.apart >= 0 {
		return uintptr(s.apart)
	}
	return fd
}

func (t *transfer) do(call, fd uintptr) syscall.Errno {
	for {
		n, _, err := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(&t.buf[0])), uintptr(len(t.buf)))
		if err == syscall.EINTR {
			continue
		}
		t.n, t.err = int(n), err
		return err
	}
}

// Read implements io.Reader: it waits for what comes.
func (s *socket) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	s.in.buf, s.slept = b, false
	err := s.raw.Read(s.take)
	s.in.buf = nil
	switch {
	case err != nil:
		return 0, err
	case s.in.err != 0:
		return 0, os.NewSyscallError("read", s.in.err)
	case s.in.n == 0:
		return 0, io.EOF
	}
	return s.in.n, nil
}

// Announce makes a system call that the Go runtime hears of, which wakes its monitor if that is asleep.
func Announce() { _, _, _ = syscall.Syscall(syscall.SYS_GETPID, 0, 0, 0) }

// writeNow writes as much as the peer's socket takes at once.
func (s *socket) writeNow(b []byte) (int, error) {
	s.out.buf = b
	err := s.raw.Write(s.give)
	s.out.buf = nil
	switch {
	case err != nil:
		return 0, err
	case errors.Is(s.out.err, syscall.EAGAIN):
		return 0, nil
	case s.out.err != 0:
		return 0, os.NewSyscallError("write", s.out.err)
	}
	return s.out.n, nil
}

// Write implements io.Writer: it waits until all is written.
func (s *socket) Write(b []byte) (int, error) {
	n, err := s.writeNow(b)
	if err != nil || n == len(b) {
		return n, err
	}
	more, err := s.conn.Write(b[n:])
	return n + more, err
}

// Clock reads a clock as clock_gettime(2) does, in the same way. It is 0 when there is no such clock.
func Clock(id int32) time.Duration {
	var ts syscall.Timespec
	if _, _, err := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, uintptr(id), uintptr(unsafe.Pointer(&ts)), 0); err != 0 {
		return 0
	}
	return time.Duration(ts.Nano())
}

// brief is how long a process with nothing else to do waits for the next message with its thread.
const brief = 2 * time.Millisecond

// yieldAgain is how long other goroutines, of which there seldom are any, may have to wait for their turn while messages
// come one after the other.
const yieldAgain = time.Millisecond

// awaitBriefly waits for something to arrive, for a short time and not beyond the deadline, without the Go runtime knowing
// of it: to go to sleep in its poller and come back is three system calls, and this is one. It is for a process with
// one processor whose other goroutines, if there are any, had their turn first.
func (s *socket) awaitBriefly(deadline time.Time) bool {
	wait, now := brief, time.Now()
	if !deadline.IsZero() {
		wait = min(wait, deadline.Sub(now))
	}
	if wait < time.Millisecond || !s.canPoll() {
		return false
	}
	if now.Sub(s.yielded) > yieldAgain {
		s.yielded = now
		runtime.Gosched()
	}
	var event syscall.EpollEvent
	n, _, _ := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(s.poll), uintptr(unsafe.Pointer(&event)), 1, uintptr(wait.Milliseconds()), 0, 0)
	return n == 1
}

// canPoll makes the poller when it is needed first.
func (s *socket) canPoll() bool {
	if s.poll == 0 {
		s.poll = s.newPoller()
	}
	return s.poll > 0
}

// newPoller returns a poller of this socket alone; -1 where there should be none.
func (s *socket) newPoller() int {
	if runtime.GOMAXPROCS(0) > 1 {
		return -1
	}
	poll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return -1
	}
	failed := s.raw.Control(func(fd uintptr) {
		err = syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, int(fd), &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
	})
	if failed != nil || err != nil {
		syscall.Close(poll)
		return -1
	}
	return poll
}

// close is for the one who receives.
func (s *socket) close() {
	if s.poll > 0 {
		syscall.Close(s.poll)
		s.poll = -1
	}
}
