package quickjs

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"unsafe"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// minBytecode is from what length on a module's bytecode is kept: QuickJS
// reads it 13 times as fast as the text, but it is twice as long.
const minBytecode = 8 << 10

// compiled is the form of a module that is cached: a line of JSON, the text
// that QuickJS has read where that isn't the source, and the bytecode. QuickJS
// believes the bytecode. It is the caller of Compiled who sees to it that no
// Worker gets another's; the sums find accidents.
type compiled struct {
	Name     string          `json:"name"`
	Source   []byte          `json:"source"` // SHA-256 of the source
	Sum      []byte          `json:"sum"`    // of text and bytecode
	Text     int             `json:"text"`   // length
	Map      json.RawMessage `json:"map,omitempty"`
	text     []byte
	bytecode []byte
}

func sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

func (c compiled) encode(m *module) []byte {
	body := append(bytes.Clone(c.text), c.bytecode...)
	c.Name, c.Source, c.Sum, c.Text = m.name, sum(m.Source), sum(body), len(c.text)
	head, err := json.Marshal(c)
	if err != nil {
		return nil
	}
	return append(append(head, '\n'), body...)
}

// decode reads a module's cached form. It reports false for anything else.
func decode(m *module) (c compiled, ok bool) {
	head, body, ok := bytes.Cut(m.Compiled, []byte{'\n'})
	if !ok || json.Unmarshal(head, &c) != nil || c.Name != m.name || c.Text < 0 || c.Text > len(body) ||
		!bytes.Equal(c.Source, sum(m.Source)) || !bytes.Equal(c.Sum, sum(body)) {
		return compiled{}, false
	}
	c.text, c.bytecode = body[:c.Text], body[c.Text:]
	return c, true
}

// compileCached reads bytecode, or compiles a cached text.
func (e *Engine) compileCached(m *module, c compiled) (uintptr, error) {
	m.mapping = mapping{text: m.Source, raw: c.Map, bundled: source.InlineMap(m.Source) != nil}
	if len(c.text) > 0 {
		m.mapping.text = c.text
	}
	if len(c.bytecode) == 0 {
		return e.compileText(m, c.text)
	}
	n := lib.Size_t(len(c.bytecode))
	p := e.heap.mustMalloc(n)
	if p == 0 {
		return 0, errNoMemory
	}
	defer e.heap.free(p)
	copy(unsafe.Slice(at[byte](p), len(c.bytecode)), c.bytecode)
	v := lib.XJS_ReadObject(e.tls, e.ctx, p, n, lib.MJS_READ_OBJ_BYTECODE)
	if isException(v) || v.Ftag != lib.EJS_TAG_MODULE {
		return 0, e.takeException()
	}
	e.free(v)
	return pointer(v), nil
}

// bytecode is a compiled module as QuickJS writes it; nil if it can't.
func (e *Engine) bytecode(module lib.TJSValue) []byte {
	size := e.tls.Alloc(8)
	defer e.tls.Free(8)
	p := lib.XJS_WriteObject(e.tls, e.ctx, size, module, lib.MJS_WRITE_OBJ_BYTECODE)
	if p == 0 {
		e.free(lib.XJS_GetException(e.tls, e.ctx))
		return nil
	}
	defer lib.Xjs_free(e.tls, e.ctx, p)
	return bytesAt(p, int(*at[lib.Size_t](size)))
}
