package quickjs

import (
	"strconv"
	"strings"
	"unsafe"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// What can't be changed.

// target is what an instruction has failed on, as V8 shows it, where that is
// gone before the error gets its stack: the object that it changes, or the
// property that a method is read by.
type target struct {
	of       uintptr // the error
	pc       uintptr
	text     string
	platform bool // it is one of the platform's classes
}

// noteTarget notes it, while the error gets its message.
func (e *Engine) noteTarget(obj lib.TJSValue, message string) {
	e.target = target{}
	changes := strings.HasSuffix(message, "' is read-only") || message == "no setter for property" || message == "not a function"
	if !changes && !strings.HasPrefix(message, "cannot read property of ") || e.inErrorConstructor() {
		return
	}
	o := e.operandsOf(e.runtime().Fcurrent_stack_frame)
	if o == nil {
		return
	}
	text, platform := "", false
	switch {
	case o.in.op == lib.EOP_get_array_el2 && !changes:
		if v, ok := e.operand(o, 0); ok {
			text = e.display(v)
			e.free(v)
		}
	case changes && (o.in.op == lib.EOP_put_field || o.in.op == lib.EOP_put_array_el):
		if v := o.slot(len(o.origins) - o.in.pops()); isObject(v) && e.isLive(v) {
			text, platform = e.display(v), e.isPlatforms(v, e.keyOf(o))
			if message == "not a function" {
				text = e.noTrap(v, "set")
			}
		}
	}
	e.target = target{pointer(obj), o.frame.Fcur_pc, text, platform}
}

// keyOf is the property that an instruction sets.
func (e *Engine) keyOf(o *operands) string {
	if o.in.op == lib.EOP_put_field {
		return e.atomText(o.in.u32(1))
	}
	v, ok := e.operand(o, 1)
	if !ok {
		return ""
	}
	defer e.free(v)
	return e.display(v)
}

// isPlatforms says that a property of an object has a getter of the platform's, which is no accessor in the Workers runtime.
func (e *Engine) isPlatforms(obj lib.TJSValue, name string) bool {
	holder := e.dup(obj)
	for range maxChain {
		v, getter, found := e.lookOwn(holder, name)
		is := e.isRuntimes(getter)
		e.free(v)
		e.free(getter)
		next := undefined
		if !found && class(holder) != lib.EJS_CLASS_PROXY {
			next = lib.XJS_GetPrototype(e.tls, e.ctx, holder)
		}
		e.free(holder)
		if holder = next; found || !isObject(holder) {
			return is
		}
	}
	e.free(holder)
	return false
}

func (f *fault) notedPlatform() bool { return f.noted() != "" && f.e.target.platform }

// noted is the text of the target of the instruction that has failed.
func (f *fault) noted() string {
	frame := f.e.runtime().Fcurrent_stack_frame
	if f.builtIn != "" || f.e.target.of != f.of || at[lib.TJSStackFrame](frame).Fcur_pc != f.e.target.pc {
		return ""
	}
	return f.e.target.text
}

// maxObjects is how many objects isLive looks at.
const maxObjects = 1 << 16

// isLive says that an object is one still. It may not be one if the frame's
// place is that of an earlier instruction: not all note theirs before they fail.
func (e *Engine) isLive(v lib.TJSValue) bool {
	list := uintptr(unsafe.Pointer(&e.runtime().Fgc_obj_list))
	// Those that were made last stand last.
	for i, p := 0, e.runtime().Fgc_obj_list.Fprev; p != list && i < maxObjects; i++ {
		if p == pointer(v) {
			return true
		}
		p = at[lib.TJSGCObjectHeader](p).Flink.Fprev
	}
	return false
}

// targetText is the object that could not be changed.
func (f *fault) targetText() string {
	if f.builtIn != "" {
		if f.builtIn == "assign" {
			return f.arg(0)
		}
		if text := strings.TrimSpace(f.receiverText()); text != "" {
			return text
		}
	} else if text := f.noted(); text != "" {
		return text
	}
	return "#<Object>"
}

// readOnly is about an object's property, or a primitive's, that can't be set.
func (f *fault) readOnly(name string) string {
	if strings.HasPrefix(name, "Symbol.") {
		name = "Symbol(" + name + ")"
	}
	if f.does(lib.EOP_put_field, lib.EOP_put_array_el) {
		value := 1
		if f.here.in.op == lib.EOP_put_array_el {
			value = 2
		}
		if text, _ := f.operand(value, (*Engine).primitive); text != "" {
			return "Cannot assign to read only property '" + name + "' of " + text
		}
	}
	text, kind := f.targetText(), "object"
	if strings.HasPrefix(text, "class ") || strings.HasPrefix(text, "function") || strings.Contains(text, "=>") {
		kind = "function"
	}
	return "Cannot assign to read only property '" + name + "' of " + kind + " '" + text + "'"
}

// notExtensible is about a property that can't be added.
func (f *fault) notExtensible() string {
	key := ""
	switch f.builtIn {
	case "setPrototypeOf":
		return f.arg(0) + " is not extensible"
	case "defineProperty":
		key = f.arg(1)
	case "push", "unshift":
		if n, ok := f.receiverLength(); ok {
			key = strconv.Itoa(n)
		}
	case "":
		key, _ = wording.Assigned(f.source, f.at)
		if f.does(lib.EOP_put_field) {
			key = f.e.atomText(f.here.in.u32(1))
		} else if computed := f.computed(); computed != "" {
			key = computed
		}
	}
	if key == "" {
		return "Cannot add property, object is not extensible"
	}
	if f.builtIn == "defineProperty" {
		return "Cannot define property " + key + ", object is not extensible"
	}
	return "Cannot add property " + key + ", object is not extensible"
}

// notDeleted is about a property that can't be deleted.
func (f *fault) notDeleted() string {
	if f.does(lib.EOP_delete) {
		of, key := f.operandOr(1, "#<Object>"), f.operandOr(0, "")
		if v, ok := f.e.operand(f.here, 1); ok {
			isProxy := class(v) == lib.EJS_CLASS_PROXY
			f.e.free(v)
			if isProxy {
				return "'deleteProperty' on proxy: trap returned falsish for property '" + key + "'"
			}
		}
		return "Cannot delete property '" + key + "' of " + of
	}
	if n, ok := f.receiverLength(); ok && f.builtIn == "pop" {
		return "Cannot delete property '" + strconv.Itoa(n-1) + "' of [object Array]"
	}
	if name := f.memberName(); name != "" {
		return "Cannot delete property '" + name + "' of #<Object>"
	}
	return f.message
}

// notCreated is about a property of a primitive, "" if it isn't about that.
func (f *fault) notCreated() string {
	key, value := "", ""
	switch {
	case f.does(lib.EOP_put_field):
		key = f.e.atomText(f.here.in.u32(1))
		value, _ = f.operand(1, (*Engine).primitive)
	case f.does(lib.EOP_put_array_el):
		key = f.computed()
		value, _ = f.operand(2, (*Engine).primitive)
	}
	if key == "" || value == "" {
		return ""
	}
	if n, err := strconv.Atoi(key); err == nil && n < len(value)-len("string ''") && strings.HasPrefix(value, "string") || key == "length" {
		return "Cannot assign to read only property '" + key + "' of " + value
	}
	return "Cannot create property '" + key + "' on " + value
}
