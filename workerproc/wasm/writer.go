package wasm

import (
	"slices"
	"strconv"
)

// The names under which a module that was rewritten exports what the package
// needs. A module of the Worker's can't have one of them: it would be exported twice.
const (
	exportMemory = "\x00memory" // its memory
	exportTable  = "\x00table"  // with the table's index
	exportGlobal = "\x00global" // with the global's index
	exportStart  = "\x00start"  // its start function, which wazero doesn't call: it could not be interrupted
	exportRefs   = "\x00refs"   // a function from the index in the table of references to the reference
	hostModule   = "host"       // the module that functions are imported from
)

func unsigned(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func text(b []byte, s string) []byte { return append(unsigned(b, uint64(len(s))), s...) }

// more is a section's body with items added; body is nil where there was none.
func more(body []byte, items ...[]byte) []byte {
	r := &reader{data: body}
	n := uint64(0)
	if body != nil {
		n = r.u64()
	}
	out := append(unsigned(nil, n+uint64(len(items))), body[r.pos:]...)
	return append(out, slices.Concat(items...)...)
}

// order is where a section stands among the others.
var order = map[byte]int{1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 13: 6, 6: 7, 7: 8, 8: 9, 9: 10, 12: 11, 10: 12, 11: 13}

// rewritten is the module as wazero gets it. Its imports have other names, by
// which link.go finds them; and it exports, under names of our own, what the
// API needs and wazero's has no way to: its tables and globals, and references
// to the functions that may be referred to, whose indices refs are.
func (m *binaryModule) rewritten() (data []byte, refs []int) {
	refs = m.referable()
	sections := slices.DeleteFunc(slices.Clone(m.sections), func(s section) bool { return s.id == sectionCustom || s.id == sectionStart })
	edit := func(id byte, change func(body []byte) []byte) {
		for i := range sections {
			if sections[i].id == id {
				sections[i].body = change(sections[i].body)
				return
			}
		}
		at := slices.IndexFunc(sections, func(s section) bool { return order[s.id] > order[id] })
		if at < 0 {
			at = len(sections)
		}
		sections = slices.Insert(sections, at, section{id, change(nil)})
	}
	if len(m.imports) > 0 {
		edit(sectionImport, m.renamedImports)
	}
	if slices.ContainsFunc(sections, func(s section) bool { return s.id == sectionTable }) {
		edit(sectionTable, boundedTables)
	}
	exports := m.ownExports()
	if len(refs) > 0 {
		exports = append(exports, m.addReferences(edit, refs))
	}
	edit(sectionExport, func(body []byte) []byte { return more(body, exports...) })
	data = []byte("\x00asm\x01\x00\x00\x00")
	for _, s := range sections {
		data = append(unsigned(append(data, s.id), uint64(len(s.body))), s.body...)
	}
	return data, refs
}

// boundedTables gives each table the maximum that V8 has for all.
func boundedTables(body []byte) []byte {
	r := &reader{data: body}
	n := r.count()
	out := unsigned(nil, uint64(n))
	for ; n > 0; n-- {
		from := r.pos
		initial := r.left() > 0 && r.data[r.pos] == 0x40 // with a value for its elements
		if initial {
			r.bytes(2)
		}
		r.valueType()
		out = append(out, body[from:r.pos]...)
		out = append(out, encodeLimits(r.limits().atMost(maxTable))...)
		if from = r.pos; initial {
			r.constant()
			out = append(out, body[from:r.pos]...)
		}
	}
	return out
}

func (l limits) atMost(max uint64) limits {
	l.max = min(l.max, max)
	return l
}

// referable are the functions that something outside may get a reference to.
func (m *binaryModule) referable() []int {
	refs := slices.Clone(m.escaping)
	for _, e := range m.exports {
		if e.kind == kindFunction {
			refs = append(refs, e.index)
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// renamedImports gives functions the module "host" and their index as name;
// tables and globals a module each, named by their place.
func (m *binaryModule) renamedImports(body []byte) []byte {
	r := &reader{data: body}
	out := unsigned(nil, uint64(r.count()))
	for place, i := range m.imports {
		r.name()
		r.name()
		from := r.pos
		module, name := importNames(place, i)
		out = text(text(out, module), name)
		again := &binaryModule{}
		again.skipImport(r)
		out = append(out, body[from:r.pos]...)
	}
	return out
}

func importNames(place int, i imported) (module, name string) {
	switch i.kind {
	case kindFunction:
		return hostModule, strconv.Itoa(i.index)
	case kindMemory:
		return strconv.Itoa(place), exportMemory
	case kindTable:
		return strconv.Itoa(place), exportTable
	case kindGlobal:
		return strconv.Itoa(place), exportGlobal
	}
	return strconv.Itoa(place), "tag"
}

func (m *binaryModule) skipImport(r *reader) {
	switch r.byte() {
	case kindFunction:
		r.u32()
	case kindTable:
		r.valueType()
		r.limits()
	case kindMemory:
		r.limits()
	case kindGlobal:
		r.valueType()
		r.byte()
	case kindTag:
		r.byte()
		r.u32()
	}
}

func export(name string, kind byte, index int) []byte {
	return unsigned(append(text(nil, name), kind), uint64(index))
}

func (m *binaryModule) ownExports() (items [][]byte) {
	if len(m.memories) > 0 {
		items = append(items, export(exportMemory, kindMemory, 0))
	}
	if m.start >= m.importedFunctions() {
		items = append(items, export(exportStart, kindFunction, m.start))
	}
	for i := range m.tables {
		items = append(items, export(exportTable+strconv.Itoa(i), kindTable, i))
	}
	wanted := map[int]bool{}
	for _, e := range m.exports {
		if e.kind == kindGlobal {
			wanted[e.index] = true
		}
	}
	for i, g := range m.globals {
		if wanted[i] || g.value == externref {
			items = append(items, export(exportGlobal+strconv.Itoa(i), kindGlobal, i))
		}
	}
	return items
}

// addReferences adds a table with a reference to each function of refs, and a
// function that reads it. It returns that one's export.
func (m *binaryModule) addReferences(edit func(byte, func([]byte) []byte), refs []int) []byte {
	add := func(id byte, item []byte) { edit(id, func(body []byte) []byte { return more(body, item) }) }
	size, place := uint64(len(refs)), uint64(len(m.tables))
	add(sectionType, []byte{0x60, 1, i32, 1, funcref})
	add(sectionFunction, unsigned(nil, uint64(len(m.types))))
	add(sectionTable, unsigned(unsigned([]byte{funcref, 1}, size), size))
	element := append(unsigned([]byte{2}, place), 0x41, 0, 0x0b, 0)
	element = unsigned(element, size)
	for _, f := range refs {
		element = unsigned(element, uint64(f))
	}
	add(sectionElement, element)
	code := append(unsigned([]byte{0, 0x20, 0, 0x25}, place), 0x0b)
	add(sectionCode, append(unsigned(nil, uint64(len(code))), code...))
	return export(exportRefs, kindFunction, len(m.functions))
}
