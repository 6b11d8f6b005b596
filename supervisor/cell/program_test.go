package cell

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer"
)

// tmpfs is the kind of file system of the program's copy: statfs(2).
const tmpfs = 0x01021994

// TestTheProgramCannotBeChanged looks at the program of Workers from outside, as root, who may do more than any Worker: what holds
// against root here are the mounts alone. What Workers can try themselves, victims do.
func TestTheProgramCannotBeChanged(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root sees another's root directory")
	}
	c := startCell(t, testSpec(t))
	j := spawnReady(t, c)
	defer j.Close()
	root := fmt.Sprintf("/proc/%d/root", j.PID())
	program := root + "/worker"
	t.Log("the program is in", where(t, program))
	readOnly := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: it was possible", what)
		}
	}
	_, err := os.OpenFile(program, os.O_WRONLY, 0)
	readOnly("open it to write", err)
	readOnly("cut it", os.Truncate(program, 0))
	readOnly("remove it", os.Remove(program))
	readOnly("put another in its place", os.Rename(program, root+"/other"))
	readOnly("make it writable", os.Chmod(program, 0o777))
	readOnly("write beside it", os.WriteFile(root+"/other", nil, 0o644))
	readOnly("make a directory", os.Mkdir(root+"/dir", 0o755))
	files, err := os.ReadDir(root)
	if err != nil || len(files) != 1 || files[0].Name() != "worker" {
		t.Errorf("the root directory has %v, %v", files, err)
	}
	mounts, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", j.PID()))
	if err != nil || strings.Count(string(mounts), "\n") != 2 {
		t.Errorf("mounts: %v\n%s", err, mounts)
	}
	for line := range strings.Lines(string(mounts)) {
		if fields := strings.Fields(line); !strings.HasPrefix(fields[5], "ro,") {
			t.Errorf("it can be written to: %s", line)
		}
	}
}

// where says on which file system a file is.
func where(t *testing.T, path string) string {
	t.Helper()
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		t.Fatal(err)
	}
	if s.Type == tmpfs {
		return "memory"
	}
	return "a file"
}

// TestNoWorkerWritesFiles reads the limit of file sizes of Workers and of all that is in their cell.
func TestNoWorkerWritesFiles(t *testing.T) {
	c := startCell(t, testSpec(t))
	pids := []int{c.block.WardenPID()}
	for range 5 {
		j := spawnReady(t, c)
		defer j.Close()
		pids = append(pids, j.PID())
	}
	for _, pid := range pids {
		var limit unix.Rlimit
		if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &limit); err != nil {
			if os.Geteuid() != 0 {
				t.Skip("not even one's own Workers can be looked at: ", err)
			}
			t.Fatal(err)
		}
		if limit != (unix.Rlimit{}) {
			t.Errorf("process %d may write %+v bytes", pid, limit)
		}
	}
}

// TestAProgramThatIsNotCopied has a program that is too large to be copied into memory: it is run from where it is, and nothing
// else is different.
func TestAProgramThatIsNotCopied(t *testing.T) {
	spec := testSpec(t)
	if err := copyFile(filepath.Join(spec.RunDir, "large"), spec.WorkerBinary); err != nil {
		t.Fatal(err)
	}
	spec.WorkerBinary = filepath.Join(spec.RunDir, "large")
	if err := os.Truncate(spec.WorkerBinary, 1<<30+1); err != nil { // a hole takes no place
		t.Fatal(err)
	}
	c := startCell(t, spec)
	j := spawnReady(t, c)
	defer j.Close()
	if os.Geteuid() != 0 {
		return
	}
	program := fmt.Sprintf("/proc/%d/root/worker", j.PID())
	if _, err := os.OpenFile(program, os.O_WRONLY, 0); err == nil {
		t.Error("it can be written to")
	}
	if info, err := os.Stat(program); err != nil || info.Size() != 1<<30+1 {
		t.Errorf("got %v, %v", info, err)
	}
}

// TestTheProgramIsChargedToTheCell looks at the memory that Workers are charged for: the program's copy is not among it.
func TestTheProgramIsChargedToTheCell(t *testing.T) {
	c := startCell(t, testSpec(t))
	j := spawnReady(t, c)
	defer j.Close()
	if state := stateOf(c, "cgroup"); state != jailer.Enforced || forks && !unified() {
		t.Skipf("there is no cgroup for each Worker here: %s", state)
	}
	if where(t, fmt.Sprintf("/proc/%d/root/worker", j.PID())) != "memory" {
		t.Skip("the program is not in memory on this kernel")
	}
	program, err := os.Stat(filepath.Join(programs, "worker"))
	if err != nil {
		t.Fatal(err)
	}
	if own := charged(t, j.PID(), "shmem"); own >= program.Size() {
		t.Errorf("a Worker is charged for %d bytes of shared memory, of a program of %d", own, program.Size())
	}
	if all := charged(t, j.PID(), "anon"); all <= 0 {
		t.Errorf("a Worker is charged for %d bytes of its own", all)
	}
}

func stateOf(c *Cell, layer string) jailer.State {
	for _, l := range c.Layers() {
		if l.Name == layer {
			return l.State
		}
	}
	return ""
}

// charged is one line of what a process's cgroup says of its memory.
func charged(t *testing.T, pid int, what string) int64 {
	t.Helper()
	lines, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		t.Fatal(err)
	}
	file := ""
	for line := range strings.Lines(strings.TrimSpace(string(lines))) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		switch {
		case parts[1] == "memory":
			file = "/sys/fs/cgroup/memory" + parts[2] + "/memory.stat"
		case parts[1] == "" && unified():
			file = "/sys/fs/cgroup" + parts[2] + "/memory.stat"
		}
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"anon": "rss"} // as cgroup v1 calls them
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == what || !unified() && name == names[what] {
			n, _ := strconv.ParseInt(value, 10, 64)
			return n
		}
	}
	t.Fatalf("%s says nothing of %s", file, what)
	return 0
}
