package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// daemon is a stockade of our own, on a private socket.
type daemon struct {
	server
	target // the socket
	cmd    *exec.Cmd
}

// benchPolicy is the policy under measurement: everything confined as by
// default, room for 200 Workers, and time for slow kernels.
const benchPolicy = `version: 1
socket: {path: %[1]s/stockade.sock, mode: "0600"}
state_dir: %[1]s/state
run_dir: %[1]s/run
profiles:
  default:
    engine: %[2]s
    pool: {size: %[3]d, max_workers: 300, idle_ttl: 10m}
    egress: {default: bench}
%[6]s    limits:
      default: {cpu_ms: 300000, wall_ms: 900000, memory: 1GiB, sub_requests: 100000}
      max: {memory: 1GiB, sub_requests: 100000}
egress: {log: none, outbounds: {bench: {rules: [{action: allow, cidrs: [127.0.0.1]}]}}}
listeners:
  - {address: "127.0.0.1:%[4]s", apps: {/: loader}}
  - {address: "127.0.0.1:%[5]s", apps: {/: kernels}}
log: {level: warn}
`

// startDaemon starts a stockade that serves both Workers as apps.
func startDaemon(ctx context.Context, dir, bin, engine string, size int) (*daemon, error) {
	return startDaemonWith(ctx, dir, bin, engine, size, "")
}

// startDaemonWith has more lines in the policy's profile.
func startDaemonWith(ctx context.Context, dir, bin, engine string, size int, more string) (*daemon, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	loader, kernels, err := twoPorts()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "stockade.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, benchPolicy, dir, engine, size, loader, kernels, more), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "stockade"), "serve", "--config", config)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start stockade: %w", err)
	}
	d := &daemon{target: target{"unix", filepath.Join(dir, "stockade.sock")}, cmd: cmd}
	d.server = server{loader: tcp(loader), kernels: tcp(kernels), pid: cmd.Process.Pid, stop: d.end}
	if err := await(d.target, "/readyz"); err != nil {
		return d, err
	}
	return d, d.deployBoth()
}

func (d *daemon) end() {
	d.cmd.Process.Signal(syscall.SIGTERM)
	d.cmd.Wait()
}

func (d *daemon) deployBoth() error {
	for name, app := range map[string]string{
		"loader":  `{"code":` + codeOf(loaderSource, "nodejs_compat") + `,"bindings":{"LOADER":{"type":"worker_loader"}}}`,
		"kernels": `{"code":` + codeOf(kernelsSource) + `}`,
	} {
		if err := once(d.target, post("PUT", "/v1/apps/"+name, app)); err != nil {
			return fmt.Errorf("cannot deploy %s: %w", name, err)
		}
	}
	return nil
}

const hello = `export default { fetch() { return new Response("hello"); } }`

// padded is a module of about kb KiB that is made of small functions, as the
// peer's.
func padded(kb int) string {
	var b strings.Builder
	for n := 0; b.Len() < kb<<10; n++ {
		fmt.Fprintf(&b, "export function f%d(a, b) { return (a + %d) * b - \"x%d\".length; }\n", n, n, n)
	}
	return b.String()
}

// codeOf is the code of an app.
func codeOf(source string, flags ...string) string {
	b, err := json.Marshal(map[string]any{"compatibilityDate": "2026-01-01", "compatibilityFlags": flags, "mainModule": "index.js",
		"modules": map[string]string{"index.js": source}})
	if err != nil {
		panic(err) // strings always marshal
	}
	return strings.Replace(string(b), `"compatibilityFlags":null`, `"compatibilityFlags":[]`, 1)
}

// codeJSON is the WorkerCode of a source.
func codeJSON(source string) string {
	text, err := json.Marshal(source)
	if err != nil {
		panic(err) // a string always marshals
	}
	return `{"compatibilityDate":"2026-01-01","mainModule":"index.js","globalOutbound":null,"modules":{"index.js":` + string(text) + `}}`
}

// coldRun is POST /v1/run of a source that never came before.
func coldRun(kb int) func(n int) []byte {
	const mark = "serial"
	before, after, _ := strings.Cut(`{"code":`+codeJSON(padded(kb)+"// "+mark+"\n"+hello)+`}`, mark)
	return func(n int) []byte { return post("POST", "/v1/run", fmt.Sprintf("%s%d%s", before, n, after)) }
}

// putWorker is PUT of a hello Worker.
func putWorker(id string) []byte {
	return post("PUT", "/v1/workers/"+id, `{"code":`+codeJSON(hello)+`}`)
}
