package narrow

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// The descriptors a Worker process is born with: 0 to 2 are the crash pipe, which it can only write to.
const (
	CrashPipe    = 2
	Conversation = 3
)

// runtimeDescriptors is where the Go runtime's own (epoll, eventfd) end, if it has made them yet.
const runtimeDescriptors = 16

// checkDescriptors fails on an inherited descriptor. One that was inherited has come through execve, so it isn't
// close-on-exec; the runtime's own are.
func checkDescriptors() error {
	for fd := Conversation + 1; fd < runtimeDescriptors; fd++ {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		if err == nil && flags&unix.FD_CLOEXEC == 0 {
			return fmt.Errorf("inherited descriptor %d", fd)
		}
	}
	if err := unix.CloseRange(runtimeDescriptors, math.MaxUint32, 0); err != nil && err != unix.ENOSYS {
		return fmt.Errorf("close_range: %w", err)
	}
	return nil
}
