// Key derivation and random numbers. What takes a callback is computed before it is called, later.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, invalidArgValue, outOfRange, validateBoolean, validateFunction, validateInteger, validateString, validateUint32,
  validateInt32 } = require("internal:errors");
const { bytesOf, outputOf, mustHash } = require("internal:crypto_bytes");

const later = (callback, f) => {
  let args;
  try { args = [null, f()]; } catch (e) { args = [e]; }
  queueMicrotask(() => { callback(...args); });
};

function pbkdf2Call(password, salt, iterations, length, digest) {
  password = bytesOf(password, "password");
  salt = bytesOf(salt, "salt");
  validateInt32(iterations, "iterations", 1);
  validateInt32(length, "keylen", 0);
  validateString(digest, "digest");
  return () => {
    const hash = mustHash(digest, (name) => new TypeError(`Invalid Pbkdf2 digest: ${name}.`));
    if (iterations > 100000) throw new DOMException(`Pbkdf2 failed: iteration counts above 100000 are not supported (requested ${iterations}).`, "NotSupportedError");
    return outputOf(ops.nodePbkdf2(hash, password, salt, iterations, length));
  };
}

function scryptCall(password, salt, length, options = {}) {
  password = bytesOf(password, "password");
  salt = bytesOf(salt, "salt");
  validateInt32(length, "keylen", 0);
  const pick = (short, long, fallback) => {
    if (options[short] !== undefined && options[long] !== undefined) throw invalidArgValue(long, options[long]);
    const value = options[short] ?? options[long];
    if (value === undefined) return fallback;
    validateUint32(value, short === "N" ? "N" : short);
    return value || fallback;
  };
  const N = pick("N", "cost", 16384), r = pick("r", "blockSize", 8), p = pick("p", "parallelization", 1);
  let memory = 32 << 20;
  if (options.maxmem !== undefined) {
    validateInteger(options.maxmem, "maxmem", 0);
    memory = options.maxmem || memory;
  }
  return () => {
    if (N >= 1 << 20) throw new RangeError("Scrypt failed: cost exceeds maximum (1048576).");
    if (N < 2 || (N & (N - 1)) !== 0 || 128 * N * r > memory) throw new Error("Scrypt failed");
    return outputOf(ops.nodeScrypt(password, salt, N, r, p, length));
  };
}

function hkdfCall(digest, key, salt, info, length) {
  validateString(digest, "digest");
  key = key !== null && typeof key === "object" && typeof key.export === "function" ? require("internal:crypto_keys").secretOf(key) : bytesOf(key, "ikm", undefined, ["string", "SecretKeyObject", "ArrayBuffer", "TypedArray", "DataView", "Buffer"]);
  const kinds = ["string", "ArrayBuffer", "TypedArray", "DataView", "Buffer"];
  salt = bytesOf(salt, "salt", undefined, kinds);
  info = bytesOf(info, "info", undefined, kinds);
  validateInteger(length, "length", 0, 2147483647);
  if (info.byteLength > 1024) throw withCode(RangeError, "ERR_OUT_OF_RANGE", `The value of "info" is out of range. It must be must not contain more than 1024 bytes. Received ${info.byteLength}`);
  return () => {
    const hash = mustHash(digest, (name) => new TypeError(`Invalid Hkdf digest: ${name}`));
    if (length > 255 * ops.nodeHashSize(hash)) throw new RangeError("Invalid Hkdf key length");
    const bytes = ops.nodeHkdf(hash, key, salt, info, length);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  };
}

const maxSize = 2 ** 31 - 1;
function randomBytes(size, callback) {
  validateInteger(size, "size", 0, maxSize);
  if (callback !== undefined) {
    validateFunction(callback, "callback");
    return later(callback, () => outputOf(ops.nodeRandom(size)));
  }
  return outputOf(ops.nodeRandom(size));
}

function randomFillSync(buffer, offset = 0, size) {
  if (!ArrayBuffer.isView(buffer) && !(buffer instanceof ArrayBuffer)) throw invalidArgType("buffer", ["TypedArray", "DataView", "ArrayBuffer", "SharedArrayBuffer"], buffer);
  const width = buffer.BYTES_PER_ELEMENT ?? 1;
  const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  validateInteger(offset, "offset", 0, maxSize);
  const from = offset * width;
  if (from > view.length) throw outOfRange("offset", `>= 0 && <= ${view.length}`, from);
  if (size !== undefined) validateInteger(size, "size", 0, view.length / width - offset);
  const n = size === undefined ? view.length - from : size * width;
  view.set(ops.nodeRandom(n), from);
  return buffer;
}

function randomFill(buffer, offset, size, callback) {
  if (typeof offset === "function") { callback = offset; offset = 0; size = undefined; } else if (typeof size === "function") { callback = size; size = undefined; }
  validateFunction(callback, "callback");
  if (!ArrayBuffer.isView(buffer) && !(buffer instanceof ArrayBuffer)) throw invalidArgType("buffer", ["TypedArray", "DataView", "ArrayBuffer", "SharedArrayBuffer"], buffer);
  later(callback, () => randomFillSync(buffer, offset, size));
}

const range48 = 2 ** 48 - 1;
function randomInt(min, max, callback) {
  if (max === undefined || typeof max === "function") { callback = max; max = min; min = 0; }
  if (callback !== undefined) validateFunction(callback, "callback");
  validateInteger(min, "min");
  validateInteger(max, "max");
  if (max <= min) throw outOfRange("min", "min < max", min);
  const range = max - min;
  if (!(range <= range48)) throw outOfRange("max", `<= ${range48}`, max);
  const draw = () => {
    const limit = range48 - (range48 % range);
    for (;;) {
      const n = Buffer.from(ops.nodeRandom(6)).readUIntBE(0, 6);
      if (n < limit) return (n % range) + min;
    }
  };
  if (callback === undefined) return draw();
  later(callback, draw);
}

function timingSafeEqual(a, b) {
  const bytes = (v, n) => {
    if (!ArrayBuffer.isView(v) && !(v instanceof ArrayBuffer)) throw new TypeError(`Failed to execute 'timingSafeEqual' on 'SubtleCrypto': parameter ${n} is not of type 'BufferSource'.`);
    return bytesOf(v, "buf");
  };
  const x = bytes(a, 1), y = bytes(b, 2);
  if (x.length !== y.length) throw new TypeError("Input buffers must have the same byte length.");
  return ops.timingSafeEqual(x, y);
}

module.exports = {
  pbkdf2(password, salt, iterations, length, digest, callback) {
    if (typeof digest === "function") throw invalidArgType("digest", "string", undefined);
    const f = pbkdf2Call(password, salt, iterations, length, digest);
    validateFunction(callback, "callback");
    later(callback, f);
  },
  pbkdf2Sync: (password, salt, iterations, length, digest) => pbkdf2Call(password, salt, iterations, length, digest)(),
  scrypt(password, salt, length, options, callback) {
    if (callback === undefined) { callback = options; options = undefined; }
    const f = scryptCall(password, salt, length, options);
    validateFunction(callback, "callback");
    later(callback, f);
  },
  scryptSync: (password, salt, length, options) => scryptCall(password, salt, length, options)(),
  hkdf(digest, key, salt, info, length, callback) {
    const f = hkdfCall(digest, key, salt, info, length);
    validateFunction(callback, "callback");
    later(callback, f);
  },
  hkdfSync: (digest, key, salt, info, length) => hkdfCall(digest, key, salt, info, length)(),
  randomBytes, pseudoRandomBytes: randomBytes, randomFill, randomFillSync, randomInt, timingSafeEqual,
  randomUUID(options) {
    if (options !== undefined) {
      if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
      if (options.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, "options.disableEntropyCache");
    }
    return ops.randomUUID();
  },
};
