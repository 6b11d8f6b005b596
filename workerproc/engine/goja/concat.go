package goja

import (
	"unsafe"

	"github.com/dop251/goja"
)

// goja's strings are Go's: to add to one copies it, and a text of n rows that
// grows by s += row costs the square of n. So where a module's source shows
// that a string grows (growing.go), it calls a function instead that leaves room
// behind what it returns. When its left operand is what it returned last, it
// writes into that room; nobody who holds the shorter string sees it.

// joiners is how many strings may grow at the same time before one of them is
// copied.
const joiners = 4

const (
	minJoined  = 256     // shorter strings are as well copied
	keepJoined = 1 << 20 // how much is held on to between invocations
)

// joined are the strings that grew last.
type joined struct {
	ascii   [joiners][]byte
	unicode [joiners][]uint16 // with a byte order mark before it
	next    int
	slow    goja.Callable // a + b for what isn't strings
}

// joinName is what the function is called in a module: no identifier, so that
// nothing of the module's own has that name.
const joinName = " join"

// joiner is the function that modules call: join(a, b) is a + b, and
// join(new.target) what that should be (target.go).
func (e *Engine) joiner() goja.Value {
	j := &e.joined
	if e.joinFunction != nil {
		return e.joinFunction
	}
	plus, err := e.vm.RunScript("stockade:join", "(a, b) => a + b")
	if err != nil {
		return goja.Undefined()
	}
	j.slow, _ = goja.AssertFunction(plus)
	fn := e.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		if len(call.Arguments) == 1 {
			return e.realTarget(call.Arguments[0])
		}
		a, b := call.Arguments[0], call.Arguments[1]
		left, ok := a.(goja.String)
		if !ok {
			return e.joinSlowly(a, b)
		}
		switch right := b.(type) {
		case goja.String:
			return e.join(left, right)
		case *goja.Object, *goja.Symbol:
			return e.joinSlowly(a, b)
		}
		return e.join(left, e.regexps.asciiString(b.String()))
	}).(*goja.Object)
	_ = fn.DefineDataProperty("name", e.vm.ToValue("stockade:join"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	e.joinFunction = fn
	return fn
}

func (e *Engine) joinSlowly(a, b goja.Value) goja.Value {
	v, err := e.joined.slow(goja.Undefined(), a, b)
	if err != nil {
		e.throw(err)
	}
	return v
}

// join adds two strings.
func (e *Engine) join(left, right goja.String) goja.Value {
	n, m := left.Length(), right.Length()
	switch {
	case m == 0:
		return left
	case n == 0:
		return right
	case n+m < minJoined:
		return left.Concat(right)
	case n+m > maxString:
		panic(e.newError("RangeError", "Invalid string length"))
	}
	a, b := e.regexps.text(left), e.regexps.text(right)
	if a.UTF16 == nil && b.UTF16 == nil {
		return e.joinASCII(a.ASCII, b.ASCII)
	}
	return e.joinUnicode(a.UTF16, a.ASCII, b.UTF16, b.ASCII)
}

// maxString is how long a string may be, as in V8.
const maxString = 1<<29 - 24

func (e *Engine) joinASCII(a, b string) goja.Value {
	j := &e.joined
	for i, buffer := range j.ascii {
		if len(buffer) == len(a) && len(a) > 0 && unsafe.SliceData(buffer) == unsafe.StringData(a) {
			return e.grownASCII(i, append(buffer, b...))
		}
	}
	buffer := make([]byte, 0, roomFor(len(a)+len(b)))
	return e.grownASCII(j.take(), append(append(buffer, a...), b...))
}

func (e *Engine) grownASCII(i int, buffer []byte) goja.Value {
	e.joined.ascii[i] = buffer
	return e.regexps.asciiString(unsafe.String(unsafe.SliceData(buffer), len(buffer)))
}

// joinUnicode adds strings of which one at least isn't ASCII: that has units.
func (e *Engine) joinUnicode(a []uint16, asciiA string, b []uint16, asciiB string) goja.Value {
	j := &e.joined
	for i, buffer := range j.unicode {
		if a != nil && len(buffer) == len(a)+1 && &buffer[1] == unsafe.SliceData(a) {
			return e.grownUnicode(i, widen(append(buffer, b...), asciiB))
		}
	}
	length := len(a) + len(asciiA) + len(b) + len(asciiB)
	buffer := append(make([]uint16, 0, roomFor(length)), 0xFEFF)
	buffer = widen(append(buffer, a...), asciiA)
	return e.grownUnicode(j.take(), widen(append(buffer, b...), asciiB))
}

func (e *Engine) grownUnicode(i int, buffer []uint16) goja.Value {
	e.joined.unicode[i] = buffer
	return e.regexps.unicodeString(buffer[:len(buffer):len(buffer)])
}

func widen(units []uint16, ascii string) []uint16 {
	for i := range len(ascii) {
		units = append(units, uint16(ascii[i]))
	}
	return units
}

func roomFor(n int) int { return n + n/2 }

// take returns the place of the string that grew the longest ago.
func (j *joined) take() int {
	j.next = (j.next + 1) % joiners
	return j.next
}

// forget lets go of large strings: between invocations nothing grows.
func (j *joined) forget() {
	for i := range joiners {
		if cap(j.ascii[i]) > keepJoined {
			j.ascii[i] = nil
		}
		if cap(j.unicode[i]) > keepJoined {
			j.unicode[i] = nil
		}
	}
}
