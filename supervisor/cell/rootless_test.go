package cell

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"stockade.dev/stockade/jailer"
)

// nobodyElse is a user id that no account and no /etc/subuid knows.
const nobodyElse = 54321

// TestWithoutRoot runs this package's tests again as an unprivileged user.
func TestWithoutRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this is that run")
	}
	dir := testSpec(t).RunDir
	if err := os.Chown(dir, nobodyElse, nobodyElse); err != nil {
		t.Fatal(err)
	}
	cmd := rerun("", "-test.v", "-test.timeout=15m", "-test.run=TestRootless|TestAJail|TestVictims|TestTheCellIsFull|TestCloseEnds|TestSpawnFromMany|TestEverything")
	cmd.Env = append(cmd.Env, "TMPDIR="+dir)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodyElse, Gid: nobodyElse}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestRootlessLayers") {
		t.Errorf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "rootless:") || strings.Contains(line, "--- ") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

func TestRootlessLayers(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("TestWithoutRoot runs it")
	}
	c := startCell(t, testSpec(t))
	want := map[string]jailer.State{"user_namespace": jailer.Enforced, "mount_namespace": jailer.Enforced,
		"pid_namespace": jailer.Enforced, "network_namespace": jailer.Enforced, "seccomp": jailer.Enforced,
		"user_per_worker": jailer.Degraded, "memory": jailer.Degraded, "cgroup": jailer.Unavailable}
	for _, l := range c.Layers() {
		t.Log("rootless:", l)
		if state, ok := want[l.Name]; ok && l.State != state {
			t.Errorf("%s is %s, want %s", l.Name, l.State, state)
		}
	}
	if len(c.Warnings()) == 0 {
		t.Error("nobody is warned")
	}
}

func TestRootlessRequirementIsRefused(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("TestWithoutRoot runs it")
	}
	spec := testSpec(t)
	spec.Confinement.Cgroup = jailer.Require
	if _, err := Start(t.Context(), spec); err == nil || !strings.Contains(err.Error(), "cannot enforce cgroup, which the policy requires") {
		t.Errorf("got %v", err)
	}
	spec = testSpec(t)
	spec.RunDir = filepath.Join("/", "run", "stockade-not-mine")
	if _, err := Start(t.Context(), spec); err == nil || !strings.Contains(err.Error(), "cannot make the run directory") {
		t.Errorf("got %v", err)
	}
}
