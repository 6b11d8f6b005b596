package goja

import (
	"fmt"
	"io"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// mapEntry is goja's: of a Map, a Set, or the properties that symbols name.
type mapEntry struct {
	key, value goja.Value
	//lint:ignore U1000 they are goja's
	iterPrev, iterNext, hashNext *mapEntry
}

// builtIn is a kind of built-in iterator: what its objects are made of, and the function next that goja gave them. of is where
// one has what it iterates over, at how far it is (a generator's state), kinds whether keys or values are asked for.
type builtIn struct {
	kind, next    unsafe.Pointer
	of, at, kinds uintptr
	keyed         bool // a Set's entries have no values
}

// iteration is what an engine knows of its built-in iterators.
type iteration struct {
	engine                              *Engine
	vm                                  *goja.Runtime
	self                                uintptr // where an object has its implementation
	owner                               uintptr // … and that its object
	array, maps, sets, text, generators builtIn
	delegation                          *delegation
	keys, values                        int // two of goja's iterationKinds
	characters                          [128]goja.Value
	plain                               plainArrays
	large                               *integerArrays
	power                               func(x, y float64) float64 // Math.pow
}

// plainArrays are arrays that are iterated over as they were made to be.
type plainArrays struct {
	kind                      unsafe.Pointer  // of an array
	prototype                 *goja.Object    // Array.prototype
	above, symbols, own       uintptr         // where any object has its prototype, and properties by symbols and by names
	valuesAt, length, objects uintptr         // … and an array what is in it
	open                      *mapEntry       // Array.prototype[Symbol.iterator], as long as it has a key
	function, next            goja.Value      // that, and the next of …
	chain                     [3]*goja.Object // … %ArrayIteratorPrototype%, which is before all that it inherits from
	property                  unsafe.Pointer  // the type of what goja has for a property
}

// iterables are one of each kind, and where their functions are.
const iterables = `[[][Symbol.iterator](), new Map().entries(), new Set().values(), ""[Symbol.iterator](), (function* () {})(), Array.prototype, [].keys()]`

// installIteration looks at the built-in iterators while they are as goja has made them, but for generators (delegation.go).
func (e *Engine) installIteration() error {
	list, err := e.vm.RunScript("stockade:engine", iterables)
	if err != nil {
		return err
	}
	in := &iteration{engine: e, vm: e.vm, self: e.regexps.self, delegation: e.delegation}
	at := func(i int) *goja.Object { return list.(*goja.Object).Get(index(i)).(*goja.Object) }
	for i, b := range []struct {
		builtIn *builtIn
		fields  map[string]*uintptr
	}{
		{&in.array, map[string]*uintptr{"obj": &in.array.of, "nextIdx": &in.array.at, "kind": &in.array.kinds}},
		{&in.maps, map[string]*uintptr{"iter": &in.maps.of, "kind": &in.maps.kinds}},
		{&in.sets, map[string]*uintptr{"iter": &in.sets.of, "kind": &in.sets.kinds}},
		{&in.text, map[string]*uintptr{"reader": &in.text.of}},
		{&in.generators, map[string]*uintptr{"gen": &in.generators.of, "state": &in.generators.at}},
	} {
		if err := in.measure(b.builtIn, at(i), b.fields); err != nil {
			return err
		}
	}
	in.sets.keyed = true
	for i := range in.characters {
		in.characters[i] = e.vm.ToValue(string(rune(i)))
	}
	kind := func(i int) int { return *(*int)(unsafe.Add(in.inner(at(i))[1], in.array.kinds)) }
	in.keys, in.values = kind(6), kind(0)
	e.iteration = in
	return in.measureArrays(at(0).Prototype(), at(5), list.(*goja.Object))
}

// iteratorFields are those that builtIn's offsets are of.
var iteratorFields = map[string]reflect.Kind{
	"obj": reflect.Pointer, "nextIdx": reflect.Int64, "kind": reflect.Int, "iter": reflect.Pointer, "reader": reflect.Interface,
	"gen": reflect.Struct, "state": reflect.Uint8,
}

func (in *iteration) measure(b *builtIn, sample *goja.Object, fields map[string]*uintptr) error {
	t := reflect.ValueOf(sample).Elem().FieldByName("self").Elem().Type().Elem()
	for name, at := range fields {
		if err := offsets(map[*uintptr]fieldOf{at: {t, name, iteratorFields[name]}}); err != nil {
			return err
		}
	}
	if field, _ := t.FieldByName("reader"); field.Type != nil && field.Type != reflect.TypeFor[io.RuneReader]() {
		return fmt.Errorf("cannot find what goja's %s reads", t)
	}
	next, ok := assertCallable(sample.Get("next"))
	if b.kind, b.next = in.inner(sample)[0], funcval(next); !ok {
		return fmt.Errorf("cannot find the function of goja's %s", t)
	}
	return nil
}

// measureArrays finds what plainArray and its like look at.
func (in *iteration) measureArrays(iterators, prototype, sample *goja.Object) error {
	p := &in.plain
	p.chain = [3]*goja.Object{iterators, iterators.Prototype(), iterators.Prototype().Prototype()}
	p.kind, p.prototype, p.function, p.next = in.inner(sample)[0], prototype, prototype.GetSymbol(goja.SymIterator), iterators.Get("next")
	array := reflect.ValueOf(sample).Elem().FieldByName("self").Elem().Type().Elem()
	base := array.Field(0).Type
	err := offsets(map[*uintptr]fieldOf{
		&p.valuesAt: {array, "values", reflect.Slice}, &p.length: {array, "length", reflect.Uint32}, &p.objects: {array, "objCount", reflect.Int},
		&p.above: {base, "prototype", reflect.Pointer}, &p.symbols: {base, "symValues", reflect.Pointer}, &p.own: {base, "values", reflect.Map},
		&in.owner: {base, "val", reflect.Pointer},
	})
	if err != nil {
		return err
	}
	if own, _ := base.FieldByName("values"); own.Type != reflect.TypeFor[map[unistring.String]goja.Value]() {
		return fmt.Errorf("cannot find the properties of goja's objects")
	}
	return in.findOpen(base)
}

// findOpen finds Array.prototype[Symbol.iterator] among the symbols' properties.
func (in *iteration) findOpen(base reflect.Type) error {
	p := &in.plain
	symbols, _ := base.FieldByName("symValues")
	var first uintptr
	err := offsets(map[*uintptr]fieldOf{&first: {symbols.Type.Elem(), "iterFirst", reflect.Pointer}})
	if err != nil {
		return err
	}
	if f, _ := symbols.Type.Elem().FieldByName("iterFirst"); f.Type.Elem().Size() != unsafe.Sizeof(mapEntry{}) {
		return fmt.Errorf("cannot find what is in goja's maps")
	}
	table := *(*unsafe.Pointer)(unsafe.Add(in.inner(p.prototype)[1], p.symbols))
	for entry := *(**mapEntry)(unsafe.Add(table, first)); entry != nil; entry = entry.iterNext {
		if entry.key == goja.Value(goja.SymIterator) {
			p.open, p.property = entry, (*face)(unsafe.Pointer(&entry.value))[0]
		}
	}
	if p.open == nil || !in.plainArray(in.vm.NewArray()) || !in.plainPatterns() {
		return fmt.Errorf("cannot find how goja's arrays are iterated over")
	}
	return nil
}

func funcval(f func(goja.FunctionCall) goja.Value) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&f))
}

// inner is the type and address of an object's implementation.
func (in *iteration) inner(o *goja.Object) [2]unsafe.Pointer {
	return *(*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(o), in.self))
}

// items are the machine's stack of what is iterated over.
func (in *iteration) items(vm unsafe.Pointer) *[]iterItem {
	return (*[]iterItem)(unsafe.Add(vm, machineCode.iters))
}

func (in *iteration) last(vm unsafe.Pointer) *iterItem {
	items := *in.items(vm)
	return &items[len(items)-1]
}

func (in *iteration) drop(vm unsafe.Pointer) {
	items := in.items(vm)
	last := len(*items) - 1
	(*items)[last] = iterItem{}
	*items = (*items)[:last]
}

// elements are those of an array.
func (in *iteration) elements(o *goja.Object) (values []goja.Value, length int64, ok bool) {
	self := in.inner(o)
	if self[0] != in.plain.kind {
		return nil, 0, false
	}
	return *(*[]goja.Value)(unsafe.Add(self[1], in.plain.valuesAt)), int64(*(*uint32)(unsafe.Add(self[1], in.plain.length))), true
}

// element is one of them, nil where there is none, or an accessor.
func (in *iteration) element(values []goja.Value, i int64) goja.Value {
	if i >= int64(len(values)) {
		return nil
	}
	v := values[i]
	if (*face)(unsafe.Pointer(&v))[0] == in.plain.property {
		return nil
	}
	return v
}

// simple are the elements of an array without holes and accessors.
func (in *iteration) simple(o *goja.Object) ([]goja.Value, bool) {
	values, length, ok := in.elements(o)
	if !ok || int64(len(values)) != length {
		return nil, false
	}
	for i := range values {
		if in.element(values, int64(i)) == nil {
			return nil, false
		}
	}
	return values, true
}

// plainArray says that a value is an array with no way of its own to be iterated over.
func (in *iteration) plainArray(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	p, self := &in.plain, in.inner(o)
	return self[0] == p.kind && *(**goja.Object)(unsafe.Add(self[1], p.above)) == p.prototype && *(*unsafe.Pointer)(unsafe.Add(self[1], p.symbols)) == nil
}

// plainNext says that arrays are iterated over as ever.
func (in *iteration) plainNext() bool {
	p := &in.plain
	return p.open.key != nil && in.data(p.open.value) == p.function && in.data(in.properties(p.chain[0])["next"]) == p.next
}

// plainPatterns says so, too, and that there is nothing to call when one ends early.
func (in *iteration) plainPatterns() bool {
	if !in.plainNext() {
		return false
	}
	for i, o := range in.plain.chain {
		if _, has := in.properties(o)["return"]; has {
			return false
		}
		above := *(**goja.Object)(unsafe.Add(in.inner(o)[1], in.plain.above))
		if i+1 < len(in.plain.chain) && above != in.plain.chain[i+1] || i+1 == len(in.plain.chain) && above != nil {
			return false
		}
	}
	return true
}

func (in *iteration) properties(o *goja.Object) map[unistring.String]goja.Value {
	return *(*map[unistring.String]goja.Value)(unsafe.Add(in.inner(o)[1], in.plain.own))
}

// data is what a property has.
func (in *iteration) data(v goja.Value) goja.Value {
	if words := (*face)(unsafe.Pointer(&v)); words[0] == in.plain.property {
		return *(*goja.Value)(words[1])
	}
	return v
}
