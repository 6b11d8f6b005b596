package wasm

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// wazero has no way to make a memory, a table or a global but in a module, and
// none to look into a table. So a small module is made for each, which
// defines or imports it, exports it, and reads and writes it.

// glue is such a module, in the making.
type glue struct {
	types, imports, functions, tables, memories, globals, exports, code [][]byte
}

func (g *glue) bytes() []byte {
	data := []byte("\x00asm\x01\x00\x00\x00")
	for _, s := range []struct {
		id    byte
		items [][]byte
	}{{sectionType, g.types}, {sectionImport, g.imports}, {sectionFunction, g.functions}, {sectionTable, g.tables},
		{sectionMemory, g.memories}, {sectionGlobal, g.globals}, {sectionExport, g.exports}, {sectionCode, g.code}} {
		if len(s.items) > 0 {
			body := more(nil, s.items...)
			data = append(unsigned(append(data, s.id), uint64(len(body))), body...)
		}
	}
	return data
}

// function adds an exported function of that code, without its end.
func (g *glue) function(name string, params, results, code []byte) {
	t := append(unsigned([]byte{0x60}, uint64(len(params))), params...)
	g.types = append(g.types, append(unsigned(t, uint64(len(results))), results...))
	index := len(g.functions)
	g.functions = append(g.functions, []byte{byte(index)})
	g.exports = append(g.exports, export(name, kindFunction, index))
	code = append(append([]byte{0}, code...), 0x0b)
	g.code = append(g.code, append(unsigned(nil, uint64(len(code))), code...))
}

// accessors reads and writes table 0.
func (g *glue) accessors(element byte) {
	g.function("get", []byte{i32}, []byte{element}, []byte{0x20, 0, 0x25, 0})
	g.function("set", []byte{i32, element}, nil, []byte{0x20, 0, 0x20, 1, 0x26, 0})
	g.function("grow", []byte{element, i32}, []byte{i32}, []byte{0x20, 0, 0x20, 1, 0xfc, 15, 0})
	g.function("size", nil, []byte{i32}, []byte{0xfc, 16, 0})
	g.exports = append(g.exports, export(exportTable, kindTable, 0))
}

func encodeLimits(l limits) []byte {
	if l.max == unlimited {
		return unsigned([]byte{0}, l.min)
	}
	flags := byte(1)
	if l.shared {
		flags |= 2
	}
	return unsigned(unsigned([]byte{flags}, l.min), l.max)
}

func memoryGlue(l limits) []byte {
	return (&glue{memories: [][]byte{encodeLimits(l)}, exports: [][]byte{export(exportMemory, kindMemory, 0)}}).bytes()
}

func tableGlue(t table) []byte {
	g := &glue{tables: [][]byte{append([]byte{t.element}, encodeLimits(t.limits.atMost(maxTable))...)}}
	g.accessors(t.element)
	return g.bytes()
}

// importedTableGlue is for a table that another module exports by that name.
func importedTableGlue(element byte, name string) []byte {
	g := &glue{imports: [][]byte{append(text(text(nil, "of"), name), kindTable, element, 0, 0)}}
	g.accessors(element)
	return g.bytes()
}

func globalGlue(g global, value uint64) []byte {
	item := []byte{g.value, 0}
	if g.mutable {
		item[1] = 1
	}
	item = append(append(item, constantOf(g.value, value)...), 0x0b)
	return (&glue{globals: [][]byte{item}, exports: [][]byte{export(exportGlobal, kindGlobal, 0)}}).bytes()
}

func constantOf(t byte, v uint64) []byte {
	switch t {
	case i32:
		return signedNumber([]byte{0x41}, int64(int32(v)))
	case i64:
		return signedNumber([]byte{0x42}, int64(v))
	case f32:
		return []byte{0x43, byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)}
	case f64:
		b := []byte{0x44}
		for shift := 0; shift < 64; shift += 8 {
			b = append(b, byte(v>>shift))
		}
		return b
	}
	return []byte{0xd0, t}
}

func signedNumber(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}

// importedGlobalGlue exports under our name the global that another module
// exports by that one.
func importedGlobalGlue(g global, name string) []byte {
	mutable := byte(0)
	if g.mutable {
		mutable = 1
	}
	return (&glue{imports: [][]byte{append(text(text(nil, "of"), name), kindGlobal, g.value, mutable)},
		exports: [][]byte{export(exportGlobal, kindGlobal, 0)}}).bytes()
}

// join instantiates glue; of is what it imports from, space what its memory is.
func (m *Machine) join(data []byte, of api.Module, space *linear) (api.Module, error) {
	m.start()
	code := m.glued[string(data)]
	if code == nil {
		var err error
		if code, err = m.runtime.CompileModule(context.Background(), data); err != nil {
			return nil, fmt.Errorf("cannot compile a module of our own: %w", err)
		}
		if len(m.glued) < maxGlued {
			m.glued[string(data)] = code
		}
	}
	ctx := experimental.WithImportResolver(context.Background(), func(string) api.Module { return of })
	if space != nil {
		ctx = experimental.WithMemoryAllocator(ctx, space.allocator())
	}
	module, err := m.runtime.InstantiateModule(ctx, code, anonymous)
	if err != nil {
		return nil, fmt.Errorf("cannot instantiate a module of our own: %w", err)
	}
	return module, nil
}

// maxGlued is how many modules of our own are kept compiled.
const maxGlued = 64

var anonymous = wazero.NewModuleConfig().WithName("").WithStartFunctions()

// maxTable is V8's bound of a table.
const maxTable = 10_000_000
