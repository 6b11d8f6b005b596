package goja

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// sorter has Array.prototype.sort with a function compare as few elements as a
// merge sort does: goja sorts in place, which takes three times as many calls.
type sorter struct {
	*Engine
	array                  unsafe.Pointer // the type of an array's implementation
	values, length, others uintptr        // offsets in it: []goja.Value, how many there should be, and how many are properties
}

func (e *Engine) installSort() error {
	s := &sorter{Engine: e}
	sample := e.vm.NewArray(1)
	self := reflect.ValueOf(sample).Elem().FieldByName("self").Elem()
	if self.Kind() != reflect.Pointer || self.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("cannot find what goja's arrays are made of")
	}
	values, ok := self.Elem().Type().FieldByName("values")
	others, also := self.Elem().Type().FieldByName("propValueCount")
	length, too := self.Elem().Type().FieldByName("length")
	if !ok || !also || !too || length.Type.Kind() != reflect.Uint32 || values.Type != reflect.TypeFor[[]goja.Value]() || others.Type.Kind() != reflect.Int {
		return fmt.Errorf("cannot find the elements of goja's arrays")
	}
	s.array, s.values, s.length, s.others = s.inner(sample)[0], values.Offset, length.Offset, others.Offset
	for name, sort := range map[string]func(goja.FunctionCall) (goja.Value, bool){"sort": s.sort, "toSorted": s.toSorted} {
		function, err := e.vm.RunScript("stockade:engine", "Array.prototype."+name)
		if err != nil {
			return err
		}
		err = wrapNative(function.(*goja.Object), func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
			return func(call goja.FunctionCall) goja.Value {
				if sorted, ok := sort(call); ok {
					return sorted
				}
				return native(call)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// inner is the type and address of an object's implementation.
func (s *sorter) inner(o *goja.Object) [2]unsafe.Pointer {
	return *(*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(o), s.regexps.self))
}

// elements are those of an array that has nothing but values, nil of anything else.
func (s *sorter) elements(v goja.Value) []goja.Value {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	self := s.inner(o)
	if self[0] != s.array || *(*int)(unsafe.Add(self[1], s.others)) != 0 {
		return nil
	}
	list := *(*[]goja.Value)(unsafe.Add(self[1], s.values))
	if int(*(*uint32)(unsafe.Add(self[1], s.length))) != len(list) {
		return nil
	}
	return list
}

// sort sorts such an array; false: it is for goja to do.
func (s *sorter) sort(call goja.FunctionCall) (goja.Value, bool) {
	function, ok := call.Argument(0).(*goja.Object)
	list := s.elements(call.This)
	if !ok || len(list) < 2 {
		return nil, false
	}
	compare, ok := function.Export().(func(goja.FunctionCall) goja.Value)
	if !ok {
		return nil, false
	}
	sorted := make([]goja.Value, 0, 2*len(list))
	missing := 0
	for _, v := range list {
		switch {
		case v == nil:
			return nil, false
		case goja.IsUndefined(v):
			missing++
		default:
			sorted = append(sorted, v)
		}
	}
	m := merge{compare: compare, room: sorted[len(sorted):cap(sorted)]}
	m.sort(sorted)
	for range missing {
		sorted = append(sorted, goja.Undefined())
	}
	if now := s.elements(call.This); len(now) == len(sorted) {
		copy(now, sorted)
		return call.This, true
	}
	for i, v := range sorted { // the function has changed the array
		if err := call.This.(*goja.Object).Set(index(i), v); err != nil {
			s.throw(err)
		}
	}
	return call.This, true
}

// toSorted is sort of a copy.
func (s *sorter) toSorted(call goja.FunctionCall) (goja.Value, bool) {
	list := s.elements(call.This)
	if len(list) < 2 || len(call.Arguments) == 0 {
		return nil, false
	}
	values := make([]any, len(list))
	for i, v := range list {
		if v == nil {
			return nil, false
		}
		values[i] = v
	}
	return s.sort(goja.FunctionCall{This: s.vm.NewArray(values...), Arguments: call.Arguments})
}

// merge is a stable merge sort.
type merge struct {
	compare func(goja.FunctionCall) goja.Value
	room    []goja.Value
}

// after says that a belongs behind b.
func (m *merge) after(a, b goja.Value) bool {
	v := m.compare(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{a, b}})
	return v != nil && v.ToFloat() > 0
}

func (m *merge) sort(list []goja.Value) {
	if len(list) <= 6 {
		m.insert(list)
		return
	}
	half := len(list) / 2
	m.sort(list[:half])
	m.sort(list[half:])
	if !m.after(list[half-1], list[half]) {
		return
	}
	left := m.room[:copy(m.room, list[:half])]
	right := list[half:]
	for at := 0; len(left) > 0; at++ {
		if len(right) > 0 && m.after(left[0], right[0]) {
			list[at], right = right[0], right[1:]
		} else {
			list[at], left = left[0], left[1:]
		}
	}
}

// insert sorts a few.
func (m *merge) insert(list []goja.Value) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && m.after(list[j-1], list[j]); j-- {
			list[j-1], list[j] = list[j], list[j-1]
		}
	}
}
