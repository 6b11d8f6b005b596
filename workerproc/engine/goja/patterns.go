package goja

import (
	"cmp"
	"sort"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// What can't be iterated over or taken apart. goja has one place in the text for
// a pattern with all that is in it, so that its instructions are counted.

const noIterator = " is not iterable (cannot read property Symbol(Symbol.iterator))"

// nested is how many instructions of the kind of the one that runs come before
// it in the code that has its place in the text.
func (f *faults) nested() (n int) {
	positions, pc := f.program.Elem().FieldByName("srcMap"), int(f.pc.Int())
	i := sort.Search(positions.Len(), func(i int) bool { return int(positions.Index(i).Field(0).Int()) > pc }) - 1
	if i < 0 {
		return 0
	}
	name := patternStart(f.instruction())
	for at := int(positions.Index(i).Field(0).Int()); at < pc; at++ {
		if patternStart(f.instructionAt(at)) == name {
			n++
		}
	}
	return n
}

// patternStart is one name for both instructions that a pattern in braces begins with.
func patternStart(instruction string) string {
	if instruction == "_createDestructSrc" {
		return "_checkObjectCoercible"
	}
	return instruction
}

func (f *faults) notIterable() string {
	source, at, ok := f.at()
	value := f.typed(f.operand(0))
	if !ok {
		if n, is := f.native(); is {
			value = f.typed(n.arg(0))
		}
		return value + noIterator
	}
	what := wording.Chain(source, at)
	switch name := f.instruction(); {
	case name == "_iterate" && f.nested() > 0:
		return value + noIterator
	case name == "_iterate":
		return f.original(wording.NotIterable(source, at, value))
	case name == "_pushSpread":
		return f.notSpread(source, at, what)
	case wording.Name(source, at) == "new", what == "", strings.Contains(what, "__knownSymbol"): // esbuild's
		return value + noIterator
	case wording.IsCall(source, at):
		return f.original(strings.TrimSuffix(what, "(...)")) + " is not a function or its return value is not iterable"
	}
	return f.original(what) + " is not iterable"
}

// notSpread is about the arguments of a call. The value is no longer on the stack.
func (f *faults) notSpread(source string, at int, what string) string {
	v := f.operand(-1)
	switch last := wording.IsLastArgument(source, at); {
	case last && isNullish(v):
		return f.original(what) + " is not iterable (cannot read property undefined)"
	case last:
		return "Spread syntax requires ...iterable[Symbol.iterator] to be a function"
	}
	return f.typed(v) + noIterator
}

func (f *faults) notCoercible(string) string {
	source, at, ok := f.at()
	if !ok {
		if text := f.nullReceiver(); text != "" {
			return text
		}
		return cmp.Or(f.nullArgument(), "Cannot convert undefined or null to object")
	}
	nullish := f.nullish(0)
	property, value, inner := wording.Pattern(source, at, f.nested())
	if inner && property != "" {
		return "Cannot read properties of " + nullish + " (reading '" + property + "')"
	}
	if value == "" {
		value = f.typed(f.operand(0))
	}
	if property == "" {
		return "Cannot destructure '" + f.original(value) + "' as it is " + nullish + "."
	}
	return "Cannot destructure property '" + property + "' of '" + f.original(value) + "' as it is " + nullish + "."
}

// notAnObject is what goja says of a call, of an argument, of in and of
// instanceof alike.
func (f *faults) notAnObject(value string) string {
	source, at, ok := f.at()
	if !ok {
		return f.badArgument(value)
	}
	switch name := f.instruction(); name {
	case "_op_in":
		return "Cannot use 'in' operator to search for '" + f.display(f.operand(1)) + "' in " + f.display(f.operand(0))
	case "privateInRes", "privateInId":
		return "Cannot use 'in' operator to search for '" + wording.PrivateIn(source, at) + "' in " + f.display(f.operand(0))
	case "_op_instanceof":
		return "Right-hand side of 'instanceof' is not an object"
	case "_iterate", "_iterateP":
		return "Result of the Symbol.iterator method is not an object"
	case "iterNext", "iterGetNextOrUndef", "_pushArraySpread", "_pushSpread":
		return "Iterator result " + value + " is not an object"
	}
	switch {
	case wording.Name(source, at) == "new":
		return f.badConstruction(wording.Constructed(source, at), value)
	case source[at] == '(' || source[at] == '`':
		return f.notAFunction()
	case strings.Contains(line(source, at), " of ") || strings.Contains(line(source, at), "..."):
		if v := f.operand(0); v == nil || v.ExportType() == nil {
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

// line is the text from an offset's line on up to the offset, and a little more.
func line(source string, at int) string {
	from := strings.LastIndexByte(source[:min(at, len(source))], '\n') + 1
	return source[max(from, at-200):min(len(source), at+40)]
}

// original is an expression of a module that esbuild has rewritten, with the
// names that are its author's: esbuild gives a number to one that another
// scope has, too.
func (f *faults) original(text string) string {
	if f.program.IsNil() || text == "" {
		return text
	}
	in := f.modules.modules[fileOf(f.program)]
	if in == nil || in.unit == nil || in.unit.direct {
		return text
	}
	return wording.Renamed(text, in.Source)
}

func isNullish(v goja.Value) bool { return v == nil || goja.IsUndefined(v) || goja.IsNull(v) }
