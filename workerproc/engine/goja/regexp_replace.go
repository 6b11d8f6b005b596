package goja

import "github.com/dop251/goja"

// substitution is what GetSubstitution needs.
type substitution struct {
	template, subject goja.String
	start, end        int
	captures          int // without the whole match
	capture           func(int) goja.Value
	named             func(name string) goja.Value // nil if there are none
}

func (e *Engine) substitute(out *goja.StringBuilder, c *compiled, template, s goja.String, where []int) {
	t := substitution{template: template, subject: s, start: where[0], end: where[1], captures: c.Captures - 1,
		capture: func(i int) goja.Value { return capture(s, where, i) }}
	if c.Names != nil {
		t.named = func(name string) goja.Value {
			v := goja.Undefined()
			for i, n := range c.Names {
				if n == name && n != "" && where[2*i] >= 0 {
					v = capture(s, where, i)
				}
			}
			return v
		}
	}
	e.expand(out, t)
}

// expand is GetSubstitution.
func (e *Engine) expand(out *goja.StringBuilder, t substitution) {
	length, plain := t.template.Length(), 0
	for i := 0; i+1 < length; i++ {
		if t.template.CharAt(i) != '$' {
			continue
		}
		size := 2
		write := func(f func()) {
			out.WriteSubstring(t.template, plain, i)
			f()
			plain = i + size
		}
		switch next := t.template.CharAt(i + 1); {
		case next == '$':
			write(func() { out.WriteRune('$') })
		case next == '&':
			write(func() { out.WriteSubstring(t.subject, t.start, t.end) })
		case next == '`':
			write(func() { out.WriteSubstring(t.subject, 0, t.start) })
		case next == '\'':
			write(func() { out.WriteSubstring(t.subject, min(t.end, t.subject.Length()), t.subject.Length()) })
		case next >= '0' && next <= '9':
			n, digits := t.number(i + 1)
			if n == 0 {
				continue
			}
			size = 1 + digits
			write(func() { e.writeIfDefined(out, t.capture(n)) })
		case next == '<' && t.named != nil:
			end := i + 2
			for end < length && t.template.CharAt(end) != '>' {
				end++
			}
			if end == length {
				continue
			}
			size = end + 1 - i
			write(func() { e.writeIfDefined(out, t.named(t.template.Substring(i+2, end).String())) })
		default:
			continue
		}
		i = plain - 1
	}
	out.WriteSubstring(t.template, plain, length)
}

// number reads the number of a capture, of one or two digits. It is 0 if there
// is no such capture.
func (t *substitution) number(i int) (n, digits int) {
	one := int(t.template.CharAt(i) - '0')
	if i+1 < t.template.Length() {
		if d := t.template.CharAt(i + 1); d >= '0' && d <= '9' {
			if two := 10*one + int(d-'0'); two > 0 && two <= t.captures {
				return two, 2
			}
		}
	}
	if one <= t.captures {
		return one, 1
	}
	return 0, 0
}

func (e *Engine) writeIfDefined(out *goja.StringBuilder, v goja.Value) {
	if v != nil && !goja.IsUndefined(v) {
		out.WriteString(e.str(v))
	}
}

// regexpSubstitute is substitute(template, subject, position, named, captures).
func (e *Engine) regexpSubstitute(call goja.FunctionCall) goja.Value {
	captures := call.Argument(4).ToObject(e.vm)
	position := int(call.Argument(2).ToInteger())
	matched := e.str(captures.Get("0"))
	t := substitution{template: e.str(call.Argument(0)), subject: e.str(call.Argument(1)), start: position, end: position + matched.Length(),
		captures: int(captures.Get("length").ToInteger()) - 1,
		capture:  func(i int) goja.Value { return captures.Get(index(i)) }}
	if named, ok := goja.AssertFunction(call.Argument(3)); ok {
		t.named = func(name string) goja.Value {
			v, err := named(goja.Undefined(), e.vm.ToValue(name))
			if err != nil {
				e.throw(err)
			}
			return v
		}
	}
	t.end = min(t.end, t.subject.Length())
	var out goja.StringBuilder
	e.expand(&out, t)
	return out.String()
}
