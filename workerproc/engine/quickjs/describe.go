package quickjs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// overflow is V8's message for a stack that is full.
const overflow = "Maximum call stack size exceeded"

// Describe implements engine.Values.
func (e *Engine) Describe(thrown any) engine.Description {
	h, ok := thrown.(*handle)
	if !ok {
		v := e.fromGo(thrown)
		defer e.free(v)
		return engine.Description{Message: e.printPrimitive(v)}
	}
	v := h.v
	switch {
	case !isObject(v):
		return engine.Description{Message: e.printPrimitive(v)}
	case class(v) == lib.EJS_CLASS_PROXY:
		return engine.Description{Message: "#<Object>"}
	case class(v) != lib.EJS_CLASS_ERROR && e.lookText(v, "stack") == "":
		return engine.Description{Message: e.printObject(v)}
	}
	d := engine.Description{Name: e.lookText(v, "name"), Message: e.lookText(v, "message"), Stack: e.lookText(v, "stack")}
	if d.Name == "" {
		d.Name = "Error"
	}
	if rest, unnamed := strings.CutPrefix(d.Stack, header("Error", d.Message)); unnamed {
		d.Stack = header(d.Name, d.Message) + rest // it got its name after its stack
	}
	if isRawStack(d.Stack) || d.Stack == "" {
		d.Stack = header(d.Name, d.Message) + e.printStack(d.Stack)
	}
	d.Cause = e.described(e.look(v, "cause"))
	if d.Name == "AggregateError" {
		errs := e.look(v, "errors")
		for n := range engine.MaxErrors {
			if one := e.described(e.look(errs, strconv.Itoa(n))); one != nil {
				d.Errors = append(d.Errors, one)
			}
		}
		e.free(errs)
	}
	return d
}

// described is a value that is to be described, nil for undefined.
func (e *Engine) described(v lib.TJSValue) any {
	if v.Ftag == lib.EJS_TAG_UNDEFINED {
		return nil
	}
	return e.wrap(v)
}

func header(name, message string) string {
	if message == "" {
		return name
	}
	return name + ": " + message
}

func (e *Engine) printPrimitive(v lib.TJSValue) string {
	if v.Ftag == lib.EJS_TAG_SYMBOL {
		atom := lib.XJS_ValueToAtom(e.tls, e.ctx, v)
		defer lib.XJS_FreeAtom(e.tls, e.ctx, atom)
		return "Symbol(" + e.atomText(atom) + ")"
	}
	text := lib.XJS_ToString(e.tls, e.ctx, v)
	if isException(text) {
		e.free(lib.XJS_GetException(e.tls, e.ctx))
		return ""
	}
	defer e.free(text)
	s, _ := e.text(text)
	return s
}

// printObject says what V8 says of an object that isn't an Error.
func (e *Engine) printObject(v lib.TJSValue) string {
	constructor := e.look(v, "constructor")
	defer e.free(constructor)
	name := "Object"
	if isObject(constructor) {
		if n := e.lookText(constructor, "name"); n != "" {
			name = n
		}
	}
	return "#<" + name + ">"
}

// lookText reads a property that is a string, without running code of the
// Worker; it returns "" for anything else.
func (e *Engine) lookText(obj lib.TJSValue, name string) string {
	v := e.look(obj, name)
	defer e.free(v)
	return e.stringOf(v)
}

func (e *Engine) stringOf(v lib.TJSValue) string {
	if v.Ftag != lib.EJS_TAG_STRING && v.Ftag != lib.EJS_TAG_STRING_ROPE {
		return ""
	}
	s, _ := e.text(v)
	return s
}

// ownText is lookText for an own property.
func (e *Engine) ownText(obj lib.TJSValue, name string) string {
	v, getter, _ := e.lookOwn(obj, name)
	e.free(getter)
	defer e.free(v)
	return e.stringOf(v)
}

// maxChain is how far up a prototype chain is looked.
const maxChain = 1000

// look reads a property along the prototype chain. Getters are called if they
// are the runtime's. A proxy ends the chain.
func (e *Engine) look(obj lib.TJSValue, name string) lib.TJSValue {
	holder := e.dup(obj)
	for range maxChain {
		if v, getter, found := e.lookOwn(holder, name); found {
			e.free(holder)
			return e.got(obj, v, getter)
		}
		next := undefined
		if class(holder) != lib.EJS_CLASS_PROXY {
			next = lib.XJS_GetPrototype(e.tls, e.ctx, holder)
		}
		e.free(holder)
		if holder = next; !isObject(holder) {
			break
		}
	}
	return undefined
}

// got is the value of a property, or what its getter returns.
func (e *Engine) got(obj, v, getter lib.TJSValue) lib.TJSValue {
	defer e.free(getter)
	if !e.isRuntimes(getter) {
		return v
	}
	v = lib.XJS_Call(e.tls, e.ctx, getter, obj, 0, 0)
	if isException(v) {
		e.free(lib.XJS_GetException(e.tls, e.ctx))
		return undefined
	}
	return v
}

// isRuntimes recognises a function of the runtime by the file that it is from.
func (e *Engine) isRuntimes(fn lib.TJSValue) bool {
	b := bytecode(fn)
	if b == nil {
		return false
	}
	_, is := e.runtimeFiles[b.Fdebug.Ffilename]
	return is
}

// lookOwn reads an own property: its value, or its getter. Both are the
// caller's to free.
func (e *Engine) lookOwn(obj lib.TJSValue, name string) (v, getter lib.TJSValue, found bool) {
	if !isObject(obj) || class(obj) == lib.EJS_CLASS_PROXY {
		return undefined, undefined, false
	}
	atom := e.atom(name)
	defer lib.XJS_FreeAtom(e.tls, e.ctx, atom)
	size := descriptorSize
	d := e.tls.Alloc(size)
	defer e.tls.Free(size)
	switch lib.XJS_GetOwnProperty(e.tls, e.ctx, d, obj, atom) {
	case 0:
		return undefined, undefined, false
	case 1:
		p := at[lib.TJSPropertyDescriptor](d)
		e.free(p.Fsetter)
		return p.Fvalue, p.Fgetter, true
	}
	e.free(lib.XJS_GetException(e.tls, e.ctx))
	return undefined, undefined, false
}

// completeStack gives a new error's stack the form that V8 gives it.
func (e *Engine) completeStack(v lib.TJSValue, raw string) string {
	name := e.getText(v, "name")
	if name == "" {
		name = "Error"
	}
	return header(name, e.getText(v, "message")) + e.printStack(e.withoutConstructors(v, raw))
}

// withoutConstructors takes the constructors of an error's own class from the
// top of its stack, as V8 does: it begins where the error is made.
func (e *Engine) withoutConstructors(v lib.TJSValue, raw string) string {
	var classes []string
	for {
		line, rest, more := strings.Cut(raw, "\n")
		m := framePattern.FindStringSubmatch(line)
		if m == nil || m[1] == "" || m[2] == "" || !more {
			return raw
		}
		if classes == nil {
			classes = e.classesOf(v)
		}
		if !slices.Contains(classes, m[1]) {
			return raw
		}
		raw = rest
	}
}

// maxErrorClasses is how many classes of errors are looked at that are made of
// one another.
const maxErrorClasses = 5

// classesOf are the names of the Worker's classes that an error is of.
func (e *Engine) classesOf(v lib.TJSValue) []string {
	names := []string{}
	proto := lib.XJS_GetPrototype(e.tls, e.ctx, v)
	for range maxErrorClasses {
		if !isObject(proto) || class(proto) == lib.EJS_CLASS_PROXY {
			break
		}
		constructor, getter, _ := e.lookOwn(proto, "constructor")
		e.free(getter)
		if class(constructor) == lib.EJS_CLASS_BYTECODE_FUNCTION {
			names = append(names, e.ownText(constructor, "name"))
		}
		e.free(constructor)
		next := lib.XJS_GetPrototype(e.tls, e.ctx, proto)
		e.free(proto)
		proto = next
	}
	e.free(proto)
	return names
}

// prepareStack is what Error.prepareStackTrace makes of a stack, or its text.
func (e *Engine) prepareStack(obj lib.TJSValue, text string) lib.TJSValue {
	prepare := e.look(e.intrinsics.error, "prepareStackTrace")
	defer e.free(prepare)
	if e.preparing || lib.XJS_IsFunction(e.tls, e.ctx, prepare) == 0 {
		return e.newString(text)
	}
	e.preparing = true
	defer func() { e.preparing = false }()
	var frames []any
	for line := range strings.SplitSeq(text, "\n") {
		if frame := wording.Frame(line); frame != nil {
			frames = append(frames, frame)
		}
	}
	list := e.fromGo(frames)
	defer e.free(list)
	sites, err := e.call(e.intrinsics.callSites, list)
	if err != nil {
		return e.newString(text)
	}
	defer e.free(sites)
	v, err := e.call(prepare, obj, sites)
	if err != nil {
		return e.newString(text)
	}
	return v
}

// frameLimit is Error.stackTraceLimit.
func (e *Engine) frameLimit() int {
	v := e.look(e.intrinsics.error, "stackTraceLimit")
	defer e.free(v)
	switch v.Ftag {
	case lib.EJS_TAG_INT:
		return int(max(0, min(int32(v.Fu.Fuint641), maxLimit)))
	}
	return maxFrames
}

// getText reads a property as code does.
func (e *Engine) getText(obj lib.TJSValue, name string) string {
	v, err := e.property(obj, name)
	if err != nil {
		return ""
	}
	defer e.free(v)
	return e.stringOf(v)
}

func isRawStack(stack string) bool { return strings.HasPrefix(stack, "    at ") }

var framePattern = regexp.MustCompile(`^    at (.*?) \((?:(.*):(\d+):(\d+)|native|(.*))\)$`)

// maxFrames is how many frames V8 shows, unless Error.stackTraceLimit says
// otherwise: up to maxLimit.
const maxFrames, maxLimit = 10, 200

// printStack turns the frames of QuickJS's stack into V8's form, each after a
// line break, and leaves out those of the runtime itself.
func (e *Engine) printStack(raw string) string {
	lines := strings.Split(strings.TrimSuffix(raw, "\n"), "\n")
	var out strings.Builder
	frames, limit := 0, e.frameLimit()
	for n, line := range lines {
		if frames >= limit {
			break
		}
		m := framePattern.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		fromRuntime := n+1 < len(lines) && strings.Contains(lines[n+1], "(stockade:")
		if m[2] == "" && (fromRuntime || strings.HasPrefix(m[1], "stockade:") || m[1] == "require") {
			continue // such as Reflect.apply, called by the runtime
		}
		if frame := e.printFrame(m[1], m[2], m[3], m[4]); frame != "" {
			out.WriteString("\n    at " + frame)
			frames++
		}
	}
	return out.String()
}

func (e *Engine) printFrame(function, file, line, col string) string {
	if file == "" {
		return function + " (<anonymous>)"
	}
	if strings.HasPrefix(file, "stockade:") {
		return ""
	}
	l, _ := strconv.Atoi(line)
	c, _ := strconv.Atoi(col)
	if m := e.modules.modules[file]; m != nil {
		file, l, c = m.mapping.authors(file, l, c)
	}
	position := file + ":" + strconv.Itoa(l) + ":" + strconv.Itoa(c)
	switch function {
	case "<anonymous>", "<eval>", "":
		return position
	}
	return function + " (" + position + ")"
}
