package rpc

import (
	"encoding/binary"
	"errors"
	"time"
)

// codec writes a message's fields to buf, or reads them from it. Integers are
// varints, strings and byte slices have a length before them, lists a count.
type codec struct {
	buf     []byte
	reading bool
	items   int // of lists, so far
	err     error
}

var (
	errShort = errors.New("message ends early")
	errRange = errors.New("number out of range")
)

func (c *codec) uint(v *uint64) {
	if !c.reading {
		c.buf = binary.AppendUvarint(c.buf, *v)
		return
	}
	n, size := binary.Uvarint(c.buf)
	if size <= 0 {
		c.fail(errShort)
		return
	}
	*v, c.buf = n, c.buf[size:]
}

func (c *codec) int64(v *int64) {
	u := uint64(*v)
	if c.uint(&u); u > 1<<63-1 {
		c.fail(errRange)
		return
	}
	if c.reading { // or two that send the same error would write to it
		*v = int64(u)
	}
}

func (c *codec) int(v *int) {
	n := int64(*v)
	if c.int64(&n); c.reading {
		*v = int(n)
	}
}

func (c *codec) u32(v *uint32) {
	u := uint64(*v)
	if c.uint(&u); u > 1<<32-1 {
		c.fail(errRange)
		return
	}
	if c.reading {
		*v = uint32(u)
	}
}

func (c *codec) duration(v *time.Duration) { c.int64((*int64)(v)) }

func (c *codec) u8(v *uint8) {
	if !c.reading {
		c.buf = append(c.buf, *v)
		return
	}
	if len(c.buf) < 1 {
		c.fail(errShort)
		return
	}
	*v, c.buf = c.buf[0], c.buf[1:]
}

func (c *codec) bool(v *bool) {
	var u uint8
	if *v {
		u = 1
	}
	if c.u8(&u); u > 1 {
		c.fail(errRange)
	}
	if c.reading {
		*v = u == 1
	}
}

func (c *codec) bytes(v *[]byte) {
	n := uint64(len(*v))
	c.uint(&n)
	if !c.reading {
		c.buf = append(c.buf, *v...)
		return
	}
	if n > uint64(len(c.buf)) {
		c.fail(errShort)
		return
	}
	if *v = nil; n > 0 {
		*v = c.buf[:n:n]
	}
	c.buf = c.buf[n:]
}

func (c *codec) string(v *string) {
	if c.reading {
		var b []byte
		c.bytes(&b)
		*v = string(b)
		return
	}
	c.buf = append(binary.AppendUvarint(c.buf, uint64(len(*v))), *v...)
}

// maxItems is how many elements the lists of one message may have in all: in
// memory an element takes up to 50 times what it does on the wire.
const maxItems = 1 << 17

var errItems = errors.New("more list elements than a message may have")

// list visits the elements of a list.
func list[T any](c *codec, v *[]T, each func(*T)) {
	longList(c, v, maxItems-c.items, func(e *T) { c.items++; each(e) })
}

// longList is list for what the supervisor sends: each element costs at least
// one byte on the wire, which bounds what a claimed count can allocate.
func longList[T any](c *codec, v *[]T, most int, each func(*T)) {
	n := uint64(len(*v))
	c.uint(&n)
	switch {
	case n > uint64(most):
		c.fail(errItems)
		return
	case !c.reading:
		for i := range *v {
			each(&(*v)[i])
		}
		return
	case n > uint64(len(c.buf)):
		c.fail(errShort)
		return
	}
	if *v = nil; n == 0 {
		return
	}
	all := make([]T, 0, min(n, firstItems))
	for range n {
		if c.err != nil {
			break
		}
		var e T
		all = append(all, e)
		each(&all[len(all)-1])
	}
	*v = all
}

// firstItems is how many elements there is room for before the first is read: most lists are short.
const firstItems = 8

func (c *codec) strings(v *[]string) { list(c, v, c.string) }

func (c *codec) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.buf = nil
}
