package quickjs

import (
	lib "modernc.org/libquickjs"
)

// mostSteps is how many instructions of a function are looked at.
const mostSteps = 16

// symbol is what is known of a value on the stack.
type symbol uint8

const (
	theValue symbol = iota + 1 // that the function got: an object
	isFalse
)

// returned follows what a function gets through its instructions: while it is returned, perhaps out of a try block, perhaps by way of
// a variable that no closure has, perhaps because it is an object.
type returned struct {
	code     *lib.TJSFunctionBytecode
	frame    *lib.TJSStackFrame // nil: it is about to be called
	stack    [mostSteps]symbol  // above what the function had there
	depth    int                // of that
	variable origin             // that has it
}

// returnsNext reports whether an async function that awaits returns the object that it gets, and does nothing else.
func returnsNext(frame *lib.TJSStackFrame) bool {
	b := bytecode(frame.Fcur_func)
	if b == nil || frame.Fcur_pc <= b.Fbyte_code_buf {
		return false
	}
	pc := int(frame.Fcur_pc - b.Fbyte_code_buf)
	if code := codeOf(b); pc > len(code) || code[pc-1] != lib.EOP_await {
		return false
	}
	r := returned{code: b, frame: frame}
	r.push(theValue)
	return r.follow(pc, lib.EOP_return_async)
}

// returnsGiven reports whether a function returns the object that it is called with, and does nothing else.
func returnsGiven(fn lib.TJSValue) bool {
	b := bytecode(fn)
	if class(fn) != lib.EJS_CLASS_BYTECODE_FUNCTION || b == nil || b.Farg_count == 0 {
		return false
	}
	r := returned{code: b, variable: origin{kind: parameter}}
	return r.follow(0, lib.EOP_return)
}

func (r *returned) follow(pc, end int) bool {
	code := codeOf(r.code)
	for range mostSteps {
		in, ok := instructionAt(code, pc)
		if !ok {
			return false
		}
		if in.op == end {
			return r.pop() == theValue
		}
		next := in.next()
		if to, _, jumps, _ := in.jump(); jumps {
			if next, ok = r.jump(&in, to); !ok {
				return false
			}
		} else if !r.take(&in) {
			return false
		}
		if next <= pc {
			return false
		}
		pc = next
	}
	return false
}

// pop is what is on top of the stack, 0 if that isn't known.
func (r *returned) pop() symbol {
	if r.depth == 0 {
		return 0
	}
	r.depth--
	return r.stack[r.depth]
}

func (r *returned) push(s symbol) bool {
	if s == 0 || r.depth == len(r.stack) {
		return false
	}
	r.stack[r.depth] = s
	r.depth++
	return true
}

// jump is where a jump goes to.
func (r *returned) jump(in *instruction, to int) (next int, ok bool) {
	switch in.op {
	case lib.EOP_goto, lib.EOP_goto8, lib.EOP_goto16:
		return to, true
	case lib.EOP_if_true, lib.EOP_if_true8, lib.EOP_if_false, lib.EOP_if_false8:
		top := r.pop()
		if (in.op == lib.EOP_if_true || in.op == lib.EOP_if_true8) == (top == theValue) {
			return to, top != 0
		}
		return in.next(), top != 0
	}
	return 0, false
}

// take follows the value through an instruction. It returns false for what isn't about the value alone.
func (r *returned) take(in *instruction) bool {
	switch op := in.op; {
	case op == lib.EOP_nop:
		return true
	case op == lib.EOP_nip_catch: // a try block is left, with the value
		top := r.pop()
		r.depth = 0
		return r.push(top)
	case op == lib.EOP_drop: // … or without it
		r.pop()
		return true
	case op == lib.EOP_dup:
		top := r.pop()
		first := r.push(top)
		return first && r.push(top)
	case op == lib.EOP_lnot, op == lib.EOP_is_undefined_or_null, op == lib.EOP_is_undefined, op == lib.EOP_is_null:
		return r.pop() == theValue && r.push(isFalse)
	case op == lib.EOP_put_loc || op == lib.EOP_put_loc8 || op >= lib.EOP_put_loc0 && op <= lib.EOP_put_loc3:
		return r.store(in.local(), false)
	case op == lib.EOP_set_loc || op == lib.EOP_set_loc8 || op >= lib.EOP_set_loc0 && op <= lib.EOP_set_loc3:
		return r.store(in.local(), true)
	case op == lib.EOP_put_loc_check || op == lib.EOP_set_loc_check:
		return r.isInitialised(in.local()) && r.store(in.local(), op == lib.EOP_set_loc_check)
	}
	from, ok := in.isLoad()
	return ok && r.variable.kind != 0 && from == r.variable && r.push(theValue)
}

func (r *returned) store(variable int, stays bool) bool {
	if r.pop() != theValue || r.variable.kind != 0 || variable < 0 || variable >= int(r.code.Fvar_count) || flagsOf(r.code, variable)&isCaptured != 0 {
		return false
	}
	r.variable = origin{kind: local, index: variable}
	return !stays || r.push(theValue)
}

// isInitialised says that a variable has a value already: to assign one is an error else.
func (r *returned) isInitialised(variable int) bool {
	return r.frame != nil && variable >= 0 && variable < int(r.code.Fvar_count) && valueAt(r.frame.Fvar_buf, variable).Ftag != lib.EJS_TAG_UNINITIALIZED
}
