package quickjs

import (
	"bytes"
	"encoding/binary"
	"math"
	"sort"

	lib "modernc.org/libquickjs"
)

// mendPasses gives closures over the variables of for (let …; …; …) those of their own pass where it ends by continue. At the end
// of the body QuickJS takes the variables from the closures that have them (close_loc) but continue goes to what follows. Here it is
// sent to these instructions: they do nothing with what no closure has, and no instruction grows by it. Where nothing gets to the end
// of the body, the compiler leaves the instructions out: they are put in where continue goes (detours.go).
//
// A loop without update gets one (source.WithUpdates): without it a continue at the end of the body can't be told from the end of a
// loop which the body begins with.
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
		if b.Fvar_ref_count > 0 || hasDetoured(codeOf(b)) { // closures have variables of it
			e.mendCode(b)
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
	jumps  []instruction // all of them, in order
	closed map[int]int   // where close_locs end, and where they begin
	ends   []int         // where they end, in order
	begun  map[int]int   // the same where a goto is between: a loop without a test has its update behind that
	apart  map[int]bool  // what doesn't follow on what is before it
	others []instruction // those that have nothing to do with closures (others.go)
	detours
}

func (e *Engine) mendCode(b *lib.TJSFunctionBytecode) {
	code := codeOf(b)
	if bytes.IndexByte(code, lib.EOP_close_loc) < 0 && bytes.IndexByte(code, lib.EOP_catch) < 0 && !hasDetoured(code) {
		return
	}
	p := passes{code: code, closed: map[int]int{}, begun: map[int]int{}, apart: map[int]bool{}}
	if !p.find() {
		return
	}
	for i := range p.jumps {
		in := &p.jumps[i]
		to := in.target()
		if start, ok := p.closed[to]; ok && to > in.at && in.branches() {
			in.jumpTo(start)
		} else if to < in.at {
			p.mendBack(i, to)
		}
	}
	if len(p.closed) > 0 {
		p.mendDead(b)
	}
	p.mendCatches(b)
	p.mendOthers()
	e.addDetours(b, &p)
}

func (p *passes) find() bool {
	start := -1
	for at := 0; at < len(p.code); {
		in, ok := instructionAt(p.code, at)
		if !ok {
			return false
		}
		at = in.next()
		if in.op == lib.EOP_for_await_of_next || in.op == lib.EOP_copy_data_properties {
			p.others = append(p.others, in)
		}
		if in.op == lib.EOP_close_loc {
			if start < 0 {
				start = in.at
			}
			continue
		}
		_, _, jumps, ends := in.jump()
		if jumps {
			p.jumps = append(p.jumps, in)
		}
		if ends {
			p.apart[at] = true
		}
		if start >= 0 && in.isGoto() {
			p.begun[at] = start
		}
		if start >= 0 {
			p.closed[in.at], start = start, -1
			p.ends = append(p.ends, in.at)
		}
	}
	return true
}

// mendBack is for the jump back at the end of a loop where continue goes back, too: to the test, as there is no update, or to the
// update, as there is no test. Before it stand the same instructions as before the loop.
func (p *passes) mendBack(end, to int) {
	last := &p.jumps[end]
	closes, tested := p.closesOf(to)
	n := len(closes)
	if n == 0 || !last.isGoto() || !p.closesAt(last.at, closes) || tested && p.exit(to) != last.next() {
		return
	}
	for i := end - 1; i >= 0 && p.jumps[i].at >= to; i-- {
		if in := &p.jumps[i]; in.target() == to && in.branches() && !in.jumpTo(last.at-n) && tested {
			in.jumpTo(to - n)
		}
	}
}

// closesOf is what closes a loop's variables before its first pass.
func (p *passes) closesOf(head int) (closes []byte, tested bool) {
	if start, ok := p.closed[head]; ok {
		return p.code[start:head], true
	}
	start, ok := p.begun[head]
	if !ok {
		return nil, false
	}
	end := start
	for p.code[end] == lib.EOP_close_loc {
		end += int(opcodes[lib.EOP_close_loc].Fsize)
	}
	return p.code[start:end], false
}

// closesAt says that the same variables are closed before an instruction.
func (p *passes) closesAt(at int, closes []byte) bool {
	start, ok := p.closed[at]
	return ok && bytes.HasSuffix(p.code[start:at], closes)
}

// exit is where the test goes that a loop begins with when it says no, 0 without a test.
func (p *passes) exit(head int) int {
	if i := p.testJump(head); i < len(p.jumps) && !p.jumps[i].isGoto() && p.jumps[i].branches() {
		return p.jumps[i].target()
	}
	return 0
}

// testJump is the number of a test's jump: a loop's first, but for those within && and ||.
func (p *passes) testJump(head int) int {
	i := p.firstJump(head)
	for i < len(p.jumps) && p.code[p.jumps[i].at-1] == lib.EOP_dup {
		i++
	}
	return i
}

// firstJump is the number of the first jump from an offset on.
func (p *passes) firstJump(from int) int {
	return sort.Search(len(p.jumps), func(i int) bool { return p.jumps[i].at >= from })
}

func (in *instruction) target() int {
	to, _, _, _ := in.jump()
	return to
}

// branches says that it does nothing but to jump, or not.
func (in *instruction) branches() bool {
	switch in.op {
	case lib.EOP_if_true, lib.EOP_if_true8, lib.EOP_if_false, lib.EOP_if_false8:
		return true
	}
	return in.isGoto()
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
