package jailer

import (
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// reaper waits for the warden's children. It is the only one that does: the warden is the first process of its
// namespace, and gets the orphans, too.
type reaper struct {
	mu      sync.Mutex
	watched map[int]func(unix.WaitStatus, spent) // by process id
	forking int                                  // forks under way
	settled sync.Cond                            // a fork has ended
	born    chan struct{}                        // has an element when there may be a child to wait for
}

func newReaper() *reaper {
	r := &reaper{watched: map[int]func(unix.WaitStatus, spent){}, born: make(chan struct{}, 1)}
	r.settled.L = &r.mu
	return r
}

// spent is what a process has used in its whole life, as the kernel counts it.
type spent struct {
	cpu    time.Duration // user and system time
	memory int64         // the most that was resident at a time, in bytes
}

func spentOf(u unix.Rusage) spent {
	return spent{time.Duration(u.Utime.Nano() + u.Stime.Nano()), u.Maxrss << 10}
}

// fork runs do, which forks a child, and calls ended with the child's status and what it has used when it has ended, but
// not before do has returned.
func (r *reaper) fork(do func() (pid int, err error), ended func(unix.WaitStatus, spent)) {
	r.mu.Lock()
	r.forking++
	r.mu.Unlock()
	pid, err := do()
	r.mu.Lock()
	if err == nil {
		r.watched[pid] = ended
	}
	r.forking--
	r.settled.Broadcast()
	r.mu.Unlock()
	select {
	case r.born <- struct{}{}:
	default:
	}
}

// run waits for children for ever.
func (r *reaper) run() {
	for {
		var status unix.WaitStatus
		var usage unix.Rusage
		pid, err := unix.Wait4(-1, &status, 0, &usage)
		switch {
		case err == unix.ECHILD:
			<-r.born
		case err == nil && (status.Exited() || status.Signaled()):
			if ended := r.claim(pid); ended != nil {
				ended(status, spentOf(usage))
			}
		}
	}
}

// claim returns what is to be called for a child. One that no fork claims, once none is under way, is an orphan, or a
// child that never got its program: nil.
func (r *reaper) claim(pid int) func(unix.WaitStatus, spent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.watched[pid] == nil && r.forking > 0 {
		r.settled.Wait()
	}
	ended := r.watched[pid]
	delete(r.watched, pid)
	return ended
}
