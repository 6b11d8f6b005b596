package zygote

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// flag is the argument that makes the Worker's program a zygote.
const flag = "--zygote="

// Arg returns the argument that makes the Worker's program a zygote whose children get those new namespaces.
func Arg(namespaces uintptr) string { return flag + strconv.FormatUint(uint64(namespaces), 16) }

// FromArgs is the opposite of Arg; false means that the program is no zygote.
func FromArgs(args []string) (namespaces uintptr, ok bool) {
	for _, arg := range args {
		if text, is := strings.CutPrefix(arg, flag); is {
			n, err := strconv.ParseUint(text, 16, 64)
			return uintptr(n), err == nil
		}
	}
	return 0, false
}

// Conversation is the descriptor of a child's conversation with its supervisor; 0 to 2 are its crash pipe.
const Conversation = 3

// Serve forks a child in those new namespaces (CLONE_NEW…) for each question that comes over control, until the warden is
// gone; then it returns its error. In a child it returns nil: there the process has the descriptors 0 to 3 as one that was started by exec. The caller is the
// main goroutine and has the process as Fork needs it.
func Serve(control int, namespaces uintptr) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	buf, oob := make([]byte, questionSize+1), make([]byte, unix.CmsgSpace(4*3))
	for {
		b, fds, err := receive(control, buf, oob)
		if err != nil {
			return fmt.Errorf("cannot go on as a zygote: %w", err)
		}
		q, err := parseQuestion(b)
		if err != nil {
			return err
		}
		child, err := respond(control, namespaces, q, fds)
		if child || err != nil {
			return err
		}
	}
}

// respond answers one question and closes fds. It reports whether this is the child.
func respond(control int, namespaces uintptr, q question, fds []int) (child bool, err error) {
	var a answer
	pidfd := -1
	switch {
	case q.op == opFork && len(fds) >= 2:
		if child, a, pidfd = forkChild(namespaces, int(q.arg), fds); child {
			return true, nil
		}
	case q.op == opReap && len(fds) == 0:
		a = reap(int(q.arg))
	default:
		return false, fmt.Errorf("cannot answer question %d with %d descriptors", q.op, len(fds))
	}
	for _, fd := range fds {
		syscall.Close(fd)
	}
	if pidfd < 0 {
		return false, send(control, a.append(nil))
	}
	defer syscall.Close(pidfd)
	return false, send(control, a.append(nil), pidfd)
}

// forkChild forks a child with the descriptors conversation, crash and, where there is one, cgroup.
func forkChild(namespaces uintptr, uid int, fds []int) (child bool, a answer, pidfd int) {
	o := Options{Namespaces: namespaces, UID: uid, GID: uid, Keep: fds[:2]}
	if len(fds) > 2 {
		o.Cgroup = fds[2]
	}
	pid, pidfd, err := Fork(o)
	switch {
	case err != nil:
		return false, answer{errno: uint32(errnoOf(err))}, -1
	case pid > 0:
		return false, answer{pid: uint32(pid)}, pidfd
	}
	if err := arrange(fds[0], fds[1]); err != nil {
		unix.Exit(ExitBroken)
	}
	return true, answer{}, -1
}

// arrange gives a child's descriptors the numbers that they have after exec.
func arrange(conversation, crash int) error {
	if conversation <= Conversation || crash <= Conversation {
		return errors.New("cannot arrange descriptors that overlap") // 3 is the zygote's control socket, and below are its own
	}
	for _, fd := range []struct{ from, to int }{{crash, 0}, {crash, 1}, {crash, 2}, {conversation, Conversation}} {
		if err := unix.Dup3(fd.from, fd.to, 0); err != nil {
			return err
		}
	}
	return errors.Join(unix.Close(crash), unix.Close(conversation))
}

func reap(pid int) answer {
	var status syscall.WaitStatus
	var usage syscall.Rusage
	for {
		got, err := syscall.Wait4(pid, &status, syscall.WNOHANG, &usage)
		switch {
		case err == syscall.EINTR:
			continue
		case err == nil && got == 0:
			return answer{errno: uint32(syscall.EAGAIN)} // it lives
		case err != nil:
			return answer{errno: uint32(errnoOf(err))}
		}
		return answer{pid: uint32(pid), status: uint32(status),
			cpu: uint64(usage.Utime.Nano() + usage.Stime.Nano()), memory: uint64(usage.Maxrss) << 10}
	}
}

func errnoOf(err error) syscall.Errno {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return syscall.EINVAL
	}
	return errno
}
