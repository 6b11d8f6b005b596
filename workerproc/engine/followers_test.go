package engine_test

import (
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// passing are programs that return o, given p; the others are what else is done.
var passing = []struct {
	name, program string
	want          bool
}{
	{"returned", `() => p`, true},
	{"async", `async () => p`, true},
	{"async, twice", `async () => { const f = async () => p; return f() }`, true},
	{"async, 8", `() => { const f = async (n) => n === 0 ? p : f(n - 1); return f(7) }`, true},
	{"async, 9", `() => { const f = async (n) => n === 0 ? p : f(n - 1); return f(8) }`, false},
	{"after an await", `async () => { await null; return p }`, true},
	{"resolved with", `() => new Promise((ok) => ok(p))`, true},
	{"resolve", `() => Promise.resolve(p)`, true},
	{"resolved later", `() => { let f; const o = new Promise((ok) => f = ok); f(p); return o }`, true},
	{"then(), without functions", `() => p.then()`, true},
	{"catch", `() => p.catch(() => note())`, true},
	{"catch, async", `async () => p.catch(() => note())`, true},
	{"derived", `() => Promise.resolve().then(() => p)`, true},
	{"kept", `() => { keep.p = p; return p }`, true},
	{"kept, o", `() => keep.o = (async () => p)()`, true},

	{"nothing waits", `() => { keep.p = p; return new Promise(() => {}) }`, false},
	{"a value", `async () => 1`, false},
	{"another", `async () => { keep.p = p; return new Promise(() => {}) }`, false},
	{"then", `() => p.then((v) => note(v))`, false},
	{"then, same", `() => p.then((v) => v)`, false},
	{"finally", `() => p.finally(() => note())`, false},
	{"then beside", `async () => { p.then(() => note()); return p }`, false},
	{"then behind", `() => { const o = (async () => p)(); o.then(() => note()); return o }`, false},
	{"catch behind", `() => { const o = (async () => p)(); o.catch(() => note()); return o }`, false},
	{"then between", `async () => { const q = (async () => p)(); q.then(() => note()); return q }`, false},
	{"awaited beside", `async () => { (async () => { await p; note() })(); return p }`, false},
	{"race", `() => Promise.race([p, new Promise((ok) => keep.ok = ok)])`, false},
	{"all", `() => Promise.all([p])`, false},
	{"any", `() => Promise.any([p])`, false},
	{"allSettled", `() => Promise.allSettled([p])`, false},
	{"own functions", `() => new Promise((ok, bad) => { p.then(ok, bad); keep.ok = ok })`, false},
	{"own functions, used", `() => new Promise((ok, bad) => { ok(new Promise(() => {})); p.then(ok, bad) })`, false},
	{"own functions, of another", `() => { let f; const q = new Promise((ok) => f = ok); keep.q = q; p.then(f); keep.f = f; return new Promise(() => {}) }`, false},
	{"two", `async () => { keep.o = (async () => p)(); return p }`, false},
	{"thenable", `async () => ({ then(ok) { p.then(ok) } })`, false},
	{"thenable, kept", `async () => ({ then(ok, bad) { keep.ok = ok; p.then(ok, bad) } })`, false},
	{"settled", `async () => { settle(1); return p }`, false},
	{"rejected", `async () => { fail(1); await null; return p }`, false},
	{"awaited, more", `async () => { const v = await p; note(); return v }`, false},
	{"awaited, other", `async () => { await p; return 1 }`, false},
	{"self", `() => { let ok; const q = new Promise((f) => ok = f); ok(q); return q }`, false},
	{"then of objects", `async () => { Object.prototype.then = undefined; keep.undo = () => delete Object.prototype.then; return p }`, false},
	{"own then", `() => { const o = (async () => p)(); o.then = o.then; return o }`, false},
	{"own constructor", `() => { p.constructor = class extends Promise {}; return p.then() }`, false},
	{"constructor that keeps", `() => { p.constructor = { [Symbol.species]: class { constructor(f) { return new Promise((ok, bad) => { keep.ok = ok; f(ok, bad) }) } } }; return p.then() }`, false},
	{"subclass", `() => { class P extends Promise {}; return P.resolve(p) }`, false},
	{"patched then", patched + `then.call(this, ok, bad) }; return p })()`, false},
	{"patched then that keeps", patched + `keep.ok = ok; return then.call(this, ok, bad) }; return p })()`, false},
	{"patched then, other", patched + `return then.call(this, () => ok(note()), bad) }; return p })()`, false},
	{"patched then, derived", patched + `const d = then.call(this, ok, bad); then.call(d, () => note()); return d }; return p })()`, false},
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
	if m.name == "quickjs" {
		t.Skip("to come")
	}
	for _, c := range passing {
		t.Run(c.name, func(t *testing.T) {
			p := newPassing(t, m, c.program)
			if got := p.e.(engine.Followers).Passes(p.p, p.o); got != c.want {
				t.Fatalf("got %t", got)
			}
			p.call("undo")
			if got := p.e.(engine.Followers).Passes(p.p, p.o); got && !c.want {
				return // it has undone what is in the way
			}
			p.call("fulfil")
			if got := p.call("result"); c.want && got != "the marker" {
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
