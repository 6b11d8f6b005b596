package goja

import (
	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/quickjs/lre"
)

// lastMatch is what RegExp.$1 and the like tell of.
type lastMatch struct {
	subject lre.Subject
	where   []int
}

// regexpStatics are the properties of RegExp that tell of the last match
// (https://github.com/tc39/proposal-regexp-legacy-features).
func (e *Engine) regexpStatics() map[string]native {
	last := &e.regexps.last
	part := func(from, to func() int) native {
		return func(goja.FunctionCall) goja.Value {
			if last.where == nil || from() < 0 {
				return e.regexps.asciiString("")
			}
			return e.cut(last.subject, from(), to())
		}
	}
	at := func(i int) func() int { return func() int { return last.where[i] } }
	start := func() int { return 0 }
	end := func() int { return last.subject.Length() }
	statics := map[string]native{
		"lastMatch": part(at(0), at(1)), "input": part(start, end), "leftContext": part(start, at(0)), "rightContext": part(at(1), end),
		"lastParen": part(func() int {
			if len(last.where) == 2 {
				return -1
			}
			return last.where[len(last.where)-2]
		}, func() int { return last.where[len(last.where)-1] }),
	}
	for n := 1; n <= 9; n++ {
		statics["$"+index(n)] = part(func() int {
			if 2*n >= len(last.where) {
				return -1
			}
			return last.where[2*n]
		}, func() int { return last.where[2*n+1] })
	}
	for short, name := range map[string]string{"$&": "lastMatch", "$_": "input", "$`": "leftContext", "$'": "rightContext", "$+": "lastParen"} {
		statics[short] = statics[name]
	}
	return statics
}

// cut is a part of a subject as a string.
func (e *Engine) cut(s lre.Subject, from, to int) goja.Value {
	if s.UTF16 != nil {
		return goja.StringFromUTF16(s.UTF16[from:to])
	}
	return e.regexps.asciiString(s.ASCII[from:to])
}
