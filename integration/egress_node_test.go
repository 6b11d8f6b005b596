package integration

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
)

// nodeDiffers are the cases of testdata/egress/node.js in which the answer is another than workerd's, and why.
var nodeDiffers = map[string]string{
	"serveNobody": "failed", // the exception of the handler reaches who connects
}

// httpDiffers is the same of testdata/egress/http.js.
var httpDiffers = map[string]string{
	"cookies": `[["a=1","b=2"],["a=1","b=2"]]`,                                                          // as in Node.js; workerd joins them
	"late":    "Error: Cannot set headers after they are sent to the client code=ERR_HTTP_HEADERS_SENT", // as in Node.js
}

// TestNodeSocketsAreTheWorkersRuntimes runs testdata/egress/node.js on both engines: node:net, node:tls and node:dns.
func TestNodeSocketsAreTheWorkersRuntimes(t *testing.T) { compareNode(t, "node", nodeDiffers) }

// TestNodeRequestsAreTheWorkersRuntimes runs testdata/egress/http.js: requests of node:http.
func TestNodeRequestsAreTheWorkersRuntimes(t *testing.T) { compareNode(t, "http", httpDiffers) }

const streamedRequests = `import { request } from "node:http";
export default { async fetch(req) {
	const { searchParams } = new URL(req.url), base = searchParams.get("base"), out = [];
	const once = (emitter, name) => new Promise((done, fail) => { emitter.once(name, done); emitter.once("error", fail); });
	{ // the server says each piece back before the next is sent
		const r = request(base + "/back", { method: "POST" });
		r.write("one");
		const res = await once(r, "response");
		const got = [];
		res.on("data", (b) => got.push(String(b)));
		for (const piece of ["two", "three"]) { while (got.join("|").split("|").length < (piece === "two" ? 1 : 2)) await new Promise((f) => setTimeout(f, 1)); r.write(piece); }
		r.end();
		await once(res, "end");
		out.push(got.join(), res.headers["x-length"]);
	}
	{ // the server answers before the body has come
		const r = request(base + "/early", { method: "POST", headers: { "content-length": "4000000" } });
		r.on("error", () => {});
		r.write(new Uint8Array(100000));
		const res = await once(r, "response");
		let text = "";
		for await (const b of res) text += b;
		r.destroy();
		out.push(res.statusCode, text);
	}
	{ // a body of many pieces, with its length
		const n = 24, r = request(base + "/count", { method: "PUT", headers: { "content-length": n << 20 } });
		const answer = once(r, "response");
		for (let i = 0; i < n; i++) if (!r.write(new Uint8Array(1 << 20))) await once(r, "drain");
		r.end();
		const res = await answer;
		let text = "";
		for await (const b of res) text += b;
		out.push(text, res.headers["x-length"]);
	}
	return new Response(out.join(" "));
} };`

// TestNodeRequestsAreStreamed: the Workers runtime gathers a request's body and sends it at its end; here it goes as it is written.
func TestNodeRequestsAreStreamed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		w.Header().Set("X-Length", strconv.FormatInt(r.ContentLength, 10))
		switch r.URL.Path {
		case "/back":
			buf := make([]byte, 64)
			for {
				n, err := r.Body.Read(buf)
				w.Write(buf[:n])
				w.(http.Flusher).Flush()
				if err != nil {
					return
				}
			}
		case "/early":
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			io.WriteString(w, "too large")
		case "/count":
			n, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, n)
		}
	}))
	t.Cleanup(server.Close)
	d := egressDaemon(t)
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, "streamed-"+profile, profile, map[string]any{"compatibilityDate": "2026-11-17"}, streamedRequests)
		_, text, err := d.request("GET", "/v1/workers/streamed-"+profile+"/fetch/?base="+url.QueryEscape(server.URL), nil, "")
		if err != nil || text != "one,two,three -1 413 too large 25165824 25165824" {
			t.Errorf("%s: %v %s", profile, err, text)
		}
	}
}

func compareNode(t *testing.T, probe string, differ map[string]string) {
	up := newUpstream(t)
	file, answers := "testdata/egress/"+probe+".js", "testdata/egress/"+probe+"_workerd.txt"
	if *workerd != "" {
		recordAnswers(t, up, file, "2026-11-17", answers)
	}
	want := readAnswers(t, answers)
	d := egressDaemon(t)
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, probe+"-"+profile, profile, map[string]any{"compatibilityDate": "2026-11-17"}, read(t, file))
		for name, answer := range want {
			if ours, other := differ[name]; other {
				answer = ours
			}
			if got := d.probeEgress(t, probe+"-"+profile, name, up); got != answer && got != "THROWS "+answer {
				t.Errorf("%s: %s\n got %s\nwant %s", profile, name, got, answer)
			}
		}
	}
}
