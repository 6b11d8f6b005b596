//go:build !race && !msan && !asan

package zygote

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const pollerDescriptors = 1024 // the poller, and what it may watch, is looked for below

// poller is the Go runtime's network poller as the kernel sees it: an epoll instance, and an eventfd that interrupts a
// wait on it. A child would share both with its parent.
var poller struct {
	found          bool
	epoll, eventfd uintptr
	event          [1]unix.EpollEvent // what the eventfd is registered with
	scratch        unix.EpollEvent
	one            uint64
}

// findPoller asks the kernel for what the runtime keeps to itself. It fails if anything but the eventfd is registered:
// a child's copy of such a file would never hear of an event again.
func findPoller() error {
	if poller.found {
		return nil
	}
	time.AfterFunc(time.Hour, func() {}).Stop() // the first timer starts the poller
	probe, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return fmt.Errorf("cannot look for the network poller: %w", err)
	}
	defer unix.Close(probe)
	procPin()
	n, _ := runtime.ThreadCreateProfile(nil)
	job.threads = uint32(n - 1)
	errno := probePoller(uintptr(probe))
	procUnpin()
	if errno != 0 {
		return fmt.Errorf("cannot find the network poller, or it is in use: %w", errno)
	}
	poller.found = true
	return nil
}

// probePoller looks with all threads held, for the runtime must not see the registrations it tries.
//
//go:nosplit
func probePoller(probe uintptr) syscall.Errno {
	if errno := hold(); errno != 0 {
		return errno
	}
	errno := findEpoll(probe)
	if errno == 0 {
		errno = findEventfd()
	}
	if errno == 0 {
		errno = readRegistration()
	}
	release()
	return errno
}

// findEpoll finds the descriptor that takes the question whether it watches probe.
//
//go:nosplit
func findEpoll(probe uintptr) syscall.Errno {
	for fd := range uintptr(pollerDescriptors) {
		if _, errno := sys(unix.SYS_EPOLL_CTL, fd, unix.EPOLL_CTL_DEL, probe, 0); errno == unix.ENOENT {
			poller.epoll = fd
			return 0
		}
	}
	return unix.ENOENT
}

// findEventfd finds the only descriptor that can't be added, as it already is.
//
//go:nosplit
func findEventfd() syscall.Errno {
	poller.eventfd = 0
	for fd := range uintptr(pollerDescriptors) {
		_, errno := sys(unix.SYS_EPOLL_CTL, poller.epoll, unix.EPOLL_CTL_ADD, fd, uintptr(unsafe.Pointer(&poller.scratch)))
		if errno == 0 {
			sys(unix.SYS_EPOLL_CTL, poller.epoll, unix.EPOLL_CTL_DEL, fd, 0)
		}
		if errno != unix.EEXIST {
			continue
		}
		if poller.eventfd != 0 {
			return unix.EBUSY
		}
		poller.eventfd = fd
	}
	if poller.eventfd == 0 {
		return unix.ENOENT
	}
	return 0
}

// readRegistration makes the eventfd readable and waits for the event. The runtime takes it for a wake-up without cause.
//
//go:nosplit
func readRegistration() syscall.Errno {
	poller.one = 1
	if _, errno := sys(unix.SYS_WRITE, poller.eventfd, uintptr(unsafe.Pointer(&poller.one)), 8, 0); errno != 0 {
		return errno
	}
	n, errno := sys(unix.SYS_EPOLL_PWAIT, poller.epoll, uintptr(unsafe.Pointer(&poller.event)), 1, 0)
	if errno == 0 && n != 1 {
		errno = unix.ENOENT
	}
	return errno
}

// renewPoller puts an epoll instance and an eventfd of the child's own under the numbers the runtime knows. The eventfd
// starts readable: a wake-up that was under way would be lost otherwise.
//
//go:nosplit
func renewPoller() {
	epoll := must(sys(unix.SYS_EPOLL_CREATE1, unix.EPOLL_CLOEXEC, 0, 0, 0))
	eventfd := must(sys(unix.SYS_EVENTFD2, 1, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK, 0, 0))
	must(sys(unix.SYS_DUP3, epoll, poller.epoll, unix.O_CLOEXEC, 0))
	must(sys(unix.SYS_DUP3, eventfd, poller.eventfd, unix.O_CLOEXEC, 0))
	sys(unix.SYS_CLOSE, epoll, 0, 0, 0)
	sys(unix.SYS_CLOSE, eventfd, 0, 0, 0)
	must(sys(unix.SYS_EPOLL_CTL, poller.epoll, unix.EPOLL_CTL_ADD, poller.eventfd, uintptr(unsafe.Pointer(&poller.event[0]))))
}
