package quickjs

import (
	"bytes"
	"encoding/binary"
	"math"

	lib "modernc.org/libquickjs"
)

// What is mended where a function's code has it, whether there are closures or not.

// hasDetoured says that it may be in the code.
func hasDetoured(code []byte) bool {
	return bytes.IndexByte(code, lib.EOP_for_await_of_next) >= 0 || bytes.IndexByte(code, lib.EOP_copy_data_properties) >= 0
}

func (p *passes) mendOthers() {
	for i := range p.others {
		switch in := &p.others[i]; in.op {
		case lib.EOP_for_await_of_next:
			p.mendAwaited(in)
		case lib.EOP_copy_data_properties:
			p.mendSpread(in)
		}
	}
}

// mendAwaited is for a for await that comes to its end: QuickJS calls the iterator's return there, too, as it finds the iterator
// where it closes what is left early. So undefined is put in its place, below next and what is caught:
//
//	for_await_of_next await iterator_get_value_done if_false body; drop iterator_close
func (p *passes) mendAwaited(next *instruction) {
	at := next.at
	if !bytes.HasPrefix(p.code[at:], []byte{lib.EOP_for_await_of_next, lib.EOP_await, lib.EOP_iterator_get_value_done}) {
		return
	}
	test, ok := instructionAt(p.code, at+3)
	if !ok || test.op != lib.EOP_if_false && test.op != lib.EOP_if_false8 || len(p.code)+len(p.added)-at > math.MaxInt16 {
		return
	}
	to := len(p.code) + len(p.added)
	put := append(bytes.Clone(p.code[at:at+3]), lib.EOP_if_false)
	put = binary.LittleEndian.AppendUint32(put, uint32(int32(test.target()-to-len(put))))
	put = append(put, lib.EOP_drop, lib.EOP_rot3l, lib.EOP_drop, lib.EOP_undefined, lib.EOP_rot3l, lib.EOP_rot3l, lib.EOP_undefined)
	p.made = append(p.made, detour{at, at + 3, to})
	p.put(put, test.next())
}

// mendSpread is for { ...string }, of which QuickJS makes nothing: what is spread becomes an object, unless it is null or undefined.
//
//	null copy_data_properties drop drop
func (p *passes) mendSpread(copied *instruction) {
	at := copied.at - 1
	if at < 0 || p.code[at] != lib.EOP_null || !bytes.HasPrefix(p.code[copied.next():], []byte{lib.EOP_drop, lib.EOP_drop}) || len(p.code)+len(p.added)-at > math.MaxInt16 {
		return
	}
	to := len(p.code) + len(p.added)
	put := []byte{lib.EOP_dup, lib.EOP_is_undefined_or_null, lib.EOP_if_true8, 2, lib.EOP_to_object}
	p.made = append(p.made, detour{at, copied.next(), to})
	p.put(append(put, p.code[at:copied.next()]...), copied.next())
}
