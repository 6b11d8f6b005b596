package goja

import (
	"fmt"
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
