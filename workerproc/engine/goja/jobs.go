package goja

import (
	"fmt"
	"reflect"

	"github.com/dop251/goja"
)

// tracker carries the context from where a job is made to where it runs. goja tells it of promise reactions, but not of the
// jobs that call then of what a promise is resolved with: `return { then() {} }` of an async function, or an object of a class
// that extends Promise. So calls into JavaScript run their jobs here, each in the context in which it was made.
type tracker struct {
	current  any
	base     any       // of the call from Go
	queue    *[]func() // goja's
	contexts []any     // of the jobs in queue
	running  bool      // run is at work
	follows  bool      // … on a job that has a promise follow an object
	overflow *overflow
}

func (e *Engine) installJobs() error {
	field, err := writable(reflect.ValueOf(e.vm).Elem(), "jobQueue")
	if err != nil {
		return err
	}
	queue, ok := field.Addr().Interface().(*[]func())
	if !ok {
		return fmt.Errorf("cannot find goja's jobs")
	}
	e.tracker.queue = queue
	call, err := e.vm.RunScript("stockade:engine", "Function.prototype.call")
	if err != nil {
		return err
	}
	apply, ok := call.Export().(func(goja.FunctionCall) goja.Value)
	if !ok {
		return fmt.Errorf("cannot find what Function.prototype.call does")
	}
	enter := e.vm.ToValue(func(c goja.FunctionCall) (result goja.Value) {
		thrown := e.vm.Try(func() { result = apply(c) })
		e.tracker.run()
		if thrown != nil {
			panic(thrown)
		}
		return result
	})
	e.enter, _ = goja.AssertFunction(enter)
	return nil
}

// call calls a function, and runs the jobs that come of it unless there are calls below this one.
func (e *Engine) call(function *goja.Object, callable goja.Callable, args []goja.Value) (goja.Value, error) {
	if e.overflow.calls.len > 0 {
		return callable(goja.Undefined(), args...)
	}
	return e.enter(function, append([]goja.Value{goja.Undefined()}, args...)...)
}

// run runs all jobs. An uncatchable error passes through it, and goja forgets the jobs that are left.
func (t *tracker) run() {
	defer func(running bool, current any) { t.running, t.current = running, current }(t.running, t.current)
	t.running = true
	for t.tag(); len(*t.queue) > 0; {
		jobs, contexts := *t.queue, t.contexts
		*t.queue, t.contexts = nil, nil
		for n, job := range jobs {
			t.current = contexts[n]
			t.overflow.arm()
			t.overflow.follows.depth = t.overflow.calls.len
			t.follows = t.overflow.followers.isFollow(job)
			job()
			t.tag()
		}
	}
}

// aside is for calls by Go where a job has called a built-in function, with no call of JavaScript between: goja takes such a call for
// one from outside, behind which it runs jobs and drops its stack. What it returns has things as they were.
func (t *tracker) aside() func() {
	if t.overflow.depth == 0 || t.overflow.calls.len > 0 {
		return func() {}
	}
	queue := *t.queue
	*t.queue = nil
	return func() {
		*t.queue = queue
		t.overflow.arm()
	}
}

// forget drops all jobs.
func (t *tracker) forget() { *t.queue, t.contexts = nil, nil }

// tag notes that jobs which are new are of the current context.
func (t *tracker) tag() {
	n := len(*t.queue)
	if n < len(t.contexts) { // goja has taken them
		clear(t.contexts[n:])
		t.contexts = t.contexts[:n]
	}
	for len(t.contexts) < n {
		t.contexts = append(t.contexts, t.current)
	}
}

// Grab implements goja.AsyncContextTracker.
func (t *tracker) Grab() any {
	if t.follows && t.running && t.overflow.calls.len == t.overflow.follows.depth {
		return &followsOn{t.current} // followers.go looks for it
	}
	return t.current
}

// Resumed implements goja.AsyncContextTracker.
func (t *tracker) Resumed(saved any) {
	t.tag()
	if f, ok := saved.(*followsOn); ok {
		saved = f.context
	}
	t.current = saved
	t.overflow.arm()
}

// Exited implements goja.AsyncContextTracker. What the reaction returns is still to be made of its promise, in its context; jobs
// that goja runs itself are of one call from Go.
func (t *tracker) Exited() {
	t.tag()
	if !t.running {
		t.current = t.base
	}
	if t.overflow.depth == 0 {
		t.overflow.disarm()
	}
}

// Context implements engine.Control.
func (e *Engine) Context() any { return e.tracker.current }

// SetContext implements engine.Control.
func (e *Engine) SetContext(context any) {
	t := &e.tracker
	t.tag()
	t.current = context
	if !t.running {
		t.base = context
	}
}
