package jailer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/opencontainers/cgroups"
	"golang.org/x/sys/unix"
)

const (
	cgroupMount = "/sys/fs/cgroup"
	cgroupName  = "stockade"
)

// cgroupBase is where cells have their cgroups.
type cgroupBase struct {
	version int
	dirs    map[string]string // v1: controller → directory; v2: "" → directory
	lacking []string          // controllers that aren't there
}

func (b cgroupBase) String() string { return fmt.Sprintf("cgroup v%d", b.version) }

// slotControllers are the v1 controllers that a slot has a cgroup in. cpu holds the cell's weight only.
var slotControllers = []string{"memory", "pids", "cpuacct"}

// findCgroups looks for a place where this process may make cgroups.
func findCgroups(root bool) (cgroupBase, error) {
	if cgroups.IsCgroup2UnifiedMode() {
		return findCgroupV2(root)
	}
	return findCgroupV1(root)
}

func findCgroupV1(root bool) (cgroupBase, error) {
	base := cgroupBase{version: 1, dirs: map[string]string{}}
	if !root {
		return base, errors.New("cgroup v1 can't be used without root; boot with systemd.unified_cgroup_hierarchy=1 for v2")
	}
	for _, controller := range append([]string{"cpu"}, slotControllers...) {
		mount, err := cgroups.FindCgroupMountpoint("", controller)
		if err != nil {
			base.lacking = append(base.lacking, controller)
			continue
		}
		base.dirs[controller] = filepath.Join(mount, cgroupName)
	}
	if base.dirs["memory"] == "" || base.dirs["pids"] == "" {
		return base, fmt.Errorf("no cgroup controller for %s is mounted", strings.Join(base.lacking, ", "))
	}
	return base, writable(base.dirs["memory"])
}

// findCgroupV2 takes the part of the tree that systemd has delegated to this service (Delegate=yes), else, as root, the
// top.
func findCgroupV2(root bool) (cgroupBase, error) {
	own, err := cgroups.ParseCgroupFile("/proc/self/cgroup")
	if err != nil {
		return cgroupBase{}, fmt.Errorf("cannot find this process's own cgroup: %w", err)
	}
	dir := filepath.Join(cgroupMount, strings.TrimSuffix(own[""], "/"+supervisorCgroup))
	if !delegated(dir) {
		if !root {
			return cgroupBase{}, errors.New("systemd has delegated no cgroup to this process (Delegate=yes of its unit; systemd-run --user --scope -p Delegate=yes)")
		}
		dir = cgroupMount
	}
	base := cgroupBase{version: 2, dirs: map[string]string{"": filepath.Join(dir, cgroupName)}}
	have, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return base, fmt.Errorf("cannot read the cgroup controllers: %w", err)
	}
	for _, controller := range []string{"cpu", "memory", "pids"} {
		if !slices.Contains(strings.Fields(string(have)), controller) {
			base.lacking = append(base.lacking, controller)
		}
	}
	return base, writable(base.dirs[""])
}

// controllers are those that the tree has; v2.
func (b cgroupBase) controllers() []string {
	return slices.DeleteFunc([]string{"cpu", "memory", "pids"}, func(c string) bool { return slices.Contains(b.lacking, c) })
}

// delegated reports whether systemd has marked the cgroup: systemd.resource-control(5), Delegate=.
func delegated(dir string) bool {
	var mark [1]byte
	for _, attribute := range []string{"trusted.delegate", "user.delegate"} {
		if n, err := unix.Getxattr(dir, attribute, mark[:]); err == nil && n == 1 && mark[0] == '1' {
			return true
		}
	}
	return false
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot make a cgroup: %w", err)
	}
	if err := unix.Faccessat(unix.AT_FDCWD, dir, unix.W_OK, unix.AT_EACCESS); err != nil { // it may be there, and another user's
		return fmt.Errorf("cannot make cgroups in %s: %w", dir, err)
	}
	return nil
}
