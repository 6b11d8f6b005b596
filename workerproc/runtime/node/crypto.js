// node:crypto. Its parts are loaded when something first touches one of their names.
const { notImplemented } = require("internal:errors");

const parts = {
  "internal:crypto_hash": ["createHash", "createHmac", "Hash", "Hmac", "hash"],
  "internal:crypto_kdf": ["pbkdf2", "pbkdf2Sync", "scrypt", "scryptSync", "hkdf", "hkdfSync", "randomBytes", "pseudoRandomBytes", "randomFill", "randomFillSync",
    "randomInt", "randomUUID", "timingSafeEqual"],
  "internal:crypto_cipher": ["createCipheriv", "createDecipheriv", "Cipheriv", "Decipheriv", "getCiphers", "getCipherInfo"],
  "internal:crypto_dh": ["createDiffieHellman", "createDiffieHellmanGroup", "getDiffieHellman", "createECDH", "DiffieHellman", "DiffieHellmanGroup", "ECDH",
    "checkPrime", "checkPrimeSync", "generatePrime", "generatePrimeSync"],
  "internal:crypto_x509": ["X509Certificate", "Certificate"],
  "internal:crypto_keys": ["KeyObject", "SecretKeyObject", "PublicKeyObject", "PrivateKeyObject", "Sign", "Verify", "createSecretKey", "createPrivateKey", "createPublicKey", "createSign", "createVerify",
    "sign", "verify", "generateKeyPair", "generateKeyPairSync", "generateKey", "generateKeySync", "diffieHellman", "publicEncrypt", "privateDecrypt", "privateEncrypt", "publicDecrypt"],
};
const load = {
  "internal:crypto_hash": () => require("internal:crypto_hash"), "internal:crypto_kdf": () => require("internal:crypto_kdf"),
  "internal:crypto_cipher": () => require("internal:crypto_cipher"), "internal:crypto_keys": () => require("internal:crypto_keys"),
  "internal:crypto_dh": () => require("internal:crypto_dh"), "internal:crypto_x509": () => require("internal:crypto_x509"),
};
for (const part of Object.keys(parts)) {
  for (const name of parts[part]) {
    Object.defineProperty(module.exports, name, {
      enumerable: true, configurable: true,
      get: () => load[part]()[name],
      set(value) { Object.defineProperty(module.exports, name, { value, enumerable: true, configurable: true, writable: true }); },
    });
  }
}
for (const name of ["createCipher", "createDecipher", "Cipher", "Decipher", "setEngine", "setFips"]) {
  module.exports[name] = { [name]() { throw notImplemented(name); } }[name];
}

// Those of the Workers runtime first, but for md4 and md5-sha1.
const hashes = ["md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "md5-sha1", "RSA-MD5", "RSA-SHA1", "RSA-SHA224", "RSA-SHA256", "RSA-SHA384", "RSA-SHA512",
  "DSA-SHA", "DSA-SHA1", "ecdsa-with-SHA1"]; // as in the Workers runtime; createHash knows more

Object.assign(module.exports, {
  getHashes: () => hashes.slice(), getCurves: () => ["secp224r1", "prime256v1", "secp384r1", "secp521r1"],
  constants: require("internal:crypto_constants"), getFips: () => true,
  secureHeapUsed: () => ({ total: 0, used: 0, utilization: 0, min: 0 }),
  getRandomValues: (array) => globalThis.crypto.getRandomValues(array),
});
Object.defineProperty(module.exports, "fips", { enumerable: true, configurable: true, get: () => true, set() { throw notImplemented("setFips"); } });
for (const [name, get] of [["webcrypto", () => globalThis.crypto], ["CryptoKey", () => globalThis.CryptoKey], ["subtle", () => globalThis.crypto.subtle]]) {
  Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get });
}
