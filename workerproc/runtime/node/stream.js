// node:stream is the npm package readable-stream, with the bridges to web streams that it leaves out.
const stream = require("./vendor/readable-stream.js");
const web = () => require("internal:web_streams");

const { Readable, Writable, Duplex } = stream;
const Stream = stream.Stream ?? stream;
for (const name of ["Readable", "Writable", "Duplex", "Transform", "PassThrough"]) Object.defineProperty(stream[name], "name", { value: name, configurable: true });
Object.defineProperty(Readable, "fromWeb", { value: (s, options) => web().readableFromWeb(s, options), configurable: true, writable: true, enumerable: true });
Object.defineProperty(Readable, "toWeb", { value: (s, options) => web().readableToWeb(s, options), configurable: true, writable: true, enumerable: true });
Object.defineProperty(Writable, "fromWeb", { value: (s, options) => web().writableFromWeb(s, options), configurable: true, writable: true, enumerable: true });
Object.defineProperty(Writable, "toWeb", { value: (s) => web().writableToWeb(s), configurable: true, writable: true, enumerable: true });
Object.defineProperty(Duplex, "fromWeb", { value: (pair, options) => web().duplexFromWeb(pair, options), configurable: true, writable: true, enumerable: true });
Object.defineProperty(Duplex, "toWeb", { value: (s) => web().duplexToWeb(s), configurable: true, writable: true, enumerable: true });

// finished knows nothing of web streams.
const { finished } = Stream;
Stream.finished = stream.finished = Object.assign(function (s) {
  if (typeof ReadableStream === "function" && (s instanceof ReadableStream || s instanceof WritableStream)) {
    throw require("internal:errors").withCode(TypeError, "ERR_WEB_STREAM_INTEROP_UNSUPPORTED", "finished() is not supported for web streams by the streams implementation in use");
  }
  return Reflect.apply(finished, this, arguments);
}, finished);
Object.defineProperties(Stream.finished, { name: { value: "finished" }, length: { value: finished.length } });
// As Node.js ends a stream that goes out of its scope: one that was not finished is destroyed.
Object.defineProperty(Writable.prototype, Symbol.asyncDispose, { writable: true, configurable: true, async value() {
  if (!this.destroyed) this.destroy(this.writableFinished ? null : Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR" }));
  await new Promise((done, failed) => finished(this, (e) => (e && e.name !== "AbortError" ? failed(e) : done())));
} });
Object.defineProperty(Stream, "name", { value: "Stream", configurable: true });

for (const name of ["isDestroyed", "isDisturbed", "isErrored", "isReadable", "Readable", "Writable", "Duplex", "Transform", "PassThrough",
  "addAbortSignal", "finished", "destroy", "pipeline", "compose", "_uint8ArrayToBuffer", "_isUint8Array"]) {
  if (stream[name] !== undefined && Stream[name] === undefined) Stream[name] = stream[name];
}
const defaults = { bytes: 65536, objects: 16 };
Object.assign(Stream, {
  Stream,
  isWritable: Stream.isWritable ?? ((s) => (s && typeof s.writable === "boolean" ? s.writable && !s.destroyed && !s.writableEnded : null)),
  isDestroyed: Stream.isDestroyed ?? ((s) => Boolean(s?.destroyed)),
  getDefaultHighWaterMark: (objects) => (objects ? defaults.objects : defaults.bytes),
  setDefaultHighWaterMark(objects, n) { defaults[objects ? "objects" : "bytes"] = n; },
});
Object.assign(Stream, {
  _isArrayBufferView: (value) => ArrayBuffer.isView(value),
  duplexPair(options) { return require("internal:rare").duplexPair(options); },
});
Object.defineProperty(Stream, "ours", { value: stream.promises });
Object.defineProperty(Stream, "promises", { enumerable: true, configurable: true, get: () => require("node:stream/promises") });
module.exports = Stream;
