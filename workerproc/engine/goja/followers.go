package goja

import (
	"errors"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"

	"stockade.dev/stockade/workerproc/engine"
)

// followers is what Passes (engine.Followers) knows of goja: where a promise has what waits for it, and of the functions that settle
// a promise, which of the variables that they have captured is the promise. Go's compiler lays these out as it likes, so that is
// found out with promises that are known. off is why it could not be: then nothing passes.
type followers struct {
	off     error
	job     unsafe.Pointer // the code of the job that has a promise follow another
	resolve struct{ promise, used uintptr }
	objects *map[unistring.String]goja.Value // the properties of Object.prototype
	at      placesOfPromises
	returns *returns
	kinds   []kindOfFunction
}

// kindOfFunction is how a function that isn't built in is called: by a closure of its own code, with where the function has its program.
type kindOfFunction struct {
	code    unsafe.Pointer
	program uintptr
}

// placesOfPromises are offsets in goja's structures.
type placesOfPromises struct {
	state, reactions, names, prototype uintptr // in a promise
	capability, handler, runner, saved uintptr // in a reaction
	resolveObj                         uintptr // in a capability
	callback                           uintptr // in a handler
}

// followsOn is the context of a reaction that is one promise's following another: nobody but the reaction has the functions that
// settle the former. A then that the Worker has put in the place of goja's might keep them: there is a call more below it.
type followsOn struct{ context any }

func (e *Engine) installFollowers() error {
	f := &e.followers
	if err := f.at.measure(); err != nil {
		return err
	}
	self := reflect.ValueOf(e.intrinsics.object).Elem().FieldByName("self").Elem()
	field, err := writable(self.Elem(), "values")
	if err != nil {
		return err
	}
	var ok bool
	if f.objects, ok = field.Addr().Interface().(*map[unistring.String]goja.Value); !ok {
		return errors.New("cannot find the properties of Object.prototype")
	}
	if f.returns, err = lookUpReturns(); err != nil {
		return err
	}
	f.off = errors.Join(e.calibrate(), e.calibrateFunctions())
	return nil
}

func (at *placesOfPromises) measure() error {
	promise := reflect.TypeFor[goja.Promise]()
	reaction := elem(promise, "fulfillReactions")
	return offsets(map[*uintptr]fieldOf{
		&at.state: {promise, "state", reflect.Int}, &at.reactions: {promise, "fulfillReactions", reflect.Slice},
		&at.names: {promise, "propNames", reflect.Slice}, &at.prototype: {promise, "prototype", reflect.Pointer},
		&at.capability: {reaction, "capability", reflect.Pointer}, &at.handler: {reaction, "handler", reflect.Pointer},
		&at.runner: {reaction, "asyncRunner", reflect.Pointer}, &at.saved: {reaction, "asyncCtx", reflect.Interface},
		&at.resolveObj: {elem(reaction, "capability"), "resolveObj", reflect.Pointer},
		&at.callback:   {elem(reaction, "handler"), "callback", reflect.Func},
	})
}

// calibrate finds what resolving functions have captured.
func (e *Engine) calibrate() error {
	f := &e.followers
	var promises [2]*goja.Promise
	var found [2]struct{ promise, used uintptr }
	for n := range promises {
		promises[n] = newPromise(e.vm, e.promises.prototype)
		resolve, reject := createResolvingFunctions(promises[n])
		closure := e.closureOf(resolve)
		used := shared(closure, e.closureOf(reject), unsafe.Pointer(promises[n]), unsafe.Pointer(e.vm))
		found[n].promise, found[n].used = captured(closure, unsafe.Pointer(promises[n])), captured(closure, used)
		if found[n].promise == 0 || found[n].used == 0 {
			return errors.New("cannot find what goja's resolving functions have captured")
		}
		if found[n] != found[0] {
			return errors.New("goja's resolving functions are not all alike")
		}
		following := e.vm.ToValue(newPromise(e.vm, e.promises.prototype))
		job, err := e.jobOf(resolve, following)
		if err != nil {
			return err
		}
		if !*(*bool)(used) || n > 0 && job != f.job {
			return errors.New("cannot tell what goja's resolving functions do")
		}
		f.job = job
	}
	f.resolve = found[0]
	return nil
}

// calibrateFunctions finds what the closures that call functions have captured.
func (e *Engine) calibrateFunctions() error {
	for _, source := range []string{"(x) => x", "(function (x) { return x })", "({ m(x) { return x } }).m"} {
		v, err := e.vm.RunScript("stockade:engine", source)
		if err != nil {
			return err
		}
		call, ok := assertCallable(v)
		if !ok {
			return errors.New("cannot call goja's functions")
		}
		closure := **(**[2]unsafe.Pointer)(unsafe.Pointer(&call))
		self := reflect.ValueOf(v).Elem().FieldByName("self").Elem()
		field, ok := self.Type().Elem().FieldByName("prg")
		if closure[1] != e.implemented(v.(*goja.Object)) || !ok || field.Type != reflect.TypeFor[*goja.Program]() ||
			self.Elem().FieldByIndex(field.Index).UnsafePointer() != *(*unsafe.Pointer)(unsafe.Add(closure[1], field.Offset)) {
			return errors.New("cannot find what goja's functions do")
		}
		e.followers.kinds = append(e.followers.kinds, kindOfFunction{closure[0], field.Offset})
	}
	return nil
}

// programOf is that of a function, which a closure calls, if it is neither built in, nor async, nor a generator.
func (f *followers) programOf(closure unsafe.Pointer) unsafe.Pointer {
	if closure == nil {
		return nil
	}
	for n := range f.kinds {
		if f.kinds[n].code == *(*unsafe.Pointer)(closure) {
			return *(*unsafe.Pointer)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Add(closure, unsafe.Sizeof(closure))), f.kinds[n].program))
		}
	}
	return nil
}

// mostCaptured is how many variables a resolving function has captured at most.
const mostCaptured = 3

// captured is where a closure has a pointer, 0 if it isn't found. It doesn't look beyond the closure: it stops there.
func captured(closure, p unsafe.Pointer) uintptr {
	for n := uintptr(1); p != nil && n <= mostCaptured; n++ {
		if at := n * unsafe.Sizeof(p); *(*unsafe.Pointer)(unsafe.Add(closure, at)) == p {
			return at
		}
	}
	return 0
}

// shared is the pointer that both functions of a promise have captured, and that is neither of those: whether one was called.
func shared(resolve, reject, promise, vm unsafe.Pointer) unsafe.Pointer {
	for n := uintptr(1); n <= mostCaptured; n++ {
		p := *(*unsafe.Pointer)(unsafe.Add(resolve, n*unsafe.Sizeof(resolve)))
		for m := uintptr(1); m < mostCaptured && p != promise && p != vm; m++ {
			if *(*unsafe.Pointer)(unsafe.Add(reject, m*unsafe.Sizeof(resolve))) == p {
				return p
			}
		}
	}
	return nil
}

// jobOf is the code of the job that comes of a promise's being resolved with another. The job is dropped.
func (e *Engine) jobOf(resolve *goja.Object, with goja.Value) (unsafe.Pointer, error) {
	before := *e.tracker.queue
	call, ok := assertCallable(resolve)
	if !ok {
		return nil, errors.New("cannot call goja's resolving functions")
	}
	call(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{with}})
	after := *e.tracker.queue
	*e.tracker.queue = before
	if len(after) != len(before)+1 {
		return nil, errors.New("cannot find the job that has a promise follow another")
	}
	return codeOfJob(after[len(before)]), nil
}

func codeOfJob(job func()) unsafe.Pointer { return **(**unsafe.Pointer)(unsafe.Pointer(&job)) }

// isFollow says that a job has a promise follow an object.
func (f *followers) isFollow(job func()) bool { return f.job != nil && codeOfJob(job) == f.job }

// Passes implements engine.Followers.
func (e *Engine) Passes(p, o engine.Handle) bool {
	f := &e.followers
	from, to := e.pending(p), e.pending(o)
	if f.off != nil || from == nil || to == nil || f.only(to) == nil || len(*f.objects) > 0 && (*f.objects)["then"] != nil {
		return false
	}
	for range engine.MaxPasses + 1 {
		if from == to {
			return true
		}
		if from = e.follower(from); from == nil {
			return false
		}
	}
	return false
}

// pending is a promise as it is inside, if it is pending and the Worker has changed nothing about it.
func (e *Engine) pending(h engine.Handle) unsafe.Pointer {
	o, ok := h.(*goja.Object)
	if !ok || e.implementation(o) != e.promises.kind {
		return nil
	}
	return e.asItWas(e.implemented(o))
}

func (e *Engine) asItWas(p unsafe.Pointer) unsafe.Pointer {
	at := &e.followers.at
	if *(*goja.PromiseState)(unsafe.Add(p, at.state)) != goja.PromiseStatePending || (*slice)(unsafe.Add(p, at.names)).len > 0 ||
		*(**goja.Object)(unsafe.Add(p, at.prototype)) != e.promises.prototype {
		return nil
	}
	return p
}

// only is the reaction of a promise that has one.
func (f *followers) only(p unsafe.Pointer) unsafe.Pointer {
	list := *(*[]unsafe.Pointer)(unsafe.Add(p, f.at.reactions))
	if len(list) != 1 {
		return nil
	}
	return list[0]
}

// follower is the promise that is fulfilled with what p is fulfilled with, if nothing else is done then.
func (e *Engine) follower(p unsafe.Pointer) unsafe.Pointer {
	f := &e.followers
	reaction := f.only(p)
	if reaction == nil {
		return nil
	}
	if runner := *(*unsafe.Pointer)(unsafe.Add(reaction, f.at.runner)); runner != nil {
		if !f.returns.awaited(runner) {
			return nil
		}
		return e.settledBy(*(*unsafe.Pointer)(unsafe.Add(runner, f.returns.promise)))
	}
	derived := e.settledBy(*(*unsafe.Pointer)(unsafe.Add(reaction, f.at.capability)))
	handler := *(*unsafe.Pointer)(unsafe.Add(reaction, f.at.handler))
	if derived == nil || handler == nil {
		return derived // of then without a function for this
	}
	closure := *(*unsafe.Pointer)(unsafe.Add(handler, f.at.callback))
	if program := f.programOf(closure); program != nil {
		if !f.returns.given(program) {
			return nil
		}
		return derived
	}
	if _, ok := (*(*any)(unsafe.Add(reaction, f.at.saved))).(*followsOn); !ok || len(*(*[]unsafe.Pointer)(unsafe.Add(derived, f.at.reactions))) > 0 {
		return nil
	}
	return e.resolved(closure)
}

// settledBy is the promise that then has returned for a reaction, or an async function.
func (e *Engine) settledBy(capability unsafe.Pointer) unsafe.Pointer {
	if capability == nil {
		return nil
	}
	resolve := *(**goja.Object)(unsafe.Add(capability, e.followers.at.resolveObj))
	if e.implementation(resolve) != e.follows.settle[0].kind {
		return nil
	}
	return e.resolved(e.closureOf(resolve))
}

// closureOf is what a built-in function does.
func (e *Engine) closureOf(o *goja.Object) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Add(e.implemented(o), e.follows.function))
}

// resolved is the promise that a resolving function is for, unless it has been called.
func (e *Engine) resolved(closure unsafe.Pointer) unsafe.Pointer {
	f := &e.followers
	if closure == nil || *(*unsafe.Pointer)(closure) != e.follows.settle[0].code || **(**bool)(unsafe.Add(closure, f.resolve.used)) {
		return nil
	}
	return e.asItWas(*(*unsafe.Pointer)(unsafe.Add(closure, f.resolve.promise)))
}
