// compatibility_date: 2026-11-17
import timers from "node:timers";
import promises from "node:timers/promises";
import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId, triggerAsyncId, executionAsyncResource } from "node:async_hooks";
import { promisify } from "node:util";
import { EventEmitter } from "node:events";
import { Readable, Transform, pipeline } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

const t = (f) => { try { return f(); } catch (e) { return e; } };
const ta = async (f) => { try { return await f(); } catch (e) { return e; } };
const als = new AsyncLocalStorage();

export default {
  [Symbol.for("split")]: true,
  "setImmediate object": () => { const i = setImmediate(() => {}); const o = [typeof i, i.constructor?.name, Object.prototype.toString.call(i), typeof i.ref, typeof i.unref, typeof i.hasRef, typeof i[Symbol.dispose], typeof i[Symbol.toPrimitive], t(() => i.hasRef()), t(() => i.unref() === i), t(() => i.hasRef()), t(() => i.ref() === i), Object.keys(i), typeof globalThis.Immediate]; clearImmediate(i); return o; },
  "setImmediate proto": () => { const i = setImmediate(() => {}); clearImmediate(i); return [Object.getOwnPropertyNames(Object.getPrototypeOf(i)).sort(), t(() => `${+i > 0}`), t(() => JSON.stringify(i))]; },
  "timers.setImmediate object": () => { const i = timers.setImmediate(() => {}); const o = [typeof i, i.constructor?.name, typeof i.ref, typeof i[Symbol.dispose]]; timers.clearImmediate(i); return o; },
  "setImmediate args": () => new Promise((r) => setImmediate((...a) => r(a), 1, 2)),
  "setImmediate this": () => new Promise((r) => setImmediate(function () { r([this === undefined, this === globalThis, typeof this]); })),
  "clearImmediate": async () => { let n = 0; clearImmediate(setImmediate(() => n++)); const i = setImmediate(() => n++); i[Symbol.dispose]?.(); await wait(5); return n; },
  "clear odd": () => [null, undefined, 5, "x", {}, NaN, 1.5].flatMap((x) => [t(() => clearTimeout(x)), t(() => clearInterval(x)), t(() => clearImmediate(x)), t(() => timers.clearTimeout(x)), t(() => timers.clearImmediate(x))]),
  "setImmediate bad": () => [t(() => setImmediate()), t(() => setImmediate(5)), t(() => timers.setImmediate(5)), t(() => setTimeout(5)), t(() => timers.setTimeout(5)), t(() => setTimeout("x")), t(() => setInterval(null)), t(() => queueMicrotask(5)), t(() => timers.setInterval())],
  "setTimeout object": () => { const i = setTimeout(() => {}, 5); const o = [typeof i, i.constructor?.name, Object.prototype.toString.call(i), Object.keys(i), Object.getOwnPropertyNames(Object.getPrototypeOf(i)).sort(), t(() => i.hasRef()), t(() => i.unref() === i), t(() => i.hasRef()), t(() => i.refresh() === i), t(() => typeof i[Symbol.toPrimitive]()), t(() => i.close() === i), typeof +i, typeof i._idleTimeout, t(() => JSON.stringify(i))]; clearTimeout(i); return o; },
  "setTimeout clear by number": async () => { let n = 0; clearTimeout(+setTimeout(() => n++, 1)); clearTimeout(`${+setTimeout(() => n++, 1)}`); clearInterval(setTimeout(() => n++, 1)); await wait(10); return n; },
  "refresh": () => new Promise((r) => { let n = 0; const x = setTimeout(() => { n++; if (n < 3) x.refresh(); else r(n); }, 1); }),
  "setTimeout this": () => new Promise((r) => { const x = setTimeout(function () { r([this === undefined, this === globalThis, this === x]); }, 1); }),
  "setInterval": () => new Promise((r) => { let n = 0; const x = setInterval((a) => { if (++n === 3) { clearInterval(x); r([n, a]); } }, 1, "a"); }),
  "promises names": () => Object.keys(promises).sort(),
  "promises": async () => [await promises.setTimeout(1, "a"), await promises.setImmediate("b"), await promises.scheduler.wait(1), await promises.scheduler.yield()],
  "promises abort": async () => { const c = new AbortController(); const a = ta(() => promises.setTimeout(1000, "a", { signal: c.signal })); const b = ta(() => promises.setImmediate("a", { signal: AbortSignal.abort("why") })); c.abort(); const e = await a; return [e, e.cause?.name, await b, (await b).cause, await ta(() => promises.scheduler.wait(1000, { signal: AbortSignal.abort() }))]; },
  "promises bad": async () => [await ta(() => promises.setTimeout(1, 2, 5)), await ta(() => promises.setTimeout(1, 2, { signal: 5 })), await ta(() => promises.setTimeout(1, 2, { ref: 5 })), await ta(() => promises.setTimeout("x", 2)), await ta(() => promises.setImmediate(1, { signal: 5 })), await ta(() => promises.scheduler.wait("x")), await ta(() => promises.setTimeout(1, "ok", null)), await ta(() => promises.setTimeout(1, "ok", { ref: false }))],
  "promises interval": async () => { let n = 0; for await (const x of promises.setInterval(1, "v")) { if (++n === 3) return [n, x]; } },
  "promises interval abort": async () => { const c = new AbortController(); let n = 0; try { for await (const x of promises.setInterval(1, "v", { signal: c.signal })) { if (++n === 2) c.abort(); } } catch (e) { return [n, e]; } },
  "promisify timers": async () => [await promisify(setTimeout)(1, "a"), await promisify(setImmediate)("b"), await promisify(timers.setTimeout)(1, "c"), promisify(timers.setImmediate) === promises.setImmediate, promisify(timers.setTimeout) === promises.setTimeout],
  "order": async () => { const o = []; setTimeout(() => o.push("timeout"), 0); setImmediate(() => o.push("immediate")); process.nextTick(() => o.push("tick")); queueMicrotask(() => o.push("micro")); Promise.resolve().then(() => o.push("promise")); o.push("sync"); await wait(20); return o; },
  "order ticks": async () => { const o = []; Promise.resolve().then(() => { o.push("p1"); process.nextTick(() => o.push("t2")); }).then(() => o.push("p2")); process.nextTick(() => { o.push("t1"); Promise.resolve().then(() => o.push("p3")); process.nextTick(() => o.push("t3")); }); await wait(5); return o; },
  "active": () => [t(() => timers.active({})), t(() => timers.enroll({}, 1)), t(() => timers.unenroll({}))],
  "als run": () => [als.getStore(), als.run(1, () => als.getStore()), als.run(1, (a, b) => [a, b, als.getStore()], "x", "y"), als.run({ a: 1 }, () => als.run(undefined, () => als.getStore())), t(() => als.run(1, () => { throw new Error("x"); })), als.getStore()],
  "als exit": () => als.run(1, () => [als.exit(() => als.getStore()), als.exit((a) => a, 5), als.getStore()]),
  "als enterWith": () => [t(() => als.enterWith(1)), t(() => als.disable())],
  "als bad": () => [t(() => als.run()), t(() => als.run(1)), t(() => als.run(1, 5)), t(() => als.exit(5)), t(() => AsyncLocalStorage.bind(5)), t(() => AsyncLocalStorage.bind()), 0, t(() => new AsyncLocalStorage(5).getStore())],
  "als options": () => [new AsyncLocalStorage({ defaultValue: 5 }).getStore(), new AsyncLocalStorage({ name: "n" }).name, new AsyncLocalStorage().name, t(() => new AsyncLocalStorage({ name: 5 }).name), new AsyncLocalStorage({ defaultValue: 5 }).run(6, function () { return 1; })],
  "als bind": () => { const f = als.run(1, () => AsyncLocalStorage.bind((x) => [als.getStore(), x])); return [f(7), f.length, f.name, Object.keys(f), als.run(2, () => f(8))]; },
  "als bind this": () => { const f = als.run(1, () => AsyncLocalStorage.bind(function () { return [this === undefined, this?.x]; })); return [f(), f.call({ x: 1 })]; },
  "als snapshot": () => { const s = als.run(1, () => AsyncLocalStorage.snapshot()); return [s(() => als.getStore()), s((a) => a, 5), als.run(2, () => s(() => als.getStore())), s.length, t(() => s(5))]; },
  "als await": () => als.run(1, async () => { await null; const a = als.getStore(); await wait(1); return [a, als.getStore()]; }),
  "als then": () => new Promise((r) => als.run(1, () => Promise.resolve().then(() => r(als.getStore())))),
  "als then outside": () => { const p = als.run(1, () => wait(1)); return p.then(() => als.getStore()); },
  "als rejected": () => als.run(1, () => Promise.reject(new Error("x")).catch(() => als.getStore()).finally(() => 5)),
  "als thenable": () => als.run(1, async () => await { then(r) { r(als.getStore()); } }),
  "als thenable outer": async () => { const th = { then(r) { r(als.getStore()); } }; return [await als.run(2, () => Promise.resolve(th)), await als.run(3, async () => th)]; },
  "als timers": () => als.run(1, () => Promise.all([new Promise((r) => setTimeout(() => r(als.getStore()), 1)), new Promise((r) => setImmediate(() => r(als.getStore()))), new Promise((r) => queueMicrotask(() => r(als.getStore()))), new Promise((r) => process.nextTick(() => r(als.getStore()))), new Promise((r) => { const x = setInterval(() => { clearInterval(x); r(als.getStore()); }, 1); }), promises.setTimeout(1).then(() => als.getStore()), scheduler.wait(1).then(() => als.getStore())])),
  "als refresh": () => { const x = als.run(1, () => new Promise((r) => { let n = 0; const y = setTimeout(() => { if (n++) r(als.getStore()); else als.run(2, () => y.refresh()); }, 1); })); return x; },
  "als events": () => { const e = new EventEmitter(); const o = []; als.run(1, () => e.on("x", () => o.push(als.getStore()))); als.run(2, () => e.emit("x")); e.emit("x"); return o; },
  "als EventTarget": () => { const e = new EventTarget(); const o = []; als.run(1, () => e.addEventListener("x", () => o.push(als.getStore()))); als.run(2, () => e.dispatchEvent(new Event("x"))); e.dispatchEvent(new Event("x")); return o; },
  "als abort": async () => { const c = new AbortController(); const o = []; als.run(1, () => c.signal.addEventListener("abort", () => o.push(als.getStore()))); als.run(2, () => c.abort()); als.run(3, () => AbortSignal.timeout(1).addEventListener("abort", () => o.push(als.getStore()))); await wait(10); return o; },
  "als streams": async () => { const o = []; const s = als.run(1, () => new ReadableStream({ start() { o.push(als.getStore()); }, pull(c) { o.push(als.getStore()); c.enqueue(1); c.close(); } }, { highWaterMark: 0 })); await als.run(2, async () => { for await (const x of s) o.push(als.getStore()); }); return o; },
  "als transform": async () => { const o = []; const s = als.run(1, () => new TransformStream({ transform(x, c) { o.push(als.getStore()); c.enqueue(x); }, flush() { o.push(als.getStore()); } })); await als.run(2, async () => { const w = s.writable.getWriter(); w.write(1); w.close(); for await (const x of s.readable) o.push(["read", als.getStore()]); }); return o; },
  "als node streams": async () => { const o = []; await new Promise((r) => { const s = als.run(1, () => new Transform({ objectMode: true, transform(x, e, d) { o.push(als.getStore()); d(null, x); } })); als.run(2, () => s.on("data", () => o.push(["data", als.getStore()])).on("end", () => { o.push(["end", als.getStore()]); r(); })); als.run(3, () => { s.write(1); s.end(); }); }); return o; },
  "als generator": () => { function* g() { yield als.getStore(); yield als.getStore(); } const i = als.run(1, () => g()); return [als.run(2, () => i.next().value), i.next().value]; },
  "als async generator": async () => { async function* g() { yield als.getStore(); await null; yield als.getStore(); } const i = als.run(1, () => g()); return [(await als.run(2, () => i.next())).value, (await i.next()).value]; },
  "als several": () => { const b = new AsyncLocalStorage(); return als.run(1, () => b.run(2, () => [als.getStore(), b.getStore(), als.exit(() => [als.getStore(), b.getStore()])])); },
  "als unhandled": async () => { const o = []; const p = als.run(1, () => new Promise((r, j) => setTimeout(() => j(new Error("x")), 1))); try { await p; } catch { o.push(als.getStore()); } return o; },
  "resource": () => { const r = als.run(1, () => new AsyncResource("T")); return [r.runInAsyncScope(() => als.getStore()), r.runInAsyncScope(function (a) { return [this.x, a]; }, { x: 1 }, 2), typeof r.asyncId(), r.triggerAsyncId(), r.emitDestroy() === r, t(() => r.emitDestroy() === r), r.type]; },
  "resource bad": () => [t(() => new AsyncResource().asyncId()), t(() => new AsyncResource(5) instanceof AsyncResource), t(() => new AsyncResource("T", 5).triggerAsyncId()), t(() => new AsyncResource("T", { triggerAsyncId: 7 }).triggerAsyncId()), t(() => new AsyncResource("T", { triggerAsyncId: "x" }).triggerAsyncId()), t(() => new AsyncResource("T").bind(5)), t(() => AsyncResource.bind(5)), t(() => new AsyncResource("")), 0],
  "resource bind": () => { const r = als.run(1, () => new AsyncResource("T")); const f = r.bind(function (a, b) { return [als.getStore(), a, this === undefined]; }); return [f(5), f.length, f.name, Object.keys(f), f.asyncResource === r, AsyncResource.bind(() => 7)(), AsyncResource.bind(function () { return this; }, "T", { z: 1 })()]; },
  "hooks": () => [executionAsyncId(), triggerAsyncId(), executionAsyncResource(), t(() => Object.keys(createHook({}))), t(() => createHook()), t(() => createHook(5)), t(() => createHook({ init: 5 })), t(() => createHook({ init() {} }).enable().disable().constructor.name)],
};
