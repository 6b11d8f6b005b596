package seccomp

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Install puts the program on every thread of this process, for ever and for all its descendants. The process must have
// no_new_privs set or CAP_SYS_ADMIN.
func Install(prog []unix.SockFilter) error {
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	thread, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&fprog)))
	runtime.KeepAlive(prog)
	switch {
	case errno != 0:
		return fmt.Errorf("cannot put on the system call filter: %w", errno)
	case thread != 0:
		return fmt.Errorf("cannot put on the system call filter: thread %d has another one", thread)
	}
	return nil
}

// Available reports whether the kernel has filters and the given action.
func Available(a Action) bool {
	action := uint32(a) & unix.SECCOMP_RET_ACTION_FULL
	_, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}
