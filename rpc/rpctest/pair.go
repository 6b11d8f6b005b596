// Package rpctest has what tests of conversations share.
package rpctest

import (
	"net"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Pair is the two ends of a conversation as it is: over a Unix socket. They are closed when the test ends.
func Pair(t testing.TB) (a, b net.Conn) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]net.Conn
	for n, fd := range fds {
		file := os.NewFile(uintptr(fd), "socketpair")
		ends[n], err = net.FileConn(file)
		_ = file.Close()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = ends[n].Close() })
	}
	return ends[0], ends[1]
}
