// Readers of both kinds.
import { deferred } from "./shared.js";
import { cancelStream, errorRequests } from "./controller.js";
import { recordOf } from "./readable.js";

export function acquire(stream, byob = false) {
  if (stream.reader !== undefined) throw new TypeError("This ReadableStream is currently locked to a reader.");
  const reader = { stream, requests: [], closed: deferred(), byob };
  stream.reader = reader;
  if (stream.state === "closed") reader.closed.resolve(undefined);
  if (stream.state === "errored") reader.closed.reject(stream.error);
  return reader;
}

export function release(reader) {
  const stream = reader.stream;
  const reason = new TypeError("This ReadableStream reader has been released.");
  if (stream.state !== "readable") reader.closed = deferred();
  reader.closed.reject(reason);
  stream.controller.steps.release(stream.controller);
  stream.reader = undefined;
  reader.stream = undefined;
  errorRequests(reader, reason);
}

export function read(reader, request) {
  const stream = reader.stream;
  stream.disturbed = true;
  if (stream.state === "closed") request.close(undefined);
  else if (stream.state === "errored") request.error(stream.error);
  else stream.controller.steps.pull(stream.controller, request);
}

export const readPromise = (start) => new Promise((resolve, reject) => {
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

export class ReadableStreamDefaultReader extends Reader {
  constructor(stream) { super(stream, false); }
  read() {
    const r = readerOf(this);
    return r.stream === undefined ? released() : readPromise((request) => read(r, request));
  }
  get [Symbol.toStringTag]() { return "ReadableStreamDefaultReader"; }
}

export class ReadableStreamBYOBReader extends Reader {
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
