import util, { inspect, format, promisify, callbackify, inherits, types, isDeepStrictEqual, parseArgs, MIMEType, styleText, deprecate, stripVTControlCharacters } from "node:util";

class Foo { constructor() { this.a = 1; } get b() { return 2; } }
class Bar extends Map {}
class Baz { static x = 1; [inspect.custom](depth, options) { return `Baz<${depth}>`; } }
const circular = { name: "c" };
circular.self = circular;
const nested = { a: { b: { c: { d: 1 } } } };
const values = {
  primitives: [1, -0, 1.5, NaN, "a'b", 'a"b', "a`b\n", true, null, undefined, 10n, Symbol("s"), Symbol.iterator],
  functions: [function f() {}, () => {}, class A {}, class B extends Foo {}, async () => {}, function* g() {}],
  objects: [{}, { a: 1 }, { "a-b": 1, 2: 3 }, Object.create(null), Object.create({ x: 1 }), new Foo(), { [Symbol("k")]: 1 }],
  arrays: [[], [1, 2], [1, , 3], [, ,], Array.from({ length: 120 }, (_, i) => i), Object.assign([1], { x: 1 }), [[[[1]]]]],
  collections: [new Map([["a", 1], [{ b: 2 }, [3]]]), new Set([1, "2"]), new WeakMap(), new WeakSet(), new Bar([[1, 2]]), new Map().entries(), new Set([1]).values()],
  others: [/a/g, new Date(0), new Date(NaN), new Number(1), new String("a"), new Boolean(false), Object(1n), Object(Symbol("x")), new ArrayBuffer(3), new Uint8Array([1, 2]), new DataView(new ArrayBuffer(2)), new Float64Array(2)],
  promises: [Promise.resolve(1), Promise.reject(2), new Promise(() => {})].map((p) => (p.catch(() => {}), p)),
  accessors: [{ get a() { return 1; } }, { set a(v) {} }, { get a() { return 1; }, set a(v) {} }],
  long: [{ aaaaaaaaaaaaaaaaaaaa: "bbbbbbbbbbbbbbbbbbbbbbbbb", cccccccccccccccccccccc: "dddddddddddddddddddddddd", e: 1 }, "x".repeat(200), ["a".repeat(30), "b".repeat(30), "c".repeat(30)], { s: "line\nbreak", t: "a".repeat(12000) }],
};

export default {
  ...Object.fromEntries(Object.entries(values).map(([name, list]) => [`inspect ${name}`, () => list.map((v) => inspect(v))])),
  "inspect nested": () => [inspect(nested), inspect(nested, { depth: 0 }), inspect(nested, { depth: null }), inspect(nested, false, 1)],
  "inspect circular": () => inspect(circular),
  "inspect custom": () => [inspect(new Baz()), inspect({ x: new Baz() })],
  "inspect options": () => [inspect({ a: 1, b: "x" }, { colors: true }), inspect({ b: 1, a: 2 }, { sorted: true }), inspect({ a: 1, b: { c: 2 } }, { compact: false }), inspect([1, 2, 3], { maxArrayLength: 1 }), inspect("abcdef", { maxStringLength: 3 }), inspect({ get a() { return 5; } }, { getters: true }), inspect(123456789.123, { numericSeparator: true }), inspect({ a: 1, b: 2, c: 3 }, { breakLength: 5 })],
  "inspect hidden": () => inspect(Object.defineProperty({}, "h", { value: 1 }), { showHidden: true }),
  "inspect error": () => inspect(new RangeError("bad")).split("\n")[0],
  "inspect error, props": () => inspect(Object.assign(new Error("x"), { code: 5 })).replace(/\n    at .*/g, ""),
  "inspect error, cause": () => inspect(new Error("a", { cause: "why" })).replace(/\n    at .*/g, ""),
  "inspect class instance of null": () => inspect(Object.setPrototypeOf(new Foo(), null)),
  "inspect arguments": () => (function () { return inspect(arguments); })(1, 2),
  "inspect tag": () => inspect({ [Symbol.toStringTag]: "T", a: 1 }),
  "inspect globalThis keys": () => typeof inspect(globalThis),
  format: () => [format("%s %d %i %f %j %o %O %c %%", "a", "42.5", "42.9", "1.5", { a: 1 }, [1], { b: 2 }, "css"), format("a", "b", { c: 1 }), format("%s"), format(1, 2, "3"), format("%s", null, undefined, Symbol("x"), 5n), format("%d", 5n, {}), format("%s", { a: { b: { c: 1 } } }), format("%s", class X {}), format("%s", -0), format("100%"), format("%x", 1)],
  promisify: async () => [await promisify((a, cb) => cb(null, a + 1))(1), await promisify((cb) => cb(new Error("no")))().catch((e) => e.message), promisify(promisify).name],
  "promisify custom": () => { const f = () => {}; f[promisify.custom] = () => "custom"; return promisify(f)(); },
  "promisify number": () => promisify(5),
  callbackify: () => new Promise((r) => callbackify(async (x) => x * 2)(4, (e, v) => r([e, v]))),
  "callbackify rejects": () => new Promise((r) => callbackify(async () => { throw null; })((e) => r([e.code, e.message, e.reason]))),
  inherits: () => { function A() {} function B() {} inherits(A, B); return [new A() instanceof B, A.super_ === B]; },
  "inherits bad": () => inherits(5, 6),
  types: () => [types.isDate(new Date()), types.isRegExp(/a/), types.isMap(new Map()), types.isMap({ __proto__: Map.prototype }), types.isPromise(Promise.resolve()), types.isPromise({ then() {} }), types.isTypedArray(new Uint8Array()), types.isUint8Array(new Uint16Array()), types.isArrayBuffer(new ArrayBuffer(1)), types.isAnyArrayBuffer({}), types.isNativeError(new TypeError()), types.isGeneratorFunction(function* () {}), types.isAsyncFunction(async () => {}), types.isBoxedPrimitive(Object(1)), types.isDataView(new DataView(new ArrayBuffer(1))), types.isSet(new Set()), types.isWeakMap(new WeakMap()), types.isArgumentsObject([]), types.isGeneratorObject((function* () {})()), types.isSymbolObject(Object(Symbol()))],
  isDeepStrictEqual: () => [isDeepStrictEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), isDeepStrictEqual({ a: 1 }, { a: "1" }), isDeepStrictEqual([1], [1, 2]), isDeepStrictEqual(new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])), isDeepStrictEqual(new Set([{ a: 1 }]), new Set([{ a: 1 }])), isDeepStrictEqual(NaN, NaN), isDeepStrictEqual(0, -0), isDeepStrictEqual(new Date(1), new Date(1)), isDeepStrictEqual(/a/g, /a/i), isDeepStrictEqual(new Foo(), { a: 1 }), isDeepStrictEqual(circular, circular), isDeepStrictEqual(Buffer.from("a"), Buffer.from("a"))],
  parseArgs: () => { const { values, positionals } = parseArgs({ args: ["-f", "--bar", "b", "x", "--no", "--", "-y"], options: { foo: { type: "boolean", short: "f" }, bar: { type: "string" }, no: { type: "boolean" } }, allowPositionals: true }); return [{ ...values }, positionals]; },
  "parseArgs multiple": () => ({ ...parseArgs({ args: ["-a", "1", "-a2", "--all=3", "-vx"], options: { all: { type: "string", short: "a", multiple: true }, verbose: { type: "boolean", short: "v" }, x: { type: "boolean", short: "x" }, d: { type: "string", default: "def" } } }).values }),
  "parseArgs unknown": () => parseArgs({ args: ["--nope"], options: {} }),
  "parseArgs no value": () => parseArgs({ args: ["--bar"], options: { bar: { type: "string" } } }),
  "parseArgs positional": () => parseArgs({ args: ["x"], options: {} }),
  "parseArgs boolean value": () => parseArgs({ args: ["--a=1"], options: { a: { type: "boolean" } } }),
  mime: () => { const m = new MIMEType("Text/HTML; charset=UTF-8; q=\"a b\""); m.params.set("x", "y z"); return [m.type, m.subtype, m.essence, m.params.get("charset"), String(m)]; },
  "mime bad": () => new MIMEType("bad"),
  styleText: () => [styleText("red", "x"), styleText(["bold", "underline"], "y")],
  strip: () => stripVTControlCharacters("\u001b[31mred\u001b[39m"),
  deprecate: () => deprecate((a) => a + 1, "old", "DEP1")(1),
  misc: () => [util.isArray([]), util.toUSVString("a\ud800"), util.getSystemErrorName(-2), util.types.isExternal({}), typeof util.debuglog("x"), util.inspect.defaultOptions.depth],
  "encoders": () => [new util.TextEncoder().encode("a"), new util.TextDecoder().decode(new Uint8Array([98]))],
};
