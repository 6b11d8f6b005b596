package goja

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"
	"weak"

	"github.com/dop251/goja"
)

// resizables are the buffers that were made with a maxByteLength. goja's have a
// fixed size, and their views a fixed length: such a buffer has room for its
// largest size from the start, so that no view ever looks beyond it, and each
// change of its size changes the lengths of its views.
type resizables struct {
	*Engine
	buffers map[weak.Pointer[goja.Object]]*resizable
	sweepAt int
}

type resizable struct {
	room  []byte // as long as the buffer may get
	views []resizedView
}

// resizedView is a typed array or DataView. length is in elements, -1 when it follows the buffer's.
type resizedView struct {
	object         weak.Pointer[goja.Object]
	offset, length int
}

// viewFields are where goja keeps a view's length and offset, in elements of size bytes.
type viewFields struct {
	length, offset *int
	size           int
}

func (e *Engine) installResizable() error {
	r := &resizables{Engine: e, buffers: map[weak.Pointer[goja.Object]]*resizable{}, sweepAt: 64}
	e.resizables = r
	if err := r.hook("ArrayBuffer", r.newBuffer); err != nil {
		return err
	}
	for name, size := range map[string]int64{"Int8Array": 1, "Uint8Array": 1, "Uint8ClampedArray": 1, "Int16Array": 2, "Uint16Array": 2,
		"Int32Array": 4, "Uint32Array": 4, "Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8, "DataView": 1} {
		err := r.hook(name, func(native construct, args []goja.Value, newTarget *goja.Object) *goja.Object {
			if len(args) == 0 || r.of(args[0]) == nil {
				return native(args, newTarget)
			}
			return r.newView(native, args, newTarget, size)
		})
		if err != nil {
			return err
		}
	}
	subarray, err := e.vm.RunScript("stockade:engine", "Object.getPrototypeOf(Uint8Array).prototype.subarray")
	if err != nil {
		return err
	}
	return wrapNative(subarray.(*goja.Object), func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(call goja.FunctionCall) goja.Value { return r.subarray(call, native(call)) }
	})
}

type construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object

// hook puts a function before a constructor's own.
func (r *resizables) hook(name string, before func(construct, []goja.Value, *goja.Object) *goja.Object) error {
	o, ok := r.vm.Get(name).(*goja.Object)
	if !ok {
		return fmt.Errorf("cannot find %s", name)
	}
	self := reflect.ValueOf(o).Elem().FieldByName("self").Elem()
	if self.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find what %s is made of", name)
	}
	field, err := writable(self.Elem(), "construct")
	if err != nil {
		return err
	}
	native, ok := field.Interface().(construct)
	if !ok || native == nil {
		return fmt.Errorf("cannot find what %s does", name)
	}
	field.Set(reflect.ValueOf(func(args []goja.Value, newTarget *goja.Object) *goja.Object { return before(native, args, newTarget) }))
	return nil
}

// of is a buffer's entry, nil for one of a fixed size.
func (r *resizables) of(v goja.Value) *resizable {
	obj, ok := v.(*goja.Object)
	if !ok || len(r.buffers) == 0 {
		return nil
	}
	return r.buffers[weak.Make(obj)]
}

func (r *resizables) newBuffer(native construct, args []goja.Value, newTarget *goja.Object) *goja.Object {
	most := goja.Undefined()
	if len(args) > 1 {
		if options, ok := args[1].(*goja.Object); ok {
			if v := options.Get("maxByteLength"); v != nil {
				most = v
			}
		}
	}
	if goja.IsUndefined(most) {
		return native(args, newTarget)
	}
	length, limit := wholeOf(args[0]), wholeOf(most)
	if length < 0 || length > maxBuffer {
		panic(r.newError("RangeError", "Invalid array buffer length"))
	}
	if limit < 0 || limit > maxBuffer || length > limit {
		panic(r.newError("RangeError", "Invalid array buffer max length"))
	}
	obj := native(nil, newTarget)
	return r.make(obj, make([]byte, int(limit)), int(length))
}

// wholeOf is ToIntegerOrInfinity.
func wholeOf(v goja.Value) float64 {
	x := math.Trunc(v.ToFloat())
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// make has a new buffer use that room.
func (r *resizables) make(obj *goja.Object, room []byte, length int) *goja.Object {
	r.setData(obj, room[:length])
	r.buffers[weak.Make(obj)] = &resizable{room: room}
	if len(r.buffers) >= r.sweepAt {
		for p := range r.buffers {
			if p.Value() == nil {
				delete(r.buffers, p)
			}
		}
		r.sweepAt = max(64, 2*len(r.buffers))
	}
	return obj
}

func (r *resizables) setData(obj *goja.Object, data []byte) {
	field, err := writable(reflect.ValueOf(obj).Elem().FieldByName("self").Elem().Elem(), "data")
	if err != nil {
		panic(r.typeError(err.Error()))
	}
	field.SetBytes(data)
}

// fieldsOf finds the fields of a view.
func fieldsOf(view *goja.Object) (f viewFields, ok bool) {
	self := reflect.ValueOf(view).Elem().FieldByName("self").Elem()
	if self.Kind() != reflect.Pointer || self.Elem().Kind() != reflect.Struct {
		return f, false
	}
	find := func(name string) *int {
		field := self.Elem().FieldByName(name)
		if !field.IsValid() || field.Kind() != reflect.Int {
			return nil
		}
		return (*int)(unsafe.Pointer(field.UnsafeAddr()))
	}
	if size := find("elemSize"); size != nil {
		f = viewFields{find("length"), find("offset"), *size}
	} else {
		f = viewFields{find("byteLen"), find("byteOffset"), 1}
	}
	return f, f.length != nil && f.offset != nil
}

// newView makes a view. One without a length follows that of its buffer, whose size need be no multiple of its elements'.
func (r *resizables) newView(native construct, args []goja.Value, newTarget *goja.Object, size int64) *goja.Object {
	buffer, data := r.of(args[0]), len(r.bufferOf(args[0]).Bytes())
	follows := len(args) < 3 || goja.IsUndefined(args[2])
	if follows {
		offset := int64(0)
		if len(args) > 1 {
			offset = args[1].ToInteger()
		}
		if offset > int64(data) && offset%size == 0 {
			panic(r.newError("RangeError", fmt.Sprintf("Start offset %d is outside the bounds of the buffer", offset)))
		}
		args = []goja.Value{args[0], r.vm.ToValue(offset), r.vm.ToValue(0)}
	}
	view := native(args, newTarget)
	f, ok := fieldsOf(view)
	if !ok {
		panic(r.typeError("cannot find the length of a view"))
	}
	entry := resizedView{weak.Make(view), *f.offset, *f.length}
	if follows {
		entry.length = -1
	}
	buffer.views = append(buffer.views, entry)
	entry.fit(f, data)
	return view
}

// fit gives a view the length and offset that it has in a buffer of so many bytes.
func (v *resizedView) fit(f viewFields, bytes int) {
	start := v.offset * f.size
	switch {
	case start > bytes || v.length >= 0 && start+v.length*f.size > bytes:
		*f.offset, *f.length = 0, 0
	case v.length < 0:
		*f.offset, *f.length = v.offset, (bytes-start)/f.size
	default:
		*f.offset, *f.length = v.offset, v.length
	}
}

// subarray has what came of a view that follows its buffer follow it, too, if it goes to the end.
func (r *resizables) subarray(call goja.FunctionCall, made goja.Value) goja.Value {
	whole, _ := call.This.(*goja.Object)
	part, ok := made.(*goja.Object)
	if !ok || whole == nil || len(r.buffers) == 0 || !goja.IsUndefined(call.Argument(1)) {
		return made
	}
	buffer := r.of(part.Get("buffer"))
	if buffer == nil {
		return made
	}
	for _, v := range buffer.views {
		if v.object.Value() == whole && v.length < 0 {
			buffer.views[len(buffer.views)-1].length = -1 // the one that was just made
		}
	}
	return made
}

// resize is ArrayBuffer.prototype.resize.
func (r *resizables) resize(call goja.FunctionCall) goja.Value {
	buffer := r.of(call.This)
	if buffer == nil {
		name := "#<Object>"
		if obj, ok := call.This.(*goja.Object); ok && obj.ExportType() == bufferType {
			name = "#<ArrayBuffer>"
		}
		panic(r.typeError("Method ArrayBuffer.prototype.resize called on incompatible receiver " + name))
	}
	size := wholeOf(call.Argument(0))
	if r.bufferOf(call.This).Detached() {
		panic(r.typeError("Cannot perform ArrayBuffer.prototype.resize on a detached ArrayBuffer"))
	}
	if size < 0 || size > float64(len(buffer.room)) {
		panic(r.newError("RangeError", "ArrayBuffer.prototype.resize: Invalid length parameter"))
	}
	n := int(size)
	if before := len(r.bufferOf(call.This).Bytes()); n < before {
		clear(buffer.room[n:before])
	}
	r.setData(call.This.(*goja.Object), buffer.room[:n])
	live := buffer.views[:0]
	for _, v := range buffer.views {
		if view := v.object.Value(); view != nil {
			if f, ok := fieldsOf(view); ok {
				v.fit(f, n)
			}
			live = append(live, v)
		}
	}
	buffer.views = live
	return goja.Undefined()
}
