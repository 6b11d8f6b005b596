// Package goja is the engine on goja, a JavaScript interpreter in Go.
//
// goja has no modules of its own. A module's way through this package:
//
//	graph.go      Import resolves, links and evaluates the graph below a module
//	direct.go     a module in the syntax that goja reads is parsed as it stands
//	                … after its import and export statements have been found (internal/source)
//	halves.go     … a long one in two halves at once
//	lower.go      any other goes through esbuild first
//	await.go        … twice, when it awaits at its top level
//	rewrite.go    … its regular expressions (regexp.go), += of strings (concat.go) and new.target (target.go) replaced
//	graft.go      either way its syntax tree becomes the body of a function
//	evaluate.go   which is called, after those of the modules it imports
//	namespace.go  and fills the module's namespace object
//	commonjs.go   CommonJS modules, and those that aren't code
//
// Values cross in values.go, and functions and memory of Go's in foreign.go; errors and stacks in describe.go, stack.go and
// sourcemap.go. What goja throws says what V8 says: fault.go knows what failed and where, messages.go which words it takes, with
// native.go, arguments.go, assigned.go and patterns.go for what they are about, and shown.go for how a value is shown. guard.go
// says when strings become code. jobs.go runs what promises have to do, follows.go tells who calls a then, followers.go what waits for a promise (returns.go: an async function), and stubs.go makes calls
// of stubs, with what links.go has of goja's. What goja lacks or does otherwise is mended: a call too
// deep in overflow.go, buffers that change their size in resizable.go, sorting in sort.go, promises in promises.go, JSON in
// json.go and stringify.go, yield* in delegation.go, arguments and finally in frames.go, what its parser refuses in refused.go, async generators in
// asyncgen.go, super in super.go, large numbers under bitwise operators in bits.go and in arrays in large.go, corners of other functions in builtins.go, power.go and flat.go; much of it needs instructions.go. Loops, patterns,
// spread and what fills collections are made faster in iterate.go, spread.go and collections.go, as long as what unpatched.go looks at is as it was.
package goja

import (
	"errors"
	"fmt"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"stockade.dev/stockade/workerproc/engine"
)

// maxFrames is how deep calls may nest before RangeError: about what V8 gives.
const maxFrames = 10_000

// Engine implements engine.Engine.
type Engine struct {
	vm           *goja.Runtime
	machine      *machine
	depth        int // of calls from Go into JavaScript
	intrinsics   intrinsics
	modules      graph
	tracker      tracker
	enter        goja.Callable // calls a function and runs its jobs
	rejected     []rejection
	regexps      regexps
	stacks       *stacks
	foreign      foreign
	joined       joined
	overflow     *overflow
	frames       frames
	resizables   *resizables
	generators   asyncGenerators
	promises     promises
	follows      follows
	followers    followers
	delegation   *delegation
	iteration    *iteration
	stringifying stringifying
	stubs        *stubs // nil until the runtime's are there

	joinFunction  *goja.Object
	superFunction goja.Value
	codeAllowed   bool // strings may become code
}

var (
	_ engine.Engine    = (*Engine)(nil)
	_ engine.Foreign   = (*Engine)(nil)
	_ engine.Stubs     = (*Engine)(nil)
	_ engine.Followers = (*Engine)(nil)
)

// New returns an engine with an empty module graph, whose code can't make
// code from strings before AllowCode.
func New() (*Engine, error) {
	e := &Engine{vm: goja.New()}
	e.vm.SetParserOptions(parser.WithDisableSourceMaps)
	e.vm.SetMaxCallStackSize(maxFrames)
	e.vm.SetAsyncContextTracker(&e.tracker)
	e.vm.SetPromiseRejectionTracker(e.trackRejection)
	e.modules.init()
	for _, step := range e.mending() {
		if err := step.do(); err != nil {
			return nil, fmt.Errorf("cannot %s: %w", step.what, err)
		}
	}
	return e, nil
}

type mending struct {
	what string
	do   func() error
}

// mending is what New does to a new runtime, in this order: what comes later uses what was before.
func (e *Engine) mending() []mending {
	return []mending{
		{"take over goja's jobs", e.installJobs},
		{"capture the intrinsics", func() error { return e.intrinsics.capture(e.vm) }},
		{"install RegExp", e.installRegExp},
		{"look into goja's instructions", lookUpInstructions},
		{"mend JSON", e.installJSON},
		{"mend Math", e.installBits},
		{"install async generators", e.installAsyncGenerators},
		{"complete ArrayBuffer", e.installBuffers},
		{"mend goja's promises", e.installPromises},
		{"mend yield*", e.installDelegation},
		{"take over built-in iterators", e.installIteration},
		{"mend arrays of integers", e.installLarge},
		{"mend built-in functions", e.installBuiltIns},
		{"fill collections", e.installCollections},
		{"guard eval", e.guardEval},
		{"mend Array.prototype.sort", e.installSort},
		{"mend goja's stacks", e.installStacks},
		{"mend goja's messages", e.installFaults},
		{"reach goja's machine", func() (err error) { e.machine, err = newMachine(e.vm); return err }},
		{"mend goja's stack overflow", e.installOverflow},
		{"mend JSON.stringify", e.installStringify},
		{"learn what goja's jobs call", e.installFollows},
		{"learn what goja's promises wait for", e.installFollowers},
	}
}

// intrinsics are functions of the engine as they were before any other code
// could replace them.
type intrinsics struct {
	then, descriptor, freeze, parse, reaction, seal goja.Callable
	newUint8Array                                   goja.Constructor
	errors                                          map[string]goja.Constructor
	object                                          *goja.Object // Object.prototype
}

func (i *intrinsics) capture(vm *goja.Runtime) error {
	functions := map[string]*goja.Callable{
		"Promise.prototype.then":          &i.then,
		"Object.getOwnPropertyDescriptor": &i.descriptor,
		"Object.freeze":                   &i.freeze,
		"Object.seal":                     &i.seal,
		"JSON.parse":                      &i.parse,
		"(f) => (v) => f(v)":              &i.reaction,
	}
	for path, fn := range functions {
		v, err := vm.RunScript("stockade:engine", path)
		if err != nil {
			return err
		}
		*fn, _ = goja.AssertFunction(v)
	}
	i.object, _ = vm.Get("Object").(*goja.Object).Get("prototype").(*goja.Object)
	i.newUint8Array, _ = goja.AssertConstructor(vm.Get("Uint8Array"))
	i.errors = map[string]goja.Constructor{}
	for _, name := range []string{"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"} {
		i.errors[name], _ = goja.AssertConstructor(vm.Get(name))
	}
	return nil
}

// Script implements engine.Values.
func (e *Engine) Script(name, source string) (any, error) {
	prg, err := goja.Parse(name, source, parser.WithDisableSourceMaps)
	if err != nil {
		return nil, fmt.Errorf("cannot parse %s: %w", name, err)
	}
	if err := e.rewriteScript(prg); err != nil {
		return nil, fmt.Errorf("cannot compile %s: %w", name, err)
	}
	compiled, err := goja.CompileAST(prg, true)
	if err != nil {
		return nil, fmt.Errorf("cannot compile %s: %w", name, err)
	}
	e.patchProgram(compiled, nil)
	return e.protect(func() (goja.Value, error) { return e.runProgram(compiled) })
}

// runProgram is RunProgram behind which there may be further calls, and before which there is room for one.
func (e *Engine) runProgram(code *goja.Program) (goja.Value, error) {
	if e.overflow.full() {
		return nil, e.rethrow(e.overflow.err())
	}
	defer e.overflow.arm()
	return e.vm.RunProgram(code)
}

// Call implements engine.Values.
func (e *Engine) Call(fn engine.Handle, args ...any) (any, error) {
	callable, ok := goja.AssertFunction(asValue(fn))
	if !ok {
		return nil, errors.New("cannot call a value that is not a function")
	}
	values := make([]goja.Value, len(args))
	for i, arg := range args {
		values[i] = e.fromGo(arg)
	}
	return e.protect(func() (goja.Value, error) { return e.call(fn.(*goja.Object), callable, values) })
}

// Property implements engine.Values.
func (e *Engine) Property(object engine.Handle, name string) (any, error) {
	obj, ok := asValue(object).(*goja.Object)
	if !ok {
		return nil, fmt.Errorf("cannot read %s of a value that is not an object", name)
	}
	return e.protect(func() (v goja.Value, err error) {
		if ex := e.vm.Try(func() { v = obj.Get(name) }); ex != nil {
			err = ex
		}
		return v, err
	})
}

// Parse implements engine.Values.
func (e *Engine) Parse(json []byte) (any, error) {
	text := e.vm.ToValue(string(json))
	return e.protect(func() (goja.Value, error) { return e.intrinsics.parse(goja.Undefined(), text) })
}

// protect runs f and turns what comes out of it into Go's terms. A panic is a
// fault of the engine, which ends all that runs: failed makes an error of it.
func (e *Engine) protect(f func() (goja.Value, error)) (result any, err error) {
	e.depth++
	defer func() {
		if e.depth--; e.depth == 0 {
			e.joined.forget()
			e.overflow.disarm()
		}
		if r := recover(); r != nil {
			err = e.failed(r)
		}
	}()
	e.overflow.arm()
	v, err := f()
	e.overflow.arm() // goja may have been at rest
	if err != nil {
		return nil, e.unwound(err)
	}
	if ex := e.vm.Try(func() { result = e.toGo(v) }); ex != nil {
		return nil, e.fromError(ex)
	}
	return result, nil
}

// failed is what comes of a panic: an error of the outermost call, as a stack overflow is, behind which the engine can be used
// again. Go's own memory is sound after a panic, goja's machine is put at rest, and what was running is lost.
func (e *Engine) failed(panicked any) error {
	if e.depth > 0 {
		panic(panicked)
	}
	e.machine.reset()
	e.tracker.forget()
	e.ClearInterrupt()
	e.SetContext(nil)
	return &engine.Exception{Thrown: e.newError("Error", fmt.Sprintf("The engine failed: %v", panicked)), JobsLost: true}
}

// unwound is fromError behind which the engine can be used again.
func (e *Engine) unwound(err error) error {
	if e.depth == 1 && !isThrown(err) {
		e.machine.reset()
		e.ClearInterrupt()
		e.SetContext(nil)
	}
	return e.fromError(err)
}

func isThrown(err error) bool {
	var thrown *goja.Exception
	return errors.As(err, &thrown)
}

// fromError turns goja's errors into those of package engine.
func (e *Engine) fromError(err error) error {
	var (
		interrupted *goja.InterruptedError
		overflow    *goja.StackOverflowError
		thrown      *goja.Exception
	)
	switch {
	case errors.As(err, &interrupted):
		reason, ok := interrupted.Value().(error)
		if !ok {
			reason = errors.New("unknown reason")
		}
		return &engine.Interrupted{Reason: reason}
	case errors.As(err, &overflow):
		return &engine.Exception{Thrown: e.newError("RangeError", "Maximum call stack size exceeded"), JobsLost: true}
	case errors.As(err, &thrown):
		return &engine.Exception{Thrown: thrown.Value()}
	}
	return err
}

// Interrupt implements engine.Control.
func (e *Engine) Interrupt(reason error) {
	e.vm.Interrupt(reason)
	e.regexps.interrupted.Store(true)
}

// ClearInterrupt implements engine.Control.
func (e *Engine) ClearInterrupt() {
	e.regexps.interrupted.Store(false)
	e.vm.ClearInterrupt()
}

// Then implements engine.Values.
func (e *Engine) Then(promise engine.Handle, done func(any, error)) {
	obj, ok := asValue(promise).(*goja.Object)
	if _, is := e.promiseOf(obj); !ok || !is {
		done(promise, nil)
		return
	}
	e.settle(obj,
		func(v goja.Value) { done(e.toGo(v), nil) },
		func(reason goja.Value) { done(nil, &engine.Exception{Thrown: reason}) })
}

// NewPromise implements engine.Values. The resolving functions are called by a
// JavaScript function, behind which goja runs the jobs.
func (e *Engine) NewPromise() (engine.Handle, func(any, error) error) {
	promise, resolve, reject := e.vm.NewPromise()
	settle := func(value any, err error) error {
		act := e.reaction(func(goja.Value) {
			if err != nil {
				_ = reject(e.jsError(err))
				return
			}
			_ = resolve(e.fromGo(value))
		})
		_, err = e.Call(act)
		return err
	}
	return e.vm.ToValue(promise), settle
}

func (e *Engine) promiseOf(obj *goja.Object) (*goja.Promise, bool) {
	if obj == nil || obj.ExportType() != promiseType { // Export of another object would go through all that is in it
		return nil, false
	}
	p, ok := obj.Export().(*goja.Promise)
	return p, ok
}
