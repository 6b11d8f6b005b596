package goja

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/file"
)

// faults has the errors that goja itself throws say what V8 says (messages.go).
// goja makes them with the constructors that it keeps in its runtime; those are
// replaced, which the Worker's code, whose constructors are properties of the
// global object, doesn't see. What there is at that moment, the instruction and
// what it works on, is known by the names of goja's fields.
type faults struct {
	*Engine
	program reflect.Value // *goja.Program; nil in a built-in function
	pc, sp  reflect.Value
	sb      reflect.Value // where a function's arguments begin
	calls   reflect.Value // []context: those that wait for a call
	stack   reflect.Value // []goja.Value
}

func (e *Engine) installFaults() error {
	runtime := reflect.ValueOf(e.vm).Elem()
	inner := runtime.FieldByName("vm")
	if !inner.IsValid() || inner.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find goja's virtual machine")
	}
	f := &faults{Engine: e}
	for name, field := range map[string]*reflect.Value{"prg": &f.program, "pc": &f.pc, "sp": &f.sp, "sb": &f.sb, "callStack": &f.calls, "stack": &f.stack} {
		var err error
		if *field, err = writable(inner.Elem(), name); err != nil {
			return err
		}
	}
	program := f.program.Type().Elem()
	for _, name := range []string{"src", "srcMap"} {
		if _, ok := program.FieldByName(name); !ok {
			return fmt.Errorf("cannot find a goja program's %s", name)
		}
	}
	for name, kind := range map[string]reflect.Kind{"prg": reflect.Pointer, "pc": reflect.Int} {
		if field, ok := f.calls.Type().Elem().FieldByName(name); !ok || field.Type.Kind() != kind {
			return fmt.Errorf("cannot find %s in what goja's calls return to", name)
		}
	}
	global := runtime.FieldByName("global")
	if !global.IsValid() || global.Kind() != reflect.Struct {
		return fmt.Errorf("cannot find goja's globals")
	}
	for _, name := range []string{"TypeError", "ReferenceError", "RangeError", "SyntaxError", "URIError"} {
		field, err := writable(global, name)
		if err != nil {
			return err
		}
		if _, ok := field.Interface().(*goja.Object); !ok {
			return fmt.Errorf("cannot find goja's %s", name)
		}
		field.Set(reflect.ValueOf(f.constructor(name, e.intrinsics.errors[name])))
	}
	return nil
}

// constructor makes what goja makes its errors with.
func (f *faults) constructor(name string, construct goja.Constructor) *goja.Object {
	return f.vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		defer f.tracker.aside()()
		if len(call.Arguments) > 0 {
			message := f.reword(strings.TrimPrefix(call.Arguments[0].String(), " ")) // noArguments
			if number, ok := strings.CutSuffix(message, " to a BigInt"); ok && name == "RangeError" {
				message = "The number " + strings.TrimPrefix(number, "Cannot convert ") + " cannot be converted to a BigInt because it is not an integer"
			}
			call.Arguments[0] = f.vm.ToValue(message)
		}
		f.overflow.arm()
		made, err := construct(nil, call.Arguments...)
		if err != nil {
			return nil
		}
		return made
	}).(*goja.Object)
}

// at is the text of the program that runs, and where it is in it; false in a
// built-in function.
func (f *faults) at() (source string, offset int, ok bool) { return placeIn(f.program, f.pc.Int()) }

// atCall is at of the call of the built-in function, or of the proxy, that runs.
func (f *faults) atCall() (source string, offset int, ok bool) {
	if !f.program.IsNil() || f.calls.Len() == 0 {
		return "", 0, false
	}
	call := f.calls.Index(f.calls.Len() - 1)
	return placeIn(call.FieldByName("prg"), call.FieldByName("pc").Int())
}

// placeIn is the text of a program, and where an instruction is in it.
func placeIn(of reflect.Value, pc int64) (source string, offset int, ok bool) {
	if of.IsNil() {
		return "", 0, false
	}
	program := of.Elem()
	src := program.FieldByName("src")
	if src.IsNil() {
		return "", 0, false
	}
	positions := program.FieldByName("srcMap")
	i := sort.Search(positions.Len(), func(i int) bool { return positions.Index(i).Field(0).Int() > pc }) - 1
	if i < 0 {
		return "", 0, false
	}
	text := (*file.File)(unsafe.Pointer(src.Pointer())).Source()
	return text, int(positions.Index(i).Field(1).Int()), true
}

// fileOf is the name of a program's text.
func fileOf(program reflect.Value) string {
	src := program.Elem().FieldByName("src")
	if src.IsNil() {
		return ""
	}
	return (*file.File)(unsafe.Pointer(src.Pointer())).Name()
}

// madeIn is the name of the text that a function is in, "" when it can't be
// told.
func madeIn(function *goja.Object) string {
	for _, field := range []string{"prg", "initFields"} { // its constructor, or what sets its fields
		if program := programField(function, field); program.IsValid() {
			return fileOf(program)
		}
	}
	return ""
}

// programOf is the *goja.Program of a function or of a class's constructor.
func programOf(function *goja.Object) unsafe.Pointer {
	if program := programField(function, "prg"); program.IsValid() {
		return program.UnsafePointer()
	}
	return nil
}

// implementationOf is the structure that an object is made of.
func implementationOf(object *goja.Object) reflect.Value {
	self := reflect.ValueOf(object).Elem().FieldByName("self")
	if !self.IsValid() || self.IsNil() || self.Elem().Kind() != reflect.Pointer || self.Elem().Elem().Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return self.Elem().Elem()
}

func programField(function *goja.Object, field string) reflect.Value {
	object := implementationOf(function)
	if !object.IsValid() {
		return reflect.Value{}
	}
	program := object.FieldByName(field)
	if !program.IsValid() || program.Kind() != reflect.Pointer || program.IsNil() {
		return reflect.Value{}
	}
	return program
}

// operand is what the instruction works on: the value that is n below the top
// of the stack. In a built-in function 0 is its last argument.
func (f *faults) operand(n int) goja.Value {
	i := int(f.sp.Int()) - 1 - n
	if i < 0 || i >= f.stack.Len() {
		return nil
	}
	v, _ := f.stack.Index(i).Interface().(goja.Value)
	return v
}

// own reads an own property of an object that is none of a proxy: its value, and
// whether it has a getter. No code of the Worker runs.
func (f *faults) own(o *goja.Object, name string) (v goja.Value, getter, found bool) {
	if o.ExportType() == proxyType {
		return nil, false, false
	}
	d, err := f.intrinsics.descriptor(goja.Undefined(), o, f.vm.ToValue(name))
	property, ok := d.(*goja.Object)
	if err != nil || !ok {
		return nil, false, false
	}
	get := property.Get("get")
	return property.Get("value"), get != nil && !goja.IsUndefined(get), true
}

// inherited is own, along the prototype chain.
func (f *faults) inherited(o *goja.Object, name string) (v goja.Value, getter bool) {
	for range maxFrames {
		v, getter, found := f.own(o, name)
		if found || o.ExportType() == proxyType {
			return v, getter
		}
		if o = o.Prototype(); o == nil {
			break
		}
	}
	return nil, false
}
