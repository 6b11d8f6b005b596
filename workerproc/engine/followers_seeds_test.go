package engine_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// ways are what programs do with a promise X that becomes a promise again. k keeps what it is given, and s a function that settles.
var ways = []string{
	`(async () => X)()`, `(async () => X)()`, `(async () => await X)()`, `(async () => { return await X })()`, `(async () => { await null; return X })()`,
	`(async () => { const v = await X; return v })()`, `(async () => { let v; v = await X; return v })()`, `(async () => { var v = await X; return v })()`,
	`(async () => { try { return await X } catch (e) { return note(e) } })()`, `(async () => { let v; try { v = await X } catch { note() } return v })()`,
	`Promise.resolve(X)`, `new Promise((ok) => ok(X))`, `new Promise((ok, bad) => X.then(ok, bad))`, `X.then()`, `X.catch(note)`, `k(X)`, `k(X)`, `k(X)`,
	`((f) => f(X))((q) => q)`, `Promise.resolve().then(() => X)`, `new (class { async m(a) { return await X } })().m(1)`,
	`X.then((v) => v || note())`, `X.then(function (v) { if (v) return v; note() }).catch(note)`, `(async () => { const v = await X; if (!v) note(); return v })()`,
	// these do something
	`X.then((v) => v && note(v))`, `X.then((v, w) => w ?? note(v))`, `(async () => await X && note(1))()`,
	`X.then(note)`, `X.then((v) => v, note)`, `X.finally(note)`, `Promise.race([X])`, `Promise.race([X, k(new Promise(s))])`, `Promise.any([X])`,
	`Promise.all([X]).then((v) => v?.[0])`, `((q) => { q.then(note, note); return q })(X)`, `(async () => { const v = await X; note(v); return v })()`,
	`(async () => { try { return await X } finally { note() } })()`, `(async () => { const v = await X; keep.f = () => v; return v })()`,
	`Sub.resolve(X)`, `Sub.resolve(X).then()`, `(async () => ({ then(ok, bad) { note(); X.then(ok, bad) } }))()`, `(async () => { const q = X; (async () => { await q; note() })(); return q })()`,
	`new Promise((ok, bad) => { s(ok); X.then(ok, bad) })`, `new Promise((ok, bad) => { s(ok); ok(X) })`, `new Promise((ok, bad) => { ok(k(new Promise(s))); X.then(ok, bad) })`,
	`patched((then) => function (ok, bad) { return then.call(this, ok, bad) }, async () => X)`,
	`patched((then) => function (ok, bad) { s(ok); return then.call(this, ok, bad) }, async () => X)`,
	`patched((then) => function (ok, bad) { return then.call(this, (v) => ok(note(v)), bad) }, async () => X)`,
	`patched((then) => function (ok, bad) { const d = then.call(this, ok, bad); then.call(d, note); return d }, async () => X)`,
	`patched((then) => then.bind(k(Promise.resolve())), async () => X)`, `((q) => { q.constructor = Sub; return q.then() })(X)`, `((q) => { q.then = note; return q })(X)`,
}

// asides are what they do beside that with what they have kept.
var asides = []string{``, ``, ``, ``, `K.then(note);`, `K.catch(note);`, `K.finally(note);`, `(async () => { await K; note() })();`, `(async () => K)().then(note);`, `keep.functions[0]?.(1);`,
	`keep.kept = K;`, `Promise.all([K]).then(note);`, `Promise.race([K]).then(note);`}

// seedProgram is a program that returns a promise made of p.
func seedProgram(r *rand.Rand) string {
	x := `p`
	for range r.IntN(5) {
		x = strings.ReplaceAll(ways[r.IntN(len(ways))], "X", x)
	}
	var asideList strings.Builder
	for range r.IntN(3) {
		asideList.WriteString(strings.ReplaceAll(asides[r.IntN(len(asides))], "K", "kept()"))
	}
	return `() => { const list = keep.list = [], functions = keep.functions = [], s = (f) => { functions.push(f) }, k = (q) => { list.push(q); return q }, kept = () => list[list.length - 1] ?? p;
		class Sub extends Promise {}
		const patched = (make, f) => { const { then } = Promise.prototype; Promise.prototype.then = make(then);
			return (async () => { try { const o = f(); await null; await null; return { o } } finally { Promise.prototype.then = then } })().then(({ o }) => o) };
		let o; try { o = ` + x + ` } catch { o = p.then(note) }; ` + asideList.String() + ` return o }`
}

// TestPassesOfSeeds makes programs of seeds. Where one passes, what p is fulfilled with comes out of o, whatever the program
// does with the functions that it has kept, and nothing of it runs.
func TestPassesOfSeeds(t *testing.T) {
	const seeds = 300
	var said [2][seeds]bool
	for n, m := range makers {
		t.Run(m.name, func(t *testing.T) {
			e, passed := m.engine(t), 0
			for seed := range said[n] {
				program := seedProgram(rand.New(rand.NewPCG(1, uint64(seed))))
				p := newPassing(t, e, program)
				if said[n][seed] = e.(engine.Followers).Passes(p.p, p.o); !said[n][seed] {
					continue
				}
				passed++
				p.call("meddle")
				p.call("fulfil")
				if got := p.call("result"); got != "the marker" {
					t.Errorf("seed %d: got %v of %s", seed, got, program)
				}
			}
			if passed < seeds/20 {
				t.Errorf("%d of %d pass", passed, seeds)
			}
			t.Logf("%d of %d pass", passed, seeds)
		})
	}
	for seed := range seeds {
		if said[0][seed] && !said[1][seed] {
			t.Errorf("seed %d passes on %s alone: %s", seed, makers[0].name, seedProgram(rand.New(rand.NewPCG(1, uint64(seed)))))
		}
	}
}
