package cell

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer"
)

// TestVictims tries every forbidden act in a real jail: before the process has narrowed itself, where only the cell
// holds it, and after. Each must be refused, or end the process.
func TestVictims(t *testing.T) {
	spec := testSpec(t)
	spec.WorkerBinary = filepath.Join(programs, "victim")
	spec.WorkerMemory = 128 << 20
	c := startCell(t, spec)
	for _, a := range listActs(t) {
		before := "possible: " + a.later
		switch {
		case forks && slices.Contains(onlyBefore, a.name), unified() && a.name == "process by clone3":
			before = "possible: copying a process takes it"
		case a.later == "":
			before = attempt(t, c, "before", a.name)
		}
		after := attempt(t, c, "after", a.name)
		t.Logf("%-36s │ %-44s │ %s", a.name, before, after)
	}
}

// unified reports whether this host has cgroup v2: there the warden makes processes by clone3, which puts them into their
// cgroups, and the filter around the cell is for the warden, too.
func unified() bool {
	var fs unix.Statfs_t
	return unix.Statfs("/sys/fs/cgroup", &fs) == nil && fs.Type == unix.CGROUP2_SUPER_MAGIC
}

// onlyBefore are the acts that making a copy of a process takes, which a process may therefore do as long as it is one of
// ours that has seen no tenant.
var onlyBefore = []string{"socket pair", "process by clone3", "allow more memory"}

// onlySeccomp are the acts that nothing but the filters stops. None of them reaches a file, a process or a network of the
// host, but for vsock, which network namespaces don't separate.
var onlySeccomp = []string{"io_uring", "openat2", "make a memory file", "watch files", "chdir", "be traced",
	"read another process's memory", "open a pidfd", "compare processes", "internet socket", "internet socket, version 6",
	"Unix socket", "netlink socket", "vsock socket", "socket pair", "process by clone3", "add a key", "use a key ring",
	"request a key", "userfaultfd", "shared memory", "message queue", "executable memory", "make memory executable", "memory to write and execute"}

// TestVictimsWithoutSeccomp tries the acts where the policy has switched the filters off: the other layers must hold by
// themselves.
func TestVictimsWithoutSeccomp(t *testing.T) {
	spec := testSpec(t)
	spec.WorkerBinary = filepath.Join(programs, "victim")
	spec.WorkerMemory = 128 << 20
	spec.Confinement.Seccomp = jailer.Off
	c := startCell(t, spec)
	if len(c.Warnings()) == 0 {
		t.Error("nobody is warned")
	}
	for _, a := range listActs(t) {
		if a.later == "" && !slices.Contains(onlySeccomp, a.name) {
			t.Logf("%-36s │ %s", a.name, attempt(t, c, "after", a.name))
		}
	}
}

// TestVictimsWithMachineCode tries the acts where the policy lets WebAssembly run as machine code: memory that can't be
// written to may be made executable, and nothing else is possible that wasn't.
func TestVictimsWithMachineCode(t *testing.T) {
	spec := testSpec(t)
	spec.WorkerBinary = filepath.Join(programs, "victim")
	spec.WorkerMemory = 128 << 20
	spec.Executable = true
	c := startCell(t, spec)
	if !slices.ContainsFunc(c.Warnings(), func(w string) bool { return strings.Contains(w, "wasm: compiler") }) {
		t.Errorf("nobody is warned: %q", c.Warnings())
	}
	for _, a := range listActs(t) {
		if a.later != "" {
			continue
		}
		if a.name == makesExecutable {
			if got, err := ask(t, c, "after", a.name, func(*jailer.Jail) {}); got != "succeeded" {
				t.Errorf("%s: %q, %v", a.name, got, err)
			}
			continue
		}
		t.Logf("%-36s │ %s", a.name, attempt(t, c, "after", a.name))
	}
}

const makesExecutable = "make memory executable"

type forbidden struct{ name, later string }

func listActs(t *testing.T) []forbidden {
	out, err := exec.Command(filepath.Join(programs, "victim"), "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	var acts []forbidden
	for line := range strings.Lines(string(out)) {
		name, later, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		acts = append(acts, forbidden{name, later})
	}
	if len(acts) < 90 {
		t.Fatalf("only %d acts", len(acts))
	}
	return acts
}

// attempt lets a fresh process try one act, and says what it came to.
func attempt(t *testing.T, c *Cell, when, act string) string {
	var end string
	answer, err := ask(t, c, when, act, func(j *jailer.Jail) { end = ended(t, j, when, act) })
	switch {
	case strings.HasPrefix(answer, "refused: "):
		return answer
	case err == io.EOF:
		return end
	}
	t.Errorf("%s narrowing: %s: %q, %v", when, act, answer, err)
	return answer
}

// ask lets a fresh process try one act and returns what it says. over is called when it has said nothing and hung up.
func ask(t *testing.T, c *Cell, when, act string, over func(*jailer.Jail)) (string, error) {
	j, err := c.Spawn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	fmt.Fprintln(j.Conn(), when, act)
	j.Conn().SetReadDeadline(time.Now().Add(2 * time.Minute))
	answer, err := bufio.NewReader(j.Conn()).ReadString('\n')
	if err == io.EOF && answer == "" {
		over(j)
	}
	return strings.TrimSpace(answer), err
}

func ended(t *testing.T, j *jailer.Jail, when, act string) string {
	select {
	case <-j.Done():
	case <-time.After(2 * time.Minute):
		t.Errorf("%s narrowing: %s: closed its conversation, and lives", when, act)
		return ""
	}
	exit := j.Exit()
	if exit.Signal == "" && exit.Code == 0 {
		t.Errorf("%s narrowing: %s: it ended as if all were well", when, act)
	}
	if exit.Signal == "SIGSYS" && exit.Syscall == "" && act != "catch SIGSYS" {
		t.Errorf("%s narrowing: %s: nobody knows which system call it was", when, act)
	}
	return exit.String()
}
