package goja

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
)

// Most of the time of a call of a stub is that of the runtime's JavaScript, and of the functions that goja makes for each
// promise. So the most frequent way of a call is taken here (engine.Stubs): a method of a stub that lasts is looked up, it is
// called with simple values, its result is awaited once, and is a simple value. All else goes to the runtime's own functions
// (parts/rpc/stubs.js), to which a call that was made here looks like one of theirs: its record is theirs, too.
//
//	get ─ names of the handler ─▶ apply ─ send ─▶ openCall ◀─ adopt, then ─ who waits ─▶ Settle
type stubs struct {
	*Engine
	send func(grant uint32, path []string, args []any) (uint32, bool)

	get, apply, then, settle, results func(goja.FunctionCall) goja.Value // the runtime's
	callTraps, callable, newThen      *goja.Object
	names                             uintptr // where an object has the names of its properties

	of   *goja.Object // the property that was called last
	path []string     // of it

	byNumber map[uint32]*openCall
	byRecord map[*goja.Object]*openCall

	batch   []any // what settler is to do
	settler *goja.Object
}

// openCall is a call that was made here and has no result.
type openCall struct {
	record  *goja.Object
	waiters []waiter
}

// waiter is a promise that follows a call: of an await, or what settles it.
type waiter struct {
	promise *goja.Promise
	ok, bad goja.Value
}

// Stubs implements engine.Stubs.
func (e *Engine) Stubs(parts engine.Handle, send func(grant uint32, path []string, args []any) (uint32, bool)) (engine.Handle, error) {
	from, ok := parts.(*goja.Object)
	if !ok {
		return nil, fmt.Errorf("cannot take over stubs without their functions")
	}
	s := &stubs{Engine: e, send: send, byNumber: map[uint32]*openCall{}, byRecord: map[*goja.Object]*openCall{}}
	for name, at := range map[string]*func(goja.FunctionCall) goja.Value{"get": &s.get, "apply": &s.apply, "then": &s.then, "settle": &s.settle, "hostPlain": &s.results} {
		if *at, ok = assertCallable(from.Get(name)); !ok {
			return nil, fmt.Errorf("cannot find %s of stubs", name)
		}
	}
	for name, at := range map[string]**goja.Object{"callTraps": &s.callTraps, "callable": &s.callable} {
		if *at, ok = from.Get(name).(*goja.Object); !ok {
			return nil, fmt.Errorf("cannot find %s of stubs", name)
		}
	}
	names, err := s.findNames()
	if err != nil {
		return nil, err
	}
	s.names = names
	out := e.vm.CreateObject(nil)
	for name, f := range map[string]func(goja.FunctionCall) goja.Value{"stockade:get": s.onGet, "stockade:apply": s.onApply, "then": s.onThen} {
		fn := e.vm.ToValue(f).(*goja.Object)
		_ = fn.DefineDataProperty("name", e.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		_ = out.Set(strings.TrimPrefix(name, "stockade:"), fn)
		if name == "then" {
			s.newThen = fn
			_ = fn.DefineDataProperty("length", e.vm.ToValue(2), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
	s.settler = e.function("stockade:settle", func([]goja.Value) goja.Value { s.settleBatch(); return nil })
	e.stubs = s
	return out, nil
}

// findNames returns the offset of the list of a plain object's properties' names in what it is made of.
func (s *stubs) findNames() (uintptr, error) {
	self := reflect.ValueOf(s.vm.CreateObject(nil)).Elem().FieldByName("self").Elem()
	if self.Kind() != reflect.Pointer {
		return 0, fmt.Errorf("cannot find what goja's objects are made of")
	}
	field, ok := self.Type().Elem().FieldByName("propNames")
	if !ok || field.Type.Kind() != reflect.Slice {
		return 0, fmt.Errorf("cannot find the names of goja's objects' properties")
	}
	return field.Offset, nil
}

// isFresh reports whether nothing has been done with a call: its record has its number, and nothing else.
func (s *stubs) isFresh(c *openCall) bool {
	self := (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(c.record), s.regexps.self))[1]
	return (*slice)(unsafe.Add(self, s.names)).len == 1
}

// onGet is the trap for properties. Its arguments are the proxy's target, the name, and who is asked.
func (s *stubs) onGet(call goja.FunctionCall) goja.Value {
	record, ok := call.This.(*goja.Object)
	if name := call.Argument(1); ok && goja.IsString(name) {
		if c := s.byRecord[record]; c != nil {
			if s.isFresh(c) && name.String() == "then" {
				return s.newThen
			}
		} else if names, ok := record.Get("names").(*goja.Object); ok {
			if known := names.Get(name.String()); known != nil && !goja.IsUndefined(known) {
				return known
			}
		}
	}
	return s.get(call)
}

// onApply is the trap for calls. Its arguments are the proxy's target, this, and a list.
func (s *stubs) onApply(call goja.FunctionCall) goja.Value {
	if record, ok := call.This.(*goja.Object); ok {
		if result := s.callPlain(record, call.Argument(2)); result != nil {
			return result
		}
	}
	return s.apply(call)
}

// callPlain calls a method of a grant with simple values; nil: that is for the runtime.
func (s *stubs) callPlain(record *goja.Object, list goja.Value) goja.Value {
	base, ok := record.Get("base").(*goja.Object)
	if !ok || !is(base.Get("kind"), "grant") || truthy(base.Get("free")) || truthy(base.Get("disposed")) {
		return nil
	}
	args, ok := s.simple(list)
	path := s.pathOf(record)
	if !ok || path == nil {
		return nil
	}
	n, ok := s.send(uint32(base.Get("grant").ToInteger()), path, args)
	if !ok {
		return nil
	}
	c := &openCall{record: s.vm.CreateObject(s.callTraps)}
	_ = c.record.Set("n", int64(n))
	s.byNumber[n], s.byRecord[c.record] = c, c
	return newProxy(s.vm, []goja.Value{s.callable, c.record}, s.intrinsics.object)
}

func is(v goja.Value, text string) bool { return v != nil && goja.IsString(v) && v.String() == text }

func truthy(v goja.Value) bool { return v != nil && v.ToBoolean() }

// pathOf is where a property leads from its base. It never changes.
func (s *stubs) pathOf(record *goja.Object) []string {
	if s.of == record {
		return s.path
	}
	list, ok := record.Get("path").(*goja.Object)
	if !ok {
		return nil
	}
	var path []string
	for n := range int(list.Get("length").ToInteger()) {
		name := list.Get(index(n))
		if name == nil || !goja.IsString(name) {
			return nil
		}
		path = append(path, name.String())
	}
	s.of, s.path = record, path
	return path
}

// mostSimple is as many arguments as areSimple has.
const mostSimple = 32

// simple reads arguments, if all of them are simple values.
func (s *stubs) simple(list goja.Value) ([]any, bool) {
	from, ok := list.(*goja.Object)
	if !ok {
		return nil, false
	}
	n := int(from.Get("length").ToInteger())
	if n > mostSimple {
		return nil, false
	}
	args := make([]any, n)
	for i := range args {
		switch v := from.Get(index(i)); {
		case v == nil || goja.IsUndefined(v):
		case goja.IsString(v), goja.IsNumber(v), v.ExportType() == boolType:
			args[i] = s.toGo(v)
		default:
			return nil, false
		}
	}
	return args, true
}

// onThen is then of a call's result. Where a promise follows it, that is noted here.
func (s *stubs) onThen(call goja.FunctionCall) goja.Value {
	if s.tracker.running && s.overflow.calls.len == s.follows.depth && s.settles(call.Arguments) {
		if c := s.callOf(call.This); c != nil {
			c.waiters = append(c.waiters, waiter{ok: call.Arguments[0], bad: call.Arguments[1]})
			return nil
		}
	}
	return s.then(call)
}

// callOf is the call that a value is the result of, if that was made here and is as it was.
func (s *stubs) callOf(v goja.Value) *openCall {
	if len(s.byRecord) == 0 {
		return nil
	}
	if record, ok := handlerOf(v).(*goja.Object); ok {
		if c := s.byRecord[record]; c != nil && s.isFresh(c) {
			return c
		}
	}
	return nil
}

// await returns a promise of a call's result to be awaited; nil when v is something else.
func (s *stubs) await(v goja.Value) goja.Value {
	if s == nil {
		return nil
	}
	c := s.callOf(v)
	if c == nil {
		return nil
	}
	p := newPromise(s.vm, s.promises.prototype)
	c.waiters = append(c.waiters, waiter{promise: p})
	return s.vm.ToValue(p)
}

// Settle implements engine.Stubs.
func (e *Engine) Settle(results []any) error {
	s := e.stubs
	callable, _ := goja.AssertFunction(s.settler)
	s.batch = results
	_, err := e.protect(func() (goja.Value, error) { return e.call(s.settler, callable, nil) })
	return err
}

func (s *stubs) settleBatch() {
	for n := 0; n+1 < len(s.batch); n += 2 {
		number, _ := s.batch[n].(int64)
		value := s.fromGo(s.batch[n+1])
		c := s.take(uint32(number))
		if c == nil {
			s.results(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{s.vm.NewArray(number, value)}})
			continue
		}
		s.fulfil(c, value)
	}
}

// fulfil gives a call its result. A callback of the Worker's that was given to then is called before what an await has put off
// goes on, as it is where the await calls then, too.
func (s *stubs) fulfil(c *openCall, value goja.Value) {
	if s.isFresh(c) {
		_ = c.record.Set("state", "ok")
		_ = c.record.Set("value", value)
	} else {
		s.settle(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{c.record, value}})
	}
	for _, w := range c.waiters {
		if w.promise != nil {
			fulfill(w.promise, value)
		} else if ok, is := assertCallable(w.ok); is {
			ok(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{value}})
		}
	}
}

func (s *stubs) take(number uint32) *openCall {
	c := s.byNumber[number]
	if c != nil {
		delete(s.byNumber, number)
		delete(s.byRecord, c.record)
	}
	return c
}

// Take implements engine.Stubs.
func (e *Engine) Take(number uint32) (record engine.Handle, waiters []any) {
	if e.stubs == nil {
		return nil, nil
	}
	c := e.stubs.take(number)
	if c == nil {
		return nil, nil
	}
	for _, w := range c.waiters {
		if w.promise != nil {
			ok, bad := createResolvingFunctions(w.promise)
			w.ok, w.bad = ok, bad
		}
		waiters = append(waiters, w.ok, w.bad)
	}
	return c.record, waiters
}
