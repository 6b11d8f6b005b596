package engine_test

import (
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestCaughtOverflow: recursion without end is a RangeError that code catches,
// whatever it goes through, and everything works afterwards.
func TestCaughtOverflow(t *testing.T) { onEach(t, testCaughtOverflow) }

func testCaughtOverflow(t *testing.T, m maker) {
	const lib = `
		const caught = (f) => { try { f(); return "no error" } catch (e) { return e.constructor === RangeError ? e.message : "other: " + e } };
		const full = "Maximum call stack size exceeded";
		// at calls f with one frame more each time, so that the last call is each of f's
		const at = (n, f) => n === 0 ? f() : at(n - 1, f);
		const each = (f) => { for (let n = 0; n < 3; n++) { const m = at(n, () => caught(f)); if (m !== full) return m } return works() };
		function works() {
			function* g() { try { yield 1; yield 2 } finally { log.push("f") } }
			const log = [];
			for (const x of g()) { log.push(x); try { throw x } catch (e) { log.push(e) } finally { log.push("-") } }
			return log.join() + JSON.stringify({ a: [1] }) + [3, 1, 2].sort((a, b) => a - b);
		}`
	const want = `1,1,-,2,2,-,f{"a":[1]}1,2,3`
	for name, code := range map[string]string{
		"plain":       `function f() { return f() + 1 } return each(f)`,
		"arrow":       `const f = () => f() + 1; return each(f)`,
		"mutual":      `const f = () => g() + 1; function g() { return f() } return each(f)`,
		"stringify":   `const o = { toJSON() { return JSON.stringify(o) } }; return each(() => JSON.stringify(o))`,
		"parse":       `const f = () => JSON.parse("[1]", f); return each(f)`,
		"sort":        `const f = () => [2, 1].sort(f); return each(f)`,
		"map":         `const f = () => [1].map(f); return each(f)`,
		"replace":     `const f = () => "a".replace(/a/, f); return each(f)`,
		"getter":      `const o = { get a() { return this.a } }; return each(() => o.a)`,
		"setter":      `const o = { set a(v) { this.a = v } }; return each(() => { o.a = 1 })`,
		"proxy":       `const p = new Proxy({}, { get: (t, k, r) => r[k] }); return each(() => p.a)`,
		"proxy apply": `const p = new Proxy(() => {}, { apply: () => p() }); return each(() => p())`,
		"reflect":     `const f = () => Reflect.apply(f, null, []); return each(f)`,
		"bind":        `const f = () => g(), g = f.bind(); return each(f)`,
		"toString":    `const o = { toString() { return "" + o } }; return each(() => "" + o)`,
		"valueOf":     `const o = { valueOf: () => o + 1 }; return each(() => o + 1)`,
		"template":    "const o = { toString() { return `${o}` } }; return each(() => `${o}`)",
		"new":         `function F() { new F() } return each(() => new F())`,
		"class":       `class A { x = new A() } return each(() => new A())`,
		"derived":     `class A { constructor() { new B() } } class B extends A { constructor() { super() } } return each(() => new B())`,
		"generator":   `function* f() { yield* f() } return each(() => [...f()])`,
		"generators":  `function* f() { [...f()] } return each(() => [...f()])`,
		"iterator":    `const o = { [Symbol.iterator]: () => [...o] }; return each(() => [...o])`,
		"async":       `const f = async () => { f() }; let n = caught(f); n = at(1, () => caught(f)); return works()`,
		"instanceof":  `const C = { [Symbol.hasInstance]: () => 1 instanceof C }; return each(() => 1 instanceof C)`,
		"finally":     `let n = 0; const f = () => { try { f() } finally { n++ } }; const r = each(f); return n > 100 ? r : n`,
		"catch":       `let n = 0; const f = () => { try { f() } catch (e) { n++; throw e } }; const r = each(f); return n > 100 ? r : n`,
		"again":       `let n = 0; const f = (d) => { try { f(d + 1) } catch { if (n++ < 50) f(d + 1) } }; f(0); return n > 40 ? works() : n`,
		"error":       `const f = (n) => { if (n % 500 === 0) new Error("x").stack; f(n + 1) }; return each(() => f(0))`,
		"iterate":     `const f = () => { for (const x of [1]) f() }; return each(f)`,
		"destructure": `const f = ([a = f([])]) => a; return each(() => f([]))`,
		"map and set": `const f = () => new Map([[1, 2]]).forEach(f); return each(f)`,
		"arrays":      `let a = []; for (let i = 0; i < 3e4; i++) a = [a]; return each(() => String(a))`,
		"promise":     `const f = () => new Promise((r) => { f() }); f(); return works()`,
	} {
		t.Run(name, func(t *testing.T) {
			if name == "parse" && m.name == "quickjs" {
				t.Skip("JSON.parse throws a SyntaxError, which the runtime's own JSON.parse mends")
			}
			e := m.engine(t)
			main := lib + "const run = () => {" + code + "}; const first = run(); export default async () => { await 0; return [first, run(), works()].join('|') }"
			e.Define(engine.Module{Name: "main.js", Kind: engine.ESModule, Source: []byte(main)})
			if got, err := importMain(t, e); got != want+"|"+want+"|"+want || err != nil {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}
