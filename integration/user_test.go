package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobodyElse is a user id that no account and no /etc/subuid knows.
const nobodyElse = 54321

// asUser is a program run by a user without rights, or by this one if it has none itself.
func asUser(t *testing.T, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	dir := testDir(t)
	cmd := exec.Command(program(name), args...)
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, nobodyElse, nobodyElse); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodyElse, Gid: nobodyElse}}
	}
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "XDG_RUNTIME_DIR=" + dir}
	var out, log bytes.Buffer
	cmd.Stdin = strings.NewReader(`export default { fetch(request) { console.log("in"); return new Response(request.url) } }`)
	cmd.Stdout, cmd.Stderr = &out, &log
	err = cmd.Run()
	return out.String(), log.String(), err
}

func TestAUserWithoutRightsRunsAWorker(t *testing.T) {
	out, log, err := asUser(t, "stockade", "run", "-", "--url", "http://x/y", "--embedded")
	if err != nil || out != "http://x/y" {
		t.Fatalf("%v: %q\n%s", err, out, log)
	}
	if !strings.Contains(log, "cgroup unavailable") || !strings.Contains(log, "stockade check") {
		t.Errorf("nobody says that the jail is weaker:\n%s", log)
	}
}

func TestCheckSaysWhatAUserWithoutRightsLacks(t *testing.T) {
	out, log, err := asUser(t, "stockade", "check", "--json")
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	var report struct {
		Profiles []struct {
			Layers []struct{ Name, State, Detail string }
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Profiles) != 1 {
		t.Fatalf("%v\n%s", err, out)
	}
	states := map[string]string{}
	for _, l := range report.Profiles[0].Layers {
		states[l.Name] = l.State
		if l.State != "enforced" && l.Detail == "" {
			t.Errorf("%s is %s, and nobody says why", l.Name, l.State)
		}
	}
	for name, want := range map[string]string{"user_namespace": "enforced", "mount_namespace": "enforced", "network_namespace": "enforced",
		"seccomp": "enforced", "user_per_worker": "degraded", "cgroup": "unavailable", "memory": "degraded"} {
		if states[name] != want {
			t.Errorf("%s is %s, want %s", name, states[name], want)
		}
	}
}

// TestCheckSaysWhyAUserWithoutRightsHasNoLink: `network: proxied` takes root, and nobody has to find that out by trying.
func TestCheckSaysWhyAUserWithoutRightsHasNoLink(t *testing.T) {
	dir := testDir(t)
	write(t, filepath.Join(dir, "p.yaml"), "version: 1\nprofiles: {default: {network: proxied, start: exec}}\n")
	out, log, err := asUser(t, "stockade", "check", "--config", filepath.Join(dir, "p.yaml"))
	for _, want := range []string{"link               unavailable it takes root: the device is made by a thread of this daemon", "run the daemon as root, or leave `network: none`"} {
		if !strings.Contains(out, want) {
			t.Errorf("%v: check doesn't say %q:\n%s%s", err, want, out, log)
		}
	}
}

// TestHTTP2 speaks it without TLS and without an upgrade, many streams on one connection.
func TestHTTP2(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/echo", code(echoWorker))
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: protocols, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(d.dir, "s.sock"))
	}}}
	defer client.CloseIdleConnections()
	errs := make(chan error)
	for range 20 {
		go func() {
			res, err := client.Post("http://localhost/v1/workers/echo/fetch/echo", "text/plain", strings.NewReader(strings.Repeat("x", 100_000)))
			if err == nil {
				defer res.Body.Close()
				var body bytes.Buffer
				if _, err = body.ReadFrom(res.Body); err == nil && (res.ProtoMajor != 2 || body.Len() != 100_000) {
					t.Errorf("%s: %d bytes", res.Proto, body.Len())
				}
			}
			errs <- err
		}()
	}
	for range 20 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
