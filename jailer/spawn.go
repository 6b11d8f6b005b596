package jailer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/donation"
	"stockade.dev/stockade/jailer/narrow"
)

// A Worker's process, from the supervisor's side (inside.go has the warden's):
//
//	Spawn: take a slot ─ join its cgroup (once) ─ make the ends ─ Start ─▶ warden
//	Serve: ◀─ Started: the jail is handed out │ Failed: the slot is free again
//	       ◀─ Exited: how it ended is kept, Done is closed, the slot is free again

// ErrFull is returned by Spawn when every slot is taken.
var ErrFull = errors.New("cannot start a Worker: every slot of the cell is taken")

// ErrGone is returned by Spawn when the warden is gone.
var ErrGone = errors.New("cannot start a Worker: the cell is gone")

// slot is what is kept of a slot between its Workers. It belongs to the Worker in the slot, if there is one.
type slot struct {
	joined bool  // its cgroup has been made
	memory int64 // the limit that its cgroup has
	oom    int   // how many the kernel has killed in it
	crash  *crashPipe
}

// Serve takes what the warden sends, until it is gone. It returns at once.
func (b *Block) Serve() {
	b.reading.Go(func() {
		err := b.receive()
		if err != nil && !errors.Is(err, os.ErrClosed) {
			b.spec.Log.Error("the warden broke the conversation", "error", err)
			b.socket.Close() // the warden takes it as the supervisor's end, and ends
		}
		b.abandon()
	})
}

func (b *Block) receive() error {
	for {
		m, fds, err := b.socket.Receive()
		if errors.Is(err, io.EOF) || errors.Is(err, unix.ECONNRESET) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := b.event(m, fds); err != nil {
			donation.CloseAll(fds)
			return err
		}
	}
}

// event handles one message of the warden and takes ownership of fds if it succeeds.
func (b *Block) event(m donation.Message, fds []int) error {
	b.mu.Lock()
	j := b.jails[int(m.Slot)]
	b.mu.Unlock()
	if j == nil {
		return fmt.Errorf("%w: %v for slot %d, where nobody is", donation.ErrProtocol, m.Kind, m.Slot)
	}
	switch m.Kind {
	case donation.Started:
		return j.begin(fds)
	case donation.Failed:
		b.give(j)
		j.fail(fmt.Errorf("cannot start a Worker: %w", syscall.Errno(m.Errno)))
	case donation.Exited:
		if !j.hasStarted() {
			return fmt.Errorf("%w: slot %d ended before it started", donation.ErrProtocol, m.Slot)
		}
		exit := b.exitOf(j, m)
		b.give(j) // before Done is closed: who waits for it may want the slot
		j.finish(exit)
	default:
		return fmt.Errorf("%w: %v from the warden", donation.ErrProtocol, m.Kind)
	}
	return nil
}

// abandon ends every jail after the warden's death, which has killed their processes.
func (b *Block) abandon() {
	b.mu.Lock()
	b.closed = true
	jails := b.jails
	b.jails = map[int]*Jail{}
	b.mu.Unlock()
	for _, j := range jails {
		j.fail(ErrGone)
		j.finish(Exit{Code: -1, Signal: "SIGKILL", Killed: true})
	}
	close(b.gone)
}

// Spawn starts a Worker process in a free slot. It returns when the process exists, not when it is ready.
func (b *Block) Spawn(ctx context.Context) (*Jail, error) {
	j, err := b.take()
	if err != nil {
		return nil, err
	}
	if err := b.start(j); err != nil {
		b.give(j)
		return nil, err
	}
	select {
	case <-j.started:
	case <-ctx.Done():
		j.Kill()
		j.conn.Close()
		return nil, fmt.Errorf("cannot start a Worker: %w", context.Cause(ctx))
	}
	if j.startErr != nil {
		j.conn.Close()
		return nil, j.startErr
	}
	if b.spec.Network {
		if j.link, err = j.makeLink(); err != nil {
			j.Close()
			return nil, fmt.Errorf("cannot give a Worker its network: %w", err)
		}
	}
	return j, nil
}

// start sends the warden all it needs for j. The slot is taken, and stays so until the warden says Failed or Exited.
func (b *Block) start(j *Jail) error {
	s, err := b.slotOf(j.slot)
	if err != nil {
		return err
	}
	theirs, err := j.makeConversation()
	if err != nil {
		return err
	}
	defer unix.Close(theirs)
	if err := b.socket.Send(donation.Message{Kind: donation.Start, Slot: uint32(j.slot)}, theirs, s.crash.write); err != nil {
		j.conn.Close()
		return fmt.Errorf("cannot start a Worker: %w", err)
	}
	return nil
}

// slotOf makes a slot that has been taken ready for its next Worker.
func (b *Block) slotOf(n int) (*slot, error) {
	b.mu.Lock()
	s := b.slots[n]
	if s == nil {
		s = &slot{memory: b.spec.WorkerMemory}
		b.slots[n] = s
	}
	b.mu.Unlock()
	if err := b.join(n, s); err != nil {
		return nil, err
	}
	if s.crash != nil {
		return s, s.crash.reset()
	}
	var err error
	s.crash, err = newCrashPipe()
	return s, err
}

// join makes the cgroup of a slot that is used for the first time, and resets the memory that another Worker was given.
func (b *Block) join(n int, s *slot) error {
	switch {
	case !b.plan.cgroup:
		return nil
	case !b.plan.ownCgroup:
		return b.joinShared()
	case s.joined && s.memory == b.spec.WorkerMemory:
		return nil
	case s.joined:
		s.memory = b.spec.WorkerMemory
		return b.cgroup.setSlotMemory(n, s.memory)
	}
	handles, err := b.cgroup.makeSlot(n)
	defer closeFiles(handles)
	if err != nil {
		return err
	}
	s.joined = true
	return b.socket.Send(donation.Message{Kind: donation.Join, Slot: uint32(n)}, descriptorsOf(handles)...)
}

// joinShared makes the cgroup of all Workers, once.
func (b *Block) joinShared() error {
	b.shared.Do(func() {
		var handles []*os.File
		if handles, b.sharedErr = b.cgroup.makeShared(); b.sharedErr == nil {
			b.sharedErr = b.socket.Send(donation.Message{Kind: donation.Join}, descriptorsOf(handles)...)
		}
		closeFiles(handles)
	})
	return b.sharedErr
}

func descriptorsOf(files []*os.File) []int {
	var fds []int
	for _, f := range files {
		fds = append(fds, int(f.Fd()))
	}
	return fds
}

// take reserves a free slot.
func (b *Block) take() (*Jail, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrGone
	}
	if len(b.free) == 0 {
		return nil, ErrFull
	}
	n := b.free[len(b.free)-1]
	b.free = b.free[:len(b.free)-1]
	j := &Jail{block: b, slot: n, started: make(chan struct{}), done: make(chan struct{}), pidfd: -1}
	b.jails[n] = j
	return j, nil
}

// give gives j's slot back. Nothing lives in it any more.
func (b *Block) give(j *Jail) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.jails[j.slot] == j {
		delete(b.jails, j.slot)
		b.free = append(b.free, j.slot)
	}
}

// exitOf says how j's process ended, with what it said last.
func (b *Block) exitOf(j *Jail, m donation.Message) Exit {
	b.mu.Lock()
	s := b.slots[j.slot]
	b.mu.Unlock()
	status := syscall.WaitStatus(m.Status)
	exit := Exit{Code: status.ExitStatus(), CPU: time.Duration(m.CPU), Memory: int64(m.Memory), Killed: j.killedBefore()}
	output := s.crash.drain()
	if status.Signaled() {
		exit.Code, exit.Signal = -1, unix.SignalName(status.Signal())
	}
	switch call, rest, reported := narrow.Violation(output); {
	case exit.Signal == "SIGSYS" && reported:
		exit.Syscall, output = callName(call), rest
	case exit.Signal == "SIGKILL" && !exit.Killed && s.joined:
		before := s.oom
		s.oom = b.cgroup.oomKills(j.slot)
		exit.OOM = s.oom > before
	}
	exit.Output = string(output[:min(len(output), maxOutput)])
	return exit
}

// setMemory changes the limit of j's cgroup while j is in it.
func (b *Block) setMemory(j *Jail, bytes int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.jails[j.slot] != j:
		return errors.New("cannot set a Worker's memory: its process has ended")
	case !b.plan.ownCgroup:
		return errors.New("cannot set a Worker's memory: it has no cgroup of its own")
	}
	b.slots[j.slot].memory = bytes
	return b.cgroup.setSlotMemory(j.slot, bytes)
}
