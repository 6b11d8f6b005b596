package goja

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

// inside is what this package knows of how goja keeps strings and regular
// expressions: goja's API copies a string that isn't ASCII on each look, and
// has no place to keep a compiled pattern at its object. It is looked up by
// name, once a process, and an engine isn't made when a release of goja has
// others.
type inside struct {
	ascii, unicode unsafe.Pointer // the types of its strings
	self           uintptr        // where an object has its implementation
	regexp         unsafe.Pointer // … whose first word is this for a RegExp
	source         uintptr        // where that has its source
}

var lookInside = sync.OnceValues(func() (in inside, err error) {
	vm := goja.New()
	words := func(v any) [2]unsafe.Pointer { return *(*[2]unsafe.Pointer)(unsafe.Pointer(&v)) }
	ascii, unicode := vm.ToValue("a"), goja.StringFromUTF16([]uint16{0xE9})
	sample, err := vm.New(vm.Get("RegExp"), vm.ToValue("a"))
	if err != nil {
		return in, err
	}
	object := reflect.TypeOf(sample).Elem()
	self, ok := object.FieldByName("self")
	regexp := reflect.ValueOf(sample).Elem().FieldByName("self")
	if !ok || regexp.Kind() != reflect.Interface || regexp.Elem().Kind() != reflect.Pointer || regexp.Elem().Elem().Kind() != reflect.Struct {
		return in, fmt.Errorf("cannot find what is in goja's objects")
	}
	source, ok := regexp.Elem().Elem().Type().FieldByName("source")
	if !ok || source.Type != reflect.TypeFor[goja.String]() {
		return in, fmt.Errorf("cannot find the source of goja's regular expressions")
	}
	if a, u := reflect.TypeOf(ascii), reflect.TypeOf(unicode); a.Kind() != reflect.String || u.Kind() != reflect.Slice || u.Elem().Kind() != reflect.Uint16 {
		return in, fmt.Errorf("cannot tell goja's strings apart")
	}
	in = inside{ascii: words(ascii)[0], unicode: words(unicode)[0], self: self.Offset, source: source.Offset}
	in.regexp = (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(sample), in.self))[0]
	return in, nil
})

// text returns what is in a string. It is not copied.
func (in *inside) text(s goja.Value) lre.Subject {
	v := any(s)
	words := (*[2]unsafe.Pointer)(unsafe.Pointer(&v))
	switch words[0] {
	case in.ascii:
		return lre.Subject{ASCII: *(*string)(words[1])}
	case in.unicode:
		return lre.Subject{UTF16: (*(*[]uint16)(words[1]))[1:]} // behind a byte order mark
	}
	str, ok := s.(goja.String)
	if !ok {
		return lre.Subject{}
	}
	copied := str.Substring(0, str.Length())
	v = any(copied)
	if words[0] != in.ascii && words[0] != in.unicode {
		return lre.Subject{ASCII: s.String()}
	}
	return in.text(copied)
}

// asciiString makes a string of bytes that are ASCII and don't change.
func (in *inside) asciiString(s string) goja.String {
	var v any
	*(*[2]unsafe.Pointer)(unsafe.Pointer(&v)) = [2]unsafe.Pointer{in.ascii, unsafe.Pointer(&s)}
	return v.(goja.String)
}

// unicodeString makes a string of units, with a byte order mark before them,
// that are not all ASCII and don't change.
func (in *inside) unicodeString(units []uint16) goja.String {
	var v any
	*(*[2]unsafe.Pointer)(unsafe.Pointer(&v)) = [2]unsafe.Pointer{in.unicode, unsafe.Pointer(&units)}
	return v.(goja.String)
}

// sourceOf returns where a RegExp has its source, nil for any other object.
func (in *inside) sourceOf(obj *goja.Object) *goja.String {
	if obj == nil {
		return nil
	}
	self := (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(obj), in.self))
	if self[0] != in.regexp {
		return nil
	}
	return (*goja.String)(unsafe.Add(self[1], in.source))
}
