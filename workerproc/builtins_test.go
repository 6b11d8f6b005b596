package workerproc

import (
	"fmt"
	"os"
	"testing"

	"stockade.dev/stockade/rpc"
)

// oddCalls calls every built-in function that can be reached from the globals with odd receivers and arguments. A request
// takes every 8th of them. What they throw is caught: only a fault of the engine's, or a limit, ends the invocation.
const oddCalls = `
const skipped = new Set(["fetch", "reportError", "scheduler", "console", "setTimeout", "setInterval", "setImmediate", "eval", "caches", "WebSocket", "EventSource"]);
const found = [], seen = new Set();
const visit = (o, path) => {
	if (o === null || typeof o !== "object" && typeof o !== "function" || seen.has(o)) return;
	seen.add(o);
	if (typeof o === "function") found.push([path, o]);
	for (const key of Reflect.ownKeys(o)) {
		if (path === "" && skipped.has(key)) continue;
		const { value, get, set } = Reflect.getOwnPropertyDescriptor(o, key);
		const name = path + "." + String(key);
		for (const part of [value, get, set]) visit(part, name);
	}
	visit(Object.getPrototypeOf(o), path + ".__proto__");
};
visit(globalThis, "");
for (const o of [[].values(), new Map().keys(), new Set().keys(), "".matchAll(/x/g), ""[Symbol.iterator](), (function* () {})(), (async function* () {})(), async () => {}]) visit(o, "iterator");
const detached = new ArrayBuffer(8), view = new Uint8Array(detached);
structuredClone(detached, { transfer: [detached] });
const odd = () => [undefined, null, 0, -1, NaN, 1e300, 2 ** 53, 1n, "", "\ud800", Symbol.iterator, true, {}, [], Object.create(null), () => {}, Math.max, function () {}, class {},
	new Proxy({}, {}), new Proxy(() => {}, {}), new Date(NaN), /x/g, new Map(), new Set(), new WeakMap(), Promise.resolve(), new Uint8Array(2), view, detached, new DataView(new ArrayBuffer(4)),
	new Error("x"), { toString: undefined, valueOf: undefined }, { length: -1 }, { length: 3, 1: 1 }, { then: 5 }, { then() {} }, { next: undefined }, { [Symbol.iterator]: () => ({}) }, { constructor: { [Symbol.species]: 5 } },
	{ get length() { throw 1 } }, (function () { return arguments })(1, 2), [].values(), (function* () {})()];
const wait = (v) => Promise.race([v, Promise.resolve().then(() => {}).then(() => {})]);
const attempt = async (call) => { try { await wait(call()) } catch {} };
export default { async fetch(request) {
	const url = new URL(request.url), first = +url.pathname.slice(1), all = url.search === "?all";
	let calls = 0;
	for (let n = first; n < found.length; n += 8) {
		const [path, f] = found[n];
		console.log(path);
		for (let k = all ? 0 : n % 12; k < odd().length; k += all ? 1 : 12) {
			for (const args of [[], [odd()[k]], [undefined, odd()[k]], [odd()[k], odd()[(k * 7 + 3) % odd().length], odd()[(k * 5 + 1) % odd().length]]]) {
				if (/repeat|padStart|padEnd|fill|allocate|Array|join|Blob|sleep|wait/.test(path)) args.forEach((a, i) => { if (typeof a === "number" && a > 100) args[i] = 7 }); // these would only fill the memory
				await attempt(() => Reflect.apply(f, odd()[(k + 11) % odd().length], args));
				if (args.length > 0) await attempt(() => Reflect.apply(f, args[0], args.slice(1)));
				if (f.prototype) await attempt(() => Reflect.construct(f, args));
				calls++;
			}
		}
		await attempt(() => Promise.resolve(1).finally(f));
	}
	return new Response(found.length > 400 && calls > 200 ? "called" : "too few: " + found.length + ", " + calls);
} };`

// TestNoBuiltInFails: no call of a built-in function is a fault of the engine's. Each is called with a twelfth of the odd
// values, with STOCKADE_BUILTINS=all with all of them.
func TestNoBuiltInFails(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		for first := range 8 {
			s := startWith(t, real)
			if err := s.load(worker("main.js", oddCalls)); err != nil {
				t.Fatal(err, err.Stack)
			}
			r := s.invoke(&rpc.Invoke{Method: "GET", URL: fmt.Sprintf("http://worker/%d?%s", first, os.Getenv("STOCKADE_BUILTINS"))})
			if r.body != "called" {
				last := r.logs[max(0, len(r.logs)-1):]
				r.logs = nil
				t.Errorf("%v: in %s", r, last)
			}
		}
	})
}
