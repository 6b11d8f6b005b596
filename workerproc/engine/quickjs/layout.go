package quickjs

import (
	"unsafe"

	lib "modernc.org/libquickjs"
)

// What this package knows of QuickJS beyond its API: the layout of some of
// its structures. installHooks fails when a release has another.

const valueSize = int(unsafe.Sizeof(lib.TJSValue{}))

var (
	undefined = lib.TJSValue{Ftag: lib.EJS_TAG_UNDEFINED}
	null      = lib.TJSValue{Ftag: lib.EJS_TAG_NULL}
	exception = lib.TJSValue{Ftag: lib.EJS_TAG_EXCEPTION}
)

func isException(v lib.TJSValue) bool { return v.Ftag == lib.EJS_TAG_EXCEPTION }
func isObject(v lib.TJSValue) bool    { return v.Ftag == lib.EJS_TAG_OBJECT }

// pointer is the address of what a value refers to.
func pointer(v lib.TJSValue) uintptr { return uintptr(v.Fu.Fuint641) }

// at reads a structure at an address outside Go's heap.
func at[T any](address uintptr) *T { return (*T)(unsafe.Add(nil, address)) }

func valueAt(array uintptr, i int) *lib.TJSValue {
	return at[lib.TJSValue](array + uintptr(i*valueSize))
}

func object(v lib.TJSValue) *lib.TJSObject { return at[lib.TJSObject](pointer(v)) }

// class is an object's class, 0 for other values.
func class(v lib.TJSValue) uint16 {
	if !isObject(v) {
		return 0
	}
	return object(v).Fclass_id
}

// payload is the word that an object of most classes keeps its state in.
func payload(v lib.TJSValue) uintptr { return object(v).Fu.Fopaque }

// functionPointer is f as QuickJS calls it. f has to be kept alive.
func functionPointer(f any) uintptr {
	type words [2]uintptr
	return (*words)(unsafe.Pointer(&f))[1]
}

// asFunction is the inverse of functionPointer.
func asFunction[F any](address uintptr) F {
	return *(*F)(unsafe.Pointer(&struct{ uintptr }{address}))
}

// cFunction is what a C function object has behind its header.
type cFunction struct {
	realm    uintptr
	function uintptr
}

func cFunctionOf(v lib.TJSValue) *cFunction {
	return (*cFunction)(unsafe.Pointer(&object(v).Fu))
}

const descriptorSize = int(unsafe.Sizeof(lib.TJSPropertyDescriptor{}))

// jobHeader is the size of a promise job in the runtime's list; its arguments follow it.
const jobHeader = unsafe.Sizeof(lib.TJSJobEntry{})

func jobArgument(entry uintptr, i int) lib.TJSValue { return *valueAt(entry+jobHeader, i) }

func (e *Engine) runtime() *lib.TJSRuntime { return at[lib.TJSRuntime](e.rt) }
func (e *Engine) context() *lib.TJSContext { return at[lib.TJSContext](e.ctx) }

func (e *Engine) class(id int) *lib.TJSClass {
	return at[lib.TJSClass](e.runtime().Fclass_array + uintptr(id)*unsafe.Sizeof(lib.TJSClass{}))
}

// union is a value's payload that is an address.
func union(address uintptr) (u lib.TJSValueUnion) {
	u.Fuint641 = uint64(address)
	return u
}

const (
	loadedModules = unsafe.Offsetof(lib.TJSContext{}.Floaded_modules)
	moduleLink    = unsafe.Offsetof(lib.TJSModuleDef{}.Flink)
	requestSize   = unsafe.Sizeof(lib.TJSReqModuleEntry{})
	importSize    = unsafe.Sizeof(lib.TJSImportEntry{})
	exportSize    = unsafe.Sizeof(lib.TJSExportEntry{})
)

const enumSize = unsafe.Sizeof(lib.TJSPropertyEnum{})

func moduleStatus(def uintptr) int { return int(at[lib.TJSModuleDef](def).F__ccgo144 >> 24) }

// references is how often a value is referred to.
func references(v lib.TJSValue) int32 { return *at[int32](pointer(v) - 4) }

// stringHeader is what stands before a string's characters.
const stringHeader = unsafe.Sizeof(lib.TJSString{})

func isString(v lib.TJSValue) bool {
	return v.Ftag == lib.EJS_TAG_STRING || v.Ftag == lib.EJS_TAG_STRING_ROPE
}

// stringLength is how many UTF-16 units a string has.
func stringLength(v lib.TJSValue) uint32 {
	if v.Ftag == lib.EJS_TAG_STRING_ROPE {
		return at[lib.TJSStringRope](pointer(v)).Flen1
	}
	return *at[uint32](pointer(v)) & 0x7fffffff
}

// regExpOf is what a RegExp object has behind its header.
func regExpOf(v lib.TJSValue) *lib.TJSRegExp { return (*lib.TJSRegExp)(unsafe.Pointer(&object(v).Fu)) }

// bytecode is what a function that isn't built in is made of.
func bytecode(fn lib.TJSValue) *lib.TJSFunctionBytecode {
	switch class(fn) {
	case lib.EJS_CLASS_BYTECODE_FUNCTION, lib.EJS_CLASS_GENERATOR_FUNCTION, lib.EJS_CLASS_ASYNC_FUNCTION, lib.EJS_CLASS_ASYNC_GENERATOR_FUNCTION:
		return at[lib.TJSFunctionBytecode](payload(fn))
	}
	return nil
}

// function is what a function object that isn't built in has behind its header.
type function struct{ bytecode, references, home uintptr }

func functionOf(fn lib.TJSValue) *function { return (*function)(unsafe.Pointer(&object(fn).Fu)) }

const (
	varDefSize     = unsafe.Sizeof(lib.TJSBytecodeVarDef{})
	closureVarSize = unsafe.Sizeof(lib.TJSClosureVar{})
)
