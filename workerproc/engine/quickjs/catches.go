package quickjs

import (
	"encoding/binary"
	"slices"

	lib "modernc.org/libquickjs"
)

// block is what an instruction catches the exceptions of: what stands before where it goes on.
type block struct {
	catch   *instruction
	end     int
	around  *block
	looped  bool // it may run again in the same call
	escapes []byte
}

// mendCatches is for blocks that are left by an exception, where QuickJS leaves closures the variables as it does for continue. What
// is caught goes by a detour that takes them: those of which all uses are within the block.
func (p *passes) mendCatches(b *lib.TJSFunctionBytecode) {
	blocks := p.blocks()
	if len(blocks) == 0 {
		return
	}
	for v, span := range p.spans(b) {
		i, _ := slices.BinarySearchFunc(blocks, span.first, func(b *block, at int) int { return b.catch.at - at })
		if span.last == 0 || i == 0 {
			continue
		}
		around := blocks[i-1]
		for around != nil && around.end <= span.last {
			around = around.around
		}
		if around != nil && around.looped {
			around.escapes = binary.LittleEndian.AppendUint16(append(around.escapes, lib.EOP_close_loc), uint16(v))
		}
	}
	for _, b := range blocks {
		if len(b.escapes) > 0 {
			p.caught = append(p.caught, detour{at: b.catch.at, to: len(p.code) + len(p.added)})
			p.put(b.escapes, b.end)
		}
	}
}

// blocks are in the order of their beginnings.
func (p *passes) blocks() (list []*block) {
	var back []*instruction
	for i := range p.jumps {
		in := &p.jumps[i]
		if to := in.target(); to < in.at {
			back = append(back, in)
		} else if in.op == lib.EOP_catch {
			list = append(list, &block{catch: in, end: to})
		}
	}
	slices.SortFunc(back, func(a, b *instruction) int { return a.target() - b.target() })
	var around *block
	last, n := 0, 0 // the last way back to what is before
	for _, b := range list {
		for around != nil && around.end <= b.catch.at {
			around = around.around
		}
		b.around, around = around, b
		for ; n < len(back) && back[n].target() <= b.catch.at; n++ {
			last = max(last, back[n].at)
		}
		b.looped = last > b.catch.at
	}
	return list
}

// span is where a variable is used.
type span struct{ first, last int }

// The bits of a variable's description.
const (
	isCaptured = 1 << 2
	isScoped   = 1 << 3 // of a block, or of the function's body
)

// spans are those of the variables of blocks that closures have; the others have none.
func (p *passes) spans(b *lib.TJSFunctionBytecode) []span {
	list := make([]span, b.Fvar_count)
	for at := 0; at < len(p.code); {
		in, _ := instructionAt(p.code, at)
		v := in.local()
		if at = in.next(); v < 0 || v >= len(list) || flagsOf(b, v)&(isCaptured|isScoped) != isCaptured|isScoped {
			continue
		}
		if list[v].last == 0 {
			list[v].first = in.at
		}
		list[v].last = in.at
	}
	return list
}

func flagsOf(b *lib.TJSFunctionBytecode, variable int) uint8 {
	return at[lib.TJSBytecodeVarDef](b.Fvardefs + uintptr(int(b.Farg_count)+variable)*varDefSize).F__ccgo8
}

// local is the variable that an instruction is about, -1 for none. Those of two variables are only about what no closure has.
func (in *instruction) local() int {
	switch in.Ffmt {
	case lib.EOP_FMT_loc:
		return in.u16(1)
	case lib.EOP_FMT_loc8:
		return in.u8(1)
	case lib.EOP_FMT_none_loc:
		switch op := in.op; {
		case op >= lib.EOP_get_loc0 && op <= lib.EOP_get_loc3:
			return op - lib.EOP_get_loc0
		case op >= lib.EOP_put_loc0 && op <= lib.EOP_put_loc3:
			return op - lib.EOP_put_loc0
		case op >= lib.EOP_set_loc0 && op <= lib.EOP_set_loc3:
			return op - lib.EOP_set_loc0
		}
	}
	return -1
}
