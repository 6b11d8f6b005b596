// Stubs: what they are on, what can be asked of them, and the classes that they show.
import { Object_getPrototypeOf, Proxy, Reflect_apply } from "./shared.js";
import { brokenOf, dispose, duplicate, local } from "./disposal.js";
import { promiseIn, wait } from "./results.js";
import { areSimple, call, callSimply, read } from "./calls.js";
import { fetchMethod, withProps } from "./services.js";
import { isPlain } from "./incoming.js";

//
// A record says what a stub is on:
//   { kind: "grant", grant, shared: { count }, kept }       something outside, by its number; kept: never given back
//   { kind: "entrypoint", worker, entrypoint, props, limits }  of this Worker (worker undefined), or of a loaded one
//   { kind: "call", n, state, value, promise }              the result of a call under way
//   { kind: "local", value }                                an object of this isolate (new RpcStub)
//   { kind: "property", base, path }                        a property of one of these
// It is the handler of the stub's proxy as well, so that a stub is two objects. traps, which all of them inherit from, has
// no prototype: a Worker that changes Object.prototype adds no trap. By its handler a stub is known, too: an entry in a WeakMap is dear.
const { handler: handlerOf } = ops;
export function recordOf(stub) {
  if (typeof stub !== "function" && typeof stub !== "object") return undefined;
  const handler = handlerOf(stub);
  if (handler === undefined) return undefined;
  const kind = Object_getPrototypeOf(handler);
  return kind === callTraps || kind === traps || kind === entryTraps ? handler : undefined;
}

// They are no classes, whose constructors an engine refuses to call with words of its own.
export function RpcStub() {
  const target = arguments[0];
  if (new.target === undefined) throw new TypeError("Failed to construct 'JsRpcStub': Please use the 'new' operator, this object constructor cannot be called as a function.");
  if (target === undefined || target === null || (typeof target !== "object" && typeof target !== "function")) {
    throw new TypeError("Failed to construct 'JsRpcStub': constructor parameter 1 is not of type 'Object'.");
  }
  const record = recordOf(target);
  if (record !== undefined ? record.Class !== RpcStub : !isPlain(target) && typeof target !== "function" && !(target instanceof core.RpcTarget)) {
    throw new TypeError("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.");
  }
  return shell(local(target), RpcStub);
}
export function RpcPromise() { throw new TypeError("Illegal constructor"); }
export function RpcProperty() { throw new TypeError("Illegal constructor"); }
export function ServiceStub() { throw new TypeError("Illegal constructor"); }

// ServiceStub is what typeof calls an object; the others can be called, and so can a loopback stub, which takes props.
ServiceStub.prototype[Symbol.toStringTag] = "Fetcher";
class LoopbackServiceStub extends ServiceStub {}
LoopbackServiceStub.prototype[Symbol.toStringTag] = "LoopbackServiceStub";
for (const [Class, tag] of [[RpcStub, "JsRpcStub"], [RpcPromise, "JsRpcPromise"], [RpcProperty, "JsRpcProperty"]]) {
  Class.prototype[Symbol.toStringTag] = tag;
}
const prototypeOf = (record) => (record.loopback ? LoopbackServiceStub : record.Class).prototype;

// The targets of all proxies: what can be called, and what can't.
export const callable = function () {}.bind(), object = {}; // bound: it can be constructed, and has no property that must be told of
export function shell(record, Class) {
  if (record.Class !== Class) record.Class = Class;
  const proxy = new Proxy(Class === ServiceStub && !record.loopback ? object : callable, record);
  return proxy;
}

export const traps = {
  __proto__: null,
  get(target, name, stub) {
    if (name === "then" && this.kind === "call" && this.own === undefined) {
      asked.stub = stub;
      asked.record = this;
      return promised.then;
    }
    if (name === "fetch" && this.Class === ServiceStub && this.own === undefined) {
      asked.stub = stub;
      asked.record = this;
      return ServiceFetch;
    }
    const { names } = this;
    if (names !== undefined) {
      const known = names[name];
      if (known !== undefined) return known;
    }
    return memberOf(this, name);
  },
  apply(target, self, args) {
    const base = this.base ?? this;
    if (base.kind === "grant" && !base.free && areSimple(args)) {
      const record = callSimply(base, this.path, args);
      if (record !== undefined) return shell(record, RpcPromise);
    }
    if (this.kind === "entrypoint" && this.loopback) return withProps(this, args[0]);
    return call(base, this.path ?? [], [...args]); // goja's array changes when the caller goes on
  },
  construct(target, args) { return traps.apply.call(this, target, undefined, args); }, // as the Workers runtime has it
  getPrototypeOf() { return prototypeOf(this); },
  has(target, name) { return typeof name === "string"; },
  // What a Worker puts on a stub is in own.
  ownKeys() { return this.own === undefined ? [] : ownKeys(this.own); },
  getOwnPropertyDescriptor(target, name) { return this.own === undefined ? undefined : getOwnPropertyDescriptor(this.own, name); },
  set(target, name, value) { return putOn(this, name, { value, writable: true, enumerable: true, configurable: true }); },
  defineProperty(target, name, descriptor) { return putOn(this, name, { __proto__: null, ...descriptor, configurable: true }); },
  deleteProperty(target, name) { return this.own === undefined || delete this.own[name]; },
  setPrototypeOf() { return false; },
  isExtensible() { return true; },
  preventExtensions() { throw new TypeError("Cannot freeze"); },
};

const { ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
function putOn(record, name, descriptor) {
  record.own ??= { __proto__: null };
  if (record.names !== undefined) delete record.names[name];
  return defineProperty(record.own, name, descriptor);
}

// callTraps are those of calls' results, with what most of them are: an object of few properties is made faster.
export const callTraps = { __proto__: traps, kind: "call", state: "pending", Class: RpcPromise, promise: undefined, ok: undefined, bad: undefined, more: undefined };

// entryTraps are those of entrypoints of loaded Workers.
export const entryTraps = { __proto__: traps, kind: "entrypoint", Class: undefined, entrypoint: "", props: undefined, limits: "" };
entryTraps.Class = ServiceStub;

// asked is the stub that has been asked for then() or fetch() last: it is called next, with an await.
const asked = { stub: undefined, record: undefined };
export function recordAsked(stub) {
  const record = stub !== undefined && stub === asked.stub ? asked.record : recordOf(stub);
  asked.stub = asked.record = undefined;
  return record;
}

// memberOf is a property of a stub. Those of stubs that last are kept: most calls are of a few methods.
function memberOf(record, name) {
  if (record.own !== undefined && name in record.own) return record.own[name];
  if (name === Symbol.dispose && (record.Class === RpcStub || record.kind === "call")) return () => dispose(record);
  if (name === "propertyIsEnumerable") return () => true;
  if (name === "__proto__") return prototypeOf(record);
  if (typeof name === "symbol" || name in Object.prototype) return prototypeOf(record)[name];
  if (name === "then" || (name === "catch" || name === "finally") && (record.kind === "call" || record.kind === "property")) return thenable(record, name);
  if (isIndex(name)) return undefined;
  if (record.Class === ServiceStub) {
    if (name === "fetch") return ServiceFetch;
    if (name === "connect") return (address, options) => core.part("sockets").internal.connectOn(record, address, options);
    if (name === "toJSON") return undefined;
  } else if (record.kind !== "property") {
    if (name === "dup" && record.kind !== "call") return () => duplicate(record);
    if (name === "onRpcBroken") return (callback) => { brokenOf(record, callback); };
  }
  const property = shell({ __proto__: traps, kind: "property", base: record.base ?? record, path: [...(record.path ?? []), name] }, RpcProperty);
  if (record.kind === "grant" && record.named !== maxNames) {
    record.names ??= { __proto__: null };
    record.names[name] = property;
    record.named = (record.named ?? 0) + 1;
  }
  return property;
}
const maxNames = 64;
const isIndex = (name) => { const n = name >>> 0; return n !== 0xffffffff && (n !== 0 || name === "0") && `${n}` === name; };

// The methods of what a call has returned. They are no closures: most calls are awaited, each once.
export const { then: promiseThen, catch: promiseCatch, finally: promiseFinally } = Promise.prototype;
export const promised = {
  then(ok, bad) {
    const record = this !== undefined && this === asked.stub ? asked.record : callIn(this);
    asked.stub = asked.record = undefined;
    mustBeFunction(ok, 1, "then", "JsRpcPromise");
    if (bad !== undefined) mustBeFunction(bad, 2, "then", "JsRpcPromise");
    // The job of an await passes functions that do nothing but settle, and wants nothing back.
    if (record.promise === undefined && ops.follows(ok, bad)) return wait(record, ok, bad);
    return Reflect_apply(promiseThen, promiseIn(record), [ok, bad]);
  },
  catch(bad) {
    const record = this !== undefined && this === asked.stub ? asked.record : callIn(this);
    asked.stub = asked.record = undefined;
    mustBeFunction(bad, 1, "catch", "JsRpcPromise");
    return Reflect_apply(promiseCatch, promiseIn(record), [bad]);
  },
  finally(f) {
    const record = this !== undefined && this === asked.stub ? asked.record : callIn(this);
    asked.stub = asked.record = undefined;
    mustBeFunction(f, 1, "finally", "JsRpcPromise");
    return Reflect_apply(promiseFinally, promiseIn(record), [f]);
  },
};
function mustBeFunction(f, n, method, of) {
  if (typeof f !== "function") throw new TypeError(`Failed to execute '${method}' on '${of}': parameter ${n} is not of type 'Function'.`);
}
for (const name of ["then", "catch", "finally"]) Object.defineProperty(RpcPromise.prototype, name, { value: promised[name], writable: true, configurable: true });
delete RpcPromise.prototype.constructor;
Object.defineProperty(RpcPromise.prototype, "constructor", { value: RpcPromise, writable: true, configurable: true });
// As methods of the prototypes they find the stub that they are called on.
const ServiceFetch = { fetch(...args) { return fetchMethod(this, args[0], args[1]); } }.fetch;
Object.defineProperty(ServiceStub.prototype, "fetch", { value: ServiceFetch, writable: true, configurable: true });
for (const [{ prototype }, names] of [[RpcStub, ["dup"]], [RpcProperty, ["then", "catch", "finally"]], [ServiceStub, ["connect"]]]) {
  for (const name of names) {
    const method = { [name](...args) { return memberOf(recordOf(this) ?? illegal(), name)(...args); } }[name];
    Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true });
  }
}
export function illegal() {
  throw new TypeError("Illegal invocation: function called with incorrect `this` reference. " +
    "See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.");
}
function callIn(stub) {
  const record = recordOf(stub);
  return record !== undefined && record.kind === "call" ? record : illegal();
}

function thenable(record, name) {
  if (record.kind === "call") return promised[name];
  if (record.kind === "property") {
    const invocation = ops.current(); // the job that calls then() runs in none
    return (...args) => {
      mustBeFunction(args[0], 1, name, "JsRpcProperty");
      return read(record.base, record.path, invocation)[name](...args);
    };
  }
  return undefined;
}
