// TransformStream (https://streams.spec.whatwg.org/#ts), the text streams of
// https://encoding.spec.whatwg.org/, and the byte pipes of Workers:
// IdentityTransformStream and FixedLengthStream.
(function (ops, core) {
  "use strict";
  const streams = core.part("streams").internal;
  const writables = core.part("writable").internal;
  const { SECRET, deferred, call, method, highWaterMark, sizeOf } = streams;

  // make connects two new streams. transformer is {transform(chunk, t),
  // flush(t), cancel(reason)}, which return promises; t is the record
  //
  //	{readable, writable, pulled, backpressure, transformer, finished}
  //
  // where pulled is a deferred that a pull of the readable side resolves.
  function make(transformer, starting, writableStrategy, readableStrategy) {
    const t = { transformer, readable: undefined, writable: undefined, pulled: deferred(), backpressure: true, finished: undefined };
    t.writable = writables.create({
      ...writableStrategy, start: starting, write: (chunk) => write(t, chunk), close: () => flush(t), abort: (reason) => aborted(t, reason),
    });
    t.readable = streams.create({
      ...readableStrategy, start: () => starting,
      pull() {
        setBackpressure(t, false);
        return t.pulled.promise;
      },
      cancel: (reason) => cancelled(t, reason),
    });
    return t;
  }

  // setBackpressure settles pulled at each change: the writable side waits for
  // it to end, the readable side's pull for it to begin.
  function setBackpressure(t, backpressure) {
    t.pulled.resolve(undefined);
    t.pulled = deferred();
    t.backpressure = backpressure;
  }

  const controllerOf = (t) => t.readable.controller;

  function enqueue(t, chunk) {
    const c = controllerOf(t);
    if (!streams.open(c)) throw new TypeError("Unable to enqueue: the readable side is closed, closing or errored.");
    try {
      streams.enqueue(c, chunk);
    } catch (err) {
      failWritable(t, err);
      throw t.readable.error;
    }
    const full = !(streams.waiting(t.readable) || streams.desiredSize(c) > 0);
    if (full !== t.backpressure) setBackpressure(t, true);
  }

  function failWritable(t, reason) {
    t.transformer = done;
    writables.errorIfWritable(t.writable.controller, reason);
    if (t.backpressure) setBackpressure(t, false);
  }

  function fail(t, reason) {
    streams.errorController(controllerOf(t), reason);
    failWritable(t, reason);
  }

  function terminate(t) {
    streams.close(controllerOf(t));
    failWritable(t, new TypeError("The transform stream has been terminated"));
  }

  const nothing = () => Promise.resolve();
  const done = { transform: nothing, flush: nothing, cancel: nothing };

  async function write(t, chunk) {
    if (t.backpressure) {
      await t.pulled.promise;
      if (t.writable.state === "erroring") throw t.writable.error;
    }
    try {
      await t.transformer.transform(chunk, t);
    } catch (err) {
      fail(t, err);
      throw err;
    }
  }

  // once runs one of flush, cancel and abort; the others wait for it.
  function once(t, run) {
    if (t.finished === undefined) {
      t.finished = deferred();
      t.finished.resolve(run());
    }
    return t.finished.promise;
  }

  const aborted = (t, reason) => once(t, async () => {
    const { transformer } = t;
    t.transformer = done;
    try {
      await transformer.cancel(reason);
    } catch (err) {
      streams.errorController(controllerOf(t), err);
      throw err;
    }
    if (t.readable.state === "errored") throw t.readable.error;
    streams.errorController(controllerOf(t), reason);
  });

  const flush = (t) => once(t, async () => {
    const { transformer } = t;
    try {
      await transformer.flush(t);
    } catch (err) {
      streams.errorController(controllerOf(t), err);
      throw err;
    } finally {
      t.transformer = done;
    }
    if (t.readable.state === "errored") throw t.readable.error;
    streams.close(controllerOf(t));
  });

  const cancelled = (t, reason) => once(t, async () => {
    const { transformer } = t;
    t.transformer = done;
    try {
      await transformer.cancel(reason);
    } catch (err) {
      failWritable(t, err);
      throw err;
    }
    if (t.writable.state === "errored") throw t.writable.error;
    failWritable(t, reason);
  });

  class TransformStreamDefaultController {
    #t;
    constructor(secret, t) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#t = t;
    }
    get desiredSize() { return streams.desiredSize(controllerOf(this.#t)); }
    enqueue(chunk = undefined) { enqueue(this.#t, chunk); }
    error(reason = undefined) { fail(this.#t, reason); }
    terminate() { terminate(this.#t); }
    get [Symbol.toStringTag]() { return "TransformStreamDefaultController"; }
  }

  const strategyOf = (strategy, fallback) => {
    const s = strategy === null ? {} : strategy;
    return { hwm: highWaterMark(s, fallback), size: sizeOf(s) };
  };

  function construct(object, writableStrategy, readableStrategy) {
    if (typeof object !== "object" && typeof object !== "function") throw new TypeError("Failed to construct 'TransformStream': constructor parameter 1 is not of type 'Transformer'.");
    if (object.readableType !== undefined) throw new TypeError("transformer.readableType must be undefined.");
    if (object.writableType !== undefined) throw new TypeError("transformer.writableType must be undefined.");
    const [starting, transform, flush, cancel] = ["start", "transform", "flush", "cancel"].map((name) => method(object, name, "Transformer"));
    const began = deferred();
    const transformer = {
      transform: transform === undefined ? async (chunk, t) => enqueue(t, chunk) : (chunk) => call(transform, object, chunk, controller),
      flush: () => call(flush, object, controller),
      cancel: (reason) => call(cancel, object, reason),
    };
    const readable = strategyOf(readableStrategy, 0);
    const t = make(transformer, began.promise, strategyOf(writableStrategy, 1), readable);
    const controller = new TransformStreamDefaultController(SECRET, t);
    began.resolve(starting === undefined ? undefined : starting.call(object, controller));
    return t;
  }

  const OWN = {}; // says that what is given is a record of make

  class TransformStream {
    #t;
    constructor(transformer = {}, writableStrategy = {}, readableStrategy = {}) {
      this.#t = transformer === OWN ? writableStrategy : core.flag?.("transformstream_enable_standard_constructor") === false ? identity(() => {}, () => {}) : construct(transformer === null ? {} : transformer, writableStrategy, readableStrategy);
    }
    get readable() { return this.#t.readable.shell; }
    get writable() { return this.#t.writable.shell; }
    get [Symbol.toStringTag]() { return "TransformStream"; }
  }

  const simple = (transform, flush = nothing) => make({ transform, flush, cancel: nothing }, undefined, { hwm: 1 }, { hwm: 0 });

  // --- text

  class TextEncoderStream extends TransformStream {
    constructor() {
      let high = ""; // a surrogate at the end of a chunk, which the next may complete
      super(OWN, simple(async (chunk, t) => {
        let s = high + `${chunk}`;
        const last = s.charCodeAt(s.length - 1);
        high = last >= 0xd800 && last < 0xdc00 ? s[s.length - 1] : "";
        if (high !== "") s = s.slice(0, -1);
        if (s !== "") enqueue(t, ops.utf8Encode(s));
      }, async (t) => { if (high !== "") enqueue(t, ops.utf8Encode(high)); }));
    }
    get encoding() { return "utf-8"; }
    get [Symbol.toStringTag]() { return "TextEncoderStream"; }
  }

  class TextDecoderStream extends TransformStream {
    #decoder;
    constructor(label = "utf-8", options = {}) {
      const decoder = new (core.part("encoding").TextDecoder)(label, options);
      super(OWN, simple(async (chunk, t) => {
        if (!ArrayBuffer.isView(chunk) && !(chunk instanceof ArrayBuffer)) throw new TypeError("This TransformStream is being used as a byte stream, but received a value that is not a BufferSource.");
        const s = decoder.decode(chunk, { stream: true });
        if (s !== "") enqueue(t, s);
      }, async (t) => {
        const s = decoder.decode();
        if (s !== "") enqueue(t, s);
      }));
      this.#decoder = decoder;
    }
    get encoding() { return this.#decoder.encoding; }
    get fatal() { return this.#decoder.fatal; }
    get ignoreBOM() { return this.#decoder.ignoreBOM; }
    get [Symbol.toStringTag]() { return "TextDecoderStream"; }
  }

  // --- bytes

  const wrongChunk = () => new TypeError("This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side.");

  function copyOf(chunk) {
    if (typeof chunk === "string") return ops.utf8Encode(chunk);
    if (!ArrayBuffer.isView(chunk) && !(chunk instanceof ArrayBuffer)) throw wrongChunk();
    return core.part("encoding").internal.bytesOf(chunk).slice();
  }

  // identity passes bytes on: a write ends when a read has taken its chunk.
  // count(n) is told of each, end() of the last; they throw to fail the pipe.
  function identity(count, end, most) {
    const bytes = core.part("readable-bytes").internal;
    let wanted = deferred(); // a read waits
    let given = deferred(); // and got something
    const pair = {};
    const fail = (err) => {
      streams.errorController(pair.readable.controller, err);
      throw err;
    };
    pair.writable = writables.create({
      ...(most === undefined ? {} : { hwm: most, size: (chunk) => chunk?.byteLength ?? 1 }),
      async write(chunk) {
        let copy;
        try {
          copy = copyOf(chunk);
          count(copy.length);
        } catch (err) {
          fail(err);
        }
        if (copy.length === 0) return;
        await wanted.promise;
        wanted = deferred();
        bytes.enqueueOwned(pair.readable.controller, copy);
        given.resolve(undefined);
      },
      async close() {
        try {
          end();
        } catch (err) {
          fail(err);
        }
        bytes.finish(pair.readable.controller);
        given.resolve(undefined);
      },
      async abort(reason) {
        streams.errorController(pair.readable.controller, reason);
        given.resolve(undefined);
      },
    });
    pair.readable = bytes.create({
      hwm: 0,
      pull() {
        given = deferred();
        wanted.resolve(undefined);
        return given.promise;
      },
      async cancel(reason) {
        writables.errorIfWritable(pair.writable.controller, reason);
        wanted.resolve(undefined);
      },
    });
    return pair;
  }

  // bigint converts as the Workers runtime converts to an unsigned integer of 64 bits.
  function bigint(value) {
    const n = Math.trunc(Number(value));
    if (n < 0) throw new TypeError("The value cannot be converted because it is negative and this API expects a positive bigint.");
    if (!(n < 2 ** 64)) throw new TypeError("The value cannot be converted because it is not an integer.");
    return n;
  }

  class IdentityTransformStream extends TransformStream {
    constructor(options = {}, count = () => {}, end = () => {}) {
      const most = options?.highWaterMark;
      super(OWN, identity(count, end, most === undefined ? undefined : bigint(most)));
    }
    get [Symbol.toStringTag]() { return "IdentityTransformStream"; }
  }

  const lengths = new WeakMap();

  class FixedLengthStream extends IdentityTransformStream {
    constructor(length, options = {}) {
      if (arguments.length === 0) throw new TypeError("Failed to construct 'FixedLengthStream': constructor parameter 1 is not of type 'bigint'.");
      const n = bigint(length);
      if (n >= 2 ** 53) throw new TypeError("FixedLengthStream requires an integer expected length less than 2^53.");
      let left = n;
      super(options, (count) => {
        left -= count;
        if (left < 0) throw new TypeError("Attempt to write too many bytes through a FixedLengthStream.");
      }, () => {
        if (left > 0) throw new TypeError("FixedLengthStream did not see all expected bytes before close().");
      });
      lengths.set(this.readable, n);
    }
    get [Symbol.toStringTag]() { return "FixedLengthStream"; }
  }

  return {
    TransformStream, TransformStreamDefaultController, TextEncoderStream, TextDecoderStream, IdentityTransformStream, FixedLengthStream,
    // lengthOf is how many bytes a FixedLengthStream's readable side has.
    internal: {
      OWN, make, enqueue,
      // settled is fulfilled when the readable side wants more, or the stream has ended.
      async settled(t) { while (t.backpressure) await t.pulled.promise; },
      lengthOf: (readable) => lengths.get(readable),
    },
  };
})
