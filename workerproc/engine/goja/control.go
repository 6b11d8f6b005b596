package goja

import (
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

func index(i int) string { return strconv.Itoa(i) }

// tracker carries the context from where a promise reaction is registered to
// where it runs. goja rejects the promise of a reaction that throws after it has left the reaction.
type tracker struct {
	current, exited any
	overflow        *overflow
}

func (t *tracker) Grab() any { return t.current }

func (t *tracker) Resumed(saved any) {
	t.current = saved
	t.overflow.arm()
}

func (t *tracker) Exited() {
	t.current, t.exited = nil, t.current
	if t.overflow.depth == 0 {
		t.overflow.disarm()
	}
}

// rejecting is the context of who rejects a promise.
func (t *tracker) rejecting() any {
	if t.current == nil {
		return t.exited
	}
	return t.current
}

// Context implements engine.Control.
func (e *Engine) Context() any { return e.tracker.current }

// SetContext implements engine.Control.
func (e *Engine) SetContext(context any) { e.tracker.current, e.tracker.exited = context, nil }

type rejection struct {
	promise *goja.Promise
	context any
	handled bool
}

// trackRejection keeps the promises that were rejected without a handler. One
// that gets a handler is forgotten, or kept as such when it was returned.
func (e *Engine) trackRejection(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionHandle {
		n := slices.IndexFunc(e.rejected, func(r rejection) bool { return r.promise == p && !r.handled })
		if n >= 0 {
			e.rejected = slices.Delete(e.rejected, n, n+1)
		} else {
			e.rejected = append(e.rejected, rejection{p, e.tracker.current, true})
		}
		return
	}
	e.rejected = append(e.rejected, rejection{p, e.tracker.rejecting(), false})
}

// Rejections implements engine.Control.
func (e *Engine) Rejections() []engine.Rejection {
	var list []engine.Rejection
	for _, r := range e.rejected {
		list = append(list, engine.Rejection{Promise: e.vm.ToValue(r.promise), Reason: r.promise.Result(), Context: r.context, Handled: r.handled})
	}
	e.rejected = nil
	return list
}

// forbidEval replaces eval and the function constructors.
func (e *Engine) forbidEval() error {
	script := strings.Replace(source.ForbidEval, "ASYNC_GENERATOR", "Function.prototype", 1) // goja has none
	install, err := e.vm.RunScript("stockade:engine", script)
	if err != nil {
		return err
	}
	refuse := e.function("stockade:refuse", func([]goja.Value) goja.Value { panic(e.newError("EvalError", source.NoCode)) })
	call, _ := goja.AssertFunction(install)
	_, err = call(goja.Undefined(), refuse)
	return err
}

// Version implements engine.Control: a new goja or esbuild, or a new release
// of this package, may make something else of the same source.
func (e *Engine) Version() string {
	version := "goja/2"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, m := range info.Deps {
		if m.Path == "github.com/dop251/goja" || m.Path == "github.com/evanw/esbuild" {
			version += " " + m.Version
		}
	}
	return version
}
