package jailer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/opencontainers/runc/libcontainer"
	"golang.org/x/sys/unix"
)

// Sweep removes what supervisors that were killed have left below runDir: wardens with their Workers, cgroups, files.
// A block whose lock is held belongs to a live process, and stays.
func Sweep(runDir string) error {
	cells := filepath.Join(runDir, cellsDir)
	entries, err := os.ReadDir(cells)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot sweep: %w", err)
	}
	for _, entry := range entries {
		if sweepErr := sweepCell(cells, entry.Name()); sweepErr != nil {
			err = errors.Join(err, fmt.Errorf("cannot sweep the cell %s: %w", entry.Name(), sweepErr))
		}
	}
	return err
}

func sweepCell(cells, id string) error {
	dir := filepath.Join(cells, id)
	lock, err := lockDir(dir)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := destroyContainer(filepath.Join(dir, "state"), id); err != nil {
		return err
	}
	if base, none := findCgroups(os.Geteuid() == 0); none == nil {
		err = base.removeCgroups(id)
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// destroyContainer kills the warden, if its supervisor's death hasn't, and with it every process of the cell.
func destroyContainer(state, id string) error {
	container, err := libcontainer.Load(state, id)
	if errors.Is(err, libcontainer.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	container.Signal(unix.SIGKILL) // fails if it is dead already
	for end := time.Now().Add(dyingWait); ; time.Sleep(dyingLook) {
		if err = container.Destroy(); !errors.Is(err, libcontainer.ErrRunning) || time.Now().After(end) {
			return err
		}
	}
}

// dyingWait is how long a warden that has been killed may take to be gone: with a busy processor, or with much memory to free,
// that is after Signal has returned.
const (
	dyingWait = 10 * time.Second
	dyingLook = 10 * time.Millisecond
)
