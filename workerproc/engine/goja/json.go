package goja

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// goja's JSON.parse reads tokens of Go's encoding/json, each an allocation or two; it has no text for a lone surrogate, and
// a number beyond the largest is an error. This one reads the text as goja keeps it and puts properties where goja's own
// does. What it doesn't take (a reviver, an error in the text) goja's has to answer for.

// maxNested is how deep JSON may nest.
const maxNested = 100_000

// putProperty is _putProp of goja's objects, in the table of methods of their implementation.
type putProperty func(self unsafe.Pointer, name unistring.String, value goja.Value, writable, enumerable, configurable bool) goja.Value

// jsonParser makes values of texts.
type jsonParser struct {
	vm      *goja.Runtime
	regexps *regexps // knows goja's strings
	method  uintptr  // where the table has _putProp
	null    goja.Value
	yes, no goja.Value
}

func (e *Engine) installJSON() error {
	object := e.vm.Get("JSON").(*goja.Object)
	old := object.Get("parse").(*goja.Object)
	parse, ok := goja.AssertFunction(old)
	if !ok {
		return fmt.Errorf("cannot find JSON.parse")
	}
	p := &jsonParser{vm: e.vm, regexps: &e.regexps, null: goja.Null(), yes: e.vm.ToValue(true), no: e.vm.ToValue(false)}
	if err := p.findMethod(); err != nil {
		return err
	}
	made := e.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		if len(call.Arguments) == 1 || len(call.Arguments) > 1 && goja.IsUndefined(call.Arguments[1]) {
			if text, ok := call.Arguments[0].(goja.String); ok {
				if v, ok := p.parse(text); ok {
					return v
				}
			}
		}
		v, err := parse(call.This, call.Arguments...)
		if err != nil {
			e.throw(err)
		}
		return v
	}).(*goja.Object)
	for _, property := range []string{"name", "length"} {
		if err := made.DefineDataProperty(property, old.Get(property), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	return object.DefineDataProperty("parse", made, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (p *jsonParser) findMethod() error {
	self, ok := reflect.TypeFor[goja.Object]().FieldByName("self")
	if !ok || self.Type.Kind() != reflect.Interface {
		return fmt.Errorf("cannot find what goja's objects do")
	}
	for n := range self.Type.NumMethod() {
		method := self.Type.Method(n)
		if method.Name == "_putProp" && method.Type.String() == "func(unistring.String, goja.Value, bool, bool, bool) goja.Value" {
			p.method = unsafe.Offsetof(itab{}.method) + uintptr(n)*unsafe.Sizeof(uintptr(0))
			return nil
		}
	}
	return fmt.Errorf("cannot find how goja's objects get properties")
}

func (p *jsonParser) parse(text goja.String) (goja.Value, bool) {
	s := p.regexps.text(text)
	if s.UTF16 != nil {
		return parseAll(&reader[uint16]{jsonParser: p, text: s.UTF16})
	}
	text8 := unsafe.Slice(unsafe.StringData(s.ASCII), len(s.ASCII))
	return parseAll(&reader[byte]{jsonParser: p, text: text8, plain: text8})
}

// reader is on its way through a text.
type reader[T byte | uint16] struct {
	*jsonParser
	text  []T
	plain []byte // text, if it is ASCII
	at    int
	depth int
	names map[string]unistring.String
	bytes []byte
	units []uint16
}

func parseAll[T byte | uint16](r *reader[T]) (goja.Value, bool) {
	v := r.value()
	r.space()
	return v, v != nil && r.at == len(r.text)
}

func (r *reader[T]) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// next is the character behind blanks, 0 at the end.
func (r *reader[T]) next() T {
	r.space()
	if r.at == len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// value returns nil for what is no JSON.
func (r *reader[T]) value() goja.Value {
	switch c := r.next(); c {
	case '{':
		return r.nested(r.object)
	case '[':
		return r.nested(r.array)
	case '"':
		return r.string()
	case 't':
		return r.word("true", r.yes)
	case 'f':
		return r.word("false", r.no)
	case 'n':
		return r.word("null", r.null)
	default:
		return r.number()
	}
}

func (r *reader[T]) nested(read func() goja.Value) goja.Value {
	if r.depth++; r.depth > maxNested {
		return nil
	}
	r.at++
	v := read()
	r.depth--
	return v
}

func (r *reader[T]) word(word string, v goja.Value) goja.Value {
	if len(r.text)-r.at < len(word) {
		return nil
	}
	for n := range len(word) {
		if r.text[r.at+n] != T(word[n]) {
			return nil
		}
	}
	r.at += len(word)
	return v
}

func (r *reader[T]) array() goja.Value {
	var list []any
	if r.next() == ']' {
		r.at++
		return r.vm.NewArray()
	}
	for {
		v := r.value()
		if v == nil {
			return nil
		}
		list = append(list, v)
		switch r.next() {
		case ',':
			r.at++
		case ']':
			r.at++
			return r.vm.NewArray(list...)
		default:
			return nil
		}
	}
}

func (r *reader[T]) object() goja.Value {
	object := r.vm.NewObject()
	self := (*face)(unsafe.Add(unsafe.Pointer(object), r.regexps.self))
	method := (*uintptr)(unsafe.Add(self[0], r.method))
	put := *(*putProperty)(unsafe.Pointer(&method))
	if r.next() == '}' {
		r.at++
		return object
	}
	for {
		if r.next() != '"' {
			return nil
		}
		name, ok := r.name()
		if !ok || r.next() != ':' {
			return nil
		}
		r.at++
		v := r.value()
		if v == nil {
			return nil
		}
		put(self[1], name, v, true, true, true)
		switch r.next() {
		case ',':
			r.at++
		case '}':
			r.at++
			return object
		default:
			return nil
		}
	}
}

// name is the name of a property. The same names come again and again.
func (r *reader[T]) name() (unistring.String, bool) {
	if !r.characters() {
		return "", false
	}
	if r.units != nil {
		return unistring.FromUtf16(append([]uint16{unistring.BOM}, r.units...)), true
	}
	if name, ok := r.names[string(r.bytes)]; ok {
		return name, true
	}
	if r.names == nil {
		r.names = map[string]unistring.String{}
	}
	name := unistring.String(r.bytes)
	r.names[string(name)] = name
	return name, true
}

func (r *reader[T]) string() goja.Value {
	if !r.characters() {
		return nil
	}
	if r.units == nil {
		return r.regexps.asciiString(string(r.bytes))
	}
	return r.regexps.unicodeString(append([]uint16{unistring.BOM}, r.units...))
}

// characters reads a string, into bytes if it is ASCII, else into units.
func (r *reader[T]) characters() bool {
	r.bytes, r.units = r.bytes[:0], nil
	if r.plain != nil {
		n := plainRun(r.plain[r.at+1:])
		r.bytes = append(r.bytes, r.plain[r.at+1:r.at+1+n]...)
		r.at += n
	}
	for r.at++; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			return true
		case c < ' ':
			return false
		case c == '\\':
			u, ok := r.escape()
			if !ok {
				return false
			}
			r.add(u)
		default:
			r.add(uint16(c))
		}
	}
	return false
}

// plainRun is how many characters come before one that is special.
func plainRun(text []byte) int {
	for n, c := range text {
		if c == '"' || c == '\\' || c < ' ' {
			return n
		}
	}
	return len(text)
}

func (r *reader[T]) add(u uint16) {
	switch {
	case r.units != nil:
		r.units = append(r.units, u)
	case u < 0x80:
		r.bytes = append(r.bytes, byte(u))
	default:
		r.units = append(widen(make([]uint16, 0, len(r.bytes)+16), string(r.bytes)), u)
	}
}

var escapes = map[byte]uint16{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads what follows a backslash, and stays on its last character.
func (r *reader[T]) escape() (u uint16, ok bool) {
	if r.at++; r.at >= len(r.text) || r.text[r.at] >= 0x80-1 {
		return 0, false
	}
	if r.text[r.at] != 'u' {
		u, ok = escapes[byte(r.text[r.at])]
		return u, ok
	}
	if len(r.text)-r.at < 5 {
		return 0, false
	}
	for range 4 {
		r.at++
		c := r.text[r.at]
		switch {
		case c >= '0' && c <= '9':
			u = u<<4 | uint16(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			u = u<<4 | uint16(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return u, true
}

func (r *reader[T]) digits() (n int) {
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
		n++
	}
	return n
}

func (r *reader[T]) take(a, b T) bool {
	if r.at < len(r.text) && (r.text[r.at] == a || r.text[r.at] == b) {
		r.at++
		return true
	}
	return false
}

// maxExact is how many digits an integer may have that is exact in any case.
const maxExact = 15

func (r *reader[T]) number() goja.Value {
	from := r.at
	negative := r.take('-', '-')
	if zero := r.take('0', '0'); !zero && r.digits() == 0 {
		return nil
	}
	if size := r.at - from; size <= maxExact && !(r.at < len(r.text) && (r.text[r.at] == '.' || r.text[r.at]|0x20 == 'e')) {
		return r.integer(from, negative)
	}
	if r.take('.', '.') && r.digits() == 0 {
		return nil
	}
	if r.take('e', 'E') {
		if r.take('+', '-'); r.digits() == 0 {
			return nil
		}
	}
	var text strings.Builder
	for _, c := range r.text[from:r.at] {
		text.WriteByte(byte(c))
	}
	f, err := strconv.ParseFloat(text.String(), 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil
	}
	return r.vm.ToValue(f)
}

func (r *reader[T]) integer(from int, negative bool) goja.Value {
	var n int64
	for _, c := range r.text[from:r.at] {
		if c != '-' {
			n = n*10 + int64(c-'0')
		}
	}
	switch {
	case negative && n == 0:
		return r.vm.ToValue(math.Copysign(0, -1))
	case negative:
		n = -n
	}
	return machineCode.number(n)
}
