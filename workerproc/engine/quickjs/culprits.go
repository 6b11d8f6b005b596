package quickjs

import (
	"strconv"
	"strings"
	"unsafe"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// What went wrong with which value: the instruction that failed is looked at
// (operands.go), or the receiver and arguments of a built-in function.

// operands is what the instruction has taken, nil in a built-in function.
func (f *fault) operands() *operands {
	if !f.looked && f.builtIn == "" {
		f.here = f.e.operandsOf(f.e.runtime().Fcurrent_stack_frame)
	}
	f.looked = true
	return f.here
}

// does says that the instruction is one of some.
func (f *fault) does(ops ...int) bool {
	if f.operands() == nil {
		return false
	}
	for _, op := range ops {
		if f.here.in.op == op {
			return true
		}
	}
	return false
}

// operand is how V8 shows the i-th operand from the top of the stack.
func (f *fault) operand(i int, show func(e *Engine, v lib.TJSValue) string) (string, bool) {
	if f.operands() == nil {
		return "", false
	}
	v, ok := f.e.operand(f.here, i)
	if !ok {
		return "", false
	}
	defer f.e.free(v)
	return show(f.e, v), true
}

// operandOr is operand, with what to say where the value isn't known.
func (f *fault) operandOr(i int, otherwise string) string {
	if text, ok := f.operand(i, (*Engine).display); ok {
		return text
	}
	return otherwise
}

// computed is the property that an instruction reads or writes by a value.
func (f *fault) computed() string {
	key := 0
	switch {
	case f.does(lib.EOP_get_array_el2):
		return f.noted()
	case f.does(lib.EOP_get_array_el, lib.EOP_get_array_el3):
	case f.does(lib.EOP_put_array_el):
		key = 1
	default:
		return ""
	}
	text, _ := f.operand(key, (*Engine).display)
	return text
}

// typed is a value as V8 shows one that it has no expression for.
func (e *Engine) typed(v lib.TJSValue) string {
	text := e.display(v)
	switch v.Ftag {
	case lib.EJS_TAG_INT, lib.EJS_TAG_FLOAT64:
		return "number " + text
	case lib.EJS_TAG_BOOL:
		return "boolean " + text
	case lib.EJS_TAG_NULL:
		return "object null"
	case lib.EJS_TAG_UNDEFINED:
		return "undefined"
	case lib.EJS_TAG_STRING, lib.EJS_TAG_STRING_ROPE:
		return `string "` + text + `"`
	case lib.EJS_TAG_SYMBOL:
		return "symbol"
	case lib.EJS_TAG_OBJECT:
		if lib.XJS_IsFunction(e.tls, e.ctx, v) != 0 {
			return "function"
		}
		return "object"
	}
	return "bigint"
}

// primitive is a value that has no properties of its own, with its type.
func (e *Engine) primitive(v lib.TJSValue) string {
	kind, _, _ := strings.Cut(e.typed(v), " ")
	if isObject(v) {
		return ""
	}
	return kind + " '" + e.display(v) + "'"
}

// displayObject is an object in V8's messages.
func (e *Engine) displayObject(v lib.TJSValue) string {
	switch id := class(v); {
	case id == lib.EJS_CLASS_PROXY:
		return "#<Object>"
	case id == lib.EJS_CLASS_ARRAY:
		return "[object Array]"
	case id == lib.EJS_CLASS_DATE:
		return "[object Date]"
	case id == lib.EJS_CLASS_REGEXP:
		return "[object RegExp]"
	case id == lib.EJS_CLASS_C_FUNCTION || id == lib.EJS_CLASS_BOUND_FUNCTION:
		return "function " + e.lookText(v, "name") + "() { [native code] }"
	case id == lib.EJS_CLASS_ERROR:
		return header(e.lookText(v, "name"), e.lookText(v, "message"))
	}
	if b := bytecode(v); b != nil && b.Fdebug.Fsource != 0 && !e.isRuntimes(v) {
		return string(unsafe.Slice(at[byte](b.Fdebug.Fsource), min(b.Fdebug.Fsource_len, maxSource)))
	}
	if toString := e.look(v, "toString"); e.isRuntimes(toString) { // such as URL's
		defer e.free(toString)
		return strings.Replace(strings.TrimSuffix(e.printObject(v), ">"), "#<", "[object ", 1) + "]"
	} else {
		e.free(toString)
	}
	return e.printObject(v)
}

// maxSource is how much of a function's text a message shows.
const maxSource = 1000

// receiver is what the built-in function that runs was called on, the caller's
// to free. It lies on the stack of who called it, or is the first argument of
// call and apply.
func (f *fault) receiver() (lib.TJSValue, bool) {
	frame := f.e.runtime().Fcurrent_stack_frame
	if f.builtIn == "" || frame == 0 {
		return undefined, false
	}
	caller := at[lib.TJSStackFrame](frame).Fprev_frame
	if f.builtIn == "exec" && caller != 0 && f.e.lookText(at[lib.TJSStackFrame](caller).Fcur_func, "name") == "test" {
		caller = at[lib.TJSStackFrame](caller).Fprev_frame // by which it was called on the same
	}
	return f.e.receiverBy(caller)
}

// receiverBy is what the function that a frame calls is called on.
func (e *Engine) receiverBy(caller uintptr) (lib.TJSValue, bool) {
	if caller == 0 {
		return undefined, false
	}
	by := at[lib.TJSStackFrame](caller)
	if class(by.Fcur_func) != lib.EJS_CLASS_C_FUNCTION {
		return e.receiverOf(caller)
	}
	if name := e.lookText(by.Fcur_func, "name"); name != "call" && name != "apply" {
		return undefined, false
	}
	if by.Farg_count == 0 {
		return undefined, true
	}
	return e.dup(*valueAt(by.Farg_buf, 0)), true
}

// receiverOf is what a method is being called on by a frame's instruction. The
// call has not ended, so that it is still on the stack.
func (e *Engine) receiverOf(frame uintptr) (lib.TJSValue, bool) {
	o := e.operandsOf(frame)
	if o == nil {
		return undefined, false
	}
	n := len(o.origins) - o.in.pops()
	switch o.in.op {
	case lib.EOP_call_method, lib.EOP_tail_call_method:
	case lib.EOP_call, lib.EOP_call0, lib.EOP_call1, lib.EOP_call2, lib.EOP_call3, lib.EOP_tail_call:
		return undefined, true
	default:
		return undefined, false
	}
	return e.dup(o.slot(n)), true
}

// receiverText is the receiver as V8 shows it, after a space; "" if it isn't known.
func (f *fault) receiverText() string {
	v, ok := f.receiver()
	if !ok {
		return ""
	}
	defer f.e.free(v)
	return " " + f.e.display(v)
}

// receiverLength is how many elements the receiver has.
func (f *fault) receiverLength() (int, bool) {
	v, ok := f.receiver()
	if !ok || class(v) != lib.EJS_CLASS_ARRAY {
		return 0, false
	}
	defer f.e.free(v)
	length := f.e.look(v, "length")
	return int(int32(length.Fu.Fuint641)), length.Ftag == lib.EJS_TAG_INT
}

// requires are the classes whose methods check what they are called on, by
// QuickJS's words for it.
var requires = map[string]string{"not a number": "Number", "not a boolean": "Boolean", "not a string": "String", "not a symbol": "Symbol", "not a BigInt": "BigInt"}

// stringMethods are those of String.prototype that ask what they are called on for more than its text.
var stringMethods = []string{"split", "replace", "replaceAll", "match", "matchAll", "search"}

// arrayMethods are those of Array.prototype that V8 names when they are called
// on nothing.
var arrayMethods = []string{"map", "forEach", "filter", "find", "findIndex", "findLast", "findLastIndex", "some", "every", "reduce", "reduceRight", "concat", "indexOf"}

// notIn is about what stands right of in.
func (f *fault) notIn() string {
	key, in := "", ""
	switch {
	case f.does(lib.EOP_in):
		key, in = f.operandOr(1, ""), f.operandOr(0, "")
	case f.does(lib.EOP_private_in):
		key, in = f.operandOr(0, ""), f.operandOr(1, "")
		key = strings.TrimSuffix(strings.TrimPrefix(key, "Symbol("), ")")
	}
	if in == "" {
		return "Cannot use 'in' operator to search for a property in a value that is not an object"
	}
	return "Cannot use 'in' operator to search for '" + key + "' in " + in
}

// badHeritage is about a class whose prototype property is no object.
func (f *fault) badHeritage() string {
	text := "undefined"
	if n := len(f.here.origins) - 2; n >= 0 {
		if v, ok := f.e.originValue(f.here, f.here.origins[n]); ok {
			prototype := f.e.look(v, "prototype")
			text = f.e.display(prototype)
			f.e.free(prototype)
			f.e.free(v)
		}
	}
	return "Class extends value does not have valid prototype property " + text
}

// heritage is what a class extends, after a space; "" if it isn't known.
func (f *fault) heritage() string {
	if f.does(lib.EOP_define_class, lib.EOP_define_class_computed) {
		if n := len(f.here.origins) - 2; n >= 0 {
			if v, ok := f.e.originValue(f.here, f.here.origins[n]); ok {
				defer f.e.free(v)
				return " " + f.e.display(v)
			}
			if !wording.ExtendsLiteral(f.source, f.at) { // of which nothing is left here
				return " " + f.e.display(f.here.slot(n))
			}
		}
	}
	return ""
}

// incompatible is about a built-in method that was called on something else.
func (f *fault) incompatible(prototype string) string {
	if name, is := strings.CutPrefix(f.builtIn, "get "); is {
		return "Method get " + prototype + "." + name + " called on incompatible receiver" + f.receiverText()
	}
	return "Method " + prototype + "." + f.builtIn + " called on incompatible receiver" + f.receiverText()
}

// noAccessor is about the get or set of a property's description.
func (f *fault) noAccessor() string {
	kind := map[string]string{"invalid getter": "Getter", "invalid setter": "Setter"}[f.message]
	text := kind + " must be a function"
	frame := at[lib.TJSStackFrame](f.e.runtime().Fcurrent_stack_frame)
	if f.builtIn == "defineProperty" && frame.Farg_count > 2 {
		v := f.e.look(*valueAt(frame.Farg_buf, 2), strings.ToLower(kind[:3]))
		defer f.e.free(v)
		text += ": " + f.e.display(v)
	}
	return text
}

// trap is about a proxy whose handler has something for a trap that is no
// function.
func (f *fault) trap() string {
	trap, of := "", 0
	switch {
	case f.does(lib.EOP_put_field, lib.EOP_put_array_el):
		return f.noted()
	case f.does(lib.EOP_get_field, lib.EOP_get_field2):
		trap = "get"
	case f.does(lib.EOP_in):
		trap = "has"
	case f.does(lib.EOP_delete):
		trap, of = "deleteProperty", 1
	default:
		return ""
	}
	v, ok := f.e.operand(f.here, of)
	if !ok {
		return ""
	}
	defer f.e.free(v)
	return f.e.noTrap(v, trap)
}

// noTrap says so of a proxy, and nothing of anything else.
func (e *Engine) noTrap(v lib.TJSValue, trap string) string {
	if class(v) != lib.EJS_CLASS_PROXY {
		return ""
	}
	handler := at[lib.TJSProxyData](payload(v)).Fhandler
	has := e.look(handler, trap)
	defer e.free(has)
	return "'" + e.display(has) + "' returned for property '" + trap + "' of object '" + e.display(handler) + "' is not a function"
}

// notEntry is the first in a list of entries that is none.
func (f *fault) notEntry() string {
	list := *valueAt(at[lib.TJSStackFrame](f.e.runtime().Fcurrent_stack_frame).Farg_buf, 0)
	if len(f.args) > 0 && class(list) == lib.EJS_CLASS_ARRAY {
		for i := range 1000 {
			v := f.e.look(list, strconv.Itoa(i))
			if !isObject(v) {
				defer f.e.free(v)
				return f.e.display(v)
			}
			f.e.free(v)
		}
	}
	return "undefined"
}

func article(kind string) string {
	if kind == "object" || kind == "undefined" {
		return "an " + kind
	}
	return "a " + kind
}

// functionName is the name of the function that runs.
func (f *fault) functionName() string {
	if frame := f.e.runtime().Fcurrent_stack_frame; frame != 0 {
		return f.e.lookText(at[lib.TJSStackFrame](frame).Fcur_func, "name")
	}
	return ""
}

// constructor is the text of what new makes an instance of.
func (f *fault) constructor() string {
	if f.does(lib.EOP_call_constructor) {
		return f.e.originText(f.here, f.here.origins[len(f.here.origins)-f.here.in.pops()])
	}
	return ""
}

// operation is what V8 calls what a built-in function does to a buffer.
func (f *fault) operation() string {
	switch f.builtIn {
	case "":
		return "the operation"
	case "DataView":
		return "DataView constructor"
	}
	return "%TypedArray%.prototype." + f.builtIn
}
