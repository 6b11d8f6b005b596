package goja

import (
	_ "unsafe" // for linkname

	"github.com/dop251/goja"
)

// What goja doesn't offer, and stubs.go needs: the program isn't linked when a release of goja has no such functions.

//go:linkname assertCallable github.com/dop251/goja.assertCallable
func assertCallable(goja.Value) (func(goja.FunctionCall) goja.Value, bool)

//go:linkname newProxy github.com/dop251/goja.(*Runtime).newProxy
func newProxy(vm *goja.Runtime, args []goja.Value, proto *goja.Object) *goja.Object

//go:linkname newPromise github.com/dop251/goja.(*Runtime).newPromise
func newPromise(vm *goja.Runtime, proto *goja.Object) *goja.Promise

//go:linkname fulfill github.com/dop251/goja.(*Promise).fulfill
func fulfill(p *goja.Promise, value goja.Value) goja.Value

//go:linkname createResolvingFunctions github.com/dop251/goja.(*Promise).createResolvingFunctions
func createResolvingFunctions(p *goja.Promise) (resolve, reject *goja.Object)
