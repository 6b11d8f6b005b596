package quickjs

import (
	lib "modernc.org/libquickjs"
)

// mostSteps is how many instructions of a function are looked at.
const mostSteps = 16

// awaited follows what an async function gets through its instructions.
type awaited struct {
	code     *lib.TJSFunctionBytecode
	frame    *lib.TJSStackFrame
	onTop    bool // it is on top of the stack
	variable int  // that has it, -1 for none
}

// returnsNext reports whether an async function that awaits returns what it gets, perhaps out of a try block, perhaps by way of a
// variable that no closure has, and does nothing else.
func returnsNext(frame *lib.TJSStackFrame) bool {
	b := bytecode(frame.Fcur_func)
	if b == nil || frame.Fcur_pc <= b.Fbyte_code_buf {
		return false
	}
	code, pc := codeOf(b), int(frame.Fcur_pc-b.Fbyte_code_buf)
	if pc > len(code) || code[pc-1] != lib.EOP_await {
		return false
	}
	a := awaited{code: b, frame: frame, onTop: true, variable: -1}
	for range mostSteps {
		in, ok := instructionAt(code, pc)
		if !ok {
			return false
		}
		if in.op == lib.EOP_return_async {
			return a.onTop
		}
		if in.op == lib.EOP_goto || in.op == lib.EOP_goto8 || in.op == lib.EOP_goto16 {
			to, _, _, _ := in.jump()
			if to <= pc {
				return false
			}
			pc = to
			continue
		}
		if !a.take(&in) {
			return false
		}
		pc = in.next()
	}
	return false
}

// take follows the value through an instruction. It returns false for what isn't about the value alone.
func (a *awaited) take(in *instruction) bool {
	switch op := in.op; {
	case op == lib.EOP_nop:
		return true
	case op == lib.EOP_nip_catch: // a try block is left, with the value
		return a.onTop
	case op == lib.EOP_drop: // … or without it
		a.onTop = false
		return a.variable >= 0
	case op == lib.EOP_put_loc || op == lib.EOP_put_loc8 || op >= lib.EOP_put_loc0 && op <= lib.EOP_put_loc3:
		return a.store(in.local(), false)
	case op == lib.EOP_set_loc || op == lib.EOP_set_loc8 || op >= lib.EOP_set_loc0 && op <= lib.EOP_set_loc3:
		return a.store(in.local(), true)
	case op == lib.EOP_put_loc_check || op == lib.EOP_set_loc_check:
		return a.isInitialised(in.local()) && a.store(in.local(), op == lib.EOP_set_loc_check)
	}
	from, ok := in.isLoad()
	if !ok || from.kind != local || from.index != a.variable || a.onTop {
		return false
	}
	a.onTop = true
	return true
}

func (a *awaited) store(variable int, stays bool) bool {
	if !a.onTop || a.variable >= 0 || variable < 0 || variable >= int(a.code.Fvar_count) || flagsOf(a.code, variable)&isCaptured != 0 {
		return false
	}
	a.onTop, a.variable = stays, variable
	return true
}

// isInitialised says that a variable has a value already: to assign one is an error else.
func (a *awaited) isInitialised(variable int) bool {
	return variable >= 0 && variable < int(a.code.Fvar_count) && valueAt(a.frame.Fvar_buf, variable).Ftag != lib.EJS_TAG_UNINITIALIZED
}
