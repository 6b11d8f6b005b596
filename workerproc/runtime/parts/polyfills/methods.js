// Methods and classes that are added where they are missing.
import { add, callable } from "./shared.js";

function grouped(items, keyOf, add, what) {
  if (items === undefined || items === null) throw new TypeError(`${what}.groupBy called on null or undefined`);
  if (typeof keyOf !== "function") throw new TypeError(`${typeof keyOf === "object" ? "#<Object>" : String(keyOf)} is not a function`);
  let i = 0;
  for (const item of items) add(keyOf(item, i++), item);
}

export const objectMethods = {
  groupBy(items, keyOf) {
    const groups = Object.create(null);
    grouped(items, keyOf, (key, item) => {
      const name = typeof key === "symbol" ? key : `${key}`;
      if (name in groups) groups[name].push(item);
      else groups[name] = [item];
    }, "Object");
    return groups;
  },
};

export const mapMethods = {
  groupBy(items, keyOf) {
    const groups = new Map();
    grouped(items, keyOf, (key, item) => {
      if (groups.has(key)) groups.get(key).push(item);
      else groups.set(key, [item]);
    }, "Map");
    return groups;
  },
};

const onClass = (of, name) => {
  if ((typeof of !== "object" || of === null) && typeof of !== "function") throw new TypeError(`Promise.${name} called on non-object`);
};

export const promiseMethods = {
  withResolvers() {
    onClass(this, "withResolvers");
    let resolve, reject;
    const promise = new this((a, b) => { resolve = a; reject = b; });
    return { promise, resolve, reject };
  },
  try(f, ...args) {
    onClass(this, "try");
    return new this((resolve) => { callable(f); resolve(f(...args)); });
  },
};

export const arrayMethods = {
  async fromAsync(items, map = undefined, thisArg = undefined) {
    if (map !== undefined) callable(map);
    const asynchronous = items[Symbol.asyncIterator];
    const synchronous = items[Symbol.iterator];
    const list = typeof this === "function" ? new this() : [];
    let n = 0;
    const put = async (item) => {
      list[n] = map === undefined ? item : await map.call(thisArg, item, n);
      n++;
    };
    if (asynchronous === undefined && synchronous === undefined) {
      while (n < Math.floor(Number(items.length) || 0)) await put(await items[n]);
      list.length = n;
      return list;
    }
    const iterator = (asynchronous || synchronous).call(items);
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) break;
      try {
        await put(asynchronous === undefined ? await value : value);
      } catch (err) {
        if (typeof iterator.return === "function") try { await iterator.return(); } catch {}
        throw err;
      }
    }
    list.length = n;
    return list;
  },
};

const surrogates = /[\ud800-\udfff]/;
export const stringMethods = {
  isWellFormed() {
    const s = `${this}`;
    return !surrogates.test(s) || ops.wellFormed(s) === s;
  },
  toWellFormed() {
    const s = `${this}`;
    return surrogates.test(s) ? ops.wellFormed(s) : s;
  },
};

// goja has no way to see what only a WeakRef holds. This one holds its
// target for good, which the specification allows, and a registry never
// calls back, which it allows too; neither frees any memory.
export class WeakRef {
  #target;
  constructor(target) { this.#target = weakly(target); }
  deref() { return this.#target; }
  get [Symbol.toStringTag]() { return "WeakRef"; }
}

export class FinalizationRegistry {
  #tokens = new WeakSet();
  constructor(cleanup) {
    if (typeof cleanup !== "function") throw new TypeError("FinalizationRegistry: cleanup must be callable");
  }
  register(target, held, token = undefined) {
    if (weakly(target, "FinalizationRegistry.prototype.register: invalid target") === held) throw new TypeError("target and holdings must not be the same");
    if (token !== undefined) this.#tokens.add(weakly(token));
  }
  unregister(token) { return this.#tokens.delete(weakly(token)); }
  get [Symbol.toStringTag]() { return "FinalizationRegistry"; }
}

function weakly(target, otherwise = "WeakRef: invalid target") {
  if ((typeof target === "object" && target !== null) || typeof target === "function") return target;
  if (typeof target === "symbol" && Symbol.keyFor(target) === undefined) return target;
  throw new TypeError(otherwise);
}

// captureStackTrace leaves out the frames down to a function, which is known by its name.
export const errorMethods = {
  captureStackTrace(object, above) {
    if ((typeof object !== "object" || object === null) && typeof object !== "function") throw new TypeError("invalid_argument");
    const skipped = typeof above === "function" ? above.name : "";
    const prepare = Error.prepareStackTrace;
    if (typeof prepare === "function") {
      Error.prepareStackTrace = (error, sites) => sites;
      let sites = new Error().stack;
      Error.prepareStackTrace = prepare;
      const at = sites.findIndex((site) => site.getFunctionName() === skipped);
      sites = sites.slice(at + 1);
      Object.defineProperty(object, "stack", { value: Reflect.apply(prepare, Error, [object, sites]), writable: true, enumerable: false, configurable: true });
      return;
    }
    let { stack } = new Error();
    if (typeof stack === "string") {
      const lines = stack.split("\n").slice(1);
      let at = skipped === "" ? -1 : lines.findIndex((line) => line.startsWith(`    at ${skipped} (`) || line.startsWith(`    at new ${skipped} (`));
      if (at < 0 && typeof above === "function" && !/ \(.*\)$/.test(lines[0])) at = 0; // a constructor without its name
      const { name = "Error", message = "" } = object;
      const text = message === "" ? `${name}` : `${name}: ${message}`;
      stack = [text, ...lines.slice(at + 1)].join("\n");
    }
    Object.defineProperty(object, "stack", { value: stack, writable: true, enumerable: false, configurable: true });
  },
};

export const regexpMethods = {
  escape(s) {
    if (typeof s !== "string") throw new TypeError("RegExp.escape needs a string");
    const hex = (c) => {
      const n = c.charCodeAt(0);
      return n < 256 ? `\\x${n.toString(16).padStart(2, "0")}` : `\\u${n.toString(16).padStart(4, "0")}`;
    };
    const controls = { "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r" };
    const escaped = s.replace(/[\^$\\.*+?()[\]{}|/]|[,\-=<>#&!%:;@~'`"\s\ufeff]/g, (c) =>
      (/[\^$\\.*+?()[\]{}|/]/.test(c) ? `\\${c}` : controls[c] || hex(c)));
    return /^[0-9A-Za-z]/.test(s) ? hex(s) + escaped.slice(1) : escaped;
  },
};
