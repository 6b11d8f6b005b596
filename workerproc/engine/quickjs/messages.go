package quickjs

import (
	"cmp"
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
	platform      string   // a function of the platform, in which it is
	isPlatform    bool
	typed         []string // the same, with their types

	e      *Engine
	of     uintptr // the error
	here   *operands
	looked bool // for here
}

// rewordError has an error that QuickJS throws itself say what V8 says. Those
// that code makes with new are left as they are.
func (e *Engine) rewordError(obj lib.TJSValue, raw string) {
	if raw == "" || e.inErrorConstructor() {
		return
	}
	f := &fault{name: e.getText(obj, "name"), message: e.ownText(obj, "message"), at: -1, e: e, of: pointer(obj)}
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
		f.builtIn = m[1]
		f.lookAtArguments()
		return
	}
	in := e.modules.modules[m[2]]
	if in == nil {
		f.platform, f.isPlatform = m[1], wording.IsPlatform(m[2])
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

// lookAtArguments reads those of the built-in function that runs.
func (f *fault) lookAtArguments() {
	frame := f.e.runtime().Fcurrent_stack_frame
	if frame == 0 || class(at[lib.TJSStackFrame](frame).Fcur_func) != lib.EJS_CLASS_C_FUNCTION {
		return
	}
	for i := range min(int(at[lib.TJSStackFrame](frame).Farg_count), 4) {
		v := *valueAt(at[lib.TJSStackFrame](frame).Farg_buf, i)
		f.args, f.typed = append(f.args, f.e.display(v)), append(f.typed, f.e.typed(v))
	}
}

// display is a value as V8's messages show it.
func (e *Engine) display(v lib.TJSValue) string {
	if isObject(v) {
		return e.displayObject(v)
	}
	return e.printPrimitive(v)
}

// typedArg is an argument that V8 has no expression for.
func (f *fault) typedArg(i int) string {
	if i < len(f.typed) {
		return f.typed[i]
	}
	return "undefined"
}

func (f *fault) arg(i int) string {
	if i >= 0 && i < len(f.args) {
		return f.args[i]
	}
	return "undefined"
}

var same = map[string]string{
	"empty array":                                                  "Reduce of empty array with no initial value",
	"must be called with new":                                      "",
	"'this' can be initialized only once":                          "Super constructor may only be called once",
	"this is not initialized":                                      "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
	"cannot have setter/getter and value or writable":              "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute, #<Object>",
	"RegExp exec method must return an object or null":             "RegExp exec method returned something other than an Object or null",
	"circular prototype chain":                                     "Cyclic __proto__ value",
	"invalid value used as WeakMap key":                            "Invalid value used as weak map key",
	"invalid value used as WeakSet key":                            "Invalid value used in weak set",
	"cannot convert symbol to string":                              "Cannot convert a Symbol value to a string",
	"cannot convert symbol to number":                              "Cannot convert a Symbol value to a number",
	"bigint argument with unary +":                                 "Cannot convert a BigInt value to a number",
	"BigInt division by zero":                                      "Division by zero",
	"BigInt negative exponent":                                     "Exponent must be positive",
	"bigint operands are forbidden for >>>":                        "BigInts have no unsigned right shift, use >> instead",
	"toPrimitive":                                                  "Cannot convert object to primitive value",
	"invalid string length":                                        "Invalid string length",
	"radix must be between 2 and 36":                               "toString() radix argument must be between 2 and 36",
	"Date value is NaN":                                            "Invalid time value",
	"bad normalization form":                                       "The normalization form should be one of NFC, NFD, NFKC, NFKD.",
	"expecting hex digit":                                          "URI malformed",
	"expecting surrogate pair":                                     "URI malformed",
	"malformed UTF-8":                                              "URI malformed",
	"cannot invoke a running generator":                            "Generator is already running",
	"promise self resolution":                                      "Chaining cycle detected for promise #<Promise>",
	"revoked proxy":                                                "Cannot perform 'get' on a proxy that has been revoked",
	"out of bound":                                                 "Offset is outside the bounds of the DataView",
	"invalid hex string":                                           "Input string must contain hex characters in even length",
	"invalid base64 string":                                        "Found a character that cannot be part of a valid base64 string.",
	"operand 'prototype' property is not an object":                "Function has non-object prototype 'undefined' in instanceof check",
	"could not delete property":                                    "",
	"empty iterator":                                               "Reduce of a done iterator with no initial value",
	"abstract class not constructable":                             "Abstract class Iterator not directly constructable",
	"invalid array buffer max length":                              "Invalid array buffer max length",
	"prototype is immutable":                                       "Immutable prototype object 'Object.prototype' cannot have their prototype set",
	"invalid property access":                                      "'caller', 'callee', and 'arguments' properties may not be accessed on strict mode functions or the arguments objects for calls to them",
	"derived class constructor must return an object or undefined": "Derived constructors may only return object or undefined",
	".size is not a number":                                        "The .size property is NaN",
	".has is undefined":                                            `string "has" is not a function`,
	".keys is undefined":                                           `string "keys" is not a function`,
	"argument must be a function":                                  "FinalizationRegistry: cleanup must be callable",
	"proxy preventExtensions handler returned false":               "'preventExtensions' on proxy: trap returned falsish",
	"object needs toISOString method":                              "toISOString is not a function",
}

func (f *fault) reword() string {
	message := f.message
	if f.name == "SyntaxError" {
		if v8, ok := lre.Wording(message, f.arg(0)); ok && f.builtIn == "RegExp" || ok && wording.Constructed(f.source, f.at) == "RegExp" {
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
		if key == "Symbol.asyncIterator" {
			return f.notAsyncIterable()
		}
		if computed := f.computed(); key == "" || strings.HasPrefix(computed, "Symbol(") {
			key = computed
		}
		if key == "Symbol(Symbol.iterator)" {
			return nullish + " is not iterable (cannot read property " + key + ")"
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
		if strings.HasPrefix(name, "#") {
			return wording.PrivateConstant(f.source, name, f.at)
		}
		if f.builtIn != "" || f.does(lib.EOP_put_field, lib.EOP_put_array_el) || f.operands() == nil && f.isMember() {
			return f.readOnly(name)
		}
		return "Assignment to constant variable."
	}
	if name, ok := strings.CutPrefix(message, "private class field '"); ok {
		if f.isPlatform {
			return wording.IllegalInvocation
		}
		if strings.HasSuffix(name, "' already exists") {
			return "Cannot initialize " + strings.TrimSuffix(name, "' already exists") + " twice on the same object"
		}
		if f.does(lib.EOP_put_private_field) {
			return "Cannot write private member " + strings.TrimSuffix(name, "' does not exist") + " to an object whose class did not declare it"
		}
		return "Cannot read private member " + strings.TrimSuffix(name, "' does not exist") + " from an object whose class did not declare it"
	}
	if message == "invalid brand on object" {
		if f.isPlatform {
			return wording.IllegalInvocation
		}
		return wording.Receiver(f.source, wording.PrivateName(f.source, f.at), f.at)
	}
	if class, ok := strings.CutSuffix(message, " object expected"); ok && f.builtIn != "" {
		if f.builtIn == "DataView" {
			return "First argument to DataView constructor must be an ArrayBuffer"
		}
		return f.incompatible(class + ".prototype")
	}
	if class := requires[message]; class != "" && f.builtIn != "" && f.builtIn != "keyFor" {
		return class + ".prototype." + strings.TrimPrefix(f.builtIn, "get ") + " requires that 'this' be a " + class
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
	if f.does(lib.EOP_for_await_of_start) {
		return f.notAsyncIterable()
	}
	if trap := f.trap(); trap != "" {
		return trap
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
	case "from":
		return f.typedArg(1) + " is not a function"
	case "groupBy":
		return f.arg(1) + " is not a function"
	case "apply":
		kind, _, _ := strings.Cut(f.typedArg(0), " ")
		return "Function.prototype.apply was called on " + f.arg(0) + ", which is " + article(kind) + " and not a function"
	case "construct":
		return f.arg(0) + " is not a constructor"
	case "toString":
		return "Function.prototype.toString requires that 'this' be a Function"
	case "":
		return f.message
	}
	return f.typedArg(0) + " is not a function"
}

// notAnObject is about an argument of a built-in function, or an expression.
func (f *fault) notAnObject() string {
	switch f.builtIn {
	case "":
		return f.noObjectThere()
	case "defineProperty":
		if !strings.HasPrefix(f.arg(0), "#<") {
			return "Object.defineProperty called on non-object"
		}
		return "Property description must be an object: " + f.arg(2)
	case "all", "allSettled", "any", "race", "withResolvers", "try":
		return "Promise." + f.builtIn + " called on non-object"
	case "resolve":
		return "PromiseResolve called on non-object"
	case "reject":
		return "PromiseReject called on non-object"
	case "get", "set", "has", "deleteProperty", "isExtensible", "preventExtensions", "getPrototypeOf", "getOwnPropertyDescriptor", "ownKeys":
		return "Reflect." + f.builtIn + " called on non-object"
	case "defineProperties":
		if strings.HasPrefix(f.typedArg(0), "object") && f.typedArg(0) != "object null" || f.typedArg(0) == "function" {
			return f.message
		}
		return "Object.defineProperties called on non-object"
	case "setPrototypeOf", "create":
		if f.builtIn == "setPrototypeOf" && (f.arg(0) == "undefined" || f.arg(0) == "null") {
			return "Object.setPrototypeOf called on null or undefined"
		}
		return "Object prototype may only be an Object or null: " + f.arg(len(f.args)-1)
	case "Proxy":
		return "Cannot create proxy with a non-object as target or handler"
	case "fromEntries", "Map", "WeakMap":
		return "Iterator value " + f.notEntry() + " is not an entry object"
	}
	return f.noObjectInText()
}

func (f *fault) noObjectThere() string {
	if f.does(lib.EOP_for_of_start, lib.EOP_for_await_of_start) {
		return "Result of the Symbol.iterator method is not an object"
	}
	return cmp.Or(f.notCreated(), f.noObjectInText())
}

// noObjectInText is where only the text knows.
func (f *fault) noObjectInText() string {
	if f.source == "" {
		return f.message
	}
	if what := wording.Constructed(f.source, f.at); what == "Map" || what == "WeakMap" {
		return "Iterator value is not an entry object"
	}
	if key, ok := wording.Assigned(f.source, f.at); ok && key != "" {
		return "Cannot create property '" + key + "' on a primitive value"
	}
	return f.message
}
