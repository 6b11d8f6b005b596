package goja

import (
	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
)

// What a RegExp is made of, and what it says of itself.

// regexpMake is make(pattern, flags, prototype): the constructor behind what
// it does with objects that are like a RegExp.
func (e *Engine) regexpMake(call goja.FunctionCall) goja.Value {
	source, flags := e.sourceAndFlags(call.Argument(0), call.Argument(1))
	c, err := e.compileRegexp(source, flags)
	if err != nil {
		e.throwError(err)
	}
	proto, _ := call.Argument(2).(*goja.Object)
	return e.newRegexp(c, proto)
}

func (e *Engine) throwError(err error) {
	if named, ok := err.(*engine.Error); ok {
		panic(e.newError(named.Name, named.Message))
	}
	e.throw(err)
}

func (e *Engine) sourceAndFlags(pattern, flagsValue goja.Value) (source goja.String, flags string) {
	obj, _ := pattern.(*goja.Object)
	c := e.compiledOf(obj)
	switch {
	case c != nil:
		source, flags = c.text, c.flags
	case goja.IsUndefined(pattern):
		source = e.regexps.asciiString("")
	default:
		source = e.str(pattern)
	}
	if !goja.IsUndefined(flagsValue) {
		flags = e.str(flagsValue).String()
	}
	return source, flags
}

func (e *Engine) regexpCompile(call goja.FunctionCall) goja.Value {
	obj, _ := e.receiver(call, "compile")
	if from, ok := call.Argument(0).(*goja.Object); ok && e.compiledOf(from) != nil && !goja.IsUndefined(call.Argument(1)) {
		panic(e.typeError("Invalid flags supplied to RegExp constructor"))
	}
	source, flags := e.sourceAndFlags(call.Argument(0), call.Argument(1))
	c, err := e.compileRegexp(source, flags)
	if err != nil {
		e.throwError(err)
	}
	*e.regexps.sourceOf(obj) = c
	e.setLastIndex(obj, 0)
	return obj
}

func (e *Engine) regexpToString(call goja.FunctionCall) goja.Value {
	obj, ok := call.This.(*goja.Object)
	if !ok {
		panic(e.typeError("Method RegExp.prototype.toString called on incompatible receiver " + e.receiverText(call.This)))
	}
	var out goja.StringBuilder
	out.WriteRune('/')
	out.WriteString(e.str(orUndefined(obj.Get("source"))))
	out.WriteRune('/')
	out.WriteString(e.str(orUndefined(obj.Get("flags"))))
	return out.String()
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

func (e *Engine) regexpFlags(call goja.FunctionCall) goja.Value {
	obj, ok := call.This.(*goja.Object)
	if !ok {
		panic(e.typeError("RegExp.prototype.flags getter called on non-object " + e.receiverText(call.This)))
	}
	return e.inJS("flags", obj)
}

func (e *Engine) flagGetter(name string, bit int) native {
	return func(call goja.FunctionCall) goja.Value {
		obj, _ := call.This.(*goja.Object)
		if c := e.compiledOf(obj); c != nil {
			return e.vm.ToValue(c.Flags&bit != 0)
		}
		if obj != nil && obj == e.regexps.proto {
			return goja.Undefined()
		}
		panic(e.typeError("RegExp.prototype." + name + " getter called on non-RegExp object"))
	}
}

// regexpSource is the getter source: what between slashes makes the same
// pattern.
func (e *Engine) regexpSource(call goja.FunctionCall) goja.Value {
	obj, _ := call.This.(*goja.Object)
	c := e.compiledOf(obj)
	switch {
	case c == nil && obj != nil && obj == e.regexps.proto, c != nil && c.Length() == 0:
		return e.vm.ToValue("(?:)")
	case c == nil:
		panic(e.typeError("RegExp.prototype.source getter called on non-RegExp object"))
	}
	return escapeSource(c.text)
}

func escapeSource(s goja.String) goja.Value {
	var out goja.StringBuilder
	plain, inClass := 0, false
	for i := 0; i < s.Length(); i++ {
		escaped := ""
		switch u := s.CharAt(i); u {
		case '\\':
			if i+1 < s.Length() && lineEnds[s.CharAt(i+1)] == "" {
				i++
				continue
			}
			if i+1 < s.Length() {
				out.WriteSubstring(s, plain, i) // the escape of the line end has one of its own
				plain = i + 1
			}
			continue
		case '[':
			inClass = true
		case ']':
			inClass = false
		case '/':
			if !inClass {
				escaped = `\/`
			}
		default:
			escaped = lineEnds[u]
		}
		if escaped != "" {
			out.WriteSubstring(s, plain, i)
			out.WriteUTF8String(escaped)
			plain = i + 1
		}
	}
	if plain == 0 {
		return s
	}
	out.WriteSubstring(s, plain, s.Length())
	return out.String()
}

var lineEnds = map[uint16]string{'\n': `\n`, '\r': `\r`, 0x2028: `\u2028`, 0x2029: `\u2029`}

func (e *Engine) regexpAdvance(call goja.FunctionCall) goja.Value {
	return e.vm.ToValue(advance(e.regexps.text(e.str(call.Argument(0))), int(call.Argument(1).ToInteger()), true))
}
