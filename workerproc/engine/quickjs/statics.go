package quickjs

import (
	_ "embed"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// lastMatches is what RegExp.$1 and the like tell of: QuickJS keeps no last
// match. What a match was made of is noted, and matched again when somebody
// asks. Newest last.
type lastMatches struct {
	list []lastMatch
	// asking: the matches that are made are ours.
	asking bool
}

// lastMatch is a match, or a replacement that may have found none.
type lastMatch struct {
	regexp lib.TJSValue
	of     lib.TJSValue // what exec has returned, or the text that was replaced in
}

// maxUnsure is how many replacements without a visible change are kept behind
// the last match that is sure.
const maxUnsure = 16

// hookRegExps has matches noted. All functions come to RegExp.prototype.exec,
// but for replacements by a string, for which QuickJS has a faster way while
// exec is its own: it is while such a one is made.
func (e *Engine) hookRegExps() error {
	if err := e.installStatics(); err != nil {
		return err
	}
	f, err := e.evaluate("stockade:engine", "RegExp.prototype.exec")
	if err != nil {
		return err
	}
	exec := cFunctionOf(f) // lives as long as what is evaluated
	own := exec.function
	find := asFunction[method](own)
	ours := e.keep(func(tls *libc.TLS, ctx uintptr, this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
		found := find(tls, ctx, this, argc, argv)
		if isObject(found) {
			e.noteMatch(this, found, true)
		}
		return found
	})
	exec.function = ours
	return e.replace("RegExp.prototype[Symbol.replace]", func(address uintptr) any {
		replace := asFunction[method](address)
		return func(tls *libc.TLS, ctx uintptr, this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
			if class(this) != lib.EJS_CLASS_REGEXP || argc < 2 || isObject(*valueAt(argv, 1)) {
				return replace(tls, ctx, this, argc, argv)
			}
			exec.function = own
			made := replace(tls, ctx, this, argc, argv)
			exec.function = ours
			if text := *valueAt(argv, 0); isString(made) && isString(text) {
				e.noteMatch(this, text, stringLength(text) != stringLength(made))
			}
			return made
		}
	})
}

// noteMatch notes a match. If it isn't sure that there was one, those before it
// stay.
func (e *Engine) noteMatch(regexp, of lib.TJSValue, sure bool) {
	l := &e.lastMatches
	if l.asking || class(regexp) != lib.EJS_CLASS_REGEXP || e.inRuntime() {
		return
	}
	if sure {
		for _, m := range l.list {
			e.free(m.regexp)
			e.free(m.of)
		}
		l.list = l.list[:0]
	} else if len(l.list) > maxUnsure {
		e.free(l.list[1].regexp)
		e.free(l.list[1].of)
		l.list = append(l.list[:1], l.list[2:]...)
	}
	l.list = append(l.list, lastMatch{e.dup(regexp), e.dup(of)})
}

// inRuntime says that the innermost function that isn't built in is the runtime's.
func (e *Engine) inRuntime() bool {
	for frame := e.runtime().Fcurrent_stack_frame; frame != 0; frame = at[lib.TJSStackFrame](frame).Fprev_frame {
		if fn := at[lib.TJSStackFrame](frame).Fcur_func; bytecode(fn) != nil {
			return e.isRuntimes(fn)
		}
	}
	return false
}

// installStatics defines the properties of RegExp
// (https://github.com/tc39/proposal-regexp-legacy-features).
func (e *Engine) installStatics() error {
	install, err := e.evaluate("stockade:engine", statics)
	if err != nil {
		return err
	}
	defer e.free(install)
	noted := lib.XJS_NewCFunction2(e.tls, e.ctx, e.keep(func(_ *libc.TLS, _ uintptr, _ lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
		return e.noted(int(int32(argument(argc, argv, 0).Fu.Fuint641)))
	}), 0, 0, lib.EJS_CFUNC_generic, 0)
	defer e.free(noted)
	v, err := e.call(install, noted)
	e.free(v)
	return err
}

// noted is the i-th of what was noted, from the newest: the regular expression,
// its flags, and what it found or looked in. Undefined: there are no more.
func (e *Engine) noted(i int) lib.TJSValue {
	l := &e.lastMatches
	l.asking = i >= 0 && i < len(l.list)
	if !l.asking {
		return undefined
	}
	m := l.list[len(l.list)-1-i]
	parts := lib.XJS_NewArray(e.tls, e.ctx)
	flags := lib.Xlre_get_flags(e.tls, regExpOf(m.regexp).Fbytecode+stringHeader)
	for n, v := range []lib.TJSValue{e.dup(m.regexp), e.newString(flagNames(flags)), e.dup(m.of)} {
		lib.XJS_SetPropertyUint32(e.tls, e.ctx, parts, uint32(n), v)
	}
	return parts
}

// flagNames are the flags of a compiled expression, but for d.
func flagNames(flags int32) string {
	var names []byte
	for bit, name := range "gimsuy" {
		if flags&(1<<bit) != 0 {
			names = append(names, byte(name))
		}
	}
	if flags&lib.MLRE_FLAG_UNICODE_SETS != 0 {
		names = append(names, 'v')
	}
	return string(names)
}

//go:embed statics.js
var statics string
