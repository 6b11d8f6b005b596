package jailer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/opencontainers/runc/libcontainer"
	"golang.org/x/sys/unix"
)

// WardenProcess is the warden of a block as its supervisor sees it: a libcontainer container with one process. Its
// methods are those of go-plugin's runner.Runner, which names only types of the standard library.
type WardenProcess struct {
	block          *Block
	env            []string
	controlDir     string // where the socket of the control conversation is, outside
	stdout, stderr *os.File
	theirs         []*os.File // the other ends, until Start

	container *libcontainer.Container
	process   *libcontainer.Process
	done      chan struct{} // closed when it has been reaped and its container removed
	err       error         // written before done is closed
	kill      sync.Once
}

// Warden returns the block's warden, not yet started. The socket of the control conversation is to be made in
// controlDir, which the warden sees elsewhere (PluginToHost).
func (b *Block) Warden(env []string, controlDir string) (*WardenProcess, error) {
	w := &WardenProcess{block: b, env: slices.Clone(env), controlDir: controlDir, done: make(chan struct{})}
	for i, value := range w.env {
		w.env[i] = strings.Replace(value, "="+controlDir, "="+controlPath, 1)
	}
	if err := os.Chown(controlDir, b.wardenUID(), b.wardenGID()); err != nil {
		return nil, fmt.Errorf("cannot hand the control directory to the warden: %w", err)
	}
	var err error
	if b.control, err = os.Open(controlDir); err != nil {
		return nil, fmt.Errorf("cannot open the control directory: %w", err)
	}
	for _, end := range []**os.File{&w.stdout, &w.stderr} {
		ours, theirs, err := os.Pipe()
		if err != nil {
			return nil, fmt.Errorf("cannot make a pipe for the warden: %w", err)
		}
		*end = ours
		w.theirs = append(w.theirs, theirs)
	}
	return w, nil
}

func (b *Block) wardenUID() int {
	if b.plan.namespaces&unix.CLONE_NEWUSER == 0 {
		return b.host.uid
	}
	return b.plan.ids.uid
}

func (b *Block) wardenGID() int {
	if b.plan.namespaces&unix.CLONE_NEWUSER == 0 {
		return b.host.gid
	}
	return b.plan.ids.gid
}

// Start starts the warden. ctx bounds the start only.
func (w *WardenProcess) Start(ctx context.Context) error {
	started := make(chan error, 1)
	go w.live(started)
	select {
	case err := <-started:
		return err
	case <-ctx.Done():
		go func() { <-started; w.Kill(context.WithoutCancel(ctx)) }()
		return fmt.Errorf("cannot start the warden: %w", context.Cause(ctx))
	}
}

// ordinarySlices has this thread, and so all processes that come of it, take turns on a CPU as others do. The supervisor asks
// for short ones; Workers that inherit them are interrupted all the time, and load in twice the time. An old kernel knows
// no such wishes.
func ordinarySlices() {
	if attr, err := unix.SchedGetAttr(0, 0); err == nil && attr.Policy == unix.SCHED_NORMAL {
		attr.Runtime = 0
		_ = unix.SchedSetAttr(0, attr, 0)
	}
}

// live is the warden's whole life as a child of this process. It keeps its thread: the kernel kills the warden when the
// thread that started it ends (PR_SET_PDEATHSIG), and the Go runtime ends threads as it likes.
func (w *WardenProcess) live(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(w.done)
	ordinarySlices()
	w.err = w.run()
	closeFiles(append(w.theirs, w.block.theirs))
	started <- w.err
	if w.err == nil {
		_, w.err = w.process.Wait()
	} else {
		closeFiles([]*os.File{w.stdout, w.stderr}) // nobody will call Wait
	}
	if w.container != nil {
		w.err = errors.Join(w.err, w.container.Destroy())
	}
}

func (w *WardenProcess) run() error {
	b := w.block
	container, err := libcontainer.Create(filepath.Join(b.dir, "state"), b.id, b.config(w.controlDir))
	if err != nil {
		return fmt.Errorf("cannot make the cell: %w", err)
	}
	w.container = container
	w.process = &libcontainer.Process{
		Args:       append([]string{wardenPath}, b.spec.WardenArgs...),
		Env:        w.env,
		Cwd:        "/",
		Stdout:     w.theirs[0],
		Stderr:     w.theirs[1],
		ExtraFiles: []*os.File{b.theirs}, // donationFD
		Init:       true,
	}
	if err := container.Run(w.process); err != nil {
		return fmt.Errorf("cannot start the warden: %w", err)
	}
	b.wardenPID, err = w.process.Pid()
	return err
}

// donationFD is the warden's descriptor of the donation socket.
const donationFD = 3

// Wait waits until the warden has ended, which ends every Worker of the cell. Its output must have been read by then.
func (w *WardenProcess) Wait(context.Context) error {
	<-w.done
	w.stdout.Close()
	w.stderr.Close()
	return w.err
}

// Kill kills the warden and with it every Worker, and waits until they are gone. A nil warden is gone.
func (w *WardenProcess) Kill(ctx context.Context) error {
	if w == nil {
		return nil
	}
	w.kill.Do(func() {
		if w.container != nil {
			w.container.Signal(unix.SIGKILL) // fails if it has ended already, which is as good
		}
	})
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("cannot kill the warden: %w", context.Cause(ctx))
	}
}

// Stdout carries the handshake of the control conversation.
func (w *WardenProcess) Stdout() io.ReadCloser { return w.stdout }

// Stderr carries the warden's log.
func (w *WardenProcess) Stderr() io.ReadCloser { return w.stderr }

// Name is for log lines.
func (w *WardenProcess) Name() string { return "warden of " + w.block.spec.Profile }

// ID is the cell's.
func (w *WardenProcess) ID() string { return w.block.id }

// Diagnose has nothing to add: the warden's standard error is logged.
func (w *WardenProcess) Diagnose(context.Context) string { return "" }

// PluginToHost translates the path of a socket in the control directory. It goes by the directory's descriptor: the path
// of a socket has at most 107 bytes (unix(7)), and that of a run directory may be long.
func (w *WardenProcess) PluginToHost(network, address string) (string, string, error) {
	name, ok := strings.CutPrefix(address, controlPath+"/")
	if network != "unix" || !ok || name != filepath.Base(name) {
		return "", "", fmt.Errorf("cannot connect to the warden at %s %q", network, address)
	}
	return network, fmt.Sprintf("/proc/self/fd/%d/%s", w.block.control.Fd(), name), nil
}

// HostToPlugin is the opposite of PluginToHost.
func (w *WardenProcess) HostToPlugin(network, address string) (string, string, error) {
	return network, filepath.Join(controlPath, filepath.Base(address)), nil
}
