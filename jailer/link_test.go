package jailer

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// A process may end while its jail is given a network, and the number of its pidfd be another jail's at once.
func TestALinkIsNotMadeInAnotherJail(t *testing.T) {
	other := exec.Command("sleep", "600")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
	open := func(pid int) int {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		return fd
	}
	j := &Jail{pidfd: open(os.Getpid()), started: make(chan struct{}), done: make(chan struct{})}
	number := j.pidfd
	held, err := j.ownPidfd()
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(held)
	j.finish(Exit{})
	again := open(other.Process.Pid)
	defer unix.Close(again)
	if again != number { // it has the number now, by chance or so
		if err := unix.Dup3(again, number, unix.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		defer unix.Close(number)
	}
	if pidOf(held) != os.Getpid() {
		t.Errorf("what was held is of process %d", pidOf(held))
	}
	if _, err := j.ownPidfd(); err == nil {
		t.Error("the pidfd of a jail that is gone is given")
	}
}
