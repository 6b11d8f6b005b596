package goja

import (
	"cmp"
	"reflect"
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
	"size is NaN":                                                  "The .size property is NaN",
	"Object does not have a valid 'has' method":                    `string "has" is not a function`,
	"Object does not have a valid 'keys' method":                   `string "keys" is not a function`,
	"offset should be >= 0":                                        "offset is out of bounds",
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
	{"Value is not callable: ", (*faults).notCallable},
	{"Not a function: ", func(f *faults, _ string) string { return f.notAFunction() }},
	{"proxy target is not a function", func(f *faults, _ string) string { return f.notAFunction() }},
	{"Object has no member '", (*faults).noMember},
	{"object is not iterable", func(f *faults, _ string) string { return f.notIterable() }},
	{"Value is not a constructor", func(f *faults, _ string) string { return f.notAConstructor() }},
	{"Class constructor cannot be invoked", (*faults).classCall},
	{"Cannot read private member ", (*faults).brand},
	{"Cannot write private member ", (*faults).brand},
	{"Object is not ArrayBuffer: ", (*faults).notBuffer},
	{"'defineProperty' on proxy: trap returned falsish", func(f *faults, _ string) string {
		n, _ := f.native()
		return "'defineProperty' on proxy: trap returned falsish for property '" + f.display(n.arg(1)) + "'"
	}},
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
	{"The comparison function must be either a function or undefined", (*faults).badComparison},
	{"getter must be a function", (*faults).badAccessors},
	{"setter must be a function", (*faults).badAccessors},
	{"Value is not a number", requires("Number")},
	{"Value is not a Symbol", requires("Symbol")},
	{"requires that 'this' be a BigInt", requires("BigInt")},
	{"String.prototype.toString is called on", requires("String")},
	{"String.prototype.valueOf is called on", requires("String")},
	{"ArrayBuffer is detached", func(f *faults, _ string) string {
		return "Cannot perform " + f.operation() + " on a detached ArrayBuffer"
	}},
	{"Super constructor is not a constructor", (*faults).noSuper},
	{"Class extends value does not have valid prototype property", (*faults).badHeritage},
	{"length is not writable", func(*faults, string) string {
		return "Cannot assign to read only property 'length' of object '[object Array]'"
	}},
	{"Cannot add property ", (*faults).inextensible},
	{"[object Object] is not extensible", func(*faults, string) string { return "#<Object> is not extensible" }},
	{"Start offset of ", func(_ *faults, rest string) string { return "start offset of " + rest }},
	{"Byte length of ", func(_ *faults, rest string) string { return "byte length of " + rest }},
	{"Proxy already revoked", func(f *faults, _ string) string { return f.revoked() }},
	{"proxy has been revoked", func(f *faults, _ string) string { return f.revoked() }},
	{"encoding/hex: ", func(*faults, string) string { return "Input string must contain hex characters in even length" }},
	{"Constructor TypedArray requires 'new'", func(f *faults, _ string) string {
		if n, ok := f.native(); ok {
			return "Constructor " + n.name + " requires 'new'"
		}
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
	{"Method Date.prototype.", (*faults).notDate},
	{"Method TypedArray.prototype.", (*faults).notTyped},
	{"value is not an Object", func(f *faults, _ string) string {
		return "Set.prototype." + f.builtIn() + " argument must be an object"
	}},
	{"Object is not a Map", func(f *faults, _ string) string { return f.receiverOf("Map") }},
	{"Object is not a Set", func(f *faults, _ string) string { return f.receiverOf("Set") }},
	{"Method ", (*faults).receiver},
}

// reword is V8's message for one of goja's.
func (f *faults) reword(message string) string {
	if v8, ok := same[message]; ok {
		return v8
	}
	if text := f.onNoPromise(); text != "" {
		return text
	}
	if message == "" {
		return f.readOnly("")
	}
	if strings.HasSuffix(message, " is not a method") {
		if n, ok := f.native(); ok && n.callee.ExportType() == proxyType {
			return f.notAFunction()
		}
		return cmp.Or(f.notAMethod(""), message)
	}
	if n, ok := f.native(); ok && n.callee.ExportType() != proxyType && strings.HasSuffix(message, " is not a function") {
		return f.badArgument("")
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
		return f.nullish(0) + noIterator
	}
	if name := f.instruction(); strings.HasPrefix(name, "_getElem") && f.operand(0) != nil {
		return "Cannot read properties of " + f.nullish(1) + " (reading '" + f.display(f.operand(0)) + "')"
	}
	return "Cannot read properties of " + f.nullish(0) + " (reading '" + key + "')"
}

// noObject is about the object of an assignment, an iteration or an argument.
func (f *faults) noObject(string) string {
	source, at, ok := f.at()
	if !ok {
		return cmp.Or(f.nullReceiver(), f.nullArgument())
	}
	key, _ := wording.Assigned(source, at)
	switch name := f.instruction(); {
	case strings.HasPrefix(name, "delete"), strings.HasPrefix(name, "_delete"):
		return ""
	case strings.HasPrefix(name, "_setElem"):
		return "Cannot set properties of " + f.nullish(2) + " (setting '" + f.display(f.operand(1)) + "')"
	case strings.HasPrefix(name, "setProp"):
		return "Cannot set properties of " + f.nullish(1) + " (setting '" + cmp.Or(key, f.key()) + "')"
	case strings.HasPrefix(name, "getPropRef") && wording.IsCompound(source, at):
		return "Cannot read properties of " + f.nullish(0) + " (reading '" + f.key() + "')"
	case strings.HasPrefix(name, "getPropRef"):
		return "Cannot set properties of " + f.nullish(0) + " (setting '" + f.key() + "')"
	case strings.HasPrefix(name, "_getElemRef"):
		return "Cannot set properties of " + f.nullish(1) + " (setting '" + f.display(f.operand(0)) + "')"
	}
	return f.notIterable()
}

// key is the property that the instruction has in itself.
func (f *faults) key() string {
	code := f.program.Elem().FieldByName("code")
	pc := int(f.pc.Int())
	if pc < 0 || pc >= code.Len() || code.Index(pc).Elem().Kind() != reflect.String {
		return ""
	}
	return code.Index(pc).Elem().String()
}

func (f *faults) noMember(rest string) string {
	name, _, _ := strings.Cut(rest, "'")
	if strings.HasPrefix(name, "Symbol.") {
		return f.notIterable()
	}
	source, at, ok := f.at()
	if callee := wording.Callee(source, at); ok && callee != "" {
		return f.original(callee) + " is not a function"
	}
	return name + " is not a function"
}

func (f *faults) notAFunction() string {
	source, at, ok := f.at()
	if n, is := f.native(); is && n.callee.ExportType() == proxyType {
		source, at, ok = f.atCall()
	}
	if !ok {
		return f.badArgument("")
	}
	if callee := wording.Callee(source, at); callee != "" {
		return f.original(callee) + " is not a function"
	}
	return "(intermediate value) is not a function"
}

func (f *faults) notAConstructor() string {
	source, at, ok := f.at()
	if !ok {
		n, _ := f.native()
		return f.display(n.arg(0)) + " is not a constructor"
	}
	if what := wording.Constructed(source, at); what != "" {
		return f.original(what) + " is not a constructor"
	}
	return "(intermediate value) is not a constructor"
}

// brand is about an object that is not of a class; a class of the platform has
// its own words.
func (f *faults) brand(rest string) string {
	if !f.program.IsNil() && wording.IsPlatform(fileOf(f.program)) {
		return wording.IllegalInvocation
	}
	name, _, _ := strings.Cut(rest, " from an object")
	if source, at, ok := f.at(); ok {
		if receiver := wording.Receiver(source, name, at); receiver != "" {
			return receiver
		}
	}
	if strings.HasPrefix(f.instruction(), "setPrivate") {
		return "Cannot write private member " + name + " to an object whose class did not declare it"
	}
	return ""
}

// classCall finds the class below its arguments.
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
	if name == "" {
		return "Class constructors cannot be invoked without 'new'"
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

// length is about a length that is negative or too large.
func (f *faults) length(n string) string {
	if call, ok := f.native(); ok {
		return f.badIndex(call, n)
	}
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
