// Cipheriv and Decipheriv.
const { Buffer } = require("node:buffer");
const { withCode, received, invalidArgType, validateString } = require("internal:errors");
const { LazyTransform } = require("internal:lazy_stream");
const { bytesOf, outputOf } = require("internal:crypto_bytes");

const ciphers = { __proto__: null };
const nids = { "AES-128-CBC": 419, "AES-192-CBC": 423, "AES-256-CBC": 427, "AES-128-CTR": 904, "AES-192-CTR": 905, "AES-256-CTR": 906, "AES-128-ECB": 418, "AES-192-ECB": 422,
  "AES-256-ECB": 426, "AES-128-OFB": 420, "AES-192-OFB": 424, "AES-256-OFB": 428, "id-aes128-GCM": 895, "id-aes192-GCM": 898, "id-aes256-GCM": 901, "DES-CBC": 31, "DES-ECB": 29,
  "DES-EDE": 32, "DES-EDE-CBC": 43, "DES-EDE3-CBC": 44, RC4: 5, "chacha20-poly1305": 950 };
const define = (called, cipher) => { ciphers[called.toLowerCase()] = { ...cipher, called, nid: nids[called] }; };
for (const bits of [128, 192, 256]) {
  for (const [mode, iv] of [["CBC", 16], ["CTR", 16], ["ECB", 0], ["OFB", 16]]) {
    define(`AES-${bits}-${mode}`, { name: "aes", mode: mode.toLowerCase(), key: bits / 8, iv, block: mode === "CBC" || mode === "ECB" ? 16 : 1 });
  }
  define(`id-aes${bits}-GCM`, { name: "aes", mode: "gcm", aead: true, key: bits / 8, iv: 12, block: 1 });
  ciphers[`aes-${bits}-gcm`] = ciphers[`id-aes${bits}-gcm`];
  ciphers[`aes${bits}`] = ciphers[`aes-${bits}-cbc`];
}
define("DES-CBC", { name: "des", mode: "cbc", key: 8, iv: 8, block: 8 });
define("DES-ECB", { name: "des", mode: "ecb", key: 8, iv: 0, block: 8 });
define("DES-EDE", { name: "des-ede", mode: "ecb", key: 16, iv: 0, block: 8 });
define("DES-EDE-CBC", { name: "des-ede", mode: "cbc", key: 16, iv: 8, block: 8 });
define("DES-EDE3-CBC", { name: "des-ede3", mode: "cbc", key: 24, iv: 8, block: 8 });
define("RC4", { name: "rc4", mode: "stream", key: 16, iv: 0, block: 1 });
define("chacha20-poly1305", { name: "chacha20-poly1305", mode: "stream", aead: true, key: 32, iv: 12, block: 1 });
const cipherOf = (name) => ciphers[name.toLowerCase()];
const listed = ["cbc", "ctr", "ecb", "ofb", "gcm"].flatMap((mode) => [128, 192, 256].map((bits) => `aes-${bits}-${mode}`)).concat("des-cbc", "des-ecb", "des-ede", "des-ede-cbc", "des-ede3-cbc", "rc4");

const over = () => new Error("Cipher/decipher context has already been finalized");
const noTags = () => new Error("Cipher does not support authenticated mode");
const none = new Uint8Array(0);
const join = (a, b) => (a.length === 0 ? b : b.length === 0 ? a : new Uint8Array(Buffer.concat([a, b])));
const hidden = Symbol("kState");

function setUp(self, name, key, iv, options, decrypt) {
  Reflect.apply(LazyTransform, self, [options]);
  validateString(name, "algorithm");
  const cipher = cipherOf(name);
  if (typeof CryptoKey === "function" && key instanceof CryptoKey) key = require("internal:crypto_keys").KeyObject.from(key);
  const secret = key !== null && typeof key === "object" && typeof key.export === "function" ? require("internal:crypto_keys").secretOf(key)
    : bytesOf(key, "key", options?.encoding, ["string", "Buffer", "TypedArray", "DataView", "KeyObject", "CryptoKey"]);
  if (iv !== null && typeof iv !== "string" && !ArrayBuffer.isView(iv) && !(iv instanceof ArrayBuffer)) throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "iv" argument must be of type string or an instance of Buffer, TypedArray, or DataView or null.${received(iv)}`);
  const start = iv === null ? none : bytesOf(iv, "iv");
  if (cipher === undefined) throw new Error(`Unknown or unsupported cipher: ${name}`);
  if (secret.byteLength !== cipher.key) throw new Error("Invalid key length");
  if (iv === null ? cipher.iv !== 0 : cipher.mode === "gcm" ? start.length === 0 : start.length !== cipher.iv) throw new Error("Invalid initialization vector");
  if (cipher.name === "aes" && cipher.mode === "gcm" && start.length > 65536) throw new Error("Invalid initialization vector");
  const tagLength = cipher.mode === "gcm" ? undefined : options?.authTagLength; // the Workers runtime makes tags of 16 bytes in GCM
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
  if (cipher.mode === "ofb" || cipher.name === "rc4") {
    const out = cipher.name === "rc4" ? ops.nodeRc4(s.key, s.offset, bytes) : ops.nodeOfb(s.key, s.iv, s.offset, bytes);
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

const wrongLength = () => new Error("Authentication failed"); // as the Workers runtime says of every failure
const badDecrypt = wrongLength;

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
  if (!s.tag) throw new Error("No auth tag provided");
  const plain = ops.nodeOpen(s.cipher.name, s.key, s.iv, all, s.aad, s.tag);
  if (plain === undefined) throw badDecrypt();
  return s.counter ? none : plain;
}

const shared = {
  update(data, inputEncoding, outputEncoding) {
    const s = this[hidden];
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw invalidArgType("data", ["string", "Buffer", "TypedArray", "DataView"], data);
    if (s.done) throw over();
    s.started = true;
    return text(s, feed(s, bytesOf(data, "data", inputEncoding)), outputEncoding);
  },
  final(outputEncoding) {
    const s = this[hidden];
    if (s.done) throw over();
    s.done = true;
    const out = text(s, finish(s), outputEncoding);
    return s.decoder ? out + s.decoder.end() : out;
  },
  setAutoPadding(on = true) {
    if (this[hidden].done) throw over();
    this[hidden].padding = Boolean(on);
    return this;
  },
  setAAD(bytes, options) {
    const s = this[hidden];
    if (!s.cipher.aead) throw noTags();
    if (s.done) throw over();
    if (s.started) throw new Error("Failed to set AAD");
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
  if (!s.done) throw new Error("Auth tag is only available once cipher context has been finalized");
  if (!s.tag) return outputOf(new Uint8Array(0));
  return outputOf(s.tag);
} });
Object.defineProperty(Decipheriv.prototype, "setAuthTag", { writable: true, configurable: true, value(tag, encoding) {
  const s = this[hidden];
  const bytes = bytesOf(tag, "buffer", encoding);
  if (!s.cipher.aead) throw noTags();
  if (s.done) throw over();
  if (s.tag) throw new Error("Auth tag is already set");
  if (![4, 8, 12, 13, 14, 15, 16].includes(bytes.byteLength)) throw new Error("Invalid authentication tag length");
  s.tag = Uint8Array.from(bytes);
  return this;
} });

function getCipherInfo(name, options = {}) {
  if (typeof name !== "string" && typeof name !== "number") throw invalidArgType("nameOrId", ["string", "number"], name);
  if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
  const cipher = typeof name === "number" ? Object.values(ciphers).find((c) => c.nid === name) : cipherOf(name);
  if (cipher === undefined || (options.keyLength !== undefined && options.keyLength !== cipher.key) ||
    (options.ivLength !== undefined && options.ivLength !== cipher.iv && cipher.mode !== "gcm")) return undefined;
  return { name: cipher.called, nid: cipher.nid, blockSize: cipher.block, ivLength: options.ivLength ?? cipher.iv, keyLength: cipher.key, mode: cipher.mode };
}

module.exports = {
  Cipheriv, Decipheriv,
  createCipheriv: (cipher, key, iv, options) => new Cipheriv(cipher, key, iv, options),
  createDecipheriv: (cipher, key, iv, options) => new Decipheriv(cipher, key, iv, options),
  getCiphers: () => [...listed.map((name) => (name.endsWith("gcm") ? name.toUpperCase() : cipherOf(name).called)), ...listed, "chacha20-poly1305"], getCipherInfo,
};
