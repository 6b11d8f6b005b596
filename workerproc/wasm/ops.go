package wasm

import (
	"stockade.dev/stockade/workerproc/engine"
)

// Ops returns the one op that the runtime has for WebAssembly: it is given what
// parts/wasm.js helps with, and returns the functions below. Those get their
// arguments exactly (engine.Foreign).
func (m *Machine) Ops() map[string]engine.Op {
	return map[string]engine.Op{"wasm": func([]any) (any, error) {
		table := []any{}
		for _, f := range []engine.Op{m.opInit, m.opValidate, m.opExports, m.opImports, m.opCustomSections, m.opInstantiate, m.opExport,
			m.opNewMemory, m.opBuffer, m.opGrowMemory, m.opNewTable, m.opTableSize, m.opTableGet, m.opTableSet, m.opTableGrow,
			m.opNewGlobal, m.opGlobalGet, m.opGlobalSet, m.opIsFunction} {
			table = append(table, &engine.Ref{Call: f})
		}
		return table, nil
	}}
}

// These read what the runtime passes; it passes the right kinds.

func valueAt[T any](args []any, n int) (v T) {
	if n < len(args) {
		if r, ok := args[n].(*engine.Ref); ok {
			v, _ = r.Value.(T)
		}
	}
	return v
}

func anyAt(args []any, n int) any {
	if n < len(args) {
		return args[n]
	}
	return nil
}

func numberAt(args []any, n int) float64 {
	f, _ := anyAt(args, n).(float64)
	return f
}

func (m *Machine) opInit(args []any) (any, error) {
	m.js = helpers{toNumber: anyAt(args, 0), toBigInt: anyAt(args, 1), list: anyAt(args, 2), newError: anyAt(args, 3), null: anyAt(args, 4)}
	m.js.text, m.js.imported, m.js.keep = anyAt(args, 5), anyAt(args, 6), anyAt(args, 7)
	return nil, nil
}

// plain is a value that crosses by the usual rules: a string, or bytes.
func (m *Machine) plain(v any) any {
	p, err := m.engine.Call(m.js.text, v)
	if err != nil {
		return nil
	}
	return p
}

func (m *Machine) opValidate(args []any) (any, error) {
	data, _ := m.plain(anyAt(args, 0)).([]byte)
	return m.Valid(data), nil
}

func (m *Machine) opExports(args []any) (any, error) {
	return valueAt[*Module](args, 0).binary.exportsOf(), nil
}

func (m *Machine) opImports(args []any) (any, error) {
	return valueAt[*Module](args, 0).binary.importsOf(), nil
}

func (m *Machine) opCustomSections(args []any) (any, error) {
	name, _ := m.plain(anyAt(args, 1)).(string)
	return valueAt[*Module](args, 0).binary.customOf(name), nil
}

// opInstantiate takes the module, whose words an error has, and the imports.
func (m *Machine) opInstantiate(args []any) (any, error) {
	caller, _ := m.plain(anyAt(args, 1)).(string)
	i, err := m.instantiate(valueAt[*Module](args, 0), caller, args[2:])
	if err != nil {
		return nil, err
	}
	return i.ref, nil
}

func (m *Machine) opExport(args []any) (any, error) {
	i := valueAt[*instance](args, 0)
	return i.export(i.code.binary.exports[int(numberAt(args, 1))])
}

func limitsAt(args []any, n int) limits {
	l := limits{min: uint64(numberAt(args, n)), max: unlimited}
	if max, ok := anyAt(args, n+1).(float64); ok {
		l.max = uint64(max)
	}
	return l
}

func (m *Machine) opNewMemory(args []any) (any, error) {
	l := limitsAt(args, 0)
	space, err := m.allocate(l)
	if err != nil {
		return nil, rangeError("WebAssembly.Memory(): could not allocate memory")
	}
	module, err := m.join(memoryGlue(l), nil, space)
	if err != nil {
		return nil, err
	}
	return m.newMemory(l, space, module).ref, nil
}

// opBuffer takes whether the buffer must be a new one.
func (m *Machine) opBuffer(args []any) (any, error) {
	mem := valueAt[*memory](args, 0)
	if anyAt(args, 1) == true && mem.linear.mapping.size > 0 {
		mem.detach()
	}
	return mem.show()
}

func (m *Machine) opGrowMemory(args []any) (any, error) {
	return valueAt[*memory](args, 0).grow(numberAt(args, 1))
}

// opNewTable takes the element's type, the limits, and perhaps a value.
func (m *Machine) opNewTable(args []any) (any, error) {
	kind := table{byte(numberAt(args, 0)), limitsAt(args, 1)}
	const wrong = "WebAssembly.Table(): Argument 2 must be undefined or a value of type compatible with the type of the new table: function-typed object must be null (if nullable) or a Wasm function object."
	if v := anyAt(args, 3); kind.element == funcref && v != nil && functionOf(v) == nil && !m.isNull(v) {
		return nil, typeError(wrong)
	}
	initial := kind
	initial.limits.min = 0
	glue, err := m.join(tableGlue(initial), nil, nil)
	if err != nil {
		return nil, err
	}
	t := m.newTable(kind, glue, nil)
	v := anyAt(args, 3)
	if _, err := t.grow(float64(kind.limits.min), v, v != nil || kind.element == externref && len(args) > 3); err != nil {
		return nil, err
	}
	return t.ref, nil
}

func (m *Machine) opTableSize(args []any) (any, error) {
	return int64(valueAt[*tableObject](args, 0).length()), nil
}

func (m *Machine) opTableGet(args []any) (any, error) {
	return valueAt[*tableObject](args, 0).read(numberAt(args, 1))
}

func (m *Machine) opTableSet(args []any) (any, error) {
	return nil, valueAt[*tableObject](args, 0).write(numberAt(args, 1), anyAt(args, 2), len(args) > 2)
}

func (m *Machine) opTableGrow(args []any) (any, error) {
	return valueAt[*tableObject](args, 0).grow(numberAt(args, 1), anyAt(args, 2), len(args) > 2)
}

// opNewGlobal takes the type, whether it can change, and perhaps a value.
func (m *Machine) opNewGlobal(args []any) (any, error) {
	kind := global{value: byte(numberAt(args, 0)), mutable: anyAt(args, 1) == true}
	v := anyAt(args, 2)
	var value uint64
	var err error
	switch {
	case kind.value == funcref && v != nil && functionOf(v) == nil && !m.isNull(v):
		return nil, typeError("WebAssembly.Global(): function-typed object must be null (if nullable) or a Wasm function object")
	case v != nil || kind.value == externref:
		value, err = m.toWasm(kind.value, v)
	}
	if err != nil {
		return nil, err
	}
	g, err := m.makeGlobalOf(kind, value)
	if err != nil {
		return nil, err
	}
	return g.ref, nil
}

func (m *Machine) opGlobalGet(args []any) (any, error) {
	return valueAt[*globalObject](args, 0).read()
}

func (m *Machine) opGlobalSet(args []any) (any, error) {
	return nil, valueAt[*globalObject](args, 0).write(anyAt(args, 1))
}

func (m *Machine) opIsFunction(args []any) (any, error) {
	return functionOf(anyAt(args, 0)) != nil, nil
}
