package htmlrewriter

import (
	"bytes"
	"strings"
)

// Piece is bytes, or a stream that the caller knows by its number.
type Piece struct {
	Bytes  []byte
	Stream int
}

// Output is pieces in order.
type Output []Piece

// Content makes a piece of what a handler gives. Text that isn't HTML is
// escaped.
func (r *Rewriter) Content(s string, html bool) Piece {
	if !html {
		s = Escape(s)
	}
	b, _ := r.enc.Encode(s)
	return Piece{Bytes: b}
}

// Escape makes text of s that HTML reads as it is.
func Escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// Take returns what there is of the output.
func (r *Rewriter) Take() Output {
	out := r.out
	r.out = nil
	return out
}

// pass writes bytes of the document.
func (r *Rewriter) pass(b []byte) {
	if r.removed == 0 {
		r.write(Output{{Bytes: b}})
	}
}

// write copies: the input's buffer is used again.
func (r *Rewriter) write(pieces Output) {
	for _, p := range pieces {
		if n := len(r.out); p.Stream == 0 && n > 0 && r.out[n-1].Stream == 0 {
			r.out[n-1].Bytes = append(r.out[n-1].Bytes, p.Bytes...)
			continue
		}
		if p.Stream == 0 {
			p.Bytes = bytes.Clone(p.Bytes)
		}
		r.out = append(r.out, p)
	}
}

// emit writes a token with what stands around it.
func (r *Rewriter) emit(t *token, itself []byte) {
	if r.removed > 0 {
		return
	}
	r.write(t.before)
	if t.isRemoved {
		r.write(t.instead)
	} else {
		r.write(Output{{Bytes: itself}})
	}
	r.write(t.after)
}

// tag is a start tag: each attribute that wasn't changed as it stood.
func (t *token) tag() []byte {
	if !t.changed {
		return t.raw
	}
	name := t.rawName
	if t.newName != nil {
		name = t.newName
	}
	out := append([]byte{'<'}, name...)
	for _, a := range t.attrs {
		out = append(out, ' ')
		if a.raw != nil {
			out = append(out, a.raw...)
			continue
		}
		out = append(append(out, a.rawName...), `="`...)
		out = append(append(out, bytes.ReplaceAll(a.rawValue, []byte{'"'}, []byte("&quot;"))...), '"')
	}
	switch {
	case t.slash && len(t.attrs) > 0:
		return append(out, " />"...)
	case t.slash:
		return append(out, "/>"...)
	}
	return append(out, '>')
}

func (t *token) endTag() []byte {
	if !t.changed {
		return t.raw
	}
	return append(append([]byte("</"), t.newName...), '>')
}

func (t *token) comment() []byte {
	if !t.changed {
		return t.raw
	}
	b, _ := t.rewriter.enc.Encode(t.text)
	return append(append([]byte("<!--"), b...), "-->"...)
}
