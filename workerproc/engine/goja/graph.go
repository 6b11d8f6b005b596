package goja

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
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
	name := canonical(def.Name)
	g := &e.modules
	g.modules[name] = &module{Module: def, name: name}
	g.stacks = g.stacks || isCode(def.Kind) && bytes.Contains(def.Source, []byte("stack"))
}

func isCode(kind engine.ModuleKind) bool {
	return kind == engine.ESModule || kind == engine.TypeScript || kind == engine.CommonJS
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
		if m.compiled != nil {
			out[m.Name] = m.compiled
			m.compiled = nil
		}
	}
	return out
}

func canonical(name string) string {
	path, err := resolvePath(nil, name)
	if err != nil {
		return name
	}
	return strings.Join(path, "/")
}

var errOutside = errors.New("outside the root")

// resolvePath follows a specifier from a directory as workerd does: every
// specifier is a path, also one without a dot.
func resolvePath(dir []string, specifier string) ([]string, error) {
	if strings.HasPrefix(specifier, "/") {
		dir = nil
	}
	path := slices.Clone(dir)
	for part := range strings.SplitSeq(specifier, "/") {
		switch part {
		case "", ".":
		case "..":
			if len(path) == 0 {
				return nil, errOutside
			}
			path = path[:len(path)-1]
		default:
			path = append(path, part)
		}
	}
	return path, nil
}

func isBuiltinName(specifier string) bool {
	for _, prefix := range []string{"node:", "cloudflare:", "workerd:"} {
		if strings.HasPrefix(specifier, prefix) {
			return true
		}
	}
	return false
}

// target returns the name that a specifier in a module stands for.
func (g *graph) target(specifier, importer string) (string, error) {
	if isBuiltinName(specifier) {
		return specifier, nil
	}
	dir := strings.Split(importer, "/")
	path, err := resolvePath(dir[:len(dir)-1], specifier)
	if err != nil {
		return "", &engine.Error{Name: "TypeError", Message: fmt.Sprintf(
			"Invalid module specifier %q.\n  imported from %q.", specifier, importer)}
	}
	name := strings.Join(path, "/")
	if _, found := g.modules[name]; found || strings.HasPrefix(specifier, ".") {
		return name, nil
	}
	if _, found := g.modules[canonical(specifier)]; found {
		return canonical(specifier), nil
	}
	return name, nil
}

// resolve finds the module that a specifier stands for, in the words of
// workerd when there is none.
func (e *Engine) resolve(specifier, importer string) (*module, error) {
	name, err := e.modules.target(specifier, importer)
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
	missing := &noSuchModule{name: name, importer: importer}
	m, missing.hint, err = e.providedModule(specifier)
	if m == nil && err == nil {
		err = missing
	}
	return m, err
}

// noSuchModule is thrown without the importer where a stack names it.
type noSuchModule struct{ name, importer, hint string }

func (n *noSuchModule) Error() string {
	return fmt.Sprintf("No such module %q.\n  imported from %q%s", n.name, n.importer, n.lastLine())
}

func (n *noSuchModule) thrown() *engine.Error {
	return &engine.Error{Name: "Error", Message: fmt.Sprintf("No such module %q.%s", n.name, n.lastLine())}
}

func (n *noSuchModule) lastLine() string {
	if n.hint == "" {
		return ""
	}
	return "\n  " + n.hint
}

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
	if e.modules.provide == nil || specifier == "" || specifier[0] == '.' || specifier[0] == '/' {
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
	if m.Kind == engine.CommonJS || !isCode(m.Kind) {
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
		if n.imported == "*" || dependency.mayExport(n.imported, map[*module]bool{}) {
			continue
		}
		line, col := position(m.Source, n.at)
		return &engine.SyntaxError{
			Message: fmt.Sprintf("The requested module '%s' does not provide an export named '%s'", r.specifier, n.imported),
			File:    m.name, Line: line, Column: col, Frame: frame(string(m.Source), line, col),
		}
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

// position turns an offset into a line and column.
func position(src []byte, offset int) (line, col int) {
	before := src[:min(offset, len(src))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte{'\n'}) + 1, column(string(before[start:]), len(before)-start)
}
