package supervisor

import (
	"log/slog"
	"os"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

func policyOf(t *testing.T, pid int) uint32 {
	t.Helper()
	attr, err := unix.SchedGetAttr(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	return attr.Policy
}

// calculating is a slot whose process does nothing, with an invocation.
func calculating(t *testing.T) *slot {
	i := sleeper(t)
	i.log, i.calls = slog.New(slog.DiscardHandler), map[uint32]*invocation{}
	i.calls[1] = newInvocation(1, logBudget{})
	return &slot{isolate: i}
}

// over ends the invocation as handle does.
func (s *slot) over() {
	s.mu.Lock()
	delete(s.calls, 1)
	s.mu.Unlock()
	s.promote()
}

// An invocation may end while its use of CPU is looked at. Whoever comes next is not to go last for it.
func TestWhoHasEndedIsNotDemoted(t *testing.T) {
	s := calculating(t)
	s.over()
	s.demote()
	if policyOf(t, s.pid) != unix.SCHED_NORMAL || s.demoted.Load() {
		t.Error("it is demoted after its end, which nobody takes back")
	}
	if os.Geteuid() != 0 {
		t.Skip("without root nobody is promoted")
	}
	s.calls[1] = newInvocation(1, logBudget{})
	if s.demote(); policyOf(t, s.pid) != unix.SCHED_IDLE {
		t.Error("it is not demoted while it calculates")
	}
	if s.over(); policyOf(t, s.pid) != unix.SCHED_NORMAL {
		t.Error("it is not promoted when it has ended")
	}
	for range 200 {
		s.calls[1] = newInvocation(1, logBudget{})
		var both sync.WaitGroup
		both.Go(s.demote)
		both.Go(s.over)
		both.Wait()
		if policyOf(t, s.pid) != unix.SCHED_NORMAL || s.demoted.Load() {
			t.Fatal("it is left demoted")
		}
	}
}
