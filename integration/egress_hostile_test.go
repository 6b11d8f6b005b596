package integration

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// hostile is a Worker that tries what the proxy has to deny or to bound.
const hostile = `
const show = (e) => e?.name + ": " + e?.message;
const count = async (response) => { let n = 0; for await (const chunk of response.body) n += chunk.length; return n; };
const tests = {
  // A gigabyte in a megabyte: it is unpacked in here, as far as this Worker's own limits go.
  bomb: async (up) => { const reader = (await fetch(up + "/bomb")).body.getReader(); let n = 0; for (;;) { const { value } = await reader.read(); n += value.length; if (n > 4e6) { await reader.cancel(); return "stopped"; } } },
  bombtext: async (up) => (await fetch(up + "/bomb")).text().then((t) => t.length),
  endless: async (up) => count(await fetch(up + "/endless")).then((n) => n, show),
  zparallel: async (up) => {
    const results = await Promise.allSettled(Array.from({ length: 10000 }, () => fetch(up + "/echo").then((r) => r.text())));
    const ok = results.filter((r) => r.status === "fulfilled").length;
    return [ok, [...new Set(results.filter((r) => r.status === "rejected").map((r) => show(r.reason)))]];
  },
  crlf: async (up) => { const out = []; for (const [k, v] of [["x", "a\r\nb: c"], ["x\r\ny", "a"], ["x", "a\0b"], [":authority", "evil"], ["x y", "a"]]) try { await fetch(up + "/echo", { headers: [[k, v]] }); out.push("sent"); } catch (e) { out.push(e.name); } return out; },
  method: async (up) => { const out = []; for (const method of ["CONNECT", "TRACE", "GET /x HTTP/1.1\r\nHost: y", "G ET", ""]) try { await fetch(up + "/echo", { method }); out.push("sent"); } catch (e) { out.push(e.name); } return out; },
  host: async (up) => { const { h } = await (await fetch(up + "/echo", { method: "POST", body: "x", headers: { host: "evil.example", "content-length": "100", "transfer-encoding": "chunked", connection: "x-secret", "x-secret": "1" } })).json(); return h.filter((x) => !x.startsWith("content-type")); },
  split: async (up) => { const a = await (await fetch(up + "/split")).text(), b = await (await fetch(up + "/echo?after")).json(); return [a, b.u]; },
  schemes: async () => { const out = []; for (const url of ["file:///etc/passwd", "gopher://127.0.0.1/", "unix:/run/x.sock", "ftp://127.0.0.1/", "javascript:1", "http+unix://%2Frun%2Fx.sock/"]) out.push(await fetch(url).then(() => "sent", (e) => e.name)); return out; },
  raw: async (up) => { const { connect } = await import("cloudflare:sockets"); const out = []; for (const a of ["169.254.169.254:80", "10.0.0.1:22", "[::1]:22", "127.0.0.2:22", "0.0.0.0:22", "[::ffff:127.0.0.2]:22", "example.invalid:25", "@abstract:1"]) { try { const s = connect(a); out.push(await s.opened.then(() => "opened", (e) => e.message.includes("not permitted") ? "denied" : show(e))); s.closed.catch(() => {}); } catch (e) { out.push(e.name); } } return out; },
};
export default { async fetch(request) {
  const url = new URL(request.url);
  try { return Response.json(await tests[url.pathname.slice(1)](url.searchParams.get("up"))); } catch (e) { return Response.json(show(e)); }
} };`

func TestHostileWorkersAreDeniedOrBounded(t *testing.T) {
	up := newUpstream(t)
	d := egressDaemon(t)
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, "hostile", profile, nil, hostile)
		cases := map[string]string{
			"bomb":      `"stopped"`,
			"endless":   `"Error: The transfer exceeds the limit that the egress policy sets."`,
			"crlf":      `["TypeError","TypeError","TypeError","TypeError","TypeError"]`,
			"method":    `["TypeError","TypeError","TypeError","TypeError","TypeError"]`,
			"host":      `["content-length: 1","host: 127.0.0.1:UP","x-secret: 1"]`,
			"split":     `["first","/echo?after"]`,
			"schemes":   `["TypeError","TypeError","TypeError","TypeError","TypeError","TypeError"]`,
			"raw":       `["denied","denied","denied","denied","denied","denied","Error: proxy request failed, cannot connect to the specified address","Error: proxy request failed, cannot connect to the specified address"]`,
			"zparallel": `[1000,["Error: Too many subrequests."]]`,
		}
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			want := cases[name]
			if name == "split" {
				d.hasLines(t) // those of all before
			}
			status, text, err := d.request("GET", "/v1/workers/hostile/fetch/"+name+"?up="+url.QueryEscape(up.URL), nil, "")
			if name == "zparallel" && strings.Contains(text, "Worker exceeded memory limit.") {
				continue // bounded, too: goja's objects are large
			}
			if got := up.anonymous(text); err != nil || status != 200 || got != want {
				t.Errorf("%s, %s: %d %v\n got %.600s\nwant %s", profile, name, status, err, got, want)
			}
		}
		// The whole of the bomb is too much for the Worker, and for nobody else.
		status, text, err := d.request("GET", "/v1/workers/hostile/fetch/bombtext?up="+url.QueryEscape(up.URL), nil, "")
		if err != nil || !strings.Contains(text, "memory") && !strings.Contains(text, "CPU") {
			t.Errorf("%s, bombtext: %d %v %.300s", profile, status, err, text)
		}
	}
}

// hasLines waits for the lines of what was tried: one is written when the connection has ended, which who has it may know before.
func (d *daemon) hasLines(t *testing.T) {
	t.Helper()
	d.hasEgress(t, `"kind":"connect","verdict":"deny"`, `"reason":"the transfer exceeds what the egress policy allows"`, `"host":"169.254.169.254","port":80`)
}

// hasEgress waits for lines of the egress log.
func (d *daemon) hasEgress(t *testing.T, parts ...string) {
	t.Helper()
	eventually(t, time.Minute, func() string {
		_, lines, err := d.request("GET", "/v1/egress?tail=1000", nil, "")
		for _, want := range parts {
			if err != nil || !strings.Contains(lines, want) {
				return fmt.Sprintf("no line has %s: %v\n%s", want, err, lines)
			}
		}
		return ""
	})
}
