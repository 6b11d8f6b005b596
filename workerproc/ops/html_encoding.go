package ops

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/htmlrewriter"
)

// documentEncoding is the encoding of a document by its label. A rewriter
// reads ASCII bytes as what they are in ASCII, which few encodings break.
func documentEncoding(label string) (htmlrewriter.Encoding, error) {
	name, _ := encodingName([]any{label})
	switch name {
	case nil:
		return nil, &engine.Error{Name: "TypeError", Message: "Parser error: Unknown character encoding has been provided."}
	case "utf-8":
		return utf8Document{}, nil
	case "utf-16le", "utf-16be", "iso-2022-jp":
		return nil, &engine.Error{Name: "TypeError", Message: "Parser error: Expected ASCII-compatible encoding."}
	}
	enc, err := htmlindex.Get(name.(string))
	if err != nil {
		return nil, err
	}
	return legacyDocument{name.(string), enc}, nil
}

type utf8Document struct{}

func (utf8Document) Decode(b []byte, last bool) (string, int) {
	n := len(b)
	if !last {
		tail, _ := utf8Tail([]any{b})
		n -= tail.(int)
	}
	if utf8.Valid(b[:n]) {
		return string(b[:n]), n
	}
	return decodeUTF8(b[:n]), n
}

func (utf8Document) Encode(s string) ([]byte, bool) { return []byte(s), true }

type legacyDocument struct {
	name string
	encoding.Encoding
}

func (d legacyDocument) Decode(b []byte, last bool) (string, int) {
	n := len(b)
	if !last {
		tail, _ := legacyTail([]any{d.name, b})
		n -= tail.(int)
	}
	s, err := legacyDecode([]any{d.name, b[:n]})
	if err != nil {
		return string(bytes.ToValidUTF8(b[:n], []byte("\ufffd"))), n
	}
	return s.(string), n
}

func (d legacyDocument) Encode(s string) (out []byte, whole bool) {
	encoder := d.NewEncoder()
	if b, err := encoder.Bytes([]byte(s)); err == nil {
		return b, true
	}
	for _, r := range s {
		b, err := d.NewEncoder().Bytes([]byte(string(r)))
		if err != nil {
			b = fmt.Appendf(nil, "&#%d;", r)
		}
		out = append(out, b...)
	}
	return out, false
}

// charsetOf is the label in a Content-Type, utf-8 if there is none.
func charsetOf(contentType string) string {
	_, rest, _ := strings.Cut(contentType, ";")
	for part := range strings.SplitSeq(rest, ";") {
		name, value, ok := strings.Cut(part, "=")
		if ok && strings.EqualFold(strings.TrimSpace(name), "charset") {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return "utf-8"
}
