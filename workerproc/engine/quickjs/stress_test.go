package quickjs

import (
	"runtime"
	"strings"
	"testing"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

// failures go wrong with values that nothing else refers to: what the failing
// instruction has freed by the time of the message must not be read, and what
// is read must not be freed twice or kept.
const failures = `((n) => {
	const u = undefined, frozen = () => Object.freeze({ ["p" + n]: [n] }), some = () => ({ ["q" + n]: Symbol("s" + n) });
	class A { get ["g" + n]() { return 1 } }
	const ways = [
		() => u["a" + n], () => u["a" + n](), () => u[{}], () => u[Symbol("k" + n)], () => u[Symbol("k" + n)](), () => { u["a" + n] = {} }, () => { null[some()] = 1 },
		() => { frozen()["p" + n] = {} }, () => { frozen()["z" + n] = {} }, () => { frozen().x = "v" + n }, () => { delete frozen()["p" + n] }, () => { new A()["g" + n] = 1 },
		() => { ("s" + n).x = 1 }, () => { ("s" + n)[0] = "t" + n }, () => { Symbol("s" + n).x = 1 }, () => { (2n ** 70n).x = 1 }, () => "x" in ("a" + n), () => ("k" + n) in 5, () => some() instanceof ("x" + n),
		() => { const { a } = null ?? u }, () => { const { [some()]: a } = u }, () => { const [a] = some() }, () => { for (const [a] of ["" + n, n]); }, () => { for (const { a } of [[], u]); },
		() => [...some()], () => Math.max(...some()), () => new Map(["e" + n]), () => new Map("m" + n), () => [1].map("f" + n), () => Map.prototype.get.call(some(), n), () => frozen()["p" + n].push.call(Object.freeze(["" + n]), n),
		() => { class B extends ("h" + n) {} }, () => new ("c" + n)(), () => some()["m" + n](), () => A(), () => [...(function* () { yield* some() })()],
		() => { new Proxy(some(), { set: "t" + n }).x = 1 }, () => new Proxy(some(), { get: some() }).y, () => { Object.assign(frozen(), { ["p" + n]: 1 }) },
		() => { let i = 0; const grid = []; return grid[i++][i] }, () => { let o = { k: "a" + n }; return u[o.k] }, () => { let k = "b" + n; u[(k = "c" + n)] },
		() => ((a, { b: { c } }) => c)("" + n, { b: u }), () => { try { u.x } finally { null["f" + n] } }, () => (n % 2 ? some() : frozen())["x"]["y" + n],
	];
	const messages = [];
	for (const way of ways) try { way(); messages.push("none: " + way) } catch (e) { messages.push(e.message) }
	return messages.join("\n");
})`

func TestFailures(t *testing.T) {
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Script("x", failures)
	if err != nil {
		t.Fatal(err)
	}
	var before int64
	first, used := "", int64(0)
	for n := range 300 {
		text, err := e.Call(v.(engine.Handle), float64(n%3))
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			first = text.(string)
		} else if n%3 == 0 && text != first {
			t.Fatalf("first\n%s\nthen\n%s", first, text)
		}
		if n == 30 {
			lib.XJS_RunGC(e.tls, e.rt)
			before = e.heap.used.Load()
		}
	}
	lib.XJS_RunGC(e.tls, e.rt)
	if used = e.heap.used.Load(); used > before+64<<10 {
		t.Errorf("%d bytes after 30 rounds, %d after 300", before, used)
	}
	t.Log(first)
}

// TestLargeFunctions fails in functions that are made to have as many ways through them with as much on the stack as can be:
// what is said of the failure may not take more memory than the function itself.
func TestLargeFunctions(t *testing.T) {
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	ones := strings.Repeat("1,", 5000)
	for name, body := range map[string]string{
		"branches": "Math.max(" + ones + strings.Repeat("x?1:2,", 3500) + "u.y)",
		"nested":   "Math.max(" + ones + strings.Repeat("(x||", 200) + "u.y" + strings.Repeat(")", 200) + ")",
		"caught":   "Math.max(" + ones + "1);" + strings.Repeat("try{x}catch{}", 1500) + "u.y",
		"chain":    "{let o = {}; o.a = o; o" + strings.Repeat(".a", 6000) + ".b()}",
		"calls":    "{const f = () => f; f" + strings.Repeat("()", 6000) + ".b()}",
	} {
		t.Run(name, func(t *testing.T) {
			v, err := e.Script("x", "((x, u) => { try { "+body+" } catch (e) { return e.message } })")
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			text, err := e.Call(v.(engine.Handle), false)
			runtime.ReadMemStats(&after)
			if err != nil || text == "" {
				t.Errorf("got %v, %v", text, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
				t.Errorf("the message %.100q has taken %d bytes", text, used)
			} else {
				t.Logf("%.100q: %d bytes", text, used)
			}
		})
	}
}
