package integration

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

const watched = `
import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
class Target extends RpcTarget {
	constructor(ctx) { super(); this.ctx = ctx; }
	ping() { return "pong"; }
	abort() { this.ctx.abort(new Error("aborted")); }
	function() { return () => "called"; }
}
export default class extends WorkerEntrypoint {
	make() { return new Target(this.ctx); }
	watch(stub) {
		let told = false;
		stub.dup().onRpcBroken((e) => { told = true; globalThis.seen = e.message; });
		this.ctx.waitUntil((async () => { for (let i = 0; i < 1000 && !told; i++) await scheduler.wait(20); })());
	}
	seen() { return globalThis.seen; }
	grow() { globalThis.big = new Uint8Array(50 << 20).fill(1); } // to know it by
}`

const watcher = helper + `
import { RpcStub } from "cloudflare:workers";
const told = (e) => (e instanceof Error) + " " + e.name + ": " + e.message;
const until = async (condition) => { for (let i = 0; i < 1000 && !condition(); i++) await scheduler.wait(20); };
let watching = false;
const paths = {
	async "/kill"(child, seen, note, third) {
		await child.grow();
		const stub = await child.make(), again = stub.dup(), disposed = stub.dup(), local = new RpcStub(() => 1);
		const result = child.make(), f = await stub.function();
		stub.onRpcBroken((e) => { note("first")(e); throw new Error("a callback that throws"); });
		stub.onRpcBroken(note("second"));
		again.onRpcBroken(note("dup"));
		again.onRpcBroken(note("dup, disposed of too late"));
		disposed.onRpcBroken(note("disposed"));
		disposed[Symbol.dispose]();
		local.onRpcBroken(note("local"));
		result.onRpcBroken(note("result"));
		f.onRpcBroken(note("function"));
		const spare = await child.make();
		spare.onRpcBroken(note("spare"));
		spare[Symbol.dispose]();
		await stub.ping();
		await third.watch(stub);
		watching = true;
		await until(() => seen.length >= 6);
		again[Symbol.dispose]();
		try { await stub.ping(); } catch (e) { seen.push("a call: " + told(e)); }
		stub.onRpcBroken(note("late"));
		seen.push("registered");
		await until(() => seen.length >= 9);
		again.onRpcBroken(note("after its disposal"));
		await until(() => seen.length >= 10);
		let other;
		for (let i = 0; i < 1000 && other === undefined; i++) { other = await third.seen(); await scheduler.wait(20); }
		seen.push("passed on: " + other);
		await scheduler.wait(100); // for what must not come
	},
	async "/abort"(child, seen, note) {
		const stub = await child.make(), other = await child.make();
		stub.onRpcBroken(note("stub"));
		other.onRpcBroken(note("other"));
		await stub.abort().catch((e) => seen.push("the call: " + told(e)));
		await until(() => seen.length >= 2);
		seen.push(await other.ping());
	},
	async "/failed"(child, seen, note) {
		const result = child.missing();
		result.onRpcBroken(note("result"));
		await result.catch(() => {});
		await until(() => seen.length >= 1);
		try { result.onRpcBroken(5); } catch (e) { seen.push(told(e)); }
		const local = new RpcStub(() => 1);
		local[Symbol.dispose]();
		local.onRpcBroken(note("disposed"));
		await until(() => seen.length >= 3);
	},
	async "/hung"(child) {
		const stub = await child.make();
		await new Promise((resolve) => stub.onRpcBroken(resolve));
	},
	async "/left"(child, seen, note) {
		(await child.make()).onRpcBroken(note("left"));
	},
};
export default { async fetch(request, env) {
	const { pathname } = new URL(request.url), seen = [];
	if (pathname === "/watching") return new Response(String(watching));
	const [child, third] = ["child", "third"].map((id) => env.LOADER.get(id, () => code(child_source)).getEntrypoint());
	try { await paths[pathname](child, seen, (name) => (e) => seen.push(name + ": " + told(e)), third); } catch (e) { seen.push("threw " + told(e)); }
	return new Response(seen.join("\n"));
} };`

const gone = "true Error: The execution context which hosts this callback is no longer running."

// TestOnRpcBroken has a Worker watch stubs on objects of another one, whose process is killed, whose request is aborted, and
// which does nothing of the kind.
func TestOnRpcBroken(t *testing.T) {
	source := "const child_source = " + quoted(watched) + ";\n" + watcher
	onBothEngines(t, 8, source, func(t *testing.T, d *daemon) {
		for path, want := range map[string]string{
			"abort": "the call: true Error: aborted\nstub: " + gone + "\npong",
			"failed": "result: true TypeError: The RPC receiver does not implement the method \"missing\".\n" +
				"true TypeError: Failed to execute 'onRpcBroken' on 'JsRpcStub': parameter 1 is not of type 'Function'.\n" +
				"disposed: true Error: RPC stub used after being disposed.",
			"left": "",
		} {
			if status, text := d.get(t, "loader/fetch/"+path); status != http.StatusOK || text != want {
				t.Errorf("%s: %d %s", path, status, text)
			}
		}
		want := "first: " + gone + "\nsecond: " + gone + "\ndup: " + gone + "\ndup, disposed of too late: " + gone + "\nfunction: " + gone + "\nresult: " + gone +
			"\na call: " + gone + "\nregistered\nlate: " + gone + "\nafter its disposal: true Error: RPC stub used after being disposed." +
			"\npassed on: " + strings.TrimPrefix(gone, "true Error: ")
		if status, text := d.kill(t); status != http.StatusOK || text != want {
			t.Errorf("kill: %d %s\nwant %s", status, text, want)
		}
		if status, text := d.get(t, "loader/fetch/hung"); status != http.StatusInternalServerError {
			t.Errorf("hung: %d %s", status, text)
		}
	})
}

// kill has the process of the child killed that /kill watches.
func (d *daemon) kill(t *testing.T) (status int, text string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		status, text = d.get(t, "loader/fetch/kill")
	}()
	eventually(t, 20*time.Second, func() string {
		if _, text := d.get(t, "loader/fetch/watching"); text != "true" {
			return text
		}
		return ""
	})
	syscall.Kill(largestWorker(t, d), syscall.SIGKILL)
	<-done
	return status, text
}
