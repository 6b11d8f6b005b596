//go:build !race && !msan && !asan

package zygote

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// becomeChild turns the copy into a process of its own: without its parent's descriptors, poller, user and
// capabilities, then with its threads again.
//
//go:nosplit
func becomeChild() {
	closeDescriptors()
	renewPoller()
	narrow()
	resumeThreads()
	must(sys(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&capHeader)), uintptr(unsafe.Pointer(&capNone)), 0, 0))
	sys(unix.SYS_TGKILL, 1, 1, uintptr(unix.SIGURG), 0) // as the others do in resume
}

//go:nosplit
func must(r uintptr, errno syscall.Errno) uintptr {
	if errno != 0 {
		sys(unix.SYS_EXIT_GROUP, ExitBroken, 0, 0, 0)
	}
	return r
}

//go:nosplit
func closeDescriptors() {
	for i := range job.ngaps {
		must(sys(unix.SYS_CLOSE_RANGE, uintptr(job.gaps[i][0]), uintptr(job.gaps[i][1]), 0, 0))
	}
}

// narrow gives up all but the capability resume needs, while there is only one thread to ask.
//
//go:nosplit
func narrow() {
	if job.uid != 0 {
		must(sys(unix.SYS_PRCTL, unix.PR_SET_KEEPCAPS, 1, 0, 0))
		must(sys(unix.SYS_SETGROUPS, 0, 0, 0, 0))
		must(sys(unix.SYS_SETRESGID, job.gid, job.gid, job.gid, 0))
		must(sys(unix.SYS_SETRESUID, job.uid, job.uid, job.uid, 0))
	}
	must(sys(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&capHeader)), uintptr(unsafe.Pointer(&job.caps)), 0, 0))
	must(sys(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0))
	must(sys(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0)) // setresuid would reset it
}

// resumeThreads starts one thread per parked one: on the same frame, with the same TLS, and under the same id in the new
// pid namespace, for the runtime sends its preemption signals to these ids. They wait for release, so that none of them
// can start another thread that takes an id still needed. resumeThreads waits for them in turn: before Fork returns, and
// a filter may come that forbids it, each has given up its capabilities.
//
//go:nosplit
func resumeThreads() {
	ready = 0
	for i := range job.threads {
		t := &parked[i]
		job.tid = int32(t.tid)
		job.resume = cloneArgs{
			flags: unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD |
				unix.CLONE_SYSVSEM | unix.CLONE_SETTLS,
			stack:      uint64(t.frame) - 8,
			stackSize:  16, // so SP is above the frame's return address, as a signal handler leaves it
			tls:        uint64(t.tls),
			setTID:     uint64(uintptr(unsafe.Pointer(&job.tid))),
			setTIDSize: 1,
		}
		if resume(&job.resume, unsafe.Sizeof(job.resume)) != int(t.tid) {
			must(0, unix.ECHILD)
		}
	}
	awaitReady(job.threads, 0)
}
