package goja

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// goja's new.target is right in a function that was called with new, but one
// that is called without from a constructor has that one's. So a module's
// functions ask the function of concat.go about it, which sees how they were
// called; those that nobody can call with new have undefined in its place.

type functionKind int

const (
	aFunction functionKind = iota
	aMethod
	aConstructor // of a class: never called without new
)

// within is the function that the rewriter is in.
type within struct {
	kind   functionKind
	arrows int
	body   bool // and not in its parameters
	kept   bool // an arrow function in it wants to know
	passed bool // an arrow function in it looks at its arguments
	async  bool // esbuild made it of an async generator's body
	super  bool // … that speaks of super
}

// targetName is the constant with a function's new.target, for the arrow functions in it.
const targetName = " target"

func kindOfMethod(m *ast.MethodDefinition) functionKind {
	if name, ok := m.Key.(*ast.StringLiteral); ok && name.Value == "constructor" && !m.Static && !m.Computed && m.Kind == ast.PropertyKindMethod {
		return aConstructor
	}
	return aMethod
}

func (r *rewriter) enterFunction(f *ast.FunctionLiteral, kind functionKind) (outer *within) {
	outer = r.within
	if kind == aFunction && (f.Async || f.Generator) {
		kind = aMethod
	}
	r.within = &within{kind: kind, async: r.asyncBodies[f] != nil}
	return outer
}

func (r *rewriter) leaveFunction(f *ast.FunctionLiteral, outer *within) {
	if r.within.kept {
		at := f.Body.LeftBrace
		target := &ast.MetaProperty{Meta: &ast.Identifier{Name: "new", Idx: at}, Property: &ast.Identifier{Name: "target", Idx: at}, Idx: at}
		list := f.Body.List
		f.Body.List = slices.Insert(list, directives(list), constant(targetName, r.asked(target)))
	}
	r.within.leaveSuper(r, f)
	if r.within.passed {
		first := &ast.ExpressionStatement{Expression: &ast.Identifier{Name: "arguments", Idx: f.Body.LeftBrace}}
		f.Body.List = slices.Insert(f.Body.List, directives(f.Body.List), ast.Statement(first))
	}
	r.within = outer
}

// arguments notes that an arrow function looks at those of the function around it. goja looks for them in the wrong place of
// its stack, where there may be nothing or somebody else's, unless the function itself has looked at them before.
func (r *rewriter) arguments(x *ast.Identifier) {
	switch {
	case x.Name != "arguments":
	case r.within == nil && r.bare:
		x.Name = noArguments
	case r.within != nil && r.within.arrows > 0:
		r.within.passed = true
	}
}

// noArguments is what arguments are called where there are none: what is around the code has some, which are the runtime's. No
// text can have that name, which is nowhere defined.
const noArguments = " arguments"

// names notes what an anonymous function that is an initializer will be called.
func (r *rewriter) names(target, initializer ast.Expression) {
	if name, ok := target.(*ast.Identifier); ok && initializer != nil {
		r.name, r.named = name, initializer
	}
}

// passing goes through an arrow function. Where it is in a parameter's default and looks at arguments, those are looked at
// before: (arguments, f), or, that it keeps its name, (arguments, {"name": f}["name"]).
func (r *rewriter) passing(f *ast.ArrowFunctionLiteral, visit func()) ast.Expression {
	in, named := r.within, r.named == f
	if in == nil || in.body || in.arrows > 0 {
		visit()
		return f
	}
	name, passed := r.name, in.passed
	in.passed = false
	visit()
	seen := in.passed
	in.passed = in.passed || passed
	if !seen {
		return f
	}
	var value ast.Expression = f
	if named {
		key := &ast.StringLiteral{Idx: f.Start, Literal: string(name.(*ast.Identifier).Name.String()), Value: name.(*ast.Identifier).Name}
		object := &ast.ObjectLiteral{LeftBrace: f.Start, RightBrace: f.Start, Value: []ast.Property{&ast.PropertyKeyed{Key: key, Kind: ast.PropertyKindValue, Value: f}}}
		value = &ast.BracketExpression{Left: object, Member: key, LeftBracket: f.Start, RightBracket: f.Start}
	}
	return &ast.SequenceExpression{Sequence: []ast.Expression{&ast.Identifier{Name: "arguments", Idx: f.Start}, value}}
}

// directives is how many of a function's statements are such as "use strict".
func directives(list []ast.Statement) (n int) {
	for _, s := range list {
		x, ok := s.(*ast.ExpressionStatement)
		if !ok {
			break
		}
		if _, ok := x.Expression.(*ast.StringLiteral); !ok {
			break
		}
		n++
	}
	return n
}

func (r *rewriter) enterArrow() (leave func()) {
	in := r.within
	if in == nil {
		return func() {}
	}
	in.arrows++
	return func() { in.arrows-- }
}

// newTarget replaces new.target where it may be wrong.
func (r *rewriter) newTarget(at *ast.Expression) {
	x := (*at).(*ast.MetaProperty)
	in := r.within
	switch {
	case r.growing == nil || in == nil || in.kind == aConstructor || x.Meta.Name != "new":
	case in.kind == aMethod:
		*at = &ast.UnaryExpression{Operator: token.VOID, Idx: x.Idx, Operand: &ast.NumberLiteral{Idx: x.Idx, Literal: "0", Value: int64(0)}}
	case in.arrows == 0:
		*at = r.asked(x)
	case in.body:
		in.kept = true
		*at = &ast.Identifier{Name: targetName, Idx: x.Idx}
	}
}

// asked is a call of the function of concat.go with one argument.
func (r *rewriter) asked(x *ast.MetaProperty) ast.Expression {
	r.found = true
	return &ast.CallExpression{
		Callee:          &ast.Identifier{Name: joinName, Idx: x.Idx},
		LeftParenthesis: x.Idx, ArgumentList: []ast.Expression{x}, RightParenthesis: x.Idx1(),
	}
}

// frames is where goja keeps who called what.
type frames struct {
	calls *slice
	size  uintptr // of a frame
	pc    uintptr // offset in it
}

func (o *overflow) frames() (f frames, err error) {
	field, err := writable(reflect.ValueOf(o.vm).Elem().FieldByName("vm").Elem(), "callStack")
	if err != nil {
		return f, err
	}
	frame := field.Type().Elem()
	pc, ok := frame.FieldByName("pc")
	if !ok || pc.Type.Kind() != reflect.Int {
		return f, fmt.Errorf("cannot find where goja's calls return to")
	}
	return frames{o.calls, frame.Size(), pc.Offset}, nil
}

// fromGo says whether the function that called the built-in function that runs was itself called by goja rather than by
// code: only so are functions called with new.
func (f frames) fromGo() bool {
	at := f.calls.len - 2
	return at >= 0 && *(*int)(unsafe.Add(f.calls.data, uintptr(at)*f.size+f.pc)) == -2
}

// realTarget is new.target as it should be.
func (e *Engine) realTarget(target goja.Value) goja.Value {
	if !e.frames.fromGo() {
		return goja.Undefined()
	}
	return target
}
