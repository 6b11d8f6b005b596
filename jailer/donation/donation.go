// Package donation carries descriptors across the edge between the supervisor and the warden, and says who owns them.
// It is the hot path of starting a Worker: one SOCK_SEQPACKET socket, one small message for each event.
//
//	supervisor                                          warden
//	Join(slot)  + cgroup handles    ───────────▶        once a slot, before its first Start
//	Start(slot) + conversation, crash pipe ────▶
//	                                ◀───────────        Started(slot) + pidfd | Failed(slot, errno)
//	                                ◀───────────        Exited(slot, status, cpu), after Started, exactly once
//
// A slot takes part in one start at a time: the next Start comes after Failed or Exited. The supervisor kills by the pidfd:
// a message that names a slot could arrive when the slot is another Worker's.
//
// Send never takes ownership: its caller closes what it gave, when Send has returned. What Receive returns belongs to
// its caller, who closes it.
package donation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Kind is what a message means; the package comment has the table.
type Kind uint32

// The kinds of messages.
const (
	Join Kind = iota + 1
	Start
	Started
	Failed
	Exited
)

var names = [...]string{Join: "Join", Start: "Start", Started: "Started", Failed: "Failed", Exited: "Exited"}

func (k Kind) String() string {
	if int(k) >= len(names) || names[k] == "" {
		return fmt.Sprintf("kind %d", uint32(k))
	}
	return names[k]
}

// descriptors is how many come with each kind: at least, at most.
var descriptors = [...][2]int{Join: {1, MaxDescriptors}, Start: {2, 2}, Started: {1, 1}, Failed: {0, 0}, Exited: {0, 0}}

// MaxDescriptors is the most that one message carries.
const MaxDescriptors = 8

// Message is one event of one slot.
type Message struct {
	Kind   Kind
	Slot   uint32
	Errno  uint32 // Failed: errno(3)
	Status uint32 // Exited: as wait(2) encodes it
	CPU    uint64 // Exited: nanoseconds of user and system time
	Memory uint64 // Exited: the most bytes that were resident at a time
}

const size = 32

// Append appends the wire form of m.
func (m Message) Append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(m.Kind))
	b = binary.LittleEndian.AppendUint32(b, m.Slot)
	b = binary.LittleEndian.AppendUint32(b, m.Errno)
	b = binary.LittleEndian.AppendUint32(b, m.Status)
	b = binary.LittleEndian.AppendUint64(b, m.CPU)
	return binary.LittleEndian.AppendUint64(b, m.Memory)
}

// ErrProtocol is wrapped by errors about a message that breaks the rules.
var ErrProtocol = errors.New("protocol violation")

// Parse is the opposite of Append.
func Parse(b []byte) (Message, error) {
	if len(b) != size {
		return Message{}, fmt.Errorf("%w: a message of %d bytes", ErrProtocol, len(b))
	}
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	m := Message{Kind(word(0)), word(1), word(2), word(3), binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])}
	if int(m.Kind) >= len(names) || names[m.Kind] == "" {
		return Message{}, fmt.Errorf("%w: %v", ErrProtocol, m.Kind)
	}
	return m, nil
}

// Socket is one end. Send may be called from many goroutines, Receive from one.
type Socket struct {
	file *os.File
	raw  syscall.RawConn
	oob  []byte // Receive's
}

// Pair returns the supervisor's end and, for the warden to be born with, the other one.
func Pair() (*Socket, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make a donation socket: %w", err)
	}
	here, err := New(fds[0])
	if err != nil {
		unix.Close(fds[1])
		return nil, nil, err
	}
	return here, os.NewFile(uintptr(fds[1]), "donation"), nil
}

// New takes ownership of the socket fd.
func New(fd int) (*Socket, error) {
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("cannot use descriptor %d as donation socket: %w", fd, err)
	}
	file := os.NewFile(uintptr(fd), "donation")
	raw, err := file.SyscallConn()
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("cannot use descriptor %d as donation socket: %w", fd, err)
	}
	return &Socket{file: file, raw: raw, oob: make([]byte, unix.CmsgSpace(4*MaxDescriptors))}, nil
}

// Close ends the conversation for both sides.
func (s *Socket) Close() error { return s.file.Close() }

// Send sends m with the descriptors, which stay the caller's.
func (s *Socket) Send(m Message, fds ...int) error {
	var wire [size]byte
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	var sendErr error
	err := s.raw.Write(func(fd uintptr) bool {
		for {
			sendErr = unix.Sendmsg(int(fd), m.Append(wire[:0]), oob, nil, unix.MSG_NOSIGNAL)
			if sendErr != unix.EINTR {
				return sendErr != unix.EAGAIN
			}
		}
	})
	if err = errors.Join(err, sendErr); err != nil {
		return fmt.Errorf("cannot send %v: %w", m.Kind, err)
	}
	return nil
}

// Receive returns the next message and its descriptors, which are the caller's now. It returns io.EOF when the other end
// is gone.
func (s *Socket) Receive() (Message, []int, error) {
	var wire [size + 1]byte
	var n, oobn, flags int
	var recvErr error
	err := s.raw.Read(func(fd uintptr) bool {
		for {
			n, oobn, flags, _, recvErr = unix.Recvmsg(int(fd), wire[:], s.oob, unix.MSG_CMSG_CLOEXEC)
			if recvErr != unix.EINTR {
				return recvErr != unix.EAGAIN
			}
		}
	})
	if err = errors.Join(err, recvErr); err != nil {
		return Message{}, nil, fmt.Errorf("cannot receive: %w", err)
	}
	if n == 0 && oobn == 0 {
		return Message{}, nil, io.EOF
	}
	return s.accept(wire[:n], s.oob[:oobn], flags)
}

// accept checks what has arrived; it closes the descriptors of a message that it doesn't accept.
func (s *Socket) accept(wire, oob []byte, flags int) (Message, []int, error) {
	fds, err := rights(oob)
	m, parseErr := Parse(wire)
	if err = errors.Join(err, parseErr); err == nil {
		limits := descriptors[m.Kind]
		switch {
		case flags&(unix.MSG_TRUNC|unix.MSG_CTRUNC) != 0:
			err = fmt.Errorf("%w: %v was cut", ErrProtocol, m.Kind)
		case len(fds) < limits[0] || len(fds) > limits[1]:
			err = fmt.Errorf("%w: %v with %d descriptors", ErrProtocol, m.Kind, len(fds))
		}
	}
	if err != nil {
		CloseAll(fds)
		return Message{}, nil, err
	}
	return m, fds, nil
}

func rights(oob []byte) ([]int, error) {
	if len(oob) == 0 {
		return nil, nil
	}
	controls, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	var fds []int
	for i := range controls {
		got, err := unix.ParseUnixRights(&controls[i])
		if err != nil {
			return fds, fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		fds = append(fds, got...)
	}
	return fds, nil
}

// CloseAll closes the descriptors.
func CloseAll(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}
