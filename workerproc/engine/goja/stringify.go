package goja

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/dop251/goja"
)

// A toJSON or replacer that gives ever new objects has goja's JSON.stringify go deeper without end: no call is within the other, so
// that none is one too many. So these calls are counted: a replacer's on its way, those of toJSON where the function returns, for
// which functions of that name, and those without one, get an instruction of this package's.

// stringifying is how many calls of JSON.stringify run, each within the other, and what the functions that they call have returned.
type stringifying struct{ active, returned int }

const (
	lookEvery    = 4096   // returns, between two looks at how deep it is
	maxStringify = 20_000 // frames of Go's: two for each object
)

func (e *Engine) installStringify() error {
	function, ok := e.vm.Get("JSON").(*goja.Object).Get("stringify").(*goja.Object)
	if !ok {
		return fmt.Errorf("cannot find JSON.stringify")
	}
	return wrapNative(function, func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(call goja.FunctionCall) goja.Value {
			s := &e.stringifying
			s.active++
			defer func() { s.active-- }()
			if s.active == 1 {
				s.returned = 0
			}
			if replacer, ok := assertCallable(call.Argument(1)); ok {
				call.Arguments = append([]goja.Value(nil), call.Arguments...)
				call.Arguments[1] = e.vm.ToValue(func(c goja.FunctionCall) goja.Value {
					e.lookAtDepth()
					return replacer(c)
				})
			}
			return native(call)
		}
	})
}

// lookAtDepth throws where it is too deep.
func (e *Engine) lookAtDepth() {
	s := &e.stringifying
	if s.returned++; s.returned%lookEvery != 0 {
		return
	}
	if frames := make([]uintptr, maxStringify); runtime.Callers(0, frames) == len(frames) {
		panic(e.overflow.err())
	}
}

// execReturn returns from a function that may be a toJSON.
func execReturn(self, vm unsafe.Pointer) {
	if e := (*Engine)(self); e.stringifying.active > 0 {
		e.lookAtDepth()
	}
	machineCode.original[aRet](self, vm)
}

// countReturns exchanges how a function returns.
func (in *instructions) countReturns(program unsafe.Pointer, e *Engine) {
	if program == nil {
		return
	}
	code := *(*[]face)(unsafe.Add(program, in.code))
	for n := range code {
		if code[n][0] == in.returns.old {
			code[n] = face{unsafe.Pointer(in.returns.new), unsafe.Pointer(e)}
		}
	}
}
