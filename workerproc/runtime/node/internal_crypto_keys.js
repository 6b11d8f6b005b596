// KeyObject, signatures, RSA and ECDH. An asymmetric key is its DER: PKCS #8 when private, SPKI when public.
const { Buffer } = require("node:buffer");
const { withCode, received, invalidArgType, invalidArgValue, notImplemented, validateFunction, validateInteger, validateOneOf, validateString } = require("internal:errors");
const { LazyTransform } = require("internal:lazy_stream");
const { bytesOf, outputOf, hashName, mustHash } = require("internal:crypto_bytes");

const OWN = {};
const kept = new WeakMap(); // of a KeyObject: { der, detail } or { secret }

class KeyObject {
  #type;
  constructor(key, type, data) {
    if (key !== OWN) throw new Error("Illegal constructor");
    this.#type = type;
    kept.set(this, data);
  }
  get type() { return this.#type; }
  static from(key) {
    if (typeof CryptoKey !== "function" || !(key instanceof CryptoKey)) throw invalidArgType("key", "CryptoKey", key);
    const { type, bytes, extractable } = core.part("subtle").internal.recordOf(key);
    if (type === "secret") return new SecretKeyObject(OWN, "secret", { secret: Uint8Array.from(bytes), sealed: !extractable });
    const k = parsed(Uint8Array.from(bytes), false, type);
    kept.get(k).sealed = !extractable;
    return k;
  }
  equals(other) {
    if (!(other instanceof KeyObject)) return false;
    const a = kept.get(this), b = kept.get(other);
    return this.type === other.type && Buffer.compare(a.secret ?? a.der, b.secret ?? b.der) === 0;
  }
  toCryptoKey(algorithm, extractable, usages) { return cryptoKeyOf(this, algorithm, extractable, usages); }
  get [Symbol.toStringTag]() { return "KeyObject"; }
}

// cryptoKeyOf imports a key at once: SubtleCrypto's importKey is a promise of what is computed when it is called.
function cryptoKeyOf(key, algorithm, extractable, usages) {
  const { secret, der } = kept.get(key);
  const imported = globalThis.crypto.subtle.importKey(secret ? "raw" : key.type === "public" ? "spki" : "pkcs8", secret ?? der, algorithm, extractable, usages);
  const [state, value] = ops.internals(imported);
  if (state === "fulfilled") return value;
  imported.catch(() => {});
  throw state === "rejected" ? value : notImplemented("toCryptoKey");
}

const mayExport = (key) => { if (kept.get(key).sealed) throw new TypeError("Unable to export non-extractable key"); };
class SecretKeyObject extends KeyObject {
  get symmetricKeySize() { return kept.get(this).secret.length; }
  export(options) {
    if (options !== undefined) {
      if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
      if (options.format !== undefined) validateString(options.format, "options.format");
    }
    mayExport(this);
    if (options?.format === "jwk") return { kty: "oct", ext: true, k: Buffer.from(kept.get(this).secret).toString("base64url") };
    if (options?.format !== undefined && options.format !== "buffer") throw new TypeError(`Invalid format for secret key export: ${options.format}`);
    return Buffer.from(kept.get(this).secret);
  }
}
class AsymmetricKeyObject extends KeyObject {
  get asymmetricKeyType() { return kept.get(this).kind; }
  get asymmetricKeyDetails() {
    const { kind, detail, exponent } = kept.get(this);
    const rsa = kind === "rsa";
    return { modulusLength: rsa ? detail : undefined, publicExponent: rsa ? BigInt(exponent) : undefined, divisorLength: undefined, namedCurve: kind === "ec" ? detail : undefined };
  }
  export(options) {
    if (options !== undefined && (options === null || typeof options !== "object")) throw invalidArgType("options", "object", options);
    mayExport(this);
    if (options?.format === "jwk") return require("internal:crypto_jwk").toJwk(kept.get(this), this.type === "private");
    if (options?.type === undefined) throw new TypeError("Missing type option");
    const { type, format } = options;
    if (format !== "pem" && format !== "der") throw new Error("Invalid key format");
    const secret = this.type === "private";
    const { der, kind } = kept.get(this);
    const only = (what) => (secret ? withCode(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS", `The selected key encoding ${type} can only be used for ${what} keys.`)
      : new Error(`${type.toUpperCase()} can only be used for ${what} keys`));
    if (type === "pkcs1" && kind !== "rsa") throw only("RSA");
    if (type === "sec1" && kind !== "ec") throw only("EC");
    if (!(secret ? ["pkcs1", "pkcs8", "sec1"] : ["pkcs1", "spki"]).includes(type)) throw new Error("Failed to export key");
    const bytes = type === "pkcs8" || type === "spki" ? der : ops.nodeKeyExport(der, type);
    if (bytes === undefined) throw new Error("Failed to export key");
    const label = type === "pkcs8" ? "PRIVATE KEY" : type === "spki" ? "PUBLIC KEY" : type === "sec1" ? "EC PRIVATE KEY" : `RSA ${this.type.toUpperCase()} KEY`;
    if (secret && options.cipher !== undefined) return locked(bytes, label, options);
    return format === "der" ? outputOf(Uint8Array.from(bytes)) : pem(bytes, label);
  }
}

const pem = (bytes, label) => `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;

// locked is a private key behind a passphrase: PKCS #8's form, or the older one of PEM.
function locked(bytes, label, { cipher, passphrase, format }) {
  validateString(cipher, "options.cipher");
  if (typeof passphrase !== "string" && !(passphrase instanceof Uint8Array)) throw invalidArgType("options.passphrase", ["string", "Uint8Array"], passphrase);
  const older = label !== "PRIVATE KEY";
  const out = ops.nodeKeyEncrypt(bytes, cipher.toLowerCase(), Uint8Array.from(bytesOf(passphrase, "options.passphrase")), older ? label : "");
  if (out === undefined) throw new Error(`Unknown cipher: ${cipher}`);
  if (older) return format === "pem" ? Buffer.from(out).toString() : outputOf(Uint8Array.from(bytes));
  return format === "pem" ? pem(out, "ENCRYPTED PRIVATE KEY") : outputOf(out);
}

class PublicKeyObject extends AsymmetricKeyObject {}
class PrivateKeyObject extends AsymmetricKeyObject {}

const made = ([der, isPrivate, kind, detail, exponent]) => new (isPrivate ? PrivateKeyObject : PublicKeyObject)(OWN, isPrivate ? "private" : "public", { der, kind, detail, exponent });

const isBytes = (v) => typeof v === "string" || ArrayBuffer.isView(v) || v instanceof ArrayBuffer;
const expected = ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView", "Object"];

// read makes a key of what functions of node:crypto take for one: text, bytes or { key, format, type, passphrase }. type is
// what it is wanted for: "private", or "public", which a private key has, too.
function read(key, type) {
  if (key === null || (typeof key !== "object" && typeof key !== "number" && typeof key !== "boolean" && !isBytes(key))) throw invalidArgType("key", expected, key);
  if (isBytes(key)) return parsed(bytesOf(key, "key"), true, type);
  if (key.key === undefined) throw invalidArgType("options.key", expected, key.key);
  if (key.format === "jwk") {
    if (key.key === null || typeof key.key !== "object") throw invalidArgType("key", expected, key);
    if (key.key.kty === "EC" && typeof key.key.x !== "string") throw new Error("EC JWK missing x parameter");
    return made(require("internal:crypto_jwk").fromJwk(key.key) ?? refuse(type));
  }
  if (!isBytes(key.key)) throw invalidArgType("key", expected, key);
  if (key.format !== undefined) validateOneOf(key.format, "format", ["pem", "der"]);
  const der = key.format === "der";
  if (key.type !== undefined) validateOneOf(key.type, "type", type === "private" ? ["pkcs1", "pkcs8", "sec1"] : ["pkcs1", "spki", "pkcs8", "sec1"]);
  if (der && key.type === undefined) throw failed(type);
  if (key.passphrase !== undefined && !isBytes(key.passphrase)) throw invalidArgType("passphrase", ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"], key.passphrase);
  return parsed(bytesOf(key.key, "options.key", key.encoding), !der, type, key.passphrase === undefined ? undefined : bytesOf(key.passphrase, "passphrase", key.encoding));
}
const failed = (type) => new Error(`Failed to parse ${type} key`);
function refuse(type) {
  throw new Error(`JWK ${type} key import is not implemented for this key type`);
}
function parsed(bytes, isPem, type, passphrase) {
  const clear = passphrase === undefined ? undefined : ops.nodeKeyDecrypt(bytes, Uint8Array.from(passphrase));
  const info = ops.nodeKeyParse(clear ?? bytes, clear === undefined && isPem);
  if (info === undefined || (type === "private" && !info[1])) throw failed(type);
  const k = made(info);
  return type === "public" && k.type === "private" ? made(ops.nodeKeyPublic(kept.get(k).der)) : k;
}
const wrongType = (k, wanted) => withCode(Error, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${k.type}, expected ${wanted}.`);

// given is the KeyObject that an argument is or has, if it is one.
function given(key) {
  const k = key instanceof KeyObject || (typeof CryptoKey === "function" && key instanceof CryptoKey) ? key : key?.key;
  if (typeof CryptoKey === "function" && k instanceof CryptoKey) return KeyObject.from(k);
  return k instanceof KeyObject ? k : undefined;
}
function privateOf(key) {
  const k = given(key);
  if (k === undefined) return read(key, "private");
  if (k.type === "secret") throw invalidArgType("options", ["PublicKeyObject", "PrivateKeyObject", "CryptoKey", "Object"], k.type);
  if (k.type !== "private") throw wrongType(k, "private");
  return k;
}
function publicOf(key) {
  const k = given(key);
  if (k === undefined) return read(key, "public");
  if (k.type === "secret") throw invalidArgType("options", ["PublicKeyObject", "PrivateKeyObject", "CryptoKey", "Object"], k.type);
  return k.type === "public" ? k : made(ops.nodeKeyPublic(kept.get(k).der));
}
function createPrivateKey(key) {
  if (key instanceof KeyObject) throw invalidArgType("options.key", expected, undefined);
  return read(key, "private");
}
function createPublicKey(key) {
  if (key instanceof KeyObject && key.type !== "private") throw invalidArgType("key", "PrivateKeyObject", key);
  return given(key) ? publicOf(key) : read(key, "public");
}

function createSecretKey(key, encoding) {
  if (key === undefined || key === null) throw invalidArgType("key", ["string", "ArrayBuffer", "TypedArray", "DataView"], key);
  if (!isBytes(key)) throw new TypeError("Failed to execute 'createSecretKey' on 'CryptoImpl': parameter 1 is not of type 'BufferSource'.");
  return new SecretKeyObject(OWN, "secret", { secret: Uint8Array.from(bytesOf(key, "key", encoding)) });
}
// secretOf is what a KeyObject holds, whether or not it may be exported.
function secretOf(key) {
  const k = given(key) ?? key;
  return kept.get(k)?.secret ?? k.export();
}

// modeOf is how a key signs: the padding and length of salt of RSA, the form of ECDSA.
function modeOf(options) {
  const padding = options?.padding;
  if (padding !== undefined && !Number.isInteger(padding)) throw invalidArgValue("options.padding", padding);
  if (options?.saltLength !== undefined && !Number.isInteger(options.saltLength)) throw invalidArgValue("options.saltLength", options.saltLength);
  if (padding === 6) return ["pss", options.saltLength ?? -2];
  if (padding !== undefined && padding !== 1) throw invalidArgValue("options.padding", padding);
  const encoding = options?.dsaEncoding;
  if (encoding !== undefined) {
    if (encoding !== "der" && encoding !== "ieee-p1363") throw invalidArgValue("options.dsaEncoding", encoding);
  }
  return [encoding === "ieee-p1363" ? encoding : "", 0];
}
const optionsOf = (key) => (key !== null && typeof key === "object" && !(key instanceof KeyObject) && !ArrayBuffer.isView(key) ? key : undefined);

function signDigest(key, hash, digest) {
  const k = privateOf(key);
  const signature = ops.nodeSign(kept.get(k).der, hash, digest, ...modeOf(optionsOf(key)));
  if (signature === undefined) throw new Error("Failed to initialize signing context");
  return signature;
}
function verifyDigest(key, hash, digest, signature) {
  const k = publicOf(key);
  return ops.nodeVerify(kept.get(k).der, hash, digest, ...modeOf(optionsOf(key)), signature) ?? false;
}

const kHash = Symbol("kHash"), kName = Symbol("kName"), kDone = Symbol("kDone");
const finalized = () => new Error("Signing context has already been finalized");
// withKey has the options that came with a key, and the key that they gave.
const withKey = (options, key) => (optionsOf(options) === undefined ? key : { ...options, key });
function setUp(self, algorithm, options) {
  Reflect.apply(LazyTransform, self, [options]);
  validateString(algorithm, "algorithm");
  const name = hashName(algorithm);
  if (ops.nodeHashSize(name) === undefined) throw new Error(`Unknown digest: ${algorithm}`);
  Object.defineProperty(self, kName, { value: name });
  Object.defineProperty(self, kDone, { value: false, writable: true });
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
  update(data, encoding) {
    if (this[kDone]) throw finalized();
    this[kHash].update(data, encoding);
    return this;
  },
  _transform(chunk, encoding, done) { this[kHash].update(chunk, encoding); done(); },
};
for (const C of [Sign, Verify]) {
  Object.setPrototypeOf(C.prototype, LazyTransform.prototype);
  for (const name of Object.keys(methods)) Object.defineProperty(C.prototype, name, { value: methods[name], writable: true, configurable: true });
}
Object.defineProperty(Sign.prototype, "sign", { writable: true, configurable: true, value(key, encoding) {
  if (!key) throw withCode(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
  if (this[kDone]) throw finalized();
  const k = privateOf(key);
  this[kDone] = true;
  return outputOf(signDigest(k === key ? key : withKey(key, k), this[kName], this[kHash].digest()), encoding);
} });
Object.defineProperty(Verify.prototype, "verify", { writable: true, configurable: true, value(key, signature, encoding) {
  if (!isBytes(signature)) throw new TypeError("Failed to execute 'verify' on 'VerifyHandle': parameter 2 is not of type 'BufferSource'.");
  return verifyDigest(key, this[kName], this[kHash].digest(), bytesOf(signature, "signature", encoding));
} });

// digestOf is what a one-shot signature signs: Ed25519 takes the message itself.
function digestOf(algorithm, data, key) {
  if (!ArrayBuffer.isView(data)) throw invalidArgType("data", ["Buffer", "TypedArray", "DataView"], data);
  const bytes = bytesOf(data, "data");
  if (kept.get(key).kind === "ed25519") {
    if (algorithm !== null && algorithm !== undefined) throw new Error("Failed to initialize signing context");
    return ["", bytes];
  }
  if (algorithm === null || algorithm === undefined) throw new Error("Failed to initialize signing context");
  const name = mustHash(algorithm, (name) => new Error(`Unknown digest: ${name}`));
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
  if (!key) throw withCode(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
  return answer(callback, () => outputOf(signDigest(key, ...digestOf(algorithm, data, privateOf(key)))));
}
function verify(algorithm, data, key, signature, callback) {
  if (algorithm !== null && algorithm !== undefined) validateString(algorithm, "algorithm");
  if (!ArrayBuffer.isView(signature)) throw invalidArgType("signature", ["Buffer", "TypedArray", "DataView"], signature);
  return answer(callback, () => verifyDigest(key, ...digestOf(algorithm, data, publicOf(key)), bytesOf(signature, "signature")));
}

function generate(type, options) {
  validateOneOf(type, "type", ["rsa", "ec", "ed25519", "x25519", "dh"]);
  if (type === "dh") throw notImplemented("generateKeyPair");
  if (type === "rsa") {
    if (typeof options?.modulusLength !== "number") throw invalidArgType("options.modulusLength", "number", options?.modulusLength);
    if (options.publicExponent !== undefined && options.publicExponent !== 65537) throw new Error("Only the public exponent 65537 is supported");
  }
  if (type === "ec" && typeof options?.namedCurve !== "string") throw invalidArgType("options.namedCurve", "string", options?.namedCurve);
  const info = ops.nodeKeyGenerate(type, type === "rsa" ? options.modulusLength : options?.namedCurve);
  if (info === undefined) throw new Error(options?.namedCurve === "secp256k1" ? "Failed to initialize key" : type === "ec" ? "Invalid or unsupported curve" : "Failed to set modulus length");
  const privateKey = made(info);
  const publicKey = publicOf(privateKey);
  return {
    publicKey: options?.publicKeyEncoding ? publicKey.export(options.publicKeyEncoding) : publicKey,
    privateKey: options?.privateKeyEncoding ? privateKey.export(options.privateKeyEncoding) : privateKey,
  };
}

const noCipher = () => new Error("Failed to cipher/decipher");
function rsaKey(k, what) {
  if (kept.get(k).kind !== "rsa") throw new Error(`${what}() currently only supports RSA keys`);
  return kept.get(k).der;
}
const bufferOf = (data, what, encoding) => {
  if (!isBytes(data)) throw new TypeError(`Failed to execute '${what}' on 'CryptoImpl': parameter 2 is not of type 'BufferSource'.`);
  return bytesOf(data, "buffer", encoding);
};

function rsa(key, data, decrypt) {
  const what = decrypt ? "privateDecrypt" : "publicEncrypt";
  const der = rsaKey(decrypt ? privateOf(key) : publicOf(key), what);
  const options = optionsOf(key) ?? {};
  const bytes = bufferOf(data, what, options.encoding);
  const padding = options.padding ?? 4;
  if (padding === 3) return outputOf(ops.nodeRsaRaw(der, bytes, decrypt, false, false) ?? fail());
  if (padding !== 4 && padding !== 1) throw new Error("Failed to set the padding");
  const out = ops.nodeRsa(der, bytes, padding === 4 ? "oaep" : "pkcs1", mustHash(options.oaepHash ?? "sha1", () => new Error("Unsupported hash digest")),
    options.oaepLabel === undefined ? undefined : bytesOf(options.oaepLabel, "key.oaepLabel"));
  return outputOf(out ?? fail());
}
function fail() { throw noCipher(); }

// signed is what privateEncrypt and publicDecrypt give: the padding of signatures, without a hash.
function signed(key, data, back) {
  const what = back ? "publicDecrypt" : "privateEncrypt";
  const der = rsaKey(back ? publicOf(key) : privateOf(key), what);
  const options = optionsOf(key) ?? {};
  const padding = options.padding ?? 1;
  if (padding !== 1 && padding !== 3) throw new Error("Failed to set the padding");
  return outputOf(ops.nodeRsaRaw(der, bufferOf(data, what, options.encoding), !back, padding === 1, back) ?? fail());
}

module.exports = {
  KeyObject, Sign, Verify, createSecretKey, SecretKeyObject, PublicKeyObject, PrivateKeyObject, secretOf, createPrivateKey, createPublicKey,
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
    validateOneOf(type, "type", ["hmac", "aes"]);
    if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
    if (type === "aes") validateOneOf(options.length, "options.length", [128, 192, 256]);
    else validateInteger(options.length, "options.length", 8, 65536);
    return createSecretKey(ops.nodeRandom(Math.floor(options.length / 8)));
  },
  generateKey(type, options, callback) { answer(callback, () => module.exports.generateKeySync(type, options)); },
  diffieHellman(options) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
    const { privateKey, publicKey } = options;
    for (const [name, key, type] of [["publicKey", publicKey, "public"], ["privateKey", privateKey, "private"]]) {
      if (!(key instanceof KeyObject)) throw invalidArgType(`options.${name}`, "KeyObject", key);
      if (key.type !== type) throw withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The "options.${name}" property must be ${type} key.${received(key)}`);
    }
    const kind = publicKey.asymmetricKeyType;
    if (kind !== privateKey.asymmetricKeyType) throw invalidArgValue("options.publicKey.asymmetricKeyType", kind, "must equal privateKey.asymmetricKeyType");
    const secret = ops.nodeEcdh(kept.get(privateKey).der, kept.get(publicKey).der);
    if (secret === undefined) throw withCode(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY", "Incompatible key for Diffie-Hellman");
    return outputOf(secret);
  },
  publicEncrypt: (key, data) => rsa(key, data, false), privateDecrypt: (key, data) => rsa(key, data, true),
  privateEncrypt: (key, data) => signed(key, data, false), publicDecrypt: (key, data) => signed(key, data, true),
};
Object.defineProperty(module.exports.generateKeyPair, require("node:util").promisify.args, { value: ["publicKey", "privateKey"] });
Object.defineProperty(SecretKeyObject, "name", { value: "SecretKeyObject", configurable: true });
Object.defineProperty(PublicKeyObject, "name", { value: "PublicKeyObject", configurable: true });
Object.defineProperty(PrivateKeyObject, "name", { value: "PrivateKeyObject", configurable: true });
Object.defineProperty(KeyObject, "name", { value: "KeyObject", configurable: true });
