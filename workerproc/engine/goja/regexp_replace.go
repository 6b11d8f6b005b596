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
		size, write := e.reference(t, i)
		if size == 0 {
			continue
		}
		out.WriteSubstring(t.template, plain, i)
		write(out)
		plain = i + size
		i = plain - 1
	}
	out.WriteSubstring(t.template, plain, length)
}

// reference is what the "$" at i of the template begins: how long it is, 0 if it stands for itself, and what takes its place.
func (e *Engine) reference(t substitution, i int) (size int, write func(*goja.StringBuilder)) {
	part := func(from, to int) func(*goja.StringBuilder) {
		return func(out *goja.StringBuilder) { out.WriteSubstring(t.subject, from, to) }
	}
	switch next := t.template.CharAt(i + 1); {
	case next == '$':
		return 2, func(out *goja.StringBuilder) { out.WriteRune('$') }
	case next == '&':
		return 2, part(t.start, t.end)
	case next == '`':
		return 2, part(0, t.start)
	case next == '\'':
		return 2, part(min(t.end, t.subject.Length()), t.subject.Length())
	case next >= '0' && next <= '9':
		if n, digits := t.number(i + 1); n != 0 {
			return 1 + digits, func(out *goja.StringBuilder) { e.writeIfDefined(out, t.capture(n)) }
		}
	case next == '<' && t.named != nil:
		if end := t.nameEnd(i + 2); end > 0 {
			return end + 1 - i, func(out *goja.StringBuilder) { e.writeIfDefined(out, t.named(t.template.Substring(i+2, end).String())) }
		}
	}
	return 0, nil
}

// nameEnd is where the name of a group ends, 0 if it doesn't.
func (t *substitution) nameEnd(at int) int {
	for ; at < t.template.Length(); at++ {
		if t.template.CharAt(at) == '>' {
			return at
		}
	}
	return 0
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
