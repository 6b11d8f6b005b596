// The record of a stream, what the controllers of both kinds share, and the default one.
import { dequeue, enqueueSized, newQueue, noop, SECRET } from "./shared.js";
import { wrap } from "./readable.js";

export const newStream = () => ({ state: "readable", error: undefined, disturbed: false, reader: undefined, controller: undefined, shell: undefined });
export const waiting = (stream) => stream.reader !== undefined && stream.reader.requests.length > 0;

export function closeStream(stream) {
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

export function errorRequests(reader, reason) {
  const requests = reader.requests;
  reader.requests = [];
  for (const request of requests) request.error(reason);
}

export function cancelStream(stream, reason) {
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

export function newController(stream, steps, { pull, cancel, hwm }) {
  const c = { stream, steps, pull, cancel, hwm, started: false, closing: false, pulling: false, pullAgain: false };
  newQueue(c);
  stream.controller = c;
  return c;
}

// start calls an author's start at once and the rest when it has resolved.
export function start(c, result) {
  new Promise((resolve) => resolve(result)).then(() => {
    c.started = true;
    pullIfNeeded(c);
  }, (err) => errorController(c, err));
}

export function desiredSize(c) {
  switch (c.stream.state) {
    case "errored": return null;
    case "closed": return 0;
    default: return c.hwm - c.total;
  }
}

export const open = (c) => !c.closing && c.stream.state === "readable";
const wantsPull = (c) => open(c) && c.started && (waiting(c.stream) || desiredSize(c) > 0);

export function pullIfNeeded(c) {
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

export const clearAlgorithms = (c) => { c.pull = c.cancel = c.size = undefined; };

export function errorController(c, reason) {
  if (c.stream.state !== "readable") return;
  if (c.pending !== undefined) core.part("readable-bytes").internal.drop(c);
  newQueue(c);
  clearAlgorithms(c);
  errorStream(c.stream, reason);
}

// --- the default controller

export const defaultSteps = {
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
  put: enqueue,
  close,
};

export function enqueue(c, chunk) {
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

export function close(c) {
  if (!open(c)) return;
  c.closing = true;
  if (c.queue.length > 0) return;
  clearAlgorithms(c);
  closeStream(c.stream);
}

export class ReadableStreamDefaultController {
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
export function create({ pull, cancel, start: starting, hwm = 1, size = () => 1 }) {
  const stream = newStream();
  const c = newController(stream, defaultSteps, { pull, cancel, hwm });
  c.size = size;
  wrap(stream);
  start(c, starting === undefined ? undefined : starting(c));
  return stream;
}
