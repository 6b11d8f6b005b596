// Built-ins as they were before any tenant's code ran. The core calls these, never a method that it looks up on an object
// that the tenant can reach.
const { apply, construct, ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf } = Reflect;

// call(f) is f with its this as first argument.
const call = (f) => (self, ...args) => apply(f, self, args);

const P = Promise;
const then = P.prototype.then;

export const primordials = {
  apply, construct, ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf,
  Promise: P,
  resolved: P.resolve.bind(P),
  rejected: P.reject.bind(P),
  then: (promise, ok, bad) => apply(then, promise, [ok, bad]),
  Map, Set, WeakMap, Proxy, Error, TypeError, RangeError, SyntaxError, Uint8Array, ArrayBuffer, Symbol, Date, Object, Array,
  isView: ArrayBuffer.isView,
  lengthOf: call(getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), "length").get), // of a typed array
  parse: JSON.parse,
  stringify: JSON.stringify,
  isArray: Array.isArray,
  create: Object.create,
  freeze: Object.freeze,
  hasOwn: Object.hasOwn,
  lower: call(String.prototype.toLowerCase),
  upper: call(String.prototype.toUpperCase),
  slice: call(String.prototype.slice),
  indexOf: call(String.prototype.indexOf),
  codeAt: call(String.prototype.charCodeAt),
  iterator: Symbol.iterator,
  asyncIterator: Symbol.asyncIterator,
  now: () => ops.now(),
};

// isObject tells what can have properties.
export const isObject = (v) => (typeof v === "object" && v !== null) || typeof v === "function";

// push appends without asking Array.prototype.
export const push = (list, value) => {
  primordials.defineProperty(list, list.length, { value, writable: true, enumerable: true, configurable: true });
};

// steady gives a Map its methods as its own: what a Worker does to their prototype doesn't reach it.
export const steady = (map) => {
  const { get, set, delete: remove } = primordials.Map.prototype;
  map.get = get;
  map.set = set;
  map.delete = remove;
  return map;
};

// PRIVATE opens the constructors that make objects from the inside.
export const PRIVATE = {};

// enumerable has a class look like one of the Workers runtime: its members are enumerable, and it asks for no arguments.
export const enumerable = (Class) => {
  const { prototype } = Class;
  for (const key of ownKeys(prototype)) {
    if (key === "constructor" || typeof key === "symbol") continue;
    defineProperty(prototype, key, { ...getOwnPropertyDescriptor(prototype, key), enumerable: true });
  }
  const constructor = getOwnPropertyDescriptor(prototype, "constructor");
  delete prototype.constructor; // which comes last
  defineProperty(prototype, "constructor", constructor);
  defineProperty(Class, "length", { value: 0, configurable: true });
};
