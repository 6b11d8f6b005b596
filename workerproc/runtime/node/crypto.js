// node:crypto. Its parts are loaded when something first touches one of their names.
const { withCode, notImplemented } = require("internal:errors");

const parts = {
  "internal:crypto_hash": ["createHash", "createHmac", "Hash", "Hmac", "hash"],
  "internal:crypto_kdf": ["pbkdf2", "pbkdf2Sync", "scrypt", "scryptSync", "hkdf", "hkdfSync", "randomBytes", "randomFill", "randomFillSync",
    "randomInt", "randomUUID", "timingSafeEqual"],
  "internal:crypto_cipher": ["createCipheriv", "createDecipheriv", "Cipheriv", "Decipheriv", "getCiphers", "getCipherInfo"],
  "internal:crypto_keys": ["KeyObject", "PublicKeyObject", "PrivateKeyObject", "SecretKeyObject", "Sign", "Verify", "createSecretKey", "createPrivateKey", "createPublicKey", "createSign", "createVerify",
    "sign", "verify", "generateKeyPair", "generateKeyPairSync", "generateKey", "generateKeySync", "diffieHellman", "publicEncrypt", "privateDecrypt"],
};
const load = {
  "internal:crypto_hash": () => require("internal:crypto_hash"), "internal:crypto_kdf": () => require("internal:crypto_kdf"),
  "internal:crypto_cipher": () => require("internal:crypto_cipher"), "internal:crypto_keys": () => require("internal:crypto_keys"),
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
for (const name of ["createDiffieHellman", "createDiffieHellmanGroup", "getDiffieHellman", "createECDH", "DiffieHellman", "DiffieHellmanGroup", "ECDH",
  "X509Certificate", "Certificate", "checkPrime", "checkPrimeSync", "generatePrime", "generatePrimeSync", "privateEncrypt", "publicDecrypt", "setEngine"]) {
  module.exports[name] = { [name]() { throw notImplemented(`crypto.${name}`); } }[name];
}

for (const name of ["Cipher", "Decipher", "createCipher", "createDecipher"]) module.exports[name] = { [name]() { throw notImplemented(name); } }[name];

const hashes = ["RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA224", "RSA-SHA256", "RSA-SHA3-224", "RSA-SHA3-256", "RSA-SHA3-384", "RSA-SHA3-512",
  "RSA-SHA384", "RSA-SHA512", "RSA-SHA512/224", "RSA-SHA512/256", "blake2b512", "blake2s256", "md5", "ripemd", "ripemd160", "rmd160", "sha1", "sha224",
  "sha256", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384", "sha512", "sha512-224", "sha512-256", "shake128", "shake256"];

Object.assign(module.exports, {
  getHashes: () => hashes.slice(), getCurves: () => ["prime256v1", "secp224r1", "secp384r1", "secp521r1"],
  constants: require("internal:crypto_constants"), getFips: () => 0, fips: false,
  setFips(on) { if (on) throw withCode(Error, "ERR_CRYPTO_FIPS_UNAVAILABLE", "Cannot set FIPS mode in a non-FIPS build."); },
  secureHeapUsed: () => ({ total: 0, min: 0, used: 0, utilization: 0 }),
  getRandomValues: (array) => globalThis.crypto.getRandomValues(array),
});
for (const [name, get] of [["CryptoKey", () => globalThis.CryptoKey], ["pseudoRandomBytes", () => module.exports.randomBytes], ["webcrypto", () => globalThis.crypto], ["subtle", () => globalThis.crypto.subtle]]) {
  Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get });
}
