package goja

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// How V8's messages show a value. No code of the Worker runs for it.

// display is a value without its type.
func (f *faults) display(v goja.Value) string {
	switch o := v.(type) {
	case nil:
		return "undefined"
	case *goja.Object:
		return f.displayObject(o)
	case *goja.Symbol:
		return "Symbol(" + fmt.Sprint(o) + ")"
	}
	return v.String()
}

func (f *faults) displayObject(o *goja.Object) string {
	if o.ExportType() == proxyType {
		return "#<Object>"
	}
	class := o.ClassName()
	if class == "Function" {
		return f.functionText(o)
	}
	if class == "Error" {
		return f.errorText(o)
	}
	c, ok := f.constructorOf(o)
	switch {
	case !ok:
	case !f.hasText(o) && f.nameOf(c) != "":
		return "#<" + f.nameOf(c) + ">"
	case wording.IsPlatform(madeIn(c)): // such as URL
		class = f.nameOf(c)
	}
	return "[object " + class + "]"
}

// hasText says that an object has a toString of its own, or of its class.
func (f *faults) hasText(o *goja.Object) bool {
	for range maxFrames {
		if o.ExportType() == proxyType {
			return false
		}
		above := o.Prototype()
		if _, _, found := f.own(o, "toString"); found {
			return above != nil // Object.prototype's is none
		}
		if above == nil {
			return false
		}
		o = above
	}
	return false
}

func (f *faults) errorText(o *goja.Object) string {
	name, _ := f.inherited(o, "name")
	message, _ := f.inherited(o, "message")
	text := "Error"
	if name != nil && goja.IsString(name) {
		text = name.String()
	}
	if message == nil || !goja.IsString(message) || message.String() == "" {
		return text
	}
	return text + ": " + message.String()
}

func (f *faults) constructorOf(o *goja.Object) (*goja.Object, bool) {
	v, _ := f.inherited(o, "constructor")
	c, ok := v.(*goja.Object)
	return c, ok
}

// nameOf is a function's name, "" if it has none.
func (f *faults) nameOf(function *goja.Object) string {
	if v, _, _ := f.own(function, "name"); v != nil && goja.IsString(v) {
		return v.String()
	}
	return ""
}

// maxSource is how much of a function's text a message shows.
const maxSource = 1000

// functionText is the text of a function; one of goja's or of the platform's has none.
func (f *faults) functionText(function *goja.Object) string {
	if self := implementationOf(function); self.IsValid() && !strings.HasPrefix(madeIn(function), "stockade:") {
		if src := self.FieldByName("src"); src.IsValid() && src.Kind() == reflect.String && src.String() != "" {
			return src.String()[:min(src.Len(), maxSource)]
		}
	}
	return "function " + f.nameOf(function) + "() { [native code] }"
}

// typed is a value that V8 has no expression for: its type, and what it is if that is short.
func (f *faults) typed(v goja.Value) string {
	kind := f.typeOf(v)
	switch {
	case kind == "undefined":
		return kind
	case kind == "string":
		return `string "` + v.String() + `"`
	case kind == "number", kind == "boolean", goja.IsNull(v):
		return kind + " " + v.String()
	}
	return kind
}

func (f *faults) typeOf(v goja.Value) string {
	switch o := v.(type) {
	case nil:
		return "undefined"
	case *goja.Symbol:
		return "symbol"
	case *goja.Object:
		if _, ok := goja.AssertFunction(o); ok {
			return "function"
		}
		return "object"
	}
	switch {
	case goja.IsUndefined(v):
		return "undefined"
	case goja.IsNull(v):
		return "object"
	case goja.IsString(v):
		return "string"
	case goja.IsNumber(v):
		return "number"
	case goja.IsBigInt(v):
		return "bigint"
	}
	return "boolean"
}
