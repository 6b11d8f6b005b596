// node:zlib. A stream gathers what is written and gives the whole result at its end.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, outOfRange, validateFunction, validateUint32 } = require("internal:errors");

const codes = { Z_OK: 0, Z_STREAM_END: 1, Z_NEED_DICT: 2, Z_ERRNO: -1, Z_STREAM_ERROR: -2, Z_DATA_ERROR: -3, Z_MEM_ERROR: -4, Z_BUF_ERROR: -5, Z_VERSION_ERROR: -6 };
const constants = Object.freeze({
  __proto__: null, Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_BLOCK: 5, ...codes, Z_NO_COMPRESSION: 0,
  Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1, Z_FILTERED: 1, Z_HUFFMAN_ONLY: 2, Z_RLE: 3, Z_FIXED: 4, Z_DEFAULT_STRATEGY: 0,
  ZLIB_VERNUM: 4880, DEFLATE: 1, INFLATE: 2, GZIP: 3, GUNZIP: 4, DEFLATERAW: 5, INFLATERAW: 6, UNZIP: 7, BROTLI_DECODE: 8, BROTLI_ENCODE: 9,
  Z_MIN_WINDOWBITS: 8, Z_MAX_WINDOWBITS: 15, Z_DEFAULT_WINDOWBITS: 15, Z_MIN_CHUNK: 64, Z_MAX_CHUNK: Infinity, Z_DEFAULT_CHUNK: 16384,
  Z_MIN_MEMLEVEL: 1, Z_MAX_MEMLEVEL: 9, Z_DEFAULT_MEMLEVEL: 8, Z_MIN_LEVEL: -1, Z_MAX_LEVEL: 9, Z_DEFAULT_LEVEL: -1,
  BROTLI_OPERATION_PROCESS: 0, BROTLI_OPERATION_FLUSH: 1, BROTLI_OPERATION_FINISH: 2, BROTLI_OPERATION_EMIT_METADATA: 3, BROTLI_PARAM_MODE: 0,
  BROTLI_MODE_GENERIC: 0, BROTLI_MODE_TEXT: 1, BROTLI_MODE_FONT: 2, BROTLI_DEFAULT_MODE: 0, BROTLI_PARAM_QUALITY: 1, BROTLI_MIN_QUALITY: 0,
  BROTLI_MAX_QUALITY: 11, BROTLI_DEFAULT_QUALITY: 11, BROTLI_PARAM_LGWIN: 2, BROTLI_MIN_WINDOW_BITS: 10, BROTLI_MAX_WINDOW_BITS: 24,
  BROTLI_LARGE_MAX_WINDOW_BITS: 30, BROTLI_DEFAULT_WINDOW: 22, BROTLI_PARAM_LGBLOCK: 3, BROTLI_PARAM_SIZE_HINT: 5,
  BROTLI_DECODER_PARAM_LARGE_WINDOW: 1,
});
const maxOutput = 128 << 20; // bytes, unless maxOutputLength says less

function problem(name, message) { return Object.assign(withCode(Error, name, message), { errno: codes[name] }); }

const messages = { header: "incorrect header check", checksum: "incorrect data check", data: "invalid data", dictionary: "Missing dictionary" };

function failure(what, format, max) {
  if (what === "too large") return withCode(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${max} byte${max === 1 ? "" : "s"}`);
  if (format === "br") return Object.assign(withCode(Error, what === "short" ? "Z_BUF_ERROR" : "ERR__ERROR_FORMAT_PADDING_1", what === "short" ? "unexpected end of file" : "Decompression failed"), { errno: what === "short" ? -5 : -5 });
  if (what === "short") return problem("Z_BUF_ERROR", "unexpected end of file");
  if (what === "dictionary") return problem("Z_NEED_DICT", messages[what]);
  return problem("Z_DATA_ERROR", messages[what]);
}

function optionsOf(options, kind) {
  if (options === null || options === undefined) return { level: kind === "br" ? 11 : -1, max: maxOutput };
  if (typeof options !== "object") throw invalidArgType("options", "Object", options);
  const within = (name, min, max) => {
    const value = options[name];
    if (value === undefined || value !== value) return undefined;
    if (typeof value !== "number") throw invalidArgType(`options.${name}`, "number", value);
    if (value < min || value > max) throw outOfRange(`options.${name}`, `>= ${min} and <= ${max}`, value);
    return value;
  };
  const max = Math.min(within("maxOutputLength", 1, 2 ** 32) ?? maxOutput, maxOutput);
  if (kind === "br") return { level: options.params?.[constants.BROTLI_PARAM_QUALITY] ?? 11, max, partial: options.finishFlush === 0 || options.finishFlush === 1 };
  within("chunkSize", 64, Infinity);
  within("windowBits", kind === "decompress" ? 0 : 8, 15);
  within("memLevel", 1, 9);
  within("strategy", 0, 4);
  let dictionary = options.dictionary;
  if (dictionary !== undefined) {
    if (!ArrayBuffer.isView(dictionary) && !(dictionary instanceof ArrayBuffer)) throw invalidArgType("options.dictionary", ["Buffer", "TypedArray", "DataView", "ArrayBuffer"], dictionary);
    dictionary = bytesOf(dictionary);
  }
  return { level: within("level", -1, 9) ?? -1, max, dictionary, partial: options.finishFlush === constants.Z_SYNC_FLUSH, strategy: options.strategy };
}

function bytesOf(buffer) {
  if (typeof buffer === "string") return Buffer.from(buffer);
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  throw invalidArgType("buffer", ["string", "Buffer", "TypedArray", "DataView", "ArrayBuffer"], buffer);
}
const buffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function compress(format, bytes, { level, dictionary }) { return buffer(ops.nodeCompress(format, bytes, level, dictionary)); }

function decompress(format, bytes, { max, dictionary, partial }) {
  if (format === "unzip") format = bytes.length > 1 && bytes[0] === 0x1f && bytes[1] === 0x8b ? "gzip" : "deflate";
  const [out, , wrong] = ops.nodeDecompress(format, bytes, max, dictionary);
  if (wrong !== "" && !(wrong === "short" && partial)) throw failure(wrong, format, max);
  return buffer(out);
}

// Each kind: its class, the method, the format and which way it goes.
const kinds = [["Deflate", "deflate", "deflate", compress], ["Inflate", "inflate", "deflate", decompress], ["Gzip", "gzip", "gzip", compress],
  ["Gunzip", "gunzip", "gzip", decompress], ["DeflateRaw", "deflateRaw", "raw", compress], ["InflateRaw", "inflateRaw", "raw", decompress],
  ["Unzip", "unzip", "unzip", decompress], ["BrotliCompress", "brotliCompress", "br", compress], ["BrotliDecompress", "brotliDecompress", "br", decompress]];

const optionKind = (format, work) => (format === "br" ? "br" : work === decompress ? "decompress" : "compress");
const classes = {};

function classOf(name, format, work) {
  const { Transform } = require("node:stream");
  const C = { [name]: function (options) {
    if (!new.target) return new C(options);
    this._settings = optionsOf(options, optionKind(format, work));
    Reflect.apply(Transform, this, [{ ...options, decodeStrings: true }]);
    this._gathered = [];
    this.bytesWritten = 0;
  } }[name];
  Object.setPrototypeOf(C.prototype, Transform.prototype);
  Object.setPrototypeOf(C, Transform);
  Object.assign(C.prototype, {
    _transform(chunk, encoding, done) { this._gathered.push(chunk); this.bytesWritten += chunk.length; done(); },
    _flush(done) {
      let out;
      try {
        const whole = Buffer.concat(this._gathered);
        out = work === decompress && whole.length === 0 ? whole : work(format, whole, this._settings);
      } catch (e) { return done(e); }
      this._gathered = [];
      for (let at = 0; at < out.length; at += 65536) this.push(out.subarray(at, at + 65536));
      done();
    },
    flush(kind, done) { if (typeof kind === "function") done = kind; if (done) queueMicrotask(done); },
    close(done) { if (done) this.once("close", done); this.destroy(); },
    params(level, strategy, done) { this._settings.level = level; queueMicrotask(() => done?.()); },
    reset() { this._gathered = []; },
  });
  return C;
}

for (const [name, method, format, work] of kinds) {
  const once = (bytes, options) => work(format, bytesOf(bytes), optionsOf(options, optionKind(format, work)));
  module.exports[`${method}Sync`] = once;
  module.exports[method] = (bytes, options, callback) => {
    if (typeof options === "function") { callback = options; options = {}; }
    validateFunction(callback, "callback");
    bytes = bytesOf(bytes);
    const settings = optionsOf(options, optionKind(format, work));
    let args;
    try { args = [null, work(format, bytes, settings)]; } catch (e) { args = [e]; }
    queueMicrotask(() => { callback(...args); });
  };
  Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get: () => (classes[name] ??= classOf(name, format, work)) });
  module.exports[`create${name}`] = (options) => new module.exports[name](options);
}
Object.assign(module.exports, {
  constants, codes: Object.freeze({ ...codes, ...Object.fromEntries(Object.entries(codes).map(([name, n]) => [n, name])) }),
  crc32(data, value = 0) {
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw invalidArgType("data", ["Buffer", "TypedArray", "DataView", "string"], data);
    validateUint32(value, "value");
    return ops.nodeCrc32(bytesOf(data), value);
  },
});
for (const name of Object.keys(constants)) {
  if (name.startsWith("Z_")) Object.defineProperty(module.exports, name, { value: constants[name], enumerable: false });
}
