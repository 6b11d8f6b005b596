// The side that is called: the same class in both Workers.
import { WorkerEntrypoint, RpcTarget, RpcStub } from "cloudflare:workers";
import { show } from "./show.js";

export const log = []; // of what was disposed of

export class Counter extends RpcTarget {
  #n;
  own = "own";
  constructor(n = 0) { super(); this.#n = n; this.instance = () => 1; }
  get value() { return this.#n; }
  increment(by = 1) { return this.#n += by; }
  get child() { return new Counter(this.#n * 10); }
  nested() { return { counter: new Counter(this.#n), deep: { list: [new Counter(this.#n + 1)], add: (a) => a + this.#n } }; }
  fails() { throw new RangeError("as it should"); }
  get broken() { throw new TypeError("a getter that throws"); }
  _underscore() { return "underscore"; }
  [Symbol.for("x")]() { return 1; }
  constructor_() { return 1; }
  [Symbol.dispose]() { log.push(`counter ${this.#n} disposed`); }
}
class Derived extends Counter { increment(by) { return super.increment(by) + 100; } }
class Plain { constructor() { this.a = 1; } method() { return 2; } }

export class Api extends WorkerEntrypoint {
  own = "an instance's property";
  arrow = () => "an instance's function";
  get getter() { return { a: [1, { b: "read" }], f: (x) => x * 2 }; }
  get counter() { return new Counter(5); }
  static statically() { return 1; }
  echo(v) { return v; }
  shows(...values) { return values.map((v) => show(v)).join(", "); }
  args() { return arguments.length; }
  nothing() {}
  add(a, b) { return a + b; }
  async usedResponse() { const r = new Response("abc"); await r.text(); return r; }
  async slowly(v) { await scheduler.wait(5); return v; }
  makeCounter(n) { return new Counter(n); }
  makeDerived(n) { return new Derived(n); }
  makeStub(n) { return new RpcStub(new Counter(n)); }
  makeFunction() { return (a, b) => `${a}+${b}`; }
  makeFunctionWithProps() { return Object.assign((x) => x + 1, { prop: "of a function", nested: { x: 1 } }); }
  makeAsyncFunction() { return async (a) => [a, (b) => a + b]; }
  makeNested() { return { a: { b: (c) => c + 1, list: [(x) => x, 5] }, counter: new Counter(7) }; }
  makePlainClass() { return new Plain(); }
  makeList() { return [10, { x: 20 }, (y) => y]; }
  makePromise() { return { p: Promise.resolve(5) }; }
  makeReject() { return { p: Promise.reject(new Error("rejected inside")) }; }
  makeNull() { return null; }
  makeMap() { return new Map([["key", new Counter(1)]]); }
  async calls(f, ...args) { return await f(...args); }
  async callsTwice(f) { return [await f(1), await f(2)]; }
  async callsMethod(target, name, ...args) { return await target[name](...args); }
  async reads(target, name) { return await target[name]; }
  async pipelines(target) { return [await target.nested().deep.add(1), await target.child.value, await target.child.increment(5)]; }
  async callsBack(f) { return `got ${await f({ back: (x) => x * 3, c: new Counter(3) })}`; }
  typeOf(v) { return `${typeof v} ${Object.prototype.toString.call(v)} ${v?.constructor?.name}`; }
  throws(how) {
    switch (how) {
      case "props": throw Object.assign(new Error("with properties"), { code: 42, nested: { a: [1] } });
      case "cause": throw new Error("with a cause", { cause: new TypeError("the cause") });
      case "type": throw new TypeError("a type error");
      case "range": throw new RangeError("a range error");
      case "syntax": throw new SyntaxError("a syntax error");
      case "reference": throw new ReferenceError("a reference error");
      case "eval": throw new EvalError("an eval error");
      case "uri": throw new URIError("a uri error");
      case "aggregate": throw new AggregateError([new Error("one"), 2], "an aggregate");
      case "dom": throw new DOMException("a dom exception", "AbortError");
      case "named": throw Object.assign(new Error("renamed"), { name: "Renamed" });
      case "class": throw new (class Custom extends Error { constructor() { super("of a class"); this.name = "Custom"; this.extra = 1; } })();
      case "string": throw "a string";
      case "number": throw 5;
      case "undefined": throw undefined;
      case "null": throw null;
      case "object": throw { plain: true };
      case "function": throw () => 1;
    }
  }
  async rejects() { await scheduler.wait(1); throw new Error("later"); }
  stack() { throw new Error("with a stack"); }
  async keeps(f) { this.ctx.waitUntil(scheduler.wait(1)); return await f(); }
  bytes() { return new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([1, 2, 3])); c.enqueue(new Uint8Array([4])); c.close(); } }); }
  text() { return new Response("the text of a body").body; }
  objects() { return new ReadableStream({ start(c) { c.enqueue({ a: 1 }); c.close(); } }); }
  identity() { const { readable, writable } = new IdentityTransformStream(); return { readable, writable }; }
  errors() { return new ReadableStream({ type: "bytes", pull(c) { c.error(new Error("the stream has failed")); } }); }
  async readsStream(s) { return await new Response(s).text(); }
  async writesStream(w) { const writer = w.getWriter(); await writer.write(new TextEncoder().encode("written")); await writer.close(); return "closed"; }
  async request(r) { return [r instanceof Request, r.method, r.url, [...r.headers].join(";"), await r.text()].join(" "); }
  makeRequest() { return new Request("http://made/", { method: "PUT", headers: { a: "b" }, body: "body" }); }
  response() { return new Response("hello", { status: 201, statusText: "Made", headers: { "x-a": "b" } }); }
  headers(h) { return h instanceof Headers ? [...h].join(";") : typeof h; }
  makeHeaders() { return new Headers([["a", "1"], ["set-cookie", "x"], ["set-cookie", "y"]]); }
  async signal(s) { return [s instanceof AbortSignal, s.aborted, s.aborted ? String(s.reason) : await new Promise((done) => s.addEventListener("abort", () => done(String(s.reason))))].join(" "); }
  makeSignal() { return AbortSignal.abort(new Error("aborted before")); }
  async holds(stub) { this.constructor.held = stub.dup(); return "held"; }
  async usesHeld() { try { return await this.constructor.held.increment(); } catch (e) { return `${e.name}: ${e.message}`; } finally { this.constructor.held[Symbol.dispose](); } }
  disposed() { return log.splice(0).join(); }
  waits() { return new Promise(() => {}); }
  big(n) { return "x".repeat(n); }
  length(s) { return s.length ?? s.byteLength; }
  fetch(request) { return new Response(`fetched ${request.method} ${new URL(request.url).pathname}`); }
  alarm() { return "alarm"; }
  _private() { return "underscored"; }
  toString() { return "my own toString"; }
  hasOwnProperty() { return "my own hasOwnProperty"; }
  then_() { return 1; }
}

export const handler = {
  fetch(request) { return new Response("the default export"); },
  one(a) { return `one ${show(a)}`; },
  withEnv(a, env, ctx) { return `${typeof a} ${typeof env} ${typeof ctx?.waitUntil}`; },
  two(a, b, c, d) { return "never"; },
  notAFunction: 5,
};
