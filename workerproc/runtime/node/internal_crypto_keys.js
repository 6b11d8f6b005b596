// KeyObject, signatures, RSA and ECDH. An asymmetric key is its DER: PKCS #8 when private, SPKI when public.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, invalidArgValue, validateFunction, validateObject, validateOneOf, validateString } = require("internal:errors");
const { LazyTransform } = require("internal:lazy_stream");
const { bytesOf, outputOf, hashName, mustHash } = require("internal:crypto_bytes");

const OWN = {};
const kept = new WeakMap(); // of a KeyObject: { der, detail } or { secret }

class KeyObject {
  #type;
  constructor(key, type, data) {
    if (key !== OWN) throw withCode(TypeError, "ERR_INVALID_ARG_VALUE", "Illegal constructor");
    this.#type = type;
    kept.set(this, data);
  }
  get type() { return this.#type; }
  static from(key) {
    throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "key" argument must be an instance of CryptoKey.${require("internal:errors").received(key)}`);
  }
  equals(other) {
    if (!(other instanceof KeyObject)) throw invalidArgType("otherKeyObject", "KeyObject", other);
    const a = kept.get(this), b = kept.get(other);
    return this.type === other.type && Buffer.compare(a.secret ?? a.der, b.secret ?? b.der) === 0;
  }
  get [Symbol.toStringTag]() { return "KeyObject"; }
}
class SecretKeyObject extends KeyObject {
  get symmetricKeySize() { return kept.get(this).secret.length; }
  export(options) {
    if (options?.format === "jwk") return { kty: "oct", k: Buffer.from(kept.get(this).secret).toString("base64url") };
    return Buffer.from(kept.get(this).secret);
  }
}
class AsymmetricKeyObject extends KeyObject {
  get asymmetricKeyType() { return kept.get(this).kind; }
  get asymmetricKeyDetails() {
    const { kind, detail } = kept.get(this);
    if (kind === "rsa") return { modulusLength: detail, publicExponent: 65537n };
    return kind === "ec" ? { namedCurve: detail } : {};
  }
  export(options) {
    validateObject(options, "options");
    if (options.format === "jwk") return require("internal:crypto_jwk").toJwk(kept.get(this), this.type === "private");
    const type = options.type ?? (this.type === "private" ? "pkcs8" : "spki");
    if (options.cipher !== undefined) throw withCode(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "Encrypted keys are not supported.");
    validateOneOf(type, "options.type", this.type === "private" ? ["pkcs1", "pkcs8", "sec1"] : ["pkcs1", "spki"]);
    const { der } = kept.get(this);
    const bytes = type === "pkcs8" || type === "spki" ? der : ops.nodeKeyExport(der, type);
    if (bytes === undefined) throw withCode(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS", `The selected key encoding ${type} ${type === "pkcs1" ? "can only be used for RSA keys" : "can only be used for EC keys"}.`);
    if (options.format === "der") return outputOf(bytes);
    validateOneOf(options.format, "options.format", ["pem", "der", "jwk"]);
    const label = type === "pkcs8" ? "PRIVATE KEY" : type === "spki" ? "PUBLIC KEY" : type === "sec1" ? "EC PRIVATE KEY" : `RSA ${this.type.toUpperCase()} KEY`;
    return `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;
  }
}
class PublicKeyObject extends AsymmetricKeyObject {}
class PrivateKeyObject extends AsymmetricKeyObject {}

const made = ([der, isPrivate, kind, detail]) => new (isPrivate ? PrivateKeyObject : PublicKeyObject)(OWN, isPrivate ? "private" : "public", { der, kind, detail });
const decoder = () => withCode(Error, "ERR_OSSL_UNSUPPORTED", "error:1E08010C:DECODER routines::unsupported");

// keyOf reads a key as the functions of node:crypto take it: text, bytes, { key, format, … } or a KeyObject.
function keyOf(key, name = "key") {
  if (key instanceof KeyObject) return key;
  if (typeof key === "string" || ArrayBuffer.isView(key) || key instanceof ArrayBuffer) return parsed(bytesOf(key, name), true);
  if (key !== null && typeof key === "object" && key.key !== undefined) {
    if (key.key instanceof KeyObject) return key.key;
    if (key.format === "jwk") return made(require("internal:crypto_jwk").fromJwk(key.key) ?? refuse());
    return parsed(bytesOf(key.key, `${name}.key`, key.encoding), key.format !== "der");
  }
  throw invalidArgType(name, ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string", "KeyObject", "CryptoKey"], key);
}
function refuse() { throw withCode(Error, "ERR_CRYPTO_INVALID_JWK", "Invalid JWK data"); }
function parsed(bytes, pem) {
  const info = ops.nodeKeyParse(bytes, pem);
  if (info === undefined) throw decoder();
  return made(info);
}
function privateOf(key) {
  const k = keyOf(key);
  if (k.type !== "private") {
    if (key instanceof KeyObject) throw withCode(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${k.type}, expected private.`);
    throw decoder();
  }
  return k;
}
function publicOf(key) {
  const k = keyOf(key);
  if (k.type === "secret") throw withCode(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${k.type}, expected private or public.`);
  return k.type === "public" ? k : made(ops.nodeKeyPublic(kept.get(k).der));
}

function createSecretKey(key, encoding) {
  const bytes = bytesOf(key, "key", encoding, ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string"]);
  return new SecretKeyObject(OWN, "secret", { secret: Uint8Array.from(bytes) });
}

// modeOf is how a key signs: the padding and length of salt of RSA, the form of ECDSA.
function modeOf(options) {
  const padding = options?.padding;
  if (padding === 6) return ["pss", options.saltLength ?? -2];
  if (padding !== undefined && padding !== 1) throw invalidArgValue("options.padding", padding);
  const encoding = options?.dsaEncoding;
  if (encoding !== undefined) validateOneOf(encoding, "options.dsaEncoding", ["der", "ieee-p1363"]);
  return [encoding === "ieee-p1363" ? encoding : "", 0];
}
const optionsOf = (key) => (key !== null && typeof key === "object" && !(key instanceof KeyObject) && !ArrayBuffer.isView(key) ? key : undefined);

function signDigest(key, hash, digest) {
  const k = privateOf(key);
  const signature = ops.nodeSign(kept.get(k).der, hash, digest, ...modeOf(optionsOf(key)));
  if (signature === undefined) throw withCode(Error, "ERR_CRYPTO_OPERATION_FAILED", "Sign operation failed");
  return signature;
}
function verifyDigest(key, hash, digest, signature) {
  const k = publicOf(key);
  return ops.nodeVerify(kept.get(k).der, hash, digest, ...modeOf(optionsOf(key)), signature) ?? false;
}

const kHash = Symbol("kHash"), kName = Symbol("kName");
function setUp(self, algorithm, options) {
  Reflect.apply(LazyTransform, self, [options]);
  validateString(algorithm, "algorithm");
  const name = hashName(algorithm);
  if (ops.nodeHashSize(name) === undefined) throw withCode(Error, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${algorithm}`);
  Object.defineProperty(self, kName, { value: name });
  Object.defineProperty(self, kHash, { value: require("internal:crypto_hash").createHash(name) });
}
function Sign(algorithm, options) {
  if (!new.target) return new Sign(algorithm, options);
  setUp(this, algorithm, options);
}
function Verify(algorithm, options) {
  if (!new.target) return new Verify(algorithm, options);
  setUp(this, algorithm, options);
}
const methods = {
  update(data, encoding) { this[kHash].update(data, encoding); return this; },
  _transform(chunk, encoding, done) { this[kHash].update(chunk, encoding); done(); },
};
for (const C of [Sign, Verify]) {
  Object.setPrototypeOf(C.prototype, LazyTransform.prototype);
  for (const name of Object.keys(methods)) Object.defineProperty(C.prototype, name, { value: methods[name], writable: true, configurable: true });
}
Object.defineProperty(Sign.prototype, "sign", { writable: true, configurable: true, value(key, encoding) {
  if (!key) throw withCode(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
  return outputOf(signDigest(key, this[kName], this[kHash].digest()), encoding);
} });
Object.defineProperty(Verify.prototype, "verify", { writable: true, configurable: true, value(key, signature, encoding) {
  return verifyDigest(key, this[kName], this[kHash].digest(), bytesOf(signature, "signature", encoding));
} });

// digestOf is what a one-shot signature signs: Ed25519 takes the message itself.
function digestOf(algorithm, data, key) {
  const bytes = bytesOf(data, "data", undefined, ["ArrayBuffer", "Buffer", "TypedArray", "DataView"]);
  if (kept.get(key).kind === "ed25519") return ["", bytes];
  const name = algorithm === null || algorithm === undefined ? "sha256" : mustHash(algorithm);
  return [name, ops.nodeHash(name, undefined, bytes, true)];
}
const answer = (callback, f) => {
  if (callback === undefined) return f();
  validateFunction(callback, "callback");
  let args;
  try { args = [null, f()]; } catch (e) { args = [e]; }
  queueMicrotask(() => { callback(...args); });
};
function sign(algorithm, data, key, callback) {
  if (algorithm !== null && algorithm !== undefined) validateString(algorithm, "algorithm");
  return answer(callback, () => outputOf(signDigest(key, ...digestOf(algorithm, data, privateOf(key)))));
}
function verify(algorithm, data, key, signature, callback) {
  if (algorithm !== null && algorithm !== undefined) validateString(algorithm, "algorithm");
  return answer(callback, () => verifyDigest(key, ...digestOf(algorithm, data, publicOf(key)), bytesOf(signature, "signature")));
}

function generate(type, options) {
  validateString(type, "type");
  validateOneOf(type, "type", ["rsa", "ec", "ed25519", "x25519"]);
  if (type === "rsa" || type === "ec") validateObject(options, "options");
  const info = ops.nodeKeyGenerate(type, type === "rsa" ? options.modulusLength : options?.namedCurve);
  if (info === undefined) throw type === "ec" ? withCode(TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name") : invalidArgValue("options.modulusLength", options.modulusLength, "must be between 1024 and 4096");
  const privateKey = made(info);
  const publicKey = publicOf(privateKey);
  return {
    publicKey: options?.publicKeyEncoding ? publicKey.export(options.publicKeyEncoding) : publicKey,
    privateKey: options?.privateKeyEncoding ? privateKey.export(options.privateKeyEncoding) : privateKey,
  };
}

function rsa(key, data, decrypt) {
  const k = decrypt ? privateOf(key) : publicOf(key);
  const options = optionsOf(key) ?? {};
  const padding = options.padding ?? 4;
  if (padding !== 4 && padding !== 1) throw invalidArgValue("options.padding", padding);
  const out = ops.nodeRsa(kept.get(k).der, bytesOf(data, "buffer"), padding === 4 ? "oaep" : "pkcs1", mustHash(options.oaepHash ?? "sha1"),
    options.oaepLabel === undefined ? undefined : bytesOf(options.oaepLabel, "key.oaepLabel"));
  if (out === undefined) throw withCode(Error, "ERR_OSSL_RSA_OPERATION_FAILED", decrypt ? "error:02000079:rsa routines::oaep decoding error" : "error:0200006E:rsa routines::data too large for key size");
  return outputOf(out);
}

module.exports = {
  PublicKeyObject, PrivateKeyObject, SecretKeyObject,
  KeyObject, Sign, Verify, createSecretKey, createPrivateKey: (key) => privateOf(key), createPublicKey: (key) => publicOf(key),
  createSign: (algorithm, options) => new Sign(algorithm, options), createVerify: (algorithm, options) => new Verify(algorithm, options),
  sign, verify, generateKeyPairSync: generate,
  generateKeyPair(type, options, callback) {
    if (typeof options === "function") { callback = options; options = undefined; }
    validateFunction(callback, "callback");
    let args;
    try { const { publicKey, privateKey } = generate(type, options); args = [null, publicKey, privateKey]; } catch (e) { args = [e]; }
    queueMicrotask(() => { callback(...args); });
  },
  generateKeySync(type, options) {
    validateOneOf(type, "type", ["aes", "hmac"]);
    validateObject(options, "options");
    if (type === "aes") validateOneOf(options.length, "options.length", [128, 192, 256]);
    return createSecretKey(ops.nodeRandom(Math.floor(options.length / 8)));
  },
  generateKey(type, options, callback) { answer(callback, () => module.exports.generateKeySync(type, options)); },
  diffieHellman(options) {
    validateObject(options, "options");
    const secret = ops.nodeEcdh(kept.get(privateOf(options.privateKey)).der, kept.get(publicOf(options.publicKey)).der);
    if (secret === undefined) throw withCode(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY", "Incompatible key for Diffie-Hellman");
    return outputOf(secret);
  },
  publicEncrypt: (key, data) => rsa(key, data, false), privateDecrypt: (key, data) => rsa(key, data, true),
};
Object.defineProperty(module.exports.generateKeyPair, require("node:util").promisify.args, { value: ["publicKey", "privateKey"] });
