package goja

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
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
	e.promises.promise, e.promises.getter = promise, get.(*goja.Object)
	return e.promises.lookUp(prototype)
}

// lookUp finds where goja keeps the accessor.
func (p *promises) lookUp(prototype *goja.Object) error {
	self := reflect.ValueOf(prototype).Elem().FieldByName("self").Elem()
	if self.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find Promise.prototype")
	}
	field, err := writable(self.Elem(), "values")
	if err != nil {
		return err
	}
	var ok bool
	if p.properties, ok = field.Addr().Interface().(*map[unistring.String]goja.Value); !ok {
		return fmt.Errorf("cannot find the properties of Promise.prototype")
	}
	property := (*p.properties)["constructor"]
	getter, found := reflect.TypeOf(property).Elem().FieldByName("getterFunc")
	if !found || getter.Type != reflect.TypeFor[*goja.Object]() {
		return fmt.Errorf("cannot find Promise.prototype.constructor")
	}
	p.accessor, p.getterFunc = (*face)(unsafe.Pointer(&property))[1], getter.Offset
	return nil
}

// changed says that Promise.prototype.constructor isn't what installPromises made it.
func (p *promises) changed() bool {
	property := (*p.properties)["constructor"]
	accessor := (*face)(unsafe.Pointer(&property))[1]
	return accessor != p.accessor || *(**goja.Object)(unsafe.Add(accessor, p.getterFunc)) != p.getter
}

// implementation is the type of what an object is made of.
func (e *Engine) implementation(o *goja.Object) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(o), e.regexps.self))[0]
}

// implemented is what an object is made of.
func (e *Engine) implemented(o *goja.Object) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(o), e.regexps.self))[1]
}

// promises are what an engine's are known by.
type promises struct {
	promise, prototype, getter *goja.Object
	kind                       unsafe.Pointer
	properties                 *map[unistring.String]goja.Value // of the prototype
	accessor                   unsafe.Pointer                   // the one that installPromises made
	getterFunc                 uintptr                          // in that
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
	changed := e.promises.changed()
	if !changed && (!ok || e.isPlainPromise(o)) {
		return
	}
	if ok && changed && e.implementation(o) == e.promises.kind {
		_ = o.Get("constructor") // what it throws is thrown here
	}
	if !changed {
		if promise := e.stubs.await(o); promise != nil {
			*(*goja.Value)(machineCode.operand(vm, 1)) = promise
			return
		}
	}
	promise, resolve, _ := e.vm.NewPromise()
	awaited := (*goja.Value)(machineCode.operand(vm, 1))
	if err := resolve(*awaited); err != nil {
		e.throw(err)
	}
	made := e.vm.ToValue(promise).(*goja.Object)
	if changed {
		_ = made.DefineDataProperty("constructor", e.promises.promise, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	*awaited = made
}

func (e *Engine) isPlainPromise(o *goja.Object) bool {
	return e.implementation(o) == e.promises.kind && o.Prototype() == e.promises.prototype && !slices.Contains(o.GetOwnPropertyNames(), "constructor")
}
