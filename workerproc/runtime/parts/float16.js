// Float16Array for an engine without it: a proxy that reads and writes the units of a Uint16Array. The methods are those of
// Array.prototype where these give no array, so that they work on it, too.
(function (ops, core) {
  "use strict";
  const { apply, construct, get, set, has, ownKeys, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf, isExtensible } = Reflect;
  const { decode, encode } = core.float16;
  const { Proxy } = core;
  const TypedArray = getPrototypeOf(Uint8Array);
  const typed = TypedArray.prototype;
  const getter = (name) => {
    const accessor = getOwnPropertyDescriptor(typed, name).get;
    return (of) => apply(accessor, of, []);
  };
  const lengthOf = getter("length"), bufferOf = getter("buffer"), offsetOf = getter("byteOffset"), bytesOf = getter("byteLength");
  const { sort: sortNative, slice: sliceNative, subarray: subarrayNative } = typed;
  const isNative = ArrayBuffer.isView;

  const units = new WeakMap(); // of each proxy
  const { get: find, set: keep } = WeakMap.prototype;
  const known = (v) => apply(find, units, [v]);
  function own(v) {
    const words = known(v);
    if (words === undefined) throw new TypeError("this is not a typed array.");
    return words;
  }

  const sizeOf = getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;
  function isBuffer(v) { // shared ones are, too
    try {
      apply(sizeOf, v, []);
      return true;
    } catch {
      return false;
    }
  }

  // indexOf is the number that a name means to a typed array, or undefined.
  function indexOf(key) {
    if (typeof key !== "string") return undefined;
    const first = key[0];
    if (!(first >= "0" && first <= "9") && first !== "-" && first !== "I" && first !== "N") return undefined;
    const n = +key;
    return `${n}` === key || key === "-0" ? key === "-0" ? -1 : n : undefined;
  }
  const inside = (words, i) => i >= 0 && i < lengthOf(words) && i % 1 === 0;

  const handlerOf = (words) => ({
    __proto__: null,
    get(target, key, receiver) {
      const i = indexOf(key);
      if (i === undefined) return get(target, key, receiver);
      return inside(words, i) ? decode(words[i]) : undefined;
    },
    set(target, key, value, receiver) {
      const i = indexOf(key);
      if (i === undefined) return set(target, key, value, receiver);
      const bits = encode(+value);
      if (inside(words, i)) words[i] = bits;
      return true;
    },
    has(target, key) {
      const i = indexOf(key);
      return i === undefined ? has(target, key) : inside(words, i);
    },
    deleteProperty(target, key) {
      const i = indexOf(key);
      return i === undefined ? deleteProperty(target, key) : !inside(words, i);
    },
    getOwnPropertyDescriptor(target, key) {
      const i = indexOf(key);
      if (i === undefined) return getOwnPropertyDescriptor(target, key);
      return inside(words, i) ? { value: decode(words[i]), writable: true, enumerable: true, configurable: true } : undefined;
    },
    defineProperty(target, key, d) {
      const i = indexOf(key);
      if (i === undefined) return defineProperty(target, key, d);
      if (!inside(words, i) || d.configurable === false || d.enumerable === false || d.writable === false || "get" in d || "set" in d) return false;
      if ("value" in d) words[i] = encode(+d.value);
      return true;
    },
    ownKeys(target) {
      const keys = [];
      for (let i = 0, n = lengthOf(words); i < n; i++) keys[i] = `${i}`;
      return [...keys, ...ownKeys(target)];
    },
    preventExtensions: () => false,
  });

  function wrap(words, prototype) {
    const target = {};
    setPrototypeOf(target, prototype);
    const proxy = new Proxy(target, handlerOf(words));
    apply(keep, units, [proxy, words]);
    return proxy;
  }

  const named = (f) => {
    try {
      return f();
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(error.message.replace("Uint16Array", "Float16Array"));
      throw error;
    }
  };

  // wordsFor makes the units of new Float16Array(source, offset, length).
  function wordsFor(source, offset, length) {
    if (typeof source !== "object" || source === null) return named(() => new Uint16Array(source));
    if (isBuffer(source)) return named(() => construct(Uint16Array, [source, offset, length]));
    const mine = known(source);
    if (mine !== undefined) return apply(sliceNative, mine, []);
    const list = isNative(source) || source[Symbol.iterator] === undefined || source[Symbol.iterator] === null ? source : [...source];
    const n = list.length;
    const words = new Uint16Array(Array.isArray(list) || isNative(list) ? n : Math.max(0, Math.trunc(+n) || 0));
    for (let i = 0, end = lengthOf(words); i < end; i++) {
      if (typeof list[i] === "bigint") throw new TypeError("Cannot convert a BigInt value to a number");
      words[i] = encode(+list[i]);
    }
    return words;
  }

  function Float16Array(source, offset, length) {
    if (new.target === undefined) throw new TypeError("Constructor Float16Array requires 'new'");
    return wrap(arguments.length === 0 ? new Uint16Array(0) : wordsFor(source, offset, length), new.target.prototype ?? prototype);
  }
  const prototype = Float16Array.prototype;
  const made = (words) => wrap(words, prototype);
  const define = (o, name, value) => defineProperty(o, name, { value, writable: true, enumerable: false, configurable: true });

  // Methods of arrays that read an index or write one, and return no array.
  const generic = ["at", "copyWithin", "entries", "every", "fill", "find", "findIndex", "findLast", "findLastIndex", "forEach", "includes", "indexOf", "join",
    "keys", "lastIndexOf", "reduce", "reduceRight", "reverse", "some", "toLocaleString", "values"];
  for (const name of generic) {
    const method = Array.prototype[name];
    const f = { [name](...args) {
      own(this);
      return apply(method, this, args);
    } }[name];
    defineProperty(f, "length", { value: method.length });
    define(prototype, name, f);
  }
  const numbers = (words) => {
    const list = [];
    for (let i = 0, n = lengthOf(words); i < n; i++) list[i] = decode(words[i]);
    return list;
  };
  const sorted = (words, compare) => {
    if (compare !== undefined && typeof compare !== "function") throw new TypeError("The comparison function must be either a function or undefined");
    return compare === undefined ? apply(sortNative, new Float64Array(numbers(words)), []) : numbers(words).sort(compare);
  };
  const mapper = (f) => {
    if (typeof f !== "function") throw new TypeError(`${String(f)} is not a function`);
  };
  const methods = {
    map(f, thisArg) {
      mapper(f);
      return made(wordsFor(numbers(own(this)).map((x, i) => apply(f, thisArg, [x, i, this]))));
    },
    filter(f, thisArg) {
      mapper(f);
      return made(wordsFor(numbers(own(this)).filter((x, i) => apply(f, thisArg, [x, i, this]))));
    },
    slice(start, end) { return made(apply(sliceNative, own(this), [start, end])); },
    subarray(start, end) { return made(apply(subarrayNative, own(this), [start, end])); },
    set(source, offset = 0) {
      const words = own(this);
      const at = Math.trunc(+offset) || 0;
      const from = typeof source === "object" && source !== null && !isNative(source) && known(source) === undefined ? Array.prototype.slice.call(source) : source;
      const list = wordsFor(from);
      if (at < 0 || lengthOf(list) + at > lengthOf(words)) throw new RangeError("offset is out of bounds");
      for (let i = 0, n = lengthOf(list); i < n; i++) words[at + i] = list[i];
    },
    sort(compare) {
      const words = own(this), list = sorted(words, compare);
      for (let i = 0, n = lengthOf(words); i < n; i++) words[i] = encode(list[i]);
      return this;
    },
    toSorted(compare) { return made(wordsFor(sorted(own(this), compare))); },
    toReversed() { return made(wordsFor(numbers(own(this)).reverse())); },
    with(index, value) {
      const words = apply(sliceNative, own(this), []);
      const n = lengthOf(words), k = Math.trunc(+index) || 0, i = k < 0 ? n + k : k;
      const bits = encode(+value);
      if (!inside(words, i)) throw new RangeError("Invalid typed array index");
      words[i] = bits;
      return made(words);
    },
    toString: Array.prototype.toString,
  };
  for (const name in methods) define(prototype, name, methods[name]);
  for (const [name, length] of [["map", 1], ["filter", 1], ["set", 1]]) defineProperty(prototype[name], "length", { value: length });
  define(prototype, Symbol.iterator, prototype.values);
  const accessors = { length: lengthOf, byteLength: bytesOf, byteOffset: offsetOf, buffer: bufferOf };
  for (const name in accessors) {
    const read = accessors[name];
    const { get: accessor } = getOwnPropertyDescriptor({ get [name]() { return read(own(this)); } }, name);
    defineProperty(prototype, name, { get: accessor, set: undefined, enumerable: false, configurable: true });
  }
  defineProperty(prototype, Symbol.toStringTag, { get() { return known(this) && "Float16Array"; }, enumerable: false, configurable: true });
  for (const o of [Float16Array, prototype]) defineProperty(o, "BYTES_PER_ELEMENT", { value: 2, writable: false, enumerable: false, configurable: false });
  setPrototypeOf(prototype, typed);
  setPrototypeOf(Float16Array, TypedArray);
  defineProperty(Float16Array, "prototype", { writable: false });
  defineProperty(Float16Array, "length", { value: 3 });
  define(Float16Array, "of", { of(...items) { return new this(items); } }.of);
  define(Float16Array, "from", { from(source, map, thisArg) { return new this(Array.from(source, map, thisArg)); } }.from);
  defineProperty(Float16Array.from, "length", { value: 1 });
  defineProperty(Float16Array.of, "length", { value: 0 });

  const isView = { isView(v) { return isNative(v) || known(v) !== undefined; } }.isView;
  define(ArrayBuffer, "isView", isView);
  core.primordials.isView = isView;
  return { Float16Array };
})
