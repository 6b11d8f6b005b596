// DiffieHellman, ECDH and primes. Numbers are bytes, the largest first.
const { Buffer } = require("node:buffer");
const { withCode, invalidArgType, invalidArgValue, outOfRange, validateBoolean, validateFunction, validateInt32, validateOneOf, validateString } = require("internal:errors");
const { bytesOf, outputOf } = require("internal:crypto_bytes");

const kinds = ["ArrayBuffer", "Buffer", "TypedArray", "DataView"];
const given = (v, name, encoding) => Uint8Array.from(bytesOf(v, name, encoding, ["string", ...kinds]));
const tooShort = (bytes) => { let n = 0; while (n < bytes.length && bytes[n] === 0) n++; return bytes.subarray(n); };
const compare = (a, b) => { const x = tooShort(a), y = tooShort(b); return x.length - y.length || Buffer.compare(x, y); };
const big = (bytes) => (bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
const bytesFrom = (n) => { const hex = n.toString(16); return Uint8Array.from(Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex")); };

// --- primes

// prime asks for a few tries at a time, so that a limit can end it.
function prime(bits, safe, add = new Uint8Array(0), rem = new Uint8Array(0)) {
  for (;;) {
    const found = ops.nodePrime(bits, safe, add, rem, bits > 512 ? 4 : 64);
    if (found !== undefined) return found;
  }
}

const numberTypes = ["bigint", "ArrayBuffer", "TypedArray", "Buffer", "DataView"];
function toNumber(v, name) {
  if (typeof v === "bigint") {
    if (v < 0n) throw outOfRange(name, ">= 0", v);
    return bytesFrom(v);
  }
  if (!ArrayBuffer.isView(v) && !(v instanceof ArrayBuffer)) throw invalidArgType(name, numberTypes, v);
  return Uint8Array.from(bytesOf(v, name));
}
const isObject = (v) => { if (v === null || typeof v !== "object") throw invalidArgType("options", "object", v); };

function primeCall(size, options = {}) {
  validateInt32(size, "size", 1);
  isObject(options);
  const { safe = false, bigint = false } = options;
  validateBoolean(safe, "options.safe");
  validateBoolean(bigint, "options.bigint");
  const add = options.add === undefined ? undefined : toNumber(options.add, "options.add");
  const rem = options.rem === undefined ? undefined : toNumber(options.rem, "options.rem");
  const bad = () => new RangeError("Invalid values for add and rem");
  if (add !== undefined) {
    const a = big(add), r = rem === undefined ? 1n : big(rem);
    // what would give the same few primes, or none, is refused
    if (a.toString(2).length > size || r >= a || (a % 2n === 0n && r % 2n === 0n)) throw bad();
    if (rem === undefined) throw bad();
  }
  return () => {
    const found = prime(size, safe, add, add && rem);
    return bigint ? big(found) : found.buffer.slice(found.byteOffset, found.byteOffset + found.byteLength);
  };
}

function checkCall(candidate, options = {}) {
  const bytes = toNumber(candidate, "candidate");
  isObject(options);
  const { checks = 0 } = options;
  validateInt32(checks, "options.checks", 0);
  return () => ops.nodeIsPrime(bytes, checks);
}

const later = (callback, f) => {
  let args;
  try { args = [null, f()]; } catch (e) { args = [e]; }
  queueMicrotask(() => { callback(...args); });
};
const calling = (call) => (first, options, callback) => {
  if (typeof options === "function") { callback = options; options = undefined; }
  const f = call(first, options === null ? undefined : options);
  validateFunction(callback, "callback");
  later(callback, f);
};

// --- Diffie and Hellman's groups of numbers

// Primes of RFC 3526: 2^n - 2^(n-64) - 1 + 2^64 (floor(2^(n-130) pi) + c).
const offsets = { modp1: [768, 149686n], modp2: [1024, 129093n], modp5: [1536, 741804n], modp14: [2048, 124476n], modp15: [3072, 1690314n], modp16: [4096, 240904n],
  modp17: [6144, 929484n], modp18: [8192, 4743158n] };

// pi is floor(2^bits pi), by Machin's formula.
function pi(bits) {
  const scale = BigInt(bits + 32);
  const arctan = (x) => {
    let term = (1n << scale) / x, sum = term;
    for (let n = 3n, sign = -1n; term > 0n; n += 2n, sign = -sign) {
      term /= x * x;
      sum += sign * (term / n);
    }
    return sum;
  };
  return (4n * (4n * arctan(5n) - arctan(239n))) >> 32n;
}
function groupPrime(name) {
  const [n, c] = offsets[name];
  const bits = BigInt(n);
  // The first two come from RFC 2409, whose formula is the same.
  return bytesFrom((1n << bits) - (1n << (bits - 64n)) - 1n + ((pi(n - 130) + c) << 64n));
}
const primes = { __proto__: null };

const cold = Symbol("dh");
class Base {
  constructor(prime, generator) {
    Object.defineProperty(this, cold, { value: { prime, generator, public: undefined, private: undefined } });
  }
  generateKeys(encoding) {
    const s = this[cold];
    if (s.private === undefined) {
      const random = ops.nodeRandom(s.prime.length);
      random[0] &= 0x7f >> (Math.clz32(s.prime[0]) - 24);
      if (random.every((b) => b === 0)) random[random.length - 1] = 2;
      s.private = tooShort(random);
    }
    s.public = ops.nodeModExp(s.generator, s.private, s.prime);
    return outputOf(Uint8Array.from(s.public), encoding);
  }
  computeSecret(key, inputEncoding, outputEncoding) {
    const s = this[cold];
    const bytes = given(key, "key", inputEncoding);
    const fails = (E, why) => new E(`DiffieHellman computeSecret() failed: ${why}`);
    if (bytes.length === 0) throw fails(Error, "invalid key");
    if (s.private === undefined) throw fails(Error, "error computing shared secret");
    if (compare(bytes, new Uint8Array([1])) <= 0) throw fails(RangeError, "Supplied key is too small");
    if (big(bytes) >= big(s.prime) - 1n) throw fails(RangeError, "Supplied key is too large");
    return outputOf(ops.nodeModExp(bytes, s.private, s.prime), outputEncoding);
  }
  getPrime(encoding) { return outputOf(Uint8Array.from(this[cold].prime), encoding); }
  getGenerator(encoding) { return outputOf(Uint8Array.from(this[cold].generator), encoding); }
  getPublicKey(encoding) {
    if (this[cold].public === undefined) throw new Error("No public key");
    return outputOf(Uint8Array.from(this[cold].public), encoding);
  }
  getPrivateKey(encoding) {
    if (this[cold].private === undefined) throw new Error("No private key");
    return outputOf(Uint8Array.from(this[cold].private), encoding);
  }
  get verifyError() { return this[cold].verifyError ??= verify(this[cold]); }
}

// verify has OpenSSL's bits: 1 no prime, 2 no safe prime, 4 a generator that can't be checked, 8 one that isn't suitable.
function verify({ prime, generator, known }) {
  if (known) return 8;
  const p = big(prime);
  if (!ops.nodeIsPrime(prime, 0)) return 1;
  const safe = ops.nodeIsPrime(bytesFrom(p >> 1n), 0) ? 0 : 2;
  const g = big(generator);
  const suits = g === 2n ? p % 24n === 11n || p % 24n === 23n : g === 5n ? p % 10n === 3n || p % 10n === 7n : undefined;
  return safe | (suits === undefined ? 4 : suits ? 0 : 8);
}

const initFailed = (why) => new Error(`DiffieHellman init failed: ${why}`);
function parameters(sizeOrKey, keyEncoding, generator, generatorEncoding) {
  if (typeof sizeOrKey !== "number" && typeof sizeOrKey !== "string" && !ArrayBuffer.isView(sizeOrKey) && !(sizeOrKey instanceof ArrayBuffer)) {
    throw invalidArgType("sizeOrKey", ["number", "string", ...kinds], sizeOrKey);
  }
  if (keyEncoding && (typeof keyEncoding !== "string" || (!Buffer.isEncoding(keyEncoding) && keyEncoding !== "buffer"))) {
    generatorEncoding = generator;
    generator = keyEncoding;
    keyEncoding = undefined;
  }
  if (!generator) generator = 2;
  const isNumber = typeof generator === "number";
  if (!isNumber && typeof generator !== "string" && !ArrayBuffer.isView(generator) && !(generator instanceof ArrayBuffer)) throw invalidArgType("generator", ["number", "string", ...kinds], generator);
  const g = isNumber ? bytesFrom(BigInt(Math.max(generator | 0, 0))) : given(generator, "generator", generatorEncoding);
  if (typeof sizeOrKey === "number") {
    validateInt32(sizeOrKey, "sizeOrKey");
    if (sizeOrKey < 2 || sizeOrKey > 4096) throw initFailed("could not generate parameters");
    return [sizedPrime(sizeOrKey, big(g)), g];
  }
  const p = given(sizeOrKey, "sizeOrKey", keyEncoding);
  if (p.length === 0 || p.length > 1250) throw initFailed("Invalid DH prime generated");
  return [tooShort(p), g];
}
// sizedPrime is a safe prime that the generator suits.
const sizedPrime = (bits, g) => (bits < 8 ? prime(bits, bits > 2) : g === 2n ? prime(bits, true, bytesFrom(24n), bytesFrom(23n)) : g === 5n ? prime(bits, true, bytesFrom(60n), bytesFrom(23n)) : prime(bits, true));

function DiffieHellman(...args) {
  if (!new.target) return new DiffieHellman(...args);
  return Reflect.construct(Base, parameters(...args), new.target);
}
function DiffieHellmanGroup(name) {
  const key = `${name}`.toLowerCase();
  if (!(key in offsets)) throw new Error("Failed to init DiffieHellmanGroup: invalid group. Only groups {modp14, modp15, modp16, modp17, modp18} are supported.");
  const self = Reflect.construct(Base, [primes[key] ??= groupPrime(key), new Uint8Array([2])], new.target ?? DiffieHellmanGroup);
  self[cold].known = true;
  return self;
}
for (const C of [DiffieHellman, DiffieHellmanGroup]) {
  for (const name of Object.getOwnPropertyNames(Base.prototype)) {
    if (name !== "constructor") Object.defineProperty(C.prototype, name, Object.getOwnPropertyDescriptor(Base.prototype, name));
  }
}
Object.assign(DiffieHellman.prototype, {
  setPublicKey(key, encoding) { this[cold].public = given(key, "key", encoding); return this; },
  setPrivateKey(key, encoding) { this[cold].private = given(key, "key", encoding); return this; },
});

// --- on curves

// An ArrayBuffer is taken, too, but the Workers runtime does not say so here.
const onCurve = (v, name, encoding) => Uint8Array.from(bytesOf(v, name, encoding, ["string", ...kinds.slice(1)]));

const curveNames = ["secp224r1", "prime256v1", "secp384r1", "secp521r1"];
const curveSizes = { secp224r1: 28, prime256v1: 32, secp384r1: 48, secp521r1: 66 };
function curveOf(name) {
  validateString(name, "curveName");
  if (!curveNames.includes(name)) throw new Error(name === "secp256k1" ? "Failed to create key using named curve" : "Invalid curve");
  return name;
}
function form(format) {
  if (format !== undefined && format !== null) validateOneOf(format, "format", ["compressed", "uncompressed", "hybrid"]);
  return format ?? "uncompressed";
}

class ECDHBase {
  constructor(curve) { Object.defineProperty(this, cold, { value: { curve: curveOf(curve), private: undefined, public: undefined } }); }
  generateKeys(encoding, format) {
    const s = this[cold];
    s.private = ops.nodeEcGenerate(s.curve);
    s.public = ops.nodeEcPublic(s.curve, s.private);
    return this.getPublicKey(encoding, format);
  }
  computeSecret(key, inputEncoding, outputEncoding) {
    const s = this[cold];
    const point = onCurve(key, "otherPublicKey", inputEncoding);
    if (s.private === undefined) throw new Error("Invalid keypair");
    const secret = ops.nodeEcSecret(s.curve, s.private, point);
    if (secret === undefined) throw new Error("Failed to set point");
    return outputOf(secret, outputEncoding);
  }
  getPublicKey(encoding, format) {
    const s = this[cold];
    const as = form(format);
    if (s.public === undefined) throw new Error("Failed to get ECDH public key");
    return outputOf(ops.nodeEcConvert(s.curve, s.public, as), encoding);
  }
  getPrivateKey(encoding) {
    if (this[cold].private === undefined) throw new Error("Failed to get ECDH private key");
    return outputOf(Uint8Array.from(this[cold].private), encoding);
  }
  setPrivateKey(key, encoding) {
    const s = this[cold];
    const bytes = onCurve(key, "key", encoding);
    const point = ops.nodeEcPublic(s.curve, bytes);
    if (point === undefined) throw new Error("Private key is not valid for specified curve.");
    const padded = new Uint8Array(curveSizes[s.curve]), short = tooShort(bytes);
    padded.set(short, padded.length - short.length);
    s.private = padded;
    s.public = point;
    return this;
  }
}
function ECDH(curve) {
  return Reflect.construct(ECDHBase, [curve], new.target ?? ECDH);
}
for (const name of Object.getOwnPropertyNames(ECDHBase.prototype)) {
  if (name !== "constructor") Object.defineProperty(ECDH.prototype, name, Object.getOwnPropertyDescriptor(ECDHBase.prototype, name));
}
ECDH.convertKey = function convertKey(key, curve, inputEncoding, outputEncoding, format) {
  const bytes = given(key, "key", inputEncoding);
  const as = form(format);
  const point = ops.nodeEcConvert(curveOf(curve), bytes, as);
  if (point === undefined) throw new Error("Failed to set point");
  return outputOf(point, outputEncoding);
};

module.exports = {
  DiffieHellman, DiffieHellmanGroup, ECDH, createDiffieHellman: (...args) => new DiffieHellman(...args), createDiffieHellmanGroup: (name) => new DiffieHellmanGroup(name),
  getDiffieHellman: (name) => new DiffieHellmanGroup(name), createECDH: (curve) => new ECDH(curve),
  checkPrime: calling(checkCall), checkPrimeSync: (candidate, options) => checkCall(candidate, options)(),
  generatePrime: calling(primeCall), generatePrimeSync: (size, options) => primeCall(size, options)(),
};
