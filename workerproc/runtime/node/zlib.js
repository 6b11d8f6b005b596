// node:zlib: what is compressed or decompressed at once. Streams are in internal_zlib_streams.js.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, validateFunction, validateUint32 } = require("internal:errors");
const { optionsOf, failure, bytesOf, kinds, codes, flushesOf } = require("internal:zlib_settings");
const constants = Object.freeze({ __proto__: null, ...require("internal:zlib_constants") });
const maxOutput = 128 << 20; // bytes, unless maxOutputLength says less

const buffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const isGzip = (bytes) => bytes.length > 1 && bytes[0] === 0x1f && bytes[1] === 0x8b;

function work({ format, compress }, bytes, settings) {
  if (compress) return buffer(ops.nodeCompress(format, bytes, [settings.level, settings.window], settings.dictionary, settings.finishFlush));
  if (format === "unzip") format = isGzip(bytes) ? "gzip" : "deflate";
  const max = Math.min(settings.max ?? maxOutput, maxOutput);
  const [out, wrong] = ops.nodeDecompress(format, bytes, max, settings.dictionary);
  if (wrong === "too large") throw withCode(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${max} byte${max === 1 ? "" : "s"}`);
  if (wrong !== "" && !(wrong === "short" && settings.finishFlush !== flushesOf(format).finish)) throw failure(wrong, format, settings.dictionary !== undefined);
  return buffer(out);
}

for (const kind of kinds) {
  const { name, method } = kind;
  const answer = (out, options) => (options?.info ? { buffer: out, engine: new module.exports[name](options) } : out);
  module.exports[`${method}Sync`] = { [`${method}Sync`](bytes, options) { return answer(work(kind, bytesOf(bytes), optionsOf(options, kind)), options); } }[`${method}Sync`];
  module.exports[method] = { [method](bytes, options, callback) {
    if (typeof options === "function") { callback = options; options = {}; }
    validateFunction(callback, "callback");
    bytes = bytesOf(bytes);
    const settings = optionsOf(options, kind);
    let args;
    try { args = [null, answer(work(kind, bytes, settings), options)]; } catch (e) { args = [e]; }
    queueMicrotask(() => { callback(...args); });
  } }[method];
  Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get: () => require("internal:zlib_streams")[name] });
  module.exports[`create${name}`] = (options) => new module.exports[name](options);
}
Object.assign(module.exports, {
  constants, codes,
  crc32(data, value = 0) {
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw invalidArgType("data", ["Buffer", "TypedArray", "DataView", "string"], data);
    validateUint32(value, "value");
    return ops.nodeCrc32(bytesOf(data), value);
  },
});
for (const name of Object.keys(constants)) {
  Object.defineProperty(module.exports, name, { value: constants[name], enumerable: true, writable: false });
}
