package jailer

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/donation"
	"stockade.dev/stockade/jailer/narrow"
)

// Block is a cell block: the container around one warden and the Workers that it starts.
type Block struct {
	spec   Spec
	host   host
	plan   plan
	id     string
	dir    string   // of its own, below RunDir
	lock   *os.File // held as long as this process lives: Sweep leaves the block alone
	cgroup cellCgroup
	socket *donation.Socket
	theirs *os.File // the warden's end of socket, until it has been started

	wardenPID int      // on the host
	control   *os.File // the directory of the control conversation's socket, open as long as it may be dialled

	shared    sync.Once // makes the cgroup that all Workers share, where they do
	sharedErr error     // of shared

	mu      sync.Mutex
	free    []int         // slots that nobody has, the next one last
	jails   map[int]*Jail // by slot
	slots   map[int]*slot // those that have been used
	closed  bool
	reading sync.WaitGroup // the goroutine that reads socket
	gone    chan struct{}  // closed when no Worker can be alive any more
}

// Build prepares the block of spec: it decides what this host can enforce and makes all that a warden needs. A layer
// that is required and missing is an error. Start the warden with Warden, then call Serve.
func Build(spec Spec) (*Block, error) {
	spec = spec.withDefaults()
	b := &Block{spec: spec, jails: map[int]*Jail{}, slots: map[int]*slot{}, gone: make(chan struct{})}
	if err := b.prepare(); err != nil {
		return nil, errors.Join(err, b.remove())
	}
	for slot := spec.MaxWorkers - 1; slot >= 0; slot-- {
		b.free = append(b.free, slot)
	}
	return b, nil
}

func (b *Block) prepare() error {
	if err := b.spec.check(); err != nil {
		return err
	}
	b.host = examine(b.spec.RunDir + "/" + b.spec.Profile)
	plan, err := decide(b.spec, b.host)
	if err != nil {
		return err
	}
	b.plan = plan
	if err := b.makeDir(); err != nil {
		return err
	}
	if plan.cgroup {
		if b.cgroup, err = b.host.cgroup.makeCell(b.id, b.spec, plan.ids); err != nil {
			return err
		}
	}
	b.socket, b.theirs, err = donation.Pair()
	return err
}

var profileName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$`)

func (s Spec) check() error {
	switch {
	case !profileName.MatchString(s.Profile):
		return fmt.Errorf("cannot make a cell: %q is no name of a profile", s.Profile)
	case !filepath.IsAbs(s.RunDir):
		return fmt.Errorf("cannot make a cell: run directory %q is not absolute", s.RunDir)
	case s.MaxWorkers < 1 || s.MaxWorkers > MaxSlots:
		return fmt.Errorf("cannot make a cell for %d Workers: 1 to %d are possible", s.MaxWorkers, MaxSlots)
	case s.CPUWeight < 1 || s.CPUWeight > 10000:
		return fmt.Errorf("cannot make a cell: a CPU weight is 1 to 10000, not %d", s.CPUWeight)
	}
	return errors.Join(checkProgram(s.WardenBinary), checkProgram(s.WorkerBinary))
}

// checkProgram makes sure that a program will start in an empty root file system, as a user whom no file belongs to.
func checkProgram(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("cannot use a program in a jail: %w", err)
	case !filepath.IsAbs(path):
		return fmt.Errorf("cannot use %s in a jail: its path is not absolute", path)
	case info.Mode()&0o005 != 0o005:
		return fmt.Errorf("cannot use %s in a jail: everybody must be able to read and execute it (chmod o+rx)", path)
	}
	file, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("cannot use %s in a jail: %w", path, err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			return fmt.Errorf("cannot use %s in a jail: it is dynamically linked (build it with make build)", path)
		}
	}
	return nil
}

// makeDir makes the block's directory and takes its lock.
func (b *Block) makeDir() error {
	cells := filepath.Join(b.spec.RunDir, cellsDir)
	if err := os.MkdirAll(cells, 0o711); err != nil {
		return fmt.Errorf("cannot make the run directory: %w", err)
	}
	if err := b.reachable(cells); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(cells, b.spec.Profile+"-")
	if err != nil {
		return fmt.Errorf("cannot make the cell's directory: %w", err)
	}
	b.dir, b.id = dir, filepath.Base(dir)
	if err := os.Chmod(dir, 0o711); err != nil {
		return fmt.Errorf("cannot make the cell's directory: %w", err)
	}
	if b.lock, err = lockDir(dir); err != nil {
		return err
	}
	return b.makeRoot()
}

// cellsDir is where the blocks' directories are, below RunDir.
const cellsDir = "cells"

// reachable makes sure that the cell's root, a user whom nothing belongs to, can enter dir.
func (b *Block) reachable(dir string) error {
	if b.host.uid != 0 || b.plan.namespaces&unix.CLONE_NEWUSER == 0 {
		return nil
	}
	for path := dir; path != "/"; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("cannot use the run directory: %w", err)
		}
		if info.Mode()&0o001 == 0 {
			return fmt.Errorf("cannot use the run directory %s: the jail's user can't enter %s (mode %04o; chmod o+x, or take another directory)",
				b.spec.RunDir, path, info.Mode().Perm())
		}
	}
	return nil
}

// lockDir takes the lock of a block's directory. It fails when a live process has it.
func lockDir(dir string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot lock the cell's directory: %w", err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("cannot lock the cell's directory: %w", err)
	}
	return lock, nil
}

// ID is the block's name: of its directory, its cgroup and its container.
func (b *Block) ID() string { return b.id }

// Layers says what the host is expected to enforce, in the order of the jail's steps.
func (b *Block) Layers() []Layer { return b.plan.layers }

// Warnings says every way in which the block is weaker than the strictest one.
func (b *Block) Warnings() []string { return b.plan.warnings }

// Probe says layer by layer what this host would enforce for a cell of spec, without making one.
func Probe(spec Spec) []Layer {
	spec = spec.withDefaults()
	plan, _ := decide(spec, examine(spec.RunDir+"/"+spec.Profile)) // what is missing is among the layers
	return plan.layers
}

// Remove removes what the block has left on the host. The warden must be gone.
func (b *Block) Remove() error {
	if b.socket != nil {
		b.socket.Close()
	}
	b.reading.Wait()
	b.closePipes()
	return b.remove()
}

func (b *Block) closePipes() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.slots {
		if s.crash != nil {
			s.crash.close()
		}
	}
	b.slots = nil
}

func (b *Block) remove() error {
	if b.id == "" {
		return nil
	}
	err := b.host.cgroup.removeCgroups(b.id)
	if b.theirs != nil {
		b.theirs.Close()
	}
	err = errors.Join(err, os.RemoveAll(b.dir))
	if b.control != nil {
		b.control.Close()
	}
	if b.lock != nil {
		b.lock.Close()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Confirm compares what the warden has found from inside with the plan. A layer that was to hold and doesn't is an error.
func (b *Block) Confirm(inside []Layer) error {
	var err error
	for _, found := range inside {
		for i, planned := range b.plan.layers {
			switch {
			case planned.Name != found.Name:
			case found.State == Enforced && planned.State == Enforced:
				b.plan.layers[i].Detail += " (verified from inside)"
			case found.State != Enforced && planned.State != Disabled && planned.State != Unavailable:
				b.plan.layers[i] = found
				err = errors.Join(err, fmt.Errorf("cannot confine the cell: %s: %s", found.Name, found.Detail))
			}
		}
	}
	return err
}

// workerArgs are the arguments of every Worker's program.
func (b *Block) workerArgs() []string {
	args := []string{filepath.Base(workerPath)}
	if b.spec.Engine != "" {
		args = append(args, b.spec.Engine)
	}
	return append(args, narrow.Config{WithoutSeccomp: !b.plan.seccomp, Executable: b.spec.Executable, Network: b.spec.Network, Data: b.dataLimit()}.Args()...)
}

// Dir is the block's directory, where the control conversation may have its socket.
func (b *Block) Dir() string { return b.dir }

// Log is where the block logs.
func (b *Block) Log() *slog.Logger { return b.spec.Log }

// WardenPID is the warden's process id on the host.
func (b *Block) WardenPID() int { return b.wardenPID }

// Gone is closed when the warden is gone, and every Worker with it.
func (b *Block) Gone() <-chan struct{} { return b.gone }
