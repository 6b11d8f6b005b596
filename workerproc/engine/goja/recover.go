package goja

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// machine gives access to the parts of goja's virtual machine that it leaves
// as they were when an interrupt or a stack overflow unwinds an async
// function: frames stay on its stacks, and from then on it never believes
// itself at rest, so that no promise job runs any more. There is no way to
// reset them but by name. newMachine fails when a release of goja has other
// names.
type machine struct {
	stacks map[string]reflect.Value // slices to empty
	rest   map[string]reflect.Value // fields to set back
	saved  map[string]reflect.Value
}

func newMachine(vm *goja.Runtime) (*machine, error) {
	inner := reflect.ValueOf(vm).Elem().FieldByName("vm")
	if !inner.IsValid() || inner.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("cannot find goja's virtual machine")
	}
	m := &machine{stacks: map[string]reflect.Value{}, rest: map[string]reflect.Value{}, saved: map[string]reflect.Value{}}
	for _, name := range []string{"callStack", "tryStack", "iterStack", "refStack"} {
		field, err := writable(inner.Elem(), name)
		if err != nil || field.Kind() != reflect.Slice {
			return nil, fmt.Errorf("cannot find goja's %s", name)
		}
		m.stacks[name] = field
	}
	for _, name := range []string{"sp", "sb", "pc", "args", "stash", "privEnv", "prg", "newTarget", "result", "curAsyncRunner"} {
		field, err := writable(inner.Elem(), name)
		if err != nil {
			return nil, err
		}
		m.rest[name], m.saved[name] = field, reflect.New(field.Type()).Elem()
		m.saved[name].Set(field)
	}
	return m, nil
}

func writable(of reflect.Value, name string) (reflect.Value, error) {
	field := of.FieldByName(name)
	if !field.IsValid() {
		return field, fmt.Errorf("cannot find goja's %s", name)
	}
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem(), nil
}

// reset puts the machine at rest as it was when it was new.
func (m *machine) reset() {
	for _, stack := range m.stacks {
		stack.Set(reflect.Zero(stack.Type()))
	}
	for name, field := range m.rest {
		field.Set(m.saved[name])
	}
}
