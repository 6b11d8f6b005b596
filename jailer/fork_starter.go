package jailer

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/zygote"
)

// forkStarter starts a Worker as a copy of a zygote: a process of the Worker's own program that is warm and has never
// held anything of a tenant's. A fork takes a tenth of what exec and warming up take. A new zygote takes the place of one
// that has died, and of one that has had forkLimit children, so that what siblings share (package zygote) doesn't stay
// the same for long.
//
// In cgroup v1 all Workers are in the zygote's cgroup, for a process is born where its parent is and moving it costs
// more than starting it; in v2 each is born in its own.
type forkStarter struct {
	exec  *execStarter // starts the zygotes
	setup Setup
	log   *slog.Logger
	ended func(slot uint32, status unix.WaitStatus, used spent)

	mu       sync.Mutex
	current  *zygoteProcess // nil: none has been started, or it has died
	children map[uint32]forked
}

const forkLimit = 4096

// zygoteProcess is a zygote from the warden's side. It ends when it has been replaced and its last child has ended.
type zygoteProcess struct {
	client *zygote.Client
	forks  int // guarded by forkStarter.mu
	alive  int // guarded by forkStarter.mu: children that have not been reaped
}

// forked is a Worker of a zygote's.
type forked struct {
	zygote *zygoteProcess
	pid    int      // in the zygote's namespace
	pidfd  *os.File // readable when it has ended
}

func newForkStarter(exec *execStarter, log *slog.Logger, ended func(uint32, unix.WaitStatus, spent)) *forkStarter {
	return &forkStarter{exec: exec, setup: exec.setup, log: log, ended: ended, children: map[uint32]forked{}}
}

// join takes the handles of a slot's cgroup; in v1 of the one that all Workers share, as slot 0's.
func (f *forkStarter) join(slot uint32, handles []int) error { return f.exec.join(slot, handles) }

func (f *forkStarter) start(slot uint32, conversation, crash int, started func(pidfd int, err error)) {
	go func() {
		pidfd, err := f.fork(slot, conversation, crash)
		started(pidfd, err)
		if err == nil {
			f.watch(slot)
		}
	}()
}

func (f *forkStarter) fork(slot uint32, conversation, crash int) (int, error) {
	for attempt := 0; ; attempt++ {
		z, err := f.take()
		if err != nil {
			return -1, err
		}
		pid, pidfd, err := z.client.Fork(f.uid(slot), f.cgroup(slot), conversation, crash)
		if err == nil {
			return pidfd, f.adopt(slot, z, pid, pidfd)
		}
		f.release(z)
		if attempt > 0 || !errors.Is(err, zygote.ErrGone) && !errors.Is(err, syscall.EAGAIN) {
			return -1, err
		}
		f.log.Warn("the zygote has failed, a new one takes its place", "error", err)
		f.retire(z)
	}
}

func (f *forkStarter) uid(slot uint32) int {
	if !f.setup.OwnUID {
		return 0
	}
	return f.setup.FirstUID + int(slot)
}

// cgroup is the descriptor of the slot's cgroup in v2; -1: the zygote's.
func (f *forkStarter) cgroup(slot uint32) int {
	f.exec.mu.Lock()
	defer f.exec.mu.Unlock()
	if fd, ok := f.exec.cgroups[slot]; ok {
		return fd
	}
	return -1
}

// take returns the zygote that is to fork next, and counts the child that it will have.
func (f *forkStarter) take() (*zygoteProcess, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current != nil && f.current.forks >= forkLimit {
		f.retireLocked(f.current)
	}
	if f.current == nil {
		z, err := f.startZygote()
		if err != nil {
			return nil, err
		}
		f.current = z
	}
	f.current.forks++
	f.current.alive++
	return f.current, nil
}

// release counts a child less. A retired zygote ends with its last child.
func (f *forkStarter) release(z *zygoteProcess) {
	f.mu.Lock()
	defer f.mu.Unlock()
	z.alive--
	if z != f.current && z.alive == 0 {
		z.client.Close()
	}
}

// retire lets the next start have another zygote.
func (f *forkStarter) retire(z *zygoteProcess) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retireLocked(z)
}

func (f *forkStarter) retireLocked(z *zygoteProcess) {
	if f.current == z {
		f.current = nil
	}
	if z.alive == 0 {
		z.client.Close()
	}
}

// startZygote starts a zygote as the first process of a namespace of its own. The warden reaps it as any child.
func (f *forkStarter) startZygote() (*zygoteProcess, error) {
	client, theirs, err := zygote.NewPair()
	if err != nil {
		return nil, err
	}
	defer unix.Close(theirs)
	attr := &syscall.ProcAttr{
		Files: []uintptr{2, 2, 2, uintptr(theirs)}, // a crash goes to the warden's log
		Sys:   &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID, Pdeathsig: unix.SIGKILL},
	}
	args := append(slices.Clone(f.setup.WorkerArgs), zygote.Arg(uintptr(f.setup.PerWorker)))
	err = f.exec.onThread(0, func() error {
		_, err := syscall.ForkExec(workerPath, args, attr)
		return err
	})
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("cannot start a zygote: %w", err)
	}
	return &zygoteProcess{client: client}, nil
}

// adopt keeps what is needed to kill and to reap the child.
func (f *forkStarter) adopt(slot uint32, z *zygoteProcess, pid, pidfd int) error {
	own, err := unix.FcntlInt(uintptr(pidfd), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(own, true)
	}
	if err != nil {
		unix.PidfdSendSignal(pidfd, unix.SIGKILL, nil, 0)
		unix.Close(pidfd)
		return fmt.Errorf("cannot keep a pidfd: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.children[slot] = forked{zygote: z, pid: pid, pidfd: os.NewFile(uintptr(own), "pidfd")}
	return nil
}

// watch reports the end of the child in slot, after its start has been reported.
func (f *forkStarter) watch(slot uint32) {
	f.mu.Lock()
	c := f.children[slot]
	f.mu.Unlock()
	awaitEnd(c.pidfd)
	exit, err := c.zygote.client.Reap(c.pid)
	if err != nil { // the zygote has died, and all its children with it
		exit = zygote.Exit{Status: syscall.WaitStatus(unix.SIGKILL)}
	}
	c.pidfd.Close()
	f.mu.Lock()
	delete(f.children, slot)
	f.mu.Unlock()
	f.release(c.zygote)
	f.ended(slot, unix.WaitStatus(exit.Status), spent{exit.CPU, exit.Memory})
}

// awaitEnd waits until a pidfd is readable (pidfd_open(2)): its process has ended. It holds no thread meanwhile.
func awaitEnd(pidfd *os.File) {
	raw, err := pidfd.SyscallConn()
	if err != nil {
		return
	}
	raw.Read(func(fd uintptr) bool {
		ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(ready, 0)
		return err == nil && n > 0
	})
}
