package goja

import (
	"bytes"
	"reflect"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// A module that has been parsed as it stands takes what it imports as
// constants, before its first statement. That is only right where the value
// is there by then and can't change any more. Otherwise the module goes
// through esbuild, which turns each use into a look at the other's namespace.

// importsConstants decides that for a module whose requests have been linked.
func (m *module) importsConstants() bool {
	for _, l := range m.unit.locals {
		if !m.requests[l.request].exportsConstant(l.imported) {
			return false
		}
	}
	return true
}

// exportsConstant says whether a name of m is a constant for those that
// import m. While m is being linked itself it is not: that is a cycle.
func (m *module) exportsConstant(name string) bool {
	switch {
	case m.state == parsed:
		return false
	case m.Kind == 0, m.Kind == engine.CommonJS, !source.IsCode(m.Kind), name == "*":
		return true
	case !m.unit.direct:
		return false
	}
	for _, x := range m.unit.exports {
		if x.name != name {
			continue
		}
		if x.reexport {
			return m.requests[x.request].exportsConstant(x.imported)
		}
		return m.unit.isConstant(x.local)
	}
	return true // there is no such name, which is reported as that
}

// isConstant says whether a name of the top level is never assigned to.
func (u *unit) isConstant(name string) bool {
	if u.constants == nil && u.program == nil {
		return false // it has run, and the tree is gone
	}
	if u.constants == nil {
		u.constants = map[string]bool{defaultName: true}
		for _, node := range u.program.Body {
			u.noteConstants(node)
		}
	}
	return u.constants[name]
}

func (u *unit) noteConstants(node ast.Statement) {
	switch node := node.(type) {
	case *ast.LexicalDeclaration:
		for _, b := range node.List {
			if id, ok := b.Target.(*ast.Identifier); ok && node.Token == token.CONST {
				u.constants[id.Name.String()] = true
			}
		}
	case *ast.FunctionDeclaration:
		u.noteUnlessAssigned(node.Function.Name)
	case *ast.ClassDeclaration:
		u.noteUnlessAssigned(node.Class.Name)
	}
}

func (u *unit) noteUnlessAssigned(id *ast.Identifier) {
	if u.assigned == nil && len(u.file.Source()) <= maxWalk {
		u.assigned = map[string]bool{}
		findAssigned(reflect.ValueOf(u.program.Body), u.assigned)
	}
	name := id.Name.String()
	u.constants[name] = u.assigned != nil && !u.assigned[name]
}

// fixedFunctions are the functions of the top level that nothing assigns to, where that is known already. Such a
// function is there when the module begins, and stays.
func (u *unit) fixedFunctions() map[string]bool {
	if u.assigned == nil {
		return nil
	}
	fixed := make(map[string]bool, len(u.exports))
	for _, node := range u.program.Body {
		if f, ok := node.(*ast.FunctionDeclaration); ok {
			name := f.Function.Name.Name.String()
			fixed[name] = !u.assigned[name]
		}
	}
	for _, declaration := range u.program.DeclarationList {
		for _, b := range declaration.List {
			u.noteVar(b, fixed)
		}
	}
	return fixed
}

// noteVar takes out what is a var, too. A pattern says too much for that to be found out.
func (u *unit) noteVar(b *ast.Binding, fixed map[string]bool) {
	if id, ok := b.Target.(*ast.Identifier); ok {
		delete(fixed, id.Name.String())
		return
	}
	clear(fixed)
}

// findAssigned notes every name that stands where something is assigned. It
// knows nothing of scopes, and so notes too many rather than too few.
func findAssigned(v reflect.Value, names map[string]bool) {
	walk(v, func(node any) bool {
		switch node := node.(type) {
		case *ast.AssignExpression:
			noteNames(reflect.ValueOf(node.Left), names)
		case *ast.UnaryExpression:
			if node.Operator == token.INCREMENT || node.Operator == token.DECREMENT {
				noteNames(reflect.ValueOf(node.Operand), names)
			}
		case *ast.ForIntoExpression:
			noteNames(reflect.ValueOf(node.Expression), names)
		}
		return true
	})
}

func noteNames(v reflect.Value, names map[string]bool) {
	walk(v, func(node any) bool {
		switch node := node.(type) {
		case *ast.Identifier:
			names[node.Name.String()] = true
		case *ast.PropertyShort:
			names[node.Name.Name.String()] = true
		}
		return true
	})
}

// ambiguousAwait reports whether there is an await that goja may take for a
// name: outside of async functions that in await (x) is one of a function.
func ambiguousAwait(text []byte) bool {
	for {
		before, rest, found := bytes.Cut(text, []byte("await"))
		if !found {
			return false
		}
		text = bytes.TrimLeft(rest, " \t\r\n")
		if len(text) > 0 && strings.IndexByte("([`+/-", text[0]) >= 0 && (len(before) == 0 || !isNamePart(before[len(before)-1])) {
			return true
		}
	}
}

func isNamePart(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// maxWalk is how long a module may be for its assignments to be looked for.
const maxWalk = 64 << 10

// readsAwait reports whether await is used as a name.
func readsAwait(body []ast.Statement) (found bool) {
	walk(reflect.ValueOf(body), func(node any) bool {
		id, ok := node.(*ast.Identifier)
		found = found || ok && id.Name.String() == "await"
		return !found
	})
	return found
}

// walk visits the nodes of a syntax tree for as long as visit returns true.
func walk(v reflect.Value, visit func(node any) bool) bool {
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || walk(v.Elem(), visit)
	case reflect.Pointer:
		return v.IsNil() || visit(v.Interface()) && walk(v.Elem(), visit)
	case reflect.Slice:
		for i := range v.Len() {
			if !walk(v.Index(i), visit) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !walk(v.Field(i), visit) {
				return false
			}
		}
	}
	return true
}
