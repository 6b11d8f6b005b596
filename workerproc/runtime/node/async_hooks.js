// node:async_hooks. ops.context() is one value that follows the running code; here it is a list of frames, the innermost
// first: { storage, store, next }. Frames never change, so that who keeps one keeps all below it.

// without is the list with no frame of that storage.
function without(frame, storage) {
  if (frame === undefined) return undefined;
  if (frame.storage === storage) return frame.next;
  const next = without(frame.next, storage);
  return next === frame.next ? frame : { storage: frame.storage, store: frame.store, next };
}

function within(frame, f, self, args) {
  const before = ops.context();
  ops.setContext(frame);
  try { return Reflect.apply(f, self, args); } finally { ops.setContext(before); }
}

const isFunction = (f, method, n, where = "AsyncLocalStorage", type = "function") => {
  if (typeof f !== "function") throw new TypeError(`Failed to execute '${method}' on '${where}': parameter ${n} is not of type '${type}'.`);
};
const name = (c, name) => Object.defineProperty(c, "name", { value: name, configurable: true });

class AsyncLocalStorage {
  #storage = {}; // its key: what a subclass does with itself is its own affair
  #name; #initial;
  constructor(options) {
    this.#name = options?.name === undefined ? "" : `${options.name}`;
    this.#initial = options?.defaultValue;
  }
  get name() { return this.#name; }
  getStore() {
    for (let frame = ops.context(); frame !== undefined; frame = frame.next) if (frame.storage === this.#storage) return frame.store;
    return this.#initial;
  }
  run(store, f, ...args) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'run' on 'AsyncLocalStorage': parameter 1 is not of type 'Value'.");
    isFunction(f, "run", 2);
    return within({ storage: this.#storage, store, next: without(ops.context(), this.#storage) }, f, undefined, args);
  }
  exit(f, ...args) { isFunction(f, "exit", 1); return within(without(ops.context(), this.#storage), f, undefined, args); }
  enterWith(store) { ops.setContext({ storage: this.#storage, store, next: without(ops.context(), this.#storage) }); }
  disable() { ops.setContext(without(ops.context(), this.#storage)); }
  static bind(f) {
    isFunction(f, "bind", 1, "AsyncLocalStorage", "Function");
    const frame = ops.context();
    return anonymous(function (...args) { return within(frame, f, this, args); });
  }
  static snapshot() {
    const frame = ops.context();
    return anonymous((...args) => {
      if (typeof args[0] !== "function") throw new TypeError("The first argument must be a function");
      return within(frame, args[0], undefined, args.slice(1));
    });
  }
}

// anonymous is a function without a name and parameters.
const anonymous = (f) => name(f, "");

let last = 1;

class AsyncResource {
  #frame = ops.context();
  #id = ++last;
  #trigger;
  constructor(type, options = {}) {
    this.#trigger = typeof options === "number" ? options : options?.triggerAsyncId ?? 0;
  }
  runInAsyncScope(f, self, ...args) { return within(this.#frame, f, self, args); }
  bind(f, self) {
    isFunction(f, "bind", 1, "AsyncResource", "Function");
    const resource = this;
    const bound = anonymous(function (...args) { return resource.runInAsyncScope(f, self === undefined ? this : self, ...args); });
    Object.defineProperties(bound, {
      asyncResource: { configurable: true, enumerable: true, value: resource, writable: true },
    });
    return bound;
  }
  asyncId() { return this.#id; }
  triggerAsyncId() { return this.#trigger; }
  emitDestroy() {}
  static bind(f, type, self) {
    isFunction(f, "bind", 1, "AsyncResource", "Function");
    return new AsyncResource(type || f.name || "bound-anonymous-fn").bind(f, self);
  }
}
name(AsyncLocalStorage, "AsyncLocalStorage");
name(AsyncResource, "AsyncResource");

class AsyncHook {
  enable() { return this; }
  disable() { return this; }
}

module.exports = {
  AsyncLocalStorage, AsyncResource,
  // Hooks can be made and never fire, as in the Workers runtime.
  createHook: () => new AsyncHook(),
  executionAsyncId: () => 0, triggerAsyncId: () => 0, executionAsyncResource: () => ({}), asyncWrapProviders: Object.freeze({ __proto__: null }),
};
