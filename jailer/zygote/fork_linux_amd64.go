//go:build !race && !msan && !asan

package zygote

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	parkSignal = 64 // SIGRTMAX
	maxThreads = 64
	maxKeep    = 16
	setTIDCaps = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_CHECKPOINT_RESTORE // either lets clone3(2) take set_tid

	// Kernel ABI that x/sys/unix has no name for.
	saFlags   = 0x4 | 0x04000000 | 0x08000000 | 0x10000000 // SA_SIGINFO, SA_RESTORER, SA_ONSTACK, SA_RESTART
	futexWait = 0x80                                       // FUTEX_WAIT_PRIVATE
	futexWake = 0x81                                       // FUTEX_WAKE_PRIVATE
)

func handler() (park, unpark uintptr)
func resume(args *cloneArgs, size uintptr) (tid int)
func usesCgo() bool

// While pinned, the main thread keeps the only P: no goroutine runs elsewhere and the runtime starts no thread.
//
//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// thread is what a parked thread leaves for its successor in the child. The assembly knows the layout.
type thread struct {
	frame uintptr // its rt_sigframe: registers, floating point, signal mask, signal stack
	tls   uintptr // its FS base, where the runtime finds its m and g
	tid   uintptr
}

type cloneArgs struct {
	flags, pidfd, childTID, parentTID, exitSignal, stack, stackSize, tls, setTID, setTIDSize, cgroup uint64
}

type sigaction struct {
	handler, flags, restorer, mask uintptr
}

// While threads are parked they may hold any lock of the runtime. So from hold to release nothing may allocate, grow a
// stack or write a pointer: every function on the way is nosplit, and what it needs lies here, in static memory.
var (
	parked [maxThreads]thread
	//lint:ignore U1000 the assembly counts with it
	claimed uint32 // slots of parked taken
	ready   uint32 // slots of parked filled, in the child threads resumed; a futex
	gate    uint32 // threads wait until it changes; a futex

	capHeader = unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	capNone   [2]unix.CapUserData

	job struct {
		threads  uint32 // besides the main thread
		clone    cloneArgs
		resume   cloneArgs
		tid      int32
		pidfd    int32
		uid, gid uintptr
		caps     [2]unix.CapUserData
		gaps     [maxKeep + 3][2]uint32
		ngaps    int
		action   sigaction
		previous sigaction
		mask     uint64
		timeout  unix.Timespec
	}
)

// Supported says why Fork can't work in this process, or nil.
func Supported() error {
	switch {
	case usesCgo():
		return errors.New("cannot fork a process with C threads: build with CGO_ENABLED=0")
	case os.Getpid() != 1:
		return errors.New("cannot fork a process that is not the first of its pid namespace")
	case runtime.GOMAXPROCS(0) != 1:
		return errors.New("cannot fork while GOMAXPROCS is not 1")
	case permitted()&setTIDCaps == 0:
		return errors.New("cannot fork without CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN")
	}
	return nil
}

func permitted() uint64 {
	var caps [2]unix.CapUserData
	if unix.Capget(&capHeader, &caps[0]) != nil {
		return 0
	}
	return uint64(caps[1].Permitted)<<32 | uint64(caps[0].Permitted)
}

// Fork duplicates the process. It returns twice: in the parent with the child's id (in the parent's pid namespace) and
// a pidfd the caller owns, in the child with pid 0. The caller must be the main goroutine, locked to its thread, and no
// other goroutine may be in a system call. Only one Fork may be under way. EAGAIN: the runtime was starting a thread.
func Fork(o Options) (pid, pidfd int, err error) {
	if err := prepare(o); err != nil {
		return -1, -1, err
	}
	procPin()
	n, _ := runtime.ThreadCreateProfile(nil)
	job.threads = uint32(n - 1)
	child, errno := fork()
	procUnpin()
	if errno != 0 {
		return -1, -1, fmt.Errorf("cannot fork: %w", errno)
	}
	if child == 0 {
		return 0, -1, nil
	}
	return int(child), int(job.pidfd), nil
}

func prepare(o Options) error {
	if err := Supported(); err != nil {
		return err
	}
	if unix.Gettid() != 1 {
		return errors.New("cannot fork outside the main thread")
	}
	if len(o.Keep) > maxKeep {
		return fmt.Errorf("cannot fork with more than %d descriptors to keep", maxKeep)
	}
	park, unpark := handler()
	job.action = sigaction{park, saFlags, unpark, ^uintptr(0)}
	if err := findPoller(); err != nil {
		return err
	}
	setClone(o)
	setGaps(o.Keep)
	return nil
}

func setClone(o Options) {
	job.clone = cloneArgs{
		flags:      uint64(o.Namespaces) | unix.CLONE_NEWPID | unix.CLONE_PIDFD,
		pidfd:      uint64(uintptr(unsafe.Pointer(&job.pidfd))),
		exitSignal: uint64(unix.SIGCHLD),
	}
	if o.Cgroup != 0 {
		job.clone.flags |= unix.CLONE_INTO_CGROUP
		job.clone.cgroup = uint64(o.Cgroup)
	}
	job.uid, job.gid = uintptr(o.UID), uintptr(o.GID)
	caps := permitted() & setTIDCaps
	job.caps[0] = unix.CapUserData{Permitted: uint32(caps), Effective: uint32(caps)}
	job.caps[1] = unix.CapUserData{Permitted: uint32(caps >> 32), Effective: uint32(caps >> 32)}
}

// setGaps notes the ranges of descriptors the child closes: all but keep and the poller's.
func setGaps(keep []int) {
	keep = append(slices.Clone(keep), int(poller.epoll), int(poller.eventfd))
	slices.Sort(keep)
	job.ngaps = 0
	next := uint32(0)
	for _, fd := range keep {
		if uint32(fd) > next {
			job.gaps[job.ngaps] = [2]uint32{next, uint32(fd) - 1}
			job.ngaps++
		}
		next = uint32(fd) + 1
	}
	job.gaps[job.ngaps] = [2]uint32{next, ^uint32(0)}
	job.ngaps++
}

//go:nosplit
func fork() (pid uintptr, errno syscall.Errno) {
	if errno = hold(); errno != 0 {
		return 0, errno
	}
	pid, errno = sys(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&job.clone)), unsafe.Sizeof(job.clone), 0, 0)
	if errno == 0 && pid == 0 {
		becomeChild()
	}
	release()
	return pid, errno
}

// hold parks every other thread of the process. It sends the process one signal for each. A thread that took one has it
// blocked, as has the main thread, so each of the others takes exactly one, and nobody needs to know their ids.
//
//go:nosplit
func hold() syscall.Errno {
	all := ^uint64(0)
	sys(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&all)), uintptr(unsafe.Pointer(&job.mask)), 8)
	sys(unix.SYS_RT_SIGACTION, parkSignal, uintptr(unsafe.Pointer(&job.action)), uintptr(unsafe.Pointer(&job.previous)), 8)
	claimed, ready = 0, 0
	if job.threads > maxThreads {
		release()
		return unix.E2BIG
	}
	for range job.threads {
		sys(unix.SYS_KILL, 1, parkSignal, 0, 0)
	}
	job.timeout = unix.Timespec{Nsec: 500e6}
	if awaitReady(job.threads, uintptr(unsafe.Pointer(&job.timeout))) != 0 {
		takeBack()
		release()
		return unix.EAGAIN
	}
	return 0
}

//go:nosplit
func awaitReady(n uint32, timeout uintptr) syscall.Errno {
	for {
		seen := atomic.LoadUint32(&ready)
		if seen == n {
			return 0
		}
		_, errno := sys(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&ready)), futexWait, uintptr(seen), timeout)
		if errno == unix.ETIMEDOUT {
			return errno
		}
	}
}

// takeBack withdraws the signals nobody took and waits until those who took one are parked, so that none arrives behind
// the gate after it has opened.
//
//go:nosplit
func takeBack() {
	sent := job.threads
	set := uint64(1) << (parkSignal - 1)
	job.timeout = unix.Timespec{}
	for {
		_, errno := sys(unix.SYS_RT_SIGTIMEDWAIT, uintptr(unsafe.Pointer(&set)), 0, uintptr(unsafe.Pointer(&job.timeout)), 8)
		if errno != 0 {
			break
		}
		sent--
	}
	awaitReady(sent, 0)
}

// release lets the parked threads go on, in the parent from their handlers, in the child from resume.
//
//go:nosplit
func release() {
	atomic.AddUint32(&gate, 1)
	sys(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&gate)), futexWake, maxThreads, 0)
	sys(unix.SYS_RT_SIGACTION, parkSignal, uintptr(unsafe.Pointer(&job.previous)), 0, 8)
	sys(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&job.mask)), 0, 8)
}

//go:nosplit
func sys(nr, a, b, c, d uintptr) (uintptr, syscall.Errno) {
	r, _, errno := syscall.RawSyscall6(nr, a, b, c, d, 0, 0)
	return r, errno
}
