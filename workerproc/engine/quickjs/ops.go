package quickjs

import (
	"errors"
	"fmt"
	"math"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// functions are the Go functions that QuickJS calls.
type functions struct {
	op, reaction, moduleInit, nothing uintptr
	// stopped: the running code has been told to end.
	stopped bool
}

// reaction is what waits for a promise.
type reaction struct{ fulfilled, rejected func(lib.TJSValue) }

func (e *Engine) makeFunctions() {
	f := &e.functions
	f.op = e.keep(func(_ *libc.TLS, _ uintptr, _ lib.TJSValue, argc int32, argv uintptr, magic int32) lib.TJSValue {
		return e.runOp(e.ops[magic], argc, argv)
	})
	f.reaction = e.keep(func(_ *libc.TLS, _ uintptr, _ lib.TJSValue, argc int32, argv uintptr, magic int32, data uintptr) lib.TJSValue {
		return e.react(argument(argc, argv, 0), magic, int32(valueAt(data, 0).Fu.Fuint641))
	})
	f.moduleInit = e.keep(func(_ *libc.TLS, _, module uintptr) int32 { return e.initSynthetic(module) })
	f.nothing = e.keep(func(*libc.TLS, uintptr, int32, uintptr) lib.TJSValue { return undefined })
	lib.XJS_SetModuleLoaderFunc(e.tls, e.rt,
		e.keep(func(_ *libc.TLS, _, base, name, _ uintptr) uintptr {
			return e.normalize(goString(base), goString(name))
		}),
		e.keep(func(_ *libc.TLS, _, name, _ uintptr) uintptr { return e.load(goString(name)) }), 0)
	lib.XJS_SetInterruptHandler(e.tls, e.rt, e.keep(func(*libc.TLS, uintptr, uintptr) int32 {
		e.collectGarbage()
		if e.interrupted.Load() == nil {
			return 0
		}
		e.functions.stopped = true
		e.context().Finterrupt_counter = 1 // where QuickJS has closed an iterator it lets the error be caught: look again at once
		return 1
	}), 0)
	lib.XJS_SetHostPromiseRejectionTracker(e.tls, e.rt, e.keep(
		func(_ *libc.TLS, _ uintptr, promise, reason lib.TJSValue, handled int32, _ uintptr) {
			e.trackRejection(promise, reason, handled != 0)
		}), 0)
}

func argument(argc int32, argv uintptr, i int32) lib.TJSValue {
	if i >= argc {
		return undefined
	}
	return *valueAt(argv, int(i))
}

// Ops implements engine.Values.
func (e *Engine) Ops(ops map[string]engine.Op) engine.Handle {
	obj := lib.XJS_NewObjectProto(e.tls, e.ctx, null)
	for name, op := range ops {
		if len(e.ops) > math.MaxInt16 {
			panic("too many ops")
		}
		title := e.cString("stockade:" + name)
		f := lib.XJS_NewCFunction2(e.tls, e.ctx, e.functions.op, title, 0, lib.EJS_CFUNC_generic_magic, int32(len(e.ops)))
		libc.Xfree(e.tls, title)
		e.ops = append(e.ops, op)
		e.define(obj, name, f, lib.MJS_PROP_ENUMERABLE)
	}
	e.define(obj, "follows", e.function("stockade:follows", 2, func(_ lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
		return e.fromGo(e.follows(argc, argv))
	}), lib.MJS_PROP_ENUMERABLE)
	e.define(obj, "handler", e.function("stockade:handler", 1, func(_ lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
		return e.dup(handlerOf(argument(argc, argv, 0)))
	}), lib.MJS_PROP_ENUMERABLE)
	lib.XJS_PreventExtensions(e.tls, e.ctx, obj)
	return e.wrap(obj)
}

// function makes a function whose arguments don't pass through Go's values.
func (e *Engine) function(name string, length int32, f func(this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue) lib.TJSValue {
	address := e.keep(func(_ *libc.TLS, _ uintptr, this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
		return f(this, argc, argv)
	})
	title := e.cString(name)
	defer libc.Xfree(e.tls, title)
	return lib.XJS_NewCFunction2(e.tls, e.ctx, address, title, length, lib.EJS_CFUNC_generic, 0)
}

// handlerOf is that of a proxy which isn't one itself (ops.handler); undefined of any other value. It stays the proxy's.
func handlerOf(v lib.TJSValue) lib.TJSValue {
	if class(v) != lib.EJS_CLASS_PROXY || payload(v) == 0 {
		return undefined
	}
	if p := at[lib.TJSProxyData](payload(v)); p.Fis_revoked == 0 && isObject(p.Fhandler) && class(p.Fhandler) != lib.EJS_CLASS_PROXY {
		return p.Fhandler
	}
	return undefined
}

// follows is ops.follows(ok, bad) (engine.Values): the function that has called it was called by none, with what settles a
// promise.
func (e *Engine) follows(argc int32, argv uintptr) bool {
	caller := at[lib.TJSStackFrame](e.runtime().Fcurrent_stack_frame).Fprev_frame
	return argc == 2 && caller != 0 && at[lib.TJSStackFrame](caller).Fprev_frame == 0 && settles(argv)
}

// settles reports whether these are the two functions that settle a promise.
func settles(argv uintptr) bool {
	return class(*valueAt(argv, 0)) == lib.EJS_CLASS_PROMISE_RESOLVE_FUNCTION && class(*valueAt(argv, 1)) == lib.EJS_CLASS_PROMISE_REJECT_FUNCTION
}

// runOp calls an op. A panic of it is the process's fault: it goes on through
// QuickJS to protect.
func (e *Engine) runOp(op engine.Op, argc int32, argv uintptr) lib.TJSValue {
	if i := e.interrupted.Load(); i != nil && e.functions.stopped {
		return e.throw(i) // what has caught the interrupt's error can't tell it
	}
	var space [8]any
	args := space[:0]
	for i := range int(argc) {
		arg, err := e.toGo(*valueAt(argv, i))
		if err != nil {
			return e.throw(err)
		}
		args = append(args, arg)
	}
	result, err := op(args)
	if err != nil {
		return e.throw(err)
	}
	return e.fromGo(result)
}

// thrownValue is what an error is thrown as.
func (e *Engine) thrownValue(err error) lib.TJSValue {
	var (
		named   *engine.Error
		thrown  *engine.Exception
		missing *source.NoSuchModule
		syntax  *engine.SyntaxError
	)
	switch {
	case errors.As(err, &thrown):
		return e.fromGo(thrown.Thrown)
	case errors.As(err, &missing):
		named = missing.Thrown()
		return e.newError(named.Name, named.Message)
	case errors.As(err, &syntax):
		return e.newError("SyntaxError", syntax.Message+source.At(syntax))
	case errors.As(err, &named):
		return e.newError(named.Name, named.Message)
	}
	return e.newError("Error", err.Error())
}

// settled calls one of the two, in a promise job, when promise settles.
func (e *Engine) settled(promise lib.TJSValue, r reaction) error {
	e.lastID++
	e.reactions[e.lastID] = r
	ok, bad := e.newReaction(0), e.newReaction(1)
	derived, err := e.call(e.intrinsics.then, promise, ok, bad)
	e.free(derived)
	e.free(ok)
	e.free(bad)
	return err
}

func (e *Engine) newReaction(magic int32) lib.TJSValue {
	data := e.tls.Alloc(valueSize)
	defer e.tls.Free(valueSize)
	*valueAt(data, 0) = number(float64(e.lastID))
	return lib.XJS_NewCFunctionData(e.tls, e.ctx, e.functions.reaction, 1, magic, 1, data)
}

func (e *Engine) react(v lib.TJSValue, magic, id int32) lib.TJSValue {
	r, ok := e.reactions[id]
	delete(e.reactions, id)
	switch {
	case !ok:
	case magic == 0:
		r.fulfilled(v)
	default:
		r.rejected(v)
	}
	return undefined
}

// Then implements engine.Values.
func (e *Engine) Then(promise engine.Handle, done func(any, error)) {
	h, ok := promise.(*handle)
	if !ok || class(h.v) != lib.EJS_CLASS_PROMISE {
		done(promise, nil)
		return
	}
	err := e.settled(h.v, reaction{
		func(v lib.TJSValue) { done(e.toGo(v)) },
		func(reason lib.TJSValue) { done(nil, &engine.Exception{Thrown: e.wrap(e.dup(reason))}) },
	})
	if err != nil {
		done(nil, err)
	}
}

// NewPromise implements engine.Values.
func (e *Engine) NewPromise() (engine.Handle, func(any, error) error) {
	functions := e.tls.Alloc(2 * valueSize)
	defer e.tls.Free(2 * valueSize)
	promise := lib.XJS_NewPromiseCapability(e.tls, e.ctx, functions)
	if isException(promise) {
		panic(fmt.Errorf("cannot make a promise: %w", e.takeException()))
	}
	resolve, reject := e.wrap(*valueAt(functions, 0)), e.wrap(*valueAt(functions, 1))
	settle := func(value any, err error) error {
		_, err = e.protect(func() (lib.TJSValue, error) {
			f := resolve.v
			var v lib.TJSValue
			if err != nil {
				f, v = reject.v, e.thrownValue(err)
			} else {
				v = e.fromGo(value)
			}
			defer e.free(v)
			return e.call(f, v)
		})
		return err
	}
	return e.wrap(promise), settle
}
