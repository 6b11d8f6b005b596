// crypto (https://w3c.github.io/webcrypto/): random numbers, digests, HMAC.
// The rest of subtle is there by name and throws NotSupportedError.
(function (ops, core) {
  "use strict";
  const SECRET = {};
  const fail = (name, message) => { throw new core.DOMException(message, name); };
  const bytes = (source, what) => core.part("encoding").internal.bytesOf(source, what);
  const hashes = { "SHA-1": 64, "SHA-256": 64, "SHA-384": 128, "SHA-512": 128, MD5: 64 }; // block sizes
  const integers = new Set(["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array"]);

  const nameOf = (algorithm) => {
    const name = typeof algorithm === "object" && algorithm !== null ? algorithm.name : algorithm;
    if (name === undefined) throw new TypeError("An algorithm must have a name.");
    return `${name}`.toUpperCase();
  };

  function hashName(algorithm) {
    const name = nameOf(algorithm);
    if (hashes[name] === undefined) fail("NotSupportedError", "Unrecognized or unimplemented digest algorithm requested.");
    return name;
  }

  let secretOf;

  class CryptoKey {
    #key; // {type, extractable, algorithm, usages, bytes}
    static {
      secretOf = (key) => {
        if (typeof key !== "object" || key === null || !(#key in key)) throw new TypeError("The key is not a CryptoKey.");
        return key.#key;
      };
    }
    constructor(secret, key) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#key = key;
    }
    get type() { return this.#key.type; }
    get extractable() { return this.#key.extractable; }
    get algorithm() { return this.#key.algorithm; }
    get usages() { return this.#key.usages; }
    get [Symbol.toStringTag]() { return "CryptoKey"; }
  }

  // --- HMAC

  const hmacUsages = ["sign", "verify"];

  function usagesOf(usages) {
    const wanted = [...usages].map(String);
    for (const usage of wanted) if (!hmacUsages.includes(usage)) fail("SyntaxError", `Unrecognized key usage: ${usage}`);
    if (wanted.length === 0) fail("SyntaxError", "Secret key must have at least one usage.");
    return hmacUsages.filter((usage) => wanted.includes(usage));
  }

  function hmacKey(raw, algorithm, extractable, usages) {
    const hash = hashName(algorithm.hash);
    return new CryptoKey(SECRET, {
      type: "secret", extractable: Boolean(extractable), algorithm: { name: "HMAC", hash: { name: hash }, length: raw.length * 8 }, usages: usagesOf(usages), bytes: raw,
    });
  }

  const jwkAlgorithms = { "SHA-1": "HS1", "SHA-256": "HS256", "SHA-384": "HS384", "SHA-512": "HS512" };

  function fromJWK(jwk) {
    if (typeof jwk !== "object" || jwk === null || jwk.kty !== "oct" || typeof jwk.k !== "string") fail("DataError", "HMAC \"jwk\" key import requires a JSON Web Key with Key Type parameter \"kty\" equal to \"oct\".");
    const raw = ops.base64Decode(jwk.k, true);
    if (raw === undefined) fail("DataError", "The JSON Web Key's \"k\" isn't base64url.");
    return raw;
  }

  function importHMAC(format, data, algorithm, extractable, usages) {
    if (format !== "raw" && format !== "jwk") fail("NotSupportedError", `Unrecognized key import format "${format}".`);
    const raw = format === "raw" ? bytes(data, "'importKey' on 'SubtleCrypto'").slice() : fromJWK(data);
    if (raw.length === 0) fail("DataError", "HMAC key length must be a non-zero unsigned long integer.");
    if (algorithm.length !== undefined && Number(algorithm.length) !== raw.length * 8) fail("DataError", "Imported HMAC key length doesn't match the one that was asked for.");
    if (format === "jwk" && jwkMismatch(data, algorithm, extractable)) fail("DataError", "The JSON Web Key is not for this use.");
    return hmacKey(raw, algorithm, extractable, usages);
  }

  const jwkMismatch = (jwk, algorithm, extractable) =>
    (jwk.alg !== undefined && jwk.alg !== jwkAlgorithms[hashName(algorithm.hash)]) || (jwk.use !== undefined && jwk.use !== "sig") ||
    (jwk.ext === false && Boolean(extractable));

  function generateHMAC(algorithm, extractable, usages) {
    const bits = algorithm.length === undefined ? hashes[hashName(algorithm.hash)] * 8 : Number(algorithm.length);
    if (!(bits > 0) || bits % 8 !== 0 || bits > 8 * 65536) fail("OperationError", "HMAC key length must be a positive multiple of 8.");
    return hmacKey(ops.randomBytes(bits / 8), algorithm, extractable, usages);
  }

  function keyFor(key, algorithm, usage) {
    const k = secretOf(key);
    if (nameOf(algorithm) !== k.algorithm.name) fail("InvalidAccessError", `Attempted to use a ${k.algorithm.name} key with another algorithm.`);
    if (!k.usages.includes(usage)) fail("InvalidAccessError", `Attempted to perform an operation for which the key's usages don't include "${usage}".`);
    return k;
  }

  // --- subtle

  const supported = (algorithm) => {
    if (nameOf(algorithm) !== "HMAC") fail("NotSupportedError", `Unrecognized or unimplemented key algorithm "${nameOf(algorithm)}".`);
  };

  class SubtleCrypto {
    constructor(secret) { if (secret !== SECRET) throw new TypeError("Illegal constructor"); }
    async digest(algorithm, data) { return ops.digest(hashName(algorithm), bytes(data, "'digest' on 'SubtleCrypto'")).buffer; }
    async importKey(format, data, algorithm, extractable, usages) {
      supported(algorithm);
      return importHMAC(`${format}`, data, algorithm, extractable, usages);
    }
    async generateKey(algorithm, extractable, usages) {
      supported(algorithm);
      return generateHMAC(algorithm, extractable, usages);
    }
    async exportKey(format, key) {
      const k = secretOf(key);
      if (!k.extractable) fail("InvalidAccessError", "Attempt to export non-extractable HMAC key.");
      if (format === "raw") return k.bytes.slice().buffer;
      if (format !== "jwk") fail("NotSupportedError", `Unrecognized key export format "${format}".`);
      return { kty: "oct", k: ops.base64Encode(k.bytes, true), alg: jwkAlgorithms[k.algorithm.hash.name], key_ops: k.usages.slice(), ext: true };
    }
    async sign(algorithm, key, data) {
      const k = keyFor(key, algorithm, "sign");
      return ops.hmacSign(k.algorithm.hash.name, k.bytes, bytes(data, "'sign' on 'SubtleCrypto'")).buffer;
    }
    async verify(algorithm, key, signature, data) {
      const k = keyFor(key, algorithm, "verify");
      const given = bytes(signature, "'verify' on 'SubtleCrypto'");
      return ops.hmacVerify(k.algorithm.hash.name, k.bytes, given, bytes(data, "'verify' on 'SubtleCrypto'"));
    }
    timingSafeEqual(a, b) {
      return ops.timingSafeEqual(bytes(a, "'timingSafeEqual' on 'SubtleCrypto'"), bytes(b, "'timingSafeEqual' on 'SubtleCrypto'"));
    }
    get [Symbol.toStringTag]() { return "SubtleCrypto"; }
  }
  for (const name of ["encrypt", "decrypt", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"]) {
    const value = { async [name]() { fail("NotSupportedError", `crypto.subtle.${name} is not implemented.`); } }[name];
    Object.defineProperty(SubtleCrypto.prototype, name, { value, writable: true, configurable: true });
  }

  class Crypto {
    #subtle;
    constructor(secret) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#subtle = new SubtleCrypto(SECRET);
    }
    get subtle() { return this.#subtle; }
    getRandomValues(view) {
      if (!ArrayBuffer.isView(view) || !integers.has(view[Symbol.toStringTag])) fail("TypeMismatchError", "ArrayBufferView argument to getRandomValues() must be an integer-typed view.");
      if (view.byteLength > 65536) fail("QuotaExceededError", `getRandomValues() only accepts buffers of size <= 64K but provided ${view.byteLength} bytes.`);
      bytes(view).set(ops.randomBytes(view.byteLength));
      return view;
    }
    randomUUID() { return ops.randomUUID(); }
    get DigestStream() { return digestStream(); }
    get [Symbol.toStringTag]() { return "Crypto"; }
  }

  // DigestStream is Workers' own: a WritableStream whose digest is a promise.
  let DigestStream;
  function digestStream() {
    if (DigestStream !== undefined) return DigestStream;
    const { WritableStream } = core.part("writable");
    return (DigestStream = class DigestStream extends WritableStream {
      #digest;
      constructor(algorithm) {
        const name = hashName(algorithm);
        const chunks = [];
        let settle;
        const digest = new Promise((resolve, reject) => { settle = { resolve, reject }; });
        digest.then(undefined, () => {});
        super({
          write(chunk) { chunks.push(typeof chunk === "string" ? chunk : bytes(chunk, "'write' on 'DigestStream'").slice()); },
          close() { settle.resolve(ops.digest(name, ops.bytesConcat(chunks)).buffer); },
          abort(reason) { settle.reject(reason); },
        });
        this.#digest = digest;
      }
      get digest() { return this.#digest; }
    });
  }

  return { crypto: new Crypto(SECRET), Crypto, SubtleCrypto, CryptoKey };
})
