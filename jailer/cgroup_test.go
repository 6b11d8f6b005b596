package jailer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// unified returns a place for cells in a cgroup v2 tree. On a host with v1, that tree has no controllers.
func unified(t *testing.T) cgroupBase {
	for _, mount := range []string{cgroupMount, cgroupMount + "/unified"} {
		var s unix.Statfs_t
		if unix.Statfs(mount, &s) != nil || s.Type != unix.CGROUP2_SUPER_MAGIC {
			continue
		}
		dir := filepath.Join(mount, "stockade-test-"+strconv.Itoa(os.Getpid()))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := removeCgroup(dir); err != nil {
				t.Error(err)
			}
		})
		return cgroupBase{version: 2, dirs: map[string]string{"": dir}, lacking: []string{"cpu", "memory", "pids"}}
	}
	t.Fatal("this host has no cgroup v2 tree")
	return cgroupBase{}
}

func TestAProcessIsBornInItsSlotsCgroup(t *testing.T) {
	base := unified(t)
	owner := idRange{uid: 12345, gid: 12345, size: 1}
	cell, err := base.makeCell("cell", Spec{}.withDefaults(), owner)
	if err != nil {
		t.Fatal(err)
	}
	handles, err := cell.makeSlot(3)
	if err != nil || len(handles) != 1 {
		t.Fatal(handles, err)
	}
	defer closeFiles(handles)
	for _, dir := range []string{cell.dirs[""], filepath.Join(cell.dirs[""], "3")} {
		info, err := os.Stat(filepath.Join(dir, "cgroup.procs"))
		if err != nil || info.Sys().(*syscall.Stat_t).Uid != 12345 {
			t.Errorf("%s doesn't belong to the warden: %v", dir, err)
		}
	}
	cmd := exec.Command("/bin/sleep", "100")
	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: int(handles[0].Fd())}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pids, _ := os.ReadFile(filepath.Join(cell.dirs[""], "3", "cgroup.procs"))
	if strings.TrimSpace(string(pids)) != strconv.Itoa(cmd.Process.Pid) {
		t.Errorf("process %d is not in its cgroup: %q", cmd.Process.Pid, pids)
	}
	cmd.Process.Kill()
	cmd.Wait()
}

func TestCellsLeaveNoCgroup(t *testing.T) {
	base, err := findCgroups(os.Geteuid() == 0)
	if err != nil {
		t.Skip(err) // without root; supervisor/cell tests that
	}
	id := "jailer-test-" + strconv.FormatInt(time.Now().UnixNano(), 36)
	cell, err := base.makeCell(id, Spec{CellMemory: 1 << 30, WorkerMemory: 1 << 26}.withDefaults(), hostIDs(0, 0, id))
	if err != nil {
		t.Fatal(err)
	}
	handles, err := cell.makeSlot(0)
	if err != nil {
		t.Fatal(err)
	}
	closeFiles(handles)
	if err := cell.setSlotMemory(0, 1<<25); err != nil {
		t.Error(err)
	}
	if n := cell.oomKills(0); n != 0 {
		t.Errorf("%d have been killed already", n)
	}
	if err := base.removeCgroups(id); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(cgroupMount, "*", cgroupName, id)); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
