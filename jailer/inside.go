package jailer

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/donation"
	"stockade.dev/stockade/jailer/seccomp"
)

// A Worker's process, from the warden's side:
//
//	Setup: look around ─ leave the root file system ─ Landlock ─ first filter ─ look again
//	Serve: ─ Join ─▶ the slot's cgroup │ Start ─▶ starter: fork, exec ─▶ Started │ Failed
//	       wait for any child ─▶ Exited │ the supervisor is gone ─▶ end, and everything in the cell with it

// Setup tells the warden what to make of its cell. It crosses the control conversation.
type Setup struct {
	WorkerArgs []string          // of every Worker's program, with argument 0
	Expected   map[string]string // by layer: the supervisor's own namespace, which the cell's must not be
	PerWorker  uint64            // CLONE_NEW* of each Worker
	OwnUID     bool              // each Worker has a uid of its own, from FirstUID
	FirstUID   int
	Cgroup     int  // its version; 0 = none
	Fork       bool // Workers are copies of a zygote
	Landlock   bool
	Seccomp    bool
	Executable bool // memory may be made executable
	Network    bool // Workers may use sockets
	Slots      int
}

// Setup returns what the block's warden is to be told.
func (b *Block) Setup() Setup {
	s := Setup{
		WorkerArgs: b.workerArgs(),
		Expected:   ownNamespaces(b.plan.namespaces),
		PerWorker:  uint64(b.plan.perWorker),
		OwnUID:     b.plan.ownUID,
		FirstUID:   firstWorkerUID,
		Fork:       b.plan.fork,
		Landlock:   b.plan.landlock,
		Seccomp:    b.plan.seccomp,
		Executable: b.spec.Executable,
		Network:    b.spec.Network,
		Slots:      b.spec.MaxWorkers,
	}
	if b.plan.cgroup {
		s.Cgroup = b.host.cgroup.version
	}
	if b.plan.namespaces&unix.CLONE_NEWUSER == 0 {
		s.FirstUID += b.plan.ids.uid
	}
	return s
}

// Inside is the warden, in its own process.
type Inside struct {
	socket *donation.Socket
	log    *slog.Logger
	setup  Setup
	start  starter
	reaper *reaper
}

// starter starts the processes of Workers, one in a slot at a time. It is made with what to call when one has ended, once
// for each that was started, after started has returned.
type starter interface {
	// join takes ownership of the handles of a slot's cgroup: in v1 its task files, in v2 its directory.
	join(slot uint32, handles []int) error
	// start starts a process with the two descriptors, which it does not take. It may return before it has. started is
	// called once and takes ownership of the pidfd.
	start(slot uint32, conversation, crash int, started func(pidfd int, err error))
}

// Enter takes over the process as the warden of a cell.
func Enter(log *slog.Logger) (*Inside, error) {
	socket, err := donation.New(donationFD)
	if err != nil {
		return nil, err
	}
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return nil, fmt.Errorf("cannot bind the warden's life to its supervisor's: %w", err)
	}
	// A fork holds its thread, and with it one of these, until the child has its program.
	runtime.GOMAXPROCS(max(4, 2*runtime.NumCPU()))
	return &Inside{socket: socket, log: log, reaper: newReaper()}, nil
}

// Setup confines the cell further, and says what holds, as seen from inside. It is to be called once, before Serve.
func (w *Inside) Setup(s Setup) ([]Layer, error) {
	w.setup = s
	layers := lookAround(s)
	if err := leaveRoot(); err != nil {
		return layers, err
	}
	rules := -1
	if s.Landlock {
		var err error
		if rules, err = landlockRules(s.Network); err != nil {
			return layers, err
		}
		layers = append(layers, verified("landlock", tryLandlock(rules)))
	}
	exec, err := newExecStarter(s, rules, w.reaper, w.ended)
	if err != nil {
		return layers, err
	}
	if w.start = exec; s.Fork {
		w.start = newForkStarter(exec, w.log, w.ended)
	}
	if s.Seccomp {
		prog, err := firstPolicy(s).Assemble()
		if err != nil {
			return layers, err
		}
		if err := seccomp.Install(prog); err != nil {
			return layers, err
		}
	}
	return append(layers, lookAgain(s)...), nil
}

// Serve starts Workers and reports their ends until the supervisor is gone.
func (w *Inside) Serve() error {
	go w.reaper.run() // for ever: the process ends with Serve
	for {
		m, fds, err := w.socket.Receive()
		if errors.Is(err, io.EOF) || errors.Is(err, unix.ECONNRESET) {
			return nil
		}
		if err == nil {
			err = w.event(m, fds)
		}
		if err != nil {
			return err
		}
	}
}

// event handles one message of the supervisor. It takes ownership of fds.
func (w *Inside) event(m donation.Message, fds []int) error {
	if int(m.Slot) >= w.setup.Slots {
		donation.CloseAll(fds)
		return fmt.Errorf("%w: slot %d of %d", donation.ErrProtocol, m.Slot, w.setup.Slots)
	}
	switch m.Kind {
	case donation.Join:
		return w.start.join(m.Slot, fds)
	case donation.Start:
		w.begin(m.Slot, fds)
	default:
		donation.CloseAll(fds)
		return fmt.Errorf("%w: %v from the supervisor", donation.ErrProtocol, m.Kind)
	}
	return nil
}

// begin starts a Worker's process and reports it.
func (w *Inside) begin(slot uint32, fds []int) {
	w.start.start(slot, fds[0], fds[1], func(pidfd int, err error) {
		donation.CloseAll(fds)
		w.report(slot, pidfd, err)
	})
}

// ended reports the end of a Worker's process.
func (w *Inside) ended(slot uint32, status unix.WaitStatus, used spent) {
	w.send(donation.Message{Kind: donation.Exited, Slot: slot, Status: uint32(status), CPU: uint64(used.cpu), Memory: uint64(used.memory)})
}

func (w *Inside) report(slot uint32, pidfd int, err error) {
	m := donation.Message{Kind: donation.Started, Slot: slot}
	switch {
	case err != nil:
		w.log.Error("cannot start a Worker", "slot", slot, "error", err)
		var errno syscall.Errno
		errors.As(err, &errno)
		w.send(donation.Message{Kind: donation.Failed, Slot: slot, Errno: uint32(errno)})
	default:
		w.send(m, pidfd)
		unix.Close(pidfd)
	}
}

// send can fail only when the supervisor is gone, which Serve will notice.
func (w *Inside) send(m donation.Message, fds ...int) {
	if err := w.socket.Send(m, fds...); err != nil {
		w.log.Debug("cannot report to the supervisor", "error", err)
	}
}
