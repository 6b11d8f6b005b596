// The methods of Buffer that read and write numbers.
const { withCode, invalidArgType, outOfRange } = require("internal:errors");

const scratch = new DataView(new ArrayBuffer(8));

// place checks an offset for n bytes.
function place(buffer, offset, n) {
  if (typeof offset !== "number") throw invalidArgType("offset", "number", offset);
  const max = buffer.length - n;
  if (Number.isInteger(offset) && offset >= 0 && offset <= max) return offset;
  if (!Number.isInteger(offset)) throw outOfRange("offset", "an integer", offset);
  if (max < 0) throw withCode(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
  throw outOfRange("offset", `>= 0 && <= ${buffer.length}`, offset);
}

function width(n) {
  if (n !== Infinity && !Number.isInteger(n)) throw outOfRange("byteLength", "an integer", n);
  if (n < 1 || n > 6) throw outOfRange("byteLength", ">= 1 and <= 6", n);
}

function readUint(buffer, offset, n, little) {
  offset = place(buffer, offset, n);
  let value = 0;
  if (little) for (let i = n - 1; i >= 0; i--) value = value * 256 + buffer[offset + i];
  else for (let i = 0; i < n; i++) value = value * 256 + buffer[offset + i];
  return value;
}

function readInt(buffer, offset, n, little) {
  const value = readUint(buffer, offset, n, little);
  return value >= 2 ** (8 * n - 1) ? value - 2 ** (8 * n) : value;
}

// inRange words the bounds as Node.js does: as powers where they are large.
function inRange(value, n, signed) {
  const min = signed ? -(2 ** (8 * n - 1)) : 0;
  const max = signed ? 2 ** (8 * n - 1) - 1 : 2 ** (8 * n) - 1;
  if (value <= max && value >= min) return;
  if (value !== value && n <= 6) return;
  let range = `>= ${min} and <= ${max}`;
  if (n > 4) range = signed ? `>= -(2 ** ${8 * n - 1}) and < 2 ** ${8 * n - 1}` : `>= 0 and < 2 ** ${8 * n}`;
  throw outOfRange("value", range, value);
}

function writeInt(buffer, value, offset, n, little, signed) {
  value = +value;
  inRange(value, n, signed);
  offset = place(buffer, offset, n);
  if (value !== value) value = 0;
  value = Math.trunc(value);
  let rest = value < 0 ? value + 2 ** (8 * n) : value;
  for (let i = 0; i < n; i++) {
    const byte = rest % 256;
    buffer[little ? offset + i : offset + n - 1 - i] = byte;
    rest = (rest - byte) / 256;
  }
  return offset + n;
}

const methods = {
  readUIntLE(offset, n) { width(n); return readUint(this, checked(offset), n, true); },
  readUIntBE(offset, n) { width(n); return readUint(this, checked(offset), n, false); },
  readIntLE(offset, n) { width(n); return readInt(this, checked(offset), n, true); },
  readIntBE(offset, n) { width(n); return readInt(this, checked(offset), n, false); },
  writeUIntLE(value, offset, n) { width(n); return writeInt(this, value, offset, n, true, false); },
  writeUIntBE(value, offset, n) { width(n); return writeInt(this, value, offset, n, false, false); },
  writeIntLE(value, offset, n) { width(n); return writeInt(this, value, offset, n, true, true); },
  writeIntBE(value, offset, n) { width(n); return writeInt(this, value, offset, n, false, true); },
};

function checked(offset) {
  if (offset === undefined) throw invalidArgType("offset", "number", offset);
  return offset;
}

for (const [name, n, signed] of [["UInt8", 1, false], ["UInt16", 2, false], ["UInt32", 4, false], ["Int8", 1, true],
  ["Int16", 2, true], ["Int32", 4, true]]) {
  for (const order of n === 1 ? [""] : ["LE", "BE"]) {
    const little = order !== "BE";
    const read = signed ? readInt : readUint;
    methods[`read${name}${order}`] = function (offset = 0) { return read(this, offset, n, little); };
    methods[`write${name}${order}`] = function (value, offset = 0) { return writeInt(this, value, offset, n, little, signed); };
  }
}

// Those that a DataView does.
for (const [name, type, n] of [["Float", "Float32", 4], ["Double", "Float64", 8], ["BigUInt64", "BigUint64", 8], ["BigInt64", "BigInt64", 8]]) {
  for (const order of ["LE", "BE"]) {
    const little = order === "LE";
    const find = name[0] === "B" ? bigPlace : place;
    methods[`read${name}${order}`] = function (offset = 0) {
      offset = find(this, offset, n);
      for (let i = 0; i < n; i++) scratch.setUint8(i, this[offset + i]);
      return scratch[`get${type}`](0, little);
    };
    methods[`write${name}${order}`] = function (value, offset = 0) {
      if (name[0] === "B") bigInRange(value, name === "BigInt64");
      else value = +value;
      offset = place(this, offset, n);
      scratch[`set${type}`](0, value, little);
      if (value !== value) notANumber(n, little);
      for (let i = 0; i < n; i++) this[offset + i] = scratch.getUint8(i);
      return offset + n;
    };
  }
}

// notANumber is the one NaN that V8 writes, whatever the engine has.
function notANumber(n, little) {
  scratch.setUint32(little ? n - 4 : 0, n === 8 ? 0x7ff80000 : 0x7fc00000, little);
  if (n === 8) scratch.setUint32(little ? 0 : 4, 0, little);
}

// bigPlace takes any offset for 32 bits, as the Workers runtime does where it reads BigInts.
function bigPlace(buffer, offset, n) { return place(buffer, offset >>> 0, n); }

function bigInRange(value, signed) {
  if (typeof value !== "bigint") throw new TypeError("Cannot mix BigInt and other types, use explicit conversions");
  const min = signed ? -(2n ** 63n) : 0n;
  const max = signed ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  if (value < min || value > max) throw outOfRange("value", signed ? ">= -(2n ** 63n) and < 2 ** 63n" : ">= 0n and < 2n ** 64n", value);
}

for (const name of Object.keys(methods)) if (name.includes("UInt")) methods[name.replace("UInt", "Uint")] = methods[name];
for (const name of Object.keys(methods)) if (!name.includes("Uint")) Object.defineProperty(methods[name], "name", { value: name, configurable: true });

module.exports = methods;
