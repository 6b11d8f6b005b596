package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// internet is a daemon in a network namespace of its own, behind which there is the world (testdata/internet): servers at
// public, private, link-local and metadata addresses, and a count of every first packet that one of them has got.
type internet struct {
	*daemon
	control *http.Client
}

const internetPolicy = `roles: [{name: all, match: {uids: ["0-65533"]}, allow: [run, load, deploy, invoke, read, logs, delete, egress], profiles: [quick%[1]s], workers: all}]
profiles:
  default: {start: exec, pool: {size: 2, max_workers: 16}, egress: {default: world}}
  quick: {start: exec, engine: quickjs, pool: {size: 2, max_workers: 16}, egress: {default: world}}
%[2]segress:
  dns: 192.0.2.53:53
  outbounds:
    world:
      ca: %[3]s/ca.pem
      rules:
        - {action: allow, cidrs: [203.0.113.10]}
        - {action: allow, hosts: ["*"]}
        - {action: allow, cidrs: [0.0.0.0/0, "::/0"]}
`

const wiredProfile = `  wired: {start: exec, network: proxied, intercept_tls: true, pool: {size: 1, max_workers: 4}, limits: {default: {memory: 256MiB}}, egress: {default: world}}
`

func newInternet(t *testing.T) *internet {
	t.Helper()
	dir := testDir(t)
	buildSockworker(t, dir)
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "internet"), "./testdata/internet")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	also, profile := "", ""
	if os.Getuid() == 0 {
		also, profile = ", wired", wiredProfile
	}
	write(t, filepath.Join(dir, "stockade.yaml"), fmt.Sprintf(policyHead, dir)+fmt.Sprintf(internetPolicy, also, profile, dir))
	cmd := exec.Command(filepath.Join(dir, "internet"), dir, filepath.Join(dir, "stockade"), "serve", "--config", filepath.Join(dir, "stockade.yaml"))
	cmd.SysProcAttr = ownNetwork()
	n := &internet{daemon: launchCommand(t, cmd, dir)}
	n.awaitReady(t)
	n.control = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, "control.sock"))
	}}}
	t.Cleanup(n.control.CloseIdleConnections)
	return n
}

// ownNetwork is for a process in a new network namespace, which it may configure. Who isn't root has that right in a new user
// namespace, in which it is nobody else.
func ownNetwork() *syscall.SysProcAttr {
	if os.Getuid() == 0 {
		return &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	}
	same := func(id int) []syscall.SysProcIDMap {
		return []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
	}
	return &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWUSER, UidMappings: same(os.Getuid()), GidMappings: same(os.Getgid()),
		AmbientCaps: []uintptr{unix.CAP_NET_ADMIN, unix.CAP_NET_RAW, unix.CAP_NET_BIND_SERVICE, unix.CAP_SYS_ADMIN}}
}

// arrived is what has reached the world since it was asked last: destinations of first packets, and questions about names. The
// one to the mark comes after all others.
func (n *internet) arrived(t *testing.T, mark string) (syns, names map[string]int) {
	t.Helper()
	syns = make(map[string]int)
	for range 2400 { // a minute
		resp, err := n.control.Get("http://control/")
		if err != nil {
			t.Fatal(err)
		}
		var now struct{ Syns, Names map[string]int }
		err = json.NewDecoder(resp.Body).Decode(&now)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for to, count := range now.Syns {
			syns[to] += count
		}
		if syns[mark] > 0 {
			return syns, now.Names
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("nothing has come to %s: %v", mark, syns)
	return nil, nil
}

const worldWorker = `import { connect } from "cloudflare:sockets";
const show = (e) => e.name + ": " + e.message;
export default { async fetch(request) {
	const { act, to } = await request.json();
	try {
		if (act === "fetch") return new Response(await (await fetch(to)).text());
		if (act === "post") return new Response(await (await fetch(to, { method: "POST", body: "x".repeat(100000) })).text());
		if (act === "websocket") { const r = await fetch(to, { headers: { upgrade: "websocket" } }); return new Response(String(r.status)); }
		const socket = connect(to, act === "tls" ? { secureTransport: "on" } : {});
		await socket.opened;
		const writer = socket.writable.getWriter();
		await writer.write(new TextEncoder().encode("hello"));
		await writer.close();
		return new Response(await new Response(socket.readable).text());
	} catch (e) { return new Response(show(e)); }
} };`

// worldCases are what Workers try, and what they get. The rules allow everything everywhere, but ranges that are not the
// Internet take a rule that names them, and there is one for 203.0.113.10 only.
var worldCases = []struct{ act, to, want string }{
	{"fetch", "http://public.test/a", "GET public.test/a at 8.8.4.4:80"},
	{"fetch", "https://public.test/a", "GET public.test/a at 8.8.4.4:443"},
	{"post", "https://public.test/a", "POST public.test/a at 8.8.4.4:443 with 100000 bytes"},
	{"fetch", "http://six.test/", "GET six.test/ at [2606:4700:4700::1111]:80"},
	{"fetch", "http://[2606:4700:4700::1111]/", "at [2606:4700:4700::1111]:80"},
	{"fetch", "http://named.test/", "GET named.test/ at 203.0.113.10:80"},
	{"fetch", "http://8.8.4.4/", "at 8.8.4.4:80"},
	{"fetch", "http://0x08080404/", "GET 8.8.4.4/ at 8.8.4.4:80"},
	{"fetch", "http://134743044/", "GET 8.8.4.4/ at 8.8.4.4:80"},
	{"fetch", "http://010.8.0x404/", "GET 8.8.4.4/ at 8.8.4.4:80"},
	{"fetch", "http://⑧.⑧.④.④/", "GET 8.8.4.4/ at 8.8.4.4:80"},
	{"fetch", "http://mixed.test/", "GET mixed.test/ at 8.8.4.4:80"},
	{"connect", "8.8.4.4:22", "[hello] at 8.8.4.4:22"},
	{"connect", "public.test:22", "[hello] at 8.8.4.4:22"},
	{"fetch", "http://flip-PROFILE.test/1", "GET flip-PROFILE.test/1 at 8.8.4.4:80"},
	{"fetch", "https://flip-PROFILE.test/2", "GET flip-PROFILE.test/2 at 8.8.4.4:443"},
	{"connect", "flip-PROFILE.test:22", "[hello] at 8.8.4.4:22"},
	{"fetch", "http://back-PROFILE.test/1", "cloud metadata"},
	{"fetch", "http://back-PROFILE.test/2", "cloud metadata"},
	{"fetch", "http://public.test/?to=http://public.test/b", "GET public.test/b at 8.8.4.4:80"},
	{"fetch", "http://public.test/?to=http://169.254.169.254/latest/meta-data/", "cloud metadata"},
	{"fetch", "https://public.test/?to=http://meta.test/", "cloud metadata"},
	{"fetch", "http://public.test/?to=http://[64:ff9b::a9fe:a9fe]/", "NAT64 for a cloud metadata"},
	{"fetch", "http://public.test/?to=http://0xa000005/", "a private address"},
	{"fetch", "http://public.test/?to=//9.9.9.9/", "an address of this host"},
	{"fetch", "http://public.test/?to=http://other.test/", "a documentation address"},
	{"fetch", "http://other.test/", "a documentation address"},
	{"fetch", "http://meta.test/", "cloud metadata"},
	{"fetch", "http://nat64.test/", "NAT64 for a cloud metadata"},
	{"fetch", "http://mapped.test/", "cloud metadata"},
	{"fetch", "http://private.test/", "a private address"},
	{"fetch", "https://ula.test/", "a private address"},
	{"fetch", "http://self.test/", "no rule names its range"},
	{"fetch", "http://unknown.test/", "DNS lookup failed"},
	{"websocket", "http://meta.test/", "cloud metadata"},
	{"websocket", "http://[fd00::1]/", "a private address"},
	{"tls", "ula.test:443", "a private address"},
}

// forbidden are spellings of addresses that no rule names.
var forbidden = []string{
	"169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "0xa9.254.0251.0xfe", "①⑥⑨.②⑤④.①⑥⑨.②⑤④", "169。254｡169．254", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
	"[64:ff9b::a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[64:ff9b::a00:5]", "[2002:a9fe:a9fe::1]", "[fd00:ec2::254]", "[fd00::1]", "[FD00:0:0::0001]", "[2001:db8::1]",
	"10.0.0.5", "10.5", "167772165", "012.0.0.05", "172.16.0.5", "192.168.0.5", "169.254.1.1", "100.64.0.1", "100.100.100.200", "198.18.0.5", "192.0.0.192", "203.0.113.11",
	"192.0.2.1", "192.0.2.53", "9.9.9.9", "[2620:fe::9]", "[2001:db8:ffff::1]", "127.0.0.1", "127.1", "[::1]", "0.0.0.0", "0", "[::]", "localhost", "169.254.169.254.", "224.0.0.1", "255.255.255.255", "[ff02::1]", "[fe80::1]",
}

// TestNothingReachesWhatNoRuleNames has real connections in a network of real addresses. What is denied was never dialled: no
// first packet of it has been seen on the wire.
func TestNothingReachesWhatNoRuleNames(t *testing.T) {
	n := newInternet(t)
	for _, profile := range []string{"default", "quick"} {
		n.putCode(t, "w-"+profile, profile, nil, worldWorker)
		for _, c := range worldCases {
			of := strings.NewReplacer("PROFILE", profile)
			n.tries(t, "w-"+profile, c.act, of.Replace(c.to), of.Replace(c.want))
		}
		for _, host := range forbidden {
			n.tries(t, "w-"+profile, "fetch", "http://"+host+"/", "is not permitted to reach", "Invalid URL", "DNS lookup failed")
			if strings.IndexByte("[0123456789", host[0]) >= 0 && strings.HasSuffix(strings.TrimSuffix(host, "]"), "1") {
				n.tries(t, "w-"+profile, "connect", host+":22", "is not permitted to reach", "cannot connect", "could not be parsed")
			}
		}
	}
	allowed := []string{"203.0.113.10:80", "8.8.4.4:22", "8.8.4.4:443", "8.8.4.4:80", "8.8.8.8:80", "[2606:4700:4700::1111]:80"}
	n.tries(t, "w-default", "fetch", "http://8.8.8.8/last", "at 8.8.8.8:80")
	syns, names := n.arrived(t, "8.8.8.8:80")
	if got := slices.Sorted(maps.Keys(syns)); !slices.Equal(got, allowed) {
		t.Errorf("connections went to %v\nwant %v", got, allowed)
	}
	for _, name := range []string{"flip-default.test.", "flip-quick.test.", "back-default.test.", "back-quick.test."} { // what was checked is what was dialled: nobody asks twice
		if names["A "+name] != 1 || names["AAAA "+name] != 1 {
			t.Errorf("%s was asked for %d and %d times", name, names["A "+name], names["AAAA "+name])
		}
	}
	if os.Getuid() == 0 {
		n.triesByTap(t)
	}
	n.hasLinesOfAll(t)
}

func (n *internet) tries(t *testing.T, worker, act, to string, wants ...string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"act": act, "to": to})
	if err != nil {
		t.Fatal(err)
	}
	status, text, err := n.request("POST", "/v1/workers/"+worker+"/fetch/", nil, string(body))
	if err != nil || status != 200 || !slices.ContainsFunc(wants, func(want string) bool { return strings.Contains(text, want) }) {
		t.Errorf("%s, %s %s: %d %v %.300s, want %q", worker, act, to, status, err, text, wants)
	}
}

// triesByTap does the same with the sockets of a jail that has some.
func (n *internet) triesByTap(t *testing.T) {
	t.Helper()
	n.putCode(t, "wired", "wired", nil, "export default {}")
	do := func(act, argument, want string) {
		t.Helper()
		status, text, err := n.request("GET", "/v1/workers/wired/fetch/"+act+"?"+url.QueryEscape(argument), nil, "")
		if err != nil || status != 200 || !strings.Contains(text, want) {
			t.Errorf("tap, %s %s: %d %v %.300s, want %s", act, argument, status, err, text, want)
		}
	}
	for _, c := range []struct{ act, argument, want string }{
		{"http", "http://public.test/a", "200 GET public.test/a at 8.8.4.4:80"},
		{"https", "https://public.test/a", "200 GET public.test/a at 8.8.4.4:443"},
		{"post", "http://public.test/a", "200 POST public.test/a at 8.8.4.4:80 with 1048576 bytes"},
		{"http", "http://six.test/", "at [2606:4700:4700::1111]:80"},
		{"http", "http://named.test/", "at 203.0.113.10:80"},
		{"http", "http://mixed.test/", "at 8.8.4.4:80"},
		{"http", "http://8.8.4.4/", "at 8.8.4.4:80"},
		{"tcp", "public.test:22", "[hello] at 8.8.4.4:22"},
		{"tcp", "8.8.4.4:22", "[hello] at 8.8.4.4:22"},
		{"http", "http://flip-tap.test/", "at 8.8.4.4:80"},
		{"http", "http://back-tap.test/", "403 the egress policy denies back-tap.test: it is a cloud metadata address"},
		{"http", "http://public.test/?to=http://169.254.169.254/", "403 the egress policy denies 169.254.169.254: it is a cloud metadata address"},
		{"http", "http://public.test/?to=http://private.test/", "403 the egress policy denies private.test: it is a private address"},
		{"http", "http://nat64.test/", "403 the egress policy denies nat64.test: it is NAT64 for a cloud metadata address"},
		{"https", "https://ula.test/", "403 the egress policy denies ula.test"},
		{"http", "http://self.test/", "403 the egress policy denies self.test"},
		{"tcp", "meta.test:22", "connection refused"}, {"tcp", "nat64.test:22", "connection refused"},
		{"udp", "8.8.8.8:53", "error: "}, {"udp", "169.254.169.254:80", "error: "},
	} {
		do(c.act, c.argument, c.want)
	}
	for _, addr := range []string{"169.254.169.254", "10.0.0.5", "100.64.0.1", "172.16.0.5", "192.168.0.5", "203.0.113.11", "192.0.2.1", "192.0.2.53"} {
		do("tcp", addr+":22", "connection refused")
		do("http", "http://"+addr+"/", "")
	}
	do("http", "http://8.8.8.8/last", "at 8.8.8.8:80")
	syns, _ := n.arrived(t, "8.8.8.8:80")
	want := []string{"203.0.113.10:80", "8.8.4.4:22", "8.8.4.4:443", "8.8.4.4:80", "8.8.8.8:80", "[2606:4700:4700::1111]:80"}
	got := slices.Sorted(maps.Keys(syns))
	if !slices.Equal(got, want) {
		t.Errorf("by the tap, connections went to %v\nwant %v", got, want)
	}
}

// hasLinesOfAll: each denial is written down, with the address to which nothing went.
func (n *internet) hasLinesOfAll(t *testing.T) {
	t.Helper()
	n.hasEgress(t, `"host":"169.254.169.254"`, `"host":"10.0.0.5"`, `"host":"fd00::1"`, `"host":"64:ff9b::a9fe:a9fe"`, `"host":"meta.test"`, `"host":"back-quick.test"`, `"address":"8.8.4.4"`, `"kind":"connect"`)
	_, lines, err := n.request("GET", "/v1/egress?tail=1000", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(lines) {
		var l struct{ Verdict, Address, Reason, Host string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		switch l.Address {
		case "", "8.8.4.4", "8.8.8.8", "203.0.113.10", "2606:4700:4700::1111":
		default:
			t.Errorf("a line of an address that nobody may reach: %s", line)
		}
		if l.Verdict == "deny" && l.Reason == "" {
			t.Errorf("a denial without a reason: %s", line)
		}
	}
}
