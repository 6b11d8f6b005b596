package goja

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"weak"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
)

// foreign is what JavaScript has of Go's. objects finds the Ref of an object
// and keeps neither alive.
type foreign struct {
	objects map[weak.Pointer[goja.Object]]weak.Pointer[engine.Ref]
	sweepAt int
	keep    *goja.Symbol
}

// reference is what goja wraps to keep something with an object.
type reference struct{ keep any }

var (
	plainType    = reflect.TypeFor[map[string]any]()
	functionType = reflect.TypeFor[func(goja.FunctionCall) goja.Value]()
)

// refOf returns nil for any object that isn't a Ref's.
func (f *foreign) refOf(obj *goja.Object) *engine.Ref {
	if f.objects == nil {
		return nil
	}
	if t := obj.ExportType(); t == functionType || t == plainType {
		return f.objects[weak.Make(obj)].Value()
	}
	return nil
}

func (e *Engine) refObject(r *engine.Ref) *goja.Object {
	if obj, ok := r.Object.(*goja.Object); ok {
		return obj
	}
	if e.foreign.objects == nil {
		e.foreign.objects = map[weak.Pointer[goja.Object]]weak.Pointer[engine.Ref]{}
	}
	obj := e.newRefObject(r)
	r.Object = obj
	return obj
}

func (e *Engine) newRefObject(r *engine.Ref) *goja.Object {
	if r.Call == nil {
		obj := e.vm.CreateObject(nil)
		_ = e.attach(obj, r)
		e.foreign.add(obj, r)
		return obj
	}
	fn := e.function(r.Name, func(args []goja.Value) goja.Value { return e.runRef(r, args) })
	_ = fn.DefineDataProperty("length", e.vm.ToValue(r.Length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	e.foreign.add(fn, r)
	return fn
}

func (f *foreign) add(fn *goja.Object, r *engine.Ref) {
	f.objects[weak.Make(fn)] = weak.Make(r)
	if len(f.objects) < f.sweepAt {
		return
	}
	for p := range f.objects {
		if p.Value() == nil {
			delete(f.objects, p)
		}
	}
	f.sweepAt = max(1024, 2*len(f.objects))
}

func (e *Engine) runRef(r *engine.Ref, args []goja.Value) goja.Value {
	var space [8]any
	list := space[:0]
	for _, arg := range args {
		list = append(list, e.exact(arg))
	}
	return e.opResult(r.Call(list))
}

// exact converts a value as Invoke says.
func (e *Engine) exact(v goja.Value) any {
	if v == nil || goja.IsUndefined(v) {
		return nil
	}
	if obj, ok := v.(*goja.Object); ok {
		if ref := e.foreign.refOf(obj); ref != nil {
			return ref
		}
		return obj
	}
	if goja.IsNumber(v) {
		return v.ToFloat()
	}
	if v.ExportType() == boolType {
		return v.ToBoolean()
	}
	return v
}

var boolType = reflect.TypeFor[bool]()

// Invoke implements engine.Foreign.
func (e *Engine) Invoke(fn engine.Handle, args ...any) (result any, err error) {
	var exact any
	if r, ok := fn.(*engine.Ref); ok {
		fn = e.refObject(r)
	}
	_, err = e.protect(func() (goja.Value, error) {
		callable, ok := goja.AssertFunction(asValue(fn))
		if !ok {
			return nil, errors.New("cannot call a value that is not a function")
		}
		values := make([]goja.Value, len(args))
		for i, arg := range args {
			values[i] = e.fromGo(arg)
		}
		v, err := e.call(asValue(fn).(*goja.Object), callable, values)
		exact = e.exact(v)
		return goja.Undefined(), err
	})
	return exact, err
}

// IsNull implements engine.Foreign.
func (e *Engine) IsNull(v engine.Handle) bool {
	value, ok := v.(goja.Value)
	return ok && goja.IsNull(value)
}

// Int64 implements engine.Foreign.
func (e *Engine) Int64(v engine.Handle) (int64, bool) {
	value, ok := v.(goja.Value)
	if !ok {
		return 0, false
	}
	n, ok := value.Export().(*big.Int)
	if !ok {
		return 0, false
	}
	if n.IsInt64() {
		return n.Int64(), true
	}
	low := new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1)) // two's complement for negative ones, too
	return int64(low.Uint64()), true
}

// NewBuffer implements engine.Foreign. keep hangs on the buffer by a property
// that nothing can remove, since a view holds the buffer and not its bytes.
func (e *Engine) NewBuffer(memory []byte, keep any) (engine.Handle, error) {
	obj, ok := e.vm.ToValue(e.vm.NewArrayBuffer(memory)).(*goja.Object)
	if !ok {
		return nil, errors.New("cannot make an ArrayBuffer")
	}
	if err := e.attach(obj, keep); err != nil {
		return nil, fmt.Errorf("cannot keep an ArrayBuffer's memory: %w", err)
	}
	return obj, nil
}

// attach keeps something for as long as the object lives.
func (e *Engine) attach(obj *goja.Object, keep any) error {
	if e.foreign.keep == nil {
		e.foreign.keep = goja.NewSymbol("memory")
	}
	return obj.DefineDataPropertySymbol(e.foreign.keep, e.vm.ToValue(&reference{keep}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}

// Collect implements engine.Foreign: the heap is Go's.
func (e *Engine) Collect() {}

// Detach implements engine.Foreign.
func (e *Engine) Detach(buffer engine.Handle) {
	if obj, ok := buffer.(*goja.Object); ok && obj.ExportType() == bufferType {
		obj.Export().(goja.ArrayBuffer).Detach()
	}
}
