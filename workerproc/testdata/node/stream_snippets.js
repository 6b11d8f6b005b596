import stream, { Readable, Writable, Transform, Duplex, PassThrough, finished, pipeline, addAbortSignal } from "node:stream";
import { pipeline as pipe, finished as done } from "node:stream/promises";
import { text, json, buffer, arrayBuffer } from "node:stream/consumers";
import { Buffer } from "node:buffer";

const upper = () => new Transform({ transform(chunk, encoding, next) { next(null, String(chunk).toUpperCase()); } });
const collect = (out) => new Writable({ write(chunk, encoding, next) { out.push(String(chunk)); next(); } });

export default {
  from: async () => { const out = []; for await (const c of Readable.from(["a", "b"])) out.push(c); return out; },
  "from generator": async () => { const out = []; for await (const c of Readable.from((async function* () { yield 1; yield 2; })())) out.push(c); return out; },
  read: async () => { const r = new Readable({ read() { this.push("abc"); this.push(null); } }); const out = []; for await (const c of r) out.push(c); return out; },
  setEncoding: async () => { const r = new Readable({ read() {} }); r.setEncoding("utf8"); r.push(Buffer.from([0xe2, 0x82])); r.push(Buffer.from([0xac])); r.push(null); const out = []; for await (const c of r) out.push(c); return out.join(""); },
  events: () => new Promise((r) => { const log = []; const s = Readable.from(["a"]); for (const n of ["data", "end", "close"]) s.on(n, (x) => { log.push([n, x]); if (n === "close") r(log); }); }),
  pipeline: async () => { const out = []; await pipe(Readable.from(["a", "b"]), upper(), collect(out)); return out; },
  "pipeline callback": () => new Promise((r) => pipeline(Readable.from(["a"]), upper(), collect([]), (e) => r(e ?? "ok"))),
  "pipeline error": async () => pipe(Readable.from(["a"]), new Transform({ transform(c, e, next) { next(new RangeError("bad")); } }), collect([])),
  "pipeline generators": async () => { const out = []; await pipe(async function* () { yield "x"; yield "y"; }, async function* (s) { for await (const c of s) yield c + "!"; }, async (s) => { for await (const c of s) out.push(c); }); return out; },
  "pipeline aborted": async () => { const c = new AbortController(); setTimeout(() => c.abort(), 2); return pipe(new Readable({ read() {} }), new PassThrough(), { signal: c.signal }); },
  "pipeline returns": () => pipe(Readable.from([1, 2]), async (s) => { let n = 0; for await (const x of s) n += x; return n; }),
  pipe: () => new Promise((r) => { const out = []; Readable.from(["a", "b"]).pipe(upper()).pipe(collect(out)).on("finish", () => r(out)); }),
  finished: async () => { const r = Readable.from(["a"]); r.resume(); await done(r); return [r.readableEnded, r.destroyed]; },
  "finished early": () => new Promise((res) => { const r = new Readable({ read() {} }); finished(r, (e) => res(e)); r.destroy(); }),
  backpressure: () => { const w = new Writable({ highWaterMark: 3, write() {} }); return [w.write("a"), w.write("bc"), w.writableLength, w.writableNeedDrain, w.writableHighWaterMark]; },
  drain: () => new Promise((r) => { const w = new Writable({ highWaterMark: 1, write(c, e, next) { queueMicrotask(next); } }); w.on("drain", () => r("drained")); w.write("ab"); }),
  "write after end": () => new Promise((r) => { const w = collect([]); w.on("error", r); w.end(); w.write("a"); }),
  "write null": () => collect([]).write(null),
  "write number": () => collect([]).write(5),
  "not implemented": () => new Promise((r) => { const s = new Readable(); s.on("error", r); s.read(); }),
  "push after end": () => new Promise((r) => { const s = new Readable({ read() {} }); s.on("error", r); s.push(null); s.push("a"); }),
  destroy: () => new Promise((r) => { const s = new Readable({ read() {}, destroy(e, cb) { cb(e); } }); const log = []; s.on("error", (e) => log.push(e.message)); s.on("close", () => r([log, s.destroyed, s.errored?.message])); s.destroy(new Error("x")); }),
  final: () => new Promise((r) => { const log = []; const w = new Writable({ write(c, e, n) { log.push(String(c)); n(); }, final(n) { log.push("final"); n(); } }); w.on("finish", () => r(log)); w.end("last"); }),
  writev: () => new Promise((r) => { const w = new Writable({ writev(chunks, next) { r(chunks.map((c) => String(c.chunk))); next(); } }); w.cork(); w.write("a"); w.write("b"); w.uncork(); }),
  objectMode: async () => { const out = []; await pipe(Readable.from([{ a: 1 }]), new Transform({ objectMode: true, transform(o, e, n) { n(null, { ...o, b: 2 }); } }), async (s) => { for await (const o of s) out.push(o); }); return out; },
  flush: async () => { const out = []; await pipe(Readable.from(["a"]), new Transform({ transform(c, e, n) { n(null, c); }, flush(n) { this.push("end"); n(); } }), collect(out)); return out; },
  duplex: async () => { const out = []; const d = new Duplex({ read() { this.push("r"); this.push(null); }, write(c, e, n) { out.push(String(c)); n(); } }); d.end("w"); for await (const c of d) out.push(String(c)); return out; },
  operators: async () => [await Readable.from([1, 2, 3, 4]).filter((x) => x % 2 === 0).map((x) => x * 10).toArray(), await Readable.from([1, 2, 3]).reduce((a, b) => a + b, 0), await Readable.from([1, 2, 3]).take(2).toArray(), await Readable.from([1, 2, 3]).drop(1).toArray(), await Readable.from([1, 2]).some((x) => x > 1), await Readable.from([1, 2]).find((x) => x > 1), await Readable.from([1, 2]).flatMap((x) => [x, x]).toArray()],
  consumers: async () => [await text(Readable.from(["a", "b"])), await json(Readable.from(['{"a":', "1}"])), await buffer(Readable.from([Buffer.from("x")])), (await arrayBuffer(Readable.from([Buffer.from("xy")]))).byteLength],
  "from web": async () => { const r = Readable.fromWeb(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([1, 2])); c.close(); } })); const out = []; for await (const c of r) out.push(...c); return out; },
  "to web": async () => { const out = []; const reader = Readable.toWeb(Readable.from([Buffer.from("ab"), Buffer.from("c")], { objectMode: false })).getReader(); for (;;) { const { done, value } = await reader.read(); if (done) break; out.push(...value); } return out; },
  "writable to web": async () => { const out = []; const w = Writable.toWeb(collect(out)).getWriter(); await w.write("a"); await w.write("b"); await w.close(); return out; },
  "writable from web": async () => { const out = []; const w = Writable.fromWeb(new WritableStream({ write(c) { out.push(String(c)); } })); await new Promise((r) => { w.on("finish", r); w.write("x"); w.end("y"); }); return out; },
  "abort signal": () => new Promise((r) => { const c = new AbortController(); const s = addAbortSignal(c.signal, new Readable({ read() {} })); s.on("error", (e) => r([e.name, e.code])); c.abort(); }),
  legacy: () => [typeof stream, stream.Readable === Readable, stream.Stream === stream, typeof stream.promises.pipeline, new PassThrough() instanceof Transform, new Duplex() instanceof Writable, stream.isReadable(Readable.from([])), stream.isErrored(Readable.from([]))],
  "async iterator breaks": async () => { const r = Readable.from([1, 2, 3]); for await (const c of r) break; return r.destroyed; },
  "unshift, pause": () => { const r = new Readable({ read() {} }); r.push("b"); r.unshift("a"); return [String(r.read()), r.isPaused(), r.readableFlowing]; },
  compose: async () => stream.compose(upper(), async function* (s) { for await (const c of s) yield `${c}?`; }).end("a").setEncoding("utf8").toArray(),
};
