package quickjs

import (
	"fmt"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

// The most frequent way of a call of a stub is taken here (engine.Stubs), as it is with goja (its stubs.go): a method of a stub
// that lasts is looked up, it is called with simple values, and a promise follows its result, which is a simple value, too. All
// else goes to the runtime's own functions (parts/rpc/stubs.js), to which a call that was made here looks like one of theirs.
type stubs struct {
	*Engine
	send func(grant uint32, path []string, args []any) (uint32, bool)

	get, apply, then, settle, results lib.TJSValue // the runtime's
	proxy, callTraps, callable        lib.TJSValue
	newThen, thenName, ok             lib.TJSValue
	atoms                             stubAtoms

	of, base lib.TJSValue // the property that was called last, and what it is of: kept, so that they are known by their address
	grant    uint32
	path     []string

	byNumber map[uint32]*openCall
	byRecord map[uintptr]*openCall
}

// stubAtoms are names of properties.
type stubAtoms struct {
	base, kind, free, disposed, grant, path, length, names, n, state, value, then lib.TJSAtom
}

// openCall is a call that was made here and has no result.
type openCall struct {
	record  lib.TJSValue
	waiters [][2]lib.TJSValue // what settles promises that follow it
}

// Stubs implements engine.Stubs.
func (e *Engine) Stubs(parts engine.Handle, send func(grant uint32, path []string, args []any) (uint32, bool)) (engine.Handle, error) {
	from, ok := parts.(*handle)
	if !ok {
		return nil, fmt.Errorf("cannot take over stubs without their functions")
	}
	s := &stubs{Engine: e, send: send, of: undefined, base: undefined, byNumber: map[uint32]*openCall{}, byRecord: map[uintptr]*openCall{}}
	for name, at := range map[string]*lib.TJSValue{"get": &s.get, "apply": &s.apply, "then": &s.then, "settle": &s.settle, "hostPlain": &s.results,
		"Proxy": &s.proxy, "callTraps": &s.callTraps, "callable": &s.callable} {
		v, err := e.property(from.v, name)
		if err != nil || !isObject(v) {
			return nil, fmt.Errorf("cannot find %s of stubs", name)
		}
		*at = v
	}
	for name, at := range map[string]*lib.TJSAtom{"base": &s.atoms.base, "kind": &s.atoms.kind, "free": &s.atoms.free, "disposed": &s.atoms.disposed,
		"grant": &s.atoms.grant, "path": &s.atoms.path, "length": &s.atoms.length, "names": &s.atoms.names, "n": &s.atoms.n, "state": &s.atoms.state,
		"value": &s.atoms.value, "then": &s.atoms.then} {
		*at = e.atom(name)
	}
	s.ok, s.thenName = e.newString("ok"), lib.XJS_AtomToValue(e.tls, e.ctx, s.atoms.then)
	out := lib.XJS_NewObjectProto(e.tls, e.ctx, null)
	e.define(out, "get", s.function("stockade:get", 3, s.onGet), lib.MJS_PROP_C_W_E)
	e.define(out, "apply", s.function("stockade:apply", 3, s.onApply), lib.MJS_PROP_C_W_E)
	s.newThen = s.function("then", 2, s.onThen)
	e.define(out, "then", e.dup(s.newThen), lib.MJS_PROP_C_W_E)
	e.stubs = s
	return e.wrap(out), nil
}

// member reads a property of one of the runtime's objects, which have no getters. It is the caller's to free.
func (s *stubs) member(obj lib.TJSValue, name lib.TJSAtom) lib.TJSValue {
	return lib.XGetProperty(s.tls, s.ctx, obj, name)
}

// isSet reports whether a property is there and neither false nor undefined.
func (s *stubs) isSet(obj lib.TJSValue, name lib.TJSAtom) bool {
	v := s.member(obj, name)
	defer s.free(v)
	return v.Ftag != lib.EJS_TAG_UNDEFINED && !(v.Ftag == lib.EJS_TAG_BOOL && int32(v.Fu.Fuint641) == 0)
}

// isFresh reports whether nothing has been done with a call: its record has its number, and nothing else.
func (c *openCall) isFresh() bool { return at[lib.TJSShape](object(c.record).Fshape).Fprop_count == 1 }

// onGet is the trap for properties. Its arguments are the proxy's target, the name, and who is asked.
func (s *stubs) onGet(this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
	if name := argument(argc, argv, 1); isObject(this) && name.Ftag == lib.EJS_TAG_STRING {
		if c := s.byRecord[pointer(this)]; c != nil {
			if c.isFresh() && pointer(name) == pointer(s.thenName) {
				return s.dup(s.newThen)
			}
		} else if known := s.named(this, name); known.Ftag != lib.EJS_TAG_UNDEFINED {
			return known
		}
	}
	return lib.XJS_Call(s.tls, s.ctx, s.get, this, argc, argv)
}

// named is a property that a stub has been asked for before.
func (s *stubs) named(record, name lib.TJSValue) lib.TJSValue {
	names := s.member(record, s.atoms.names)
	defer s.free(names)
	if !isObject(names) {
		return undefined
	}
	atom := lib.XJS_ValueToAtom(s.tls, s.ctx, name)
	defer lib.XJS_FreeAtom(s.tls, s.ctx, atom)
	return s.member(names, atom)
}

// onApply is the trap for calls. Its arguments are the proxy's target, this, and a list.
func (s *stubs) onApply(this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
	if s.knows(this) {
		if args, ok := s.simple(argument(argc, argv, 2)); ok {
			if n, ok := s.send(s.grant, s.path, args); ok {
				return s.result(n)
			}
		}
	}
	return lib.XJS_Call(s.tls, s.ctx, s.apply, this, argc, argv)
}

// knows reports whether a record is that of a method of a grant, which can be called, and remembers of what.
func (s *stubs) knows(record lib.TJSValue) bool {
	if !isObject(record) || pointer(record) != pointer(s.of) && !s.learn(record) {
		return false
	}
	return !s.isSet(s.base, s.atoms.free) && !s.isSet(s.base, s.atoms.disposed)
}

// learn notes where a property leads from its base. It never changes.
func (s *stubs) learn(record lib.TJSValue) bool {
	base := s.member(record, s.atoms.base)
	defer s.free(base)
	if !isObject(base) || !s.isGrant(base) {
		return false
	}
	path, ok := s.pathOf(record)
	if !ok {
		return false
	}
	grant := s.member(base, s.atoms.grant)
	defer s.free(grant)
	if grant.Ftag != lib.EJS_TAG_INT {
		return false
	}
	s.free(s.of)
	s.free(s.base)
	s.of, s.base, s.grant, s.path = s.dup(record), s.dup(base), uint32(grant.Fu.Fuint641), path
	return true
}

func (s *stubs) isGrant(base lib.TJSValue) bool {
	kind := s.member(base, s.atoms.kind)
	defer s.free(kind)
	return kind.Ftag == lib.EJS_TAG_STRING && s.stringOf(kind) == "grant"
}

func (s *stubs) pathOf(record lib.TJSValue) (path []string, ok bool) {
	list := s.member(record, s.atoms.path)
	defer s.free(list)
	if class(list) != lib.EJS_CLASS_ARRAY {
		return nil, false
	}
	names, err := s.listToGo(list)
	if err != nil {
		return nil, false
	}
	for _, name := range names.([]any) {
		text, ok := name.(string)
		if !ok {
			return nil, false
		}
		path = append(path, text)
	}
	return path, true
}

// mostSimple is as many arguments as areSimple has.
const mostSimple = 32

// simple reads arguments, if all of them are simple values.
func (s *stubs) simple(list lib.TJSValue) ([]any, bool) {
	if class(list) != lib.EJS_CLASS_ARRAY {
		return nil, false
	}
	length := s.member(list, s.atoms.length)
	if length.Ftag != lib.EJS_TAG_INT || length.Fu.Fuint641 > mostSimple {
		s.free(length)
		return nil, false
	}
	args := make([]any, length.Fu.Fuint641)
	for i := range args {
		v := lib.XJS_GetPropertyUint32(s.tls, s.ctx, list, uint32(i))
		var err error
		args[i], err = s.simpleToGo(v)
		s.free(v)
		if err != nil {
			return nil, false
		}
	}
	return args, true
}

var errNotSimple = fmt.Errorf("a value that is not simple")

func (s *stubs) simpleToGo(v lib.TJSValue) (any, error) {
	switch v.Ftag {
	case lib.EJS_TAG_UNDEFINED, lib.EJS_TAG_BOOL, lib.EJS_TAG_INT, lib.EJS_TAG_FLOAT64, lib.EJS_TAG_STRING, lib.EJS_TAG_STRING_ROPE:
		return s.toGo(v)
	}
	return nil, errNotSimple
}

// result is what a call returns, as shell and underWay make it.
func (s *stubs) result(n uint32) lib.TJSValue {
	record := lib.XJS_NewObjectProto(s.tls, s.ctx, s.callTraps)
	if isException(record) {
		return record
	}
	lib.XJS_DefinePropertyValue(s.tls, s.ctx, record, s.atoms.n, number(float64(n)), lib.MJS_PROP_C_W_E)
	argv := s.tls.Alloc(2 * valueSize)
	defer s.tls.Free(2 * valueSize)
	*valueAt(argv, 0), *valueAt(argv, 1) = s.callable, record
	proxy := lib.XJS_CallConstructor(s.tls, s.ctx, s.proxy, 2, argv)
	if isException(proxy) {
		s.free(record)
		return proxy
	}
	c := &openCall{record: record}
	s.byNumber[n], s.byRecord[pointer(record)] = c, c
	return proxy
}

// onThen is then of a call's result. Where a promise follows it, that is noted here.
func (s *stubs) onThen(this lib.TJSValue, argc int32, argv uintptr) lib.TJSValue {
	frame := s.runtime().Fcurrent_stack_frame
	if argc == 2 && frame != 0 && at[lib.TJSStackFrame](frame).Fprev_frame == 0 && settles(argv) {
		if c := s.callOf(this); c != nil {
			c.waiters = append(c.waiters, [2]lib.TJSValue{s.dup(*valueAt(argv, 0)), s.dup(*valueAt(argv, 1))})
			return undefined
		}
	}
	return lib.XJS_Call(s.tls, s.ctx, s.then, this, argc, argv)
}

// callOf is the call that a value is the result of, if that was made here and is as it was.
func (s *stubs) callOf(v lib.TJSValue) *openCall {
	if record := handlerOf(v); isObject(record) {
		if c := s.byRecord[pointer(record)]; c != nil && c.isFresh() {
			return c
		}
	}
	return nil
}

// Settle implements engine.Stubs.
func (e *Engine) Settle(results []any) error {
	_, err := e.protect(func() (lib.TJSValue, error) {
		for n := 0; n+1 < len(results); n += 2 {
			number, _ := results[n].(int64)
			if c := e.stubs.take(uint32(number)); c != nil {
				e.stubs.fulfil(c, results[n+1])
			} else if v, err := e.callWith(e.stubs.results, []any{results[n : n+2]}); err != nil {
				return undefined, err
			} else {
				e.free(v)
			}
		}
		return undefined, nil
	})
	return err
}

// fulfil gives a call its result. A callback of the Worker's that was given to then is called before what an await has put off
// goes on, as it is where the await calls then, too.
func (s *stubs) fulfil(c *openCall, result any) {
	value := s.fromGo(result)
	defer s.free(value)
	if c.isFresh() {
		lib.XJS_DefinePropertyValue(s.tls, s.ctx, c.record, s.atoms.state, s.dup(s.ok), lib.MJS_PROP_C_W_E)
		lib.XJS_DefinePropertyValue(s.tls, s.ctx, c.record, s.atoms.value, s.dup(value), lib.MJS_PROP_C_W_E)
	} else if v, err := s.call(s.settle, c.record, value); err == nil {
		s.free(v)
	}
	for _, w := range c.waiters {
		if v, err := s.call(w[0], value); err == nil {
			s.free(v)
		}
		s.free(w[0])
		s.free(w[1])
	}
	s.free(c.record)
}

func (s *stubs) take(number uint32) *openCall {
	c := s.byNumber[number]
	if c != nil {
		delete(s.byNumber, number)
		delete(s.byRecord, pointer(c.record))
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
		waiters = append(waiters, e.wrap(w[0]), e.wrap(w[1]))
	}
	return e.wrap(c.record), waiters
}
