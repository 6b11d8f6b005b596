package supervisor

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A process that is woken on an idle CPU runs some 15 µs later than one that goes on where another has just gone to sleep,
// and Linux prefers the idle one. So while processes do nothing but answer each other, through the supervisor, one at a
// time, they and the supervisor are placed on one CPU together:
//
//	turns taken one by one ──▶ placed ──▶ two at once, a pause, a new process ──▶ anywhere, for a while
//
// What is counted are messages only; nothing depends on it but the time that a call takes.

const (
	enoughTurns = 48       // one by one, before processes are placed
	mostTurns   = 64       // that are remembered
	atOnce      = 8        // turns that one time of two at once is worth
	fewFrames   = 8        // that come in one turn
	fewBytes    = 16 << 10 // that go in one: to make and to take more of them is work that two CPUs share
	mostPlaced  = 16       // processes at a time: more don't answer each other one by one

	turnPause = 5 * time.Millisecond
	unplaced  = 50 * time.Millisecond // at least, before processes are placed again
)

// turns are those of all isolates: there is one machine.
var turns turnTaking

type turnTaking struct {
	pause time.Duration // without a turn ends it; 0: turnPause

	mu       sync.Mutex // guards what follows
	awaited  *isolate   // what a message was sent to last; nil: it has answered
	score    int        // of turns taken one by one
	taken    bool       // a turn, since the timer came last
	refused  bool       // the kernel doesn't let us
	usual    unix.CPUSet
	own      bool // the supervisor is placed
	cpu      int  // where
	placed   map[*isolate]*place
	released time.Time
	timer    *time.Timer
}

// place is where a placed process ran before.
type place struct {
	usual unix.CPUSet
	taken bool // a turn by it, since the timer came last
}

// sent notes messages to an isolate, of size bytes.
func (t *turnTaking) sent(i *isolate, size int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.awaited != nil && t.awaited != i || size > fewBytes {
		t.togetherLocked()
	}
	t.awaited = i
}

// told notes messages to an isolate that are no turn: it has its time for them, and what it answers ends none.
func (t *turnTaking) told(i *isolate) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i.told = true
}

// received notes messages of an isolate that came at once. A turn is what answers a message.
func (t *turnTaking) received(i *isolate, frames, size int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	answers := t.awaited == i
	if !answers && i.told {
		i.told = false
		return
	}
	if answers {
		t.awaited, i.told = nil, false
	}
	if !answers || frames > fewFrames || size > fewBytes { // as the pieces of a body, which one side makes while the other takes them
		t.togetherLocked()
		return
	}
	t.taken = true
	if t.score = min(t.score+1, mostTurns); t.score >= enoughTurns {
		t.placeLocked(i)
	}
}

// togetherLocked notes that two processes run at once.
func (t *turnTaking) togetherLocked() {
	if t.score = max(0, t.score-atOnce); t.score == 0 {
		t.releaseLocked()
	}
}

// placeLocked places an isolate's process with the supervisor, and the supervisor if it is the first.
func (t *turnTaking) placeLocked(i *isolate) {
	if p := t.placed[i]; p != nil {
		p.taken = true
		return
	}
	if t.refused || i.pid == 0 || len(t.placed) >= mostPlaced || i.reaped() {
		return
	}
	if !t.own && !t.settleLocked() {
		return
	}
	var before, here unix.CPUSet
	here.Set(t.cpu)
	err := unix.SchedGetaffinity(i.pid, &before)
	if err == nil {
		err = runOn(i.pid, &here)
	}
	switch {
	case err == nil:
		t.placed[i] = &place{before, true}
	case !errors.Is(err, unix.ESRCH) && !errors.Is(err, fs.ErrNotExist): // it has not just ended
		t.refused = true
		t.releaseLocked()
	}
}

// settleLocked keeps the supervisor on the CPU on which it is.
func (t *turnTaking) settleLocked() bool {
	if time.Since(t.released) < unplaced {
		return false
	}
	if err := unix.SchedGetaffinity(0, &t.usual); err != nil || t.usual.Count() < 2 || runtime.NumCPU() < 2 {
		t.refused = true
		return false
	}
	var here unix.CPUSet
	t.cpu = currentCPU()
	here.Set(t.cpu)
	if t.refused = runOn(os.Getpid(), &here) != nil; t.refused {
		return false
	}
	t.own, t.placed = true, map[*isolate]*place{}
	if t.timer == nil {
		t.timer = time.AfterFunc(cmp.Or(t.pause, turnPause), t.look)
	} else {
		t.timer.Reset(cmp.Or(t.pause, turnPause))
	}
	return true
}

// disturb notes that a process is being started, which takes others than those that are counted here.
func (t *turnTaking) disturb() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.score = 0
	t.releaseLocked()
	t.released = time.Now()
}

// look lets all go when no turn has been taken for a while, and else those that have taken none: one that calculates would
// take its time from the others that are placed here, and they from it, while there is an idle CPU.
func (t *turnTaking) look() {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !t.own:
	case t.taken:
		t.taken = false
		t.releaseIdleLocked()
		t.timer.Reset(cmp.Or(t.pause, turnPause))
	default:
		t.score = 0
		t.releaseLocked()
	}
}

func (t *turnTaking) releaseIdleLocked() {
	for i, p := range t.placed {
		if !p.taken {
			if !i.reaped() {
				t.letGoLocked(i.pid, &p.usual)
			}
			delete(t.placed, i)
		}
		p.taken = false
	}
}

// releaseLocked lets all run where they did.
func (t *turnTaking) releaseLocked() {
	if !t.own {
		return
	}
	for i, p := range t.placed {
		if !i.reaped() { // its id may be another's by now
			t.letGoLocked(i.pid, &p.usual)
		}
	}
	t.letGoLocked(os.Getpid(), &t.usual)
	t.own, t.placed, t.released = false, nil, time.Now()
}

// letGoLocked lets threads of a process run where they did, those only that are still where they were placed: somebody else
// may have placed them since, and a process that has ended a moment ago may have left its id to another.
func (t *turnTaking) letGoLocked(pid int, usual *unix.CPUSet) {
	var here unix.CPUSet
	here.Set(t.cpu)
	_ = eachThread(pid, func(id int) error { // if it is still there
		var now unix.CPUSet
		if err := unix.SchedGetaffinity(id, &now); err != nil || now != here {
			return err
		}
		return unix.SchedSetaffinity(id, usual)
	})
}

// forget is for an isolate whose conversation has ended: received isn't called for it any more.
func (t *turnTaking) forget(i *isolate) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.placed, i)
	if t.awaited == i {
		t.awaited = nil
	}
}

// runOn has all threads of a process run on some CPUs.
func runOn(pid int, cpus *unix.CPUSet) error {
	return eachThread(pid, func(id int) error { return unix.SchedSetaffinity(id, cpus) })
}

func currentCPU() int {
	var cpu uint32
	_, _, _ = unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0) // 0 is as good
	return int(cpu)
}
