package workerproc

import (
	"strings"
	"testing"
)

// stackSource shows an error's stack, and V8's ways to shape it.
const stackSource = `
class Mine extends Error { constructor(m) { super(m); this.name = "Mine"; Error.captureStackTrace(this, Mine); } }
function outer() { return inner(); }
function inner() { return new Mine("boo").stack; }
const flat = (s) => String(s).replace(/[\w.\/]+\.js:\d+:\d+/g, "P");
export default { fetch() {
	const out = [flat(outer()), flat(new TypeError("t").stack), flat(Error("called").stack)];
	const o = {};
	Error.captureStackTrace(o);
	out.push(flat(o.stack), Object.keys(o).length);
	try { null.x } catch (e) { out.push(flat(e.stack), Object.hasOwn(e, "stack"), Object.keys(e).length) }
	Error.prepareStackTrace = (e, sites) => e.message + "|" + sites.map((s) => [s.getFunctionName(), typeof s.getFileName(), s.getLineNumber() > 0, s.isNative()].join()).join(" ");
	out.push(new Error("prep").stack);
	const p = {};
	Error.captureStackTrace(p);
	out.push(p.stack);
	Error.prepareStackTrace = undefined;
	Error.stackTraceLimit = 1;
	out.push(flat((() => (() => new Error("lim").stack)())()));
	Error.stackTraceLimit = 10;
	const e = new Error("x");
	e.stack = "mine";
	out.push(e.stack, flat(new AggregateError([1], "agg").stack), flat(new Error("with", { cause: 1 }).stack));
	return new Response(out.join("\n"));
} };`

// stackWant is what the Workers runtime gives, less the names of receivers.
const stackWant = `Mine: boo
    at inner (P)
    at outer (P)
    at fetch (P)
TypeError: t
    at fetch (P)
Error: called
    at fetch (P)
Error
    at fetch (P)
0
TypeError: Cannot read properties of null (reading 'x')
    at fetch (P)
true
0
prep|fetch,string,true,false
undefined|fetch,string,true,false
Error: lim
    at P
mine
AggregateError: agg
    at fetch (P)
Error: with
    at fetch (P)`

func TestStacksAsV8s(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		if err := s.load(worker("main.js", stackSource)); err != nil {
			t.Fatal(err, err.Stack)
		}
		if r := s.invoke(get()); r.body != stackWant {
			t.Errorf("got\n%s", r.body)
		}
	})
}

// TestCauses: what is reported of an error has what it came of.
func TestCauses(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		s := startWith(t, real)
		err := s.load(worker("main.js", handler(`
			function a() { throw new TypeError("first") }
			function b() { try { a() } catch (cause) { throw new Error("second", { cause }) } }
			try { b() } catch (e) { throw new AggregateError([e, 5], "all", { cause: "text" }) }`)))
		if err != nil {
			t.Fatal(err, err.Stack)
		}
		r := s.invoke(get())
		if r.failed == nil {
			t.Fatal(r)
		}
		got := r.failed.Stack
		for _, want := range []string{"AggregateError: all\n    at fetch (main.js:", "\n  [cause]: text", "\n  [errors][0]: Error: second\n      at b (main.js:",
			"\n    [cause]: TypeError: first\n        at a (main.js:", "\n  [errors][1]: 5"} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in\n%s", want, got)
			}
		}
	})
}
