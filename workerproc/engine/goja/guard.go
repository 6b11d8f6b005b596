package goja

import (
	"errors"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// stringFunction is the function whose body a text becomes: it knows globals only.
const stringFunction = `(function(){})`

// guardEval replaces eval and the function constructors. goja's own know neither newer syntax nor what this package mends.
func (e *Engine) guardEval() error {
	script := strings.Replace(source.GuardEval, "?? (async function* () {}).constructor.prototype", "", 1) // goja can't read that
	install, err := e.vm.RunScript("stockade:engine", script)
	if err != nil {
		return err
	}
	check := e.function("stockade:check", func([]goja.Value) goja.Value {
		if !e.codeAllowed {
			panic(e.newError("EvalError", source.NoCode))
		}
		return nil
	})
	code := e.function("stockade:code", func(args []goja.Value) goja.Value {
		value, err := e.codeOf(first(args).String(), len(args) > 1)
		if err != nil {
			e.throw(err)
		}
		return value
	})
	call, _ := goja.AssertFunction(install)
	_, err = call(goja.Undefined(), check, code, e.generators.function)
	return err
}

// AllowCode implements engine.Control.
func (e *Engine) AllowCode(allowed bool) { e.codeAllowed = allowed }

// codeOf is the function that a text is, or what evaluating it gives.
func (e *Engine) codeOf(text string, evaluated bool) (goja.Value, error) {
	if evaluated {
		code, err := e.scriptOf(text)
		if err != nil {
			return nil, e.throwable(err)
		}
		if code != nil {
			return e.runProgram(code)
		}
	}
	u, err := e.stringUnit(&module{Module: engine.Module{Name: anonymous, Kind: engine.CommonJS, Source: []byte(text)}, name: anonymous})
	var syntax *engine.SyntaxError
	if errors.As(err, &syntax) {
		err = &engine.Error{Name: "SyntaxError", Message: syntax.Message}
	}
	if err != nil {
		return nil, e.throwable(err)
	}
	e.patchProgram(u.code, u.generators)
	fn, err := e.runProgram(u.code)
	if err != nil {
		return nil, err
	}
	return e.callValue(fn, e.functions(u)...)
}

const anonymous = "<anonymous>"

// scriptOf compiles a text whose variables become globals; nil if it takes a function to run it.
func (e *Engine) scriptOf(text string) (*goja.Program, error) {
	program, err := parse(anonymous, []byte(text))
	if err != nil {
		if strings.Contains(err.Error(), "Illegal return") { // esbuild would read it
			return nil, &engine.Error{Name: "SyntaxError", Message: "Illegal return statement"}
		}
		return nil, nil
	}
	u := &unit{program: program}
	if err := e.rewrite(u, nil); err != nil || u.joins {
		return nil, nil
	}
	for _, s := range program.Body {
		switch s.(type) {
		case *ast.LexicalDeclaration, *ast.ClassDeclaration: // they are the text's own
			program.Body = []ast.Statement{&ast.BlockStatement{List: program.Body}}
		}
	}
	code, err := compile(program, false)
	if err != nil {
		return nil, nil
	}
	e.patchProgram(code, nil)
	return code, nil
}

// stringUnit compiles a text as the body of a function that returns the value of its last statement.
func (e *Engine) stringUnit(m *module) (*unit, error) {
	if program, err := parse(m.name, m.Source); err == nil {
		u := &unit{program: program, file: program.File, direct: true, common: true}
		if err := e.rewrite(u, nil); err != nil {
			return nil, err
		}
		if u.returnLast() == nil {
			return u, nil
		}
	}
	u, err := e.parseThroughEsbuild(m)
	if err != nil {
		return nil, err
	}
	if message := onlyInModules(m, u); message != "" {
		return nil, &engine.SyntaxError{Message: message, File: m.name}
	}
	if err := u.returnLast(); err != nil {
		return nil, &engine.SyntaxError{Message: err.Error(), File: m.name}
	}
	return u, nil
}

// onlyInModules is what V8 says of a text that esbuild has taken for a module; "" when it is none.
func onlyInModules(m *module, u *unit) string {
	found, _ := source.Scan(m.Source)
	switch {
	case len(found.Statements) > 0 && found.Statements[0].Kind == source.Import:
		return "Cannot use import statement outside a module"
	case len(found.Statements) > 0:
		return "Unexpected token 'export'"
	case u.await:
		return "await is only valid in async functions and the top level bodies of modules"
	}
	return ""
}

func (u *unit) returnLast() error {
	if n := len(u.program.Body); n > 0 {
		switch last := u.program.Body[n-1].(type) {
		case *ast.ExpressionStatement:
			u.program.Body[n-1] = &ast.ReturnStatement{Return: last.Idx0(), Argument: last.Expression}
		case *ast.FunctionDeclaration:
			u.program.Body[n-1] = &ast.ReturnStatement{Return: last.Idx0(), Argument: last.Function}
		}
	}
	return u.compile(stringFunction, false, false)
}

// indirectEval makes eval(x) a call like any other, which it is (guardEval): goja gives up what it knows of the names around it.
func indirectEval(call *ast.CallExpression) {
	if name, ok := call.Callee.(*ast.Identifier); ok && name.Name == "eval" {
		zero := &ast.NumberLiteral{Idx: name.Idx, Literal: "0", Value: int64(0)}
		call.Callee = &ast.SequenceExpression{Sequence: []ast.Expression{zero, name}}
	}
}
