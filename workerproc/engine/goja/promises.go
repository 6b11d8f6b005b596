package goja

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/dop251/goja"
)

// installPromises keeps goja from taking for a promise what only inherits from
// one (Object.create(promise), as @repeaterjs/repeater makes them): await and
// Promise.resolve ask nothing but whether an object's constructor is Promise,
// and the process ends when it is no promise. So Promise.prototype.constructor
// is an accessor that says something else for such an object.
func (e *Engine) installPromises() error {
	promise := e.vm.Get("Promise").(*goja.Object)
	prototype := promise.Get("prototype").(*goja.Object)
	other, err := e.vm.RunScript("stockade:engine", "new Proxy(Promise, {})")
	if err != nil {
		return err
	}
	sample, _, _ := e.vm.NewPromise()
	kind := e.implementation(e.vm.ToValue(sample).(*goja.Object))
	e.promises.prototype, e.promises.kind = prototype, kind
	get := e.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		if o, ok := call.This.(*goja.Object); !ok || o != prototype && e.implementation(o) != kind {
			return other
		}
		return promise
	})
	set := e.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		o, ok := call.This.(*goja.Object)
		if !ok {
			return goja.Undefined()
		}
		if err := o.DefineDataProperty("constructor", call.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			panic(e.vm.NewTypeError("Cannot assign to read only property 'constructor' of object '#<Promise>'"))
		}
		return goja.Undefined()
	})
	for name, f := range map[string]goja.Value{"get constructor": get, "set constructor": set} { // else what Go calls them
		if err := f.(*goja.Object).DefineDataProperty("name", e.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	if err := prototype.DefineAccessorProperty("constructor", get, set, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
		return fmt.Errorf("cannot replace Promise.prototype.constructor: %w", err)
	}
	return nil
}

// implementation is the type of what an object is made of.
func (e *Engine) implementation(o *goja.Object) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(o), e.regexps.self))[0]
}

// promises are what an engine's are known by.
type promises struct {
	prototype *goja.Object
	kind      unsafe.Pointer
}

// awaited stands in for goja's await, which asks each object for its constructor where nothing catches what a getter or
// a proxy throws, and takes for a promise what says that its constructor is Promise: the process ends.
type awaited struct {
	room   [4]uintptr // where goja's has its fields
	engine *Engine
}

func execAwait(self, vm unsafe.Pointer) {
	(*awaited)(self).engine.adopt(vm)
	machineCode.original[anAwait](machineCode.await, vm)
}

// adopt has a promise in the place of what is awaited, where that is none. It is what await does, but for promises whose
// constructor is their own or that of a class: they take as many turns as what has a then.
func (e *Engine) adopt(vm unsafe.Pointer) {
	o, ok := (*(*goja.Value)(machineCode.operand(vm, 1))).(*goja.Object)
	if !ok || e.isPlainPromise(o) {
		return
	}
	promise, resolve, _ := e.vm.NewPromise()
	if err := resolve(o); err != nil {
		e.throw(err)
	}
	*(*goja.Value)(machineCode.operand(vm, 1)) = e.vm.ToValue(promise)
}

func (e *Engine) isPlainPromise(o *goja.Object) bool {
	return e.implementation(o) == e.promises.kind && o.Prototype() == e.promises.prototype && !slices.Contains(o.GetOwnPropertyNames(), "constructor")
}
