// The side that is called, for more.js.
import { WorkerEntrypoint, RpcTarget, RpcStub, env, withEnv } from "cloudflare:workers";
import { show } from "./show.js";

class Base extends RpcTarget {
  inherited() { return "inherited"; }
  get inheritedGetter() { return "inherited getter"; }
  overridden() { return "base"; }
}
export class Shapes extends Base {
  get getter() { return 1; }
  get asyncGetter() { return (async () => { await scheduler.wait(1); return { a: [1, (x) => x + 1] }; })(); }
  get lateFailure() { return (async () => { await scheduler.wait(1); throw new RangeError("late getter"); })(); }
  get target() { return new Shapes(); }
  set setter(value) { this.constructor.set = value; }
  get undefinedGetter() { return undefined; }
  static statically() { return 1; }
  async asyncMethod() { return "async"; }
  *generator() { yield 1; }
  async *asyncGenerator() { yield 1; }
  alarm() { return "own alarm"; }
  connect() { return "own connect"; }
  webSocketMessage() { return "own webSocketMessage"; }
  webSocketError() { return "own webSocketError"; }
  "with space"() { return "space"; }
  0() { return "zero"; }
  ""() { return "empty"; }
  overridden() { return `${super.overridden()} sub`; }
  self() { return this; }
  thisName() { return this.constructor.name; }
  dup() { return "own dup"; }
  then_() { return 1; }
  fetch() { return "own fetch"; }
  onRpcBroken() { return "own onRpcBroken"; }
  catch() { return "own catch"; }
  apply() { return "own apply"; }
  call() { return "own call"; }
  bind() { return "own bind"; }
  name() { return "own name"; }
  length() { return "own length"; }
  prototype() { return "own prototype"; }
}
Object.assign(Shapes.prototype, { mixed() { return "mixed"; }, data: { x: 1 } });
Object.defineProperty(Shapes.prototype, "hidden", { value: () => "hidden" });

export class More extends WorkerEntrypoint {
  constructor(ctx, env) {
    super(ctx, env);
    this.field = "field";
    Object.defineProperty(this, "defined", { value: () => 1 });
  }
  get promised() { return Promise.resolve({ deep: { f: (x) => `promised ${x}` } }); }
  get lateFailure() { return (async () => { await scheduler.wait(1); throw new RangeError("late getter"); })(); }
  echo(v) { return v; }
  shows(...values) { return values.map((v) => show(v)).join(", "); }
  shapes() { return new Shapes(); }
  shapeList() { return [new Shapes(), { s: new Shapes() }]; }
  inMap() { return new Map([["f", (x) => x * 2], ["s", new Shapes()]]); }
  inSet() { return new Set([(x) => x * 2, new Shapes()]); }
  inError() { return Object.assign(new Error("has a function"), { f: () => 1 }); }
  throwsStub() { throw Object.assign(new Error("has a function"), { f: () => 1 }); }
  throwsBoth() { throw Object.assign(new RangeError("has a function"), { f: () => 1, code: 5 }); }
  throwsObject() { throw { a: { b: [1] } }; }
  throwsArray() { throw [1, 2]; }
  throwsMap() { throw new Map([[1, 2]]); }
  throwsResponse() { throw new Response("x", { status: 400 }); }
  throwsUncloneable() { throw Object.assign(new Error("has a symbol"), { s: Symbol("x") }); }
  uncloneable() { return { s: Symbol("x") }; }
  notDefined() { return undefinedName; }
  callsUndefined() { return this.nope(); }
  functionOf(depth) { return depth === 0 ? "bottom" : (x) => this.functionOf(depth - 1); }
  functionToObject() { return () => ({ a: { b: [5, (x) => x + 1] }, s: new Shapes() }); }
  async with(f, ...args) { return show(await f(...args)); }
  async member(o, name, ...args) { return show(await o[name](...args)); }
  async read(o, name) { return show(await o[name]); }
  async path(o, ...names) { for (const n of names) o = o[n]; return show(await o); }
  async insideMap(m) { return show(await m.get("f")(4)); }
  async insideSet(s) { const out = []; for (const f of s) out.push(await f(4)); return show(out); }
  async propsOf(f) { return [typeof f, await f.a, await f.o.x, await f.m(2)].map((x) => show(x)).join(); }
  async newOf(C) { try { return typeof new C(1); } catch (e) { return `${e.name}: ${e.message}`; } }
  async symbolOf(o) { return [typeof o[Symbol.iterator], typeof o[Symbol.asyncIterator], typeof o[Symbol.dispose], typeof o[Symbol.asyncDispose], typeof o[Symbol.toPrimitive], typeof o[Symbol.toStringTag]].join(); }
  keep(stub) { More.kept = stub; return "kept"; }
  async useKept() { try { return show(await More.kept(1)); } catch (e) { return `${e.name}: ${e.message}`; } }
  keepDup(stub) { More.kept = stub.dup(); return "kept"; }
  disposeKept() { More.kept[Symbol.dispose](); return "disposed"; }
  keepIn(o) { More.kept = o.list[0].f; return "kept"; }
  async later(f) { this.ctx.waitUntil((async () => { await scheduler.wait(5); More.last = await f("later").then((x) => `ok ${x}`, (e) => `${e.name}: ${e.message}`); })()); return "soon"; }
  async last() { for (let i = 0; More.last === undefined && i < 4000; i++) await scheduler.wait(5); const { last } = More; More.last = undefined; return last; }
  async usesWithin(f) { { using g = f.dup(); await g(1); } return show(await f(2)); }
  async disposesArgument(f) { f[Symbol.dispose](); try { return show(await f(1)); } catch (e) { return `${e.name}: ${e.message}`; } }
  async signalOf(r) { return [r.signal instanceof AbortSignal, r.signal.aborted].join(); }
  async requestIn(o) { return `${o.r.method} ${await o.r.text()}`; }
  cookies(h) { return show([h.getSetCookie(), [...h]]); }
  responseCookies() { return new Response("x", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x", "1"]] }); }
  nullBody() { return new Response(null, { status: 204 }); }
  errorResponse() { return Response.error(); }
  redirect() { return Response.redirect("http://to/", 302); }
  json() { return Response.json({ a: 1 }); }
  redirected() { return new Request("http://x/", { redirect: "manual", cf: { a: 1 } }); }
  socket() { const p = new WebSocketPair(); p[0].accept(); p[0].addEventListener("message", (e) => { p[0].send(`got ${e.data}`); p[0].close(1000, "done"); }); return new Response(null, { status: 101, webSocket: p[1] }); }
  bareSocket() { return new WebSocketPair()[0]; }
  lockedStream() { const s = new Response("x").body; s.getReader(); return s; }
  closedStream() { return new ReadableStream({ type: "bytes", start(c) { c.close(); } }); }
  async readStream() { const s = new Response("xyz").body; const r = s.getReader(); await r.read(); r.releaseLock(); return s; }
  emptyStream() { return new Response("").body; }
  stringStream() { return new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } }); }
  slowStream() { let n = 0; return new ReadableStream({ type: "bytes", async pull(c) { await scheduler.wait(1); n++ < 3 ? c.enqueue(new Uint8Array([n])) : c.close(); } }); }
  endless() { return new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array(1000)); }, cancel(r) { More.last = `cancelled ${r}`; } }); }
  teed() { return new Response("teed").body.tee(); }
  async streamInError(s) { try { return await new Response(s).text(); } catch (e) { return `${e.name}: ${e.message}`; } }
  async writes(w, ...chunks) { const out = []; const writer = w.getWriter(); for (const c of chunks) { try { await writer.write(c); out.push("ok"); } catch (e) { out.push(`${e.name}: ${e.message}`); } } try { await writer.close(); out.push("closed"); } catch (e) { out.push(`${e.name}: ${e.message}`); } return out.join(); }
  async aborts(w) { const writer = w.getWriter(); await writer.abort(new RangeError("aborted by the callee")); return "aborted"; }
  abortSignalOf() { const c = new AbortController(); this.ctx.waitUntil(scheduler.wait(5).then(() => c.abort(new RangeError("after a while")))); return c.signal; }
  timeoutSignal() { return AbortSignal.timeout(3); }
  envNames() { return show(Object.keys(env).filter((k) => k !== "FLAGS").sort()); }
  envIs() { return env === this.env ? "same" : typeof env; }
  withOther() { return withEnv({ other: 1 }, () => show([env, typeof this.env])); }
  propsHere() { return show(this.ctx.props); }
  pass() { this.ctx.passThroughOnException(); throw new Error("not passed through"); }
  argumentsLength() { return arguments.length; }
  defaults(a = 1, b = 2) { return [a, b]; }
  frozen() { return Object.freeze({ a: Object.freeze([1]) }); }
  bigint64() { return new BigUint64Array([1n, 2n ** 64n - 1n]); }
  float16() { return new Float16Array([1.5, -2]); }
  resizable() { const b = new ArrayBuffer(4, { maxByteLength: 16 }); new Uint8Array(b).set([1, 2, 3, 4]); return b; }
  tracking() { const b = new ArrayBuffer(4, { maxByteLength: 16 }); return new Uint8Array(b, 1); }
  async abortsItself() { this.ctx.abort(new Error("the callee aborts")); await scheduler.wait(1); return "never"; }
  date() { return [new Date(NaN), new Date(0), new Date(8.64e15)]; }
}
