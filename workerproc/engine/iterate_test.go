package engine_test

import (
	"testing"
)

// TestIteration: what is built in is iterated over as the language says, also where a program has changed how; the answers are V8's.
func TestIteration(t *testing.T) { onEach(t, testIteration) }

func testIteration(t *testing.T, m maker) {
	for _, c := range iterating {
		e := m.engine(t)
		e.Define(moduleOf("main.js", "export default (() => { "+c.code+" })()"))
		if got, err := importMain(t, e); got != c.want || err != nil {
			t.Errorf("%s:\ngot %s, %v\nnot %s", c.code, got, err, c.want)
		}
	}
}

var iterating = []struct{ code, want string }{
	{`const out = []; for (const [k, v] of new Map([["a", 1], ["b", 2]])) out.push(k, v); return out`, "a,1,b,2"},
	{`const m = new Map([["a", 1], ["b", 2]]), out = []; for (const [k, v] of m) { out.push(k + v); if (k === "a") { m.delete("b"); m.set("c", 3) } } return out`, "a1,c3"},
	{`const m = new Map([[1, 2]]); const out = []; for (const e of m) out.push(Array.isArray(e), e.length, Object.isFrozen(e)); return out`, "true,2,false"},
	{`const m = new Map([[1, 2]]); const out = []; for (const [a, b, c = 7, ...d] of m) out.push(a, b, c, d.length); return out`, "1,2,7,0"},
	{`const m = new Map([[1, 2]]); const out = []; for (const [...d] of m) out.push(d.join("|"), Array.isArray(d)); return out`, "1|2,true"},
	{`const m = new Map([[1, 2]]); const out = []; for (const [a, ...d] of m) out.push(a, d.join("|")); return out`, "1,2"},
	{`const m = new Map([[{ x: 1 }, [2, 3]]]); const out = []; for (const [{ x }, [y, z]] of m) out.push(x, y, z); return out`, "1,2,3"},
	{`const out = []; let k, v; for ([k, v] of new Map([["a", 1]]).entries()) out.push(k, v); return out`, "a,1"},
	{`const fs = []; for (const [k, v] of new Map([["a", 1], ["b", 2]])) fs.push(() => k + v); return fs.map((f) => f())`, "a1,b2"},
	{`const fs = []; for (let [k, v] of new Map([["a", 1], ["b", 2]])) { fs.push(() => k + v); v *= 10 } return fs.map((f) => f())`, "a10,b20"},
	{`const out = []; for (const [i, v] of ["x", "y"].entries()) out.push(i, v); return out`, "0,x,1,y"},
	{`const out = []; for (const [a, b] of new Set(["x"]).entries()) out.push(a, b); return out`, "x,x"},
	{`const out = []; for (const i of ["x", "y"].keys()) out.push(i); return out`, "0,1"},
	{`const a = [1, 2, 3], out = []; for (const x of a) { out.push(x); if (x === 1) a.push(9); if (x === 2) a.length = 2 } return out`, "1,2"},
	{`const a = [1, , 3]; const out = []; for (const x of a) out.push(String(x)); const [p, q = "hole", r] = a; return [...out, p, q, r]`, "1,undefined,3,1,hole,3"},
	{`const a = [1, , 3]; Array.prototype[1] = "proto"; const out = [...a]; const [, b] = a; const [x, ...y] = a; delete Array.prototype[1]; return [...out, b, ...y]`, "1,proto,3,proto,proto,3"},
	{`const a = [1, 2, 3]; Object.defineProperty(a, 1, { get() { return "got" + this.length }, enumerable: true, configurable: true }); const [p, q, r] = a; const [s, ...t] = a; return [p, q, r, s, ...t, ...a]`, "1,got3,3,1,got3,3,1,got3,3"},
	{`const a = [1, 2]; const [x, y, z, w = "w"] = a; return [x, y, String(z), w]`, "1,2,undefined,w"},
	{`const [a, b] = []; return [String(a), String(b)]`, "undefined,undefined"},
	{`let a = 1, b = 2; [a, b] = [b, a]; return [a, b]`, "2,1"},
	{`const o = {}; [o.x, o["y"], ...o.z] = [1, 2, 3, 4]; return JSON.stringify(o)`, "{\"x\":1,\"y\":2,\"z\":[3,4]}"},
	{`const a = [1, 2, 3]; const [x, y = a.push(4), ...z] = a; return [x, y, ...z]`, "1,2,3"},
	{`const a = [1, undefined, 3]; const [x, y = (a.length = 1, "d"), z = "end"] = a; return [x, y, z]`, "1,d,end"},
	{`const a = [1, undefined, 3]; const [x, y = (a.length = 1, "d"), ...z] = a; return [x, y, z.length]`, "1,d,0"},
	{`const a = [1, undefined, 3]; const [x, y = (a.unshift(0), "d"), z] = a; return [x, y, z]`, "1,d,"},
	{`const a = [0]; a[1000000] = 1; let n = 0; for (const x of a) { n++; if (n > 3) break } const [p, q = 5] = a; return [n, p, q]`, "4,0,5"},
	{`const out = []; for (const c of "a\u{1F600}b\uD800c\u00E9") out.push(c.length, c.codePointAt(0)); return out`, "1,97,2,128512,1,98,1,55296,1,99,1,233"},
	{`const [a, b, ...c] = "x\u{1F600}yz"; return [a, b, c]`, "x,😀,y,z"},
	{`const log = []; const saved = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function () { log.push("patched"); return saved.call(this) }; const [a] = [1]; const b = [...[1, 2]]; for (const x of [5]) log.push(x); Math.max(...[1]); Array.prototype[Symbol.iterator] = saved; const [c] = [3]; return log`, "patched,patched,patched,5,patched"},
	{`const log = []; const p = Object.getPrototypeOf([][Symbol.iterator]()); const saved = p.next; p.next = function () { log.push("next"); return saved.call(this) }; const [a] = [1]; const b = [...[1, 2]]; for (const x of [5]) log.push(x); p.next = saved; const [c] = [3]; return log.join()`, "next,next,next,next,next,5,next"},
	{`const log = []; const p = Object.getPrototypeOf(new Map()[Symbol.iterator]()); const saved = p.next; p.next = function () { log.push("next"); return saved.call(this) }; for (const [a, b] of new Map([[1, 2]])) log.push(a, b); p.next = saved; for (const [a, b] of new Map([[3, 4]])) log.push(a, b); return log.join()`, "next,1,2,next,3,4"},
	{`const log = []; const p = Object.getPrototypeOf([][Symbol.iterator]()); p.return = function () { log.push("return", Object.prototype.toString.call(this)); return {} }; const [a] = [1, 2]; for (const x of [5, 6]) break; try { const [z = (() => { throw 1 })()] = [undefined, 1] } catch { log.push("caught") } delete p.return; const [c] = [3, 4]; return log.join()`, "return,[object Array Iterator],return,[object Array Iterator],return,[object Array Iterator],caught"},
	{`const log = []; Object.prototype.return = function () { log.push("return"); return {} }; const [a] = [1, 2]; for (const [k, v] of new Map([[1, 2], [3, 4]])) break; delete Object.prototype.return; return log.join()`, "return,return,return"},
	{`const log = []; const p = Object.getPrototypeOf([][Symbol.iterator]()), up = Object.getPrototypeOf(p); Object.setPrototypeOf(p, { __proto__: up, return() { log.push("return"); return {} } }); const [a] = [1, 2]; Object.setPrototypeOf(p, up); return log.join()`, "return"},
	{`const a = [1, 2]; a[Symbol.iterator] = function* () { yield "own" }; const [x, y] = a; return [x, String(y), ...a]`, "own,undefined,own"},
	{`class A extends Array { *[Symbol.iterator]() { yield "sub" } } const a = A.from({ length: 2 }); const [x] = a; return [x, ...a]`, "sub,sub"},
	{`const a = Object.setPrototypeOf([1, 2], null); try { const [x] = a; return "no" } catch (e) { return e.constructor.name }`, "TypeError"},
	{`const log = []; function* g() { try { yield 1; yield 2 } finally { log.push("closed") } } for (const x of g()) { log.push(x); break } const [a] = g(); log.push(a); const [b, c, d] = g(); log.push(b, c, String(d)); return [...log, ...g(), Math.max(...g())]`, "1,closed,closed,1,closed,1,2,undefined,1,2,2"},
	{`const log = []; function* g() { yield 1; yield* [2, 3]; const x = yield* (function* () { yield 4; return 5 })(); yield x } for (const x of g()) log.push(x); return [...log, ...g()]`, "1,2,3,4,5,1,2,3,4,5"},
	{`function* g() { yield 1; throw new RangeError("x") } const out = []; try { for (const x of g()) out.push(x) } catch (e) { out.push(e.name) } try { [...g()] } catch (e) { out.push(e.name) } try { const [a, b] = g() } catch (e) { out.push(e.name) } return out`, "1,RangeError,RangeError,RangeError"},
	{`function* g() { const r = []; r.push(yield 1); r.push(yield 2); yield r.map(String).join() } return [...g()]`, "1,2,undefined,undefined"},
	{`let it; function* g() { yield 1; try { for (const x of it); } catch (e) { yield e.name } } it = g(); return [...it]`, "1,TypeError"},
	{`const it = [1, 2, 3][Symbol.iterator](); const [a] = it; return [a, ...it]`, "1,2,3"},
	{`const m = new Map([[1, 2], [3, 4]]), it = m[Symbol.iterator](); it.next(); const out = []; for (const [k, v] of it) out.push(k, v); return [...out, JSON.stringify(it.next())]`, "3,4,{\"done\":true}"},
	{`const it = new Set([1, 2]).values(); for (const x of it) break; return JSON.stringify([it.next(), it.next(), it.next()])`, "[{\"value\":2,\"done\":false},{\"done\":true},{\"done\":true}]"},
	{`const out = []; function* g() { for (const [k, v] of new Map([["a", 1], ["b", 2]])) { const [x = yield k, y = yield v] = []; out.push(x, y) } } const it = g(); let r = it.next(); while (!r.done) { out.push(r.value); r = it.next("s" + r.value) } return out`, "a,1,sa,s1,b,2,sb,s2"},
	{`const out = []; function* g() { for (const [k, v = yield "default"] of new Map([["a", undefined], ["b", 2]])) out.push(k, v) } const it = g(); it.next(); it.next(7); return out`, "a,7,b,2"},
	{`const out = []; outer: for (const [a, b] of new Map([[1, 2], [3, 4]])) { for (const c of [1, 2]) { if (c === 2) continue outer; out.push(a, c) } } return out`, "1,1,3,1"},
	{`const f = () => { for (const [a, b] of new Map([[1, 2], [3, 4]])) { for (const x of [7]) return a + b + x } }; return f()`, "10"},
	{`const f = (...a) => a.length; return [f(...[1, 2], ...new Set([3]), ..."ab", ...new Map([[1, 2]])), f(...[]), new Array(...[1, 2, 3]).length, Math.max(...[3, 1, 2])]`, "6,0,3,3"},
	{`return [...[1, 2], ...new Map([[1, 2]]).keys(), ...new Set("ab"), ..."\u{1F600}x", ...(function* () { yield* [8, 9] })()]`, "1,2,1,a,b,😀,x,8,9"},
	{`const a = [1, 2]; return [...a, ...a, a.push(3), ...a]`, "1,2,1,2,3,1,2,3"},
	{`try { const [x] = undefined } catch (e) { return e.message }`, "undefined is not iterable"},
	{`try { for (const [a] of [1]); } catch (e) { return e.name }`, "TypeError"},
	{`try { for (const [a] of new Map([[null, 1]])) { const [b] = a } } catch (e) { return e.name }`, "TypeError"},
	{`try { [...5] } catch (e) { return e.name }`, "TypeError"},
	{`const out = []; for (const [k, v] of new Map([["a", { get x() { throw new Error("x") } }]])) { try { const { x } = v } catch (e) { out.push(k, e.message) } } return out`, "a,x"},
	{`const out = []; try { for (const [k, v] of new Map([["a", 1], ["b", 2]])) { out.push(k); throw new Error(k) } } catch (e) { out.push(e.message) } for (const x of [1]) out.push(x); return out`, "a,a,1"},
	{`const list = Array.from({ length: 300 }, (_, i) => i); const src = "const [" + list.map((i) => "a" + i).join() + "] = list"; const { 0: x, 299: y } = list; return [x, y]`, "0,299"},
	{`const u = new Uint8Array([1, 2, 3]); const [a, ...b] = u; const out = [...u]; for (const x of u) out.push(x); return [a, ...b, ...out]`, "1,2,3,1,2,3,1,2,3"},
	{`function f() { const [a, b] = arguments; const out = [...arguments]; for (const x of arguments) out.push(x); return [a, b, ...out] } return f(1, 2)`, "1,2,1,2,1,2"},
	{`const o = new Proxy([1, 2], {}); const [a, b] = o; return [a, b, ...o]`, "1,2,1,2"},
	{`const [[a, b], { length }] = [[1, 2], "abc"]; return [a, b, length]`, "1,2,3"},
	{`const out = []; for (const { length } of ["abc", "de"]) out.push(length); return out`, "3,2"},
	{`const out = []; for (const [a = 1, [b] = [2], { c } = { c: 3 }] of [[], [4, [5], { c: 6 }]]) out.push(a, b, c); return out`, "1,2,3,4,5,6"},
	{`for (var [x, y] of [[1, 2], [3, 4]]); return [x, y]`, "3,4"},
	{`const a = Object.freeze([1, 2]); const [x, y] = a; return [x, y, ...a]`, "1,2,1,2"},
	{`const a = [1, 2, 3]; Object.defineProperty(a, "length", { writable: false }); const [x, ...y] = a; return [x, ...y]`, "1,2,3"},
	{`const [a, , b] = [1, 2, 3]; const [, ...c] = [1, 2, 3]; return [a, b, ...c]`, "1,3,2,3"},
	{`const f = ([a, b] = [1, 2], [c] = [b]) => [a, b, c]; return [...f(), ...f([3, 4])]`, "1,2,2,3,4,4"},
	{`const saved = Map.prototype[Symbol.iterator]; Map.prototype[Symbol.iterator] = function* () { yield ["p", "q"] }; const out = []; for (const [a, b] of new Map()) out.push(a, b); Map.prototype[Symbol.iterator] = saved; return [...out, ...new Map()]`, "p,q"},
	{`const it = [1, 2, 3][Symbol.iterator](); it.next = () => ({ value: "own", done: false }); it.return = () => ({}); const [a, b] = it; return [a, b]`, "own,own"},
	{`const m = new Map(); for (let i = 0; i < 5; i++) m.set(i, i); const out = []; for (const [k] of m) { out.push(k); m.delete(k); if (k < 3) m.set(k + 10, 0) } return out`, "0,1,2,3,4,10,11,12"},
	{`const s = new Set([1, 2, 3]); const out = []; for (const x of s) { out.push(x); s.clear(); if (out.length < 3) s.add(x + 1) } return out`, "1,2,3"},
	{`const m = new Map([["a", 1], ["b", 2]]), n = new Map(m); m.delete("a"); return [[...n].join("|"), n.size, n instanceof Map]`, "a,1|b,2,2,true"},
	{`return [...new Map([[NaN, 1], [NaN, 2], [-0, 3]])].map(([k, v]) => Object.is(k, 0) + ":" + v)`, "false:2,true:3"},
	{`const log = []; const it = { *[Symbol.iterator]() { try { yield [1, 2]; yield 5; yield [3, 4] } finally { log.push("closed") } } }; try { new Map(it) } catch (e) { log.push(e.name) } try { Object.fromEntries(it) } catch (e) { log.push(e.name) } return log`, "closed,TypeError,closed,TypeError"},
	{`const log = []; const it = { *[Symbol.iterator]() { try { yield { get 0() { log.push("k"); return "x" }, get 1() { log.push("v"); throw new RangeError("r") } }; yield [3, 4] } finally { log.push("closed") } } }; try { new Map(it) } catch (e) { log.push(e.name) } try { Object.fromEntries(it) } catch (e) { log.push(e.name) } return log`, "k,v,closed,RangeError,k,v,closed,RangeError"},
	{`try { new Map([["a", 1], 5]) } catch (e) { return e.name }`, "TypeError"},
	{`try { new Map(5) } catch (e) { return e.name }`, "TypeError"},
	{`try { new Set(5) } catch (e) { return e.name }`, "TypeError"},
	{`return [new Map(null).size, new Map(undefined).size, new Map().size, new Set(null).size, new Map([]).size]`, "0,0,0,0,0"},
	{`class M extends Map { set(k, v) { return super.set(k, v + 1) } } return [...new M([["a", 1]])] + "" + (new M(new Map([["b", 2]])) instanceof M)`, "a,2true"},
	{`class S extends Set { add(v) { return super.add(v + 1) } } return [...new S([1, 2])]`, "2,3"},
	{`const log = []; const saved = Map.prototype.set; Map.prototype.set = function (k, v) { log.push(k); return saved.call(this, k, v) }; const m = new Map([["a", 1]]); Map.prototype.set = saved; return [log, m.get("a"), new Map([["b", 2]]).get("b")]`, "a,1,2"},
	{`try { Map([[1, 2]]) } catch (e) { return e.name }`, "TypeError"},
	{`const s = new Set([1, 2, 2, "2", NaN, NaN]); return [s.size, new Set("héllo").size, new Set(new Map([[1, 2]])).size, new Set(s.values()).size, [...new Set([3, 1, 3])]]`, "4,4,1,4,3,1"},
	{`return [Array.from(new Set([1, 2])), Array.from(new Map([[1, 2]]).values()), Array.from(new Map([[1, 2]])).length, Array.from("a\u{1F600}"), Array.from((function* () { yield 1; yield* [2, 3] })()), Array.from([1, , 3]).map(String), Array.from({ length: 2, 0: "x" }).map(String)]`, "1,2,2,1,a,😀,1,2,3,1,undefined,3,x,undefined"},
	{`class A extends Array {} return [A.from(new Set([1])) instanceof A, Array.from.call(Object, new Set([1])).length, Array.from(new Set([1, 2]), (x, i) => x * 10 + i), Array.from({ [Symbol.iterator]: null, length: 1, 0: "l" })]`, "true,1,10,21,l"},
	{`try { Array.from({ [Symbol.iterator]: 5 }) } catch (e) { return e.name }`, "TypeError"},
	{`const log = []; const p = new Proxy([1, 2], { get(t, k, r) { log.push(String(k)); return Reflect.get(t, k, r) } }); Array.from(p); return log`, "Symbol(Symbol.iterator),length,0,length,1,length"},
	{`return JSON.stringify([Object.fromEntries(new Map([["a", 1], ["b", 2]])), Object.fromEntries([["x", 1], ["x", 2], [3, 4]]), Object.fromEntries(Object.entries({ q: 1, w: [2] })), Object.fromEntries([["__proto__", 1]]), Object.fromEntries([[]])])`, "[{\"a\":1,\"b\":2},{\"3\":4,\"x\":2},{\"q\":1,\"w\":[2]},{\"__proto__\":1},{}]"},
	{`const s = Symbol("s"); const o = Object.fromEntries([[s, 1], [{ toString: () => "k" }, 2]]); return [o[s], o.k]`, "1,2"},
	{`try { Object.fromEntries(null) } catch (e) { return e.name }`, "TypeError"},
	{`const log = []; const a = [["a", 1], { get 0() { a.push(["z", 9]); return "g" }, 1: 2 }, ["c", 3]]; return [...new Map(a)].join("|")`, "a,1|g,2|c,3|z,9"},
	{`const m = new Map([["a", 1]]); m.set("b", m); const big = new Map(Array.from({ length: 1000 }, (_, i) => [i, i])); return [m.get("b") === m, big.size, big.get(999), new Set(big.keys()).size]`, "true,1000,999,1000"},
}

// iterations are loops over a hundred thousand.
var iterations = map[string]string{
	"map":        "const m = new Map(); for (let i = 0; i < 1e5; i++) m.set('k' + i, i); return () => { let t = 0; for (const [k, v] of m) t += v; return t }",
	"mapvalues":  "const m = new Map(); for (let i = 0; i < 1e5; i++) m.set('k' + i, i); return () => { let t = 0; for (const v of m.values()) t += v; return t }",
	"set":        "const m = new Set(); for (let i = 0; i < 1e5; i++) m.add(i); return () => { let t = 0; for (const v of m) t += v; return t }",
	"array":      "const m = Array.from({ length: 1e5 }, (_, i) => i); return () => { let t = 0; for (const v of m) t += v; return t }",
	"entries":    "const m = Array.from({ length: 1e5 }, (_, i) => i); return () => { let t = 0; for (const [i, v] of m.entries()) t += v; return t }",
	"objentries": "const m = {}; for (let i = 0; i < 1e3; i++) m['k' + i] = i; return () => { let t = 0; for (let n = 0; n < 100; n++) for (const [k, v] of Object.entries(m)) t += v; return t }",
	"string":     "const m = 'abcdefghij'.repeat(1e4); return () => { let t = 0; for (const v of m) t += v.length; return t }",
	"typed":      "const m = new Uint8Array(1e5); return () => { let t = 0; for (const v of m) t += v; return t }",
	"generator":  "function* g() { for (let i = 0; i < 1e5; i++) yield i } return () => { let t = 0; for (const v of g()) t += v; return t }",
	"pair":       "const p = [1, 2]; return () => { let t = 0; for (let i = 0; i < 1e5; i++) { const [a, b] = p; t += a + b } return t }",
	"swap":       "return () => { let a = 1, b = 2; for (let i = 0; i < 1e5; i++) [a, b] = [b, a]; return a }",
	"spread":     "const m = Array.from({ length: 1e5 }, (_, i) => i); return () => [...m].length",
	"spreadmap":  "const m = new Map(); for (let i = 0; i < 1e5; i++) m.set('k' + i, i); return () => [...m].length",
	"arguments":  "const p = [1, 2], f = (a, b) => a + b; return () => { let t = 0; for (let i = 0; i < 1e5; i++) t += f(...p); return t }",
	"from":       "const m = new Map(); for (let i = 0; i < 1e5; i++) m.set('k' + i, i); return () => Array.from(m).length",
	"newmap":     "const m = new Map(); for (let i = 0; i < 1e5; i++) m.set('k' + i, i); return () => new Map(m).size",
	"newset":     "const m = Array.from({ length: 1e5 }, (_, i) => i); return () => new Set(m).size",
	"own":        "const o = { [Symbol.iterator]() { let i = 0; return { next: () => ({ value: i, done: i++ >= 1e5 }) } } }; return () => { let t = 0; for (const v of o) t += v; return t }",
	"rest":       "const p = [1, 2, 3]; return () => { let t = 0; for (let i = 0; i < 1e5; i++) { const [a, ...b] = p; t += b.length } return t }",
	"index":      "const m = Array.from({ length: 1e5 }, (_, i) => i); return () => { let t = 0; for (let i = 0; i < m.length; i++) t += m[i]; return t }",
}

func BenchmarkIteration(b *testing.B) {
	for _, m := range makers {
		for name, code := range iterations {
			b.Run(m.name+"/"+name, func(b *testing.B) {
				benchmarkF(b, m.engine(b), "globalThis.f = (() => {"+code+"})()")
			})
		}
	}
}
