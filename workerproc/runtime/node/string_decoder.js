// node:string_decoder.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType } = require("internal:errors");

const none = new Uint8Array(0);

// tails are how many bytes at the end of a chunk wait for the next one.
const tails = {
  __proto__: null, utf8: (b) => ops.utf8Tail(b),
  utf16le(b) {
    const odd = b.length % 2;
    return b.length - odd >= 2 && (b[b.length - odd - 1] & 0xfc) === 0xd8 ? odd + 2 : odd;
  },
  base64: (b) => b.length % 3, base64url: (b) => b.length % 3,
};
const names = { __proto__: null, utf8: "utf8", "utf-8": "utf8", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le",
  latin1: "latin1", binary: "latin1", base64: "base64", base64url: "base64url", ascii: "ascii", hex: "hex" };

function StringDecoder(encoding) {
  const name = encoding === undefined || encoding === null || encoding === "" ? "utf8" : names[`${encoding}`.toLowerCase()];
  if (name === undefined) throw withCode(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`);
  this.encoding = name;
  Object.defineProperty(this, "_rest", { value: none, writable: true });
}

StringDecoder.prototype.write = function write(chunk) {
  if (typeof chunk === "string") return chunk;
  if (!ArrayBuffer.isView(chunk)) throw invalidArgType("buf", ["string", "Buffer", "TypedArray", "DataView"], chunk);
  let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (this._rest.length > 0) bytes = Buffer.concat([this._rest, bytes]);
  const waiting = tails[this.encoding]?.(bytes) ?? 0;
  const n = bytes.length - waiting;
  this._rest = waiting === 0 ? none : Uint8Array.from(bytes.subarray(n));
  return n === 0 ? "" : bytes.toString(this.encoding, 0, n);
};
StringDecoder.prototype.end = function end(chunk) {
  const text = chunk === undefined ? "" : this.write(chunk);
  const rest = this._rest;
  this._rest = none;
  return rest.length === 0 ? text : text + Buffer.from(rest).toString(this.encoding);
};
StringDecoder.prototype.text = function text(chunk, offset) {
  this._rest = none;
  return this.write(chunk.slice(offset));
};
Object.defineProperties(StringDecoder.prototype, {
  lastNeed: { configurable: true, enumerable: true, get() { return this._rest.length === 0 ? 0 : 1; } },
  lastTotal: { configurable: true, enumerable: true, get() { return this._rest.length; } },
});

module.exports = { StringDecoder };
