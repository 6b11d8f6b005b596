package goja

import (
	"unsafe" // also for linkname

	"github.com/dop251/goja"
)

// What goja doesn't offer, and stubs.go and iterate.go need: the program isn't linked when a release of goja has no such functions.

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

//go:linkname newArrayValues github.com/dop251/goja.(*Runtime).newArrayValues
func newArrayValues(vm *goja.Runtime, values []goja.Value) *goja.Object

//go:linkname getIterator github.com/dop251/goja.(*Runtime).getIterator
func getIterator(vm *goja.Runtime, iterable goja.Value, method func(goja.FunctionCall) goja.Value) *iteratorRecord

//go:linkname iterateRecord github.com/dop251/goja.(*iteratorRecord).iterate
func iterateRecord(record *iteratorRecord, step func(goja.Value))

//go:linkname nextEntry github.com/dop251/goja.(*orderedMapIter).next
func nextEntry(iter unsafe.Pointer) *mapEntry

//go:linkname createArrayIterator github.com/dop251/goja.(*Runtime).createArrayIterator
func createArrayIterator(vm *goja.Runtime, array *goja.Object, kind int) goja.Value

//go:linkname resumeGenerator github.com/dop251/goja.(*generator).next
func resumeGenerator(generator unsafe.Pointer, value goja.Value) (result goja.Value, kind uint8, thrown *goja.Exception)

//go:linkname delegateGenerator github.com/dop251/goja.(*generatorObject).delegate
func delegateGenerator(generator unsafe.Pointer, iterable goja.Value) goja.Value

//go:linkname pushValue github.com/dop251/goja.(*vm).push
func pushValue(machine unsafe.Pointer, value goja.Value)

//go:linkname throwValue github.com/dop251/goja.(*vm).throw
func throwValue(machine unsafe.Pointer, thrown any)

//go:linkname returnIterator github.com/dop251/goja.(*iteratorRecord).returnIter
func returnIterator(record *iteratorRecord)

//go:linkname setEntry github.com/dop251/goja.(*orderedMap).set
func setEntry(table unsafe.Pointer, key, value goja.Value)

//go:linkname toPropertyKey github.com/dop251/goja.toPropertyKey
func toPropertyKey(key goja.Value) goja.Value

//go:linkname createDataProperty github.com/dop251/goja.createDataPropertyOrThrow
func createDataProperty(object *goja.Object, key, value goja.Value)

//go:linkname toPrimitiveNumber github.com/dop251/goja.(*Object).toPrimitiveNumber
func toPrimitiveNumber(object *goja.Object) goja.Value

//go:linkname speciesArray github.com/dop251/goja.arraySpeciesCreate
func speciesArray(like *goja.Object, size int64) *goja.Object

//go:linkname isArray github.com/dop251/goja.isArray
func isArray(object *goja.Object) bool

//go:linkname hasProperty github.com/dop251/goja.(*Object).hasProperty
func hasProperty(object *goja.Object, key goja.Value) bool
