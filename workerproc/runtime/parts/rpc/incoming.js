// Calls in: of entrypoints, and of what has been passed out.
import { Object_defineProperty, Object_getPrototypeOf, ON_EXPORT, ON_INVOCATION, refuse } from "./shared.js";
import { recordOf } from "./stubs.js";
import { dispose } from "./disposal.js";
import { capability, decodeValue, encodeAs, encodeValue, exported, letGo, retract } from "./values.js";

export const missing = (name) => Object.assign(new TypeError(`The RPC receiver does not implement the method "${name}".`), {});

// member reads a property as a caller from outside may: own members of plain objects and of functions, and what classes
// have, which no object of them has as its own. Of other objects (arrays, maps, responses, …) there is nothing to be had.
const { prototype: objectPrototype } = Object;
export function member(target, name, instance) {
  if (target === null || typeof target !== "object" && typeof target !== "function") throw missing(name);
  if (name === "dup") throw new TypeError("'dup' is a reserved method and cannot be called over RPC.");
  if (recordOf(target) !== undefined) return target[name];
  if (!instance && (typeof target === "function" || isPlain(target) || Object_getPrototypeOf(target) === null)) {
    if (!Object.hasOwn(target, name)) throw missing(name);
    return target[name];
  }
  if (name === "constructor" || Object.hasOwn(target, name) || !instance && !(target instanceof core.RpcTarget)) throw missing(name);
  const value = target[name];
  if (value === objectPrototype[name]) throw missing(name); // also what is undefined
  return value;
}
export const isPlain = (value) => Object_getPrototypeOf(value) === objectPrototype;
// mayPass tells what a path may lead through.
function mayPass(value) {
  if (typeof value === "function") return true;
  return value !== null && typeof value === "object" && (isPlain(value) || value instanceof core.RpcTarget || recordOf(value) !== undefined);
}

// reach applies a path to a value, and calls what is there unless it is to be read. instance: the value is an entrypoint's.
export function reach(value, path, get, args, instance = false) {
  let self = value, at = value;
  for (let i = 0; i < path.length; i++) {
    self = at;
    at = member(at, path[i], instance && i === 0);
    if (i + 1 < path.length && !mayPass(at)) throw missing(path[i]);
  }
  if (get) return at;
  if (typeof at !== "function") throw new TypeError(`"${path.length > 0 ? path.join(".") : "(this)"}" is not a function.`);
  return Reflect.apply(at, self, args);
}

// answer runs a coded call of an entrypoint. v.result is what calls on its result wait for.
export function answer(v, run, parts) {
  let stubs = [];
  v.result = (async () => {
    const decoded = decodeValue(parts ?? ["[[]]", [], []]);
    stubs = decoded.stubs;
    return await run(decoded.value);
  })();
  return v.result.then((value) => { v.answered = true; give(v.id, encodeValue(value)); })
    .catch((e) => { v.answered = true; sendFailure(v, e); })
    .finally(() => disposeArguments(stubs));
}
// Streams and bodies of the arguments may be in the result; they end with the invocation.
function disposeArguments(stubs) { for (const s of stubs) if (!s.free) dispose(s); }
// send answers a coded call with a value that is there.
export function sendAnswer(v, value) {
  let form;
  try {
    form = encodeValue(value);
  } catch (e) {
    return sendFailure(v, e);
  }
  give(v.id, form);
}
function give(id, form, op = ops.answer) {
  try {
    op(id, form);
  } catch (e) {
    retract(form);
    throw e;
  }
}
// nameOf is what cannot be sent in words.
function nameOf(e) {
  if (typeof e === "symbol") return String(e);
  const record = recordOf(e);
  if (record !== undefined) return `#<${record.Class.name}>`;
  return typeof e === "function" ? Function.prototype.toString.call(e) : ops.describe(e)[1];
}
export function sendFailure(v, e) {
  if (typeof e === "function" || typeof e === "symbol") e = nameOf(e);
  ops.fail(v.id, e, e instanceof TypeError && /does not implement the method/.test(e.message) ? "not_found" : undefined, encodeThrown(e));
}
// encodeThrown is what was thrown, without what can't be copied.
export function encodeThrown(e) {
  try {
    return encodeAs(e, dataOnly, true);
  } catch {
    return encodeAs(bare(e instanceof Error ? e : { name: "Error", message: nameOf(e), stack: "" }), dataOnly, true);
  }
}
function dataOnly(value, encoder) {
  if (recordOf(value) !== undefined || capability(value, { __proto__: encoder, cap: () => refuse("") }) !== undefined) refuse("It can only be serialized for RPC.");
  return undefined;
}
function bare(e) {
  const out = new Error(`${e.message}`);
  for (const name of ["name", "stack"]) Object_defineProperty(out, name, { value: `${e[name]}`, configurable: true, writable: true });
  return out;
}

export function stubCall(v, id, on, of, path, get, parts) {
  const fail = (e, kind) => ops.stubResult(id, undefined, e, encodeThrown(e), kind);
  if (on === ON_INVOCATION && (v.result === undefined || v.answered) || on !== ON_EXPORT && on !== ON_INVOCATION && !v.results?.has(of)) {
    return fail(new Error("The result has been sent."), "settled");
  }
  if (on === ON_EXPORT && !exported.has(of)) return fail(new Error("RPC stub used after being disposed."));
  let stubs = [];
  let result;
  try {
    const decoded = decodeValue(parts ?? ["[[]]", [], []]);
    stubs = decoded.stubs;
    const base = on === ON_EXPORT ? exported.get(of).target : on === ON_INVOCATION ? v.result : v.results.get(of);
    const isPromise = base !== null && typeof base === "object" && typeof base.then === "function" && recordOf(base) === undefined;
    result = isPromise ? base.then((b) => reach(b, path, get, decoded.value)) : reach(base, path, get, decoded.value);
  } catch (e) {
    result = Promise.reject(e);
  }
  const promise = Promise.resolve(result);
  (v.results ??= new Map()).set(id, promise);
  promise.then((value) => { v.results.delete(id); give(id, encodeValue(value), ops.stubResult); })
    .catch((e) => { v.results.delete(id); fail(e); })
    .finally(() => disposeArguments(stubs));
}

// release forgets what nobody outside holds any more, or what is gone with its invocation: then nothing is disposed of.
export function release(ids, disposes) {
  for (let i = 0; i < ids.length; i++) letGo(ids[i], disposes);
}
