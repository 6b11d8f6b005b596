// Workers RPC: stubs on what is outside (grants), calls that come in, and what of this isolate has been passed out
// (exports). codec.js turns values into what crosses. https://developers.cloudflare.com/workers/runtime-apis/rpc/
(function (ops, core) {
  "use strict";
  const Reflect_apply = Reflect.apply, Object_defineProperty = Object.defineProperty, Object_getPrototypeOf = Object.getPrototypeOf;
  const { encode, decode, refuse } = core.part("codec").internal;
  const { Proxy } = core;
  const GRANT = 1, EXPORT = 2, ENTRYPOINT = 3;
  const ON_EXPORT = 1, ON_INVOCATION = 2;

  // --- stubs
  //
  // A record says what a stub is on:
  //   { kind: "grant", grant, shared: { count }, kept }       something outside, by its number; kept: never given back
  //   { kind: "entrypoint", worker, entrypoint, props, limits }  of this Worker (worker undefined), or of a loaded one
  //   { kind: "call", n, state, value, promise }              the result of a call under way
  //   { kind: "local", value }                                an object of this isolate (new RpcStub)
  //   { kind: "property", base, path }                        a property of one of these
  // It is the handler of the stub's proxy as well, so that a stub is two objects. traps, which all of them inherit from, has
  // no prototype: a Worker that changes Object.prototype adds no trap.
  const records = steady(new WeakMap());
  const { handler: handlerOf } = ops; // where there is one a WeakMap is dear
  function recordOf(stub) {
    if (handlerOf !== undefined && typeof stub === "function") {
      const handler = handlerOf(stub);
      if (handler !== undefined) {
        const kind = Object_getPrototypeOf(handler);
        if (kind === callTraps || kind === traps) return handler;
      }
    }
    return records.get(stub);
  }

  // steady gives a collection its methods as its own: what a Worker does to their prototype doesn't reach it.
  function steady(collection) {
    const proto = Object.getPrototypeOf(collection);
    for (const name of ["get", "set", "has", "delete"]) collection[name] = proto[name];
    return collection;
  }

  // They are no classes, whose constructors an engine refuses to call with words of its own.
  function RpcStub() {
    const target = arguments[0];
    if (new.target === undefined) throw new TypeError("Failed to construct 'JsRpcStub': Please use the 'new' operator, this object constructor cannot be called as a function.");
    if (target === undefined || target === null || (typeof target !== "object" && typeof target !== "function")) {
      throw new TypeError("Failed to construct 'JsRpcStub': constructor parameter 1 is not of type 'Object'.");
    }
    const record = recordOf(target);
    if (record !== undefined ? record.Class !== RpcStub : !isPlain(target) && typeof target !== "function" && !(target instanceof core.RpcTarget)) {
      throw new TypeError("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.");
    }
    return shell(local(target), RpcStub);
  }
  function RpcPromise() { throw new TypeError("Illegal constructor"); }
  function RpcProperty() { throw new TypeError("Illegal constructor"); }
  function ServiceStub() { throw new TypeError("Illegal constructor"); }

  // ServiceStub is what typeof calls an object; the others can be called, and so can a loopback stub, which takes props.
  ServiceStub.prototype[Symbol.toStringTag] = "Fetcher";
  class LoopbackServiceStub extends ServiceStub {}
  LoopbackServiceStub.prototype[Symbol.toStringTag] = "LoopbackServiceStub";
  for (const [Class, tag] of [[RpcStub, "JsRpcStub"], [RpcPromise, "JsRpcPromise"], [RpcProperty, "JsRpcProperty"]]) {
    Class.prototype[Symbol.toStringTag] = tag;
  }
  const prototypeOf = (record) => (record.loopback ? LoopbackServiceStub : record.Class).prototype;

  // The targets of all proxies: what can be called, and what can't.
  const callable = function () {}.bind(), object = {}; // bound: it can be constructed, and has no property that must be told of
  function shell(record, Class) {
    if (record.Class !== Class) record.Class = Class;
    const proxy = new Proxy(Class === ServiceStub && !record.loopback ? object : callable, record);
    if (Class !== RpcPromise || handlerOf === undefined) records.set(proxy, record); // most calls' are asked for once
    return proxy;
  }

  const traps = {
    __proto__: null,
    get(target, name, stub) {
      if (name === "then" && this.kind === "call" && this.own === undefined) {
        asked.stub = stub;
        asked.record = this;
        return promised.then;
      }
      const { names } = this;
      if (names !== undefined) {
        const known = names[name];
        if (known !== undefined) return known;
      }
      return memberOf(this, name);
    },
    apply(target, self, args) {
      const base = this.base ?? this;
      if (base.kind === "grant" && !base.free && areSimple(args)) {
        const record = callSimply(base, this.path, args);
        if (record !== undefined) return shell(record, RpcPromise);
      }
      if (this.kind === "entrypoint" && this.loopback) return withProps(this, args[0]);
      return call(base, this.path ?? [], [...args]); // goja's array changes when the caller goes on
    },
    construct(target, args) { return traps.apply.call(this, target, undefined, args); }, // as the Workers runtime has it
    getPrototypeOf() { return prototypeOf(this); },
    has(target, name) { return typeof name === "string"; },
    // What a Worker puts on a stub is in own.
    ownKeys() { return this.own === undefined ? [] : ownKeys(this.own); },
    getOwnPropertyDescriptor(target, name) { return this.own === undefined ? undefined : getOwnPropertyDescriptor(this.own, name); },
    set(target, name, value) { return putOn(this, name, { value, writable: true, enumerable: true, configurable: true }); },
    defineProperty(target, name, descriptor) { return putOn(this, name, { __proto__: null, ...descriptor, configurable: true }); },
    deleteProperty(target, name) { return this.own === undefined || delete this.own[name]; },
    setPrototypeOf() { return false; },
    isExtensible() { return true; },
    preventExtensions() { throw new TypeError("Cannot freeze"); },
  };

  const { ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
  function putOn(record, name, descriptor) {
    record.own ??= { __proto__: null };
    if (record.names !== undefined) delete record.names[name];
    return defineProperty(record.own, name, descriptor);
  }

  // callTraps are those of calls' results, with what most of them are: an object of few properties is made faster.
  const callTraps = { __proto__: traps, kind: "call", state: "pending", Class: RpcPromise, promise: undefined, ok: undefined, bad: undefined, more: undefined };

  // asked is the stub that has been asked for then() last: it is called next, with an await.
  const asked = { stub: undefined, record: undefined };

  // memberOf is a property of a stub. Those of stubs that last are kept: most calls are of a few methods.
  function memberOf(record, name) {
    if (record.own !== undefined && name in record.own) return record.own[name];
    if (name === Symbol.dispose && (record.Class === RpcStub || record.kind === "call")) return () => dispose(record);
    if (name === "propertyIsEnumerable") return () => true;
    if (name === "__proto__") return prototypeOf(record);
    if (typeof name === "symbol" || name in Object.prototype) return prototypeOf(record)[name];
    if (name === "then" || (name === "catch" || name === "finally") && (record.kind === "call" || record.kind === "property")) return thenable(record, name);
    if (isIndex(name)) return undefined;
    if (record.Class === ServiceStub) {
      if (name === "fetch") return fetchOf(record);
      if (name === "connect") return (address, options) => core.part("sockets").internal.connectOn(record, address, options);
      if (name === "toJSON") return undefined;
    } else if (record.kind !== "property") {
      if (name === "dup" && record.kind !== "call") return () => duplicate(record);
      if (name === "onRpcBroken") return (callback) => { brokenOf(record, callback); };
    }
    const property = shell({ __proto__: traps, kind: "property", base: record.base ?? record, path: [...(record.path ?? []), name] }, RpcProperty);
    if (record.kind === "grant" && record.named !== maxNames) {
      record.names ??= { __proto__: null };
      record.names[name] = property;
      record.named = (record.named ?? 0) + 1;
    }
    return property;
  }
  const maxNames = 64;
  const isIndex = (name) => { const n = name >>> 0; return n !== 0xffffffff && (n !== 0 || name === "0") && `${n}` === name; };

  // The methods of what a call has returned. They are no closures: most calls are awaited, each once.
  const { then: promiseThen, catch: promiseCatch, finally: promiseFinally } = Promise.prototype;
  const promised = {
    then(ok, bad) {
      const record = this !== undefined && this === asked.stub ? asked.record : callIn(this);
      asked.stub = asked.record = undefined;
      mustBeFunction(ok, 1, "then", "JsRpcPromise");
      if (bad !== undefined) mustBeFunction(bad, 2, "then", "JsRpcPromise");
      // The job of an await, which runs in no invocation, passes functions that do nothing but settle, and wants nothing back.
      if (record.promise === undefined && typeof ok === "function" && typeof bad === "function" && ops.current() === 0) {
        wait(record, ok, bad);
        return this;
      }
      return Reflect_apply(promiseThen, promiseIn(record), [ok, bad]);
    },
    catch(bad) {
      const record = this !== undefined && this === asked.stub ? asked.record : callIn(this);
      asked.stub = asked.record = undefined;
      mustBeFunction(bad, 1, "catch", "JsRpcPromise");
      return Reflect_apply(promiseCatch, promiseIn(record), [bad]);
    },
    finally(f) {
      const record = this !== undefined && this === asked.stub ? asked.record : callIn(this);
      asked.stub = asked.record = undefined;
      mustBeFunction(f, 1, "finally", "JsRpcPromise");
      return Reflect_apply(promiseFinally, promiseIn(record), [f]);
    },
  };
  function mustBeFunction(f, n, method, of) {
    if (typeof f !== "function") throw new TypeError(`Failed to execute '${method}' on '${of}': parameter ${n} is not of type 'Function'.`);
  }
  for (const name of ["then", "catch", "finally"]) Object.defineProperty(RpcPromise.prototype, name, { value: promised[name], writable: true, configurable: true });
  delete RpcPromise.prototype.constructor;
  Object.defineProperty(RpcPromise.prototype, "constructor", { value: RpcPromise, writable: true, configurable: true });
  // As methods of the prototypes they find the stub that they are called on.
  for (const [{ prototype }, names] of [[RpcStub, ["dup"]], [RpcProperty, ["then", "catch", "finally"]], [ServiceStub, ["fetch", "connect"]]]) {
    for (const name of names) {
      const method = { [name](...args) { return memberOf(recordOf(this) ?? illegal(), name)(...args); } }[name];
      Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true });
    }
  }
  function illegal() {
    throw new TypeError("Illegal invocation: function called with incorrect `this` reference. " +
      "See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.");
  }
  function callIn(stub) {
    const record = recordOf(stub);
    return record !== undefined && record.kind === "call" ? record : illegal();
  }

  function thenable(record, name) {
    if (record.kind === "call") return promised[name];
    if (record.kind === "property") {
      const invocation = ops.current(); // the job that calls then() runs in none
      return (...args) => {
        mustBeFunction(args[0], 1, name, "JsRpcProperty");
        return read(record.base, record.path, invocation)[name](...args);
      };
    }
    return undefined;
  }

  function dispose(record) {
    if (record.kind === "property") return;
    if (record.kind === "call") {
      record.disposed = true;
      promiseIn(record).then((value) => disposeResult(value), () => {});
      return;
    }
    if (record.kept || record.disposed || record.shared === undefined) return;
    record.disposed = true;
    if (--record.shared.count > 0) return;
    if (record.kind === "local") disposeTarget(record.value);
    else ops.drop(record.grant);
  }
  function disposeTarget(value) {
    if (typeof value?.[Symbol.dispose] === "function") value[Symbol.dispose]();
  }
  function disposeResult(value) {
    if (value !== null && (typeof value === "object" || typeof value === "function")) value[Symbol.dispose]?.();
  }
  // duplicate is another stub on the same thing, which is let go of when each of them has been disposed of.
  function duplicate(record) {
    alive(record);
    if (record.shared === undefined) return shell({ __proto__: traps, ...record, fetch: undefined }, record.Class);
    record.shared.count++;
    return shell({ __proto__: traps, ...record, names: undefined, disposed: false }, record.Class);
  }
  const local = (value) => ({ __proto__: traps, kind: "local", value, shared: { count: 1 } });
  function alive(record) {
    if (record.disposed) throw new Error(`RPC ${record.kind === "call" ? "promise" : "stub"} used after being disposed.`);
  }

  // brokenOf has callback called when no call on the stub can succeed any more, unless the stub is disposed of before. Each is
  // a job of its own: in the context of who registered it, and nothing to the others if it throws.
  function brokenOf(record, callback) {
    if (typeof callback !== "function") throw new TypeError("Failed to execute 'onRpcBroken' on 'JsRpcStub': parameter 1 is not of type 'Function'.");
    const { disposed } = record;
    const end = endOf(record);
    if (end !== undefined) Reflect_apply(promiseThen, end, [undefined, (e) => { if (record.disposed === disposed) callback(e); }]);
  }
  // endOf is a promise that is rejected when the stub breaks; undefined: it won't, as an object of this isolate.
  function endOf(record) {
    if (record.disposed) return new Promise((_, reject) => reject(new Error("RPC stub used after being disposed.")));
    if (record.kind === "grant") return promiseIn(watch(record));
    if (record.kind !== "call") return undefined;
    return Reflect_apply(promiseThen, promiseIn(record), [(value) => {
      const of = recordOf(value);
      return of === undefined || of.Class === ServiceStub ? undefined : endOf(of);
    }]);
  }

  // A watch is a call that fails when what a grant is on is gone. It ends with the invocation, which it doesn't keep going.
  const watching = steady(new Map()); // invocation → numbers of its watches
  let forgets = false;
  function watch({ shared, grant }) {
    const invocation = ops.current();
    const { watch: last } = shared;
    if (last !== undefined && (last.state !== "pending" || last.invocation === invocation)) return last;
    const n = ops.call([GRANT, grant], 0, [], true, "broken", undefined, invocation, true);
    const record = underWay(n);
    record.invocation = invocation;
    pending.set(n, record);
    let numbers = watching.get(invocation);
    if (numbers === undefined) {
      if (!forgets) push(core.ended, forgetWatches);
      forgets = true;
      watching.set(invocation, numbers = []);
    }
    push(numbers, n);
    return shared.watch = record;
  }
  function forgetWatches(invocation) {
    const numbers = watching.get(invocation);
    if (numbers === undefined) return;
    watching.delete(invocation);
    for (let i = 0; i < numbers.length; i++) pending.delete(numbers[i]);
  }

  // --- calls out

  const pending = steady(new Map()); // number of a call → its record

  // A promise's functions pass through these, so that it takes no closure to get at them.
  let resolveNew, rejectNew;
  const executor = (resolve, reject) => { resolveNew = resolve; rejectNew = reject; };

  // underWay is a call that was sent. What waits for it is ok and bad, and more of these. It has a promise only when
  // somebody wants one: to make it takes as long as half of the call.
  function underWay(n) {
    return { __proto__: callTraps, n };
  }
  function wait(record, ok, bad) {
    if (record.state === "ok") ok(record.value);
    else if (record.state === "failed") bad(record.error);
    else if (record.ok === undefined) {
      record.ok = ok;
      record.bad = bad;
    } else push(record.more ??= [], [ok, bad]);
  }
  function promiseIn(record) {
    if (record.promise === undefined) {
      record.promise = new Promise(executor);
      wait(record, resolveNew, rejectNew);
    }
    return record.promise;
  }
  function settle(record, value) {
    const { ok, more } = record;
    record.state = "ok";
    record.value = value;
    if (ok !== undefined) record.ok = record.bad = record.more = undefined;
    if (ok !== undefined) tell(ok, value);
    if (more !== undefined) for (let i = 0; i < more.length; i++) tell(more[i][0], value);
  }
  function fail(record, e) {
    const { bad, more } = record;
    record.state = "failed";
    record.error = e;
    record.ok = record.bad = record.more = undefined;
    if (bad !== undefined) tell(bad, e);
    else if (record.promise === undefined) promiseIn(record); // which nobody handles
    if (more !== undefined) for (let i = 0; i < more.length; i++) tell(more[i][1], e);
  }
  function tell(f, value) {
    try { f(value); } catch { /* it is no function of a promise's, and nobody of ours */ }
  }
  function push(list, value) { Object_defineProperty(list, list.length, { value, writable: true, enumerable: true, configurable: true }); }

  // Simple values are their own form, and Go writes them.
  function areSimple(args) {
    for (let i = 0; i < args.length; i++) {
      switch (typeof args[i]) {
        case "number": case "string": case "boolean": case "undefined": continue;
      }
      return false;
    }
    return args.length <= 32;
  }

  // callSimply is call for simple arguments; undefined when Go can't write them.
  function callSimply(base, path, args) {
    let n;
    try {
      alive(base);
      n = ops.callPlain(base.grant, path, args);
      if (n === undefined) return undefined;
    } catch (e) {
      const record = underWay(0);
      fail(record, e);
      return record;
    }
    const record = underWay(n);
    pending.set(n, record);
    return record;
  }

  // hostPlain is hostResult of calls that have returned simple values: number, value, number, value, …
  function hostPlain(results) {
    for (let i = 0; i + 1 < results.length; i += 2) {
      const record = pending.get(results[i]);
      if (record === undefined) continue;
      pending.delete(results[i]);
      settle(record, results[i + 1]);
    }
  }

  // send makes a call or reads a property; it returns the record of its result.
  function send(base, path, get, operation, args, invocation) {
    const record = underWay(0);
    const of = base.kind === "call" ? base.n : ofOf(base);
    try {
      record.n = ops.call(base.kind === "call" ? undefined : capOf(base), of, path, get, operation, args, invocation, base.free === true);
      pending.set(record.n, record);
    } catch (e) {
      fail(record, e);
    }
    record.retry = of !== 0 && base.kind === "call" ? { base, path, get } : undefined;
    return record;
  }

  // ofOf is the call of which an entrypoint's Worker comes, while its grant is not known.
  const ofOf = ({ worker }) => worker === undefined || worker.grant !== undefined ? 0 : worker.call ?? 0;

  // sendFetch calls fetch() with a request that crosses as it is; undefined if it is too large for that.
  function sendFetch(base, method, url, list, body) {
    const record = underWay(0);
    try {
      const n = ops.fetch(capOf(base), ofOf(base), method, url, list, body);
      if (n === undefined) return undefined;
      record.n = n;
      pending.set(n, record);
    } catch (e) {
      fail(record, e);
    }
    return record;
  }
  // waitsOf is a promise of a Worker that is looked for, or whose code is on the way; undefined for one that is there.
  function waitsOf(worker) {
    if (worker.waits !== undefined || worker.finding === undefined) return worker.waits;
    return Reflect_apply(promiseThen, promiseIn(worker.finding), [() => worker.waits]);
  }
  // thereOf is a promise that the Worker is there.
  const thereOf = async (worker) => {
    await waitsOf(worker);
    if (worker.failed !== undefined) throw worker.failed;
  };
  // isWaited tells an entrypoint of a Worker that has not been loaded.
  function isWaited({ worker }) {
    return worker !== undefined && (worker.failed !== undefined || worker.waits !== undefined);
  }

  // hostResponse is hostResult of a call that has returned a Response which crosses as it is.
  function hostResponse(n, status, statusText, list, body, encoding) {
    const record = pending.get(n);
    if (record === undefined) return;
    pending.delete(n);
    const s = { status, statusText, list, headers: null, body: null, type: "default", url: "", redirected: false };
    if (body !== undefined) {
      s.body = { source: body, stream: null, used: false, type: undefined };
      if (encoding !== "") passedOn(s.body, { bytes: body, encoding });
    }
    settle(record, new core.Response(core.PRIVATE, s));
  }
  function passedOn(body, pass) {
    const { encoding } = pass;
    body.source = undefined;
    body.pass = pass;
    body.take = () => encoding === undefined ? rawStream(pass) : core.part("fetch").internal.decoded(rawStream(pass), encoding);
  }

  // capOf is a record in the form that Go takes. lasting: it will outlive this Worker's stubs.
  function capOf(record, lasting) {
    if (record.kind === "grant") {
      alive(record);
      return [GRANT, record.grant];
    }
    const { worker, entrypoint, props, limits } = record;
    if (lasting && worker !== undefined) refuse(dynamicStub);
    return [ENTRYPOINT, worker === undefined ? 0 : worker.grant ?? 0, entrypoint, props, limits];
  }

  function call(base, path, args) {
    if (base.disposed) return promiseShell(settledCall(() => alive(base)));
    if (base.kind === "local") return promiseShell(settledCall(() => reachLocal(base.value, path, false, args)));
    if (base.kind === "call" && base.state !== "pending") return promiseShell(settledCall(() => later(base, path, false, args)));
    if (base.kind === "entrypoint" && base.worker?.failed !== undefined) return promiseShell(settledCall(() => { throw base.worker.failed; }));
    const finding = base.kind === "entrypoint" && base.worker?.finding !== undefined;
    const again = () => thereOf(base.worker).then(() => promiseOf(call(base, path, args)));
    if (finding ? !areSimple(args) : base.kind === "entrypoint" && base.worker?.waits) return promiseShell(settledCall(again));
    let form;
    try {
      form = encodeValue(args);
    } catch (e) {
      const record = underWay(0);
      fail(record, e);
      return promiseShell(record);
    }
    const record = send(base, path, false, "", form);
    record.args = args;
    if (finding) record.again = again;
    return promiseShell(record);
  }
  // reachLocal is a call of an object of this isolate through a stub: what goes in and comes out is a copy, as from elsewhere.
  async function reachLocal(value, path, get, args) {
    args = copied(args);
    let result;
    try {
      result = await reach(value, path, get, args);
    } catch (e) {
      let thrown = e;
      try { thrown = decode(encodeThrown(e)); } catch { /* it is what it is */ }
      throw thrown !== null && typeof thrown === "object" ? remote(thrown) : thrown;
    }
    return withDispose({ value: copied(result), stubs: [] });
  }
  // Stubs stay stubs, and what else has no copy stays itself.
  const copied = (value) => decode(encode(value, passedHere), (tag, form, decoder) => tag === "L" ? decoder.note(decoder.take(decoder.grants, form[1])) : undefined);
  function passedHere(value, encoder) {
    const record = recordOf(value);
    if (record !== undefined && (record.kind === "call" || record.kind === "property")) stubForm(record, encoder); // refuses it
    const here = (it) => ["L", encoder.cap(it)];
    if (record !== undefined) return here(record.Class === RpcStub ? duplicate(record) : value);
    if (typeof value === "function" || value instanceof core.RpcTarget) return here(shell(local(value), RpcStub));
    if (core.isRequest(value) || core.isResponse(value) || core.isHeaders(value)) return here(value);
    switch (Object.prototype.toString.call(value)) {
      case "[object ReadableStream]": case "[object WritableStream]": case "[object AbortSignal]": case "[object Blob]": return here(value);
    }
    return undefined;
  }

  const promiseOf = (stub) => promiseIn(recordOf(stub));
  function promiseShell(record) { return shell(record, RpcPromise); }

  function settledCall(f) {
    const record = underWay(undefined);
    record.promise = new Promise((resolve) => resolve(f())).then(
      (value) => { record.state = "ok"; return record.value = value; },
      (e) => { record.state = "failed"; throw record.error = e; });
    record.local = true;
    return record;
  }
  async function later(base, path, get, args) { return reach(await promiseIn(base), path, get, args); }

  function read(base, path, invocation) {
    if (base.disposed) return (async () => alive(base))();
    if (base.kind === "local") return reachLocal(base.value, path, true, []);
    if (base.kind === "call" && (base.state !== "pending" || base.local)) return later(base, path, true);
    if (base.kind === "entrypoint" && base.worker !== undefined && waitsOf(base.worker) !== undefined) return waitsOf(base.worker).then(() => read(base, path, invocation));
    return promiseIn(send(base, path, true, "", undefined, invocation));
  }

  function hostResult(n, failure, value) {
    const record = pending.get(n);
    pending.delete(n);
    if (record === undefined) return;
    if (failure !== undefined) {
      if (failure[0] === "settled" && record.again !== undefined) {
        record.again().then((value) => settle(record, value), (e) => fail(record, e));
        return;
      }
      if (failure[0] === "settled" && record.retry !== undefined) {
        const { base, path, get } = record.retry;
        later(base, path, get, record.args).then((value) => settle(record, value), (e) => fail(record, e));
        return;
      }
      fail(record, failureOf(failure, value));
      return;
    }
    try {
      settle(record, value === undefined ? undefined : withDispose(decodeValue(value)));
    } catch (e) {
      fail(record, e);
    }
  }

  const classes = { __proto__: null, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
  function failureOf([kind, name, message], value) {
    if (value !== undefined) {
      try {
        const thrown = decodeValue(value).value;
        if (thrown !== null && typeof thrown === "object") return remote(thrown);
        if (thrown === null) message = "null";
      } catch { /* what is known of it follows */ }
    }
    if (name === "DataCloneError") return new core.DOMException(message, name);
    const e = new (classes[name] ?? Error)(message);
    Object.defineProperty(e, "kind", { value: kind, configurable: true, writable: true });
    return value === undefined ? e : remote(e);
  }
  // remote marks what another Worker has thrown.
  function remote(e) {
    Object_defineProperty(e, "remote", { value: true, enumerable: true, configurable: true, writable: true });
    return e;
  }

  // withDispose gives a result that holds stubs a method that disposes of all of them.
  function withDispose({ value, stubs }) {
    if (value !== null && typeof value === "object" && recordOf(value) === undefined && !(Symbol.dispose in value)) {
      Object.defineProperty(value, Symbol.dispose, { value() { for (const s of stubs.splice(0)) dispose(s); }, configurable: true, writable: true, enumerable: false });
    }
    return value;
  }

  // --- values

  let nextExport = 0;
  const exported = new Map(); // number → object

  function exportObject(target) {
    exported.set(++nextExport, target);
    return [EXPORT, nextExport];
  }

  function encodeValue(value) { return encode(value, capability); }

  // encodeStored is for what outlives the request, env and props: nothing in it may be a stub on an object of this isolate.
  function encodeStored(value) { return encode(value, lasting); }
  function lasting(value, encoder) {
    const record = recordOf(value);
    if (record !== undefined) return record.Class === ServiceStub ? stubForm(record, encoder) : refuse("Remote RPC references can only be serialized for RPC.");
    if (typeof value === "function") return refuse(`${Function.prototype.toString.call(value)} could not be cloned.`);
    if (value instanceof core.RpcTarget || isProxy(value)) return refuse("Remote RPC references can only be serialized for RPC.");
    const kind = Object.prototype.toString.call(value);
    if (kind === "[object Promise]") return refuse("#<Promise> could not be cloned.");
    if (kind === "[object ReadableStream]" || kind === "[object WritableStream]" || kind === "[object AbortSignal]") return refuse(`${kind.slice(8, -1)} can only be serialized for RPC.`);
    return capability(value, encoder);
  }
  const notTransferable = new WeakMap(); // objects of other parts that refer to a dynamic Worker

  // capability is the form of what isn't data; undefined for what is.
  function capability(value, encoder) {
    const record = recordOf(value);
    if (record !== undefined) return stubForm(record, encoder);
    if (notTransferable.has(value)) return refuse(dynamicStub);
    if (encoder.seen.size <= mostProxies && isProxy(value) && !ArrayBuffer.isView(value)) { // goja's Float16Array is one
      if (Object.getPrototypeOf(value) !== Object.prototype && !(value instanceof core.RpcTarget) && typeof value !== "function") return refuse(badProxy);
      return ["c", encoder.cap(exportObject(value)), "stub"];
    }
    if (typeof value === "function") return value === core.RpcTarget ? undefined : ["c", encoder.cap(exportObject(value)), "stub"];
    if (value instanceof core.RpcTarget) return ["c", encoder.cap(exportObject(value)), ours.has(value) ? "free" : "stub"];
    if (core.isRequest(value)) return requestForm(value, encoder);
    if (core.isResponse(value)) return responseForm(value, encoder);
    if (core.isHeaders(value)) return ["H", [...core.listOf(value)]];
    switch (Object.prototype.toString.call(value)) {
      case "[object ReadableStream]": return streamForm(value, encoder);
      case "[object WritableStream]": return ["W", encoder.cap(exportObject(new Sink(value.getWriter())))];
      case "[object AbortSignal]": return signalForm(value, encoder);
      case "[object Blob]": return blobForm(value, encoder);
    }
    return undefined;
  }

  // To ask is dear: of a value of many objects the first are asked. Who passes Proxies passes few objects.
  const mostProxies = 64;
  const isProxy = (value) => ops.internals(value)[0] === "proxy";
  const badProxy = "Proxy could not be serialized because it is not a valid RPC receiver type. The Proxy must emulate either a plain object or an RpcTarget, " +
    "as indicated by the Proxy's prototype chain.";
  function blobForm(value, encoder) {
    const { isBlob, bytesOf } = core.part("blob").internal;
    return isBlob(value) ? ["B", encoder.blob(bytesOf(value)), value.type] : undefined;
  }

  const dynamicStub = "Entrypoints to dynamically-loaded workers cannot be transferred to other Workers, because the system does not know how to " +
    "reload this Worker from scratch. Instead, have the parent Worker expose an entrypoint which constructs the dynamic worker and forwards to it.";
  function stubForm(record, encoder) {
    switch (record.kind) {
      case "local":
        alive(record);
        return ["c", encoder.cap(exportObject(record.value)), "stub"];
      case "grant": return ["c", encoder.cap(capOf(record)), record.Class === ServiceStub ? "service" : "stub"];
      case "entrypoint":
        if (record.loopback) return refuse(`Could not serialize object of type "LoopbackServiceStub". This type does not support serialization.`);
        if (record.worker !== undefined) return refuse(dynamicStub);
        return ["c", encoder.cap(capOf(record)), "service"];
    }
    return refuse(`Could not serialize object of type "${record.kind === "call" ? "RpcPromise" : "RpcProperty"}". This type does not support serialization.`);
  }

  function decodeValue(parts) {
    const stubs = [];
    const value = decode(parts, (tag, form, decoder) => {
      const grantAt = (n) => {
        const grant = decoder.take(decoder.grants, n);
        const record = typeof grant === "number" ? { __proto__: traps, kind: "grant", grant, shared: { count: 1 } } : returned(grant);
        stubs.push(record);
        return record;
      };
      switch (tag) {
        case "c": return decoder.note(shell(form[2] === "free" ? free(grantAt(form[1])) : grantAt(form[1]), form[2] === "service" ? ServiceStub : form[2] === "promise" ? RpcPromiseOnGrant : RpcStub));
        case "H": return decoder.note(core.headersOf([...form[1]].map(String)));
        case "Q": return requestOf(form[1], decoder, grantAt);
        case "P": return responseOf(form[1], decoder, grantAt);
        case "R": return decoder.note(streamOf(form, free(grantAt(form[1]))));
        case "W": return decoder.note(writableOf(free(grantAt(form[1]))));
        case "a": return decoder.note(signalOf(form, grantAt));
        case "B": return decoder.note(core.part("blob").internal.fromBytes(decoder.take(decoder.blobs, form[1]).slice(), `${form[2]}`));
      }
      return undefined;
    });
    return { value, stubs };
  }
  // returned is an object of this isolate that has come back: the stub is on the object, and the grant is not needed.
  const kept = new Set(); // exports whose disposal is that of such stubs
  function returned([grant, id]) {
    const target = exported.get(id);
    if (target === undefined) return { __proto__: traps, kind: "grant", grant, shared: { count: 1 } };
    kept.add(id);
    ops.drop(grant);
    return local(target);
  }
  const RpcPromiseOnGrant = RpcStub; // a promise that was passed: a stub whose calls wait for it

  // free makes calls on a stub no subrequests: they are part of one. ours are objects of the runtime's whose stubs are so.
  const free = (record) => {
    record.free = true;
    return record;
  };
  const ours = new WeakSet();

  // --- streams: the side that has the stream exports an object that the other reads from, or writes to.

  // own is a chunk that does not show a part of a larger buffer, all of which would be sent.
  function own(chunk) {
    if (!ArrayBuffer.isView(chunk) || chunk.byteLength === chunk.buffer.byteLength) return chunk;
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice();
  }
  // piece is a chunk as it crosses: strings are bytes there.
  const piece = (chunk) => (typeof chunk === "string" ? ops.utf8Encode(chunk) : own(chunk));
  class Source extends core.RpcTarget {
    constructor(reader) { super(); this.reader = reader; }
    async read() {
      const { done, value } = await this.reader.read();
      return done ? undefined : [piece(value)];
    }
    async cancel(reason) { await this.reader.cancel(reason); }
    [Symbol.dispose]() { this.reader.cancel(new Error("The stream is no longer read.")).catch(() => {}); }
  }
  class Sink extends core.RpcTarget {
    constructor(writer) { super(); this.writer = writer; }
    async write(chunk) { await this.writer.ready; await this.writer.write(chunk); }
    async close() { await this.writer.close(); }
    async abort(reason) { await this.writer.abort(reason); }
  }
  function streamForm(stream, encoder) {
    const { isLocked, isBytes, isDisturbed } = core.part("streams").internal;
    if (isLocked(stream)) throw new TypeError("The ReadableStream has been locked to a reader.");
    if (isDisturbed(stream)) throw new TypeError("This ReadableStream is disturbed.");
    const bytes = isBytes?.(stream) ?? false;
    const length = bytes ? core.part("transform").internal.lengthOf(stream) : undefined; // a FixedLengthStream's: a server is told
    const form = ["R", encoder.cap(exportObject(new Source(stream.getReader()))), bytes];
    if (length !== undefined) form.push(length);
    return form;
  }
  const done = (record, method, args) => promiseOf(call(record, [method], args));
  function streamOf([, , bytes], record) {
    const streams = core.part("streams");
    const next = async () => {
      const chunk = await done(record, "read", []);
      if (chunk === undefined) dispose(record);
      return chunk;
    };
    const cancel = async (reason) => { await done(record, "cancel", [reason]); dispose(record); };
    if (bytes) return streams.internal.fromPull({ pull: async () => (await next())?.[0], cancel });
    return new streams.ReadableStream({
      async pull(controller) {
        const chunk = await next();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk[0]);
      },
      cancel,
    }, { highWaterMark: 0 });
  }
  function writableOf(record) {
    const { WritableStream } = core.part("writable");
    return new WritableStream({
      write: (chunk) => done(record, "write", [piece(chunk)]),
      async close() { await done(record, "close", []); dispose(record); },
      async abort(reason) { await done(record, "abort", [reason]); dispose(record); },
    });
  }

  class Watch extends core.RpcTarget {
    constructor(signal) { super(); this.signal = signal; }
    wait() {
      const { signal } = this;
      return new Promise((resolve) => {
        if (signal.aborted) return resolve([signal.reason]);
        signal.addEventListener("abort", () => resolve([signal.reason]), { once: true });
      });
    }
  }
  function signalForm(signal, encoder) {
    return signal.aborted ? ["a", -1, encoder.encode(signal.reason)] : ["a", encoder.cap(exportObject(new Watch(signal)))];
  }
  function signalOf([, n, reason], grantAt) {
    const controller = new core.AbortController();
    if (n === -1) controller.abort(reason);
    else done(free(grantAt(n)), "wait", []).then(([why]) => controller.abort(why), () => {});
    return controller.signal;
  }

  // --- Request and Response

  // A body that nobody has touched is passed on as it came: body.pass says what it is.
  function bodyForm(message, body, encoder, form) {
    if (body === null) return null;
    if (core.isUsed(body)) throw new TypeError("The ReadableStream has been locked to a reader.");
    if (body.stream === null && !body.take) {
      body.used = true;
      return typeof body.source === "string" ? ["s", body.source] : ["b", encoder.blob(body.source)];
    }
    const { pass } = body;
    if (body.stream !== null || pass === undefined) return streamForm(core.streamOf(body), encoder);
    body.used = true;
    if (pass.encoding !== undefined) form.z = pass.encoding;
    if (pass.bytes !== undefined) return ["b", encoder.blob(pass.bytes)];
    const passed = ["R", encoder.cap(capOf(pass.record)), true];
    queueMicrotask(() => dispose(pass.record)); // the value has gone by then
    return passed;
  }
  function bodyOf(form, decoder, grantAt, encoding) {
    if (form === null || form === undefined) return null;
    const body = { source: undefined, stream: null, used: false, type: undefined };
    if (encoding !== undefined) encoding = `${encoding}`;
    if (form[0] === "s") body.source = `${form[1]}`;
    else if (form[0] === "b" && encoding === undefined) body.source = decoder.take(decoder.blobs, form[1]);
    else passedOn(body, form[0] === "b" ? { bytes: decoder.take(decoder.blobs, form[1]), encoding } : { record: free(grantAt(form[1])), encoding });
    return body;
  }
  function rawStream({ bytes, record }) {
    return bytes !== undefined ? core.part("streams").internal.fromBytes(bytes) : streamOf(["R", 0, true], record);
  }
  function requestForm(request, encoder) {
    const s = core.requestState(request);
    const form = { m: s.method, u: s.url, h: s.headers === null ? s.list : core.listOf(s.headers), r: s.redirect ?? "follow" };
    form.b = bodyForm(request, s.body, encoder, form);
    if (s.cf !== undefined) form.cf = encoder.encode(s.cf);
    if (s.signal !== null && s.signal !== undefined) form.g = signalForm(s.signal, encoder);
    return ["Q", form];
  }
  function requestOf(form, decoder, grantAt) {
    const s = { method: `${form.m}`, url: `${form.u}`, list: [...form.h].map(String), headers: null, immutable: false, redirect: form.r, signal: null, cf: undefined, cache: undefined, integrity: "", body: null };
    const request = decoder.note(new core.Request(core.PRIVATE, s));
    s.body = bodyOf(form.b, decoder, grantAt, form.z);
    if (form.cf !== undefined) s.cf = decoder.decode(form.cf);
    if (form.g !== undefined) s.signal = signalOf([form.g[0], form.g[1], form.g[2] === undefined ? undefined : decoder.decode(form.g[2])], grantAt);
    return request;
  }
  function responseForm(response, encoder) {
    const s = core.responseState(response);
    const form = { s: s.status, t: s.statusText ?? "", h: s.headers === null ? s.list : core.listOf(s.headers), u: s.url, y: s.type, d: s.redirected };
    form.b = bodyForm(response, s.body, encoder, form);
    if (s.webSocket) form.w = encoder.cap(exportObject(core.part("websocket").internal.passedOn(s.webSocket)));
    return ["P", form];
  }
  function responseOf(form, decoder, grantAt) {
    const s = { status: form.s, statusText: `${form.t}`, list: [...form.h].map(String), headers: null, immutable: false, body: null, type: form.y === "error" ? "error" : "default", url: form.u ?? "", redirected: !!form.d };
    const response = decoder.note(new core.Response(core.PRIVATE, s));
    s.body = bodyOf(form.b, decoder, grantAt, form.z);
    if (form.w !== undefined) s.webSocket = core.part("websocket").internal.fromOutside(outside(free(grantAt(form.w))));
    return response;
  }

  // --- services: fetch(), and stubs with props

  function fetchOf(record) {
    return record.fetch ??= (input, init) => (input === undefined ? noRequest() : fetchOn(record, input, init));
  }
  const noRequest = async (on = "Fetcher") => { throw new TypeError(`Failed to execute 'fetch' on '${on}': parameter 1 is not of type 'Request or string'.`); };
  // unread is the request without its body if that has been read: the documentation's starter reads the code out of a
  // request, and then gives the loaded Worker the same request.
  function unread(request) {
    const s = core.requestState(request);
    return s.body !== null && core.isUsed(s.body) ? new core.Request(core.PRIVATE, { ...s, body: null }) : request;
  }
  const fetchOn = (record, input, init) => core.part("fetch").internal.fetchOn(record, record.worker !== undefined && core.isRequest(input) ? unread(input) : input, init);
  // outside is an object elsewhere, as other parts call it.
  const outside = (record) => ({ call: (method, ...args) => done(record, method, args), dispose: () => dispose(record) });

  const outbound = { __proto__: traps, kind: "grant", grant: 0, kept: true };
  const fetch = (...args) => (args.length === 0 ? noRequest("ServiceWorkerGlobalScope") : fetchOn(outbound, args[0], args[1]));

  // withProps is what a call of a loopback stub gives; the documentation's examples call it without options, too.
  function withProps(record, options = {}) {
    if (options === null || typeof options !== "object" && typeof options !== "function") {
      throw new TypeError("Failed to execute '(called as function)' on 'LoopbackServiceStub': parameter 1 is not of type 'Options'.");
    }
    const { props = {} } = options;
    if (props === null || typeof props !== "object" && typeof props !== "function") {
      throw new TypeError("Incorrect type for the 'props' field on 'Options': the provided value is not of type 'Object'.");
    }
    return shell({ __proto__: traps, kind: "entrypoint", entrypoint: record.entrypoint, props: encodeStored(props) }, ServiceStub);
  }
  // entrypoint is a stub on an entrypoint of a Worker that has been loaded; props are coded.
  function entrypoint(worker, name, { props, limits } = {}) {
    return shell({ __proto__: traps, kind: "entrypoint", worker, entrypoint: name ?? "", props, limits: limits === undefined ? "" : JSON.stringify(limits) }, ServiceStub);
  }
  function loopback(name) {
    return shell({ __proto__: traps, kind: "entrypoint", entrypoint: name === "default" ? "" : name, loopback: true }, ServiceStub);
  }
  function binding(grant) { return shell({ __proto__: traps, kind: "grant", grant, kept: true }, ServiceStub); }

  // --- calls in

  const missing = (name) => Object.assign(new TypeError(`The RPC receiver does not implement the method "${name}".`), {});

  // member reads a property as a caller from outside may: own members of plain objects and of functions, and what classes
  // have, which no object of them has as its own. What is built in (arrays, maps, …) has none.
  const { prototype: objectPrototype } = Object;
  function member(target, name, instance) {
    if (target === null || typeof target !== "object" && typeof target !== "function") throw missing(name);
    if (name === "dup") throw new TypeError("'dup' is a reserved method and cannot be called over RPC.");
    if (recordOf(target) !== undefined) return target[name];
    if (!instance && (typeof target === "function" || isPlain(target) || Object_getPrototypeOf(target) === null)) {
      if (!Object.hasOwn(target, name)) throw missing(name);
      return target[name];
    }
    if (name === "constructor" || Object.hasOwn(target, name) || isBuiltIn(target)) throw missing(name);
    const value = target[name];
    if (value === objectPrototype[name]) throw missing(name); // also what is undefined
    return value;
  }
  const isPlain = (value) => Object_getPrototypeOf(value) === objectPrototype;
  function isBuiltIn(target) {
    return Array.isArray(target) || ArrayBuffer.isView(target) || target instanceof Map || target instanceof Set || target instanceof Date ||
      target instanceof Error || target instanceof ArrayBuffer || target instanceof RegExp;
  }
  // mayPass tells what a path may lead through.
  function mayPass(value) {
    if (typeof value === "function") return true;
    return value !== null && typeof value === "object" && (isPlain(value) || value instanceof core.RpcTarget || recordOf(value) !== undefined);
  }

  // reach applies a path to a value, and calls what is there unless it is to be read. instance: the value is an entrypoint's.
  function reach(value, path, get, args, instance = false) {
    let self = value, at = value;
    for (let i = 0; i < path.length; i++) {
      self = at;
      at = member(at, path[i], instance && i === 0);
      if (i + 1 < path.length && !mayPass(at)) throw missing(path[i]);
    }
    if (get) return at;
    if (typeof at !== "function") throw new TypeError(`"${path.length > 0 ? path.join(".") : "(this)"}" is not a function.`);
    return Reflect.apply(at, self, args);
  }

  // answer runs a coded call of an entrypoint. v.result is what calls on its result wait for.
  function answer(v, run, parts) {
    let stubs = [];
    v.result = (async () => {
      const decoded = decodeValue(parts ?? ["[[]]", [], []]);
      stubs = decoded.stubs;
      return await run(decoded.value);
    })();
    return v.result.then((value) => { v.answered = true; ops.answer(v.id, encodeValue(value)); })
      .catch((e) => { v.answered = true; sendFailure(v, e); })
      .finally(() => disposeArguments(stubs));
  }
  // Streams and bodies of the arguments may be in the result; they end with the invocation.
  function disposeArguments(stubs) { for (const s of stubs) if (!s.free) dispose(s); }
  // send answers a coded call with a value that is there.
  function sendAnswer(v, value) {
    let form;
    try {
      form = encodeValue(value);
    } catch (e) {
      return sendFailure(v, e);
    }
    ops.answer(v.id, form);
  }
  function sendFailure(v, e) {
    if (typeof e === "function") e = Function.prototype.toString.call(e);
    ops.fail(v.id, e, e instanceof TypeError && /does not implement the method/.test(e.message) ? "not_found" : undefined, encodeThrown(e));
  }
  // encodeThrown is what was thrown, without what can't be copied.
  function encodeThrown(e) {
    try {
      return encode(e, dataOnly);
    } catch {
      return encode(bare(e instanceof Error ? e : { name: "Error", message: ops.describe(e)[1], stack: "" }), dataOnly);
    }
  }
  function dataOnly(value, encoder) {
    if (recordOf(value) !== undefined || capability(value, { __proto__: encoder, cap: () => refuse("") }) !== undefined) refuse("It can only be serialized for RPC.");
    return undefined;
  }
  function bare(e) {
    const out = new Error(`${e.message}`);
    for (const name of ["name", "stack"]) Object_defineProperty(out, name, { value: `${e[name]}`, configurable: true, writable: true });
    return out;
  }

  function stubCall(v, id, on, of, path, get, parts) {
    const fail = (e, kind) => ops.stubResult(id, undefined, e, encodeThrown(e), kind);
    if (on === ON_INVOCATION && (v.result === undefined || v.answered) || on !== ON_EXPORT && on !== ON_INVOCATION && !v.results?.has(of)) {
      return fail(new Error("The result has been sent."), "settled");
    }
    if (on === ON_EXPORT && !exported.has(of)) return fail(new Error("RPC stub used after being disposed."));
    let stubs = [];
    let result;
    try {
      const decoded = decodeValue(parts ?? ["[[]]", [], []]);
      stubs = decoded.stubs;
      const base = on === ON_EXPORT ? exported.get(of) : on === ON_INVOCATION ? v.result : v.results.get(of);
      const isPromise = base !== null && typeof base === "object" && typeof base.then === "function" && recordOf(base) === undefined;
      result = isPromise ? base.then((b) => reach(b, path, get, decoded.value)) : reach(base, path, get, decoded.value);
    } catch (e) {
      result = Promise.reject(e);
    }
    const promise = Promise.resolve(result);
    (v.results ??= new Map()).set(id, promise);
    promise.then((value) => { v.results.delete(id); ops.stubResult(id, encodeValue(value)); })
      .catch((e) => { v.results.delete(id); fail(e); })
      .finally(() => disposeArguments(stubs));
  }

  function release(ids) {
    for (const id of ids) {
      const target = exported.get(id);
      exported.delete(id);
      if (!kept.delete(id) && target instanceof core.RpcTarget) disposeTarget(target);
    }
  }

  return {
    RpcStub, RpcPromise, RpcProperty, ServiceStub,
    internal: {
      hostResult, hostPlain, stubCall, release, answer, sendAnswer, sendFailure, fetch, outbound, rawStream, ours, loopback, binding, member, missing, reach,
      hostResponse, isWaited, sendFetch, thereOf, wait,
      call: (record, path, args) => promiseOf(call(record, path, args)), send, promiseIn, recordOf, capOf, entrypoint, encodeStored, notTransferable,
      decode: (parts) => decodeValue(parts),
      // uncloneable throws what structuredClone() says of a stub.
      uncloneable(stub) {
        const record = recordOf(stub);
        if (record.Class !== ServiceStub) refuse(`#<${record.Class.name}> could not be cloned.`);
        refuse(record.worker !== undefined ? dynamicStub : "ServiceStub cannot be serialized in this context.");
      },
    },
  };
})
