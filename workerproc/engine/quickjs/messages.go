package quickjs

import (
	"strconv"
	"strings"
	"unsafe"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

// fault is an error that QuickJS throws, while it is made: what it says, and
// where that is in the text of a module. In a built-in function there is no
// text, but its name.
type fault struct {
	name, message string
	source        string
	at            int
	builtIn       string
	args          []string // of the built-in function, as messages show them
}

// rewordError has an error that QuickJS throws itself say what V8 says. Those
// that code makes with new are left as they are.
func (e *Engine) rewordError(obj lib.TJSValue, raw string) {
	if raw == "" || e.inErrorConstructor() {
		return
	}
	f := &fault{name: e.getText(obj, "name"), message: e.ownText(obj, "message"), at: -1}
	if f.message == "" {
		return
	}
	e.locate(f, raw)
	v8 := f.reword()
	if v8 == f.message || v8 == "" {
		return
	}
	text := e.newString(v8)
	defer e.free(text)
	lib.XJS_DefineProperty(e.tls, e.ctx, obj, lib.EJS_ATOM_message, text, undefined, undefined,
		lib.MJS_PROP_NO_EXOTIC|lib.MJS_PROP_HAS_VALUE|lib.MJS_PROP_HAS_WRITABLE|lib.MJS_PROP_WRITABLE|lib.MJS_PROP_HAS_CONFIGURABLE|lib.MJS_PROP_CONFIGURABLE)
}

// inErrorConstructor says that the function that runs is Error or one of its
// kin, called by code.
func (e *Engine) inErrorConstructor() bool {
	frame := at[lib.TJSRuntime](e.rt).Fcurrent_stack_frame
	if frame == 0 {
		return false
	}
	fn := at[lib.TJSStackFrame](frame).Fcur_func
	return class(fn) == lib.EJS_CLASS_C_FUNCTION && cFunctionOf(fn).function == e.intrinsics.errorFunction
}

// locate finds the text of the innermost frame.
func (e *Engine) locate(f *fault, raw string) {
	first, _, _ := strings.Cut(raw, "\n")
	m := framePattern.FindStringSubmatch(first)
	if m == nil {
		return
	}
	if m[2] == "" {
		f.builtIn, f.args = m[1], e.builtInArguments()
		return
	}
	in := e.modules.modules[m[2]]
	if in == nil {
		return
	}
	l, _ := strconv.Atoi(m[3])
	c, _ := strconv.Atoi(m[4])
	if l == 1 {
		c -= in.mapping.prefix
	}
	if line := in.mapping.line(l); line != nil && c >= 1 && c <= len(line) {
		f.source, f.at = unsafe.String(unsafe.SliceData(in.mapping.text), len(in.mapping.text)), in.mapping.lines[l-1]+c-1
	}
}

// builtInArguments are the arguments of the built-in function that runs.
func (e *Engine) builtInArguments() []string {
	frame := at[lib.TJSRuntime](e.rt).Fcurrent_stack_frame
	if frame == 0 || class(at[lib.TJSStackFrame](frame).Fcur_func) != lib.EJS_CLASS_C_FUNCTION {
		return nil
	}
	var args []string
	for i := range min(int(at[lib.TJSStackFrame](frame).Farg_count), 4) {
		args = append(args, e.display(*valueAt(at[lib.TJSStackFrame](frame).Farg_buf, i)))
	}
	return args
}

// display is a value as V8's messages show it.
func (e *Engine) display(v lib.TJSValue) string {
	if isObject(v) {
		if class(v) == lib.EJS_CLASS_PROXY {
			return "#<Object>"
		}
		return e.printObject(v)
	}
	return e.printPrimitive(v)
}

func (f *fault) arg(i int) string {
	if i >= 0 && i < len(f.args) {
		return f.args[i]
	}
	return "undefined"
}

var same = map[string]string{
	"empty array":                                     "Reduce of empty array with no initial value",
	"must be called with new":                         "",
	"'this' can be initialized only once":             "Super constructor may only be called once",
	"this is not initialized":                         "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
	"cannot have setter/getter and value or writable": "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute, #<Object>",
	"circular prototype chain":                        "Cyclic __proto__ value",
	"invalid value used as WeakMap key":               "Invalid value used as weak map key",
	"invalid value used as WeakSet key":               "Invalid value used in weak set",
	"invalid target":                                  "WeakRef: invalid target",
	"cannot convert symbol to string":                 "Cannot convert a Symbol value to a string",
	"cannot convert symbol to number":                 "Cannot convert a Symbol value to a number",
	"bigint argument with unary +":                    "Cannot convert a BigInt value to a number",
	"BigInt division by zero":                         "Division by zero",
	"BigInt negative exponent":                        "Exponent must be positive",
	"bigint operands are forbidden for >>>":           "BigInts have no unsigned right shift, use >> instead",
	"toPrimitive":                                     "Cannot convert object to primitive value",
	"invalid array length":                            "Invalid array length",
	"invalid string length":                           "Invalid string length",
	"radix must be between 2 and 36":                  "toString() radix argument must be between 2 and 36",
	"Date value is NaN":                               "Invalid time value",
	"bad normalization form":                          "The normalization form should be one of NFC, NFD, NFKC, NFKD.",
	"expecting hex digit":                             "URI malformed",
	"expecting surrogate pair":                        "URI malformed",
	"malformed UTF-8":                                 "URI malformed",
	"cannot invoke a running generator":               "Generator is already running",
	"promise self resolution":                         "Chaining cycle detected for promise #<Promise>",
	"regexp not supported":                            "First argument to String.prototype.startsWith must not be a regular expression",
	"not a Date object":                               "this is not a Date object.",
	"not a TypedArray":                                "this is not a typed array.",
	"revoked proxy":                                   "Cannot perform 'get' on a proxy that has been revoked",
	"out of bound":                                    "Offset is outside the bounds of the DataView",
	"invalid hex string":                              "Input string must contain hex characters in even length",
	"invalid base64 string":                           "Found a character that cannot be part of a valid base64 string.",
	"invalid 'instanceof' right operand":              "Right-hand side of 'instanceof' is not callable",
	"operand 'prototype' property is not an object":   "Function has non-object prototype 'undefined' in instanceof check",
	"ArrayBuffer is detached":                         "Cannot perform the operation on a detached ArrayBuffer",
	"invalid setter":                                  "Setter must be a function",
	"null or undefined are forbidden":                 "String.prototype method called on null or undefined",
	"could not delete property":                       "",
}

func (f *fault) reword() string {
	message := f.message
	if f.name == "SyntaxError" {
		if v8, ok := lre.Wording(message); ok && f.builtIn == "RegExp" || ok && wording.Constructed(f.source, f.at) == "RegExp" {
			flags := ""
			if len(f.args) > 1 && f.args[1] != "undefined" {
				flags = f.args[1]
			}
			return "Invalid regular expression: /" + f.arg(0) + "/" + flags + ": " + v8
		}
	}
	if v8 := f.member(); v8 != "" {
		return v8
	}
	if v8 := f.named(); v8 != "" {
		return v8
	}
	if v8, ok := same[message]; ok {
		if v8 == "" {
			return f.byPlace()
		}
		return v8
	}
	return f.byPlace()
}

// member is about a property of undefined or null.
func (f *fault) member() string {
	for _, verb := range []string{"read", "set"} {
		rest, ok := strings.CutPrefix(f.message, "cannot "+verb+" property")
		if !ok {
			continue
		}
		i := strings.LastIndex(rest, " of ")
		if i < 0 {
			return ""
		}
		nullish, key := rest[i+len(" of "):], strings.Trim(rest[:i], " '")
		if key == "Symbol.iterator" {
			return f.notIterable(nullish)
		}
		if key == "" {
			key = wording.Member(f.source, f.at)
		}
		if key == "" {
			return "Cannot " + verb + " properties of " + nullish
		}
		return "Cannot " + verb + " properties of " + nullish + " (" + map[string]string{"read": "reading", "set": "setting"}[verb] + " '" + key + "')"
	}
	return ""
}

// named are messages that have a name in them.
func (f *fault) named() string {
	message := f.message
	if name, ok := quoted(message, "' is not defined"); ok {
		return name + " is not defined"
	}
	if name, ok := strings.CutSuffix(message, " is not initialized"); ok && name != "this" {
		return "Cannot access '" + name + "' before initialization"
	}
	if name, ok := quoted(message, "' is read-only"); ok {
		if key, assigned := wording.Assigned(f.source, f.at); assigned && key == name && f.isMember() || f.source != "" && f.isMember() {
			return "Cannot assign to read only property '" + name + "' of object '#<Object>'"
		}
		if f.builtIn != "" {
			return "Cannot assign to read only property '" + name + "' of object '#<Object>'"
		}
		return "Assignment to constant variable."
	}
	if name, ok := strings.CutPrefix(message, "private class field '"); ok {
		return "Cannot read private member " + strings.TrimSuffix(name, "' does not exist") + " from an object whose class did not declare it"
	}
	if class, ok := strings.CutSuffix(message, " object expected"); ok && f.builtIn != "" {
		return "Method " + class + ".prototype." + f.builtIn + " called on incompatible receiver"
	}
	return ""
}

// isMember says that what stands at the place is a property, not a variable.
func (f *fault) isMember() bool {
	if f.at < 0 || f.at >= len(f.source) {
		return false
	}
	if f.source[f.at] == '.' || f.source[f.at] == '[' {
		return true
	}
	before := strings.TrimRight(f.source[:f.at], " \t\r\n")
	return strings.HasSuffix(before, ".")
}

func quoted(message, suffix string) (string, bool) {
	name, ok := strings.CutSuffix(message, suffix)
	if !ok || name == "" || name[0] != '\'' {
		return "", false
	}
	return name[1:], true
}

// byPlace is about an expression, or about an argument of a built-in function.
func (f *fault) byPlace() string {
	switch f.message {
	case "not a function":
		return f.notAFunction()
	case "invalid regular expression flags":
		return "Invalid flags supplied to RegExp constructor '" + f.arg(1) + "'"
	case "invalid repeat count":
		return "Invalid count value: " + f.arg(0)
	case "invalid code point":
		return "Invalid code point " + f.arg(0)
	case "cannot convert to BigInt: not an integer":
		return "The number " + f.arg(0) + " cannot be converted to a BigInt because it is not an integer"
	case "invalid bigint literal", "cannot convert to BigInt":
		return "Cannot convert " + f.arg(0) + " to a BigInt"
	case "invalid getter":
		return "Getter must be a function"
	case "property is not configurable":
		if f.builtIn == "defineProperty" {
			return "Cannot redefine property: " + f.arg(1)
		}
		return "Cannot redefine property"
	case "not a prototype":
		return "Object prototype may only be an Object or null: " + f.arg(0)
	case "not a object":
		return "CreateListFromArrayLike called on non-object"
	case "not a symbol":
		return f.arg(0) + " is not a symbol"
	case "invalid offset":
		return "start offset of " + f.builtIn + " should be a multiple of " + elementSize(f.builtIn)
	case "invalid length":
		if len(f.args) > 2 {
			return "Invalid typed array length: " + f.arg(2)
		}
		return "byte length of " + f.builtIn + " should be a multiple of " + elementSize(f.builtIn)
	case "proxy: cannot set property":
		key, _ := wording.Assigned(f.source, f.at)
		return "'set' on proxy: trap returned falsish for property '" + key + "'"
	case "value is not iterable":
		return f.notIterable("object")
	case "cannot convert to object":
		return f.noObject()
	case "class constructors must be invoked with 'new'":
		if rest, ok := strings.CutPrefix(f.source[max(f.at, 0):], "class "); ok {
			return "Class constructor " + wording.Name(rest, 0) + " cannot be invoked without 'new'"
		}
		return "Class constructor " + wording.Callee(f.source, f.at) + " cannot be invoked without 'new'"
	case "must be called with new":
		if callee := wording.Callee(f.source, f.at); callee == "Promise" || f.builtIn == "Promise" {
			return "Promise constructor cannot be invoked without 'new'"
		} else if callee != "" {
			return "Constructor " + callee + " requires 'new'"
		}
		return "Constructor " + f.builtIn + " requires 'new'"
	case "parent class must be constructor":
		return "Class extends value is not a constructor or null"
	case "object is not extensible":
		switch f.builtIn {
		case "setPrototypeOf":
			return "#<Object> is not extensible"
		case "defineProperty":
			return "Cannot define property " + f.arg(1) + ", object is not extensible"
		}
		if key, ok := wording.Assigned(f.source, f.at); ok && key != "" {
			return "Cannot add property " + key + ", object is not extensible"
		}
		return "Cannot add property, object is not extensible"
	case "could not delete property":
		if name := f.memberName(); name != "" {
			return "Cannot delete property '" + name + "' of #<Object>"
		}
	case "no setter for property":
		if key, ok := wording.Assigned(f.source, f.at); ok && key != "" {
			return "Cannot set property " + key + " of #<Object> which has only a getter"
		}
	case "cannot convert bigint to number":
		if f.builtIn == "" {
			return "Cannot mix BigInt and other types, use explicit conversions"
		}
		return "Cannot convert a BigInt value to a number"
	case "invalid 'in' operand":
		return "Cannot use 'in' operator to search for a property in a value that is not an object"
	case "iterator must return an object":
		return "Iterator result is not an object"
	case "invalid number of digits":
		return map[string]string{"toFixed": "toFixed() digits argument must be between 0 and 100", "toPrecision": "toPrecision() argument must be between 1 and 100",
			"toExponential": "toExponential() argument must be between 0 and 100"}[f.builtIn]
	case "regexp must have the 'g' flag":
		return "String.prototype." + f.builtIn + " called with a non-global RegExp argument"
	case "not an object":
		return f.notAnObject()
	case "invalid array index":
		if f.builtIn == "ArrayBuffer" || wording.Constructed(f.source, f.at) == "ArrayBuffer" {
			return "Invalid array buffer length"
		}
		return "Invalid typed array length: " + f.arg(0)
	}
	if name, ok := strings.CutSuffix(f.message, " is not a constructor"); ok {
		if what := wording.Constructed(f.source, f.at); what != "" {
			return what + " is not a constructor"
		} else if name == "" {
			return "(intermediate value) is not a constructor"
		}
	}
	return f.message
}

func (f *fault) memberName() string {
	if f.at < 0 {
		return ""
	}
	if name := wording.Member(f.source, f.at); name != "" {
		return name
	}
	return wording.Name(f.source, f.at+strings.IndexFunc(f.source[f.at:]+"x", func(r rune) bool { return r != '.' && r != ' ' }))
}

func (f *fault) notAFunction() string {
	if f.builtIn == "bind" {
		return "Bind must be called on a function"
	}
	if f.source == "" {
		return f.badCallback()
	}
	if what := wording.Constructed(f.source, f.at); what != "" {
		return what + " is not a constructor"
	}
	if callee := wording.Callee(f.source, f.at); callee != "" {
		if wording.IsNew(f.source, f.at) {
			return callee + " is not a constructor"
		}
		return callee + " is not a function"
	}
	return "(intermediate value) is not a function"
}

// badCallback is about an argument that should be a function.
func (f *fault) badCallback() string {
	switch f.builtIn {
	case "Promise":
		return "Promise resolver " + f.arg(0) + " is not a function"
	case "sort", "toSorted":
		return "The comparison function must be either a function or undefined: " + f.arg(0)
	case "from", "groupBy":
		return f.arg(1) + " is not a function"
	case "apply", "construct", "toString":
		return f.arg(0) + " is not a function"
	case "":
		return f.message
	}
	return f.arg(0) + " is not a function"
}

func elementSize(array string) string {
	return map[string]string{"Int16Array": "2", "Uint16Array": "2", "Float16Array": "2", "Int32Array": "4", "Uint32Array": "4", "Float32Array": "4"}[array] +
		map[string]string{"Float64Array": "8", "BigInt64Array": "8", "BigUint64Array": "8"}[array]
}

func (f *fault) notIterable(value string) string {
	what := wording.Chain(f.source, f.at)
	switch {
	case f.source == "" && len(f.args) > 0:
		return f.arg(0) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case f.source == "" || what == "" || what == "(intermediate value)" || wording.Name(f.source, f.at) == "new":
		return value + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case wording.IsCall(f.source, f.at):
		return strings.TrimSuffix(what, "(...)") + " is not a function or its return value is not iterable"
	}
	return what + " is not iterable"
}

func (f *fault) noObject() string {
	property, value := wording.Pattern(f.source, f.at)
	switch {
	case f.source == "":
		return "Cannot convert undefined or null to object"
	case property != "" && value != "":
		return "Cannot destructure property '" + property + "' of '" + value + "' as it is undefined."
	case property != "":
		return "Cannot destructure property '" + property + "' of 'undefined' as it is undefined."
	}
	return "Cannot convert undefined or null to object"
}

func (f *fault) notAnObject() string {
	switch f.builtIn {
	case "defineProperty":
		if !strings.HasPrefix(f.arg(0), "#<") {
			return "Object.defineProperty called on non-object"
		}
		return "Property description must be an object: " + f.arg(2)
	case "setPrototypeOf", "create":
		return "Object prototype may only be an Object or null: " + f.arg(len(f.args)-1)
	case "Proxy":
		return "Cannot create proxy with a non-object as target or handler"
	case "ownKeys":
		return "Reflect.ownKeys called on non-object"
	case "fromEntries", "Map":
		return "Iterator value is not an entry object"
	}
	if f.source != "" {
		if what := wording.Constructed(f.source, f.at); what == "Map" || what == "WeakMap" {
			return "Iterator value is not an entry object"
		}
		if key, ok := wording.Assigned(f.source, f.at); ok && key != "" {
			return "Cannot create property '" + key + "' on a primitive value"
		}
	}
	return f.message
}
