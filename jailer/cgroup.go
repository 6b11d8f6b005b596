package jailer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/cgroups"
	"golang.org/x/sys/unix"
)

// Where the processes of a cell are, in cgroup v1 (for each controller) and v2 (once) alike:
//
//	BASE/stockade/CELL         the limits of the cell
//	BASE/stockade/CELL/warden  the warden
//	BASE/stockade/CELL/N       the Worker in slot N, with the limits of one Worker
//
// Moving a process between cgroups waits for every processor to have passed a quiet moment (an RCU grace period, 5 to
// 20 ms), so nothing is moved when a Worker starts: it is born in the cgroup of its slot, which is made when the slot is
// used for the first time. v2 has clone3(CLONE_INTO_CGROUP) for that. In v1 a child is born in the cgroups of the thread
// that forks it, and threads can be in cgroups of their own: the warden keeps one thread for each slot there.

// supervisorCgroup is where the supervisor moves in a delegated v2 tree: a cgroup that hands controllers on to others
// must have no process of its own (cgroups(7), "no internal processes").
const supervisorCgroup = "supervisor"

// wardenCgroup is the warden's, below the cell's.
const wardenCgroup = "warden"

// knob is a file that holds a limit.
type knob struct{ controller, v1, v2 string }

var (
	memoryMax = knob{"memory", "memory.limit_in_bytes", "memory.max"}
	pidsMax   = knob{"pids", "pids.max", "pids.max"}
)

// cellCgroup are the cgroups of one cell. The zero cellCgroup means that it has none.
type cellCgroup struct {
	version      int
	dirs         map[string]string // as in cgroupBase, of the cell
	workerMemory int64
	workerPids   int
	owner        idRange // the cell's root, who starts Workers
}

// makeCell makes the cgroups of a cell with its limits.
func (b cgroupBase) makeCell(id string, spec Spec, owner idRange) (cellCgroup, error) {
	c := cellCgroup{version: b.version, dirs: map[string]string{}, workerMemory: spec.WorkerMemory, workerPids: spec.WorkerPids, owner: owner}
	for controller, dir := range b.dirs {
		c.dirs[controller] = filepath.Join(dir, id)
		if err := os.MkdirAll(c.dirs[controller], 0o755); err != nil {
			return c, fmt.Errorf("cannot make the cell's cgroup: %w", err)
		}
	}
	if b.version == 2 {
		if err := errors.Join(b.handOn(c.dirs[""]), own(c.dirs[""], owner)); err != nil {
			return c, err
		}
	}
	return c, c.limit(spec)
}

// handOn gives the cell and its slots the controllers.
func (b cgroupBase) handOn(cell string) error {
	parent := filepath.Dir(b.dirs[""])
	if delegated(parent) {
		leaf := filepath.Join(parent, supervisorCgroup)
		if err := errors.Join(os.MkdirAll(leaf, 0o755), moveAll(parent, leaf)); err != nil {
			return fmt.Errorf("cannot move the supervisor into a cgroup of its own: %w", err)
		}
	}
	for _, dir := range []string{parent, b.dirs[""], cell} {
		for _, controller := range b.controllers() {
			if err := cgroups.WriteFile(dir, "cgroup.subtree_control", "+"+controller); err != nil {
				return fmt.Errorf("cannot hand the cgroup controller %s on: %w", controller, err)
			}
		}
	}
	return nil
}

func moveAll(from, to string) error {
	pids, err := cgroups.GetPids(from)
	for _, pid := range pids {
		err = errors.Join(err, cgroups.WriteCgroupProc(to, pid))
	}
	return err
}

// own lets the cell's root place a process in dir: clone3 checks that for the cgroup and the common ancestor.
func own(dir string, owner idRange) error {
	if err := os.Chown(filepath.Join(dir, "cgroup.procs"), owner.uid, owner.gid); err != nil {
		return fmt.Errorf("cannot hand the cgroup to the warden: %w", err)
	}
	return nil
}

// limit sets the limits of the cell as a whole.
func (c cellCgroup) limit(spec Spec) error {
	weight := knob{"cpu", "cpu.shares", "cpu.weight"}
	value := spec.CPUWeight
	if c.version == 1 {
		value = max(2, value*1024/100)
	}
	err := c.set("", weight, int64(value))
	err = errors.Join(err, c.set("", pidsMax, int64(spec.MaxWorkers*(spec.WorkerPids+1)+wardenPids+spec.MaxWorkers)))
	if spec.CellMemory > 0 {
		err = errors.Join(err, c.set("", memoryMax, spec.CellMemory))
	}
	return err
}

// set writes a limit of the cell (sub "") or of a slot. A controller that isn't there has been reported as a layer.
func (c cellCgroup) set(sub string, k knob, value int64) error {
	dir, file := c.dirs[k.controller], k.v1
	if c.version == 2 {
		dir, file = c.dirs[""], k.v2
	}
	if dir == "" {
		return nil
	}
	err := cgroups.WriteFile(filepath.Join(dir, sub), file, strconv.FormatInt(value, 10))
	if err != nil && (c.version == 1 || !errors.Is(err, fs.ErrNotExist)) {
		return fmt.Errorf("cannot set a cgroup's limit: %w", err)
	}
	return nil
}

// makeSlot makes the cgroups of a slot and returns the handles by which the warden places its Workers there (spawn.go).
// They are the caller's to close.
func (c cellCgroup) makeSlot(slot int) ([]*os.File, error) {
	var handles []*os.File
	for _, dir := range c.slotDirs(slot) {
		handle, err := c.makeSlotDir(dir)
		if err != nil {
			closeFiles(handles)
			return nil, fmt.Errorf("cannot make the cgroup of slot %d: %w", slot, err)
		}
		handles = append(handles, handle)
	}
	pids := c.workerPids
	if c.version == 1 {
		pids++ // the warden's thread
	}
	if err := c.set(strconv.Itoa(slot), pidsMax, int64(pids)); err != nil {
		closeFiles(handles)
		return nil, err
	}
	return handles, c.setSlotMemory(slot, c.workerMemory)
}

// makeShared makes the one cgroup of all Workers of a v1 host that are copies of a zygote, as slot 0's. What bounds them
// together are the cell's limits.
func (c cellCgroup) makeShared() ([]*os.File, error) {
	c.workerMemory, c.workerPids = 0, noPids-1
	return c.makeSlot(0)
}

// noPids is more processes than a host has (PID_MAX_LIMIT).
const noPids = 1 << 22

func (c cellCgroup) makeSlotDir(dir string) (*os.File, error) {
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if c.version == 2 {
		if err := own(dir, c.owner); err != nil {
			return nil, err
		}
		return os.OpenFile(dir, unix.O_PATH|unix.O_DIRECTORY, 0)
	}
	return os.OpenFile(filepath.Join(dir, "tasks"), os.O_WRONLY, 0)
}

// slotDirs are the directories of a slot: one in v2, in v1 one for each controller.
func (c cellCgroup) slotDirs(slot int) []string {
	if c.version == 2 {
		return []string{filepath.Join(c.dirs[""], strconv.Itoa(slot))}
	}
	var dirs []string
	for _, controller := range slotControllers {
		dir := c.dirs[controller]
		if dir != "" && !slices.Contains(dirs, filepath.Join(dir, strconv.Itoa(slot))) {
			dirs = append(dirs, filepath.Join(dir, strconv.Itoa(slot)))
		}
	}
	return dirs
}

// setSlotMemory bounds the memory of the Worker in a slot; 0 = no limit of its own.
func (c cellCgroup) setSlotMemory(slot int, bytes int64) error {
	if bytes <= 0 {
		bytes = noLimit
	}
	return c.set(strconv.Itoa(slot), memoryMax, bytes)
}

// noLimit is what both versions take as more than there can be.
const noLimit = 1<<63 - 4096

// oomKills is how many processes of the slot the kernel has killed for want of memory.
func (c cellCgroup) oomKills(slot int) int {
	dir, file := c.dirs["memory"], "memory.oom_control"
	if c.version == 2 {
		dir, file = c.dirs[""], "memory.events"
	}
	text, err := cgroups.ReadFile(filepath.Join(dir, strconv.Itoa(slot)), file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(text) {
		if count, ok := strings.CutPrefix(line, "oom_kill "); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(count))
			return n
		}
	}
	return 0
}

// removeCgroups removes the cgroups of the cell of that name, whose processes must be gone: also those that libcontainer
// has made, in v1 for every controller.
func (b cgroupBase) removeCgroups(id string) error {
	var err error
	for _, dir := range b.dirs {
		err = errors.Join(err, removeCgroup(filepath.Join(dir, id)))
	}
	if b.version == 1 {
		others, _ := filepath.Glob(filepath.Join(cgroupMount, "*", cgroupName, id)) // fails for a bad pattern only
		for _, dir := range others {
			err = errors.Join(err, removeCgroup(dir))
		}
	}
	return err
}

// removeCgroup removes dir and the cgroups below it.
func removeCgroup(dir string) error {
	children, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, child := range children {
		if child.IsDir() {
			err = errors.Join(err, removeCgroup(filepath.Join(dir, child.Name())))
		}
	}
	if removeErr := cgroups.RemovePath(dir); removeErr != nil {
		err = errors.Join(err, fmt.Errorf("cannot remove a cgroup: %w", removeErr))
	}
	return err
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
