package goja

import (
	"bytes"
	"errors"
	"sort"

	"github.com/dop251/goja/ast"

	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// errNotDirect says that a module has to go through esbuild. What is wrong
// with it, if anything, is for esbuild to say.
var errNotDirect = errors.New("not in the syntax that goja reads")

// defaultName is what an export default without a name is called. It has to
// fit where "export default" stood.
const defaultName = "__dflt"

// parseDirect reads a module without esbuild: import and export statements are
// overwritten with blanks, so that every other character stays where its
// author put it, and goja parses the rest. Most Workers of one file can be
// read so, at a tenth of what esbuild takes.
func (e *Engine) parseDirect(m *module) (*unit, error) {
	found, ok := source.Scan(m.Source)
	if !ok || found.Dynamic || bytes.Contains(m.Source, []byte(defaultName)) {
		return nil, errNotDirect
	}
	text := bytes.Clone(m.Source)
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		copy(text, "   ")
	}
	for _, st := range found.Statements {
		if !overwrite(text, st) {
			return nil, errNotDirect
		}
	}
	program, err := parseModule(m.name, text, found)
	if err != nil {
		return nil, errNotDirect
	}
	u := &unit{program: program, file: program.File, direct: true}
	for _, st := range found.Statements {
		if err := u.take(text, st); err != nil {
			return nil, err
		}
	}
	if ambiguousAwait(text) && readsAwait(program.Body) {
		return nil, errNotDirect
	}
	if err := e.rewrite(u, nil); err != nil {
		return nil, err
	}
	// The compiler finds errors that the parser leaves.
	if u.compile(directFunction, true, false) != nil {
		return nil, errNotDirect
	}
	return u, nil
}

// overwrite replaces a statement with text of the same length that goja can
// parse.
func overwrite(text []byte, st source.Statement) bool {
	region := text[st.Start:st.End]
	word := ""
	switch st.Kind {
	case source.Import, source.ExportList, source.ExportFrom:
		blank(region)
		region[0] = ';'
		return true
	case source.ExportDeclaration, source.ExportDefaultNamed:
		blank(region)
		return true
	case source.ExportDefault:
		word = "const " + defaultName + " ="
	case source.ExportDefaultAnonymous:
		word = string(bytes.TrimSpace(bytes.TrimPrefix(region[len("export"):], []byte(" default")))) + " " + defaultName
	}
	if len(word) > len(region) || bytes.ContainsAny(region, "\n\r/") {
		return false
	}
	blank(region)
	copy(region[len(region)-len(word):], word)
	return true
}

func blank(b []byte) {
	for i := range b {
		if b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
}

// take checks that a statement that the scanner found is one of the top level
// for goja's parser too, and notes what it imports or exports.
func (u *unit) take(text []byte, st source.Statement) error {
	node := u.statementAt(text, st.Start)
	if node == nil {
		return errNotDirect
	}
	switch st.Kind {
	case source.Import:
		return u.takeImport(node, st)
	case source.ExportFrom:
		return u.takeExportFrom(node, st)
	case source.ExportList:
		for _, n := range st.Names {
			u.exports = append(u.exports, export{name: n.Local, local: n.Imported})
		}
		return isEmpty(node)
	case source.ExportDeclaration:
		return u.takeDeclaration(node)
	case source.ExportDefaultNamed:
		u.exports = append(u.exports, export{name: "default", local: st.Names[0].Imported})
		return nil
	}
	u.exports = append(u.exports, export{name: "default", local: defaultName})
	return nil
}

// statementAt returns the statement of the top level that begins at an offset
// but for blanks and the word async.
func (u *unit) statementAt(text []byte, offset int) ast.Statement {
	body := u.program.Body
	n := sort.Search(len(body), func(n int) bool { return int(body[n].Idx0())-1 >= offset })
	if n == len(body) {
		return nil
	}
	between := bytes.TrimSpace(text[offset : int(body[n].Idx0())-1])
	if len(between) > 0 && !bytes.Equal(between, []byte("async")) {
		return nil
	}
	return body[n]
}

func isEmpty(node ast.Statement) error {
	if _, ok := node.(*ast.EmptyStatement); !ok {
		return errNotDirect
	}
	return nil
}

func (u *unit) takeImport(node ast.Statement, st source.Statement) error {
	r := u.request(st)
	for _, n := range st.Names {
		u.locals = append(u.locals, local{name: n.Local, request: r, imported: n.Imported})
	}
	return isEmpty(node)
}

func (u *unit) takeExportFrom(node ast.Statement, st source.Statement) error {
	r := u.request(st)
	if len(st.Names) == 0 {
		return errNotDirect // export *
	}
	for _, n := range st.Names {
		u.exports = append(u.exports, export{name: n.Local, request: r, imported: n.Imported, reexport: true})
	}
	return isEmpty(node)
}

func (u *unit) request(st source.Statement) int {
	u.requests = append(u.requests, request{specifier: st.From, names: st.Names})
	return len(u.requests) - 1
}

// takeDeclaration notes the names that an exported declaration declares.
func (u *unit) takeDeclaration(node ast.Statement) error {
	switch node := node.(type) {
	case *ast.FunctionDeclaration:
		u.exportName(node.Function.Name)
	case *ast.ClassDeclaration:
		u.exportName(node.Class.Name)
	case *ast.LexicalDeclaration:
		return u.exportBindings(node.List)
	case *ast.VariableStatement:
		return u.exportBindings(node.List)
	default:
		return errNotDirect
	}
	return nil
}

func (u *unit) exportBindings(list []*ast.Binding) error {
	for _, b := range list {
		id, ok := b.Target.(*ast.Identifier)
		if !ok {
			return errNotDirect // a pattern
		}
		u.exportName(id)
	}
	return nil
}

func (u *unit) exportName(id *ast.Identifier) {
	name := id.Name.String()
	u.exports = append(u.exports, export{name: name, local: name})
}
