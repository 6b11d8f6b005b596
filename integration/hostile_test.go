package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// hostileCase is what a process that has been taken over does (testdata/hostile), and what its caller gets.
type hostileCase struct {
	act    string
	how    string // run: POST /v1/run. call: the same, of a method. stored: a Worker of the store, over HTTP
	status int    // 0: any
	want   string // a regular expression: the answer
	broke  string // what the log says that the protocol was broken with; "": it was not
}

const brokeIt = `"kind":"worker_killed".*it broke the protocol`

var hostileCases = []hostileCase{
	// Time: first, since they wait.
	{"never-answers", "run", 200, `"outcome":"exceededWallTime".*"wallMs"`, ""},
	{"never-answers", "stored", 503, `"wallMs"`, ""},
	{"byte-per-second", "stored", 503, `"wallMs"`, ""},
	{"never-reads", "run", 0, `"kind":"worker_killed"|"wallMs"`, ""},
	{"stops-reading", "call", 200, `"outcome":"exceededWallTime"`, ""},

	// Frames.
	{"length-4gib", "run", 502, brokeIt, "CallResult of 4294967295 bytes exceeds its limit"},
	{"length-only", "run", 200, `"outcome":"exceededWallTime".*"wallMs"`, ""},
	{"truncated", "run", 502, `"kind":"worker_killed".*has ended`, ""},
	{"trailing", "run", 502, brokeIt, "Drop: 2 bytes too many"},
	{"unknown-type", "run", 502, brokeIt, "unexpected message type 200"},
	{"type-zero", "run", 502, brokeIt, "unexpected message type 0"},
	{"load-back", "run", 502, brokeIt, "unexpected message type 1"},
	{"ready-twice", "run", 502, brokeIt, "second Ready"},
	{"loaded-twice", "run", 502, brokeIt, "loaded twice"},
	{"result-64mib", "call", 502, brokeIt, "CallResult of 67108864 bytes exceeds its limit"},
	{"exits", "run", 502, `"kind":"worker_killed".*has ended`, ""},
	{"exits", "stored", 502, `"kind":"worker_killed".*has ended`, ""},

	// Start-up.
	{"never-reads-load", "run", 422, `"startupWallMs"`, ""},
	{"never-reads-load", "stored", 422, `"startupWallMs"`, ""},
	{"never-loads", "run", 422, `"startupWallMs"`, ""},
	{"never-loads", "stored", 422, `"startupWallMs"`, ""},
	{"loaded-absurd", "run", 200, `"startupCpuMs":\d{1,3}(\.\d+)?,`, ""},
	{"loaded-compiled", "stored", 200, `^fine$`, ""},
	{"loaded-large", "run", 502, brokeIt, "Loaded of 34603008 bytes exceeds its limit"},
	{"loaded-long", "run", 502, brokeIt, "more list elements"},
	{"load-fails", "run", 500, `"kind":"exception","message":"forged \x{FFFD}"`, ""},

	// Answers.
	{"answer-for-nobody", "run", 502, brokeIt, "ResponseHead for an invocation that never was"},
	{"answer-for-zero", "run", 502, brokeIt, "ResponseHead for an invocation that never was"},
	{"two-answers", "run", 502, brokeIt, "second answer to one invocation"},
	{"done-twice", "run", 200, `"body":"fine"`, ""},
	{"done-only", "run", 502, `"kind":"worker_killed".*without an answer`, ""},
	{"done-absurd", "run", 200, `"outcome":"ok".*"cpuMs":\d{1,3}(\.\d+)?,"subRequests":1000}`, ""},
	{"done-absurd", "stored", 200, `^fine$`, ""},
	{"done-negative", "run", 502, brokeIt, "Done: number out of range"},
	{"wrong-kind", "stored", 502, `"kind":"worker_killed".*wrong kind`, ""},
	{"no-json", "call", 200, `"result":null`, ""},
	{"no-utf8", "call", 200, `"result":null`, ""},
	{"json-deep", "call", 200, `"result":null`, ""},
	{"json-deepest", "call", 200, `"result":null`, ""},
	{"status-999", "run", 200, `"outcome":"exception".*"The Worker answered with the status 999\."`, ""},
	{"status-999", "stored", 500, `"kind":"exception".*"The Worker answered with the status 999\."`, ""},
	{"status-huge", "stored", 500, `with the status 9223372036854775807\.`, ""},
	{"headers", "run", 200, `"statusText":"OK\\r\\nX-Split: 1 \x{FFFD}".*"body":"fine"`, ""},
	{"headers", "stored", 200, `^fine$`, ""},
	{"headers-many", "run", 200, `"headers":{},"body":"fine"`, ""},
	{"headers-many", "stored", 200, `^fine$`, ""},
	{"headers-100000", "stored", 502, brokeIt, "ResponseHead of 200008 bytes exceeds its limit"},
	{"fails-internal", "stored", 500, `"kind":"exception","message":"forged \x{FFFD}"`, ""},
	{"fails-denied", "stored", 500, `"kind":"exception"`, ""},
	{"fails-killed", "stored", 500, `"kind":"exception"`, ""},
	{"fails-settled", "stored", 500, `"kind":"exception"`, ""},
	{"fails-no-kind", "stored", 502, brokeIt, `unknown error kind`},

	// Bodies.
	{"body-beyond-credit", "run", 502, brokeIt, "response body beyond its credit"},
	{"body-endless", "run", 200, `"responseBody"`, ""},
	{"body-empty", "run", 200, `"body":"fine"`, ""},
	{"credit-forged", "run", 502, brokeIt, "more credit than was ever used"},

	// Logs.
	{"logs", "run", 200, `"logs":\[{"level":"log","message":null,.*"exceptions":\[{"name":"\x{FFFD}"`, ""},
	{"logs-endless", "run", 200, `"body":"fine"`, ""},
	{"exceptions-endless", "run", 200, `"body":"fine".*"exceptions":\[({"name":"n*"[^}]*},?){0,1}\]`, ""},

	// Capabilities.
	{"grants-forged", "run", 200, `"body":"map\[denied: This Worker holds no such binding\.:300\]"`, ""},
	{"grant-stale", "run", 200, `"body":"granted; exception: Cannot perform I/O on behalf of a different request\.`, ""},
	{"grant-max", "run", 200, `"body":"limit_exceeded: This Worker holds as many stubs as it may\."`, ""},
	{"outbound", "run", 200, `"body":"denied: This worker is not permitted to access the internet`, ""},
	{"entrypoint-forged", "run", 200, `"body":"denied: This Worker holds no such binding\.; denied: `, ""},
	{"capability-kind", "run", 502, brokeIt, "capability of kind 9"},
	{"argument-forged", "run", 200, `"body":"denied: This Worker holds no such binding`, ""},
	{"result-forged", "call", 502, brokeIt, "a result with what the isolate does not hold"},
	{"request-forged", "run", 502, brokeIt, "a request that is not one of fetch()"},
	{"request-garbage", "run", 200, `"body":"denied: This Worker holds no such binding`, ""},
	{"result-many", "call", 502, brokeIt, "CallResult: more list elements"},
	{"path-many", "run", 502, brokeIt, "HostCall: more list elements"},
	{"stub-result-forged", "run", 502, brokeIt, "an answer to stub call 3, which never was"},
	{"drop-forged", "run", 200, `"body":"fine"`, ""},
	{"invocation-forged", "run", 200, `"body":"The request to which this call belongs has ended\."`, ""},
	{"number-twice", "run", 502, brokeIt, "two calls with the number 5"},
	{"calls-on-itself", "run", 0, `"wallMs"|"kind":"worker_killed".*canceled and went on`, ""},
	{"load-malformed", "run", 200, `"body":"((bad_request|code_error): [^\\]*\\n){7}"`, ""},

	// The cache.
	{"cache-forged", "run", 200, `"body":"map\[[^\]]*There is no such entry\.:\d+\]"`, ""},
	{"cache-key", "run", 502, brokeIt, "protocol violation"},
}

// hostilePolicy has a profile for those who wait, which is over after wall_ms, and what doesn't load after startup_wall_ms; both,
// and a second of grace, for a run. Others have the time that a busy machine takes.
const hostilePolicy = `roles:
  - {name: all, match: {uids: [0-65535]}, allow: [run, load, deploy, invoke, read, logs, delete, metrics, egress, admin], profiles: [default, hasty], workers: all}
profiles:
  default:
    engine: %[1]s
    start: %[2]s
    pool: {size: 2, max_workers: 64, queue: {length: 200, timeout: 2m}}
    limits: {default: {wall_ms: 120000, startup_wall_ms: 60000, response_body: 1MiB, memory: 256MiB}, max: {startup_wall_ms: 60000}}
  hasty:
    engine: %[1]s
    start: %[2]s
    pool: {size: 1, max_workers: 64, queue: {length: 200, timeout: 2m}}
    limits: {default: {wall_ms: 4000, startup_wall_ms: 2500, response_body: 1MiB, memory: 256MiB}}
`

// waits reports whether the case ends with a limit of time.
func (c hostileCase) waits() bool {
	return strings.Contains(c.want, "allMs") || strings.Contains(c.want, "WallTime")
}

// hostileBin is a directory with stockade, and with testdata/hostile in the place of stockade-worker.
var hostileBin = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(program("stockade")), "hostile")
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		return "", err
	}
	if _, err := exec.LookPath("go"); err != nil {
		return dir, nil // it was built before (vm/run)
	}
	os.Remove(filepath.Join(dir, "stockade"))
	if err := os.Link(program("stockade"), filepath.Join(dir, "stockade")); err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "stockade-worker"), "./testdata/hostile")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return dir, nil
})

// TestHostileProcesses has processes that speak the protocol themselves do all that it forbids, through the real jail: whoever
// called gets an error that says so, and nobody else notices.
func TestHostileProcesses(t *testing.T) {
	for engine, start := range map[string]string{"goja": "fork", "quickjs": "exec"} {
		t.Run(engine, func(t *testing.T) { hostileProcesses(t, engine, start) })
	}
}

func hostileProcesses(t *testing.T, engine, start string) {
	bin, err := hostileBin()
	if err != nil {
		t.Fatal(err)
	}
	dir := testDir(t)
	write(t, filepath.Join(dir, "stockade.yaml"), fmt.Sprintf(policyHead, dir)+fmt.Sprintf(hostilePolicy, engine, start))
	d := launch(t, filepath.Join(bin, "stockade"), dir)
	d.awaitReady(t)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/honest", code(`let n = 0; export default { fetch() { return new Response("honest " + ++n); } };`))
	d.putLoader(t, "holder", `export default { fetch() { return new Response("holds a grant"); } };`)
	answers := 0
	honest := func(after string) {
		answers++
		if got := d.must(t, http.StatusOK, "GET", "/v1/workers/honest/fetch/", ""); got != fmt.Sprint("honest ", answers) {
			t.Errorf("after %s the honest Worker says %q, want %d", after, got, answers)
		}
	}
	honest("nothing")
	d.must(t, http.StatusOK, "GET", "/v1/apps/holder/fetch/", "")
	var all sync.WaitGroup
	turn := make(chan struct{}, 8)
	for n, c := range hostileCases {
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			began := time.Now()
			d.tryHostile(t, n, c)
			if took := time.Since(began); took > 8*time.Second {
				t.Logf("%s, %s took %v", c.act, c.how, took)
			}
		})
		if n%8 == 0 {
			honest(c.act)
		}
	}
	all.Wait()
	honest("all")
	d.brokenProtocols(t)
	d.soundFigures(t)
	processes := processesBelow(d.cmd.Process.Pid)
	d.stop(t)
	eventually(t, 5*time.Second, func() string { return text(alive(processes)) })
	eventually(t, 2*time.Second, func() string { return text(leftovers(dir)) })
	if out, err := exec.Command(program("stockade"), "store", "check", "--state-dir", filepath.Join(dir, "state")).CombinedOutput(); err != nil {
		t.Errorf("store check: %v\n%s", err, out)
	}
}

// hostileCode has the act as its main module.
func hostileCode(act string, more map[string]any) string {
	main := "hostile/" + act + ".js"
	c := map[string]any{"mainModule": main, "compatibilityDate": "2026-01-01", "globalOutbound": nil, "modules": map[string]string{main: "// " + act}}
	switch act {
	case "never-reads-load":
		c["modules"] = map[string]string{main: strings.Repeat("//", 2<<20)}
	case "load-malformed", "grant-stale":
		c["bindings"] = map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}
	}
	body := map[string]any{"code": c}
	for name, value := range more {
		body[name] = value
	}
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (d *daemon) tryHostile(t *testing.T, n int, c hostileCase) {
	var (
		status int
		got    string
		err    error
	)
	more := map[string]any{}
	if c.waits() {
		more["profile"] = "hasty"
	}
	switch c.how {
	case "run":
		status, got, err = d.request("POST", "/v1/run", nil, hostileCode(c.act, more))
	case "call":
		call := map[string]any{"method": "m", "args": []string{}}
		if c.act == "stops-reading" { // more than a socket holds
			call["args"] = []string{strings.Repeat("x", 8<<20)}
		}
		more["call"] = call
		status, got, err = d.request("POST", "/v1/run", nil, hostileCode(c.act, more))
	case "stored":
		path := fmt.Sprint("/v1/workers/hostile", n)
		if status, got, err = d.request("PUT", path, nil, hostileCode(c.act, more)); err == nil && status == http.StatusCreated {
			status, got, err = d.fetchHostile(t, path+"/fetch/")
		}
	}
	if err != nil || c.status != 0 && status != c.status || !regexp.MustCompile(`(?s)`+c.want).MatchString(got) {
		t.Errorf("%s, %s: %d %v, want %d and %s\n%.600s", c.act, c.how, status, err, c.status, c.want, got)
	}
}

// fetchHostile looks at the headers, too.
func (d *daemon) fetchHostile(t *testing.T, path string) (int, string, error) {
	res, err := d.client.Get("http://localhost" + path)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	for _, name := range []string{"X-Split", "X-A", "X-Nul", "X-B", "Stockade-Forged", "X-Trailer"} {
		if res.Header.Get(name) != "" || res.Trailer.Get(name) != "" {
			t.Errorf("%s: the answer has the header %s", path, name)
		}
	}
	return res.StatusCode, string(b), err
}

// brokenProtocols looks for each break in the log.
func (d *daemon) brokenProtocols(t *testing.T) {
	for _, c := range hostileCases {
		if c.broke == "" {
			continue
		}
		line := regexp.MustCompile(`a worker process broke the protocol and was killed.*` + regexp.QuoteMeta(c.broke))
		eventually(t, 10*time.Second, func() string { // it comes some time after the caller's answer
			if line.MatchString(d.log.String()) {
				return ""
			}
			return fmt.Sprintf("%s: the log has no %q", c.act, c.broke)
		})
	}
	log := d.log.String()
	if strings.Contains(log, "panic") || strings.Contains(log, "level=ERROR") {
		t.Error("the daemon's log has errors")
	}
}

// soundFigures checks that no lie has reached what is counted, and that the supervisor has not grown.
func (d *daemon) soundFigures(t *testing.T) {
	metrics := d.must(t, http.StatusOK, "GET", "/metrics", "")
	figure := func(name string) (v float64) {
		m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindStringSubmatch(metrics)
		if m == nil {
			t.Errorf("no %s in the metrics", name)
			return 0
		}
		fmt.Sscan(m[1], &v)
		return v
	}
	for _, phase := range []string{"startup", "run"} {
		if cpu := figure(`stockade_worker_cpu_seconds_total{phase="` + phase + `",profile="default"}`); cpu > 60 {
			t.Errorf("%g s of CPU are counted for %s", cpu, phase)
		}
	}
	if strings.Contains(metrics, "root") {
		t.Error("a forged outcome is in the metrics")
	}
	var usage struct {
		Usage []struct {
			CPUMs, StartupCPUMs float64
		} `json:"usage"`
	}
	text := d.must(t, http.StatusOK, "GET", "/v1/usage", "")
	if err := json.Unmarshal([]byte(text), &usage); err != nil {
		t.Fatal(err)
	}
	for _, u := range usage.Usage {
		if u.CPUMs < 0 || u.CPUMs > 60_000 || u.StartupCPUMs < 0 || u.StartupCPUMs > 60_000 {
			t.Errorf("usage: %+v", u)
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	var peak int
	fmt.Sscanf(regexp.MustCompile(`VmHWM:\s+\d+`).FindString(string(status)), "VmHWM: %d", &peak)
	t.Logf("the supervisor had %d MiB at most", peak>>10)
	if peak>>10 > 1024 {
		t.Errorf("the supervisor had %d MiB", peak>>10)
	}
	eventually(t, 10*time.Second, func() string {
		metrics = d.must(t, http.StatusOK, "GET", "/metrics", "")
		if n := figure("go_goroutines"); n > 150 {
			return fmt.Sprintf("%g goroutines", n)
		}
		return ""
	})
}
