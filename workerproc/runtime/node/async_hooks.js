// node:async_hooks. ops.context() is one value that follows the running code; here it is a list of frames, the innermost
// first: { storage, store, next }. Frames never change, so that who keeps one keeps all below it.
const { invalidArgType, validateFunction, validateString } = require("internal:errors");

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

class AsyncLocalStorage {
  #storage = {}; // its key: what a subclass does with itself is its own affair
  getStore() {
    for (let frame = ops.context(); frame !== undefined; frame = frame.next) if (frame.storage === this.#storage) return frame.store;
    return undefined;
  }
  run(store, f, ...args) { return within({ storage: this.#storage, store, next: without(ops.context(), this.#storage) }, f, undefined, args); }
  exit(f, ...args) { return within(without(ops.context(), this.#storage), f, undefined, args); }
  enterWith(store) { ops.setContext({ storage: this.#storage, store, next: without(ops.context(), this.#storage) }); }
  disable() { ops.setContext(without(ops.context(), this.#storage)); }
  static bind(f) { return AsyncResource.bind(f); }
  static snapshot() {
    const frame = ops.context();
    return (f, ...args) => within(frame, f, undefined, args);
  }
}

let last = 1;

class AsyncResource {
  #frame = ops.context();
  #id = ++last;
  #trigger;
  constructor(type, options = {}) {
    validateString(type, "type");
    this.#trigger = typeof options === "number" ? options : options?.triggerAsyncId ?? 1;
  }
  runInAsyncScope(f, self, ...args) { return within(this.#frame, f, self, args); }
  bind(f, self) {
    validateFunction(f, "fn");
    const resource = this;
    const bound = function (...args) { return resource.runInAsyncScope(f, self === undefined ? this : self, ...args); };
    Object.defineProperties(bound, {
      length: { configurable: true, enumerable: false, value: f.length, writable: false },
      asyncResource: { configurable: true, enumerable: true, value: resource, writable: true },
    });
    return bound;
  }
  asyncId() { return this.#id; }
  triggerAsyncId() { return this.#trigger; }
  emitDestroy() { return this; }
  static bind(f, type, self) { return new AsyncResource(type || f.name || "bound-anonymous-fn").bind(f, self); }
}

module.exports = {
  AsyncLocalStorage, AsyncResource,
  // Hooks can be made and never fire, as in the Workers runtime.
  createHook(callbacks) {
    if (callbacks === null || typeof callbacks !== "object") throw invalidArgType("callbacks", "Object", callbacks);
    return { enable() { return this; }, disable() { return this; } };
  },
  executionAsyncId: () => 1, triggerAsyncId: () => 0, executionAsyncResource: () => ({}), asyncWrapProviders: Object.freeze({ __proto__: null }),
};
