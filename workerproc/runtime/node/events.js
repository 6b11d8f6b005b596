// node:events.
const { withCode, invalidArgType, outOfRange, AbortError, validateFunction, validateBoolean, validateAbortSignal, validateString } = require("internal:errors");

const rejection = Symbol.for("nodejs.rejection");
const errorMonitor = Symbol("events.errorMonitor");
const capture = Symbol("kCapture");
let defaultMaxListeners = 10;

function EventEmitter(options) { EventEmitter.init.call(this, options); }

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;
Object.defineProperty(EventEmitter.prototype, capture, { value: false, writable: true, enumerable: false });

EventEmitter.init = function (options) {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = { __proto__: null };
    this._eventsCount = 0;
  }
  this._maxListeners = this._maxListeners || undefined;
  if (this.domain === undefined) this.domain = null;
  if (options?.captureRejections !== undefined) {
    validateBoolean(options.captureRejections, "options.captureRejections");
    if (options.captureRejections) Object.defineProperty(this, capture, { value: true, writable: true, enumerable: false, configurable: true });
  }
};

// validateMax is how many listeners there may be before a warning says so.
function validateMax(n, name) {
  if (typeof n !== "number" || n < 0 || n !== n) throw outOfRange(name, "a non-negative number", n);
}

function checkListener(listener) { validateFunction(listener, "listener"); }
const maxOf = (emitter) => emitter._maxListeners ?? defaultMaxListeners;

function warn(emitter, type, list) {
  const max = maxOf(emitter);
  if (max <= 0 || list.length <= max || list.warned) return;
  list.warned = true;
  const e = new Error(`Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ${
    require("node:util").inspect(emitter, { depth: -1 })}. Use emitter.setMaxListeners() to increase limit`);
  e.name = "MaxListenersExceededWarning";
  e.emitter = emitter;
  e.type = type;
  e.count = list.length;
  require("node:process").emitWarning(e);
}

function add(emitter, type, listener, first) {
  checkListener(listener);
  let events = emitter._events;
  if (events === undefined) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else if (events.newListener !== undefined) {
    emitter.emit("newListener", type, listener.listener ?? listener);
    events = emitter._events;
  }
  const there = events[type];
  if (there === undefined) {
    events[type] = listener;
    emitter._eventsCount++;
    return emitter;
  }
  const list = typeof there === "function" ? (events[type] = [there]) : there;
  if (first) list.unshift(listener);
  else list.push(listener);
  warn(emitter, type, list);
  return emitter;
}

function onceWrapper(emitter, type, listener) {
  const state = { fired: false };
  function wrapped(...args) {
    if (state.fired) return undefined;
    emitter.removeListener(type, wrapped);
    state.fired = true;
    return Reflect.apply(listener, emitter, args);
  }
  wrapped.listener = listener;
  Object.defineProperty(wrapped, "name", { value: "bound onceWrapper", configurable: true });
  return wrapped;
}

function captured(emitter, result, type, args) {
  if (!emitter[capture] || result === undefined || result === null) return;
  try {
    const { then } = result;
    if (typeof then === "function") Reflect.apply(then, result, [undefined, (e) => require("node:process").nextTick(rejected, emitter, e, type, args)]);
  } catch (e) { emitter.emit("error", e); }
}

function rejected(emitter, e, type, args) {
  if (typeof emitter[rejection] === "function") return emitter[rejection](e, type, ...args);
  const before = emitter[capture];
  try {
    emitter[capture] = false;
    emitter.emit("error", e);
  } finally { emitter[capture] = before; }
}

function unhandled(e) {
  if (e instanceof Error) throw e;
  let text;
  try { text = require("node:util").inspect(e); } catch { text = e; }
  const err = withCode(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${text})`);
  err.context = e;
  throw err;
}

const methods = {
  setMaxListeners(n) { validateMax(n, "n"); this._maxListeners = n; return this; },
  getMaxListeners() { return maxOf(this); },
  emit(type, ...args) {
    const events = this._events;
    if (type === "error") {
      if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...args);
      if (events?.error === undefined) unhandled(args[0]);
    }
    const handler = events?.[type];
    if (handler === undefined) return false;
    if (typeof handler === "function") captured(this, Reflect.apply(handler, this, args), type, args);
    else for (const listener of handler.slice()) captured(this, Reflect.apply(listener, this, args), type, args);
    return true;
  },
  addListener(type, listener) { return add(this, type, listener, false); },
  on(type, listener) { return add(this, type, listener, false); },
  prependListener(type, listener) { return add(this, type, listener, true); },
  once(type, listener) { checkListener(listener); return this.on(type, onceWrapper(this, type, listener)); },
  prependOnceListener(type, listener) { checkListener(listener); return this.prependListener(type, onceWrapper(this, type, listener)); },
  removeListener(type, listener) {
    checkListener(listener);
    const events = this._events;
    const there = events?.[type];
    if (there === undefined) return this;
    if (there === listener || there.listener === listener) {
      this._eventsCount--;
      if (this._eventsCount === 0) this._events = { __proto__: null };
      else delete events[type];
      if (events.removeListener) this.emit("removeListener", type, there.listener || listener);
    } else if (typeof there !== "function") {
      let at = there.length - 1;
      while (at >= 0 && there[at] !== listener && there[at].listener !== listener) at--;
      if (at < 0) return this;
      if (there.length === 2) events[type] = there[1 - at];
      else there.splice(at, 1);
      if (events.removeListener !== undefined) this.emit("removeListener", type, listener);
    }
    return this;
  },
  removeAllListeners(type) {
    const events = this._events;
    if (events === undefined) return this;
    if (events.removeListener === undefined) {
      if (arguments.length === 0) { this._events = { __proto__: null }; this._eventsCount = 0; }
      else if (events[type] !== undefined) {
        if (--this._eventsCount === 0) this._events = { __proto__: null };
        else delete events[type];
      }
      return this;
    }
    if (arguments.length === 0) {
      for (const key of Reflect.ownKeys(events)) if (key !== "removeListener") this.removeAllListeners(key);
      this.removeAllListeners("removeListener");
      this._events = { __proto__: null };
      this._eventsCount = 0;
      return this;
    }
    const list = events[type];
    if (typeof list === "function") this.removeListener(type, list);
    else if (list !== undefined) for (let i = list.length - 1; i >= 0; i--) this.removeListener(type, list[i]);
    return this;
  },
  listeners(type) { return listenersOf(this, type, true); },
  rawListeners(type) { return listenersOf(this, type, false); },
  listenerCount(type, listener) {
    const there = this._events?.[type];
    if (there === undefined) return 0;
    const list = typeof there === "function" ? [there] : there;
    return listener ? list.filter((l) => l === listener || l.listener === listener).length : list.length;
  },
  eventNames() { return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : []; },
};
methods.off = methods.removeListener;
for (const name of Object.keys(methods)) EventEmitter.prototype[name] = methods[name];
Object.defineProperty(EventEmitter.prototype.on, "name", { value: "addListener" });

function listenersOf(emitter, type, unwrap) {
  const there = emitter._events?.[type];
  if (there === undefined) return [];
  const list = typeof there === "function" ? [there] : there;
  return Array.from(list, (l) => (unwrap ? l.listener ?? l : l));
}

const isTarget = (v) => typeof v?.addEventListener === "function";
const isEmitter = (v) => typeof v?.on === "function";

// listen adds a listener to an emitter or an EventTarget and returns what removes it.
function listen(emitter, type, listener, once) {
  if (isEmitter(emitter)) {
    if (once) emitter.once(type, listener);
    else emitter.on(type, listener);
    return () => emitter.removeListener(type, listener);
  }
  if (!isTarget(emitter)) throw invalidArgType("emitter", "EventEmitter", emitter);
  emitter.addEventListener(type, listener, { once: Boolean(once) });
  return () => emitter.removeEventListener(type, listener);
}

async function once(emitter, type, options = {}) {
  const { signal } = options ?? {};
  validateAbortSignal(signal, "options.signal");
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  return new Promise((resolve, reject) => {
    const removes = [];
    const done = () => { for (const remove of removes) remove(); };
    removes.push(listen(emitter, type, (...args) => { done(); resolve(args); }, true));
    if (type !== "error" && isEmitter(emitter)) removes.push(listen(emitter, "error", (e) => { done(); reject(e); }, true));
    if (signal) removes.push(listen(signal, "abort", () => { done(); reject(new AbortError(undefined, { cause: signal.reason })); }, true));
  });
}

function on(emitter, type, options = {}) {
  const { signal, close = [] } = options ?? {};
  validateAbortSignal(signal, "options.signal");
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  const events = [], waiting = [], removes = [];
  let error, finished = false;
  const finish = () => {
    for (const remove of removes.splice(0)) remove();
    finished = true;
    for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  };
  const fail = (e) => {
    const next = waiting.shift();
    if (next) next.reject(e);
    else error = { e };
    finish();
  };
  const iterator = {
    next() {
      if (events.length > 0) return Promise.resolve({ value: events.shift(), done: false });
      if (error) {
        const { e } = error;
        error = undefined;
        return Promise.reject(e);
      }
      if (finished) return finish();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() { return finish(); },
    throw(e) {
      if (!e || !(e instanceof Error)) throw invalidArgType("EventEmitter.AsyncIterator", "Error", e);
      fail(e);
    },
    [Symbol.asyncIterator]() { return this; },
  };
  removes.push(listen(emitter, type, (...args) => {
    const next = waiting.shift();
    if (next) next.resolve({ value: args, done: false });
    else events.push(args);
  }));
  if (type !== "error" && isEmitter(emitter)) removes.push(listen(emitter, "error", fail));
  for (const name of close) removes.push(listen(emitter, name, finish));
  if (signal) removes.push(listen(signal, "abort", () => fail(new AbortError(undefined, { cause: signal.reason })), true));
  return iterator;
}

function setMaxListeners(n = defaultMaxListeners, ...targets) {
  validateMax(n, "n");
  if (targets.length === 0) defaultMaxListeners = n;
  for (const target of targets) {
    if (isEmitter(target)) target.setMaxListeners(n);
    else if (!isTarget(target)) throw invalidArgType("eventTargets", ["EventEmitter", "EventTarget"], target);
  }
}

function addAbortListener(signal, listener) {
  if (signal === undefined) throw invalidArgType("signal", "AbortSignal", signal);
  validateAbortSignal(signal, "signal");
  validateFunction(listener, "listener");
  if (signal.aborted) queueMicrotask(() => listener());
  else signal.addEventListener("abort", listener, { once: true });
  return { [Symbol.dispose]() { signal.removeEventListener("abort", listener); } };
}

Object.assign(EventEmitter, {
  EventEmitter, once, on, setMaxListeners, addAbortListener, errorMonitor, captureRejectionSymbol: rejection, usingDomains: false,
  getEventListeners(emitter, type) {
    if (typeof emitter?.listeners === "function") return emitter.listeners(type);
    if (isTarget(emitter)) return [];
    throw invalidArgType("emitter", ["EventEmitter", "EventTarget"], emitter);
  },
  getMaxListeners: (emitter) => (typeof emitter?.getMaxListeners === "function" ? emitter.getMaxListeners() : defaultMaxListeners),
  listenerCount: (emitter, type) => (typeof emitter.listenerCount === "function" ? emitter.listenerCount(type) : methods.listenerCount.call(emitter, type)),
});
Object.defineProperties(EventEmitter, {
  defaultMaxListeners: {
    enumerable: true,
    get: () => defaultMaxListeners,
    set(n) { validateMax(n, "defaultMaxListeners"); defaultMaxListeners = n; },
  },
  captureRejections: {
    enumerable: true,
    get: () => EventEmitter.prototype[capture],
    set(value) { validateBoolean(value, "EventEmitter.captureRejections"); EventEmitter.prototype[capture] = value; },
  },
  EventEmitterAsyncResource: {
    enumerable: true,
    get() {
      const { AsyncResource } = require("node:async_hooks");
      const EventEmitterAsyncResource = class extends EventEmitter {
        #resource;
        constructor(options) {
          super(typeof options === "object" ? options : undefined);
          const name = typeof options === "string" ? options : options?.name ?? new.target.name;
          validateString(name, "options.name");
          this.#resource = new AsyncResource(name, options);
        }
        emit(...args) { return this.#resource.runInAsyncScope(super.emit, this, ...args); }
        emitDestroy() { this.#resource.emitDestroy(); }
        get asyncId() { return this.#resource.asyncId(); }
        get triggerAsyncId() { return this.#resource.triggerAsyncId(); }
        get asyncResource() { return this.#resource; }
      };
      Object.defineProperty(EventEmitterAsyncResource, "name", { value: "EventEmitterAsyncResource", configurable: true });
      Object.defineProperty(EventEmitter, "EventEmitterAsyncResource", { value: EventEmitterAsyncResource, enumerable: true, configurable: true });
      return EventEmitterAsyncResource;
    },
    configurable: true,
  },
});
module.exports = EventEmitter;
