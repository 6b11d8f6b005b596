package quickjs

import (
	"cmp"
	"slices"
	"strings"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// What is iterated over or taken apart, and isn't there.

// notIterableOperand is about what a pattern in brackets, or yield*, takes
// values from. Their places are not in the text.
func (f *fault) notIterableOperand(value string) string {
	from := f.here.origins[len(f.here.origins)-1]
	text := f.e.originText(f.here, from)
	if f.delegates() {
		text = ""
	}
	switch {
	case text == "" || from.kind == property:
		return value + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case from.kind == called:
		return strings.TrimSuffix(text, "(...)") + " is not a function or its return value is not iterable"
	}
	return text + " is not iterable"
}

// delegates says that it is yield* that iterates.
func (f *fault) delegates() bool {
	next, ok := instructionAt(f.here.in.code, f.here.in.next())
	return ok && next.op == lib.EOP_drop
}

func (f *fault) notAsyncIterable() string {
	if v := f.operandOr(0, ""); v == "undefined" || v == "null" {
		return "Cannot read properties of " + v + " (reading 'Symbol(Symbol.asyncIterator)')"
	}
	what := wording.Chain(f.source, f.at)
	if what == "" && f.operands() != nil {
		what = f.e.operandText(f.here, 0)
	}
	if what == "" {
		what = f.operandOr(0, "undefined")
	}
	return what + " is not async iterable"
}

// notDestructured is about undefined or null that a pattern in braces takes
// apart.
func (f *fault) notDestructured() string {
	value, key := f.operandOr(0, "undefined"), f.firstProperty()
	from := f.here.origins[len(f.here.origins)-1]
	if from.kind == property && from.of.taken && key != "" {
		return "Cannot read properties of " + value + " (reading '" + key + "')" // a pattern within a pattern
	}
	text := f.e.originText(f.here, from)
	for n := 0; n < 8 && key != "" && text == "" && from.kind != parameter; n++ {
		property, of, inner := wording.Pattern(f.source, f.at, n)
		switch {
		case property != key:
		case inner:
			return "Cannot read properties of " + value + " (reading '" + key + "')"
		default:
			text = of
		}
	}
	if key == "" {
		if property, _, inner := wording.Pattern(f.source, f.at, 0); !inner {
			key = property
		}
	}
	switch {
	case text == "" && from.kind == parameter && value == "null":
		text = "object null"
	case text == "" && from.kind == parameter:
		text = value
	case text == "":
		text = "(intermediate value)"
	}
	if key != "" {
		key = "property '" + key + "' of "
	}
	return "Cannot destructure " + key + "'" + text + "' as it is " + value + "."
}

// firstProperty is the first that a pattern takes, "" if that is computed.
func (f *fault) firstProperty() string {
	in, ok := instructionAt(f.here.in.code, f.here.in.next())
	if ok && in.op == lib.EOP_dup {
		in, ok = instructionAt(in.code, in.next())
	}
	if ok && (in.op == lib.EOP_get_field2 || in.op == lib.EOP_get_field) {
		return f.e.atomText(in.u32(1))
	}
	if ok && in.op == lib.EOP_get_length {
		return "length"
	}
	return ""
}

// isLastArgument says that what an instruction has spread is the last that a
// call gets.
func (f *fault) isLastArgument() bool {
	in := f.here.in
	for _, op := range []int{lib.EOP_drop, lib.EOP_perm3, lib.EOP_apply} {
		var ok bool
		if in, ok = instructionAt(in.code, in.next()); !ok || in.op != op && op != lib.EOP_perm3 {
			return false
		}
	}
	return true
}

func (f *fault) notIterable(value string) string {
	what := wording.Chain(f.source, f.at)
	switch {
	case f.builtIn == "fromEntries" && value == "undefined":
		return "undefined is not iterable"
	case f.source == "" && len(f.args) > 0:
		return f.typedArg(0) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case f.does(lib.EOP_append) && (f.isLastArgument() || wording.IsLastArgument(f.source, f.at)):
		if value == "undefined" || value == "null" {
			return cmp.Or(what, value) + " is not iterable (cannot read property undefined)"
		}
		return "Spread syntax requires ...iterable[Symbol.iterator] to be a function"
	case f.does(lib.EOP_for_of_start) && !f.delegates() && wording.IsPattern(f.source, f.at):
		if typed, ok := f.operand(0, (*Engine).typed); ok {
			value = typed
		}
		return value + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case f.does(lib.EOP_for_of_start) && (f.delegates() || what == "" || what == "(intermediate value)"):
		return f.notIterableOperand(value)
	case f.source == "" || what == "" || what == "(intermediate value)" || wording.Name(f.source, f.at) == "new":
		return value + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	case wording.IsCall(f.source, f.at):
		return strings.TrimSuffix(what, "(...)") + " is not a function or its return value is not iterable"
	}
	return what + " is not iterable"
}

func (f *fault) noObject() string {
	if f.does(lib.EOP_to_object) {
		return f.notDestructured()
	}
	if slices.Contains(stringMethods, f.builtIn) {
		return "String.prototype." + f.builtIn + " called on null or undefined"
	}
	if slices.Contains(arrayMethods, f.builtIn) {
		return "Array.prototype." + f.builtIn + " called on null or undefined"
	}
	property, value, _ := wording.Pattern(f.source, f.at, 0)
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
