// Atomics and SharedArrayBuffer for an engine without them. An isolate has one thread and shares no memory: a shared
// buffer is one that can't be transferred, and every operation is atomic.
(function (ops, core) {
  "use strict";
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf } = Reflect;
  const typed = getPrototypeOf(Uint8Array).prototype;
  const getter = (object, name) => {
    const { get } = getOwnPropertyDescriptor(object, name);
    return (of) => apply(get, of, []);
  };
  const kindOf = getter(typed, Symbol.toStringTag);
  const lengthOf = getter(typed, "length");
  const bufferOf = getter(typed, "buffer");
  const offsetOf = getter(typed, "byteOffset");
  const bytes = getter(ArrayBuffer.prototype, "byteLength");
  const sliced = ArrayBuffer.prototype.slice;
  const shared = new WeakSet();
  const { add: mark, has: isMarked } = WeakSet.prototype;
  const Native = core.hasShared ? globalThis.SharedArrayBuffer : undefined; // such an engine lacks waitAsync only
  const isShared = (buffer) => (Native === undefined ? apply(isMarked, shared, [buffer]) : buffer instanceof Native);

  function SharedArrayBuffer(length) {
    if (new.target === undefined) throw new TypeError("Constructor SharedArrayBuffer requires 'new'");
    const buffer = construct(ArrayBuffer, [length], new.target);
    apply(mark, shared, [buffer]);
    return buffer;
  }
  const own = (buffer) => {
    if (!isShared(buffer)) throw new TypeError("Receiver is not a SharedArrayBuffer");
    return buffer;
  };
  const prototype = {
    get byteLength() { return bytes(own(this)); },
    get growable() { own(this); return false; },
    get maxByteLength() { return bytes(own(this)); },
    slice(start, end) {
      const part = apply(sliced, own(this), [start, end]);
      apply(mark, shared, [part]);
      return setPrototypeOf(part, SharedArrayBuffer.prototype) && part;
    },
  };
  for (const name in prototype) defineProperty(prototype, name, { enumerable: false });
  defineProperty(prototype, "constructor", { value: SharedArrayBuffer, writable: true, enumerable: false, configurable: true });
  defineProperty(prototype, Symbol.toStringTag, { value: "SharedArrayBuffer", configurable: true });
  defineProperty(SharedArrayBuffer, "prototype", { value: prototype, writable: false });
  defineProperty(SharedArrayBuffer, Symbol.species, { get() { return this; }, configurable: true });

  const integers = { Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array };

  function check(array, index) {
    let kind;
    try { kind = kindOf(array); } catch {}
    if (kind === undefined || integers[kind] === undefined) throw new TypeError("[object Array] is not an integer typed array.");
    const i = Math.trunc(Number(index)) || 0;
    if (i < 0 || i >= lengthOf(array)) throw new RangeError("Invalid atomic access index");
    return i;
  }

  const converted = (array, value) => (kindOf(array)[0] === "B" ? BigInt(value) : Math.trunc(Number(value)) || 0);

  // update makes an operation of what it leaves behind.
  const update = (f) => (array, index, value) => {
    const i = check(array, index);
    const operand = converted(array, value);
    const before = array[i];
    array[i] = f(before, operand);
    return before;
  };

  const waiters = []; // {buffer, at, resolve, timer}

  function waitable(array, index) {
    const i = check(array, index);
    const kind = kindOf(array);
    if (kind !== "Int32Array" && kind !== "BigInt64Array") throw new TypeError("[object Array] is not an int32 or BigInt64 typed array.");
    return i;
  }

  const methods = {
    add: update((a, b) => a + b), sub: update((a, b) => a - b), and: update((a, b) => a & b), or: update((a, b) => a | b),
    xor: update((a, b) => a ^ b), exchange: update((a, b) => b),
    load(array, index) { return array[check(array, index)]; },
    store(array, index, value) {
      const i = check(array, index);
      return array[i] = converted(array, value);
    },
    compareExchange(array, index, expected, replacement) {
      const i = check(array, index);
      const one = new integers[kindOf(array)](1);
      one[0] = converted(array, expected);
      const operand = converted(array, replacement);
      const before = array[i];
      if (before === one[0]) array[i] = operand;
      return before;
    },
    isLockFree(n) { return n === 1 || n === 2 || n === 4 || n === 8; },
    wait(array, index) {
      waitable(array, index);
      throw new TypeError("Atomics.wait cannot be called in this context");
    },
    waitAsync(array, index, value, timeout) {
      const i = waitable(array, index);
      if (!isShared(bufferOf(array))) throw new TypeError("[object Int32Array] is not a shared typed array.");
      if (array[i] !== converted(array, value)) return { async: false, value: "not-equal" };
      if (timeout <= 0) return { async: false, value: "timed-out" };
      const waiter = { buffer: bufferOf(array), at: offsetOf(array) + i * array.BYTES_PER_ELEMENT };
      const promise = new Promise((resolve) => { waiter.resolve = resolve; });
      waiters.push(waiter);
      if (timeout < Infinity) {
        waiter.timer = setTimeout(() => {
          waiters.splice(waiters.indexOf(waiter), 1);
          waiter.resolve("timed-out");
        }, timeout);
      }
      return { async: true, value: promise };
    },
    notify(array, index, count = Infinity) {
      const at = offsetOf(array) + waitable(array, index) * array.BYTES_PER_ELEMENT;
      let woken = 0;
      for (let i = 0; i < waiters.length && woken < count;) {
        const waiter = waiters[i];
        if (waiter.buffer !== bufferOf(array) || waiter.at !== at) {
          i++;
          continue;
        }
        waiters.splice(i, 1);
        clearTimeout(waiter.timer);
        waiter.resolve("ok");
        woken++;
      }
      return woken;
    },
    pause() {},
  };
  const Atomics = {};
  for (const name in methods) {
    defineProperty(methods[name], "name", { value: name });
    defineProperty(Atomics, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
  }
  defineProperty(Atomics, Symbol.toStringTag, { value: "Atomics", configurable: true });
  return { Atomics, SharedArrayBuffer, waiting: { waitAsync: methods.waitAsync, notify: methods.notify, pause: methods.pause } };
})
