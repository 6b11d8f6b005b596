// What newer editions of the language have.
const out = {};
export default out;
const revived = (text, f = (k, v) => v) => {
  const list = [];
  const value = JSON.parse(text, function (k, v, c) { list.push([k, v, c]); return f.call(this, k, v, c); });
  return [list, value];
};
out["rawJSON errors"] = () => ["", " 1", "1 ", "{}", "[1]", "abc", undefined, "1\n", "1 2", "\t", "nul", '"a'].map((v) => { try { return JSON.rawJSON(v); } catch (e) { return `${e.name}: ${e.message}`; } });
out["rawJSON symbol"] = () => JSON.rawJSON(Symbol());
out["rawJSON object"] = () => { const r = JSON.rawJSON(12); return [Object.getPrototypeOf(r), Object.keys(r), Object.isFrozen(r), r.rawJSON, JSON.isRawJSON(r), JSON.isRawJSON({ rawJSON: "1" }), JSON.isRawJSON(1)]; };
out["rawJSON names"] = () => [JSON.rawJSON.name, JSON.rawJSON.length, JSON.isRawJSON.name, JSON.isRawJSON.length, Object.getOwnPropertyNames(JSON).sort().join(), JSON.parse.length, JSON.stringify.length];
out["rawJSON nested"] = () => JSON.stringify([JSON.rawJSON("1e1000"), { a: JSON.rawJSON('"x"'), b: JSON.rawJSON("null") }], null, 2);
out["rawJSON list"] = () => JSON.stringify({ b: JSON.rawJSON("1"), a: JSON.rawJSON("2"), c: { a: JSON.rawJSON("3"), d: 1 }, 5: 5 }, ["c", "a", 5, "a"]);
out["rawJSON alone"] = () => JSON.stringify(JSON.rawJSON("12345678901234567890"));
out["rawJSON replacer"] = () => JSON.stringify({ a: 1, b: [2] }, (k, v) => (typeof v === "number" ? JSON.rawJSON(`${v}.50`) : v), "\t");
out["rawJSON toJSON"] = () => JSON.stringify({ a: { toJSON: () => JSON.rawJSON("7") }, d: new Date(0), n: new Number(3), s: new String("s") }, ["a", "d", "n", "s"]);
out["source"] = () => revived('{"a":[1,"x\\u0041",null,{"b":1.0}],"c":-0,"d":true,"e":"\\"]"}');
out["source changed"] = () => revived("[1,2,3]", function (k, v) { if (k === "0") { this[1] = 5; this[2] = 3; } return v; });
out["source __proto__"] = () => revived('{"__proto__":7}');
out["source replaced"] = () => revived("[1,[2]]", function (k, v) { if (k === "0") this[1] = { 0: 2 }; return v; });
out["source array for object"] = () => revived('[1,{"0":2}]', function (k, v) { if (k === "0") this[1] = [2]; return v; });
out["source longer"] = () => revived("[1,[2]]", function (k, v) { if (k === "0") this[1].push(2); return v; });
out["source deleted"] = () => revived('{"a":1,"b":2}', (k, v) => (k === "a" ? undefined : v));
out["source plain"] = () => revived(" 5 ");
out["source space"] = () => revived('\n{ "a" : [ 1 , 2 ] , "b" : { } , "c" : [ ] }\t');
out["source bigint"] = () => JSON.parse("[12345678901234567890]", (k, v, { source }) => (source ? BigInt(source) : v));
out["source wrong"] = () => JSON.parse("[1,]", (k, v, c) => v);
out["source throws"] = () => JSON.parse("[1]", (k, v, c) => { throw new RangeError("no"); });
out["source arguments"] = () => JSON.parse("[1.50]", function () { return arguments.length === 3 && arguments[2].source ? arguments[2].source : arguments[1]; });
out["source rest"] = () => JSON.parse("[1.50]", (...a) => a[2].source ?? a[1]);
out["stack overflow"] = () => { const o = { toJSON: () => JSON.stringify(o) }; return JSON.stringify(o); };
out["stack overflow, parse"] = () => { const f = () => JSON.parse("[1]", f); return f(); };
out["stack overflow, caught"] = () => { let n = 0; const f = () => { n++; f(); }; try { f(); } catch (e) { return [e.name, e.message, e instanceof RangeError, n > 1000]; } };
out["stack overflow, finally"] = () => { let n = 0; const f = () => { try { f(); } finally { n++; } }; try { f(); } catch (e) { return [e.message, n > 1000]; } };
out["stack overflow, async"] = async () => { let n = 0; const f = async () => { n++; await f(); }; try { await f(); } catch (e) { return [e.message, n > 100]; } };

const f16 = (...a) => new Float16Array(a);
const caught = (...list) => list.map((f) => { try { return f(); } catch (e) { return `${e.name}: ${e.message}`; } });
out["float16 make"] = () => [[...new Float16Array(3)], [...new Float16Array([1.337, 65519, 65520, -0, NaN, 1e-8])], [...new Float16Array(new Set([1, 2]))], [...new Float16Array(new Float64Array([0.1, 1e5]))],
  [...new Float16Array({ length: 2, 0: "3", 1: null })], [...new Float16Array(f16(5, 6))], [...new Float16Array()], [...Float16Array.of(1, 2.0005)], [...Float16Array.from("12", (x) => x * 2)], [...Float16Array.from({ length: 2 }, (_, i) => i)]];
out["float16 buffer"] = () => { const b = new ArrayBuffer(8); const a = new Float16Array(b, 2, 2); a[0] = 1; a[1] = -2; return [[...new Uint8Array(b)], a.length, a.byteLength, a.byteOffset, a.buffer === b, a.BYTES_PER_ELEMENT, new Float16Array(b).length, new Float16Array(b, 4).length]; };
out["float16 errors"] = () => caught(() => new Float16Array(-1), () => new Float16Array(new ArrayBuffer(4), 1), () => new Float16Array(new ArrayBuffer(4), 2, 5), () => Float16Array(1),
  () => new Float16Array([1n]), () => f16(1).fill(1n), () => { f16(1)[0] = Symbol(); });
out["float16 properties"] = () => { const a = f16(1, 2); a.x = 5; a[7] = 1; a["-0"] = 1; a["1.5"] = 1; return [Object.keys(a), Reflect.ownKeys(a), 0 in a, 2 in a, "1.5" in a, "x" in a, a[9], a["-0"], Object.getOwnPropertyDescriptor(a, 1), Object.getOwnPropertyDescriptor(a, 2), delete a.x]; };
out["float16 classes"] = () => [Object.getPrototypeOf(Float16Array) === Object.getPrototypeOf(Uint8Array), Float16Array.name, Float16Array.length, Float16Array.BYTES_PER_ELEMENT, Object.prototype.toString.call(f16(1)), f16() instanceof Float16Array, ArrayBuffer.isView(f16(1)), f16(1).constructor === Float16Array,
  Object.getPrototypeOf(Float16Array.prototype) === Object.getPrototypeOf(Uint8Array.prototype), Array.isArray(f16(1)), typeof f16(), Float16Array.prototype[Symbol.toStringTag]];
out["float16 methods"] = () => { const a = f16(3, 1, 2); return [a.at(-1), a.join("-"), `${a}`, a.includes(2), a.indexOf(2), a.map((x) => x / 3), a.filter((x) => x > 1), a.slice(1), a.subarray(1, 2).length, a.reduce((x, y) => x + y), a.toSorted(), a.toReversed(), a.with(0, 9.99),
  [...a.entries()], [...a.keys()], a.find((x) => x < 3), a.findLastIndex((x) => x > 1), a.every((x) => x > 0), a.some((x) => x > 5), a.lastIndexOf(3)].map((v) => (v instanceof Float16Array ? ["F", ...v] : v)); };
out["float16 changes"] = () => { const a = f16(3, -1, 7, 0, -Infinity, 10, 9); return [[...f16(NaN, 0, -0, 1).sort()], [...a.sort()], [...a.sort((x, y) => y - x)], [...a.reverse()], [...a.copyWithin(0, 2, 4)], [...a.fill(7, 1, 3)], (a.set([1, 2], 1), [...a]), (a.set(new Uint8Array([255])), a[0]), (a.subarray(2)[0] = 44, a[2])]; };
out["float16 to others"] = () => [[...new Float32Array(f16(1.5, 2))], [...new Float64Array(f16(0.1))], (() => { const u = new Uint8Array(3); u.set(f16(1, 2), 1); return [...u]; })(), [...f16(1, 2)], Array.from(f16(1)), JSON.stringify(f16(1, 2)), Math.max(...f16(1, 3)), { ...f16(4) }];
out["float16 clone"] = () => { const a = structuredClone(f16(1, 2)); return [a instanceof Float16Array, [...a], a.length]; };
out["float16 body"] = async () => [...new Uint8Array(await new Response(f16(1, 2)).arrayBuffer())];
out["float16 bytes"] = async () => [new TextDecoder().decode(new Float16Array(new Uint8Array([104, 105]).buffer)), (await new Blob([f16(1, 2, 3)]).arrayBuffer()).byteLength, [...new Uint8Array(await crypto.subtle.digest("SHA-256", f16(1)))].slice(0, 4)];
out["float16 subclass"] = () => { class A extends Float16Array { sum() { return this.reduce((x, y) => x + y, 0); } } const a = new A([1, 2]); return [a.sum(), a instanceof A, a.length]; };
out["float16 round"] = () => [Math.f16round(1.337), Math.f16round("5.05"), Math.f16round(65520), Math.f16round(-1e-9), Math.f16round(), Math.f16round.length];
out["float16 view"] = () => { const v = new DataView(new ArrayBuffer(4)); v.setFloat16(0, 1.5); v.setFloat16(2, -0.1, true); return [v.getFloat16(0), v.getFloat16(2, true), v.getUint32(0), v.getFloat16.length, v.setFloat16.length]; };
out["float16 view errors"] = () => caught(() => new DataView(new ArrayBuffer(1)).getFloat16(0), () => new DataView(new ArrayBuffer(2)).setFloat16(1, 1), () => new DataView(new ArrayBuffer(2)).setFloat16(0, 1n));

// new.target of what is called in a constructor is not the constructor's.
function target() { return new.target; }
function Maybe(x) { if (!new.target) return new Maybe(x); this.x = x; }
function arrows() { const f = () => () => new.target; return [f()(), ((g = () => new.target) => g())()]; }
function inDefault(x = new.target) { return x; }
async function inAsync() { return new.target; }
function* inGenerator() { yield new.target; }
const methods = { m() { return new.target; }, get g() { return new.target; }, f: function () { return new.target; }, a: () => 5 };
const nameOf = (v) => (v === undefined ? "undefined" : v.name ?? typeof v);
out["new.target in a constructor"] = async () => {
  let list;
  class C { x = target(); constructor() { list = [new.target, target(), new target(), arrows(), new arrows(), inDefault(), methods.m(), methods.g, methods.f(), [1].map(target)[0], Reflect.apply(target, null, []), target.call(1), target.bind()(), inAsync(), [...inGenerator()][0], (() => new.target)(), this.x]; } }
  new C();
  const flat = [];
  for (const v of list.flat()) flat.push(nameOf(await v));
  return flat;
};
out["new.target, function"] = () => {
  function F() { return { own: nameOf(new.target), target: nameOf(target()), arrow: nameOf((() => new.target)()), maybe: new Maybe(1).x + Maybe(2).x, method: nameOf(methods.m()), nested: nameOf((function () { return new.target; })()) }; }
  return [new F(), F(), Reflect.construct(F, [], Map), Reflect.apply(F, null, []), new (F.bind(null))()];
};
out["new.target, inherited"] = () => {
  function Base() { this.t = nameOf(new.target); this.u = nameOf((() => new.target)()); }
  class D extends Base { constructor() { const before = nameOf(target()); super(); this.before = before; this.after = nameOf(target()); } }
  function Old() { Base.call(this); }
  return [{ ...new D() }, { ...new Old() }, { ...new Base() }, { ...Reflect.construct(Base, [], D) }];
};
out["new.target, deep"] = () => { const f = (n) => (n === 0 ? nameOf(target()) : f(n - 1)); class A { constructor() { this.x = f(50); this.y = [1].map(() => nameOf(target()))[0]; this.z = `${{ toString: () => nameOf(target()) }}`; } } return { ...new A() }; };

// Buffers that change their size.
const grown = (n = 8, max = 16) => new ArrayBuffer(n, { maxByteLength: max });
out["resizable make"] = () => [grown(), new ArrayBuffer(8), grown(0, 0), new ArrayBuffer(4, {}), new ArrayBuffer(4, { maxByteLength: undefined }), new ArrayBuffer(4, 5)].map((b) => [b.byteLength, b.maxByteLength, b.resizable, b.detached]);
out["resizable names"] = () => [ArrayBuffer.prototype.resize.name, ArrayBuffer.prototype.resize.length, ArrayBuffer.length, grown().resize(4)];
out["resizable tracking"] = () => {
  const b = grown(), all = new Uint8Array(b), part = new Uint16Array(b, 4), fixed = new Uint8Array(b, 2, 4), words = new Uint32Array(b, 0), view = new DataView(b), list = [];
  all.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const look = () => list.push([b.byteLength, all.length, part.length, part.byteOffset, fixed.length, fixed.byteOffset, words.length, all.byteLength, caught(() => view.byteLength)[0], all.at(-1), [...all].join("")]);
  look();
  for (const n of [16, 7, 5, 3, 0, 6, 8, 13]) { b.resize(n); look(); }
  return list;
};
out["resizable odd"] = () => { const b = grown(7, 9); return [new Uint16Array(b).length, new Uint32Array(b, 4).length, caught(() => new Uint16Array(b, 0, 4), () => new Uint16Array(b, 1)), new Uint16Array(b).byteLength]; };
out["resizable derived"] = () => { const b = grown(), a = new Uint8Array(b); const s = a.subarray(2), t = a.subarray(1, 3), c = a.slice(); b.resize(12); return [s.length, t.length, c.length, s.buffer === b, c.buffer.resizable, b.slice(0).resizable]; };
out["resizable zeros"] = () => { const b = grown(4, 8), a = new Uint8Array(b); a.fill(9); b.resize(2); b.resize(6); return [...a]; };
out["resizable writes"] = () => { const b = grown(2, 8), a = new Uint8Array(b); a[3] = 5; b.resize(4); a[3] = 7; return [[...a], 3 in a, 4 in a, Object.keys(a)]; };
out["resizable transfer"] = () => { const b = grown(); new Uint8Array(b)[0] = 5; const c = b.transfer(4), d = c.transferToFixedLength(), list = [b.detached, b.byteLength, b.resizable, c.resizable, d.resizable, d.byteLength, new Uint8Array(d)[0]]; return [list, caught(() => grown().transfer(16).resizable, () => grown().transferToFixedLength(20).byteLength)]; };
out["resizable clone"] = () => { const b = grown(); const c = structuredClone(b), d = structuredClone(b, { transfer: [b] }); const a = structuredClone(new Uint8Array(d)); d.resize(10); return [c.resizable, c.maxByteLength, d.resizable, d.byteLength, b.detached, a.buffer.resizable, a.length]; };
out["resizable uses"] = async () => { const b = grown(3, 8); const a = new Uint8Array(b); a.set([104, 105, 33]); b.resize(2); return [new TextDecoder().decode(b), new TextDecoder().decode(a), await new Response(b).text(), await new Response(a).text(), btoa(String.fromCharCode(...a)), (await new Blob([a]).arrayBuffer()).byteLength, [...new Uint8Array(await crypto.subtle.digest("SHA-1", b))].slice(0, 2), new TextEncoder().encodeInto("xyz", a), [...a]]; };
out["resizable loops"] = () => { const b = grown(4, 8), a = new Uint8Array(b), seen = []; for (const x of a) { seen.push(x); if (seen.length === 2) b.resize(3); if (seen.length > 9) break; } return seen; };
out["resizable subclass"] = () => { class B extends ArrayBuffer {} const b = new B(2, { maxByteLength: 4 }); b.resize(3); class A extends Uint8Array {} const a = new A(b); b.resize(4); return [b instanceof B, b.byteLength, a.length, a instanceof A]; };
