package quickjs

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

// foreign is what JavaScript has of Go's. A Ref is an object of a class of its
// own; refs has those whose objects live, by the object's address.
type foreign struct {
	ready            bool
	object, function uint16 // classes
	refs             map[uintptr]*engine.Ref
	functionProto    lib.TJSValue
	// kept is the memory of ArrayBuffers, by the number that each has.
	kept       map[uintptr]any
	lastKept   uintptr
	freeBuffer uintptr
}

func (f *foreign) isRef(class uint16) bool {
	return f.ready && (class == f.object || class == f.function)
}

// classes are the numbers of the two classes, the same in all runtimes.
var classes struct {
	once             sync.Once
	object, function lib.TJSClassID
}

func (e *Engine) prepareForeign() {
	f := &e.foreign
	if f.ready {
		return
	}
	classes.once.Do(func() {
		for _, id := range []*lib.TJSClassID{&classes.object, &classes.function} {
			space := e.tls.Alloc(8)
			*at[lib.TJSClassID](space) = 0
			*id = lib.XJS_NewClassID(e.tls, space)
			e.tls.Free(8)
		}
	})
	f.refs, f.kept = map[uintptr]*engine.Ref{}, map[uintptr]any{}
	finalizer := e.keep(func(_ *libc.TLS, _ uintptr, v lib.TJSValue) {
		if r := f.refs[pointer(v)]; r != nil {
			r.Object = nil
			delete(f.refs, pointer(v))
		}
	})
	call := e.keep(func(_ *libc.TLS, _ uintptr, fn, _ lib.TJSValue, argc int32, argv uintptr, _ int32) lib.TJSValue {
		return e.runRef(f.refs[pointer(fn)], argc, argv)
	})
	f.freeBuffer = e.keep(func(_ *libc.TLS, _, id, _ uintptr) { delete(f.kept, id) })
	f.object = e.newClass(classes.object, "Object", finalizer, 0)
	f.function = e.newClass(classes.function, "Function", finalizer, call)
	proto, err := e.evaluate("stockade:engine", "Object.getPrototypeOf(() => {})")
	if err != nil {
		panic(fmt.Errorf("cannot find Function.prototype: %w", err))
	}
	f.functionProto = proto
	f.ready = true
}

func (e *Engine) newClass(id lib.TJSClassID, name string, finalizer, call uintptr) uint16 {
	const size = int(unsafe.Sizeof(lib.TJSClassDef{}))
	title, def := e.cString(name), e.tls.Alloc(size)
	defer e.tls.Free(size)
	defer libc.Xfree(e.tls, title)
	*at[lib.TJSClassDef](def) = lib.TJSClassDef{Fclass_name: title, Ffinalizer: finalizer, Fcall: call}
	if lib.XJS_NewClass(e.tls, e.rt, id, def) != 0 {
		panic("out of memory")
	}
	return uint16(id)
}

// refObject is the object of a Ref. The reference is the caller's.
func (e *Engine) refObject(r *engine.Ref) lib.TJSValue {
	e.prepareForeign()
	if address, ok := r.Object.(uintptr); ok {
		return e.dup(lib.TJSValue{Fu: union(address), Ftag: lib.EJS_TAG_OBJECT})
	}
	proto, id := null, e.foreign.object
	if r.Call != nil {
		proto, id = e.foreign.functionProto, e.foreign.function
	}
	v := lib.XJS_NewObjectProtoClass(e.tls, e.ctx, proto, lib.TJSClassID(id))
	if isException(v) {
		return v
	}
	r.Object = pointer(v)
	e.foreign.refs[pointer(v)] = r
	if r.Call != nil {
		e.define(v, "length", number(float64(r.Length)), lib.MJS_PROP_CONFIGURABLE)
		e.define(v, "name", e.newString(r.Name), lib.MJS_PROP_CONFIGURABLE)
	}
	return v
}

func (e *Engine) runRef(r *engine.Ref, argc int32, argv uintptr) lib.TJSValue {
	if r == nil {
		return undefined
	}
	var space [8]any
	args := space[:0]
	for i := range int(argc) {
		args = append(args, e.exact(*valueAt(argv, i)))
	}
	result, err := r.Call(args)
	if err != nil {
		return e.throw(err)
	}
	return e.fromGo(result)
}

// exact converts a value as Invoke says. v stays the caller's.
func (e *Engine) exact(v lib.TJSValue) any {
	switch v.Ftag {
	case lib.EJS_TAG_UNDEFINED, lib.EJS_TAG_UNINITIALIZED:
		return nil
	case lib.EJS_TAG_BOOL:
		return int32(v.Fu.Fuint641) != 0
	case lib.EJS_TAG_INT:
		return float64(int32(v.Fu.Fuint641))
	case lib.EJS_TAG_FLOAT64:
		return *(*float64)(unsafe.Pointer(&v.Fu))
	}
	if e.foreign.isRef(class(v)) {
		return e.foreign.refs[pointer(v)]
	}
	return e.wrap(e.dup(v))
}

// Invoke implements engine.Foreign.
func (e *Engine) Invoke(fn engine.Handle, args ...any) (any, error) {
	var exact any
	_, err := e.protect(func() (lib.TJSValue, error) {
		f := e.fromGo(fn)
		defer e.free(f)
		if lib.XJS_IsFunction(e.tls, e.ctx, f) == 0 {
			return undefined, errors.New("cannot call a value that is not a function")
		}
		v, err := e.callWith(f, args)
		if err == nil {
			exact = e.exact(v)
			e.free(v)
		}
		return undefined, err
	})
	return exact, err
}

// IsNull implements engine.Foreign.
func (e *Engine) IsNull(v engine.Handle) bool {
	h, ok := v.(*handle)
	return ok && h.v.Ftag == lib.EJS_TAG_NULL
}

// Int64 implements engine.Foreign.
func (e *Engine) Int64(v engine.Handle) (int64, bool) {
	h, ok := v.(*handle)
	if !ok || h.v.Ftag != lib.EJS_TAG_BIG_INT && h.v.Ftag != lib.EJS_TAG_SHORT_BIG_INT {
		return 0, false
	}
	space := e.tls.Alloc(8)
	defer e.tls.Free(8)
	if lib.XJS_ToBigInt64(e.tls, e.ctx, space, h.v) != 0 {
		e.free(lib.XJS_GetException(e.tls, e.ctx))
		return 0, false
	}
	return *at[int64](space), true
}

// maxBuffer32 is as large as an ArrayBuffer of QuickJS can be.
const maxBuffer32 = 1<<31 - 1

// NewBuffer implements engine.Foreign.
func (e *Engine) NewBuffer(memory []byte, keep any) (engine.Handle, error) {
	e.prepareForeign()
	if len(memory) > maxBuffer32 {
		return nil, &engine.Error{Name: "RangeError", Message: "Array buffer allocation failed"}
	}
	f := &e.foreign
	f.lastKept++
	id := f.lastKept
	f.kept[id] = keep
	address := uintptr(unsafe.Pointer(unsafe.SliceData(memory)))
	v := lib.XJS_NewArrayBuffer(e.tls, e.ctx, address, lib.Size_t(len(memory)), f.freeBuffer, id, 0)
	if isException(v) {
		delete(f.kept, id)
		return nil, e.takeException()
	}
	return e.wrap(v), nil
}

// Collect implements engine.Foreign.
func (e *Engine) Collect() {
	e.released.free(e)
	lib.XJS_RunGC(e.tls, e.rt)
}

// Detach implements engine.Foreign.
func (e *Engine) Detach(buffer engine.Handle) {
	if h, ok := buffer.(*handle); ok {
		lib.XJS_DetachArrayBuffer(e.tls, e.ctx, h.v)
	}
}
