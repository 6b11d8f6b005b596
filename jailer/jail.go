package jailer

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/donation"
)

// Jail is one live Worker process in its confinement. Its methods may be called from many goroutines.
//
//	taken ─ Start ─▶ starting ─ Started ─▶ alive ─ Exited ─▶ done
//	                     └──── Failed ─────────────────────▶
type Jail struct {
	block *Block
	slot  int
	conn  conn
	link  *os.File // Spec.Network; the other end of its network

	started  chan struct{} // closed when startErr is known
	startErr error
	done     chan struct{} // closed when exit is known
	exit     Exit

	mu     sync.Mutex
	pidfd  int // -1 = not started yet, or ended
	pid    int // 0 = not asked for yet
	killed bool
}

// Exit says how a Worker process ended.
type Exit struct {
	Code    int           // exit code; -1 when a signal ended it
	Signal  string        // "SIGKILL", …; "" when it exited by itself
	Syscall string        // the forbidden system call that ended it, as it reported itself; "" if none did
	OOM     bool          // the kernel killed it because it exceeded its memory
	Killed  bool          // Kill or Close was called before, or the cell ended
	CPU     time.Duration // processor time of its whole life
	Memory  int64         // the most that was resident at a time, in bytes
	Output  string        // what it wrote to its standard error, the first 8 KiB: a crash's stack
}

func (e Exit) String() string {
	switch {
	case e.Syscall != "":
		return fmt.Sprintf("killed for the forbidden system call %s", e.Syscall)
	case e.OOM:
		return "killed: out of memory"
	case e.Signal != "":
		return "killed by " + e.Signal
	}
	return fmt.Sprintf("exited with code %d", e.Code)
}

// conn makes a net.Conn of a socket in a file: net.FileConn would take eight more system calls.
type conn struct{ *os.File }

func (conn) LocalAddr() net.Addr  { return &net.UnixAddr{Net: "unix"} }
func (conn) RemoteAddr() net.Addr { return &net.UnixAddr{Net: "unix"} }

// makeConversation makes the socket of the conversation. It returns the Worker's end, for the caller to donate and close.
func (j *Jail) makeConversation() (int, error) {
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, fmt.Errorf("cannot make a Worker's socket: %w", err)
	}
	j.conn = conn{os.NewFile(uintptr(ends[0]), "worker")}
	return ends[1], nil
}

// begin takes the pidfd of the process that has been started.
func (j *Jail) begin(fds []int) error {
	if j.hasStarted() {
		return fmt.Errorf("%w: slot %d started twice", donation.ErrProtocol, j.slot)
	}
	j.mu.Lock()
	j.pidfd = fds[0]
	killed := j.killed
	j.mu.Unlock()
	if killed {
		j.Kill()
	}
	close(j.started)
	return nil
}

// fail says that the process could not be started, if it is still being waited for.
func (j *Jail) fail(err error) {
	if !j.hasStarted() {
		j.startErr = err
		close(j.started)
	}
}

// hasStarted reports whether started is closed, which only the goroutine of Serve does.
func (j *Jail) hasStarted() bool {
	select {
	case <-j.started:
		return true
	default:
		return false
	}
}

// finish closes all but the conversation, and keeps how the process ended.
func (j *Jail) finish(exit Exit) {
	j.mu.Lock()
	if j.pidfd >= 0 {
		unix.Close(j.pidfd)
	}
	j.pidfd = -1
	j.mu.Unlock()
	j.exit = exit
	close(j.done)
}

// callName is the name of a system call of this machine.
func callName(call int) string {
	if info, err := arch.GetInfo(""); err == nil {
		if name, ok := info.SyscallNumbers[call]; ok {
			return name
		}
	}
	return strconv.Itoa(call)
}

// Conn is the supervisor's end of the conversation (package rpc). Close closes it.
func (j *Jail) Conn() net.Conn { return j.conn }

// Link is the supervisor's end of the jail's network, with Spec.Network: each read and write is a frame of Ethernet. Who
// takes it closes it.
func (j *Jail) Link() *os.File { return j.link }

// Slot is the number of the slot, unique among the live jails of the cell.
func (j *Jail) Slot() int { return j.slot }

// PID is the process's id on the host; 0 when it is not known.
func (j *Jail) PID() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.pid == 0 && j.pidfd >= 0 {
		j.pid = pidOf(j.pidfd)
	}
	return j.pid
}

// pidOf reads the id that a pidfd stands for: proc_pid_fdinfo(5).
func pidOf(pidfd int) int {
	text, _ := os.ReadFile("/proc/self/fdinfo/" + strconv.Itoa(pidfd))
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "Pid:"); ok {
			pid, _ := strconv.Atoi(strings.TrimSpace(value))
			return max(pid, 0)
		}
	}
	return 0
}

// Done is closed when the process has been reaped.
func (j *Jail) Done() <-chan struct{} { return j.done }

// Exit says how the process ended. It is the zero Exit before Done.
func (j *Jail) Exit() Exit {
	select {
	case <-j.done:
		return j.exit
	default:
		return Exit{}
	}
}

// Kill sends SIGKILL and returns at once. It reaches this process only, through its pidfd. One that is still starting is
// killed by begin.
func (j *Jail) Kill() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.killed = true
	if j.pidfd < 0 {
		return
	}
	if err := unix.PidfdSendSignal(j.pidfd, unix.SIGKILL, nil, 0); err != nil && err != unix.ESRCH {
		j.block.spec.Log.Error("cannot kill a Worker's process", "slot", j.slot, "error", err)
	}
}

func (j *Jail) killedBefore() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.killed
}

// SetMemory changes the bytes the process may use, below what the cell allows. It fails where cgroups are not enforced.
func (j *Jail) SetMemory(bytes int64) error {
	if !j.block.plan.cgroup {
		return errors.New("cannot set a Worker's memory: this cell has no cgroups")
	}
	return j.block.setMemory(j, bytes)
}

// Close kills the process, waits until it has been reaped, and closes the conversation. It may be called again.
func (j *Jail) Close() error {
	j.Kill()
	<-j.done
	j.conn.Close()
	return nil
}
