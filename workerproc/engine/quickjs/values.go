package quickjs

import (
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

// handle is a reference to a JavaScript value. It is released some time after
// Go has lost it.
type handle struct {
	e *Engine
	v lib.TJSValue
}

// released are values whose handles Go has lost.
type released struct {
	mu     sync.Mutex
	values []lib.TJSValue
}

type lost struct {
	to *released
	v  lib.TJSValue
}

// wrap makes a handle of a value and takes it over.
func (e *Engine) wrap(v lib.TJSValue) *handle {
	h := &handle{e, v}
	if v.Ftag < 0 {
		runtime.AddCleanup(h, func(l lost) {
			l.to.mu.Lock()
			defer l.to.mu.Unlock()
			l.to.values = append(l.to.values, l.v)
		}, lost{e.released, v})
	}
	return h
}

func (r *released) free(e *Engine) {
	r.mu.Lock()
	values := r.values
	r.values = nil
	r.mu.Unlock()
	for _, v := range values {
		e.free(v)
	}
}

func (e *Engine) free(v lib.TJSValue) {
	if v.Ftag < 0 {
		lib.XFreeValue(e.tls, e.ctx, v)
	}
}

func (e *Engine) dup(v lib.TJSValue) lib.TJSValue {
	if v.Ftag < 0 {
		return lib.XDupValue(e.tls, e.ctx, v)
	}
	return v
}

// toGo converts a value as package engine says. v stays the caller's.
func (e *Engine) toGo(v lib.TJSValue) (any, error) {
	switch v.Ftag {
	case lib.EJS_TAG_UNDEFINED, lib.EJS_TAG_NULL, lib.EJS_TAG_UNINITIALIZED:
		return nil, nil
	case lib.EJS_TAG_BOOL:
		return int32(v.Fu.Fuint641) != 0, nil
	case lib.EJS_TAG_INT:
		return float64(int32(v.Fu.Fuint641)), nil
	case lib.EJS_TAG_FLOAT64:
		return *(*float64)(unsafe.Pointer(&v.Fu)), nil
	case lib.EJS_TAG_STRING, lib.EJS_TAG_STRING_ROPE:
		return e.text(v)
	}
	switch id := class(v); {
	case id == lib.EJS_CLASS_ARRAY:
		return e.listToGo(v)
	case id == lib.EJS_CLASS_ARRAY_BUFFER || id == lib.EJS_CLASS_SHARED_ARRAY_BUFFER:
		return e.bufferBytes(v)
	case id >= lib.EJS_CLASS_UINT8C_ARRAY && id <= lib.EJS_CLASS_DATAVIEW:
		return e.viewBytes(v)
	case e.foreign.isRef(id):
		return e.foreign.refs[pointer(v)], nil
	}
	return e.wrap(e.dup(v)), nil
}

func (e *Engine) listToGo(v lib.TJSValue) (any, error) {
	length, err := e.property(v, "length")
	if err != nil {
		return nil, err
	}
	if length.Ftag != lib.EJS_TAG_INT || int32(length.Fu.Fuint641) > engine.MaxList {
		return e.wrap(e.dup(v)), nil
	}
	list := make([]any, int(int32(length.Fu.Fuint641)))
	for i := range list {
		item := lib.XJS_GetPropertyUint32(e.tls, e.ctx, v, uint32(i))
		if isException(item) {
			return nil, e.takeException()
		}
		list[i], err = e.toGo(item)
		e.free(item)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// bytesAt copies memory of QuickJS.
func bytesAt(p uintptr, n int) []byte {
	b := make([]byte, n)
	if n > 0 {
		copy(b, unsafe.Slice(at[byte](p), n))
	}
	return b
}

func (e *Engine) bufferBytes(v lib.TJSValue) (any, error) {
	size := e.tls.Alloc(8)
	defer e.tls.Free(8)
	p := lib.XJS_GetArrayBuffer(e.tls, e.ctx, size, v)
	if p == 0 && lib.XJS_HasException(e.tls, e.ctx) != 0 {
		e.free(lib.XJS_GetException(e.tls, e.ctx)) // detached
		return []byte{}, nil
	}
	return bytesAt(p, int(*at[lib.Size_t](size))), nil
}

// viewBytes reads what a typed array or a DataView shows, as far as that is
// still within its buffer.
func (e *Engine) viewBytes(v lib.TJSValue) (any, error) {
	view := at[lib.TJSTypedArray](payload(v))
	buffer := at[lib.TJSArrayBuffer](at[lib.TJSObject](view.Fbuffer).Fu.Fopaque)
	offset, length := int(view.Foffset), int(view.Flength)
	if view.Ftrack_rab != 0 {
		length = int(buffer.Fbyte_length) - offset
	}
	if buffer.Fdetached != 0 || offset > int(buffer.Fbyte_length) || length <= 0 {
		return []byte{}, nil
	}
	return bytesAt(buffer.Fdata+uintptr(offset), min(length, int(buffer.Fbyte_length)-offset)), nil
}

// text converts a string: lone surrogates become U+FFFD.
func (e *Engine) text(v lib.TJSValue) (string, error) {
	size := e.tls.Alloc(8)
	defer e.tls.Free(8)
	p := lib.XJS_ToCStringLen2(e.tls, e.ctx, size, v, 0)
	if p == 0 {
		return "", e.takeException()
	}
	s := string(unsafe.Slice(at[byte](p), int(*at[lib.Size_t](size))))
	lib.XJS_FreeCString(e.tls, e.ctx, p)
	return wellFormed(s), nil
}

// wellFormed replaces each surrogate, three bytes in QuickJS's UTF-8.
func wellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 && s[0] == 0xed && len(s) >= 3 {
			size = 3
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}

// fromGo is the inverse of toGo. The value is the caller's to free.
func (e *Engine) fromGo(v any) lib.TJSValue {
	switch v := v.(type) {
	case bool:
		r := lib.TJSValue{Ftag: lib.EJS_TAG_BOOL}
		if v {
			r.Fu.Fuint641 = 1
		}
		return r
	case string:
		return e.newString(v)
	case float64:
		return number(v)
	case int:
		return number(float64(v))
	case int64:
		return number(float64(v))
	case []byte:
		return e.newBytes(v)
	case []any:
		return e.newList(v)
	case *handle:
		if v.e == e {
			return e.dup(v.v)
		}
	case *engine.Ref:
		return e.refObject(v)
	case engine.BigInt:
		return lib.XJS_NewBigInt64(e.tls, e.ctx, int64(v))
	}
	return undefined
}

func number(f float64) (v lib.TJSValue) {
	if i := int32(f); float64(i) == f && (i != 0 || 1/f > 0) {
		v.Fu.Fuint641, v.Ftag = uint64(uint32(i)), lib.EJS_TAG_INT
		return v
	}
	*(*float64)(unsafe.Pointer(&v.Fu)) = f
	v.Ftag = lib.EJS_TAG_FLOAT64
	return v
}

func (e *Engine) newString(s string) lib.TJSValue {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	return lib.XJS_NewStringLen(e.tls, e.ctx, e.buffer.string(e, s), lib.Size_t(len(s)))
}

func (e *Engine) newBytes(b []byte) lib.TJSValue {
	buffer := e.newBuffer(b)
	if isException(buffer) {
		return buffer
	}
	array, err := e.call(e.intrinsics.newUint8Array, buffer)
	e.free(buffer)
	if err != nil {
		return e.throw(err)
	}
	return array
}

func (e *Engine) newBuffer(b []byte) lib.TJSValue {
	return lib.XJS_NewArrayBufferCopy(e.tls, e.ctx, e.buffer.bytes(e, b), lib.Size_t(len(b)))
}

func (e *Engine) newList(items []any) lib.TJSValue {
	list := lib.XJS_NewArray(e.tls, e.ctx)
	for i, item := range items {
		lib.XJS_DefinePropertyValueUint32(e.tls, e.ctx, list, uint32(i), e.fromGo(item), lib.MJS_PROP_C_W_E)
	}
	return list
}

// buffer is memory outside Go's heap, through which Go's strings and bytes
// pass: Go's own may move while QuickJS runs.
type buffer struct {
	p    uintptr
	size int
}

// maxBuffer is how much of it is kept.
const maxBuffer = 64 << 10

func (b *buffer) string(e *Engine, s string) uintptr {
	return b.bytes(e, unsafe.Slice(unsafe.StringData(s), len(s)))
}

// bytes returns a copy that is good until the next.
func (b *buffer) bytes(e *Engine, data []byte) uintptr {
	if b.size > maxBuffer && len(data) <= maxBuffer || b.size <= len(data) {
		e.heap.free(b.p)
		b.size = max(len(data)+1, 4096)
		if b.p = e.heap.mustMalloc(lib.Size_t(b.size)); b.p == 0 {
			panic("out of memory")
		}
	}
	copied := unsafe.Slice(at[byte](b.p), len(data)+1)
	copy(copied, data)
	copied[len(data)] = 0
	return b.p
}

// cString copies text to where QuickJS can read it, for the caller to free.
func (e *Engine) cString(s string) uintptr {
	p := libc.Xmalloc(e.tls, lib.Size_t(len(s)+1))
	if p == 0 {
		panic("out of memory")
	}
	b := unsafe.Slice(at[byte](p), len(s)+1)
	copy(b, s)
	b[len(s)] = 0
	return p
}

func goString(p uintptr) string {
	if p == 0 {
		return ""
	}
	return libc.GoString(p)
}

func (e *Engine) atom(name string) lib.TJSAtom {
	return lib.XJS_NewAtomLen(e.tls, e.ctx, e.buffer.string(e, name), lib.Size_t(len(name)))
}

func (e *Engine) atomText(atom lib.TJSAtom) string {
	v := lib.XJS_AtomToString(e.tls, e.ctx, atom)
	defer e.free(v)
	s, _ := e.text(v)
	return s
}

// Internals implements engine.Values.
func (e *Engine) Internals(value engine.Handle) (kind string, result engine.Handle) {
	h, ok := value.(*handle)
	if !ok {
		return "", nil
	}
	switch class(h.v) {
	case lib.EJS_CLASS_PROXY:
		return "proxy", nil
	case lib.EJS_CLASS_PROMISE:
	default:
		return "", nil
	}
	switch lib.XJS_PromiseState(e.tls, e.ctx, h.v) {
	case lib.EJS_PROMISE_FULFILLED:
		kind = "fulfilled"
	case lib.EJS_PROMISE_REJECTED:
		kind = "rejected"
	default:
		return "pending", nil
	}
	return kind, e.wrap(lib.XJS_PromiseResult(e.tls, e.ctx, h.v))
}

// newError makes an error object. A name that isn't that of one of the
// language's own classes becomes the error's name property.
func (e *Engine) newError(name, message string) lib.TJSValue {
	construct, known := e.intrinsics.errors[name]
	if !known {
		construct = e.intrinsics.errors["Error"]
	}
	text := e.newString(message)
	obj, err := e.call(construct, text)
	if err != nil {
		return text
	}
	e.free(text)
	if !known {
		e.define(obj, "name", e.newString(name), lib.MJS_PROP_WRITABLE|lib.MJS_PROP_CONFIGURABLE)
	}
	return obj
}

// define defines a data property and takes v over.
func (e *Engine) define(obj lib.TJSValue, name string, v lib.TJSValue, flags int32) {
	atom := e.atom(name)
	lib.XJS_DefinePropertyValue(e.tls, e.ctx, obj, atom, v, flags)
	lib.XJS_FreeAtom(e.tls, e.ctx, atom)
}

var _ engine.Handle = (*handle)(nil)
