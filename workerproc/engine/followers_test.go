package engine_test

import (
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

	{"nothing waits", `() => { keep.p = p; return new Promise(() => {}) }`, doesNot},
	{"a value", `async () => 1`, doesNot},
	{"another", `async () => { keep.p = p; return new Promise(() => {}) }`, doesNot},
	{"then", `() => p.then((v) => note(v))`, doesNot},
	{"then, same", `() => p.then((v) => v)`, doesNot},
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
	return { p, run: () => program(), wait(o) { wait(o) }, undo() { keep.undo?.() },
		fulfil() { trace.length = 0; settle(marker) }, reject() { trace.length = 0; fail(marker) }, result: () => got + trace };
})`

// TestPasses asks what passes of programs.
func TestPasses(t *testing.T) { onEach(t, testPasses) }

func testPasses(t *testing.T, m maker) {
	for _, c := range passing {
		t.Run(c.name, func(t *testing.T) {
			want := c.want == passes || c.want == onQuickJS && m.name == "quickjs"
			p := newPassing(t, m, c.program)
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

// passingProgram is a program that has run.
type passingProgram struct {
	*testing.T
	e    engine.Engine
	made engine.Handle
	p, o engine.Handle
}

func newPassing(t *testing.T, m maker, program string) *passingProgram {
	t.Helper()
	p := &passingProgram{T: t, e: m.engine(t)}
	make, err := p.e.Script("stockade:test", strings.Replace(passingScript, "PROGRAM", program, 1))
	if err != nil {
		t.Fatal(err)
	}
	if p.made, err = p.e.Call(make); err != nil {
		t.Fatal(err)
	}
	if p.p, err = p.e.Property(p.made, "p"); err != nil {
		t.Fatal(err)
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
