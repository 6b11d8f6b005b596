package workerproc

import (
	"fmt"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/ops"
	"stockade.dev/stockade/workerproc/wasm"
)

// isolate is one JavaScript heap with its Worker. It belongs to the goroutine
// of Serve.
type isolate struct {
	engine      engine.Engine
	platform    platform
	host        map[string]engine.Handle // functions of the runtime (CONTRACT.md)
	modules     engine.Handle            // host.modules
	codeAllowed bool                     // strings and bytes may become code
	showsFiles  bool                     // node:fs has asked for the modules' text
	packed      []ops.Packed             // … which is here when it is much and nothing had by the end of loading
	// idle does nothing, behind which promise jobs run.
	idle, namesOf engine.Handle
	out           outbox
	watchdog      *watchdog
	clock         clock
	wasm          *wasm.Machine
	compileWasm   bool

	load        *rpc.Load
	loadFailure *rpc.Error
	namespace   engine.Handle  // of the main module
	entries     map[string]any // its exports, as far as they have been called
	env         any

	invocations map[uint32]*invocation
	calls       map[uint32]*hostCall
	numbers     rpc.Numbers // of calls
	watches     int         // how many of calls are watches
	plain       plainResults
	passing     []passingCall          // fetches of this turn
	ownStubs    bool                   // the engine makes calls by itself
	exports     map[uint32]export      // what has been passed out, and may be called
	serving     map[uint32]*invocation // stub calls that have not been answered
	drops       []uint32               // grants to be given back when the turn ends
	over        []*invocation          // perhaps: to be looked at when the turn ends
	timers      timers
	fault       error // ends the conversation
}

// scope is what follows the running code: its invocation, and the value that
// the runtime keeps there for AsyncLocalStorage.
type scope struct {
	invocation *invocation
	frame      any
}

// hostFunctions are the runtime's functions that Go calls.
var hostFunctions = []string{"load", "dispatchFetch", "dispatchCall", "cancel", "forget", "requestChunk", "requestEnd",
	"requestAbort", "fireTimer", "hostResult", "cacheResult", "rejected", "prepare", "dispatchCoded", "stubCall", "release",
	"dispatchPlain", "dispatchTail", "hostPlain", "dispatchRequest", "hostResponse", "isKept"}

func newIsolate(newEngine func() (engine.Engine, error), p platform) (*isolate, error) {
	e, err := newEngine()
	if err != nil {
		return nil, err
	}
	i := &isolate{engine: e, platform: p, host: map[string]engine.Handle{}, invocations: map[uint32]*invocation{},
		calls: map[uint32]*hostCall{}, exports: map[uint32]export{}, serving: map[uint32]*invocation{}, entries: map[string]any{}}
	own, ok := e.(wasm.Engine)
	if !ok {
		return nil, fmt.Errorf("cannot give this engine WebAssembly")
	}
	i.wasm = wasm.New(own)
	i.watchdog = newWatchdog(e, i.wasm, func() { i.out.flush() })
	return i, i.start()
}

// start evaluates the runtime's core and learns the functions of its host.
func (i *isolate) start() error {
	source, ok := i.platform.source("core")
	if !ok {
		return fmt.Errorf("cannot find the runtime's core")
	}
	core, err := i.engine.Script("stockade:core", source)
	if err != nil {
		return i.explain("cannot evaluate the runtime's core", err)
	}
	ops := i.engine.Ops(i.ops())
	lazy, err := i.engine.Property(ops, "lazy")
	if err != nil {
		return err
	}
	host, err := i.engine.Call(core, ops, lazy)
	if err != nil {
		return i.explain("cannot start the runtime", err)
	}
	for _, name := range hostFunctions {
		if i.host[name], err = i.engine.Property(host, name); err != nil || i.host[name] == nil {
			return fmt.Errorf("cannot find the runtime's function %s", name)
		}
	}
	if i.modules, err = i.engine.Property(host, "modules"); err != nil {
		return err
	}
	for _, name := range []string{"builtin", "wasmModule"} {
		if i.host[name], err = i.engine.Property(host, name); err != nil {
			return err
		}
	}
	return i.startOwn()
}

// startOwn evaluates the isolate's own few functions.
func (i *isolate) startOwn() (err error) {
	if i.idle, err = i.engine.Script("stockade:idle", "() => {}"); err != nil {
		return err
	}
	i.namesOf, err = i.engine.Script("stockade:names", "Object.keys")
	return err
}

// explain adds what was thrown to an error of the runtime's own code.
func (i *isolate) explain(what string, err error) error {
	if e := i.toRPC(err); e.Kind == rpc.Thrown {
		return fmt.Errorf("%s: %s\n%s", what, e, e.Stack)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// lazy is the op that evaluates one of the runtime's parts.
func (i *isolate) lazy(args []any) (any, error) {
	part, _ := arg[string](args, 0)
	source, ok := i.platform.source(part)
	if !ok {
		return nil, fmt.Errorf("no part %q", part)
	}
	return i.engine.Script("stockade:"+part, source)
}

// call calls a function of the runtime for an invocation (nil: none) and
// accounts what it uses. Errors that are the invocation's end it.
func (i *isolate) call(v *invocation, function string, args ...any) {
	i.run(v, nil, func() error {
		_, err := i.engine.Call(i.host[function], args...)
		return err
	})
}

// callHandler is call of a function that returns the promise of the answer, if there is one.
func (i *isolate) callHandler(v *invocation, function string, args ...any) {
	i.run(v, nil, func() error {
		promise, err := i.engine.Call(i.host[function], args...)
		if !v.answered {
			v.promise = promise
		}
		return err
	})
}

// run runs code of an invocation in a scope (nil: a new one) within its limits.
func (i *isolate) run(v *invocation, s *scope, code func() error) {
	if s == nil {
		s = &scope{invocation: v}
	}
	i.engine.SetContext(s)
	limit := time.Duration(0)
	if v != nil {
		limit = v.cpuLeft()
	}
	used, err := i.watchdog.watch(limit, code)
	i.engine.SetContext(nil)
	if v != nil {
		v.cpu += used
	}
	if err != nil {
		i.broken(v, err)
	}
}

// endTurn reports what the turn has left behind and ends the invocations that
// are over. It is called when no code of the runtime runs.
func (i *isolate) endTurn() {
	i.reportRejections()
	for len(i.over) > 0 {
		v := i.over[0]
		i.over = i.over[1:]
		i.end(v)
	}
}

// broken ends the invocation whose code was interrupted, or threw where only
// the runtime can have been at fault.
func (i *isolate) broken(v *invocation, err error) {
	e := i.toRPC(err)
	if v != nil && e.Limit != nil && e.Limit.Which == "cpuMs" { // the interrupt knows what was left when this piece of code began
		e.Limit.Value, e.Limit.Used = v.limits.CPU.Milliseconds(), v.cpu.Milliseconds()
	}
	if e.Kind == rpc.Internal {
		i.fault = fmt.Errorf("cannot go on with the isolate: %w", err)
	}
	if v == nil {
		return
	}
	i.fail(v, e)
	v.settled, v.broken = true, true
	i.finish(v)
}
