// The kinds of keys of SubtleCrypto: how they are made, read and written
// (https://w3c.github.io/webcrypto/, RFC 7517, 7518 and 8037 for JSON Web
// Keys). A secret key's bytes are itself; those of a pair are DER, PKCS #8 or
// SubjectPublicKeyInfo.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { run, fail, make, field, buffer, integer, hashes, hashName, usagesOf, needUsage, isObject } = core.part("subtle").internal;
  const copy = (bytes) => ops.bytesConcat([bytes]);
  const badFormat = (format) => fail("NotSupportedError", `Unrecognized key import format "${format}".`);
  const isRaw = (format) => format === "raw" || format === "raw-secret";

  // part64 reads one number of a JSON Web Key.
  function part64(jwk, name, otherwise) {
    const bytes = typeof jwk[name] === "string" ? ops.base64Decode(jwk[name], true) : undefined;
    return bytes === undefined || p.lengthOf(bytes) === 0 ? fail("DataError", otherwise) : bytes;
  }
  // number64 is such a number where none at all is 0.
  const number64 = (jwk, name, otherwise) => (jwk[name] === "" ? new p.Uint8Array(0) : part64(jwk, name, otherwise));
  const to64 = (bytes) => ops.base64Encode(bytes, true);

  function operations(jwk) {
    if (!p.isArray(jwk.key_ops)) throw new TypeError("Incorrect type for the 'key_ops' field on 'JsonWebKey': the provided value is not of type 'Array'.");
    return [...jwk.key_ops].map(String);
  }

  function checkExtractable(jwk, name, extractable) {
    if (jwk.ext === false && extractable) fail("DataError", `JWK ext field for "${name}" is set to false but extractable is true`);
  }

  // --- secret keys

  // secretJWK reads the bytes of a JSON Web Key of type oct.
  function secretJWK(jwk, name, extractable, usages) {
    if (jwk.kty !== "oct") fail("DataError", `Symmetric "jwk" key import requires a JSON Web Key with Key Type parameter "kty" equal to "oct" (encountered "${jwk.kty}").`);
    const bytes = part64(jwk, "k", "Symmetric \"jwk\" key import requires a base64Url encoding of the key.");
    checkExtractable(jwk, name, extractable);
    if (jwk.key_ops !== undefined) {
      const list = operations(jwk);
      list.forEach((op, i) => {
        if (list.indexOf(op) !== i) fail("DataError", `Symmetric "jwk" key contains duplicate value "${op}", in "key_op".`);
      });
      for (const usage of usages) if (!list.includes(usage)) fail("DataError", `"jwk" key missing usage "${usage}", in "key_ops".`);
    }
    return bytes;
  }

  const exportSecret = (format, key, alg, wrong) => {
    if (isRaw(format)) return copy(key.bytes);
    if (format !== "jwk") fail("NotSupportedError", wrong);
    return { kty: "oct", key_ops: [...key.usages], alg, ext: true, k: to64(key.bytes) };
  };

  const aesAlg = (def, bits) => `A${bits}${def.name.slice(4)}`;

  function aesKey(def, bytes, extractable, usages) {
    const length = p.lengthOf(bytes) * 8;
    return make({ type: "secret", extractable, usages, def, length, bytes }, { name: def.name, length });
  }

  const aes = {
    generate(def, a, extractable, usages) {
      const length = integer(field(a, "length"));
      if (length !== 128 && length !== 192 && length !== 256) fail("OperationError", `Generated AES key length must be 128, 192, or 256 bits but requested ${length}.`);
      const list = usagesOf(usages, def.secret, def.name, "generate");
      needUsage(list);
      return aesKey(def, ops.randomBytes(length / 8), extractable, list);
    },
    read(def, format, data, a, extractable, usages) {
      const list = usagesOf(usages, def.secret, def.name, "import secret");
      needUsage(list);
      if (!isRaw(format) && format !== "jwk") badFormat(format);
      const bytes = isRaw(format) ? copy(data) : secretJWK(data, def.name, extractable, list);
      const length = p.lengthOf(bytes) * 8;
      if (length !== 128 && length !== 192 && length !== 256) fail("DataError", `Imported AES key length must be 128, 192, or 256 bits but provided ${length}.`);
      if (format === "jwk") {
        if (data.use !== undefined && data.use !== "enc") fail("DataError", `Symmetric "jwk" key must have a "use" of "enc", not "${data.use}".`);
        const alg = aesAlg(def, length);
        if (data.alg !== undefined && data.alg !== alg) fail("DataError", `Symmetric "jwk" key contains invalid "alg" value "${data.alg}", expected "${alg}".`);
      }
      return aesKey(def, bytes, extractable, list);
    },
    write: (format, key) => exportSecret(format, key, aesAlg(key.def, key.length), `${key.def.name} key only supports exporting "raw", "raw-secret" & "jwk", not "${format}".`),
  };

  const hmacAlg = { __proto__: null, "SHA-1": "HS1", "SHA-256": "HS256", "SHA-384": "HS384", "SHA-512": "HS512" };

  // hmacKey keeps so many bits of bytes.
  function hmacKey(def, hash, bytes, length, extractable, usages) {
    if (length % 8 !== 0) bytes[p.lengthOf(bytes) - 1] &= 0xff << (8 - length % 8);
    return make({ type: "secret", extractable, usages, def, hash, length, bytes }, { name: "HMAC", hash: { name: hash }, length });
  }

  const hmac = {
    generate(def, a, extractable, usages) {
      const hash = hashName(field(a, "hash"));
      const length = a.length === undefined ? hashes[hash] * 8 : integer(a.length);
      if (length <= 0 || length > 8 * 65536) fail("OperationError", `HMAC key length must be a non-zero unsigned long integer (requested ${length}).`);
      const list = usagesOf(usages, def.secret, def.name, "generate");
      needUsage(list);
      return hmacKey(def, hash, ops.randomBytes(Math.ceil(length / 8)), length, extractable, list);
    },
    read(def, format, data, a, extractable, usages) {
      const hash = hashName(field(a, "hash"));
      const list = usagesOf(usages, def.secret, def.name, "import secret");
      needUsage(list);
      if (!isRaw(format) && format !== "jwk") badFormat(format);
      const bytes = isRaw(format) ? copy(data) : secretJWK(data, def.name, extractable, list);
      if (format === "jwk" && data.alg !== undefined && data.alg !== hmacAlg[hash]) {
        fail("DataError", `HMAC "jwk" key import specifies "alg" that is incompatible with the hash name (encountered "${data.alg}", expected "${hmacAlg[hash]}").`);
      }
      const most = p.lengthOf(bytes) * 8;
      const length = a.length === undefined ? most : integer(a.length);
      if (length <= 0 || length > most || length <= most - 8) {
        fail("DataError", `Imported HMAC key length (${length}) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (${most}).`);
      }
      return hmacKey(def, hash, bytes, length, extractable, list);
    },
    write: (format, key) => exportSecret(format, key, hmacAlg[key.hash], `Unimplemented key export format "${format}".`),
  };

  const kdf = {
    read(def, format, data, a, extractable, usages) {
      const list = usagesOf(usages, def.secret, def.name, "import secret");
      if (extractable) fail("SyntaxError", `${def.name} key cannot be extractable.`);
      if (!isRaw(format)) fail("NotSupportedError", `${def.name} key must be imported in "raw" format (requested "${format}").`);
      needUsage(list);
      return make({ type: "secret", extractable: false, usages: list, def, bytes: copy(data) }, { name: def.name });
    },
  };

  // --- pairs

  // pair makes both keys of [pkcs8, spki]; rest is what their records share.
  function pair(def, der, extractable, usages, rest, algorithm) {
    const list = usagesOf(usages, [...def.secret, ...def.open], def.name, "generate");
    const [secret, open] = [def.secret, def.open].map((mine) => list.filter((usage) => mine.includes(usage)));
    if (secret.length === 0) fail("SyntaxError", "Attempt to generate asymmetric keys with no valid private key usages.");
    const made = der(); // no destructuring: a Worker can replace the iterator of arrays
    return {
      publicKey: make({ type: "public", extractable: true, usages: open, def, ...rest, bytes: made[1] }, algorithm()),
      privateKey: make({ type: "private", extractable, usages: secret, def, ...rest, bytes: made[0] }, algorithm()),
    };
  }

  // sideOf tells a private key from a public one and checks its usages.
  function sideOf(def, format, data, extractable, usages) {
    const secret = format === "pkcs8" || (format === "jwk" && data.d !== undefined);
    const list = usagesOf(usages, secret ? def.secret : def.open, def.name, secret ? "import private" : "import public");
    if (format === "jwk") checkPairJWK(def, data, extractable, list);
    return { type: secret ? "private" : "public", list };
  }

  function checkPairJWK(def, jwk, extractable, usages) {
    const use = def.secret.includes("sign") ? "sig" : "enc";
    if (jwk.use !== undefined && jwk.use !== use && usages.length > 0) fail("DataError", `Asymmetric "jwk" key import with usages requires a JSON Web Key with Public Key Use parameter "use" ("${jwk.use}") equal to "${use}".`);
    if (jwk.key_ops !== undefined) {
      const list = operations(jwk);
      if (list.some((op, i) => list.indexOf(op) !== i)) fail("DataError", "A JSON Web Key's Key Operations parameter (\"key_ops\") must not contain duplicates.");
      if (!usages.every((usage) => list.includes(usage))) fail("DataError", "All specified key usages must be present in the JSON Web Key's Key Operations parameter (\"key_ops\").");
    }
    checkExtractable(jwk, def.name, extractable);
  }

  // writeDER is what all pairs are exported as; jwk and raw are their own.
  function writeDER(format, key, raw, jwk) {
    if (format === "jwk") return jwk();
    if (format === "raw") return raw();
    if (format === "pkcs8" || format === "spki") {
      const needed = format === "pkcs8" ? "private" : "public";
      if (key.type !== needed) fail("InvalidAccessError", `Asymmetric ${format} export requires ${needed} key (not "${key.type}").`);
      return copy(key.bytes);
    }
    return fail("NotSupportedError", `Unimplemented key export format "${format}".`);
  }

  const rsaAlg = {
    __proto__: null,
    "RSASSA-PKCS1-v1_5": { __proto__: null, "SHA-1": "RS1", "SHA-256": "RS256", "SHA-384": "RS384", "SHA-512": "RS512" },
    "RSA-PSS": { __proto__: null, "SHA-1": "PS1", "SHA-256": "PS256", "SHA-384": "PS384", "SHA-512": "PS512" },
    "RSA-OAEP": { __proto__: null, "SHA-1": "RSA-OAEP", "SHA-256": "RSA-OAEP-256", "SHA-384": "RSA-OAEP-384", "SHA-512": "RSA-OAEP-512" },
  };

  function checkRSAJWK(def, hash, jwk) {
    if (jwk.kty !== "RSA") fail("DataError", `RSA "jwk" key import requires a JSON Web Key with Key Type parameter "kty" ("${jwk.kty}") equal to "RSA".`);
    if (jwk.alg === undefined || jwk.alg === rsaAlg[def.name][hash]) return;
    for (const name of p.ownKeys(rsaAlg)) {
      for (const h of p.ownKeys(rsaAlg[name])) {
        if (rsaAlg[name][h] === jwk.alg) fail("DataError", `JSON Web Key Algorithm parameter "alg" ("${jwk.alg}") does not match requested "${def.name}" algorithm with hash "${hash}".`);
      }
    }
    fail("NotSupportedError", `Unrecognized or unimplemented algorithm "${jwk.alg}" listed in JSON Web Key Algorithm parameter.`);
  }

  const primes = ["p", "q", "dp", "dq", "qi"];

  function rsaNumbers(jwk, secret) {
    const wrong = (what) => `Invalid RSA key in JSON Web Key; missing or invalid ${what}.`;
    const list = [part64(jwk, "n", wrong("Modulus parameter (\"n\")")), part64(jwk, "e", wrong("Exponent parameter (\"e\")"))];
    if (!secret) return list;
    list.push(part64(jwk, "d", wrong("Private Exponent parameter (\"d\")")));
    for (const name of primes) list.push(part64(jwk, name, "Invalid RSA private key in JSON Web Key; if one Prime Factor or CRT Exponent/Coefficient parameter is present, then they must all be present (\"p\", \"q\", \"dp\", \"dq\", \"qi\")."));
    return list;
  }

  const rsaAlgorithm = (def, hash, bits, exponent) => ({ name: def.name, modulusLength: bits, publicExponent: exponent, hash: { name: hash } });

  const rsa = {
    generate(def, a, extractable, usages) {
      const bits = integer(field(a, "modulusLength"));
      const exponent = [...buffer(a, "publicExponent", "GenerateKeyAlgorithm")].reduce((n, byte) => n * 256 + byte, 0);
      const hash = hashName(field(a, "hash"));
      if (bits % 8 !== 0 || bits < 256 || bits > 16384) fail("OperationError", `The modulus length must be a multiple of 8 and between 256 and 16k, but ${bits} was requested.`);
      if (exponent !== 3 && exponent !== 65537) fail("OperationError", `The "publicExponent" must be either 3 or 65537, but got ${exponent}.`);
      if (exponent === 3) fail("NotSupportedError", "Keys with the public exponent 3 can be imported but not generated.");
      return pair(def, () => run("rsaGenerate", bits), extractable, usages, { hash }, () => rsaAlgorithm(def, hash, bits, new p.Uint8Array([1, 0, 1])));
    },
    read(def, format, data, a, extractable, usages) {
      const hash = hashName(field(a, "hash"));
      if (format !== "pkcs8" && format !== "spki" && format !== "jwk") badFormat(format);
      const { type, list } = sideOf(def, format, data, extractable, usages);
      if (format === "jwk") checkRSAJWK(def, hash, data);
      const key = format === "jwk" ? run("rsaFromJWK", rsaNumbers(data, type === "private")) : run("rsaImport", format, data);
      if (type === "private") needUsage(list);
      return make({ type, extractable, usages: list, def, hash, bytes: key[0] }, rsaAlgorithm(def, hash, key[1], key[2]));
    },
    write: (format, key) => writeDER(format, key,
      () => fail("InvalidAccessError", `Cannot export "${key.def.name}" in "raw" format.`),
      () => {
        const parts = run("rsaParts", key.type === "private", key.bytes).map(to64);
        const [n, e, d] = parts;
        const jwk = { kty: "RSA", key_ops: [...key.usages], alg: rsaAlg[key.def.name][key.hash], ext: true, n, e };
        if (d === undefined) return jwk;
        jwk.d = d;
        primes.forEach((name, i) => { jwk[name] = parts[3 + i]; });
        return jwk;
      }),
  };

  const curves = ["P-256", "P-384", "P-521"];

  function curveOf(a) {
    const curve = p.upper(`${field(a, "namedCurve")}`);
    if (!curves.includes(curve)) fail("NotSupportedError", `Unrecognized or unimplemented EC curve "${a.namedCurve}" requested.`);
    return curve;
  }

  const ecAlgs = { __proto__: null, ES256: "P-256", ES384: "P-384", ES512: "P-521" };

  function ecJWK(def, curve, jwk, secret) {
    if (jwk.kty !== "EC") fail("DataError", `Elliptic curve "jwk" key import requires a JSON Web Key with Key Type parameter "kty" ("${jwk.kty}") equal to "EC".`);
    if (def.name === "ECDSA" && jwk.alg !== undefined) {
      const named = ecAlgs[`${jwk.alg}`];
      if (named === undefined) fail("NotSupportedError", `Unrecognized or unimplemented algorithm "${jwk.alg}" listed in JSON Web Key Algorithm parameter.`);
      if (named !== curve) fail("DataError", `JSON Web Key Algorithm parameter "alg" ("${jwk.alg}") does not match requested curve.`);
    }
    const x = number64(jwk, "x", "Invalid EC key in JSON Web Key; missing \"x\".");
    const y = number64(jwk, "y", "Invalid EC key in JSON Web Key; missing \"y\".");
    const d = secret ? number64(jwk, "d", "Invalid EC key in JSON Web Key; missing or invalid private key component (\"d\").") : undefined;
    return run("ecFromJWK", curve, x, y, d);
  }

  const ec = {
    generate(def, a, extractable, usages) {
      const curve = curveOf(a);
      return pair(def, () => run("ecGenerate", curve), extractable, usages, { curve }, () => ({ name: def.name, namedCurve: curve }));
    },
    read(def, format, data, a, extractable, usages) {
      const curve = curveOf(a);
      if (format !== "pkcs8" && format !== "spki" && format !== "jwk" && format !== "raw") badFormat(format);
      const { type, list } = sideOf(def, format, data, extractable, usages);
      const bytes = format === "jwk" ? ecJWK(def, curve, data, type === "private") : run("ecImport", format, curve, data, def.name);
      if (type === "private") needUsage(list);
      return make({ type, extractable, usages: list, def, curve, bytes }, { name: def.name, namedCurve: curve });
    },
    write: (format, key) => writeDER(format, key,
      () => {
        if (key.type !== "public") fail("InvalidAccessError", "Raw export of elliptic curve keys is only allowed for public keys.");
        const [x, y] = run("ecParts", false, key.bytes);
        return ops.bytesConcat([new p.Uint8Array([4]), x, y]);
      },
      () => {
        const [x, y, d] = run("ecParts", key.type === "private", key.bytes);
        const jwk = { kty: "EC", key_ops: [...key.usages], ext: true, crv: key.curve, x: to64(x), y: to64(y) };
        if (d !== undefined) jwk.d = to64(d);
        return jwk;
      }),
  };

  const okpCurve = (def) => (def.name === "X25519" ? "X25519" : "Ed25519");
  const okpAlgorithm = (def) => (def.name === "NODE-ED25519" ? { name: def.name, namedCurve: def.name } : { name: def.name });

  function okpJWK(def, jwk, secret) {
    const curve = okpCurve(def);
    if (jwk.kty !== "OKP") fail("DataError", `${def.name} "jwk" key imports requires a JSON Web Key with Key Type parameter "kty" ("${jwk.kty}") equal to "OKP".`);
    if (jwk.crv === undefined) fail("DataError", `Missing field "crv" for ${def.name} key.`);
    if (jwk.crv !== curve) fail("NotSupportedError", `Only ${curve} is supported but "${jwk.crv}" was requested.`);
    if (curve === "Ed25519" && jwk.alg !== undefined && jwk.alg !== "EdDSA" && jwk.alg !== "Ed25519") {
      fail("DataError", `JSON Web Key Algorithm parameter "alg" ("${jwk.alg}") does not match requested Ed25519 curve.`);
    }
    const x = part64(jwk, "x", `Invalid ${curve} key in JSON WebKey; missing or invalid public key component ("x").`);
    const d = secret ? part64(jwk, "d", `Invalid ${curve} key in JSON Web Key; missing or invalid private key component ("d").`) : undefined;
    return run("okpFromJWK", curve, x, d);
  }

  const okp = {
    generate(def, a, extractable, usages) {
      const curve = okpCurve(def);
      return pair(def, () => run("okpGenerate", curve), extractable, usages, { curve }, () => okpAlgorithm(def));
    },
    read(def, format, data, a, extractable, usages) {
      const curve = okpCurve(def);
      if (format !== "pkcs8" && format !== "spki" && format !== "jwk" && format !== "raw") badFormat(format);
      const { type, list } = sideOf(def, format, data, extractable, usages);
      const bytes = format === "jwk" ? okpJWK(def, data, type === "private") : run("okpImport", format, curve, data);
      if (type === "private") needUsage(list);
      return make({ type, extractable, usages: list, def, curve, bytes }, okpAlgorithm(def));
    },
    write: (format, key) => writeDER(format, key,
      () => {
        if (key.type !== "public") fail("InvalidAccessError", `Raw export of ${key.def.name} keys is only allowed for public keys.`);
        return run("okpParts", false, key.bytes)[0];
      },
      () => {
        const [x, d] = run("okpParts", key.type === "private", key.bytes);
        const jwk = { kty: "OKP", key_ops: [...key.usages], alg: "EdDSA", ext: true, crv: key.curve, x: to64(x) };
        if (key.curve !== "Ed25519") delete jwk.alg;
        if (d !== undefined) jwk.d = to64(d);
        return jwk;
      }),
  };

  const kinds = { __proto__: null, aes, hmac, kdf, rsa, ec, okp };

  return {
    internal: {
      generateKey: (def, a, extractable, usages) => kinds[def.kind].generate(def, a, extractable, usages),
      importKey: (def, format, data, a, extractable, usages) => kinds[def.kind].read(def, format, data, a, extractable, usages),
      exportKey: (format, key) => kinds[key.def.kind].write(format, key),
    },
  };
})
