package goja

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// esbuild makes of an async generator a method that returns a generator function (asyncgen.go), in which super means nothing.
// So there super is a constant of the method around it: a proxy by which two arrow functions, where super does mean something,
// read and write its properties.

// superName is that constant, and superFunction the parameter of the module that makes it. No text can have either.
const (
	superName     = " super"
	superFunction = " superOf"
)

// superSource makes the proxy of two functions, and what is called for super.m(): one that has the method's this.
const superSource = `(() => {
	const { apply } = Reflect, Proxy_ = Proxy, none = { __proto__: null };
	return (a, b, makes) => makes
		? new Proxy_(none, { __proto__: null, get: (_, name) => a(name), set: (_, name, value) => { b(name, value); return true } })
		: typeof a === "function" ? (...list) => apply(a, b, list) : a
})()`

// apart goes through a function in which super may stand where it may not around it.
func (r *rewriter) apart() (after func()) {
	bare := r.bareSuper
	return func() { r.bareSuper = bare }
}

// enclosed is (() => x)(), in which super may stand: goja refuses it in the initializer of a field.
func enclosed(x ast.Expression) ast.Expression {
	at := x.Idx0()
	f := &ast.ArrowFunctionLiteral{Start: at, ParameterList: &ast.ParameterList{Opening: at, Closing: at}, Body: &ast.ExpressionBody{Expression: x}}
	return &ast.CallExpression{Callee: f, LeftParenthesis: at, RightParenthesis: at}
}

// superObject replaces super in an async generator's body.
func (r *rewriter) superObject(at *ast.Expression) {
	r.bareSuper = true
	if r.within == nil || !r.within.async {
		return
	}
	r.within.super = true
	*at = &ast.Identifier{Name: superName, Idx: (*at).Idx0()}
}

// superMethod replaces what is called, where that is a method of super.
func (r *rewriter) superMethod(callee *ast.Expression) {
	if optional, ok := (*callee).(*ast.Optional); ok {
		callee = &optional.Expression
	}
	var of ast.Expression
	switch x := (*callee).(type) {
	case *ast.DotExpression:
		of = x.Left
	case *ast.BracketExpression:
		of = x.Left
	}
	if name, ok := of.(*ast.Identifier); !ok || name.Name != superName {
		return
	}
	at := (*callee).Idx0()
	*callee = &ast.CallExpression{
		Callee:          &ast.Identifier{Name: superFunction, Idx: at},
		LeftParenthesis: at, ArgumentList: []ast.Expression{*callee, &ast.ThisExpression{Idx: at}}, RightParenthesis: (*callee).Idx1(),
	}
}

// leaveSuper puts the constant into the method around a generator.
func (w *within) leaveSuper(r *rewriter, body *ast.FunctionLiteral) {
	if !w.super {
		return
	}
	f := r.asyncBodies[body]
	at := f.Body.LeftBrace
	made := &ast.CallExpression{Callee: &ast.Identifier{Name: superFunction, Idx: at}, LeftParenthesis: at, RightParenthesis: at,
		ArgumentList: []ast.Expression{superArrow(at, false), superArrow(at, true), &ast.BooleanLiteral{Idx: at, Literal: "true", Value: true}}}
	declared := &ast.LexicalDeclaration{Idx: at, Token: token.CONST, List: []*ast.Binding{{Target: &ast.Identifier{Name: superName, Idx: at}, Initializer: made}}}
	f.Body.List = slices.Insert(f.Body.List, directives(f.Body.List), ast.Statement(declared))
}

// superArrow is (k) => super[k], or (k, v) => super[k] = v.
func superArrow(at file.Idx, sets bool) ast.Expression {
	name := func(s string) *ast.Identifier { return &ast.Identifier{Name: unistring.NewFromString(s), Idx: at} }
	parameters := []*ast.Binding{{Target: name("k")}}
	var body ast.Expression = &ast.BracketExpression{Left: &ast.SuperExpression{Idx: at}, Member: name("k"), LeftBracket: at, RightBracket: at}
	if sets {
		parameters = append(parameters, &ast.Binding{Target: name("v")})
		body = &ast.AssignExpression{Operator: token.ASSIGN, Left: body, Right: name("v")}
	}
	return &ast.ArrowFunctionLiteral{Start: at, ParameterList: &ast.ParameterList{List: parameters}, Body: &ast.ExpressionBody{Expression: body}}
}

// superOf is the function that modules call.
func (e *Engine) superOf() goja.Value {
	if e.superFunction == nil {
		v, err := e.vm.RunScript("stockade:super", superSource)
		if err != nil {
			return goja.Undefined()
		}
		e.superFunction = v
	}
	return e.superFunction
}
