package goja

import (
	"bytes"
	"errors"
	"slices"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// parse fills in m.unit, from the cache where that has it.
func (e *Engine) parse(m *module) error {
	if !source.IsCode(m.Kind) {
		return nil
	}
	u, err := e.parseUnit(m)
	if err != nil {
		return err
	}
	e.setUnit(m, u)
	return nil
}

func (e *Engine) setUnit(m *module, u *unit) {
	m.unit = u
	if u.direct {
		u.maps = bytes.Clone(source.InlineMap(m.Source)) // m.Source is not kept
	}
	if !u.direct || u.maps != nil {
		e.modules.unmapped = append(e.modules.unmapped, m)
	}
}

func (e *Engine) parseUnit(m *module) (*unit, error) {
	switch m.Kind {
	case engine.ESModule:
		if u, err := e.parseDirect(m); err == nil || badPattern(err) {
			return u, err
		}
	case engine.CommonJS:
		if u, err := e.parseCommon(m); err == nil || badPattern(err) {
			return u, err
		}
	}
	return e.parseThroughEsbuild(m)
}

func (e *Engine) parseThroughEsbuild(m *module) (*unit, error) {
	if l, ok := decode(m.Compiled); ok {
		if u, err := e.parseLowered(m, l); err == nil {
			m.replaceAwkward = l.Older
			return u, nil
		}
	}
	u, err := e.lowerAndParse(m)
	if err != nil && m.compiled != nil { // it is goja that refuses
		m.replaceAwkward = true
		return e.lowerAndParse(m)
	}
	return u, err
}

func (e *Engine) lowerAndParse(m *module) (*unit, error) {
	l, err := lower(m, e.modules.wantsMaps(m))
	if err != nil {
		return nil, err
	}
	m.compiled = l.encode()
	return e.parseLowered(m, l)
}

// Import implements engine.Modules.
func (e *Engine) Import(name string) (engine.Handle, error) {
	m, err := e.resolve(name, "")
	if err != nil {
		return nil, &engine.Error{Name: "Error", Message: "No such module: " + name}
	}
	return e.protect(func() (goja.Value, error) {
		if err := e.linkGraph(m); err != nil {
			return nil, linkError(err)
		}
		if e.modules.stacks {
			e.attachSmallMaps()
		}
		return e.evaluated(m)
	})
}

// attachSmallMaps attaches the maps that were made at once.
func (e *Engine) attachSmallMaps() {
	e.modules.unmapped = slices.DeleteFunc(e.modules.unmapped, func(m *module) bool {
		small := e.modules.wantsMaps(m)
		if small {
			m.attachMap()
		}
		return small
	})
}

func linkError(err error) error {
	var missing *source.NoSuchModule
	if errors.As(err, &missing) {
		return &engine.Error{Name: "Error", Message: missing.Error()}
	}
	return err
}

// evaluated evaluates m and returns a promise for its namespace.
func (e *Engine) evaluated(m *module) (goja.Value, error) {
	promise, resolve, reject := e.vm.NewPromise()
	pending, err := e.evaluate(m)
	var thrown *goja.Exception
	switch {
	case errors.As(err, &thrown):
		_ = reject(thrown.Value())
	case err != nil:
		return nil, err
	case pending == nil:
		_ = resolve(m.namespace)
	default:
		_ = resolve(pending)
	}
	return e.vm.ToValue(promise), nil
}

// evaluate runs m's top level and, before it, those of the modules that it
// imports. The promise is nil when m is done, or runs already further out: a
// cycle. An error is goja's own.
func (e *Engine) evaluate(m *module) (*goja.Promise, error) {
	if m.failure != nil {
		return nil, m.failure
	}
	switch m.state {
	case evaluated:
		return nil, nil
	case evaluating:
		if slices.Contains(e.modules.running, m) {
			return nil, nil
		}
		return m.done, nil
	}
	m.state = evaluating
	e.modules.running = append(e.modules.running, m)
	defer func() { e.modules.running = e.modules.running[:len(e.modules.running)-1] }()
	if !m.async {
		return nil, e.finish(m, e.run(m))
	}
	return m.done, e.runAsync(m)
}

// finish notes how m's top level ended.
func (e *Engine) finish(m *module, err error) error {
	m.state = evaluated
	if err != nil {
		return e.fail(m, err)
	}
	if m.unit != nil && m.unit.direct {
		e.nameDefault(m)
		m.Source = nil // its positions need no map
	}
	if m.namespace != nil && source.IsCode(m.Kind) {
		e.seal(m.namespace)
	}
	return nil
}

func (e *Engine) run(m *module) error {
	switch {
	case m.Kind == engine.CommonJS:
		return e.runCommon(m)
	case !source.IsCode(m.Kind):
		return e.makeValue(m)
	}
	_, err := e.runBody(m)
	return err
}

// runBody instantiates and calls the function that m has become.
func (e *Engine) runBody(m *module) (goja.Value, error) {
	e.makeNamespace(m)
	function := loweredFunction
	if m.unit.direct {
		function = directFunction
	}
	if err := m.unit.compile(function, true, m.async); err != nil {
		return nil, e.throwable(&engine.SyntaxError{Message: err.Error(), File: m.name})
	}
	m.unit.program, m.unit.assigned = nil, nil
	functions := e.functions(m.unit)
	e.patchProgram(m.unit.code, m.unit.generators)
	value, err := e.runProgram(m.unit.code)
	if err != nil {
		return nil, err
	}
	if m.unit.direct {
		return e.callValue(value, append([]goja.Value{e.exporter(m), e.importer(m), e.imported(m)}, functions...)...)
	}
	return e.callValue(value, append(e.loweredArguments(m), functions...)...)
}

// runAsync runs a module that awaits, or that has to wait for one that does.
func (e *Engine) runAsync(m *module) error {
	done, resolve, reject := e.vm.NewPromise()
	m.done = done
	value, err := e.runBody(m)
	if err != nil {
		return e.finish(m, err)
	}
	fail := func(reason goja.Value) {
		_ = e.finish(m, e.rethrow(reason))
		_ = reject(reason)
	}
	finish := func(goja.Value) {
		_ = e.finish(m, nil)
		_ = resolve(m.namespace)
	}
	e.settle(value, func(goja.Value) {
		if !m.unit.await {
			finish(nil)
			return
		}
		e.runAwaiting(m, finish, fail)
	}, fail)
	return nil
}

// runAwaiting calls the async function in which a module's own top level is
// (await.go), now that the modules that it imports are there.
func (e *Engine) runAwaiting(m *module, finish, fail func(goja.Value)) {
	getter := m.getters["default"]
	m.getters = map[string]goja.Value{}
	_ = m.namespace.Delete("default") // that function: the module's own, if it has one, comes with the others
	var promise goja.Value
	body, err := e.callValue(getter)
	if err == nil {
		exports := e.function("stockade:export", func(args []goja.Value) goja.Value {
			e.export(m, first(args))
			return nil
		})
		promise, err = e.callValue(body, exports)
	}
	if err != nil {
		fail(e.reason(err))
		return
	}
	e.settle(promise, finish, fail)
}

func (e *Engine) callValue(fn goja.Value, args ...goja.Value) (goja.Value, error) {
	callable, ok := goja.AssertFunction(fn)
	if !ok {
		return nil, e.throwable(&engine.Error{Name: "TypeError", Message: "not a function"})
	}
	defer e.overflow.arm() // goja may have been at rest
	return callable(goja.Undefined(), args...)
}

// settle calls one of the two when promise settles.
func (e *Engine) settle(promise goja.Value, fulfilled, rejected func(goja.Value)) {
	_, _ = e.intrinsics.then(promise, e.reaction(fulfilled), e.reaction(rejected))
}

// awaitRequests is __imported: a promise for the modules that m imports.
func (e *Engine) awaitRequests(m *module) goja.Value {
	all, resolve, reject := e.vm.NewPromise()
	waiting := 1
	arrived := func(goja.Value) {
		if waiting--; waiting == 0 {
			_ = resolve(goja.Undefined())
		}
	}
	for _, dependency := range m.requests {
		pending, err := e.evaluate(dependency)
		if err != nil {
			_ = reject(e.reason(err))
			break
		}
		if pending != nil {
			waiting++
			e.settle(e.vm.ToValue(pending), arrived, func(reason goja.Value) { _ = reject(reason) })
		}
	}
	arrived(nil)
	return e.vm.ToValue(all)
}

// rethrow makes an error of goja's that throws reason.
func (e *Engine) rethrow(reason goja.Value) error {
	if ex := e.vm.Try(func() { panic(reason) }); ex != nil {
		return ex
	}
	return nil
}

// throwable turns an error of package engine into one that goja can throw.
func (e *Engine) throwable(err error) error { return e.rethrow(e.thrownValue(err)) }

func (e *Engine) thrownValue(err error) goja.Value {
	var (
		missing *source.NoSuchModule
		syntax  *engine.SyntaxError
	)
	switch {
	case errors.As(err, &missing):
		err = missing.Thrown()
	case errors.As(err, &syntax):
		err = &engine.Error{Name: "SyntaxError", Message: syntax.Message + source.At(syntax)}
	}
	return e.jsError(err)
}

// reason is the value that an error throws.
func (e *Engine) reason(err error) goja.Value {
	var thrown *goja.Exception
	if errors.As(err, &thrown) {
		return thrown.Value()
	}
	return e.thrownValue(err)
}

// throw throws an error inside a native function. What can't be caught, such
// as an interrupt, goes on as it came.
func (e *Engine) throw(err error) {
	var (
		interrupted *goja.InterruptedError
		overflow    *goja.StackOverflowError
	)
	if errors.As(err, &interrupted) || errors.As(err, &overflow) {
		panic(err)
	}
	panic(e.reason(err))
}
