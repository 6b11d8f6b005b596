package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

var (
	zero       [256]byte
	one        = [256]byte{1}
	clone3Args = [11]uint64{4: uint64(unix.SIGCHLD)} // struct clone_args: exit_signal
	atFDCWD    = negative(100)
)

func negative(n int) uintptr { return uintptr(-n) }

func ptr[T any](v *T) uintptr { return uintptr(unsafe.Pointer(v)) }

// path returns the address of a C string that is never collected.
func path(s string) uintptr {
	b := append([]byte(s), 0)
	kept = append(kept, b)
	return uintptr(unsafe.Pointer(&b[0]))
}

var kept [][]byte

// raw returns an act that makes one system call, past Go's own wrappers.
func raw(call uintptr, args ...uintptr) func() error {
	return func() error {
		var a [6]uintptr
		copy(a[:], args)
		result, _, errno := unix.RawSyscall6(call, a[0], a[1], a[2], a[3], a[4], a[5])
		if errno != 0 {
			return errno
		}
		if call == unix.SYS_CLONE3 && result == 0 {
			unix.RawSyscall(unix.SYS_EXIT, 0, 0, 0)
		}
		return nil
	}
}

func open(name string, flags int) error {
	return raw(unix.SYS_OPENAT, atFDCWD, path(name), uintptr(flags), 0o666)()
}

// forkWith makes a process with those clone flags; it ends at once.
func forkWith(flags uintptr) func() error {
	return func() error {
		pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD)|flags, 0, 0, 0, 0, 0)
		if errno != 0 {
			return errno
		}
		if pid == 0 {
			unix.RawSyscall(unix.SYS_EXIT, 0, 0, 0)
		}
		return nil
	}
}

// forkBomb makes processes that stay, until it is stopped.
func forkBomb() error {
	for n := range 10000 {
		pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
		if errno != 0 {
			return fmt.Errorf("%w after %d", errno, n)
		}
		if pid == 0 {
			for {
				unix.RawSyscall(unix.SYS_NANOSLEEP, ptr(&unix.Timespec{Sec: 100}), 0, 0)
			}
		}
	}
	return nil
}

// threadBomb makes threads until the runtime, which can't have one, ends the process.
func threadBomb() error {
	for range 10000 {
		go func() {
			runtime.LockOSThread()
			select {}
		}()
	}
	time.Sleep(time.Second)
	return nil
}

func exhaustDescriptors() error {
	for n := range 4096 {
		if _, err := unix.FcntlInt(3, unix.F_DUPFD_CLOEXEC, 0); err != nil {
			return fmt.Errorf("%w after %d", err, n)
		}
	}
	return nil
}

func raiseLimit(resource int) func() error {
	return func() error {
		return unix.Prlimit(0, resource, &unix.Rlimit{Cur: 1 << 20, Max: 1 << 20}, nil)
	}
}

// writeFiles succeeds if the process might write a byte to a file, if it had one.
func writeFiles() error {
	var limit unix.Rlimit
	if err := unix.Prlimit(0, unix.RLIMIT_FSIZE, nil, &limit); err != nil {
		return err
	}
	if limit != (unix.Rlimit{}) {
		return nil
	}
	return errors.New("the limit is 0 bytes")
}

// allocate takes 2 GiB, more than any test's cell allows.
func allocate() error {
	m, err := unix.Mmap(-1, 0, 2<<30, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return err
	}
	for i := 0; i < len(m); i += 4096 {
		m[i] = 1
	}
	return nil
}

// signalOthers looks for a process beside its own threads, which kill(2) finds by their ids, too.
func signalOthers() error {
	for pid := 2; pid < 1000; pid++ {
		_, _, errno := unix.RawSyscall(unix.SYS_KILL, uintptr(pid), 0, 0)
		if errno != unix.ESRCH && unix.Tgkill(unix.Getpid(), pid, 0) != nil {
			return nil
		}
	}
	return errors.New("there is none")
}

func signalParent() error {
	parent, _, _ := unix.RawSyscall(unix.SYS_GETPPID, 0, 0, 0)
	if parent == 0 {
		return errors.New("it has no process id here")
	}
	return unix.Kill(int(parent), 0)
}

func seeOthers() error {
	if pid := os.Getpid(); pid != 1 {
		return nil
	}
	return errors.New("this is process 1")
}

func connectAbstract() error {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	return unix.Connect(fd, &unix.SockaddrUnix{Name: "@stockade-test"})
}

func sendDescriptor() error { return unix.Sendmsg(3, []byte("x\n"), unix.UnixRights(2), nil, 0) }

// peerPidfd asks the conversation for a descriptor that stands for the process at its other end.
func peerPidfd() error {
	const soPeerPidfd = 77
	_, err := unix.GetsockoptInt(3, unix.SOL_SOCKET, soPeerPidfd)
	return err
}

func gainCapability() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	data := [2]unix.CapUserData{{Effective: 1 << unix.CAP_SYS_ADMIN, Permitted: 1 << unix.CAP_SYS_ADMIN}}
	return unix.Capset(&header, &data[0])
}

func haveCapability() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return err
	}
	if data != ([2]unix.CapUserData{}) {
		return nil
	}
	return errors.New("none")
}

func beRoot() error {
	if os.Getuid() == 0 || os.Geteuid() == 0 || os.Getgid() == 0 {
		return nil
	}
	return fmt.Errorf("uid %d", os.Getuid())
}

func mapExecutable() error {
	_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
	return err
}

func makeExecutable(too int) func() error {
	return func() error {
		m, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
		if err != nil {
			return err
		}
		return unix.Mprotect(m, too|unix.PROT_EXEC)
	}
}

func catchSIGSYS() error {
	action := [4]uint64{}
	return raw(unix.SYS_RT_SIGACTION, uintptr(unix.SIGSYS), ptr(&action), 0, 8)()
}

// inheritedDescriptors looks for one that came through execve.
func inheritedDescriptors() error {
	for fd := 4; fd < 1024; fd++ {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			return nil
		}
	}
	return errors.New("there is none")
}

func readEnvironment() error {
	if len(syscall.Environ()) > 0 {
		return nil
	}
	return errors.New("it is empty")
}

func learnHostName() error {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return err
	}
	if name := unix.ByteSliceToString(u.Nodename[:]); name != "worker" {
		return nil
	}
	return errors.New("it is worker")
}

// anyCall makes one system call with all bits of all its arguments set.
func anyCall(number string) string {
	call, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return "succeeded: no such call: " + number
	}
	bits := ^uintptr(0)
	if err := raw(uintptr(call), bits, bits, bits, bits, bits, bits)(); err != nil {
		return "refused: " + err.Error()
	}
	return "succeeded"
}
