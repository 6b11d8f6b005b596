package goja

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/evanw/esbuild/pkg/api"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// lacking is the syntax that goja doesn't read; esbuild puts older syntax in
// its place.
var lacking = map[string]bool{
	"async-generator": false, "for-await": false, "dynamic-import": false, "import-meta": false, "using": false,
	"decorators": false, "import-attributes": false,
	"top-level-await": true,
}

// awkward is syntax that goja reads but for some cases, such as a class field
// named get. It is replaced, too, when goja refuses a module without that.
var awkward = map[string]bool{
	"class-field": false, "class-static-field": false, "class-private-field": false, "class-private-static-field": false,
	"class-private-method": false, "class-private-static-method": false, "class-private-accessor": false,
	"class-private-static-accessor": false, "class-private-brand-check": false,
}

// older is what esbuild shall replace.
func (m *module) older() map[string]bool {
	if !m.replaceAwkward {
		return lacking
	}
	all := maps.Clone(lacking)
	maps.Copy(all, awkward)
	return all
}

// options are esbuild's for a module, but for the format.
func options(m *module, withMap bool) api.TransformOptions {
	o := source.Options(m.canonical())
	o.Supported = m.older()
	if m.Kind != engine.CommonJS {
		// These aren't defined in an ES module, but are in what it becomes.
		o.Define = map[string]string{"require": "globalThis.require", "module": "globalThis.module", "exports": "globalThis.exports"}
	}
	if withMap {
		o.Sourcemap, o.SourcesContent = api.SourceMapExternal, api.SourcesContentExclude
	}
	return o
}

// lowered is what esbuild made of a module: the form that is cached.
type lowered struct {
	Await bool            `json:"await,omitempty"`
	Older bool            `json:"older,omitempty"` // awkward syntax was replaced
	Map   json.RawMessage `json:"map,omitempty"`
	code  []byte
}

// lower has esbuild turn a module into CommonJS in the syntax that goja reads.
func lower(m *module, withMap bool) (*lowered, error) {
	o := options(m, withMap)
	o.Format = api.FormatCommonJS
	result := api.Transform(string(m.Source), o)
	if len(result.Errors) == 0 {
		return &lowered{Older: m.replaceAwkward, Map: result.Map, code: result.Code}, nil
	}
	if awaits(result.Errors) {
		return lowerAwait(m, withMap)
	}
	return nil, source.SyntaxError(m.canonical(), result.Errors)
}

// encode is the inverse of decode.
func (l *lowered) encode() []byte {
	head, err := json.Marshal(l)
	if err != nil {
		return nil
	}
	return append(append(head, '\n'), l.code...)
}

// decode reads a cached form. It reports false for anything else.
func decode(b []byte) (*lowered, bool) {
	head, code, ok := bytes.Cut(b, []byte{'\n'})
	l := &lowered{}
	if !ok || json.Unmarshal(head, l) != nil {
		return nil, false
	}
	l.code = code
	return l, true
}

// parseLowered parses what esbuild wrote.
func (e *Engine) parseLowered(m *module, l *lowered) (*unit, error) {
	text := bytes.Clone(l.code)
	async := blankHelpers(text, m.Source, l.Await)
	program, err := parseText(m, text)
	if err != nil {
		return nil, &engine.SyntaxError{Message: "unsupported syntax: " + parseMessage(err), File: m.name}
	}
	var generators map[*byte]bool
	if async {
		generators = map[*byte]bool{}
	}
	u := &unit{program: program, file: program.File, common: m.Kind == engine.CommonJS, await: l.Await, maps: l.Map,
		async: async, generators: generators}
	if err := e.rewrite(u, generators); err != nil {
		return nil, &engine.SyntaxError{Message: err.(*engine.SyntaxError).Message, File: m.name}
	}
	u.readRequests()
	if found, ok := source.Scan(m.Source); ok && m.Kind == engine.ESModule {
		u.checkNames(found.Statements)
	}
	return u, nil
}

func parseMessage(err error) string {
	if list, ok := err.(parser.ErrorList); ok && len(list) > 0 {
		return list[0].Message
	}
	return "cannot parse"
}

// helpers are the functions that esbuild puts before a module and that this
// package gives it instead, as it does asyncHelpers.
var helpers = map[string]bool{"__export": true, "__copyProps": true, "__reExport": true, "__toESM": true, "__toCommonJS": true}

// blankHelpers overwrites those helpers, and the object that stands for
// import.meta: all are parameters of the function that the module becomes. A
// bundle begins with such helpers of its own, which stay; where a module awaits,
// they are in a function (await.go).
func blankHelpers(text, original []byte, awaits bool) (async bool) {
	for at := 0; at < len(text); {
		line := lineAt(text, at)
		name := helperName(line)
		base, second := strings.CutSuffix(name, "2")
		switch {
		case second && aliased[base] && (awaits || isRenamed(base, text)):
			n := blankStatement(text[at:])
			copy(text[at:at+n-1], "var "+name+"="+base+";")
			at += n
			continue
		case helpers[name] && isRenamed(name, text):
		case (helpers[name] || slices.Contains(asyncHelpers, name)) && !isBundles(name, text, original):
			async = async || !helpers[name]
			at += blankStatement(text[at:])
			continue
		case bytes.HasPrefix(line, []byte("const import_meta = {};")):
			blank(line)
			return async
		case !isPreamble(line):
			return async
		}
		at += len(line)
	}
	return async
}

// aliased are the helpers that are parameters, whose names a bundle's own may have.
var aliased = map[string]bool{"__export": true, "__toESM": true, "__reExport": true}

// isRenamed says that the module has a helper of that name which esbuild had to leave its name, since a direct eval might
// look for it: esbuild's own comes before, with a 2, and stands for the parameter, which the module's hasn't replaced by then.
func isRenamed(name string, text []byte) bool {
	own, modules := bytes.Index(text, []byte("var "+name+"2 = ")), bytes.Index(text, []byte("\nvar "+name+" = "))
	return own >= 0 && modules > own
}

// blankStatement overwrites the statement at the beginning of a text, as esbuild lays it out, and returns its length.
func blankStatement(text []byte) (at int) {
	for {
		line := lineAt(text, at)
		last := len(line) == 0 || line[0] == '}' || line[0] == ')' || at == 0 && bytes.HasSuffix(line, []byte(";\n"))
		blank(line)
		if at += len(line); last {
			return at
		}
	}
}

// isBundles says that a helper is the module's own: it has one, and none that
// esbuild has renamed for the sake of its own.
func isBundles(name string, text, original []byte) bool {
	return bytes.Contains(original, []byte("var "+name+" = ")) && !bytes.Contains(text, []byte("var "+name+"2 = "))
}

// lineAt returns the line that begins at an offset, with its end.
func lineAt(text []byte, at int) []byte {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return text[at : at+i+1]
	}
	return text[at:]
}

// helperName returns the name in "var name = …".
func helperName(line []byte) string {
	rest, ok := bytes.CutPrefix(line, []byte("var "))
	name, _, found := bytes.Cut(rest, []byte(" = "))
	if !ok || !found {
		return ""
	}
	return string(name)
}

// isPreamble recognises the lines that esbuild puts before a module's own.
func isPreamble(line []byte) bool {
	for _, prefix := range []string{"var __", " ", "}", ")", "__export(", "module.exports = __toCommonJS(", "var import_"} {
		if bytes.HasPrefix(line, []byte(prefix)) {
			return true
		}
	}
	return bytes.HasPrefix(line, []byte("var ")) && bytes.HasSuffix(line, []byte("_exports = {};\n"))
}

// readRequests finds the require calls that import statements have become, at
// the top level and before any other code, and the names of __export.
func (u *unit) readRequests() {
	u.first = -1
	for i, node := range u.program.Body {
		specifier, star, ok := requestOf(node)
		if !ok {
			u.readExports(node)
			continue
		}
		if u.first < 0 {
			u.first = i
		}
		if star {
			u.stars = append(u.stars, len(u.requests))
		}
		u.requests = append(u.requests, request{specifier: specifier})
	}
	if u.first < 0 {
		u.first = 0
	}
}

// requestOf recognises var x = require("y"), var x = __toESM(require("y")) and
// __reExport(exports, require("y"), module.exports).
func requestOf(node ast.Statement) (specifier string, star, ok bool) {
	switch node := node.(type) {
	case *ast.VariableStatement:
		if len(node.List) != 1 {
			return "", false, false
		}
		value := node.List[0].Initializer
		if args := callOf(value, "__toESM"); len(args) > 0 {
			value = args[0]
		}
		specifier, ok = requireOf(value)
	case *ast.ExpressionStatement:
		if args := callOf(node.Expression, "__reExport"); len(args) > 1 {
			specifier, ok = requireOf(args[1])
			star = true
		}
	}
	return specifier, star, ok
}

func requireOf(e ast.Expression) (string, bool) {
	args := callOf(e, "require")
	if len(args) != 1 {
		return "", false
	}
	s, ok := args[0].(*ast.StringLiteral)
	if !ok {
		return "", false
	}
	return s.Value.String(), true
}

func callOf(e ast.Expression, function string) []ast.Expression {
	c, ok := e.(*ast.CallExpression)
	if !ok {
		return nil
	}
	if id, ok := c.Callee.(*ast.Identifier); !ok || id.Name.String() != function {
		return nil
	}
	return c.ArgumentList
}

// readExports notes the names in __export(exports, {name: () => …}).
func (u *unit) readExports(node ast.Statement) {
	statement, ok := node.(*ast.ExpressionStatement)
	if !ok {
		return
	}
	args := callOf(statement.Expression, "__export")
	if len(args) != 2 {
		return
	}
	getters, ok := args[1].(*ast.ObjectLiteral)
	if !ok {
		return
	}
	for _, p := range getters.Value {
		if keyed, ok := p.(*ast.PropertyKeyed); ok {
			if key, ok := keyed.Key.(*ast.StringLiteral); ok {
				u.exports = append(u.exports, export{name: key.Value.String()})
			}
		}
	}
}

// checkNames adds to each request the names that have to exist.
func (u *unit) checkNames(statements []source.Statement) {
	for _, st := range statements {
		if st.From == "" {
			continue
		}
		for i := range u.requests {
			if u.requests[i].specifier == st.From {
				u.requests[i].names = append(u.requests[i].names, st.Names...)
				break
			}
		}
	}
}
