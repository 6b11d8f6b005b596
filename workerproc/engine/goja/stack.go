package goja

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine/internal/wording"
)

// stacks give errors a property stack in V8's form, with the author's
// positions, made when it is first read. goja makes its own, in another form,
// when an error is made or first looked at; the constructors of errors get a
// function before their own that puts an accessor in its place. What goja keeps
// of a stack is known by the names of its fields.
type stacks struct {
	*Engine
	object      reflect.Type // of goja's errors
	frames      uintptr      // offset of what it keeps, []goja.StackFrame
	added       uintptr      // offset of whether it has made the property
	program     uintptr      // offset of the program of one of the frames, *goja.Program
	get, set    goja.Value
	constructor *goja.Object // Error, which has stackTraceLimit and prepareStackTrace
	sites       goja.Callable
}

func (e *Engine) installStacks() error {
	s := &stacks{Engine: e, constructor: e.vm.Get("Error").(*goja.Object)}
	if err := s.find(); err != nil {
		return err
	}
	sites, err := e.vm.RunScript("stockade:engine", wording.CallSites)
	if err != nil {
		return err
	}
	s.sites, _ = goja.AssertFunction(sites)
	s.get = e.vm.ToValue(func(call goja.FunctionCall) goja.Value { return s.read(call.This) })
	s.set = e.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		if o, ok := call.This.(*goja.Object); ok {
			define(o, call.Argument(0))
		}
		return goja.Undefined()
	})
	e.stacks = s
	for _, name := range []string{"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "AggregateError"} {
		if err := s.before(e.vm.Get(name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		e.intrinsics.errors[name], _ = goja.AssertConstructor(e.vm.Get(name))
	}
	return nil
}

// find finds goja's fields.
func (s *stacks) find() error {
	sample, err := s.intrinsics.errors["Error"](nil)
	if err != nil {
		return err
	}
	self := reflect.ValueOf(sample).Elem().FieldByName("self")
	if !self.IsValid() || self.Kind() != reflect.Interface || self.Elem().Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find what goja's objects are made of")
	}
	s.object = self.Elem().Type()
	frames, ok := s.object.Elem().FieldByName("stack")
	added, also := s.object.Elem().FieldByName("stackPropAdded")
	if !ok || !also || frames.Type != reflect.TypeFor[[]goja.StackFrame]() || added.Type.Kind() != reflect.Bool {
		return fmt.Errorf("cannot find the stack of goja's errors")
	}
	program, ok := frames.Type.Elem().FieldByName("prg")
	if !ok || program.Type != reflect.TypeFor[*goja.Program]() {
		return fmt.Errorf("cannot find the program of a frame")
	}
	s.frames, s.added, s.program = frames.Offset, added.Offset, program.Offset
	return nil
}

// before puts hook before both ways to call a constructor.
func (s *stacks) before(constructor goja.Value) error {
	o, ok := constructor.(*goja.Object)
	if !ok {
		return fmt.Errorf("cannot find a constructor")
	}
	function := reflect.ValueOf(o).Elem().FieldByName("self").Elem()
	if function.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find its function")
	}
	for _, name := range []string{"f", "construct"} {
		field, err := writable(function.Elem(), name)
		if err != nil {
			return err
		}
		switch native := field.Interface().(type) {
		case func(goja.FunctionCall) goja.Value:
			field.Set(reflect.ValueOf(func(call goja.FunctionCall) goja.Value { return s.hook(native(call)) }))
		case func([]goja.Value, *goja.Object) *goja.Object:
			field.Set(reflect.ValueOf(func(args []goja.Value, newTarget *goja.Object) *goja.Object {
				made := native(args, newTarget)
				s.hook(made)
				s.leaveOut(made, newTarget)
				return made
			}))
		default:
			return fmt.Errorf("cannot find its function %s", name)
		}
	}
	return nil
}

// inner is where goja keeps an error, nil for any other object.
func (s *stacks) inner(o *goja.Object) unsafe.Pointer {
	self := reflect.ValueOf(o).Elem().FieldByName("self").Elem()
	if self.Type() != s.object {
		return nil
	}
	return self.UnsafePointer()
}

func (s *stacks) hook(v goja.Value) goja.Value {
	if o, ok := v.(*goja.Object); ok {
		if p := s.inner(o); p != nil {
			*(*bool)(unsafe.Add(p, s.added)) = true
			_ = o.DefineAccessorProperty("stack", s.get, s.set, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
	return v
}

// leaveOut takes the constructors of an error's own class from its stack, as V8
// does: it begins where the error is made.
func (s *stacks) leaveOut(made, class *goja.Object) {
	if class == nil {
		return
	}
	constructor := programOf(class)
	if constructor == nil {
		return
	}
	p := s.inner(made)
	if p == nil {
		return
	}
	frames := (*[]goja.StackFrame)(unsafe.Add(p, s.frames))
	for n := range *frames {
		if *(*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(&(*frames)[n]), s.program)) == constructor {
			*frames = (*frames)[n+1:]
			return
		}
	}
}

func define(o *goja.Object, stack goja.Value) {
	_ = o.DefineDataProperty("stack", stack, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// read makes the property that has been read.
func (s *stacks) read(this goja.Value) goja.Value {
	o, ok := this.(*goja.Object)
	if !ok {
		return goja.Undefined()
	}
	p := s.inner(o)
	if p == nil {
		return goja.Undefined()
	}
	s.attachMaps()
	frames, limit := *(*[]goja.StackFrame)(unsafe.Add(p, s.frames)), s.limit()
	lines := s.print(frames[:min(len(frames), limit+8)])
	if len(lines) < limit { // some are left out
		lines = s.print(frames[:min(len(frames), 2*maxShown)])
	}
	if len(lines) > limit {
		lines = lines[:limit]
	}
	stack := s.prepared(o, lines)
	define(o, stack)
	return stack
}

func (s *stacks) print(frames []goja.StackFrame) []string {
	var text bytes.Buffer
	for _, frame := range frames {
		text.WriteString("\tat ")
		frame.Write(&text)
		text.WriteByte('\n')
	}
	return strings.Split(s.printStack(text.String()), "\n")
}

// maxShown is how many frames a stack has at most.
const maxShown = 200

// limit is Error.stackTraceLimit.
func (s *stacks) limit() int {
	limit := s.constructor.Get("stackTraceLimit")
	if limit == nil || !goja.IsNumber(limit) {
		return 10
	}
	return int(max(0, min(limit.ToInteger(), maxShown)))
}

// prepared is what Error.prepareStackTrace makes of a stack, or its text.
func (s *stacks) prepared(o *goja.Object, lines []string) goja.Value {
	if prepare, ok := goja.AssertFunction(s.constructor.Get("prepareStackTrace")); ok {
		var frames []any
		for _, line := range lines {
			frames = append(frames, s.vm.NewArray(wording.Frame(line)...))
		}
		sites, err := s.sites(goja.Undefined(), s.vm.NewArray(frames...))
		if err == nil {
			if v, err := prepare(s.constructor, o, sites); err == nil {
				return v
			}
		}
	}
	text := header(s.text(o, "name"), s.text(o, "message"))
	for _, line := range lines {
		if line != "" {
			text += "\n" + line
		}
	}
	return s.vm.ToValue(text)
}

func header(name, message string) string {
	switch {
	case name == "":
		name = "Error"
		fallthrough
	case message == "":
		if message == "" {
			return name
		}
	}
	return name + ": " + message
}
