package wasm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Types of values, and the kinds of what is imported and exported.
const (
	i32        = 0x7f
	i64        = 0x7e
	f32        = 0x7d
	f64        = 0x7c
	v128       = 0x7b
	funcref    = 0x70
	externref  = 0x6f
	refNull    = 0x63
	refNonNull = 0x64

	kindFunction = 0
	kindTable    = 1
	kindMemory   = 2
	kindGlobal   = 3
	kindTag      = 4
)

var kindNames = [...]string{"function", "table", "memory", "global", "tag"}

// Numbers of sections.
const (
	sectionCustom, sectionType, sectionImport, sectionFunction, sectionTable = 0, 1, 2, 3, 4
	sectionMemory, sectionGlobal, sectionExport, sectionStart                = 5, 6, 7, 8
	sectionElement                                                           = 9
	sectionCode, sectionData, sectionTag                                     = 10, 11, 13
)

const unlimited = 1<<64 - 1

type limits struct {
	min, max     uint64 // max: unlimited for none
	shared, wide bool
}

type signature struct{ params, results []byte }

func (s *signature) equal(t *signature) bool {
	return slices.Equal(s.params, t.params) && slices.Equal(s.results, t.results)
}

type table struct {
	element byte
	limits  limits
}

type global struct {
	value   byte
	mutable bool
}

type imported struct {
	module, name string
	kind         byte
	index        int // among those of its kind
}

type exported struct {
	name  string
	kind  byte
	index int
}

type section struct {
	id   byte
	body []byte
}

// binaryModule is what the JavaScript API needs to know of a module's binary. The
// indices of functions, tables and globals begin with the imported ones.
type binaryModule struct {
	sections  []section
	types     []signature
	imports   []imported
	functions []uint32 // types
	tables    []table
	memories  []limits
	globals   []global
	exports   []exported
	escaping  []int // functions that references are made of
	tags      int
	start     int // -1: none
}

var (
	errMagic  = errors.New("no WebAssembly module")
	errOrder  = errors.New("unexpected section")
	errLocals = errors.New("local count too large")
	errGC     = errors.New("garbage-collected types are not supported here")
)

// parse reads a module as far as the API goes. Whether it is valid is for
// wazero to say.
func parse(data []byte) (*binaryModule, error) {
	if len(data) < 8 || string(data[:4]) != "\x00asm" || binary.LittleEndian.Uint32(data[4:]) != 1 {
		return nil, errMagic
	}
	m := &binaryModule{start: -1}
	r := &reader{data: data, pos: 8}
	last := 0
	for r.left() > 0 && r.err == nil {
		s := section{id: r.byte()}
		s.body = r.bytes(int(r.u32()))
		if s.id != sectionCustom && order[s.id] <= last {
			return nil, errOrder
		}
		last = max(last, order[s.id])
		m.sections = append(m.sections, s)
		if err := m.readSection(s); err != nil {
			return nil, err
		}
	}
	return m, r.err
}

func (m *binaryModule) readSection(s section) error {
	if s.id == sectionStart {
		return m.readStart(s.body)
	}
	read := map[byte]func(*reader){sectionType: m.readType, sectionImport: m.readImport, sectionFunction: m.readFunction,
		sectionTable: m.readTable, sectionMemory: m.readMemory, sectionGlobal: m.readGlobal, sectionExport: m.readExport,
		sectionElement: m.readElement, sectionCode: m.readCode, sectionData: readData, sectionTag: readTag}[s.id]
	if read == nil {
		return nil
	}
	r := &reader{data: s.body}
	for n := r.count(); n > 0 && r.err == nil; n-- {
		read(r)
	}
	if r.err == nil && r.left() > 0 {
		return errMalformed
	}
	return r.err
}

func (m *binaryModule) readStart(body []byte) error {
	r := &reader{data: body}
	m.start = int(r.u32())
	if r.err == nil && r.left() > 0 {
		return errMalformed
	}
	return r.err
}

func (m *binaryModule) readType(r *reader) {
	if form := r.byte(); form != 0x60 {
		r.fail(errGC)
		return
	}
	var s signature
	for _, list := range []*[]byte{&s.params, &s.results} {
		for n := r.count(); n > 0; n-- {
			*list = append(*list, r.valueType())
		}
	}
	m.types = append(m.types, s)
}

func (m *binaryModule) readImport(r *reader) {
	i := imported{module: r.name(), name: r.name(), kind: r.byte()}
	switch i.kind {
	case kindFunction:
		i.index = len(m.functions)
		m.functions = append(m.functions, r.u32())
	case kindTable:
		i.index = len(m.tables)
		m.tables = append(m.tables, table{r.valueType(), r.limits()})
	case kindMemory:
		i.index = len(m.memories)
		m.memories = append(m.memories, r.limits())
	case kindGlobal:
		i.index = len(m.globals)
		m.globals = append(m.globals, global{r.valueType(), r.byte() == 1})
	case kindTag:
		r.byte()
		r.u32()
		m.tags++
	default:
		r.fail(errMalformed)
	}
	m.imports = append(m.imports, i)
}

func (m *binaryModule) readFunction(r *reader) { m.functions = append(m.functions, r.u32()) }

func (m *binaryModule) readTable(r *reader) {
	if r.left() > 0 && r.data[r.pos] == 0x40 { // with an initial value
		r.bytes(2)
		m.tables = append(m.tables, table{r.valueType(), r.limits()})
		m.escape(r.constant())
		return
	}
	m.tables = append(m.tables, table{r.valueType(), r.limits()})
}

func (m *binaryModule) readMemory(r *reader) { m.memories = append(m.memories, r.limits()) }

func (m *binaryModule) readGlobal(r *reader) {
	m.globals = append(m.globals, global{r.valueType(), r.byte() == 1})
	m.escape(r.constant())
}

func (m *binaryModule) readExport(r *reader) {
	m.exports = append(m.exports, exported{r.name(), r.byte(), int(r.u32())})
}

// readElement reads a segment in one of its eight forms.
func (m *binaryModule) readElement(r *reader) {
	flags := r.u32()
	if flags > 7 {
		r.fail(errMalformed)
		return
	}
	passive, explicit, expressions := flags&1 != 0, flags&2 != 0, flags&4 != 0
	if !passive {
		if explicit {
			r.u32()
		}
		r.constant()
	}
	if passive || explicit {
		r.valueType() // or the kind of element
	}
	for n := r.count(); n > 0; n-- {
		if expressions {
			m.escape(r.constant())
		} else {
			m.escape(int(r.u32()))
		}
	}
}

// maxLocals is V8's bound. wazero has none, and makes room for as many as are declared.
const maxLocals = 50_000

func (m *binaryModule) readCode(r *reader) {
	body := &reader{data: r.bytes(int(r.u32()))}
	total := uint64(0)
	for n := body.count(); n > 0 && body.err == nil; n-- {
		total += uint64(body.u32())
		body.valueType()
	}
	if total > maxLocals {
		r.fail(errLocals)
	}
}

// readData and readTag keep nothing: that all sections are as long as they say
// has to be known before wazero makes room for what is in them.
func readData(r *reader) {
	flags := r.u32()
	if flags == 2 {
		r.u32()
	}
	if flags != 1 {
		r.constant()
	}
	r.bytes(int(r.u32()))
}

func readTag(r *reader) {
	r.byte()
	r.u32()
}

func (m *binaryModule) escape(function int) {
	if function >= 0 {
		m.escaping = append(m.escaping, function)
	}
}

// importedFunctions is how many of the functions are imported.
func (m *binaryModule) importedFunctions() (n int) {
	for _, i := range m.imports {
		if i.kind == kindFunction {
			n++
		}
	}
	return n
}

// check finds indices that lead nowhere, for what is done with them before
// wazero has seen the module.
func (m *binaryModule) check() error {
	limit := map[byte]int{kindFunction: len(m.functions), kindTable: len(m.tables), kindMemory: len(m.memories), kindGlobal: len(m.globals)}
	for _, e := range m.exports {
		if n, known := limit[e.kind]; known && e.index >= n || e.kind > kindTag {
			return errMalformed
		}
	}
	for _, t := range m.tables {
		if t.limits.min > maxTable {
			return fmt.Errorf("initial table size (%d elements) is larger than implementation limit (%d elements)", t.limits.min, maxTable)
		}
	}
	for _, f := range m.escaping {
		if f >= len(m.functions) {
			return errMalformed
		}
	}
	for _, t := range m.functions {
		if int(t) >= len(m.types) {
			return errMalformed
		}
	}
	return m.checkStart()
}

func (m *binaryModule) checkStart() error {
	if m.start >= len(m.functions) {
		return errMalformed
	}
	if m.start >= 0 && len(m.signature(m.start).params)+len(m.signature(m.start).results) > 0 {
		return errors.New("invalid start function: non-zero parameter or return count")
	}
	return nil
}

func (m *binaryModule) signature(function int) *signature { return &m.types[m.functions[function]] }

// customSections are the contents of those with that name.
func (m *binaryModule) customSections(name string) (found [][]byte) {
	for _, s := range m.sections {
		if s.id != sectionCustom {
			continue
		}
		r := &reader{data: s.body}
		if r.name() == name && r.err == nil {
			found = append(found, s.body[r.pos:])
		}
	}
	return found
}
