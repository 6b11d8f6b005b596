// compatibility_date: 2026-11-17
import EE, * as events from "node:events";
import { on, once, getEventListeners, getMaxListeners, setMaxListeners, errorMonitor, captureRejectionSymbol, addAbortListener, listenerCount, EventEmitterAsyncResource } from "node:events";

const t = (f) => { try { return f(); } catch (e) { return e; } };
const ta = async (f) => { try { return await f(); } catch (e) { return e; } };
const tick = () => new Promise((r) => setTimeout(r, 2));

export default {
  [Symbol.for("split")]: true,
  names: () => [Object.keys(EE).sort(), Object.getOwnPropertyNames(EE.prototype).sort()],
  statics: () => [EE.defaultMaxListeners, EE.captureRejections, EE.usingDomains, EE.errorMonitor.toString(), EE.captureRejectionSymbol.toString(), EE.EventEmitter === EE, t(() => { EE.defaultMaxListeners = -1; }), t(() => { EE.captureRejections = 5; })],
  "bad listeners": () => ["on", "once", "addListener", "prependListener", "prependOnceListener", "off", "removeListener"].map((m) => t(() => new EE()[m]("a", 5))),
  "bad listener undefined": () => [t(() => new EE().on("a")), t(() => new EE().off("a")), t(() => new EE().on("a", {}))],
  "error": () => [t(() => new EE().emit("error")), t(() => new EE().emit("error", 5)), t(() => new EE().emit("error", null)), t(() => new EE().emit("error", new Error("x"))), t(() => new EE().emit("error", { a: 1 }).context), t(() => { try { new EE().emit("error", { a: 1 }); } catch (e) { return e.context; } })],
  "maxListeners": () => [t(() => new EE().setMaxListeners(-1)), t(() => new EE().setMaxListeners("x")), t(() => new EE().setMaxListeners(NaN)), new EE().setMaxListeners(5).getMaxListeners(), t(() => setMaxListeners(-1)), t(() => setMaxListeners(5, {})), t(() => setMaxListeners(5, new EventTarget())), t(() => getMaxListeners(new EE())), t(() => getMaxListeners(new EventTarget())), t(() => getMaxListeners(5)), t(() => { const e = new EventTarget(); setMaxListeners(7, e); return getMaxListeners(e); })],
  "max warning": async () => { const o = []; const f = (w) => o.push([w.name, w.message, w.type, w.count]); process.on("warning", f); const e = new EE(); for (let i = 0; i < 12; i++) e.on("x", () => {}); await tick(); process.off("warning", f); return o; },
  "captureRejections": async () => { const o = []; const e = new EE({ captureRejections: true }); e.on("a", async () => { throw new Error("x"); }); e.on("error", (x) => o.push(x)); e.emit("a"); await tick(); return o; },
  "captureRejections symbol": async () => { const o = []; const e = new EE({ captureRejections: true }); e[captureRejectionSymbol] = (...a) => o.push(a); e.on("a", async (x) => { throw new Error("x"); }); e.emit("a", 5); await tick(); return o; },
  "captureRejections bad": () => [t(() => new EE({ captureRejections: 5 })), t(() => new EE(5) instanceof EE), t(() => new EE(null) instanceof EE)],
  "getEventListeners": () => { const f = () => {}, e = new EE(), x = new EventTarget(); e.on("a", f); e.once("a", f); x.addEventListener("a", f); return [getEventListeners(e, "a").length, getEventListeners(e, "a")[1] === f, getEventListeners(x, "a").length, getEventListeners(x, "a")[0] === f, t(() => getEventListeners(5, "a")), getEventListeners(e, "b")]; },
  "listenerCount": () => { const f = () => {}, e = new EE(); e.on("a", f); e.on("a", f); e.on("a", () => {}); return [e.listenerCount("a"), e.listenerCount("a", f), t(() => listenerCount(e, "a")), t(() => listenerCount(new EventTarget(), "a")), t(() => EE.listenerCount(e, "a")), t(() => listenerCount(5, "a"))]; },
  "rawListeners": () => { const f = () => {}, e = new EE(); e.once("a", f); const r = e.rawListeners("a")[0]; return [r === f, r.listener === f, r.name, e.listeners("a")[0] === f]; },
  "once": async () => { const e = new EE(); setTimeout(() => e.emit("a", 1, 2), 1); return once(e, "a"); },
  "once error": async () => { const e = new EE(); setTimeout(() => e.emit("error", new Error("x")), 1); const f = new EE(); setTimeout(() => f.emit("error", new Error("y")), 1); return [await ta(() => once(e, "a")), await once(f, "error")]; },
  "once abort": async () => { const c = new AbortController(), e = new EE(); setTimeout(() => c.abort("why"), 1); const x = await ta(() => once(e, "a", { signal: c.signal })); return [x, x.cause, e.listenerCount("a"), e.listenerCount("error"), await ta(() => once(e, "a", { signal: AbortSignal.abort() })), await ta(() => once(e, "a", { signal: 5 }))]; },
  "once bad": async () => [await ta(() => once(5, "a")), await ta(() => once()), await ta(() => once({}, "a"))],
  "once target": async () => { const x = new EventTarget(); setTimeout(() => x.dispatchEvent(new Event("a")), 1); return (await once(x, "a")).map((e) => e.type); },
  "on": async () => { const e = new EE(); setTimeout(() => { e.emit("a", 1); e.emit("a", 2, 3); }, 1); const o = []; for await (const x of on(e, "a")) { o.push(x); if (o.length === 2) break; } return [o, e.listenerCount("a"), e.listenerCount("error")]; },
  "on abort": async () => { const e = new EE(), c = new AbortController(); setTimeout(() => { e.emit("a", 1); c.abort("why"); }, 1); const o = []; const x = await ta(async () => { for await (const x of on(e, "a", { signal: c.signal })) o.push(x); }); return [o, x, x?.cause, e.listenerCount("a"), await ta(async () => { for await (const x of on(e, "a", { signal: AbortSignal.abort() })); }), t(() => on(e, "a", { signal: 5 }))]; },
  "on error": async () => { const e = new EE(); setTimeout(() => { e.emit("a", 1); e.emit("error", new Error("x")); }, 1); const o = []; return [await ta(async () => { for await (const x of on(e, "a")) o.push(x); }), o]; },
  "on iterator": async () => { const e = new EE(); const i = on(e, "a"); e.emit("a", 1); const o = [await i.next(), Object.prototype.toString.call(i), typeof i.return, typeof i.throw, i[Symbol.asyncIterator]() === i]; o.push(await i.return(), await i.next(), t(() => i.throw(5)), e.listenerCount("a")); return o; },
  "on throw": async () => { const e = new EE(); const i = on(e, "a"); return [t(() => i.throw()), await ta(async () => { i.throw(new Error("z")); return i.next(); })]; },
  "on bad": () => [t(() => on(5, "a")), t(() => on(new EE(), "a", 5)), t(() => on(new EE(), "a", { highWaterMark: 0 })), t(() => on(new EE(), "a", { highWaterMark: "x" })), t(() => on({}, "a"))],
  "on target": async () => { const x = new EventTarget(); setTimeout(() => x.dispatchEvent(new Event("a")), 1); for await (const [e] of on(x, "a")) return e.type; },
  "errorMonitor": () => { const e = new EE(), o = []; e.on(errorMonitor, (x) => o.push(x.message)); return [t(() => e.emit("error", new Error("m"))), o]; },
  "newListener": () => { const e = new EE(), o = []; e.on("newListener", (n, f) => o.push([n, typeof f, e.listenerCount(n)])); e.on("removeListener", (n, f) => o.push(["-", n, typeof f])); const f = () => {}; e.once("a", f); e.emit("a"); e.on("b", f); e.removeAllListeners(); return o; },
  "removeAllListeners": () => { const e = new EE(); e.on("a", () => {}); e.on("b", () => {}); return [e.removeAllListeners("a").eventNames(), e.removeAllListeners().eventNames(), e.removeAllListeners("zz") === e]; },
  "emit results": () => { const e = new EE(); e.on("a", function () { return this === e; }); return [e.emit("a"), e.emit("b"), e.eventNames()]; },
  "addAbortListener": () => { const c = new AbortController(); const o = []; const d = addAbortListener(c.signal, (e) => o.push(e.type)); c.abort(); addAbortListener(c.signal, () => o.push("late")); return [typeof d[Symbol.dispose], o, t(() => addAbortListener(5, () => {})), t(() => addAbortListener(c.signal, 5))]; },
  "asyncResource": () => { const e = new EventEmitterAsyncResource({ name: "Q" }); return [typeof e.asyncId, typeof e.triggerAsyncId, t(() => e.asyncResource.constructor.name), e instanceof EE, t(() => new EventEmitterAsyncResource().asyncResource.constructor.name), 0, t(() => new EventEmitterAsyncResource(5) instanceof EE), t(() => e.emitDestroy())]; },
  "init": () => { const o = {}; EE.call(o); return [Object.keys(o), Object.keys(new EE())]; },
  "handleEvent": () => { const x = new EventTarget(); let n = 0; x.addEventListener("a", { handleEvent() { n++; } }); x.dispatchEvent(new Event("a")); return n; },
  "symbol keys": () => [Object.getOwnPropertySymbols(new EE()).map(String), t(() => EE.prototype._events), t(() => EE.prototype._maxListeners)],
};
