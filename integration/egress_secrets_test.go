package integration

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const secretsPolicy = `roles: [{name: all, match: {uids: ["0-65533"]}, allow: [run, load, invoke, read, egress], profiles: [quick], workers: all}]
profiles:
  default: {pool: {size: 2, max_workers: 8}, egress: {default: partners}}
  quick: {engine: quickjs, pool: {size: 2, max_workers: 8}, egress: {default: partners}}
egress:
  outbounds:
    partners:
      rules: [{action: allow, cidrs: [127.0.0.1/32]}]
      inject:
        - {hosts: [127.0.0.1], schemes: [http], header: x-file, prefix: "Bearer ", from: {file: %[1]s/file}}
        - {hosts: [127.0.0.1], schemes: [http], header: x-env, from: {env: STK_TEST_SECRET}}
        - {hosts: [127.0.0.1], schemes: [http], header: x-credential, from: {credential: partner}}
`

const secretsWorker = `let kept; // what is in this process's memory for sure
const show = (e) => [e.name, e.message, e.stack, JSON.stringify(e), ...Object.getOwnPropertyNames(e).map((k) => e[k])].join(" ");
export default { async fetch(request, env, ctx) {
	const { up, closed, mark } = await request.json();
	kept = mark + "-kept-" + mark;
	const out = [];
	for (const url of [up + "/ok", up + "/redir", closed, up + "/reset", up + "/status", "http://10.0.0.1/", "http://127.0.0.1:1/x"]) {
		const q = new Request(url, { headers: { "x-file": "mine", "x-env": "mine" } });
		try {
			const r = await fetch(q);
			out.push(url, r.status, r.url, ...r.headers, await r.text(), ...q.headers);
		} catch (e) { out.push(url, show(e)); }
	}
	console.log(out, globalThis, env, ctx.props, typeof process);
	out.push(JSON.stringify([Object.getOwnPropertyNames(globalThis), env, ctx.props]));
	return new Response(out.join("\n"));
} };`

// TestSecretsOfThePolicyStayOutside has secrets from each source arrive at a server, and nowhere else.
func TestSecretsOfThePolicyStayOutside(t *testing.T) {
	dir := testDir(t)
	secrets := map[string]string{"X-File": "Bearer s1-" + randomText(t), "X-Env": "s2-" + randomText(t), "X-Credential": "s3-" + randomText(t)}
	bare := func(header string) string { return strings.TrimPrefix(secrets[header], "Bearer ") }
	creds := filepath.Join(dir, "creds")
	if err := os.Mkdir(creds, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "file"), bare("X-File")+"\n")
	write(t, filepath.Join(creds, "partner"), bare("X-Credential"))
	write(t, filepath.Join(dir, "stockade.yaml"), fmt.Sprintf(policyHead+secretsPolicy, dir))
	d := launch(t, program("stockade"), dir, "STK_TEST_SECRET="+bare("X-Env"), "CREDENTIALS_DIRECTORY="+creds)
	d.awaitReady(t)
	server := newSecretServer(t)
	mark := "mark" + randomText(t)
	args, _ := json.Marshal(map[string]string{"up": server.URL, "closed": closedPort(t), "mark": mark})
	var said strings.Builder
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, "s-"+profile, profile, nil, secretsWorker)
		status, text, err := d.request("POST", "/v1/workers/s-"+profile+"/fetch/", nil, string(args))
		if err != nil || status != 200 || !strings.Contains(text, "ok 200") && !strings.Contains(text, "hello") {
			t.Errorf("%d %v %s", status, err, text)
		}
		said.WriteString(text)
		run, _ := json.Marshal(map[string]any{"code": map[string]any{"mainModule": "a.js", "modules": map[string]string{"a.js": secretsWorker}}, "profile": profile,
			"request": map[string]any{"url": "http://x/", "method": "POST", "body": string(args)}})
		_, text, _ = d.request("POST", "/v1/run", nil, string(run))
		said.WriteString(text)
	}
	server.got(t, secrets)
	for _, path := range []string{"/v1/egress?tail=1000", "/v1/workers/s-default", "/v1/usage", "/metrics", "/v1/pool"} {
		_, text, _ := d.request("GET", path, nil, "")
		said.WriteString(text)
	}
	for _, args := range [][]string{{"explain", server.URL + "/ok"}, {"explain", server.URL, "--json"}, {"check"}, {"check", "--json"}} {
		cmd := exec.Command(program("stockade"), append(args, "--config", filepath.Join(dir, "stockade.yaml"))...)
		cmd.Env = append(os.Environ(), "STK_TEST_SECRET="+bare("X-Env"), "CREDENTIALS_DIRECTORY="+creds)
		out, _ := cmd.CombinedOutput()
		said.Write(out)
	}
	d.rotates(t, filepath.Join(dir, "file"), server, string(args), secrets)
	said.WriteString(d.log.String())
	for header, secret := range secrets {
		if strings.Contains(said.String(), strings.TrimPrefix(secret, "Bearer ")) {
			t.Errorf("the secret of %s is in what was said", header)
		}
	}
	if !strings.Contains(said.String(), `"verdict":"allow"`) || !strings.Contains(said.String(), `"verdict":"deny"`) {
		t.Error("the lines have not been looked at")
	}
	d.jailsHaveNone(t, mark, bare("X-File"), bare("X-Env"), bare("X-Credential"), "STK_TEST_SECRET", creds)
}

// rotates gives the daemon another secret, and others that are none, which it refuses without saying what it has read.
func (d *daemon) rotates(t *testing.T, file string, server *secretServer, args string, secrets map[string]string) {
	t.Helper()
	write(t, file, "s4-rotated\n")
	d.cmd.Process.Signal(syscall.SIGHUP)
	secrets["X-File"] = "Bearer s4-rotated"
	server.await(t, secrets, func() { d.request("POST", "/v1/workers/s-default/fetch/", nil, args) })
	for _, wrong := range []string{"s5-broken\r\nx-more: 1", ""} {
		before := strings.Count(d.log.String(), "cannot reload the policy")
		write(t, file, wrong)
		d.cmd.Process.Signal(syscall.SIGHUP)
		eventually(t, time.Minute, func() string {
			if strings.Count(d.log.String(), "cannot reload the policy") > before {
				return ""
			}
			return "the daemon has not said that it can't reload the policy"
		})
		if log := d.log.String(); strings.Contains(log, "s5-broken") || !strings.Contains(log, "inject[0]") {
			t.Errorf("a secret that is none: %s", log)
		}
		server.forget()
		d.request("POST", "/v1/workers/s-default/fetch/", nil, args)
		server.got(t, secrets)
	}
}

// jailsHaveNone looks for the words in the memory and the environment of every process that the daemon has started, where the
// mark, which a Worker holds, has to be.
func (d *daemon) jailsHaveNone(t *testing.T, mark string, words ...string) {
	t.Helper()
	if os.Getuid() != 0 {
		return // others' memory is root's to read
	}
	processes := processesBelow(d.cmd.Process.Pid)
	marked := 0
	for _, p := range processes {
		pid := p.pid
		if env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)); err != nil || slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(env, []byte(word)) }) {
			t.Errorf("process %d has a secret in its environment: %v", pid, err)
		}
		eachPiece(t, pid, func(memory []byte) {
			if bytes.Contains(memory, []byte(mark+"-kept-"+mark)) {
				marked++
			}
			for _, word := range words {
				if bytes.Contains(memory, []byte(word)) {
					t.Errorf("process %d has a secret in its memory: %.12s…", pid, word)
				}
			}
		})
	}
	if marked < 2 || len(processes) < 4 {
		t.Errorf("in %d processes the mark was found %d times: their memory has not been read", len(processes), marked)
	}
}

// eachPiece reads what a process can write to, piece by piece, with some of the one before.
func eachPiece(t *testing.T, pid int, look func([]byte)) {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return // it has ended
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return
	}
	defer memory.Close()
	buf := make([]byte, 1<<20)
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var mode string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); n != 3 || !strings.HasPrefix(mode, "rw") {
			continue
		}
		for at := from; at < to; at += int64(len(buf)) - 4096 {
			n, err := memory.ReadAt(buf[:min(int64(len(buf)), to-at)], at)
			if look(buf[:n]); err != nil {
				break
			}
		}
	}
}

// secretServer keeps what requests have in the headers that are injected.
type secretServer struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[string][]string // guarded by mu
}

func newSecretServer(t testing.TB) *secretServer {
	s := &secretServer{seen: make(map[string][]string)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		for _, name := range []string{"X-File", "X-Env", "X-Credential"} {
			s.seen[name] = append(s.seen[name], strings.Join(r.Header[name], "|"))
		}
		s.mu.Unlock()
		switch r.URL.Path {
		case "/redir":
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		case "/reset":
			hijack(w, "")
		case "/status":
			http.Error(w, "hello", http.StatusTeapot)
		default:
			io.WriteString(w, "hello")
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *secretServer) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.seen)
}

func (s *secretServer) has(want map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, value := range want {
		if len(s.seen[name]) == 0 || slices.ContainsFunc(s.seen[name], func(got string) bool { return got != value }) {
			return fmt.Errorf("%s has been %q, want %q", name, s.seen[name], value)
		}
	}
	return nil
}

func (s *secretServer) got(t *testing.T, want map[string]string) {
	t.Helper()
	if err := s.has(want); err != nil {
		t.Error(err)
	}
}

// await asks until the server has it.
func (s *secretServer) await(t *testing.T, want map[string]string, ask func()) {
	t.Helper()
	eventually(t, time.Minute, func() string {
		s.forget()
		ask()
		if err := s.has(want); err != nil {
			return err.Error()
		}
		return ""
	})
}

// closedPort is a URL at which nobody listens, as long as the test runs: its port is taken.
func closedPort(t testing.TB) string {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		t.Cleanup(func() { unix.Close(fd) })
		err = unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	}
	var name unix.Sockaddr
	if err == nil {
		name, err = unix.Getsockname(fd)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("http://127.0.0.1:%d/", name.(*unix.SockaddrInet4).Port)
}

func randomText(t testing.TB) string {
	t.Helper()
	return strings.ToLower(rand.Text())
}
