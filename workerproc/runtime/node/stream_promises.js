// node:stream/promises.
const { validateAbortSignal } = require("internal:errors");

function pipeline(...streams) {
  return new Promise((resolve, reject) => {
    let options;
    const last = streams[streams.length - 1];
    if (last && typeof last === "object" && typeof last.pipe !== "function" && typeof last.getReader !== "function" && typeof last.getWriter !== "function" &&
      !last.readable && !last.writable && !last[Symbol.asyncIterator] && !last[Symbol.iterator]) options = streams.pop();
    validateAbortSignal(options?.signal, "options.signal");
    const { pipeline, addAbortSignal } = require("node:stream");
    const done = (e, value) => (e ? reject(e) : resolve(value));
    if (options?.end === false) return resolve(require("node:stream").ours.pipeline(...streams, options));
    const end = pipeline(...streams, done);
    if (options?.signal && end && typeof end.destroy === "function") {
      try { addAbortSignal(options.signal, end); } catch (e) { reject(e); }
    }
  });
}

function finished(stream, options) {
  return new Promise((resolve, reject) => {
    require("node:stream").finished(stream, options ?? {}, (e) => (e ? reject(e) : resolve()));
  });
}
module.exports = { pipeline, finished };
Object.defineProperty(module.exports, "promises", { value: { pipeline, finished }, enumerable: false });
