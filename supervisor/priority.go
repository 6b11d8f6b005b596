package supervisor

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// A Worker that answers within milliseconds should not wait behind those that calculate for seconds. So a process that
// has kept a CPU busy while an invocation ran is demoted: it gets what time others leave (SCHED_IDLE, sched(7)), until
// its invocations have ended. And the supervisor, through which every request goes, asks for short slices, with which it
// is let in before longer ones (sched_setattr(2), from Linux 6.12 on).

const (
	firstLook  = 20 * time.Millisecond  // after which an invocation's use of CPU is looked at
	latestLook = 200 * time.Millisecond // between two looks at one that waits
	calculates = 10 * time.Millisecond  // of CPU time between two looks: it does not just wait
	leastShare = 0.05                   // of a CPU; on a busy host one that calculates gets no more
	ownSlice   = 100 * time.Microsecond
)

// prioritize looks whether the invocation calculates or waits, and returns when to look again.
func (x *exchange) prioritize(used time.Duration) (again time.Duration) {
	b := &x.bounds
	now := time.Now()
	spent, share := used-b.seenUsed, float64(used-b.seenUsed)/float64(max(now.Sub(b.seenAt), time.Millisecond))
	b.seenUsed, b.seenAt = used, now
	if spent >= calculates && share >= leastShare {
		x.slot.demote()
	}
	if x.slot.demoted.Load() {
		return latestLook
	}
	b.interval = min(2*b.interval, latestLook)
	return b.interval
}

// demote lets everything else on the host go before this slot's process, as long as something runs in it.
func (s *slot) demote() {
	s.ranking.Lock()
	defer s.ranking.Unlock()
	if s.demoted.Swap(true) {
		return
	}
	if s.busy() == 0 { // since a moment ago; promote comes at the end of what runs, and may have come
		s.demoted.Store(false)
		return
	}
	if err := s.schedule(unix.SCHED_IDLE); err != nil {
		s.log.Debug("cannot lower the priority of a worker process", "pid", s.pid, "err", err)
	}
}

// promote takes a demotion back when nothing runs in the slot any more. Where that is not allowed (without root) the
// process is not used again.
func (s *slot) promote() {
	if !s.demoted.Load() {
		return
	}
	s.ranking.Lock()
	defer s.ranking.Unlock()
	if s.busy() > 0 || !s.demoted.Swap(false) {
		return
	}
	if err := s.schedule(unix.SCHED_NORMAL); err != nil && !s.hasEnded() {
		s.condemn("The Worker's process was ended: it had a low priority.")
	}
}

// schedule gives all threads of the process a scheduling policy.
func (s *slot) schedule(policy uint32) error {
	if s.pid == 0 || s.reaped() {
		return errors.New("its id is not known")
	}
	return eachThread(s.pid, func(id int) error {
		attr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: policy}
		return unix.SchedSetAttr(id, &attr, 0)
	})
}

// eachThread does something to all threads of a process. Threads that it makes inherit their maker's properties: those that
// were made meanwhile are found by looking again.
func eachThread(pid int, do func(id int) error) error {
	done := map[int]bool{}
	for {
		threads, err := threadsOf(pid)
		if err != nil {
			return err
		}
		more := false
		for _, id := range threads {
			if done[id] {
				continue
			}
			done[id], more = true, true
			if err := do(id); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("cannot schedule thread %d: %w", id, err)
			}
		}
		if !more {
			return nil
		}
	}
}

func threadsOf(pid int) ([]int, error) {
	dir, err := os.Open("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	ids := make([]int, 0, len(names))
	for _, name := range names {
		if id, err := strconv.Atoi(name); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// shortSlices has the supervisor's own threads ask for short slices. A kernel that doesn't know them ignores it.
func shortSlices() error {
	threads, err := threadsOf(os.Getpid())
	for _, id := range threads {
		attr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL, Runtime: uint64(ownSlice)}
		err = errors.Join(err, unix.SchedSetAttr(id, &attr, 0))
	}
	return err
}
