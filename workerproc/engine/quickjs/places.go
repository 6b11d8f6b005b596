package quickjs

import (
	"cmp"
	"strings"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// byPlace is about an expression, or about an argument of a built-in function.
func (f *fault) byPlace() string {
	return cmp.Or(f.ofCalls(), f.ofArguments(), f.ofObjects(), f.message)
}

// ofCalls says what can't be called, constructed or extended; "" if it is about something else, as below.
func (f *fault) ofCalls() string {
	switch f.message {
	case "not a function":
		return f.notAFunction()
	case "class constructors must be invoked with 'new'":
		if f.isPlatform {
			return wording.NeedsNew(f.platform)
		}
		if name := f.functionName(); name != "" {
			return "Class constructor " + name + " cannot be invoked without 'new'"
		}
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
	case "not a constructor":
		if f.builtIn == "construct" {
			return f.arg(0) + " is not a constructor"
		}
		if what := cmp.Or(wording.Constructed(f.source, f.at), wording.Callee(f.source, f.at)); what != "" {
			return what + " is not a constructor"
		}
	case "parent prototype must be an object or null":
		if f.operands() != nil {
			return f.badHeritage()
		}
	case "parent class must be constructor":
		return "Class extends value" + f.heritage() + " is not a constructor or null"
	}
	if name, ok := strings.CutSuffix(f.message, " is not a constructor"); ok {
		if f.builtIn == "construct" {
			return f.arg(0) + " is not a constructor"
		}
		if f.does(lib.EOP_init_ctor) {
			return "Super constructor null of " + cmp.Or(f.functionName(), "anonymous class") + " is not a constructor"
		}
		if what := wording.Constructed(f.source, f.at); what != "" && what != "(intermediate value)" {
			return what + " is not a constructor"
		} else if what := f.constructor(); what != "" {
			return what + " is not a constructor"
		} else if name == "" {
			return "(intermediate value) is not a constructor"
		}
	}
	return ""
}

// ofArguments says what a built-in function can't take.
func (f *fault) ofArguments() string {
	switch f.message {
	case "invalid array length":
		if f.builtIn == "set" {
			return "offset is out of bounds"
		}
		return "Invalid array length"
	case "ArrayBuffer is detached":
		return "Cannot perform " + f.operation() + " on a detached ArrayBuffer"
	case "null or undefined are forbidden":
		return "String.prototype." + f.builtIn + " called on null or undefined"
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
	case "not a object":
		return "CreateListFromArrayLike called on non-object"
	case "not a symbol":
		return f.arg(0) + " is not a symbol"
	case "invalid offset":
		if elementSize(f.builtIn) == "" {
			return "Start offset " + f.arg(1) + " is outside the bounds of the buffer"
		}
		return "start offset of " + f.builtIn + " should be a multiple of " + elementSize(f.builtIn)
	case "invalid length":
		if f.arg(2) != "undefined" {
			return "Invalid typed array length: " + f.arg(2)
		}
		return "byte length of " + f.builtIn + " should be a multiple of " + elementSize(f.builtIn)
	case "regexp not supported":
		return "First argument to String.prototype." + f.builtIn + " must not be a regular expression"
	case "not a Date object":
		if strings.HasPrefix(f.builtIn, "get") || f.builtIn == "valueOf" {
			return "this is not a Date object."
		}
		return f.incompatible("Date.prototype")
	case "not a TypedArray":
		if f.builtIn == "set" || f.builtIn == "fill" {
			return "this is not a typed array."
		}
		return f.incompatible("%TypedArray%.prototype")
	case "invalid target":
		if f.builtIn == "register" {
			return "FinalizationRegistry.prototype.register: invalid target"
		}
		return "WeakRef: invalid target"
	case "invalid byteOffset":
		return "Start offset " + f.arg(1) + " is outside the bounds of the buffer"
	case "invalid byteLength":
		return "Invalid DataView length " + f.arg(2)
	case "array buffer is not resizable":
		return f.incompatible("ArrayBuffer.prototype")
	case "cannot convert NaN or Infinity to BigInt":
		return "The number " + f.arg(0) + " cannot be converted to a BigInt because it is not an integer"
	case "cannot convert to bigint":
		if strings.HasPrefix(f.builtIn, "as") {
			return "Cannot convert " + f.arg(1) + " to a BigInt"
		}
	case "cannot convert bigint to number":
		if f.builtIn == "" {
			return "Cannot mix BigInt and other types, use explicit conversions"
		}
		return "Cannot convert a BigInt value to a number"
	case "invalid number of digits":
		return map[string]string{"toFixed": "toFixed() digits argument must be between 0 and 100", "toPrecision": "toPrecision() argument must be between 1 and 100",
			"toExponential": "toExponential() argument must be between 0 and 100"}[f.builtIn]
	case "regexp must have the 'g' flag":
		return "String.prototype." + f.builtIn + " called with a non-global RegExp argument"
	case "invalid array index":
		if f.builtIn == "ArrayBuffer" || wording.Constructed(f.source, f.at) == "ArrayBuffer" {
			return "Invalid array buffer length"
		}
		switch {
		case strings.HasPrefix(f.builtIn, "as"):
			return "Invalid value " + f.arg(0) + ": not (convertible to) a safe integer"
		case strings.HasPrefix(f.builtIn, "get"), strings.HasPrefix(f.builtIn, "set"):
			return "Offset is outside the bounds of the DataView"
		case f.builtIn == "with":
			return "Invalid typed array index"
		}
		return "Invalid typed array length: " + f.arg(0)
	}
	if index, ok := strings.CutPrefix(f.message, "invalid array index: "); ok {
		return "Invalid index : " + index
	}
	return ""
}

// ofObjects says what can't be done to an object, or to what should be one.
func (f *fault) ofObjects() string {
	switch f.message {
	case "value has no property":
		value := f.operandOr(1, "undefined")
		if key := f.computed(); key != "" {
			return "Cannot read properties of " + value + " (reading '" + key + "')"
		}
		return "Cannot read properties of " + value
	case "not an AsyncGenerator object":
		return f.incompatible("[AsyncGenerator].prototype")
	case "not a generator":
		return f.incompatible("[Generator].prototype")
	case "invalid getter", "invalid setter":
		return f.noAccessor()
	case "property is not configurable":
		if f.builtIn == "defineProperty" {
			return "Cannot redefine property: " + f.arg(1)
		}
		return "Cannot redefine property"
	case "not a prototype":
		return "Object prototype may only be an Object or null: " + f.arg(0)
	case "proxy: cannot set property":
		key, _ := wording.Assigned(f.source, f.at)
		return "'set' on proxy: trap returned falsish for property '" + key + "'"
	case "value is not iterable":
		value, ok := f.operand(0, (*Engine).typed)
		if f.builtIn != "" {
			value = f.typedArg(0)
		} else if !ok {
			value = "object"
		}
		return f.notIterable(value)
	case "cannot convert to object":
		return f.noObject()
	case "object is not extensible":
		return f.notExtensible()
	case "could not delete property":
		return f.notDeleted()
	case "no setter for property":
		key, ok := wording.Assigned(f.source, f.at)
		if computed := f.computed(); computed != "" {
			key, ok = computed, true
		}
		if ok && key != "" {
			if f.notedPlatform() {
				return "Cannot assign to read only property '" + key + "' of object '" + f.targetText() + "'"
			}
			return "Cannot set property " + key + " of " + f.targetText() + " which has only a getter"
		}
	case "invalid 'in' operand":
		return f.notIn()
	case "invalid 'instanceof' right operand":
		if v, _ := f.operand(0, (*Engine).primitive); v != "" {
			return "Right-hand side of 'instanceof' is not an object"
		}
		return "Right-hand side of 'instanceof' is not callable"
	case "iterator must return an object":
		if f.does(lib.EOP_iterator_check_object, lib.EOP_iterator_get_value_done) {
			return "Iterator result " + f.operandOr(0, "undefined") + " is not an object"
		}
		return "Iterator result is not an object"
	case "not an object":
		return f.notAnObject()
	}
	return ""
}
