package wasm

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	_ "unsafe" // for linkname
	"weak"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"stockade.dev/stockade/workerproc/engine"
)

// Engine is what a Machine needs of a JavaScript engine.
type Engine interface {
	engine.Values
	engine.Foreign
}

// Options are the policy's.
type Options struct {
	// Compile makes machine code of modules. The process must be allowed to map
	// memory as executable.
	Compile bool
	// Memory bounds the memories of all instances together with Heap, in bytes; 0: none.
	Memory int64
	// Heap is what else counts, in bytes; nil: nothing does.
	Heap func() int64
}

// Machine is the WebAssembly of one isolate: all its instances can share what
// they import and export. Its methods belong to the isolate's goroutine,
// Interrupt and Used excepted.
type Machine struct {
	engine  Engine
	options Options
	runtime wazero.Runtime // nil before it is needed
	js      helpers
	used    *atomic.Int64 // bytes of memories

	glued     map[string]wazero.CompiledModule
	instances registry
	pinned    []*instance
	kept      []any // tables and globals that instances share
	externs   externs
	// those of JavaScript values that JavaScript has made
	externTables  []weak.Pointer[tableObject]
	externGlobals []weak.Pointer[globalObject]
	depth         int       // of calls from JavaScript
	forgetful     bool      // the engine's heap is its own
	called        []*callee // of the call that is under way
	reclaimAt     int64     // bytes of memories at which garbage is looked for

	mu      sync.Mutex // guards what follows: Interrupt runs beside the code
	running bool
	reason  error // of the interrupt that is under way
}

// helpers are functions of parts/wasm.js.
type helpers struct {
	toNumber, toBigInt, list, newError, text, imported, keep engine.Handle
	null                                                     any
}

// New returns a Machine that costs nothing before it is used.
func New(e Engine) *Machine {
	_, own := e.(engine.Heap)
	return &Machine{engine: e, used: new(atomic.Int64), forgetful: own}
}

// Configure sets the options. It comes before anything else.
func (m *Machine) Configure(o Options) { m.options = o }

// Used is how many bytes the memories of all instances have. Any goroutine may
// call it.
func (m *Machine) Used() int64 { return m.used.Load() }

// features is what V8 has on by default, as far as wazero has it.
const features = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall |
	experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesExceptionHandling

// maxPages is how much one memory may be declared to have.
const maxPages = 65536

func (m *Machine) start() {
	if m.runtime != nil {
		return
	}
	config := wazero.NewRuntimeConfigInterpreter()
	if m.options.Compile {
		config = wazero.NewRuntimeConfigCompiler()
	}
	config = config.WithCoreFeatures(features).WithCloseOnContextDone(true).WithDebugInfoEnabled(false).WithMemoryLimitPages(maxPages)
	m.runtime = wazero.NewRuntimeWithConfig(context.Background(), config)
	m.glued = map[string]wazero.CompiledModule{}
}

// The interpreter runs on Go's stack and bounds the depth of one call; its
// bound is too low for compilers and parsers, which recurse.
//
//go:linkname interpreterFrames github.com/tetratelabs/wazero/internal/engine/interpreter.callStackCeiling
var interpreterFrames int

const (
	// maxFrames is how deep functions may nest that JavaScript has called
	// directly: with what maxNested more calls get, the stack stays below
	// 256 MiB (process.go).
	maxFrames = 20_000
	// maxNested is how often WebAssembly and JavaScript may call each other:
	// about as often as in the Workers runtime.
	maxNested = 900
)

var errStack = &engine.Error{Name: "RangeError", Message: "Maximum call stack size exceeded"}

// enter begins a call from JavaScript.
func (m *Machine) enter() error {
	if m.depth >= maxNested {
		return errStack
	}
	if m.depth == 0 {
		m.mu.Lock()
		m.running = true
		m.mu.Unlock()
		m.externs.sweep(m)
	}
	m.depth++
	interpreterFrames = maxFrames / m.depth
	return nil
}

func (m *Machine) leave() {
	m.depth--
	interpreterFrames = maxFrames / max(m.depth, 1)
	if m.depth > 0 {
		return
	}
	for _, c := range m.called {
		c.fn = nil
	}
	m.called = m.called[:0]
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = false
	if m.reason != nil {
		m.reason = nil
		m.instances.mark(0)
	}
}

// Interrupt stops the code that runs, if any does. Any goroutine may call it.
func (m *Machine) Interrupt(reason error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.running && m.reason == nil {
		m.reason = reason
		m.instances.mark(interrupted)
	}
}

func (m *Machine) interruptedBy() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.reason == nil {
		return errors.New("unknown reason")
	}
	return m.reason
}

// errorOf makes an error of one of WebAssembly's own classes.
func (m *Machine) errorOf(class, message string) error {
	if m.js.newError == nil {
		return &engine.Error{Name: class, Message: message}
	}
	thrown, err := m.engine.Invoke(m.js.newError, class, message)
	if err != nil {
		return err
	}
	return &engine.Exception{Thrown: thrown}
}

func typeError(message string) error { return &engine.Error{Name: "TypeError", Message: message} }

func rangeError(message string) error { return &engine.Error{Name: "RangeError", Message: message} }
