package quickjs

import (
	"errors"

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
	if err := e.hookMethods(); err != nil {
		return err
	}
	return e.hookErrors()
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

// hookErrors does that for the constructors of errors. The errors that
// QuickJS calls InternalError (its stack is full, or its memory) are V8's
// RangeErrors.
func (e *Engine) hookErrors() error {
	var err error
	for _, name := range []string{"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError",
		"AggregateError"} {
		err = errors.Join(err, e.replace(name, func(address uintptr) any {
			construct := asFunction[magicMethod](address)
			return func(tls *libc.TLS, ctx uintptr, target lib.TJSValue, argc int32, argv uintptr, magic int32) lib.TJSValue {
				v := construct(tls, ctx, target, argc, argv, magic)
				if class(v) == lib.EJS_CLASS_ERROR {
					e.completeStack(v)
				}
				return v
			}
		}))
	}
	v, evalErr := e.evaluate("stockade:engine", `(({setPrototypeOf, defineProperty}, InternalError) => {
		const p = InternalError.prototype;
		setPrototypeOf(p, RangeError.prototype);
		delete p.name; delete p.message;
		defineProperty(p, "constructor", { value: RangeError, writable: true, enumerable: false, configurable: true });
		delete globalThis.InternalError;
	})(Object, InternalError)`)
	e.free(v)
	return errors.Join(err, evalErr)
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
