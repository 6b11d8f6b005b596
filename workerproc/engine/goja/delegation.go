package goja

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// goja's yield* calls an iterator's next without looking whether it is there. What comes of that is seen where the generator
// was resumed: it has given up its frames by then, so that a TypeError can be thrown into it.

// delegation is where goja keeps what a generator's yield* iterates over.
type delegation struct {
	kind  unsafe.Pointer // of a generator object
	field uintptr        // a pointer to a record
	next  uintptr        // in that, a function
	throw func(goja.FunctionCall) goja.Value
}

// installDelegation mends the functions that resume generators.
func (e *Engine) installDelegation() error {
	v, err := e.vm.RunScript("stockade:engine", "(function* () {})()")
	if err != nil {
		return err
	}
	sample := v.(*goja.Object)
	d := &delegation{kind: e.implementation(sample)}
	if err := d.lookUp(sample); err != nil {
		return err
	}
	e.delegation = d
	prototype := sample.Prototype().Prototype()
	for _, name := range []string{"throw", "next", "return"} {
		err := wrapNative(prototype.Get(name).(*goja.Object), func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
			if name == "throw" {
				d.throw = native
			}
			return func(call goja.FunctionCall) goja.Value { return e.resume(d, native, call) }
		})
		if err != nil {
			return fmt.Errorf("cannot mend a generator's %s: %w", name, err)
		}
	}
	return nil
}

func (d *delegation) lookUp(generator *goja.Object) error {
	self := reflect.ValueOf(generator).Elem().FieldByName("self").Elem()
	field, ok := self.Type().Elem().FieldByName("delegated")
	if !ok || field.Type.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find what goja's generators delegate to")
	}
	next, ok := field.Type.Elem().FieldByName("next")
	if !ok || next.Type.Kind() != reflect.Func {
		return fmt.Errorf("cannot find what goja's iterators do next")
	}
	d.field, d.next = field.Offset, next.Offset
	return nil
}

// resume resumes a generator.
func (e *Engine) resume(d *delegation, native func(goja.FunctionCall) goja.Value, call goja.FunctionCall) (result goja.Value) {
	returned := false
	defer func() {
		if returned || !e.undelegate(d, call.This) {
			return
		}
		_ = recover() // nothing was called
		result = d.throw(goja.FunctionCall{This: call.This, Arguments: []goja.Value{e.typeError("undefined is not a function")}})
	}()
	result = native(call)
	returned = true
	return result
}

// undelegate takes from a generator the iterator that has no next.
func (e *Engine) undelegate(d *delegation, generator goja.Value) bool {
	o, ok := generator.(*goja.Object)
	if !ok || e.implementation(o) != d.kind {
		return false
	}
	record := (*unsafe.Pointer)(unsafe.Add(e.implemented(o), d.field))
	if *record == nil || *(*unsafe.Pointer)(unsafe.Add(*record, d.next)) != nil {
		return false
	}
	*record = nil
	return true
}
