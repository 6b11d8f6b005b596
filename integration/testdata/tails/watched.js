import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
import dc from "node:diagnostics_channel";
console.log("top level");
class Own { constructor() { this.a = 1; } toJSON() { return "own JSON"; } }
const cycle = {};
cycle.self = cycle;
const acts = {
  log() { console.log("a", 1, { b: [1] }, undefined, null, 5n, NaN, -0, Infinity, true); },
  objects() { console.log(new Map([[1, 2]]), new Date(0), /x/, new Uint8Array([1, 2]), Symbol("s"), new Own(), [undefined, () => 1], { f() {}, u: undefined, n: 5n }, cycle); },
  functions() { console.log(Own === undefined, typeof console.log, [function () {}]); },
  proxies() { console.log(new Proxy({}, { get() { throw new Error("trap"); } }), Object.create(null), Object.create({ a: 1 }), new (class Plain { x = 1; })()); },
  levels() { console.debug("d"); console.error("e"); console.info("i"); console.log("l"); console.warn("%s w", "x"); console.log(); },
  others() { console.trace("trace"); console.assert(false, "assert"); console.table([{ a: 1 }]); console.dir({ a: 1 }); console.group("group"); console.log("in group"); console.groupEnd(); console.count(); console.time("t"); console.timeEnd("t"); },
  errors() { console.log(new Error("logged"), "and", new TypeError("typed")); console.error(new RangeError("r", { cause: new Error("c") })); },
  throws() { throw new TypeError("thrown"); },
  throws5() { throw 5; },
  throwsObject() { throw { name: "N", message: "m", extra: 1 }; },
  rejects(ctx) { ctx.waitUntil(Promise.reject(new RangeError("in waitUntil"))); },
  async timer() { setTimeout(() => { throw new Error("in a timer"); }, 1); await new Promise((r) => setTimeout(r, 50)); },
  waits(ctx) { ctx.waitUntil(new Promise((r) => setTimeout(() => { console.log("late"); r(); }, 50))); },
  stream() {
    const { readable, writable } = new TransformStream();
    (async () => { const w = writable.getWriter(); await w.write(new Uint8Array(3)); console.log("streaming"); await w.close(); })();
    return new Response(readable);
  },
  async outside() { try { await fetch("http://x/"); } catch (e) { console.log(String(e)); } },
  channels() { dc.channel("first").publish({ a: 1, d: new Date(0), m: new Map([[1, 2]]), b: new Uint8Array([1, 2]) }); dc.channel("second").publish(5); dc.channel("third").publish("text"); },
  noResponse() { return 5; },
  created() { return new Response("", { status: 201 }); },
  redirects() { return new Response("", { status: 302, headers: { location: "/x" } }); },
  big() { for (let i = 0; i < 40; i++) console.log("x".repeat(10000)); },
  many() { for (let i = 0; i < 50000; i++) console.log(`a line ${i}`); },
  bigError() { throw new Error("y".repeat(40000)); },
};
export default {
  async fetch(request, env, ctx) {
    const act = acts[new URL(request.url).pathname.slice(1)];
    return act === undefined ? new Response("no act", { status: 404 }) : (await act(ctx)) ?? new Response("ok");
  },
};
export class Methods extends WorkerEntrypoint {
  add(a, b) { console.log("adding"); return a + b; }
  bad() { throw new Error("bad method"); }
  late() { this.ctx.waitUntil(Promise.reject(new Error("late"))); return 1; }
  get prop() { return 7; }
  object() { return new (class extends RpcTarget { m() { console.log("in m"); return 1; } })(); }
  props() { return this.ctx.props; }
  fetch(r) { console.log(r.method); return new Response("of Methods"); }
}
export const object = { fetch() { console.log("object"); return new Response("o"); } };
