// Built-ins that are there and do otherwise than in V8.
import { typed } from "./shared.js";

// mendNumbers has toString write fractions in other bases as V8 does: goja loses the sign of small ones, and both engines
// have other last digits.
export function mendNumbers(prototype) {
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
export function mendYears(prototype) {
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

// mendCalls: goja calls what finally() and toLocaleString() were given without looking, and with no this at all.
export function mendCalls() {
  const { apply } = Reflect;
  const { finally: settle } = Promise.prototype;
  const mended = {
    finally(onFinally) { return apply(settle, this, [typeof onFinally === "function" ? () => onFinally() : onFinally]); },
    toLocaleString() {
      if (this === null || this === undefined) throw new TypeError("Object.prototype.toLocaleString called on null or undefined");
      return this.toString();
    },
  };
  const hidden = { writable: true, enumerable: false, configurable: true };
  Object.defineProperty(Promise.prototype, "finally", { value: mended.finally, ...hidden });
  Object.defineProperty(Object.prototype, "toLocaleString", { value: mended.toLocaleString, ...hidden });
}

// primitiveNumber is ToPrimitive(o, number).
function primitiveNumber(o) {
  const exotic = o[Symbol.toPrimitive];
  if (exotic !== undefined && exotic !== null) return Reflect.apply(exotic, o, ["number"]);
  const value = o.valueOf();
  return value === Object(value) ? o.toString() : value;
}

// mendBigInt: quickjs leaves negative numbers as they are in asUintN of a multiple of 64.
export function mendBigInt(BigInt) {
  delete BigInt.prototype.length; // goja's has them
  delete BigInt.prototype.name;
  const { asUintN } = BigInt;
  if (asUintN(64, -1n) >= 0n) return;
  const mended = { asUintN(bits, n) {
    const value = asUintN(bits, n);
    return value < 0n ? value + (1n << BigInt(bits)) : value;
  } }.asUintN;
  Object.defineProperty(BigInt, "asUintN", { value: mended, writable: true, enumerable: false, configurable: true });
}

// mendProxy has the traps for calls get arguments that stay: goja gives them an array of what lies on its stack, which is
// something else after the trap has returned.
export function mendProxy(global) {
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

// mendAny has Promise.any fail with a message, which goja's AggregateError lacks.
export function mendAny(global) {
  const { AggregateError, Promise, TypeError } = global;
  const { apply } = Reflect;
  const native = Promise.any;
  const mended = { any(iterable) {
    const of = this;
    if (typeof of !== "function" && (typeof of !== "object" || of === null)) throw new TypeError("Promise.any called on non-object");
    if (typeof of !== "function") return apply(native, of, arguments);
    let yes, no;
    const promise = new of((a, b) => { yes = a; no = b; });
    const errors = [];
    let waiting = 1;
    const failed = () => { if (--waiting === 0) no(new AggregateError(errors, "All promises were rejected")); };
    try {
      const { resolve } = of;
      if (typeof resolve !== "function") throw new TypeError("Promise resolve or reject function is not callable");
      let n = 0;
      for (const item of iterable) {
        const at = n++;
        let done = false;
        errors[at] = undefined;
        waiting++;
        apply(resolve, of, [item]).then(yes, (error) => {
          if (done) return;
          done = true;
          errors[at] = error;
          failed();
        });
      }
      failed();
    } catch (error) {
      no(error);
    }
    return promise;
  } }.any;
  Object.defineProperty(Promise, "any", { value: mended, writable: true, enumerable: false, configurable: true });
}

// mendFrom has TypedArray.from take a string, at which goja's throws.
export function mendFrom(TypedArray) {
  const { from } = TypedArray;
  const mended = { from(source) {
    if (typeof source !== "string") {
      if (source === undefined || source === null) throw new TypeError(`${typed(source)} is not iterable (cannot read property Symbol(Symbol.iterator))`);
      return Reflect.apply(from, this, typeof source === "object" || typeof source === "function" ? arguments : [[], arguments[1], arguments[2]]);
    }
    return Reflect.apply(from, this, [[...source], arguments[1], arguments[2]]);
  } }.from;
  Object.defineProperty(mended, "length", { value: 1 });
  Object.defineProperty(TypedArray, "from", { value: mended, writable: true, enumerable: false, configurable: true });
}

// mendLengths has a string that is too long for V8 be too long here, before there is no memory left.
export function mendLengths(prototype) {
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
export function mendDates(prototype) {
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
