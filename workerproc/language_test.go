package workerproc

import (
	"strings"
	"testing"
)

// TestCodeFromStrings: no string becomes code, in an invocation as in the
// Workers runtime, and unlike there at start-up neither.
func TestCodeFromStrings(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		const refused = "EvalError: Code generation from strings disallowed for this context true"
		const noString = "TypeError: Failed to execute 'setTimeout' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'. false"
		var list, want strings.Builder
		names := "AsyncFunction1,GeneratorFunction1,AsyncGeneratorFunction1,Function1,eval1"
		if engineOf(t) == "goja" {
			names = strings.Replace(names, "AsyncGenerator", "", 1) // they are lowered to functions
		}
		for _, c := range []struct{ code, want string }{
			{`eval("1")`, refused}, {`eval("")`, refused}, {`eval({ a: 1 }).a`, refused}, {`(0, eval)("1")`, refused}, {`globalThis.eval("1")`, refused},
			{`new Function("return 1")`, refused}, {`Function("a", "return 1")`, refused}, {`(() => {}).constructor("return 1")`, refused},
			{`new AsyncFunction("return 1")`, refused}, {`new GeneratorFunction("return 1")`, refused}, {`new AsyncGeneratorFunction("return 1")`, refused},
			{`Reflect.construct(Function, ["return 1"])`, refused}, {`new (class extends Function {})("return 1")`, refused}, {`new (class F { }.constructor)("return 1")`, refused},
			{`setTimeout("1", 0)`, noString}, {`setInterval("1")`, strings.ReplaceAll(noString, "setTimeout", "setInterval")},
			{`new Function()()`, "undefined"}, {`[AsyncFunction, GeneratorFunction, AsyncGeneratorFunction, Function, eval].map((f) => f.name + f.length)`, names},
			{`[(() => {}) instanceof Function, (async () => {}) instanceof AsyncFunction, (function* () {}) instanceof GeneratorFunction, Function.prototype.constructor === Function, Function instanceof Function]`, "true,true,true,true,true"},
		} {
			list.WriteString("() => " + c.code + ",\n")
			want.WriteString(c.want + "\n")
		}
		s := startWith(t, real)
		main := `const AsyncFunction = (async () => {}).constructor, GeneratorFunction = (function* () {}).constructor, AsyncGeneratorFunction = (async function* () {}).constructor;
			const list = [` + list.String() + `];
			const all = () => list.map((f) => { try { return f() + "\n" } catch (e) { return e.name + ": " + e.message + " " + (e instanceof EvalError) + "\n" } }).join("");
			const atStart = all(); ` + handler(`return new Response(all() + "at start\n" + atStart)`)
		if err := s.load(worker("main.js", main)); err != nil {
			t.Fatal(err, err.Stack)
		}
		got := strings.Split(s.invoke(get()).body, "\n")
		for i, line := range strings.Split(want.String()+"at start\n"+want.String(), "\n") {
			if i >= len(got) || got[i] != line {
				t.Errorf("line %d:\n got %s\nwant %s", i, got[min(i, len(got)-1)], line)
			}
		}
	})
}
