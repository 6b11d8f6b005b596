package quickjs

import (
	"runtime/debug"
	"slices"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
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

// guardEval replaces eval and the function constructors.
func (e *Engine) guardEval() error {
	install, err := e.evaluate("stockade:engine", source.GuardEval)
	if err != nil {
		return err
	}
	defer e.free(install)
	ops := e.Ops(map[string]engine.Op{"check": func([]any) (any, error) {
		if e.codeAllowed {
			return nil, nil
		}
		return nil, &engine.Error{Name: "EvalError", Message: source.NoCode}
	}}).(*handle)
	check, err := e.property(ops.v, "check")
	if err != nil {
		return err
	}
	defer e.free(check)
	_, err = e.call(install, check)
	return err
}

// AllowCode implements engine.Control.
func (e *Engine) AllowCode(allowed bool) { e.codeAllowed = allowed }

// mendIterators is what else New does to the globals.
func (e *Engine) mendIterators() error {
	// Closing what these return throws where the inner iterator has no return. The runtime has them, too.
	_, err := e.evaluate("stockade:engine", `{
		for (const name of ["map", "filter", "take", "drop", "flatMap"]) delete Iterator.prototype[name];
		const define = (object, key, value, rest) => { if (!(key in object)) Object.defineProperty(object, key, { value, ...rest }); };
		define(Symbol, "asyncDispose", Symbol("Symbol.asyncDispose"));
		const { prototype } = Object.getPrototypeOf(async function* () {});
		define(Object.getPrototypeOf(prototype), Symbol.asyncDispose, { async [Symbol.asyncDispose]() {
			if (typeof this.return === "function") await this.return();
		} }[Symbol.asyncDispose], { writable: true, configurable: true });
	}`)
	return err
}

// Version implements engine.Control: a new QuickJS or esbuild, or a new
// release of this package, may make something else of the same source.
func (e *Engine) Version() string {
	version := "quickjs/2"
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
