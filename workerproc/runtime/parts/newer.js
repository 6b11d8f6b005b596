// Built-ins of ECMAScript 2026 and of its Annex B that an engine may lack. install runs before the Worker's code.
(function (ops, core) {
  "use strict";
  const { apply, defineProperty } = Reflect;

  const mapMethods = {
    getOrInsert(key, value) {
      if (!this.has(key)) this.set(key, value);
      return this.get(key);
    },
    getOrInsertComputed(key, f) {
      if (typeof f !== "function") throw new TypeError(`${String(f)} is not a function`);
      if (key === 0) key = 0; // not -0
      if (!this.has(key)) this.set(key, f(key));
      return this.get(key);
    },
  };

  // sumPrecise adds without rounding in between (Shewchuk's partials), large numbers at a scale of their own.
  const mathMethods = {
    sumPrecise(numbers) {
      const partials = [];
      let any = false, special = 0, overflow = 0;
      for (let x of numbers) {
        if (typeof x !== "number") throw new TypeError(`${String(x)} is not a number`);
        if (!any && !Object.is(x, -0)) any = true;
        if (!Number.isFinite(x)) { special += x; continue; }
        let n = 0;
        for (let y of partials) {
          if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
          let high = x + y;
          if (!Number.isFinite(high)) { // 2**1024 is kept apart
            const sign = Math.sign(high);
            overflow += sign;
            x -= sign * 2 ** 1023;
            x -= sign * 2 ** 1023;
            if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
            high = x + y;
          }
          const low = y - (high - x);
          if (low !== 0) partials[n++] = low;
          x = high;
        }
        partials.length = n;
        if (x !== 0) partials.push(x);
      }
      if (special !== 0) return special;
      if (!any) return -0;
      let n = partials.length - 1;
      let high = n < 0 ? 0 : partials[n], low = 0;
      if (overflow !== 0) {
        const next = n < 0 ? 0 : partials[n--];
        if (Math.abs(overflow) > 1 || overflow > 0 && next >= 0 || overflow < 0 && next <= 0) return overflow > 0 ? Infinity : -Infinity;
        high = overflow * 2 ** 1023 + next / 2;
        low = next / 2 - (high - overflow * 2 ** 1023);
        high *= 2;
        low *= 2;
        if (!Number.isFinite(high)) return high;
        n++;
      }
      for (n--; n >= 0 && low === 0; n--) {
        const x = high, y = partials[n];
        high = x + y;
        low = y - (high - x);
      }
      if (n >= 0 && (low < 0 && partials[n] < 0 || low > 0 && partials[n] > 0)) { // half-way: what is below it decides
        const y = low * 2, x = high + y;
        if (x - high === y) high = x;
      }
      return high;
    },
    f16round(x) { return toFloat16(+x); },
  };

  // toFloat16 rounds to the nearest number of 11 bits, ties to even.
  function toFloat16(x) {
    const a = Math.abs(x);
    if (!(a < 65520)) return Number.isNaN(x) ? NaN : x < 0 ? -Infinity : Infinity;
    const unit = a < 2 ** -14 ? 2 ** -24 : 2 ** (Math.floor(Math.log2(a)) - 10);
    const step = a >= unit * 2048 ? unit * 2 : a !== 0 && a >= 2 ** -14 && a < unit * 1024 ? unit / 2 : unit;
    const units = a / step, down = Math.floor(units), rest = units - down;
    const rounded = (rest > 0.5 || rest === 0.5 && down % 2 === 1 ? down + 1 : down) * step;
    return x < 0 || Object.is(x, -0) ? -rounded : rounded;
  }

  // decode and encode are between the number and its 16 bits.
  function decode(bits) {
    const sign = bits >> 15 ? -1 : 1, exponent = bits >> 10 & 31, fraction = bits & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  }

  function encode(value) {
    const x = toFloat16(value), a = Math.abs(x);
    const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
    if (Number.isNaN(x)) return 0x7e00;
    if (a === Infinity) return sign | 0x7c00;
    if (a < 2 ** -14) return sign | a * 2 ** 24;
    let exponent = Math.floor(Math.log2(a));
    if (2 ** exponent > a) exponent--;
    else if (2 ** (exponent + 1) <= a) exponent++;
    return sign | exponent + 15 << 10 | a / 2 ** (exponent - 10) - 1024;
  }
  core.float16 = { decode, encode };

  const viewMethods = {
    getFloat16(offset) { return decode(this.getUint16(offset, arguments[1])); },
    setFloat16(offset, value) { this.setUint16(offset, encode(+value), arguments[2]); },
  };

  const iteratorStatics = {
    concat(...items) {
      const sources = items.map((item) => {
        if (item === null || typeof item !== "object" && typeof item !== "function") throw new TypeError("Iterator.concat called on non-object");
        const open = item[Symbol.iterator];
        if (typeof open !== "function") throw new TypeError(`${String(open)} is not a function`);
        return { [Symbol.iterator]: () => apply(open, item, []) };
      });
      return (function* () { for (const source of sources) yield* source; })();
    },
    zip(iterables, options = undefined) {
      if (!isObject(iterables)) throw new TypeError(`${String(iterables)} is not an object`);
      const { mode, padding } = zipOptions(options);
      return zipped(iterables, mode, padding, (list) => list);
    },
    zipKeyed(iterables, options = undefined) {
      if (!isObject(iterables)) throw new TypeError(`${String(iterables)} is not an object`);
      const { mode, padding } = zipOptions(options);
      const names = Reflect.ownKeys(iterables).filter((name) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(iterables, name);
        return descriptor !== undefined && descriptor.enumerable && iterables[name] !== undefined;
      });
      const make = (list) => {
        const object = { __proto__: null };
        names.forEach((name, i) => { object[name] = list[i]; });
        return object;
      };
      return zipped(names.map((name) => iterables[name]), mode, padding && names.map((name) => padding[name]), make);
    },
  };
  for (const f of [iteratorStatics.zip, iteratorStatics.zipKeyed]) defineProperty(f, "length", { value: 1 });

  const isObject = (v) => v !== null && (typeof v === "object" || typeof v === "function");

  function zipOptions(options) {
    if (options === undefined) return { mode: "shortest" };
    if (!isObject(options)) throw new TypeError(`${String(options)} is not an object`);
    const { mode = "shortest" } = options;
    if (mode !== "shortest" && mode !== "longest" && mode !== "strict") throw new TypeError(`${String(mode)} is not a valid mode`);
    const padding = mode === "longest" ? options.padding : undefined;
    if (padding !== undefined && !isObject(padding)) throw new TypeError(`${String(padding)} is not an object`);
    return { mode, padding };
  }

  // closeAll ends the iterators that are open, the last one first. What they throw counts unless something else has.
  function closeAll(open, failed) {
    let failure, thrown = failed;
    for (let i = open.length - 1; i >= 0; i--) {
      const iterator = open[i];
      if (iterator === undefined) continue;
      open[i] = undefined;
      try {
        const end = iterator.iterator.return;
        if (end !== undefined && end !== null) apply(end, iterator.iterator, []);
      } catch (e) {
        if (!thrown) { failure = e; thrown = true; }
      }
    }
    if (thrown && !failed) throw failure;
  }

  // zipped is what Iterator.zip gives: list after list of what the iterators give, as make wants it.
  function zipped(iterables, mode, padding, make) {
    const open = [];
    try {
      for (const item of iterables) {
        if (!isObject(item)) throw new TypeError(`${String(item)} is not an object`);
        const method = item[Symbol.iterator];
        const iterator = method === undefined || method === null ? item : apply(method, item, []);
        if (!isObject(iterator)) throw new TypeError(`${String(iterator)} is not an object`);
        open.push({ iterator, next: iterator.next });
      }
      if (padding !== undefined) {
        const fill = padding[Symbol.iterator]();
        padding = open.map(() => { const r = fill.next(); return r.done ? undefined : r.value; });
        fill.return?.();
      }
    } catch (e) {
      closeAll(open, true);
      throw e;
    }
    const step = (i) => {
      const { iterator, next } = open[i];
      open[i] = undefined;
      const result = apply(next, iterator, []);
      if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
      if (result.done) return undefined;
      const { value } = result;
      open[i] = { iterator, next };
      return { value };
    };
    const differ = () => new TypeError("Iterators passed to Iterator.zip with { mode: \"strict\" } have different lengths");
    return (function* () {
      let failed = true;
      try {
        while (open.length > 0) {
          const list = [];
          for (let i = 0; i < open.length; i++) {
            const got = open[i] && step(i);
            if (got !== undefined) { list.push(got.value); continue; }
            if (mode === "shortest" || mode === "strict" && i === 0) {
              if (mode === "strict") for (let k = 1; k < open.length; k++) if (step(k) !== undefined) throw differ();
              failed = false;
              return;
            }
            if (mode === "strict") throw differ();
            if (open.every((iterator) => iterator === undefined)) return;
            list.push(padding?.[i]);
          }
          failed = false;
          yield make(list);
          failed = true;
        }
      } finally {
        closeAll(open, failed);
      }
    })();
  }

  const iteratorMethods = {
    join(separator) {
      if (!isObject(this)) throw new TypeError("Iterator.prototype.join called on non-object");
      const open = [{ iterator: this }];
      try { separator = separator === undefined ? "," : `${separator}`; } catch (e) { closeAll(open, true); throw e; }
      const { next } = this;
      let text = "", first = true;
      for (;;) {
        const result = apply(next, this, []);
        if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
        if (result.done) return text;
        const { value } = result;
        try { text += (first ? "" : separator) + (value === undefined || value === null ? "" : `${value}`); } catch (e) { closeAll(open, true); throw e; }
        first = false;
      }
    },
    includes(wanted, skipped = undefined) {
      if (!isObject(this)) throw new TypeError("Iterator.prototype.includes called on non-object");
      const open = [{ iterator: this }];
      const refuse = (error) => { closeAll(open, true); throw error; };
      let skip = 0;
      if (skipped !== undefined) {
        if (typeof skipped !== "number" || skipped !== Infinity && skipped !== -Infinity && !Number.isInteger(skipped)) refuse(new TypeError(`${String(skipped)} must be an integer`));
        if (skipped < 0) refuse(new RangeError(`${skipped} must be positive`));
        skip = skipped;
      }
      const { next } = this;
      for (let n = 0; ; n++) {
        const result = apply(next, this, []);
        if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
        if (result.done) return false;
        const { value } = result;
        if (n >= skip && (value === wanted || value !== value && wanted !== wanted)) {
          closeAll(open, false);
          return true;
        }
      }
    },
  };
  defineProperty(iteratorMethods.includes, "length", { value: 1 });

  const tags = { anchor: ["a", "name"], big: ["big"], blink: ["blink"], bold: ["b"], fixed: ["tt"], fontcolor: ["font", "color"],
    fontsize: ["font", "size"], italics: ["i"], link: ["a", "href"], small: ["small"], strike: ["strike"], sub: ["sub"], sup: ["sup"] };

  function add(target, methods) {
    for (const name of Reflect.ownKeys(methods)) {
      if (!(name in target)) defineProperty(target, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
    }
  }

  // mendWeak has a WeakMap or WeakSet take symbols, which goja refuses: they are held for good, as the registry of
  // symbols would.
  function mendWeak(Weak, names) {
    try {
      new Weak([Weak === WeakMap ? [Symbol(), 1] : Symbol()]);
      return;
    } catch {}
    const maps = new WeakMap();
    const { get: find, set: keep } = WeakMap.prototype;
    const { get, set, has, delete: remove } = Map.prototype;
    const { keyFor } = Symbol;
    const symbolsOf = (weak) => apply(find, maps, [weak]);
    const mended = {
      get: (weak, [key]) => { const m = symbolsOf(weak); return m && apply(get, m, [key]); },
      has: (weak, [key]) => { const m = symbolsOf(weak); return m !== undefined && apply(has, m, [key]); },
      delete: (weak, [key]) => { const m = symbolsOf(weak); return m !== undefined && apply(remove, m, [key]); },
      set(weak, [key, value]) {
        if (keyFor(key) !== undefined) throw new TypeError(weak instanceof WeakMap ? "Invalid value used as weak map key" : "Invalid value used in weak set");
        let m = symbolsOf(weak);
        if (m === undefined) apply(keep, maps, [weak, m = new Map()]);
        apply(set, m, [key, value]);
        return weak;
      },
    };
    mended.add = mended.set;
    for (const name of names) {
      const native = Weak.prototype[name];
      const method = { [name](key) {
        if (typeof key !== "symbol") {
          const wrong = name === "set" ? "Invalid value used as weak map key" : "Invalid value used in weak set";
          if ((name === "set" || name === "add") && (typeof key !== "object" || key === null) && typeof key !== "function") throw new TypeError(wrong);
          return apply(native, this, arguments);
        }
        apply(Weak.prototype === WeakMap.prototype ? hasMap : hasSet, this, [{}]); // throws for another receiver
        return mended[name](this, arguments);
      } }[name];
      defineProperty(method, "length", { value: native.length });
      defineProperty(Weak.prototype, name, { value: method, writable: true, enumerable: false, configurable: true });
    }
  }
  const hasMap = WeakMap.prototype.has, hasSet = WeakSet.prototype.has;

  const dateMethods = {
    getYear() { return this.getFullYear() - 1900; },
    setYear(year) {
      const n = Math.trunc(Number(year));
      return this.setFullYear(n >= 0 && n <= 99 ? n + 1900 : n);
    },
    toGMTString: Date.prototype.toUTCString,
  };

  const objectMethods = {
    __defineGetter__(key, get) {
      if (typeof get !== "function") throw new TypeError("Object.prototype.__defineGetter__: Expecting function");
      Object.defineProperty(Object(this), key, { get, enumerable: true, configurable: true });
    },
    __defineSetter__(key, set) {
      if (typeof set !== "function") throw new TypeError("Object.prototype.__defineSetter__: Expecting function");
      Object.defineProperty(Object(this), key, { set, enumerable: true, configurable: true });
    },
    __lookupGetter__(key) { return lookUp(Object(this), key)?.get; },
    __lookupSetter__(key) { return lookUp(Object(this), key)?.set; },
  };

  function lookUp(object, key) {
    for (let o = object; o !== null; o = Object.getPrototypeOf(o)) {
      const d = Object.getOwnPropertyDescriptor(o, key);
      if (d !== undefined) return d;
    }
  }

  function install(global) {
    add(Object.prototype, objectMethods);
    add(Date.prototype, dateMethods);
    add(Map.prototype, mapMethods);
    mendWeak(WeakMap, ["get", "has", "delete", "set"]);
    mendWeak(WeakSet, ["has", "delete", "add"]);
    add(WeakMap.prototype, mapMethods);
    add(Math, mathMethods);
    add(DataView.prototype, viewMethods);
    add(global.Iterator, iteratorStatics);
    add(global.Iterator.prototype, iteratorMethods);
    for (const name in tags) {
      if (name in String.prototype) continue;
      const [tag, attribute] = tags[name];
      const method = attribute === undefined
        ? { [name]() { return `<${tag}>${this}</${tag}>`; } }[name]
        : { [name](value) { return `<${tag} ${attribute}="${`${value}`.replaceAll('"', "&quot;")}">${this}</${tag}>`; } }[name];
      add(String.prototype, { [name]: method });
    }
    if (!("stackTraceLimit" in Error)) Error.stackTraceLimit = 10;
  }

  return { install };
})
