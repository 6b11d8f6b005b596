package goja

import (
	"bytes"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// graph is the Worker's modules by their names.
type graph struct {
	modules  map[string]*module
	packages map[string]*module // provided, by the specifier
	builtins map[string]*goja.Object
	provide  func(name string) (any, error)
	unmapped []*module // lowered, without a source map yet
	stacks   bool      // some source speaks of stacks
	running  []*module // whose top level runs now, innermost last
}

func (g *graph) init() {
	g.modules, g.packages, g.builtins = map[string]*module{}, map[string]*module{}, map[string]*goja.Object{}
}

// module is one module on its way from source to namespace:
//
//	defined ─ parse ─▶ parsed ─ link ─▶ linked ─ evaluate ─▶ evaluating ─▶ evaluated
//
// A module that fails on the way keeps its failure.
type module struct {
	engine.Module
	name     string // canonical
	state    state
	unit     *unit
	compiled []byte // to hand out
	requests []*module
	async    bool // it or one below it awaits at the top level
	visited  bool // by the search for async modules
	mapped   bool // its file has a source map
	// replaceAwkward has esbuild replace more than goja lacks.
	replaceAwkward bool
	namespace      *goja.Object
	getters        map[string]goja.Value
	exports        *goja.Object // of CommonJS: module
	provided       bool         // require returns its default
	done           *goja.Promise
	failure        error
}

type state uint8

const (
	defined state = iota
	parsed
	linked
	evaluating
	evaluated
)

// Define implements engine.Modules.
func (e *Engine) Define(def engine.Module) {
	name := source.Canonical(def.Name)
	g := &e.modules
	g.modules[name] = &module{Module: def, name: name}
	g.stacks = g.stacks || source.IsCode(def.Kind) && bytes.Contains(def.Source, []byte("stack"))
}

// Builtin implements engine.Modules.
func (e *Engine) Builtin(name string, exports engine.Handle) {
	if obj, ok := asValue(exports).(*goja.Object); ok {
		e.modules.builtins[name] = obj
	}
}

// Provide implements engine.Modules.
func (e *Engine) Provide(provide func(name string) (any, error)) {
	e.modules.provide = provide
}

// Compiled implements engine.Modules.
func (e *Engine) Compiled() map[string][]byte {
	out := map[string][]byte{}
	for _, m := range e.modules.modules {
		if m.compiled != nil && !m.Once {
			out[m.Name] = m.compiled
			m.compiled = nil
		}
	}
	return out
}

// resolve finds the module that a specifier stands for, in the words of
// workerd when there is none.
func (e *Engine) resolve(specifier, importer string) (*module, error) {
	name, err := source.Target(specifier, importer, e.modules.defined)
	if err != nil {
		return nil, err
	}
	m := e.modules.modules[name]
	if m == nil {
		m = e.builtinModule(name)
	}
	if m != nil {
		return m, nil
	}
	missing := &source.NoSuchModule{Name: name, Importer: importer}
	m, missing.Hint, err = e.providedModule(specifier)
	if m == nil && err == nil {
		err = missing
	}
	return m, err
}

func (g *graph) defined(name string) bool { return g.modules[name] != nil }

func (e *Engine) builtinModule(name string) *module {
	exports := e.modules.builtins[name]
	if exports == nil {
		return nil
	}
	m := &module{name: name, state: evaluated, namespace: exports}
	e.modules.modules[name] = m
	return m
}

// providedModule asks for a built-in module that an import names as a package.
func (e *Engine) providedModule(specifier string) (m *module, hint string, err error) {
	if e.modules.provide == nil || !source.IsPackage(specifier) {
		return nil, "", nil
	}
	if m := e.modules.packages[specifier]; m != nil {
		return m, "", nil
	}
	exports, err := e.modules.provide(specifier)
	if hint, is := exports.(string); is {
		return nil, hint, err
	}
	obj, ok := asValue(exports).(*goja.Object)
	if err != nil || !ok {
		return nil, "", err
	}
	m = &module{name: specifier, state: evaluated, namespace: obj, provided: true}
	e.modules.packages[specifier] = m
	return m, "", nil
}

// link parses the graph below m and resolves its requests.
func (e *Engine) link(m *module) error {
	if m.failure != nil {
		return m.failure
	}
	if m.state != defined {
		return nil
	}
	m.state = parsed
	if err := e.parse(m); err != nil {
		return e.fail(m, err)
	}
	if m.Kind == engine.CommonJS || !source.IsCode(m.Kind) {
		m.state = linked // require links what it meets
		return nil
	}
	err := e.linkRequests(m)
	if err == nil && m.unit.direct && !m.importsConstants() {
		err = e.lowerInstead(m)
	}
	if err != nil {
		return e.fail(m, err)
	}
	m.state = linked
	return nil
}

func (e *Engine) linkRequests(m *module) error {
	m.requests = nil
	for _, r := range m.unit.requests {
		dependency, err := e.resolve(r.specifier, m.name)
		if err == nil {
			err = e.link(dependency)
		}
		if err != nil {
			return err
		}
		m.requests = append(m.requests, dependency)
	}
	return nil
}

// lowerInstead parses a module again that can't stay as it stands.
func (e *Engine) lowerInstead(m *module) error {
	u, err := e.parseThroughEsbuild(m)
	if err != nil {
		return err
	}
	e.setUnit(m, u)
	return e.linkRequests(m)
}

func (e *Engine) fail(m *module, err error) error {
	m.failure = err
	return err
}

// linkGraph links what is below root, then checks names and finds the modules
// that have to wait.
func (e *Engine) linkGraph(root *module) error {
	if err := e.link(root); err != nil {
		return err
	}
	return e.finishLink(root)
}

func (e *Engine) finishLink(m *module) error {
	if m.visited || m.state > linked {
		return nil
	}
	m.visited = true
	m.async = m.unit != nil && m.unit.await
	for i, dependency := range m.requests {
		if err := e.finishLink(dependency); err != nil {
			return e.fail(m, err)
		}
		m.async = m.async || dependency.async && dependency.state != evaluated
		if err := e.checkNames(m, m.unit.requests[i], dependency); err != nil {
			return e.fail(m, err)
		}
	}
	return nil
}

// checkNames reports an imported name that isn't exported as V8 does.
func (e *Engine) checkNames(m *module, r request, dependency *module) error {
	for _, n := range r.names {
		if n.Imported == "*" || dependency.mayExport(n.Imported, map[*module]bool{}) {
			continue
		}
		return source.NoSuchExport(r.specifier, n.Imported, m.name, m.Source, n.At)
	}
	return nil
}

func (m *module) mayExport(name string, seen map[*module]bool) bool {
	switch {
	case seen[m] || m.Kind == engine.CommonJS:
		return !seen[m]
	case m.Kind == 0:
		return m.namespace.Get(name) != nil
	case m.unit == nil:
		return name == "default"
	case m.unit.await:
		return true // its names are known when it runs
	}
	seen[m] = true
	for _, x := range m.unit.exports {
		if x.name == name {
			return true
		}
	}
	for _, star := range m.unit.stars {
		if name != "default" && star < len(m.requests) && m.requests[star].mayExport(name, seen) {
			return true
		}
	}
	return false
}

// canonical is the module under the name that errors give it.
func (m *module) canonical() *engine.Module {
	def := m.Module
	def.Name = m.name
	return &def
}
