// ReadableStream with its default controller and readers, pipes, tee and
// iteration (https://streams.spec.whatwg.org/). The other halves are parts of
// their own: readable-bytes.js, writable.js, transform.js; their globals are
// getters of what this part returns.
//
// A public object is a shell around a record; the algorithms work on records:
//
//	stream      {state, error, disturbed, reader, controller, shell}
//	controller  {stream, queue, total, started, pull, cancel, …, steps}
//	reader      {stream, requests, closed, byob, shell}
//	request     {chunk(value), close(value), error(reason)}
//
// controller.steps is what differs between kinds: {cancel, pull, release}.
(function (ops, core) {
  "use strict";
  const noop = () => {};
  const SECRET = {}; // what a constructor that isn't public is called with
  const asyncIterator = Symbol.asyncIterator || Symbol.for("Symbol.asyncIterator");

  const handled = (promise) => { promise.then(undefined, noop); return promise; };

  function deferred() {
    const d = {};
    d.promise = new Promise((resolve, reject) => { d.resolve = resolve; d.reject = reject; });
    handled(d.promise);
    return d;
  }

  // call runs an author's function; what it throws is a rejection.
  const call = (f, self, ...args) => new Promise((resolve) => resolve(f === undefined ? undefined : f.apply(self, args)));

  function method(object, name, of) {
    const f = object === undefined || object === null ? undefined : object[name];
    if (f !== undefined && typeof f !== "function") throw new TypeError(`Incorrect type for the '${name}' field on '${of}': the provided value is not of type 'function'.`);
    return f;
  }

  function highWaterMark(strategy, fallback) {
    if (strategy.highWaterMark === undefined) return fallback;
    const n = Number(strategy.highWaterMark);
    if (!(n >= 0)) throw new TypeError(n < 0 ? "The value cannot be converted because it is negative and this API expects a positive bigint." : "The value cannot be converted because it is not an integer.");
    return n;
  }

  const sizeOf = (strategy) => {
    const size = method(strategy, "size", "StreamQueuingStrategy");
    return size === undefined ? () => 1 : (chunk) => size(chunk);
  };

  // --- queues

  const newQueue = (owner) => { owner.queue = []; owner.total = 0; };

  function enqueueSized(owner, value, size) {
    const n = Number(size);
    if (!(n >= 0) || n === Infinity) throw new RangeError("The return value of a queuing strategy's size function must be a finite, non-NaN, non-negative number");
    owner.queue.push({ value, size: n });
    owner.total += n;
  }

  function dequeue(owner) {
    const { value, size } = owner.queue.shift();
    owner.total = owner.queue.length === 0 ? 0 : Math.max(0, owner.total - size);
    return value;
  }

  // --- streams

  const newStream = () => ({ state: "readable", error: undefined, disturbed: false, reader: undefined, controller: undefined, shell: undefined });
  const waiting = (stream) => stream.reader !== undefined && stream.reader.requests.length > 0;

  function closeStream(stream) {
    stream.state = "closed";
    const reader = stream.reader;
    if (reader === undefined) return;
    reader.closed.resolve(undefined);
    if (reader.byob) return;
    const requests = reader.requests;
    reader.requests = [];
    for (const request of requests) request.close(undefined);
  }

  function errorStream(stream, reason) {
    stream.state = "errored";
    stream.error = reason;
    const reader = stream.reader;
    if (reader === undefined) return;
    reader.closed.reject(reason);
    errorRequests(reader, reason);
  }

  function errorRequests(reader, reason) {
    const requests = reader.requests;
    reader.requests = [];
    for (const request of requests) request.error(reason);
  }

  function cancelStream(stream, reason) {
    stream.disturbed = true;
    if (stream.state === "closed") return Promise.resolve(undefined);
    if (stream.state === "errored") return Promise.reject(stream.error);
    closeStream(stream);
    const reader = stream.reader;
    if (reader !== undefined && reader.byob) {
      const requests = reader.requests;
      reader.requests = [];
      for (const request of requests) request.close(undefined);
    }
    return stream.controller.steps.cancel(stream.controller, reason).then(noop);
  }

  // --- what the controllers of both kinds share

  function newController(stream, steps, { pull, cancel, hwm }) {
    const c = { stream, steps, pull, cancel, hwm, started: false, closing: false, pulling: false, pullAgain: false };
    newQueue(c);
    stream.controller = c;
    return c;
  }

  // start calls an author's start at once and the rest when it has resolved.
  function start(c, result) {
    new Promise((resolve) => resolve(result)).then(() => {
      c.started = true;
      pullIfNeeded(c);
    }, (err) => errorController(c, err));
  }

  function desiredSize(c) {
    switch (c.stream.state) {
      case "errored": return null;
      case "closed": return 0;
      default: return c.hwm - c.total;
    }
  }

  const open = (c) => !c.closing && c.stream.state === "readable";
  const wantsPull = (c) => open(c) && c.started && (waiting(c.stream) || desiredSize(c) > 0);

  function pullIfNeeded(c) {
    if (!wantsPull(c)) return;
    if (c.pulling) {
      c.pullAgain = true;
      return;
    }
    c.pulling = true;
    c.pull().then(() => {
      c.pulling = false;
      if (!c.pullAgain) return;
      c.pullAgain = false;
      pullIfNeeded(c);
    }, (err) => errorController(c, err));
  }

  const clearAlgorithms = (c) => { c.pull = c.cancel = c.size = undefined; };

  function errorController(c, reason) {
    if (c.stream.state !== "readable") return;
    if (c.pending !== undefined) core.part("readable-bytes").internal.drop(c);
    newQueue(c);
    clearAlgorithms(c);
    errorStream(c.stream, reason);
  }

  // --- the default controller

  const defaultSteps = {
    cancel(c, reason) {
      newQueue(c);
      const result = c.cancel(reason);
      clearAlgorithms(c);
      return result;
    },
    pull(c, request) {
      if (c.queue.length === 0) {
        c.stream.reader.requests.push(request);
        pullIfNeeded(c);
        return;
      }
      const chunk = dequeue(c);
      if (c.closing && c.queue.length === 0) {
        clearAlgorithms(c);
        closeStream(c.stream);
      } else {
        pullIfNeeded(c);
      }
      request.chunk(chunk);
    },
    release: noop,
  };

  function enqueue(c, chunk) {
    if (!open(c)) return;
    if (waiting(c.stream)) {
      c.stream.reader.requests.shift().chunk(chunk);
    } else {
      try {
        enqueueSized(c, chunk, c.size(chunk));
      } catch (err) {
        errorController(c, err);
        throw err;
      }
    }
    pullIfNeeded(c);
  }

  function close(c) {
    if (!open(c)) return;
    c.closing = true;
    if (c.queue.length > 0) return;
    clearAlgorithms(c);
    closeStream(c.stream);
  }

  class ReadableStreamDefaultController {
    #c;
    constructor(secret, c) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#c = c;
    }
    get desiredSize() { return desiredSize(this.#c); }
    close() {
      if (!open(this.#c)) throw new TypeError("This ReadableStream is closed.");
      close(this.#c);
    }
    enqueue(chunk = undefined) {
      if (!open(this.#c)) throw new TypeError("Unable to enqueue");
      enqueue(this.#c, chunk);
    }
    error(reason = undefined) { errorController(this.#c, reason); }
    get [Symbol.toStringTag]() { return "ReadableStreamDefaultController"; }
  }

  // create makes a stream for the platform's own use.
  function create({ pull, cancel, start: starting, hwm = 1, size = () => 1 }) {
    const stream = newStream();
    const c = newController(stream, defaultSteps, { pull, cancel, hwm });
    c.size = size;
    wrap(stream);
    start(c, starting === undefined ? undefined : starting(c));
    return stream;
  }

  // --- readers

  function acquire(stream, byob = false) {
    if (stream.reader !== undefined) throw new TypeError("This ReadableStream is currently locked to a reader.");
    const reader = { stream, requests: [], closed: deferred(), byob };
    stream.reader = reader;
    if (stream.state === "closed") reader.closed.resolve(undefined);
    if (stream.state === "errored") reader.closed.reject(stream.error);
    return reader;
  }

  function release(reader) {
    const stream = reader.stream;
    const reason = new TypeError("This ReadableStream reader has been released.");
    if (stream.state !== "readable") reader.closed = deferred();
    reader.closed.reject(reason);
    stream.controller.steps.release(stream.controller);
    stream.reader = undefined;
    reader.stream = undefined;
    errorRequests(reader, reason);
  }

  function read(reader, request) {
    const stream = reader.stream;
    stream.disturbed = true;
    if (stream.state === "closed") request.close(undefined);
    else if (stream.state === "errored") request.error(stream.error);
    else stream.controller.steps.pull(stream.controller, request);
  }

  const readPromise = (start) => new Promise((resolve, reject) => {
    start({
      chunk: (value) => resolve({ value, done: false }),
      close: (value) => resolve({ value, done: true }),
      error: reject,
    });
  });

  const released = () => Promise.reject(new TypeError("This ReadableStream reader has been released."));

  let readerOf;

  class Reader {
    #r;
    constructor(stream, byob) { this.#r = acquire(recordOf(stream), byob); }
    get closed() { return this.#r.closed.promise; }
    cancel(reason = undefined) {
      return this.#r.stream === undefined ? released() : cancelStream(this.#r.stream, reason);
    }
    releaseLock() { if (this.#r.stream !== undefined) release(this.#r); }
    static { readerOf = (reader) => reader.#r; }
  }

  class ReadableStreamDefaultReader extends Reader {
    constructor(stream) { super(stream, false); }
    read() {
      const r = readerOf(this);
      return r.stream === undefined ? released() : readPromise((request) => read(r, request));
    }
    get [Symbol.toStringTag]() { return "ReadableStreamDefaultReader"; }
  }

  class ReadableStreamBYOBReader extends Reader {
    constructor(stream) {
      if (recordOf(stream).controller.pending === undefined) throw new TypeError("This ReadableStream does not support BYOB reads.");
      super(stream, true);
    }
    read(view, options = {}) {
      const r = readerOf(this);
      return new Promise((resolve) => {
        const min = core.part("readable-bytes").internal.checkRead(view, options);
        resolve(r.stream === undefined ? released() : readPromise((request) => readInto(r, view, min, request)));
      });
    }
    readAtLeast(min, view) { return this.read(view, { min }); }
    get [Symbol.toStringTag]() { return "ReadableStreamBYOBReader"; }
  }

  function readInto(reader, view, min, request) {
    const stream = reader.stream;
    stream.disturbed = true;
    if (stream.state === "errored") request.error(stream.error);
    else core.part("readable-bytes").internal.pullInto(stream.controller, view, min, request);
  }

  // --- tee

  // teeStream reads one stream for two. Of a byte stream the second branch
  // gets copies.
  function teeStream(stream) {
    const reader = acquire(stream);
    const bytes = stream.controller.pending !== undefined;
    const done = deferred();
    const branches = [];
    const cancelled = [false, false];
    const reasons = [];
    let reading = false;
    let again = false;

    const request = {
      chunk(chunk) {
        // in a later job, so that an error that's already known comes first
        Promise.resolve().then(() => {
          again = false;
          branches.forEach((branch, i) => {
            if (!cancelled[i]) branch.controller.steps.put(branch.controller, bytes && i === 1 ? chunk.slice() : chunk);
          });
          reading = false;
          if (again) pull();
        });
      },
      close() {
        reading = false;
        branches.forEach((branch, i) => { if (!cancelled[i]) branch.controller.steps.close(branch.controller); });
        if (!cancelled[0] || !cancelled[1]) done.resolve(undefined);
      },
      error() { reading = false; },
    };

    function pull() {
      if (reading) again = true;
      else {
        reading = true;
        read(reader, request);
      }
      return Promise.resolve();
    }

    const cancel = (i) => (reason) => {
      cancelled[i] = true;
      reasons[i] = reason;
      if (cancelled[1 - i]) done.resolve(cancelStream(stream, reasons.slice()));
      return done.promise;
    };

    const make = bytes ? core.part("readable-bytes").internal.create : create;
    for (const i of [0, 1]) branches.push(make({ pull, cancel: cancel(i), hwm: bytes ? 0 : 1 }));
    reader.closed.promise.then(undefined, (reason) => {
      for (const branch of branches) errorController(branch.controller, reason);
      if (!cancelled[0] || !cancelled[1]) done.resolve(undefined);
    });
    return branches;
  }
  defaultSteps.put = enqueue;
  defaultSteps.close = close;

  // --- iteration

  function iterate(stream, preventCancel) {
    const reader = acquire(stream);
    let finished = false;
    let last;
    let busy = 0;

    // inTurn runs f when what was asked for before is done; at once if that is so.
    const inTurn = (f) => {
      const result = last = busy++ === 0 ? call(f) : last.then(f, f);
      const done = () => { busy--; };
      result.then(done, done);
      return result;
    };
    const step = () => {
      if (finished) return { value: undefined, done: true };
      return readPromise((request) => read(reader, request)).then((result) => {
        if (result.done) finish();
        return result;
      }, (err) => {
        finish();
        throw err;
      });
    };
    function finish() {
      finished = true;
      if (reader.stream !== undefined) release(reader);
    }
    const end = (value) => {
      if (finished) return { value, done: true };
      finished = true;
      const result = preventCancel ? Promise.resolve() : cancelStream(stream, value);
      release(reader);
      return result.then(() => ({ value, done: true }));
    };
    return Object.assign(Object.create(asyncIteratorPrototype), { next: () => inTurn(step), return: (value) => inTurn(() => end(value)) });
  }
  const asyncIteratorPrototype = { [asyncIterator]() { return this; } };

  function fromIterable(iterable) {
    const asynchronous = method(iterable, asyncIterator);
    const f = asynchronous || method(iterable, Symbol.iterator);
    if (f === undefined) throw new TypeError("Failed to execute 'from' on 'ReadableStream': parameter 1 is not of type 'AsyncGenerator'.");
    const iterator = f.call(iterable);
    const stream = create({
      hwm: 0,
      async pull() {
        const result = await iterator.next();
        if (typeof result !== "object" || result === null) throw new TypeError("The iterator's next() gave no object");
        const c = stream.controller;
        if (result.done) close(c);
        else enqueue(c, asynchronous === undefined ? await result.value : result.value);
      },
      async cancel(reason) {
        const f = method(iterator, "return");
        if (f !== undefined) await f.call(iterator, reason);
      },
    });
    return stream;
  }

  // --- ReadableStream

  let recordOf, isStream, wrap;

  function construct(stream, source, strategy) {
    const type = source.type;
    if (type !== undefined && `${type}` !== "bytes") throw new TypeError(`"${type}" is not a valid type of ReadableStream.`);
    if (type !== undefined) {
      return core.part("readable-bytes").internal.construct(stream, source, highWaterMark(strategy, 0));
    }
    const hwm = highWaterMark(strategy, 1);
    const size = sizeOf(strategy);
    const [starting, pull, cancel] = ["start", "pull", "cancel"].map((name) => method(source, name, "UnderlyingSource"));
    const c = newController(stream, defaultSteps, {
      pull: () => call(pull, source, controller), cancel: (reason) => call(cancel, source, reason), hwm,
    });
    c.size = size;
    const controller = new ReadableStreamDefaultController(SECRET, c);
    start(c, starting === undefined ? undefined : starting.call(source, controller));
  }

  class ReadableStream {
    #s;

    static {
      recordOf = (shell) => {
        if (!isStream(shell)) throw new TypeError("The argument is not a ReadableStream");
        return shell.#s;
      };
      isStream = (v) => typeof v === "object" && v !== null && #s in v;
      wrap = (stream) => { stream.shell = new ReadableStream(SECRET, stream); };
    }

    constructor(source = {}, strategy = {}) {
      if (source === SECRET) {
        this.#s = strategy;
        return;
      }
      if (core.flag?.("streams_enable_constructors") === false) throw new Error("To use the new ReadableStream() constructor, enable the streams_enable_constructors compatibility flag. Refer to the docs for more information: https://developers.cloudflare.com/workers/platform/compatibility-dates/#compatibility-flags");
      if (source === null) source = {};
      if (typeof source !== "object" && typeof source !== "function") throw new TypeError("Failed to construct 'ReadableStream': constructor parameter 1 is not of type 'UnderlyingSource'.");
      this.#s = newStream();
      this.#s.shell = this;
      construct(this.#s, source, strategy === null ? {} : strategy);
    }

    static from(iterable) { return fromIterable(iterable).shell; }

    get locked() { return this.#s.reader !== undefined; }

    cancel(reason = undefined) {
      if (this.locked) return Promise.reject(new TypeError("This ReadableStream is currently locked to a reader."));
      return cancelStream(this.#s, reason);
    }

    getReader(options = {}) {
      const mode = options === null ? undefined : options.mode;
      if (mode === undefined) return new ReadableStreamDefaultReader(this);
      if (`${mode}` !== "byob") throw new TypeError("mode must be undefined or 'byob' in call to getReader().");
      return new ReadableStreamBYOBReader(this);
    }

    pipeThrough(transform, options = {}) {
      const { readable, writable } = transform ?? {};
      const wrong = (field, type) => { throw new TypeError(`Incorrect type for the '${field}' field on 'Transform': the provided value is not of type '${type}'.`); };
      if (!isStream(readable)) wrong("readable", "ReadableStream");
      if (!core.part("writable").internal.isStream(writable)) wrong("writable", "WritableStream");
      if (this.locked) throw new TypeError("This ReadableStream is currently locked to a reader.");
      handled(core.part("writable").internal.pipe(this.#s, writable, options));
      return readable;
    }

    pipeTo(destination, options = {}) {
      return new Promise((resolve) => {
        if (this.locked) throw new TypeError("This ReadableStream is currently locked to a reader.");
        resolve(core.part("writable").internal.pipe(this.#s, destination, options));
      });
    }

    tee() {
      if (this.locked) throw new TypeError("This ReadableStream is currently locked to a reader,");
      return teeStream(this.#s).map((branch) => branch.shell);
    }
    values(options = {}) { return iterate(this.#s, Boolean(options.preventCancel)); }
    get [Symbol.toStringTag]() { return "ReadableStream"; }
  }
  Object.defineProperty(ReadableStream.prototype, asyncIterator, { value: ReadableStream.prototype.values, writable: true, configurable: true });

  // --- for the platform

  // fromPull makes a byte stream of pull(), a promise of the next Uint8Array
  // (which is given away) or of undefined at the end.
  function fromPull({ pull, cancel = noop }) {
    const bytes = core.part("readable-bytes").internal;
    const stream = bytes.create({
      hwm: 0,
      pull: () => call(pull).then((chunk) => {
        const c = stream.controller;
        if (stream.state !== "readable") return undefined;
        if (chunk === undefined) return bytes.finish(c);
        if (chunk.length > 0) return bytes.enqueueOwned(c, chunk);
        return again(c);
      }),
      cancel: (reason) => call(cancel, undefined, reason),
    });
    return stream.shell;
  }
  const again = (c) => { c.pullAgain = true; };

  // fromBytes is a stream of one chunk.
  function fromBytes(chunk) {
    return fromPull({
      pull() {
        const next = chunk;
        chunk = undefined;
        return next;
      },
    });
  }

  // readAll takes the whole of a stream of bytes.
  function readAll(shell) {
    const reader = acquire(recordOf(shell));
    const chunks = [];
    const { bytesOf } = core.part("encoding").internal;
    return new Promise((resolve, reject) => {
      const request = {
        chunk(value) {
          try {
            if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) throw new TypeError("This ReadableStream did not return bytes.");
            chunks.push(bytesOf(value));
          } catch (err) {
            handled(cancelStream(reader.stream, err));
            return reject(err);
          }
          Promise.resolve().then(() => read(reader, request));
        },
        close() { resolve(chunks.length === 1 ? chunks[0] : ops.bytesConcat(chunks)); },
        error: reject,
      };
      read(reader, request);
    });
  }

  const internal = {
    SECRET, noop, handled, deferred, call, method, highWaterMark, sizeOf, newQueue, enqueueSized, dequeue, newController, start, desiredSize,
    open, pullIfNeeded, clearAlgorithms, errorController, closeStream, cancelStream, waiting, create, newStream, enqueue, close, acquire,
    release, read, recordOf: (shell) => recordOf(shell), wrap: (stream) => wrap(stream),
    isBytes: (shell) => recordOf(shell).controller.pending !== undefined,
    isStream: (v) => isStream(v), streamOfIterable: (iterable) => fromIterable(iterable).shell, fromPull, fromBytes, readAll,
    isDisturbed: (shell) => recordOf(shell).disturbed,
    isLocked: (shell) => recordOf(shell).reader !== undefined,
    readerOf: (shell) => new ReadableStreamDefaultReader(shell),
    // tee for Body.clone, and cancel whether locked or not for the host.
    tee: (shell) => teeStream(recordOf(shell)).map((branch) => branch.shell),
    cancel: (shell, reason) => handled(cancelStream(recordOf(shell), reason)),
    error: (shell, reason) => errorController(recordOf(shell).controller, reason),
  };
  const all = { ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader, ReadableStreamDefaultController, internal };
  const others = {
    "readable-bytes": ["ReadableByteStreamController", "ReadableStreamBYOBRequest"],
    writable: ["WritableStream", "WritableStreamDefaultWriter", "WritableStreamDefaultController", "CountQueuingStrategy", "ByteLengthQueuingStrategy"],
    transform: ["TransformStream", "TransformStreamDefaultController", "TextEncoderStream", "TextDecoderStream", "IdentityTransformStream", "FixedLengthStream"],
  };
  for (const part of Object.keys(others)) {
    for (const name of others[part]) Object.defineProperty(all, name, { get: () => core.part(part)[name], enumerable: true });
  }
  return all;
})
