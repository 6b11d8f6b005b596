// What code of Node.js calls primordials, for packages that were taken from it: ArrayPrototypeMap(list, f) is list.map(f).
// Each is made when it is first asked for.
const roots = ["AggregateError", "ArrayBuffer", "Array", "BigInt", "Boolean", "DataView", "Date", "Error", "Function", "JSON", "Map", "Math",
  "Number", "Object", "Promise", "RangeError", "Reflect", "RegExp", "Set", "String", "Symbol", "TypeError", "TypedArray", "Uint8Array",
  "WeakMap", "WeakSet", "Proxy"];
const TypedArray = Object.getPrototypeOf(Uint8Array);
const { bind, call, apply } = Function.prototype;
const uncurryThis = bind.bind(call);
const applyBind = bind.bind(apply);

const own = {
  __proto__: null, uncurryThis, applyBind, TypedArray, globalThis, internalBinding: () => ({}),
  SafeMap: class SafeMap extends Map {}, SafeSet: class SafeSet extends Set {}, SafeWeakMap: class SafeWeakMap extends WeakMap {},
  SafeStringIterator: class SafeStringIterator { constructor(s) { return s[Symbol.iterator](); } },
  ErrorCaptureStackTrace: (e) => { if (Error.captureStackTrace) Error.captureStackTrace(e); },
  ErrorIsError: (v) => v instanceof Error,
};

const lower = (s) => s[0].toLowerCase() + s.slice(1);

function memberOf(object, name, method) {
  const symbol = name.startsWith("Symbol") && name.length > 6 ? Symbol[lower(name.slice(6))] : undefined;
  const key = symbol ?? lower(name);
  if (key in object) {
    const d = Object.getOwnPropertyDescriptor(object, key);
    const value = d?.get ? undefined : object[key];
    if (typeof value === "function") return method ? uncurryThis(value) : value.bind(object);
    if (!d?.get) return value;
  }
  if (name.startsWith("Get")) {
    const rest = name.slice(3);
    const d = Object.getOwnPropertyDescriptor(object, rest.startsWith("Symbol") ? Symbol[lower(rest.slice(6))] : lower(rest));
    if (d?.get) return uncurryThis(d.get);
  }
  if (name.endsWith("Apply")) return applyBind(object[lower(name.slice(0, -5))]);
}

function find(name) {
  if (name in own) return own[name];
  for (const root of roots) {
    if (!name.startsWith(root)) continue;
    const object = own[root] ?? globalThis[root];
    const rest = name.slice(root.length);
    if (rest === "") return object;
    if (rest === "Prototype") return object.prototype;
    return rest.startsWith("Prototype") ? memberOf(object.prototype, rest.slice(9), true) : memberOf(object, rest, false);
  }
}

module.exports = new Proxy(own, { get(made, name) { return made[name] ??= find(name); } });
