// Package lre is QuickJS's engine for regular expressions by itself: the goja
// engine matches with it, too, so that a pattern means the same on both. It
// has all that ECMAScript has, with Unicode tables of its own.
//
// A pattern is compiled to bytecode that lives on Go's heap. Subjects are
// copied to memory outside of it before they are matched, the last one once
// for any number of matches.
//
// math.go has QuickJS's functions of Math, whose last digits are as V8's.
package lre

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

// Flags of a pattern, as libregexp has them.
const (
	Global      = lib.MLRE_FLAG_GLOBAL
	IgnoreCase  = lib.MLRE_FLAG_IGNORECASE
	Multiline   = lib.MLRE_FLAG_MULTILINE
	DotAll      = lib.MLRE_FLAG_DOTALL
	Unicode     = lib.MLRE_FLAG_UNICODE
	Sticky      = lib.MLRE_FLAG_STICKY
	HasIndices  = lib.MLRE_FLAG_INDICES
	UnicodeSets = lib.MLRE_FLAG_UNICODE_SETS
)

const (
	// maxSlots is how deep groups may nest, in slots of the translated C stack.
	maxSlots = 8000
	// maxBacktrack is how much memory one match may take to remember where it
	// can go back to: what V8 gives it.
	maxBacktrack = 64 << 20
	// keepSubject is how large a subject is kept for the next match.
	keepSubject = 8 << 20
)

// Errors of Exec.
var (
	ErrInterrupted = errors.New("the match was interrupted")
	ErrNoMemory    = errors.New("the match needs too much memory")
)

// Machine compiles and matches, on one goroutine at a time.
type Machine struct {
	tls     *libc.TLS
	rt, ctx uintptr
	handler any // what QuickJS has a pointer to

	code    block // a pattern's bytecode
	loaded  *Program
	subject block
	cached  Subject
	capture block
}

// Program is a compiled pattern.
type Program struct {
	Flags    int
	Captures int      // with the whole match
	Names    []string // of the captures, "" for those without; nil if none has one
	code     []byte
}

// Subject is a string to match against: ASCII, or UTF-16.
type Subject struct {
	ASCII string
	UTF16 []uint16 // if not nil
}

// Length is in UTF-16 units.
func (s Subject) Length() int {
	if s.UTF16 != nil {
		return len(s.UTF16)
	}
	return len(s.ASCII)
}

func (s Subject) same(other Subject) bool {
	if (s.UTF16 == nil) != (other.UTF16 == nil) || s.Length() != other.Length() {
		return false
	}
	if s.UTF16 != nil {
		return unsafe.SliceData(s.UTF16) == unsafe.SliceData(other.UTF16)
	}
	return unsafe.StringData(s.ASCII) == unsafe.StringData(other.ASCII)
}

// NewMachine returns a machine. While interrupted is set, by any goroutine, a
// match ends with ErrInterrupted.
func NewMachine(interrupted *atomic.Bool) (*Machine, error) {
	m := &Machine{tls: libc.NewTLS()}
	if m.rt = lib.XJS_NewRuntime(m.tls); m.rt == 0 {
		return nil, errors.New("cannot make a QuickJS runtime")
	}
	lib.XJS_SetMaxStackSize(m.tls, m.rt, maxSlots)
	if m.ctx = lib.XJS_NewContextRaw(m.tls, m.rt); m.ctx == 0 {
		return nil, errors.New("cannot make a QuickJS context")
	}

	handler := func(*libc.TLS, uintptr, uintptr) int32 {
		if interrupted.Load() {
			return 1
		}
		return 0
	}
	m.handler = handler
	lib.XJS_SetInterruptHandler(m.tls, m.rt, (*(*[2]uintptr)(unsafe.Pointer(&m.handler)))[1], 0)
	runtime.AddCleanup(m, func(f func()) { f() }, release(m.tls, m.ctx, m.rt))
	m.setLimit()
	return m, nil
}

func release(tls *libc.TLS, ctx, rt uintptr) func() {
	return func() {
		lib.XJS_FreeContext(tls, ctx)
		lib.XJS_FreeRuntime(tls, rt)
		tls.Close()
	}
}

// setLimit bounds what a match may take on top of what the machine has.
func (m *Machine) setLimit() {
	used := (*lib.TJSRuntime)(at(m.rt)).Fmalloc_ctx.Fmalloc_state.Fmalloc_size
	lib.XJS_SetMemoryLimit(m.tls, m.rt, used+maxBacktrack)
}

// Compile compiles a pattern of UTF-16 units. The error is what is wrong with
// it, in V8's words.
func (m *Machine) Compile(pattern []uint16, flags int) (*Program, error) {
	text := encode(pattern, flags&(Unicode|UnicodeSets) != 0)
	if flags&UnicodeSets != 0 {
		text = plainPunctuation(text)
	}
	const message = 128
	bp := m.tls.Alloc(16 + message)
	defer m.tls.Free(16 + message)
	source := libc.Xmalloc(m.tls, lib.Size_t(len(text)+1))
	if source == 0 {
		return nil, ErrNoMemory
	}
	defer libc.Xfree(m.tls, source)
	bytes := unsafe.Slice((*byte)(at(source)), len(text)+1)
	copy(bytes, text)
	bytes[len(text)] = 0
	code := lib.Xlre_compile(m.tls, bp, bp+16, message, source, lib.Size_t(len(text)), int32(flags), m.ctx)
	if code == 0 {
		return nil, errors.New(wording(libc.GoString(bp+16), pattern))
	}
	defer lib.Xlre_realloc(m.tls, m.ctx, code, 0)
	size := int(*(*int32)(at(bp)))
	p := &Program{
		Flags:    flags,
		Captures: int(lib.Xlre_get_capture_count(m.tls, code)),
		code:     append([]byte(nil), unsafe.Slice((*byte)(at(code)), size)...),
	}
	p.Names = m.names(code, p.Captures)
	return p, nil
}

func (m *Machine) names(code uintptr, captures int) []string {
	name := lib.Xlre_get_groupnames(m.tls, code)
	if name == 0 {
		return nil
	}
	names := make([]string, 1, captures)
	for range captures - 1 {
		s := libc.GoString(name)
		names = append(names, s)
		name += uintptr(len(s)) + lib.MLRE_GROUP_NAME_TRAILER_LEN
	}
	return names
}

// Exec looks for a match from a position on (at it, if the pattern is sticky)
// and appends the start and end of each capture to where; -1 for one that
// takes no part. There is no match if it appends nothing.
func (m *Machine) Exec(p *Program, s Subject, from int, where []int) ([]int, error) {
	if !m.load(p) || !m.take(s) {
		return where, ErrNoMemory
	}
	shift := 0
	if s.UTF16 != nil {
		shift = 1
	}
	found := lib.Xlre_exec(m.tls, m.capture.at, m.code.at, m.subject.at, int32(from), int32(s.Length()), int32(shift), m.ctx)
	switch {
	case found == -2:
		return where, ErrInterrupted
	case found < 0:
		return where, ErrNoMemory
	case found == 0:
		return where, nil
	}
	ends := unsafe.Slice((*uintptr)(at(m.capture.at)), 2*p.Captures)
	for i := 0; i < len(ends); i += 2 {
		if ends[i] == 0 || ends[i+1] == 0 {
			where = append(where, -1, -1)
			continue
		}
		where = append(where, int(ends[i]-m.subject.at)>>shift, int(ends[i+1]-m.subject.at)>>shift)
	}
	return where, nil
}

// load puts a program where libregexp can read it.
func (m *Machine) load(p *Program) bool {
	if m.loaded == p {
		return true
	}
	m.loaded = nil
	if !m.code.fit(m.tls, len(p.code)) {
		return false
	}
	copy(m.code.bytes(len(p.code)), p.code)
	if !m.capture.fit(m.tls, 8*int(lib.Xlre_get_alloc_count(m.tls, m.code.at))) {
		return false
	}
	m.loaded = p
	return true
}

// take copies a subject. The cached one is kept alive, so that no other can
// be at its address.
func (m *Machine) take(s Subject) bool {
	if m.subject.at != 0 && s.same(m.cached) {
		return true
	}
	m.cached = Subject{}
	var from []byte
	if s.UTF16 != nil {
		from = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s.UTF16))), 2*len(s.UTF16))
	} else {
		from = unsafe.Slice(unsafe.StringData(s.ASCII), len(s.ASCII))
	}
	if m.subject.size > keepSubject && len(from) < keepSubject {
		m.subject.free(m.tls)
	}
	if !m.subject.fit(m.tls, len(from)) {
		return false
	}
	copy(m.subject.bytes(len(from)), from)
	m.cached = s
	return true
}

// block is memory outside of Go's heap that is used again.
type block struct {
	at   uintptr
	size int
}

func (b *block) fit(tls *libc.TLS, size int) bool {
	if b.at != 0 && b.size >= size {
		return true
	}
	b.free(tls)
	b.size = size + size/4 + 64
	b.at = libc.Xmalloc(tls, lib.Size_t(b.size))
	return b.at != 0
}

func (b *block) free(tls *libc.TLS) {
	if b.at != 0 {
		libc.Xfree(tls, b.at)
	}
	*b = block{}
}

func (b *block) bytes(n int) []byte { return unsafe.Slice((*byte)(at(b.at)), n) }

// at is an address outside of Go's heap.
func at(address uintptr) unsafe.Pointer { return unsafe.Add(nil, address) }

// encode is the form in which libregexp reads patterns: UTF-8 in which
// surrogates, with pairs each for itself as long as the pattern is not one of
// code points, have their three bytes.
func encode(pattern []uint16, unicode bool) []byte {
	text := make([]byte, 0, len(pattern)+8)
	for i := 0; i < len(pattern); i++ {
		r := rune(pattern[i])
		if unicode && i+1 < len(pattern) {
			if pair := utf16.DecodeRune(r, rune(pattern[i+1])); pair != utf8.RuneError {
				r = pair
				i++
			}
		}
		if utf16.IsSurrogate(r) {
			text = append(text, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
			continue
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}

// plainPunctuation writes the punctuation that may be escaped in a class of
// the flag v, and that libregexp doesn't know so, as a code.
func plainPunctuation(text []byte) []byte {
	out := make([]byte, 0, len(text)+16)
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			if depth > 0 && bytes.IndexByte([]byte("&!#%,:;<=>@`~"), text[i]) >= 0 {
				out = fmt.Appendf(out, `\x%02x`, text[i])
				continue
			}
			out = append(out, '\\')
		case c == '[':
			depth++
		case c == ']':
			depth--
		}
		out = append(out, text[i])
	}
	return out
}
