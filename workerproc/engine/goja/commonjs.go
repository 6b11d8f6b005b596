package goja

import (
	"path"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"stockade.dev/stockade/workerproc/engine"
)

// parseCommon reads a CommonJS module that goja can parse as it stands.
func (e *Engine) parseCommon(m *module) (*unit, error) {
	program, err := parseText(m, m.Source)
	if err != nil {
		return nil, errNotDirect
	}
	u := &unit{program: program, file: program.File, direct: true, common: true}
	if err := e.rewrite(u, nil); err != nil {
		return nil, err
	}
	if u.compile(commonFunction, false, false) != nil {
		return nil, errNotDirect
	}
	return u, nil
}

// parseText parses a module's text. A CommonJS module may return, which a
// program may not: it is then parsed as the body of a function, at the price
// of wrong columns in its first line.
func parseText(m *module, text []byte) (*ast.Program, error) {
	program, err := parseWithPatterns(m.name, text)
	if err == nil || m.Kind != engine.CommonJS {
		return program, err
	}
	wrapped := "(function(){" + string(text) + "\n})"
	host, bodyErr := parse(m.name, []byte(wrapped))
	if bodyErr != nil || len(host.Body) != 1 {
		return nil, err
	}
	statement, ok := host.Body[0].(*ast.ExpressionStatement)
	if !ok {
		return nil, err
	}
	fn, ok := statement.Expression.(*ast.FunctionLiteral)
	if !ok {
		return nil, err
	}
	return &ast.Program{Body: fn.Body.List, DeclarationList: fn.DeclarationList, File: host.File}, nil
}

// runCommon calls a CommonJS module's function.
func (e *Engine) runCommon(m *module) error {
	exports := e.vm.NewObject()
	m.exports = e.vm.NewObject()
	_ = m.exports.Set("path", m.name)
	_ = m.exports.Set("exports", exports)
	e.commonNamespace(m)
	if err := m.unit.compile(commonFunction, false, false); err != nil {
		return e.throwable(&engine.SyntaxError{Message: err.Error(), File: m.name})
	}
	e.patchProgram(m.unit.code, m.unit.generators)
	value, err := e.runProgram(m.unit.code)
	if err != nil {
		return err
	}
	file, dir := "/"+m.name, path.Dir("/"+m.name)
	require, toESM := e.commonRequire(m)
	args := []goja.Value{exports, require, m.exports, e.vm.ToValue(file), e.vm.ToValue(dir), toESM}
	_, err = e.callValue(value, append(args, e.functions(m.unit)...)...)
	e.commonNamespace(m)
	return err
}

// commonNamespace makes what an ES module sees of a CommonJS one: default is
// module.exports, and each name of an object is a name.
func (e *Engine) commonNamespace(m *module) {
	m.namespace = e.newNamespace()
	value := m.exports.Get("exports")
	if obj, ok := value.(*goja.Object); ok && obj.ExportType() != proxyType {
		for _, name := range obj.Keys() {
			_ = m.namespace.DefineDataProperty(name, obj.Get(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
	}
	_ = m.namespace.DefineDataProperty("default", value, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// commonRequire makes require, and the function that esbuild puts around it
// for import().
func (e *Engine) commonRequire(m *module) (require, toESM goja.Value) {
	var last *module
	require = e.function("require", func(args []goja.Value) goja.Value {
		dependency, err := e.requireModule(first(args).String(), m.name)
		if err != nil {
			e.throw(err)
		}
		last = dependency
		return dependency.required()
	})
	toESM = e.function("stockade:toESM", func([]goja.Value) goja.Value { return last.namespace })
	return require, toESM
}

func (e *Engine) requireModule(specifier, importer string) (*module, error) {
	dependency, err := e.resolve(specifier, importer)
	if err == nil {
		err = e.linkGraph(dependency)
	}
	if err == nil && dependency.async && dependency.state != evaluated {
		err = &engine.Error{Name: "Error", Message: "Top-level await in module is not permitted at this time."}
	}
	if err == nil {
		_, err = e.evaluate(dependency)
	}
	return dependency, err
}

// Require implements engine.Modules.
func (e *Engine) Require(specifier, importer string, namespace bool) (engine.Handle, error) {
	var required goja.Value
	_, err := e.protect(func() (goja.Value, error) {
		m, err := e.requireModule(specifier, importer)
		if err != nil {
			return nil, e.throwable(err)
		}
		if required = m.required(); namespace && m.isModule() {
			required = m.namespace
		}
		return nil, nil
	})
	return required, err
}

// isModule is whether it has a namespace of its own, and is no value.
func (m *module) isModule() bool {
	return m.exports == nil && (m.Kind == engine.ESModule || m.Kind == engine.TypeScript || m.provided)
}

// required is what require returns: the default export where there is one.
func (m *module) required() goja.Value {
	if m.exports != nil {
		return m.exports.Get("exports")
	}
	if value := m.namespace.Get("default"); value != nil && (m.Kind != 0 || m.provided) {
		return value
	}
	return m.namespace
}
