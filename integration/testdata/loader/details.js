// What a loader does with each detail of what it is given: in which order it looks, what it makes of names, env and exports, and what is left of
// stubs. The answers of workerd are in details.txt; record.sh asks it.
import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
export class Own extends WorkerEntrypoint { hello() { return "hello"; } fetch() { return new Response("own"); } target() { return new Target(); } }
export class Needs extends WorkerEntrypoint { props() { return this.ctx.props; } }
class Target extends RpcTarget { n() { return 1; } }
let out = [];
const show = (v) => typeof v === "string" ? v : v === undefined ? "undefined" : typeof v === "bigint" ? v + "n" : typeof v === "symbol" || typeof v === "function" ? String(v).slice(0, 60) : JSON.stringify(v);
async function t(name, f) {
  name = name.replaceAll(":", "%");
  let sync = "sync ";
  try { const p = f(); sync = ""; const v = await p; out.push(`${name}: OK ${show(v).replaceAll("\n", "\\n")}`); }
  catch (e) { out.push(`${name}: ${sync}${Object.prototype.toString.call(e)} ${e?.constructor?.name} ${e?.name}: ${String(e?.message ?? show(e)).replaceAll("\n", "\\n")}`); }
}
const hello = "export default { fetch() { return new Response('hello') } }";
// seen answers what the loaded Worker sees of env.v: its kind and what is in it.
const seen = `const kind = (v) => v === null ? "null" : typeof v !== "object" ? typeof v + " " + String(v) : Object.prototype.toString.call(v).slice(8, -1) + " " + (v.constructor?.name ?? "no constructor");
  export default { async fetch(r, env) { const v = env.v; const more = v instanceof Map || v instanceof Set ? [...v] : v instanceof Date ? v.getTime() : v instanceof Error ? [v.name, v.message, v.cause, Object.keys(v)] : v instanceof RegExp ? String(v) + v.lastIndex : ArrayBuffer.isView(v) ? [...new Uint8Array(v.buffer, v.byteOffset, v.byteLength)] : v instanceof ArrayBuffer ? [...new Uint8Array(v)] : typeof v === "bigint" ? "" : v;
    return new Response([kind(v), JSON.stringify(more), "v" in env].join(" | ")); } }`;
export default {
  async fetch(request, env, ctx) {
    out = [];
    const code = (source, more) => ({ compatibilityDate: "2026-01-01", mainModule: "a.js", modules: { "a.js": source ?? hello }, globalOutbound: null, ...more });
    const text = (w, entry, options) => w.getEntrypoint(entry, options).fetch("http://x/").then((r) => r.text());
    const loaded = (c) => text(env.LOADER.load(c));
    const modules = (all, more) => loaded(code("", { modules: all, ...more }));
    const logging = (o, log, name = "") => new Proxy(o, { get(o, k, r) { log.push(name + String(k)); return Reflect.get(o, k, r); }, ownKeys(o) { log.push(name + "keys"); return Reflect.ownKeys(o); } });

    // The order of looking, and what counts as given.
    await t("order", async () => { const log = []; const r = await loaded(logging(code(), log)); return [r, log]; });
    await t("order of modules", async () => { const log = []; const r = await loaded(code(hello, { modules: logging({ "b.js": hello, "a.js": { js: hello }, 1: { text: "x" } }, log, "m.") })); return [r, log]; });
    await t("order of a module", async () => { const log = []; const r = await loaded(code(hello, { modules: { "a.js": logging({ js: hello }, log) } })); return [r, log]; });
    await t("order of limits", async () => { const log = []; const r = await loaded(code(hello, { limits: logging({ cpuMs: 50, subRequests: 5 }, log) })); return [r, log]; });
    await t("order of entrypoint options", async () => { const log = []; const r = await text(env.LOADER.load(code()), undefined, logging({ props: { a: 1 }, limits: { cpuMs: 50 } }, log)); return [r, log]; });
    for (const field of ["compatibilityDate", "compatibilityFlags", "allowExperimental", "limits", "mainModule", "modules", "env", "globalOutbound", "tails"])
      await t("getter throws " + field, () => loaded(Object.defineProperty(code(), field, { get() { throw new RangeError("getter"); } })));
    await t("two mistakes", () => loaded({ compatibilityDate: "never", mainModule: 5, modules: 5, env: 5 }));
    await t("two mistakes, flags and modules", () => loaded({ compatibilityDate: "2026-01-01", compatibilityFlags: ["nope"], mainModule: "b.js", modules: {} }));
    await t("two mistakes, env and main", () => loaded(code(hello, { env: { f() {} }, mainModule: "nope.js" })));
    await t("two mistakes, env and flags", () => loaded(code(hello, { env: { f() {} }, compatibilityFlags: ["nope"] })));
    await t("two mistakes, tails and env", () => loaded(code(hello, { env: { f() {} }, tails: [5] })));
    await t("code inherited", () => loaded(Object.create(code())));
    await t("code a class", () => loaded(new (class { compatibilityDate = "2026-01-01"; mainModule = "a.js"; get modules() { return { "a.js": hello }; } })()));
    await t("code frozen", () => loaded(Object.freeze(code())));
    await t("code without prototype", () => loaded(Object.assign(Object.create(null), code())));
    await t("code a Map", () => loaded(new Map(Object.entries(code()))));
    await t("code an array", () => loaded([code()]));
    await t("code a promise", () => loaded(Promise.resolve(code())));
    await t("two arguments", () => text(env.LOADER.load(code(), 5)));
    await t("changed after load", async () => { const c = code(seen, { env: { v: { a: 1 } } }); const w = env.LOADER.load(c); c.modules["a.js"] = "throw 1"; c.env.v.a = 2; c.mainModule = "z"; return text(w); });
    for (const [n, v] of Object.entries({ empty: "", null: null, short: "2026-1-1", time: "2026-01-01T00:00:00Z", blank: " 2026-01-01", february: "2026-02-30", month: "2026-13-01", zeros: "0000-00-00", date: new Date(0), list: ["2026-01-01"], number: 20260101 }))
      await t("date " + n, () => loaded(code(hello, { compatibilityDate: v })));
    for (const [n, v] of Object.entries({ number: [5], null: [null], empty: [""], set: new Set(["nodejs_compat"]), like: { 0: "nodejs_compat", length: 1 }, nested: [["nodejs_compat"]], object: {}, number2: 5, sparse: [, "nodejs_compat"], space: [" nodejs_compat"], upper: ["NODEJS_COMPAT"], ok: ["nodejs_compat", "nodejs_als"] }))
      await t("flags " + n, () => loaded(code(hello, { compatibilityFlags: v })));
    for (const [n, v] of Object.entries({ undefined: undefined, null: null, zero: 0, object: {} }))
      await t("allowExperimental " + n, () => loaded(code(hello, { allowExperimental: v })));

    // Names of modules, and imports of them.
    for (const name of ["./a.js", "/a.js", "a.js?x", "src/a.js", "../a.js", "src/../a.js", "a b.js", "ä.js", "A.JS", "a.jsx", "a", "a.json", "a.cjs", "a.txt", "node:a", "file:///a.js", "a#b.js", "a.mts", "a.cts", "a.tsx", "a.cjsx", "a.d.ts", "a%20b.js", "a\\b.js", ".js"])
      await t("main " + name, () => modules({ [name]: hello }, { mainModule: name }));
    await t("main ./a.js of a.js", () => modules({ "a.js": hello }, { mainModule: "./a.js" }));
    await t("main a.js of ./a.js", () => modules({ "./a.js": hello }, { mainModule: "a.js" }));
    await t("main /a.js of a.js", () => modules({ "a.js": hello }, { mainModule: "/a.js" }));
    const imports = (from, all, what) => modules({ [from]: `import x from ${JSON.stringify(what)}; export default { fetch() { return new Response(String(x)) } }`, ...all }, { mainModule: from });
    const x = "export default 'x'";
    for (const [from, name, what] of [["a.js", "b.js", "./b.js"], ["a.js", "b.js", "b.js"], ["a.js", "b.js", "/b.js"], ["a.js", "./b.js", "./b.js"], ["a.js", "./b.js", "b.js"], ["src/a.js", "src/b.js", "./b.js"], ["src/a.js", "src/b.js", "src/b.js"],
      ["src/a.js", "src/b.js", "/src/b.js"], ["src/a.js", "b.js", "../b.js"], ["src/a.js", "b.js", "b.js"], ["src/a.js", "b.js", "./b.js"], ["a.js", "b.js", "../b.js"], ["src/a.js", "src/b.js", "b.js"], ["src/a.js", "src/lib/b.js", "lib/b.js"], ["src/lib/a.js", "src/b.js", "../b.js"], ["a.js", "b.js", "./b"], ["a.js", "b.js", "./c/../b.js"], ["a.js", "lib/index.js", "./lib"],
      ["a.js", "b.js", "./b.js?x"], ["a.js", "b.js", "./b.js#x"], ["a.js", "b c.js", "./b c.js"], ["a.js", "b c.js", "./b%20c.js"], ["a.js", "@x/y", "@x/y"], ["a.js", "b.js", ""], ["a.js", "b.js", "./a.js/../b.js"], ["src/a.js", "node_modules/p/i.js", "p"]])
      await t(`import ${what} of ${name} in ${from}`, () => imports(from, { [name]: { js: x } }, what));
    await t("import text", () => imports("a.js", { "b": { text: "text" } }, "b"));
    await t("import a bare string", () => imports("a.js", { "b.js": x }, "b.js"));
    await t("import json text", () => imports("a.js", { "b": { json: "{" } }, "b"));
    await t("import cjs", () => imports("a.js", { "b": { cjs: "module.exports = 'cjs' + typeof require + typeof __filename + this" } }, "b"));
    await t("import cjs with names", () => modules({ "a.js": "import * as all from 'b'; export default { fetch() { return new Response(Object.keys(all).sort().join()) } }", b: { cjs: "exports.x = 1; exports.y = 2" } }));
    await t("import cjs of cjs", () => imports("a.js", { b: { cjs: "module.exports = require('./c') + 1" }, c: { cjs: "module.exports = 'c'" } }, "b"));
    await t("import cjs of none", () => imports("a.js", { b: { cjs: "module.exports = require('./nope')" } }, "b"));
    await t("import cjs of text", () => imports("a.js", { b: { cjs: "module.exports = typeof require('./c')" }, c: { text: "c" } }, "b"));
    await t("import cjs of js", () => imports("a.js", { b: { cjs: "module.exports = Object.keys(require('./c')).join()" }, c: { js: x } }, "b"));
    await t("import cjs that throws", () => imports("a.js", { b: { cjs: "throw new RangeError('cjs')" } }, "b"));
    await t("import cjs with a syntax error", () => imports("a.js", { b: { cjs: "let = ;" } }, "b"));
    await t("import of a cycle", () => modules({ "a.js": "import { b } from './b.js'; export const a = 1; export default { fetch() { return new Response(b()) } }", "b.js": "import { a } from './a.js'; export const b = () => 'b' + a" }));
    await t("import of itself", () => modules({ "a.js": "import * as me from './a.js'; export const n = 1; export default { fetch() { return new Response(Object.keys(me).join()) } }" }));
    await t("import no such name", () => modules({ "a.js": "import { z } from './b.js'; export default {}", "b.js": x }));
    await t("import() of a module", () => modules({ "a.js": "export default { async fetch() { return new Response((await import('./b.js')).default) } }", "b.js": x }));
    await t("import() of none", () => modules({ "a.js": "export default { async fetch() { try { await import('./nope.js') } catch (e) { return new Response(e.name + e.message) } } }" }));
    await t("import() of data:", () => modules({ "a.js": "export default { async fetch() { try { await import('data:text/javascript,export default 1') } catch (e) { return new Response(e.name + e.message) } } }" }));
    await t("import() of what throws", () => modules({ "a.js": "export default { async fetch() { try { await import('./b.js') } catch (e) { return new Response(e.name + e.message) } } }", "b.js": "throw new RangeError('b')" }));
    await t("import.meta", () => modules({ "a.js": "export default { fetch() { return new Response(JSON.stringify([typeof import.meta, Object.keys(import.meta), import.meta.url, import.meta.main, typeof import.meta.resolve])) } }" }));
    await t("import with type json", () => modules({ "a.js": "import x from './b' with { type: 'json' }; export default { fetch() { return new Response(JSON.stringify(x)) } }", b: { json: { a: 1 } } }));
    await t("import with type text", () => modules({ "a.js": "import x from './b' with { type: 'text' }; export default { fetch() { return new Response(x) } }", b: { text: "b" } }));
    await t("top-level await", () => modules({ "a.js": "const x = await Promise.resolve('tla'); export default { fetch() { return new Response(x) } }" }));
    await t("top-level await for ever", () => modules({ "a.js": "await new Promise(() => {}); export default {}" }));
    await t("top-level timer", () => modules({ "a.js": "setTimeout(() => {}, 1); export default {}" }));
    await t("top-level fetch", () => modules({ "a.js": "await fetch('http://x/'); export default {}" }));
    await t("top-level random", () => modules({ "a.js": "crypto.getRandomValues(new Uint8Array(1)); export default {}" }));
    await t("top-level rejection", () => modules({ "a.js": "Promise.reject(new Error('nobody')); " + hello }));
    await t("wasm", () => imports("a.js", { b: { wasm: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) } }, "b"));
    await t("wasm buffer", () => imports("a.js", { b: { wasm: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]).buffer } }, "b"));
    await t("wasm broken", () => imports("a.js", { b: { wasm: new Uint8Array([0, 97, 115]) } }, "b"));
    await t("wasm broken, not imported", () => modules({ "a.js": hello, b: { wasm: new Uint8Array([1]) } }));
    await t("wasm text", () => imports("a.js", { b: { wasm: "abc" } }, "b"));
    await t("data buffer", () => modules({ "a.js": "import d from 'd'; export default { fetch() { return new Response(Object.prototype.toString.call(d) + new Uint8Array(d)) } }", d: { data: new Uint8Array([1, 2]).buffer } }));
    await t("data a DataView", () => modules({ "a.js": "import d from 'd'; export default { fetch() { return new Response(Object.prototype.toString.call(d) + new Uint8Array(d)) } }", d: { data: new DataView(new Uint8Array([1, 2, 3]).buffer, 1) } }));
    await t("data an array", () => modules({ "a.js": hello, d: { data: [1, 2] } }));
    await t("data null", () => modules({ "a.js": hello, d: { data: null } }));
    await t("text number", () => modules({ "a.js": "import d from 'd'; export default { fetch() { return new Response(typeof d + d) } }", d: { text: 5 } }));
    await t("text undefined", () => modules({ "a.js": hello, d: { text: undefined } }));
    await t("module a function", () => modules({ "a.js": () => 1 }));
    await t("module an array", () => modules({ "a.js": [hello] }));
    await t("module a String", () => modules({ "a.js": new String(hello) }));
    await t("module js and undefined", () => modules({ "a.js": { js: hello, text: undefined } }));
    await t("module js and null", () => modules({ "a.js": { js: hello, text: null } }));
    await t("module js and unknown", () => modules({ "a.js": { js: hello, foo: 1 } }));
    await t("module of both languages", () => modules({ "a.js": { js: hello, py: "x" } }));
    await t("modules inherited", () => modules(Object.create({ "a.js": hello })));
    await t("modules hidden", () => modules(Object.defineProperty({}, "a.js", { value: hello, enumerable: false })));
    await t("modules with a symbol", () => modules({ "a.js": hello, [Symbol("s")]: 5 }));
    await t("modules with a getter that throws", () => modules({ "a.js": hello, get "b.js"() { throw new RangeError("getter"); } }));
    await t("module named like a built-in", () => imports("a.js", { "cloudflare:workers": { js: x } }, "cloudflare:workers"));
    await t("module named __proto__", () => imports("a.js", Object.fromEntries([["__proto__", { js: x }]]), "__proto__"));
    await t("lone surrogate", () => modules({ "a.js": "export default { fetch() { return new Response(String('\ud800'.length) + '\ud800'.charCodeAt(0)) } }" }));
    await t("NUL in the source", () => modules({ "a.js": "export default { fetch() { return new Response(String('\0'.length)) } }" }));
    await t("BOM before the source", () => modules({ "a.js": "\ufeff" + hello }));
    await t("hashbang", () => modules({ "a.js": "#!/usr/bin/env node\n" + hello }));
    await t("html comment", () => modules({ "a.js": "<!-- x\n" + hello }));
    await t("empty main", () => modules({ "a.js": "" }));

    // env.
    const cycle = { a: 1 }; cycle.me = cycle;
    class Foo { a = 1; }
    const values = { undefined: undefined, null: null, true: true, number: 1.5, nan: NaN, minus: -0, infinity: Infinity, bigint: 12n, string: "s", date: new Date(5), "bad date": new Date(NaN), regexp: /a/gi, map: new Map([[1, { a: 2 }]]), set: new Set([1]),
      error: new RangeError("r", { cause: "c" }), "error with more": Object.assign(new Error("e"), { code: 1 }), dom: new DOMException("d", "AbortError"), buffer: new Uint8Array([1, 2]).buffer, u8: new Uint8Array([1, 2]), "u8 part": new Uint8Array([1, 2, 3]).subarray(1, 2), f64: new Float64Array([1]),
      view: new DataView(new ArrayBuffer(2)), sparse: [1, , 3], "list with more": Object.assign([1], { x: 2 }), nested: { a: [{ b: { c: 1 } }] }, boxed: Object(1), "boxed string": Object("s"), "boxed bigint": Object(1n), cycle, frozen: Object.freeze({ a: 1 }), "no prototype": Object.assign(Object.create(null), { a: 1 }),
      getter: { get a() { return 1; } }, "symbol key": { [Symbol("s")]: 1, a: 1 }, hidden: Object.defineProperty({ a: 1 }, "b", { value: 2 }), inherited: Object.create({ a: 1 }), url: new URL("http://u/"), params: new URLSearchParams("a=1"), blob: new Blob(["b"]), file: new File(["f"], "f.txt"), response: new Response("r"), form: new FormData(),
      writable: new WritableStream(), transform: new TransformStream(), signal: new AbortController().signal, controller: new AbortController(), event: new Event("x"), weakmap: new WeakMap(), weakref: new WeakRef({}), proxy: new Proxy({ a: 1 }, {}), "proxy of a function": new Proxy(() => 1, {}), class: class {}, "class instance": new Foo(), generator: (function* () {})(),
      async: (async () => 1)(), arguments: (function () { return arguments; })(1, 2), "getter that throws": { get a() { throw new RangeError("getter"); } }, socket: new WebSocketPair()[0], encoder: new TextEncoder(), crypto, performance, global: globalThis, math: Math, json: JSON, iterator: [1][Symbol.iterator](), tagged: { [Symbol.toStringTag]: "Tagged", a: 1 }, toJSON: { a: 1, toJSON() { return 2; } } };
    for (const [n, v] of Object.entries(values)) await t("env " + n, () => loaded(code(seen, { env: { v } })));
    for (const [n, v] of Object.entries({ function: () => 1, symbol: Symbol("x"), target: new Target(), instance: new Foo(), stub: env.LOADER.load(code()), entrypoint: env.LOADER.load(code()).getEntrypoint(), loader: env.LOADER, uncalled: ctx.exports.Own, exports: ctx.exports, promise: Promise.resolve(1), weakmap: new WeakMap() }))
      for (const [where, e] of Object.entries({ deep: { a: { b: [{ c: v }] } }, "in a Map": { m: new Map([["k", v]]) }, "as a Map's key": { m: new Map([[v, 1]]) }, "in a Set": { s: new Set([v]) }, "in an Error": { e: Object.assign(new Error("x"), { v }) } }))
        await t(`env ${n} ${where}`, () => loaded(code(hello, { env: e })));
    await t("env key cycle", () => { const e = {}; e.v = e; return loaded(code("export default { fetch(r, env) { return new Response(String(env.v === env)) } }", { env: e })); });
    await t("env same twice", () => { const o = {}; return loaded(code("export default { fetch(r, env) { return new Response(String(env.a === env.b)) } }", { env: { a: o, b: o } })); });
    await t("env odd keys", () => loaded(code("export default { fetch(r, env) { return new Response(JSON.stringify(Object.keys(env))) } }", { env: { 2: 1, b: 1, 1: 1, "a-b": 1, "": 1, constructor: 1, toString: 1 } })));
    await t("env __proto__", () => loaded(code("export default { fetch(r, env) { return new Response(JSON.stringify([Object.keys(env), env.a])) } }", { env: Object.fromEntries([["__proto__", { a: 1 }]]) })));
    await t("env is the same", () => loaded(code("import { env as e } from 'cloudflare:workers'; export default { fetch(r, env) { env.x = 1; return new Response(JSON.stringify([e === env, e.x, Object.isFrozen(env), Object.getPrototypeOf(env) === Object.prototype])) } }", { env: {} })));
    await t("env of none", () => loaded(code("import { env as e } from 'cloudflare:workers'; export default { fetch(r, env) { return new Response(JSON.stringify([env, e])) } }")));
    await t("env at the top", () => loaded(code("import { env } from 'cloudflare:workers'; const v = env.v; export default { fetch() { return new Response(v) } }", { env: { v: "top" } })));
    await t("env an rpc stub", async () => loaded(code("export default { async fetch(r, env) { return new Response(String(await env.v.n())) } }", { env: { v: await ctx.exports.Own.target() } })));
    await t("env an rpc promise", async () => loaded(code(seen, { env: { v: ctx.exports.Own.hello() } })));
    await t("env process.env", () => loaded(code("export default { fetch(r, env) { return new Response(JSON.stringify([process.env.A, process.env.B, process.env.C])) } }", { compatibilityFlags: ["nodejs_compat"], env: { A: "a", B: 5, C: { c: 1 } } })));
    await t("env with service at the top", () => loaded(code("import { env } from 'cloudflare:workers'; await env.S.hello(); export default {}", { env: { S: ctx.exports.Own } })));

    // globalOutbound, tails and limits.
    for (const [n, v] of Object.entries({ false: false, string: "x", function: () => 1, class: class {}, target: new Target(), loader: env.LOADER, stub: env.LOADER.load(code()), list: [ctx.exports.Own({})], exports: ctx.exports, "rpc stub": await ctx.exports.Own.target() }))
      await t("globalOutbound " + n, () => loaded(code(hello, { globalOutbound: v })));
    for (const [n, v] of Object.entries({ undefined: undefined, string: "x", empty: [], null: [null], hole: [,], target: [new Target()], uncalled: [ctx.exports.Own], set: new Set(), service: ctx.exports.Own({}), dynamic: [env.LOADER.load(code()).getEntrypoint()], loader: [env.LOADER] }))
      await t("tails " + n, () => loaded(code(hello, { tails: v })));
    for (const [n, v] of Object.entries({ string: "x", list: [], true: true, function: () => 1, map: new Map(), nulls: { cpuMs: null, subRequests: null }, undefineds: { cpuMs: undefined }, big: { cpuMs: 1e9 }, huge: { cpuMs: 1e12 }, infinite: { cpuMs: Infinity }, bigint: { cpuMs: 1n }, object: { cpuMs: {} }, bool: { cpuMs: true }, symbol: { cpuMs: Symbol("s") } })) {
      await t("limits " + n, () => loaded(code(hello, { limits: v })));
      await t("entrypoint limits " + n, () => text(env.LOADER.load(code()), undefined, { limits: v }));
    }

    // Entrypoints.
    const many = `import { WorkerEntrypoint } from 'cloudflare:workers';
      export class A extends WorkerEntrypoint { hello() { return 'A' } fetch() { return new Response('A') } get prop() { return 'prop' } #priv() {} _under() { return '_' } own = 1; static s() { return 1 } throws() { throw new RangeError('t') } }
      export class B extends A { hello() { return super.hello() + 'B' } }
      export class Plain { fetch() { return new Response('plain') } hello() { return 1 } }
      export class Bad extends WorkerEntrypoint { constructor(ctx, env) { super(ctx, env); throw new RangeError('ctor') } fetch() { return new Response('') } }
      export class NoSuper extends WorkerEntrypoint { constructor() { } }
      export class NoArgs extends WorkerEntrypoint { constructor() { super() } fetch() { return new Response('noargs') } }
      export class Returns extends WorkerEntrypoint { fetch() { return 5 } }
      export function fn() { return new Response('fn') } export const arrow = () => 1; export const obj = { fetch() { return new Response('obj') }, other() { return 'other' } }; export const list = []; export const empty = {};
      export const handlers = { fetch: 5 }; export const withThis = { name: 'me', fetch() { return new Response(String(this?.name)) } }; export async function afn() {}
      export { obj as "odd name", obj as constructor, obj as toString };
      export default { fetch() { return new Response('d') } };`;
    const w = env.LOADER.load(code(many));
    for (const name of ["A", "B", "Plain", "Bad", "NoSuper", "NoArgs", "Returns", "fn", "arrow", "obj", "list", "empty", "handlers", "withThis", "afn", "odd name", "constructor", "toString", "__proto__", "hasOwnProperty", "nope", "default", 5, {}, true])
      { await t(`entrypoint ${name} fetch`, () => text(w, name)); await t(`entrypoint ${name} hello`, () => w.getEntrypoint(name).hello()); }
    await t("entrypoint of a symbol", () => w.getEntrypoint(Symbol("s")));
    for (const what of ["prop", "own", "_under", "s", "nope", "constructor", "toString", "then", "fetch", "__proto__", "name", "env", "ctx"]) await t("property " + what, async () => typeof await w.getEntrypoint("A")[what]);
    for (const what of ["prop", "own", "_under", "s", "nope", "constructor", "throws"]) await t("call " + what, () => w.getEntrypoint("A")[what]());
    await t("connect to what has none", async () => { const s = w.getEntrypoint("A").connect("x:1"); await s.opened; });
    for (const [n, source] of Object.entries({ function: "export default function () { return new Response('f') }", arrow: "export default () => new Response('a')", null: "export default null", number: "export default 5", string: "export default 's'", list: "export default []", empty: "export default {}", class: "export default class { fetch() { return new Response('c') } }",
      inherited: "export default Object.create({ fetch() { return new Response('i') } })", instance: "class C { fetch() { return new Response('inst' + (this instanceof C)) } } export default new C()", getter: "export default { get fetch() { return () => new Response('g') } }", proxy: "export default new Proxy({}, { get: (o, k) => k === 'fetch' ? () => new Response('p') : undefined })",
      "fetch is async": "export default { async fetch() { return new Response('async') } }", "a promise": "export default Promise.resolve({ fetch() {} })", "promised answer": "export default { fetch: async () => ({ status: 200 }) }", undefined: "export default { fetch() {} }", throws: "export default { fetch() { throw 'text' } }", "throws null": "export default { fetch() { throw null } }", "throws an object": "export default { fetch() { throw { a: 1 } } }" }))
      await t("default " + n, () => loaded(code(source)));
    await t("arguments", () => loaded(code("export default { fetch(...all) { return new Response(JSON.stringify([all.length, all.map((x) => Object.prototype.toString.call(x)), Object.keys(all[2]), all[2].props])) } }")));
    await t("ctx.exports of a loaded one", () => loaded(code("import { WorkerEntrypoint } from 'cloudflare:workers'; export class X extends WorkerEntrypoint { n() { return 1 } } export const o = {}; export default { async fetch(r, e, ctx) { return new Response(JSON.stringify([Object.keys(ctx.exports), await ctx.exports.X.n()])) } }")));
    for (const [n, p] of Object.entries({ null: null, list: [1], string: "s", number: 5, map: new Map(), date: new Date(0), nested: { a: { b: [1] } }, function: () => 1, undefined: undefined, target: new Target(), "service at depth": { a: [ctx.exports.Own({})] }, "function at depth": { a: { f() {} } } })) {
      await t("props " + n, () => env.LOADER.load(code("import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { show() { const p = this.ctx.props; return Object.prototype.toString.call(p) + JSON.stringify(p) } }")).getEntrypoint(undefined, { props: p }).show());
      await t("own props " + n, async () => JSON.stringify(await ctx.exports.Needs({ props: p }).props()));
    }
    await t("options a string", () => text(w, "A", "x"));
    await t("options a list", () => text(w, "A", []));
    await t("options unknown", () => text(w, "A", { foo: 1 }));
    await t("entrypoint of three", () => w.getEntrypoint("A", {}, 5).hello());

    // Stubs, and the ends of them.
    const names = (o) => Object.getOwnPropertyNames(o).sort();
    await t("what a loader is", () => [names(env.LOADER), names(Object.getPrototypeOf(env.LOADER)), env.LOADER.load.length, env.LOADER.get.length, env.LOADER.load.name, typeof env.LOADER[Symbol.dispose], env.LOADER.nope === undefined]);
    await t("what a stub is", () => [names(w), names(Object.getPrototypeOf(w)), w.getEntrypoint.length, w.getDurableObjectClass.length, typeof w[Symbol.dispose], w.nope === undefined, typeof w.then, typeof w.fetch]);
    await t("what an entrypoint is", () => { const e = w.getEntrypoint("A"); return [names(e), names(Object.getPrototypeOf(e)), typeof e[Symbol.dispose], typeof e.then, typeof e.dup, typeof e.connect, typeof e.fetch, typeof e.queue, typeof e.scheduled, e instanceof Object]; });
    await t("await a stub", async () => (await w) === w);
    await t("await an entrypoint", async () => typeof (await w.getEntrypoint("A")));
    await t("clone a stub", () => structuredClone(w));
    await t("clone an entrypoint", () => structuredClone(w.getEntrypoint()));
    await t("clone a loader", () => structuredClone(env.LOADER));
    await t("stringify", () => [JSON.stringify(w), JSON.stringify(env.LOADER), JSON.stringify(w.getEntrypoint())]);
    await t("get detached", () => { const { get } = env.LOADER; get("x", () => code()); });
    await t("getEntrypoint detached", () => { const { getEntrypoint } = w; getEntrypoint(); });
    await t("getEntrypoint of another", () => w.getEntrypoint.call({}));
    await t("dispose an entrypoint", async () => { const e = w.getEntrypoint("A"); e[Symbol.dispose]?.(); return e.hello(); });
    await t("dispose and another", async () => { const e = w.getEntrypoint("A"); e[Symbol.dispose]?.(); return w.getEntrypoint("A").hello(); });
    await t("two entrypoints are one Worker", async () => { const c = env.LOADER.load(code("let n = 0; import { WorkerEntrypoint } from 'cloudflare:workers'; export class A extends WorkerEntrypoint { n() { return ++n } } export default { fetch() { return new Response(String(++n)) } }")); return [await c.getEntrypoint("A").n(), await c.getEntrypoint("A").n(), await text(c)]; });
    await t("new.target", () => new w.getEntrypoint());

    // get().
    const got = (id, cb) => text(env.LOADER.get(id, cb));
    await t("callback's this", () => got("this", function () { return code(`export default { fetch() { return new Response("${this === undefined} ${arguments.length}") } }`); }));
    await t("callback a class", () => got("class", class {}));
    await t("callback gives a thenable", () => got("thenable", () => ({ then(yes) { yes(code()); } })));
    await t("callback gives a promise of a promise", () => got("promises", () => Promise.resolve(Promise.resolve(code()))));
    await t("callback gives a bad main", () => got("badmain", () => code(hello, { mainModule: "z.js" })));
    await t("callback gives bad modules", () => got("badmodules", () => code(hello, { modules: 5 })));
    await t("callback gives a bad env", () => got("badenv", () => code(hello, { env: { f() {} } })));
    await t("callback gives a bad date", () => got("baddate", () => code(hello, { compatibilityDate: "x" })));
    await t("callback gives a stub", () => got("stub", () => env.LOADER.load(code())));
    for (const [n, v] of Object.entries({ null: null, undefined: undefined, string: "s", number: 5, symbol: Symbol("s"), dom: new DOMException("d", "AbortError"), aggregate: new AggregateError([new Error("1")], "many"), cause: new Error("c", { cause: 5 }), more: Object.assign(new TypeError("m"), { code: 7 }) })) {
      await t("callback throws " + n, () => got("throws " + n, () => { throw v; }));
      await t("callback rejects " + n, () => got("rejects " + n, () => Promise.reject(v)));
    }
    await t("what a callback's error keeps", async () => { try { await got("keeps", () => { throw Object.assign(new TypeError("m", { cause: "why" }), { code: 7 }); }); } catch (e) { return [e.constructor.name, e.cause, e.code, e.remote]; } });
    await t("what a start-up error keeps", async () => { try { await loaded(code("throw Object.assign(new TypeError('m', { cause: 'why' }), { code: 7 })")); } catch (e) { return [e.constructor.name, e.message, e.cause, e.code, e.remote]; } });
    await t("id of a symbol", () => got(Symbol("s"), () => code()));
    await t("id of an object", () => got({ toString() { return "text"; } }, () => code()));
    await t("id of one that throws", () => got({ toString() { throw new RangeError("id"); } }, () => code()));
    await t("id 1 and '1'", async () => [await got(1, () => code("export default { fetch() { return new Response('number') } }")), await got("1", () => code("export default { fetch() { return new Response('string') } }"))]);
    await t("id null twice", async () => [await got(null, () => code("export default { fetch() { return new Response('1') } }")), await got(null, () => code("export default { fetch() { return new Response('2') } }"))]);
    await t("id null and 'null'", async () => [await got(null, () => code("export default { fetch() { return new Response('1') } }")), await got("null", () => code("export default { fetch() { return new Response('2') } }"))]);
    await t("id of a lone surrogate", () => got("\ud800", () => code()));
    await t("id with NUL", () => got("a\0b", () => code()));
    await t("get of three", () => text(env.LOADER.get("three", () => code(), 5)));
    await t("callback null", () => env.LOADER.get("cbnull", null));
    await t("callback an object", () => env.LOADER.get("cbobj", { call() {} }));
    await t("get within a callback", () => got("outer", async () => { const s = await got("inner", () => code("export default { fetch() { return new Response('inner') } }")); return code(`export default { fetch() { return new Response("outer of ${s}") } }`); }));
    await t("second get's callback while the first fails", async () => { const one = got("race", async () => { await scheduler.wait(30); throw new Error("first"); }).catch((e) => e.message); const two = got("race", () => code()).catch((e) => e.message); return [await one, await two]; });
    await t("get shares with its stub", async () => { const s = env.LOADER.get("counted", () => code("let n = 0; export default { fetch() { return new Response(String(++n)) } }")); return [await text(s), await text(s), await got("counted", () => { throw new Error("not again"); })]; });
    return new Response(out.join("\n") + "\n");
  },
};
