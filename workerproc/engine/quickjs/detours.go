package quickjs

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"sort"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// detours are instructions that are put in: the first ones of a place make way for a jump to behind the function's code, where
// they follow on what is put in.
type detours struct {
	added  []byte // behind the code
	made   []detour
	caught []detour               // of what is caught
	from   map[int][]*instruction // the jumps to each place

	places []place
}

type detour struct{ at, next, to int }

// mendDead is for loops of which nothing gets to the end of the body, or of which a continue doesn't reach it.
func (p *passes) mendDead(b *lib.TJSFunctionBytecode) {
	p.from = map[int][]*instruction{}
	for i := range p.jumps {
		to := p.jumps[i].target()
		p.from[to] = append(p.from[to], &p.jumps[i])
	}
	for _, head := range slices.Sorted(maps.Keys(p.from)) {
		if jumps := p.from[head]; jumps[len(jumps)-1].at < head {
			continue
		}
		if closes, tested := p.closesOf(head); len(closes) == 0 {
			continue
		} else if tested {
			p.mendTested(b, head, closes)
		} else {
			p.mendUntested(head, closes)
		}
	}
}

// mendUntested is for a loop that begins with a jump over its update to its body.
func (p *passes) mendUntested(update int, closes []byte) {
	body, left := p.jumps[p.firstJump(update)-1].target(), 0
	if body <= update || p.apart[body] {
		return
	}
	for _, in := range p.from[update] {
		if in.at < body || !in.branches() {
			return
		}
		if !p.closesAt(in.at, closes) {
			left++
		}
	}
	if left > 0 {
		p.detour(update, body, closes)
	}
}

// mendTested is for a loop that begins with a test. At its end the same variables are closed. If it has an update, this ends by the
// one way back, and all continues go to it; else they go back.
func (p *passes) mendTested(b *lib.TJSFunctionBytecode, test int, closes []byte) {
	exit := p.exit(test)
	if exit <= test || !bytes.HasPrefix(p.code[exit:], closes) || p.goesTo(exit+len(closes), test) {
		return
	}
	back := p.from[test]
	for _, in := range back {
		if in.at < test || in.at >= exit || !in.branches() || p.closesAt(in.at, closes) {
			return // no such loop, or mendBack has seen to it
		}
	}
	if len(back) == 1 && back[0].isGoto() && back[0].next() == exit {
		if p.findPlaces(b); p.endsAlive(test, exit, closes) {
			return
		}
		if update := p.update(test, back[0].at); update > 0 {
			p.detour(update, exit, closes)
		}
		return
	}
	for _, in := range back {
		in.jumpTo(test - len(closes))
	}
}

// endsAlive says that there is an end of the body, behind which the source goes back to the update.
func (p *passes) endsAlive(from, to int, closes []byte) bool {
	for _, end := range p.ends[sort.SearchInts(p.ends, from+1):sort.SearchInts(p.ends, to)] {
		if !p.closesAt(end, closes) {
			continue
		}
		if i := p.firstPlace(end); i > 0 && i < len(p.places) && p.places[i].in < p.places[i-1].in && !p.apart[p.places[i].at] {
			return true
		}
	}
	return false
}

// goesTo says that there is a goto, and to where.
func (p *passes) goesTo(at, to int) bool {
	in, ok := instructionAt(p.code, at)
	return ok && in.isGoto() && in.target() == to
}

// maxUpdates is how many places are looked at for where an update begins.
const maxUpdates = 32

// update finds where a loop's update begins, which ends by the jump back: it stands between test and body in the source, and behind
// both in the code. 0: there is none.
func (p *passes) update(test, back int) int {
	list := p.places[p.firstPlace(test):p.firstPlace(back+1)]
	least, most, tries := math.MaxInt, 0, 0
	for i := len(list) - 1; i > 0 && tries < maxUpdates; i-- {
		least, most = min(least, list[i].in), max(most, list[i].in)
		if list[i-1].in <= most {
			continue
		}
		tries++
		body := slices.IndexFunc(list[:i], func(p place) bool { return p.in >= least })
		if !slices.ContainsFunc(list[body:i], func(p place) bool { return p.in <= most }) {
			return list[i].at
		}
	}
	return 0
}

// firstPlace is the number of the first place of what is from an offset on.
func (p *passes) firstPlace(from int) int {
	return sort.Search(len(p.places), func(i int) bool { return p.places[i].at >= from })
}

// place is where in the source an instruction is from: the line, and the column within it.
type place struct{ at, in int }

// findPlaces reads QuickJS's table of what comes from where.
func (p *passes) findPlaces(b *lib.TJSFunctionBytecode) {
	if p.places != nil {
		return
	}
	table := &leb{left: tableOf(b)}
	code, line, column := 0, table.unsigned(), table.unsigned()
	for len(table.left) > 0 {
		if op := int(table.byte()); op == 0 {
			code += table.unsigned()
			line += table.signed()
		} else {
			code += (op - lib.MPC2LINE_OP_FIRST) / lib.MPC2LINE_RANGE
			line += (op-lib.MPC2LINE_OP_FIRST)%lib.MPC2LINE_RANGE + lib.MPC2LINE_BASE
		}
		column += table.signed()
		p.places = append(p.places, place{code, line<<32 + column})
	}
}

// leb reads numbers of seven bits in a byte.
type leb struct{ left []byte }

func (l *leb) byte() (b byte) {
	b, l.left = l.left[0], l.left[1:]
	return b
}

func (l *leb) unsigned() int {
	n, size := binary.Uvarint(l.left)
	l.left = l.left[max(size, 0):]
	return int(n)
}

func (l *leb) signed() int {
	n, size := binary.Varint(l.left)
	l.left = l.left[max(size, 0):]
	return int(n)
}

// detour puts instructions before others.
func (p *passes) detour(at, limit int, put []byte) {
	next := at
	end := instruction{op: lib.EOP_nop}
	for next < at+3 && !end.isGoto() {
		in, ok := instructionAt(p.code, next)
		if _, _, jumps, ends := in.jump(); !ok || in.next() > limit || (jumps || ends) && !in.isGoto() || next > at && p.from[next] != nil {
			return
		}
		next, end = in.next(), in
	}
	to := len(p.code) + len(p.added)
	if next < at+3 || to-at-1 > math.MaxInt16 {
		return
	}
	moved, on := p.code[at:next], next
	if end.isGoto() {
		moved, on = p.code[at:end.at], end.target()
	}
	p.made = append(p.made, detour{at, next, to})
	p.put(append(bytes.Clone(put), moved...), on)
}

// put adds instructions from which it goes on elsewhere.
func (p *passes) put(code []byte, on int) {
	p.added = append(p.added, code...)
	from := len(p.code) + len(p.added) + 1
	p.added = binary.LittleEndian.AppendUint32(append(p.added, lib.EOP_goto), uint32(int32(on-from)))
}

// addDetours puts the detours behind a function's code, where they stay until the engine ends.
func (e *Engine) addDetours(b *lib.TJSFunctionBytecode, p *passes) {
	if len(p.added) == 0 {
		return
	}
	p.findPlaces(b)
	n := int(b.Fbyte_code_len)
	table := append(bytes.Clone(tableOf(b)), p.placesOfDetours()...)
	both, places := e.heap.mustMalloc(lib.Size_t(n+len(p.added))), lib.Xjs_malloc(e.tls, e.ctx, lib.Size_t(len(table)))
	if both == 0 || places == 0 {
		return
	}
	code := unsafe.Slice(at[byte](both), n+len(p.added))
	copy(code, codeOf(b))
	copy(code[n:], p.added)
	for _, way := range p.made {
		for i := way.at; i < way.next; i++ {
			code[i] = lib.EOP_nop
		}
		code[way.at] = lib.EOP_goto16
		binary.LittleEndian.PutUint16(code[way.at+1:], uint16(way.to-way.at-1))
	}
	for _, way := range p.caught {
		binary.LittleEndian.PutUint32(code[way.at+1:], uint32(way.to-way.at-1))
	}
	b.Fbyte_code_buf, b.Fbyte_code_len = both, int32(len(code))
	copy(unsafe.Slice(at[byte](places), len(table)), table)
	lib.Xjs_free(e.tls, e.ctx, b.Fdebug.Fpc2line_buf)
	b.Fdebug.Fpc2line_buf, b.Fdebug.Fpc2line_len = places, int32(len(table))
}

func tableOf(b *lib.TJSFunctionBytecode) []byte {
	return unsafe.Slice(at[byte](b.Fdebug.Fpc2line_buf), b.Fdebug.Fpc2line_len)
}

// placesOfDetours is what follows in the table: detours are from where they begin.
func (p *passes) placesOfDetours() (table []byte) {
	var last place
	if n := len(p.places); n > 0 {
		last = p.places[n-1]
	}
	for _, way := range p.made {
		here := place{at: way.to}
		if i := p.firstPlace(way.at + 1); i > 0 {
			here.in = p.places[i-1].in
		}
		table = append(table, 0)
		table = binary.AppendUvarint(table, uint64(here.at-last.at))
		table = binary.AppendVarint(table, int64(here.in>>32-last.in>>32))
		table = binary.AppendVarint(table, int64(int32(here.in)-int32(last.in)))
		last = here
	}
	return table
}
