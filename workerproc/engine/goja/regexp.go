package goja

import (
	_ "embed"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

// goja matches with two engines, neither of which is ECMAScript's: they take
// \p{L} for the letter p, lack the flags d and v, and differ in details. So
// here RegExp is made anew on QuickJS's engine (lre). The objects are goja's
// own; the compiled pattern is where they have their source. What a literal
// has there is its number, until it is first used.

// regexps is the state of RegExp.
type regexps struct {
	inside
	machine     *lre.Machine // nil until a pattern is compiled
	interrupted atomic.Bool
	literals    []*compiled
	programs    map[pattern]*compiled
	clone       goja.Constructor // of sample, an object
	sample      *goja.Object
	proto       *goja.Object
	exec        *goja.Object
	last        lastMatch
	generic     map[string]goja.Callable // what regexp.js has for objects that aren't as they were made
}

// maxPrograms is how many patterns stay compiled for the next RegExp with the
// same source.
const maxPrograms = 500

type pattern struct{ source, flags string }

// text is a string of goja's.
type text = goja.String

// compiled is a pattern in the place of a RegExp's source.
type compiled struct {
	text
	*lre.Program
	flags string
}

//go:embed regexp.js
var regexpSource string

// installRegExp replaces RegExp.
func (e *Engine) installRegExp() (err error) {
	r := &e.regexps
	if r.inside, err = lookInside(); err != nil {
		return err
	}
	r.programs = map[pattern]*compiled{}
	own := e.vm.Get("RegExp").ToObject(e.vm)
	r.proto = own.Get("prototype").ToObject(e.vm)
	r.clone, _ = goja.AssertConstructor(own)
	if r.sample, err = r.clone(nil, e.vm.ToValue("")); err != nil {
		return err
	}
	natives := e.vm.NewObject()
	for name, f := range e.regexpFunctions() {
		_ = natives.Set(name, e.regexpNative(name, f))
	}
	r.exec = natives.Get("exec").ToObject(e.vm)
	install, err := e.vm.RunScript("stockade:regexp", regexpSource)
	if err != nil {
		return err
	}
	call, _ := goja.AssertFunction(install)
	statics := e.vm.NewObject()
	for name, f := range e.regexpStatics() {
		_ = statics.Set(name, f)
	}
	made, err := call(goja.Undefined(), natives, statics)
	if err != nil {
		return err
	}
	generic := made.ToObject(e.vm)
	r.generic = map[string]goja.Callable{}
	for _, name := range generic.Keys() {
		r.generic[name], _ = goja.AssertFunction(generic.Get(name))
	}
	return nil
}

// regexpNative is a function of Go's with the name and length that JavaScript sees.
func (e *Engine) regexpNative(name string, f native) *goja.Object {
	fn := e.vm.ToValue(f).ToObject(e.vm)
	title, getter := strings.CutPrefix(name, "get ")
	length := regexpLengths[title]
	if strings.HasPrefix(name, "@@") {
		title = "[Symbol." + name[2:] + "]"
	} else if getter {
		title, length = name, 0
	}
	_ = fn.DefineDataProperty("name", e.vm.ToValue(title), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	_ = fn.DefineDataProperty("length", e.vm.ToValue(length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return fn
}

// regexpLengths are the functions' lengths where they aren't 0.
var regexpLengths = map[string]int{"exec": 1, "test": 1, "compile": 2, "@@match": 1, "@@matchAll": 1, "@@replace": 2,
	"@@search": 1, "@@split": 2, "match": 1, "matchAll": 1, "search": 1}

// compileRegexp compiles a pattern. The error is a SyntaxError.
func (e *Engine) compileRegexp(source goja.String, flags string) (*compiled, error) {
	r := &e.regexps
	key := pattern{e.patternKey(source), flags}
	if c := r.programs[key]; c != nil {
		return c, nil
	}
	bits, ok := lre.ParseFlags(flags)
	if !ok {
		return nil, &engine.Error{Name: "SyntaxError", Message: "Invalid flags supplied to RegExp constructor '" + flags + "'"}
	}
	machine, err := r.get()
	if err != nil {
		return nil, err
	}
	program, err := machine.Compile(r.units(source), bits)
	if err != nil {
		return nil, &engine.Error{Name: "SyntaxError", Message: "Invalid regular expression: /" + source.String() + "/" + flags + ": " + err.Error()}
	}
	c := &compiled{text: source, Program: program, flags: lre.FlagsText(bits)}
	if len(r.programs) >= maxPrograms {
		clear(r.programs)
	}
	r.programs[key] = c
	return c, nil
}

// patternKey is a source as a key: lone surrogates stay apart.
func (e *Engine) patternKey(source goja.String) string {
	t := e.regexps.text(source)
	if t.UTF16 == nil {
		return t.ASCII
	}
	b := make([]byte, 1, 2*len(t.UTF16)+1)
	for _, u := range t.UTF16 {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

func (r *regexps) get() (*lre.Machine, error) {
	if r.machine == nil {
		machine, err := lre.NewMachine(&r.interrupted)
		if err != nil {
			return nil, err
		}
		r.machine = machine
	}
	return r.machine, nil
}

func (r *regexps) units(s goja.String) []uint16 {
	t := r.text(s)
	if t.UTF16 != nil {
		return t.UTF16
	}
	units := make([]uint16, len(t.ASCII))
	for i := range len(t.ASCII) {
		units[i] = uint16(t.ASCII[i])
	}
	return units
}

// literalMark begins what a literal has for its pattern in goja.
const literalMark = "#"

// addLiteral compiles a literal and returns what to write in its place.
func (e *Engine) addLiteral(source, flags string) (mark string, err error) {
	c, err := e.compileRegexp(e.vm.ToValue(source).(goja.String), flags)
	if err != nil {
		return "", err
	}
	e.regexps.literals = append(e.regexps.literals, c)
	return literalMark + strconv.Itoa(len(e.regexps.literals)-1), nil
}

// compiledOf returns an object's compiled pattern, nil if it is no RegExp.
func (e *Engine) compiledOf(obj *goja.Object) *compiled {
	slot := e.regexps.sourceOf(obj)
	if slot == nil {
		return nil
	}
	if c, ok := (*slot).(*compiled); ok {
		return c
	}
	n, err := strconv.Atoi(strings.TrimPrefix((*slot).String(), literalMark))
	if err != nil || n >= len(e.regexps.literals) {
		return nil
	}
	*slot = e.regexps.literals[n]
	return e.regexps.literals[n]
}

// newRegexp makes an object of a compiled pattern.
func (e *Engine) newRegexp(c *compiled, proto *goja.Object) *goja.Object {
	obj, err := e.regexps.clone(nil, e.regexps.sample)
	if err != nil {
		e.throw(err)
	}
	*e.regexps.sourceOf(obj) = c
	if proto != nil && proto != e.regexps.proto {
		_ = obj.SetPrototype(proto)
	}
	return obj
}

// plain reports whether an object is a RegExp that matches as it was made:
// neither it nor its prototype has another exec.
func (e *Engine) plain(this goja.Value) (*goja.Object, *compiled) {
	obj, ok := this.(*goja.Object)
	if !ok {
		return nil, nil
	}
	c := e.compiledOf(obj)
	if c == nil || obj.Prototype() != e.regexps.proto || obj.Get("exec") != goja.Value(e.regexps.exec) {
		return nil, nil
	}
	return obj, c
}
