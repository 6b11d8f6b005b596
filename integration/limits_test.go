package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// limitsPolicy has limits low enough to be met at once, but for time on the clock and to start up: on a busy machine it passes. Who is to
// exceed that has a profile of its own.
func limitsPolicy() string {
	policy := `storage: {total: 1MiB, per_owner: 256KiB}
roles:
  - {name: all, match: {uids: [0-65535]}, allow: [run, load, invoke, deploy, delete, read], profiles: [default, default_hurried, quickjs, quickjs_hurried]}
profiles:
`
	for _, engine := range []string{"default", "quickjs"} {
		policy += fmt.Sprintf(`  %[1]s:
    engine: %[2]s
    pool: {size: 2, max_workers: 10}
    limits:
      default: {cpu_ms: 200, startup_cpu_ms: 2000, startup_wall_ms: 60000, wall_ms: 30000, memory: 64MiB, request_body: 1000, response_body: 102400, log_bytes: 2000,
        log_lines: 20, open_calls: 20, open_stubs: 40, sub_requests: 60, dynamic_workers: 2, code_bytes: 204800, env_bytes: 10240}
      max: {memory: 64MiB, response_body: 102400, code_bytes: 204800, env_bytes: 10240}
  %[1]s%[3]s:
    engine: %[2]s
    pool: {size: 1, max_workers: 2}
    limits: {default: {wall_ms: 500, startup_cpu_ms: 200, startup_wall_ms: 60000}}
`, engine, strings.Replace(engine, "default", "goja", 1), hurried)
	}
	return policy
}

// hurried ends the name of the profile with little time.
const hurried = "_hurried"

// limitCase is one Worker that takes too much of one thing.
type limitCase struct {
	name   string
	in     string // the end of the profile's name
	source string // the body of fetch(request, env, ctx)
	head   string // before it
	want   string // what the answer is: a regular expression
	limit  string // the limit that the error has, and its value
	more   map[string]any
}

const (
	tooMuchCPU    = `"outcome":"exceededCpu".*"kind":"limit_exceeded","message":"Worker exceeded CPU time limit\."`
	tooMuchMemory = `"outcome":"exceededMemory".*"kind":"limit_exceeded","message":"Worker exceeded memory limit\."`
	overflow      = `"body":"RangeError: Maximum call stack size exceeded"`
	cpuMs         = `"cpuMs","value":200`
	bytes64MiB    = `"memory","value":67108864`
)

var (
	long   = map[string]any{"limits": map[string]any{"cpuMs": 60_000}} // the memory is met first, on any machine
	loader = map[string]any{"bindings": map[string]any{"LOADER": map[string]any{"type": "worker_loader"}}}
)

var limitCases = []limitCase{
	// CPU: in the language, in a built-in, and where nothing else gets its turn.
	{name: "loop", source: `for (;;) {}`, want: tooMuchCPU, limit: cpuMs},
	{name: "a loop that catches all", source: `for (;;) { try { for (;;) {} } catch {} finally { for (;;) {} } }`, want: tooMuchCPU, limit: cpuMs},
	{name: "generator", source: `function* g() { try { for (;;) yield 1 } finally { for (;;) {} } } for (const x of g()) {}`, want: tooMuchCPU, limit: cpuMs},
	{name: "regular expression", source: `return new Response(/^(a+)+$/.test("a".repeat(40) + "b"))`, want: tooMuchCPU, limit: cpuMs},
	{name: "replace", source: `return new Response("a".repeat(40).concat("b").replace(/^(?:(a|a)*)*$/, ""))`, want: tooMuchCPU, limit: cpuMs},
	{name: "a built-in", source: `const n = BigInt(request.url.length); return new Response(String(n ** 250000n).length + String(n ** 40000000n).length)`,
		want: tooMuchCPU, limit: `"cpuMs","value":100`, more: map[string]any{"limits": map[string]any{"cpuMs": 100}}},
	{name: "a comparison", source: `[2, 1, 3].sort(() => { for (;;) {} })`, want: tooMuchCPU, limit: cpuMs},
	{name: "promises", source: `const go = () => { Promise.resolve().then(go) }; go(); await scheduler.wait(1); return new Response("late")`, want: tooMuchCPU, limit: cpuMs},
	{name: "await", source: `for (;;) await null`, want: tooMuchCPU, limit: cpuMs},
	{name: "microtasks", source: `const go = () => queueMicrotask(go); go(); await scheduler.wait(1); return new Response("late")`, want: tooMuchCPU, limit: cpuMs},
	{name: "timers", source: `await new Promise(() => { const go = () => { setTimeout(go, 0); for (let i = 0; i < 1e4; i++); }; go(); })`, want: tooMuchCPU, limit: cpuMs},
	{name: "toString", source: `return new Response({ toString() { for (;;) {} } })`, want: tooMuchCPU, limit: cpuMs},
	{name: "a proxy", source: `return new Response("x", new Proxy({}, { get() { for (;;) {} } }))`, want: tooMuchCPU, limit: cpuMs},
	{name: "toJSON", source: `JSON.stringify({ toJSON() { for (;;) JSON.parse("[1]") } })`, want: tooMuchCPU, limit: cpuMs},
	{name: "a thenable", source: `return { then() { for (;;) {} } }`, want: tooMuchCPU, limit: cpuMs},
	{name: "waitUntil", source: `ctx.waitUntil((async () => { for (;;) await null })()); return new Response("answered")`, want: `"outcome":"exceededCpu".*"body":"answered"`},
	{name: "start-up", in: hurried, head: `for (;;) {}`, want: `"kind":"limit_exceeded","message":"Worker exceeded CPU time limit while starting up\."`, limit: `"startupCpuMs","value":200`},
	{name: "waiting is no CPU", source: `await scheduler.wait(600); return new Response("waited")`, want: `"body":"waited"`},
	{name: "wall time", in: hurried, source: `await scheduler.wait(100000)`, want: `"outcome":"exceededWallTime".*"kind":"limit_exceeded"`, limit: `"wallMs","value":500`},

	// Memory.
	{name: "arrays", source: `const a = []; for (;;) a.push(new Array(1e4).fill(1.5))`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "a long array", source: `return new Response(Array(1e9).fill().length)`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "strings", source: `const a = []; for (let i = 0;; i++) a.push("x".repeat(1e5) + i)`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "one string", source: `let s = "x"; for (;;) s += s + s.length`, want: tooMuchMemory + `|"RangeError"`, more: long},
	{name: "buffers", source: `const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1))`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "one buffer", source: `return new Response(new Uint8Array(4e8).fill(1).length)`, want: tooMuchMemory + `|"RangeError"`, more: long},
	{name: "closures", source: `let f = () => 0; for (let i = 0;; i++) { const g = f, n = [i]; f = () => g() + n[0] }`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "objects", source: `let o = null; for (;;) o = { o, x: {} }`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "a map", source: `const m = new Map(); for (let i = 0;; i++) m.set(i, [i])`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "symbols", source: `const s = []; for (let i = 0;; i++) s.push(Symbol(i))`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "promises without an end", source: `const p = []; for (;;) p.push(new Promise(() => {}).then(() => 1))`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "timers without an end", source: `for (;;) setTimeout(() => {}, 1e6)`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "WebAssembly memories", source: `const a = []; for (;;) { const m = new WebAssembly.Memory({ initial: 100 }); new Uint8Array(m.buffer).fill(1); a.push(m) }`,
		want: tooMuchMemory + `|"RangeError"`, more: long},
	{name: "a WebAssembly memory that grows", source: `const m = new WebAssembly.Memory({ initial: 1 }); for (let n = 1;; n++) { try { m.grow(64) } catch (e) { return new Response(n + " " + e) } }`,
		want: `"body":"1[0-9] RangeError: WebAssembly.Memory.grow\(\): [^"]*"`, more: long},
	{name: "a stream without a reader", source: `const s = new TransformStream({}, { highWaterMark: Infinity }, { highWaterMark: Infinity }), w = s.writable.getWriter();
		for (;;) { await w.ready; w.write(new Uint8Array(1e6).fill(1)) }`, want: tooMuchMemory, limit: bytes64MiB, more: long},
	{name: "at start-up", head: `const all = []; for (;;) all.push(new Array(1e4).fill(1.5))`, want: `"kind":"limit_exceeded","message":"Worker exceeded memory limit\."`, limit: bytes64MiB},

	// The stack. The Worker gets an error, and goes on.
	{name: "recursion", source: `const f = (n) => f(n + 1) + 1; try { f(0) } catch (e) { return new Response(e.name + ": " + e.message) }`, want: overflow},
	{name: "recursion through built-ins", source: `const f = () => [1].map(f); try { f() } catch (e) { return new Response(e.name + ": " + e.message) }`, want: overflow},
	{name: "recursion of toString", source: `const o = { toString() { return "" + this } }; try { "" + o } catch (e) { return new Response(e.name + ": " + e.message) }`, want: overflow},
	{name: "nested JSON", source: `try { JSON.parse("[".repeat(1e5) + "]".repeat(1e5)); return new Response("parsed") } catch (e) { return new Response(e.name) }`, want: `"body":"(parsed|RangeError|SyntaxError)"|` + tooMuchMemory, more: long},
	{name: "nested regular expression", source: `try { new RegExp("(".repeat(1e5) + ")".repeat(1e5)); return new Response("made") } catch (e) { return new Response(e.name) }`, want: `"body":"(made|RangeError|SyntaxError)"`},

	// What goes in and out.
	{name: "response body", source: `return new Response("x".repeat(200000))`, want: `"kind":"limit_exceeded"`, limit: `"responseBody","value":102400`},
	{name: "response stream", source: `return new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(10000)) } }))`, want: `"kind":"limit_exceeded"`, limit: `"responseBody","value":102400`},
	{name: "request body", source: `return new Response("read")`, want: `"kind":"limit_exceeded"`, limit: `"requestBody","value":1000,"used":2000`,
		more: map[string]any{"request": map[string]any{"method": "POST", "body": strings.Repeat("x", 2000)}}},
	{name: "log lines", source: `for (let i = 0; i < 100; i++) console.log(i); return new Response("logged")`, want: `"message":\[19\][^\[]*\["Log size limit exceeded: 80 lines of this request were not kept\.`},
	{name: "log bytes", source: `for (let i = 0; i < 10; i++) console.log("x".repeat(900)); return new Response("logged")`, want: `\["Log size limit exceeded: 8 lines of this request were not kept\.`},
	{name: "code", head: "// " + strings.Repeat("x", 300_000) + "\n", source: `return new Response("x")`, want: `"kind":"limit_exceeded"`, limit: `"codeBytes","value":204800`},
	{name: "env", source: `return new Response("x")`, want: `"kind":"limit_exceeded"`, limit: `"envBytes","value":10240`,
		more: map[string]any{"env": map[string]any{"X": strings.Repeat("x", 20_000)}}},

	// What it asks of others: errors that it can catch. Who doesn't has told the caller which limit it was.
	{name: "subrequests", head: other, source: `for (;;) await ctx.exports.Other({}).one()`, want: `"outcome":"exception".*"limit_exceeded","message":"Too many subrequests\."`, limit: `"subRequests","value":60,"used":61`},
	{name: "fetches", head: other, source: `for (;;) await fetch("http://a.example/").catch((e) => { if (/many/.test(e.message)) throw e })`, want: `"message":"Too many subrequests\."`, limit: `"subRequests","value":60,"used":61`},
	{name: "fetches that are caught", head: other, source: `let n = 0; try { for (;; n++) await ctx.exports.Other({}).one() } catch (e) { return new Response(n + " " + e) }`, want: `"outcome":"ok".*"body":"60 Error: Too many subrequests\."`},
	{name: "calls at once", head: other, source: `await Promise.all(Array.from({ length: 30 }, () => ctx.exports.Other({}).wait()))`, want: `"message":"This Worker has as many calls under way as it may\."`, limit: `"openCalls","value":20`},
	{name: "stubs", head: other, source: `const all = await ctx.exports.Other({}).many(100); return new Response(await all[0].one())`,
		want: `"message":"This Worker holds as many stubs as it may\."`, limit: `"openStubs","value":40`},
	{name: "dynamic Workers wait for their turn", source: `const code = { compatibilityDate: "2026-01-01", mainModule: "a.js", modules: { "a.js": "export default { async fetch() { await scheduler.wait(50); return new Response('x') } }" } };
		const all = await Promise.all(Array.from({ length: 6 }, async () => (await env.LOADER.load(code).getEntrypoint().fetch("http://x/")).text())); return new Response(all.join(""))`,
		want: `"body":"xxxxxx"`, more: loader},
}

const other = `import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
class One extends RpcTarget { one() { return 1 } }
export class Other extends WorkerEntrypoint {
	one() { return 1 }
	take() {}
	wait() { return new Promise((done) => setTimeout(done, 300)) }
	many(length) { return Array.from({ length }, () => new One()) }
}
`

// TestLimits takes too much of each thing there is a limit of, on both engines, and reads what the caller is told: the limit, its
// value, and what was used. After each another Worker is well.
func TestLimits(t *testing.T) {
	d := serve(t, testDir(t), limitsPolicy())
	for _, engine := range []string{"default", "quickjs"} {
		for _, c := range limitCases {
			t.Run(engine+"/"+c.name, func(t *testing.T) { c.run(t, d, engine+c.in) })
		}
		d.must(t, http.StatusOK, "POST", "/v1/run", code(`export default { fetch() { return new Response("well") } }`))
	}
}

func (c *limitCase) run(t *testing.T, d *daemon, profile string) {
	code := map[string]any{"mainModule": "index.js", "compatibilityDate": "2026-01-01",
		"modules": map[string]string{"index.js": c.head + "\nexport default { async fetch(request, env, ctx) {" + c.source + "\n} }"}}
	body := map[string]any{"code": code, "profile": profile}
	for key, value := range c.more {
		switch key {
		case "env", "bindings", "limits":
			code[key] = value
		default:
			body[key] = value
		}
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	status, text, err := d.request("POST", "/v1/run", nil, string(b))
	if err != nil || !regexp.MustCompile(`(?s)`+c.want).MatchString(text) {
		t.Errorf("%d %v, want %s\n%.1500s", status, err, c.want, text)
	}
	if c.limit != "" && !regexp.MustCompile(`"limit":{"which":`+c.limit+`(,"used":[1-9]|[},])`).MatchString(text) {
		t.Errorf("%d, want the limit %s\n%.1500s", status, c.limit, text)
	}
}

// TestStorageIsBounded stores Workers and apps until there is no room, and again when some are gone.
func TestStorageIsBounded(t *testing.T) {
	d := serve(t, testDir(t), limitsPolicy())
	worker := func(n int) string {
		return code(fmt.Sprintf("export default { fetch() { return new Response('%d') } } // %s", n, strings.Repeat("x", 100_000)))
	}
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/one", worker(1))
	d.must(t, http.StatusCreated, "PUT", "/v1/apps/two", worker(2))
	for _, path := range []string{"/v1/workers/three", "/v1/apps/three", "/v1/apps/two"} {
		got := d.must(t, http.StatusInsufficientStorage, "PUT", path, worker(3))
		if field(t, got, "error.details.limit.which") != "storageBytes" || field(t, got, "error.details.limit.value") != 256.0*1024 ||
			!strings.Contains(got, "storage.per_owner of the policy allows 262144") {
			t.Errorf("%s: %s", path, got)
		}
	}
	d.must(t, http.StatusNotFound, "GET", "/v1/workers/three", "")
	if got := d.must(t, http.StatusOK, "GET", "/v1/apps/two/fetch/", ""); got != "2" {
		t.Errorf("the app that could not be replaced says %q", got)
	}
	d.must(t, http.StatusNoContent, "DELETE", "/v1/workers/one", "")
	d.must(t, http.StatusCreated, "PUT", "/v1/workers/three", worker(3))
	d.stop(t)
	out, err := exec.Command(program("stockade"), "store", "check", "--state-dir", filepath.Join(d.dir, "state")).CombinedOutput()
	if err != nil {
		t.Errorf("store check: %v\n%s", err, out)
	}
}
