package wasm

import (
	"context"
	"fmt"
	"strconv"
	"weak"

	"github.com/tetratelabs/wazero/api"

	"stockade.dev/stockade/workerproc/engine"
)

// link checks what a module gets for its imports, in V8's words.
func (i *instance) link(caller string, values []any) error {
	b := i.code.binary
	for place, imp := range b.imports {
		var v any
		if place < len(values) {
			v = values[place]
		}
		linked, wrong, err := i.linkOne(imp, v)
		if err != nil {
			return err
		}
		if wrong != "" {
			return i.m.errorOf("LinkError", fmt.Sprintf("%s: Import #%d %q %q: %s", caller, place, imp.module, imp.name, wrong))
		}
		i.imports = append(i.imports, linked)
	}
	return nil
}

func (i *instance) linkOne(imp imported, v any) (linked any, wrong string, err error) {
	r, _ := v.(*engine.Ref)
	switch imp.kind {
	case kindFunction:
		return i.linkFunction(imp, v)
	case kindMemory:
		if r != nil {
			if mem, ok := r.Value.(*memory); ok {
				return i.linkMemory(mem)
			}
		}
		return nil, "memory import must be a WebAssembly.Memory object", nil
	case kindTable:
		if r != nil {
			if t, ok := r.Value.(*tableObject); ok {
				return i.linkTable(imp, t)
			}
		}
		return nil, "table import requires a WebAssembly.Table", nil
	case kindGlobal:
		return i.linkGlobal(imp, v)
	}
	return nil, "a tag can't be imported in this version of Stockade", nil
}

// callee is a JavaScript function that is imported. Where the engine's heap is
// its own, it is JavaScript that keeps it, with the instance: a handle of Go's
// would keep both for ever, since such a function mostly leads to the instance.
// fn is then known while a call is under way.
type callee struct {
	fn    any
	place int // among the imports
}

func (i *instance) callee(index int) (any, error) {
	c := i.imported[index].(*callee)
	if c.fn != nil {
		return c.fn, nil
	}
	fn, err := i.m.engine.Invoke(i.m.js.imported, i.ref, int64(c.place))
	if err != nil {
		return nil, err
	}
	c.fn = fn
	i.m.called = append(i.m.called, c)
	return fn, nil
}

func (i *instance) linkFunction(imp imported, v any) (any, string, error) {
	if f := functionOf(v); f != nil {
		if !f.signature.equal(i.code.binary.signature(imp.index)) {
			return nil, "imported function does not match the expected type", nil
		}
		i.imported = append(i.imported, f)
		return f, "", nil
	}
	c := &callee{v, len(i.imports)}
	if i.m.forgetful {
		i.m.called = append(i.m.called, c)
	}
	i.imported = append(i.imported, c)
	return c, "", nil
}

func (i *instance) linkMemory(mem *memory) (any, string, error) {
	want := i.code.binary.memories[0]
	pages := uint64(mem.linear.mapping.size) / pageSize
	switch {
	case pages < want.min:
		return nil, fmt.Sprintf("memory import has %d pages which is smaller than the declared initial of %d", pages, want.min), nil
	case want.max != unlimited && mem.limits.max == unlimited:
		return nil, fmt.Sprintf("memory import has no maximum limit, expected at most %d", want.max), nil
	case want.max != unlimited && mem.limits.max > want.max:
		return nil, fmt.Sprintf("memory import has a larger maximum size %d than the module's declared maximum %d", mem.limits.max, want.max), nil
	}
	i.memory = mem
	mem.owner.pin() // closing one of the two would take the memory from the other
	i.pin()
	return mem, "", nil
}

func (i *instance) linkTable(imp imported, t *tableObject) (any, string, error) {
	want := i.code.binary.tables[imp.index]
	size := uint64(t.length())
	switch {
	case want.element != t.kind.element:
		return nil, "imported table does not match the expected type", nil
	case size < want.limits.min:
		return nil, fmt.Sprintf("table import has %d elements, which is less than the initial %d", size, want.limits.min), nil
	case want.limits.max != unlimited && t.kind.limits.max == unlimited:
		return nil, "table import has no maximum length, required: " + strconv.FormatUint(want.limits.max, 10), nil
	case want.limits.max != unlimited && t.kind.limits.max > want.limits.max:
		return nil, fmt.Sprintf("table import has maximum larger than maximum %d, got %d", want.limits.max, t.kind.limits.max), nil
	}
	i.tables[imp.index] = t
	t.pin()
	i.pin()
	return t, "", nil
}

// linkGlobal takes a Global, or a value for one that can't change.
func (i *instance) linkGlobal(imp imported, v any) (any, string, error) {
	want := i.code.binary.globals[imp.index]
	if r, ok := v.(*engine.Ref); ok {
		if g, ok := r.Value.(*globalObject); ok {
			if g.kind.mutable != want.mutable {
				return nil, "imported global does not match the expected mutability", nil
			}
			if g.kind.value != want.value {
				return nil, "imported global does not match the expected type", nil
			}
			i.globals[imp.index] = g
			if want.value == funcref {
				g.owner.pin()
				i.pin()
			}
			return g, "", nil
		}
	}
	if want.mutable {
		return nil, "imported mutable global must be a WebAssembly.Global object", nil
	}
	if wrong := i.m.unfit(want.value, v); wrong != "" {
		return nil, wrong, nil
	}
	g, err := i.m.makeGlobal(want, v)
	if err == nil {
		i.globals[imp.index] = g
	}
	return g, "", err
}

// unfit says why a value isn't taken for an imported global.
func (m *Machine) unfit(t byte, v any) string {
	const wrong = "global import must be a number, valid Wasm reference, or WebAssembly.Global object"
	switch t {
	case i64:
		if _, is := m.engine.Int64(v); !is {
			return wrong
		}
	case i32, f32, f64:
		if _, is := v.(float64); !is {
			return wrong
		}
	case funcref:
		if functionOf(v) == nil && !m.isNull(v) {
			return "imported funcref global must be null or WebAssembly function ('function') object"
		}
	case externref:
	default:
		return "global import must be a WebAssembly.Global"
	}
	return ""
}

// hostModule makes the module that has the functions which are imported. It
// knows the instance weakly: wazero has it as long as the instance lives.
func (i *instance) hostModule(side *wazeroSide) (api.Module, error) {
	if len(i.imported) == 0 {
		return nil, nil
	}
	b := i.code.binary
	builder := i.m.runtime.NewHostModuleBuilder(hostModule)
	self := weak.Make(i)
	for index := range i.imported {
		s := b.signature(index)
		call := api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
			caller := self.Value()
			if caller == nil {
				panic(errGone)
			}
			if err := caller.callOut(index, stack); err != nil {
				panic(&passing{err})
			}
		})
		builder = builder.NewFunctionBuilder().WithGoModuleFunction(call, s.params, s.results).Export(strconv.Itoa(index))
	}
	code, err := builder.Compile(context.Background())
	if err != nil {
		return nil, fmt.Errorf("cannot define what is imported: %w", err)
	}
	side.host = code
	module, err := i.m.runtime.InstantiateModule(context.Background(), code, anonymous)
	if err != nil {
		return nil, fmt.Errorf("cannot define what is imported: %w", err)
	}
	side.modules = append(side.modules, module)
	return module, nil
}
