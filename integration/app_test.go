package integration

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// deployment is the body of PUT /v1/apps/{name}.
func deployment(t testing.TB, source string, files map[string][]byte) string {
	t.Helper()
	body := map[string]any{}
	if source != "" {
		body["code"] = map[string]any{"mainModule": "index.js", "compatibilityDate": "2026-01-01", "modules": map[string]string{"index.js": source}}
	}
	if files != nil {
		encoded := map[string]string{}
		for name, content := range files {
			encoded[name] = base64.StdEncoding.EncodeToString(content)
		}
		body["assets"] = map[string]any{"files": encoded}
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (d *daemon) put(t testing.TB, name, body string) {
	t.Helper()
	if status, text, err := d.request("PUT", "/v1/apps/"+name, nil, body); err != nil || status > 201 {
		t.Fatalf("%d %v %.2000s", status, err, text)
	}
}

// followed is an app's log as it comes.
func (d *daemon) followed(t testing.TB, name string) *bufio.Scanner {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://localhost/v1/apps/"+name+"/logs?follow&tail=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return bufio.NewScanner(res.Body)
}

func TestALogIsFollowedWhileTheRequestRuns(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.put(t, "slow", deployment(t, `let go = false;
	export default { async fetch(request, env, ctx) {
		if (request.url.endsWith("/go")) return new Response(String(go = true));
		console.log("first");
		while (!go) await scheduler.wait(5);
		console.log("second");
		ctx.waitUntil(new Promise((done) => setTimeout(() => { console.log("after"); done(); }, 200)));
		return new Response("done");
	} };`, nil))
	lines := d.followed(t, "slow")
	get := func(path string) {
		if status, text, err := d.request("GET", "/v1/apps/slow/fetch/"+path, nil, ""); err != nil || status != 200 {
			t.Errorf("%d %s %v", status, text, err)
		}
	}
	var requests sync.WaitGroup
	defer requests.Wait()
	requests.Go(func() { get("") })
	for _, want := range []string{`"message":["first"]`, `"url":"http://localhost/go"`, `"message":["second"]`, `"message":["after"]`, `"type":"request"`} {
		if !lines.Scan() || !strings.Contains(lines.Text(), want) {
			t.Fatalf("%q, want %s", lines.Text(), want)
		}
		if want == `"message":["first"]` { // before there is an answer
			get("go")
		}
	}
	requests.Wait()
	if status, _, err := d.request("DELETE", "/v1/apps/slow", nil, ""); err != nil || status != 204 {
		t.Fatalf("%d %v", status, err)
	}
	for lines.Scan() {
		t.Errorf("after the end: %s", lines.Text())
	}
}

// TestWhoFollowsALogHoldsNothingUp ends the daemon under an open log.
func TestWhoFollowsALogHoldsNothingUp(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	d.put(t, "a", deployment(t, `export default { fetch() { return new Response("a"); } };`, nil))
	lines := d.followed(t, "a")
	d.stop(t)
	d.ending = true
	if strings.Contains(d.log.String(), "requests were cut off") {
		t.Error("it was waited for, in vain")
	}
	for lines.Scan() {
	}
}

func TestALargeFileIsStreamed(t *testing.T) {
	d := serve(t, testDir(t), smallPool)
	large := make([]byte, 20<<20)
	for i := range large {
		large[i] = byte(rand.Uint32())
	}
	d.put(t, "files", deployment(t, "", map[string][]byte{"/large.bin": large, "/é ü.txt": []byte("text")}))
	res, err := d.client.Get("http://localhost/v1/apps/files/fetch/large.bin")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || !bytes.Equal(got, large) || res.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("%d bytes, %v, %v", len(got), err, res.Header)
	}
	status, text, err := d.request("GET", "/v1/apps/files/fetch/large.bin", http.Header{"Range": {"bytes=1000000-1000099"}}, "")
	if err != nil || status != 206 || text != string(large[1000000:1000100]) {
		t.Errorf("%d %v", status, err)
	}
	if status, text, _ := d.request("GET", "/v1/apps/files/fetch/%C3%A9%20%C3%BC.txt", nil, ""); status != 200 || text != "text" {
		t.Errorf("%d %s", status, text)
	}
	for _, path := range []string{"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/large.bin%00", "//large.bin"} {
		if status, text, err := d.request("GET", "/v1/apps/files/fetch"+path, nil, ""); err == nil && status == 200 {
			t.Errorf("%s: %.100s", path, text)
		}
	}
}

// TestDeployingUnderLoad replaces an app again and again while requests come:
// none fails, and none is answered by a version older than one seen before.
func TestDeployingUnderLoad(t *testing.T) {
	d := serve(t, testDir(t), "profiles:\n  default: {pool: {size: 4, max_workers: 32}}\n")
	version := func(n int) string {
		return deployment(t, fmt.Sprintf(`export default { fetch() { return new Response("%d"); } };`, n), map[string][]byte{"/n.txt": fmt.Append(nil, n)})
	}
	d.put(t, "app", version(0))
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			seen := 0
			for {
				select {
				case <-stop:
					return
				default:
				}
				status, text, err := d.request("GET", "/v1/apps/app/fetch/x", nil, "")
				var n int
				if _, scan := fmt.Sscan(text, &n); err != nil || status != 200 || scan != nil || n < seen {
					t.Errorf("%d %v %s after %d", status, err, text, seen)
					return
				}
				seen = n
			}
		})
	}
	for n := range 40 {
		d.put(t, "app", version(n+1))
		if _, text, _ := d.request("GET", "/v1/apps/app/fetch/n.txt", nil, ""); text != fmt.Sprint(n+1) {
			t.Errorf("%s after %d", text, n+1)
		}
	}
	close(stop)
	clients.Wait()
	if status, text, err := d.request("POST", "/v1/apps/app/rollback", nil, `{"version": 22}`); err != nil || status != 200 {
		t.Fatalf("%d %v %s", status, err, text)
	}
	if _, text, _ := d.request("GET", "/v1/apps/app/fetch/", nil, ""); text != "21" {
		t.Error(text)
	}
}
