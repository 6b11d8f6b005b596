package cell

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"stockade.dev/stockade/jailer"
)

// programs is where TestMain has built the static programs of testdata, and a copy of this test as stockade.
var programs = os.Getenv("CELL_TEST_PROGRAMS")

// roles are what this test program can be instead, by the value of CELL_TEST_ROLE.
var roles = map[string]func() int{"supervisor": supervisorMain}

func TestMain(m *testing.M) {
	jailer.Init()
	if role := roles[os.Getenv("CELL_TEST_ROLE")]; role != nil {
		os.Exit(role())
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if programs == "" {
		if err := build(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(programs)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func build() error {
	dir, err := os.MkdirTemp("", "cell-test-")
	if err != nil {
		return err
	}
	programs = dir
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	for name, source := range map[string]string{"warden": "./testdata/warden", "worker": "./testdata/worker", "victim": "../../jailer/testdata/victim", "sockets": "../../jailer/testdata/sockets"} {
		cmd := exec.Command("go", "build", "-o", filepath.Join(dir, name), source)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("cannot build %s: %w\n%s", name, err, out)
		}
	}
	return copyFile(filepath.Join(dir, "stockade"), "/proc/self/exe")
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	return err
}

// rerun returns this test program again, as somebody else.
func rerun(role string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(programs, "stockade"), args...)
	cmd.Env = append(os.Environ(), "CELL_TEST_PROGRAMS="+programs, "CELL_TEST_ROLE="+role)
	return cmd
}
