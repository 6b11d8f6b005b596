package goja

import (
	"reflect"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// What can't be assigned to, added, deleted or inherited from.

// readOnly is about an assignment: the value is on the top of the stack, and
// the object below it, or below the key. goja says nothing of an element that
// a method of arrays can't write; the first is 0.
func (f *faults) readOnly(rest string) string {
	key, _, _ := strings.Cut(rest, "'")
	if n, ok := f.native(); ok {
		if key == "" {
			key = "0"
		}
		if o, is := f.written(n).(*goja.Object); is {
			return f.readOnlyOf(o, key)
		}
	}
	name := f.instruction()
	if strings.HasPrefix(name, "setPrivate") && strings.HasPrefix(key, "#") {
		return "'" + key + "' was defined without a setter"
	}
	if strings.HasPrefix(name, "setGlobal") {
		return "Cannot assign to read only property '" + key + "' of object '#<ServiceWorkerGlobalScope>'"
	}
	if symbol, is := f.operand(1).(*goja.Symbol); is && strings.HasPrefix(name, "_setElem") {
		key = f.display(symbol)
	}
	first := 1
	if strings.HasPrefix(name, "_setElem") {
		first = 2 // the key lies between
	}
	for n := first; n <= 2; n++ {
		switch v := f.operand(n).(type) {
		case *goja.Object:
			if rest == "" && n == 2 {
				key = f.display(f.operand(1))
			}
			return f.readOnlyOf(v, key)
		case goja.String:
			if n == first || key == f.display(f.operand(1)) {
				return "Cannot assign to read only property '" + key + "' of string '" + v.String() + "'"
			}
		}
	}
	return "Cannot assign to read only property '" + key + "' of object '#<Object>'"
}

func (f *faults) readOnlyOf(o *goja.Object, key string) string {
	if f.isNamespace(o) {
		return "Cannot assign to property '" + key + "' of [object Module]"
	}
	if _, getter := f.inherited(o, key); getter && !f.isPlatforms(o, key) {
		return "Cannot set property " + key + " of " + f.display(o) + " which has only a getter"
	}
	return "Cannot assign to read only property '" + key + "' of " + f.typeOf(o) + " '" + f.display(o) + "'"
}

// isPlatforms says that a property of an object has a getter of the platform's, which is no accessor in the Workers runtime.
func (f *faults) isPlatforms(o *goja.Object, name string) bool {
	for range maxFrames {
		d, err := f.intrinsics.descriptor(goja.Undefined(), o, f.vm.ToValue(name))
		if property, ok := d.(*goja.Object); ok && err == nil {
			getter, ok := property.Get("get").(*goja.Object)
			return ok && wording.IsPlatform(madeIn(getter))
		}
		if o = o.Prototype(); o == nil || o.ExportType() == proxyType {
			break
		}
	}
	return false
}

// isNamespace says that an object has the exports of a module.
func (f *faults) isNamespace(o *goja.Object) bool {
	for _, m := range f.modules.modules {
		if m.namespace == o {
			return true
		}
	}
	return false
}

// written is what a built-in function sets properties of.
func (f *faults) written(n nativeCall) goja.Value {
	if n.name == "assign" && f.owner(n) == "" {
		return n.arg(0)
	}
	return n.this
}

// inextensible is about a property that can't be added. goja shows the key.
func (f *faults) inextensible(rest string) string {
	if key, _, _ := strings.Cut(rest, ","); f.program.IsValid() && !f.program.IsNil() {
		for n := 1; n <= 2; n++ {
			if o, ok := f.operand(n).(*goja.Object); ok && f.isNamespace(o) {
				return "Cannot assign to property '" + key + "' of [object Module]"
			}
		}
	}
	if symbol, ok := f.operand(1).(*goja.Symbol); ok && !f.program.IsNil() {
		_, after, _ := strings.Cut(rest, ", ")
		return "Cannot add property " + f.display(symbol) + ", " + after
	}
	return ""
}

func (f *faults) undeletable(rest string) string {
	key, object, _ := strings.Cut(rest, "' of ")
	if o, ok := f.deletedFrom(key).(*goja.Object); ok {
		if f.isNamespace(o) {
			return "Cannot delete property '" + key + "' of [object Module]"
		}
		return "Cannot delete property '" + key + "' of " + f.display(o)
	}
	switch {
	case object == "[object Object]":
		object = "#<Object>"
	case !strings.HasPrefix(object, "["):
		object = "[object Array]"
	}
	return "Cannot delete property '" + key + "' of " + object
}

// deletedFrom is the object whose property can't be deleted, nil if it isn't known.
func (f *faults) deletedFrom(key string) goja.Value {
	if n, ok := f.native(); ok {
		return n.this
	}
	if o, ok := f.operand(0).(*goja.Object); ok {
		return o
	}
	if f.operand(0) != nil && f.display(f.operand(0)) == key {
		return f.operand(1)
	}
	return nil
}

// primitiveReceiver is about a property of what is no object, which stands
// below the value, and below the key if that is computed.
func (f *faults) primitiveReceiver(string) string {
	source, at, ok := f.at()
	if !ok {
		return ""
	}
	key, _ := wording.Assigned(source, at)
	receiver := f.operand(1)
	if source[at] == '[' {
		key, receiver = f.display(f.operand(1)), f.operand(2)
	}
	return "Cannot create property '" + key + "' on " + f.typeOf(receiver) + " '" + f.display(receiver) + "'"
}

// noSuper is about a class that extends null. Its constructor isn't running yet; it lies below the arguments of new.
func (f *faults) noSuper(string) string {
	name := "anonymous class"
	for n := range 10 {
		if class, ok := f.operand(n).(*goja.Object); ok && class.ClassName() == "Function" {
			if text := f.nameOf(class); text != "" {
				name = text
			}
			break
		}
	}
	return "Super constructor null of " + name + " is not a constructor"
}

// badHeritage is about a class whose prototype property is no object.
func (f *faults) badHeritage(string) string {
	text := "undefined"
	if class, ok := f.operand(0).(*goja.Object); ok {
		v, _ := f.inherited(class, "prototype")
		text = f.display(v)
	}
	return "Class extends value does not have valid prototype property " + text
}

// instruction is the name of the type of what runs, "" in a built-in function.
func (f *faults) instruction() string {
	return f.instructionAt(int(f.pc.Int()))
}

func (f *faults) instructionAt(pc int) string {
	if f.program.IsNil() {
		return ""
	}
	code := f.program.Elem().FieldByName("code")
	if code.Kind() != reflect.Slice || pc < 0 || pc >= code.Len() {
		return ""
	}
	t := code.Index(pc).Elem().Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
