package quickjs

import (
	"strconv"

	lib "modernc.org/libquickjs"
)

// origin is where a value on the stack comes from, if it can be looked at once
// more: a variable, a constant, or a property of such a one.
type origin struct {
	kind  kind
	index int
	of    *origin // of a property
	after int     // how many there are before it in such a chain
	taken bool    // a pattern takes it apart
}

type kind byte

const (
	unknown kind = iota
	local
	parameter
	captured
	global
	constant
	name     // a string that is an atom
	property // of another
	called   // what a call of another returned
	iterated // the next of what a loop runs over
	guard    // where what is thrown is caught
)

// operands are what an instruction in a frame takes from the stack.
type operands struct {
	frame   *lib.TJSStackFrame
	code    *lib.TJSFunctionBytecode
	in      instruction
	origins []origin // of all that is on the stack before it
}

// maxCode is the size of the largest function whose operands are looked for.
const maxCode = 1 << 15

// maxCopied is how many places of stacks are copied on the way, for which a function with many values on the stack and many
// branches would have no end; maxMembers is how long a chain of properties and calls may be.
const (
	maxCopied  = 1 << 16
	maxMembers = 64
)

// operandsOf finds the instruction at which a frame is, and what it takes. How
// much is on the stack there is known by going through the function.
func (e *Engine) operandsOf(frame uintptr) *operands {
	if frame == 0 {
		return nil
	}
	o := &operands{frame: at[lib.TJSStackFrame](frame)}
	if o.code = bytecode(o.frame.Fcur_func); o.code == nil || o.code.Fbyte_code_len > maxCode {
		return nil
	}
	w := &walk{code: codeOf(o.code), target: int(o.frame.Fcur_pc-o.code.Fbyte_code_buf) - 1}
	w.countArrivals()
	if !w.find() {
		return nil
	}
	o.in, o.origins = w.found, w.stack
	if len(o.origins) > int(o.code.Fstack_size) || len(o.origins) < o.in.pops() {
		return nil
	}
	return o
}

// walk goes through a function to an instruction.
type walk struct {
	code     []byte
	target   int // an offset within the instruction
	found    instruction
	stack    []origin
	arrivals []uint8 // in how many ways each instruction is come to
	seen     []uint64
	pending  []branch
	copied   int                 // places of stacks
	visit    func(at, depth int) // for tests: each arrival
}

// branch is where to go on, with what on the stack.
type branch struct {
	at    int
	stack []origin
}

// countArrivals goes all ways once.
func (w *walk) countArrivals() {
	w.arrivals = make([]uint8, len(w.code)+1)
	pending := []int{0}
	for len(pending) > 0 {
		at := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		for {
			in, ok := instructionAt(w.code, at)
			if !ok {
				break
			}
			w.arrivals[at] = min(w.arrivals[at]+1, 2)
			if w.arrivals[at] > 1 {
				break
			}
			to, _, jumps, ends := in.jump()
			if jumps {
				pending = append(pending, to)
			}
			if ends {
				break
			}
			at = in.next()
		}
	}
}

func (w *walk) find() bool {
	w.seen = make([]uint64, len(w.code)/64+1)
	w.pending = []branch{{}}
	for len(w.pending) > 0 {
		next := w.pending[len(w.pending)-1]
		w.pending = w.pending[:len(w.pending)-1]
		w.stack = next.stack
		if w.run(next.at) {
			return true
		}
	}
	return false
}

// run goes on from an offset until the way ends, or the target is found.
func (w *walk) run(from int) bool {
	for {
		if w.visit != nil {
			w.visit(from, len(w.stack))
		}
		in, ok := instructionAt(w.code, from)
		if !ok || w.seen[from/64]&(1<<(from%64)) != 0 {
			return false
		}
		w.seen[from/64] |= 1 << (from % 64)
		if w.arrivals[from] > 1 {
			w.forgetTop()
		}
		if w.target >= from && w.target < in.next() {
			w.found = in
			return true
		}
		if len(w.stack) < in.pops() || !w.step(&in) {
			return false
		}
		to, more, jumps, ends := in.jump()
		if jumps {
			w.branch(to, more)
		}
		if ends {
			return false
		}
		from = in.next()
	}
}

// branch notes another way.
func (w *walk) branch(to, more int) {
	if w.copied += len(w.stack); w.copied > maxCopied {
		return // it is not found on that way
	}
	stack := append(make([]origin, 0, len(w.stack)+8), w.stack...)
	if more < 0 {
		stack = stack[:max(len(stack)+more, 0)]
	}
	for range more {
		stack = append(stack, origin{})
	}
	w.pending = append(w.pending, branch{to, stack})
}

// forgetTop is for where ways meet: what is on top may come of either.
func (w *walk) forgetTop() {
	if n := len(w.stack); n > 0 && w.stack[n-1].kind != guard {
		w.stack[n-1] = origin{}
	}
}

func (w *walk) push(s ...origin) { w.stack = append(w.stack, s...) }

// step does to the stack what an instruction does.
func (w *walk) step(in *instruction) bool {
	n := len(w.stack) - in.pops()
	if s, ok := in.isLoad(); ok {
		w.push(s)
		return true
	}
	if order, ok := shuffles[in.op]; ok {
		return w.shuffle(in, n, order)
	}
	if w.follow(in, n) || in.sets() {
		return true
	}
	if in.op == lib.EOP_nip_catch {
		return w.leaveGuard()
	}
	w.stack = append(w.stack[:n], make([]origin, in.Fn_push)...)
	return true
}

// shuffle puts what was on the stack from n on there again in another order.
func (w *walk) shuffle(in *instruction, n int, order string) bool {
	if len(order) != int(in.Fn_push) {
		return false
	}
	made := make([]origin, len(order))
	for i, from := range []byte(order) {
		made[i] = w.stack[n+int(from-'0')]
	}
	w.stack = append(w.stack[:n], made...)
	return true
}

// follow is step for what puts something there of which is known where it comes
// from. The instruction takes what is on the stack from n on.
func (w *walk) follow(in *instruction, n int) bool {
	switch in.op {
	case lib.EOP_get_field, lib.EOP_get_length:
		w.stack[n] = w.stack[n].member(in.memberAtom())
	case lib.EOP_get_field2:
		w.push(w.stack[n].member(in.memberAtom()))
	case lib.EOP_call, lib.EOP_call0, lib.EOP_call1, lib.EOP_call2, lib.EOP_call3:
		w.stack = append(w.stack[:n], w.stack[n].chained(called, 0))
	case lib.EOP_call_method:
		w.stack = append(w.stack[:n], w.stack[n+1].chained(called, 0))
	case lib.EOP_to_object:
		w.stack[n].taken = true
	case lib.EOP_catch:
		w.push(origin{kind: guard})
	case lib.EOP_for_of_start, lib.EOP_for_await_of_start:
		w.stack = append(w.stack[:n], origin{}, origin{}, origin{kind: guard})
	case lib.EOP_for_of_next:
		next := origin{kind: iterated}
		if after, ok := instructionAt(in.code, in.next()); ok && after.op == lib.EOP_drop {
			next = origin{} // a pattern's
		}
		w.push(next, origin{})
	case lib.EOP_iterator_get_value_done: // puts the guard there again that for_await_of_next has taken away
		w.stack = append(w.stack[:n], origin{kind: guard}, origin{kind: iterated}, origin{})
	default:
		return false
	}
	return true
}

// memberAtom is the name of the property that the instruction gets.
func (in *instruction) memberAtom() int {
	if in.op == lib.EOP_get_length {
		return lib.EJS_ATOM_length
	}
	return int(in.u32(1))
}

// leaveGuard is nip_catch: what is on top stays, all below it down to the guard goes.
func (w *walk) leaveGuard() bool {
	n := len(w.stack) - 2
	for n >= 0 && w.stack[n].kind != guard {
		n--
	}
	if n < 0 {
		return false
	}
	w.stack = append(w.stack[:n], origin{})
	return true
}

func (s origin) member(atom int) origin { return s.chained(property, atom) }

// chained is what comes of it, not known at the end of a long chain.
func (s origin) chained(k kind, index int) origin {
	if s.after >= maxMembers {
		return origin{}
	}
	return origin{kind: k, index: index, of: &s, after: s.after + 1}
}

// operand is the i-th value from the top of the stack that the instruction
// takes, the caller's to free. Values without references are still there after
// it has failed; others may have been freed, and are looked up where they come
// from.
func (e *Engine) operand(o *operands, i int) (lib.TJSValue, bool) {
	n := len(o.origins) - 1 - i
	if n < 0 || i < 0 || i >= o.in.pops() {
		return undefined, false
	}
	slot := o.slot(n)
	if slot.Ftag >= 0 {
		return slot, slot.Ftag <= lib.EJS_TAG_UNDEFINED || slot.Ftag == lib.EJS_TAG_FLOAT64
	}
	if o.keeps(i) {
		return e.dup(slot), true
	}
	v, ok := e.originValue(o, o.origins[n])
	if ok && v != slot { // a variable that has changed
		e.free(v)
		return undefined, false
	}
	return v, ok
}

// slot is the n-th value on the stack.
func (o *operands) slot(n int) lib.TJSValue {
	return *valueAt(o.frame.Fvar_buf, int(o.code.Fvar_count)+n)
}

// keeps says that the instruction leaves its i-th operand from the top alone
// when it fails.
func (o *operands) keeps(i int) bool {
	switch o.in.op {
	case lib.EOP_get_array_el, lib.EOP_get_array_el2:
		return i == 1
	case lib.EOP_delete, lib.EOP_in, lib.EOP_private_in, lib.EOP_instanceof, lib.EOP_for_of_start, lib.EOP_for_await_of_start, lib.EOP_to_object,
		lib.EOP_get_field, lib.EOP_get_field2, lib.EOP_get_array_el3, lib.EOP_call, lib.EOP_call0, lib.EOP_call1, lib.EOP_call2, lib.EOP_call3,
		lib.EOP_call_method, lib.EOP_call_constructor, lib.EOP_iterator_check_object, lib.EOP_iterator_get_value_done, lib.EOP_append:
		return true
	}
	return false
}

// originValue looks a value up. No code of the Worker's runs.
func (e *Engine) originValue(o *operands, s origin) (v lib.TJSValue, ok bool) {
	switch s.kind {
	case local:
		v = *valueAt(o.frame.Fvar_buf, s.index)
	case parameter:
		v = *valueAt(o.frame.Farg_buf, s.index)
	case captured:
		v = *valueAt(at[lib.TJSVarRef](*at[uintptr](functionOf(o.frame.Fcur_func).references + uintptr(s.index)*8)).Fpvalue, 0)
	case constant:
		if s.index >= int(o.code.Fcpool_count) {
			return undefined, false
		}
		v = *valueAt(o.code.Fcpool, s.index)
	case global:
		v := e.look(e.context().Fglobal_obj, e.originText(o, s))
		return v, v.Ftag != lib.EJS_TAG_UNDEFINED
	case name:
		return lib.XJS_AtomToString(e.tls, e.ctx, uint32(s.index)), true
	case property:
		of, ok := e.originValue(o, *s.of)
		if !ok {
			return undefined, false
		}
		defer e.free(of)
		v := e.look(of, e.atomText(uint32(s.index)))
		return v, v.Ftag != lib.EJS_TAG_UNDEFINED
	default:
		return undefined, false
	}
	return e.dup(v), v.Ftag != lib.EJS_TAG_UNINITIALIZED
}

// operandText is how the i-th operand from the top reads in the text, "" when
// that isn't known.
func (e *Engine) operandText(o *operands, i int) string {
	if n := len(o.origins) - 1 - i; n >= 0 {
		return e.originText(o, o.origins[n])
	}
	return ""
}

func (e *Engine) originText(o *operands, s origin) string {
	switch s.kind {
	case local:
		return e.variableName(at[lib.TJSBytecodeVarDef](o.code.Fvardefs + uintptr(int(o.code.Farg_count)+s.index)*varDefSize).Fvar_name)
	case parameter:
		return e.variableName(at[lib.TJSBytecodeVarDef](o.code.Fvardefs + uintptr(s.index)*varDefSize).Fvar_name)
	case captured, global:
		return e.variableName(at[lib.TJSClosureVar](o.code.Fclosure_var + uintptr(s.index)*closureVarSize).Fvar_name)
	case name:
		return strconv.Quote(e.atomText(uint32(s.index)))
	case property:
		if of := e.originText(o, *s.of); of != "" {
			return of + "." + e.atomText(uint32(s.index))
		}
	case called:
		if of := e.originText(o, *s.of); of != "" {
			return of + "(...)"
		}
	case iterated:
		return ".for" // V8's name for what it keeps the next in
	}
	return ""
}

// variableName is the name of a variable, "" for one of the compiler's own.
func (e *Engine) variableName(atom lib.TJSAtom) string {
	if text := e.atomText(atom); atom != 0 && text != "" && text[0] != '<' {
		return text
	}
	return ""
}
