// Explicit resource management (https://tc39.es/proposal-explicit-resource-management): what stands beside the syntax, which
// esbuild lowers.
(function () {
  "use strict";
  const { apply, defineProperty } = Reflect;

  class SuppressedError extends Error {
    constructor(error, suppressed, message) {
      super(message);
      defineProperty(this, "error", { value: error, writable: true, enumerable: false, configurable: true });
      defineProperty(this, "suppressed", { value: suppressed, writable: true, enumerable: false, configurable: true });
    }
  }
  defineProperty(SuppressedError.prototype, "message", { value: "", writable: true, enumerable: false, configurable: true });
  defineProperty(SuppressedError.prototype, "name", { value: "SuppressedError", writable: true, enumerable: false, configurable: true });

  const method = (value, symbol, fallback) => {
    let f = value[symbol];
    let sync = false;
    if ((f === undefined || f === null) && fallback) {
      f = value[fallback];
      sync = true;
    }
    if (typeof f !== "function") throw new TypeError(`Property [${symbol.description}] is not a function.`);
    return sync ? () => { apply(f, value, []); } : () => apply(f, value, []);
  };

  // both makes a stack's class: of what is disposed of at once, or one after the other.
  const both = (name, symbol, fallback, dispose) => {
    const Stack = { [name]: class {
      #list = [];
      #disposed = false;
      #check() { if (this.#disposed) throw new ReferenceError(`Cannot add values to a disposed stack!`); }
      get disposed() { return this.#disposed; }
      use(value) {
        this.#check();
        if (value !== null && value !== undefined) this.#list.push(method(value, symbol, fallback));
        else if (fallback) this.#list.push(() => {});
        return value;
      }
      adopt(value, f) {
        this.#check();
        if (typeof f !== "function") throw new TypeError(`${String(f)} is not a function`);
        this.#list.push(() => f(value));
        return value;
      }
      defer(f) {
        this.#check();
        if (typeof f !== "function") throw new TypeError(`${String(f)} is not a function`);
        this.#list.push(() => f());
      }
      move() {
        if (this.#disposed) throw new ReferenceError(`Cannot move elements from a disposed stack!`);
        const other = new Stack();
        other.#list = this.#list;
        this.#list = [];
        this.#disposed = true;
        return other;
      }
      static take(stack) {
        if (stack.#disposed) return [];
        stack.#disposed = true;
        const list = stack.#list;
        stack.#list = [];
        return list;
      }
    } }[name];
    const take = Stack.take;
    delete Stack.take;
    const f = dispose(take);
    defineProperty(Stack.prototype, fallback ? "disposeAsync" : "dispose", { value: f, writable: true, enumerable: false, configurable: true });
    defineProperty(Stack.prototype, symbol, { value: f, writable: true, enumerable: false, configurable: true });
    defineProperty(Stack.prototype, Symbol.toStringTag, { value: name, configurable: true });
    return Stack;
  };

  const joined = (failed, before, error) => (failed ? new SuppressedError(error, before, "An error was suppressed during disposal") : error);

  const DisposableStack = both("DisposableStack", Symbol.dispose, undefined, (take) => ({
    dispose() {
      let failed = false, failure;
      const list = take(this);
      for (let i = list.length - 1; i >= 0; i--) {
        try { list[i](); } catch (e) { failure = joined(failed, failure, e); failed = true; }
      }
      if (failed) throw failure;
    },
  }).dispose);

  const AsyncDisposableStack = both("AsyncDisposableStack", Symbol.asyncDispose, Symbol.dispose, (take) => ({
    async disposeAsync() {
      let failed = false, failure;
      const list = take(this);
      for (let i = list.length - 1; i >= 0; i--) {
        try { await list[i](); } catch (e) { failure = joined(failed, failure, e); failed = true; }
      }
      if (failed) throw failure;
    },
  }).disposeAsync);

  return { SuppressedError, DisposableStack, AsyncDisposableStack };
})
