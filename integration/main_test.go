package integration

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var binFlag = flag.String("bin", "", "directory with stockade and stockade-worker; built when empty")

// bin is the directory of the programs under test. They are built when the first test wants them.
var bin = sync.OnceValue(func() string {
	if *binFlag != "" {
		return *binFlag
	}
	dir, err := os.MkdirTemp("", "stockade-bin-")
	if err == nil {
		built = dir
		err = build(dir)
	}
	if err != nil {
		panic(err)
	}
	return dir
})

// built is what bin has made.
var built string

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// build makes both programs as `make build` does.
func build(dir string) error {
	if err := os.Chmod(dir, 0o755); err != nil { // an unprivileged user runs them, too
		return err
	}
	make := exec.Command("make", "-s", "build", "BIN="+dir)
	make.Dir = ".."
	if out, err := make.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the programs: %w\n%s", err, out)
	}
	_, err := os.Stat(filepath.Join(dir, "stockade-worker"))
	return err
}

func program(name string) string {
	path, err := filepath.Abs(filepath.Join(bin(), name))
	if err != nil {
		panic(err)
	}
	return path
}
