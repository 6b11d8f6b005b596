package goja

import (
	"fmt"
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"

	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// unit is a module that has been parsed: its syntax tree, and what has been
// learnt of its imports and exports.
type unit struct {
	program  *ast.Program // nil once it has been compiled for good
	file     *file.File   // its text, for positions
	code     *goja.Program
	direct   bool // parsed as it stands
	common   bool // CommonJS
	await    bool // the top level awaits
	joins    bool // it calls the function of concat.go
	async    bool // it calls the functions of asyncgen.go
	requests []request
	exports  []export
	fixed    []string // those of exports that are functions which nothing assigns to (direct)
	locals   []local
	stars    []int // requests whose names are exported again
	first    int   // the statement that makes the first request (not direct)
	maps     []byte

	generators map[*byte]bool  // functions that stand for async generators, by their text
	constants  map[string]bool // names of the top level (constant.go)
	assigned   map[string]bool
}

// request is one specifier that the module imports, in order. names are those
// that the other module has to export.
type request struct {
	specifier string
	names     []source.ImportedName
}

// export is one name of the module: a getter for a local name, or another
// module's export.
type export struct {
	name     string
	local    string
	request  int
	imported string
	reexport bool
}

// local is an import that can't change, as a constant (direct).
type local struct {
	name     string
	request  int
	imported string
}

// The functions whose bodies modules become. Every position in the body stays
// what it is in the module's text, which is why the tree is grafted and the
// text isn't wrapped. The outer function of a module makes this undefined.
const (
	directFunction  = `(function(){return (__export,__import,__imported)=>{}})()`
	loweredFunction = `(function(){return (module,exports,require,__export,__toESM,__toCommonJS,__reExport,import_meta,__imported)=>{}})()`
	commonFunction  = `(function(exports,require,module,__filename,__dirname,__toESM){})`
)

// compile makes the unit's code, once: wait is not known before the modules
// that it imports are.
func (u *unit) compile(function string, strict, wait bool) (err error) {
	if u.code == nil || wait {
		u.code, err = u.graft(function, strict, wait)
	}
	return err
}

// graft compiles the unit as the body of a function. With wait it is an async
// one that first waits for the modules that it imports.
func (u *unit) graft(function string, strict, wait bool) (*goja.Program, error) {
	host, err := parse("", []byte(function))
	if err != nil {
		return nil, err
	}
	body := &ast.BlockStatement{List: u.body(wait)}
	switch fn := moduleFunction(host).(type) {
	case *ast.ArrowFunctionLiteral:
		fn.Body, fn.DeclarationList, fn.Async = body, u.program.DeclarationList, wait
		u.takeFunctions(fn.ParameterList)
	case *ast.FunctionLiteral:
		fn.Body, fn.DeclarationList = body, u.program.DeclarationList
		u.takeFunctions(fn.ParameterList)
	}
	host.File = u.program.File
	return compile(host, strict)
}

// takeFunctions adds parameters for the functions that the module calls. The joiner has a name that no text can have.
func (u *unit) takeFunctions(p *ast.ParameterList) {
	if u.async {
		for _, name := range asyncHelpers {
			p.List = append(p.List, &ast.Binding{Target: identifier(name)})
		}
		p.List = append(p.List, &ast.Binding{Target: identifier(superFunction)})
	}
	if u.joins {
		p.List = append(p.List, &ast.Binding{Target: identifier(joinName)})
	}
}

// functions are the values of those parameters.
func (e *Engine) functions(u *unit) (list []goja.Value) {
	if u.async {
		list = append(list, e.generators.helpers...)
		list = append(list, e.superOf())
	}
	if u.joins {
		list = append(list, e.joiner())
	}
	return list
}

// parse parses with goja, whose parser panics at some escapes.
func parse(name string, text []byte) (program *ast.Program, err error) {
	defer recoverTo(&err)
	return parser.ParseFile(nil, name, text, 0, parser.WithDisableSourceMaps)
}

func compile(program *ast.Program, strict bool) (code *goja.Program, err error) {
	defer recoverTo(&err)
	return goja.CompileAST(program, strict)
}

func recoverTo(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("cannot parse: %v", r)
	}
}

// moduleFunction finds the empty function in one of the texts above.
func moduleFunction(host *ast.Program) ast.Expression {
	statement, ok := host.Body[0].(*ast.ExpressionStatement)
	if !ok {
		return nil
	}
	if call, ok := statement.Expression.(*ast.CallExpression); ok {
		if outer, ok := call.Callee.(*ast.FunctionLiteral); ok {
			return outer.Body.List[0].(*ast.ReturnStatement).Argument
		}
	}
	return statement.Expression
}

// body is the module's statements with those before them that make its
// exports and imports known.
func (u *unit) body(wait bool) []ast.Statement {
	switch {
	case u.direct && !u.common:
		return append(u.directPreamble(wait), u.program.Body...)
	case !wait:
		return u.program.Body
	}
	list := slices.Clone(u.program.Body[:u.first])
	list = append(list, awaitImported())
	return append(list, u.program.Body[u.first:]...)
}

func awaitImported() ast.Statement {
	return &ast.ExpressionStatement{Expression: &ast.AwaitExpression{Await: 1, Argument: call("__imported")}}
}

func (u *unit) directPreamble(wait bool) []ast.Statement {
	list := []ast.Statement{u.exportCall()}
	if wait {
		list = append(list, awaitImported())
	}
	for i := range u.requests {
		list = append(list, &ast.ExpressionStatement{Expression: importCall(i, "")})
	}
	for _, l := range u.locals {
		list = append(list, constant(l.name, importCall(l.request, l.imported)))
	}
	return list
}

// exportCall is __export({a: () => a, b: () => __import(0, "c")}, f, g), where f and g are u.fixed: a getter is a function
// to compile and to make, for what is a function already.
func (u *unit) exportCall() ast.Statement {
	getters := &ast.ObjectLiteral{LeftBrace: 1, RightBrace: 1}
	args := []ast.Expression{getters}
	functions := u.fixedFunctions()
	u.fixed = nil
	for _, e := range u.exports {
		var value ast.Expression = identifier(e.local)
		if !e.reexport && functions[e.local] {
			u.fixed = append(u.fixed, e.name)
			args = append(args, value)
			continue
		}
		if e.reexport {
			value = importCall(e.request, e.imported)
		}
		getters.Value = append(getters.Value, &ast.PropertyKeyed{
			Key: literal(e.name), Kind: ast.PropertyKindValue,
			Value: &ast.ArrowFunctionLiteral{Start: 1, ParameterList: &ast.ParameterList{}, Body: &ast.ExpressionBody{Expression: value}},
		})
	}
	return &ast.ExpressionStatement{Expression: call("__export", args...)}
}

func importCall(request int, name string) ast.Expression {
	args := []ast.Expression{&ast.NumberLiteral{Idx: 1, Literal: index(request), Value: int64(request)}}
	if name != "" {
		args = append(args, literal(name))
	}
	return call("__import", args...)
}

func constant(name string, value ast.Expression) ast.Statement {
	binding := &ast.Binding{Target: identifier(name), Initializer: value}
	return &ast.LexicalDeclaration{Idx: 1, Token: token.CONST, List: []*ast.Binding{binding}}
}

func call(function string, args ...ast.Expression) ast.Expression {
	return &ast.CallExpression{Callee: identifier(function), LeftParenthesis: 1, ArgumentList: args, RightParenthesis: 1}
}

func identifier(name string) *ast.Identifier {
	return &ast.Identifier{Name: unistring.NewFromString(name), Idx: 1}
}

func literal(s string) *ast.StringLiteral {
	return &ast.StringLiteral{Idx: 1, Literal: s, Value: unistring.NewFromString(s)}
}
