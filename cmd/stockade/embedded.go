package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/supervisor"
	"stockade.dev/stockade/supervisor/policy"
)

// embeddedSize is how many processes an embedded supervisor keeps ready, and has at most, on which engine ("": the default).
type embeddedSize struct {
	pool, most int
	engine     string
	dev        bool // for 'stockade dev'
}

// startEmbedded starts a supervisor in this process, under the built-in policy and on a socket that nobody else reaches.
// end drains it and removes all it had.
func startEmbedded(ctx context.Context, size embeddedSize) (c *client, end func() error, err error) {
	dir, err := newEmbeddedDir()
	if err != nil {
		return nil, nil, err
	}
	s, err := newEmbedded(dir, size)
	if err != nil {
		return nil, nil, errors.Join(err, dir.remove())
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // an interrupt ends the request first, then this
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	select {
	case err := <-ended:
		cancel()
		return nil, nil, errors.Join(fmt.Errorf("cannot start a supervisor: %w", err), dir.remove())
	case <-s.Ready():
	}
	c = newClient(dir.socket())
	return c, func() error {
		c.http.CloseIdleConnections()
		cancel()
		return errors.Join(<-ended, dir.remove())
	}, nil
}

func newEmbedded(dir *embeddedDir, size embeddedSize) (*supervisor.Supervisor, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	return supervisor.New(supervisor.Options{Policy: embeddedPolicy(dir, size), WorkerBinary: programs.worker,
		WardenBinary: programs.stockade, Log: log, Version: version(), LoadedLogs: true})
}

// forDevelopment gives a project under development what a policy may give it: esbuild in WebAssembly, for one, needs more than
// the standard memory, and what it fetches is on the Internet.
func forDevelopment(p *policy.Profile) {
	most := p.Limits.Max
	p.Limits.Default.Memory, p.Limits.Default.StartupCPU, p.Limits.Default.StartupWall = most.Memory, most.StartupCPU, most.StartupWall
	p.Egress.Default = policy.EgressPublic
}

// embeddedPolicy is the built-in policy with a smaller pool.
func embeddedPolicy(dir *embeddedDir, size embeddedSize) *policy.Policy {
	p := policy.Default()
	p.Socket.Path, p.Socket.Mode = dir.socket(), 0o600
	p.StateDir, p.RunDir = filepath.Join(dir.path, "state"), dir.base
	for i := range p.Profiles {
		if slices.Contains(policy.Engines(), size.engine) { // another is the supervisor's to refuse
			p.Profiles[i].Engine = size.engine
		}
		p.Profiles[i].Pool.Size, p.Profiles[i].Pool.MaxWorkers, p.Profiles[i].Pool.RefillParallelism = size.pool, size.most, size.pool
		if size.dev {
			forDevelopment(&p.Profiles[i])
		}
	}
	return p
}

// noteWeakLayers says once that this host confines less than it could. `stockade check` has the rest.
func noteWeakLayers(cmd *cobra.Command, c *client) {
	answer, err := c.call(context.WithoutCancel(cmd.Context()), "GET", "/v1/pool", nil)
	var pool struct {
		Profiles []struct{ Layers []jailer.Layer }
	}
	if err != nil || json.Unmarshal(answer, &pool) != nil {
		return // only a note
	}
	var weak []string
	for _, p := range pool.Profiles {
		for _, l := range p.Layers {
			if l.State != jailer.Enforced {
				weak = append(weak, l.Name+" "+string(l.State))
			}
		}
	}
	if len(weak) > 0 {
		t := newTerminal(cmd.ErrOrStderr())
		t.printf("%s\n", t.paint(yellow, "stockade: the jail was weaker than it could be ("+strings.Join(weak, ", ")+"): see 'stockade check'"))
	}
}

// embeddedDir is where one embedded supervisor has its socket and state. Its base is shared by all of this user: what
// killed ones left there, the next one removes.
type embeddedDir struct {
	base, path string
	lock       *os.File // held while this process lives
}

func (d *embeddedDir) socket() string { return filepath.Join(d.path, "s") }

func (d *embeddedDir) remove() error {
	defer d.lock.Close()
	return os.RemoveAll(d.path)
}

func newEmbeddedDir() (*embeddedDir, error) {
	d := &embeddedDir{base: embeddedBase()}
	if err := ownDir(d.base); err != nil {
		return nil, err
	}
	all, err := lockFile(filepath.Join(d.base, "lock"), unix.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer all.Close()
	removeLeftOver(d.base)
	if d.path, err = os.MkdirTemp(d.base, "run-"); err != nil {
		return nil, fmt.Errorf("cannot make a directory for this run: %w", err)
	}
	d.lock, err = lockFile(filepath.Join(d.path, "lock"), unix.LOCK_EX|unix.LOCK_NB)
	return d, err
}

// embeddedBase is a directory for run-time files, which a jail's user can pass through.
func embeddedBase() string {
	name := "stockade-run-" + strconv.Itoa(os.Geteuid())
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && os.Geteuid() != 0 {
		return filepath.Join(dir, name)
	}
	return filepath.Join(os.TempDir(), name)
}

// ownDir makes a directory in one that others may write to, and makes sure that it is ours.
func ownDir(dir string) error {
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("cannot make a directory for run-time files: %w: name another with TMPDIR", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("cannot use the directory for run-time files: %w", err)
	}
	owner := info.Sys().(*syscall.Stat_t).Uid
	if !info.IsDir() || int(owner) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("cannot use %s: it is not a directory of uid %d alone: remove it, or name another place with TMPDIR", dir, os.Geteuid())
	}
	return os.Chmod(dir, 0o711) // whatever the umask was
}

// removeLeftOver removes the directories of runs that were killed. The base's lock is held.
func removeLeftOver(base string) {
	old, _ := filepath.Glob(filepath.Join(base, "run-*")) // the pattern is right
	for _, path := range old {
		lock, err := lockFile(filepath.Join(path, "lock"), unix.LOCK_EX|unix.LOCK_NB)
		if err != nil {
			continue // it lives
		}
		os.RemoveAll(path) // what stays, stays for the next
		lock.Close()
	}
}

func lockFile(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot lock a directory: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), how); err != nil {
		file.Close()
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	return file, nil
}
