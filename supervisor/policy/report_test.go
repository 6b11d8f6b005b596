package policy

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"nothing weakened", "state_dir: /x", nil},
		{"open socket", `socket: {mode: "0666"}`, []string{
			"socket.mode is 0666: every local user can connect, and the roles alone say who may do what.",
		}},
		{"readable socket", `socket: {mode: "0664"}`, nil},
		{"roles", `
roles:
  - {name: banned, match: {uids: ["0-4294967294"], gids: [5]}}
  - {name: ops, match: {uids: [root]}, allow: [run], workers: all}
  - {name: ci, match: {gids: [builders]}, allow: [run], workers: all}
  - {name: nobody, match: {uids: [65534]}, allow: [run]}
  - {name: anybody, match: {uids: ["0-4294967294"]}, allow: [run]}`, []string{
			"role ci: workers is all: its callers see the Workers of others.",
			"role nobody: it matches id 65534, which callers in other user namespaces (containers) have too.",
			"role anybody: it matches everybody.",
		}},
		{"layers", "profiles: {default: {confinement: {seccomp: off, cgroup: off, landlock: prefer, user_namespace: prefer}}}", []string{
			"profile default: user_namespace is not required: where the host lacks it, a Worker that breaks out of its engine has an id of this host.",
			"profile default: cgroup is off: the kernel does not bound the memory, CPU and processes of a jail.",
			"profile default: seccomp is off: a Worker that breaks out of its engine can make every system call.",
		}},
		{"machine code", "profiles: {default: {wasm: compiler}}", []string{
			"profile default: wasm is compiler: a Worker's process may make memory executable, so that who breaks out of its engine brings machine code of their own.",
		}},
		{"no limit", "profiles: {default: {limits: {max: {wall_ms: unlimited}}}}", []string{
			"profile default: limits.max.wall_ms is unlimited.",
		}},
		{"metrics over TCP", `metrics: {listen: "127.0.0.1:9464"}`, []string{
			"metrics.listen is 127.0.0.1:9464: every local user can read the metrics.",
		}},
		{"metrics over TCP, but none", `metrics: {enabled: false, listen: "[::1]:9464"}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Warnings(mustParse(t, "version: 1\n"+c.file)); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestDiff(t *testing.T) {
	const before = `
version: 1
socket: {path: /a/s.sock}
roles:
  - {name: ops, match: {uids: [0]}, allow: [run]}
  - {name: people, match: {uids: [1000]}, allow: [run]}
profiles: {default: {}, small: {pool: {size: 1}}}
`
	const after = `
version: 1
socket: {path: /b/s.sock, mode: "0600"}
state_dir: /data
roles:
  - {name: people, match: {uids: [1000]}, allow: [run, load], limits: {cpu_ms: 10}}
  - {name: ops, match: {uids: [0]}, allow: [run]}
profiles: {default: {start: exec, pool: {idle_ttl: 2h, max_workers: 9}, limits: {max: {memory: 1GiB}}, confinement: {cgroup: off}}, more: {}}
log: {level: debug, format: json}
metrics: {on_socket: false, listen: "127.0.0.1:9464"}
`
	got := Diff(mustParse(t, before), mustParse(t, after))
	got = slices.DeleteFunc(got, func(c Change) bool {
		if added := strings.HasPrefix(c.Key, "profiles.more."); added {
			if !c.Restart {
				t.Errorf("%s of a new profile needs no restart", c.Key)
			}
			return true
		}
		return false
	})
	gone := slices.IndexFunc(got, func(c Change) bool { return c.New == "" })
	want := []Change{
		{"socket.path", "/a/s.sock", "/b/s.sock", true},
		{"socket.mode", "0660", "0600", true},
		{"state_dir", "/var/lib/stockade", "/data", true},
		{"roles", "[ops people]", "[people ops]", false},
		{"roles.people.allow", "[run]", "[run load]", false},
		{"roles.people.limits.cpu_ms", "unlimited", "10", false},
		{"profiles.default.start", "fork", "exec", true},
		{"profiles.default.pool.max_workers", "256", "9", true},
		{"profiles.default.pool.idle_ttl", "1m", "2h", false},
		{"profiles.default.limits.max.memory", "512MiB", "1GiB", true},
		{"profiles.default.confinement.cgroup", "prefer", "off", true},
		{"log.level", "info", "debug", false},
		{"log.format", "text", "json", true},
		{"metrics.on_socket", "true", "false", false},
		{"metrics.listen", "", "127.0.0.1:9464", true},
	}
	if !slices.Equal(got[:gone], want) {
		t.Errorf("got\n%+v\nwant\n%+v", got[:gone], want)
	}
	for _, change := range got[gone:] {
		if !strings.HasPrefix(change.Key, "profiles.small.") {
			t.Errorf("%s is said to be gone", change.Key)
		}
	}
	if same := Diff(mustParse(t, before), mustParse(t, before)); len(same) > 0 {
		t.Errorf("a policy differs from itself: %+v", same)
	}
}

func TestSummary(t *testing.T) {
	policy := mustParse(t, `
version: 1
socket: {group: builders}
roles: [{name: people, match: {uids: ["1000-1999"]}, allow: [run, read], profiles: [small], limits: {cpu_ms: 50}}]
profiles: {default: {}, small: {pool: {size: 1, idle_ttl: 90s}, confinement: {cgroup: off}}}
metrics: {listen: "127.0.0.1:9464"}
`)
	want, err := os.ReadFile("testdata/summary.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := policy.Summary(); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMetricsSummary(t *testing.T) {
	for want, metrics := range map[string]Metrics{
		"off":                       {OnSocket: true},
		"on the socket":             {Enabled: true, OnSocket: true},
		"collected, served nowhere": {Enabled: true},
		"on 127.0.0.1:1":            {Enabled: true, Listen: "127.0.0.1:1"},
	} {
		if got := metrics.summary(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSlogLevel(t *testing.T) {
	for level, want := range map[string]string{"debug": "DEBUG", "info": "INFO", "warn": "WARN", "error": "ERROR", "": "ERROR"} {
		if got := (Log{Level: level}).SlogLevel().String(); got != want {
			t.Errorf("%q: got %s, want %s", level, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"size", "max_workers", "idle_ttl", "queue", "warn"}
	for word, want := range map[string]string{
		"size": "size", "sise": "size", "Size": "size", "maxWorkers": "max_workers", "max-worker": "max_workers",
		"idlettl": "idle_ttl", "que": "queue", "warning": "warn", "": "", "colour": "", "x": "", strings.Repeat("size", 100): "",
	} {
		if got := nearest(word, keys); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
