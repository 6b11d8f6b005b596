package goja

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// growing finds the strings that a module lets grow, x += e and x = x + e,
// and has them joined (concat.go). x is a variable, or a property of one or of
// this. That it is a string is seen from e, or from what x is set to elsewhere;
// to be wrong about it costs time only.
type growing struct {
	scope      *scope
	properties map[unistring.String]kinds
	pending    []pendingJoin
	reducer    *ast.Identifier // the first parameter of the next function, if it is one for reduce
	found      bool
}

// kinds is what a name is seen to be set to.
type kinds uint8

const (
	aText kinds = 1 << iota
	other
)

// scope is a function's names. Those of its blocks are among them.
type scope struct {
	outer *scope
	names map[unistring.String]kinds
	grown *ast.Identifier // the first parameter of a function for reduce
}

// pendingJoin is an assignment that is rewritten if its target is a string.
type pendingJoin struct {
	scope  *scope
	assign *ast.AssignExpression
}

func (g *growing) enter() {
	if g != nil {
		g.scope = &scope{outer: g.scope, names: map[unistring.String]kinds{}, grown: g.reducer}
		g.reducer = nil
	}
}

func (g *growing) leave() {
	if g != nil {
		g.scope = g.scope.outer
	}
}

// declare notes a variable of the function.
func (g *growing) declare(target ast.BindingTarget, value ast.Expression) {
	if g == nil {
		return
	}
	if id, ok := target.(*ast.Identifier); ok {
		g.scope.names[id.Name] |= kindOf(value)
	}
}

func kindOf(value ast.Expression) kinds {
	switch value.(type) {
	case nil:
		return 0
	case *ast.NumberLiteral, *ast.ArrayLiteral, *ast.ObjectLiteral, *ast.BooleanLiteral:
		return other
	}
	if isText(value) {
		return aText
	}
	return 0
}

// isText recognises expressions whose value is a string.
func isText(x ast.Expression) bool {
	switch x := x.(type) {
	case *ast.StringLiteral:
		return true
	case *ast.TemplateLiteral:
		return x.Tag == nil
	case *ast.BinaryExpression:
		return x.Operator == token.PLUS && (isText(x.Left) || isText(x.Right))
	case *ast.ConditionalExpression:
		return isText(x.Consequent) && isText(x.Alternate)
	case *ast.CallExpression:
		return givesText(x)
	}
	return false
}

// textMethods give a string, whatever they are called on.
var textMethods = map[unistring.String]bool{"toString": true, "join": true, "substring": true, "trim": true, "toUpperCase": true,
	"toLowerCase": true, "padStart": true, "padEnd": true, "repeat": true, "charAt": true, "toFixed": true, "stringify": true,
	"fromCharCode": true, "replace": true, "replaceAll": true}

func givesText(call *ast.CallExpression) bool {
	switch callee := call.Callee.(type) {
	case *ast.DotExpression:
		return textMethods[callee.Identifier.Name]
	case *ast.Identifier:
		return callee.Name == "String" || callee.Name == joinName
	}
	return false
}

// field notes a property, of whichever object.
func (g *growing) field(key, value ast.Expression) {
	if g == nil {
		return
	}
	switch key := key.(type) {
	case *ast.StringLiteral: // goja's form of names, too
		g.properties[key.Value] |= kindOf(value)
	case *ast.Identifier:
		g.properties[key.Name] |= kindOf(value)
	}
}

// fieldOf notes a field of a class.
func (g *growing) fieldOf(f *ast.FieldDefinition) {
	if g == nil || f.Initializer == nil {
		return
	}
	if private, ok := f.Key.(*ast.PrivateIdentifier); ok {
		g.properties["#"+private.Name] |= kindOf(f.Initializer)
		return
	}
	g.field(f.Key, f.Initializer)
}

// assign looks at an assignment, behind what is in it.
func (g *growing) assign(x *ast.AssignExpression) {
	if g == nil || x.Operator != token.PLUS && x.Operator != token.ASSIGN || !isSimple(x.Left) {
		return
	}
	grown := x.Operator == token.PLUS || isChainOn(x.Right, x.Left)
	switch {
	case !grown:
		g.note(x.Left, x.Right)
	case x.Operator == token.PLUS && isText(x.Right), x.Operator == token.ASSIGN && isText(x.Right):
		g.rewrite(x)
	default:
		g.pending = append(g.pending, pendingJoin{g.scope, x})
	}
}

func (g *growing) note(target, value ast.Expression) {
	switch target := target.(type) {
	case *ast.Identifier:
		if s := g.scope.find(target.Name); s != nil {
			s.names[target.Name] |= kindOf(value)
		}
	case *ast.DotExpression:
		g.properties[target.Identifier.Name] |= kindOf(value)
	case *ast.PrivateDotExpression:
		g.properties["#"+target.Identifier.Name] |= kindOf(value)
	}
}

func (s *scope) find(name unistring.String) *scope {
	for ; s != nil; s = s.outer {
		if _, ok := s.names[name]; ok {
			return s
		}
	}
	return nil
}

// isSimple: to look at the target twice is the same as to look once.
func isSimple(x ast.Expression) bool {
	switch x := x.(type) {
	case *ast.Identifier:
		return true
	case *ast.DotExpression:
		return isName(x.Left)
	case *ast.PrivateDotExpression:
		return isName(x.Left)
	}
	return false
}

func isName(x ast.Expression) bool {
	switch x.(type) {
	case *ast.Identifier, *ast.ThisExpression:
		return true
	}
	return false
}

func isSame(a, b ast.Expression) bool {
	switch a := a.(type) {
	case *ast.Identifier:
		b, ok := b.(*ast.Identifier)
		return ok && a.Name == b.Name
	case *ast.ThisExpression:
		_, ok := b.(*ast.ThisExpression)
		return ok
	case *ast.DotExpression:
		b, ok := b.(*ast.DotExpression)
		return ok && a.Identifier.Name == b.Identifier.Name && isSame(a.Left, b.Left)
	case *ast.PrivateDotExpression:
		b, ok := b.(*ast.PrivateDotExpression)
		return ok && a.Identifier.Name == b.Identifier.Name && isSame(a.Left, b.Left)
	}
	return false
}

// isChainOn recognises x + a + b.
func isChainOn(e, x ast.Expression) bool {
	for {
		sum, ok := e.(*ast.BinaryExpression)
		if !ok || sum.Operator != token.PLUS {
			return false
		}
		if isSame(sum.Left, x) {
			return true
		}
		e = sum.Left
	}
}

// reduced notes list.reduce((s, x) => s + x, ""), where s grows, too.
func (g *growing) reduced(call *ast.CallExpression) {
	if g == nil || len(call.ArgumentList) != 2 || !isText(call.ArgumentList[1]) {
		return
	}
	if callee, ok := call.Callee.(*ast.DotExpression); !ok || callee.Identifier.Name != "reduce" {
		return
	}
	var parameters *ast.ParameterList
	switch f := call.ArgumentList[0].(type) {
	case *ast.ArrowFunctionLiteral:
		parameters = f.ParameterList
	case *ast.FunctionLiteral:
		parameters = f.ParameterList
	}
	if parameters != nil && len(parameters.List) > 0 {
		g.reducer, _ = parameters.List[0].Target.(*ast.Identifier)
	}
}

// result looks at what a function gives.
func (g *growing) result(at *ast.Expression) {
	if g != nil && g.scope.grown != nil && isChainOn(*at, g.scope.grown) {
		g.found = true
		joinChain(at, g.scope.grown)
	}
}

// resolve rewrites the pending assignments whose targets are strings, now that
// the whole module has been seen.
func (g *growing) resolve() {
	for _, p := range g.pending {
		seen := kinds(0)
		switch target := p.assign.Left.(type) {
		case *ast.Identifier:
			if s := p.scope.find(target.Name); s != nil {
				seen = s.names[target.Name]
			}
		case *ast.DotExpression:
			seen = g.properties[target.Identifier.Name]
		case *ast.PrivateDotExpression:
			seen = g.properties["#"+target.Identifier.Name]
		}
		if seen == aText {
			g.rewrite(p.assign)
		}
	}
}

// rewrite makes x = join(x, e) of x += e, and x = join(join(x, a), b) of
// x = x + a + b. Each call stands where its operator did.
func (g *growing) rewrite(x *ast.AssignExpression) {
	g.found = true
	if x.Operator == token.PLUS {
		x.Operator, x.Right = token.ASSIGN, joinCall(x.Left, x.Right)
		return
	}
	joinChain(&x.Right, x.Left)
}

func joinChain(at *ast.Expression, x ast.Expression) {
	sum := (*at).(*ast.BinaryExpression)
	if !isSame(sum.Left, x) {
		joinChain(&sum.Left, x)
	}
	*at = joinCall(sum.Left, sum.Right)
}

func joinCall(left, right ast.Expression) ast.Expression {
	at := left.Idx0()
	return &ast.CallExpression{
		Callee:          &ast.Identifier{Name: joinName, Idx: at},
		LeftParenthesis: at, ArgumentList: []ast.Expression{left, right}, RightParenthesis: right.Idx1(),
	}
}
