package goja

import (
	"bytes"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

var (
	proxyType   = reflect.TypeFor[goja.Proxy]()
	promiseType = reflect.TypeFor[*goja.Promise]()
)

// Describe implements engine.Values. It runs code of the Worker only where
// that has given an error a getter for its name or message.
func (e *Engine) Describe(thrown any) engine.Description {
	obj, ok := asValue(thrown).(*goja.Object)
	if !ok {
		return engine.Description{Message: e.printPrimitive(thrown)}
	}
	if obj.ExportType() == proxyType {
		return engine.Description{Message: "#<Object>"}
	}
	if obj.ClassName() != "Error" && e.text(obj, "stack") == "" {
		return engine.Description{Message: e.printObject(obj)}
	}
	e.attachMaps()
	d := engine.Description{Name: e.text(obj, "name"), Message: e.text(obj, "message"), Stack: e.text(obj, "stack")}
	if d.Name == "" {
		d.Name = "Error"
	}
	d.Stack = e.printStack(d.Stack)
	if cause := e.property(obj, "cause"); cause != nil && !goja.IsUndefined(cause) {
		d.Cause = cause
	}
	if list, ok := e.property(obj, "errors").(*goja.Object); ok && list.ClassName() == "Array" && d.Name == "AggregateError" {
		for n := range engine.MaxErrors {
			if v := e.property(list, strconv.Itoa(n)); v != nil && !goja.IsUndefined(v) {
				d.Errors = append(d.Errors, v)
			}
		}
	}
	return d
}

func (e *Engine) printPrimitive(thrown any) string {
	v, ok := thrown.(goja.Value)
	if !ok {
		v = e.fromGo(thrown)
	}
	return v.String()
}

// printObject says what V8 says of an object that isn't an Error.
func (e *Engine) printObject(obj *goja.Object) string {
	name := "Object"
	if constructor, ok := e.property(obj, "constructor").(*goja.Object); ok {
		if n := e.text(constructor, "name"); n != "" {
			name = n
		}
	}
	return "#<" + name + ">"
}

// text reads a string property, and returns "" for anything else.
func (e *Engine) text(obj *goja.Object, name string) string {
	v := e.property(obj, name)
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return ""
	}
	if _, ok := v.(*goja.Object); ok {
		return ""
	}
	if _, ok := v.(*goja.Symbol); ok {
		return ""
	}
	return v.String()
}

// property reads a property along the prototype chain, without a proxy's
// traps. A getter that throws counts as absent.
func (e *Engine) property(obj *goja.Object, name string) (v goja.Value) {
	for o := obj; o != nil; o = o.Prototype() {
		if o.ExportType() == proxyType {
			return nil
		}
		d, err := e.intrinsics.descriptor(goja.Undefined(), o, e.vm.ToValue(name))
		if err != nil {
			return nil
		}
		if _, found := d.(*goja.Object); found {
			_ = e.vm.Try(func() { v = obj.Get(name) })
			return v
		}
	}
	return nil
}

var (
	framePattern  = regexp.MustCompile(`^\tat (?:(.*) \()?(.*):(\d+):(\d+)\(\d+\)\)?$`)
	nativePattern = regexp.MustCompile(`^\tat (?:(.*) \(native\)|native)$`)
)

// printStack turns goja's form of a stack into V8's, and leaves out the
// frames of the runtime itself.
func (e *Engine) printStack(stack string) string {
	lines := strings.Split(strings.TrimSuffix(stack, "\n"), "\n")
	start := len(lines)
	for start > 0 && strings.HasPrefix(lines[start-1], "\tat ") {
		start--
	}
	if start == len(lines) {
		return strings.Join(lines, "\n")
	}
	out := lines[:start]
	calls := false // a frame below another is at a call
	for n, line := range lines[start:] {
		fromRuntime := start+n+1 < len(lines) && isRuntime(lines[start+n+1])
		if fromRuntime && nativePattern.MatchString(line) {
			continue // such as Reflect.apply, called by the runtime
		}
		if frame := e.printFrame(line, calls); frame != "" {
			out, calls = append(out, frame), true
		}
	}
	return strings.Join(out, "\n")
}

// errorClass are the constructors whose own frames V8 leaves out.
var errorClass = words("Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError")

func isRuntime(line string) bool {
	m := framePattern.FindStringSubmatch(line)
	return m != nil && strings.HasPrefix(m[2], "stockade:")
}

func (e *Engine) printFrame(line string, call bool) string {
	if m := nativePattern.FindStringSubmatch(line); m != nil {
		if m[1] == "" || m[1] == "require" || errorClass[m[1]] || strings.HasPrefix(m[1], "stockade:") {
			return ""
		}
		return "    at " + m[1] + " (<anonymous>)"
	}
	m := framePattern.FindStringSubmatch(line)
	if m == nil || strings.HasPrefix(m[2], "stockade:") {
		return ""
	}
	function, col := m[1], m[4]
	if in := e.modules.modules[m[2]]; in == nil || in.mapped { // a file that is no module comes out of a bundle's map
		if in != nil {
			function = strings.TrimSuffix(function, generatedName(in.name))
		}
		if n, err := strconv.Atoi(col); err == nil {
			col = strconv.Itoa(n + 1) // goja counts mapped columns from 0
		}
	}
	if in := e.modules.modules[m[2]]; in != nil {
		col = calleeColumn(in.Source, m[3], col, call && in.mapped)
	}
	position := m[2] + ":" + m[3] + ":" + col
	switch function {
	case "":
		return "    at " + position
	case defaultName:
		function = "default"
	}
	return "    at " + function + " (" + position + ")"
}

// calleeColumn returns the column that V8 gives a call, of the last name of what
// is called, where goja gives that of the parenthesis, or in mapped code of what
// follows it.
func calleeColumn(source []byte, line, col string, after bool) string {
	l, err := strconv.Atoi(line)
	c, also := strconv.Atoi(col)
	if err != nil || also != nil {
		return col
	}
	for ; l > 1; l-- {
		_, rest, ok := bytes.Cut(source, []byte("\n"))
		if !ok {
			return col
		}
		source = rest
	}
	text, _, _ := bytes.Cut(source, []byte("\n"))
	open := c - 1
	if after && open > 0 && open <= len(text) && text[open-1] == '(' && !bytes.HasPrefix(text[open:], []byte("new ")) {
		open--
	}
	if open < 0 || open >= len(text) || text[open] != '(' {
		return col
	}
	start := open
	for start > 0 && wording.IsNameByte(text[start-1]) {
		start--
	}
	if start == open {
		return col
	}
	return strconv.Itoa(start + 1)
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_$]+`)

// generatedName is what esbuild calls a default export without a name.
func generatedName(file string) string {
	base, _, _ := strings.Cut(path.Base(file), ".")
	return notInNames.ReplaceAllString(base, "_") + "_default"
}
