// WritableStream, its writer and controller, the queuing strategies, and
// pipeTo (https://streams.spec.whatwg.org/#ws). Records, as in streams/streams.js:
//
//	stream      {state, error, writer, controller, requests, inFlight, closing, inFlightClose, abort, backpressure, shell}
//	controller  {stream, queue, total, started, write, close, abort, size, hwm, signaller}
//	writer      {stream, ready, readyPending, closed}
//
// state is "writable", "erroring", "errored" or "closed". requests, inFlight,
// closing, inFlightClose and abort.done are deferreds of promises given out.
(function (ops, core) {
  "use strict";
  const streams = core.part("streams").internal;
  const { SECRET, noop, handled, deferred, call, method, highWaterMark, sizeOf, newQueue, enqueueSized, dequeue } = streams;
  const CLOSE = {}; // in the queue, behind the last chunk
  const closeQueued = (stream) => stream.closing !== undefined || stream.inFlightClose !== undefined;

  // --- errors

  function rejectedReady(writer, reason) {
    if (!writer.readyPending) writer.ready = deferred();
    writer.readyPending = false;
    writer.ready.reject(reason);
  }

  function startErroring(stream, reason) {
    stream.state = "erroring";
    stream.error = reason;
    if (stream.writer !== undefined) rejectedReady(stream.writer, reason);
    if (stream.inFlight === undefined && stream.inFlightClose === undefined && stream.controller.started) finishErroring(stream);
  }

  function rejectClosed(stream) {
    if (stream.closing !== undefined) {
      stream.closing.reject(stream.error);
      stream.closing = undefined;
    }
    if (stream.writer !== undefined) stream.writer.closed.reject(stream.error);
  }

  function finishErroring(stream) {
    stream.state = "errored";
    newQueue(stream.controller);
    for (const request of stream.requests) request.reject(stream.error);
    stream.requests = [];
    const abort = stream.abort;
    stream.abort = undefined;
    if (abort === undefined) return rejectClosed(stream);
    if (abort.late) {
      abort.done.reject(stream.error);
      return rejectClosed(stream);
    }
    const result = stream.controller.abort(abort.reason);
    clearAlgorithms(stream.controller);
    result.then(() => {
      abort.done.resolve(undefined);
      rejectClosed(stream);
    }, (err) => {
      abort.done.reject(err);
      rejectClosed(stream);
    });
  }

  function failed(stream, reason) {
    if (stream.state === "writable") startErroring(stream, reason);
    else if (stream.state === "erroring") finishErroring(stream);
  }

  function abort(stream, reason) {
    if (stream.state === "closed" || stream.state === "errored") return Promise.resolve(undefined);
    const { signaller } = stream.controller;
    stream.controller.aborted = { reason };
    if (signaller !== undefined) signaller.abort(reason);
    if (stream.state === "closed" || stream.state === "errored") return Promise.resolve(undefined);
    if (stream.abort !== undefined) return stream.abort.done.promise;
    const late = stream.state === "erroring";
    stream.abort = { done: deferred(), reason: late ? undefined : reason, late };
    const result = stream.abort.done.promise;
    if (!late) startErroring(stream, reason);
    return result;
  }

  // --- writing

  const clearAlgorithms = (c) => { c.write = c.close = c.abort = c.size = undefined; };
  const desired = (c) => c.hwm - c.total;

  function updateBackpressure(stream) {
    const backpressure = desired(stream.controller) <= 0;
    const writer = stream.writer;
    if (writer !== undefined && backpressure !== stream.backpressure) {
      if (backpressure) {
        writer.ready = deferred();
        writer.readyPending = true;
      } else {
        writer.readyPending = false;
        writer.ready.resolve(undefined);
      }
    }
    stream.backpressure = backpressure;
  }

  function close(stream) {
    if (stream.state === "errored") return Promise.reject(stream.error);
    if (stream.state === "closed") return Promise.reject(new TypeError("This WritableStream has been closed."));
    const request = (stream.closing = deferred());
    const writer = stream.writer;
    if (writer !== undefined && stream.backpressure && stream.state === "writable") {
      writer.readyPending = false;
      writer.ready.resolve(undefined);
    }
    enqueueSized(stream.controller, CLOSE, 0);
    advance(stream.controller);
    return request.promise;
  }

  function write(writer, chunk) {
    const stream = writer.stream;
    const c = stream.controller;
    let size = 1;
    if (c.size !== undefined) {
      try {
        size = c.size(chunk);
      } catch (err) {
        errorIfWritable(c, err);
      }
    }
    if (stream !== writer.stream) return Promise.reject(new TypeError("This WritableStream writer has been released."));
    if (stream.state === "errored") return Promise.reject(stream.error);
    if (closeQueued(stream) || stream.state === "closed") return Promise.reject(new TypeError("This WritableStream has been closed."));
    if (stream.state === "erroring") return Promise.reject(stream.error);
    const request = deferred();
    stream.requests.push(request);
    try {
      enqueueSized(c, chunk, size);
    } catch (err) {
      errorIfWritable(c, err);
      return request.promise;
    }
    if (!closeQueued(stream) && stream.state === "writable") updateBackpressure(stream);
    advance(c);
    return request.promise;
  }

  function errorIfWritable(c, reason) {
    if (c.stream.state !== "writable") return;
    clearAlgorithmsUnlessAborting(c);
    startErroring(c.stream, reason);
  }
  // abort is needed still when an abort comes while the stream is erroring.
  const clearAlgorithmsUnlessAborting = (c) => { c.write = c.close = c.size = undefined; };

  function advance(c) {
    const stream = c.stream;
    if (!c.started || stream.inFlight !== undefined) return;
    if (stream.state === "erroring") {
      finishErroring(stream);
      return;
    }
    if (c.queue.length === 0 || stream.state === "errored" || stream.state === "closed") return;
    if (c.queue[0].value === CLOSE) sendClose(c);
    else sendChunk(c, c.queue[0].value);
  }

  function sendClose(c) {
    const stream = c.stream;
    stream.inFlightClose = stream.closing;
    stream.closing = undefined;
    dequeue(c);
    const result = c.close();
    clearAlgorithms(c);
    result.then(() => {
      stream.inFlightClose.resolve(undefined);
      stream.inFlightClose = undefined;
      if (stream.abort !== undefined) stream.abort.done.resolve(undefined);
      stream.abort = undefined;
      stream.state = "closed";
      if (stream.writer !== undefined) stream.writer.closed.resolve(undefined);
    }, (err) => {
      stream.inFlightClose.reject(err);
      stream.inFlightClose = undefined;
      if (stream.abort !== undefined) stream.abort.done.reject(err);
      stream.abort = undefined;
      failed(stream, err);
    });
  }

  function sendChunk(c, chunk) {
    const stream = c.stream;
    stream.inFlight = stream.requests.shift();
    c.write(chunk).then(() => {
      stream.inFlight.resolve(undefined);
      stream.inFlight = undefined;
      dequeue(c);
      if (!closeQueued(stream) && stream.state === "writable") updateBackpressure(stream);
      advance(c);
    }, (err) => {
      if (stream.state === "writable") clearAlgorithmsUnlessAborting(c);
      stream.inFlight.reject(err);
      stream.inFlight = undefined;
      failed(stream, err);
    });
  }

  // --- setting up

  const newStream = () => ({
    state: "writable", error: undefined, writer: undefined, controller: undefined, requests: [], inFlight: undefined, closing: undefined,
    inFlightClose: undefined, abort: undefined, backpressure: false, shell: undefined,
  });

  function newController(stream, { write, close, abort, size, hwm }) {
    const c = { stream, write, close, abort, size, hwm, started: false, signaller: undefined, aborted: undefined };
    newQueue(c);
    stream.controller = c;
    return c;
  }

  function start(c, result) {
    updateBackpressure(c.stream);
    new Promise((resolve) => resolve(result)).then(() => {
      c.started = true;
      advance(c);
    }, (err) => {
      c.started = true;
      failed(c.stream, err);
    });
  }

  function signalOf(c) {
    if (c.signaller === undefined) {
      const Controller = core.AbortController || globalThis.AbortController;
      c.signaller = new Controller();
      if (c.aborted !== undefined) c.signaller.abort(c.aborted.reason);
    }
    return c.signaller.signal;
  }

  class WritableStreamDefaultController {
    #c;
    constructor(secret, c) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#c = c;
    }
    get signal() { return signalOf(this.#c); }
    error(reason = undefined) { errorIfWritable(this.#c, reason); }
    get [Symbol.toStringTag]() { return "WritableStreamDefaultController"; }
  }

  // create makes a stream for the platform's own use.
  function create({ write, close, abort, hwm = 1, size = () => 1, start: starting }) {
    const stream = newStream();
    const c = newController(stream, { write, close, abort, size, hwm });
    wrap(stream);
    start(c, starting);
    return stream;
  }

  function construct(stream, sink, strategy) {
    const hwm = highWaterMark(strategy, 1);
    const size = sizeOf(strategy);
    const [starting, write, close, abort] = ["start", "write", "close", "abort"].map((name) => method(sink, name, "UnderlyingSink"));
    const c = newController(stream, {
      write: (chunk) => call(write, sink, chunk, controller), close: () => call(close, sink), abort: (reason) => call(abort, sink, reason), size, hwm,
    });
    const controller = new WritableStreamDefaultController(SECRET, c);
    start(c, starting === undefined ? undefined : starting.call(sink, controller));
  }

  // --- writers

  function acquire(stream) {
    if (stream.writer !== undefined) throw new TypeError("This WritableStream is currently locked to a writer.");
    const writer = { stream, ready: deferred(), readyPending: false, closed: deferred() };
    stream.writer = writer;
    switch (stream.state) {
      case "writable":
        if (!closeQueued(stream) && stream.backpressure) writer.readyPending = true;
        else writer.ready.resolve(undefined);
        break;
      case "erroring":
        writer.ready.reject(stream.error);
        break;
      case "closed":
        writer.ready.resolve(undefined);
        writer.closed.resolve(undefined);
        break;
      default:
        writer.ready.reject(stream.error);
        writer.closed.reject(stream.error);
    }
    return writer;
  }

  function release(writer) {
    const reason = new TypeError("This WritableStream writer has been released.");
    const { state } = writer.stream;
    rejectedReady(writer, reason);
    if (state === "closed" || state === "errored") writer.closed = deferred();
    writer.closed.reject(reason);
    writer.stream.writer = undefined;
    writer.stream = undefined;
  }

  function closeUnlessClosed({ stream }) {
    if (closeQueued(stream) || stream.state === "closed") return Promise.resolve(undefined);
    return stream.state === "errored" ? Promise.reject(stream.error) : close(stream);
  }

  class WritableStreamDefaultWriter {
    #w;
    constructor(stream) { this.#w = acquire(recordOf(stream)); }
    #stream() {
      if (this.#w.stream === undefined) throw new TypeError("This WritableStream writer has been released.");
      return this.#w.stream;
    }
    get closed() { return this.#w.closed.promise; }
    get ready() { return this.#w.ready.promise; }
    get desiredSize() {
      const stream = this.#stream();
      if (stream.state === "errored" || stream.state === "erroring") return null;
      return stream.state === "closed" ? 0 : desired(stream.controller);
    }
    abort(reason = undefined) { return call(() => handled(abort(this.#stream(), reason))); }
    close() { return call(() => closeOnce(this.#stream())); }
    releaseLock() { if (this.#w.stream !== undefined) release(this.#w); }
    write(chunk = undefined) { return call(() => { this.#stream(); return write(this.#w, chunk); }); }
    get [Symbol.toStringTag]() { return "WritableStreamDefaultWriter"; }
  }

  function closeOnce(stream) {
    if (closeQueued(stream)) throw new TypeError("This WritableStream is already closing.");
    return close(stream);
  }

  let recordOf, wrap, isStream;

  class WritableStream {
    #s;
    static {
      recordOf = (shell) => {
        if (typeof shell !== "object" || shell === null || !(#s in shell)) throw new TypeError("Failed to execute 'pipeTo' on 'ReadableStream': parameter 1 is not of type 'WritableStream'.");
        return shell.#s;
      };
      isStream = (v) => typeof v === "object" && v !== null && #s in v;
      wrap = (stream) => { stream.shell = new WritableStream(SECRET, stream); };
    }
    constructor(sink = {}, strategy = {}) {
      if (sink === SECRET) {
        this.#s = strategy;
        return;
      }
      if (new.target === WritableStream && core.flag?.("streams_enable_constructors") === false) throw new Error("To use the new WritableStream() constructor, enable the streams_enable_constructors compatibility flag. Refer to the docs for more information: https://developers.cloudflare.com/workers/platform/compatibility-dates/#compatibility-flags");
      if (sink === null) sink = {};
      if (typeof sink !== "object" && typeof sink !== "function") throw new TypeError("Failed to construct 'WritableStream': constructor parameter 1 is not of type 'UnderlyingSink'.");
      this.#s = newStream();
      this.#s.shell = this;
      construct(this.#s, sink, strategy === null ? {} : strategy);
    }
    get locked() { return this.#s.writer !== undefined; }
    #unlocked(f) {
      return call(() => {
        if (this.locked) throw new TypeError("This WritableStream is currently locked to a writer.");
        return f(this.#s);
      });
    }
    abort(reason = undefined) { return this.#unlocked((stream) => abort(stream, reason)); }
    close() { return this.#unlocked(closeOnce); }
    getWriter() { return new WritableStreamDefaultWriter(this); }
    get [Symbol.toStringTag]() { return "WritableStream"; }
  }

  // --- pipes

  // Pipe implements https://streams.spec.whatwg.org/#readable-stream-pipe-to.
  class Pipe {
    result = deferred();
    ending = false;
    lastWrite = Promise.resolve();

    constructor(source, sink, { signal, preventCancel, preventAbort, preventClose }) {
      this.source = source;
      this.sink = sink;
      this.signal = signal;
      this.keepReadable = Boolean(preventCancel);
      this.keepWritable = Boolean(preventAbort);
      this.keepOpen = Boolean(preventClose);
    }

    start() {
      const { source, sink, signal } = this;
      this.reader = streams.acquire(source);
      this.writer = acquire(sink);
      source.disturbed = true;
      if (signal !== undefined) {
        this.aborting = () => this.aborted();
        if (signal.aborted) {
          this.aborted();
          return;
        }
        signal.addEventListener("abort", this.aborting);
      }
      if (source.state === "errored") this.sourceFailed(source.error);
      else if (sink.state === "erroring" || sink.state === "errored") this.sinkFailed(sink.error);
      else if (source.state === "closed") this.sourceClosed();
      else if (closeQueued(sink) || sink.state === "closed") this.sinkFailed(new TypeError("This destination writable stream is closed."));
      this.reader.closed.promise.then(() => this.sourceClosed(), (reason) => this.sourceFailed(reason));
      this.writer.closed.promise.then(noop, (reason) => this.sinkFailed(reason));
      this.run();
    }

    // run passes one chunk after the other on.
    run() {
      const request = {
        chunk: (chunk) => {
          this.lastWrite = write(this.writer, chunk).then(noop, noop);
          next();
        },
        close: noop, // reader.closed tells
        error: noop,
      };
      const read = () => { if (!this.ending) streams.read(this.reader, request); };
      const next = () => { this.writer.ready.promise.then(read, noop); };
      if (!this.ending) next();
    }

    // shutdown ends the pipe, after the writes under way and what action does.
    shutdown(action, isError, reason) {
      if (this.ending) return;
      this.ending = true;
      const act = () => action().then(() => this.finish(isError, reason), (err) => this.finish(true, err));
      if (this.sink.state === "writable" && !closeQueued(this.sink)) this.written().then(act);
      else act();
    }
    written() {
      const seen = this.lastWrite;
      return seen.then(() => (seen === this.lastWrite ? undefined : this.written()));
    }
    finish(isError, reason) {
      release(this.writer);
      streams.release(this.reader);
      this.signal?.removeEventListener("abort", this.aborting);
      if (isError) this.result.reject(reason);
      else this.result.resolve(undefined);
    }

    sourceFailed(reason) { this.shutdown(this.keepWritable ? nothing : () => abort(this.sink, reason), true, reason); }
    sinkFailed(reason) { this.shutdown(this.keepReadable ? nothing : () => streams.cancelStream(this.source, reason), true, reason); }
    sourceClosed() { this.shutdown(this.keepOpen ? nothing : () => closeUnlessClosed(this.writer), false); }
    aborted() {
      const { reason } = this.signal;
      this.shutdown(() => Promise.all([
        this.keepWritable || this.sink.state !== "writable" ? undefined : abort(this.sink, reason),
        this.keepReadable || this.source.state !== "readable" ? undefined : streams.cancelStream(this.source, reason),
      ]), true, reason);
    }
  }

  const nothing = () => Promise.resolve();

  function pipe(source, destination, options) {
    const { signal, preventCancel, preventAbort, preventClose } = options === null ? {} : options;
    if (signal !== undefined && (signal === null || typeof signal.aborted !== "boolean")) throw new TypeError("Incorrect type for the 'signal' field on 'PipeToOptions': the provided value is not of type 'AbortSignal'.");
    const sink = recordOf(destination);
    if (sink.writer !== undefined) throw new TypeError("This WritableStream is currently locked to a writer");
    const made = new Pipe(source, sink, { signal, preventCancel, preventAbort, preventClose });
    made.start();
    return made.result.promise;
  }

  // --- strategies

  const chunkCount = { size() { return 1; } }.size;
  const chunkLength = { size(chunk) { return chunk.byteLength; } }.size;

  function strategy(name, size) {
    const made = {
      [name]: class {
        #hwm;
        constructor(init) {
          if (init === null || typeof init !== "object" && typeof init !== "function") throw new TypeError(`Failed to construct '${name}': constructor parameter 1 is not of type 'QueuingStrategyInit'.`);
          this.#hwm = Number(init.highWaterMark);
        }
        get highWaterMark() { return this.#hwm; }
        get size() { return this.#hwm, size; }
        get [Symbol.toStringTag]() { return name; }
      },
    };
    return made[name];
  }

  return {
    WritableStream, WritableStreamDefaultWriter, WritableStreamDefaultController,
    CountQueuingStrategy: strategy("CountQueuingStrategy", chunkCount),
    ByteLengthQueuingStrategy: strategy("ByteLengthQueuingStrategy", chunkLength),
    internal: { create, pipe, errorIfWritable, abort, closeQueued, recordOf: (shell) => recordOf(shell), isStream: (v) => isStream(v) },
  };
})
