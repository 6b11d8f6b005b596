package wasm

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"weak"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"stockade.dev/stockade/workerproc/engine"
)

// instance is one of a module, with what it imports. All that JavaScript has
// of it keeps it; when nothing does, wazero's side of it is closed.
type instance struct {
	m         *Machine
	code      *Module
	module    api.Module
	closed    *atomic.Uint64
	imports   []any // by place: a host function or *function, *tableObject, *memory, *globalObject
	functions map[int]*function
	imported  []any // functions, by index
	memory    *memory
	tables    map[int]*tableObject
	globals   map[int]*globalObject
	refs      api.Function       // reads the table of references
	byRef     map[[2]uintptr]int // of a reference's identity
	ref       *engine.Ref
	pinned    bool
}

// wazeroSide is what is closed when an instance goes.
type wazeroSide struct {
	m       *registry
	modules []api.Module
	host    wazero.CompiledModule
	flag    *atomic.Uint64
}

func (w *wazeroSide) close() {
	if w.flag != nil {
		w.m.remove(w.flag)
	}
	for _, module := range w.modules {
		_ = module.Close(context.Background())
	}
	if w.host != nil {
		_ = w.host.Close(context.Background())
	}
}

// pin keeps an instance for as long as the isolate lives: something refers to
// it that neither engine's garbage collector can see.
func (i *instance) pin() {
	if i != nil && !i.pinned {
		i.pinned = true
		i.m.pinned = append(i.m.pinned, i)
		i.keepImports()
	}
}

// keepImports has JavaScript keep what a pinned instance has imported.
func (i *instance) keepImports() {
	if i.pinned && i.ref != nil && i.m.js.keep != nil {
		_, _ = i.m.engine.Invoke(i.m.js.keep, i.ref)
	}
}

// instantiate makes an instance of what it imports, in the order of the
// module's imports: functions, and the Refs of memories, tables and globals.
func (m *Machine) instantiate(code *Module, caller string, values []any) (*instance, error) {
	i := &instance{m: m, code: code, functions: map[int]*function{}, tables: map[int]*tableObject{}, globals: map[int]*globalObject{}}
	if err := i.link(caller, values); err != nil {
		return nil, err
	}
	side := &wazeroSide{m: &m.instances}
	ctx, err := i.provide(caller, side)
	if err != nil {
		return nil, err
	}
	runtime.AddCleanup(i, (*wazeroSide).close, side)
	m.instances.list = append(m.instances.list, weak.Make(i))
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	i.module, err = m.runtime.InstantiateModule(ctx, code.code, anonymous)
	if err != nil {
		return nil, i.notInstantiated(caller, err)
	}
	side.modules = append(side.modules, i.module)
	if i.closed = closedFlag(i.module); i.closed == nil {
		return nil, errors.New("cannot find wazero's flag")
	}
	side.flag = i.closed
	m.instances.add(i)
	if i.memory != nil && i.memory.api == nil {
		i.memory.module, i.memory.api = i.module, i.module.ExportedMemory(exportMemory)
	}
	i.refs = i.module.ExportedFunction(exportRefs)
	i.ref = &engine.Ref{Value: i}
	i.keepImports()
	if err := i.start(); err != nil {
		return nil, m.trap(err)
	}
	return i, nil
}

// start calls the module's start function, if it has one.
func (i *instance) start() error {
	switch index := i.code.binary.start; {
	case index < 0:
		return nil
	case index < len(i.imported):
		return i.callOut(index, nil)
	}
	return i.module.ExportedFunction(exportStart).CallWithStack(context.Background(), nil)
}

// notInstantiated says why: segments that don't fit.
func (i *instance) notInstantiated(caller string, err error) error {
	if trapped := i.m.trap(err); trapped != err {
		return trapped
	}
	text := err.Error()
	if outOfBounds.MatchString(text) {
		return i.m.errorOf("RuntimeError", caller+": data segment is out of bounds")
	}
	return i.m.errorOf("LinkError", caller+": "+text)
}

// provide makes what wazero resolves the module's imports to.
func (i *instance) provide(caller string, side *wazeroSide) (context.Context, error) {
	host, err := i.hostModule(side)
	if err != nil {
		return nil, err
	}
	providers := map[string]api.Module{hostModule: host}
	for place, v := range i.imports {
		switch v := v.(type) {
		case *memory:
			providers[strconv.Itoa(place)] = v.module
		case *tableObject:
			providers[strconv.Itoa(place)] = v.glue
		case *globalObject:
			if providers[strconv.Itoa(place)], err = v.provider(); err != nil {
				return nil, err
			}
		}
	}
	ctx := experimental.WithImportResolver(context.Background(), func(name string) api.Module { return providers[name] })
	return i.provideMemory(ctx, caller)
}

// provideMemory makes the memory that the module defines, if it does.
func (i *instance) provideMemory(ctx context.Context, caller string) (context.Context, error) {
	b := i.code.binary
	if len(b.memories) == 0 || i.memory != nil {
		return ctx, nil
	}
	l := b.memories[0]
	space, err := i.m.allocate(l)
	if err != nil {
		return nil, rangeError(caller + ": " + errNoMemory)
	}
	i.memory = &memory{m: i.m, linear: space, limits: l, owner: i}
	i.memory.ref = &engine.Ref{Value: i.memory}
	space.memory = weak.Make(i.memory)
	return experimental.WithMemoryAllocator(ctx, space.allocator()), nil
}

// export is the value of an export: a Ref, whose Value says of which kind.
func (i *instance) export(e exported) (any, error) {
	switch e.kind {
	case kindFunction:
		return i.function(e.index).ref, nil
	case kindMemory:
		return i.memory.ref, nil
	case kindTable:
		t, err := i.table(e.index)
		if err != nil {
			return nil, err
		}
		return t.ref, nil
	case kindGlobal:
		return i.global(e.index).ref, nil
	}
	return &engine.Ref{Value: &tag{instance: i, index: e.index}}, nil
}

// tag is what a WebAssembly.Tag stands for: nothing that JavaScript could
// throw or catch.
type tag struct {
	instance *instance
	index    int
}

func (i *instance) function(index int) *function {
	if index < len(i.imported) {
		if f, ok := i.imported[index].(*function); ok {
			return f
		}
	}
	if f := i.functions[index]; f != nil {
		return f
	}
	f := newFunction(i, index)
	i.functions[index] = f
	return f
}

func (i *instance) table(index int) (*tableObject, error) {
	if t := i.tables[index]; t != nil {
		return t, nil
	}
	t := i.code.binary.tables[index]
	glue, err := i.m.join(importedTableGlue(t.element, exportTable+strconv.Itoa(index)), i.module, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot reach a table: %w", err)
	}
	object := i.m.newTable(t, glue, i)
	i.tables[index] = object
	return object, nil
}

func (i *instance) global(index int) *globalObject {
	if g := i.globals[index]; g != nil {
		return g
	}
	name := exportGlobal + strconv.Itoa(index)
	g := i.m.newGlobal(i.code.binary.globals[index], i.module, name, i)
	i.globals[index] = g
	return g
}

// eachExtern visits the references to JavaScript values of its tables and
// globals.
func (i *instance) eachExtern(visit func(uint64)) {
	if i.module == nil {
		return
	}
	for index, g := range i.code.binary.globals {
		if g.value == externref {
			visit(i.global(index).api.Get())
		}
	}
	for index, t := range i.code.binary.tables {
		if t.element != externref {
			continue
		}
		if object, err := i.table(index); err == nil {
			object.each(visit)
		}
	}
}
