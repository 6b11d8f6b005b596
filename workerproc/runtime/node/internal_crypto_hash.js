// Hash and Hmac. What has been taken in so far is bytes: the state that the op gives and takes.
const { withCode, invalidArgType, outOfRange, validateString, validateUint32 } = require("internal:errors");
const { LazyTransform } = require("internal:lazy_stream");
const { bytesOf, outputOf, hashName } = require("internal:crypto_bytes");

const kState = Symbol("kState"), kAlgorithm = Symbol("kAlgorithm"), kSize = Symbol("kSize"), kKey = Symbol("kKey"), kDone = Symbol("kDone");
const hide = (object, name, value) => Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
const none = new Uint8Array(0);

const finalized = () => withCode(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");

function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  Reflect.apply(LazyTransform, this, [options]);
  if (algorithm instanceof Hash) {
    for (const name of [kAlgorithm, kState, kSize]) hide(this, name, algorithm[name]);
    if (algorithm[kDone]) throw finalized();
  } else {
    validateString(algorithm, "algorithm");
    const name = hashName(algorithm);
    const size = ops.nodeHashSize(name);
    if (size === undefined) throw new Error("Digest method not supported");
    const length = options?.outputLength;
    if (length !== undefined) {
      if (typeof length === "number" && !(length >= 0 && length < 4294967296)) throw outOfRange("options.outputLength", ">= 0 && < 4294967296", length);
      validateUint32(length, "options.outputLength");
    }
    if (length !== undefined && !name.startsWith("shake") && length !== size) throw new Error("invalid digest size");
    hide(this, kAlgorithm, name);
    hide(this, kState, none);
    hide(this, kSize, length);
  }
  hide(this, kDone, undefined);
}

function Hmac(algorithm, key, options) {
  if (!new.target) return new Hmac(algorithm, key, options);
  Reflect.apply(LazyTransform, this, [options]);
  validateString(algorithm, "hmac");
  const encoding = options?.encoding;
  if (typeof CryptoKey === "function" && key instanceof CryptoKey) key = require("internal:crypto_keys").KeyObject.from(key);
  const bytes = key !== null && typeof key === "object" && typeof key.export === "function" ? secretOf(key)
    : bytesOf(key, "key", encoding, ["string", "ArrayBuffer", "Buffer", "ArrayBufferView", "KeyObject", "CryptoKey"]);
  const name = hashName(algorithm);
  if (ops.nodeHashSize(name) === undefined || name.startsWith("shake")) throw new Error("Digest method not supported");
  hide(this, kAlgorithm, name);
  hide(this, kKey, Uint8Array.from(bytes));
  hide(this, kState, none);
  hide(this, kDone, undefined);
}

function secretOf(key) {
  if (key.type !== "secret") throw withCode(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${key.type}, expected secret.`);
  return require("internal:crypto_keys").secretOf(key);
}

const step = (h, data, last) => (h instanceof Hmac ? ops.nodeHmac(h[kAlgorithm], h[kKey], h[kState], data, last)
  : ops.nodeHash(h[kAlgorithm], h[kState], data, last, h[kSize]));

const shared = {
  update(data, encoding) {
    if (this[kDone] !== undefined) throw finalized();
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw invalidArgType("data", ["string", "Buffer", "TypedArray", "DataView"], data);
    this[kState] = step(this, bytesOf(data, "data", encoding), false);
    return this;
  },
  digest(encoding) {
    if (this[kDone] !== undefined) {
      if (this instanceof Hmac) return outputOf(none, encoding);
      throw finalized();
    }
    const bytes = this[kSize] === 0 ? none : step(this, none, true);
    this[kDone] = bytes;
    return outputOf(bytes, encoding);
  },
  _transform(chunk, encoding, done) {
    try { this.update(chunk, encoding); } catch (e) { return done(e); }
    done();
  },
  _flush(done) { this.push(this.digest()); done(); },
};
for (const C of [Hash, Hmac]) {
  Object.setPrototypeOf(C.prototype, LazyTransform.prototype);
  Object.setPrototypeOf(C, LazyTransform);
  for (const name of Object.keys(shared)) hide(C.prototype, name, shared[name]);
}
hide(Hash.prototype, "copy", function copy(options) {
  if (this[kDone] !== undefined) throw finalized();
  const copied = new Hash(this, options);
  if (options?.outputLength !== undefined) copied[kSize] = options.outputLength;
  return copied;
});

module.exports = {
  Hash, Hmac,
  createHash: (algorithm, options) => new Hash(algorithm, options),
  createHmac: (algorithm, key, options) => new Hmac(algorithm, key, options),
  hash(algorithm, input, encoding = "hex") {
    validateString(algorithm, "algorithm");
    if (typeof input !== "string" && !ArrayBuffer.isView(input)) throw invalidArgType("data", ["Buffer", "TypedArray", "DataView", "string"], input);
    validateString(encoding, "outputEncoding");
    return new Hash(algorithm).update(input).digest(encoding);
  },
};
