package goja

import (
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
)

func index(i int) string { return strconv.Itoa(i) }

// tracker carries the context from where a promise reaction is registered to
// where it runs.
type tracker struct{ current any }

func (t *tracker) Grab() any         { return t.current }
func (t *tracker) Resumed(saved any) { t.current = saved }
func (t *tracker) Exited()           { t.current = nil }

// Context implements engine.Control.
func (e *Engine) Context() any { return e.tracker.current }

// SetContext implements engine.Control.
func (e *Engine) SetContext(context any) { e.tracker.current = context }

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
	e.rejected = append(e.rejected, rejection{p, e.tracker.current, false})
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

// noCode is V8's message for code from strings in an isolate that forbids it.
const noCode = "Code generation from strings disallowed for this context"

// forbidEval replaces eval and the four function constructors. The replaced
// ones can't be reached any more: each was held by one property only.
func (e *Engine) forbidEval() error {
	install, err := e.vm.RunScript("stockade:engine", `(function (refuse) {
		"use strict";
		const define = Object.defineProperty;
		const attributes = (value) => ({ value, writable: true, enumerable: false, configurable: true });
		const evaluate = { eval(code) { return typeof code === "string" ? refuse() : code; } }.eval;
		define(globalThis, "eval", attributes(evaluate));
		const constructors = [Function.prototype, (async () => {}).constructor.prototype,
			(function* () {}).constructor.prototype];
		for (const prototype of constructors) {
			const name = prototype.constructor.name;
			const constructor = { [name]: function () { refuse(); } }[name];
			define(constructor, "prototype", { value: prototype, writable: false });
			define(prototype, "constructor", { value: constructor, writable: prototype === Function.prototype,
				enumerable: false, configurable: true });
			if (prototype === Function.prototype) define(globalThis, "Function", attributes(constructor));
		}
	})`)
	if err != nil {
		return err
	}
	refuse := e.function("stockade:refuse", func([]goja.Value) goja.Value { panic(e.newError("EvalError", noCode)) })
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
