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
//
// The files share a scope when they are bundled (../rpc/rpc.js): readable.js has the class, controller.js, readers.js, tee.js
// and iteration.js what it does. Here is what the rest of the runtime gets.
import { call, deferred, dequeue, enqueueSized, handled, highWaterMark, method, newQueue, noop, SECRET, sizeOf } from "./shared.js";
import { cancelStream, clearAlgorithms, close, closeStream, create, desiredSize, enqueue, errorController, newController, newStream, open, pullIfNeeded, ReadableStreamDefaultController, start, waiting } from "./controller.js";
import { acquire, read, ReadableStreamBYOBReader, ReadableStreamDefaultReader, release } from "./readers.js";
import { teeStream } from "./tee.js";
import { fromIterable } from "./iteration.js";
import { isStream, ReadableStream, recordOf, wrap } from "./readable.js";

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
export default all;
