package goja

import (
	"fmt"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// same are messages that V8 words otherwise and that need no more.
var same = map[string]string{
	"No initial value": "Reduce of empty array with no initial value",
	"Malformed URI":    "URI malformed",
	"Must call super constructor in derived class before accessing 'this'":                   superFirst,
	"Must call super constructor in derived class before returning from derived constructor": superFirst,
	"exponent must be positive":                                    "Exponent must be positive",
	"Illegal generator state":                                      "Generator is already running",
	"Promise self-resolution":                                      "Chaining cycle detected for promise #<Promise>",
	"Source is too large":                                          "offset is out of bounds",
	"toFixed() precision must be between 0 and 100":                "toFixed() digits argument must be between 0 and 100",
	"toPrecision() precision must be between 1 and 100":            "toPrecision() argument must be between 1 and 100",
	"toExponential() precision must be between 0 and 100":          "toExponential() argument must be between 0 and 100",
	"The normalization form should be one of NFC, NFD, NFKC, NFKD": "The normalization form should be one of NFC, NFD, NFKC, NFKD.",
	"Constructor Promise requires 'new'":                           "Promise constructor cannot be invoked without 'new'",
	"prototype is not an object":                                   "Function has non-object prototype 'undefined' in instanceof check",
	"invalid base64 character":                                     "Found a character that cannot be part of a valid base64 string.",
	"Invalid property descriptor. Cannot both specify accessors and a value or writable attribute": "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute, #<Object>",
}

const superFirst = "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"

// prefixes lead from the beginning of a message to what words it as V8 does;
// rest is what follows. "" leaves the message as it is.
var prefixes = []struct {
	prefix string
	reword func(f *faults, rest string) string
}{
	{"Cannot read property '", (*faults).read},
	{"Cannot convert undefined or null to object", (*faults).noObject},
	{"Value is not object coercible", (*faults).notCoercible},
	{"Value is not an object: ", (*faults).notAnObject},
	{"Value is not callable: ", func(f *faults, _ string) string { return f.notAFunction() }},
	{"Not a function: ", func(f *faults, _ string) string { return f.notAFunction() }},
	{"proxy target is not a function", func(f *faults, _ string) string { return f.notAFunction() }},
	{"Object has no member '", (*faults).noMember},
	{"object is not iterable", func(f *faults, _ string) string { return f.notIterable() }},
	{"Value is not a constructor", func(f *faults, _ string) string { return f.notAConstructor() }},
	{"Class constructor cannot be invoked", (*faults).classCall},
	{"Cannot read private member ", (*faults).brand},
	{"Cannot write private member ", (*faults).brand},
	{"Class extends value is not a constructor", func(f *faults, _ string) string {
		return "Class extends value " + f.display(f.operand(0)) + " is not a constructor or null"
	}},
	{"Cannot access a variable before initialization", (*faults).uninitialized},
	{"Cannot assign to read only property '", (*faults).readOnly},
	{"Cannot delete property '", (*faults).undeletable},
	{"Receiver is not an object: ", (*faults).primitiveReceiver},
	{"Expecting a function in instanceof check", func(*faults, string) string { return "Right-hand side of 'instanceof' is not callable" }},
	{"Could not convert ", func(*faults, string) string { return "Cannot convert object to primitive value" }},
	{"Invalid count value", func(f *faults, _ string) string { return "Invalid count value: " + f.display(f.operand(0)) }},
	{"[object Object] is not extensible", func(*faults, string) string { return "#<Object> is not extensible" }},
	{"Start offset of ", func(_ *faults, rest string) string { return "start offset of " + rest }},
	{"Byte length of ", func(_ *faults, rest string) string { return "byte length of " + rest }},
	{"Proxy already revoked", func(f *faults, _ string) string { return f.revoked() }},
	{"proxy has been revoked", func(f *faults, _ string) string { return f.revoked() }},
	{"encoding/hex: ", func(*faults, string) string { return "Input string must contain hex characters in even length" }},
	{"Constructor TypedArray requires 'new'", func(f *faults, _ string) string {
		source, at, _ := f.at()
		return "Constructor " + wording.Callee(source, at) + " requires 'new'"
	}},
	{"Invalid index ", (*faults).length},
	{"Index ", func(_ *faults, rest string) string {
		if !strings.HasSuffix(rest, " is out of bounds") {
			return ""
		}
		return "Offset is outside the bounds of the DataView"
	}},
	{"Method Date.prototype.", func(*faults, string) string { return "this is not a Date object." }},
	{"Method TypedArray.prototype.", func(*faults, string) string { return "this is not a typed array." }},
	{"Method ", (*faults).receiver},
}

// reword is V8's message for one of goja's.
func (f *faults) reword(message string) string {
	if v8, ok := same[message]; ok {
		return v8
	}
	if message == "" {
		return f.readOnly("")
	}
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(message, p.prefix); ok {
			if v8 := p.reword(f, rest); v8 != "" {
				return v8
			}
			return message
		}
	}
	return message
}

// nullish is undefined or null, whichever is nearest the top of the stack.
func (f *faults) nullish(from int) string {
	for n := from; n < from+3; n++ {
		switch v := f.operand(n); {
		case v == nil:
		case goja.IsUndefined(v):
			return "undefined"
		case goja.IsNull(v):
			return "null"
		}
	}
	return "undefined"
}

func (f *faults) read(rest string) string {
	key, _, _ := strings.Cut(rest, "' of ")
	if key == "Symbol.iterator" {
		return f.nullish(0) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	}
	return "Cannot read properties of " + f.nullish(0) + " (reading '" + key + "')"
}

// noObject is about the object of an assignment, an iteration or an argument.
func (f *faults) noObject(string) string {
	source, at, ok := f.at()
	if !ok {
		if name := f.builtIn(); arrayMethods[name] {
			return "Array.prototype." + name + " called on null or undefined"
		}
		return ""
	}
	key, assigned := wording.Assigned(source, at)
	switch {
	case assigned && source[at] == '[' && key == "":
		return "Cannot set properties of " + f.nullish(2) + " (setting '" + f.display(f.operand(1)) + "')"
	case assigned:
		return "Cannot set properties of " + f.nullish(1) + " (setting '" + key + "')"
	}
	if wording.IsDeleted(source, at) {
		return ""
	}
	return f.notIterable()
}

var arrayMethods = words(`at concat copyWithin every fill filter find findIndex findLast findLastIndex flat flatMap forEach
	includes indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toReversed toSorted
	toSpliced unshift with`)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

func (f *faults) notCoercible(string) string {
	source, at, ok := f.at()
	if !ok {
		switch name := f.builtIn(); name {
		case "fromEntries":
		case "call", "apply":
			return "Cannot convert undefined or null to object"
		default:
			return "String.prototype." + name + " called on null or undefined"
		}
		return f.nullish(0) + " is not iterable"
	}
	nullish := f.nullish(0)
	property, value := wording.Pattern(source, at)
	if value == "" {
		value = nullish
	}
	if property == "" {
		return "Cannot destructure '" + value + "' as it is " + nullish + "."
	}
	return "Cannot destructure property '" + property + "' of '" + value + "' as it is " + nullish + "."
}

// notAnObject is what goja says of a call, of an argument, of in and of
// instanceof alike.
func (f *faults) notAnObject(value string) string {
	source, at, ok := f.at()
	if !ok {
		return f.badArgument()
	}
	switch word := wording.Name(source, at); {
	case word == "new":
		return f.badConstruction(wording.Constructed(source, at), value)
	case source[at] == '(' || source[at] == '`':
		return f.notAFunction()
	case word == "in" || strings.Contains(line(source, at), " in "):
		return "Cannot use 'in' operator to search for '" + f.searched() + "' in " + value
	case strings.Contains(line(source, at), "instanceof"):
		return "Right-hand side of 'instanceof' is not an object"
	case strings.Contains(line(source, at), " of ") || strings.Contains(line(source, at), "..."):
		if f.operand(0) == nil || f.operand(0).ExportType() == nil {
			return "Iterator result " + value + " is not an object"
		}
		return "Result of the Symbol.iterator method is not an object"
	}
	return f.notAFunction()
}

// badConstruction is about new: a built-in class runs without a frame of its own.
func (f *faults) badConstruction(class, value string) string {
	switch class {
	case "Promise":
		return "Promise resolver " + value + " is not a function"
	case "Map", "WeakMap":
		return "Iterator value " + value + " is not an entry object"
	}
	return f.notAConstructor()
}

// searched is what is looked for by in, which stands below its object.
func (f *faults) searched() string {
	if v := f.operand(1); v != nil {
		return f.display(v)
	}
	return f.display(f.operand(0))
}

// line is the text from an offset's line on up to the offset, and a little more.
func line(source string, at int) string {
	from := strings.LastIndexByte(source[:min(at, len(source))], '\n') + 1
	return source[max(from, at-200):min(len(source), at+40)]
}

// badArgument is about what a built-in function was given.
func (f *faults) badArgument() string {
	v, name := f.operand(0), f.builtIn()
	if applied, ok := f.operand(2).(*goja.Object); name == "apply" && ok { // Reflect.apply of a built-in function
		if n, _, _ := f.own(applied, "name"); n != nil {
			name = n.String()
		}
	}
	switch name {
	case "apply":
		return "CreateListFromArrayLike called on non-object"
	case "Promise":
		return "Promise resolver " + f.display(v) + " is not a function"
	case "set":
		return "Invalid value used as weak map key"
	case "add":
		return "Invalid value used in weak set"
	case "fromEntries":
		return "Iterator value " + f.display(f.first(v)) + " is not an entry object"
	case "ownKeys":
		return "Reflect.ownKeys called on non-object"
	case "defineProperty":
		return ""
	}
	return f.typed(v) + " is not a function"
}

// first is the first element of an array, else the value.
func (f *faults) first(v goja.Value) goja.Value {
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		element, _, _ := f.own(o, "0")
		return element
	}
	return v
}

func (f *faults) noMember(rest string) string {
	name, _, _ := strings.Cut(rest, "'")
	if strings.HasPrefix(name, "Symbol.") {
		return f.notIterable()
	}
	source, at, ok := f.at()
	if callee := wording.Callee(source, at); ok && callee != "" {
		return callee + " is not a function"
	}
	return name + " is not a function"
}

func (f *faults) notAFunction() string {
	source, at, ok := f.at()
	if !ok {
		if f.builtIn() == "bind" {
			return "Bind must be called on a function"
		}
		return f.typed(f.operand(0)) + " is not a function"
	}
	if callee := wording.Callee(source, at); callee != "" {
		return callee + " is not a function"
	}
	return "(intermediate value) is not a function"
}

func (f *faults) notAConstructor() string {
	source, at, ok := f.at()
	if !ok {
		return f.display(f.operand(0)) + " is not a constructor"
	}
	if what := wording.Constructed(source, at); what != "" {
		return what + " is not a constructor"
	}
	return "(intermediate value) is not a constructor"
}

func (f *faults) notIterable() string {
	source, at, ok := f.at()
	if !ok {
		return f.typed(f.operand(0)) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	}
	what := wording.Chain(source, at)
	switch {
	case wording.Name(source, at) == "new":
		return f.typed(f.operand(0)) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case what == "" || what == "(intermediate value)" || strings.Contains(what, "__knownSymbol"): // esbuild's
		return f.nullishOr("object") + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case wording.IsCall(source, at):
		return strings.TrimSuffix(what, "(...)") + " is not a function or its return value is not iterable"
	}
	return what + " is not iterable"
}

func (f *faults) nullishOr(other string) string {
	if v := f.operand(0); v != nil && (goja.IsUndefined(v) || goja.IsNull(v)) {
		return v.String()
	}
	return other
}

// classCall finds the class below its arguments.
// brand is about an object that is not of a class; a class of the platform has
// its own words.
func (f *faults) brand(string) string {
	if !f.program.IsNil() && wording.IsPlatform(fileOf(f.program)) {
		return wording.IllegalInvocation
	}
	return ""
}

func (f *faults) classCall(string) string {
	name, platform := "", false
	for n := range 10 {
		if class, ok := f.operand(n).(*goja.Object); ok && class.ClassName() == "Function" {
			platform = wording.IsPlatform(madeIn(class))
			if v, _, _ := f.own(class, "name"); v != nil && goja.IsString(v) {
				name = v.String()
			}
			break
		}
	}
	if platform {
		return wording.NeedsNew(name)
	}
	return "Class constructor " + name + " cannot be invoked without 'new'"
}

func (f *faults) uninitialized(string) string {
	source, at, _ := f.at()
	name := wording.Name(source, at)
	if name == "new" {
		name = wording.Constructed(source, at)
	}
	if name == "" {
		return ""
	}
	return "Cannot access '" + name + "' before initialization"
}

// readOnly is about an assignment: the value is on the top of the stack, and
// the object below it, or below the key.
func (f *faults) readOnly(rest string) string {
	key, _, _ := strings.Cut(rest, "'")
	for n := 1; n <= 2; n++ {
		switch v := f.operand(n).(type) {
		case *goja.Object:
			if rest == "" && n == 2 {
				key = f.display(f.operand(1))
			}
			if _, getter := f.inherited(v, key); getter {
				return "Cannot set property " + key + " of " + f.display(v) + " which has only a getter"
			}
			return "Cannot assign to read only property '" + key + "' of object '" + f.display(v) + "'"
		case goja.String:
			if n == 1 || key == f.display(f.operand(1)) {
				return "Cannot assign to read only property '" + key + "' of string '" + v.String() + "'"
			}
		}
	}
	return "Cannot assign to read only property '" + key + "' of object '#<Object>'"
}

// length is about a length that is negative or too large.
func (f *faults) length(n string) string {
	source, at, ok := f.at()
	switch what := wording.Constructed(source, at); {
	case !ok || what == "":
		return ""
	case what == "ArrayBuffer":
		return "Invalid array buffer length"
	case what == "DataView":
		return "Start offset " + n + " is outside the bounds of the buffer"
	}
	return "Invalid typed array length: " + n
}

func (f *faults) undeletable(rest string) string {
	key, object, _ := strings.Cut(rest, "' of ")
	switch {
	case object == "[object Object]":
		object = "#<Object>"
	case !strings.HasPrefix(object, "["):
		object = "[object Array]"
	}
	return "Cannot delete property '" + key + "' of " + object
}

func (f *faults) primitiveReceiver(value string) string {
	source, at, ok := f.at()
	if !ok {
		return ""
	}
	key, _ := wording.Assigned(source, at)
	kind := "number"
	for n := range 3 {
		if _, is := f.operand(n).(goja.String); is && f.operand(n).String() == value {
			kind = "string"
		}
	}
	return "Cannot create property '" + key + "' on " + kind + " '" + value + "'"
}

func (f *faults) revoked() string {
	source, at, ok := f.at()
	trap := "get"
	if ok {
		if _, assigned := wording.Assigned(source, at); assigned {
			trap = "set"
		} else if source[at] == '(' {
			trap = "apply"
		}
	}
	return "Cannot perform '" + trap + "' on a proxy that has been revoked"
}

// receiver is V8's form of what a method was called on.
func (f *faults) receiver(rest string) string {
	method, object, _ := strings.Cut(rest, " called on incompatible receiver")
	if object == "" {
		object = " #<Object>"
	}
	return "Method " + strings.TrimSuffix(method, " is") + " called on incompatible receiver" + strings.ReplaceAll(object, "[object Object]", "#<Object>")
}

// display is a value as V8's messages show it.
func (f *faults) display(v goja.Value) string {
	switch o := v.(type) {
	case nil:
		return "undefined"
	case *goja.Object:
		if o.ExportType() == proxyType {
			return "#<Object>"
		}
		switch o.ClassName() {
		case "Array":
			return "[object Array]"
		case "Function":
			return "function"
		}
		if c, ok := f.constructorOf(o); ok {
			if name, _, _ := f.own(c, "name"); name != nil && goja.IsString(name) {
				return "#<" + name.String() + ">"
			}
		}
		return "#<Object>"
	}
	if s, ok := v.(*goja.Symbol); ok {
		return fmt.Sprint(s)
	}
	return v.String()
}

func (f *faults) constructorOf(o *goja.Object) (*goja.Object, bool) {
	v, _ := f.inherited(o, "constructor")
	c, ok := v.(*goja.Object)
	return c, ok
}

// typed is display with the type before strings and numbers.
func (f *faults) typed(v goja.Value) string {
	switch {
	case v == nil || goja.IsUndefined(v) || goja.IsNull(v):
		return f.display(v)
	case goja.IsString(v):
		return `string "` + v.String() + `"`
	case goja.IsNumber(v):
		return "number " + v.String()
	}
	return f.display(v)
}
