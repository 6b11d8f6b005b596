package quickjs

import (
	"os"
	"path/filepath"
	"testing"

	lib "modernc.org/libquickjs"
)

// TestStackDepths holds what operands.go thinks of each instruction to what
// the compiler knows: in all functions of the runtime the stack is as deep in
// whichever way an instruction is come to, and never deeper than the compiler says.
func TestStackDepths(t *testing.T) {
	if !knowsOpcodes() {
		t.Fatal("QuickJS has other instructions")
	}
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../runtime/dist/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no files:", err)
	}
	functions := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.eval(file, string(text), lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
		if err != nil {
			continue // a module
		}
		e.mendPasses(v)
		functions += checkDepths(t, e, file, v)
	}
	for _, text := range []string{
		`(async function* (o) { try { for await (const [a, { b = 1, ...c }] of o) { if (a) continue; yield* b; return c } } catch ({ message }) { await message } finally { o?.a?.[1]?.(2) } })`,
		`(class A extends B { #p = 1; static { this.x = 1 } get [x]() { return super.y } set z(v) { super.z = v } *g() { yield #p in this; delete this.q } constructor() { super(...arguments); new.target } })`,
		`(function (a = 1, ...b) { label: for (var i in a) { switch (i) { case 1: break label; case 2: continue; default: try { return [...b, ...a] } finally { i++ } } } a ||= b; a.x ??= b; a[i] **= 2; return a ? b : (i, a) })`,
		`(async (f) => { for (let i = 0; i < 3; f(i++)) { try { let j = i; f(() => i + j); if (i < 9) continue; return await j } catch (e) { f(() => e); continue } finally { f() } } })`,
		`(function* (f) { for (let i = 0;; i++) { try { for (const j of f) { f(() => i + j); if (yield j) throw 1 } } catch { if (f(() => i)) continue; return } break } })`,
		"(async () => { for (const x of y) { try { await x } finally { if (x) break } } return `${a}${b}` })",
	} {
		v, err := e.eval("x", text, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
		if err != nil {
			t.Fatal(text, err)
		}
		e.mendPasses(v)
		functions += checkDepths(t, e, text, v)
	}
	if functions < 1000 {
		t.Errorf("only %d functions", functions)
	}
}

// checkDepths checks a function and those within it.
func checkDepths(t *testing.T, e *Engine, name string, v lib.TJSValue) int {
	b := at[lib.TJSFunctionBytecode](pointer(v))
	deepest, depths := 0, map[int]int{}
	w := &walk{code: codeOf(b), target: -1}
	w.visit = func(at, depth int) {
		if before, ok := depths[at]; ok && before != depth {
			t.Errorf("%s: %s: %d values at %d, and %d", name, e.atomText(b.Ffunc_name), before, at, depth)
		}
		depths[at], deepest = depth, max(deepest, depth)
	}
	w.countArrivals()
	w.find()
	if deepest > int(b.Fstack_size) || deepest < int(b.Fstack_size)-1 {
		t.Errorf("%s: %s: %d values on the stack, not %d", name, e.atomText(b.Ffunc_name), deepest, b.Fstack_size)
	}
	for at, n := range w.arrivals {
		if in, ok := instructionAt(w.code, at); n > 0 && ok && depths[at] < in.pops() {
			t.Errorf("%s: %s: instruction %d takes more than there is", name, e.atomText(b.Ffunc_name), in.op)
		}
	}
	functions := 1
	for i := range int(b.Fcpool_count) {
		if inner := *valueAt(b.Fcpool, i); inner.Ftag == lib.EJS_TAG_FUNCTION_BYTECODE {
			functions += checkDepths(t, e, name, inner)
		}
	}
	return functions
}
