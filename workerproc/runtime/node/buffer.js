// node:buffer. Text and search are ops; numbers are in internal:buffer_numbers.
const { withCode, received, invalidArgType, invalidArgValue, outOfRange, validateNumber, validateInteger } = require("internal:errors");

const kMaxLength = 2 ** 31 - 1; // bytes; what fits is up to the isolate's limit
const kStringMaxLength = 2 ** 29 - 24;

class FastBuffer extends Uint8Array {}

function Buffer(value, encodingOrOffset, length) {
  if (typeof value === "number") {
    if (typeof encodingOrOffset === "string") throw invalidArgType("string", "string", value);
    return Buffer.alloc(value);
  }
  return Buffer.from(value, encodingOrOffset, length);
}
Object.defineProperty(Buffer, Symbol.species, { configurable: true, enumerable: false, get() { return Buffer; } });
Object.setPrototypeOf(Buffer, Uint8Array);
Buffer.prototype = FastBuffer.prototype;
Object.defineProperty(Buffer.prototype, "constructor", { value: Buffer, writable: true, configurable: true, enumerable: false });
Buffer.poolSize = 0;

const own = (bytes) => new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const isBytes = (v) => v instanceof Uint8Array;

// encodingOf is the one name of an encoding, or undefined.
const encodings = {
  __proto__: null, "utf8": "utf8", "utf-8": "utf8", "hex": "hex", "base64": "base64", "base64url": "base64url", "latin1": "latin1",
  "binary": "latin1", "ascii": "ascii", "ucs2": "utf16le", "ucs-2": "utf16le", "utf16le": "utf16le", "utf-16le": "utf16le",
};
function encodingOf(encoding) {
  if (encoding === undefined || encoding === null || encoding === "") return "utf8";
  const known = encodings[encoding];
  return known ?? (typeof encoding === "string" ? encodings[encoding.toLowerCase()] : undefined);
}
function mustEncoding(encoding) {
  const known = encodingOf(encoding);
  if (known === undefined) throw withCode(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`);
  return known;
}

function utf16Bytes(s) {
  const out = new Uint8Array(s.length * 2);
  for (let i = 0; i < s.length; i++) {
    const unit = s.charCodeAt(i);
    out[2 * i] = unit & 0xff;
    out[2 * i + 1] = unit >> 8;
  }
  return out;
}
function utf16Text(bytes) {
  const parts = [];
  for (let at = 0; at + 1 < bytes.length; at += 8192) {
    const units = [];
    for (let i = at; i + 1 < bytes.length && i < at + 8192; i += 2) units.push(bytes[i] | bytes[i + 1] << 8);
    parts.push(String.fromCharCode.apply(null, units));
  }
  return parts.join("");
}

// encode and decode take encodings as encodingOf names them.
function encode(s, encoding) {
  switch (encoding) {
    case "utf8": return ops.utf8Encode(s);
    case "utf16le": return utf16Bytes(s);
    case "ascii": return ops.nodeEncode(s, "latin1");
    case "base64url": return ops.nodeEncode(s, "base64");
  }
  return ops.nodeEncode(s, encoding);
}
const decode = (bytes, encoding) => (encoding === "utf16le" ? utf16Text(bytes) : ops.nodeDecode(bytes, encoding));

// checkSize has the Workers runtime's words for each size that can't be.
function checkSize(size) {
  validateNumber(size, "size");
  if (size !== size) throw withCode(RangeError, "ERR_INVALID_ARG_VALUE", "The argument 'size' is invalid. Received NaN");
  if (size < 0) throw new RangeError(`Invalid typed array length: ${size}`);
  if (size > kMaxLength) throw outOfRange("size", `0 to ${kMaxLength}`, size);
}

Buffer.alloc = function alloc(size, fill, encoding) {
  checkSize(size);
  if (encoding !== undefined && typeof encoding !== "string") throw invalidArgType("encoding", "string", encoding);
  const buffer = new FastBuffer(size);
  if (fill !== undefined && fill !== 0 && size > 0) buffer.fill(fill, encoding);
  return buffer;
};
Buffer.allocUnsafe = function allocUnsafe(size) { checkSize(size); return new FastBuffer(size); };
Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) { checkSize(size); return new FastBuffer(size); };

const isAnyArrayBuffer = (v) => v instanceof ArrayBuffer || Object.prototype.toString.call(v) === "[object SharedArrayBuffer]";
const firstTypes = ["string", "Buffer", "ArrayBuffer", "Array", "Array-like Object"];

function invalidFirst(value) {
  return withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The first argument must be of type string or an instance of Buffer, TypedArray, ArrayBuffer, SharedArrayBuffer, or Array or an Array-like Object.${require("internal:errors").received(value)}`);
}

Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === "string") return own(encode(value, typeof encodingOrOffset === "string" ? mustEncoding(encodingOrOffset) : "utf8"));
  if (typeof value === "object" && value !== null) {
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf && value.valueOf();
    if (primitive != null && primitive !== value && (typeof primitive === "string" || typeof primitive === "object")) {
      return Buffer.from(primitive, encodingOrOffset, length);
    }
    const copied = fromArrayLike(value);
    if (copied) return copied;
    if (typeof value[Symbol.toPrimitive] === "function") {
      const text = value[Symbol.toPrimitive]("string");
      if (typeof text === "string") return own(encode(text, mustEncoding(encodingOrOffset)));
    }
  }
  throw invalidFirst(value);
};

function fromArrayBuffer(value, offset, length) {
  offset = offset === undefined ? 0 : +offset || 0;
  const max = value.byteLength - offset;
  if (max < 0) throw withCode(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"offset" is outside of buffer bounds');
  if (length === undefined) length = max;
  else {
    length = +length;
    if (!(length > 0)) length = 0;
    else if (length > max) throw withCode(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"length" is outside of buffer bounds');
  }
  return new FastBuffer(value, offset, length);
}

function fromArrayLike(value) {
  if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) {
    if (typeof value.length !== "number") return new FastBuffer(0);
    const buffer = new FastBuffer(value.length > 0 ? value.length : 0);
    if (isBytes(value) || Array.isArray(value)) buffer.set(value);
    else for (let i = 0; i < buffer.length; i++) buffer[i] = value[i];
    return buffer;
  }
  if (value.type === "Buffer" && Array.isArray(value.data)) return fromArrayLike(value.data);
}

Buffer.of = function of(...items) {
  const buffer = new FastBuffer(items.length);
  for (let i = 0; i < items.length; i++) buffer[i] = items[i];
  return buffer;
};
Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  if (!ArrayBuffer.isView(view) || view instanceof DataView) throw invalidArgType("view", ["TypedArray"], view);
  if (offset !== undefined) validateInteger(offset, "offset", 0);
  if (length !== undefined) validateInteger(length, "length", 0);
  const start = offset ?? 0;
  const part = view.subarray(start, length === undefined ? view.length : start + length);
  return own(new Uint8Array(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength)));
};
Buffer.isBuffer = function isBuffer(b) { return b instanceof Buffer; };
Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === "string" && encoding.length !== 0 && encodingOf(encoding) !== undefined;
};

Buffer.byteLength = function byteLength(s, encoding) {
  if (typeof s !== "string") {
    if (ArrayBuffer.isView(s) || isAnyArrayBuffer(s)) return s.byteLength;
    throw invalidArgType("string", ["string", "Buffer", "ArrayBuffer"], s);
  }
  switch (encodingOf(encoding)) {
    case "utf16le": return s.length * 2;
    case "hex": return s.length >>> 1;
    case "latin1": case "ascii": return s.length;
    case "base64": case "base64url": {
      let n = s.length;
      if (n > 0 && s[n - 1] === "=") n--;
      if (n > 1 && s[n - 1] === "=") n--;
      return n * 3 >>> 2;
    }
  }
  return ops.nodeUtf8Length(s);
};

Buffer.compare = function compare(a, b) {
  if (!isBytes(a)) throw invalidArgType("a", ["Buffer", "Uint8Array"], typeof a); // its type, as the Workers runtime has it
  if (!isBytes(b)) throw invalidArgType("b", ["Buffer", "Uint8Array"], typeof b);
  return a === b ? 0 : ops.nodeCompare(a, b);
};

Buffer.concat = function concat(list, length) {
  if (!Array.isArray(list)) throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "list" argument must be an (Buffer|Uint8Array)[].${received(list)}`);
  if (list.length === 0) return new FastBuffer(0);
  if (length === undefined) {
    length = 0;
    for (const part of list) if (part && part.length) length += part.length;
  } else validateInteger(length, "length", 0);
  const out = new FastBuffer(length);
  let at = 0;
  for (let i = 0; i < list.length; i++) {
    const part = list[i];
    if (!isBytes(part)) throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "list" argument must be an (Buffer|Uint8Array)[].${received(part)}`);
    if (at >= length) continue;
    out.set(at + part.length > length ? part.subarray(0, length - at) : part, at);
    at += part.length;
  }
  return out;
};

const methods = {
  toString(encoding, start, end) {
    if (arguments.length === 0) return ops.nodeDecode(this, "utf8");
    const length = this.length;
    start = start === undefined || start <= 0 ? 0 : start >= length ? length : Math.trunc(start) || 0;
    end = end === undefined || end > length ? length : Math.trunc(end) || 0;
    if (end <= start) return "";
    const known = encoding === undefined ? "utf8" : mustEncoding(encoding === null ? "null" : encoding);
    return decode(start === 0 && end === length ? this : new Uint8Array(this.buffer, this.byteOffset + start, end - start), known);
  },
  toJSON() { return { type: "Buffer", data: Array.from(new Uint8Array(this.buffer, this.byteOffset, this.byteLength)) }; },
  equals(other) {
    if (!isBytes(other)) throw invalidArgType("b", ["Buffer", "Uint8Array"], typeof other);
    return this === other || this.byteLength === other.byteLength && ops.nodeCompare(this, other) === 0;
  },
  compare(target, targetStart = 0, targetEnd = target?.length, sourceStart = 0, sourceEnd = this.length) {
    if (!isBytes(target)) throw invalidArgType("target", ["Buffer", "Uint8Array"], target);
    validateInteger(targetStart, "targetStart", 0, kMaxLength);
    validateInteger(targetEnd, "targetEnd", 0, target.length);
    validateInteger(sourceStart, "sourceStart", 0, kMaxLength);
    validateInteger(sourceEnd, "sourceEnd", 0, this.length);
    if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
    if (targetStart >= targetEnd) return 1;
    return ops.nodeCompare(this.subarray(sourceStart, sourceEnd), target.subarray(targetStart, targetEnd));
  },
  copy(target, targetStart, sourceStart, sourceEnd) {
    if (!isBytes(target)) throw invalidArgType("target", ["Buffer", "Uint8Array"], target);
    targetStart = targetStart === undefined ? 0 : Math.trunc(targetStart) || 0;
    if (targetStart < 0) throw outOfRange("targetStart", ">= 0", targetStart);
    sourceStart = sourceStart === undefined ? 0 : Math.trunc(sourceStart) || 0;
    if (sourceStart < 0) throw outOfRange("sourceStart", ">= 0", sourceStart);
    sourceEnd = sourceEnd === undefined ? this.length : Math.trunc(sourceEnd) || 0;
    if (sourceEnd < 0) throw outOfRange("sourceEnd", ">= 0", sourceEnd);
    const n = Math.min(sourceEnd - sourceStart, target.length - targetStart, this.length - sourceStart);
    if (n <= 0) return 0;
    Uint8Array.prototype.set.call(target, new Uint8Array(this.buffer, this.byteOffset + sourceStart, n), targetStart);
    return n;
  },
  subarray(start, end) {
    const length = this.length;
    start = clamp(start, length, 0);
    end = clamp(end, length, length);
    return new FastBuffer(this.buffer, this.byteOffset + start, end > start ? end - start : 0);
  },
  slice(start, end) { return methods.subarray.call(this, start, end); },
  indexOf(value, from, encoding) { return search(this, value, from, encoding, false); },
  lastIndexOf(value, from, encoding) { return search(this, value, from, encoding, true); },
  includes(value, from, encoding) { return search(this, value, from, encoding, false) !== -1; },
  fill(value, offset, end, encoding) {
    if (typeof value === "string") {
      if (typeof offset === "string") { encoding = offset; offset = undefined; end = undefined; }
      else if (typeof end === "string") { encoding = end; end = undefined; }
    }
    if (offset === undefined) offset = 0;
    else validateNumber(offset, "offset");
    if (end === undefined) end = this.length;
    else validateNumber(end, "end");
    if (offset < 0) throw outOfRange("start", "0 to end", offset);
    if (end < 0 || end > this.length) throw outOfRange("end", `0 to ${this.length}`, end);
    if (offset >= end) return this;
    return fillBytes(this, value, offset, end, encoding);
  },
  write(s, offset, length, encoding) {
    if (offset === undefined) return write(this, s, 0, this.length, "utf8");
    if (length === undefined && typeof offset === "string") return write(this, s, 0, this.length, mustEncoding(offset));
    validateInteger(offset, "offset", 0, this.length);
    const left = this.length - offset;
    if (length === undefined) length = left;
    else if (typeof length === "string") { encoding = length; length = left; }
    else {
      validateInteger(length, "length", 0, this.length);
      if (length > left) length = left;
    }
    return write(this, s, offset, length, mustEncoding(encoding));
  },
  swap16() { return swap(this, 2); },
  swap32() { return swap(this, 4); },
  swap64() { return swap(this, 8); },
  [Symbol.for("nodejs.util.inspect.custom")](recurse, context) {
    const max = module.exports.INSPECT_MAX_BYTES;
    const shown = [];
    for (let i = 0; i < this.length && i < max; i++) shown.push((this[i] < 16 ? "0" : "") + this[i].toString(16));
    let text = shown.join(" ");
    const more = this.length - max;
    if (more > 0) text += ` ... ${more} more byte${more > 1 ? "s" : ""}`;
    if (context) {
      const extras = Object.keys(this).filter((key) => !/^\d+$/.test(key));
      if (extras.length > 0) text += `${text === "" ? "" : ", "}${require("node:util").inspect(Object.fromEntries(extras.map((key) => [key, this[key]])), { ...context, breakLength: Infinity, compact: true }).slice(2, -2)}`;
    }
    return `<${this.constructor.name}${text === "" ? " " : ` ${text}`}>`.replace(/ >$/, text === "" ? " >" : ">");
  },
};

function clamp(i, length, absent) {
  if (i === undefined) return absent;
  i = Math.trunc(+i) || 0;
  return i < 0 ? Math.max(length + i, 0) : Math.min(i, length);
}

function write(buffer, s, offset, length, encoding) {
  let bytes = encode(`${s}`, encoding);
  if (bytes.length > length) {
    let n = length;
    if (encoding === "utf8") while (n > 0 && (bytes[n] & 0xc0) === 0x80) n--;
    else if (encoding === "utf16le") n &= ~1;
    bytes = bytes.subarray(0, n);
  }
  Uint8Array.prototype.set.call(buffer, bytes, offset);
  return bytes.length;
}

function fillBytes(buffer, value, start, end, encoding) {
  if (typeof value === "string") {
    const known = mustEncoding(encoding);
    if (value.length === 0) value = 0;
    else {
      const bytes = encode(value, known);
      if (bytes.length === 0) throw known === "hex" ? new TypeError("The text is not valid hex") : invalidArgValue("value", value);
      value = bytes;
    }
  } else if (typeof value === "boolean") value = +value;
  const fill = Uint8Array.prototype.fill;
  if (!ArrayBuffer.isView(value)) return fill.call(buffer, value & 255, start, end);
  if (value.length === 0) throw invalidArgValue("value", "zero-length");
  if (value.length === 1) return fill.call(buffer, value[0], start, end);
  const first = value.subarray(0, Math.min(value.length, end - start));
  Uint8Array.prototype.set.call(buffer, first, start);
  for (let done = first.length; done < end - start; done *= 2) {
    Uint8Array.prototype.copyWithin.call(buffer, start + done, start, start + Math.min(done, end - start - done));
  }
  return buffer;
}

function search(buffer, value, from, encoding, last) {
  if (typeof from === "string") { encoding = from; from = undefined; }
  from = +from;
  if (from !== from) from = last ? buffer.length : 0;
  from = Math.trunc(from);
  if (from < 0) from += buffer.length;
  if (typeof value === "number") {
    const f = last ? Uint8Array.prototype.lastIndexOf : Uint8Array.prototype.indexOf;
    if (from < 0) { if (last) return -1; from = 0; }
    return f.call(buffer, value & 255, from);
  }
  let wanted = value;
  let step = 1;
  if (typeof value === "string") {
    const known = mustEncoding(encoding);
    wanted = encode(value, known);
    if (known === "utf16le") step = 2;
  } else if (!isBytes(value)) throw invalidArgType("value", ["number", "string", "Buffer", "Uint8Array"], value);
  if (from < 0) { if (last) return -1; from = 0; }
  if (wanted.length === 0) return Math.min(from, buffer.length);
  if (last) {
    let end = Math.min(from + wanted.length, buffer.length);
    for (;;) {
      const at = ops.nodeIndexOf(buffer.subarray(0, end), wanted, true);
      if (at < 0 || at % step === 0) return at;
      end = at + wanted.length - 1;
    }
  }
  for (;;) {
    if (from >= buffer.length) return -1;
    const at = ops.nodeIndexOf(from === 0 ? buffer : buffer.subarray(from), wanted, false);
    if (at < 0 || (at + from) % step === 0) return at < 0 ? -1 : at + from;
    from += at + 1;
  }
}

function swap(buffer, n) {
  if (buffer.length % n !== 0) throw withCode(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${n * 8}-bits`);
  for (let i = 0; i < buffer.length; i += n) buffer.subarray(i, i + n).reverse();
  return buffer;
}

// The methods of one encoding: latin1Slice, utf8Write, …
for (const [name, encoding] of [["ascii", "ascii"], ["base64", "base64"], ["base64url", "base64url"], ["hex", "hex"],
  ["latin1", "latin1"], ["ucs2", "utf16le"], ["utf8", "utf8"]]) {
  methods[`${name}Slice`] = function (start, end) {
    validateNumber(start, "start");
    validateNumber(end, "end");
    return methods.toString.call(this, encoding, start, end);
  };
  methods[`${name}Write`] = function (s, offset = 0, length = this.length - offset) {
    validateInteger(offset, "offset", 0, this.length);
    return write(this, s, offset, length, encoding);
  };
}

methods.toLocaleString = methods.toString;
methods.inspect = methods[Symbol.for("nodejs.util.inspect.custom")];
const define = (name, value) => Object.defineProperty(Buffer.prototype, name, { value, writable: true, configurable: true, enumerable: typeof name === "string" });
for (const name of Reflect.ownKeys(methods)) define(name, methods[name]);
const numbers = require("internal:buffer_numbers");
for (const name of Object.keys(numbers)) define(name, numbers[name]);
Object.defineProperty(Buffer.prototype, "parent", { configurable: true, enumerable: true, get() { return this instanceof Buffer ? this.buffer : undefined; } });
Object.defineProperty(Buffer.prototype, "offset", { configurable: true, enumerable: true, get() { return this instanceof Buffer ? this.byteOffset : undefined; } });

function SlowBuffer(length) { return Buffer.alloc(+length); }
Object.setPrototypeOf(SlowBuffer, Uint8Array);

// inWindows1252 is a character's byte in windows-1252, which the Workers runtime means by latin1 and ascii here, as text.
const windows1252 = "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";
function inWindows1252(c) {
  const at = windows1252.indexOf(c);
  return at < 0 ? "?" : String.fromCharCode(0x80 + at);
}

const transcoded = ["utf8", "utf16le", "latin1", "ascii"];
function bytesOf(source) {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (isAnyArrayBuffer(source)) return new Uint8Array(source);
  throw invalidArgType("input", ["ArrayBuffer", "Buffer", "TypedArray"], source);
}

module.exports = {
  Buffer, SlowBuffer, kMaxLength, kStringMaxLength, constants: { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength },
  INSPECT_MAX_BYTES: 50,
  transcode(source, from, to) {
    if (!ArrayBuffer.isView(source)) throw invalidArgType("source", "ArrayBufferView", typeof source);
    const one = mustEncoding(from), two = mustEncoding(to), bytes = bytesOf(source);
    if (!transcoded.includes(one) || !transcoded.includes(two)) throw new Error("Unable to transcode buffer due to unsupported encoding");
    if (one === "utf8" && !ops.nodeIsUtf8(bytes)) throw new Error("Unable to transcode buffer");
    const text = decode(bytes, one === "ascii" ? "latin1" : one);
    return own(encode(two === "latin1" || two === "ascii" ? text.replace(/[^\0-\xff]/gu, inWindows1252) : text, two));
  },
  isUtf8: (input) => ops.nodeIsUtf8(bytesOf(input)),
  isAscii: (input) => ops.nodeIsAscii(bytesOf(input)),
  atob(s) {
    if (arguments.length === 0) throw new TypeError("Failed to execute 'atob' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'string'.");
    return globalThis.atob(s);
  },
  btoa: (s) => globalThis.btoa(s),
  get Blob() { return globalThis.Blob; }, get File() { return globalThis.File; },
  resolveObjectURL() { throw new Error("resolveObjectURL is not implemented"); },
};
