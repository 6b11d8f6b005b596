package supervisor

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// sleeper is an isolate whose process does nothing.
func sleeper(t *testing.T) *isolate {
	t.Helper()
	c := exec.Command("sleep", "600")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	return &isolate{pid: c.Process.Pid}
}

func cpusOf(t *testing.T, pid int) unix.CPUSet {
	t.Helper()
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(pid, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

// TestWhatIsToldAsideIsNoTurn: nor is what a process answers to it.
func TestWhatIsToldAsideIsNoTurn(t *testing.T) {
	turn := turnTaking{refused: true}
	a, b := new(isolate), new(isolate)
	each := func(told bool) {
		for range mostTurns {
			turn.sent(a, 0)
			turn.received(a, 1, 0)
			if told {
				turn.told(b)
				turn.received(b, 1, 0)
			}
		}
	}
	each(false)
	before := turn.score
	each(true)
	if before != mostTurns || turn.score != before {
		t.Errorf("the score is %d, and then %d", before, turn.score)
	}
	turn.received(b, 1, 0)
	if turn.score != before-atOnce {
		t.Error("what comes unasked is a turn")
	}
}

func TestTurns(t *testing.T) {
	all := cpusOf(t, 0)
	if all.Count() < 2 {
		t.Skip("one CPU has no places")
	}
	turn := turnTaking{pause: time.Hour}
	a, b := sleeper(t), sleeper(t)
	each := func(times int, frames int) {
		for range times {
			for _, i := range []*isolate{a, b} {
				turn.sent(i, 0)
				turn.received(i, frames, 0)
			}
		}
	}
	placed := func(when string, want bool) {
		t.Helper()
		for _, pid := range []int{a.pid, b.pid, os.Getpid()} {
			if set := cpusOf(t, pid); (set.Count() == 1) != want || !want && set != all {
				t.Errorf("%s: process %d may run on %v of %v; placed should be %v", when, pid, set, all, want)
			}
		}
	}
	each(enoughTurns/2-2, 2)
	placed("before there are enough turns", false)
	each(4, 2)
	placed("one by one", true)
	turn.sent(a, 0)
	turn.sent(b, 0) // once is nothing
	placed("two at once, once", true)
	for range mostTurns / atOnce {
		turn.sent(a, 0)
		turn.sent(b, 0)
	}
	placed("two at once", false)
	each(mostTurns, 1)
	placed("again, too soon", false)
	turn.released = turn.released.Add(-time.Hour)
	each(mostTurns, 1)
	turn.look()
	placed("a turn has been taken", true)
	turn.look()
	placed("after a pause", false)
	each(mostTurns, fewFrames+1)
	placed("many frames at once", false)
	turn.released = turn.released.Add(-time.Hour)
	each(mostTurns, 1)
	placed("one by one, later", true)
	for range mostTurns / atOnce {
		turn.received(a, 1, 0)
	}
	placed("messages that nothing was sent for", false)
	turn.released = turn.released.Add(-time.Hour)
	each(mostTurns, 1)
	turn.disturb()
	placed("a process is started", false)
	turn.released = turn.released.Add(-time.Hour)
	each(mostTurns, 1)
	placed("one by one, small messages", true)
	for range mostTurns/(atOnce-1) + 1 { // its answer is a turn
		turn.sent(a, fewBytes+1)
		turn.received(a, 1, 0)
	}
	each(1, 1)
	placed("a body in pieces", false)
	turn.released = turn.released.Add(-time.Hour)
	gone := &isolate{pid: 1 << 30} // no process can have this id
	for range 2 * enoughTurns {
		turn.sent(gone, 0)
		turn.received(gone, 1, 0)
	}
	if turn.refused || len(turn.placed) > 0 {
		t.Errorf("a process that has ended: refused %v, placed %d", turn.refused, len(turn.placed))
	}
	turn.look()
	turn.look()
	placed("after that", false)
}

// An id may be another process's when turns end: it is left where it is.
func TestTurnsOfTheDead(t *testing.T) {
	all := cpusOf(t, 0)
	if all.Count() < 2 {
		t.Skip("one CPU has no places")
	}
	turn := turnTaking{pause: time.Hour}
	moved, ended, late := sleeper(t), sleeper(t), sleeper(t)
	done := make(chan struct{})
	ended.done, late.done = done, done
	for range 2 * enoughTurns {
		for _, i := range []*isolate{moved, ended} {
			turn.sent(i, 0)
			turn.received(i, 1, 0)
		}
	}
	close(done)
	for range 2 {
		turn.sent(late, 0)
		turn.received(late, 1, 0)
	}
	if set := cpusOf(t, late.pid); set != all {
		t.Errorf("a process that had been reaped was placed on %v", set)
	}
	elsewhere, here := all, cpusOf(t, moved.pid)
	elsewhere.Clear(turn.cpu)
	if err := runOn(moved.pid, &elsewhere); err != nil {
		t.Fatal(err)
	}
	turn.disturb()
	if set := cpusOf(t, moved.pid); set != elsewhere {
		t.Errorf("a process that ran on %v may run on %v after turns have ended", elsewhere, set)
	}
	if set := cpusOf(t, ended.pid); set != here || here.Count() != 1 {
		t.Errorf("a process that had been reaped was let go from %v to %v", here, set)
	}
	if set := cpusOf(t, os.Getpid()); set != all {
		t.Errorf("the supervisor stays on %v of %v", set, all)
	}
}

// TestTurnsOfOne: a process that has been placed and then calculates is let go, while others go on taking turns, and there
// is an end to how many are placed.
func TestTurnsOfOne(t *testing.T) {
	all := cpusOf(t, 0)
	if all.Count() < 2 {
		t.Skip("one CPU has no places")
	}
	turn := turnTaking{pause: time.Hour}
	defer turn.disturb()
	take := func(times int, list ...*isolate) {
		for range times {
			for _, i := range list {
				turn.sent(i, 0)
				turn.received(i, 1, 0)
			}
		}
	}
	a, hog := sleeper(t), sleeper(t)
	take(enoughTurns, a, hog)
	if set := cpusOf(t, hog.pid); set.Count() != 1 {
		t.Fatalf("it is not placed: %v", set)
	}
	turn.look()
	turn.sent(hog, 0) // and no answer
	take(enoughTurns, a)
	turn.look()
	if set := cpusOf(t, hog.pid); set != all {
		t.Errorf("what takes no turns may run on %v of %v", set, all)
	}
	if set := cpusOf(t, a.pid); set.Count() != 1 {
		t.Errorf("what takes turns has been let go: %v", set)
	}
	many := []*isolate{a}
	for range 2 * mostPlaced {
		many = append(many, sleeper(t))
	}
	take(2, many...)
	if n := len(turn.placed); n != mostPlaced {
		t.Errorf("%d are placed", n)
	}
}
