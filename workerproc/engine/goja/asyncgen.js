// What takes the place of async generators, for await and using, into whose older forms esbuild puts them: its own helpers
// end a return too early, take an iterator's result as it comes and make objects of no class.
(function () {
  "use strict";
  const { create, defineProperty, getPrototypeOf, setPrototypeOf } = Object;
  const { apply } = Reflect;
  for (const name of ["asyncIterator", "dispose", "asyncDispose"]) {
    if (Symbol[name] === undefined) defineProperty(Symbol, name, { value: Symbol(`Symbol.${name}`) });
  }
  const { asyncIterator, iterator, dispose: $dispose, asyncDispose: $asyncDispose, toStringTag } = Symbol;
  const Promise_ = Promise, resolved = Promise.resolve, TypeError_ = TypeError;
  const then = Promise.prototype.then;
  const after = (value, yes, no) => { apply(then, apply(resolved, Promise_, [value]), [yes, no]); };
  const isObject = (v) => typeof v === "object" ? v !== null : typeof v === "function";
  const text = (v) => isObject(v) ? "#<Object>" : typeof v === "symbol" ? "Symbol()" : `${v}`;
  const checked = (result) => { if (!isObject(result)) throw new TypeError_(`Iterator result ${text(result)} is not an object`); return result; };
  const hidden = (object, name, value) => defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  const tagged = (object, tag) => defineProperty(object, toStringTag, { value: tag, configurable: true });

  const AsyncIteratorPrototype = {};
  hidden(AsyncIteratorPrototype, asyncIterator, { [asyncIterator]() { return this; } }[asyncIterator]);
  hidden(AsyncIteratorPrototype, $asyncDispose, { [$asyncDispose]() {
    try {
      const end = this.return;
      if (end === undefined) return apply(resolved, Promise_, []);
      return apply(then, apply(resolved, Promise_, [apply(end, this, [undefined])]), [() => undefined]);
    } catch (e) { return Promise_.reject(e); }
  } }[$asyncDispose]);

  // One call of next, throw or return after the other.
  class State extends (function (object) { return object; }) {
    #generator; #first; #last; #running = false; #begun = false; #done = false;
    constructor(object, generator) { super(object); this.#generator = generator; }
    static is(object) { return isObject(object) && #first in object; }
    static ask(it, kind, value) {
      return new Promise_((yes, no) => {
        const asked = { kind, value, yes, no, next: undefined };
        if (it.#last) it.#last.next = asked; else it.#first = asked;
        it.#last = asked;
        if (!it.#running) State.#serve(it);
      });
    }
    static #answer(it, fulfil, value, done) {
      const { yes, no } = it.#first;
      it.#first = it.#first.next;
      if (it.#first === undefined) it.#last = undefined;
      it.#running = false;
      if (fulfil) yes({ value, done }); else no(value);
    }
    static #serve(it) {
      while (it.#first !== undefined && !it.#running) {
        const { kind, value } = it.#first;
        if (!it.#begun && kind !== "next") it.#done = true;
        it.#begun = it.#running = true;
        if (kind !== "return" && !it.#done) State.#step(it, kind, value, kind);
        else if (kind === "next") State.#answer(it, true, undefined, true);
        else if (kind === "throw") State.#answer(it, false, value);
        else State.#return(it, value);
      }
    }
    static #return(it, value) {
      const ended = it.#done;
      try {
        after(value, (v) => {
          if (!ended) State.#step(it, "return", v, "return"); else State.#answer(it, true, v, true);
          State.#serve(it);
        }, (e) => State.#failed(it, ended, e));
      } catch (e) { State.#failed(it, ended, e); }
    }
    static #failed(it, ended, e) {
      if (!ended) State.#step(it, "throw", e, "throw"); else State.#answer(it, false, e);
      State.#serve(it);
    }
    // asked is what the generator was asked for; how is what it is told now.
    static #step(it, how, value, asked) {
      for (;;) {
        let result;
        try { result = apply(generatorMethods[how], it.#generator, [value]); } catch (e) {
          it.#done = true;
          return State.#answer(it, false, e);
        }
        const { value: got, done } = result;
        if (!done && got instanceof Star) return State.#answer(it, true, got.value, false);
        if (done && (got === undefined || asked === "return" && got === value)) {
          it.#done = true;
          return State.#answer(it, true, got, true);
        }
        const awaits = !done && got instanceof Await, star = awaits && got.star;
        try {
          after(awaits ? got.promise : got, (v) => {
            if (awaits) State.#step(it, star && asked === "return" ? "return" : "next", v, star ? asked : "next");
            else { it.#done = done; State.#answer(it, true, v, done); }
            State.#serve(it);
          }, (e) => {
            if (done) { it.#done = true; State.#answer(it, false, e); } else State.#step(it, "throw", e, "throw");
            State.#serve(it);
          });
          return;
        } catch (e) { how = "throw"; value = e; } // a constructor property that throws
      }
    }
  }
  const generatorPrototype = getPrototypeOf((function* () {}).prototype);
  const generatorMethods = { next: generatorPrototype.next, throw: generatorPrototype.throw, return: generatorPrototype.return };

  const AsyncGeneratorPrototype = create(AsyncIteratorPrototype);
  const AsyncGeneratorFunctionPrototype = create(Function.prototype);
  const AsyncGeneratorFunction = { AsyncGeneratorFunction: function () {} }.AsyncGeneratorFunction; // guardEval makes the real one
  defineProperty(AsyncGeneratorPrototype, "constructor", { value: AsyncGeneratorFunctionPrototype, configurable: true });
  const receiver = (it, name) => {
    if (!State.is(it)) throw new TypeError_(`Method [AsyncGenerator].prototype.${name} called on incompatible receiver ${text(it)}`);
  };
  for (const name of ["next", "return", "throw"]) hidden(AsyncGeneratorPrototype, name, { [name](value) {
    try { receiver(this, name); } catch (e) { return Promise_.reject(e); }
    return State.ask(this, name, value);
  } }[name]);
  tagged(AsyncGeneratorPrototype, "AsyncGenerator");
  defineProperty(AsyncGeneratorFunctionPrototype, "constructor", { value: AsyncGeneratorFunction, configurable: true });
  defineProperty(AsyncGeneratorFunctionPrototype, "prototype", { value: AsyncGeneratorPrototype, configurable: true });
  tagged(AsyncGeneratorFunctionPrototype, "AsyncGeneratorFunction");

  function Await(promise, star) { this.promise = promise; this.star = star; }
  function Star(value) { this.value = value; }
  setPrototypeOf(Await.prototype, null);
  setPrototypeOf(Star.prototype, null);

  function asyncGenerator(self, list, generator, made) {
    const proto = typeof made === "function" ? made.prototype : undefined;
    const object = create(isObject(proto) && proto instanceof AsyncIterator ? proto : AsyncGeneratorPrototype);
    new State(object, apply(generator, self, list ?? []));
    return object;
  }
  function AsyncIterator() {}
  AsyncIterator.prototype = AsyncIteratorPrototype;

  // iteratorOf is the async iterator of a value, with next and return that give promises of objects.
  const iteratorOf = (value) => {
    const method = value[asyncIterator];
    if (method !== undefined && method !== null) {
      if (typeof method !== "function") throw new TypeError_(`${text(method)} is not a function`);
      const source = apply(method, value, []);
      if (!isObject(source)) throw new TypeError_("Result of the Symbol.asyncIterator method is not an object");
      return { source, next: source.next };
    }
    const plain = value[iterator];
    if (plain === undefined || plain === null) throw new TypeError_(`${isObject(value) ? "object" : text(value)} is not async iterable`);
    const source = apply(plain, value, []);
    if (!isObject(source)) throw new TypeError_("Result of the Symbol.iterator method is not an object");
    return fromSync(source);
  };

  const fromSync = (source) => {
    const { next } = source;
    const close = () => { try { const end = source.return; if (end !== undefined && end !== null) apply(end, source, []); } catch {} };
    const settled = (result, closes) => new Promise_((yes, no) => {
      const { done, value } = checked(result);
      const failed = (e) => { if (!done && closes) close(); no(e); };
      try { after(value, (v) => yes({ value: v, done: !!done }), failed); } catch (e) { failed(e); }
    });
    const turn = (f, closes) => { try { return settled(f(), closes); } catch (e) { return Promise_.reject(e); } };
    const it = {
      next(...args) { return turn(() => apply(next, source, args), true); },
      return(...args) {
        return turn(() => { const end = source.return; return end === undefined || end === null ? { value: args[0], done: true } : apply(end, source, args); }, false);
      },
      throw(...args) {
        return turn(() => {
          const fail = source.throw;
          if (fail !== undefined && fail !== null) return apply(fail, source, args);
          close();
          throw new TypeError_("The iterator does not provide a 'throw' method.");
        }, true);
      },
    };
    return { source: it, next: it.next };
  };

  function forAwait(value) {
    if (value === undefined || value === null) throw new TypeError_(`Cannot read properties of ${value} (reading 'Symbol(Symbol.asyncIterator)')`);
    const { source, next } = iteratorOf(value);
    if (State.is(source)) return source;
    const results = (promise) => apply(then, apply(resolved, Promise_, [promise]), [checked]);
    return {
      next: () => results(apply(next, source, [])),
      get return() {
        const end = source.return;
        return end === undefined || end === null ? undefined : () => results(apply(end, source, []));
      },
    };
  }

  function yieldStar(value) {
    if (value === undefined || value === null) throw new TypeError_(`Cannot read properties of ${value} (reading 'Symbol(Symbol.asyncIterator)')`);
    const { source, next } = iteratorOf(value);
    let waiting = false;
    const ask = (promise) => { waiting = true; return { done: false, value: new Await(promise, true) }; };
    const came = (kind, v) => {
      waiting = false;
      if (kind === "throw") throw v;
      const { done } = checked(v);
      return { done: !!done, value: done ? v.value : new Star(v.value) };
    };
    const withoutThrow = async () => {
      const end = source.return;
      if (end !== undefined && end !== null) checked(await apply(end, source, []));
      throw new TypeError_("The iterator does not provide a 'throw' method.");
    };
    return {
      [iterator]() { return this; },
      next(v) { return waiting ? came("next", v) : ask(apply(next, source, [v])); },
      throw(e) {
        if (waiting) return came("throw", e);
        const fail = source.throw;
        return ask(fail === undefined || fail === null ? withoutThrow() : apply(fail, source, [e]));
      },
      return(v) {
        if (waiting) return came("return", v);
        const end = source.return;
        return end === undefined || end === null ? { done: true, value: v } : ask(apply(end, source, [v]));
      },
    };
  }

  function using(stack, value, async) {
    if (value === null || value === undefined) { if (async) stack.push([true]); return value; }
    if (!isObject(value)) throw new TypeError_("An object is expected with `using` declarations");
    let method = async ? value[$asyncDispose] : undefined, wrapped = false;
    if (method === undefined || method === null) { method = value[$dispose]; wrapped = async; }
    if (typeof method !== "function") throw new TypeError_("Symbol(Symbol.dispose) is not a function");
    const inner = method;
    if (wrapped) method = function () { try { apply(inner, this, []); } catch (e) { return Promise_.reject(e); } };
    stack.push([async, method, value]);
    return value;
  }

  function callDispose(stack, error, failed) {
    const fail = (e) => {
      error = failed ? new SuppressedError(e, error, "An error was suppressed during disposal") : e;
      failed = true;
    };
    const next = () => {
      for (let entry; (entry = stack.pop()) !== undefined;) {
        const [async, method, value] = entry;
        try {
          const result = method && apply(method, value, []);
          if (async) return apply(then, apply(resolved, Promise_, [result]), [next, (e) => { fail(e); return next(); }]);
        } catch (e) { fail(e); }
      }
      if (failed) throw error;
    };
    return next();
  }

  return {
    helpers: [Await, asyncGenerator, yieldStar, forAwait, using, callDispose],
    functionPrototype: AsyncGeneratorFunctionPrototype, generatorPrototype: AsyncGeneratorPrototype,
  };
})()
