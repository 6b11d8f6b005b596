package goja

import (
	"io"
	"unsafe"

	"github.com/dop251/goja"
)

// For each element of what is iterated over goja makes an object { value, done }, looks into it, and makes an array for each
// entry of a Map; to take an array apart, [a, b] = c, it makes an iterator. Nobody sees any of that as long as the functions
// next of the built-in iterators are those that were there first: what unpatched.go looks at. So the instructions that
// iterate take their values from where the iterators do, and leave to goja what isn't as it was, and what isn't built in.

// iteratorRecord and iterItem are goja's: an iterator with its function next, and what the machine has on its stack of these.
type iteratorRecord struct {
	iterator *goja.Object
	next     func(goja.FunctionCall) goja.Value
}

type iterItem struct {
	val goja.Value
	//lint:ignore U1000 it is goja's
	f    unsafe.Pointer
	iter *iteratorRecord
}

// places stand for the record of an array that is taken apart without an iterator, in the item's val: which of them it is
// says how far that has come. Their being empty tells goja that there is nothing to close.
var places [256]iteratorRecord

// finished is where an array's end has been reached.
var finished = &places[len(places)-1]

// pair is an entry of a Map between its loop and the pattern that takes it apart at once.
type pair struct {
	goja.Value // undefined, should anybody look
	key, value goja.Value
}

// nextStep is what is in the place of goja's iterNext.
type nextStep struct {
	jump      int32 // at first, as in goja's
	taken     bool  // what comes is taken apart by a pattern at once
	iteration *iteration
}

// progress is what came of a step.
type progress int

const (
	unknown progress = iota // goja has to make it
	stepped
	ended
	threw
)

func execIterNext(self, vm unsafe.Pointer) {
	s := (*nextStep)(self)
	item := s.iteration.last(vm)
	value, what, thrown := s.iteration.step(item.iter, s.taken)
	pc := (*int)(unsafe.Add(vm, machineCode.pc))
	switch what {
	case stepped:
		s.iteration.last(vm).val = value // a generator may have moved the stack
		*pc++
	case ended:
		item = s.iteration.last(vm)
		*item.iter = iteratorRecord{}
		*pc += int(s.jump)
	case threw:
		s.iteration.drop(vm)
		throwValue(vm, thrown.Value())
	default:
		machineCode.original[anIterNext](self, vm)
	}
}

// step is a step of a built-in iterator. taken: an entry needn't be an array.
func (in *iteration) step(record *iteratorRecord, taken bool) (goja.Value, progress, *goja.Exception) {
	if record.iterator == nil {
		return nil, unknown, nil
	}
	self := in.inner(record.iterator)
	next := funcval(record.next)
	switch {
	case self[0] == in.array.kind && next == in.array.next:
		return in.stepArray(self[1], taken)
	case self[0] == in.maps.kind && next == in.maps.next:
		return in.stepMap(self[1], in.maps, taken)
	case self[0] == in.sets.kind && next == in.sets.next:
		return in.stepMap(self[1], in.sets, taken)
	case self[0] == in.text.kind && next == in.text.next:
		return in.stepText(self[1])
	case self[0] == in.generators.kind && next == in.generators.next:
		return in.stepGenerator(self[1])
	}
	return nil, unknown, nil
}

// stepArray goes on in an array that has no holes and no accessors where it is now.
func (in *iteration) stepArray(iterator unsafe.Pointer, taken bool) (goja.Value, progress, *goja.Exception) {
	of := (**goja.Object)(unsafe.Add(iterator, in.array.of))
	if *of == nil {
		return nil, ended, nil
	}
	values, length, ok := in.elements(*of)
	at := (*int64)(unsafe.Add(iterator, in.array.at))
	switch {
	case !ok:
		return nil, unknown, nil
	case *at >= length:
		*of = nil
		return nil, ended, nil
	}
	value := in.element(values, *at)
	if value == nil {
		return nil, unknown, nil
	}
	if kind := *(*int)(unsafe.Add(iterator, in.array.kinds)); kind != in.values {
		value = in.entry(kind, in.vm.ToValue(*at), value, taken)
	}
	*at++
	return value, stepped, nil
}

// entry is what a step gives for a key and its value.
func (in *iteration) entry(kind int, key, value goja.Value, taken bool) goja.Value {
	switch {
	case kind == in.keys:
		return key
	case kind == in.values:
		return value
	case taken && in.plainPatterns():
		return &pair{goja.Undefined(), key, value}
	}
	return newArrayValues(in.vm, []goja.Value{key, value})
}

// stepMap goes on in a Map or a Set.
func (in *iteration) stepMap(iterator unsafe.Pointer, m builtIn, taken bool) (goja.Value, progress, *goja.Exception) {
	of := (*unsafe.Pointer)(unsafe.Add(iterator, m.of))
	if *of == nil {
		return nil, ended, nil
	}
	entry := nextEntry(*of)
	if entry == nil {
		*of = nil
		return nil, ended, nil
	}
	value := entry.value
	if m.keyed {
		value = entry.key
	}
	return in.entry(*(*int)(unsafe.Add(iterator, m.kinds)), entry.key, value, taken), stepped, nil
}

// stepText goes on in a string, by code points.
func (in *iteration) stepText(iterator unsafe.Pointer) (goja.Value, progress, *goja.Exception) {
	reader := (*io.RuneReader)(unsafe.Add(iterator, in.text.of))
	if *reader == nil {
		return nil, ended, nil
	}
	r, _, err := (*reader).ReadRune()
	switch {
	case err != nil:
		*reader = nil
		return nil, ended, nil
	case r < rune(len(in.characters)):
		return in.characters[r], stepped, nil
	case r < 0x10000:
		return goja.StringFromUTF16([]uint16{uint16(r)}), stepped, nil
	}
	r -= 0x10000
	return goja.StringFromUTF16([]uint16{0xD800 + uint16(r>>10), 0xDC00 + uint16(r&0x3FF)}), stepped, nil
}

// The states of goja's generators, and why they stop.
const (
	suspendedStart    = 1
	executing         = 2
	suspendedYield    = 3
	suspendedYieldRes = 4
	completed         = 5

	yielded            = 1
	yieldedRes         = 2
	yieldedDelegate    = 3
	yieldedDelegateRes = 4
)

// stepGenerator resumes a generator, unless another is in its place (yield*).
func (in *iteration) stepGenerator(generator unsafe.Pointer) (goja.Value, progress, *goja.Exception) {
	state := (*uint8)(unsafe.Add(generator, in.generators.at))
	if *state == completed {
		return nil, ended, nil
	}
	if *state == executing || *(*unsafe.Pointer)(unsafe.Add(generator, in.delegation.field)) != nil {
		return nil, unknown, nil
	}
	var sent goja.Value
	if *state == suspendedYieldRes {
		sent = goja.Undefined()
	}
	*state = executing
	value, why, thrown := resumeGenerator(unsafe.Add(generator, in.generators.of), sent)
	switch {
	case thrown != nil:
		*state = completed
		return nil, threw, thrown
	case why == yielded || why == yieldedDelegate:
		*state = suspendedYield
	case why == yieldedRes || why == yieldedDelegateRes:
		*state = suspendedYieldRes
	default:
		*state = completed
		return nil, ended, nil
	}
	if why >= yieldedDelegate {
		return in.stepInto(generator, value)
	}
	return value, stepped, nil
}

// stepInto is the first step of what a generator gives its place to, as goja does it.
func (in *iteration) stepInto(generator unsafe.Pointer, iterable goja.Value) (value goja.Value, what progress, thrown *goja.Exception) {
	thrown = in.vm.Try(func() {
		this := *(**goja.Object)(unsafe.Add(generator, in.owner))
		result := in.engine.resume(in.delegation, func(goja.FunctionCall) goja.Value {
			return delegateGenerator(generator, iterable)
		}, goja.FunctionCall{This: this}).(*goja.Object)
		if done := result.Get("done"); done != nil && done.ToBoolean() {
			what = ended
			return
		}
		if what, value = stepped, result.Get("value"); value == nil {
			value = goja.Undefined()
		}
	})
	if thrown != nil {
		what = threw
	}
	return value, what, thrown
}
