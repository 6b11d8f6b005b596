package goja

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// Built-in functions that are given something to iterate over: Array.from, Object.fromEntries, new Map and new Set take their values
// as loops do (iterate.go). Where Map or Set are subclassed, or their set and add have been changed, goja does it.

// fillers are the constructors and what fills their objects, as goja has made them.
const fillers = `[Map, Map.prototype, Map.prototype.set, Set, Set.prototype, Set.prototype.add, Array.from, Object.fromEntries, Array]`

func (e *Engine) installCollections() error {
	v, err := e.vm.RunScript("stockade:engine", fillers)
	if err != nil {
		return err
	}
	var list []*goja.Object
	if err := e.vm.ExportTo(v, &list); err != nil {
		return err
	}
	in := e.iteration
	for i, name := range []string{"set", "add"} {
		if err := in.wrapCollection(list[3*i], list[3*i+1], name, list[3*i+2]); err != nil {
			return err
		}
	}
	if err := wrapNative(list[6], func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(call goja.FunctionCall) goja.Value { return in.arrayFrom(list[8], native, call) }
	}); err != nil {
		return err
	}
	return wrapNative(list[7], func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(call goja.FunctionCall) goja.Value {
			source := call.Argument(0)
			if goja.IsNull(source) || goja.IsUndefined(source) {
				return native(call)
			}
			result := in.vm.NewObject()
			in.entries(getIterator(in.vm, source, nil), func(k, v goja.Value) { createDataProperty(result, toPropertyKey(k), v) })
			return result
		}
	})
}

// wrapCollection has a constructor fill its object.
func (in *iteration) wrapCollection(class, prototype *goja.Object, name string, adder goja.Value) error {
	field, err := writable(reflect.ValueOf(class).Elem().FieldByName("self").Elem().Elem(), "construct")
	if err != nil {
		return err
	}
	construct, ok := field.Addr().Interface().(*func([]goja.Value, *goja.Object) *goja.Object)
	sample, err := in.vm.New(class)
	if !ok || err != nil {
		return fmt.Errorf("cannot find how goja makes a collection")
	}
	t := reflect.ValueOf(sample).Elem().FieldByName("self").Elem().Type().Elem()
	var inside uintptr
	if err := offsets(map[*uintptr]fieldOf{&inside: {t, "m", reflect.Pointer}}); err != nil {
		return err
	}
	native := *construct
	*construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		plain := newTarget == nil || newTarget == class
		if !plain || len(args) == 0 || goja.IsNull(args[0]) || goja.IsUndefined(args[0]) || in.data(in.properties(prototype)[unistring.String(name)]) != adder {
			return native(args, newTarget)
		}
		made := native(nil, newTarget)
		table := *(*unsafe.Pointer)(unsafe.Add(in.inner(made)[1], inside))
		record := getIterator(in.vm, args[0], nil)
		if name == "set" {
			in.entries(record, func(k, v goja.Value) { setEntry(table, k, v) })
		} else {
			in.each(record, func(v goja.Value) { setEntry(table, v, nil) })
		}
		return made
	}
	return nil
}

// arrayFrom is Array.from of what isn't like an array, without a function.
func (in *iteration) arrayFrom(class *goja.Object, native native, call goja.FunctionCall) goja.Value {
	source, ok := call.Argument(0).(*goja.Object)
	if !ok || call.This != goja.Value(class) || !goja.IsUndefined(call.Argument(1)) || in.plainArray(source) {
		return native(call)
	}
	method, ok := assertCallable(call.Argument(0).(*goja.Object).GetSymbol(goja.SymIterator))
	if !ok {
		return native(call)
	}
	var values []goja.Value
	in.each(getIterator(in.vm, source, method), func(v goja.Value) { values = append(values, v) })
	return newArrayValues(in.vm, values)
}

// each gives the values of an iterator to what can't fail.
func (in *iteration) each(record *iteratorRecord, give func(goja.Value)) {
	for {
		value, what, thrown := in.step(record, false)
		switch what {
		case stepped:
			give(value)
		case ended:
			return
		case threw:
			panic(thrown)
		default:
			iterateRecord(record, give)
			return
		}
	}
}

// entries gives the keys and values that an iterator has as pairs.
func (in *iteration) entries(record *iteratorRecord, put func(k, v goja.Value)) {
	for {
		value, what, thrown := in.step(record, true)
		switch what {
		case stepped:
			in.putOrClose(record, value, put)
		case ended:
			return
		case threw:
			panic(thrown)
		default:
			iterateRecord(record, func(v goja.Value) { in.put(v, put) })
			return
		}
	}
}

// putOrClose puts an entry; an iterator is closed when that throws.
func (in *iteration) putOrClose(record *iteratorRecord, entry goja.Value, put func(k, v goja.Value)) {
	if k, v, ok := in.simplePair(entry); ok {
		put(k, v)
		return
	}
	done := false
	defer func() {
		if !done {
			thrown := recover()
			func() {
				defer func() { _ = recover() }()
				returnIterator(record)
			}()
			panic(thrown)
		}
	}()
	in.put(entry, put)
	done = true
}

// simplePair is an entry for which nothing has to be called.
func (in *iteration) simplePair(entry goja.Value) (k, v goja.Value, ok bool) {
	if p, ok := entry.(*pair); ok {
		k, v = p.key, p.value
	} else if o, ok := entry.(*goja.Object); ok {
		values, _, ok := in.elements(o)
		if !ok || len(values) < 2 {
			return nil, nil, false
		}
		k, v = in.element(values, 0), in.element(values, 1)
	}
	_, object := k.(*goja.Object)
	return k, v, k != nil && v != nil && !object
}

func (in *iteration) put(entry goja.Value, put func(k, v goja.Value)) {
	if p, ok := entry.(*pair); ok {
		put(p.key, p.value)
		return
	}
	o, ok := entry.(*goja.Object)
	if !ok {
		panic(in.vm.NewTypeError("Value is not an object: %s", entry.String()))
	}
	k, v := o.Get("0"), o.Get("1")
	if k == nil {
		k = goja.Undefined()
	}
	if v == nil {
		v = goja.Undefined()
	}
	put(k, v)
}
