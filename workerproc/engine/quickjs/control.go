package quickjs

import (
	"runtime/debug"
	"slices"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

type rejection struct {
	promise, reason *handle
	context         any
	handled         bool
}

// trackRejection keeps the promises that were rejected without a handler. One
// that gets a handler is forgotten, or kept as such when it was returned.
func (e *Engine) trackRejection(promise, reason lib.TJSValue, handled bool) {
	if handled {
		for i, r := range e.rejected {
			if !r.handled && pointer(r.promise.v) == pointer(promise) {
				e.rejected = slices.Delete(e.rejected, i, i+1)
				return
			}
		}
	}
	e.rejected = append(e.rejected, rejection{e.wrap(e.dup(promise)), e.wrap(e.dup(reason)), e.jobs.current, handled})
}

// Rejections implements engine.Control.
func (e *Engine) Rejections() []engine.Rejection {
	var list []engine.Rejection
	for _, r := range e.rejected {
		if e.isModules(r) {
			continue
		}
		list = append(list, engine.Rejection{Promise: r.promise, Reason: r.reason, Context: r.context, Handled: r.handled})
	}
	e.rejected = nil
	return list
}

// isModules recognises the promise that QuickJS makes for the top level of a
// module and lets go of: the one for the import has the same reason.
func (e *Engine) isModules(r rejection) (is bool) {
	if references(r.promise.v) > 1 {
		return false
	}
	e.eachLoaded(func(def uintptr, _ string) {
		failure := at[lib.TJSModuleDef](def).Feval_exception
		is = is || failure == r.reason.v
	})
	return is
}

// Interrupt implements engine.Control.
func (e *Engine) Interrupt(reason error) {
	e.interrupted.Store(&engine.Interrupted{Reason: reason})
}

// ClearInterrupt implements engine.Control.
func (e *Engine) ClearInterrupt() { e.interrupted.Store(nil) }

// noCode is V8's message for code from strings in an isolate that forbids it.
const noCode = "Code generation from strings disallowed for this context"

// forbidEval replaces eval and the four function constructors. The replaced
// ones can't be reached any more: each was held by one property only.
func (e *Engine) forbidEval() error {
	install, err := e.evaluate("stockade:engine", `(function (refuse) {
		const define = Object.defineProperty;
		const attributes = (value) => ({ value, writable: true, enumerable: false, configurable: true });
		const evaluate = { eval(code) { return typeof code === "string" ? refuse() : code; } }.eval;
		define(globalThis, "eval", attributes(evaluate));
		const constructors = [Function.prototype, (async () => {}).constructor.prototype,
			(function* () {}).constructor.prototype, (async function* () {}).constructor.prototype];
		for (const prototype of constructors) {
			const name = prototype.constructor.name;
			const constructor = { [name]: function () { refuse(); } }[name];
			define(constructor, "prototype", { value: prototype, writable: false });
			define(prototype, "constructor", { value: constructor, writable: prototype === Function.prototype,
				enumerable: false, configurable: true });
			if (prototype === Function.prototype) define(globalThis, "Function", attributes(constructor));
		}
		// Closing what it returns throws where the inner iterator has no return. The runtime has one of its own.
		delete Iterator.prototype.flatMap;
	})`)
	if err != nil {
		return err
	}
	defer e.free(install)
	ops := e.Ops(map[string]engine.Op{"refuse": func([]any) (any, error) {
		return nil, &engine.Error{Name: "EvalError", Message: noCode}
	}}).(*handle)
	refuse, err := e.property(ops.v, "refuse")
	if err != nil {
		return err
	}
	defer e.free(refuse)
	_, err = e.call(install, refuse)
	return err
}

// Version implements engine.Control: a new QuickJS or esbuild, or a new
// release of this package, may make something else of the same source.
func (e *Engine) Version() string {
	version := "quickjs/1"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, m := range info.Deps {
		if m.Path == "modernc.org/libquickjs" || m.Path == "github.com/evanw/esbuild" {
			version += " " + m.Version
		}
	}
	return version
}
