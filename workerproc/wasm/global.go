package wasm

import (
	"runtime"
	"weak"

	"github.com/tetratelabs/wazero/api"

	"stockade.dev/stockade/workerproc/engine"
)

// globalObject is what a WebAssembly.Global stands for.
type globalObject struct {
	m      *Machine
	kind   global
	api    api.Global
	module api.Module // exports it by name
	name   string
	glue   api.Module // exports it by our name, once it was imported
	owner  *instance
	ref    *engine.Ref
}

func (m *Machine) newGlobal(kind global, module api.Module, name string, owner *instance) *globalObject {
	g := &globalObject{m: m, kind: kind, api: module.ExportedGlobal(name), module: module, name: name, owner: owner}
	g.ref = &engine.Ref{Value: g}
	return g
}

// makeGlobal makes one of a JavaScript value; no has no default here.
func (m *Machine) makeGlobal(kind global, v any) (*globalObject, error) {
	value, err := m.toWasm(kind.value, v)
	if err != nil {
		return nil, err
	}
	return m.makeGlobalOf(kind, value)
}

func (m *Machine) makeGlobalOf(kind global, value uint64) (*globalObject, error) {
	reference := kind.value == externref || kind.value == funcref
	initial := value
	if kind.mutable || reference {
		initial = 0
	}
	module, err := m.join(globalGlue(kind, initial), nil, nil)
	if err != nil {
		return nil, err
	}
	g := m.newGlobal(kind, module, exportGlobal, nil)
	runtime.AddCleanup(g, closeModule, module)
	if kind.value == externref {
		m.externGlobals = append(m.externGlobals, weak.Make(g))
	}
	switch mutable, ok := g.api.(api.MutableGlobal); {
	case ok:
		mutable.Set(value)
	case reference:
		g.api = fixed{g.api, value}
	}
	return g, nil
}

// fixed is a reference that can't change. There is no way to put one into a
// module: a module that imports such a global finds null.
type fixed struct {
	api.Global
	value uint64
}

func (f fixed) Get() uint64 { return f.value }

// provider is the module that exports the global by our name.
func (g *globalObject) provider() (api.Module, error) {
	if g.name == exportGlobal {
		g.m.kept = append(g.m.kept, g)
		return g.module, nil
	}
	if g.glue == nil {
		var err error
		if g.glue, err = g.m.join(importedGlobalGlue(g.kind, g.name), g.module, nil); err != nil {
			return nil, err
		}
		g.owner.pin()
	}
	return g.glue, nil
}

func (g *globalObject) read() (any, error) {
	if !crosses(g.kind.value) {
		return nil, typeError("get WebAssembly.Global.value: Can't get the value of a v128 global")
	}
	return g.m.fromWasm(g.kind.value, g.api.Get())
}

func (g *globalObject) write(v any) error {
	mutable, ok := g.api.(api.MutableGlobal)
	if !ok || !g.kind.mutable {
		return typeError("set WebAssembly.Global.value): Can't set the value of an immutable global.")
	}
	if !crosses(g.kind.value) {
		return typeError("set WebAssembly.Global.value): Can't set the value of s128 WebAssembly.Global")
	}
	value, err := g.m.toWasm(g.kind.value, v)
	if err == nil {
		mutable.Set(value)
	}
	return err
}
