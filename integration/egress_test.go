package integration

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// workerd is the program of the Workers runtime: with it the answers that ours are compared with are recorded anew.
var workerd = flag.String("workerd", "", "path of workerd: record testdata/egress/workerd.txt")

const answersFile = "testdata/egress/workerd.txt"

// differs are the cases in which the answer is another than workerd's, and why.
var differs = map[string]string{
	"dns":           "Error: DNS lookup failed.",                                                                                                                     // workerd: internal error; reference = …
	"tls":           "Error: Network connection lost. retryable=true",                                                                                                // the same
	"redirFtp":      "TypeError: Fetch API cannot load: ftp://x/",                                                                                                    // the same
	"sockStartTls2": `["closed","TypeError: Cannot startTls on a closed socket.","on",true,false,"TypeError: This ReadableStream is currently locked to a reader."]`, // the socket has been handed on
}

const egressPolicy = `roles: [{name: all, match: {uids: ["0-65533"]}, allow: [run, load, deploy, invoke, read, logs, delete, egress], profiles: [quick, closed], workers: all}]
profiles:
  default: {pool: {size: 2, max_workers: 16}, egress: {default: local, outbounds: [narrow]}}
  quick: {engine: quickjs, pool: {size: 2, max_workers: 16}, egress: {default: local, outbounds: [narrow]}}
  closed: {pool: {size: 1, max_workers: 4}}
egress:
  outbounds:
    local:
      rules:
        - {action: deny, paths: [/denied]}
        - {action: allow, cidrs: [127.0.0.1]}
        - {action: allow, hosts: ["*"], schemes: [http]}
      caps: {response_bytes: 64MiB, connections: 8}
    narrow:
      rules: [{action: allow, cidrs: [127.0.0.1], schemes: [http], methods: [GET], paths: [/echo]}]
      inject: [{hosts: [127.0.0.1], schemes: [http], header: x-injected, prefix: "Bearer ", from: {file: %[1]s/secret}}]
`

// egressDaemon is one whose Workers reach loopback.
func egressDaemon(t testing.TB) *daemon {
	dir := testDir(t)
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("s3cr3t-t0ken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return serve(t, dir, fmt.Sprintf(egressPolicy, dir))
}

// TestFetchAndSocketsAreTheWorkersRuntimes runs testdata/egress/probe.js on both engines.
func TestFetchAndSocketsAreTheWorkersRuntimes(t *testing.T) {
	up := newUpstream(t)
	if *workerd != "" {
		recordAnswers(t, up, "testdata/egress/probe.js", "2026-01-01", answersFile)
	}
	want := readAnswers(t, answersFile)
	d := egressDaemon(t)
	source := read(t, "testdata/egress/probe.js")
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, "probe-"+profile, profile, map[string]any{"compatibilityFlags": []string{"nodejs_compat"}}, source)
		for name, answer := range want {
			if ours, other := differs[name]; other {
				answer = ours
			}
			got := d.probeEgress(t, "probe-"+profile, name, up)
			if strings.Contains(got, "DELETE") { // Go sends no length of 0 with it
				answer = strings.NewReplacer(`"content-length: 0",`, "", `\"content-length: 0\",`, "").Replace(answer)
			}
			if got != answer && got != "THROWS "+answer {
				t.Errorf("%s: %s\n got %s\nwant %s", profile, name, got, answer)
			}
		}
	}
}

func (d *daemon) probeEgress(t testing.TB, worker, name string, up *upstream) string {
	t.Helper()
	status, text, err := d.request("GET", "/v1/workers/"+worker+"/fetch/"+name+"?ports="+url.QueryEscape(up.ports()), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	answer, ok := strings.CutPrefix(text, name+": ")
	if status != 200 || !ok {
		return fmt.Sprintf("%d %s", status, text)
	}
	return up.anonymous(answer)
}

// anonymous has names in place of ports.
func (u *upstream) anonymous(text string) string {
	for name, port := range map[string]int{"UP": u.port(), "ECHO": u.echo, "HELLO": u.hello, "RESET": u.reset} {
		text = strings.ReplaceAll(text, fmt.Sprintf(":%d", port), ":"+name)
	}
	return strings.TrimSpace(text)
}

func readAnswers(t testing.TB, file string) map[string]string {
	all := make(map[string]string)
	for line := range strings.Lines(read(t, file)) {
		name, answer, _ := strings.Cut(strings.TrimSpace(line), ": ")
		all[name] = answer
	}
	if len(all) < 60 {
		t.Fatalf("%d answers", len(all))
	}
	return all
}

func read(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const workerdConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .mainWorker), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:%d", http = (), service = "main")],
);
const mainWorker :Workerd.Worker = (
  modules = [(name = "probe.js", esModule = embed "probe.js")],
  compatibilityDate = "%s", compatibilityFlags = ["nodejs_compat", "experimental"], globalOutbound = "internet",
);
`

func recordAnswers(t *testing.T, up *upstream, probe, date, file string) {
	dir, port := t.TempDir(), rawServer(t, nil)+1
	write(t, filepath.Join(dir, "probe.js"), read(t, probe))
	write(t, filepath.Join(dir, "config.capnp"), fmt.Sprintf(workerdConfig, port, date))
	cmd := exec.Command(*workerd, "serve", "--experimental", filepath.Join(dir, "config.capnp"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	base := fmt.Sprintf("http://127.0.0.1:%d/", port)
	var list []string
	for range 100 {
		if resp, err := http.Get(base + "list"); err == nil {
			json.NewDecoder(resp.Body).Decode(&list)
			resp.Body.Close()
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	var out strings.Builder
	for _, name := range list {
		resp, err := http.Get(base + name + "?ports=" + url.QueryEscape(up.ports()))
		if err != nil {
			t.Fatal(name, err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		out.WriteString(up.anonymous(string(b)) + "\n")
	}
	write(t, file, out.String())
}

// putCode stores a Worker of one module.
func (d *daemon) putCode(t testing.TB, id, profile string, more map[string]any, source string) {
	t.Helper()
	code := map[string]any{"mainModule": "a.js", "compatibilityDate": "2026-01-01", "modules": map[string]any{"a.js": source}}
	for k, v := range more {
		code[k] = v
	}
	b, err := json.Marshal(map[string]any{"code": code, "profile": profile})
	if err != nil {
		t.Fatal(err)
	}
	status, text, err := d.request("PUT", "/v1/workers/"+id+"?replace=true", nil, string(b))
	if err != nil || status/100 != 2 {
		t.Fatalf("%d %s %v", status, text, err)
	}
}
