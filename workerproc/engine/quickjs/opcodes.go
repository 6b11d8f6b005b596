package quickjs

import (
	"encoding/binary"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// opcodes is QuickJS's own table of its instructions: their size, how many
// values each takes from the stack and leaves there, and what follows its code.
//
//go:linkname opcodes modernc.org/libquickjs._opcode_info
var opcodes [263]lib.TJSOpCode

// knowsOpcodes says that the table is what we take it for.
func knowsOpcodes() bool {
	return opcodes[lib.EOP_put_array_el] == lib.TJSOpCode{Fsize: 1, Fn_pop: 3} &&
		opcodes[lib.EOP_get_field2] == lib.TJSOpCode{Fsize: 5, Fn_pop: 1, Fn_push: 2, Ffmt: lib.EOP_FMT_atom}
}

// instruction is one of a function's.
type instruction struct {
	code []byte // of the function
	at   int
	op   int
	lib.TJSOpCode
}

func instructionAt(code []byte, at int) (in instruction, ok bool) {
	in = instruction{code: code, at: at}
	if at < 0 || at >= len(code) {
		return in, false
	}
	in.op = int(code[at])
	n := in.op
	if n == 0 || n >= lib.EOP_COUNT {
		return in, false
	}
	if n >= lib.EOP_TEMP_START {
		n += lib.EOP_TEMP_END - lib.EOP_TEMP_START // the table has those between that only the compiler uses
	}
	in.TJSOpCode = opcodes[n]
	return in, in.next() <= len(code)
}

func (in *instruction) next() int { return in.at + int(in.Fsize) }

func (in *instruction) u8(offset int) int { return int(in.code[in.at+offset]) }
func (in *instruction) u16(offset int) int {
	return int(binary.LittleEndian.Uint16(in.code[in.at+offset:]))
}
func (in *instruction) u32(offset int) uint32 {
	return binary.LittleEndian.Uint32(in.code[in.at+offset:])
}

// pops is how many values it takes.
func (in *instruction) pops() int {
	n := int(in.Fn_pop)
	switch in.Ffmt {
	case lib.EOP_FMT_npop, lib.EOP_FMT_npop_u16:
		n += in.u16(1)
	case lib.EOP_FMT_npopx:
		n += in.op - lib.EOP_call0
	}
	return n
}

// isLoad says that it puts a variable on the stack, and which.
func (in *instruction) isLoad() (origin, bool) {
	switch op := in.op; {
	case op == lib.EOP_get_loc || op == lib.EOP_get_loc_check || op == lib.EOP_get_loc_checkthis:
		return origin{kind: local, index: in.u16(1)}, true
	case op == lib.EOP_get_loc8:
		return origin{kind: local, index: in.u8(1)}, true
	case op >= lib.EOP_get_loc0 && op <= lib.EOP_get_loc3:
		return origin{kind: local, index: op - lib.EOP_get_loc0}, true
	case op == lib.EOP_get_arg:
		return origin{kind: parameter, index: in.u16(1)}, true
	case op >= lib.EOP_get_arg0 && op <= lib.EOP_get_arg3:
		return origin{kind: parameter, index: op - lib.EOP_get_arg0}, true
	case op == lib.EOP_get_var_ref || op == lib.EOP_get_var_ref_check:
		return origin{kind: captured, index: in.u16(1)}, true
	case op >= lib.EOP_get_var_ref0 && op <= lib.EOP_get_var_ref3:
		return origin{kind: captured, index: op - lib.EOP_get_var_ref0}, true
	case op == lib.EOP_get_var || op == lib.EOP_get_var_undef:
		return origin{kind: global, index: in.u16(1)}, true
	case op == lib.EOP_push_const:
		return origin{kind: constant, index: int(in.u32(1))}, true
	case op == lib.EOP_push_const8:
		return origin{kind: constant, index: in.u8(1)}, true
	case op == lib.EOP_push_atom_value:
		return origin{kind: name, index: int(in.u32(1))}, true
	case op == lib.EOP_push_empty_string:
		return origin{kind: name, index: lib.EJS_ATOM_empty_string}, true
	}
	return origin{}, false
}

// sets says that it gives a variable the value on top of the stack and leaves that.
func (in *instruction) sets() bool {
	switch in.Ffmt {
	case lib.EOP_FMT_loc, lib.EOP_FMT_loc8, lib.EOP_FMT_none_loc, lib.EOP_FMT_arg, lib.EOP_FMT_none_arg, lib.EOP_FMT_var_ref, lib.EOP_FMT_none_var_ref:
		return in.Fn_pop == 1 && in.Fn_push == 1
	}
	return false
}

// jump is where it may go on but for the next instruction, with how many more
// values on the stack than it leaves there. ends: it never goes to the next.
func (in *instruction) jump() (to, more int, jumps, ends bool) {
	switch in.op {
	case lib.EOP_goto:
		return in.at + 1 + int(int32(in.u32(1))), 0, true, true
	case lib.EOP_goto16:
		return in.at + 1 + int(int16(in.u16(1))), 0, true, true
	case lib.EOP_goto8:
		return in.at + 1 + int(int8(in.u8(1))), 0, true, true
	case lib.EOP_if_true8, lib.EOP_if_false8:
		return in.at + 1 + int(int8(in.u8(1))), 0, true, in.always()
	case lib.EOP_if_true, lib.EOP_if_false, lib.EOP_catch:
		return in.at + 1 + int(int32(in.u32(1))), 0, true, false
	case lib.EOP_gosub:
		return in.at + 1 + int(int32(in.u32(1))), 1, true, false
	case lib.EOP_with_get_var, lib.EOP_with_delete_var:
		return in.at + 5 + int(int32(in.u32(5))), 1, true, false
	case lib.EOP_with_make_ref, lib.EOP_with_get_ref:
		return in.at + 5 + int(int32(in.u32(5))), 2, true, false
	case lib.EOP_with_put_var:
		return in.at + 5 + int(int32(in.u32(5))), -1, true, false
	case lib.EOP_ret, lib.EOP_throw_error, lib.EOP_throw, lib.EOP_return_async, lib.EOP_return_undef, lib.EOP_return,
		lib.EOP_tail_call_method, lib.EOP_tail_call:
		return 0, 0, false, true
	}
	return 0, 0, false, false
}

// always says that it is the jump over a pattern to its value: if undefined is undefined.
func (in *instruction) always() bool {
	return in.at >= 3 && in.op == lib.EOP_if_true8 &&
		string(in.code[in.at-3:in.at]) == string([]byte{lib.EOP_undefined, lib.EOP_dup, lib.EOP_is_undefined})
}

// shuffles are the instructions that only move what is on the stack: the places
// in what they take, for each that they leave.
var shuffles = map[int]string{
	lib.EOP_dup: "00", lib.EOP_dup1: "001", lib.EOP_dup2: "0101", lib.EOP_dup3: "012012", lib.EOP_insert2: "101", lib.EOP_insert3: "2012",
	lib.EOP_insert4: "30123", lib.EOP_perm3: "102", lib.EOP_perm4: "2013", lib.EOP_perm5: "30124", lib.EOP_swap: "10", lib.EOP_swap2: "2301",
	lib.EOP_rot3l: "120", lib.EOP_rot3r: "201", lib.EOP_rot4l: "1230", lib.EOP_rot5l: "12340", lib.EOP_nip: "1", lib.EOP_nip1: "12",
	lib.EOP_to_propkey: "0",
}

// codeOf is a function's bytecode.
func codeOf(b *lib.TJSFunctionBytecode) []byte {
	return unsafe.Slice(at[byte](b.Fbyte_code_buf), b.Fbyte_code_len)
}
