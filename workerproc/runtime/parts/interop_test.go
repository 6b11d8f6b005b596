package parts_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestInterop has Node read what crypto.subtle here makes, and the other way
// round.
func TestInterop(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	source, err := os.ReadFile("testdata/interop.js")
	if err != nil {
		t.Fatal(err)
	}
	for name, newEngine := range engines {
		t.Run(name, func(t *testing.T) { interop(t, newEngine, string(source)) })
	}
}

func interop(t *testing.T, newEngine func() (engine.Engine, error), source string) {
	e, _ := start(t, newEngine)
	both, err := e.Script("interop.js", source)
	if err != nil {
		t.Fatal(show(e, err))
	}
	t.Run("made by node", func(t *testing.T) {
		made := node(t, source+`;makeAll().then((s) => process.stdout.write(s))`, "")
		verdict(t, settled(t, e, both, "checkAll", made))
	})
	t.Run("checked by node", func(t *testing.T) {
		made := settled(t, e, both, "makeAll").(string)
		said := node(t, source+`;checkAll(require("fs").readFileSync(0, "utf8")).then((s) => process.stdout.write(s.join("\n")))`, made)
		list := []any{}
		for line := range strings.SplitSeq(said, "\n") {
			list = append(list, line)
		}
		verdict(t, list)
	})
}

func node(t *testing.T, code, input string) string {
	t.Helper()
	var complaints strings.Builder
	cmd := exec.Command("node", "--no-warnings", "-e", code)
	cmd.Stdin, cmd.Stderr = strings.NewReader(input), &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err, complaints.String())
	}
	return string(out)
}

// settled calls an async method and returns what its promise gives; all its
// work is promise jobs, so it has settled when the call returns.
func settled(t *testing.T, e engine.Engine, object any, method string, args ...any) (value any) {
	t.Helper()
	err := errors.New("has not settled")
	e.Then(call(t, e, object, method, args...), func(v any, failure error) { value, err = v, failure })
	if idle, failure := e.Script("idle", "() => {}"); failure == nil {
		_, _ = e.Call(idle) // behind which promise jobs run
	}
	if err != nil {
		t.Fatal(method, ": ", show(e, err))
	}
	return value
}

func verdict(t *testing.T, result any) {
	t.Helper()
	list := result.([]any)
	t.Logf("%v checks", list[0])
	for _, failure := range list[1:] {
		t.Error(failure)
	}
}
