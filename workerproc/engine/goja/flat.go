package goja

import (
	"strconv"
	"unsafe"

	"github.com/dop251/goja"
)

// goja's flat(Infinity) of an array that is within itself goes deeper without end: no call is within the other that could be one too
// many, and Go's stack ends the process. So where it may go deep it is done here.

// maxFlat is how many arrays may be within each other.
const maxFlat = 10_000

func (e *Engine) flat(native native, call goja.FunctionCall) goja.Value {
	arg := call.Argument(0)
	if w := (*face)(unsafe.Pointer(&arg)); goja.IsUndefined(arg) || w[0] == machineCode.integer && *(*int64)(w[1]) <= maxFlat {
		return native(call)
	}
	o := call.This.ToObject(e.vm)
	length, depth := lengthOf(o), arg.ToInteger()
	target := speciesArray(o, 0)
	e.flatten(&flattening{target: target}, o, length, depth, 0)
	return target
}

// flattening is the array that flat fills.
type flattening struct {
	target *goja.Object
	length int64
}

func (e *Engine) flatten(f *flattening, source *goja.Object, length, depth int64, level int) {
	if level > maxFlat {
		panic(e.overflow.err())
	}
	for i := range length {
		key := e.vm.ToValue(i)
		if !hasProperty(source, key) {
			continue
		}
		element := source.Get(strconv.FormatInt(i, 10))
		if o, ok := element.(*goja.Object); ok && depth > 0 && isArray(o) {
			e.flatten(f, o, lengthOf(o), depth-1, level+1)
			continue
		}
		if element == nil {
			element = goja.Undefined()
		}
		createDataProperty(f.target, e.vm.ToValue(f.length), element)
		f.length++
	}
}

// lengthOf is that of what is like an array.
func lengthOf(o *goja.Object) int64 {
	v := o.Get("length")
	if v == nil {
		return 0
	}
	return min(max(v.ToInteger(), 0), 1<<53-1)
}
