// The side that is called, for further.js.
import { WorkerEntrypoint, RpcTarget, RpcStub } from "cloudflare:workers";
import { show } from "./show.js";

export const gone = []; // what was disposed of, in the order of it
export const told = async (f) => { try { return show(await f()); } catch (e) { return e instanceof Error ? `${e.name}: ${e.message}` : `threw ${show(e)}`; } };
export const until = async (f) => { for (let i = 0; i < 600 && !f(); i++) await scheduler.wait(5); };

// Named is an RpcTarget that tells when it goes.
export class Named extends RpcTarget {
  #secret = "secret";
  constructor(name) { super(); this.called = name; Object.defineProperty(this, "called", { enumerable: false }); }
  is() { return this.called; }
  get title() { return `title of ${this.called}`; }
  child(name) { return new Named(`${this.called}/${name}`); }
  children(...names) { return names.map((n) => this.child(n)); }
  map(...names) { return new Map(names.map((n) => [n, this.child(n)])); }
  get only() { return this.child("only"); }
  #hidden() { return this.#secret; }
  secretly() { return this.#hidden(); }
  get accessor() { return this.#secret; }
  set accessor(v) { this.#secret = v; }
  static make(name) { return new Named(name); }
  [Symbol.for("keyed")]() { return "keyed"; }
  async *streams() { yield 1; }
  async waits(ms) { await scheduler.wait(ms); return this.called; }
  fails(message) { throw new RangeError(message); }
  use(f, ...args) { return f(...args); }
  [Symbol.dispose]() { gone.push(this.called); }
}
const Mixed = (Base) => class extends Base { mixedIn() { return `mixed in ${typeof super.is}`; } get mixedGetter() { return 7; } };
class FromMixin extends Mixed(Named) { own() { return this.mixedIn(); } }
class Thenable extends RpcTarget { then(f) { f("thenable's value"); } other() { return "other"; } }
class ToJSON extends RpcTarget { toJSON() { return "as JSON"; } toString() { return "as text"; } valueOf() { return 5; } [Symbol.toPrimitive]() { return 6; } }
class Throwing extends RpcTarget { get bad() { throw new SyntaxError("a getter throws"); } get badObject() { throw { a: 1 }; } get badString() { throw "text"; } get lateBad() { return Promise.reject(new EvalError("late")); } }
class Lazy extends RpcTarget { get f() { return (async () => { await scheduler.wait(1); return (x) => x * 2; })(); } get g() { return async (x) => (y) => x + y; } get o() { return { then(f) { f({ v: 3 }); } }; } }
class Callable { constructor() { this.x = 1; } }
class DisposesBadly extends RpcTarget { is() { return "bad"; } [Symbol.dispose]() { gone.push("bad"); throw new Error("dispose throws"); } }
class AsyncDispose extends RpcTarget { is() { return "async"; } async [Symbol.asyncDispose]() { gone.push("async"); } }
class Indexed extends RpcTarget { 5() { return "five"; } get 6() { return "six"; } "a.b"() { return "dotted"; } "ä"() { return "umlaut"; } async() { return "async"; } get get() { return "get"; } static() { return "static"; } }
class MyError extends RangeError { constructor(m, o) { super(m, o); this.extra = { deep: [1] }; } get name() { return "MyError"; } }
class NamedError extends Error { name = "NamedError"; }

export class Further extends WorkerEntrypoint {
  // how long things last
  named(name) { return new Named(name); }
  list(...names) { return names.map((n) => new Named(n)); }
  tree() { return { a: new Named("tree a"), b: { c: new Named("tree c"), l: [new Named("tree l")] }, m: new Map([["k", new Named("tree m")]]) }; }
  same(name) { const n = new Named(name); return { a: n, b: n, l: [n] }; }
  sameFunction() { const f = () => 1; return [f, f]; }
  disposable(name) { return { a: 1, f: () => 1, [Symbol.dispose]() { gone.push(name); } }; }
  disposableFunction(name) { return Object.assign(() => 1, { [Symbol.dispose]() { gone.push(name); } }); }
  stubOfObject(name) { return new RpcStub({ a: 1, [Symbol.dispose]() { gone.push(name); } }); }
  logsDispose() { return new (class extends RpcTarget { [Symbol.dispose]() { gone.push(typeof Further.last); } })(); }
  keptStub(name) { Further.keptStub ??= new RpcStub(new Named(name)); return Further.keptStub; }
  keptStubDup(name) { Further.keptStub2 ??= new RpcStub(new Named(name)); return Further.keptStub2.dup(); }
  async useKeptStub() { return told(() => Further.keptStub.is()); }
  freshStub(name) { return new RpcStub(new Named(name)); }
  async isOne(x) { return told(() => (typeof x.is === "function" ? x.is() : x())); }
  withDup() { return new (class extends Named { dup() { return new Named("a dup in a result"); } })("original"); }
  badly() { return new DisposesBadly(); }
  asyncDispose() { return new AsyncDispose(); }
  gone() { return gone.splice(0).join(); }
  async goneAfter(n) { await until(() => gone.length >= n); return gone.splice(0).join(); }
  async goneSorted(n) { await until(() => gone.length >= n); return gone.splice(0).sort().join(); }
  echo(...v) { return v.length > 1 ? v : v[0]; }
  shows(...values) { return values.map((v) => show(v)).join(", "); }
  store(name, stub) { (Further.stored ??= {})[name] = stub; return "stored"; }
  storeDup(name, stub) { (Further.stored ??= {})[name] = stub.dup(); return "stored"; }
  async useStored(name, method, ...args) { return told(() => (method === undefined ? Further.stored[name](...args) : Further.stored[name][method](...args))); }
  dropStored(name) { Further.stored[name][Symbol.dispose](); return "dropped"; }
  dropStoredTwice(name) { Further.stored[name][Symbol.dispose](); Further.stored[name][Symbol.dispose](); return "dropped"; }
  async dups(stub) { const d = stub.dup(), e = d.dup(); const out = [await d.is()]; d[Symbol.dispose](); out.push(await e.is()); e[Symbol.dispose](); out.push(await stub.is(), await told(() => d.is())); return out.join(); }
  keepsUntil(stub) { this.ctx.waitUntil((async () => { await scheduler.wait(20); Further.said = await told(() => stub.is()); })()); return "kept"; }
  keepsDupUntil(stub) { const d = stub.dup(); this.ctx.waitUntil((async () => { await scheduler.wait(20); Further.said = await told(() => d.is()); d[Symbol.dispose](); })()); return "kept"; }
  async said() { await until(() => Further.said !== undefined); const { said } = Further; Further.said = undefined; return said; }
  passesOn(stub) { return stub; }
  passesInside(stub) { return { s: stub, l: [stub] }; }
  passesDup(stub) { return stub.dup(); }
  async passesOnAfter(stub) { const r = await stub.is(); return { r, stub }; }
  async fromMine(stub) { return stub.child("grandchild"); }
  async unawaited(stub) { stub.is(); return "not waited for"; }
  throwsWith(stub) { throw new Error("after having a stub"); }
  async disposesThenReturns(stub) { stub[Symbol.dispose](); return told(() => stub.is()); }

  // shapes
  mixin() { return new FromMixin("m"); }
  thenable() { return { then(f) { f("a thenable"); } }; }
  thenableTarget() { return new Thenable(); }
  json() { return new ToJSON(); }
  throwing() { return new Throwing(); }
  lazy() { return new Lazy(); }
  indexed() { return new Indexed(); }
  callableInstance() { return new Callable(); }
  targetClass() { return Named; }
  withGetters() { return { get a() { return 5; }, get f() { return () => 6; }, get bad() { return undefined; } }; }
  frozenTree() { return Object.freeze({ n: Object.freeze([1, Object.freeze({ f: () => "from the frozen" })]) }); }
  sealed() { return Object.seal({ a: 1 }); }
  cyclicStubs() { const o = { n: new Named("in a cycle") }; o.o = o; o.l = [o, o.n]; return o; }
  boundFunction() { return this.boundTo.bind(this, "bound"); }
  boundTo(a, b) { return `${a} ${b}`; }
  asyncGenerator() { return (async function* () { yield 1; })(); }
  generatorFunction() { return async function* () { yield 1; }; }
  iteratorObject() { let i = 0; return { next: () => ({ value: i, done: i++ > 2 }) }; }
  functionWith() { return Object.assign((x) => `called ${x}`, { a: 1, f: (y) => `member ${y}`, n: new Named("of a function"), o: { deep: [() => "deep"] } }); }
  proxied() { return new Proxy({ a: 1 }, { get: (o, n) => (n === "a" ? 2 : o[n]) }); }
  proxiedTarget() { return new Proxy(new Named("proxied"), { get(o, n) { const v = Reflect.get(o, n); return typeof v === "function" ? v.bind(o) : v; } }); }
  proxiedFunction() { return new Proxy((x) => x, { apply: (f, t, [x]) => `trapped ${x}` }); }
  revoked() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; }
  async reads(o, ...names) { for (const n of names) o = o[n]; return told(() => o); }
  async calls(o, name, ...args) { return told(() => (name === undefined ? o(...args) : o[name](...args))); }
  async pathOf(o, path, ...args) { let at = o, self; for (const n of path) { self = at; at = at[n]; } return told(() => at.apply === undefined ? at : at(...args)); }
  async instance(v) { return [typeof v, v instanceof RpcTarget, v instanceof RpcStub, Object.prototype.toString.call(v)].join(); }
  nested(depth) { let v = new Named("deep"); for (let i = 0; i < depth; i++) v = { v }; return v; }

  // errors
  throws(how) {
    switch (how) {
      case "subclass": throw new MyError("m", { cause: new NamedError("inner", { cause: { a: 1 } }) });
      case "chain": { let e = new Error("0"); for (let i = 1; i < 10; i++) e = new TypeError(`${i}`, { cause: e }); throw e; }
      case "aggregate": throw new AggregateError([new MyError("a"), new AggregateError([new TypeError("b")], "inner"), "text", { o: 1 }], "outer", { cause: 5 });
      case "any": return Promise.any([Promise.reject(new RangeError("one")), Promise.reject("two")]);
      case "frozen": throw Object.freeze(new Error("frozen"));
      case "undefined message": throw Object.assign(new Error("x"), { message: undefined });
      case "own date": throw Object.assign(new Error("x"), { when: new Date(0), map: new Map([[1, 2]]), bytes: new Uint8Array([1]), big: 5n });
      case "symbol": throw Symbol("thrown");
      case "bigint": throw 5n;
      case "boolean": throw false;
      case "array": throw [new Error("in an array")];
      case "date": throw new Date(0);
      case "function with members": throw Object.assign(() => 1, { a: 1 });
      case "target": throw new Named("thrown");
      case "stub": throw new RpcStub(() => 1);
      case "response": throw new Response("x");
      case "suppressed": throw typeof SuppressedError === "function" ? new SuppressedError(new Error("e"), new Error("s"), "m") : new Error("none");
      case "dom": throw new DOMException("quota", "QuotaExceededError");
      case "dom data": throw new DOMException("data", "DataCloneError");
      case "getter": throw Object.defineProperty(new Error("x"), "g", { enumerable: true, get() { throw new Error("from the getter"); } });
      case "code": throw Object.assign(new Error("x"), { code: "ENOENT", errno: -2, path: "/x" });
      case "remote": throw Object.assign(new Error("x"), { remote: "mine", retryable: true, overloaded: true, durableObjectReset: true });
      case "empty name": throw Object.assign(new Error("x"), { name: "" });
      case "long": throw new Error("long ".repeat(10000));
      case "newline": throw new Error("two\nlines");
      case "proto": throw Object.setPrototypeOf(new Error("x"), TypeError.prototype);
      case "null proto": throw Object.setPrototypeOf(new Error("x"), null);
      case "error-like": throw { name: "TypeError", message: "like", stack: "s" };
      case "constructor": throw Object.assign(new Error("x"), { constructor: "mine" });
      case "class": throw class Thrown {};
      case "from await": return (async () => { await scheduler.wait(1); throw new MyError("awaited"); })();
      case "nested call": return this.env.NESTED ?? this.deeper();
    }
  }
  deeper() { return this.deepest(); }
  deepest() { throw new URIError("deepest"); }
  async callsBack(f) { return await f(); }
  async catches(f) { try { await f(); return "nothing"; } catch (e) { return show(e); } }
  async rethrows(f) { try { await f(); } catch (e) { throw new Error("again", { cause: e }); } }
  async sameError(f) { try { await f(); } catch (e) { throw e; } }

  // streams
  counted(n, size = 1) { const state = Further.counting = { pulls: 0, cancelled: "no" }; return new ReadableStream({ type: "bytes", pull(c) { if (state.pulls++ < n) c.enqueue(new Uint8Array(size).fill(state.pulls)); else c.close(); }, cancel(r) { state.cancelled = show(r); } }); }
  pulls() { return Further.counting.pulls; }
  async cancelled() { await until(() => Further.counting.cancelled !== "no"); return Further.counting.cancelled; }
  byob() { let n = 0; return new ReadableStream({ type: "bytes", autoAllocateChunkSize: 64, pull(c) { if (n++ === 3) { c.close(); c.byobRequest?.respond(0); return; } const r = c.byobRequest; if (r) { r.view[0] = n; r.respond(1); } else c.enqueue(new Uint8Array([n])); } }); }
  textStream() { return new Response("some text").body.pipeThrough(new TextDecoderStream()); }
  encoded() { return new Response("some text").body.pipeThrough(new TextDecoderStream()).pipeThrough(new TextEncoderStream()); }
  compressed() { return new Response("some text ".repeat(100)).body.pipeThrough(new CompressionStream("gzip")); }
  fixed() { const { readable, writable } = new FixedLengthStream(5); const w = writable.getWriter(); this.ctx.waitUntil(w.write(new Uint8Array(5)).then(() => w.close())); return readable; }
  fixedShort() { const { readable, writable } = new FixedLengthStream(5); const w = writable.getWriter(); this.ctx.waitUntil(w.write(new Uint8Array(2)).then(() => w.close()).catch(() => {})); return readable; }
  teeOne() { const [a, b] = new Response("teed").body.tee(); this.ctx.waitUntil(b.cancel()); return a; }
  fromIterable() { return ReadableStream.from([new Uint8Array([1]), new Uint8Array([2])]); }
  streamInMap() { return new Map([["s", new Response("in a map").body]]); }
  streamAndTarget() { return { s: new Response("beside").body, n: new Named("beside a stream") }; }
  errorsAfter(n) { let i = 0; return new ReadableStream({ type: "bytes", async pull(c) { if (i++ < n) c.enqueue(new Uint8Array([i])); else c.error(new MyError("after some")); } }); }
  never() { return new ReadableStream({ type: "bytes", pull() { return new Promise(() => {}); } }); }
  async readsSome(s, n) { const r = s.getReader(); const out = []; for (let i = 0; i < n; i++) { const { done, value } = await r.read(); if (done) { out.push("done"); break; } out.push([...value].join(".")); } await r.cancel("the callee has enough"); return out.join(); }
  async readsAll(s) { const out = []; for await (const c of s) out.push(c.length); return out.reduce((a, b) => a + b, 0); }
  async readsByob(s) { const r = s.getReader({ mode: "byob" }); const out = []; for (;;) { const { done, value } = await r.read(new Uint8Array(4)); if (done) break; out.push(...value); } return out.join(); }
  async readsAtLeast(s) { const r = s.getReader({ mode: "byob" }); const { value } = await r.read(new Uint8Array(8), { min: 4 }); return value.length >= 4; }
  async tees(s) { const [a, b] = s.tee(); return [await new Response(a).text(), await new Response(b).text()].join(); }
  async readsError(s) { return told(() => new Response(s).text()); }
  async ignores(s) { return "ignored"; }
  async returnsStream(s) { return s; }
  async pipes(s, w) { await s.pipeTo(w); return "piped"; }
  async through(s) { return s.pipeThrough(new TransformStream({ transform(c, t) { t.enqueue(new Uint8Array(c).reverse()); } })); }
  async writesMany(w, n, size = 1) { const writer = w.getWriter(); for (let i = 0; i < n; i++) { await writer.ready; await writer.write(new Uint8Array(size).fill(i + 1)); } await writer.close(); return `wrote ${n}`; }
  async writesAndFails(w) { const writer = w.getWriter(); await writer.write(new Uint8Array([1])); throw new RangeError("after a write"); }
  async writesAndLeaves(w) { const writer = w.getWriter(); await writer.write(new Uint8Array([1])); return "left open"; }
  async abortsWith(w, how) { await w.abort({ error: new MyError("abort"), string: "text", undefined, object: { a: 1 }, none: null }[how]); return "aborted"; }
  async desired(w) { const writer = w.getWriter(); const out = [writer.desiredSize]; const p = writer.write(new Uint8Array(1)); out.push(writer.desiredSize); await p; out.push(writer.desiredSize); await writer.close(); return out.join(); }
  async writeStates(w) { const writer = w.getWriter(); const a = await told(() => writer.write(new Uint8Array([1]))); const b = await told(() => writer.close()); const c = await told(() => writer.closed); return [a, b, c].join("; "); }
  async closesTwice(w) { await w.close(); return told(() => w.close()); }
  sink() { const state = Further.sunk = []; return new WritableStream({ write(c) { state.push(`${Object.prototype.toString.call(c)} ${[...new Uint8Array(c)].join(".")}`); }, close() { state.push("close"); }, abort(r) { state.push(`abort ${show(r)}`); } }); }
  failingSink() { let n = 0; return new WritableStream({ write() { if (n++ > 0) throw new MyError("the sink is full"); }, close() { throw new RangeError("close fails"); } }); }
  closeFails() { return new WritableStream({ close() { throw new RangeError("close fails"); } }); }
  async sunk(n) { await until(() => Further.sunk.length >= n); return Further.sunk.join(); }
  slowSink() { const state = Further.sunk = []; return new WritableStream({ async write(c) { await scheduler.wait(2); state.push(c.byteLength); } }); }
  pair() { return new IdentityTransformStream(); }
  pairOf() { const { readable, writable } = new TransformStream(); return { readable, writable }; }
  async *gen() { yield 1; }

  // requests, responses, headers
  async request(r) { return show([r.method, r.url, [...r.headers].join(";"), r.redirect, r.cf, r.signal instanceof AbortSignal, r.body === null, r.bodyUsed, r.cache, r.integrity, r.keepalive].map((x) => (x === undefined ? "undefined" : x))); }
  async readsRequest(r) { return `${r.method} ${await r.text()}`; }
  async response(r) { return show([r.status, r.statusText, [...r.headers].join(";"), r.ok, r.redirected, r.url, r.type, r.cf, r.body === null, r.webSocket]); }
  async readsResponse(r) { return `${r.status} ${await r.text()}`; }
  makeRequest(how) {
    switch (how) {
      case "signal": return new Request("http://x/", { signal: AbortSignal.abort(new MyError("request aborted")) });
      case "later": { const c = new AbortController(); this.ctx.waitUntil(scheduler.wait(5).then(() => c.abort("later"))); return new Request("http://x/", { signal: c.signal }); }
      case "form": return new Request("http://x/", { method: "POST", body: new URLSearchParams({ a: "b c" }) });
      case "error": return new Request("http://x/", { redirect: "error" });
      case "cache": return new Request("http://x/", { cache: "no-store" });
      case "stream": return new Request("http://x/", { method: "PUT", body: new Response("streamed").body });
      case "clone": return new Request("http://x/", { method: "POST", body: "cloned" }).clone();
      case "cf": return new Request("http://x/", { cf: { cacheTtl: 5, deep: { a: [1] } } });
    }
  }
  makeResponse(how) {
    switch (how) {
      case "stream": return new Response(new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([104, 105])); c.close(); } }));
      case "null": return new Response(null, { status: 304 });
      case "cf": return new Response("x", { cf: { a: 1 } });
      case "encoded": return new Response("manual", { headers: { "content-encoding": "identity" }, encodeBody: "manual" });
      case "clone": { const r = new Response("cloned", { headers: { a: "1" } }); const c = r.clone(); this.ctx.waitUntil(r.text()); return c; }
      case "failing": return new Response(this.errorsAfter(1));
      case "bytes": return new Response(new Uint8Array([1, 2, 3]), { status: 299, statusText: "Odd" });
      case "several": return [new Response("a"), { r: new Response("b") }];
      case "html": return new Response("<p>", { headers: { "Content-Type": "text/html", "X-Two": "a", "x-two": "b" } });
      case "locked": { const r = new Response("x"); r.body.getReader(); return r; }
    }
  }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/echo") return new Response(request.body, { headers: { "x-method": request.method, "x-cf": JSON.stringify(request.cf ?? null), "x-redirect": request.redirect } });
    if (pathname === "/redirect") return Response.redirect("http://x/echo", 302);
    if (pathname === "/redirect307") return new Response(null, { status: 307, headers: { location: "/echo" } });
    if (pathname === "/loop") return Response.redirect("http://x/loop", 302);
    if (pathname === "/throws") throw new MyError("fetch throws");
    if (pathname === "/throws-object") throw { a: 1 };
    if (pathname === "/signal") return new Response(String(request.signal.aborted));
    if (pathname === "/waits") { request.signal.addEventListener("abort", () => { Further.said = "aborted"; }); await scheduler.wait(1000); }
    if (pathname === "/error-body") return new Response(this.errorsAfter(2));
    if (pathname === "/nothing") return undefined;
    if (pathname === "/used") { const r = new Response("x"); await r.text(); return r; }
    if (pathname === "/endless") return new Response(new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array(1000)); }, cancel(r) { Further.said = `cancelled ${typeof r}`; } }));
    if (pathname === "/headers") return new Response(JSON.stringify([...request.headers]));
    return new Response(pathname, { status: 404 });
  }

  // signals
  async signal(s) { if (!s.aborted) await new Promise((done) => s.addEventListener("abort", done)); return show(s.reason); }
  async signalState(s) { return show([s.aborted, s.reason, Object.prototype.toString.call(s)]); }
  async throwIf(s) { return told(() => s.throwIfAborted()); }
  makeSignal(how) {
    const c = new AbortController();
    const later = (reason) => { this.ctx.waitUntil(scheduler.wait(5).then(() => c.abort(reason))); return c.signal; };
    switch (how) {
      case "aborted": return AbortSignal.abort();
      case "aborted error": return AbortSignal.abort(new MyError("reason"));
      case "aborted object": return AbortSignal.abort({ a: [1] });
      case "aborted null": return AbortSignal.abort(null);
      case "timeout": return AbortSignal.timeout(2);
      case "any": return AbortSignal.any([AbortSignal.abort("first"), c.signal]);
      case "any later": return AbortSignal.any([later("any later"), new AbortController().signal]);
      case "later": return later();
      case "later object": return later({ a: new Map([[1, 2]]) });
      case "later error": return later(new MyError("later"));
      case "never": return c.signal;
      case "function": return AbortSignal.abort(() => 1);
    }
  }
  async anyOf(...signals) { const s = AbortSignal.any(signals); if (!s.aborted) await new Promise((done) => s.addEventListener("abort", done)); return show(s.reason); }
  async abortsFetch(s) { return told(() => this.env.SELF_FETCH?.(s) ?? "none"); }

  // the entrypoint itself
  depth() { return show(this.ctx.props); }
  #private() { return "private"; }
  get accessor() { return this.#private(); }
  static helper() { return "static"; }
  [Symbol.for("keyed")]() { return "keyed"; }
  get throwingGetter() { throw new MyError("an entrypoint's getter"); }
  get asyncFunction() { return (async () => { await scheduler.wait(1); return (x) => `async function ${x}`; })(); }
  get nestedTarget() { return { t: new Named("of a getter") }; }
  toJSON() { return "entrypoint as JSON"; }
  async size(v) { return v.length ?? v.byteLength ?? v.size; }
  bigResult(n) { return new Uint8Array(n); }
  manyStubs(n) { return Array.from({ length: n }, (_, i) => () => i); }
  async sumOf(fs) { let n = 0; for (const f of fs) n += await f(); return n; }
  async fails(after) { await scheduler.wait(after); throw new MyError("the first call fails"); }
  async slowNamed(name, ms) { await scheduler.wait(ms); return new Named(name); }
  order = [];
  static order = [];
  note(n, ms) { Further.order.push(`start ${n}`); return scheduler.wait(ms ?? 0).then(() => { Further.order.push(`end ${n}`); return n; }); }
  noted() { return Further.order.splice(0).join(); }
  async ping(peer, n) { return n === 0 ? "bottom" : `${n} ${await peer(n - 1)}`; }
  waitsFor(f) { this.ctx.waitUntil(f()); return "returned"; }
}
