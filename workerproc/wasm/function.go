package wasm

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/tetratelabs/wazero/api"
	exptable "github.com/tetratelabs/wazero/experimental/table"

	"stockade.dev/stockade/workerproc/engine"
)

// function is what an Exported Function stands for. There is one for each
// function of an instance that JavaScript has seen.
type function struct {
	instance  *instance
	index     int
	signature *signature
	crosses   bool
	ref       *engine.Ref
	// idle are calls of wazero's that no code is in: each can be in one at a time.
	idle []api.Function
}

func newFunction(i *instance, index int) *function {
	s := i.code.binary.signature(index)
	f := &function{instance: i, index: index, signature: s, crosses: s.crosses()}
	f.ref = &engine.Ref{Value: f, Call: f.call, Name: strconv.Itoa(index), Length: len(s.params)}
	return f
}

func functionOf(v any) *function {
	if r, ok := v.(*engine.Ref); ok {
		f, _ := r.Value.(*function)
		return f
	}
	return nil
}

// call is the function as JavaScript calls it.
func (f *function) call(args []any) (any, error) {
	m := f.instance.m
	if !f.crosses {
		return nil, typeError(errTransform)
	}
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	var space [16]uint64
	stack := space[:]
	if n := max(len(f.signature.params), len(f.signature.results)); n > len(stack) {
		stack = make([]uint64, n)
	}
	for n, t := range f.signature.params {
		var arg any
		if n < len(args) {
			arg = args[n]
		}
		v, err := m.toWasm(t, arg)
		if err != nil {
			return nil, err
		}
		stack[n] = v
	}
	if err := f.run(stack[:max(len(f.signature.params), len(f.signature.results))]); err != nil {
		return nil, m.trap(err)
	}
	return m.results(f.signature.results, stack)
}

func (m *Machine) results(types []byte, stack []uint64) (any, error) {
	switch len(types) {
	case 0:
		return nil, nil
	case 1:
		return m.fromWasm(types[0], stack[0])
	}
	list := make([]any, len(types))
	for n, t := range types {
		v, err := m.fromWasm(t, stack[n])
		if err != nil {
			return nil, err
		}
		list[n] = v
	}
	return list, nil
}

// run calls the function with its parameters on the stack, which has the
// results then.
func (f *function) run(stack []uint64) error {
	if f.index < len(f.instance.imported) { // a function of JavaScript's that came in and goes out again
		return f.instance.callOut(f.index, stack)
	}
	code, err := f.take()
	if err != nil {
		return err
	}
	if err = code.CallWithStack(context.Background(), stack); err == nil { // else its stack may have grown to any size
		f.idle = append(f.idle, code)
	}
	return err
}

func (f *function) take() (code api.Function, err error) {
	if n := len(f.idle); n > 0 {
		code = f.idle[n-1]
		f.idle = f.idle[:n-1]
		return code, nil
	}
	i := f.instance
	place, ok := i.code.place[f.index]
	if !ok {
		return nil, fmt.Errorf("cannot find function %d", f.index)
	}
	table := uint32(len(i.code.binary.tables))
	code = exptable.LookupFunction(i.module, table, uint32(place), f.signature.params, f.signature.results)
	withoutWatcher(code)
	return code, nil
}

// withoutWatcher spares each call a goroutine that would wait for its context's
// end: the isolate's watchdog sees to that (registry.go). The flag is at a place
// of the interpreter's or of the compiler's; where a release of wazero has other
// names, the goroutine stays.
func withoutWatcher(code api.Function) {
	for _, path := range [][]string{{"f", "parent"}, {"parent", "parent"}} {
		v := reflect.ValueOf(code)
		for _, name := range path {
			v = fieldOf(v, name)
		}
		if flag := fieldOf(v, "ensureTermination"); flag.IsValid() && flag.Kind() == reflect.Bool {
			*(*bool)(unsafe.Pointer(flag.UnsafeAddr())) = false
		}
	}
}

// fieldOf is a field of what v points to; invalid if there is none.
func fieldOf(v reflect.Value, name string) reflect.Value {
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return v.Elem().FieldByName(name)
}

// callOut calls an imported function with what is on the stack, and leaves its
// results there.
func (i *instance) callOut(index int, stack []uint64) error {
	if f, ok := i.imported[index].(*function); ok {
		if err := i.m.enter(); err != nil {
			return err
		}
		defer i.m.leave()
		return f.run(stack[:max(len(f.signature.params), len(f.signature.results))])
	}
	s := i.code.binary.signature(index)
	if !s.crosses() {
		return typeError(errTransform)
	}
	args := make([]any, len(s.params))
	for n, t := range s.params {
		v, err := i.m.fromWasm(t, stack[n])
		if err != nil {
			return err
		}
		args[n] = v
	}
	fn, err := i.callee(index)
	if err != nil {
		return err
	}
	result, err := i.m.engine.Invoke(fn, args...)
	if err != nil {
		return err
	}
	return i.m.takeResults(s.results, result, stack)
}

func (m *Machine) takeResults(types []byte, result any, stack []uint64) (err error) {
	switch len(types) {
	case 0:
		return nil
	case 1:
		stack[0], err = m.toWasm(types[0], result)
		return err
	}
	// The list has each result in a function: as values they would be copied.
	next, err := m.engine.Invoke(m.js.list, result, int64(len(types)))
	if err != nil {
		return err
	}
	for n, t := range types {
		v, err := m.engine.Invoke(next, int64(n))
		if err == nil {
			stack[n], err = m.toWasm(t, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reference is the function as WebAssembly refers to it. Nobody can tell any
// more who has it, so that the instance stays.
func (f *function) reference() (uint64, error) {
	i := f.instance
	place, ok := i.code.place[f.index]
	if !ok || i.refs == nil {
		return 0, errors.New("cannot refer to this function")
	}
	i.pin()
	return i.referenceAt(place)
}

func (i *instance) referenceAt(place int) (uint64, error) {
	stack := [1]uint64{uint64(place)}
	err := i.refs.CallWithStack(context.Background(), stack[:])
	return stack[0], err
}

// functionAt is the function that a reference is to; nil: none that is known.
func (m *Machine) functionAt(ref uint64) (found *function) {
	m.instances.each(func(i *instance) bool {
		if i.refs == nil {
			return true
		}
		if i.byRef == nil {
			i.learnReferences()
		}
		if index, ok := i.byRef[m.identity(ref)]; ok {
			found = i.function(index)
			i.pin()
		}
		return found == nil
	})
	return found
}

// identity is the same for all references to one function. The interpreter has
// one; the compiler makes one for each place, which all begin with the address
// of its code and that of its instance.
func (m *Machine) identity(ref uint64) [2]uintptr {
	address := uintptr(ref)
	if !m.options.Compile || address == 0 {
		return [2]uintptr{address}
	}
	return **(**[2]uintptr)(unsafe.Pointer(&address)) // by way of a variable, as wazero does it: the race detector's checks
}

func (i *instance) learnReferences() {
	i.byRef = make(map[[2]uintptr]int, len(i.code.refs))
	for place, index := range i.code.refs {
		if ref, err := i.referenceAt(place); err == nil {
			i.byRef[i.m.identity(ref)] = index
		}
	}
}
