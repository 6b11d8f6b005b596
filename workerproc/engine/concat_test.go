package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestGrowingStrings: += means what it always did, in every form in which
// goja is made to leave room behind a string.
func TestGrowingStrings(t *testing.T) {
	const long = `const long = "x".repeat(300), pad = "é".repeat(300), ends = (s) => s.length + s.slice(0, 2) + s.slice(-3);` + "\n"
	for name, c := range map[string]struct{ main, want string }{
		"a variable":        {`let s = ""; for (let i = 0; i < 500; i++) s += "row " + i + ","; export default ends(s)`, "3890ro99,"},
		"what was before":   {`let s = long; s += "a"; const t = s; s += "b"; const u = t + "c"; let v = t; v += "d"; export default [s, t, u, v].map((s) => s.slice(300)).join()`, "ab,a,ac,ad"},
		"two at a time":     {`let a = long, b = long; for (let i = 0; i < 9; i++) { a += "1"; b += "2" + a.length; } export default ends(a) + ends(b)`, "309xx111336xx309"},
		"many at a time":    {`const o = Array.from({ length: 9 }, () => ({ s: long })); for (let i = 0; i < 9; i++) for (const x of o) x.s += "" + i; export default o.map((x) => x.s.slice(300)).join()`, strings.Repeat("012345678,", 9)[:89]},
		"a property":        {`class A { buf = ""; #p = ""; add(x) { this.buf += x; this.#p += x; return this.#p } } const a = new A(); let p; for (let i = 0; i < 200; i++) p = a.add("é" + i); export default a.buf === p && ends(p)`, "690é0199"},
		"x = x + a + b":     {`let h = long; h = h + "<li>" + 1 + 2 + "</li>"; export default h.slice(300)`, "<li>12</li>"},
		"numbers":           {`let n = 0; for (let i = 0; i < 10; i++) n += i; let s = ""; s += 1; s += 2.5; s += null; s += undefined; s += true; s += 10n; export default n + s`, "4512.5nullundefinedtrue10"},
		"not a string":      {`let s = 1; const f = () => { s += "a" }; f(); let u; u += "x"; let o = {}; o += "!"; export default s + u + o`, "1aundefinedx[object Object]!"},
		"arrays":            {`let s = ""; s += [1, 2]; s += {}; s += { toString: () => "T", valueOf: () => "V" }; s += { [Symbol.toPrimitive]: (hint) => hint }; export default s`, "1,2[object Object]Vdefault"},
		"a symbol":          {`let s = "a"; try { s += Symbol("x") } catch (e) { s += e.name } export default s`, "aTypeError"},
		"order":             {`const log = []; let s = "a"; const e = () => { s = "lost"; log.push("e"); return "b" }; s += "" + e(); export default s + log`, "abe"},
		"order of a base":   {`let o = { p: "a" }; const first = o; const e = () => { o = { p: "z" }; return "b" }; o.p += "" + e(); export default first.p + o.p`, "abz"},
		"getters":           {`const log = []; class O { get p() { log.push("get"); return "a" } set p(v) { log.push("set " + v) } } const o = new O(); o.p += "b"; export default log.join()`, "get,set ab"},
		"value":             {`let s = "a"; const t = (s += "b") + (s += "c"); export default t`, "ababc"},
		"constant":          {`const s = "a"; try { s += "b" } catch (e) { var n = e.name } export default n + s`, "TypeErrora"},
		"not there yet":     {`try { s += "b" } catch (e) { var n = e.name } let s = "x"; export default n + s`, "ReferenceErrorx"},
		"closures":          {`const make = () => { let s = ""; return (x) => s += x }; const a = make(), b = make(); let r; for (let i = 0; i < 300; i++) { r = a("ab"); b("c") } export default ends(r) + ends(b(""))`, "600abbab300ccccc"},
		"wide later":        {`let s = long; s += "a"; s += "日"; s += "b"; s += pad; s += "c"; export default ends(s) + s.charCodeAt(301) + s.at(-2)`, "604xxééc26085é"},
		"halves":            {`let s = pad; s += "\ud83d"; s += "\ude00"; export default s.slice(300) === "😀" && [...s].length`, "301"},
		"a part of it":      {`let s = long; for (let i = 0; i < 5; i++) { s += "ab"; s = s.slice(0, -1) } export default s.slice(300)`, "aaaaa"},
		"cut and grown":     {`let s = long; s += "abc"; const t = s.slice(0, 301); let u = t; u += "Z"; export default s.slice(300) + u.slice(300)`, "abcaZ"},
		"as a key":          {`let k = long; k += "k"; const o = { [k]: 1 }; k += "l"; export default o[long + "k"] + Object.keys(o)[0].length + (k in o)`, "302"},
		"name of its own":   {`const join = (a) => a; let s = ""; s += "a" + join("b"); export default s`, "ab"},
		"default parameter": {`function f(s = "") { s += long; s += "1"; return s } export default f() === f() && ends(f())`, "301xxxx1"},
		"reduce":            {`export default ["a", "b", 3].reduce((s, x) => s + "<" + x + ">", long).slice(300) + [1, 2].reduce(function (s, x) { return s + x }, "") + [1, 2].reduce((s, x) => s + x, 0)`, "<a><b><3>123"},
		"reduce, inner":     {`export default ["a", "b"].reduce((s, x) => [1, 2].reduce((t, y) => t + s + y, "") + x, "")`, "12a112a2b"},
		"assigned function": {`let f = "a"; f += (() => {}).name; export default f`, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, m maker) {
				for _, form := range []string{"main.js", "main.ts"} {
					modules := map[string]string{"main.js": long + c.main}
					if form == "main.ts" { // by way of esbuild
						modules = map[string]string{"main.js": `export { default } from "./x.ts"`, "x.ts": long + c.main}
					}
					if got, err := load(t, m, modules); got != c.want || err != nil {
						t.Errorf("%s: got %s, %v; want %s", form, got, err, c.want)
					}
				}
			})
		})
	}
}

// BenchmarkStrings are texts that grow, of 20,000 and 100,000 rows.
func BenchmarkStrings(b *testing.B) {
	for _, m := range makers {
		for _, rows := range []int{20_000, 100_000} {
			for _, c := range []struct{ name, body string }{
				{"rows", `let s = ""; for (let i = 0; i < N; i++) s += "row " + i + ",value,xyz\n"; return s.length`},
				{"characters", `let out = ""; for (let i = 0; i < N; i++) { const ch = text[i % 10]; out += ch } return out.length`},
				{"property", `const w = new W(); for (let i = 0; i < N; i++) w.add("item " + i); return w.buf.length`},
				{"unicode", `let s = ""; for (let i = 0; i < N; i++) s += "ряд " + i + "\n"; return s.length`},
				{"html", `let html = ""; for (let i = 0; i < N; i++) html = html + "<li>" + i + "</li>"; return html.length`},
				{"reduce", `return Array.from({ length: N }, (_, i) => i).reduce((s, x) => s + "," + x, "").length`},
				{"numbers", `let n = 0; for (let i = 0; i < N; i++) n += i & 7; return n`},
			} {
				b.Run(fmt.Sprintf("%s/%s/%d", m.name, c.name, rows), func(b *testing.B) {
					benchmarkF(b, m.engine(b), fmt.Sprintf(`const N = %d, text = "abcdefghij"; class W { buf = ""; add(x) { this.buf += x } }
						globalThis.f = () => { %s }`, rows, c.body))
				})
			}
		}
	}
}

// FuzzGrowingStrings has both engines do the same things to three strings.
func FuzzGrowingStrings(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0, 10, 20, 30, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Add([]byte("\x00\x08\x10\x18\x20\x28\x01\x09\x11\x19\x21"))
	const main = `
		const s = { p: "x".repeat(300) };
		export default (bytes) => {
			let a = "a".repeat(260), b = "é".repeat(260), c = "";
			for (const byte of bytes) {
				const t = ["", "1", "é", "\ud83d", "\ude00", "row ", "日本", "z".repeat(40)][byte & 7];
				switch (byte >> 3) {
					case 0: a += t; break; case 1: b += t; break; case 2: c += t + "!"; break;
					case 3: a = b; break; case 4: b = a; break; case 5: c = a + b; break;
					case 6: a = a + t + byte; break; case 7: b = b + "<" + t + ">"; break; case 8: s.p += t; break;
					case 9: a += s.p; break; case 10: s.p = a; break; case 11: a = a.slice(0, -3); break;
					case 12: b = b.slice(0, 300); break; case 13: c = a; c += t; break; case 14: a += byte; break;
					case 15: c += [t, byte]; break; case 16: a = [t, a].reduce((x, y) => x + y, ""); break; case 17: a = a.slice(-300); break;
				}
				if (a.length > 5000) a = a.slice(0, 400);
				if (b.length > 5000) b = b.slice(0, 400);
				if (c.length > 5000) c = c.slice(0, 400);
				if (s.p.length > 5000) s.p = s.p.slice(0, 400);
			}
			return JSON.stringify([a, b, c, s.p]);
		}`
	var engines []engine.Engine
	var functions []any
	for _, m := range makers {
		e := m.engine(f)
		e.Define(moduleOf("main.js", strings.Replace(main, "export default", "globalThis.f =", 1)))
		if _, err := e.Import("main.js"); err != nil {
			f.Fatal(err)
		}
		fn, err := e.Script("x", "f")
		if err != nil {
			f.Fatal(err)
		}
		engines, functions = append(engines, e), append(functions, fn)
	}
	f.Fuzz(func(t *testing.T, ops []byte) {
		if len(ops) > 500 {
			return
		}
		var results []any
		for i, e := range engines {
			v, err := e.Call(functions[i], ops)
			if err != nil {
				t.Fatalf("%s: %s", makers[i].name, describe(e, err))
			}
			results = append(results, v)
		}
		if results[0] != results[1] {
			t.Errorf("%v:\n%v\n%v", ops, results[0], results[1])
		}
	})
}
