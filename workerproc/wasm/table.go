package wasm

import (
	"context"
	"fmt"
	"runtime"
	"weak"

	"github.com/tetratelabs/wazero/api"

	"stockade.dev/stockade/workerproc/engine"
)

// tableObject is what a WebAssembly.Table stands for.
type tableObject struct {
	m                    *Machine
	kind                 table
	glue                 api.Module // exports it, and has the functions
	get, set, more, size api.Function
	owner                *instance // nil: made by JavaScript
	ref                  *engine.Ref
	pinned               bool
}

func (m *Machine) newTable(kind table, glue api.Module, owner *instance) *tableObject {
	t := &tableObject{m: m, kind: kind, glue: glue, owner: owner, get: glue.ExportedFunction("get"), set: glue.ExportedFunction("set"),
		more: glue.ExportedFunction("grow"), size: glue.ExportedFunction("size")}
	for _, f := range []api.Function{t.get, t.set, t.more, t.size} {
		withoutWatcher(f)
	}
	t.ref = &engine.Ref{Value: t}
	runtime.AddCleanup(t, closeModule, glue)
	if kind.element == externref && owner == nil {
		m.externTables = append(m.externTables, weak.Make(t))
	}
	return t
}

func closeModule(module api.Module) { _ = module.Close(context.Background()) }

func (t *tableObject) pin() {
	if !t.pinned {
		t.pinned = true
		t.owner.pin()
		t.m.kept = append(t.m.kept, t)
	}
}

func (t *tableObject) length() uint32 {
	var stack [1]uint64
	_ = t.size.CallWithStack(context.Background(), stack[:])
	return uint32(stack[0])
}

func (t *tableObject) at(index uint32) (uint64, error) {
	stack := [1]uint64{uint64(index)}
	err := t.get.CallWithStack(context.Background(), stack[:])
	return stack[0], err
}

func (t *tableObject) each(visit func(uint64)) {
	for index := range t.length() {
		if v, err := t.at(index); err == nil {
			visit(v)
		}
	}
}

func (t *tableObject) typeName() string {
	if t.kind.element == externref {
		return "externref"
	}
	return "funcref"
}

func (t *tableObject) bounds(caller string, index float64) error {
	if size := t.length(); index >= float64(size) {
		return rangeError(fmt.Sprintf("%s: invalid address %.0f in %s table of size %d", caller, index, t.typeName(), size))
	}
	return nil
}

func (t *tableObject) read(index float64) (any, error) {
	if err := t.bounds("WebAssembly.Table.get()", index); err != nil {
		return nil, err
	}
	v, err := t.at(uint32(index))
	if err != nil {
		return nil, t.m.trap(err)
	}
	return t.m.fromWasm(t.kind.element, v)
}

const errElement = "Argument 1 is invalid for table: function-typed object must be null (if nullable) or a Wasm function object"

// element converts a value; has is false when there was none.
func (t *tableObject) element(v any, has bool, wrong string) (uint64, error) {
	if !has {
		return t.m.defaultOf(t.kind.element), nil
	}
	if t.kind.element == funcref && functionOf(v) == nil && !t.m.isNull(v) {
		return 0, typeError(wrong)
	}
	return t.m.toWasm(t.kind.element, v)
}

func (t *tableObject) write(index float64, v any, has bool) error {
	if err := t.bounds("WebAssembly.Table.set()", index); err != nil {
		return err
	}
	value, err := t.element(v, has, "WebAssembly.Table.set(): "+errElement)
	if err != nil {
		return err
	}
	stack := [2]uint64{uint64(index), value}
	return t.set.CallWithStack(context.Background(), stack[:])
}

func (t *tableObject) grow(by float64, v any, has bool) (any, error) {
	value, err := t.element(v, has, "WebAssembly.Table.grow(): "+errElement)
	if err != nil {
		return nil, err
	}
	size := t.length()
	if float64(size)+by > maxTable || uint64(size)+uint64(by) > t.kind.limits.max {
		return nil, rangeError(fmt.Sprintf("WebAssembly.Table.grow(): failed to grow table by %.0f", by))
	}
	stack := [2]uint64{value, uint64(by)}
	if err := t.more.CallWithStack(context.Background(), stack[:]); err != nil {
		return nil, t.m.trap(err)
	}
	if int32(stack[0]) < 0 {
		return nil, rangeError(fmt.Sprintf("WebAssembly.Table.grow(): failed to grow table by %.0f", by))
	}
	return int64(size), nil
}
