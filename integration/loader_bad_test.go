package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// onBothEngines runs a test with a daemon whose pool has max places, on each engine. The app "loader" has a Worker Loader.
func onBothEngines(t *testing.T, most int, source string, test func(*testing.T, *daemon)) {
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), fmt.Sprintf("profiles:\n  default: {engine: %s, pool: {size: 2, max_workers: %d, queue: {length: 500, timeout: 60s}}}\n", engine, most))
			d.putLoader(t, "loader", source)
			test(t, d)
		})
	}
}

func (d *daemon) putLoader(t *testing.T, name, source string) {
	t.Helper()
	body := map[string]any{"code": map[string]any{"mainModule": "index.js", "compatibilityDate": "2026-01-01", "modules": map[string]string{"index.js": source}},
		"bindings": map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	d.put(t, name, string(b))
}

func (d *daemon) get(t *testing.T, path string) (int, string) {
	t.Helper()
	status, text, err := d.request("GET", "/v1/apps/"+path, nil, "")
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return status, text
}

const helper = `
import { WorkerEntrypoint } from "cloudflare:workers";
const code = (source, more) => ({ compatibilityDate: "2026-01-01", mainModule: "a.js", modules: { "a.js": source }, globalOutbound: null, ...more });
const hello = "export default { fetch() { return new Response('hello') } };";
const text = async (stub) => { try { return await (await stub.fetch("http://x/")).text() } catch (e) { return e.name + ": " + e.message } };
`

// TestRequestsShareALoad has requests of one isolate ask for the same id at once. What each holds is its own: the first may end
// long before the others use theirs.
func TestRequestsShareALoad(t *testing.T) {
	source := helper + `let calls = 0;
		export default { async fetch(request, env) {
			const after = +new URL(request.url).searchParams.get("after");
			const worker = env.LOADER.get("one", async () => { calls++; await scheduler.wait(100); return code(hello); });
			await scheduler.wait(after);
			return new Response(await text(worker.getEntrypoint()) + " " + calls);
		} };`
	onBothEngines(t, 16, source, func(t *testing.T, d *daemon) {
		var all sync.WaitGroup
		for n := range 12 {
			all.Go(func() {
				if status, text := d.get(t, fmt.Sprintf("loader/fetch/?after=%d", n*40)); status != 200 || text != "hello 1" {
					t.Errorf("%d %s", status, text)
				}
			})
		}
		all.Wait()
	})
}

// TestACallbackThatNeverSettles hangs the request that it was given in, and no other.
func TestACallbackThatNeverSettles(t *testing.T) {
	source := helper + `let begun;
		export default { async fetch(request, env) {
			const { pathname } = new URL(request.url);
			if (pathname === "/never") return env.LOADER.get("id", () => new Promise(() => {})).getEntrypoint().fetch(request);
			if (pathname === "/slow") {
				return env.LOADER.get("slow", async () => { await scheduler.wait(30000); return code("never") }).getEntrypoint().fetch(request);
			}
			return new Response(await text(env.LOADER.get(pathname.slice(1), () => code(hello)).getEntrypoint()));
		} };`
	onBothEngines(t, 16, source, func(t *testing.T, d *daemon) {
		if status, text := d.get(t, "loader/fetch/never"); status != 500 || !strings.Contains(text, "hung") {
			t.Errorf("%d %s", status, text)
		}
		if status, text := d.get(t, "loader/fetch/id"); status != 200 || text != "hello" {
			t.Errorf("after it: %d %s", status, text)
		}
	})
}

// pools is what GET /v1/pool says of the profile.
func (d *daemon) pools(t *testing.T) (p struct{ Idle, Starting, Busy, Warm, Queued int }) {
	t.Helper()
	_, text, err := d.request("GET", "/v1/pool", nil, "")
	var answer struct {
		Profiles []struct{ Idle, Starting, Busy, Warm, Queued int }
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &answer)
	}
	if err != nil {
		t.Fatal(err)
	}
	return answer.Profiles[0]
}

// settles waits until no more than most processes have a Worker.
func (d *daemon) settles(t *testing.T, most int) {
	t.Helper()
	for range 6000 {
		if p := d.pools(t); p.Busy+p.Warm <= most && p.Queued == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("there are more than %d Workers: %+v", most, d.pools(t))
}

// TestAParentThatDies has its process killed while what it has loaded runs, and calls it. Who called it is told, the children
// end, and the next request finds another parent.
func TestAParentThatDies(t *testing.T) {
	source := helper + `
		export class Own extends WorkerEntrypoint { wait() { return scheduler.wait(60000) } }
		const child = "export default { async fetch(request, env) { await env.OWN.wait(); return new Response('too late') } }";
		const grandchild = "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { async go(f) { await f() } }";
		export default { async fetch(request, env, ctx) {
			const { pathname } = new URL(request.url);
			if (pathname === "/ok") return new Response("ok");
			if (pathname === "/children") {
				globalThis.big = new Uint8Array(50 << 20).fill(1); // to know it by
				const all = [];
				for (let i = 0; i < 4; i++) all.push(env.LOADER.load(code(child, { env: { OWN: ctx.exports.Own({ props: {} }) } })).getEntrypoint().fetch(request));
				all.push(env.LOADER.get("kept", () => code(grandchild)).getEntrypoint().go(() => scheduler.wait(60000)));
				return Promise.race(all);
			}
		} };`
	onBothEngines(t, 16, source, func(t *testing.T, d *daemon) {
		var all sync.WaitGroup
		all.Go(func() {
			if status, text := d.get(t, "loader/fetch/children"); status != 502 || !strings.Contains(text, "worker_killed") {
				t.Errorf("%d %s", status, text)
			}
		})
		eventually(t, 20*time.Second, func() string {
			if p := d.pools(t); p.Busy < 6 {
				return fmt.Sprintf("the children do not run: %+v", p)
			}
			return ""
		})
		syscall.Kill(largestWorker(t, d), syscall.SIGKILL)
		all.Wait()
		if status, text := d.get(t, "loader/fetch/ok"); status != 200 || text != "ok" {
			t.Errorf("%d %s", status, text)
		}
		d.settles(t, 2) // the parent; "kept" may stay warm
	})
}

// largestWorker is the worker process with the most memory.
func largestWorker(t *testing.T, d *daemon) (largest int) {
	t.Helper()
	most := 0
	for _, pid := range workersOf(t, d) {
		var size, resident int
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		if err == nil {
			_, err = fmt.Sscan(string(b), &size, &resident)
		}
		if err == nil && resident > most {
			largest, most = pid, resident
		}
	}
	if largest == 0 {
		t.Fatal("there are no workers")
	}
	return largest
}

// TestEvictionAsksForTheCodeAgain has an isolate evicted that nobody has used for a while: its state has gone, and get() calls back.
func TestEvictionAsksForTheCodeAgain(t *testing.T) {
	source := helper + `let calls = 0;
		export default { async fetch(request, env) {
			const worker = env.LOADER.get("one", () => { calls++; return code("let n = 0; export default { fetch() { return new Response(String(++n)) } }") });
			return new Response(await text(worker.getEntrypoint()) + " " + calls);
		} };`
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 1, max_workers: 2}}\n")
			d.putLoader(t, "loader", source)
			d.put(t, "other", deployment(t, "export default { fetch() { return new Response('other') } };", nil))
			for _, want := range []string{"1 1", "2 1"} {
				if _, text := d.get(t, "loader/fetch/"); text != want {
					t.Errorf("%s, want %s", text, want)
				}
			}
			// There are two places: for the loader, and for what it has loaded. Who comes takes that of the one unused longest.
			d.get(t, "other/fetch/")
			d.get(t, "loader/fetch/")
			if _, text := d.get(t, "other/fetch/"); text != "other" {
				t.Error(text)
			}
			eventually(t, 10*time.Second, func() string {
				if _, text := d.get(t, "loader/fetch/"); !strings.HasPrefix(text, "1 ") {
					d.get(t, "other/fetch/")
					return text
				}
				return ""
			})
		})
	}
}

// TestCodeOf64MiB loads as much code as there may be, and a byte more.
func TestCodeOf64MiB(t *testing.T) {
	source := helper + `
		const main = "import big from 'big'; export default { fetch() { return new Response(String(big.byteLength)) } }";
		const most = (64 << 20) - main.length;
		export default { async fetch(request, env) {
			const load = (size) => env.LOADER.load(code(main, { modules: { "a.js": main, big: { data: new ArrayBuffer(size) } } })).getEntrypoint();
			const refused = await (async () => load(most + 1))().catch((e) => e.message);
			return new Response(await text(load(most)) + " " + refused);
		} };`
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 8}, limits: {default: {memory: 512MiB}}}\n")
			d.putLoader(t, "loader", source)
			want := fmt.Sprintf("%d Dynamic Worker code size (%d bytes) exceeds the maximum allowed size of %d bytes.", 64<<20-97, 64<<20+1, 64<<20)
			if _, text := d.get(t, "loader/fetch/"); text != want {
				t.Errorf("%s\nwant %s", text, want)
			}
		})
	}
}

// TestExperimentalFlags are for profiles that say so, and for what is loaded by a Worker that has the flag itself.
func TestExperimentalFlags(t *testing.T) {
	source := helper + `
		const flagged = (more) => code(hello, { compatibilityFlags: ["rtti_api"], ...more });
		export default { async fetch(request, env) {
			const load = async (c) => text(env.LOADER.load(c).getEntrypoint());
			const inner = env.LOADER.load(code(hello, { compatibilityFlags: ["experimental"], allowExperimental: true }));
			return new Response([await load(flagged()), await load(flagged({ allowExperimental: true })), await text(inner.getEntrypoint())].join("; "));
		} };`
	body := func(flags ...string) string {
		b, err := json.Marshal(map[string]any{"code": map[string]any{"mainModule": "a.js", "compatibilityDate": "2026-01-01", "compatibilityFlags": flags,
			"modules": map[string]string{"a.js": source}, "bindings": map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const isExperimental = "The compatibility flag rtti_api is experimental"
	d := serve(t, testDir(t), smallPool)
	if status, text, err := d.request("POST", "/v1/run", nil, body("experimental")); err != nil || status != 422 || !strings.Contains(text, "flag experimental is experimental") {
		t.Errorf("%v %d %s", err, status, text)
	}
	if _, text, _ := d.request("POST", "/v1/run", nil, body()); !strings.Contains(text, isExperimental) || !strings.Contains(text, "'allowExperimental' is only allowed when the calling worker has the 'experimental' compat flag set.") {
		t.Error(text)
	}
	d = serve(t, testDir(t), "profiles:\n  default: {experimental: true, pool: {size: 2, max_workers: 8}}\n")
	if _, text, _ := d.request("POST", "/v1/run", nil, body("experimental")); !strings.Contains(text, isExperimental) || !strings.Contains(text, "; hello; hello") {
		t.Error(text)
	}
}

// TestALoaderOfThousands loads more than there are places for. It gets what it may have, and an error that says so; another app
// goes on.
func TestALoaderOfThousands(t *testing.T) {
	source := helper + `
		const waits = "export default { async fetch() { await scheduler.wait(60000); return new Response('late') } }";
		let enough = false;
		export default { async fetch(request, env) {
			const { pathname } = new URL(request.url);
			if (pathname === "/busy") {
				let running = 0;
				const errors = new Map();
				const all = Array.from({ length: 2000 }, async (_, i) => {
					const e = await text(env.LOADER.load(code(waits + "//" + i)).getEntrypoint());
					errors.set(e, (errors.get(e) ?? 0) + 1);
				});
				while (!enough || ![...errors.keys()].some((e) => e.includes(" at once"))) await scheduler.wait(10);
				return Response.json([...errors]);
			}
			if (pathname === "/enough") return new Response(String(enough = true));
			let right = 0;
			if (pathname === "/many") { // one after the other, each kept
				for (let i = 0; i < 60; i++) if (await text(env.LOADER.get("id" + i, () => code(hello)).getEntrypoint()) === "hello") right++;
				return Response.json(right);
			}
			if (pathname === "/burst") { // at once, each short
				await Promise.all(Array.from({ length: 40 }, async () => { if (await text(env.LOADER.load(code(hello)).getEntrypoint()) === "hello") right++; }));
				return Response.json(right);
			}
			const held = [];
			for (let i = 0; ; i++) {
				const worker = env.LOADER.load({ ...code(hello), modules: { "a.js": hello, "big": { data: new ArrayBuffer(20 << 20) } } });
				held.push(worker);
				const e = await text(worker.getEntrypoint());
				if (e !== "hello") return new Response(i + " " + e);
			}
		} };`
	onBothEngines(t, 16, source, func(t *testing.T, d *daemon) {
		d.putLoader(t, "other", helper+`export default { async fetch(request, env) { return new Response(await text(env.LOADER.load(code(hello)).getEntrypoint())) } };`)
		for path, want := range map[string]string{"many": "60", "burst": "40"} {
			if status, text := d.get(t, "loader/fetch/"+path); status != 200 || text != want {
				t.Errorf("%s: %d %s", path, status, text)
			}
		}
		if status, text := d.get(t, "loader/fetch/hold"); status != 200 || !strings.HasPrefix(text, "12 Error: The code of the dynamic Workers that are held has ") {
			t.Errorf("%d %s", status, text)
		}
		var all sync.WaitGroup
		all.Go(func() {
			status, text := d.get(t, "loader/fetch/busy")
			if status != 200 || !strings.Contains(text, `"Error: This Worker has 12 dynamic Workers running, and may have 12 at once."`) {
				t.Errorf("%d %s", status, text)
			}
		})
		eventually(t, 10*time.Second, func() string {
			if p := d.pools(t); p.Busy < 13 {
				return fmt.Sprintf("they do not run: %+v", p)
			}
			return ""
		})
		for range 20 {
			if status, text := d.get(t, "other/fetch/"); status != 200 || text != "hello" {
				t.Errorf("the other app: %d %s", status, text)
			}
		}
		d.get(t, "loader/fetch/enough")
		all.Wait()
		d.settles(t, 3)
	})
}
