// Calls that fail, and with what: the wording is the Workers runtime's, as it
// was observed.
(function ({ test, eq }) {
  const s = crypto.subtle;
  const u = (n, v = 0) => new Uint8Array(n).fill(v);
  const gen = (a, usages, ext = true) => s.generateKey(a, ext, usages);
  const imp = (format, data, a, usages, ext = true) => s.importKey(format, data, a, ext, usages);
  const said = async (f) => {
    try { await f(); } catch (err) { return `${err.name}: ${err.message}`; }
    return "nothing";
  };

  test("keys that can't be made or read", async () => {
    for (const [want, f] of [
      [`NotSupportedError: Unrecognized key generation algorithm "FOO" requested.`, () => gen("FOO", ["sign"])],
      [`TypeError: Missing field "length" in "algorithm".`, () => gen({name:"AES-GCM"}, ["encrypt"])],
      ["OperationError: Generated AES key length must be 128, 192, or 256 bits but requested 100.", () => gen({name:"AES-GCM", length:100}, ["encrypt"])],
      ["SyntaxError: Secret/private CryptoKeys must have at least one usage.", () => gen({name:"AES-GCM", length:128}, [])],
      [`SyntaxError: Attempt to generate AES-GCM key with invalid usage "sign".`, () => gen({name:"AES-GCM", length:128}, ["sign"])],
      [`SyntaxError: Attempt to generate AES-GCM key with invalid usage "foo".`, () => gen({name:"AES-GCM", length:128}, ["foo"])],
      ["OperationError: HMAC key length must be a non-zero unsigned long integer (requested 0).", () => gen({name:"HMAC", hash:"SHA-1", length:0}, ["sign"])],
      [`TypeError: Missing field "hash" in "algorithm".`, () => gen({name:"HMAC"}, ["sign"])],
      [`TypeError: Missing field "publicExponent" in "algorithm".`, () => gen({name:"RSA-PSS", modulusLength:2048, hash:"SHA-256"}, ["sign"])],
      [`OperationError: The "publicExponent" must be either 3 or 65537, but got 5.`, () => gen({name:"RSA-PSS", modulusLength:2048, publicExponent:new Uint8Array([5]), hash:"SHA-256"}, ["sign"])],
      ["OperationError: The modulus length must be a multiple of 8 and between 256 and 16k, but 100 was requested.", () => gen({name:"RSA-PSS", modulusLength:100, publicExponent:new Uint8Array([1,0,1]), hash:"SHA-256"}, ["sign"])],
      [`SyntaxError: Attempt to generate RSA-PSS key with invalid usage "encrypt".`, () => gen({name:"RSA-PSS", modulusLength:1024, publicExponent:new Uint8Array([1,0,1]), hash:"SHA-256"}, ["encrypt"])],
      ["SyntaxError: Attempt to generate asymmetric keys with no valid private key usages.", () => gen({name:"RSA-PSS", modulusLength:1024, publicExponent:new Uint8Array([1,0,1]), hash:"SHA-256"}, ["verify"])],
      ["SyntaxError: Attempt to generate asymmetric keys with no valid private key usages.", () => gen({name:"RSA-PSS", modulusLength:1024, publicExponent:new Uint8Array([1,0,1]), hash:"SHA-256"}, [])],
      [`NotSupportedError: Unrecognized or unimplemented EC curve "P-1" requested.`, () => gen({name:"ECDSA", namedCurve:"P-1"}, ["sign"])],
      [`TypeError: Missing field "namedCurve" in "algorithm".`, () => gen({name:"ECDSA"}, ["sign"])],
      [`SyntaxError: Attempt to generate ECDSA key with invalid usage "deriveBits".`, () => gen({name:"ECDSA", namedCurve:"P-256"}, ["deriveBits"])],
      [`NotSupportedError: Unrecognized key generation algorithm "HKDF" requested.`, () => gen("HKDF", ["deriveBits"])],
      [`NotSupportedError: Unrecognized key generation algorithm "PBKDF2" requested.`, () => gen("PBKDF2", ["deriveBits"])],
      [`NotSupportedError: Unrecognized key generation algorithm "undefined" requested.`, () => gen({}, ["deriveBits"])],
      ["TypeError: Failed to execute 'generateKey' on 'SubtleCrypto': parameter 3 is not of type 'Array'.", () => s.generateKey("Ed25519", true)],
      [`NotSupportedError: Unrecognized key import algorithm "FOO" requested.`, () => imp("raw", u(1), "FOO", ["sign"])],
      [`NotSupportedError: Unrecognized key import format "foo".`, () => imp("foo", u(16), "AES-GCM", ["encrypt"])],
      [`NotSupportedError: Unrecognized key import format "pkcs8".`, () => imp("pkcs8", u(16), "AES-GCM", ["encrypt"])],
      ["DataError: Imported AES key length must be 128, 192, or 256 bits but provided 40.", () => imp("raw", u(5), "AES-GCM", ["encrypt"])],
      [`SyntaxError: Attempt to import secret AES-KW key with invalid usage "encrypt".`, () => imp("raw", u(16), "AES-KW", ["encrypt"])],
      ["SyntaxError: Secret/private CryptoKeys must have at least one usage.", () => imp("raw", u(16), "AES-GCM", [])],
      [`TypeError: Import data provided for "jwk" import format must be a JsonWebKey.`, () => imp("jwk", u(16), "AES-GCM", ["encrypt"])],
      ["TypeError: Import data provided for buffer-based import formats must be a buffer source.", () => imp("raw", {kty:"oct"}, "AES-GCM", ["encrypt"])],
      ["TypeError: Failed to execute 'importKey' on 'SubtleCrypto': parameter 2 is not of type 'BufferSource or JsonWebKey'.", () => imp("raw", "abc", "AES-GCM", ["encrypt"])],
      [`DataError: Symmetric "jwk" key import requires a JSON Web Key with Key Type parameter "kty" equal to "oct" (encountered "RSA").`, () => imp("jwk", {kty:"RSA"}, "AES-GCM", ["encrypt"])],
      [`DataError: Symmetric "jwk" key import requires a JSON Web Key with Key Type parameter "kty" equal to "oct" (encountered "undefined").`, () => imp("jwk", {}, "AES-GCM", ["encrypt"])],
      [`DataError: Symmetric "jwk" key import requires a base64Url encoding of the key.`, () => imp("jwk", {kty:"oct"}, "AES-GCM", ["encrypt"])],
      [`DataError: Symmetric "jwk" key import requires a base64Url encoding of the key.`, () => imp("jwk", {kty:"oct",k:"!!"}, "AES-GCM", ["encrypt"])],
      [`DataError: Symmetric "jwk" key contains invalid "alg" value "A256GCM", expected "A128GCM".`, () => imp("jwk", {kty:"oct",k:"AAAAAAAAAAAAAAAAAAAAAA",alg:"A256GCM"}, "AES-GCM", ["encrypt"])],
      [`DataError: Symmetric "jwk" key must have a "use" of "enc", not "sig".`, () => imp("jwk", {kty:"oct",k:"AAAAAAAAAAAAAAAAAAAAAA",use:"sig"}, "AES-GCM", ["encrypt"])],
      [`DataError: JWK ext field for "AES-GCM" is set to false but extractable is true`, () => imp("jwk", {kty:"oct",k:"AAAAAAAAAAAAAAAAAAAAAA",ext:false}, "AES-GCM", ["encrypt"])],
      [`DataError: "jwk" key missing usage "encrypt", in "key_ops".`, () => imp("jwk", {kty:"oct",k:"AAAAAAAAAAAAAAAAAAAAAA",key_ops:["decrypt"]}, "AES-GCM", ["encrypt"])],
      [`DataError: Symmetric "jwk" key contains duplicate value "encrypt", in "key_op".`, () => imp("jwk", {kty:"oct",k:"AAAAAAAAAAAAAAAAAAAAAA",key_ops:["encrypt","encrypt"]}, "AES-GCM", ["encrypt"])],
      ["DataError: Imported HMAC key length (0) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (0).", () => imp("raw", u(0), {name:"HMAC",hash:"SHA-1"}, ["sign"])],
      ["DataError: Imported HMAC key length (0) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (16).", () => imp("raw", u(2), {name:"HMAC",hash:"SHA-1",length:0}, ["sign"])],
      ["DataError: Imported HMAC key length (8) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (16).", () => imp("raw", u(2), {name:"HMAC",hash:"SHA-1",length:8}, ["sign"])],
      ["DataError: Imported HMAC key length (24) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (16).", () => imp("raw", u(2), {name:"HMAC",hash:"SHA-1",length:24}, ["sign"])],
      [`TypeError: Missing field "hash" in "algorithm".`, () => imp("raw", u(2), {name:"HMAC"}, ["sign"])],
      [`TypeError: Missing field "hash" in "algorithm".`, () => imp("raw", u(2), "HMAC", ["sign"])],
      [`DataError: HMAC "jwk" key import specifies "alg" that is incompatible with the hash name (encountered "HS512", expected "HS1").`, () => imp("jwk", {kty:"oct",k:"AAAA",alg:"HS512"}, {name:"HMAC",hash:"SHA-1"}, ["sign"])],
      [`NotSupportedError: Unrecognized key import format "spki".`, () => imp("spki", u(2), {name:"HMAC",hash:"SHA-1"}, ["sign"])],
      ["SyntaxError: HKDF key cannot be extractable.", () => imp("raw", u(2), "HKDF", ["deriveBits"], true)],
      [`SyntaxError: Attempt to import secret HKDF key with invalid usage "sign".`, () => imp("raw", u(2), "HKDF", ["sign"], false)],
      ["SyntaxError: PBKDF2 key cannot be extractable.", () => imp("raw", u(2), "PBKDF2", ["deriveBits"], true)],
      [`NotSupportedError: PBKDF2 key must be imported in "raw" format (requested "jwk").`, () => imp("jwk", {kty:"oct",k:"AAAA"}, "PBKDF2", ["deriveBits"], false)],
      ["DataError: Invalid SPKI input.", () => imp("spki", u(10), {name:"RSA-PSS",hash:"SHA-256"}, ["verify"])],
      ["DataError: Invalid PKCS8 input.", () => imp("pkcs8", u(10), {name:"RSA-PSS",hash:"SHA-256"}, ["sign"])],
      [`NotSupportedError: Unrecognized key import format "raw".`, () => imp("raw", u(10), {name:"RSA-PSS",hash:"SHA-256"}, ["sign"])],
      [`SyntaxError: Attempt to import public RSA-PSS key with invalid usage "sign".`, () => imp("jwk", {kty:"oct"}, {name:"RSA-PSS",hash:"SHA-256"}, ["sign"])],
      [`SyntaxError: Attempt to import public RSA-PSS key with invalid usage "sign".`, () => imp("jwk", {kty:"RSA"}, {name:"RSA-PSS",hash:"SHA-256"}, ["sign"])],
      [`DataError: Invalid RSA key in JSON Web Key; missing or invalid Exponent parameter ("e").`, () => imp("jwk", {kty:"RSA",n:"AQAB"}, {name:"RSA-PSS",hash:"SHA-256"}, ["verify"])],
      ["DataError: Failed to import raw EC key data: Invalid point encoding..", () => imp("raw", u(65), {name:"ECDSA",namedCurve:"P-256"}, ["verify"])],
      ["DataError: Failed to import raw EC key data: Invalid point encoding..", () => imp("raw", u(5), {name:"ECDSA",namedCurve:"P-256"}, ["verify"])],
      [`SyntaxError: Attempt to import public ECDSA key with invalid usage "sign".`, () => imp("raw", u(65), {name:"ECDSA",namedCurve:"P-256"}, ["sign"])],
      [`NotSupportedError: Unrecognized or unimplemented EC curve "P-2" requested.`, () => imp("raw", u(65), {name:"ECDSA",namedCurve:"P-2"}, ["verify"])],
      ["DataError: Invalid SPKI input.", () => imp("spki", u(65), {name:"ECDSA",namedCurve:"P-256"}, ["verify"])],
      ["DataError: Invalid PKCS8 input.", () => imp("pkcs8", u(65), {name:"ECDSA",namedCurve:"P-256"}, ["sign"])],
      [`DataError: Elliptic curve "jwk" key import requires a JSON Web Key with Key Type parameter "kty" ("RSA") equal to "EC".`, () => imp("jwk", {kty:"RSA"}, {name:"ECDSA",namedCurve:"P-256"}, ["verify"])],
      [`DataError: Invalid EC key in JSON Web Key; missing "x".`, () => imp("jwk", {kty:"EC",crv:"P-256"}, {name:"ECDSA",namedCurve:"P-256"}, ["verify"])],
      [`OperationError: Invalid EC key; public key coordinates "x" and "y" are invalid: Point is not on curve..`, () => imp("jwk", {kty:"EC",crv:"P-256",x:"AA",y:"AA"}, {name:"ECDSA",namedCurve:"P-256"}, ["verify"])],
      [`OperationError: Invalid EC key; public key coordinates "x" and "y" are invalid: Point is not on curve..`, () => imp("jwk", {kty:"EC",crv:"P-256",x:"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",y:"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, {name:"ECDSA",namedCurve:"P-256"}, ["verify"])],
      ["DataError: Ed25519 raw keys must be exactly 32-bytes (provided 5).", () => imp("raw", u(5), "Ed25519", ["verify"])],
      [`SyntaxError: Attempt to import public Ed25519 key with invalid usage "sign".`, () => imp("raw", u(32), "Ed25519", ["sign"])],
      [`DataError: Ed25519 "jwk" key imports requires a JSON Web Key with Key Type parameter "kty" ("EC") equal to "OKP".`, () => imp("jwk", {kty:"EC"}, "Ed25519", ["verify"])],
      [`NotSupportedError: Only Ed25519 is supported but "X25519" was requested.`, () => imp("jwk", {kty:"OKP",crv:"X25519"}, "Ed25519", ["verify"])],
      [`DataError: Invalid Ed25519 key in JSON WebKey; missing or invalid public key component ("x").`, () => imp("jwk", {kty:"OKP",crv:"Ed25519"}, "Ed25519", ["verify"])],
      ["DataError: Invalid PKCS8 input.", () => imp("pkcs8", u(32), "Ed25519", ["sign"])],
      ["DataError: Invalid SPKI input.", () => imp("spki", u(32), "Ed25519", ["verify"])],
      [`SyntaxError: Attempt to import public X25519 key with invalid usage "deriveBits".`, () => imp("raw", u(32), "X25519", ["deriveBits"])],
    ]) eq(await said(f), want);
  });

  test("operations that fail", async () => {
    const gcm = await imp("raw", u(16), "AES-GCM", ["encrypt","decrypt","wrapKey","unwrapKey"]);
    const gcmE = await imp("raw", u(16), "AES-GCM", ["encrypt"], false);
    const cbc = await imp("raw", u(16), "AES-CBC", ["encrypt","decrypt","wrapKey","unwrapKey"]);
    const ctr = await imp("raw", u(16), "AES-CTR", ["encrypt","decrypt"]);
    const kw = await imp("raw", u(16), "AES-KW", ["wrapKey","unwrapKey"]);
    const hm = await imp("raw", u(16), {name:"HMAC",hash:"SHA-256"}, ["sign","verify"]);
    const rk = await s.generateKey({name:"RSASSA-PKCS1-v1_5",modulusLength:2048,publicExponent:new Uint8Array([1,0,1]),hash:"SHA-256"}, true, ["sign","verify"]);
    const ps = await s.generateKey({name:"RSA-PSS",modulusLength:1024,publicExponent:new Uint8Array([1,0,1]),hash:"SHA-512"}, true, ["sign","verify"]);
    const oa = await s.generateKey({name:"RSA-OAEP",modulusLength:1024,publicExponent:new Uint8Array([1,0,1]),hash:"SHA-1"}, true, ["encrypt","decrypt"]);
    const ec = await s.generateKey({name:"ECDSA",namedCurve:"P-256"}, true, ["sign","verify"]);
    const eh = await s.generateKey({name:"ECDH",namedCurve:"P-256"}, true, ["deriveBits","deriveKey"]);
    const eh2 = await s.generateKey({name:"ECDH",namedCurve:"P-384"}, true, ["deriveBits","deriveKey"]);
    const hk = await imp("raw", u(5), "HKDF", ["deriveBits","deriveKey"], false);
    const hkB = await imp("raw", u(5), "HKDF", ["deriveBits"], false);
    const pb = await imp("raw", u(5), "PBKDF2", ["deriveBits","deriveKey"], false);
    const ed = await s.generateKey("Ed25519", true, ["sign","verify"]);
    const x = await s.generateKey("X25519", true, ["deriveBits"]);
    for (const [want, f] of [
      [`InvalidAccessError: Requested algorithm "AES-CBC" does not match this CryptoKey's algorithm "AES-GCM".`, () => s.encrypt({name:"AES-CBC",iv:u(16)}, gcm, u(1))],
      [`InvalidAccessError: Requested key usage "decrypt" does not match any usage listed in this CryptoKey.`, () => s.decrypt({name:"AES-GCM",iv:u(12)}, gcmE, u(16))],
      [`InvalidAccessError: Requested key usage "sign" does not match any usage listed in this CryptoKey.`, () => s.sign("AES-GCM", gcm, u(1))],
      ["TypeError: Failed to execute 'encrypt' on 'SubtleCrypto': parameter 2 is not of type 'CryptoKey'.", () => s.encrypt({name:"AES-GCM",iv:u(12)}, {}, u(1))],
      ["TypeError: Failed to execute 'encrypt' on 'SubtleCrypto': parameter 3 is not of type 'BufferSource'.", () => s.encrypt({name:"AES-GCM",iv:u(12)}, gcm, "a")],
      [`TypeError: Missing field "iv" in "algorithm".`, () => s.encrypt({name:"AES-GCM"}, gcm, u(1))],
      ["OperationError: AES-GCM IV must not be empty.", () => s.encrypt({name:"AES-GCM",iv:u(0)}, gcm, u(1))],
      ["OperationError: Invalid AES-GCM tag length 5.", () => s.encrypt({name:"AES-GCM",iv:u(12),tagLength:5}, gcm, u(1))],
      ["OperationError: Ciphertext length of 24 bits must be greater than or equal to the size of the AES-GCM tag length of 128 bits.", () => s.decrypt({name:"AES-GCM",iv:u(12)}, gcm, u(3))],
      ["OperationError: Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or another algorithm-specific reason. Input length was 14, output length expected to be 14 for AES-GCM", () => s.decrypt({name:"AES-GCM",iv:u(12)}, gcm, u(30))],
      ["OperationError: AES-CBC IV must be 16 bytes long (provided 12 bytes).", () => s.encrypt({name:"AES-CBC",iv:u(12)}, cbc, u(1))],
      [`TypeError: Missing field "iv" in "algorithm".`, () => s.encrypt({name:"AES-CBC"}, cbc, u(1))],
      ["OperationError: Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or another algorithm-specific reason. Input length was 1, output length expected to be 0 for AES-CBC", () => s.decrypt({name:"AES-CBC",iv:u(16)}, cbc, u(1))],
      ["OperationError: Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or another algorithm-specific reason. Input length was 0, output length expected to be 0 for AES-CBC", () => s.decrypt({name:"AES-CBC",iv:u(16)}, cbc, u(0))],
      ["OperationError: Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or another algorithm-specific reason. Input length was 16, output length expected to be 0 for AES-CBC", () => s.decrypt({name:"AES-CBC",iv:u(16)}, cbc, u(16))],
      ["OperationError: Counter must have length of 16 bytes (provided 12).", () => s.encrypt({name:"AES-CTR",counter:u(12),length:64}, ctr, u(1))],
      [`TypeError: Missing "counter" member in "algorithm".`, () => s.encrypt({name:"AES-CTR",length:64}, ctr, u(1))],
      [`TypeError: Missing "length" member in "algorithm".`, () => s.encrypt({name:"AES-CTR",counter:u(16)}, ctr, u(1))],
      ["OperationError: Invalid counter of 0 bits length provided.", () => s.encrypt({name:"AES-CTR",counter:u(16),length:0}, ctr, u(1))],
      ["OperationError: Invalid counter of 129 bits length provided.", () => s.encrypt({name:"AES-CTR",counter:u(16),length:129}, ctr, u(1))],
      ["OperationError: Counter block values will repeat.", () => s.encrypt({name:"AES-CTR",counter:u(16),length:1}, ctr, u(33))],
      ["InvalidAccessError: Attempt to export non-extractable AES-GCM key.", () => s.wrapKey("raw", gcmE, kw, "AES-KW")],
      ["OperationError: Unwrapped key bit length must be a multiple of 64 bits but unwrapped key has a length of 984 bits.", () => s.wrapKey("jwk", gcm, kw, "AES-KW")],
      ["OperationError: AES-KW key unwrapping failed.", () => s.unwrapKey("raw", u(24), kw, "AES-KW", "AES-GCM", true, ["encrypt"])],
      ["OperationError: Provided a wrapped key to unwrap that is 200 bits which isn't a multiple of 64 bits.", () => s.unwrapKey("raw", u(25), kw, "AES-KW", "AES-GCM", true, ["encrypt"])],
      [`InvalidAccessError: Requested key usage "encrypt" does not match any usage listed in this CryptoKey.`, () => s.encrypt("AES-KW", kw, u(16))],
      [`NotSupportedError: Unimplemented key export format "foo".`, () => s.exportKey("foo", hm)],
      [`NotSupportedError: Unimplemented key export format "pkcs8".`, () => s.exportKey("pkcs8", hm)],
      [`NotSupportedError: AES-GCM key only supports exporting "raw", "raw-secret" & "jwk", not "spki".`, () => s.exportKey("spki", gcm)],
      ["InvalidAccessError: Attempt to export non-extractable AES-GCM key.", () => s.exportKey("raw", gcmE)],
      [`InvalidAccessError: Cannot export "RSASSA-PKCS1-v1_5" in "raw" format.`, () => s.exportKey("raw", rk.publicKey)],
      [`InvalidAccessError: Asymmetric pkcs8 export requires private key (not "public").`, () => s.exportKey("pkcs8", rk.publicKey)],
      [`InvalidAccessError: Asymmetric spki export requires public key (not "private").`, () => s.exportKey("spki", rk.privateKey)],
      [`InvalidAccessError: Requested key usage "sign" does not match any usage listed in this CryptoKey.`, () => s.sign("RSASSA-PKCS1-v1_5", rk.publicKey, u(1))],
      [`InvalidAccessError: Requested key usage "verify" does not match any usage listed in this CryptoKey.`, () => s.verify("RSASSA-PKCS1-v1_5", rk.privateKey, u(1), u(1))],
      ["DataError: Failed to provide salt for RSA-PSS key operation which requires a salt", () => s.sign("RSA-PSS", ps.privateKey, u(1))],
      ["DataError: SaltLength for RSA-PSS must be non-negative (provided -1).", () => s.sign({name:"RSA-PSS",saltLength:-1}, ps.privateKey, u(1))],
      ["OperationError: key too small for signing with given digest and salt length", () => s.sign({name:"RSA-PSS",saltLength:1000}, ps.privateKey, u(1))],
      ["OperationError: RSA-OAEP failed encrypt/decrypt.", () => s.encrypt("RSA-OAEP", oa.publicKey, u(1000))],
      ["OperationError: RSA-OAEP failed encrypt/decrypt.", () => s.decrypt("RSA-OAEP", oa.privateKey, u(128,5))],
      [`TypeError: Missing "hash" in AlgorithmIdentifier. (ECDSA requires that the hash algorithm be specified at call time rather than on the key. This differs from other WebCrypto algorithms for historical reasons.)`, () => s.sign("ECDSA", ec.privateKey, u(1))],
      ["NotSupportedError: Unrecognized or unimplemented digest algorithm requested.", () => s.sign({name:"ECDSA",hash:"X"}, ec.privateKey, u(1))],
      ["InvalidAccessError: Raw export of elliptic curve keys is only allowed for public keys.", () => s.exportKey("raw", ec.privateKey)],
      [`InvalidAccessError: Asymmetric spki export requires public key (not "private").`, () => s.exportKey("spki", ec.privateKey)],
      [`InvalidAccessError: Asymmetric pkcs8 export requires private key (not "public").`, () => s.exportKey("pkcs8", ec.publicKey)],
      [`TypeError: Missing field "public" in "derivedKeyParams".`, () => s.deriveBits({name:"ECDH"}, eh.privateKey, 256)],
      ["TypeError: Incorrect type for the 'public' field on 'DeriveKeyAlgorithm': the provided value is not of type 'CryptoKey'.", () => s.deriveBits({name:"ECDH",public:{}}, eh.privateKey, 256)],
      [`InvalidAccessError: The provided key has type "private", not "public"`, () => s.deriveBits({name:"ECDH",public:eh.privateKey}, eh.privateKey, 256)],
      [`InvalidAccessError: Private key for derivation is using curve "P-256" while public key is using "P-384".`, () => s.deriveBits({name:"ECDH",public:eh2.publicKey}, eh.privateKey, 256)],
      [`InvalidAccessError: Private key for derivation is using "ECDH" while public key is using "ECDSA".`, () => s.deriveBits({name:"ECDH",public:ec.publicKey}, eh.privateKey, 256)],
      [`InvalidAccessError: Requested key usage "deriveBits" does not match any usage listed in this CryptoKey.`, () => s.deriveBits({name:"ECDH",public:eh.publicKey}, eh.publicKey, 256)],
      [`TypeError: Missing field "length" in "derivedKeyParams".`, () => s.deriveKey({name:"ECDH",public:eh.publicKey}, eh.privateKey, {name:"AES-GCM"}, false, ["encrypt"])],
      ["OperationError: Derived AES key must be 128, 192, or 256 bits in length but provided 100.", () => s.deriveKey({name:"ECDH",public:eh.publicKey}, eh.privateKey, {name:"AES-GCM",length:100}, false, ["encrypt"])],
      ["OperationError: Derived key length (512 bits) is too long (should be at most 256 bits).", () => s.deriveKey({name:"ECDH",public:eh.publicKey}, eh.privateKey, {name:"HMAC",hash:"SHA-256"}, false, ["sign"])],
      [`NotSupportedError: Unrecognized derived key type "RSA-PSS" requested.`, () => s.deriveKey({name:"ECDH",public:eh.publicKey}, eh.privateKey, {name:"RSA-PSS"}, false, ["sign"])],
      [`TypeError: Missing field "salt" in "algorithm".`, () => s.deriveBits({name:"HKDF",hash:"SHA-256",info:u(0)}, hk, 8)],
      [`TypeError: Missing field "info" in "algorithm".`, () => s.deriveBits({name:"HKDF",hash:"SHA-256",salt:u(0)}, hk, 8)],
      [`TypeError: Missing field "hash" in "algorithm".`, () => s.deriveBits({name:"HKDF",info:u(0),salt:u(0)}, hk, 8)],
      [`InvalidAccessError: Requested key usage "deriveKey" does not match any usage listed in this CryptoKey.`, () => s.deriveKey({name:"HKDF",hash:"SHA-256",salt:u(0),info:u(0)}, hkB, {name:"AES-GCM",length:128}, false, ["encrypt"])],
      ["OperationError: PBKDF2 requires a positive iteration count (requested 0).", () => s.deriveBits({name:"PBKDF2",hash:"SHA-256",salt:u(8),iterations:0}, pb, 8)],
      ["OperationError: PBKDF2 requires a positive iteration count (requested -1).", () => s.deriveBits({name:"PBKDF2",hash:"SHA-256",salt:u(8),iterations:-1}, pb, 8)],
      [`TypeError: Missing field "iterations" in "algorithm".`, () => s.deriveBits({name:"PBKDF2",hash:"SHA-256",salt:u(8)}, pb, 8)],
      [`TypeError: Missing field "salt" in "algorithm".`, () => s.deriveBits({name:"PBKDF2",hash:"SHA-256",iterations:1}, pb, 8)],
      ["OperationError: Invalid Ed25519 signature length 1", () => s.verify("Ed25519", ed.publicKey, u(1), u(1))],
      ["InvalidAccessError: Raw export of Ed25519 keys is only allowed for public keys.", () => s.exportKey("raw", ed.privateKey)],
      [`InvalidAccessError: Asymmetric pkcs8 export requires private key (not "public").`, () => s.exportKey("pkcs8", ed.publicKey)],
      [`InvalidAccessError: Asymmetric spki export requires public key (not "private").`, () => s.exportKey("spki", ed.privateKey)],
      ["OperationError: Failed to derive EDDH key: public key routines INVALID_PEER_KEY.", async () => s.deriveBits({name:"X25519",public:await imp("raw",u(32),"X25519",[])}, x.privateKey, 256)],
      ["TypeError: Input buffers must have the same byte length.", () => s.timingSafeEqual(u(1), u(2))],
      ["TypeError: Failed to execute 'timingSafeEqual' on 'SubtleCrypto': parameter 1 is not of type 'BufferSource'.", () => s.timingSafeEqual("a", u(2))],
      ["NotSupportedError: Unrecognized or unimplemented digest algorithm requested.", () => new crypto.DigestStream("foo")],
      ["TypeError: DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its writable side.", async () => { const d = new crypto.DigestStream("SHA-1"); const w = d.getWriter(); await w.write({}); }],
      ["Error: x", async () => { const d = new crypto.DigestStream("SHA-1"); const w = d.getWriter(); w.abort(new Error("x")); await d.digest }],
      ["QuotaExceededError: getRandomValues() only accepts buffers of size <= 64K but provided 65537 bytes.", () => crypto.getRandomValues(u(65537))],
      ["TypeError: Failed to execute 'getRandomValues' on 'Crypto': parameter 1 is not of type 'ArrayBufferView'.", () => crypto.getRandomValues("x")],
      ["TypeMismatchError: ArrayBufferView argument to getRandomValues() must be an integer-typed view.", () => crypto.getRandomValues(new Float32Array(2))],
    ]) eq(await said(f), want);
  });
})
