package goja

import (
	"math"
	"unicode/utf16"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

type native = func(goja.FunctionCall) goja.Value

// regexpFunctions are the functions of RegExp.prototype, and those that
// regexp.js needs. What isn't as it was made is regexp.js's.
func (e *Engine) regexpFunctions() map[string]native {
	functions := map[string]native{
		"exec":       e.regexpExec,
		"test":       e.regexpTest,
		"compile":    e.regexpCompile,
		"toString":   e.regexpToString,
		"@@match":    e.viaPlain("match", e.regexpMatch),
		"@@matchAll": e.viaPlain("matchAll", nil),
		"@@replace":  e.viaPlain("replace", e.regexpReplace),
		"@@search":   e.viaPlain("search", e.regexpSearch),
		"@@split":    e.viaPlain("split", e.regexpSplit),
		"get flags":  e.regexpFlags,
		"get source": e.regexpSource,
		"is": func(call goja.FunctionCall) goja.Value {
			obj, _ := call.Argument(0).(*goja.Object)
			return e.vm.ToValue(e.compiledOf(obj) != nil)
		},
		"make":       e.regexpMake,
		"advance":    e.regexpAdvance,
		"substitute": e.regexpSubstitute,
	}
	for _, f := range lre.Flags {
		functions["get "+f.Name] = e.flagGetter(f.Name, f.Bit)
	}
	return functions
}

func (e *Engine) typeError(message string) goja.Value { return e.newError("TypeError", message) }

func (e *Engine) str(v goja.Value) goja.String {
	if s, ok := v.(goja.String); ok {
		return s
	}
	if _, symbol := v.(*goja.Symbol); symbol {
		panic(e.typeError("Cannot convert a Symbol value to a string"))
	}
	switch v := v.ToString().(type) {
	case goja.String:
		return v
	case *goja.Symbol:
		return e.str(v)
	default:
		return e.regexps.asciiString(v.String()) // a number, say, which goja leaves as it is
	}
}

// receiver is what e.prototype.name was called on.
func (e *Engine) receiver(call goja.FunctionCall, name string) (*goja.Object, *compiled) {
	obj, _ := call.This.(*goja.Object)
	if c := e.compiledOf(obj); c != nil {
		return obj, c
	}
	panic(e.typeError("Method RegExp.prototype." + name + " called on incompatible receiver " + e.receiverText(call.This)))
}

func (e *Engine) receiverText(v goja.Value) string {
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		return "[object Array]"
	}
	if obj, ok := v.(*goja.Object); ok {
		return e.printObject(obj)
	}
	return v.String()
}

// find is RegExpBuiltinExec up to the result: where the captures are, or nil.
func (e *Engine) find(obj *goja.Object, c *compiled, s goja.String) []int {
	from := int64(0)
	stateful := c.Flags&(lre.Global|lre.Sticky) != 0
	if stateful {
		if from = obj.Get("lastIndex").ToInteger(); from < 0 {
			from = 0
		}
	}
	var where []int
	if from <= int64(s.Length()) {
		where = e.match(c.Program, e.regexps.text(s), int(from))
	}
	switch {
	case !stateful:
	case len(where) == 0:
		e.setLastIndex(obj, 0)
	default:
		e.setLastIndex(obj, where[1])
	}
	return where
}

// match looks for a match. An interrupt goes on outside, where it can't be
// caught.
func (e *Engine) match(p *lre.Program, s lre.Subject, from int) []int {
	machine, err := e.regexps.get()
	if err != nil {
		e.throw(err)
	}
	where, err := machine.Exec(p, s, from, make([]int, 0, 2*p.Captures))
	switch err {
	case nil:
		if len(where) > 0 {
			e.regexps.last = lastMatch{s, where}
		}
		return where
	case lre.ErrNoMemory:
		panic(e.newError("RangeError", "Maximum call stack size exceeded"))
	}
	return nil
}

func (e *Engine) setLastIndex(obj *goja.Object, n int) {
	if obj.Set("lastIndex", n) != nil {
		panic(e.typeError("Cannot assign to read only property 'lastIndex' of object '[object RegExp]'"))
	}
}

func (e *Engine) regexpExec(call goja.FunctionCall) goja.Value {
	obj, c := e.receiver(call, "exec")
	s := e.str(call.Argument(0))
	where := e.find(obj, c, s)
	if len(where) == 0 {
		return goja.Null()
	}
	return e.matchArray(c, s, where)
}

// matchArray is the array that exec returns.
func (e *Engine) matchArray(c *compiled, s goja.String, where []int) goja.Value {
	captures := make([]any, c.Captures)
	for i := range captures {
		captures[i] = capture(s, where, i)
	}
	result := e.vm.NewArray(captures...)
	_ = result.Set("index", where[0])
	_ = result.Set("input", s)
	_ = result.Set("groups", e.groups(c, func(i int) goja.Value { return captures[i].(goja.Value) }))
	if c.Flags&lre.HasIndices != 0 {
		pairs := make([]any, c.Captures)
		for i := range pairs {
			pairs[i] = goja.Undefined()
			if where[2*i] >= 0 {
				pairs[i] = e.vm.NewArray(where[2*i], where[2*i+1])
			}
		}
		indices := e.vm.NewArray(pairs...)
		_ = indices.Set("groups", e.groups(c, func(i int) goja.Value { return pairs[i].(goja.Value) }))
		_ = result.Set("indices", indices)
	}
	return result
}

func capture(s goja.String, where []int, i int) goja.Value {
	if where[2*i] < 0 {
		return goja.Undefined()
	}
	return s.Substring(where[2*i], where[2*i+1])
}

// groups is an object of what the named captures have. Of those with the same
// name at most one takes part.
func (e *Engine) groups(c *compiled, value func(int) goja.Value) goja.Value {
	if c.Names == nil {
		return goja.Undefined()
	}
	groups := e.vm.CreateObject(nil)
	seen := make(map[string]bool, len(c.Names))
	for i, name := range c.Names {
		if name == "" {
			continue
		}
		if v := value(i); !seen[name] || !goja.IsUndefined(v) {
			_ = groups.Set(name, v)
		}
		seen[name] = true
	}
	return groups
}

func (e *Engine) regexpTest(call goja.FunctionCall) goja.Value {
	if obj, c := e.plain(call.This); c != nil {
		return e.vm.ToValue(len(e.find(obj, c, e.str(call.Argument(0)))) > 0)
	}
	obj, ok := call.This.(*goja.Object)
	if !ok {
		panic(e.typeError("Method RegExp.prototype.test called on incompatible receiver " + e.receiverText(call.This)))
	}
	return e.inJS("test", obj, e.str(call.Argument(0)))
}

// inJS calls a function of regexp.js.
func (e *Engine) inJS(name string, args ...goja.Value) goja.Value {
	v, err := e.regexps.generic[name](goja.Undefined(), args...)
	if err != nil {
		e.throw(err)
	}
	return v
}

// viaPlain is a function that takes the short way for objects that are as
// they were made.
func (e *Engine) viaPlain(name string, short func(*goja.Object, *compiled, goja.String, goja.Value) goja.Value) native {
	return func(call goja.FunctionCall) goja.Value {
		obj, ok := call.This.(*goja.Object)
		if !ok {
			panic(e.typeError("Method RegExp.prototype.@@" + name + " called on incompatible receiver " + e.receiverText(call.This)))
		}
		s := e.str(call.Argument(0))
		if _, c := e.plain(obj); c != nil && short != nil {
			return short(obj, c, s, call.Argument(1))
		}
		return e.inJS(name, obj, s, call.Argument(1))
	}
}

// each calls yield with each match from a position on, until that returns
// false.
func (e *Engine) each(p *lre.Program, s lre.Subject, length int, yield func([]int) bool) {
	for from := 0; from <= length; {
		where := e.match(p, s, from)
		if len(where) == 0 || !yield(where) {
			return
		}
		if from = where[1]; where[1] == where[0] {
			from = advance(s, from, p.Flags&(lre.Unicode|lre.UnicodeSets) != 0)
		}
	}
}

// advance is AdvanceStringIndex.
func advance(s lre.Subject, i int, unicode bool) int {
	if unicode && s.UTF16 != nil && i+1 < len(s.UTF16) && utf16.DecodeRune(rune(s.UTF16[i]), rune(s.UTF16[i+1])) != 0xFFFD {
		return i + 2
	}
	return i + 1
}

func (e *Engine) regexpMatch(obj *goja.Object, c *compiled, s goja.String, _ goja.Value) goja.Value {
	if c.Flags&lre.Global == 0 {
		where := e.find(obj, c, s)
		if len(where) == 0 {
			return goja.Null()
		}
		return e.matchArray(c, s, where)
	}
	var found []any
	e.setLastIndex(obj, 0)
	e.each(c.Program, e.regexps.text(s), s.Length(), func(where []int) bool {
		found = append(found, s.Substring(where[0], where[1]))
		return true
	})
	if found == nil {
		return goja.Null()
	}
	return e.vm.NewArray(found...)
}

func (e *Engine) regexpSearch(_ *goja.Object, c *compiled, s goja.String, _ goja.Value) goja.Value {
	where := e.match(c.Program, e.regexps.text(s), 0)
	if len(where) == 0 {
		return e.vm.ToValue(-1)
	}
	return e.vm.ToValue(where[0])
}

func (e *Engine) regexpReplace(obj *goja.Object, c *compiled, s goja.String, value goja.Value) goja.Value {
	replacer, functional := goja.AssertFunction(value)
	var template goja.String
	if !functional {
		template = e.str(value)
	}
	matches := e.matches(obj, c, s)
	if len(matches) == 0 {
		return s
	}
	var out goja.StringBuilder
	next := 0
	for _, where := range matches {
		out.WriteSubstring(s, next, where[0])
		if functional {
			out.WriteString(e.replaced(replacer, c, s, where))
		} else {
			e.substitute(&out, c, template, s, where)
		}
		next = where[1]
	}
	out.WriteSubstring(s, next, s.Length())
	return out.String()
}

// matches are all that replace replaces.
func (e *Engine) matches(obj *goja.Object, c *compiled, s goja.String) (found [][]int) {
	if c.Flags&lre.Global == 0 {
		if where := e.find(obj, c, s); len(where) > 0 {
			return [][]int{where}
		}
		return nil
	}
	e.setLastIndex(obj, 0)
	e.each(c.Program, e.regexps.text(s), s.Length(), func(where []int) bool {
		found = append(found, where)
		return true
	})
	return found
}

func (e *Engine) replaced(replacer goja.Callable, c *compiled, s goja.String, where []int) goja.String {
	args := make([]goja.Value, c.Captures, c.Captures+3)
	for i := range args {
		args[i] = capture(s, where, i)
	}
	groups := e.groups(c, func(i int) goja.Value { return args[i] })
	args = append(args, e.vm.ToValue(where[0]), s)
	if c.Names != nil {
		args = append(args, groups)
	}
	v, err := replacer(goja.Undefined(), args...)
	if err != nil {
		e.throw(err)
	}
	return e.str(v)
}

func (e *Engine) regexpSplit(obj *goja.Object, c *compiled, s goja.String, limitValue goja.Value) goja.Value {
	constructor, _ := obj.Get("constructor").(*goja.Object)
	if constructor == nil || constructor != e.vm.Get("RegExp") {
		return e.inJS("split", obj, s, limitValue)
	}
	limit := uint32(math.MaxUint32)
	if !goja.IsUndefined(limitValue) {
		limit = uint32(machineCode.int32(limitValue))
	}
	var parts []any
	if limit == 0 {
		return e.vm.NewArray()
	}
	p := e.searching(c)
	text, length := e.regexps.text(s), s.Length()
	if length == 0 {
		if len(e.match(p, text, 0)) > 0 {
			return e.vm.NewArray()
		}
		return e.vm.NewArray(s)
	}
	from := 0
	for q := 0; q < length; {
		where := e.match(p, text, q)
		if len(where) == 0 || where[0] >= length {
			break
		}
		if where[1] == from {
			q = advance(text, q, p.Flags&(lre.Unicode|lre.UnicodeSets) != 0)
			continue
		}
		parts = append(parts, s.Substring(from, where[0]))
		for i := 1; i < p.Captures; i++ {
			parts = append(parts, capture(s, where, i))
		}
		if uint32(len(parts)) >= limit {
			return e.vm.NewArray(parts[:limit]...)
		}
		from, q = where[1], where[1]
	}
	return e.vm.NewArray(append(parts, s.Substring(from, length))...)
}

// searching is a pattern without the flag y.
func (e *Engine) searching(c *compiled) *lre.Program {
	if c.Flags&lre.Sticky == 0 {
		return c.Program
	}
	other, err := e.compileRegexp(c.text, lre.FlagsText(c.Flags&^lre.Sticky))
	if err != nil {
		e.throw(err)
	}
	return other.Program
}
