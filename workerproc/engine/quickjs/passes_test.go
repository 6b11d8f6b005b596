package quickjs

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

// TestMendedIsKept: what is handed out of a module has been mended.
func TestMendedIsKept(t *testing.T) {
	const loop = "export const f = [];\nfor (let i = 0; i < 3; i++) { f.push(() => i); if (i < 9) continue; f.push(0) }\n" +
		"for (let i = 0; i < 3; i++) { try { let j = i; f.push(() => i + j); throw 0 } catch { if (i < 9) continue; break } }\n"
	def := engine.Module{Name: "main.js", Source: []byte(loop + strings.Repeat("// filler\n", minBytecode/10+1))}
	code := func(def engine.Module) ([]byte, []byte) {
		e, err := New()
		if err != nil {
			t.Fatal(err)
		}
		e.Define(def)
		module, err := e.compile(e.modules.modules["main.js"])
		if err != nil {
			t.Fatal(err)
		}
		main := at[lib.TJSModuleDef](module).Ffunc_obj
		return bytes.Clone(codeOf(at[lib.TJSFunctionBytecode](pointer(main)))), e.Compiled()["main.js"]
	}
	made, compiled := code(def)
	if def.Compiled = compiled; len(compiled) == 0 {
		t.Fatal("nothing compiled")
	}
	again, _ := code(def)
	if !jumpsToClose(made) || !jumpsToClose(again) || len(made) != len(again) || made[len(made)-5] != lib.EOP_goto || again[len(again)-5] != lib.EOP_goto {
		t.Errorf("continue isn't mended:\n%v\n%v", made, again)
	}
}

// jumpsToClose says whether there is a jump to what closes a variable.
func jumpsToClose(code []byte) bool {
	for at := 0; at < len(code); {
		in, ok := instructionAt(code, at)
		if !ok {
			return false
		}
		if to, _, jumps, _ := in.jump(); jumps && in.op == lib.EOP_if_true8 && code[to] == lib.EOP_close_loc {
			return true
		}
		at = in.next()
	}
	return false
}

// TestDetoursPlace: what is thrown by an update that has been moved is thrown where the update is.
func TestDetoursPlace(t *testing.T) {
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	const text = `((f, n) => {
		for (let i = 0; i < 9;
			n(i++)) {
			f.push(() => i);
			if (i < 9) continue;
			return;
		}
	})([])`
	v, err := e.eval("x.js", text, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if err != nil {
		t.Fatal(err)
	}
	b := at[lib.TJSFunctionBytecode](pointer(*valueAt(at[lib.TJSFunctionBytecode](pointer(v)).Fcpool, 0)))
	before := b.Fbyte_code_len
	e.mendPasses(v)
	if b.Fbyte_code_len <= before {
		t.Error("no detour")
	}
	_, err = e.checked(lib.XJS_EvalFunction(e.tls, e.ctx, v))
	var thrown *engine.Exception
	if !errors.As(err, &thrown) {
		t.Fatal(err)
	}
	if stack := e.lookText(thrown.Thrown.(*handle).v, "stack"); !strings.Contains(stack, "x.js:3:") {
		t.Error(stack)
	}
}
