package goja

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// follows is how ops.follows tells who has called its caller: the job that has a promise follow an object calls the
// object's then, straight from where jobs run, with the two functions that settle the promise.
type follows struct {
	function uintptr                                // where a built-in function has what it does
	settle   [2]struct{ kind, code unsafe.Pointer } // what those two are
	depth    int                                    // of goja's calls where jobs run, now
	below    int                                    // how many more there are in ops.follows
}

// followed is asked for a then that keeps what it is given.
const followed = `((keep) => () => { Promise.resolve({ then(ok, bad) { keep(ok, bad) } }) })`

func (e *Engine) installFollows() error {
	var found []goja.Value
	keep := e.function("stockade:keep", func(args []goja.Value) goja.Value {
		found = append(found, args...)
		e.follows.below = e.overflow.calls.len - e.follows.depth
		return nil
	})
	make, err := e.Script("stockade:engine", followed)
	if err != nil {
		return err
	}
	ask, err := e.Call(make, keep)
	if err != nil {
		return err
	}
	if _, err := e.Call(ask); err != nil || len(found) != 2 {
		return fmt.Errorf("cannot find what settles goja's promises (%w)", err)
	}
	self := reflect.ValueOf(found[0]).Elem().FieldByName("self").Elem().Type()
	if self.Kind() != reflect.Pointer {
		return fmt.Errorf("cannot find goja's built-in functions")
	}
	field, ok := self.Elem().FieldByName("f")
	if !ok || field.Type != reflect.TypeFor[func(goja.FunctionCall) goja.Value]() {
		return fmt.Errorf("cannot find what goja's built-in functions do")
	}
	e.follows.function = field.Offset
	for n, f := range found {
		o := f.(*goja.Object)
		e.follows.settle[n].kind, e.follows.settle[n].code = e.implementation(o), e.nativeOf(o)
	}
	return nil
}

// nativeOf is the code of a built-in function.
func (e *Engine) nativeOf(o *goja.Object) unsafe.Pointer {
	self := (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(o), e.regexps.self))[1]
	closure := *(*unsafe.Pointer)(unsafe.Add(self, e.follows.function))
	if closure == nil {
		return nil
	}
	return *(*unsafe.Pointer)(closure)
}

// opFollows is ops.follows(ok, bad) (engine.Values).
func (e *Engine) opFollows(args []goja.Value) goja.Value {
	f := &e.follows
	return e.vm.ToValue(e.tracker.running && e.overflow.calls.len == f.depth+f.below && e.settles(args))
}

// settles reports whether these are the two functions that settle a promise.
func (e *Engine) settles(args []goja.Value) bool {
	f := &e.follows
	if len(args) != len(f.settle) {
		return false
	}
	for n, arg := range args {
		o, ok := arg.(*goja.Object)
		if !ok || e.implementation(o) != f.settle[n].kind || e.nativeOf(o) != f.settle[n].code {
			return false
		}
	}
	return true
}
