import link from "./link.wasm"; import start from "./start.wasm"; import oob from "./oob.wasm"; import tail from "./tail.wasm"; import simd from "./simd.wasm";
const out = {};
const show = (v) => typeof v === "bigint" ? v + "n" : v === undefined ? "undefined" : typeof v === "function" ? "function " + v.name : v instanceof Error ? v.constructor.name + ": " + v.message : v;
function t(name, f) { try { out[name] = JSON.stringify(f(), (k, v) => show(v)) ?? "undefined"; } catch (e) { out[name] = "THROWS " + e?.constructor?.name + ": " + (e?.message ?? e); } }
function made(over = {}) {
  const js = {
    mem: new WebAssembly.Memory({ initial: 1, maximum: 4 }),
    tbl: new WebAssembly.Table({ element: "anyfunc", initial: 4 }),
    ext: new WebAssembly.Table({ element: "externref", initial: 2 }, "init"),
    g: new WebAssembly.Global({ value: "i32", mutable: true }, 10), k: 77n,
    f: (x) => x + 1, o: (...a) => { js.seen = a; return a[0]; }, two: () => [1, 2n, "three"], fr: (f) => f, ...over,
  };
  return [new WebAssembly.Instance(link, { js }).exports, js];
}
export default { fetch() {
  const [x, js] = made();
  t("same objects", () => [x.mem === js.mem, x.tbl === js.tbl, x.g === js.g, x.k === js.k, x.k instanceof WebAssembly.Global, x.k.value, x.f === js.f, typeof x.f, x.f(4)]);
  t("table", () => [js.tbl.get(0) === x.double, js.tbl.get(0)(21), js.tbl.get(1)(5), js.tbl.get(2) === x.f, js.tbl.get(3), js.tbl.get(1) === js.tbl.get(1), js.tbl.get(1).name]);
  t("call", () => [x.call(0, 4), x.call(1, 4), x.call(2, 4)]);
  t("set from JS", () => { js.tbl.set(3, x.double); return [x.call(3, 8), js.tbl.get(3) === x.double]; });
  t("grow in JS", () => { const n = js.tbl.grow(2, x.f); return [n, js.tbl.length, x.call(5, 1), js.tbl.get(4) === x.f]; });
  t("two instances", () => { const [y] = made({ mem: js.mem, tbl: js.tbl, g: js.g, ext: js.ext }); x.poke(100, 200); const r = [y.peek(100), js.tbl.get(0) === y.double, js.tbl.get(0) === x.double, x.call(0, 5), y.mem === x.mem]; y.setg(1000); return [...r, x.call(1, 1), js.g.value]; });
  t("function of another", () => { const [y] = made({ f: x.double }); return [y.f === x.double, y.nested(5), y.call(2, 5), y.tbl.get(2) === x.double]; });
  t("global both ways", () => { js.g.value = 5; const a = x.call(1, 1); x.setg(6); return [a, js.g.value, x.g.valueOf()]; });
  t("memory both ways", () => { new Uint8Array(js.mem.buffer)[50] = 9; x.poke(51, 8); return [x.peek(50), new Uint8Array(x.mem.buffer)[51], new TextDecoder().decode(new Uint8Array(js.mem.buffer, 8, 6))]; });
  t("memory grown in JS", () => { const b = js.mem.buffer; const n = js.mem.grow(1); x.poke(70000, 3); return [n, b.byteLength, js.mem.buffer.byteLength, x.peek(70000), x.peek(50), new Uint8Array(js.mem.buffer)[70000]]; });
  t("a view after growth", () => { const v = new Uint8Array(js.mem.buffer); js.mem.grow(1); return [v.length, v[0], v.byteOffset]; });
  t("peek beyond", () => x.peek(65536 * 4));
  t("o", () => { const o = { a: 1 }; const r = x.o(o); return [r === o, js.seen[1], js.seen[2] === Math.fround(1.1), js.seen[3], js.seen.length]; });
  for (const v of [null, undefined, 0, -0, NaN, "s\ud800", true, 10n ** 30n, Symbol.iterator, [1], new Uint8Array(2), () => 1, x.double]) t("externref " + typeof v + String(typeof v === "symbol" || v === null || Object(v) !== v ? String(v) : Object.prototype.toString.call(v)), () => Object.is(x.o(v), v));
  t("keep", () => { const o = {}; x.keep(o); const a = x.own.value === o; x.own.value = "set"; return [a, x.own.value]; });
  t("ext", () => { const o = {}; x.extset(1, o); return [js.ext.get(1) === o, js.ext.get(0), x.extget(0), x.extgrow("new", 2), js.ext.length, js.ext.get(3)]; });
  t("fn global", () => { x.fn.value = x.double; const a = x.fn.value === x.double; x.fn.value = null; return [a, x.fn.value]; });
  t("fr", () => [x.fr(x.double) === x.double, x.fr(null), x.mine() === js.tbl.get(1), x.mine()(1)]);
  t("fr returns", () => made({ fr: () => () => 1 })[0].fr(null));
  t("two", () => x.two());
  for (const [n, v] of Object.entries({ short: () => [1], long: () => [1, 2n, 3, 4], no: () => 5, string: () => "abc", gen: function* () { yield 1; yield 2n; yield 3; }, bad: () => [1, 2, 3], undef: () => undefined })) t("two " + n, () => made({ two: v })[0].two());
  t("bulk", () => { x.initd(200); x.copy(210, 200, 7); return new TextDecoder().decode(new Uint8Array(js.mem.buffer, 200, 17)); });
  t("bulk dropped", () => { x.dropd(); x.initd(200); });
  t("bulk beyond", () => x.copy(0, 65536 * 4 - 2, 7));
  t("table.init", () => { x.initt(1); return [js.tbl.get(1) === x.double, js.tbl.get(2)]; });
  t("table.init beyond", () => x.initt(100));
  for (const [n, over] of Object.entries({
    "no mem": { mem: undefined }, "mem 5": { mem: 5 }, "mem small": { mem: new WebAssembly.Memory({ initial: 0, maximum: 4 }) }, "mem no max": { mem: new WebAssembly.Memory({ initial: 1 }) }, "mem large": { mem: new WebAssembly.Memory({ initial: 1, maximum: 9 }) },
    "tbl small": { tbl: new WebAssembly.Table({ element: "anyfunc", initial: 2 }) }, "tbl kind": { tbl: js.ext }, "tbl 5": { tbl: 5 }, "g imm": { g: new WebAssembly.Global({ value: "i32" }, 1) }, "g type": { g: new WebAssembly.Global({ value: "i64", mutable: true }, 1n) }, "g 5": { g: 5 },
    "k 5": { k: 5 }, "k global": { k: new WebAssembly.Global({ value: "i64" }, 5n) }, "k mut": { k: new WebAssembly.Global({ value: "i64", mutable: true }, 5n) }, "k str": { k: "5" }, "f sig": { f: x.o }, "f class": { f: class A {} }, "f proxy": { f: new Proxy((v) => v * 3, {}) }, "f bound": { f: ((a, b) => a + b).bind(null, 100) },
  })) t("link " + n, () => made(over)[0].nested(1));
  t("start", () => { const seen = []; new WebAssembly.Instance(start, { js: { s: (v) => { seen.push(v); } } }); return seen; });
  t("start throws", () => { const o = new RangeError("mine"); try { new WebAssembly.Instance(start, { js: { s() { throw o; } } }); } catch (e) { return e === o; } });
  t("oob", () => new WebAssembly.Instance(oob));
  t("nested", () => { const log = []; const [y] = made({ f: (n) => { log.push(n); return n === 0 ? 0 : y.nested(n - 1) + 1; } }); return [y.nested(30), log.length]; });
  t("nested throws", () => { const o = {}; const [y] = made({ f: (n) => { if (n === 0) throw o; try { return y.nested(n - 1); } finally { js.g.value++; } } }); js.g.value = 0; try { y.nested(20); } catch (e) { return [e === o, js.g.value]; } });
  t("caught in the middle", () => { const [y] = made({ f: (n) => { if (n === 0) throw new Error("deep"); try { return y.nested(n - 1); } catch (e) { if (n < 5) throw e; return 100; } } }); return y.nested(9); });
  t("deep", () => { let n = 0; const [y] = made({ f: (v) => { n++; return y.nested(v); } }); try { y.nested(1); } catch (e) { return [e instanceof RangeError, e.message, n > 100]; } });
  t("after deep", () => x.nested(1));
  t("many externrefs", () => { for (let i = 0; i < 5000; i++) if (x.o({ i }).i !== i) return i; return [js.ext.get(1) !== undefined, x.own.value]; });
  t("tail", () => new WebAssembly.Instance(tail).exports.sum(200000, 0));
  t("simd", () => new WebAssembly.Instance(simd).exports.dot(6, 7));
  t("simd v128", () => new WebAssembly.Instance(simd).exports.v());
  t("subclass", () => { class M extends WebAssembly.Memory { x() { return 1; } } const m = new M({ initial: 1 }); return [m.x(), m instanceof M, m.buffer.byteLength]; });
  t("Reflect.construct", () => Object.getPrototypeOf(Reflect.construct(WebAssembly.Global, [{ value: "i32" }, 1], Array)) === Array.prototype);
  t("wrong receiver", () => WebAssembly.Memory.prototype.grow.call({}, 1)); t("wrong receiver 2", () => Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, "buffer").get.call({}));
  t("wrong receiver 3", () => WebAssembly.Table.prototype.get.call(x.mem, 1)); t("wrong receiver 4", () => Object.getOwnPropertyDescriptor(WebAssembly.Instance.prototype, "exports").get.call({}));
  t("order of imports", () => { const log = []; const js = new Proxy({}, { get(_, n) { log.push(String(n)); return undefined; } }); try { new WebAssembly.Instance(link, { get js() { log.push("js"); return js; } }); } catch { return log; } });
  return new Response(JSON.stringify(out, null, 1));
} };
