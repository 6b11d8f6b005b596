package engine_test

import (
	"errors"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// script evaluates a script with the ops as its free variable ops.
func script(t testing.TB, e engine.Engine, ops map[string]engine.Op, body string) (any, error) {
	t.Helper()
	fn, err := e.Script("test.js", "(function (ops) {"+body+"\n})")
	if err != nil {
		t.Fatal(err)
	}
	return e.Call(fn, e.Ops(ops))
}

// TestContext: the context follows the code through promise jobs, whoever
// settles the promise that it waits for.
func TestContext(t *testing.T) { onEach(t, testContext) }

func testContext(t *testing.T, m maker) {
	for name, wait := range map[string]string{
		"then":              `const f = (p, done) => { p.then(done) };`,
		"then, settled":     `const f = (p, done) => { Promise.resolve(1).then(done) };`,
		"catch":             `const f = (p, done) => { p.then(() => { throw 1 }).catch(done) };`,
		"finally":           `const f = (p, done) => { p.finally(done) };`,
		"await":             `const f = async (p, done) => { await p; done() };`,
		"await twice":       `const f = async (p, done) => { await 1; await p; await 2; done() };`,
		"await of await":    `const g = async (p) => { await p }; const f = async (p, done) => { await g(p); done() };`,
		"then in await":     `const f = async (p, done) => { await 0; p.then(done) };`,
		"all":               `const f = async (p, done) => { await Promise.all([p, 1]); done() };`,
		"rejected":          `const f = async (p, done) => { try { await p.then(() => Promise.reject(1)) } catch { done() } };`,
		"subclass":          `class P extends Promise {}; const f = (p, done) => { P.resolve(p).then(done) };`,
		"async generator":   `const f = async (p, done) => { const g = (async function* () { await p; done(); yield 1 })(); await g.next() };`,
		"for await":         `const f = async (p, done) => { async function* g() { yield p; yield 1 } for await (const x of g()) { if (x === 1) done() } };`,
		"returned promise":  `const g = async (p) => p; const f = async (p, done) => { await g(p); done() };`,
		"thenable of then":  `const f = (p, done) => { p.then(() => ({ then(ok) { done(); ok() } })) };`,
		"thenable in async": `const f = async (p, done) => { const g = async () => { await p; return { then(ok) { done(); ok() } } }; await g() };`,
		"thenable awaited":  `const f = async (p, done) => { await p; await { then(ok) { done(); ok() } } };`,
		"thenables, many":   `const f = (p, done) => { for (let i = 0; i < 3; i++) p.then(() => ({ then(ok) { Promise.resolve().then(() => ({ then(ok) { if (i === 2) done(); ok() } })); ok() } })) };`,
		"own then":          `const f = async (p, done) => { class P extends Promise { then(a, b) { done?.(); done = null; return super.then(a, b) } }; await p; await (async () => new P((r) => r()))() };`,
		"queueMicrotask":    `const f = async (p, done) => { await p; Promise.resolve().then(() => Promise.resolve().then(done)) };`,
	} {
		t.Run(name, func(t *testing.T) {
			if m.name == "goja" && strings.Contains(wait, "async function*") {
				t.Skip("it reads no async generators in a script")
			}
			e := m.engine(t)
			var got []any
			ops := map[string]engine.Op{"note": func([]any) (any, error) {
				got = append(got, e.Context())
				return nil, nil
			}}
			v, err := script(t, e, ops, wait+`
				let settle;
				const p = new Promise((r) => { settle = r });
				return [() => f(p, () => ops.note()), () => settle()]`)
			if err != nil {
				t.Fatal(err)
			}
			list := v.([]any)
			for i, fn := range []any{list[0], list[0], list[1]} {
				e.SetContext(i)
				if _, err := e.Call(fn); err != nil {
					t.Fatal(err)
				}
				e.SetContext(nil)
			}
			if want := []any{0, 1}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestValues: what crosses comes back as it went.
func TestValues(t *testing.T) { onEach(t, testValues) }

func testValues(t *testing.T, m maker) {
	e := m.engine(t)
	same := map[string]engine.Op{"same": func(args []any) (any, error) { return args[0], nil }}
	fn, err := script(t, e, same, `return (v) => ops.same(v)`)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{nil, true, false, 0.0, 1.0, -1.0, 1.5, math.Inf(1), 9007199254740993.0, math.MaxInt32 + 1.0, math.Copysign(0, -1), "", "é\x00😀",
		strings.Repeat("x", 1<<20), []byte{}, []byte{0, 255}, make([]byte, 1<<20), []any{}, []any{1.0, "a", nil, []any{true}}} {
		got, err := e.Call(fn, v)
		if err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%.60v came back as %.60v, %v", v, got, err)
		}
	}
	for source, want := range map[string]any{
		`"a\ud800b"`: "a\ufffdb", `"\ude00\ud83d"`: "\ufffd\ufffd", `null`: nil, `new Uint8Array([1, 2, 3]).subarray(1)`: []byte{2, 3},
		`new Uint16Array([257])`: []byte{1, 1}, `new ArrayBuffer(2)`: []byte{0, 0},
		`-0`: math.Copysign(0, -1), `[, 1]`: []any{nil, 1.0},
	} {
		if got, err := e.Script("x", "("+source+")"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, %v", source, got, err)
		}
	}
	for _, source := range []string{`new Set([1, [2]])`, `new Map([[1, new Set([2])]])`, `Promise.resolve(new Set([1]))`, `new Proxy(new Set, {})`} {
		if v, err := e.Script("x", "("+source+")"); err != nil || reflect.TypeOf(v).Kind() == reflect.Slice {
			t.Errorf("%s is %#v, %v", source, v, err)
		} else if same, err := e.Call(fn, v); err != nil || e.Describe(same).Name != "" {
			t.Errorf("%s came back as %#v, %v", source, same, err)
		}
	}
	if got, err := e.Call(fn, math.NaN()); err != nil || !math.IsNaN(got.(float64)) {
		t.Errorf("NaN came back as %v, %v", got, err)
	}
}

// TestOps: an op's error is thrown, an interrupt of one can't be caught.
func TestOps(t *testing.T) { onEach(t, testOps) }

func testOps(t *testing.T, m maker) {
	e := m.engine(t)
	reason := errors.New("enough")
	ops := map[string]engine.Op{
		"type":  func([]any) (any, error) { return nil, &engine.Error{Name: "TypeError", Message: "no"} },
		"abort": func([]any) (any, error) { return nil, &engine.Error{Name: "AbortError", Message: "no"} },
		"plain": func([]any) (any, error) { return nil, errors.New("no") },
		"end":   func([]any) (any, error) { return nil, &engine.Interrupted{Reason: reason} },
	}
	got, err := script(t, e, ops, `return ["type", "abort", "plain"].map((n) => { try { ops[n]() } catch (e) { return String(e) + (e instanceof TypeError) } }).join()
		+ Object.isFrozen(ops) + Object.getPrototypeOf(ops)`)
	if want := "TypeError: notrue,AbortError: nofalse,Error: nofalsetruenull"; got != want || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = script(t, e, ops, `try { ops.end(); for (;;); } catch { return "caught" }`)
	if !errors.Is(err, reason) {
		t.Errorf("got %v", err)
	}
	if got, err := e.Script("x", "1 + 1"); got != 2.0 || err != nil {
		t.Errorf("afterwards: %v, %v", got, err)
	}
}

// TestInterruptOfAsync: an async function that is interrupted ends; nobody
// gets an error to catch, and other jobs go on.
func TestInterruptOfAsync(t *testing.T) { onEach(t, testInterruptOfAsync) }

func testInterruptOfAsync(t *testing.T, m maker) {
	e := m.engine(t)
	reason := errors.New("enough")
	var got []any
	ops := map[string]engine.Op{
		"note":      func(args []any) (any, error) { got = append(got, args[0]); return nil, nil },
		"interrupt": func([]any) (any, error) { e.Interrupt(reason); return nil, nil },
	}
	_, err := script(t, e, ops, `(async () => {
		try { await (async () => { await 0; ops.interrupt(); for (;;); })() } catch (e) { ops.note("caught " + e) } finally { ops.note("finally") }
	})()`)
	if !errors.Is(err, reason) {
		t.Fatalf("got %v", err)
	}
	if _, err := script(t, e, ops, `Promise.resolve().then(() => ops.note("next"))`); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, []any{"next"}) || len(e.Rejections()) > 0 {
		t.Errorf("got %v", got)
	}
}

// TestInterruptOfIteration: an interrupt ends code that takes values from an iterator, also where that is closed by it, or was by the
// code that is interrupted: nothing is told to Go any more, and no catch goes on for long.
func TestInterruptOfIteration(t *testing.T) { onEach(t, testInterruptOfIteration) }

func testInterruptOfIteration(t *testing.T, m maker) {
	e := m.engine(t)
	reason := errors.New("enough")
	noted := 0
	ops := map[string]engine.Op{
		"note":      func([]any) (any, error) { noted++; return nil, nil },
		"interrupt": func([]any) (any, error) { e.Interrupt(reason); return nil, nil },
	}
	for _, code := range []string{
		"return [...endless()]", "return Math.max(...endless())", "return new Set(endless())", "return new Map(pairs())", "return Array.from(endless())",
		"const [a] = slow()", "for (const x of endless());", "return new Map([{ get 0() { ops.interrupt(); for (;;); } }])", "return Object.fromEntries(pairs())", "ops.interrupt(); for (;;) new Set([1, 2, 3])",
	} {
		for _, around := range []string{"try { %s } catch (e) { ops.note(e) }", "for (;;) try { %s } catch { for (;;); }", "(function again() { try { %s } catch { again() } })()"} {
			_, err := script(t, e, ops, `function* endless() { ops.interrupt(); for (;;) yield 1 }
				function* pairs() { yield { get 0() { ops.interrupt(); for (;;); } } }
				function* slow() { try { yield 1 } finally { ops.interrupt(); for (;;); } }
				const f = () => { `+code+` }; `+strings.Replace(around, "%s", "f()", 1))
			if !errors.Is(err, reason) || noted > 0 {
				t.Errorf("%s in %s: got %v, %d notes", code, around, err, noted)
			}
		}
	}
}

func TestRejections(t *testing.T) { onEach(t, testRejections) }

func testRejections(t *testing.T, m maker) {
	e := m.engine(t)
	e.SetContext("here")
	_, err := script(t, e, nil, `Promise.reject("lost"); Promise.reject("caught").catch(() => {}); const p = Promise.reject("late"); Promise.resolve().then(() => p.catch(() => {}));
		(async () => { throw "async" })()`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range e.Rejections() {
		got = append(got, e.Describe(r.Reason).Message+" "+r.Context.(string))
	}
	if want := []string{"lost here", "async here"}; !reflect.DeepEqual(got, want) || len(e.Rejections()) > 0 {
		t.Errorf("got %q", got)
	}
}

func TestNewPromise(t *testing.T) { onEach(t, testNewPromise) }

func testNewPromise(t *testing.T, m maker) {
	e := m.engine(t)
	var got []any
	ops := map[string]engine.Op{"note": func(args []any) (any, error) { got = append(got, args[0]); return nil, nil }}
	first, fulfil := e.NewPromise()
	second, reject := e.NewPromise()
	fn, err := script(t, e, ops, `return (p, q) => { p.then((v) => ops.note(v)); q.catch((e) => ops.note(String(e))) }`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Call(fn, first, second); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(fulfil("v", nil), reject(nil, &engine.Error{Name: "RangeError", Message: "no"})); err != nil {
		t.Fatal(err)
	}
	if want := []any{"v", "RangeError: no"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

// TestDescribeRunsNoCode: what was thrown may be hostile.
func TestDescribeRunsNoCode(t *testing.T) { onEach(t, testDescribe) }

func testDescribe(t *testing.T, m maker) {
	e := m.engine(t)
	for source, want := range map[string]string{
		`1`: " 1", `"s"`: " s", `undefined`: " undefined", `null`: " null", `{}`: " #<Object>", `new (class A {})`: " #<A>",
		`new Proxy(new Error("x"), {get() { throw 1 }})`: " #<Object>", `new TypeError("m")`: "TypeError m", `10n`: " 10",
		`Object.assign(new Error("m"), {name: "N"})`: "N m", `Object.create(Error.prototype)`: " #<Error>",
	} {
		var thrown *engine.Exception
		if _, err := script(t, e, nil, "throw "+source); !errors.As(err, &thrown) {
			t.Fatal(source, err)
		}
		if d := e.Describe(thrown.Thrown); d.Name+" "+d.Message != want {
			t.Errorf("%s: got %q, %q", source, d.Name, d.Message)
		}
	}
}

// TestEnginesAreFreed: nothing keeps an engine, or what Go has let go of.
func TestEnginesAreFreed(t *testing.T) { onEach(t, testEnginesAreFreed) }

func testEnginesAreFreed(t *testing.T, m maker) {
	e := m.engine(t)
	fn, err := script(t, e, nil, `return () => ({ a: new Array(1000).fill("x") })`)
	if err != nil {
		t.Fatal(err)
	}
	h, own := e.(engine.Heap)
	if !own {
		t.Skip("its heap is Go's")
	}
	before := h.Heap()
	for range 20 {
		for range 100 {
			if _, err := e.Call(fn); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
	}
	if after := h.Heap(); after > before+16<<20 {
		t.Errorf("the heap has grown from %d to %d", before, after)
	}
}

// TestHeapLimit: code that wants too much at once gets an error, code that
// has too much ends.
func TestHeapLimit(t *testing.T) { onEach(t, testHeapLimit) }

func testHeapLimit(t *testing.T, m maker) {
	e := m.engine(t)
	h, own := e.(engine.Heap)
	if !own {
		t.Skip("its heap is Go's")
	}
	reason := errors.New("too much")
	h.LimitHeap(32<<20, func(int64) error { return reason })
	got, err := script(t, e, nil, `try { new ArrayBuffer(1e9) } catch (e) { return e.name }`)
	if got != "RangeError" || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	for _, hog := range []string{`const a = []; for (;;) a.push(new Array(1000).fill(0))`, `let s = "x"; const a = []; for (;;) a.push(s + a.length)`,
		`const a = []; for (;;) try { for (;;) a.push({}) } catch {}`} {
		if _, err := script(t, e, nil, hog); !errors.Is(err, reason) {
			t.Errorf("%s: got %v", hog, err)
		}
	}
	if _, err := script(t, e, nil, `for (let i = 0; i < 2e5; i++) { const a = {}; a.a = new Array(100).fill(a) }`); err != nil {
		t.Errorf("garbage counts: %v", err)
	}
}
