package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// daemon is a `stockade serve` and a client of its socket.
type daemon struct {
	dir    string // everything of it is in here
	socket string
	cmd    *exec.Cmd
	log    *syncBuffer
	ended  chan error
	client *http.Client
	ending bool // it has been sent SIGTERM
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer // guarded by mu
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// policyHead goes before the part of a policy that a test cares about.
const policyHead = `version: 1
socket: {path: %[1]s/s.sock, mode: "0666"}
state_dir: %[1]s/state
run_dir: %[1]s/run
`

const smallPool = `profiles:
  default:
    pool: {size: 2, max_workers: 8}
`

// testDir is a directory that every user can pass through, with a short name:
// a socket's path has 107 bytes.
func testDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "stk-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// serve starts a daemon with that policy and waits until it answers.
func serve(t testing.TB, dir, policy string) *daemon {
	t.Helper()
	write(t, filepath.Join(dir, "stockade.yaml"), fmt.Sprintf(policyHead, dir)+policy)
	return start(t, dir)
}

// start starts a daemon with the policy and the state that are in dir.
func start(t testing.TB, dir string) *daemon {
	t.Helper()
	d := launch(t, program("stockade"), dir)
	d.awaitReady(t)
	return d
}

// launch starts a daemon of that program, which is ready some time later.
func launch(t testing.TB, program, dir string, env ...string) *daemon {
	t.Helper()
	cmd := exec.Command(program, "serve", "--config", filepath.Join(dir, "stockade.yaml"))
	cmd.Env = append(os.Environ(), env...)
	return launchCommand(t, cmd, dir)
}

// launchCommand starts a daemon by a command that serves the policy in dir.
func launchCommand(t testing.TB, cmd *exec.Cmd, dir string) *daemon {
	t.Helper()
	d := &daemon{dir: dir, socket: filepath.Join(dir, "s.sock"), log: new(syncBuffer), ended: make(chan error, 1)}
	d.client = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", d.socket)
	}}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	d.cmd = cmd
	d.cmd.Stdout, d.cmd.Stderr = d.log, d.log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { d.ended <- d.cmd.Wait() }()
	t.Cleanup(func() { d.stop(t) })
	return d
}

// readyOrDead waits until the daemon answers, or has ended.
func (d *daemon) readyOrDead(t testing.TB) {
	t.Helper()
	for range 4800 {
		select {
		case err := <-d.ended:
			d.ended <- err
			return
		default:
		}
		if status, _, err := d.request("GET", "/readyz", nil, ""); err == nil && status == http.StatusOK {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("the daemon is neither ready nor dead after 2 minutes\n%s", d.log)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (d *daemon) awaitReady(t testing.TB) {
	t.Helper()
	for range 4800 {
		select {
		case err := <-d.ended:
			d.ended <- err
			t.Fatalf("the daemon has ended: %v\n%s", err, d.log)
		default:
		}
		if status, _, err := d.request("GET", "/readyz", nil, ""); err == nil && status == http.StatusOK {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("the daemon is not ready after 2 minutes\n%s", d.log)
}

// stop ends the daemon as systemd does, and fails the test if it doesn't go
// in peace.
func (d *daemon) stop(t testing.TB) {
	t.Helper()
	d.client.CloseIdleConnections()
	if !d.ending { // a second signal would force it
		d.cmd.Process.Signal(syscall.SIGTERM)
	}
	select {
	case err := <-d.ended:
		d.ended <- err
		if err != nil && !strings.Contains(err.Error(), "killed") {
			t.Errorf("the daemon ended with %v\n%s", err, d.log)
		}
	case <-time.After(2 * time.Minute):
		d.cmd.Process.Kill()
		t.Errorf("the daemon did not end within 2 minutes of SIGTERM\n%s", d.log)
	}
	if t.Failed() {
		t.Logf("log of the daemon:\n%s", d.log)
	}
}

// request sends one request and returns the whole answer.
func (d *daemon) request(method, path string, header http.Header, body string) (int, string, error) {
	req, err := http.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if header != nil {
		req.Header = header
	}
	res, err := d.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// must is request, for an answer that has to have the status.
func (d *daemon) must(t testing.TB, want int, method, path, body string) string {
	t.Helper()
	status, text, err := d.request(method, path, nil, body)
	if err != nil || status != want {
		t.Fatalf("%s %s: %d %v, want %d\n%.2000s", method, path, status, err, want, text)
	}
	return text
}

// code is the WorkerCode of one module, in JSON.
func code(source string) string {
	b, err := json.Marshal(map[string]any{"code": map[string]any{"mainModule": "index.js",
		"compatibilityDate": "2026-01-01", "globalOutbound": nil, "modules": map[string]string{"index.js": source}}})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// field returns what a path of dots leads to in a JSON text.
func field(t testing.TB, text, path string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("not JSON: %v\n%.2000s", err, text)
	}
	v, ok := lookUp(v, path)
	if !ok {
		t.Fatalf("no %s in %.2000s", path, text)
	}
	return v
}

func lookUp(v any, path string) (any, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = at[name]; !ok {
				return nil, false
			}
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(at) {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}
