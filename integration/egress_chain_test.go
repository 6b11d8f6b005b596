package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestWhatPassesThroughAChainOfOutbounds has a child whose fetch() and connect() go through a gateway of its parent, whose
// own leave the host, or go through another.
func TestWhatPassesThroughAChainOfOutbounds(t *testing.T) {
	up := newUpstream(t)
	d := egressDaemon(t)
	loader := map[string]any{"bindings": map[string]any{"LOADER": map[string]any{"type": "worker_loader"}}}
	noNet := `"threw Error: This worker is not permitted to access the internet via global functions like fetch(). It must use capabilities (such as bindings in 'env') to talk to the outside world."`
	same := map[string]string{
		"manual": `[302,"/echo"]`, "upload": `"1048576"`, "download": `3000000`, "streamed": `["first ","first second"]`, "gzip": `["gzip","hello gzip"]`, "abort": `"RangeError: enough"`,
		"lost": `"Error: Network connection lost."`, "half": `"Error: Network connection lost."`, "websocket": `["hi",3001,"bye"]`, "upgrade": `[101,5]`,
		"socket": `[true,"[ab]fin"]`, "hello": `"hello"`,
	}
	other := map[string]map[string]string{
		"inherit": {"get": `["http://127.0.0.1:UP/echo",200,{"b":"","h":["host: 127.0.0.1:UP","x-mine: 1"],"m":"GET","u":"/echo"}]`, "redirect": `["http://127.0.0.1:UP/echo",true,["host: 127.0.0.1:UP"]]`},
		"passing": {"get": `["http://127.0.0.1:UP/echo",200,{"b":"","h":["host: 127.0.0.1:UP","x-mine: 1"],"m":"GET","u":"/echo"}]`},
		"gateway": {"get": `["http://127.0.0.1:UP/echo",200,{"b":"","h":["host: 127.0.0.1:UP","x-hops: GET manual","x-mine: 1","x-tenant: t1"],"m":"GET","u":"/echo"}]`,
			"redirect": `["http://127.0.0.1:UP/echo",true,["host: 127.0.0.1:UP","x-hops: GET manual","x-tenant: t1"]]`},
		"none":      {"get": noNet, "socket": noNet, "websocket": noNet, "hello": noNet},
		"refusing":  {"get": `"threw RangeError: not today"`, "hello": `"threw RangeError: not today, either"`},
		"answering": {"websocket": `["echo hi",3001,"bye"]`, "hello": `"threw Error: Handler does not export a connect() function."`},
	}
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, "chain-"+profile, profile, loader, read(t, "testdata/egress/chain.js"))
		d.putCode(t, "outer-"+profile, profile, map[string]any{"bindings": loader["bindings"], "globalOutbound": map[string]any{"service": "gateway-" + profile, "entrypoint": "Gateway", "props": map[string]any{"tenant": "t2"}}}, read(t, "testdata/egress/chain.js"))
		d.putCode(t, "gateway-"+profile, profile, loader, read(t, "testdata/egress/chain.js"))
		for _, worker := range []string{"chain", "outer"} {
			for how, cases := range other {
				for name, want := range same {
					if how != "none" && how != "refusing" && how != "answering" {
						d.chained(t, worker+"-"+profile, how, name, want, up)
					}
				}
				for name, want := range cases {
					if worker == "outer" && (name == "get" || name == "redirect") && how != "none" && how != "refusing" {
						continue // seen below
					}
					d.chained(t, worker+"-"+profile, how, name, want, up)
				}
			}
		}
		d.chained(t, "outer-"+profile, "gateway", "get", `["http://127.0.0.1:UP/echo",200,{"b":"","h":["host: 127.0.0.1:UP","x-hops: GET manual|GET manual","x-mine: 1","x-tenant: t2"],"m":"GET","u":"/echo"}]`, up)
		d.chained(t, "outer-"+profile, "inherit", "redirect", `["http://127.0.0.1:UP/echo",true,["host: 127.0.0.1:UP","x-hops: GET manual","x-tenant: t2"]]`, up)
	}
}

func (d *daemon) chained(t testing.TB, worker, how, name, want string, up *upstream) {
	t.Helper()
	status, text, err := d.request("GET", "/v1/workers/"+worker+"/fetch/"+how+"/"+name+"?ports="+url.QueryEscape(up.ports()), nil, "")
	if got := up.anonymous(text); err != nil || status != 200 || got != want {
		t.Errorf("%s, %s, %s: %d %v\n got %s\nwant %s", worker, how, name, status, err, got, want)
	}
}

// TestOutboundsOfThePolicy has named outbounds, injected secrets, denials, and the lines of all.
func TestOutboundsOfThePolicy(t *testing.T) {
	up := newUpstream(t)
	d := egressDaemon(t)
	source := `export default { async fetch(request) {
		const { url, method } = await request.json();
		try { return new Response(await (await fetch(url, { method })).text()); } catch (e) { return new Response(e.name + ": " + e.message); }
	} }`
	d.putCode(t, "narrow", "default", map[string]any{"globalOutbound": map[string]any{"outbound": "narrow"}}, source)
	d.putCode(t, "local", "default", nil, source)
	d.putCode(t, "closed", "closed", nil, source)
	lines := d.followEgress(t)
	echo := up.URL + "/echo"
	for _, c := range []struct{ worker, method, url, want, verdict, reason string }{
		{"narrow", "GET", echo, `"x-injected: Bearer s3cr3t-t0ken"`, "allow", ""},
		{"narrow", "POST", echo, "is not permitted to reach 127.0.0.1", "deny", "no rule names"},
		{"narrow", "GET", up.URL + "/redir?to=/echo", "is not permitted", "deny", "no rule names"},
		{"local", "GET", echo, `"h":["host: 127.0.0.1:`, "allow", ""},
		{"local", "GET", up.URL + "/denied/x", "a rule denies it", "deny", "a rule denies it"},
		{"local", "GET", up.URL + "/redir?to=/denied", "a rule denies it", "deny", "a rule denies it"},
		{"local", "GET", up.URL + "/redir?to=http://169.254.169.254/", "cloud metadata", "deny", "metadata"},
		{"local", "GET", up.URL + "/redir?to=http://[::1]:1/", "loopback", "deny", "loopback"},
		{"local", "GET", "http://169.254.169.254/latest/meta-data/", "is not permitted to reach 169.254.169.254:80: it is a cloud metadata address", "deny", "metadata"},
		{"local", "GET", "http://[::ffff:a9fe:a9fe]/", "cloud metadata", "deny", "metadata"},
		{"local", "GET", "http://[64:ff9b::a9fe:a9fe]/", "NAT64 for a cloud metadata", "deny", "NAT64"},
		{"local", "GET", "http://0xa9fea9fe/", "cloud metadata", "deny", "metadata"},
		{"local", "GET", "http://2852039166/", "cloud metadata", "deny", "metadata"},
		{"local", "GET", "http://0251.0376.0251.0376/", "cloud metadata", "deny", "metadata"},
		{"local", "GET", "http://10.1/", "a private address", "deny", "private"},
		{"local", "GET", "http://[fd00:ec2::254]/", "cloud metadata", "deny", "metadata"},
		{"local", "GET", "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/", "cloud metadata", "deny", "metadata"},
		{"local", "GET", "http://127.0.0.2/", "a loopback address", "deny", "loopback"},
		{"local", "GET", "http://0/", "an address of this network", "deny", "this network"},
		{"closed", "GET", echo, "not permitted to access the internet via global functions", "", ""},
	} {
		body, _ := json.Marshal(map[string]string{"url": c.url, "method": c.method})
		status, text, err := d.request("POST", "/v1/workers/"+c.worker+"/fetch/", nil, string(body))
		if err != nil || status != 200 || !strings.Contains(text, c.want) {
			t.Errorf("%s %s %s: %d %v %s, want %s", c.worker, c.method, c.url, status, err, text, c.want)
		}
		if c.verdict == "" {
			continue
		}
		line := lines.next(t)
		for strings.Contains(c.url, "/redir") && line["status"] == 302.0 {
			line = lines.next(t)
		}
		reason, _ := line["reason"].(string)
		if line["verdict"] != c.verdict || !strings.Contains(reason, c.reason) || line["worker"] != "0/"+c.worker && !strings.HasSuffix(fmt.Sprint(line["worker"]), "/"+c.worker) || c.verdict == "deny" && line["address"] != nil {
			t.Errorf("%s %s: the line is %v", c.worker, c.url, line)
		}
	}
	if log := d.log.String() + fmt.Sprint(lines.all); strings.Contains(log, "s3cr3t") || !strings.Contains(log, "verdict=deny") {
		t.Errorf("the log has the secret, or no denial:\n%.3000s", log)
	}
	code := `{"code":{"mainModule":"a.js","modules":{"a.js":"export default {}"},"globalOutbound":{"outbound":"local"}}}`
	if status, text, _ := d.request("PUT", "/v1/workers/x", nil, code); status != http.StatusForbidden || !strings.Contains(text, "can't ask for") {
		t.Errorf("an outbound that the profile doesn't have: %d %s", status, text)
	}
}

// egressLines are the lines of GET /v1/egress?follow.
type egressLines struct {
	in  *bufio.Scanner
	all []string
}

func (d *daemon) followEgress(t testing.TB) *egressLines {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://stockade/v1/egress?follow&tail=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	resp, err := d.client.Do(req)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return &egressLines{in: bufio.NewScanner(resp.Body)}
}

func (l *egressLines) next(t testing.TB) map[string]any {
	t.Helper()
	for l.in.Scan() {
		if data, ok := strings.CutPrefix(l.in.Text(), "data: "); ok {
			l.all = append(l.all, data)
			var line map[string]any
			if err := json.Unmarshal([]byte(data), &line); err != nil {
				t.Fatal(err)
			}
			return line
		}
	}
	t.Fatal("no line of egress")
	return nil
}
