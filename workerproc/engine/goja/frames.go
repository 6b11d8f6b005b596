package goja

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// Two instructions leave something behind that they shouldn't. A function that has been called with more arguments than it
// has parameters, and that keeps its variables for closures, finds the arguments in those variables that aren't set yet.
// And what is thrown in a finally block that was reached without an exception goes to the catch block beside it.

// framesOf is where goja's structures have what is mended here.
type framesOf struct {
	args, stash, values      uintptr // in the machine, and in a stash
	tries, trySize, catchPos uintptr
	numArgs, argsToStash     uintptr // in enterFunc
}

func (f *framesOf) measure(machine reflect.Type) error {
	tries, _ := machine.FieldByName("tryStack")
	stash, _ := machine.FieldByName("stash")
	if tries.Type == nil || tries.Type.Kind() != reflect.Slice || stash.Type == nil || stash.Type.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find goja's try blocks and variables")
	}
	f.tries, f.stash, f.trySize = tries.Offset, stash.Offset, tries.Type.Elem().Size()
	return offsets(map[*uintptr]fieldOf{
		&f.args: {machine, "args", reflect.Int}, &f.values: {stash.Type.Elem(), "values", reflect.Slice},
		&f.catchPos: {tries.Type.Elem(), "catchPos", reflect.Int32},
	})
}

func (f *framesOf) measureEnter(enter reflect.Type) error {
	return offsets(map[*uintptr]fieldOf{&f.numArgs: {enter, "numArgs", reflect.Uint32}, &f.argsToStash: {enter, "argsToStash", reflect.Bool}})
}

type fieldOf struct {
	of   reflect.Type
	name string
	kind reflect.Kind
}

func offsets(fields map[*uintptr]fieldOf) error {
	for at, f := range fields {
		field, ok := f.of.FieldByName(f.name)
		if !ok || field.Type.Kind() != f.kind {
			return fmt.Errorf("cannot find %s in goja's %s", f.name, f.of)
		}
		*at = field.Offset
	}
	return nil
}

func execEnterFunc(self, vm unsafe.Pointer) {
	f := &machineCode.frames
	args, parameters := *(*int)(unsafe.Add(vm, f.args)), int(*(*uint32)(unsafe.Add(self, f.numArgs)))
	machineCode.original[anEnterFunc](self, vm)
	if args <= parameters || !*(*bool)(unsafe.Add(self, f.argsToStash)) {
		return
	}
	stash := *(*unsafe.Pointer)(unsafe.Add(vm, f.stash))
	if values := *(*[]goja.Value)(unsafe.Add(stash, f.values)); len(values) > parameters {
		clear(values[parameters:min(args, len(values))])
	}
}

func execEnterFinally(self, vm unsafe.Pointer) {
	machineCode.original[anEnterFinally](self, vm)
	f := &machineCode.frames
	tries := *(*[]byte)(unsafe.Add(vm, f.tries)) // of frames: its length is their number
	last := unsafe.Add(unsafe.Pointer(unsafe.SliceData(tries)), uintptr(len(tries)-1)*f.trySize)
	if catch := (*int32)(unsafe.Add(last, f.catchPos)); *catch >= 0 {
		*catch = -1
	}
}
