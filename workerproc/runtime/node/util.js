// node:util. inspect and format are the package node-inspect-extracted, which is loaded when one is first touched.
const text = () => {
  core.part("inspect").hook();
  return require("internal:inspect");
};
const { withCode, invalidArgType, outOfRange, notImplemented, validateAbortSignal, validateFunction, validateString, validateObject, validateOneOf } = require("internal:errors");
const types = require("internal:types");
const format = (...args) => text().format(...args);
const formatWithOptions = (options, ...args) => text().formatWithOptions(options, ...args);
const stripVTControlCharacters = (s) => text().stripVTControlCharacters(s);

const promisified = Symbol.for("nodejs.util.promisify.custom");
const argumentNames = Symbol("customPromisifyArgs");

function promisify(original) {
  validateFunction(original, "original");
  if (original[promisified]) {
    const f = original[promisified];
    validateFunction(f, "util.promisify.custom");
    return Object.defineProperty(f, promisified, { value: f, enumerable: false, writable: false, configurable: true });
  }
  const timer = original === globalThis.setTimeout ? "setTimeout" : original === globalThis.setImmediate && original ? "setImmediate" : undefined;
  if (timer !== undefined) return require("node:timers/promises")[timer];
  const names = original[argumentNames];
  function f(...args) {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [...args, (err, ...values) => {
        if (err) return reject(err);
        if (names !== undefined && values.length > 1) return resolve(Object.fromEntries(names.map((name, i) => [name, values[i]])));
        resolve(values[0]);
      }]);
    });
  }
  Object.setPrototypeOf(f, Object.getPrototypeOf(original));
  Object.defineProperty(f, promisified, { value: f, enumerable: false, writable: false, configurable: true });
  const own = Object.getOwnPropertyDescriptors(original);
  for (const key of Reflect.ownKeys(own)) if (key !== "prototype") try { Object.defineProperty(f, key, own[key]); } catch { /* it can't be changed */ }
  return f;
}
promisify.custom = promisified;

function callbackify(original) {
  validateFunction(original, "original");
  function callbackified(...args) {
    const callback = args.pop();
    validateFunction(callback, "last argument");
    const tick = (...values) => queueMicrotask(() => Reflect.apply(callback, this, values));
    Reflect.apply(original, this, args).then((value) => tick(null, value), (reason) => {
      if (!reason) {
        const e = withCode(Error, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value");
        e.reason = reason;
        reason = e;
      }
      tick(reason);
    });
  }
  Object.defineProperty(callbackified, "name", { value: `${original.name}Callbackified`, configurable: true });
  Object.defineProperty(callbackified, "length", { value: original.length + 1, configurable: true });
  return callbackified;
}

function inherits(constructor, superConstructor) {
  if (constructor === undefined || constructor === null) throw invalidArgType("ctor", "Function", constructor);
  if (superConstructor === undefined || superConstructor === null) throw invalidArgType("superCtor", "Function", superConstructor);
  if (superConstructor.prototype === undefined) throw invalidArgType("superCtor.prototype", "Object", superConstructor.prototype);
  Object.defineProperty(constructor, "super_", { value: superConstructor, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, superConstructor.prototype);
}

const warned = new Set();
function deprecate(f, message, code) {
  if (code !== undefined) validateString(code, "code");
  let said = false;
  function deprecated(...args) {
    if (!said) {
      said = true;
      if (code === undefined || !warned.has(code)) require("node:process").emitWarning(message, "DeprecationWarning", code);
      if (code !== undefined) warned.add(code);
    }
    return new.target ? Reflect.construct(f, args, new.target) : Reflect.apply(f, this, args);
  }
  validateFunction(f, "fn");
  Object.setPrototypeOf(deprecated, f);
  for (const name of ["name", "length"]) Object.defineProperty(deprecated, name, { value: f[name], configurable: true });
  if (f.prototype) deprecated.prototype = f.prototype;
  return deprecated;
}

function debuglog(set) {
  const name = `${set}`.toUpperCase();
  const wanted = `${require("node:process").env.NODE_DEBUG ?? ""}`.toUpperCase().split(",");
  const enabled = wanted.some((w) => w !== "" && new RegExp(`^${w.replace(/[|\\{}()[\]^$+?.]/g, "\\$&").replace(/\*/g, ".*")}$`).test(name));
  const log = (...args) => { if (enabled) console.error(`${name} 1: ${format(...args)}`); };
  Object.defineProperty(log, "enabled", { get: () => enabled, enumerable: true, configurable: true });
  return log;
}

// styleText leaves colours out where its stream is no terminal, as Node.js does since 22.13: a Worker's never is.
function styleText(style, s, { validateStream = true, stream = require("node:process").stdout } = {}) {
  const list = Array.isArray(style) ? style : [style];
  validateString(s, "text");
  if (validateStream && typeof stream?.pipe !== "function" && typeof stream?.write !== "function" && typeof stream?.getReader !== "function" && typeof stream?.getWriter !== "function") {
    throw invalidArgType("stream", ["ReadableStream", "WritableStream", "Stream"], stream);
  }
  let before = "", after = "";
  for (const name of list) {
    const codes = text().inspect.colors[name];
    if (codes === undefined) validateOneOf(name, "format", Object.keys(text().inspect.colors));
    before += `\u001b[${codes[0]}m`;
    after = `\u001b[${codes[1]}m${after}`;
  }
  return validateStream && !stream.isTTY ? s : before + s + after;
}

function aborted(signal, resource) {
  if (signal === undefined) throw invalidArgType("signal", "AbortSignal", signal);
  validateAbortSignal(signal, "signal");
  validateObject(resource, "resource");
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

const errnos = require("internal:errnos");
function getSystemErrorName(n) {
  if (typeof n !== "number") throw invalidArgType("err", "number", n);
  if (n >= 0 || !Number.isInteger(n)) throw outOfRange("err", "a negative integer", n);
  return errnos.byNumber.get(n)?.[0] ?? `Unknown system error ${n}`;
}

function _errnoException() { throw notImplemented("_errnoException"); }

const isPrimitive = (v) => v === null || (typeof v !== "object" && typeof v !== "function");

module.exports = {
  get inspect() { return text().inspect; },
  format, formatWithOptions, stripVTControlCharacters, promisify, callbackify, inherits, deprecate, debuglog, debug: debuglog,
  styleText, aborted, types, getSystemErrorName, getSystemErrorMessage: (n) => errnos.byNumber.get(n)?.[1], getSystemErrorMap: () => new Map(errnos.byNumber), _errnoException,
  isDeepStrictEqual: (a, b) => require("internal:comparisons").isDeepStrictEqual(a, b),
  toUSVString: (s) => `${s}`.toWellFormed(),
  parseArgs: (config) => require("internal:parse_args")(config),
  parseEnv: (content) => { validateString(content, "content"); return require("internal:parse_env")(content); },
  get MIMEType() { return require("internal:mime").MIMEType; },
  get MIMEParams() { return require("internal:mime").MIMEParams; },
  get TextEncoder() { return globalThis.TextEncoder; },
  get TextDecoder() { return globalThis.TextDecoder; },
  transferableAbortController: () => new AbortController(),
  transferableAbortSignal: (signal) => signal,
  _extend(target, source) {
    if (source === null || typeof source !== "object") return target;
    return Object.assign(target, source);
  },
  log(...args) { console.log(`${new Date().toLocaleTimeString()} - ${format(...args)}`); },
  isArray: Array.isArray,
  isBoolean: (v) => typeof v === "boolean", isNull: (v) => v === null, isNullOrUndefined: (v) => v === null || v === undefined,
  isNumber: (v) => typeof v === "number", isString: (v) => typeof v === "string", isSymbol: (v) => typeof v === "symbol",
  isUndefined: (v) => v === undefined, isRegExp: types.isRegExp, isObject: (v) => v !== null && typeof v === "object",
  isDate: types.isDate, isError: (v) => types.isNativeError(v) || v instanceof Error, isFunction: (v) => typeof v === "function",
  isPrimitive, isBuffer: (v) => require("node:buffer").Buffer.isBuffer(v),
};
for (const name of ["diff", "getCallSite", "getCallSites", "convertProcessSignalToExitCode", "setTraceSigInt", "_exceptionWithHostPort"]) {
  Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get: () => require("internal:rare").util[name] });
}
Object.defineProperty(promisify, "args", { value: argumentNames });
