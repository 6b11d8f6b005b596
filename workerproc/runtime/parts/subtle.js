// SubtleCrypto and CryptoKey (https://w3c.github.io/webcrypto/), with the
// wording of the Workers runtime. What a kind of key is made of, read from and
// written as is in subtle-keys.js; the arithmetic is in Go (ops/aes.go and so
// on). A key's bytes never pass through anything that a Worker can replace.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const SECRET = {};
  const fail = (name, message) => { throw new core.DOMException(message, name); };
  const own = ["Error", "TypeError", "RangeError", "SyntaxError"];

  // run calls an op. An op knows no DOMException.
  function run(name, ...args) {
    try {
      return p.apply(ops[name], undefined, args);
    } catch (err) {
      const kind = err.name;
      if (kind === "SyntaxError" || !own.includes(kind)) fail(kind, err.message);
      throw err;
    }
  }

  const isObject = (v) => (typeof v === "object" && v !== null) || typeof v === "function";
  const wrongType = (method, n, type) => { throw new TypeError(`Failed to execute '${method}' on 'SubtleCrypto': parameter ${n} is not of type '${type}'.`); };
  const isBuffer = (v) => p.isView(v) || (isObject(v) && v instanceof p.ArrayBuffer);

  // viewOf is what a BufferSource holds, not copied.
  function viewOf(v) {
    if (v instanceof p.Uint8Array) return v;
    return p.isView(v) ? new p.Uint8Array(v.buffer, v.byteOffset, v.byteLength) : new p.Uint8Array(v);
  }

  function bytes(v, method, n) {
    if (!isBuffer(v)) wrongType(method, n, "BufferSource");
    return viewOf(v);
  }

  const missing = (field, of = "algorithm") => { throw new TypeError(`Missing field "${field}" in "${of}".`); };

  // field reads a member of an algorithm that has to be there.
  function field(algorithm, name, of) {
    const value = algorithm[name];
    return value === undefined ? missing(name, of) : value;
  }

  function buffer(algorithm, name, type) {
    const value = field(algorithm, name);
    if (!isBuffer(value)) throw new TypeError(`Incorrect type for the '${name}' field on '${type}': the provided value is not of type 'BufferSource'.`);
    return viewOf(value);
  }

  const integer = (value) => {
    const n = Math.trunc(Number(value)) || 0;
    if (n < -2147483648 || n > 2147483647) throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
    return n;
  };

  // --- algorithms

  const hashes = { __proto__: null, "SHA-1": 64, "SHA-256": 64, "SHA-384": 128, "SHA-512": 128, MD5: 64 }; // block sizes

  function hashName(hash) {
    const name = p.upper(`${isObject(hash) ? hash.name : hash}`);
    if (hashes[name] === undefined) fail("NotSupportedError", "Unrecognized or unimplemented digest algorithm requested.");
    return name;
  }

  // An algorithm: its kind of key (subtle-keys.js) and what keys of it may do.
  const cipher = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
  const derive = ["deriveKey", "deriveBits"];
  const algorithms = { __proto__: null };
  for (const [name, kind, secret, open] of [
    ["AES-GCM", "aes", cipher], ["AES-CBC", "aes", cipher], ["AES-CTR", "aes", cipher], ["AES-KW", "aes", ["wrapKey", "unwrapKey"]],
    ["HMAC", "hmac", ["sign", "verify"]], ["HKDF", "kdf", derive], ["PBKDF2", "kdf", derive],
    ["RSASSA-PKCS1-v1_5", "rsa", ["sign"], ["verify"]], ["RSA-PSS", "rsa", ["sign"], ["verify"]],
    ["RSA-OAEP", "rsa", ["decrypt", "unwrapKey"], ["encrypt", "wrapKey"]],
    ["ECDSA", "ec", ["sign"], ["verify"]], ["ECDH", "ec", derive, []],
    ["Ed25519", "okp", ["sign"], ["verify"]], ["NODE-ED25519", "okp", ["sign"], ["verify"]], ["X25519", "okp", derive, []],
  ]) algorithms[p.upper(name)] = { name, kind, secret, open };

  // normal makes an algorithm that may be a name into an object, and finds it.
  function normal(algorithm, method, n, type) {
    if (typeof algorithm === "string") algorithm = { name: algorithm };
    if (!isObject(algorithm)) wrongType(method, n, `string or ${type}`);
    const given = `${algorithm.name}`;
    return { algorithm, given, known: algorithms[p.upper(given)] };
  }

  // --- keys

  const order = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

  // usagesOf checks a list of usages against those that are allowed and puts
  // it in order; for what says what they are for.
  function usagesOf(usages, allowed, name, what) {
    for (const usage of usages) {
      if (!allowed.includes(usage)) fail("SyntaxError", `Attempt to ${what} ${name} key with invalid usage "${usage}".`);
    }
    return order.filter((usage) => usages.includes(usage));
  }

  const needUsage = (usages) => {
    if (usages.length === 0) fail("SyntaxError", "Secret/private CryptoKeys must have at least one usage.");
  };

  let keyOf;

  // A key's record is {type, extractable, usages, def, hash, curve, length,
  // bytes}; what is shown of it are copies.
  class CryptoKey {
    #key;
    #algorithm;
    #usages;
    static {
      keyOf = (value, method, n) => {
        if (!isObject(value) || !(#key in value)) wrongType(method, n, "CryptoKey");
        return value.#key;
      };
    }
    constructor(secret, key, algorithm) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#key = key;
      this.#algorithm = algorithm;
      this.#usages = [...key.usages];
    }
    get type() { return this.#key.type; }
    get extractable() { return this.#key.extractable; }
    get algorithm() { return this.#algorithm; }
    get usages() { return this.#usages; }
    get [Symbol.toStringTag]() { return "CryptoKey"; }
  }

  const make = (key, algorithm) => new CryptoKey(SECRET, key, algorithm);

  // allowed checks that a key is of an algorithm and may be used so.
  function allowed(key, requested, usage) {
    const name = requested.known === undefined ? requested.given : requested.known.name;
    if (name !== key.def.name) fail("InvalidAccessError", `Requested algorithm "${name}" does not match this CryptoKey's algorithm "${key.def.name}".`);
    if (!key.usages.includes(usage)) fail("InvalidAccessError", `Requested key usage "${usage}" does not match any usage listed in this CryptoKey.`);
  }

  const kinds = () => core.part("subtle-keys").internal;

  // --- encryption

  const tagLengths = [32, 64, 96, 104, 112, 120, 128];

  const ciphers = {
    __proto__: null,
    "AES-GCM"(encrypt, key, a, data) {
      const iv = buffer(a, "iv", "EncryptAlgorithm");
      if (iv.length === 0) fail("OperationError", "AES-GCM IV must not be empty.");
      const tag = a.tagLength === undefined ? 128 : integer(a.tagLength);
      if (!tagLengths.includes(tag)) fail("OperationError", `Invalid AES-GCM tag length ${tag}.`);
      const extra = a.additionalData === undefined ? undefined : buffer(a, "additionalData", "EncryptAlgorithm");
      return run("aesGCM", encrypt, key.bytes, iv, extra, tag / 8, data);
    },
    "AES-CBC"(encrypt, key, a, data) {
      const iv = buffer(a, "iv", "EncryptAlgorithm");
      if (iv.length !== 16) fail("OperationError", `AES-CBC IV must be 16 bytes long (provided ${iv.length}${encrypt ? " bytes" : ""}).`);
      return run("aesCBC", encrypt, key.bytes, iv, data);
    },
    "AES-CTR"(encrypt, key, a, data) {
      for (const name of ["counter", "length"]) if (a[name] === undefined) throw new TypeError(`Missing "${name}" member in "algorithm".`);
      const counter = buffer(a, "counter", "EncryptAlgorithm");
      if (counter.length !== 16) fail("OperationError", `Counter must have length of 16 bytes (provided ${counter.length}).`);
      const length = integer(a.length);
      if (length < 1 || length > 128) fail("OperationError", `Invalid counter of ${length} bits length provided.`);
      return run("aesCTR", key.bytes, counter, length, data);
    },
    "RSA-OAEP"(encrypt, key, a, data) {
      const label = a.label === undefined ? undefined : buffer(a, "label", "EncryptAlgorithm");
      return run("rsaEncryption", encrypt, key.hash, key.bytes, label, data);
    },
  };

  function crypt(encrypt, key, algorithm, data, method) {
    const f = ciphers[key.def.name];
    if (f === undefined) fail("NotSupportedError", `The ${method} operation is not implemented for "${key.def.name}".`);
    return f(encrypt, key, algorithm, data);
  }

  // --- signatures

  const noSalt = "Failed to provide salt for RSA-PSS key operation which requires a salt";

  function saltOf(a) {
    if (a.saltLength === undefined) fail("DataError", noSalt);
    const salt = integer(a.saltLength);
    if (salt < 0) fail("DataError", `SaltLength for RSA-PSS must be non-negative (provided ${salt}).`);
    return salt;
  }

  function hashAtCall(a) {
    if (a.hash === undefined) throw new TypeError("Missing \"hash\" in AlgorithmIdentifier. (ECDSA requires that the hash algorithm be specified at call time rather than on the key. This differs from other WebCrypto algorithms for historical reasons.)");
    return hashName(a.hash);
  }

  const signers = {
    __proto__: null,
    HMAC: [(key, a, data) => run("hmacSign", key.hash, key.bytes, data), (key, a, sig, data) => run("hmacVerify", key.hash, key.bytes, sig, data)],
    "RSASSA-PKCS1-v1_5": [(key, a, data) => run("rsaSign", key.hash, key.bytes, undefined, data),
      (key, a, sig, data) => run("rsaCheck", key.hash, key.bytes, undefined, sig, data)],
    "RSA-PSS": [(key, a, data) => run("rsaSign", key.hash, key.bytes, saltOf(a), data),
      (key, a, sig, data) => {
      if (a.saltLength === undefined) throw new TypeError(noSalt);
      return run("rsaCheck", key.hash, key.bytes, saltOf(a), sig, data);
    }],
    ECDSA: [(key, a, data) => run("ecdsaSign", hashAtCall(a), key.bytes, data),
      (key, a, sig, data) => run("ecdsaCheck", hashAtCall(a), key.bytes, sig, data)],
    Ed25519: [(key, a, data) => run("ed25519Sign", key.bytes, data), (key, a, sig, data) => run("ed25519Check", key.bytes, sig, data)],
  };
  signers["NODE-ED25519"] = signers.Ed25519;

  // --- derivation

  // agreed is what two keys agree on; bits null asks for all of it.
  function agreed(key, a, bits) {
    const given = field(a, "public", "derivedKeyParams");
    let other;
    try {
      other = keyOf(given);
    } catch {
      throw new TypeError("Incorrect type for the 'public' field on 'DeriveKeyAlgorithm': the provided value is not of type 'CryptoKey'.");
    }
    if (other.type !== "public") fail("InvalidAccessError", `The provided key has type "${other.type}", not "public"`);
    if (other.def !== key.def) fail("InvalidAccessError", `Private key for derivation is using "${key.def.name}" while public key is using "${other.def.name}".`);
    if (other.curve !== key.curve) fail("InvalidAccessError", `Private key for derivation is using curve "${key.curve}" while public key is using "${other.curve}".`);
    const secret = run("ecdh", key.bytes, other.bytes);
    const most = p.lengthOf(secret) * 8;
    if (bits === null) return secret;
    if (bits > most) fail("OperationError", `Derived key length (${bits} bits) is too long (should be at most ${most} bits).`);
    const n = Math.ceil(bits / 8);
    const out = new p.Uint8Array(n);
    for (let i = 0; i < n; i++) out[i] = secret[i];
    if (bits % 8 !== 0) out[n - 1] &= 0xff << (8 - bits % 8);
    return out;
  }

  function stretch(name, bits) {
    if (bits === null) fail("OperationError", `${name} cannot derive a key with null length.`);
    if (bits % 8 !== 0) fail("OperationError", `${name} requires a derived key length that is a multiple of eight (requested ${bits}).`);
    return bits / 8;
  }

  const derivers = {
    __proto__: null,
    ECDH: agreed,
    X25519: agreed,
    HKDF(key, a, bits) {
      const hash = hashName(field(a, "hash"));
      const [salt, info] = [buffer(a, "salt", "DeriveKeyAlgorithm"), buffer(a, "info", "DeriveKeyAlgorithm")];
      return run("hkdf", hash, key.bytes, salt, info, stretch("HKDF", bits));
    },
    PBKDF2(key, a, bits) {
      const hash = hashName(field(a, "hash"));
      const salt = buffer(a, "salt", "DeriveKeyAlgorithm");
      const iterations = integer(field(a, "iterations"));
      return run("pbkdf2", hash, key.bytes, salt, iterations, stretch("PBKDF2", bits));
    },
  };

  function deriveBits(key, algorithm, bits) {
    const f = derivers[key.def.name];
    if (f === undefined) fail("NotSupportedError", `The deriveBits operation is not implemented for "${key.def.name}".`);
    return f(key, algorithm, bits);
  }

  // lengthFor is how many bits a key of that algorithm is derived from.
  function lengthFor(known, a, given) {
    switch (known && known.kind) {
      case "aes": {
        const length = integer(field(a, "length", "derivedKeyParams"));
        if (length !== 128 && length !== 192 && length !== 256) fail("OperationError", `Derived AES key must be 128, 192, or 256 bits in length but provided ${length}.`);
        return length;
      }
      case "hmac": {
        const hash = hashName(field(a, "hash", "derivedKeyParams"));
        if (a.length === undefined) return hashes[hash] * 8;
        const length = integer(a.length);
        if (length <= 0) throw new TypeError("HMAC key length must be a non-zero unsigned long integer.");
        return length;
      }
      case "kdf": return null;
    }
    return fail("NotSupportedError", `Unrecognized derived key type "${given}" requested.`);
  }

  // --- import and export

  const listOf = (usages, method, n) => (p.isArray(usages) ? [...usages].map(String) : wrongType(method, n, "Array"));

  function importKey(format, data, algorithm, extractable, usages, method, n) {
    const { algorithm: a, given, known } = normal(algorithm, method, n, "ImportKeyAlgorithm");
    const wanted = listOf(usages, method, n + 2);
    if (!isObject(data)) wrongType(method, 2, "BufferSource or JsonWebKey");
    if (known === undefined) fail("NotSupportedError", `Unrecognized key import algorithm "${given}" requested.`);
    if (format === "jwk" && isBuffer(data)) throw new TypeError("Import data provided for \"jwk\" import format must be a JsonWebKey.");
    if (format !== "jwk" && !isBuffer(data)) throw new TypeError("Import data provided for buffer-based import formats must be a buffer source.");
    const own = method === "unwrapKey" || format === "jwk"; // made here, or not of bytes
    return kinds().importKey(known, format, own ? data : viewOf(data), a, Boolean(extractable), wanted);
  }

  // exported is a JSON Web Key or a fresh Uint8Array.
  function exported(format, key) {
    if (!key.extractable) fail("InvalidAccessError", `Attempt to export non-extractable ${key.def.name} key.`);
    return kinds().exportKey(format, key);
  }

  const bitsOf = (length) => {
    if (length === undefined || length === null) return null;
    const n = integer(length);
    if (n < 0) throw new TypeError("deriveBits length must be an unsigned long integer.");
    return n;
  };

  class SubtleCrypto {
    constructor(secret) { if (secret !== SECRET) throw new TypeError("Illegal constructor"); }

    async encrypt(algorithm, key, data) {
      const requested = normal(algorithm, "encrypt", 1, "EncryptAlgorithm");
      const k = keyOf(key, "encrypt", 2);
      const input = bytes(data, "encrypt", 3);
      allowed(k, requested, "encrypt");
      return crypt(true, k, requested.algorithm, input, "encrypt").buffer;
    }

    async decrypt(algorithm, key, data) {
      const requested = normal(algorithm, "decrypt", 1, "EncryptAlgorithm");
      const k = keyOf(key, "decrypt", 2);
      const input = bytes(data, "decrypt", 3);
      allowed(k, requested, "decrypt");
      return crypt(false, k, requested.algorithm, input, "decrypt").buffer;
    }

    async sign(algorithm, key, data) {
      const requested = normal(algorithm, "sign", 1, "SignAlgorithm");
      const k = keyOf(key, "sign", 2);
      const input = bytes(data, "sign", 3);
      allowed(k, requested, "sign");
      return signers[k.def.name][0](k, requested.algorithm, input).buffer;
    }

    async verify(algorithm, key, signature, data) {
      const requested = normal(algorithm, "verify", 1, "SignAlgorithm");
      const k = keyOf(key, "verify", 2);
      const [sig, input] = [bytes(signature, "verify", 3), bytes(data, "verify", 4)];
      allowed(k, requested, "verify");
      return signers[k.def.name][1](k, requested.algorithm, sig, input);
    }

    async digest(algorithm, data) {
      if (typeof algorithm !== "string" && !isObject(algorithm)) wrongType("digest", 1, "string or HashAlgorithm");
      return run("digest", hashName(algorithm), bytes(data, "digest", 2)).buffer;
    }

    async generateKey(algorithm, extractable, keyUsages) {
      const { algorithm: a, given, known } = normal(algorithm, "generateKey", 1, "GenerateKeyAlgorithm");
      const usages = listOf(keyUsages, "generateKey", 3);
      if (known === undefined || known.kind === "kdf") fail("NotSupportedError", `Unrecognized key generation algorithm "${known ? known.name : given}" requested.`);
      return kinds().generateKey(known, a, Boolean(extractable), usages);
    }

    async deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, keyUsages) {
      const requested = normal(algorithm, "deriveKey", 1, "DeriveKeyAlgorithm");
      const k = keyOf(baseKey, "deriveKey", 2);
      const target = normal(derivedKeyAlgorithm, "deriveKey", 3, "ImportKeyAlgorithm");
      const usages = listOf(keyUsages, "deriveKey", 5);
      allowed(k, requested, "deriveKey");
      const bits = lengthFor(target.known, target.algorithm, target.given);
      const secret = deriveBits(k, requested.algorithm, bits);
      return kinds().importKey(target.known, "raw", secret, target.algorithm, Boolean(extractable), usages);
    }

    async deriveBits(algorithm, baseKey, length) {
      const requested = normal(algorithm, "deriveBits", 1, "DeriveKeyAlgorithm");
      const k = keyOf(baseKey, "deriveBits", 2);
      const bits = bitsOf(length);
      allowed(k, requested, "deriveBits");
      return deriveBits(k, requested.algorithm, bits).buffer;
    }

    async importKey(format, keyData, algorithm, extractable, keyUsages) {
      return importKey(`${format}`, keyData, algorithm, extractable, keyUsages, "importKey", 3);
    }

    async exportKey(format, key) {
      const result = exported(`${format}`, keyOf(key, "exportKey", 2));
      return result instanceof p.Uint8Array ? result.buffer : result;
    }

    async wrapKey(format, key, wrappingKey, wrapAlgorithm) {
      const k = keyOf(key, "wrapKey", 2);
      const wrapping = keyOf(wrappingKey, "wrapKey", 3);
      const requested = normal(wrapAlgorithm, "wrapKey", 4, "EncryptAlgorithm");
      allowed(wrapping, requested, "wrapKey");
      let data = exported(`${format}`, k);
      if (!(data instanceof p.Uint8Array)) data = ops.utf8Encode(p.stringify(data));
      if (wrapping.def.name === "AES-KW") return run("aesKW", true, wrapping.bytes, data).buffer;
      return crypt(true, wrapping, requested.algorithm, data, "wrapKey").buffer;
    }

    async unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
      const wrapped = bytes(wrappedKey, "unwrapKey", 2);
      const k = keyOf(unwrappingKey, "unwrapKey", 3);
      const requested = normal(unwrapAlgorithm, "unwrapKey", 4, "EncryptAlgorithm");
      allowed(k, requested, "unwrapKey");
      const data = k.def.name === "AES-KW" ? run("aesKW", false, k.bytes, wrapped) : crypt(false, k, requested.algorithm, wrapped, "unwrapKey");
      return importKey(`${format}`, `${format}` === "jwk" ? jwkIn(data) : data, unwrappedKeyAlgorithm, extractable, keyUsages, "unwrapKey", 5);
    }

    timingSafeEqual(a, b) {
      return ops.timingSafeEqual(bytes(a, "timingSafeEqual", 1), bytes(b, "timingSafeEqual", 2));
    }

    get [Symbol.toStringTag]() { return "SubtleCrypto"; }
  }

  function jwkIn(data) {
    let jwk;
    try {
      jwk = p.parse(ops.utf8Decode(data, false, false));
    } catch {
      fail("DataError", "The unwrapped key is not a JSON Web Key.");
    }
    return isObject(jwk) ? jwk : fail("DataError", "The unwrapped key is not a JSON Web Key.");
  }

  return {
    SubtleCrypto, CryptoKey,
    internal: { subtle: new SubtleCrypto(SECRET), recordOf: (key) => keyOf(key, "from", 1), run, fail, make, field, buffer, integer, hashes, hashName, usagesOf, needUsage, isObject },
  };
})
