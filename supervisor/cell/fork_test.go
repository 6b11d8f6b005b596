package cell

import (
	"strings"
	"testing"
)

// TestForked runs this package's tests again, with Workers that are copies of a warm process.
func TestForked(t *testing.T) {
	if forks {
		t.Skip("this is that run")
	}
	cmd := rerun("", "-test.v", "-test.timeout=30m")
	cmd.Env = append(cmd.Env, "CELL_TEST_START=fork")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestVictims") {
		t.Errorf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, " │ ") || strings.Contains(line, "--- ") {
			t.Log(strings.TrimSpace(line))
		}
	}
}
