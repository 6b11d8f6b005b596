package integration

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// buildSockworker makes a directory of programs whose Workers use sockets, where they have any.
func buildSockworker(t testing.TB, dir string) {
	t.Helper()
	for _, build := range [][]string{{"cp", program("stockade"), dir}, {"go", "build", "-o", filepath.Join(dir, "stockade-worker"), "./testdata/sockworker"}} {
		cmd := exec.Command(build[0], build[1:]...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}

// TestSocketsGoWhereFetchGoes has a process in a jail with `network: proxied` whose Worker has a gateway, an outbound of the
// policy, or nothing: what its sockets do arrives there.
func TestSocketsGoWhereFetchGoes(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("network: proxied takes root")
	}
	up := newUpstream(t)
	dir := testDir(t)
	buildSockworker(t, dir)
	policy := fmt.Sprintf(policyHead, dir) + `roles: [{name: all, match: {uids: ["0-65533"]}, allow: [load, invoke, egress], profiles: [wired], workers: all}]
profiles:
  default: {start: exec, pool: {size: 1, max_workers: 8}, egress: {default: local}} # this program is no zygote
  wired: {start: exec, network: proxied, intercept_tls: true, pool: {size: 1, max_workers: 8}, limits: {default: {memory: 256MiB}}, egress: {default: local}}
egress:
  outbounds:
    local:
      rules:
        - {action: deny, paths: [/denied]}
        - {action: allow, hosts: [localhost, 127.0.0.1], cidrs: [127.0.0.0/8]}
`
	write(t, filepath.Join(dir, "stockade.yaml"), policy)
	d := launch(t, filepath.Join(dir, "stockade"), dir)
	d.awaitReady(t)
	d.putCode(t, "gateway", "default", nil, `import { WorkerEntrypoint } from "cloudflare:workers";
		import { connect } from "cloudflare:sockets";
		export class Gateway extends WorkerEntrypoint {
			async fetch(request) {
				if (request.method === "POST") return new Response("the gateway has " + (await request.arrayBuffer()).byteLength + " bytes");
				if (request.url.endsWith("/stream")) return new Response(new Blob(["streamed by the gateway"]).stream());
				return new Response("the gateway of " + this.ctx.props.who + " saw " + request.method + " " + request.url, { status: 201, headers: { "x-a": "b" } });
			}
			async connect(socket) {
				const { localAddress } = await socket.opened;
				const out = connect(localAddress);
				await Promise.all([socket.readable.pipeTo(out.writable), out.readable.pipeTo(socket.writable)]);
			}
		}
		export default {};`)
	d.putCode(t, "direct", "wired", nil, "export default {}")
	d.putCode(t, "through", "wired", map[string]any{"globalOutbound": map[string]any{"service": "gateway", "entrypoint": "Gateway", "props": map[string]any{"who": "wired"}}}, "export default {}")
	d.putCode(t, "none", "wired", map[string]any{"globalOutbound": nil}, "export default {}")
	for _, c := range []struct{ worker, act, want string }{
		{"direct", "tcp?" + fmt.Sprintf("localhost:%d", up.echo), "[hello]fin"},
		{"direct", "http?http://localhost/denied/x", "403 the egress policy denies localhost: a rule denies it"},
		{"direct", "tcp?169.254.169.254:22", "connection refused"},
		{"direct", "http?http://example.invalid/", "403 the egress policy denies example.invalid"},
		{"direct", "udp?8.8.8.8:53", "error: "},
		{"through", "http?http://any.example/path?x=1", "201 the gateway of wired saw GET http://any.example/path?x=1"},
		{"through", "http?http://any.example/stream", "200 streamed by the gateway"},
		{"through", "https?https://any.example/s", "201 the gateway of wired saw GET https://any.example/s"},
		{"through", "post?http://any.example/", "201 the gateway"},
		{"through", "tcp?" + fmt.Sprintf("localhost:%d", up.echo), "[hello]fin"},
		{"through", "tcp?10.0.0.1:22", ""},
		{"none", "dns?any.example", "error: no address"},
		{"none", "tcp?8.8.8.8:80", "connection refused"},
		{"none", "http?http://169.254.169.254/", "connection refused"},
	} {
		what, argument, _ := strings.Cut(c.act, "?")
		status, text, err := d.request("GET", "/v1/workers/"+c.worker+"/fetch/"+what+"?"+url.QueryEscape(argument), nil, "")
		if c.act == "post?http://any.example/" {
			c.want = "200 the gateway has 1048576 bytes"
		}
		if err != nil || status != 200 || !strings.Contains(text, c.want) {
			t.Errorf("%s, %s: %d %v %.300s, want %s", c.worker, c.act, status, err, text, c.want)
		}
	}
	d.hasEgress(t, `"worker":"0/direct"`, `"kind":"connect","verdict":"allow"`, `"host":"169.254.169.254"`, `"worker":"0/gateway"`)
}
