package jailer

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// execStarter starts a Worker by fork and exec of its program: a process that has never held anything else.
//
// In cgroup v1 each slot has a thread of its own, in the slot's cgroups, that forks its Workers; else a few threads serve
// all slots, and in v2 the fork names the cgroup (cgroup.go).
type execStarter struct {
	setup  Setup
	rules  int // the Landlock ruleset; -1 = none
	reaper *reaper
	ended  func(slot uint32, status unix.WaitStatus, used spent)
	pool   chan func() // to the threads that serve all slots

	mu      sync.Mutex
	threads map[uint32]chan func() // v1: by slot
	cgroups map[uint32]int         // v2: by slot, its directory
}

// newExecStarter starts the threads that serve all slots.
func newExecStarter(s Setup, rules int, r *reaper, ended func(uint32, unix.WaitStatus, spent)) (*execStarter, error) {
	x := &execStarter{setup: s, rules: rules, reaper: r, ended: ended, pool: make(chan func(), s.Slots),
		threads: map[uint32]chan func(){}, cgroups: map[uint32]int{}}
	if err := tryPidfd(); err != nil {
		return nil, err
	}
	for range max(2, runtime.NumCPU()) {
		if err := forkThread(x.pool, rules, nil); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// tryPidfd says why this kernel can't name a process for good: by its id the supervisor could kill another.
func tryPidfd() error {
	fd, err := unix.PidfdOpen(unix.Getpid(), 0)
	if err != nil {
		return fmt.Errorf("cannot kill Workers safely: pidfd_open(2) fails, which Linux 5.3 and newer have: %w", err)
	}
	return unix.Close(fd)
}

func (x *execStarter) join(slot uint32, handles []int) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.setup.Cgroup == 2 {
		x.cgroups[slot] = handles[0]
		return nil
	}
	x.threads[slot] = make(chan func(), 1)
	return forkThread(x.threads[slot], x.rules, handles)
}

func (x *execStarter) start(slot uint32, conversation, crash int, started func(pidfd int, err error)) {
	attr := x.attributes(slot, conversation, crash)
	x.thread(slot) <- func() {
		x.reaper.fork(func() (int, error) {
			pidfd := -1
			attr.Sys.PidFD = &pidfd
			pid, err := syscall.ForkExec(workerPath, x.setup.WorkerArgs, attr)
			started(pidfd, err)
			return pid, err
		}, func(status unix.WaitStatus, used spent) { x.ended(slot, status, used) })
	}
}

// onThread runs do on a thread that forks for the slot, and waits for it.
func (x *execStarter) onThread(slot uint32, do func() error) error {
	result := make(chan error)
	x.thread(slot) <- func() { result <- do() }
	return <-result
}

func (x *execStarter) thread(slot uint32) chan<- func() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if thread, ok := x.threads[slot]; ok {
		return thread
	}
	return x.pool
}

// attributes returns what the child will have.
func (x *execStarter) attributes(slot uint32, conversation, crash int) *syscall.ProcAttr {
	attr := &syscall.ProcAttr{
		Files: []uintptr{uintptr(crash), uintptr(crash), uintptr(crash), uintptr(conversation)},
		Sys:   &syscall.SysProcAttr{Cloneflags: uintptr(x.setup.PerWorker), Pdeathsig: unix.SIGKILL},
	}
	if x.setup.OwnUID {
		id := uint32(x.setup.FirstUID) + slot
		attr.Sys.Credential = &syscall.Credential{Uid: id, Gid: id}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	attr.Sys.CgroupFD, attr.Sys.UseCgroupFD = x.cgroups[slot], x.setup.Cgroup == 2
	return attr
}
