// Cipheriv and Decipheriv.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, validateString } = require("internal:errors");
const { LazyTransform } = require("internal:lazy_stream");
const { bytesOf, outputOf } = require("internal:crypto_bytes");

const ciphers = { __proto__: null };
for (const bits of [128, 192, 256]) {
  for (const [mode, iv] of [["cbc", 16], ["ecb", 0], ["ctr", 16], ["gcm", 12]]) {
    ciphers[`aes-${bits}-${mode}`] = { name: "aes", mode, key: bits / 8, iv, block: mode === "cbc" || mode === "ecb" ? 16 : 1 };
  }
}
ciphers["chacha20-poly1305"] = { name: "chacha20-poly1305", mode: "stream", aead: true, key: 32, iv: 12, block: 1 };
ciphers["des-ede3-cbc"] = { name: "des-ede3", mode: "cbc", key: 24, iv: 8, block: 8 };
for (const bits of [128, 192, 256]) {
  ciphers[`id-aes${bits}-gcm`] = ciphers[`aes-${bits}-gcm`];
  ciphers[`aes${bits}`] = ciphers[`aes-${bits}-cbc`];
  ciphers[`aes-${bits}-gcm`].aead = true;
}
const cipherOf = (name) => ciphers[name.toLowerCase()];

const finished = (what) => withCode(Error, "ERR_CRYPTO_INVALID_STATE", `Invalid state for operation ${what}`);
const none = new Uint8Array(0);
const join = (a, b) => (a.length === 0 ? b : b.length === 0 ? a : new Uint8Array(Buffer.concat([a, b])));
const hidden = Symbol("kState");

function setUp(self, name, key, iv, options, decrypt) {
  Reflect.apply(LazyTransform, self, [options]);
  validateString(name, "cipher");
  const cipher = cipherOf(name);
  const secret = key !== null && typeof key === "object" && typeof key.export === "function" ? key.export()
    : bytesOf(key, "key", options?.encoding, ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string", "KeyObject", "CryptoKey"]);
  const start = iv === null ? none : bytesOf(iv, "iv", undefined, ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"]);
  if (cipher === undefined) throw withCode(Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  if (secret.byteLength !== cipher.key) throw withCode(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
  if (iv === null ? cipher.iv !== 0 : cipher.mode === "gcm" ? start.length === 0 : start.length !== cipher.iv) throw withCode(TypeError, "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector");
  if (cipher.name === "aes" && cipher.mode === "gcm" && start.length > 65536) throw withCode(TypeError, "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector");
  const tagLength = options?.authTagLength;
  if (cipher.mode === "gcm" && tagLength !== undefined && ![4, 8, 12, 13, 14, 15, 16].includes(tagLength)) throw withCode(TypeError, "ERR_CRYPTO_INVALID_AUTH_TAG", `Invalid authentication tag length: ${tagLength}`);
  Object.defineProperty(self, hidden, { value: {
    cipher, key: Uint8Array.from(secret), iv: Uint8Array.from(start), decrypt, padding: true, rest: none, offset: 0, aad: none, all: [], tag: undefined,
    tagLength: tagLength ?? 16, done: false,
    // GCM's text is CTR from the block behind that of its nonce (NIST SP 800-38D, 7.1); other nonces wait for the end.
    counter: cipher.mode === "gcm" && start.length === 12 ? Uint8Array.from([...start, 0, 0, 0, 2]) : undefined,
  } });
}

// feed takes text in and returns what comes out by now.
function feed(s, bytes) {
  const { cipher } = s;
  if (cipher.mode === "ctr") {
    const out = ops.nodeStream(s.key, s.iv, s.offset, bytes);
    s.offset += bytes.length;
    return out;
  }
  if (cipher.aead) {
    s.all.push(Uint8Array.from(bytes));
    if (!s.counter) return none;
    const out = ops.nodeStream(s.key, s.counter, s.offset, bytes);
    s.offset += bytes.length;
    return out;
  }
  const all = join(s.rest, bytes);
  let n = all.length - (all.length % cipher.block);
  if (s.decrypt && s.padding && n === all.length && n > 0) n -= cipher.block; // the last block has the padding
  s.rest = Uint8Array.from(all.subarray(n));
  return blocks(s, all.subarray(0, n));
}

function blocks(s, bytes) {
  if (bytes.length === 0) return none;
  const [out, next] = ops.nodeBlocks(s.cipher.name, s.key, s.iv, bytes, s.decrypt);
  if (next !== undefined) s.iv = next;
  return out;
}

const wrongLength = () => Object.assign(withCode(Error, "ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH", "error:1C80006B:Provider routines::wrong final block length"), { library: "Provider routines", reason: "wrong final block length" });
const badDecrypt = () => Object.assign(withCode(Error, "ERR_OSSL_BAD_DECRYPT", "error:1C800064:Provider routines::bad decrypt"), { library: "Provider routines", reason: "bad decrypt" });

function finish(s) {
  const { cipher } = s;
  if (cipher.aead) return finishAEAD(s);
  if (cipher.block === 1) return none;
  const { block } = cipher;
  if (!s.padding) {
    if (s.rest.length === 0) return none;
    throw wrongLength();
  }
  if (!s.decrypt) {
    const n = block - s.rest.length;
    return blocks(s, join(s.rest, new Uint8Array(n).fill(n)));
  }
  if (s.rest.length !== block) throw wrongLength();
  const out = blocks(s, s.rest);
  const n = out[block - 1];
  if (n < 1 || n > block || out.subarray(block - n).some((b) => b !== n)) throw badDecrypt();
  return out.subarray(0, block - n);
}

function finishAEAD(s) {
  const all = new Uint8Array(Buffer.concat(s.all));
  s.all = [];
  if (!s.decrypt) {
    const sealed = ops.nodeSeal(s.cipher.name, s.key, s.iv, all, s.aad);
    s.tag = sealed.subarray(all.length, all.length + s.tagLength);
    return s.counter ? none : sealed.subarray(0, all.length);
  }
  const plain = s.tag && ops.nodeOpen(s.cipher.name, s.key, s.iv, all, s.aad, s.tag);
  if (plain === undefined) throw new Error("Unsupported state or unable to authenticate data");
  return s.counter ? none : plain;
}

const shared = {
  update(data, inputEncoding, outputEncoding) {
    const s = this[hidden];
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw invalidArgType("data", ["string", "Buffer", "TypedArray", "DataView"], data);
    if (s.done) throw new Error("Trying to add data in unsupported state");
    return text(s, feed(s, bytesOf(data, "data", inputEncoding)), outputEncoding);
  },
  final(outputEncoding) {
    const s = this[hidden];
    if (s.done) throw finished("final");
    s.done = true;
    const out = text(s, finish(s), outputEncoding);
    return s.decoder ? out + s.decoder.end() : out;
  },
  setAutoPadding(on = true) {
    if (this[hidden].done) throw finished("setAutoPadding");
    this[hidden].padding = Boolean(on);
    return this;
  },
  setAAD(bytes, options) {
    const s = this[hidden];
    if (!s.cipher.aead || s.done) throw finished("setAAD");
    s.aad = join(s.aad, Uint8Array.from(bytesOf(bytes, "buffer", options?.encoding)));
    return this;
  },
  _transform(chunk, encoding, done) {
    try { this.push(this.update(chunk, encoding)); } catch (e) { return done(e); }
    done();
  },
  _flush(done) {
    try { this.push(this.final()); } catch (e) { return done(e); }
    done();
  },
};

// text keeps the bytes of a character that isn't whole for the next call.
function text(s, bytes, encoding) {
  if (!encoding || encoding === "buffer") return outputOf(bytes);
  const { StringDecoder } = require("node:string_decoder");
  s.decoder ??= new StringDecoder(encoding);
  return s.decoder.write(outputOf(bytes));
}

function Cipheriv(cipher, key, iv, options) {
  if (!new.target) return new Cipheriv(cipher, key, iv, options);
  setUp(this, cipher, key, iv, options, false);
}
function Decipheriv(cipher, key, iv, options) {
  if (!new.target) return new Decipheriv(cipher, key, iv, options);
  setUp(this, cipher, key, iv, options, true);
}
for (const C of [Cipheriv, Decipheriv]) {
  Object.setPrototypeOf(C.prototype, LazyTransform.prototype);
  Object.setPrototypeOf(C, LazyTransform);
  for (const name of Object.keys(shared)) Object.defineProperty(C.prototype, name, { value: shared[name], writable: true, configurable: true });
}
Object.defineProperty(Cipheriv.prototype, "getAuthTag", { writable: true, configurable: true, value() {
  const s = this[hidden];
  if (!s.done || !s.tag) throw finished("getAuthTag");
  return outputOf(s.tag);
} });
Object.defineProperty(Decipheriv.prototype, "setAuthTag", { writable: true, configurable: true, value(tag, encoding) {
  const s = this[hidden];
  const bytes = bytesOf(tag, "buffer", encoding);
  if (!s.cipher.aead || s.done || s.tag) throw finished("setAuthTag");
  if (![4, 8, 12, 13, 14, 15, 16].includes(bytes.byteLength)) throw withCode(TypeError, "ERR_CRYPTO_INVALID_AUTH_TAG", `Invalid authentication tag length: ${bytes.byteLength}`);
  s.tag = Uint8Array.from(bytes);
  return this;
} });

function getCipherInfo(name, options = {}) {
  if (typeof name !== "string") throw invalidArgType("nameOrNid", ["string", "number"], name);
  const cipher = cipherOf(name);
  if (cipher === undefined || (options.keyLength !== undefined && options.keyLength !== cipher.key) ||
    (options.ivLength !== undefined && options.ivLength !== cipher.iv && cipher.mode !== "gcm")) return undefined;
  const info = { mode: cipher.mode, name: cipher.name === "aes" && cipher.mode === "gcm" ? `id-aes${cipher.key * 8}-GCM` : name.toLowerCase() };
  if (cipher.mode !== "stream") info.blockSize = cipher.block;
  if (cipher.iv > 0) info.ivLength = options.ivLength ?? cipher.iv;
  info.keyLength = cipher.key;
  return info;
}

module.exports = {
  Cipheriv, Decipheriv,
  createCipheriv: (cipher, key, iv, options) => new Cipheriv(cipher, key, iv, options),
  createDecipheriv: (cipher, key, iv, options) => new Decipheriv(cipher, key, iv, options),
  getCiphers: () => Object.keys(ciphers).sort(), getCipherInfo,
};
