// What node:zlib's functions and streams share: the kinds, their options and their errors.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, outOfRange } = require("internal:errors");
const constants = require("internal:zlib_constants");

const names = ["Z_OK", "Z_STREAM_END", "Z_NEED_DICT", "Z_ERRNO", "Z_STREAM_ERROR", "Z_DATA_ERROR", "Z_MEM_ERROR", "Z_BUF_ERROR", "Z_VERSION_ERROR"];
const codes = {};
for (const name of names) { codes[name] = constants[name]; codes[constants[name]] = name; }

// Each kind: its class, the method, the format and which way it goes.
const kinds = [["Deflate", "deflate", "deflate", true], ["Inflate", "inflate", "deflate", false], ["Gzip", "gzip", "gzip", true],
  ["Gunzip", "gunzip", "gzip", false], ["DeflateRaw", "deflateRaw", "raw", true], ["InflateRaw", "inflateRaw", "raw", false],
  ["Unzip", "unzip", "unzip", false], ["BrotliCompress", "brotliCompress", "br", true], ["BrotliDecompress", "brotliDecompress", "br", false],
  ["ZstdCompress", "zstdCompress", "zstd", true], ["ZstdDecompress", "zstdDecompress", "zstd", false],
].map(([name, method, format, compress]) => ({ name, method, format, compress }));

// flushesOf are the flushes of a format: none, the usual one of flush(), the end, and the largest number.
const flushes = { zlib: { none: 0, full: 3, finish: 4, most: 5 }, br: { none: 0, full: 1, finish: 2, most: 3 }, zstd: { none: 0, full: 1, finish: 2, most: 2 } };
const flushesOf = (format) => flushes[format] ?? flushes.zlib;
// What the ops know are zlib's.
const asZlib = (format, flush) => (flushesOf(format) === flushes.zlib ? (flush === 5 ? 2 : flush) : [0, 2, 4, 2][flush]);

function problem(name, message) { return Object.assign(withCode(Error, name, message), { errno: codes[name] }); }

// failure is the error for what an op says is wrong.
function failure(what, format, dictionary) {
  if (what === "short") return problem("Z_BUF_ERROR", "unexpected end of file");
  if (format === "br") return Object.assign(withCode(Error, "ERR__ERROR_FORMAT_PADDING_1", "Decompression failed"), { errno: -14 });
  if (format === "zstd") return Object.assign(withCode(Error, what === "header" ? "ZSTD_error_prefix_unknown" : "ZSTD_error_corruption_detected", what === "header" ? "Unknown frame descriptor" : "Data corruption detected"), { errno: what === "header" ? 10 : 20 });
  if (what === "dictionary") return dictionary ? problem("Z_DATA_ERROR", "Bad dictionary") : problem("Z_NEED_DICT", "Missing dictionary");
  return problem("Z_DATA_ERROR", { header: "incorrect header check", checksum: "incorrect data check" }[what] ?? "invalid data");
}

function within(options, name, min, max) {
  const value = options[name];
  if (value === undefined || value !== value) return undefined;
  if (typeof value !== "number") throw invalidArgType(`options.${name}`, "number", value);
  if (value < min || value > max) throw outOfRange(`options.${name}`, Number.isFinite(max) ? `>= ${min} and <= ${max}` : `>= ${min}`, value);
  return value;
}

function paramsOf(options, prefix, name, known) {
  const params = options.params ?? {};
  for (const key of Object.keys(params)) {
    if (!known(+key)) throw withCode(RangeError, `ERR_${prefix}_INVALID_PARAM`, `${key} is not a valid ${name} parameter`);
    if (typeof params[key] !== "number" && typeof params[key] !== "boolean") throw invalidArgType("options.params[key]", "number", params[key]);
  }
  return params;
}

// optionsOf checks options and returns what they come to.
function optionsOf(options, kind) {
  if (options === null || options === undefined) options = {};
  if (typeof options !== "object") throw invalidArgType("options", "Object", options);
  const { none, finish, most } = flushesOf(kind.format);
  const settings = { chunkSize: within(options, "chunkSize", 64, Infinity) ?? 16384, flush: within(options, "flush", none, most) ?? none,
    finishFlush: within(options, "finishFlush", none, most) ?? finish, max: within(options, "maxOutputLength", 1, 2 ** 32), level: -1, window: -1, strategy: 0 };
  if (kind.format === "br") {
    const params = paramsOf(options, "BROTLI", "Brotli", (n) => (kind.compress ? n >= 0 && n <= 8 : n >= 0 && n <= 1));
    if (kind.compress) Object.assign(settings, { level: params[1] ?? 11, window: params[2] ?? 22 });
  } else if (kind.format === "zstd") {
    const params = paramsOf(options, "ZSTD", "ZSTD", (n) => (kind.compress ? n >= 100 && n <= 107 || n >= 160 && n <= 164 || n >= 200 && n <= 202 || n >= 400 && n <= 402 : n === 100));
    if (kind.compress) settings.level = params[100] ?? 3;
  } else zlibOptions(settings, options, kind);
  if (kind.compress) settings.finishFlush = asZlib(kind.format, settings.finishFlush);
  let dictionary = options.dictionary;
  if (dictionary !== undefined) {
    if (!ArrayBuffer.isView(dictionary) && !(dictionary instanceof ArrayBuffer)) throw invalidArgType("options.dictionary", ["Buffer", "TypedArray", "DataView", "ArrayBuffer"], dictionary);
    settings.dictionary = bytesOf(dictionary);
  }
  return settings;
}

function zlibOptions(settings, options, kind) {
  settings.window = within(options, "windowBits", kind.compress ? (kind.format === "gzip" ? 9 : 8) : 0, 15) ?? 15;
  settings.level = within(options, "level", -1, 9) ?? -1;
  within(options, "memLevel", 1, 9);
  settings.strategy = within(options, "strategy", 0, 4) ?? 0;
  if (kind.compress) settings.level = levelFor(settings.level, settings.strategy);
}

// levelFor: Z_HUFFMAN_ONLY is a level of its own to the op.
const levelFor = (level, strategy) => (strategy === 2 && level !== 0 ? -2 : level);

function bytesOf(buffer) {
  if (typeof buffer === "string") return Buffer.from(buffer);
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  throw invalidArgType("buffer", ["string", "Buffer", "TypedArray", "DataView", "ArrayBuffer"], buffer);
}

module.exports = { kinds, codes: Object.freeze(codes), flushesOf, asZlib, failure, optionsOf, levelFor, bytesOf };
