import { AsyncLocalStorage, AsyncResource, executionAsyncId, createHook } from "node:async_hooks";
import dc from "node:diagnostics_channel";
import timers from "node:timers";
import tp from "node:timers/promises";
import { promisify } from "node:util";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import EventEmitter from "node:events";
import process from "node:process";

const als = new AsyncLocalStorage(), other = new AsyncLocalStorage();
const wait = (ms) => new Promise((r) => setTimeout(r, ms));

export default {
  "als sync": () => [als.getStore(), als.run(1, () => als.getStore()), als.getStore(), als.run(1, (a, b) => [a, b], 2, 3)],
  "als nested": () => als.run(1, () => [als.getStore(), als.run(2, () => als.getStore()), als.getStore(), als.exit(() => als.getStore()), als.getStore()]),
  "als two": () => als.run(1, () => other.run(2, () => [als.getStore(), other.getStore()])),
  "als await": () => als.run("a", async () => { await null; const x = als.getStore(); await wait(2); return [x, als.getStore()]; }),
  "als concurrent": () => Promise.all([1, 2, 3].map((n) => als.run(n, async () => { await wait(5 - n); const a = als.getStore(); await Promise.all([wait(1), null]); return [a, als.getStore()]; }))),
  "als timers": () => als.run("t", () => new Promise((r) => setTimeout(() => setImmediate(() => queueMicrotask(() => process.nextTick(() => r(als.getStore())))), 1))),
  "als interval": () => als.run("i", () => new Promise((r) => { let n = 0; const i = setInterval(() => { if (++n === 2) { clearInterval(i); r(als.getStore()); } }, 1); })),
  "als then": () => { const p = als.run("made", () => Promise.resolve()); return als.run("then", () => p.then(() => als.getStore())); },
  "als throws": () => { try { als.run(1, () => { throw new Error("x"); }); } catch (e) { return [e.message, als.getStore()]; } },
  "als enterWith": async () => { const s = new AsyncLocalStorage(); s.enterWith("e"); await wait(1); return s.getStore(); },
  "als disable": () => als.run(1, () => { als.disable(); return als.getStore(); }),
  "als stores": () => [[1, 2], { a: 1 }, null, 0, "", undefined, new Map([[1, 2]])].map((v) => als.run(v, () => als.getStore() === v)),
  "als streams": () => als.run("s", async () => { const out = []; await pipeline(Readable.from(["a"]), new Transform({ transform(c, e, n) { out.push(als.getStore()); setTimeout(() => n(null, c), 1); }, flush(n) { out.push(als.getStore()); n(); } }), async (s) => { for await (const c of s) out.push(als.getStore()); }); return out; }),
  "als web streams": () => als.run("w", async () => { const out = []; const r = new ReadableStream({ async pull(c) { await wait(1); out.push(als.getStore()); c.enqueue("x"); c.close(); } }); for await (const c of r.pipeThrough(new TransformStream({ transform(x, c) { out.push(als.getStore()); c.enqueue(x); } }))) out.push(als.getStore()); return out; }),
  "als generators": () => als.run("g", async () => { async function* g() { yield als.getStore(); await wait(1); yield als.getStore(); } const out = []; for await (const x of g()) out.push(x); return out; }),
  "als events": () => als.run("e", () => { const e = new EventEmitter(); let s; e.on("x", () => (s = als.getStore())); return als.run("emit", () => (e.emit("x"), s)); }),
  "als bind, snapshot": () => { const f = als.run("b", () => AsyncLocalStorage.bind(() => als.getStore())); const s = als.run("s", () => AsyncLocalStorage.snapshot()); return [f(), s(() => als.getStore()), als.run("x", f)]; },
  resource: () => { const r = als.run("r", () => new AsyncResource("T")); return [r.runInAsyncScope(function (a) { return [als.getStore(), this, a]; }, "this", 1), als.getStore(), typeof r.asyncId(), r.bind(() => als.getStore())(), r.bind((a, b) => 0).length, AsyncResource.bind(() => als.getStore())()]; },
  "resource bad": () => new AsyncResource(5),
  hooks: () => [typeof executionAsyncId(), typeof createHook({}).enable],
  channel: () => { const c = dc.channel("a"), out = []; const f = (m, n) => out.push([m, n]); c.publish(0); c.subscribe(f); c.publish({ x: 1 }); const had = [c.hasSubscribers, dc.hasSubscribers("a")]; dc.unsubscribe("a", f); c.publish(2); return [out, had, c.hasSubscribers, dc.channel("a") === c, c.name]; },
  "channel stores": () => { const c = dc.channel("st"); c.bindStore(als, (d) => d.v); return [c.runStores({ v: 7 }, () => als.getStore()), als.getStore(), c.unbindStore(als)]; },
  "channel bad": () => dc.channel(5),
  "tracing": async () => { const t = dc.tracingChannel("tr"), out = []; t.subscribe(Object.fromEntries(["start", "end", "asyncStart", "asyncEnd", "error"].map((n) => [n, (m) => out.push([n, m.result, m.error?.message])]))); t.traceSync((a) => a, { ctx: 1 }, null, 5); try { t.traceSync(() => { throw new Error("no"); }); } catch {} await t.tracePromise(async () => 6, {}); await new Promise((r) => t.traceCallback((cb) => cb(null, 7), 0, {}, null, r)); return out; },
  "timers promises": async () => { const t = [await tp.setTimeout(1, "v"), await tp.setImmediate("i"), await promisify(setTimeout)(1, "p").catch(() => 0)]; let n = 0; for await (const x of tp.setInterval(1, "x")) if (++n === 2) break; return [t.slice(0, 2), n, await tp.scheduler.wait(1), await promisify(timers.setTimeout)(1, "q")]; },
  "timers aborted": () => { const c = new AbortController(); setTimeout(() => c.abort(), 1); return tp.setTimeout(1000, 0, { signal: c.signal }); },
  "timers arguments": () => new Promise((r) => timers.setTimeout((a, b) => r([a, b]), 1, "a", "b")),
};
