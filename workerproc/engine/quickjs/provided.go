package quickjs

import (
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// Provide implements engine.Modules.
func (e *Engine) Provide(provide func(name string) (any, error)) {
	e.modules.provide = provide
}

// Require implements engine.Modules.
func (e *Engine) Require(specifier, importer string, namespace bool) (engine.Handle, error) {
	var required engine.Handle
	_, err := e.protect(func() (lib.TJSValue, error) {
		v, err := e.required(specifier, importer, namespace)
		if err == nil {
			required = e.wrap(v)
		}
		return undefined, err
	})
	return required, err
}

// resolve finds the module that a specifier stands for, in the words of
// workerd when there is none.
func (e *Engine) resolve(specifier, importer string) (*module, error) {
	name, err := source.Target(specifier, importer, e.modules.defined)
	if err != nil {
		return nil, err
	}
	if m := e.modules.modules[name]; m != nil {
		return m, nil
	}
	missing := &source.NoSuchModule{Name: name, Importer: importer}
	m, hint, err := e.providedModule(specifier)
	if m == nil && err == nil {
		missing.Hint, err = hint, missing
	}
	return m, err
}

// knownTarget is the name of the module that a specifier which was resolved
// before stands for.
func (e *Engine) knownTarget(specifier, importer string) string {
	name, err := source.Target(specifier, importer, e.modules.defined)
	switch {
	case err != nil:
		return ""
	case !e.modules.defined(name) && e.modules.packages[specifier] != nil:
		return e.modules.packages[specifier].name
	}
	return name
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
	h, ok := exports.(*handle)
	if err != nil || !ok {
		return nil, "", err
	}
	m = e.moduleFor(specifier, h)
	e.modules.packages[specifier] = m
	return m, "", nil
}

// moduleFor returns the one module that such exports have, by whatever
// specifiers. Its name is none that a file can have.
func (e *Engine) moduleFor(specifier string, exports *handle) *module {
	for _, m := range e.modules.packages {
		if pointer(m.builtin.v) == pointer(exports.v) {
			return m
		}
	}
	m := &module{name: "/" + specifier, synthetic: synthetic{builtin: exports, provided: true}}
	e.modules.modules[m.name] = m
	return m
}
