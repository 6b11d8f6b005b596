package goja

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// goja's arrays of integers, and DataViews, take a number of 2**63 or more for 0. Here too it is replaced by the 32 bits that
// stand for it: where code assigns an element, and in what the functions are given that fill such arrays.

// integerArrays are how those of an engine are told.
type integerArrays struct {
	kind     unsafe.Pointer          // of a typed array
	elements uintptr                 // where that has its elements, whose type …
	integers map[unsafe.Pointer]bool // … is one of these
	classes  map[*goja.Object]bool   // the constructors
	self     uintptr
}

// integerClasses are the constructors, and what is called to fill arrays: with an element as the first argument, as the
// second, with elements, with a list of them, and those of a DataView.
const integerClasses = `((T) => [
	[Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array],
	[T.prototype.fill], [T.prototype.with], [T.of], [T.prototype.set, T.from], ["Int16", "Uint16", "Int32", "Uint32"].map((name) => DataView.prototype["set" + name]),
])(Object.getPrototypeOf(Int8Array))`

func (e *Engine) installLarge() error {
	v, err := e.vm.RunScript("stockade:engine", integerClasses)
	if err != nil {
		return err
	}
	var lists [6][]*goja.Object
	for i := range lists {
		if err := e.vm.ExportTo(v.(*goja.Object).Get(index(i)), &lists[i]); err != nil {
			return err
		}
	}
	l := &integerArrays{integers: map[unsafe.Pointer]bool{}, classes: map[*goja.Object]bool{}, self: e.regexps.self}
	e.iteration.large = l
	for _, class := range lists[0] {
		if err := e.wrapClass(l, class); err != nil {
			return err
		}
	}
	for i, smaller := range []func(int, goja.Value) goja.Value{
		func(i int, v goja.Value) goja.Value { return smallNumber(v, i == 0) },
		func(i int, v goja.Value) goja.Value { return smallNumber(v, i == 1) },
		func(i int, v goja.Value) goja.Value { return smallNumber(v, true) },
		func(i int, v goja.Value) goja.Value { return e.smallList(v, i == 0) },
		func(i int, v goja.Value) goja.Value { return smallNumber(v, i == 1) },
	} {
		of := l
		if i == 4 {
			of = nil
		}
		for _, f := range lists[i+1] {
			if err := e.wrapSmaller(of, f, smaller); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) wrapClass(l *integerArrays, class *goja.Object) error {
	l.classes[class] = true
	sample, err := e.vm.New(class)
	if err == nil {
		err = l.measure(sample)
	}
	if err == nil {
		err = e.wrapConstruct(class)
	}
	return err
}

// wrapSmaller has a function take other arguments, for arrays of integers, or whatever it is called on.
func (e *Engine) wrapSmaller(l *integerArrays, function *goja.Object, smaller func(int, goja.Value) goja.Value) error {
	return wrapNative(function, func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(call goja.FunctionCall) goja.Value {
			this, _ := call.This.(*goja.Object)
			if this != nil && (l == nil || l.has(this) || l.classes[this]) {
				args := append([]goja.Value(nil), call.Arguments...)
				for i := range args {
					args[i] = smaller(i, args[i])
				}
				call.Arguments = args
			}
			return native(call)
		}
	})
}

func (l *integerArrays) measure(sample *goja.Object) error {
	self := reflect.ValueOf(sample).Elem().FieldByName("self").Elem()
	if self.Kind() != reflect.Pointer || self.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("cannot find what goja's typed arrays are made of")
	}
	if err := offsets(map[*uintptr]fieldOf{&l.elements: {self.Elem().Type(), "typedArray", reflect.Interface}}); err != nil {
		return err
	}
	inner := (*face)(unsafe.Add(unsafe.Pointer(sample), l.self))
	l.kind = inner[0]
	l.integers[(*face)(unsafe.Add(inner[1], l.elements))[0]] = true
	return nil
}

// has says that a value is such an array.
func (l *integerArrays) has(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	inner := (*face)(unsafe.Add(unsafe.Pointer(o), l.self))
	return inner[0] == l.kind && l.integers[(*face)(unsafe.Add(inner[1], l.elements))[0]]
}

// wrapConstruct has a constructor take a list with large numbers.
func (e *Engine) wrapConstruct(class *goja.Object) error {
	field, err := writable(reflect.ValueOf(class).Elem().FieldByName("self").Elem().Elem(), "construct")
	if err != nil {
		return err
	}
	construct, ok := field.Addr().Interface().(*func([]goja.Value, *goja.Object) *goja.Object)
	if !ok {
		return fmt.Errorf("cannot find how goja makes a typed array")
	}
	native := *construct
	if native == nil {
		return fmt.Errorf("cannot find how goja makes a typed array")
	}
	*construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		if len(args) > 0 {
			args = append([]goja.Value{e.smallList(args[0], true)}, args[1:]...)
		}
		return native(args, newTarget)
	}
	return nil
}

// smallNumber is a number, or the 32 bits that stand for it.
func smallNumber(v goja.Value, wanted bool) goja.Value {
	if wanted && (*face)(unsafe.Pointer(&v))[0] == machineCode.float {
		machineCode.small(unsafe.Pointer(&v))
	}
	return v
}

// smallList is smallNumber of what is in an array.
func (e *Engine) smallList(v goja.Value, wanted bool) goja.Value {
	in := e.iteration
	if !wanted || !in.plainArray(v) || !in.plainNext() {
		return v
	}
	list, ok := in.simple(v.(*goja.Object))
	if !ok {
		return v
	}
	var copied []goja.Value
	for i, element := range list {
		if w := (*face)(unsafe.Pointer(&element)); w[0] != machineCode.float || !isLarge(*(*float64)(w[1])) {
			continue
		}
		if copied == nil {
			copied = append(copied, list...)
		}
		copied[i] = smallNumber(element, true)
	}
	if copied == nil {
		return v
	}
	return newArrayValues(e.vm, copied)
}

// execSetElement assigns to an element, execSetElementP where nobody asks for the assignment's value.
func execSetElement(self, vm unsafe.Pointer) {
	value := *(*goja.Value)(machineCode.operand(vm, 1))
	large := (*iteration)(self).shrink(vm)
	machineCode.original[aSetElement](self, vm)
	if large {
		*(*goja.Value)(machineCode.operand(vm, 1)) = value
	}
}

func execSetElementP(self, vm unsafe.Pointer) {
	(*iteration)(self).shrink(vm)
	machineCode.original[aSetElementP](self, vm)
}

// shrink replaces what is assigned, if that is a number too large for goja.
func (in *iteration) shrink(vm unsafe.Pointer) bool {
	w := (*face)(machineCode.operand(vm, 1))
	if w[0] != machineCode.float || !isLarge(*(*float64)(w[1])) || !in.large.has(*(*goja.Value)(machineCode.operand(vm, 3))) {
		return false
	}
	machineCode.small(unsafe.Pointer(w))
	return true
}
