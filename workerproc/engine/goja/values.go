package goja

import (
	"errors"
	"math/big"
	"reflect"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
)

var bufferType = reflect.TypeFor[goja.ArrayBuffer]()

func asValue(h any) goja.Value {
	if v, ok := h.(goja.Value); ok {
		return v
	}
	return goja.Undefined()
}

func first(args []goja.Value) goja.Value {
	if len(args) == 0 {
		return goja.Undefined()
	}
	return args[0]
}

// toGo converts a value as package engine says. It throws when an element of
// an array does.
func (e *Engine) toGo(v goja.Value) any {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil
	}
	if obj, ok := v.(*goja.Object); ok {
		return e.objectToGo(obj)
	}
	switch {
	case goja.IsString(v):
		return v.String()
	case goja.IsNumber(v):
		return v.ToFloat()
	}
	if b, ok := v.Export().(bool); ok {
		return b
	}
	return v
}

func (e *Engine) objectToGo(obj *goja.Object) any {
	if ref := e.foreign.refOf(obj); ref != nil {
		return ref
	}
	t := obj.ExportType()
	switch {
	case t == bufferType:
		return append([]byte{}, obj.Export().(goja.ArrayBuffer).Bytes()...)
	case t.Kind() != reflect.Slice:
		return obj
	case t.Elem().Kind() < reflect.Complex64: // numbers
		return e.viewBytes(obj)
	case obj.ClassName() != "Array": // a Set or a Map, which goja would export as a slice, too
		return obj
	}
	length := obj.Get("length").ToInteger()
	if length > engine.MaxList {
		return obj
	}
	list := make([]any, int(length))
	for i := range list {
		list[i] = e.toGo(obj.Get(index(i)))
	}
	return list
}

// viewBytes are none of a view whose buffer has become too short for it, of which goja makes a slice that there isn't.
func (e *Engine) viewBytes(view *goja.Object) (bytes any) {
	defer func() {
		if fault := recover(); fault != nil {
			bytes = []byte{}
		}
	}()
	var b []byte
	if err := e.vm.ExportTo(view, &b); err != nil {
		return view
	}
	return append([]byte{}, b...)
}

// fromGo is the inverse of toGo.
func (e *Engine) fromGo(v any) goja.Value {
	switch v := v.(type) {
	case nil:
		return goja.Undefined()
	case goja.Value:
		return v
	case []byte:
		return e.bytes(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = e.fromGo(v[i])
		}
		return e.vm.NewArray(list...)
	case bool, string, int, int64, float64:
		return e.vm.ToValue(v)
	case *engine.Ref:
		return e.refObject(v)
	case engine.BigInt:
		return e.vm.ToValue(big.NewInt(int64(v)))
	}
	return goja.Undefined()
}

func (e *Engine) bytes(b []byte) goja.Value {
	buffer := e.vm.NewArrayBuffer(append([]byte{}, b...))
	array, err := e.intrinsics.newUint8Array(nil, e.vm.ToValue(buffer))
	if err != nil {
		panic(err)
	}
	return array
}

// Ops implements engine.Values.
func (e *Engine) Ops(ops map[string]engine.Op) engine.Handle {
	obj := e.vm.CreateObject(nil)
	for name, op := range ops {
		_ = obj.Set(name, e.function("stockade:"+name, func(args []goja.Value) goja.Value {
			return e.runOp(op, args)
		}))
	}
	_ = obj.Set("handler", e.function("stockade:handler", func(args []goja.Value) goja.Value { return handlerOf(first(args)) }))
	_ = obj.Set("follows", e.function("stockade:follows", e.opFollows))
	_, _ = e.intrinsics.freeze(goja.Undefined(), obj)
	return obj
}

func (e *Engine) runOp(op engine.Op, args []goja.Value) goja.Value {
	var space [8]any
	list := space[:0]
	for _, arg := range args {
		list = append(list, e.toGo(arg))
	}
	return e.opResult(op(list))
}

func (e *Engine) opResult(result any, err error) goja.Value {
	if err == nil {
		return e.fromGo(result)
	}
	var interrupted *engine.Interrupted
	if errors.As(err, &interrupted) {
		e.vm.Interrupt(interrupted.Reason) // goes on outside, where it can't be caught either
		return e.fromGo(result)
	}
	panic(e.jsError(err))
}

// jsError is what an op's error is thrown as.
func (e *Engine) jsError(err error) goja.Value {
	var (
		named  *engine.Error
		thrown *engine.Exception
	)
	switch {
	case errors.As(err, &thrown):
		return asValue(thrown.Thrown)
	case errors.As(err, &named):
		return e.newError(named.Name, named.Message)
	}
	return e.newError("Error", err.Error())
}

// newError makes an error object. A name that isn't that of one of the
// language's own classes becomes the error's name property.
func (e *Engine) newError(name, message string) goja.Value {
	construct, known := e.intrinsics.errors[name]
	if !known {
		construct = e.intrinsics.errors["Error"]
	}
	obj, err := construct(nil, e.vm.ToValue(message))
	if err != nil {
		return e.vm.ToValue(message)
	}
	if !known {
		_ = obj.DefineDataProperty("name", e.vm.ToValue(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return obj
}

// Internals implements engine.Values.
func (e *Engine) Internals(value engine.Handle) (kind string, result engine.Handle) {
	obj, ok := asValue(value).(*goja.Object)
	if !ok {
		return "", nil
	}
	if obj.ExportType() == proxyType {
		return "proxy", nil
	}
	p, ok := e.promiseOf(obj)
	if !ok {
		return "", nil
	}
	switch p.State() {
	case goja.PromiseStateFulfilled:
		return "fulfilled", p.Result()
	case goja.PromiseStateRejected:
		return "rejected", p.Result()
	}
	return "pending", nil
}

// handlerOf is that of a proxy which isn't one itself (ops.handler); nil of any other value. It is asked of what may be large.
func handlerOf(value goja.Value) goja.Value {
	obj, ok := value.(*goja.Object)
	if !ok || obj.ExportType() != proxyType {
		return nil
	}
	p, ok := obj.Export().(goja.Proxy)
	if !ok {
		return nil
	}
	handler := p.Handler()
	if handler == nil || handler.ExportType() == proxyType {
		return nil
	}
	return handler
}

// Primitive implements engine.Modules.
func (e *Engine) Primitive(namespace engine.Handle) (name string, found bool, err error) {
	look := e.function("stockade:exports", func(args []goja.Value) goja.Value {
		obj, _ := first(args).(*goja.Object)
		for _, name := range obj.Keys() {
			if _, is := obj.Get(name).(*goja.Object); !is {
				return e.vm.ToValue(name)
			}
		}
		return nil
	})
	result, err := e.protect(func() (goja.Value, error) { return e.callValue(look, asValue(namespace)) })
	name, found = result.(string)
	return name, found, err
}

// function makes a native function. Its name shows in goja's stacks, so that
// describe.go can leave those out that begin with "stockade:".
func (e *Engine) function(name string, f func(args []goja.Value) goja.Value) *goja.Object {
	fn := e.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		if v := f(call.Arguments); v != nil {
			return v
		}
		return goja.Undefined()
	}).(*goja.Object)
	_ = fn.DefineDataProperty("name", e.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return fn
}

// reaction makes a function for a promise's then. goja calls a native one with
// an empty stack, and a call of Go's into JavaScript from there would run the
// remaining jobs out of their order; so a JavaScript function stands between.
func (e *Engine) reaction(f func(goja.Value)) goja.Value {
	native := e.function("stockade:then", func(args []goja.Value) goja.Value {
		f(first(args))
		return nil
	})
	wrapped, err := e.intrinsics.reaction(goja.Undefined(), native)
	if err != nil {
		return native
	}
	return wrapped
}
