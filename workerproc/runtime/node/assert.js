// node:assert, as the Workers runtime has it: its functions are the strict ones under every name.
const { withCode, received, invalidArgType, invalidArgValue } = require("internal:errors");
const { isDeepStrictEqual, inspect } = require("node:util");
const AssertionError = require("./vendor/assertion-error.js");
Object.defineProperty(AssertionError, "name", { value: "AssertionError", configurable: true });

function fails(actual, expected, message, operator, generated) {
  const e = new AssertionError({ actual, expected, message, operator });
  if (generated !== undefined) e.generatedMessage = generated;
  throw e;
}
function twoArguments(n) {
  if (n < 2) throw withCode(TypeError, "ERR_MISSING_ARGS", 'The "actual" and "expected" arguments must be specified');
}

function ok(value, message) {
  if (arguments.length === 0) fails(undefined, undefined, "No value argument passed to `assert.ok()`", undefined);
  if (value) return;
  fails(value, true, message ?? `${inspect(value)} == true`, "==", message === undefined || message === null);
}
const assert = (...args) => ok(...args);

// rows are two lists of lines as one: [" ", both], ["-", of the first only] or ["+", of the second only].
function rows(a, b) {
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  }
  const out = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { out.push([" ", a[i++]]); j++; }
    else if (i < a.length && (j === b.length || longest[i + 1][j] >= longest[i][j + 1])) out.push(["-", a[i++]]);
    else out.push(["+", b[j++]]);
  }
  return out;
}

const short = (v) => inspect(v);
const maxLines = 1000; // of each value: finding what two lists share takes time and room of their product

function different(actual, expected) {
  const texts = typeof actual === "string" && typeof expected === "string";
  const [a, b] = texts ? [actual, expected] : [short(actual), short(expected)];
  if (!texts && a === b) return `Values have the same structure but are not reference-equal:\n\n${a.split("\n").map((line) => `    ${line}`).join("\n")}\n`;
  const lines = (text) => (texts ? text.split(/(?<=\n)/).map((line) => line.replace(/\n/g, "\\n")) : text.split("\n")).slice(0, maxLines);
  return `Values are not strictly equal:\n\n\n[Diff] Actual / Expected\n\n\n${rows(lines(a), lines(b)).map(([sign, line]) => `${sign}   ${line}`).join("\n")}\n${texts ? "\n" : ""}`;
}

function strictEqual(actual, expected, message) {
  twoArguments(arguments.length);
  equal(actual, expected, message);
}
function equal(actual, expected, message) {
  if (!Object.is(actual, expected)) fails(actual, expected, message ?? different(actual, expected), "strictEqual");
}
function notStrictEqual(actual, expected, message) {
  if (Object.is(actual, expected)) fails(actual, expected, message ?? "Expected actual to be strictly unequal to expected", "notStrictEqual");
}
function deepStrictEqual(actual, expected, message) {
  twoArguments(arguments.length);
  if (!isDeepStrictEqual(actual, expected)) fails(actual, expected, message, "deepStrictEqual");
}
function notDeepStrictEqual(actual, expected, message) {
  if (isDeepStrictEqual(actual, expected)) fails(actual, expected, message ?? "Expected actual to not be deeply strictly equal to expected", "notDeepStrictEqual");
}

// contains is whether actual has all that expected has.
function contains(actual, expected, seen) {
  if (expected === null || typeof expected !== "object" || actual === null || typeof actual !== "object") return Object.is(actual, expected);
  if (actual === expected || seen.has(expected)) return true;
  seen.add(expected);
  if (Array.isArray(expected)) return Array.isArray(actual) && inOrder(actual, expected, seen);
  if (expected instanceof Set) return actual instanceof Set && [...expected].every((e) => actual.has(e) || [...actual].some((a) => isDeepStrictEqual(a, e)));
  if (expected instanceof Map) return actual instanceof Map && [...expected].every(([key, e]) => actual.has(key) && contains(actual.get(key), e, seen));
  if (Object.prototype.toString.call(expected) !== "[object Object]") return isDeepStrictEqual(actual, expected);
  return Reflect.ownKeys(expected).every((key) => Object.hasOwn(actual, key) && contains(actual[key], expected[key], seen));
}
function inOrder(actual, expected, seen) {
  let at = 0;
  return expected.every((e) => {
    while (at < actual.length && !contains(actual[at], e, seen)) at++;
    return at++ < actual.length;
  });
}
function partialDeepStrictEqual(actual, expected, message) {
  twoArguments(arguments.length);
  if (!contains(actual, expected, new Set())) fails(actual, expected, message ?? "Expected actual to be partially deeply strictly equal to expected", "partialDeepStrictEqual");
}

function fail(message) {
  if (message === undefined) fails(undefined, undefined, "Failed", "fail", true);
  if (typeof message !== "string") throw message;
  fails(undefined, undefined, message, "fail");
}

const caught = (e) => (e instanceof Error ? e.message : inspect(e));

function ifError(value) {
  if (value === null || value === undefined) return;
  const text = typeof value === "object" && typeof value.message === "string" ? value.message : inspect(value);
  fails(value, null, `ifError got unwanted exception: ${text}`, "ifError");
}

function match(string, regexp, message) {
  if (!(regexp instanceof RegExp)) throw invalidArgType("regexp", "RegExp", regexp);
  if (typeof string !== "string" || !regexp.test(string)) fails(string, regexp, message ?? `actual: "${string}" expected to match: "${regexp}"`, "match");
}
function doesNotMatch(string, regexp, message) {
  if (!(regexp instanceof RegExp)) throw invalidArgType("regexp", "RegExp", regexp);
  if (typeof string !== "string") fails(string, regexp, message ?? `The "string" argument must be of type string.${received(string)}`, "doesNotMatch");
  if (regexp.test(string)) fails(string, regexp, message ?? `actual: "${string}" expected to not match: "${regexp}"`, "doesNotMatch");
}

// validateThrown sees that what was thrown is what was expected.
function validateThrown(e, expected, message, operator) {
  const wrong = (text) => fails(e, expected, message ?? text, operator, message === undefined);
  if (expected instanceof RegExp) {
    if (!expected.test(String(e))) wrong(`The input did not match the regular expression ${expected}. Input:\n\n${inspect(String(e))}\n`);
  } else if (typeof expected === "object") sameKeys(e, expected, wrong);
  else if (expected.prototype !== undefined && e instanceof expected) return;
  else if (Error.isPrototypeOf(expected) || expected === Error) {
    wrong(`The error is expected to be an instance of "${expected.name}". Received "${e?.constructor?.name ?? inspect(e)}"\n\nError message:\n\n${caught(e)}`);
  } else {
    const result = Reflect.apply(expected, {}, [e]);
    if (result !== true) wrong(`The ${expected.name ? `"${expected.name}" ` : ""}validation function is expected to return "true". Received ${inspect(result)}\n\nCaught error:\n\n${e}`);
  }
}
function sameKeys(e, expected, wrong) {
  const keys = Object.keys(expected);
  if (expected instanceof Error) keys.push("name", "message");
  else if (keys.length === 0) throw invalidArgValue("error", expected, "may not be an empty object");
  for (const key of keys) {
    if (e === null || e === undefined || !(key in Object(e))) wrong(`A key in the expected object is missing: ${key}`);
    if (expected[key] instanceof RegExp && typeof e[key] === "string") {
      if (!expected[key].test(e[key])) wrong(`The input did not match the regular expression ${expected[key]}. Input:\n\n${inspect(e[key])}\n`);
    } else deepStrictEqual(e[key], expected[key]);
  }
}

function expectThrown(result, expected, message, operator) {
  if (typeof expected === "string") {
    if (message !== undefined) throw invalidArgType("error", ["Function", "Error", "RegExp", "Object"], expected);
    if (result.thrown && expected === (result.e?.message ?? result.e)) {
      throw withCode(TypeError, "ERR_AMBIGUOUS_ARGUMENT", `The "error/message" argument is ambiguous. The error ${typeof result.e === "object" ? "message " : ""}"${expected}" is identical to the message.`);
    }
    message = expected;
    expected = undefined;
  } else if (expected !== undefined && expected !== null && typeof expected !== "object" && typeof expected !== "function") {
    throw invalidArgType("error", ["Function", "Error", "RegExp", "Object"], expected);
  }
  if (!result.thrown) {
    const what = operator === "rejects" ? "rejection" : "exception";
    const which = message === undefined && typeof expected === "function" && expected.name ? ` (${expected.name})` : "";
    fails(undefined, expected, `Missing expected ${what}${which}${message === undefined ? "." : `: ${message}`}`, operator, operator === "rejects");
  }
  if (expected !== undefined && expected !== null) validateThrown(result.e, expected, message, operator);
}
function expectNone(result, expected, message, operator) {
  if (!result.thrown) return;
  if (typeof expected === "string") { message = expected; expected = undefined; }
  const meant = expected === undefined || (expected instanceof RegExp ? expected.test(String(result.e)) : typeof expected === "function" && result.e instanceof expected);
  if (!meant) throw result.e;
  fails(result.e, expected, `Got unwanted exception${message === undefined ? "." : `: ${message}`}\nActual message: "${result.e?.message}"`, operator);
}

function attempt(fn) {
  if (typeof fn !== "function") throw invalidArgType("fn", "function", fn);
  try { fn(); } catch (e) { return { thrown: true, e }; }
  return { thrown: false };
}
async function settled(promiseFn) {
  let promise = promiseFn;
  if (typeof promiseFn === "function") {
    promise = promiseFn();
    if (typeof promise?.then !== "function") {
      const got = received(promise).replace(/^ Received (an )?/, "");
      throw withCode(TypeError, "ERR_INVALID_RETURN_VALUE", `Expected instance of Promise to be returned from the "promiseFn" function but got ${got}.`);
    }
  } else if (typeof promise?.then !== "function") throw invalidArgType("promiseFn", ["function", "Promise"], promiseFn);
  try { await promise; } catch (e) { return { thrown: true, e }; }
  return { thrown: false };
}

const functions = {
  AssertionError, ok, equal, strictEqual, deepEqual: deepStrictEqual, deepStrictEqual, notEqual: notStrictEqual, notStrictEqual, notDeepEqual: notDeepStrictEqual,
  notDeepStrictEqual, partialDeepStrictEqual, fail, ifError, match, doesNotMatch,
  throws(fn, expected, message) { expectThrown(attempt(fn), expected, message, "throws"); },
  doesNotThrow(fn, expected, message) { expectNone(attempt(fn), expected, message, "doesNotThrow"); },
  async rejects(promiseFn, expected, message) { expectThrown(await settled(promiseFn), expected, message, "rejects"); },
  async doesNotReject(promiseFn, expected, message) { expectNone(await settled(promiseFn), expected, message, "doesNotReject"); },
};

// Assert has the functions as methods.
class Assert {
  constructor(options = {}) { this.options = options; }
}
for (const name of Object.keys(functions)) Object.defineProperty(Assert.prototype, name, { value: functions[name], writable: true, configurable: true });

const strict = Object.assign((...args) => ok(...args), functions, { Assert });
strict.strict = strict;
module.exports = Object.assign(assert, functions, { Assert, strict });
