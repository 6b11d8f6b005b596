package goja

import (
	"math"
	"unsafe"

	"github.com/dop251/goja"
)

// Patterns, [a, b] = c, and spread, [...c] and f(...c). An array that iterates as arrays do gives its elements without an
// iterator; what else is built in, as in iterate.go.

// takenArray is the array that a pattern takes apart without an iterator.
func takenArray(iter *iteratorRecord) (at int, ok bool) {
	distance := uintptr(unsafe.Pointer(iter)) - uintptr(unsafe.Pointer(&places[0]))
	return int(distance / unsafe.Sizeof(places[0])), distance < unsafe.Sizeof(places)
}

// execIterate begins a pattern. goja calls an iterator's next without looking whether it is there.
func execIterate(self, vm unsafe.Pointer) {
	in := (*iteration)(self)
	top := *(*goja.Value)(machineCode.operand(vm, 1))
	if _, entry := top.(*pair); entry || in.plainArray(top) && in.plainPatterns() {
		items := in.items(vm)
		*items = append(*items, iterItem{val: top, iter: &places[0]})
		*(*int)(unsafe.Add(vm, machineCode.pc))++
		return
	}
	machineCode.original[anIterate](self, vm)
	machineCode.checkNext(vm)
}

// execTake takes the next value of a pattern.
func execTake(self, vm unsafe.Pointer) {
	in := (*iteration)(self)
	item := in.last(vm)
	at, ok := takenArray(item.iter)
	if !ok {
		in.takeStep(self, vm)
		return
	}
	value := goja.Undefined()
	if item.iter != finished {
		if value, ok = in.take(item, at); !ok {
			in.resort(item, at)
			machineCode.original[aTake](self, vm)
			return
		}
	}
	pushValue(vm, value)
	*(*int)(unsafe.Add(vm, machineCode.pc))++
}

// take is an element of what a pattern takes apart.
func (in *iteration) take(item *iterItem, at int) (value goja.Value, ok bool) {
	if entry, ok := item.val.(*pair); ok {
		item.iter = &places[at+1]
		switch at {
		case 0:
			return entry.key, true
		case 1:
			return entry.value, true
		}
		item.iter = finished
		return goja.Undefined(), true
	}
	values, length, ok := in.elements(item.val.(*goja.Object))
	if ok && int64(at) >= length {
		item.iter = finished
		return goja.Undefined(), true
	}
	if ok && at < len(places)-2 {
		value = in.element(values, int64(at))
	}
	if value != nil {
		item.iter = &places[at+1]
	}
	return value, value != nil
}

// resort goes on with an iterator.
func (in *iteration) resort(item *iterItem, at int) {
	iterator := createArrayIterator(in.vm, item.val.(*goja.Object), in.values).(*goja.Object)
	*(*int64)(unsafe.Add(in.inner(iterator)[1], in.array.at)) = int64(at)
	next, _ := assertCallable(in.plain.next)
	item.iter = &iteratorRecord{iterator, next}
}

// takeStep takes the next value of what has an iterator.
func (in *iteration) takeStep(self, vm unsafe.Pointer) {
	value, what, thrown := in.step(in.last(vm).iter, false)
	switch what {
	case unknown:
		machineCode.original[aTake](self, vm)
		return
	case threw:
		in.drop(vm)
		throwValue(vm, thrown.Value())
		return
	case ended:
		*in.last(vm).iter = iteratorRecord{}
		value = goja.Undefined()
	}
	pushValue(vm, value)
	*(*int)(unsafe.Add(vm, machineCode.pc))++
}

// execTakeRest makes an array of what a pattern has left.
func execTakeRest(self, vm unsafe.Pointer) {
	in := (*iteration)(self)
	item := in.last(vm)
	at, ok := takenArray(item.iter)
	if !ok {
		machineCode.original[aTakeRest](self, vm)
		return
	}
	rest, ok := in.rest(item, at)
	if !ok {
		in.resort(item, at)
		machineCode.original[aTakeRest](self, vm)
		return
	}
	in.drop(vm)
	pushValue(vm, newArrayValues(in.vm, rest))
	*(*int)(unsafe.Add(vm, machineCode.pc))++
}

// rest is what has not been taken, if nothing has to be called for it.
func (in *iteration) rest(item *iterItem, at int) (rest []goja.Value, ok bool) {
	if item.iter == finished {
		return nil, true
	}
	if entry, ok := item.val.(*pair); ok {
		both := []goja.Value{entry.key, entry.value}
		return both[min(at, len(both)):], true
	}
	values, ok := in.simple(item.val.(*goja.Object))
	if !ok {
		return nil, false
	}
	return append(rest, values[min(at, len(values)):]...), true
}

// execClose ends a pattern or a loop that hasn't come to the end.
func execClose(self, vm unsafe.Pointer) {
	in := (*iteration)(self)
	if _, ok := takenArray(in.last(vm).iter); !ok {
		machineCode.original[aClose](self, vm)
		return
	}
	in.drop(vm)
	*(*int)(unsafe.Add(vm, machineCode.pc))++
}

// execSpread puts the values of what is spread on the stack, as arguments.
func execSpread(self, vm unsafe.Pointer) {
	in := (*iteration)(self)
	sp := (*int)(unsafe.Add(vm, machineCode.sp))
	source := *(*goja.Value)(machineCode.operand(vm, 1))
	*sp--
	in.spread(source, func(values ...goja.Value) {
		for _, v := range values {
			pushValue(vm, v)
		}
	})
	*(*int)(unsafe.Add(vm, machineCode.pc))++
}

// execArraySpread appends them to an array.
func execArraySpread(self, vm unsafe.Pointer) {
	in := (*iteration)(self)
	source := *(*goja.Value)(machineCode.operand(vm, 1))
	array := in.inner((*(*goja.Value)(machineCode.operand(vm, 2))).(*goja.Object))[1]
	list, length := (*[]goja.Value)(unsafe.Add(array, in.plain.valuesAt)), (*uint32)(unsafe.Add(array, in.plain.length))
	count := (*int)(unsafe.Add(array, in.plain.objects))
	in.spread(source, func(values ...goja.Value) {
		if uint64(*length)+uint64(len(values)) > math.MaxUint32 {
			panic(in.engine.newError("RangeError", "Invalid array length"))
		}
		*list = append(*list, values...)
		*length += uint32(len(values))
		*count += len(values)
	})
	*(*int)(unsafe.Add(vm, machineCode.sp))--
	*(*int)(unsafe.Add(vm, machineCode.pc))++
}

// spread gives what is iterated over, one or all at a time.
func (in *iteration) spread(source goja.Value, give func(...goja.Value)) {
	if in.plainArray(source) && in.plainNext() {
		if values, ok := in.simple(source.(*goja.Object)); ok {
			give(values...)
			return
		}
	}
	in.each(getIterator(in.vm, source, nil), func(v goja.Value) { give(v) })
}
