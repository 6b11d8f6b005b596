// What the parts of node:crypto share: arguments as bytes, and results in an encoding.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType } = require("internal:errors");

const kinds = ["ArrayBuffer", "Buffer", "TypedArray", "DataView"];

// bytesOf is what an argument holds; a string is encoded.
function bytesOf(value, name, encoding, expected = ["string", ...kinds]) {
  if (typeof value === "string" && expected.includes("string")) return Buffer.from(value, encoding === "buffer" ? "utf8" : encoding);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw invalidArgType(name, expected, value);
}

// outputOf is bytes as a Buffer, or as text in an encoding.
function outputOf(bytes, encoding) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return encoding && encoding !== "buffer" ? buffer.toString(encoding) : buffer;
}

const aliases = { __proto__: null, "sha512/224": "sha512-224", "sha512/256": "sha512-256", "rmd160": "ripemd160", "ripemd": "ripemd160", "dsa-sha": "sha1", "dsa-sha1": "sha1", "ecdsa-with-sha1": "sha1" };

// hashName is a digest's one name: RSA-SHA256, SHA-256 and sha256 are the same.
function hashName(name) {
  const lower = name.toLowerCase().replace(/^rsa-/, "").replace(/^sha-(\d)/, "sha$1").replace(/^sha2-/, "sha");
  return aliases[lower] ?? lower;
}

const invalidDigest = (name) => withCode(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`);

// mustHash throws what fails() makes of a name that is none.
function mustHash(name, fails = invalidDigest) {
  const known = hashName(name);
  if (ops.nodeHashSize(known) === undefined) throw fails(name);
  return known;
}

module.exports = { bytesOf, outputOf, hashName, mustHash, invalidDigest, byteKinds: kinds };
