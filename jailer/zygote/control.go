package zygote

import (
	"encoding/binary"
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// The warden and the zygote speak over a SOCK_SEQPACKET socket: one question, one answer.
//
//	warden                              zygote
//	fork(uid) + conversation, crash,
//	            cgroup (v2)         ──▶
//	                                ◀── pid + pidfd | errno
//	reap(pid), when its pidfd says so ─▶
//	                                ◀── how it ended, processor time | errno
//
// Both sides use plain blocking calls: the zygote may have nothing in its network poller (Fork), and its answers come at
// once.

type operation uint32

const (
	opFork operation = iota + 1
	opReap
)

type question struct {
	op  operation
	arg uint32 // opFork: uid and gid; opReap: pid
}

type answer struct {
	errno  uint32
	pid    uint32
	status uint32 // as wait(2) encodes it
	cpu    uint64 // nanoseconds of user and system time
	memory uint64 // the most bytes that were resident at a time
}

const (
	questionSize = 8
	answerSize   = 28
)

func (q question) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(q.op))
	return binary.LittleEndian.AppendUint32(b, q.arg)
}

func parseQuestion(b []byte) (question, error) {
	if len(b) != questionSize {
		return question{}, fmt.Errorf("cannot read a question of %d bytes", len(b))
	}
	return question{operation(binary.LittleEndian.Uint32(b)), binary.LittleEndian.Uint32(b[4:])}, nil
}

func (a answer) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, a.errno)
	b = binary.LittleEndian.AppendUint32(b, a.pid)
	b = binary.LittleEndian.AppendUint32(b, a.status)
	b = binary.LittleEndian.AppendUint64(b, a.cpu)
	return binary.LittleEndian.AppendUint64(b, a.memory)
}

func parseAnswer(b []byte) (answer, error) {
	if len(b) != answerSize {
		return answer{}, fmt.Errorf("cannot read an answer of %d bytes", len(b))
	}
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	return answer{word(0), word(1), word(2), binary.LittleEndian.Uint64(b[12:]), binary.LittleEndian.Uint64(b[20:])}, nil
}

// ErrGone means that the other end is gone.
var ErrGone = errors.New("the other end is gone")

func send(fd int, b []byte, fds ...int) error {
	var rights []byte
	if len(fds) > 0 {
		rights = unix.UnixRights(fds...)
	}
	for {
		err := syscall.Sendmsg(fd, b, rights, nil, unix.MSG_NOSIGNAL)
		if err != syscall.EINTR {
			return err
		}
	}
}

// receive returns a message and its descriptors, which are the caller's.
func receive(fd int, b, oob []byte) ([]byte, []int, error) {
	for {
		n, oobn, _, _, err := syscall.Recvmsg(fd, b, oob, unix.MSG_CMSG_CLOEXEC)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return nil, nil, err
		case n == 0 && oobn == 0:
			return nil, nil, ErrGone
		}
		fds, err := descriptorsIn(oob[:oobn])
		return b[:n], fds, err
	}
}

func descriptorsIn(oob []byte) ([]int, error) {
	if len(oob) == 0 {
		return nil, nil
	}
	messages, err := syscall.ParseSocketControlMessage(oob)
	if err != nil || len(messages) != 1 {
		return nil, errors.Join(errors.New("cannot read the descriptors of a message"), err)
	}
	return syscall.ParseUnixRights(&messages[0])
}
