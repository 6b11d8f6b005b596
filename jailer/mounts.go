package jailer

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/opencontainers/runc/libcontainer/configs"
	"golang.org/x/sys/unix"
)

// The paths inside the cell. libcontainer needs /proc and a /dev to start the warden, and the warden its own program and
// the directory of its socket; before the first Worker starts it leaves all but workerPath behind (strip.go).
const (
	wardenPath  = "/warden"
	workerPath  = "/worker"
	controlPath = "/control"
)

// makeRoot makes the directory that becomes the cell's root file system: nothing but the places to mount on.
func (b *Block) makeRoot() error {
	for _, dir := range []string{"", "proc", "dev", controlPath} {
		if err := os.MkdirAll(filepath.Join(b.rootDir(), dir), 0o755); err != nil {
			return fmt.Errorf("cannot make the cell's root: %w", err)
		}
	}
	for _, file := range []string{wardenPath, workerPath} {
		if err := os.WriteFile(filepath.Join(b.rootDir(), file), nil, 0o644); err != nil {
			return fmt.Errorf("cannot make the cell's root: %w", err)
		}
	}
	return nil
}

func (b *Block) rootDir() string { return filepath.Join(b.dir, "root") }

func (b *Block) mountRoot(c *configs.Config, controlDir string) {
	const program = unix.MS_BIND | unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV
	const directory = unix.MS_BIND | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	c.Rootfs = b.rootDir()
	c.Readonlyfs = true
	c.RootPropagation = unix.MS_PRIVATE | unix.MS_REC
	c.Mounts = []*configs.Mount{
		{Source: "proc", Destination: "/proc", Device: "proc", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC},
		{Source: filepath.Join(b.rootDir(), "dev"), Destination: "/dev", Device: "bind", Flags: directory | unix.MS_RDONLY},
		{Source: b.spec.WardenBinary, Destination: wardenPath, Device: "bind", Flags: program},
		{Source: b.spec.WorkerBinary, Destination: workerPath, Device: "bind", Flags: program},
		{Source: controlDir, Destination: controlPath, Device: "bind", Flags: directory},
	}
}
