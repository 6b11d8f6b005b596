package quickjs

import (
	"errors"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

type (
	classCall   = func(tls *libc.TLS, ctx uintptr, fn, this lib.TJSValue, argc int32, argv uintptr, flags int32) lib.TJSValue
	finalizer   = func(tls *libc.TLS, rt uintptr, v lib.TJSValue)
	method      = func(tls *libc.TLS, ctx uintptr, this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue
	magicMethod = func(tls *libc.TLS, ctx uintptr, this lib.TJSValue, argc int32, argv uintptr, magic int32) lib.TJSValue
)

// installHooks puts functions of this package before some of QuickJS's own:
// where a promise is waited for, the context is noted; where an error is made,
// its stack gets the form that V8 gives it.
func (e *Engine) installHooks() error {
	async := e.class(lib.EJS_CLASS_ASYNC_FUNCTION)
	if async.Fclass_id != lib.EJS_CLASS_ASYNC_FUNCTION || async.Fcall == 0 {
		return errors.New("cannot find QuickJS's classes")
	}
	if !knowsOpcodes() {
		return errors.New("cannot find QuickJS's instructions")
	}
	call := asFunction[classCall](async.Fcall)
	async.Fcall = e.keep(func(tls *libc.TLS, ctx uintptr, fn, this lib.TJSValue, argc int32, argv uintptr, flags int32) lib.TJSValue {
		promise := call(tls, ctx, fn, this, argc, argv, flags)
		e.noteContext(promise)
		return promise
	})
	for _, id := range []int{lib.EJS_CLASS_PROMISE, lib.EJS_CLASS_ASYNC_GENERATOR} {
		c := e.class(id)
		final := asFunction[finalizer](c.Ffinalizer)
		c.Ffinalizer = e.keep(func(tls *libc.TLS, rt uintptr, v lib.TJSValue) {
			e.forgetContext(v)
			final(tls, rt, v)
		})
	}
	return errors.Join(e.hookMethods(), e.hookRegExps(), e.hookErrors())
}

func (e *Engine) hookMethods() error {
	err := e.replace("Promise.prototype.then", func(address uintptr) any {
		then := asFunction[method](address)
		return func(tls *libc.TLS, ctx uintptr, this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
			promise := then(tls, ctx, this, argc, argv)
			e.noteContext(promise)
			return promise
		}
	})
	for _, name := range []string{"next", "return", "throw"} {
		err = errors.Join(err, e.replace("(async function* () {}).prototype.__proto__."+name, func(address uintptr) any {
			step := asFunction[magicMethod](address)
			return func(tls *libc.TLS, ctx uintptr, this lib.TJSValue, argc int32, argv uintptr, magic int32) lib.TJSValue {
				if class(this) == lib.EJS_CLASS_ASYNC_GENERATOR {
					e.noteContext(this)
				}
				return step(tls, ctx, this, argc, argv, magic)
			}
		}))
	}
	return err
}

// hookErrors has errors' stacks come in V8's form: QuickJS defines the property
// by way of a method of their class, which is there for this. The errors that
// QuickJS calls InternalError (its stack is full, or its memory) are V8's
// RangeErrors.
func (e *Engine) hookErrors() error {
	size := lib.Size_t(unsafe.Sizeof(lib.TJSClassExoticMethods{}))
	methods := e.heap.mustMalloc(size)
	if methods == 0 {
		return errNoMemory
	}
	*at[lib.TJSClassExoticMethods](methods) = lib.TJSClassExoticMethods{Fdefine_own_property: e.keep(e.defineOnError)}
	e.class(lib.EJS_CLASS_ERROR).Fexotic = methods
	constructor, err := e.evaluate("stockade:engine", "TypeError")
	if err != nil {
		return err
	}
	e.intrinsics.errorFunction = cFunctionOf(constructor).function
	e.free(constructor)
	v, err := e.evaluate("stockade:engine", `(({setPrototypeOf, defineProperty}, InternalError) => {
		const p = InternalError.prototype;
		setPrototypeOf(p, RangeError.prototype);
		delete p.name; delete p.message;
		defineProperty(p, "constructor", { value: RangeError, writable: true, enumerable: false, configurable: true });
		delete globalThis.InternalError;
	})(Object, InternalError)`)
	e.free(v)
	return err
}

// defineOnError is an error's [[DefineOwnProperty]].
func (e *Engine) defineOnError(_ *libc.TLS, _ uintptr, obj lib.TJSValue, prop lib.TJSAtom, v, getter, setter lib.TJSValue, flags int32) int32 {
	flags |= lib.MJS_PROP_NO_EXOTIC
	if prop == lib.EJS_ATOM_message {
		switch text := e.stringOf(v); {
		case text == "stack overflow" && e.isInternal(obj):
			v = e.newString(overflow)
			defer e.free(v)
		default:
			e.noteTarget(obj, text)
		}
	}
	if prop == lib.EJS_ATOM_errors && !e.inErrorConstructor() && !e.hasOwn(obj, lib.EJS_ATOM_message) { // Promise.any gives no message
		e.define(obj, "message", e.newString("All promises were rejected"), lib.MJS_PROP_WRITABLE|lib.MJS_PROP_CONFIGURABLE)
	}
	if prop == lib.EJS_ATOM_stack && !e.hasOwn(obj, prop) {
		if raw := e.stringOf(v); raw == "" || isRawStack(raw) {
			e.rewordError(obj, raw)
			v = e.prepareStack(obj, e.completeStack(obj, raw))
			defer e.free(v)
		}
	}
	return lib.XJS_DefineProperty(e.tls, e.ctx, obj, prop, v, getter, setter, flags)
}

func (e *Engine) hasOwn(obj lib.TJSValue, prop lib.TJSAtom) bool {
	return lib.XJS_GetOwnProperty(e.tls, e.ctx, 0, obj, prop) > 0
}

// replace puts another function into a C function object. replacement gets
// the address of the one that is there.
func (e *Engine) replace(expression string, replacement func(address uintptr) any) error {
	f, err := e.evaluate("stockade:engine", expression)
	if err != nil {
		return err
	}
	defer e.free(f)
	if class(f) != lib.EJS_CLASS_C_FUNCTION {
		return errors.New("cannot find QuickJS's " + expression)
	}
	c := cFunctionOf(f)
	c.function = e.keep(replacement(c.function))
	return nil
}
