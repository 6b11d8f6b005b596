package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

type expectation int

const (
	doesNot expectation = iota
	passes
	onQuickJS
)

// passing are programs that return o, given p. Where the functions that settle a promise have been in the Worker's hands, goja doesn't
// know whether they still are, and QuickJS does, which counts references.
var passing = []struct {
	name, program string
	want          expectation
}{
	{"returned", `() => p`, passes},
	{"async", `async () => p`, passes},
	{"async, twice", `async () => { const f = async () => p; return f() }`, passes},
	{"async, 8", `() => { const f = async (n) => n === 0 ? p : f(n - 1); return f(7) }`, passes},
	{"async, 9", `() => { const f = async (n) => n === 0 ? p : f(n - 1); return f(8) }`, doesNot},
	{"after an await", `async () => { await null; return p }`, passes},
	{"resolved with", `() => new Promise((ok) => ok(p))`, passes},
	{"resolve", `() => Promise.resolve(p)`, passes},
	{"resolved later", `() => { let f; const o = new Promise((ok) => f = ok); f(p); return o }`, passes},
	{"then(), without functions", `() => p.then()`, passes},
	{"catch", `() => p.catch(() => note())`, passes},
	{"catch, async", `async () => p.catch(() => note())`, passes},
	{"derived", `() => Promise.resolve().then(() => p)`, passes},
	{"kept", `() => { keep.p = p; return p }`, passes},
	{"kept, o", `() => keep.o = (async () => p)()`, passes},

	{"return await", `async () => { return await p }`, passes},
	{"awaited body", `async () => await p`, passes},
	{"return await, twice", `async () => { const f = async () => await p; return await f() }`, passes},
	{"return await, async", `async () => { const f = async () => p; return await f() }`, passes},
	{"return await, method", `() => new (class { async fetch(a, b) { return await p } })().fetch(1)`, passes},
	{"return await, function", `async function (a) { keep.f = () => a; return await p }`, passes},
	{"return await, if", `async () => { if (keep) { return await p } return note() }`, passes},
	{"return await, choice", `async () => keep ? await p : note()`, passes},
	{"return await, and", `async () => keep && await p`, passes},
	{"return await, switch", `async () => { switch (1) { case 1: return await p; default: note() } }`, passes},
	{"return await, later", `async () => { await null; for (let n = 0; n < 3; n++) await n; return await p }`, passes},
	{"return await, context", `async () => { await (async () => { await null })(); return await p }`, passes},
	{"const", `async () => { const v = await p; return v }`, passes},
	{"let", `async () => { let v = await p; return v }`, passes},
	{"var", `async () => { var v = await p; return v }`, passes},
	{"assigned", `async () => { let v; v = await p; return v }`, passes},
	{"assigned, many variables", `async (a) => { let b = 1, c = 2, d = 3, e = 4, v; v = await p; return v; note(b, c, d, e) }`, passes},
	{"const, closures over others", `async (a) => { keep.f = () => a; const v = await p; return v }`, passes},
	{"const in a block", `async () => { { const v = await p; return v } }`, passes},
	{"try", `async () => { try { return await p } catch (e) { return note() } }`, passes},
	{"try, const", `async () => { try { const v = await p; return v } catch { note() } }`, passes},
	{"try, let before", `async () => { let v; try { v = await p } catch { note() } return v }`, passes},
	{"try, twice", `async () => { try { try { return await p } catch { note() } } catch { note() } }`, passes},
	{"in catch", `async () => { try { throw 1 } catch { return await p } }`, passes},
	{"catch behind await", `async () => { return await p.catch(note) }`, passes},

	{"nothing waits", `() => { keep.p = p; return new Promise(() => {}) }`, doesNot},
	{"a value", `async () => 1`, doesNot},
	{"another", `async () => { keep.p = p; return new Promise(() => {}) }`, doesNot},
	{"then", `() => p.then((v) => note(v))`, doesNot},
	{"then, same", `() => p.then((v) => v)`, passes},
	{"finally", `() => p.finally(() => note())`, doesNot},
	{"then beside", `async () => { p.then(() => note()); return p }`, doesNot},
	{"then behind", `() => { const o = (async () => p)(); o.then(() => note()); return o }`, doesNot},
	{"catch behind", `() => { const o = (async () => p)(); o.catch(() => note()); return o }`, doesNot},
	{"then between", `async () => { const q = (async () => p)(); q.then(() => note()); return q }`, doesNot},
	{"awaited beside", `async () => { (async () => { await p; note() })(); return p }`, doesNot},
	{"race", `() => Promise.race([p, new Promise((ok) => keep.ok = ok)])`, doesNot},
	{"all", `() => Promise.all([p])`, doesNot},
	{"any", `() => Promise.any([p])`, doesNot},
	{"allSettled", `() => Promise.allSettled([p])`, doesNot},
	{"own functions", `() => new Promise((ok, bad) => { p.then(ok, bad); keep.ok = ok })`, doesNot},
	{"own functions, used", `() => new Promise((ok, bad) => { ok(new Promise(() => {})); p.then(ok, bad) })`, doesNot},
	{"own functions, of another", `() => { let f; const q = new Promise((ok) => f = ok); keep.q = q; p.then(f); keep.f = f; return new Promise(() => {}) }`, doesNot},
	{"two", `async () => { keep.o = (async () => p)(); return p }`, doesNot},
	{"thenable", `async () => ({ then(ok) { p.then(ok) } })`, doesNot},
	{"thenable, kept", `async () => ({ then(ok, bad) { keep.ok = ok; p.then(ok, bad) } })`, doesNot},
	{"settled", `async () => { settle(1); return p }`, doesNot},
	{"rejected", `async () => { fail(1); await null; return p }`, doesNot},
	{"awaited, more", `async () => { const v = await p; note(); return v }`, doesNot},
	{"awaited, other", `async () => { await p; return 1 }`, doesNot},
	{"awaited, statement", `async () => { await p }`, doesNot},
	{"awaited, member", `async () => (await p).x`, doesNot},
	{"awaited, in a list", `async () => [await p]`, doesNot},
	{"awaited, called", `async () => note(await p)`, doesNot},
	{"awaited, or", `async () => await p || note()`, passes},
	{"awaited, not null", `async () => await p ?? note()`, passes},
	{"awaited, then read", `async () => { const v = await p; v.x; return v }`, doesNot},
	{"awaited, another returned", `async () => { const w = 1; const v = await p; return w }`, doesNot},
	{"awaited, another assigned", `async () => { let w = 1; const v = await p; w = v; return w }`, doesNot},
	{"awaited, closure", `async () => { const v = await p; keep.f = () => v; return v }`, doesNot},
	{"awaited, closure before", `async () => { let v; keep.f = () => v; v = await p; return v }`, doesNot},
	{"awaited, global", `async () => { keep.v = await p; return keep.v }`, doesNot},
	{"awaited, parameter", `async (v) => { v = await p; return v }`, doesNot},
	{"awaited, too early", `async () => { v = await p; let v; return v }`, doesNot},
	{"awaited, constant", `async () => { const v = 1; v = await p; return v }`, doesNot},
	{"awaited twice", `async () => await (await p)`, doesNot},
	{"awaited, if not", `async () => { const v = await p; if (!v) throw note(); return v }`, passes},
	{"awaited, if, other", `async () => { const v = await p; if (v) return note(); return v }`, doesNot},
	{"awaited, not", `async () => !(await p) || note()`, doesNot},
	{"awaited, and", `async () => await p && note()`, doesNot},
	{"then, or", `() => p.then((v) => v || note())`, passes},
	{"then, or, as Hono has it", `async () => { const c = {}; const res = (async () => p)(); return res.then((v) => v || (c.finalized ? c.res : note(c))).catch((e) => note(e)) }`, passes},
	{"then, not null", `() => p.then((v) => v ?? note())`, passes},
	{"then, if", `() => p.then(function (v) { if (v) return v; note() })`, passes},
	{"then, if not", `() => p.then((v) => { if (!v) throw note(); return v })`, passes},
	{"then, choice", `() => p.then((v) => v ? v : note())`, passes},
	{"then, two functions", `() => p.then((v) => v, note)`, passes},
	{"then, method", `() => p.then(({ m(v) { return v } }).m)`, passes},
	{"then, two parameters", `() => p.then((v, w) => v)`, passes},
	{"then, kept", `() => { const q = p.then((v) => v); q.then(note); return q }`, doesNot},
	{"then, the second", `() => p.then((w, v) => v)`, doesNot},
	{"then, not", `() => p.then((v) => !v || note())`, doesNot},
	{"then, and", `() => p.then((v) => v && note())`, doesNot},
	{"then, async", `() => p.then(async (v) => v)`, doesNot},
	{"then, generator", `() => p.then(function* (v) { return v })`, doesNot},
	{"then, rest", `() => p.then((...v) => v)`, doesNot},
	{"then, destructured", `() => p.then(({ v }) => v)`, doesNot},
	{"then, arguments", `() => p.then(function () { return arguments[0] })`, doesNot},
	{"then, bound", `() => p.then(((v) => v).bind(null))`, doesNot},
	{"then, closure", `() => p.then((v) => { keep.f = () => v; return v })`, doesNot},
	{"then, class", `() => p.then(class { constructor(v) { return v } })`, doesNot},
	{"then, proxy", `() => p.then(new Proxy((v) => v, { apply: () => note() }))`, doesNot},
	{"then, built in", `() => p.then(Object)`, doesNot},
	{"then, subclass", `() => { p.constructor = class extends Promise {}; return p.then((v) => v) }`, doesNot},
	{"then, read", `() => p.then((v) => { v.x; return v })`, doesNot},
	{"then, this", `() => p.then(function (v) { return this ?? v })`, doesNot},
	{"awaited, awaits", `async () => { const v = await p; await null; return v }`, doesNot},
	{"awaited, conditional", `async () => { const v = await p; if (v) return v; note() }`, passes},
	{"awaited, loop", `async () => { for (const x of [1]) return await p }`, doesNot},
	{"awaited, in a while", `async () => { let v; while (!v) { v = await p } return v }`, doesNot},
	{"finally", `async () => { try { return await p } finally { note() } }`, doesNot},
	{"finally, empty", `async () => { try { return await p } finally { } }`, onQuickJS},
	{"catch, finally", `async () => { try { return await p } catch { } finally { note() } }`, doesNot},
	{"finally, outside", `async () => { try { try { return await p } catch { } } finally { note() } }`, doesNot},
	{"finally, const", `async () => { let v; try { v = await p } finally { note() } return v }`, doesNot},
	{"try, more", `async () => { let v; try { v = await p; note() } catch { } return v }`, doesNot},
	{"try, behind", `async () => { let v; try { v = await p } catch { } note(); return v }`, doesNot},
	{"template", "async () => `${await p}`", doesNot},
	{"spread", `async () => ({ ...(await p) })`, doesNot},
	{"destructured", `async () => { const { v } = await p; return v }`, doesNot},
	{"void", `async () => void (await p)`, doesNot},
	{"comma", `async () => (await p, keep)`, doesNot},
	{"kept function", `() => { const f = async () => await p; const o = f(); o.then(note); return o }`, doesNot},
	{"self", `() => { let ok; const q = new Promise((f) => ok = f); ok(q); return q }`, doesNot},
	{"then of objects", `async () => { Object.prototype.then = undefined; keep.undo = () => delete Object.prototype.then; return p }`, doesNot},
	{"own then", `() => { const o = (async () => p)(); o.then = o.then; return o }`, doesNot},
	{"own constructor", `() => { p.constructor = class extends Promise {}; return p.then() }`, doesNot},
	{"constructor that keeps", `() => { p.constructor = { [Symbol.species]: class { constructor(f) { return new Promise((ok, bad) => { keep.ok = ok; f(ok, bad) }) } } }; return p.then() }`, doesNot},
	{"subclass", `() => { class P extends Promise {}; return P.resolve(p) }`, doesNot},
	{"patched then", patched + `then.call(this, ok, bad) }; return p })()`, onQuickJS},
	{"own functions, not kept", `() => new Promise((ok, bad) => { p.then(ok, bad) })`, onQuickJS},
	{"race of one", `() => Promise.race([p])`, onQuickJS},
	{"patched then that keeps", patched + `keep.ok = ok; return then.call(this, ok, bad) }; return p })()`, doesNot},
	{"patched then, other", patched + `return then.call(this, () => ok(note()), bad) }; return p })()`, doesNot},
	{"patched then, derived", patched + `const d = then.call(this, ok, bad); then.call(d, () => note()); return d }; return p })()`, doesNot},
}

const patched = `() => (async () => { const then = Promise.prototype.then; Promise.prototype.then = function (ok, bad) { Promise.prototype.then = then; `

// passingScript runs a program, waits for what it returns as the runtime does, and shows what came of it.
const passingScript = `(() => {
	const keep = {}, trace = [], marker = {}, note = (v) => { trace.push("note"); return v };
	let settle, fail, got = "nothing";
	const p = new Promise((ok, bad) => { settle = ok; fail = bad });
	const program = PROGRAM;
	const wait = async (o) => { try { got = await o; if (got === marker) got = "the marker" } catch (e) { got = e === marker ? "thrown" : String(e) } };
	return { p, run: () => program(), wait(o) { wait(o) }, undo() { keep.undo?.() }, meddle() { keep.functions?.forEach((f) => f("meddled")) },
		fulfil() { trace.length = 0; settle(marker) }, reject() { trace.length = 0; fail(marker) }, result: () => got + trace };
})`

// TestPasses asks what passes of programs.
func TestPasses(t *testing.T) { onEach(t, testPasses) }

func testPasses(t *testing.T, m maker) {
	e := m.engine(t)
	for _, c := range passing {
		t.Run(c.name, func(t *testing.T) {
			want := c.want == passes || c.want == onQuickJS && m.name == "quickjs"
			p := newPassing(t, e, c.program)
			if got := p.e.(engine.Followers).Passes(p.p, p.o); got != want {
				t.Fatalf("got %t", got)
			}
			p.call("undo")
			p.call("fulfil")
			if got := p.call("result"); want && got != "the marker" {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestPassesInModules asks about the same programs as modules' code, which is compiled in other ways.
func TestPassesInModules(t *testing.T) { onEach(t, testPassesInModules) }

func testPassesInModules(t *testing.T, m maker) {
	e := m.engine(t)
	for n, c := range passing {
		for kind, program := range map[engine.ModuleKind]string{engine.ESModule: c.program, engine.TypeScript: "(" + c.program + ") as any"} {
			p := newPassingModule(t, e, fmt.Sprintf("%d.%d", n, kind), kind, program)
			got := p.e.(engine.Followers).Passes(p.p, p.o)
			if p.call("undo"); got != (c.want == passes || c.want == onQuickJS && m.name == "quickjs") {
				t.Errorf("%s: got %t", c.name, got)
			}
		}
	}
}

// passingProgram is a program that has run.
type passingProgram struct {
	testing.TB
	e    engine.Engine
	made engine.Handle
	p, o engine.Handle
}

func newPassing(t testing.TB, e engine.Engine, program string) *passingProgram {
	t.Helper()
	make, err := e.Script("stockade:test", strings.Replace(passingScript, "PROGRAM", program, 1))
	if err != nil {
		t.Fatal(err)
	}
	made, err := e.Call(make)
	if err != nil {
		t.Fatal(err)
	}
	return (&passingProgram{TB: t, e: e, made: made}).run()
}

// newPassingModule is a program in a module.
func newPassingModule(t testing.TB, e engine.Engine, name string, kind engine.ModuleKind, program string) *passingProgram {
	t.Helper()
	source := "const make = " + strings.Replace(passingScript, "PROGRAM", program, 1) + ";\nexport const made = make();"
	e.Define(engine.Module{Name: name, Kind: kind, Source: []byte(source)})
	promise, err := e.Import(name)
	if err != nil {
		t.Fatal(err)
	}
	_, namespace := e.Internals(promise)
	made, err := e.Property(namespace, "made")
	if err != nil {
		t.Fatal(err)
	}
	return (&passingProgram{TB: t, e: e, made: made}).run()
}

func (p *passingProgram) run() *passingProgram {
	p.Helper()
	var err error
	if p.p, err = p.e.Property(p.made, "p"); err != nil {
		p.Fatal(err)
	}
	p.o = p.call("run")
	p.call("wait", p.o)
	return p
}

// call calls one of the script's functions.
func (p *passingProgram) call(name string, args ...any) any {
	p.Helper()
	f, err := p.e.Property(p.made, name)
	if err != nil {
		p.Fatal(err)
	}
	v, err := p.e.Call(f, args...)
	if err != nil {
		p.Fatalf("%s: %v", name, p.e.Describe(err.(*engine.Exception).Thrown))
	}
	return v
}

func BenchmarkPasses(b *testing.B) {
	for _, m := range makers {
		for name, program := range map[string]string{"returned": `() => p`, "async": `async () => p`, "await": `async () => { try { const v = await p; return v } catch {} }`} {
			b.Run(m.name+"/"+name, func(b *testing.B) {
				p := newPassing(b, m.engine(b), program)
				f := p.e.(engine.Followers)
				b.ReportAllocs()
				for b.Loop() {
					if !f.Passes(p.p, p.o) {
						b.Fatal("it doesn't pass")
					}
				}
			})
		}
	}
}
