package goja

import (
	"cmp"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// What a built-in function says of its receiver and its arguments.

// arrayMethods are those that V8 names when they are called on nothing.
var arrayMethods = words(`concat every filter find findIndex findLast findLastIndex forEach indexOf map reduce reduceRight some`)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// nullReceiver is about a method of arrays or strings that is called on
// undefined or null; "" if it is about something else.
func (f *faults) nullReceiver() string {
	n, ok := f.native()
	if !ok || !isNullish(n.this) {
		return ""
	}
	switch class := f.owner(n); {
	case class == "String", class == "Array" && arrayMethods[n.name]:
		return class + ".prototype." + n.name + " called on null or undefined"
	case class == "Object" && n.name == "toLocaleString":
		return "Object.prototype.toLocaleString called on null or undefined"
	}
	return ""
}

// nullArgument is about what else a built-in function was given: "" if its words are V8's.
func (f *faults) nullArgument() string {
	n, ok := f.native()
	if !ok || !isNullish(n.arg(0)) {
		return ""
	}
	switch n.name {
	case "setPrototypeOf":
		return "Object.setPrototypeOf called on null or undefined"
	case "fromEntries":
		return f.nullish(0) + " is not iterable"
	case "all", "allSettled", "any", "race", "from":
		return f.typed(n.arg(0)) + noIterator
	case "every", "filter", "find", "flatMap", "forEach", "map", "reduce", "reduceRight", "some":
		return f.typed(n.arg(0)) + " is not a function"
	}
	return ""
}

// badArgument is about what a built-in function was given that is no object or
// no function; value is how goja shows it.
func (f *faults) badArgument(value string) string {
	n, ok := f.native()
	if !ok {
		return f.typed(f.operand(0)) + " is not a function"
	}
	if text := f.badReflection(n); text != "" {
		return text
	}
	switch n.name {
	case "apply":
		return "CreateListFromArrayLike called on non-object"
	case "Promise":
		return "Promise resolver " + f.display(n.arg(0)) + " is not a function"
	case "bind":
		return "Bind must be called on a function"
	case "fromEntries":
		return "Iterator value " + f.display(f.first(n.arg(0))) + " is not an entry object"
	case "defineProperty", "defineProperties":
		return f.badAccessor(n)
	case "from", "groupBy":
		return f.typed(n.arg(1)) + " is not a function"
	case "map":
		if f.owner(n) == "" { // of typed arrays
			return f.display(n.arg(0)) + " is not a function"
		}
	case "sort", "toSorted":
		return f.badComparison("")
	}
	if text := f.badReceiver(n, value); text != "" {
		return text
	}
	return f.typed(n.arg(0)) + " is not a function"
}

// badReflection is about the functions of Reflect, and about keys of WeakMaps.
func (f *faults) badReflection(n nativeCall) string {
	v := n.arg(0)
	switch class := f.owner(n); {
	case n.name == "apply" && f.typeOf(v) != "function" && class == "":
		return "Function.prototype.apply was called on " + f.display(v) + ", which is " + f.article(v) + " and not a function"
	case n.name == "construct" && !isConstructor(v):
		return f.display(v) + " is not a constructor"
	case n.name == "construct" && len(n.args) > 2 && !isConstructor(n.arg(2)):
		return f.display(n.arg(2)) + " is not a constructor"
	case n.name == "construct", n.name == "apply" && class == "":
		return "CreateListFromArrayLike called on non-object"
	case f.isReflects(n):
		return "Reflect." + n.name + " called on non-object"
	case n.name == "defineProperties" && f.typeOf(v) != "object" && f.typeOf(v) != "function":
		return "Object.defineProperties called on non-object"
	case n.name == "call" && f.typeOf(n.this) != "function":
		return "Function.prototype.call was called on " + f.display(n.this) + ", which is " + f.article(n.this) + " and not a function"
	case n.name == "apply" && class == "Function" && f.typeOf(n.this) != "function":
		return "Function.prototype.apply was called on " + f.display(n.this) + ", which is " + f.article(n.this) + " and not a function"
	case class == "WeakMap" && n.name == "set":
		return "Invalid value used as weak map key"
	case class == "WeakSet" && n.name == "add":
		return "Invalid value used in weak set"
	}
	return ""
}

func isConstructor(v goja.Value) bool {
	_, ok := goja.AssertConstructor(v)
	return ok
}

// article is the type of a value, with an article.
func (f *faults) article(v goja.Value) string {
	kind := f.typeOf(v)
	if kind == "object" || kind == "undefined" {
		return "an " + kind
	}
	return "a " + kind
}

// isReflects says that a function is one of Reflect's.
func (f *faults) isReflects(n nativeCall) bool {
	v, _, _ := f.own(f.vm.GlobalObject(), "Reflect")
	reflects, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	method, _, _ := f.own(reflects, n.name)
	return method != nil && method.SameAs(n.callee)
}

// badReceiver is about a method that is called on what has no properties.
func (f *faults) badReceiver(n nativeCall, value string) string {
	if _, is := n.this.(*goja.Object); is || n.this != nil && value != "" && n.this.String() != value {
		return ""
	}
	class := f.owner(n)
	switch class {
	case "", "Array", "String", "Function", "Object", "Error":
		return ""
	}
	return "Method " + class + ".prototype." + n.name + " called on incompatible receiver " + f.display(n.this)
}

// badAccessor is about the get or set of a property's description.
func (f *faults) badAccessor(n nativeCall) string {
	description, ok := n.arg(2).(*goja.Object)
	if !ok || n.name != "defineProperty" {
		return ""
	}
	for _, kind := range []string{"Getter", "Setter"} {
		v, _ := f.inherited(description, strings.ToLower(kind[:3]))
		if v != nil && !goja.IsUndefined(v) && f.typeOf(v) != "function" {
			return kind + " must be a function: " + f.display(v)
		}
	}
	return ""
}

// first is the first element of an array, else the value.
func (f *faults) first(v goja.Value) goja.Value {
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		element, _, _ := f.own(o, "0")
		return element
	}
	return v
}

// requires is about a method of what primitive values are, called on something else.
func requires(class string) func(f *faults, rest string) string {
	return func(f *faults, _ string) string {
		n, _ := f.native()
		return class + ".prototype." + strings.TrimPrefix(n.name, "get ") + " requires that 'this' be a " + class
	}
}

// notBuffer is about a method of ArrayBuffer.
func (f *faults) notBuffer(string) string {
	n, ok := f.native()
	if !ok {
		return ""
	}
	return "Method ArrayBuffer.prototype." + n.name + " called on incompatible receiver " + f.display(n.this)
}

// receiver is V8's form of what a method was called on.
func (f *faults) receiver(rest string) string {
	method, object, found := strings.Cut(rest, " called on incompatible receiver")
	if !found {
		return ""
	}
	if class, _, _ := strings.Cut(method, "."); class == "Symbol" || class == "Boolean" {
		return requires(class)(f, "")
	}
	object = strings.ReplaceAll(cmp.Or(object, " #<Object>"), "[object Object]", "#<Object>")
	if n, ok := f.native(); ok {
		object = " " + f.display(n.this)
	}
	return "Method " + strings.TrimSuffix(method, " is") + " called on incompatible receiver" + object
}

// badComparison is about the function that sort() is given.
func (f *faults) badComparison(string) string {
	n, _ := f.native()
	return "The comparison function must be either a function or undefined: " + f.display(n.arg(0))
}

func (f *faults) badAccessors(string) string {
	if n, ok := f.native(); ok {
		return f.badAccessor(n)
	}
	return ""
}

// notAMethod is about a proxy's trap that is no function; rest is "" then.
func (f *faults) notAMethod(string) string {
	trap, of := "", 0
	switch name := f.instruction(); {
	case name == "_op_in":
		trap = "has"
	case strings.HasPrefix(name, "setProp"):
		trap, of = "set", 1
	case strings.HasPrefix(name, "_setElem"):
		trap, of = "set", 2
	case strings.HasPrefix(name, "_getElem"):
		trap, of = "get", 1
	case strings.HasPrefix(name, "getProp"):
		trap = "get"
	case strings.HasPrefix(name, "deleteProp"):
		trap = "deleteProperty"
	}
	o, ok := f.operand(of).(*goja.Object)
	if !ok || trap == "" {
		return ""
	}
	proxy, ok := o.Export().(goja.Proxy)
	if !ok || proxy.Handler() == nil {
		return ""
	}
	v, _ := f.inherited(proxy.Handler(), trap)
	return "'" + f.display(v) + "' returned for property '" + trap + "' of object '" + f.display(proxy.Handler()) + "' is not a function"
}

// operation is what V8 calls what a built-in function does to a buffer.
func (f *faults) operation() string {
	n, ok := f.native()
	switch {
	case !ok:
		source, at, _ := f.at()
		if class := wording.Constructed(source, at); class == "DataView" {
			return "DataView constructor"
		}
		return "the operation"
	case f.owner(n) == "DataView" || f.owner(n) == "ArrayBuffer":
		return f.owner(n) + ".prototype." + n.name
	}
	return "%TypedArray%.prototype." + n.name
}

// notCallable is about what is called, or about the function that a promise is made with.
func (f *faults) notCallable(string) string {
	if source, at, ok := f.at(); ok && wording.Constructed(source, at) == "Promise" {
		return "Promise resolver " + f.display(f.operand(0)) + " is not a function"
	}
	return f.notAFunction()
}

// notDate is about a method of dates: V8 has the text of those that only read one.
func (f *faults) notDate(rest string) string {
	name, _, _ := strings.Cut(rest, " ")
	if strings.HasPrefix(name, "get") || name == "valueOf" {
		return "this is not a Date object."
	}
	return f.receiverOf("Date")
}

func (f *faults) notTyped(rest string) string {
	if name, _, _ := strings.Cut(rest, " "); name == "set" || name == "fill" {
		return "this is not a typed array."
	}
	return f.receiverOf("%TypedArray%")
}

func (f *faults) receiverOf(class string) string {
	n, ok := f.native()
	if !ok {
		return ""
	}
	return "Method " + class + ".prototype." + n.name + " called on incompatible receiver " + f.display(n.this)
}

// onNoPromise is about a function of Promise that is called without its class.
func (f *faults) onNoPromise() string {
	n, ok := f.native()
	if !ok || f.typeOf(n.this) == "function" {
		return ""
	}
	v, _, _ := f.own(f.vm.GlobalObject(), "Promise")
	class, ok := v.(*goja.Object)
	if !ok {
		return ""
	}
	if method, _, _ := f.own(class, n.name); method == nil || !method.SameAs(n.callee) {
		return ""
	}
	switch n.name {
	case "resolve":
		return "PromiseResolve called on non-object"
	case "reject":
		return "PromiseReject called on non-object"
	}
	return "Promise." + n.name + " called on non-object"
}

// badIndex is about an index or a length that a built-in function was given.
func (f *faults) badIndex(n nativeCall, index string) string {
	switch {
	case f.owner(n) == "DataView":
		return "Offset is outside the bounds of the DataView"
	case n.name == "asIntN" || n.name == "asUintN":
		return "Invalid value " + index + ": not (convertible to) a safe integer"
	case n.name == "with" && f.owner(n) == "Array":
		return "Invalid index : " + index
	case n.name == "with":
		return "Invalid typed array index"
	}
	return ""
}
