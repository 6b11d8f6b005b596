package workerproc

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/wasm"
)

// errUnsettled has workerd's words for a module that awaits what can't come.
var errUnsettled = &engine.Error{Name: "Error", Message: "Top-level await in module is unsettled."}

func (i *isolate) receiveLoad(m *rpc.Load) error {
	if i.load != nil {
		return fmt.Errorf("%w: a second Load", rpc.ErrProtocol)
	}
	i.load = m
	i.clock.frozen = m.Frozen
	i.limitMemory(m.Limits.Memory)
	began := time.Now()
	err := i.whileLoading(codeSize(m.Modules), func() error { return i.evaluate(m) })
	if kept := i.keepFiles(m); kept != nil {
		return kept
	}
	m.Env = rpc.Given{}
	if err != nil {
		i.loadFailure = i.loadError(err)
		i.out.add(0, &rpc.LoadFailed{Error: *i.loadFailure})
		return nil
	}
	i.out.add(0, &rpc.Loaded{CPU: i.watchdog.total, Wall: time.Since(began), Compiled: i.compiled()})
	return nil
}

// limitMemory bounds what is live after a collection (watchdog). The collector
// itself gets half as much again: with less it would spend the Worker's time
// on collecting what can't be collected.
func (i *isolate) limitMemory(limit int64) {
	i.wasm.Configure(wasm.Options{Memory: limit, Compile: i.compileWasm, Heap: i.watchdog.script})
	if limit > 0 {
		debug.SetMemoryLimit(limit + limit/2)
		i.watchdog.memory = limit
		if h, own := i.engine.(engine.Heap); own {
			h.LimitHeap(limit, func(used int64) error { return &limitError{"memory", limit, used} })
		}
	}
}

// evaluate runs the top level of the Worker's modules.
func (i *isolate) evaluate(m *rpc.Load) error {
	for n := range m.Modules {
		if err := i.define(&m.Modules[n]); err != nil {
			return err
		}
	}
	if kind := kindOf(m.Modules, m.Main); kind == 0 {
		return &engine.Error{Name: "Error", Message: "No such module: " + m.Main}
	} else if kind != rpc.ModuleJS && kind != rpc.ModuleTypeScript {
		return &engine.Error{Name: "TypeError", Message: "Main module must be an ES module."}
	}
	i.watchdog.wall = m.Limits.StartupWall
	i.engine.SetContext(&scope{})
	_, err := i.watchdog.watch(m.Limits.StartupCPU, func() error { return i.evaluateMain(m) })
	i.allowCode(false)
	i.engine.SetContext(nil)
	i.watchdog.wall = 0
	return err
}

func kindOf(modules []rpc.Module, name string) rpc.ModuleKind {
	for _, m := range modules {
		if m.Name == name {
			return m.Kind
		}
	}
	return 0
}

var moduleKinds = map[rpc.ModuleKind]engine.ModuleKind{
	rpc.ModuleJS: engine.ESModule, rpc.ModuleTypeScript: engine.TypeScript, rpc.ModuleCJS: engine.CommonJS,
	rpc.ModuleText: engine.Text, rpc.ModuleJSON: engine.JSON, rpc.ModuleData: engine.Data,
}

func (i *isolate) define(m *rpc.Module) error {
	if m.Kind == rpc.ModuleWasm {
		i.engine.Define(engine.Module{Name: m.Name, Kind: engine.Value, Value: i.wasmModule(m.Data)})
		return nil
	}
	kind, ok := moduleKinds[m.Kind]
	if !ok {
		return &engine.Error{Name: "TypeError", Message: fmt.Sprintf("Module %q is of a kind that this engine can't run.", m.Name)}
	}
	i.engine.Define(engine.Module{Name: m.Name, Kind: kind, Source: m.Data, Compiled: m.Compiled, Once: i.load.Worker == ""})
	return nil
}

// wasmModule compiles a module when it is first imported, and remembers what
// came of it: require asks each time.
func (i *isolate) wasmModule(data []byte) func() (any, error) {
	return sync.OnceValues(func() (any, error) {
		ref, err := i.wasm.Compile(data)
		if err != nil {
			return nil, err
		}
		return i.engine.Call(i.host["wasmModule"], ref)
	})
}

// allowCode says whether strings and bytes may become code: only while the
// Worker's modules are evaluated, unless a flag forbids it then, too.
func (i *isolate) allowCode(allowed bool) {
	i.codeAllowed = allowed
	i.engine.AllowCode(allowed)
}

// opWasmCode compiles bytes: a module, or what is wrong with them.
func (i *isolate) opWasmCode(args []any) (any, error) {
	data, _ := member(args, 0).([]byte)
	if !i.codeAllowed {
		return nil, errors.New("no code from bytes any more")
	}
	ref, err := i.wasm.Compile(data)
	var wrong *engine.Error
	if errors.As(err, &wrong) {
		return strings.TrimPrefix(wrong.Message, "WebAssembly.Module(): "), nil
	}
	return ref, err
}

func (i *isolate) evaluateMain(m *rpc.Load) (err error) {
	env, err := i.environment(m)
	if err != nil {
		return err
	}
	bindings := make([]any, 0, 3*len(m.Bindings))
	for _, b := range m.Bindings {
		bindings = append(bindings, b.Name, b.Kind, int64(b.Grant))
	}
	flags := make([]any, len(m.CompatFlag))
	for n, flag := range m.CompatFlag {
		flags[n] = flag
	}
	if i.env, err = i.engine.Call(i.host["load"], env, m.CompatDate, flags, m.EnvCoded, bindings, m.Frozen, m.Closed, m.Traced); err != nil {
		return err
	}
	if err := i.defineBuiltins(); err != nil {
		return err
	}
	promise, err := i.engine.Import(m.Main)
	if err != nil {
		return err
	}
	if err := i.settleNow(promise); err != nil {
		return err
	}
	return i.checkEntrypoints()
}

// environment is env as the runtime takes it: an object, or a coded value.
func (i *isolate) environment(m *rpc.Load) (any, error) {
	if m.EnvCoded {
		return given(m.Env)
	}
	return i.parse(m.Env.Data)
}

// parse makes a value of JSON; none makes an empty object.
func (i *isolate) parse(json []byte) (any, error) {
	if len(json) == 0 {
		json = []byte("{}")
	}
	return i.engine.Parse(json)
}

func (i *isolate) defineBuiltins() error {
	const workers = "cloudflare:workers"
	exports, err := i.engine.Property(i.modules, workers)
	if err == nil {
		i.engine.Builtin(workers, exports)
		i.engine.Provide(i.provide)
	}
	return err
}

// provide asks the runtime for a built-in module that flags turn on.
func (i *isolate) provide(name string) (any, error) {
	if i.host["builtin"] == nil {
		return nil, nil
	}
	return i.engine.Call(i.host["builtin"], name)
}

// settleNow takes the main module's namespace from its promise. Nothing at
// the top level can wait for the outside, so what isn't settled by now never
// will be.
func (i *isolate) settleNow(promise engine.Handle) error {
	err := error(errUnsettled)
	i.engine.Then(promise, func(namespace any, failed error) { i.namespace, err = namespace, failed })
	if _, pumpErr := i.engine.Call(i.idle); pumpErr != nil {
		return pumpErr
	}
	return err
}

// opExportNames is the names of the main module's exports.
func (i *isolate) opExportNames([]any) (any, error) {
	if i.namespace == nil {
		return []any{}, nil
	}
	return i.engine.Call(i.namesOf, i.namespace)
}

// checkEntrypoints refuses exports that can't be entrypoints, as workerd does.
func (i *isolate) checkEntrypoints() error {
	name, found, err := i.engine.Primitive(i.namespace)
	if found && err == nil {
		err = &engine.Error{Name: "TypeError", Message: fmt.Sprintf(
			"Incorrect type for map entry '%s': the provided value is not of type 'function or ExportedHandler'.", name)}
	}
	return err
}

func (i *isolate) compiled() (list []rpc.Compiled) {
	room := rpc.MaxCompiled
	for name, data := range i.engine.Compiled() {
		size := len(name) + len(data) + 16
		if size > room {
			continue
		}
		room -= size
		list = append(list, rpc.Compiled{Name: name, Data: data})
	}
	return list
}

// loadError is why the code can't be loaded: what it threw, too, is an error
// of the code here.
func (i *isolate) loadError(err error) *rpc.Error {
	var syntax *engine.SyntaxError
	if errors.As(err, &syntax) {
		return &rpc.Error{Kind: rpc.CodeError, Name: "SyntaxError", Message: clip(syntax.Message), File: syntax.File,
			Line: syntax.Line, Column: syntax.Column, Frame: clip(syntax.Frame), Stack: clip(syntaxStack(syntax))}
	}
	e := i.toRPC(err)
	if e.Kind == rpc.Thrown {
		e.Kind = rpc.CodeError
	}
	if e.Kind == rpc.LimitExceeded {
		l := startupLimits[e.Limit.Which]
		e.Limit.Which, e.Message = l.which, l.message
	}
	return e
}

// startupLimits are the limits as they are called while the code starts.
var startupLimits = map[string]struct{ which, message string }{
	"cpuMs":  {"startupCpuMs", "Worker exceeded CPU time limit while starting up."},
	"wallMs": {"startupWallMs", "Worker exceeded its time limit while starting up."},
	"memory": {"memory", "Worker exceeded memory limit."},
}

func syntaxStack(s *engine.SyntaxError) string {
	if s.Line == 0 {
		return fmt.Sprintf("SyntaxError: %s\n    at %s", s.Message, s.File)
	}
	return fmt.Sprintf("SyntaxError: %s\n    at %s:%d:%d", s.Message, s.File, s.Line, s.Column)
}
