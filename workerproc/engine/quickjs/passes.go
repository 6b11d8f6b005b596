package quickjs

import (
	"bytes"
	"encoding/binary"
	"math"

	lib "modernc.org/libquickjs"
)

// mendPasses gives closures over the variables of for (let …; …; …) those of their own pass where it ends by continue. At the end
// of the body QuickJS takes the variables from the closures that have them (close_loc) but continue goes to what follows. Here it is
// sent to these instructions: they do nothing with what no closure has, and no instruction grows by it.
//
// What isn't mended: a body whose end nothing gets to, of which the compiler leaves the instructions out; a jump that is too
// short for the way; and a loop without test and update, where a continue can't be told from the end of a loop that its body
// begins with.
func (e *Engine) mendPasses(v lib.TJSValue) {
	if v.Ftag == lib.EJS_TAG_MODULE {
		v = at[lib.TJSModuleDef](pointer(v)).Ffunc_obj
	}
	for pending := []lib.TJSValue{v}; len(pending) > 0; {
		v, pending = pending[len(pending)-1], pending[:len(pending)-1]
		if v.Ftag != lib.EJS_TAG_FUNCTION_BYTECODE {
			continue
		}
		b := at[lib.TJSFunctionBytecode](pointer(v))
		for i := range int(b.Fcpool_count) {
			pending = append(pending, *valueAt(b.Fcpool, i))
		}
		if b.Fvar_ref_count > 0 { // closures have variables of it
			mendCode(codeOf(b))
		}
	}
}

// evalMended evaluates a script.
func (e *Engine) evalMended(name, source string) (lib.TJSValue, error) {
	v, err := e.eval(name, source, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if err != nil {
		return undefined, err
	}
	e.mendPasses(v)
	return e.checked(lib.XJS_EvalFunction(e.tls, e.ctx, v))
}

// passes is what mendCode finds in a function.
type passes struct {
	code   []byte
	jumps  []instruction
	closed map[int]int // where close_locs end, and where they begin
	begun  map[int]int // the same where a goto is between: a loop without a test has its update behind that
}

func mendCode(code []byte) {
	if bytes.IndexByte(code, lib.EOP_close_loc) < 0 {
		return
	}
	p := passes{code: code, closed: map[int]int{}, begun: map[int]int{}}
	if !p.find() || len(p.closed) == 0 {
		return
	}
	for i := range p.jumps {
		in := &p.jumps[i]
		to := in.target()
		if start, ok := p.closed[to]; ok && to > in.at {
			in.jumpTo(start)
		} else if to < in.at {
			p.mendBack(i, to)
		}
	}
}

func (p *passes) find() bool {
	start := -1
	for at := 0; at < len(p.code); {
		in, ok := instructionAt(p.code, at)
		if !ok {
			return false
		}
		at = in.next()
		switch in.op {
		case lib.EOP_close_loc:
			if start < 0 {
				start = in.at
			}
			continue
		case lib.EOP_goto, lib.EOP_goto8, lib.EOP_goto16, lib.EOP_if_true, lib.EOP_if_true8, lib.EOP_if_false, lib.EOP_if_false8:
			p.jumps = append(p.jumps, in)
			if start >= 0 && in.isGoto() {
				p.begun[at] = start
			}
		}
		if start >= 0 {
			p.closed[in.at], start = start, -1
		}
	}
	return true
}

// mendBack is for the jump back at the end of a loop where continue goes back, too: to the test, as there is no update, or to the
// update, as there is no test. Before it stand the same instructions as before the loop.
func (p *passes) mendBack(end, to int) {
	last := &p.jumps[end]
	if _, ok := p.closed[last.at]; !ok || !last.isGoto() {
		return
	}
	before, tested := to, true
	start, ok := p.closed[to]
	if !ok {
		if start, ok = p.begun[to]; !ok {
			return
		}
		for before = start; p.code[before] == lib.EOP_close_loc; before += 3 {
		}
		tested = false
	}
	n := before - start
	if !bytes.Equal(p.code[start:before], p.code[max(last.at-n, 0):last.at]) || tested && !p.tests(to, last.next()) {
		return
	}
	for i := end - 1; i >= 0 && p.jumps[i].at >= to; i-- {
		if in := &p.jumps[i]; in.target() == to && !in.jumpTo(last.at-n) && tested {
			in.jumpTo(start)
		}
	}
}

func (in *instruction) target() int {
	to, _, _, _ := in.jump()
	return to
}

// tests says that a loop begins with a test: of its jumps the first leaves it, but for those within the test's && and ||.
func (p *passes) tests(from, end int) bool {
	for i := range p.jumps {
		if in := &p.jumps[i]; in.at >= from && (in.target() == end || p.code[in.at-1] != lib.EOP_dup) {
			return in.target() == end && !in.isGoto()
		}
	}
	return false
}

func (in *instruction) isGoto() bool {
	return in.op == lib.EOP_goto || in.op == lib.EOP_goto8 || in.op == lib.EOP_goto16
}

// jumpTo changes where a jump goes, if its operand has room for that.
func (in *instruction) jumpTo(to int) bool {
	operand, by := in.code[in.at+1:], to-in.at-1
	switch in.Fsize {
	case 2:
		if by < math.MinInt8 || by > math.MaxInt8 {
			return false
		}
		operand[0] = byte(by)
	case 3:
		if by < math.MinInt16 || by > math.MaxInt16 {
			return false
		}
		binary.LittleEndian.PutUint16(operand, uint16(by))
	default:
		binary.LittleEndian.PutUint32(operand, uint32(by))
	}
	return true
}
