package goja

import (
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
)

func index(i int) string { return strconv.Itoa(i) }

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
