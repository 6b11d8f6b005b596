// The bridges between the streams of Node.js and of the Web.
const { Readable, Writable, Duplex } = require("node:stream");
const { Buffer } = require("node:buffer");
const { AbortError, withCode, invalidArgType, invalidArgValue, received, validateObject } = require("internal:errors");

const web = (stream, C, name) => { if (!(stream instanceof C)) throw invalidArgType(name, C.name, stream); };
const ours = (stream, is, name, what) => {
  if (!is) throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be an stream.${what}.${received(stream)}`);
};
function checked(options) {
  validateObject(options, "options");
  if (options.encoding !== undefined && !Buffer.isEncoding(options.encoding)) throw invalidArgValue("options.encoding", options.encoding);
}

const settle = (promise, done) => { promise.then(() => done(), done); };

function reading(reader, objects) {
  return {
    read() {
      reader.read().then(({ done, value }) => {
        this.push(done ? null : objects || typeof value === "string" ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      }, (e) => this.destroy(e));
    },
  };
}
function writing(writer) {
  return {
    write(chunk, encoding, done) { settle(writer.ready.then(() => writer.write(chunk)), done); },
    final(done) { settle(writer.close(), done); },
  };
}

function readableFromWeb(stream, options = {}) {
  web(stream, ReadableStream, "readableStream");
  checked(options);
  const reader = stream.getReader();
  return new Readable({
    ...options, ...reading(reader, options.objectMode),
    destroy(e, done) { settle(reader.cancel(e ?? undefined), () => done(e)); },
  });
}

function writableFromWeb(stream, options = {}) {
  web(stream, WritableStream, "writableStream");
  checked(options);
  const writer = stream.getWriter();
  return new Writable({
    ...options, ...writing(writer),
    destroy(e, done) {
      if (e === null || e === undefined) return done();
      settle(writer.abort(e), () => done(e));
    },
  });
}

function duplexFromWeb(pair, options = {}) {
  validateObject(pair, "pair");
  const { readable, writable } = pair;
  web(readable, ReadableStream, "pair.readable");
  web(writable, WritableStream, "pair.writable");
  checked(options);
  const reader = readable.getReader(), writer = writable.getWriter();
  return new Duplex({
    ...options, ...reading(reader, options.objectMode || options.readableObjectMode), ...writing(writer),
    destroy(e, done) {
      if (e === null || e === undefined) return done();
      settle(Promise.all([reader.cancel(e), writer.abort(e)]), () => done(e));
    },
  });
}

function readableToWeb(stream, options = {}) {
  ours(stream, typeof stream?.pipe === "function" && typeof stream.on === "function", "streamReadable", "Readable");
  const objects = stream.readableObjectMode;
  stream.pause();
  return new ReadableStream({
    start(controller) {
      stream.on("data", (chunk) => {
        controller.enqueue(Buffer.isBuffer(chunk) && !objects ? new Uint8Array(chunk) : chunk);
        if (controller.desiredSize <= 0) stream.pause();
      });
      stream.pause();
      stream.once("error", (e) => controller.error(e));
      let ended = false;
      stream.once("end", () => { ended = true; try { controller.close(); } catch { /* it has an error */ } });
      stream.once("close", () => { if (!ended) try { controller.error(new AbortError()); } catch { /* it is over */ } });
    },
    pull() { stream.resume(); },
    cancel(reason) { stream.destroy(reason); },
  }, options.strategy ?? (objects ? new CountQueuingStrategy({ highWaterMark: stream.readableHighWaterMark }) : { highWaterMark: stream.readableHighWaterMark, size: (chunk) => chunk?.byteLength ?? chunk?.length ?? 1 }));
}

function writableToWeb(stream) {
  ours(stream, typeof stream?.write === "function" && typeof stream.on === "function", "streamWritable", "Writable");
  let failed;
  stream.on("error", (e) => { failed = e; });
  return new WritableStream({
    start(controller) { stream.on("error", (e) => controller.error(e)); },
    write(chunk) {
      return new Promise((resolve, reject) => {
        if (failed) return reject(failed);
        stream.write(chunk, (e) => (e ? reject(e) : resolve()));
      });
    },
    close() { return new Promise((resolve, reject) => stream.end((e) => (e ? reject(e) : resolve()))); },
    abort(reason) { stream.destroy(reason); },
  }, { highWaterMark: stream.writableHighWaterMark, size: (chunk) => chunk?.byteLength ?? chunk?.length ?? 1 });
}

module.exports = {
  readableFromWeb, writableFromWeb, duplexFromWeb, readableToWeb, writableToWeb,
  duplexToWeb(stream) {
    ours(stream, typeof stream?.pipe === "function" && typeof stream.write === "function", "duplex", "Duplex");
    return { readable: readableToWeb(stream), writable: writableToWeb(stream) };
  },
};
