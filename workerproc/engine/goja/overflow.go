package goja

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"unsafe"

	"github.com/dop251/goja"
)

// overflow has a call too deep throw a RangeError that code can catch. goja
// itself ends the whole run then, with an error that passes every catch and
// finally. Before it does, it captures the stack, and asks the native function
// at its bottom for its name: arm puts one there whose name is a getter, and
// what that throws is an exception like any other.
type overflow struct {
	*Engine
	calls, tries *slice // goja's callStack and tryStack
	stack        *[]goja.Value
	sp, sb       *int
	bottom       *goja.Object
	room         [64]goja.Value // goja's stack begins here, again after it has come to rest
	throwing     bool
	nested       int // calls of the functions that guard is for, each within the other
}

// slice is what a slice is made of.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

// bottomName is the name of the function at the bottom; stacks leave it out.
const bottomName = "stockade:bottom"

func (e *Engine) installOverflow() error {
	inner := reflect.ValueOf(e.vm).Elem().FieldByName("vm")
	o := &overflow{Engine: e}
	for name, at := range map[string]any{"callStack": &o.calls, "tryStack": &o.tries, "stack": &o.stack, "sp": &o.sp, "sb": &o.sb} {
		field, err := writable(inner.Elem(), name)
		if err != nil {
			return err
		}
		address := unsafe.Pointer(field.UnsafeAddr())
		switch at := at.(type) {
		case **slice:
			*at = (*slice)(address)
		case **[]goja.Value:
			*at = (*[]goja.Value)(address)
		case **int:
			*at = (*int)(address)
		}
	}
	o.bottom = e.function(bottomName, func([]goja.Value) goja.Value { return nil })
	getter := e.vm.ToValue(func(goja.FunctionCall) goja.Value { return o.name() })
	if err := o.bottom.DefineAccessorProperty("name", getter, nil, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
		return fmt.Errorf("cannot give a function a name: %w", err)
	}
	e.overflow, e.tracker.overflow = o, o
	var err error
	if e.frames, err = o.frames(); err != nil {
		return err
	}
	return o.guardAll()
}

// guarded are the built-in functions that come to themselves without a call that goja counts: a generator's yield*, and an
// array in an array.
const guarded = `((g) => [g.next, g.return, g.throw, Array.prototype.join, Array.prototype.toString, Array.prototype.toLocaleString, Array.prototype.flat])(
	Object.getPrototypeOf(function* () {}).prototype)`

func (o *overflow) guardAll() error {
	list, err := o.vm.RunScript("stockade:engine", guarded)
	if err != nil {
		return err
	}
	functions := list.(*goja.Object)
	for _, i := range functions.Keys() {
		if err := o.guard(functions.Get(i).(*goja.Object)); err != nil {
			return fmt.Errorf("cannot guard function %s: %w", i, err)
		}
	}
	return nil
}

func (o *overflow) guard(function *goja.Object) error {
	return wrapNative(function, func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(call goja.FunctionCall) goja.Value {
			if o.calls.len+o.nested >= maxFrames {
				panic(o.err())
			}
			o.nested++
			defer func() { o.nested-- }()
			return native(call)
		}
	})
}

// wrapNative puts another function into a built-in function's object.
func wrapNative(function *goja.Object, wrap func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value) error {
	self := reflect.ValueOf(function).Elem().FieldByName("self").Elem()
	if self.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find a built-in function")
	}
	field, err := writable(self.Elem(), "f")
	if err != nil {
		return err
	}
	native, ok := field.Interface().(func(goja.FunctionCall) goja.Value)
	if !ok || native == nil {
		return fmt.Errorf("cannot find what a built-in function does")
	}
	field.Set(reflect.ValueOf(wrap(native)))
	return nil
}

// arm puts the function at the bottom of goja's stack, where that is empty.
func (o *overflow) arm() {
	if o.calls.len > 0 {
		return
	}
	if len(*o.stack) == 0 {
		clear(o.room[:])
		*o.stack = o.room[:1]
	}
	(*o.stack)[0] = o.bottom
	*o.sp, *o.sb = 1, 1
}

// disarm undoes arm: goja drops its stack when it comes to rest.
func (o *overflow) disarm() {
	if o.calls.len == 0 {
		*o.sp, *o.sb = 0, -1
	}
}

// name is called with each stack that is captured.
func (o *overflow) name() goja.Value {
	if o.calls.len > maxFrames && !o.throwing && o.pushing() {
		panic(o.err())
	}
	return o.vm.ToValue(bottomName)
}

// full says that a call from Go, which goja doesn't survive when it is the one too many, may not be made.
func (o *overflow) full() bool { return o.calls.len >= maxFrames }

func (o *overflow) err() goja.Value {
	o.throwing = true
	defer func() { o.throwing = false }()
	thrown := o.newError("RangeError", "Maximum call stack size exceeded")
	if obj, ok := thrown.(*goja.Object); ok {
		o.stacks.cut(obj)
	}
	return thrown
}

// pushing says whether it is a call that wants the stack's names, and no error that is made
// in the last frame. A generator or async function that begins has pushed a frame for try
// before that, which it would leave behind.
func (o *overflow) pushing() bool {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for more := true; more; {
		var frame runtime.Frame
		if frame, more = frames.Next(); strings.HasSuffix(frame.Function, ".(*vm).pushCtx") {
			if begins(frames) {
				o.tries.len--
			}
			return true
		}
	}
	return false
}

// begins recognises, above pushCtx, the call of a generator's body.
func begins(frames *runtime.Frames) bool {
	for range 4 {
		frame, more := frames.Next()
		_, name, _ := strings.Cut(frame.Function, "/goja.")
		switch {
		case name == "(*asyncRunner).start" || name == "(*generatorObject).init":
			return true
		case !more || !strings.Contains(name, "vmCall"):
			return false
		}
	}
	return false
}

// cut leaves as many of an error's frames as are ever shown.
func (s *stacks) cut(o *goja.Object) {
	if p := s.inner(o); p != nil {
		frames := (*[]goja.StackFrame)(unsafe.Add(p, s.frames))
		if len(*frames) > maxShown {
			*frames = slices.Clone((*frames)[:maxShown])
		}
	}
}
