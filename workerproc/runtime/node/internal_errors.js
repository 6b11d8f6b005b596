// Errors with a code, as Node.js words them, and the checks of arguments that throw them.
function show(value) {
  return require("node:util").inspect(value, { depth: -1, colors: false });
}

// received describes an argument as Node.js does behind "Received".
function received(value) {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === "function") return ` Received function ${value.name}`;
  if (typeof value === "object") {
    return value.constructor?.name ? ` Received an instance of ${value.constructor.name}` : ` Received ${show(value)}`;
  }
  let text = typeof value === "string" ? `'${value}'` : show(value);
  if (text.length > 28) text = `${text.slice(0, 25)}...${typeof value === "string" ? "'" : ""}`;
  return ` Received type ${typeof value} (${text})`;
}

function withCode(Base, code, message) {
  const e = new Base(message);
  const name = e.name;
  Object.defineProperty(e, "code", { value: code, enumerable: true, writable: true, configurable: true });
  Object.defineProperty(e, "toString", { value() { return `${this.name} [${code}]: ${this.message}`; }, enumerable: false, writable: true, configurable: true });
  const stack = e.stack;
  if (typeof stack === "string" && stack.startsWith(name)) {
    Object.defineProperty(e, "stack", { value: `${name} [${code}]${stack.slice(name.length)}`, enumerable: false, writable: true, configurable: true });
  }
  return e;
}

const primitives = new Set(["string", "function", "number", "object", "Function", "Object", "boolean", "bigint", "symbol"]);

function list(words) {
  if (words.length === 1) return words[0];
  if (words.length === 2) return `${words[0]} or ${words[1]}`;
  return `${words.slice(0, -1).join(", ")}, or ${words[words.length - 1]}`;
}

function invalidArgType(name, expected, value) {
  const all = Array.isArray(expected) ? expected : [expected];
  const types = [], instances = [], others = [];
  for (const word of all) {
    if (primitives.has(word)) types.push(word.toLowerCase());
    else if (/^[A-Z]/.test(word)) instances.push(word);
    else others.push(word);
  }
  if (instances.length > 0 && types.includes("object")) {
    types.splice(types.indexOf("object"), 1);
    instances.push("Object");
  }
  const phrases = [];
  if (types.length > 0) phrases.push(types.length > 1 ? `one of type ${list(types)}` : `of type ${types[0]}`);
  if (instances.length > 0) phrases.push(`an instance of ${list(instances)}`);
  if (others.length > 0) phrases.push(others.length > 1 ? `one of ${list(others)}` : others[0].toLowerCase() !== others[0] ? `an ${others[0]}` : others[0]);
  const what = name.endsWith(" argument") ? name : `"${name}" ${name.includes(".") ? "property" : "argument"}`;
  return withCode(TypeError, "ERR_INVALID_ARG_TYPE", `The ${what} must be ${phrases.join(" or ")}.${received(value)}`);
}

function invalidArgValue(name, value, reason = "is invalid") {
  let text = require("node:util").inspect(value);
  if (text.length > 128) text = `${text.slice(0, 128)}...`;
  return withCode(TypeError, "ERR_INVALID_ARG_VALUE", `The ${name.includes(".") ? "property" : "argument"} '${name}' ${reason}. Received ${text}`);
}

function separated(value) {
  const text = String(value);
  const digits = text.startsWith("-") ? text.slice(1) : text;
  return text.slice(0, text.length - digits.length) + digits.replace(/\B(?=(\d{3})+$)/g, "_");
}

function outOfRange(name, range, value) {
  let text;
  if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) text = separated(value);
  else if (typeof value === "bigint") text = `${value > 2n ** 32n || value < -(2n ** 32n) ? separated(value) : value}n`;
  else text = require("node:util").inspect(value);
  return withCode(RangeError, "ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${text}`);
}

// validate… throw what Node.js throws for an argument that isn't what it should be.
function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== "number") throw invalidArgType(name, "number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
}
function validateNumber(value, name, min, max) {
  if (typeof value !== "number") throw invalidArgType(name, "number", value);
  if ((min !== undefined && value < min) || (max !== undefined && value > max) || ((min !== undefined || max !== undefined) && value !== value)) {
    throw outOfRange(name, `${min !== undefined ? `>= ${min}` : ""}${min !== undefined && max !== undefined ? " && " : ""}${max !== undefined ? `<= ${max}` : ""}`, value);
  }
}
function typed(type) {
  return (value, name) => { if (typeof value !== type) throw invalidArgType(name, type, value); };
}
function validateObject(value, name) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalidArgType(name, "Object", value);
}
function validateArray(value, name) { if (!Array.isArray(value)) throw invalidArgType(name, "Array", value); }
function validateOneOf(value, name, allowed) {
  if (!allowed.includes(value)) {
    throw invalidArgValue(name, value, `must be one of: ${allowed.map((v) => (typeof v === "string" ? `'${v}'` : String(v))).join(", ")}`);
  }
}
function validateAbortSignal(value, name) {
  if (value !== undefined && (value === null || typeof value !== "object" || !("aborted" in value))) throw invalidArgType(name, "AbortSignal", value);
}

class AbortError extends Error {
  constructor(message = "The operation was aborted", options) {
    super(message, options);
    this.code = "ABORT_ERR";
    this.name = "AbortError";
  }
}

function notImplemented(what) {
  return withCode(Error, "ERR_METHOD_NOT_IMPLEMENTED", `The ${what} method is not implemented`);
}

module.exports = {
  withCode, received, invalidArgType, invalidArgValue, outOfRange, notImplemented, AbortError, validateInteger, validateNumber,
  validateString: typed("string"), validateBoolean: typed("boolean"), validateFunction: typed("function"), validateObject,
  validateArray, validateOneOf, validateAbortSignal,
  validateUint32: (value, name, positive = false) => validateInteger(value, name, positive ? 1 : 0, 4294967295),
  validateInt32: (value, name, min = -2147483648, max = 2147483647) => validateInteger(value, name, min, max),
};
