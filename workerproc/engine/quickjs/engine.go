// Package quickjs is the engine on QuickJS, translated from C to Go
// (modernc.org/libquickjs). It is the C API that is used here; its memory is
// not Go's. Which parts of QuickJS this package reaches behind its API for,
// because that has no way, is in layout.go.
//
// A request's way through this package:
//
//	engine.go    code is called; when the outermost call is over, …
//	jobs.go      … promise jobs run, each in the context it was registered in
//	followers.go what waits for a promise (returns.go: an async function)
//	hooks.go     … which is noted when a promise is waited for
//	values.go    values cross
//	ops.go       QuickJS calls ops, and reactions to promises
//	stubs.go     calls of stubs that take no JavaScript of the runtime's
//	modules.go   Import: QuickJS links and evaluates; it asks for modules here
//	compile.go   … which are compiled, by way of esbuild where that is needed,
//	passes.go    … have what their closures see mended (detours.go, catches.go), and what others.go is about,
//	cached.go    … or taken from a cache
//	synthetic.go … or made of what isn't an ES module
//	statics.go   what was matched last is known
//	messages.go  what QuickJS throws says what V8 says (places.go, arguments.go), …
//	culprits.go  … with the values that it is about (patterns.go, unchanged.go),
//	operands.go  … which lie on a frame's stack: its function is gone through
//	opcodes.go   … instruction by instruction
//	describe.go  what was thrown is described, …
//	position.go  … where its author finds it
//	heap.go      memory
package quickjs

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// maxSlots is how deep calls may nest before RangeError, in slots of the
// translated C stack: a call in JavaScript takes one, by way of a built-in
// function a few.
const maxSlots = 8000

var errNoMemory = errors.New("cannot get memory")

// Engine implements engine.Engine.
type Engine struct {
	tls     *libc.TLS
	rt, ctx uintptr
	heap    *heap
	depth   int // of calls from Go into JavaScript
	// callbacks keeps the functions alive that QuickJS has pointers to.
	callbacks  []any
	functions  functions
	ops        []engine.Op
	reactions  map[int32]reaction
	lastID     int32
	intrinsics intrinsics
	modules    graph
	jobs       jobs
	rejected   []rejection
	released   *released
	buffer     buffer
	foreign    foreign
	stubs      *stubs // nil until the runtime's are there
	exceeded   func(used int64) error
	threshold  lib.Size_t // at which garbage is collected, and …
	live       int64      // … what was left the last time (boundGarbage)

	lastMatches lastMatches
	// runtimeFiles are the names of scripts that are the runtime's, as bytecode has them.
	runtimeFiles map[lib.TJSAtom]struct{}

	target      target // what could not be changed, by the error that is being made
	codeAllowed bool   // strings may become code
	preparing   bool   // Error.prepareStackTrace is running

	interrupted atomic.Pointer[engine.Interrupted]
}

var (
	_ engine.Engine    = (*Engine)(nil)
	_ engine.Heap      = (*Engine)(nil)
	_ engine.Stubs     = (*Engine)(nil)
	_ engine.Foreign   = (*Engine)(nil)
	_ engine.Followers = (*Engine)(nil)
)

// New returns an engine with an empty module graph, whose code can't make
// code from strings before AllowCode.
func New() (*Engine, error) {
	e := &Engine{tls: libc.NewTLS(), heap: &heap{}, reactions: map[int32]reaction{}, released: &released{}, runtimeFiles: map[lib.TJSAtom]struct{}{}}
	runtime.AddCleanup(e, func(h *heap) { h.freeAll() }, e.heap)
	e.heap.tls = e.tls
	inUTC(e.tls)
	if e.rt = e.newRuntime(); e.rt == 0 {
		return nil, errors.New("cannot make a QuickJS runtime")
	}
	lib.XJS_SetMaxStackSize(e.tls, e.rt, maxSlots)
	if e.ctx = lib.XJS_NewContext(e.tls, e.rt); e.ctx == 0 {
		return nil, errors.New("cannot make a QuickJS context")
	}
	e.jobs.contexts = map[uintptr]any{}
	e.modules.init()
	e.makeFunctions()
	if err := e.intrinsics.capture(e); err != nil {
		return nil, fmt.Errorf("cannot capture the intrinsics: %w", err)
	}
	if err := e.installHooks(); err != nil {
		return nil, fmt.Errorf("cannot install the hooks: %w", err)
	}
	if err := e.guardEval(); err != nil {
		return e, err
	}
	return e, e.mendIterators()
}

// inUTC has dates be in UTC, as on Workers, and keeps the C library from looking for the host's time zone in files, which
// a jailed process is killed for.
func inUTC(tls *libc.TLS) {
	setTimeZone.Do(func() {
		name, value := cString("TZ"), cString("UTC0")
		libc.Xsetenv(tls, name, value, 1)
		libc.Xfree(tls, name)
		libc.Xfree(tls, value)
	})
}

var setTimeZone sync.Once

// cString is text for the C library, to be freed.
func cString(text string) uintptr {
	p, err := libc.CString(text)
	if err != nil {
		panic(err) // out of memory
	}
	return p
}

// intrinsics are functions of the engine as they were before any other code
// could replace them.
type intrinsics struct {
	then, freeze, newUint8Array, chain lib.TJSValue
	errors                             map[string]lib.TJSValue
	error, callSites                   lib.TJSValue
	errorFunction                      uintptr // what all constructors of errors are made of
}

func (i *intrinsics) capture(e *Engine) error {
	for source, v := range map[string]*lib.TJSValue{
		"(({apply}, {then}) => (promise, ok, bad) => apply(then, promise, [ok, bad]))(Reflect, Promise.prototype)": &i.then,
		"Object.freeze":                    &i.freeze,
		"Error":                            &i.error,
		wording.CallSites:                  &i.callSites,
		"(U => b => new U(b))(Uint8Array)": &i.newUint8Array,
		"(({apply}, {then}) => (promise, value) => apply(then, promise, [() => value]))(Reflect, Promise.prototype)": &i.chain,
	} {
		var err error
		if *v, err = e.evaluate("stockade:engine", source); err != nil {
			return err
		}
	}
	i.errors = map[string]lib.TJSValue{}
	for _, name := range []string{"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"} {
		constructor, err := e.evaluate("stockade:engine", "(E => message => new E(message))("+name+")")
		if err != nil {
			return err
		}
		i.errors[name] = constructor
	}
	return nil
}

// evaluate evaluates a strict script. The result is the caller's to free.
func (e *Engine) evaluate(name, source string) (lib.TJSValue, error) {
	return e.eval(name, source, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_STRICT)
}

func (e *Engine) eval(name, source string, flags int32) (lib.TJSValue, error) {
	file, text := e.cString(name), e.cString(source)
	defer libc.Xfree(e.tls, file)
	defer libc.Xfree(e.tls, text)
	v := lib.XJS_Eval(e.tls, e.ctx, text, lib.Size_t(len(source)), file, flags)
	if strings.HasPrefix(name, "stockade:") {
		e.runtimeFiles[e.atom(name)] = struct{}{}
	}
	if isException(v) {
		return undefined, e.takeException()
	}
	return v, nil
}

// Script implements engine.Values.
func (e *Engine) Script(name, source string) (any, error) {
	return e.protect(func() (lib.TJSValue, error) { return e.evaluate(name, source) })
}

// Call implements engine.Values.
func (e *Engine) Call(fn engine.Handle, args ...any) (any, error) {
	f, ok := fn.(*handle)
	if !ok || lib.XJS_IsFunction(e.tls, e.ctx, f.v) == 0 {
		return nil, errors.New("cannot call a value that is not a function")
	}
	return e.protect(func() (lib.TJSValue, error) { return e.callWith(f.v, args) })
}

func (e *Engine) callWith(fn lib.TJSValue, args []any) (lib.TJSValue, error) {
	values := make([]lib.TJSValue, len(args))
	for i, arg := range args {
		values[i] = e.fromGo(arg)
	}
	v, err := e.call(fn, values...)
	for _, arg := range values {
		e.free(arg)
	}
	return v, err
}

// call calls a function with this undefined. args stay the caller's.
func (e *Engine) call(fn lib.TJSValue, args ...lib.TJSValue) (lib.TJSValue, error) {
	size := len(args) * valueSize
	argv := e.tls.Alloc(size)
	defer e.tls.Free(size)
	for i, arg := range args {
		*valueAt(argv, i) = arg
	}
	v := lib.XJS_Call(e.tls, e.ctx, fn, undefined, int32(len(args)), argv)
	if isException(v) {
		return undefined, e.takeException()
	}
	return v, nil
}

// Property implements engine.Values.
func (e *Engine) Property(object engine.Handle, name string) (any, error) {
	obj, ok := object.(*handle)
	if !ok {
		return nil, fmt.Errorf("cannot read %s of a value that is not an object", name)
	}
	return e.protect(func() (lib.TJSValue, error) { return e.property(obj.v, name) })
}

func (e *Engine) property(obj lib.TJSValue, name string) (lib.TJSValue, error) {
	atom := e.atom(name)
	defer lib.XJS_FreeAtom(e.tls, e.ctx, atom)
	v := lib.XGetProperty(e.tls, e.ctx, obj, atom)
	if isException(v) {
		return undefined, e.takeException()
	}
	return v, nil
}

// Parse implements engine.Values.
func (e *Engine) Parse(json []byte) (any, error) {
	return e.protect(func() (lib.TJSValue, error) { return e.parse(json) })
}

func (e *Engine) parse(json []byte) (lib.TJSValue, error) {
	text := e.cString(string(json))
	defer libc.Xfree(e.tls, text)
	v := lib.XJS_ParseJSON(e.tls, e.ctx, text, lib.Size_t(len(json)), text)
	if isException(v) {
		return undefined, e.takeException()
	}
	return v, nil
}

// protect runs f and turns what comes out of it into Go's terms; f's value is
// freed. When it is the outermost call, promise jobs run. A panic is a fault
// of the engine: it is returned, and the engine is of no use after it.
func (e *Engine) protect(f func() (lib.TJSValue, error)) (result any, err error) {
	e.depth++
	defer func() {
		e.depth--
		if r := recover(); r != nil {
			result, err = nil, fmt.Errorf("cannot go on: the engine failed: %v", r)
		}
	}()
	if e.depth == 1 {
		e.released.free(e)
		if e.interrupted.Load() != nil { // before anything ran
			e.functions.stopped = true
			return nil, e.unwind()
		}
	}
	v, err := f()
	if err == nil {
		result, err = e.toGo(v)
		e.free(v)
	}
	if e.depth == 1 {
		e.runJobs()
		if i := e.unwind(); i != nil {
			return nil, i
		}
	}
	return result, err
}

// unwind is what the interrupt that has unwound the code becomes, behind
// which the engine can be used again.
func (e *Engine) unwind() error {
	if !e.functions.stopped {
		return nil
	}
	e.functions.stopped = false
	i := e.interrupted.Load()
	if i == nil {
		return nil
	}
	e.interrupted.CompareAndSwap(i, nil)
	e.forgetInterrupted()
	e.jobs.current = nil
	return i
}

// takeException turns the pending exception into an error.
func (e *Engine) takeException() error {
	if i := e.interrupted.Load(); i != nil && e.functions.stopped {
		e.free(lib.XJS_GetException(e.tls, e.ctx))
		return i
	}
	return &engine.Exception{Thrown: e.wrap(lib.XJS_GetException(e.tls, e.ctx))}
}

// throw makes err the pending exception, which the caller has to report to
// QuickJS.
func (e *Engine) throw(err error) lib.TJSValue {
	var interrupted *engine.Interrupted
	if errors.As(err, &interrupted) {
		e.stop(interrupted)
		return exception
	}
	lib.XJS_Throw(e.tls, e.ctx, e.thrownValue(err))
	return exception
}

// stop has the running code end as if it had been interrupted.
func (e *Engine) stop(i *engine.Interrupted) {
	e.interrupted.Store(i)
	e.functions.stopped = true
	lib.XJS_ThrowInternalError(e.tls, e.ctx, e.buffer.string(e, "interrupted"), 0)
	lib.XJS_SetUncatchableException(e.tls, e.ctx, 1)
}
