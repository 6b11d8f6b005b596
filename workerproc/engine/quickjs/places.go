package quickjs

import (
	"cmp"
	"strings"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// byPlace is about an expression, or about what a built-in function is given
// (arguments.go). Each of those below knows messages of its own.
func (f *fault) byPlace() string {
	return cmp.Or(f.ofCalls(), f.ofClasses(), f.ofBuffers(), f.ofNumbers(), f.ofReceivers(), f.ofProperties(), f.ofIterators(), f.ofOperators(), f.message)
}

// ofCalls says what can't be called or constructed.
func (f *fault) ofCalls() string {
	switch f.message {
	case "not a function":
		return f.notAFunction()
	case "class constructors must be invoked with 'new'":
		return f.classNeedsNew()
	case "must be called with new":
		callee := cmp.Or(wording.Callee(f.source, f.at), f.builtIn)
		if callee == "Promise" || f.builtIn == "Promise" {
			return "Promise constructor cannot be invoked without 'new'"
		}
		return "Constructor " + callee + " requires 'new'"
	case "not a constructor":
		if f.builtIn == "construct" {
			return f.arg(0) + " is not a constructor"
		}
		if what := cmp.Or(wording.Constructed(f.source, f.at), wording.Callee(f.source, f.at)); what != "" {
			return what + " is not a constructor"
		}
	}
	if name, ok := strings.CutSuffix(f.message, " is not a constructor"); ok {
		return f.notAConstructor(name)
	}
	return ""
}

func (f *fault) classNeedsNew() string {
	if f.isPlatform {
		return wording.NeedsNew(f.platform)
	}
	name := f.functionName()
	if rest, ok := strings.CutPrefix(f.source[max(f.at, 0):], "class "); ok && name == "" {
		name = wording.Name(rest, 0)
	} else if name == "" {
		name = wording.Callee(f.source, f.at)
	}
	if name == "" {
		return "Class constructors cannot be invoked without 'new'"
	}
	return "Class constructor " + name + " cannot be invoked without 'new'"
}

// notAConstructor is about what QuickJS knows a name of, "" if it doesn't.
func (f *fault) notAConstructor(name string) string {
	if f.builtIn == "construct" {
		return f.arg(0) + " is not a constructor"
	}
	if f.does(lib.EOP_init_ctor) {
		return "Super constructor null of " + cmp.Or(f.functionName(), "anonymous class") + " is not a constructor"
	}
	what := wording.Constructed(f.source, f.at)
	if what == "" || what == "(intermediate value)" {
		what = f.constructor()
	}
	if what == "" && name == "" {
		what = "(intermediate value)"
	}
	if what == "" {
		return ""
	}
	return what + " is not a constructor"
}

// ofClasses says what can't be extended.
func (f *fault) ofClasses() string {
	switch f.message {
	case "parent prototype must be an object or null":
		if f.operands() != nil {
			return f.badHeritage()
		}
	case "parent class must be constructor":
		return "Class extends value" + f.heritage() + " is not a constructor or null"
	}
	return ""
}

// ofProperties says what can't be read of an object, or done to one.
func (f *fault) ofProperties() string {
	switch f.message {
	case "value has no property":
		value := f.operandOr(1, "undefined")
		if key := f.computed(); key != "" {
			return "Cannot read properties of " + value + " (reading '" + key + "')"
		}
		return "Cannot read properties of " + value
	case "cannot convert to object":
		return f.noObject()
	case "object is not extensible":
		return f.notExtensible()
	case "could not delete property":
		return f.notDeleted()
	case "no setter for property":
		return f.noSetter()
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
	}
	return ""
}

func (f *fault) noSetter() string {
	key, ok := wording.Assigned(f.source, f.at)
	if computed := f.computed(); computed != "" {
		key, ok = computed, true
	}
	if !ok || key == "" {
		return ""
	}
	if f.notedPlatform() {
		return "Cannot assign to read only property '" + key + "' of object '" + f.targetText() + "'"
	}
	return "Cannot set property " + key + " of " + f.targetText() + " which has only a getter"
}

// ofIterators says what can't be iterated, and what is no generator.
func (f *fault) ofIterators() string {
	switch f.message {
	case "value is not iterable":
		value, ok := f.operand(0, (*Engine).typed)
		if f.builtIn != "" {
			value = f.typedArg(0)
		} else if !ok {
			value = "object"
		}
		return f.notIterable(value)
	case "iterator must return an object":
		if f.does(lib.EOP_iterator_check_object, lib.EOP_iterator_get_value_done) {
			return "Iterator result " + f.operandOr(0, "undefined") + " is not an object"
		}
		return "Iterator result is not an object"
	case "not an AsyncGenerator object":
		return f.incompatible("[AsyncGenerator].prototype")
	case "not a generator":
		return f.incompatible("[Generator].prototype")
	}
	return ""
}

// ofOperators says what in and instanceof can't take, and what is no object
// where one is needed.
func (f *fault) ofOperators() string {
	switch f.message {
	case "invalid 'in' operand":
		return f.notIn()
	case "invalid 'instanceof' right operand":
		if v, _ := f.operand(0, (*Engine).primitive); v != "" {
			return "Right-hand side of 'instanceof' is not an object"
		}
		return "Right-hand side of 'instanceof' is not callable"
	case "not an object":
		return f.notAnObject()
	}
	return ""
}
