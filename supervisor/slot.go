package supervisor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/rpc"
)

// slot is one place in the pool: one process for one Worker.
//
//	boot ──▶ idle ──▶ taken ──▶ gone
//	  └────────┴─────────────────▲
//
// One goroutine (runSlot) goes down this line once; the states are only where
// it stands.
type slot struct {
	*isolate
	jail    *jailer.Jail
	booted  time.Duration // from spawn to Ready
	ready   time.Time
	memory  int64                     // its limit in bytes
	fate    atomic.Pointer[rpc.Error] // why it was killed, if it was for what it did
	ranking sync.Mutex                // held while others are put before it, and it before them: priority.go
	demoted atomic.Bool               // others go first
	gone    chan struct{}             // closed when the process is gone

	withdrawn bool // it is not to be taken any more; guarded by pool.mu
}

// wait is how long a request waited before it had a process: for others to
// end, and for its own to start.
type wait struct{ queue, start time.Duration }

// waitedSince splits the time since began at the moment when this slot began
// to boot. A prewarmed slot costs no time.
func (s *slot) waitedSince(began time.Time) wait {
	waited := time.Since(began)
	if !s.ready.After(began) {
		return wait{queue: waited}
	}
	start := min(waited, s.booted)
	return wait{queue: waited - start, start: start}
}

// runSlot is the life of one slot: boot, wait to be taken, run, be gone.
func (p *pool) runSlot() {
	began := time.Now()
	turns.disturb()
	j, err := p.spawn(p.ctx)
	if err != nil {
		p.startFailed(err)
		return
	}
	s := &slot{jail: j, memory: int64(p.current().Limits.Max.Memory), gone: make(chan struct{}),
		isolate: newIsolate(rpc.NewConn(j.Conn(), rpc.Worker), p.log.With("pid", j.PID()))}
	stop := context.AfterFunc(p.ctx, j.Kill)
	defer stop()
	failpoint("slot: spawned")
	if err := s.greet(); err != nil {
		s.discard()
		p.startFailed(s.because(err))
		return
	}
	defer p.attach(s)()
	s.ready, s.booted = time.Now(), time.Since(began)
	s.pid, s.done = j.PID(), j.Done()
	s.counted = func() time.Duration {
		if counted := s.cpu(); counted > 0 {
			return counted
		}
		return time.Since(began) // it has ended
	}
	p.stats.started(s.booted)
	failpoint("slot: ready")
	p.offer(s)
	s.run(p)
	p.ended(s)
	close(s.gone)
}

// run is the slot's time as an isolate, until its process ends for whatever
// reason.
func (s *slot) run(p *pool) {
	err := s.receive()
	turns.forget(s.isolate)
	failpoint("slot: ended")
	p.withdraw(s) // before anybody takes it
	s.discard()
	failpoint("slot: gone")
	s.endCache()
	s.charge(s.jail.Exit())
	err = s.because(err)
	if errors.Is(err, rpc.ErrProtocol) {
		p.log.Warn("a worker process broke the protocol and was killed", "pid", s.jail.PID(), "err", err)
	}
	s.end(err)
}

// discard kills the process and waits until nothing of it is left.
func (s *slot) discard() {
	if err := s.jail.Close(); err != nil {
		s.log.Warn("cannot clean up after a worker process", "err", err)
	}
	_ = s.conn.Close() // what is still being sent fails
}

// because says why the process is gone, as its callers see it.
func (s *slot) because(err error) error {
	if errors.Is(err, rpc.ErrProtocol) {
		return fmt.Errorf("%w: %w", rpc.Errorf(rpc.WorkerKilled, "The Worker's process was ended: it broke the protocol."), err)
	}
	if fate := s.fate.Load(); fate != nil {
		return fate
	}
	exit := s.jail.Exit()
	if exit.OOM || saysOutOfMemory(exit.Output) {
		return s.outOfMemory()
	}
	if exit.Output != "" {
		s.log.Warn("a worker process has crashed", "exit", exit.String(), "output", exit.Output)
	}
	return rpc.Errorf(rpc.WorkerKilled, "The Worker's process has ended: %s.", exit)
}

// saysOutOfMemory reports whether a Go program has ended since it got no memory. It may have been killed while it said so.
func saysOutOfMemory(output string) bool {
	return strings.Contains(output, "cannot allocate memory") || strings.Contains(output, "out of memory")
}

// outOfMemory is the error of a Worker that the kernel killed for its memory.
func (s *slot) outOfMemory() error {
	return &rpc.Error{Kind: rpc.LimitExceeded, Name: "Error", Message: "Worker exceeded memory limit.",
		Limit: &rpc.Limit{Which: "memory", Value: s.memory, Used: s.memory}}
}

// retire ends the slot: a process that has run a Worker never runs another.
// It doesn't wait.
func (s *slot) retire() { s.jail.Kill() }

// condemn ends the slot for what a request did in it, and says so to the others.
func (s *slot) condemn(why string) {
	s.fate.CompareAndSwap(nil, rpc.Errorf(rpc.WorkerKilled, "%s", why))
	s.retire()
}

// retireWhenIdle ends the slot after its last invocation.
func (s *slot) retireWhenIdle() { s.whenIdle(s.retire) }
