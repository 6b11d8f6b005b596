// What ECMAScript has and goja lacks. install is meant to run before the
// Worker's code. Not here because it can't be made outside of the engine:
// async generators and for await (esbuild lowers them).
// What is newer is in newer.js, json-source.js, disposal.js and atomics.js.
(function (ops, core) {
  "use strict";

  for (const name of ["asyncIterator", "dispose", "asyncDispose"]) {
    if (!(name in Symbol)) {
      Object.defineProperty(Symbol, name, { value: Symbol(`Symbol.${name}`), writable: false, enumerable: false, configurable: false });
    }
  }

  // All of a shape: methods not enumerable, no prototype of their own.
  function add(target, methods) {
    for (const name of Reflect.ownKeys(methods)) {
      if (!(name in target)) {
        Object.defineProperty(target, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
      }
    }
  }

  const callable = (f) => {
    if (typeof f !== "function") throw new TypeError(`${String(f)} is not a function`);
  };

  function grouped(items, keyOf, add) {
    callable(keyOf);
    let i = 0;
    for (const item of items) add(keyOf(item, i++), item);
  }

  const objectMethods = {
    groupBy(items, keyOf) {
      const groups = Object.create(null);
      grouped(items, keyOf, (key, item) => {
        const name = typeof key === "symbol" ? key : `${key}`;
        if (name in groups) groups[name].push(item);
        else groups[name] = [item];
      });
      return groups;
    },
  };

  const mapMethods = {
    groupBy(items, keyOf) {
      const groups = new Map();
      grouped(items, keyOf, (key, item) => {
        if (groups.has(key)) groups.get(key).push(item);
        else groups.set(key, [item]);
      });
      return groups;
    },
  };

  const promiseMethods = {
    withResolvers() {
      let resolve, reject;
      const promise = new this((a, b) => { resolve = a; reject = b; });
      return { promise, resolve, reject };
    },
    try(f, ...args) {
      return new this((resolve) => resolve(f(...args)));
    },
  };

  const arrayMethods = {
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
  const stringMethods = {
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
  class WeakRef {
    #target;
    constructor(target) { this.#target = weakly(target); }
    deref() { return this.#target; }
    get [Symbol.toStringTag]() { return "WeakRef"; }
  }

  class FinalizationRegistry {
    #tokens = new WeakSet();
    constructor(cleanup) { callable(cleanup); }
    register(target, held, token = undefined) {
      if (weakly(target) === held) throw new TypeError("target and holdings must not be the same");
      if (token !== undefined) this.#tokens.add(weakly(token));
    }
    unregister(token) { return this.#tokens.delete(weakly(token)); }
    get [Symbol.toStringTag]() { return "FinalizationRegistry"; }
  }

  function weakly(target) {
    if ((typeof target === "object" && target !== null) || typeof target === "function") return target;
    if (typeof target === "symbol" && Symbol.keyFor(target) === undefined) return target;
    throw new TypeError("WeakRef: invalid target");
  }

  // captureStackTrace leaves out the frames down to a function, which is known by its name.
  const errorMethods = {
    captureStackTrace(object, above) {
      if ((typeof object !== "object" || object === null) && typeof object !== "function") throw new TypeError(`Invalid argument`);
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

  const regexpMethods = {
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

  // Iterator helpers (ECMA-262 27.1.4). Lazy ones are generators, whose
  // finally closes the iterator below.
  const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

  function* closing(iterator, body) {
    let done = false;
    try {
      for (let i = 0; ; i++) {
        const step = iterator.next();
        if (step.done) {
          done = true;
          return;
        }
        const action = body(step.value, i);
        if (action === undefined) continue;
        if (action.stop) return;
        if (action.all === undefined) yield action.value;
        else yield* action.all;
      }
    } finally {
      if (!done && typeof iterator.return === "function") iterator.return();
    }
  }

  const limit = (n) => {
    const count = Number(n);
    if (!(count >= 0)) throw new RangeError(`${n} must be positive`);
    return Math.floor(count);
  };

  function each(iterator, f) {
    callable(f);
    let i = 0;
    const closer = { [Symbol.iterator]: () => iterator };
    for (const value of closer) if (f(value, i++)) return;
  }

  // lazily is an iterator helper: a generator whose source is closed even if
  // it is closed before it has begun.
  const generators = new WeakMap();
  const { get: generatorOf, set: keepGenerator } = WeakMap.prototype;
  const HelperPrototype = Object.create(IteratorPrototype);
  add(HelperPrototype, {
    next() {
      const helper = Reflect.apply(generatorOf, generators, [this]);
      helper.begun = true;
      return helper.generator.next();
    },
    return() {
      const helper = Reflect.apply(generatorOf, generators, [this]);
      if (!helper.begun && typeof helper.source.return === "function") helper.source.return();
      helper.begun = true;
      return helper.generator.return();
    },
  });
  Object.defineProperty(HelperPrototype, Symbol.toStringTag, { value: "Iterator Helper", configurable: true });

  function lazily(source, generator) {
    const helper = Object.create(HelperPrototype);
    Reflect.apply(keepGenerator, generators, [helper, { source, generator, begun: false }]);
    return helper;
  }

  const iteratorMethods = {
    map(f) { callable(f); return lazily(this, closing(this, (v, i) => ({ value: f(v, i) }))); },
    filter(f) { callable(f); return lazily(this, closing(this, (v, i) => (f(v, i) ? { value: v } : undefined))); },
    flatMap(f) { callable(f); return lazily(this, closing(this, (v, i) => ({ all: f(v, i) }))); },
    take(n) {
      const count = limit(n);
      let taken = 0;
      const source = this;
      return lazily(this, (function* () {
        try {
          while (taken < count) {
            const step = source.next();
            if (step.done) { taken = Infinity; return; }
            taken++;
            yield step.value;
          }
        } finally {
          if (taken !== Infinity && typeof source.return === "function") source.return();
        }
      })());
    },
    drop(n) { const count = limit(n); return lazily(this, closing(this, (v, i) => (i < count ? undefined : { value: v }))); },
    toArray() { return [...{ [Symbol.iterator]: () => this }]; },
    forEach(f) { callable(f); each(this, (v, i) => { f(v, i); }); },
    some(f) { callable(f); let hit = false; each(this, (v, i) => (hit = Boolean(f(v, i)))); return hit; },
    every(f) { callable(f); let all = true; each(this, (v, i) => !(all = Boolean(f(v, i)))); return all; },
    find(f) { callable(f); let found; each(this, (v, i) => f(v, i) && ((found = v), true)); return found; },
    reduce(f, ...initial) {
      callable(f);
      let has = initial.length > 0;
      let sum = initial[0];
      each(this, (v, i) => { sum = has ? f(sum, v, i) : v; has = true; });
      if (!has) throw new TypeError("Reduce of empty iterator with no initial value");
      return sum;
    },
  };

  // mendNumbers has toString write fractions in other bases as V8 does: goja loses the sign of small ones, and both engines
  // have other last digits.
  function mendNumbers(prototype) {
    const { apply } = Reflect;
    const { toString } = prototype;
    const mended = { toString() {
      const text = apply(toString, this, arguments);
      const radix = arguments[0];
      if (radix === undefined || radix === 10) return text;
      const x = +this;
      return x % 1 === 0 || !(x - x === 0) || +radix === 10 ? text : ops.numberText(x, +radix);
    } }.toString;
    Object.defineProperty(mended, "length", { value: 1 });
    Object.defineProperty(prototype, "toString", { value: mended, writable: true, enumerable: false, configurable: true });
  }

  // mendYears writes years before 0 and after 9999 with six digits in toISOString, where goja takes as few as it needs.
  function mendYears(prototype) {
    const { apply } = Reflect;
    const { toISOString } = prototype;
    if (apply(toISOString, new Date(253402300800000), []).length === 27) return;
    const { slice, indexOf, padStart } = String.prototype;
    const methods = {
      toISOString() {
        const text = apply(toISOString, this, []);
        if (text[0] !== "+" && text[0] !== "-") return text;
        const end = apply(indexOf, text, ["-", 1]);
        return text[0] + apply(padStart, apply(slice, text, [1, end]), [6, "0"]) + apply(slice, text, [end]);
      },
      toJSON(key) {
        const o = Object(this);
        const value = primitiveNumber(o);
        return typeof value === "number" && !(value - value === 0) ? null : o.toISOString();
      },
    };
    for (const name of Object.keys(methods)) Object.defineProperty(prototype, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
  }

  // primitiveNumber is ToPrimitive(o, number).
  function primitiveNumber(o) {
    const exotic = o[Symbol.toPrimitive];
    if (exotic !== undefined && exotic !== null) return Reflect.apply(exotic, o, ["number"]);
    const value = o.valueOf();
    return value === Object(value) ? o.toString() : value;
  }

  // mendBigInt: quickjs leaves negative numbers as they are in asUintN of a multiple of 64.
  function mendBigInt(BigInt) {
    const { asUintN } = BigInt;
    if (asUintN(64, -1n) >= 0n) return;
    const mended = { asUintN(bits, n) {
      const value = asUintN(bits, n);
      return value < 0n ? value + (1n << BigInt(bits)) : value;
    } }.asUintN;
    Object.defineProperty(BigInt, "asUintN", { value: mended, writable: true, enumerable: false, configurable: true });
  }

  // localeMethods depend on the locale: what the engines have of these knows no locale. Intl's parts are evaluated when one of
  // them is called.
  function localeMethods() {
    const apply = Reflect.apply;
    const { TypeError, RangeError } = core.primordials;
    const thisOf = (valueOf, message) => (v) => {
      try { return apply(valueOf, v, []); } catch { throw new TypeError(message(v)); }
    };
    const numberOf = thisOf(Number.prototype.valueOf, () => "Number.prototype.toLocaleString requires that 'this' be a Number");
    const bigintOf = thisOf(BigInt.prototype.valueOf, () => "BigInt.prototype.toLocaleString requires that 'this' be a BigInt");
    const { getTime } = Date.prototype;
    const dateOf = (v, name) => {
      try { return apply(getTime, v, []); } catch { throw core.part("intl").shared.incompatible(`Date.prototype.${name}`, v); }
    };
    const textOf = (v, name) => {
      if (v === undefined || v === null) throw new TypeError(`String.prototype.${name} called on null or undefined`);
      return `${v}`;
    };
    const date = (name, what) => ({ [name]() { return core.part("intl-date").format(dateOf(this, name), arguments[0], arguments[1], what); } });
    const { toUpperCase, toLowerCase, normalize } = String.prototype;
    // Only these languages have rules of their own for the case of letters.
    const special = { tr: true, az: true, lt: true, el: true, __proto__: null };
    const changed = (v, name, plain, upper, locales) => {
      const s = textOf(v, name);
      if (locales === undefined) return apply(plain, s, []);
      const tag = core.part("intl").shared.canonicalList(locales)[0] ?? "en";
      return special[tag.length === 2 || tag[2] === "-" ? tag[0] + tag[1] : ""] ? ops.intlCase(tag, s, upper) : apply(plain, s, []);
    };
    const elements = { toLocaleString() {
      if (this === undefined || this === null) throw new TypeError("Array.prototype.toLocaleString called on null or undefined");
      const o = Object(this);
      if (joining.includes(o)) return "";
      joining.push(o);
      try {
        let text = "";
        for (let i = 0; i < o.length; i++) {
          if (i > 0) text += ",";
          const v = o[i];
          if (v !== undefined && v !== null) text += v.toLocaleString(arguments[0], arguments[1]);
        }
        return text;
      } finally { joining.pop(); }
    } };
    const joining = []; // an array that has itself as an element says nothing there
    return [
      [Number.prototype, { toLocaleString() { return core.part("intl-number").format(numberOf(this), arguments[0], arguments[1]); } }],
      [BigInt.prototype, { toLocaleString() { return core.part("intl-number").format(bigintOf(this), arguments[0], arguments[1]); } }],
      [Date.prototype, { ...date("toLocaleString", "any"), ...date("toLocaleDateString", "date"), ...date("toLocaleTimeString", "time") }],
      [Array.prototype, elements],
      [Object.getPrototypeOf(Uint8Array.prototype), elements],
      [String.prototype, {
        localeCompare(that) {
          const s = textOf(this, "localeCompare");
          return core.part("intl-text").compare(s, `${that}`, arguments[1], arguments[2]);
        },
        normalize() {
          const s = textOf(this, "normalize");
          const form = arguments[0] === undefined ? "NFC" : `${arguments[0]}`;
          if (form !== "NFC" && form !== "NFD" && form !== "NFKC" && form !== "NFKD") throw new RangeError("The normalization form should be one of NFC, NFD, NFKC, NFKD.");
          return apply(normalize, s, [form]);
        },
        toLocaleUpperCase() { return changed(this, "toLocaleUpperCase", toUpperCase, true, arguments[0]); },
        toLocaleLowerCase() { return changed(this, "toLocaleLowerCase", toLowerCase, false, arguments[0]); },
      }],
    ];
  }

  // mendTag defines a property of Iterator.prototype that the objects below it may have for themselves.
  function mendTag(prototype, name, value) {
    Object.defineProperty(prototype, name, {
      get() { return value; },
      set(own) {
        if (this === prototype) throw new TypeError("Cannot assign to read only property");
        Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
      },
      enumerable: false, configurable: true,
    });
  }

  // install adds to the global object what is missing there.
  function install(global) {
    add(Object, objectMethods);
    add(Map, mapMethods);
    add(Promise, promiseMethods);
    add(Array, arrayMethods);
    add(String.prototype, stringMethods);
    add(Error, errorMethods);
    add(RegExp, regexpMethods);
    mendFrom(Object.getPrototypeOf(Uint8Array));
    mendDates(Date.prototype);
    mendJSON(JSON);
    mendLengths(String.prototype);
    add(global, { WeakRef, FinalizationRegistry });
    mendNumbers(Number.prototype);
    mendYears(Date.prototype);
    mendBigInt(BigInt);
    if (ops.handler) mendProxy(global); // on goja
    for (const [target, methods] of localeMethods()) {
      for (const name of Object.keys(methods)) {
        Object.defineProperty(target, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
      }
    }
    const { transfer } = ArrayBuffer.prototype;
    const { apply } = Reflect;
    core.transfer = (buffer) => apply(transfer, buffer, []);
    core.detach = (buffer) => { apply(transfer, buffer, []); };
    const prototype = IteratorPrototype;
    add(prototype, iteratorMethods);
    add(prototype, { [Symbol.dispose]() { if (typeof this.return === "function") this.return(); } });
    if (!("Iterator" in global)) {
      add(global, { Iterator: iteratorClass(prototype) });
      mendTag(prototype, "constructor", global.Iterator);
      mendTag(prototype, Symbol.toStringTag, "Iterator");
    }
  }

  // mendProxy has the traps for calls get arguments that stay: goja gives them an array of what lies on its stack, which is
  // something else after the trap has returned.
  function mendProxy(global) {
    const { Proxy } = global, { apply, construct, defineProperty } = Reflect, { slice } = Array.prototype, { bind } = Function.prototype;
    const copied = (args) => apply(slice, args, []);
    const bound = {
      __proto__: null,
      apply: (trap, handler) => (target, self, args) => apply(trap, handler, [target, self, copied(args)]),
      construct: (trap, handler) => (target, args, newTarget) => apply(trap, handler, [target, copied(args), newTarget]),
    };
    // A handler in front of a handler, in which traps are looked up whenever they are wanted.
    const traps = { __proto__: null };
    for (const name of ["apply", "construct", "get", "set", "has", "deleteProperty", "ownKeys", "getOwnPropertyDescriptor", "defineProperty",
      "getPrototypeOf", "setPrototypeOf", "isExtensible", "preventExtensions"]) {
      const made = Symbol(name), of = bound[name] ?? ((trap, handler) => apply(bind, trap, [handler]));
      defineProperty(traps, name, { get() {
        const trap = this.handler[name];
        if (typeof trap !== "function") return trap;
        if (this[made]?.trap !== trap) this[made] = { trap, bound: of(trap, this.handler) };
        return this[made].bound;
      } });
    }
    const before = (target, handler) => (typeof target === "function" && handler !== null && typeof handler === "object" &&
      ("apply" in handler || "construct" in handler) ? { __proto__: traps, handler } : handler);
    const { revocable } = Proxy;
    const mended = { revocable(target, handler) { return apply(revocable, Proxy, [target, before(target, handler)]); } }.revocable;
    defineProperty(Proxy, "revocable", { value: mended, writable: true, enumerable: false, configurable: true });
    const wrapped = new Proxy(Proxy, { construct: (of, [target, handler]) => construct(of, [target, before(target, handler)]) });
    defineProperty(global, "Proxy", { value: wrapped, writable: true, enumerable: false, configurable: true });
  }

  // mendFrom has TypedArray.from take a string, at which goja's throws.
  function mendFrom(TypedArray) {
    const { from } = TypedArray;
    const mended = { from(source) {
      if (typeof source !== "string") return Reflect.apply(from, this, arguments);
      return Reflect.apply(from, this, [[...source], arguments[1], arguments[2]]);
    } }.from;
    Object.defineProperty(mended, "length", { value: 1 });
    Object.defineProperty(TypedArray, "from", { value: mended, writable: true, enumerable: false, configurable: true });
  }

  // mendJSON has JSON's errors say what they say in V8.
  function mendJSON(JSON) {
    const { parse, stringify } = JSON;
    const { apply } = Reflect;
    const { SyntaxError, TypeError, RangeError } = globalThis;
    const replace = (name, length, mended) => {
      Object.defineProperty(mended, "length", { value: length });
      Object.defineProperty(JSON, name, { value: mended, writable: true, enumerable: false, configurable: true });
    };
    const mended = {
      parse(text, reviver) {
        try {
          return parse(text, reviver);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          if (error.message === "stack overflow") throw new RangeError("Maximum call stack size exceeded");
          text = `${text}`;
          try {
            parse(text);
          } catch {
            throw new SyntaxError(ops.jsonError(text) || error.message);
          }
          throw error; // the reviver's
        }
      },
      stringify(value) {
        try {
          return apply(stringify, JSON, arguments);
        } catch (error) {
          if (error instanceof TypeError && (error.message === "circular reference" || error.message === "Converting circular structure to JSON")) {
            throw new TypeError(`Converting circular structure to JSON${circle(value)}`);
          }
          throw error;
        }
      },
    };
    const { rawJSON } = JSON, { charCodeAt, slice, indexOf } = String.prototype;
    replace("rawJSON", 1, { rawJSON(value) {
      const text = `${value}`;
      const first = text[0], space = (c) => c === " " || c === "\t" || c === "\n" || c === "\r";
      if (space(first) || first === "{" || first === "[") throw new SyntaxError(`Unexpected token '${first}', ${text.length > 20 ? `"${apply(slice, text, [0, 10])}"...` : `"${text}"`} is not valid JSON`);
      if (text === "" || space(text[text.length - 1])) throw new SyntaxError("Invalid value for JSON.rawJSON");
      try {
        return rawJSON(text);
      } catch {
        try { mended.parse(text); } catch (error) { if (apply(indexOf, error.message, ["non-whitespace"]) < 0) throw error; }
        throw new SyntaxError("Invalid value for JSON.rawJSON");
      }
    } }.rawJSON);
    replace("stringify", 3, mended.stringify);
    let source;
    parse("1", (key, value, context) => { source = context?.source; });
    const { toString } = Function.prototype, { test } = RegExp.prototype;
    core.json = { parse, checked: mended.parse, is: Object.is, keys: Object.keys, apply, defineProperty: Reflect.defineProperty, deleteProperty: Reflect.deleteProperty,
      isArray: Array.isArray, charCodeAt, slice, Map };
    const third = /\barguments\b|\.\.\.|\[native code\]/;
    // wants: it may see a third argument. QuickJS gives it one, without the text of what has a name that stands twice.
    const wants = source === "1" ? (reviver) => reviver.length > 2 || reviver.length === 0
      : (reviver) => reviver.length > 2 || apply(test, third, [apply(toString, reviver, [])]);
    replace("parse", 2, { parse(text, reviver) {
      if (typeof reviver === "function" && wants(reviver)) return core.part("json-source").read(text, reviver);
      return mended.parse(text, reviver);
    } }.parse);
  }

  // circle describes the first circle that is found below a value, without running code of the Worker's.
  function circle(root) {
    const path = [];
    const seen = new Set();
    let left = 100000;
    function find(object, key) {
      if (typeof object !== "object" || object === null || left-- < 0) return undefined;
      const start = path.findIndex((step) => step.object === object);
      if (start >= 0) return [start, key];
      if (seen.has(object) || path.length > 1000) return undefined;
      seen.add(object);
      path.push({ object, key });
      for (const name of Object.keys(object)) {
        const found = find(Object.getOwnPropertyDescriptor(object, name)?.value, Array.isArray(object) ? Number(name) : name);
        if (found) return found;
      }
      path.pop();
      return undefined;
    }
    const nameOf = (object) => {
      for (let o = object; o; o = Object.getPrototypeOf(o)) {
        const constructor = Object.getOwnPropertyDescriptor(o, "constructor")?.value;
        if (typeof constructor === "function") return `object with constructor '${Object.getOwnPropertyDescriptor(constructor, "name")?.value}'`;
      }
      return "object";
    };
    const at = (key) => (typeof key === "number" ? `index ${key}` : `property '${key}'`);
    const found = find(root);
    if (!found) return "";
    const [start, last] = found;
    const lines = [`--> starting at ${nameOf(path[start].object)}`];
    const between = path.slice(start + 1).map(({ object, key }) => `|     ${at(key)} -> ${nameOf(object)}`);
    if (between.length > 3) between.splice(2, between.length - 3, "|     ...");
    lines.push(...between, `--- ${at(last)} closes the circle`);
    return lines.map((line) => `\n    ${line}`).join("");
  }

  // mendLengths has a string that is too long for V8 be too long here, before there is no memory left.
  function mendLengths(prototype) {
    const longest = 2 ** 29 - 24;
    const { apply } = Reflect;
    const { RangeError } = globalThis;
    for (const name of ["padStart", "padEnd", "repeat"]) {
      const native = prototype[name];
      const mended = { [name](n) {
        if (name === "repeat" && (n < 0 || n === Infinity)) throw new RangeError(`Invalid count value: ${n}`);
        if (n > longest && arguments[1] !== "" || name === "repeat" && n * this?.length > longest) throw new RangeError("Invalid string length");
        return apply(native, this, arguments);
      } }[name];
      Object.defineProperty(mended, "length", { value: native.length });
      Object.defineProperty(prototype, name, { value: mended, writable: true, enumerable: false, configurable: true });
    }
  }

  // mendDates gives the zone of a date's text the name that it has in V8; there is no zone but UTC.
  function mendDates(prototype) {
    const { apply } = Reflect;
    const { indexOf, slice } = String.prototype;
    for (const name of ["toString", "toTimeString"]) {
      const native = prototype[name];
      const mended = { [name]() {
        const text = apply(native, this, []);
        const zone = apply(indexOf, text, [" GMT+0000"]);
        return zone < 0 ? text : apply(slice, text, [0, zone]) + " GMT+0000 (Coordinated Universal Time)";
      } }[name];
      Object.defineProperty(prototype, name, { value: mended, writable: true, enumerable: false, configurable: true });
    }
  }

  function iteratorClass(prototype) {
    function Iterator() {
      if (new.target === undefined || new.target === Iterator) throw new TypeError("Abstract class Iterator not directly constructable");
    }
    Object.defineProperty(Iterator, "prototype", { value: prototype, writable: false });
    add(Iterator, {
      from(source) {
        const f = source[Symbol.iterator];
        const iterator = f === undefined ? source : f.call(source);
        return iterator instanceof Iterator ? iterator : closing(iterator, (value) => ({ value }));
      },
    });
    return Iterator;
  }

  return { install };
})
