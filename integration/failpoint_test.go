package integration

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"
)

// failpoints are the places in the supervisor's source where it can be made to kill itself.
func failpoints(t *testing.T) []string {
	t.Helper()
	sources, _ := filepath.Glob("../supervisor/*.go")
	found := []string{}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`failpoint\("([^"]+)"\)`).FindAllStringSubmatch(string(text), -1) {
			found = append(found, m[1])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// fragile builds a stockade with failpoints.
func fragile(t *testing.T) string {
	t.Helper()
	dir := testDir(t)
	cmd := exec.Command("make", "-s", "build", "BIN="+dir, "TAGS=,failpoint")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot build: %v\n%s", err, out)
	}
	return filepath.Join(dir, "stockade")
}

const loaderOfOne = `export default { async fetch(request, env) {
  return env.LOADER.load({ compatibilityDate: "2026-01-01", mainModule: "a.js", modules: { "a.js": "export default { fetch() { return new Response('done') } }" } }).getEntrypoint().fetch(request);
} };`

// acts are what is done until the daemon is dead. Those whose answer came must have been done for good.
var acts = []struct{ name, method, path, body string }{
	{"run", "POST", "/v1/run", code(slowWorker)},
	{"put", "PUT", "/v1/workers/second", code(slowWorker)},
	{"fetch", "GET", "/v1/workers/second/fetch/?ms=0", ""},
	{"delete", "DELETE", "/v1/workers/second", ""},
	{"deploy", "PUT", "/v1/apps/app", `{"code": {"mainModule": "a.js", "modules": {"a.js": ` + quoted(loaderOfOne) + `}}, "bindings": {"LOADER": {"type": "worker_loader"}}}`},
	{"call", "GET", "/v1/apps/app/fetch/", ""},
	{"delete app", "DELETE", "/v1/apps/app", ""},
	{"run again", "POST", "/v1/run", code(slowWorker)},
}

// TestKill9AtEveryFailpoint ends the daemon at each of its failpoints, as kill -9 does. Nothing of it may be left, its
// store must be sound, and what it had answered must have happened.
func TestKill9AtEveryFailpoint(t *testing.T) {
	points := failpoints(t)
	if len(points) < 20 {
		t.Fatalf("only %d failpoints: %q", len(points), points)
	}
	program := fragile(t)
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			dieAt(t, program, point)
		})
	}
}

func dieAt(t *testing.T, fragile, point string) {
	dir := testDir(t)
	d := serve(t, dir, smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/kept", code(slowWorker))
	d.stop(t)

	d = launch(t, fragile, dir, "STOCKADE_FAILPOINT="+point)
	d.readyOrDead(t)
	done := map[string]bool{}
	var processes []process
	for _, a := range acts {
		processes = append(processes, processesBelow(d.cmd.Process.Pid)...)
		status, _, err := d.request(a.method, a.path, nil, a.body)
		if err != nil {
			break
		}
		done[a.name] = status < 300
	}
	if d.cmd.Process.Signal(syscall.SIGTERM) == nil { // some points are on the way to an orderly end
		processes = append(processes, processesBelow(d.cmd.Process.Pid)...)
	}
	select {
	case err := <-d.ended:
		d.ended <- nil
		if err == nil || err.Error() != "signal: killed" {
			t.Fatalf("it has not been reached: %v", err)
		}
	case <-time.After(3 * time.Minute):
		t.Fatal("the daemon lives")
	}
	eventually(t, 10*time.Second, func() string { return text(alive(processes)) })
	checkStore(t, dir)
	d = start(t, dir)
	if got := d.must(t, http.StatusOK, "GET", "/v1/workers/kept/fetch/?ms=0", ""); got != "done" {
		t.Errorf("the Worker that was there before says %q", got)
	}
	if status, _, _ := d.request("GET", "/v1/workers/second", nil, ""); done["delete"] && status != http.StatusNotFound {
		t.Errorf("the Worker that was deleted is there: %d", status)
	}
	if status, _, _ := d.request("GET", "/v1/apps/app", nil, ""); done["delete app"] == (status == http.StatusOK) && done["deploy"] {
		t.Errorf("the app: deleted %v, and the answer is %d", done["delete app"], status)
	}
	d.stop(t)
	eventually(t, 5*time.Second, func() string { return text(leftovers(dir)) })
	checkStore(t, dir)
}

func checkStore(t *testing.T, dir string) {
	t.Helper()
	out, err := exec.Command(program("stockade"), "store", "check", "--state-dir", filepath.Join(dir, "state")).CombinedOutput()
	if err != nil {
		t.Errorf("store check: %v\n%s", err, out)
	}
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }
