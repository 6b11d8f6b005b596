package rpc

import (
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// pair is a connected pair of Unix sockets.
func pair(t *testing.T) (a, b net.Conn) {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]net.Conn
	for n, fd := range fds {
		f := os.NewFile(uintptr(fd), "pair")
		if ends[n], err = net.FileConn(f); err != nil {
			t.Fatal(err)
		}
		f.Close()
		t.Cleanup(func() { _ = ends[n].Close() })
	}
	return ends[0], ends[1]
}

// TestClosedTwice: while somebody reads, the socket's number stays its own, however often the conversation is closed.
func TestClosedTwice(t *testing.T) {
	conn, _ := pair(t)
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	watched, own, fd := watchArrivals(conn, raw)
	if fd < 0 {
		t.Skip("this system has no epoll")
	}
	closed := make(chan error, 2)
	err = own.Control(func(uintptr) {
		for range 2 {
			go func() { closed <- watched.Close() }()
		}
		select {
		case <-closed:
			t.Error("closed while it is being read")
			closed <- nil
		case <-time.After(100 * time.Millisecond): // what is wrong shows at once
		}
		if _, _, no := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0); no != 0 {
			t.Errorf("the socket is gone: %v", no)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		<-closed
	}
}

// TestQuietEnds: the last of an answer can be ended as on the connection itself.
func TestQuietEnds(t *testing.T) {
	a, b := pair(t)
	end, is := Quiet(a).(interface{ CloseWrite() error })
	if !is {
		t.Fatal("it has no CloseWrite")
	}
	if err := end.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("read %d, %v", n, err)
	}
}
