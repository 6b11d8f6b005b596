// Streams and signals: the side that has one exports an object that the other reads from, writes to or waits for.
import { dispose } from "./disposal.js";
import { call, promiseOf } from "./calls.js";
import { exportObject, free } from "./values.js";

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
export class Sink extends core.RpcTarget {
  constructor(writer) { super(); this.writer = writer; }
  async write(chunk) { await this.writer.ready; await this.writer.write(chunk instanceof Uint8Array ? chunk.buffer : chunk); } // as the Workers runtime gives it
  async close() {
    this.over = true;
    await this.writer.close();
  }
  async abort(reason) {
    this.over = true;
    await this.writer.abort(reason);
  }
  [Symbol.dispose]() {
    if (this.over) return;
    const e = new Error("WritableStream received over RPC was disconnected because the remote execution context has ended.");
    e.retryable = true;
    this.writer.abort(e).catch(() => {});
  }
}
export function streamForm(stream, encoder) {
  const { isLocked, isBytes, isDisturbed } = core.part("streams").internal;
  if (isLocked(stream)) throw new TypeError("The ReadableStream has been locked to a reader.");
  if (isDisturbed(stream)) throw new TypeError("This ReadableStream is disturbed.");
  const bytes = isBytes?.(stream) ?? false;
  const length = bytes ? core.part("transform").internal.lengthOf(stream) : undefined; // a FixedLengthStream's: a server is told
  const form = ["R", encoder.cap(exportObject(new Source(stream.getReader()))), bytes];
  if (length !== undefined) form.push(length);
  return form;
}
export const done = (record, method, args) => promiseOf(call(record, [method], args));
// last is a call after which the stream is let go of: unless more may follow, and it hasn't failed.
async function last(record, method, args, more = false) {
  let goesOn = false;
  try {
    const result = await done(record, method, args);
    goesOn = more;
    return result;
  } finally {
    if (!goesOn) dispose(record);
  }
}
export function streamOf([, , bytes], record) {
  const streams = core.part("streams");
  const next = async () => {
    const chunk = await last(record, "read", [], true);
    if (chunk === undefined) dispose(record);
    return chunk;
  };
  const cancel = (reason) => last(record, "cancel", [reason]);
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
export function writableOf(record) {
  const { WritableStream } = core.part("writable");
  return new WritableStream({
    write: (chunk) => last(record, "write", [piece(chunk)], true),
    close: () => last(record, "close", []),
    abort: (reason) => last(record, "abort", [reason]),
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
export function signalForm(signal, encoder) {
  return signal.aborted ? ["a", -1, encoder.encode(signal.reason)] : ["a", encoder.cap(exportObject(new Watch(signal)))];
}
export function signalOf([, n, reason], grantAt) {
  const controller = new core.AbortController();
  if (n === -1) controller.abort(reason);
  else done(free(grantAt(n)), "wait", []).then(([why]) => controller.abort(why), (e) => {
    if (e?.name === "DataCloneError") controller.abort(e); // its reason can't cross; else nobody is there any more who could abort it
  });
  return controller.signal;
}
