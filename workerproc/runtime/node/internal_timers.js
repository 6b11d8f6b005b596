// What setTimeout and setInterval return where it is an object, as in Node.js: in node:timers, and as globals with
// enable_nodejs_global_timers; and setImmediate, which is there with nodejs_compat_v2.
const { validateFunction } = require("internal:errors");
const { setTimeout, setInterval, clearTimeout } = core.timers;

class Timeout {
  #callback; #ms; #args; #repeat; #n;
  #referenced = true;
  constructor(callback, ms, args, repeat) {
    this.#callback = callback;
    this.#ms = ms;
    this.#args = args ?? [];
    this.#repeat = repeat;
    this.#start();
  }
  #start() { this.#n = (this.#repeat ? setInterval : setTimeout)(this.#callback, this.#ms, ...this.#args); }
  refresh() {
    clearTimeout(this.#n);
    this.#start();
    return this;
  }
  unref() { this.#referenced = false; return this; }
  ref() { this.#referenced = true; return this; }
  hasRef() { return this.#referenced; }
  close() { clearTimeout(this.#n); return this; }
  [Symbol.dispose]() { this.close(); }
  [Symbol.toPrimitive]() { return this.#n; }
}

// What setImmediate returns.
class Immediate {
  #n;
  constructor(callback, args) { this.#n = setTimeout(callback, 0, ...args); }
  ref() {}
  unref() {}
  hasRef() { return false; }
  [Symbol.dispose]() { clearTimeout(this.#n); }
}
Object.defineProperty(Immediate.prototype, Symbol.toStringTag, { value: "Immediate", configurable: true });

const callable = (callback, where) => {
  if (typeof callback !== "function") throw new TypeError(`Failed to execute 'setImmediate' on '${where}': parameter 1 is not of type 'function'.`);
};
const clearImmediate = (immediate, where) => {
  if (immediate instanceof Immediate) return immediate[Symbol.dispose]();
  if (immediate !== undefined && immediate !== null) throw new TypeError(`Failed to execute 'clearImmediate' on '${where}': parameter 1 is not of type 'Immediate'.`);
};

const clear = (timer) => {
  if (timer instanceof Timeout) timer.close();
  else if (typeof timer === "number" || typeof timer === "string") clearTimeout(+timer);
};

module.exports = {
  Timeout,
  setTimeout(callback, delay, ...args) {
    validateFunction(callback, "callback");
    return new Timeout(callback, delay, args, false);
  },
  setInterval(callback, repeat, ...args) {
    validateFunction(callback, "callback");
    return new Timeout(callback, repeat, args, true);
  },
  clearTimeout(timer) { clear(timer); },
  clearInterval(timer) { clear(timer); },
  setImmediate(callback, ...args) { callable(callback, "ServiceWorkerGlobalScope"); return new Immediate(callback, args); },
  clearImmediate(immediate) { clearImmediate(immediate, "ServiceWorkerGlobalScope"); },
  // as node:timers has them
  module: {
    setImmediate(callback, ...args) { callable(callback, "TimersUtil"); return new Immediate(callback, args); },
    clearImmediate(immediate) { clearImmediate(immediate, "TimersUtil"); },
  },
};
