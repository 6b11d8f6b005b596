package goja

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"

	"stockade.dev/stockade/workerproc/engine"
)

// rewriter replaces parts of a syntax tree before goja compiles it: the
// patterns of regular expressions by marks that regexp.go knows, and in modules
// the growth of strings by calls. Everything else keeps its place.
type rewriter struct {
	engine *Engine
	*growing
	within      *within
	generators  map[*byte]bool                                // async generator functions, by their text; nil: there are none
	asyncBodies map[*ast.FunctionLiteral]*ast.FunctionLiteral // what they run, and they themselves
	assigned    map[string]bool                               // names that stand where something is assigned (constant.go); nil: they aren't looked for
	bareSuper   bool                                          // super was met, in no function
	bare        bool                                          // … there are no arguments outside of functions
	name        ast.Expression                                // of the function or class that comes next
	named       ast.Expression                                // which that is
	err         *engine.Error                                 // of the first pattern that is wrong
	at          *ast.RegExpLiteral
}

// rewritten are, besides / and +, what is in a text that there is something to replace in.
var rewritten = []string{"target", "arguments", "eval", "super", patternKey}

// rewrite rewrites a module, and notes what it needs to be called with. The error is an *engine.SyntaxError.
func (e *Engine) rewrite(u *unit, generators map[*byte]bool) error {
	program := u.program
	text := program.File.Source()
	if generators == nil && strings.IndexByte(text, '/') < 0 && strings.IndexByte(text, '+') < 0 && !slices.ContainsFunc(rewritten, func(s string) bool { return strings.Contains(text, s) }) {
		return nil
	}
	r := &rewriter{engine: e, generators: generators, bare: !u.common || program.File.Name() == anonymous,
		asyncBodies: map[*ast.FunctionLiteral]*ast.FunctionLiteral{}, assigned: map[string]bool{}, growing: &growing{properties: map[unistring.String]kinds{}}}
	r.enter()
	r.statements(program.Body)
	r.resolve()
	u.joins, u.assigned = r.found, r.assigned
	return r.failure(program)
}

// rewriteScript rewrites a script of the runtime's.
func (e *Engine) rewriteScript(program *ast.Program) error {
	r := &rewriter{engine: e}
	r.statements(program.Body)
	return r.failure(program)
}

func (r *rewriter) failure(program *ast.Program) error {
	if r.err == nil {
		return nil
	}
	position := program.File.Position(int(r.at.Idx) - program.File.Base())
	return &engine.SyntaxError{Message: r.err.Message, File: program.File.Name(), Line: position.Line, Column: position.Column}
}

// badPattern recognises rewrite's error.
func badPattern(err error) bool {
	var syntax *engine.SyntaxError
	return errors.As(err, &syntax)
}

func (r *rewriter) regexp(literal *ast.RegExpLiteral) {
	mark, err := r.engine.addLiteral(literal.Pattern, literal.Flags)
	if err == nil {
		literal.Pattern, literal.Flags = mark, ""
		return
	}
	var named *engine.Error
	if r.err == nil && errors.As(err, &named) {
		r.err, r.at = named, literal
	}
}

func (r *rewriter) statements(list []ast.Statement) {
	for _, s := range list {
		r.statement(s)
	}
}

func (r *rewriter) statement(s ast.Statement) {
	switch s := s.(type) {
	case *ast.BlockStatement:
		r.block(s)
	case *ast.ExpressionStatement:
		r.expression(&s.Expression)
	case *ast.VariableStatement:
		r.bindings(s.List)
	case *ast.LexicalDeclaration:
		r.bindings(s.List)
	case *ast.FunctionDeclaration:
		r.function(s.Function, aFunction)
	case *ast.ClassDeclaration:
		r.class(s.Class)
	case *ast.ReturnStatement:
		r.expression(&s.Argument)
		r.result(&s.Argument)
	case *ast.ThrowStatement:
		r.expression(&s.Argument)
	case *ast.LabelledStatement:
		r.statement(s.Statement)
	case *ast.WithStatement:
		r.expression(&s.Object)
		r.statement(s.Body)
	default:
		r.control(s)
	}
}

// control is for the statements that branch and repeat.
func (r *rewriter) control(s ast.Statement) {
	switch s := s.(type) {
	case *ast.IfStatement:
		r.expression(&s.Test)
		r.statement(s.Consequent)
		r.statement(s.Alternate)
	case *ast.SwitchStatement:
		r.expression(&s.Discriminant)
		for _, c := range s.Body {
			r.expression(&c.Test)
			r.statements(c.Consequent)
		}
	case *ast.TryStatement:
		r.block(s.Body)
		if s.Catch != nil {
			r.target(s.Catch.Parameter)
			r.block(s.Catch.Body)
		}
		r.block(s.Finally)
	default:
		r.loop(s)
	}
}

func (r *rewriter) loop(s ast.Statement) {
	switch s := s.(type) {
	case *ast.ForStatement:
		r.forInitializer(s.Initializer)
		r.expression(&s.Test)
		r.expression(&s.Update)
		r.statement(s.Body)
	case *ast.ForOfStatement:
		r.forInto(s.Into)
		r.expression(&s.Source)
		r.statement(s.Body)
	case *ast.ForInStatement:
		r.forInto(s.Into)
		r.expression(&s.Source)
		r.statement(s.Body)
	case *ast.WhileStatement:
		r.expression(&s.Test)
		r.statement(s.Body)
	case *ast.DoWhileStatement:
		r.statement(s.Body)
		r.expression(&s.Test)
	}
}

func (r *rewriter) forInitializer(i ast.ForLoopInitializer) {
	switch i := i.(type) {
	case *ast.ForLoopInitializerExpression:
		r.expression(&i.Expression)
	case *ast.ForLoopInitializerVarDeclList:
		r.bindings(i.List)
	case *ast.ForLoopInitializerLexicalDecl:
		r.bindings(i.LexicalDeclaration.List)
	}
}

func (r *rewriter) forInto(i ast.ForInto) {
	switch i := i.(type) {
	case *ast.ForIntoVar:
		r.binding(i.Binding)
	case *ast.ForDeclaration:
		r.target(i.Target)
	case *ast.ForIntoExpression:
		r.noteAssigned(i.Expression)
		r.expression(&i.Expression)
	}
}

// noteAssigned notes a name, or those of a pattern, that something is assigned to.
func (r *rewriter) noteAssigned(target ast.Expression) {
	if r.assigned == nil {
		return
	}
	switch target := target.(type) {
	case *ast.Identifier:
		r.assigned[target.Name.String()] = true
	case *ast.DotExpression, *ast.BracketExpression, *ast.PrivateDotExpression:
	default:
		noteNames(reflect.ValueOf(target), r.assigned)
	}
}

func (r *rewriter) block(b *ast.BlockStatement) {
	if b != nil {
		r.statements(b.List)
	}
}

func (r *rewriter) bindings(list []*ast.Binding) {
	for _, b := range list {
		r.binding(b)
	}
}

func (r *rewriter) binding(b *ast.Binding) {
	if b != nil {
		r.target(b.Target)
		r.names(b.Target, b.Initializer)
		r.expression(&b.Initializer)
		r.declare(b.Target, b.Initializer)
	}
}

// target is a name or a pattern, in which there may be defaults.
func (r *rewriter) target(t ast.BindingTarget) {
	if t != nil {
		e := ast.Expression(t)
		r.expression(&e)
	}
}

func (r *rewriter) parameters(p *ast.ParameterList) {
	if p != nil {
		r.bindings(p.List)
		r.expression(&p.Rest)
	}
}

func (r *rewriter) function(f *ast.FunctionLiteral, kind functionKind) {
	if f == nil {
		return
	}
	defer r.apart()()
	r.asyncGenerator(f)
	r.enter()
	outer := r.enterFunction(f, kind)
	r.parameters(f.ParameterList)
	r.within.body = true
	r.block(f.Body)
	r.leaveFunction(f, outer)
	r.leave()
}

func (r *rewriter) class(c *ast.ClassLiteral) {
	r.expression(&c.SuperClass)
	for _, element := range c.Body {
		switch element := element.(type) {
		case *ast.FieldDefinition:
			if element.Computed {
				r.expression(&element.Key)
			}
			r.initializer(element)
		case *ast.MethodDefinition:
			if element.Computed {
				r.expression(&element.Key)
			}
			r.function(element.Body, kindOfMethod(element))
		case *ast.ClassStaticBlock:
			outer := r.within
			r.within = nil
			r.enter()
			r.block(element.Block)
			r.leave()
			r.within = outer
		}
	}
}

func (r *rewriter) initializer(f *ast.FieldDefinition) {
	outer, bare := r.within, r.bareSuper
	r.within, r.bareSuper = nil, false
	r.expression(&f.Initializer)
	if r.bareSuper {
		f.Initializer = enclosed(f.Initializer)
	}
	r.fieldOf(f)
	r.within, r.bareSuper = outer, bare
}

func (r *rewriter) expressions(list []ast.Expression) {
	for i := range list {
		r.expression(&list[i])
	}
}

func (r *rewriter) expression(at *ast.Expression) {
	switch x := (*at).(type) {
	case *ast.Identifier:
		r.arguments(x)
	case nil, *ast.StringLiteral, *ast.NumberLiteral, *ast.ThisExpression, *ast.BooleanLiteral, *ast.NullLiteral:
	case *ast.RegExpLiteral:
		r.regexp(x)
	case *ast.MetaProperty:
		r.newTarget(at)
	case *ast.SuperExpression:
		r.superObject(at)
	case *ast.ArrowFunctionLiteral:
		*at = r.passing(x, func() { r.arrow(x) })
	case *ast.DotExpression:
		r.expression(&x.Left)
	case *ast.CallExpression:
		indirectEval(x)
		r.expression(&x.Callee)
		r.superMethod(&x.Callee)
		r.reduced(x)
		r.expressions(x.ArgumentList)
	case *ast.BinaryExpression:
		r.expression(&x.Left)
		r.expression(&x.Right)
		switch x.Operator {
		case token.MULTIPLY:
			zeroOf(x)
		case token.EXPONENT:
			powerOf(x)
		}
		if bitwise[x.Operator] {
			largeOperand(&x.Left)
			largeOperand(&x.Right)
		}
	case *ast.AssignExpression:
		r.noteAssigned(x.Left)
		r.expression(&x.Left)
		r.expression(&x.Right)
		r.assign(x)
	case *ast.BracketExpression:
		r.expression(&x.Left)
		r.expression(&x.Member)
	case *ast.ConditionalExpression:
		r.expression(&x.Test)
		r.expression(&x.Consequent)
		r.expression(&x.Alternate)
	case *ast.NewExpression:
		r.expression(&x.Callee)
		r.expressions(x.ArgumentList)
	case *ast.SequenceExpression:
		r.expressions(x.Sequence)
	default:
		r.unary(x)
	}
}

// unary is for the expressions with one below them, and for functions.
func (r *rewriter) unary(x ast.Expression) {
	switch x := x.(type) {
	case *ast.UnaryExpression:
		if x.Operator == token.INCREMENT || x.Operator == token.DECREMENT {
			r.noteAssigned(x.Operand)
		}
		r.expression(&x.Operand)
		if x.Operator == token.BITWISE_NOT {
			largeOperand(&x.Operand)
		}
	case *ast.AwaitExpression:
		r.expression(&x.Argument)
	case *ast.YieldExpression:
		r.delegate(x)
		r.expression(&x.Argument)
	case *ast.OptionalChain:
		r.expression(&x.Expression)
	case *ast.Optional:
		r.expression(&x.Expression)
	case *ast.PrivateDotExpression:
		r.expression(&x.Left)
	case *ast.SpreadElement:
		r.expression(&x.Expression)
	case *ast.FunctionLiteral:
		r.function(x, aFunction)
	case *ast.ClassLiteral:
		r.class(x)
	default:
		r.composed(x)
	}
}

func (r *rewriter) arrow(f *ast.ArrowFunctionLiteral) {
	defer r.apart()()
	r.enter()
	defer r.leave()
	defer r.enterArrow()()
	r.parameters(f.ParameterList)
	switch body := f.Body.(type) {
	case *ast.BlockStatement:
		r.block(body)
	case *ast.ExpressionBody:
		r.expression(&body.Expression)
		r.result(&body.Expression)
	}
}

// composed is for literals and patterns.
func (r *rewriter) composed(x ast.Expression) {
	switch x := x.(type) {
	case *ast.ArrayLiteral:
		r.expressions(x.Value)
	case *ast.ObjectLiteral:
		r.properties(x.Value)
	case *ast.TemplateLiteral:
		r.expression(&x.Tag)
		r.superMethod(&x.Tag)
		r.expressions(x.Expressions)
	case *ast.ArrayPattern:
		unwrapped(x.Elements)
		r.expressions(x.Elements)
		r.expression(&x.Rest)
	case *ast.ObjectPattern:
		r.properties(x.Properties)
		r.expression(&x.Rest)
	case *ast.Binding:
		r.binding(x)
	}
}

func (r *rewriter) properties(list []ast.Property) {
	for _, p := range list {
		switch p := p.(type) {
		case *ast.PropertyShort:
			r.arguments(&p.Name)
			r.names(&p.Name, p.Initializer)
			r.expression(&p.Initializer)
		case *ast.PropertyKeyed:
			if p.Computed {
				r.expression(&p.Key)
			}
			if method, ok := p.Value.(*ast.FunctionLiteral); ok && p.Kind != ast.PropertyKindValue {
				r.function(method, aMethod)
				continue
			}
			r.expression(&p.Value)
			r.field(p.Key, p.Value)
		case *ast.SpreadElement:
			r.expression(&p.Expression)
		}
	}
}
