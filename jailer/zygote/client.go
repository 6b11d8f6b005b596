package zygote

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Client is the warden's end of the conversation with a zygote. Its methods may be called from many goroutines.
type Client struct {
	mu   sync.Mutex // one question and its answer at a time
	fd   int        // guarded by mu
	oob  []byte     // guarded by mu
	gone bool       // guarded by mu
}

// NewPair returns a client and the descriptor that the zygote is to be born with, which is the caller's to close.
func NewPair() (*Client, int, error) {
	fds, err := syscall.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, -1, fmt.Errorf("cannot make a control socket: %w", err)
	}
	return &Client{fd: fds[0], oob: make([]byte, unix.CmsgSpace(4))}, fds[1], nil
}

// Close ends the zygote, and with it its children.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.gone {
		c.gone = true
		syscall.Close(c.fd)
	}
}

// Fork makes a child with that uid and gid; 0: the zygote's. The descriptors stay the caller's: of its conversation, its
// crash pipe, and the cgroup v2 directory that it is born in (-1: the zygote's cgroup). pidfd becomes the caller's. pid
// is the zygote's name for the child, which only Reap knows.
func (c *Client) Fork(uid, cgroup, conversation, crash int) (pid, pidfd int, err error) {
	fds := []int{conversation, crash, cgroup}
	if cgroup < 0 {
		fds = fds[:2]
	}
	a, pidfd, err := c.ask(question{opFork, uint32(uid)}, fds...)
	if err == nil && pidfd < 0 {
		err = errors.New("no pidfd came with the answer")
	}
	if err != nil {
		return -1, -1, fmt.Errorf("cannot fork a Worker: %w", err)
	}
	return int(a.pid), pidfd, nil
}

// Exit says how a child ended.
type Exit struct {
	Status syscall.WaitStatus
	CPU    time.Duration // user and system time
	Memory int64         // the most that was resident at a time, in bytes
}

// Reap takes the exit of a child that has ended, as its pidfd says. EAGAIN: it lives.
func (c *Client) Reap(pid int) (Exit, error) {
	a, _, err := c.ask(question{opReap, uint32(pid)})
	if err != nil {
		return Exit{}, fmt.Errorf("cannot reap a Worker: %w", err)
	}
	return Exit{syscall.WaitStatus(a.status), time.Duration(a.cpu), int64(a.memory)}, nil
}

// ask sends a question and returns its answer, with the descriptor that came with it or -1.
func (c *Client) ask(q question, fds ...int) (answer, int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return answer{}, -1, ErrGone
	}
	if err := send(c.fd, q.append(nil), fds...); err != nil {
		return answer{}, -1, fmt.Errorf("%w: %w", ErrGone, err)
	}
	var buf [answerSize + 1]byte
	b, got, err := receive(c.fd, buf[:], c.oob)
	if err != nil {
		return answer{}, -1, fmt.Errorf("%w: %w", ErrGone, err)
	}
	fd := -1
	if len(got) > 0 {
		fd = got[0]
	}
	a, err := parseAnswer(b)
	if err == nil && a.errno != 0 {
		err = syscall.Errno(a.errno)
	}
	return a, fd, err
}
