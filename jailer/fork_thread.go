package jailer

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/donation"
)

// forkThread starts a thread of the warden that prepares itself once for what its children inherit: Landlock by the
// ruleset rules (-1 = none) and the v1 cgroups whose task files are given, of which it takes ownership. Then it runs what
// comes through work, for as long as the warden lives: its end would kill its children (PR_SET_PDEATHSIG).
func forkThread(work <-chan func(), rules int, tasks []int) error {
	ready := make(chan error)
	go func() {
		runtime.LockOSThread()
		ready <- prepareThread(rules, tasks)
		for do := range work {
			do()
		}
	}()
	return <-ready
}

func prepareThread(rules int, tasks []int) error {
	defer donation.CloseAll(tasks)
	for _, fd := range tasks {
		if _, err := unix.Write(fd, []byte("0")); err != nil { // 0 is the thread that writes: cgroups(7)
			return fmt.Errorf("cannot join a slot's cgroup: %w", err)
		}
	}
	if rules < 0 {
		return nil
	}
	return landlock(rules)
}
