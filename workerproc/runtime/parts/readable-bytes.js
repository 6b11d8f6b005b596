// Byte streams: ReadableByteStreamController and ReadableStreamBYOBRequest
// (https://streams.spec.whatwg.org/#rbs-controller-class).
//
// What an author enqueues, reads into or answers with is transferred: their
// own buffer is detached. What the runtime itself enqueues is its own.
(function (ops, core) {
  "use strict";
  const {
    SECRET, call, method, newController, start, desiredSize, open, pullIfNeeded, clearAlgorithms, errorController, closeStream, waiting,
    newStream, newQueue, wrap,
  } = core.part("streams").internal;

  // A controller here also has pending, the list of views to fill: {buffer,
  // offset, length, filled, min, element, make, kind}, where kind is "byob",
  // "default" (an allocated one), or "none" (its reader was released).
  // Its queue is of {buffer, offset, length}.
  const hasReader = (c, byob) => c.stream.reader !== undefined && c.stream.reader.byob === byob;

  // transfer takes a buffer's bytes along and detaches it.
  function transfer(buffer, refusal = "Unabled to use non-detachable ArrayBuffer.") {
    if (!(buffer instanceof ArrayBuffer) || core.isPinned?.(buffer)) throw new TypeError(refusal);
    return core.transfer(buffer);
  }

  // takeBack makes the view useless that the author got of a request.
  function takeBack(c) {
    if (c.request === undefined) return;
    invalidate(c);
    const first = c.pending[0];
    if (!first.buffer.detached) first.buffer = transfer(first.buffer);
  }

  function enqueueBytes(c, buffer, offset, length) {
    c.queue.push({ buffer, offset, length });
    c.total += length;
  }

  function invalidate(c) {
    if (c.request === undefined) return;
    c.request.controller = undefined;
    c.request.view = null;
    c.request = undefined;
  }

  function drop(c) {
    invalidate(c);
    c.pending = [];
  }

  function drained(c) {
    if (c.total === 0 && c.closing) {
      clearAlgorithms(c);
      closeStream(c.stream);
    } else {
      pullIfNeeded(c);
    }
  }

  function take(c) {
    const { buffer, offset, length } = c.queue.shift();
    c.total -= length;
    drained(c);
    return new Uint8Array(buffer, offset, length);
  }

  // fill copies from the queue; true when the view has what it needs.
  function fill(c, into) {
    const most = into.filled + Math.min(c.total, into.length - into.filled);
    const aligned = most - (most % into.element);
    const ready = aligned >= into.min;
    let left = (ready ? aligned : most) - into.filled;
    const target = new Uint8Array(into.buffer, into.offset, into.length);
    while (left > 0) {
      const head = c.queue[0];
      const n = Math.min(left, head.length);
      target.set(new Uint8Array(head.buffer, head.offset, n), into.filled);
      head.offset += n;
      head.length -= n;
      if (head.length === 0) c.queue.shift();
      c.total -= n;
      into.filled += n;
      left -= n;
    }
    return ready;
  }

  const viewOf = (into) => new into.make(into.buffer, into.offset, into.filled / into.element);

  function commit(c, into) {
    const request = c.stream.reader.requests.shift();
    if (c.stream.state === "closed") request.close(viewOf(into));
    else request.chunk(viewOf(into));
  }

  function fillPending(c) {
    const full = [];
    while (c.pending.length > 0 && c.total > 0 && fill(c, c.pending[0])) full.push(c.pending.shift());
    return full;
  }

  function commitPending(c) {
    for (const into of fillPending(c)) commit(c, into);
  }

  // keep puts into the queue what a view got whose reader went away.
  function keep(c, into) {
    if (into.filled > 0) enqueueBytes(c, into.buffer.slice(into.offset, into.offset + into.filled), 0, into.filled);
    c.pending.shift();
  }

  function enqueueOwned(c, chunk) {
    if (!open(c)) return;
    const { buffer, byteOffset, byteLength } = chunk;
    if (c.pending.length > 0) {
      takeBack(c);
      if (c.pending[0].kind === "none") keep(c, c.pending[0]);
    }
    if (hasReader(c, false)) {
      while (waiting(c.stream) && c.total > 0) c.stream.reader.requests.shift().chunk(take(c));
      if (waiting(c.stream)) {
        if (c.pending.length > 0) c.pending.shift();
        c.stream.reader.requests.shift().chunk(new Uint8Array(buffer, byteOffset, byteLength));
      } else {
        enqueueBytes(c, buffer, byteOffset, byteLength);
      }
    } else {
      enqueueBytes(c, buffer, byteOffset, byteLength);
      if (hasReader(c, true)) commitPending(c);
    }
    pullIfNeeded(c);
  }

  function close(c) {
    if (!open(c)) return;
    if (c.total > 0) {
      c.closing = true;
      return;
    }
    if (c.pending.length > 0 && c.pending[0].filled % c.pending[0].element !== 0) {
      const err = new TypeError("The stream was closed within an element of the view that is being read into");
      errorController(c, err);
      throw err;
    }
    clearAlgorithms(c);
    closeStream(c.stream);
  }

  // finish closes also when a view waits to be filled: the author of a pull
  // source would call byobRequest.respond(0).
  function finish(c) {
    close(c);
    if (c.stream.state === "closed" && c.pending.length > 0) respondClosed(c, c.pending[0]);
  }

  const steps = {
    cancel(c, reason) {
      drop(c);
      newQueue(c);
      const result = c.cancel(reason);
      clearAlgorithms(c);
      return result;
    },
    pull(c, request) {
      if (c.total > 0) {
        request.chunk(take(c));
        return;
      }
      if (c.allocate !== undefined) {
        c.pending.push(newInto(new ArrayBuffer(c.allocate), 0, c.allocate, 1, 1, Uint8Array, "default"));
      }
      c.stream.reader.requests.push(request);
      pullIfNeeded(c);
    },
    release(c) {
      if (c.pending.length === 0) return;
      c.pending[0].kind = "none";
      c.pending.length = 1;
    },
    put: enqueueOwned,
    close: finish,
  };

  const newInto = (buffer, offset, length, min, element, make, kind) => ({ buffer, size: buffer.byteLength, offset, length, filled: 0, min, element, make, kind });
  const views = { DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array };
  const classOf = (view) => (view instanceof DataView ? DataView : views[view[Symbol.toStringTag]]);

  // checkRead returns how many elements a read(view, {min}) must get.
  function checkRead(view, options) {
    if (!ArrayBuffer.isView(view)) throw new TypeError("Failed to execute 'read' on 'ReadableStreamBYOBReader': parameter 1 is not of type 'ArrayBufferView'.");
    if (view.byteLength === 0) throw new TypeError("You must call read() on a \"byob\" reader with a positive-sized TypedArray object.");
    const min = options === null || options.min === undefined ? 1 : Number(options.min);
    if (!(min >= 1) && !(min < 0)) throw new TypeError(`Requested invalid minimum number of bytes to read (${min || 0}).`);
    if (min < 0) throw new TypeError(`Minimum bytes to read (${BigInt.asUintN(64, BigInt(Math.trunc(min)))}) exceeds size of buffer (${view.byteLength}).`);
    if (min > (view instanceof DataView ? view.byteLength : view.length)) throw new TypeError(`Minimum bytes to read (${min}) exceeds size of buffer (${view.byteLength}).`);
    return Math.floor(min);
  }

  function pullInto(c, view, min, request) {
    const make = classOf(view);
    const element = make.BYTES_PER_ELEMENT || 1;
    const { byteOffset, byteLength } = view;
    const into = newInto(transfer(view.buffer), byteOffset, byteLength, min * element, element, make, "byob");
    if (c.pending.length > 0) {
      c.pending.push(into);
      c.stream.reader.requests.push(request);
      return;
    }
    if (c.stream.state === "closed") {
      request.close(viewOf(into));
      return;
    }
    if (c.total > 0) {
      if (fill(c, into)) {
        drained(c);
        request.chunk(viewOf(into));
        return;
      }
      if (c.closing && element === 1) { // all that is left, though it is less than was asked for
        drained(c);
        request.chunk(viewOf(into));
        return;
      }
      if (c.closing) {
        const err = new TypeError("The stream ended within an element of the view that is being read into");
        errorController(c, err);
        request.error(err);
        return;
      }
    }
    c.pending.push(into);
    c.stream.reader.requests.push(request);
    pullIfNeeded(c);
  }

  function respondClosed(c, first) {
    if (first.kind === "none") c.pending.shift();
    if (!hasReader(c, true)) return;
    while (waiting(c.stream)) commit(c, c.pending.shift());
  }

  function respondReadable(c, n, first) {
    first.filled += n;
    if (first.kind === "none") {
      keep(c, first);
      commitPending(c);
      return;
    }
    if (first.filled < first.min) return;
    c.pending.shift();
    const over = first.filled % first.element;
    if (over > 0) {
      const end = first.offset + first.filled;
      enqueueBytes(c, first.buffer.slice(end - over, end), 0, over);
    }
    first.filled -= over;
    const full = fillPending(c);
    commit(c, first);
    for (const into of full) commit(c, into);
  }

  const open0 = (what) => `The ${what} must be more than zero while the stream is open.`;

  function respond(c, n) {
    const first = c.pending[0];
    if (c.stream.state === "closed") {
      if (n !== 0) throw new TypeError("bytesWritten must be 0 when the stream is closed");
    } else {
      if (first.buffer.detached) throw new TypeError("Cannot respond with a zero-length or detached view");
      if (!(n > 0)) throw new TypeError(open0("bytesWritten"));
      if (first.filled + n > first.length) throw new RangeError(`Too many bytes [${n}] in response to a BYOB read request.`);
    }
    takeBack(c);
    if (c.stream.state === "closed") respondClosed(c, first);
    else respondReadable(c, n, first);
    pullIfNeeded(c);
  }

  function respondWithView(c, view) {
    const first = c.pending[0];
    const { buffer, byteOffset, byteLength } = view;
    if (c.stream.state !== "closed" && byteLength === 0) throw new TypeError(open0("view byte length"));
    if (byteOffset !== first.offset + first.filled) throw new RangeError("The given view has an invalid byte offset.");
    if (buffer.byteLength !== (first.buffer.detached ? first.size : first.buffer.byteLength)) throw new RangeError("The underlying ArrayBuffer is not the correct length.");
    if (first.filled + byteLength > first.length) throw new RangeError(`Too many bytes [${byteLength}] in response to a BYOB read request.`);
    first.buffer = transfer(buffer);
    invalidate(c);
    respond(c, byteLength);
  }

  class ReadableStreamBYOBRequest {
    #r; // {controller, view}
    constructor(secret, r) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#r = r;
    }
    #controller() {
      if (this.#r.controller === undefined) throw new TypeError("This ReadableStreamBYOBRequest has been invalidated.");
      return this.#r.controller;
    }
    get view() { return this.#r.view; }
    // atLeast is how many bytes the reader still waits for.
    get atLeast() {
      const first = this.#r.controller?.pending[0];
      return first === undefined ? null : Math.max(1, first.min - first.filled);
    }
    respond(bytesWritten) {
      const c = this.#controller();
      respond(c, Math.trunc(Number(bytesWritten)) || 0);
    }
    respondWithNewView(view) {
      const c = this.#controller();
      if (!ArrayBuffer.isView(view)) throw new TypeError("Failed to execute 'respondWithNewView' on 'ReadableStreamBYOBRequest': parameter 1 is not of type 'BufferSource'.");
      respondWithView(c, view);
    }
    get [Symbol.toStringTag]() { return "ReadableStreamBYOBRequest"; }
  }

  function requestOf(c) {
    if (c.pending.length === 0) return null;
    if (c.request === undefined) {
      const { buffer, offset, filled, length } = c.pending[0];
      c.request = { controller: c, view: new Uint8Array(buffer, offset + filled, length - filled) };
      c.request.shell = new ReadableStreamBYOBRequest(SECRET, c.request);
    }
    return c.request.shell;
  }

  class ReadableByteStreamController {
    #c;
    constructor(secret, c) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#c = c;
    }
    get byobRequest() { return requestOf(this.#c); }
    get desiredSize() { return desiredSize(this.#c); }
    close() {
      if (!open(this.#c)) throw new TypeError("This ReadableStream is closed.");
      close(this.#c);
    }
    enqueue(chunk) {
      if (chunk instanceof ArrayBuffer) chunk = chunk.detached ? new Uint8Array(0) : new Uint8Array(chunk);
      if (!ArrayBuffer.isView(chunk)) throw new TypeError("Failed to execute 'enqueue' on 'ReadableByteStreamController': parameter 1 is not of type 'BufferSource'.");
      if (chunk.byteLength === 0) throw new TypeError("Cannot enqueue a zero-length ArrayBuffer.");
      if (!open(this.#c)) throw new TypeError("Unable to enqueue");
      const { byteOffset, byteLength } = chunk;
      enqueueOwned(this.#c, new Uint8Array(transfer(chunk.buffer, "The provided ArrayBuffer must be detachable."), byteOffset, byteLength));
    }
    error(reason = undefined) { errorController(this.#c, reason); }
    get [Symbol.toStringTag]() { return "ReadableByteStreamController"; }
  }

  function setUp(stream, algorithms) {
    const c = newController(stream, steps, algorithms);
    c.pending = [];
    c.request = undefined;
    c.allocate = algorithms.allocate;
    return c;
  }

  function create({ pull, cancel, hwm }) {
    const stream = newStream();
    const c = setUp(stream, { pull, cancel, hwm });
    wrap(stream);
    start(c, undefined);
    return stream;
  }

  // construct is the constructor of a ReadableStream whose type is "bytes".
  function construct(stream, source, hwm) {
    const [starting, pull, cancel] = ["start", "pull", "cancel"].map((name) => method(source, name));
    const allocate = source.autoAllocateChunkSize === undefined ? undefined : Math.floor(Number(source.autoAllocateChunkSize));
    if (allocate !== undefined && !(allocate > 0)) throw new TypeError("The autoAllocateChunkSize option cannot be zero.");
    const c = setUp(stream, {
      pull: () => call(pull, source, controller), cancel: (reason) => call(cancel, source, reason), hwm, allocate,
    });
    const controller = new ReadableByteStreamController(SECRET, c);
    start(c, starting === undefined ? undefined : starting.call(source, controller));
  }

  return {
    ReadableByteStreamController, ReadableStreamBYOBRequest,
    internal: { create, construct, pullInto, checkRead, enqueueOwned, finish, drop },
  };
})
