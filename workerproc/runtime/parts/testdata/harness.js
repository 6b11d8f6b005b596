// What the tests of the parts run in: a core with the little that the parts
// ask of one, and the functions that tests are written with.
(function (ops, source) {
  "use strict";
  const known = { InvalidCharacterError: 5, NotSupportedError: 9, DataCloneError: 25, QuotaExceededError: 22, AbortError: 20 };

  class DOMException extends Error {
    #name;
    constructor(message = "", name = "Error") {
      super(message);
      this.#name = name;
    }
    get name() { return this.#name; }
    get code() { return known[this.#name] || 0; }
  }

  class AbortSignal {
    constructor() {
      this.aborted = false;
      this.reason = undefined;
      this.listeners = [];
    }
    addEventListener(type, f) { this.listeners.push(f); }
    removeEventListener(type, f) { this.listeners = this.listeners.filter((g) => g !== f); }
  }

  class AbortController {
    constructor() { this.signal = new AbortSignal(); }
    abort(reason = new DOMException("The operation was aborted", "AbortError")) {
      this.signal.aborted = true;
      this.signal.reason = reason;
      for (const f of this.signal.listeners) f();
    }
  }

  const call = (f) => (self, ...args) => f.apply(self, args);
  const primordials = {
    Promise, Map, Set, WeakMap, Error, TypeError, RangeError, Uint8Array, ArrayBuffer, Object, Array, Symbol,
    resolved: Promise.resolve.bind(Promise), rejected: Promise.reject.bind(Promise), then: (promise, ok, bad) => promise.then(ok, bad),
    apply: Reflect.apply, construct: Reflect.construct, ownKeys: Reflect.ownKeys, defineProperty: Reflect.defineProperty,
    getPrototypeOf: Reflect.getPrototypeOf, isView: ArrayBuffer.isView,
    lengthOf: call(Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length").get), isArray: Array.isArray, parse: JSON.parse, stringify: JSON.stringify,
    upper: call(String.prototype.toUpperCase), lower: call(String.prototype.toLowerCase), slice: call(String.prototype.slice),
    hasOwn: call(Object.prototype.hasOwnProperty), now: Date.now,
  };

  const parts = {};
  const core = {
    DOMException, AbortSignal, AbortController, Event: class Event {}, EventTarget: class EventTarget {}, handlerOf() {}, timers: {}, primordials, ended: [],
    part: (name) => parts[name] || (parts[name] = source(name)(ops, core)),
  };
  Object.assign(globalThis, { DOMException, AbortSignal, AbortController });
  core.part("polyfills").install(globalThis);
  for (const name of ["url", "encoding", "performance", "clone", "streams", "blob", "crypto", "subtle", "compression", "urlpattern"]) {
    const { internal, ...globals } = core.part(name);
    Object.assign(globalThis, globals);
  }

  const failures = [];
  const waiting = new Set();
  let count = 0;

  const show = (v) => {
    if (typeof v === "string") return JSON.stringify(v);
    if (ArrayBuffer.isView(v)) return `${v.constructor.name}[${[].join.call(v, ", ")}]`;
    if (v instanceof Error) return `${v.name}: ${v.message}`;
    if (Array.isArray(v)) return `[${v.map(show).join(", ")}]`;
    if (typeof v === "object" && v !== null) {
      return `{${Object.keys(v).sort().map((k) => `${k}: ${show(v[k])}`).join(", ")}}`;
    }
    return Object.is(v, -0) ? "-0" : String(v);
  };

  const eq = (got, want, note = "") => {
    if (show(got) !== show(want)) throw new Error(`${note} got ${show(got)}, want ${show(want)}`);
  };
  const ok = (value, note = "not so") => { if (!value) throw new Error(note); };

  const isThrown = (err, want) => {
    const text = `${err && err.name}: ${err && err.message}`;
    ok(typeof want === "string" ? text.startsWith(want) : err === want, `threw ${text}, want ${want}`);
  };
  const throws = (want, f) => {
    try { f(); } catch (err) { return isThrown(err, want); }
    throw new Error(`didn't throw ${want}`);
  };
  const rejects = (want, promise) =>
    promise.then(() => { throw new Error(`wasn't rejected with ${want}`); }, (err) => isThrown(err, want));

  // turns waits for that many rounds of promise jobs.
  const turns = async (n = 20) => { for (let i = 0; i < n; i++) await undefined; };

  const test = (name, f) => {
    count++;
    waiting.add(name);
    const done = () => waiting.delete(name);
    new Promise((resolve) => resolve(f())).then(done, (err) => {
      done();
      failures.push(`${name}: ${err && err.name}: ${err && err.message}\n${err && err.stack}`);
    });
  };

  return {
    // evaluator calls the part's function each time; the part is parsed now.
    evaluator: (name) => {
      const part = source(name);
      return () => { part(ops, core); };
    },
    run: (body) => body({ test, eq, ok, throws, rejects, turns, core, ops }),
    result: () => [count, ...failures, ...[...waiting].map((name) => `${name}: never settled`)],
  };
})
