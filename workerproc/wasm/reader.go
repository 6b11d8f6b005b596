package wasm

import (
	"errors"
	"unicode/utf8"
)

// reader reads the binary format. The first thing that is wrong sticks: what
// is read after it is zero, and of no length.
type reader struct {
	data []byte
	pos  int
	err  error
}

var (
	errTruncated = errors.New("unexpected end")
	errMalformed = errors.New("malformed")
)

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.pos = len(r.data)
}

func (r *reader) left() int { return len(r.data) - r.pos }

func (r *reader) byte() byte {
	if r.left() < 1 {
		r.fail(errTruncated)
		return 0
	}
	r.pos++
	return r.data[r.pos-1]
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || r.left() < n {
		r.fail(errTruncated)
		return nil
	}
	r.pos += n
	return r.data[r.pos-n : r.pos]
}

func (r *reader) u64() (v uint64) {
	for shift := uint(0); shift < 64; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	r.fail(errMalformed)
	return 0
}

func (r *reader) u32() uint32 {
	v := r.u64()
	if v > 1<<32-1 {
		r.fail(errMalformed)
		return 0
	}
	return uint32(v)
}

// signed skips a signed number, whatever its size.
func (r *reader) signed() {
	for range 10 {
		if r.byte() < 0x80 {
			return
		}
	}
	r.fail(errMalformed)
}

// count reads the length of a vector, whose items take a byte at least.
func (r *reader) count() int {
	n := int(r.u32())
	if n > r.left() {
		r.fail(errTruncated)
		return 0
	}
	return n
}

func (r *reader) name() string {
	b := r.bytes(int(r.u32()))
	if !utf8.Valid(b) {
		r.fail(errMalformed)
		return ""
	}
	return string(b)
}

// valueType reads a type; of a typed reference the kind alone.
func (r *reader) valueType() byte {
	t := r.byte()
	if t == refNull || t == refNonNull {
		r.signed()
	}
	return t
}

func (r *reader) limits() (l limits) {
	flags := r.byte()
	if flags > 7 {
		r.fail(errMalformed)
		return l
	}
	l.shared, l.wide = flags&2 != 0, flags&4 != 0
	l.min = r.u64()
	if l.max = unlimited; flags&1 != 0 {
		l.max = r.u64()
	}
	return l
}

// constant skips a constant expression and returns the function that it
// refers to, -1 for none.
func (r *reader) constant() (function int) {
	function = -1
	for {
		switch op := r.byte(); op {
		case 0x0b:
			return function
		case 0x41, 0x42, 0xd0: // i32.const, i64.const, ref.null
			r.signed()
		case 0x43:
			r.bytes(4)
		case 0x44:
			r.bytes(8)
		case 0x23: // global.get
			r.u32()
		case 0xd2: // ref.func
			function = int(r.u32())
		case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e: // sums and products
		case 0xfd: // v128.const
			r.u32()
			r.bytes(16)
		default:
			r.fail(errMalformed)
			return -1
		}
	}
}
