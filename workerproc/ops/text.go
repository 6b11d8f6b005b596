package ops

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"stockade.dev/stockade/workerproc/engine"
)

var textOps = map[string]engine.Op{
	"wellFormed":     wellFormed,
	"utf8Encode":     utf8Encode,
	"utf8EncodeInto": utf8EncodeInto,
	"utf8Decode":     utf8Decode,
	"utf8Tail":       utf8Tail,
	"utf16Decode":    utf16Decode,
	"encodingName":   encodingName,
	"legacyDecode":   legacyDecode,
	"legacyTail":     legacyTail,
}

const invalidText = "Failed to decode input."

// wellFormed(s) returns s, whose lone surrogates the engine has replaced.
func wellFormed(args []any) (any, error) { return text(args, 0), nil }

// utf8Encode(s) returns the string's UTF-8; the engine has replaced lone
// surrogates when it gave us the string.
func utf8Encode(args []any) (any, error) { return []byte(text(args, 0)), nil }

// utf8EncodeInto(s, n) returns [bytes, read]: as many whole characters as fit
// in n bytes, and how many UTF-16 units they are.
func utf8EncodeInto(args []any) (any, error) {
	s, n := text(args, 0), number(args, 1)
	end, read := 0, 0
	for _, r := range s {
		size := utf8.RuneLen(r)
		if end+size > n {
			break
		}
		end += size
		read += units(r)
	}
	return []any{[]byte(s[:end]), read}, nil
}

func units(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// utf8Decode(bytes, fatal, ignoreBOM) decodes the whole of bytes.
func utf8Decode(args []any) (any, error) {
	b := data(args, 0)
	if !flag(args, 2) && len(b) >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf {
		b = b[3:]
	}
	if utf8.Valid(b) {
		return string(b), nil
	}
	if flag(args, 1) {
		return fail("TypeError", invalidText)
	}
	return decodeUTF8(b), nil
}

// decodeUTF8 replaces each maximal subpart of an ill-formed sequence with one
// U+FFFD, as https://encoding.spec.whatwg.org/#utf-8-decoder does; Go would
// replace each of its bytes.
func decodeUTF8(b []byte) string {
	var out strings.Builder
	out.Grow(len(b) + 8)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = maximalSubpart(b)
		}
		out.WriteRune(r)
		b = b[size:]
	}
	return out.String()
}

// maximalSubpart is how many bytes at the start of b, which isn't well-formed
// there, could have begun a character.
func maximalSubpart(b []byte) int {
	need, low, high := lead(b[0])
	n := 1
	for n < len(b) && n < need && low <= b[n] && b[n] <= high {
		n++
		low, high = 0x80, 0xbf
	}
	return n
}

// lead returns how long a character that begins with c is, and the bounds of
// its second byte (table 3-7 of the Unicode standard).
func lead(c byte) (need int, low, high byte) {
	low, high = 0x80, 0xbf
	switch {
	case 0xc2 <= c && c <= 0xdf:
		return 2, low, high
	case c == 0xe0:
		return 3, 0xa0, high
	case c == 0xed:
		return 3, low, 0x9f
	case 0xe1 <= c && c <= 0xef:
		return 3, low, high
	case c == 0xf0:
		return 4, 0x90, high
	case c == 0xf4:
		return 4, low, 0x8f
	case 0xf1 <= c && c <= 0xf3:
		return 4, low, high
	}
	return 1, low, high
}

// utf8Tail(bytes) is how many bytes at the end begin a character that more
// bytes could complete: what a streaming decoder keeps.
func utf8Tail(args []any) (any, error) {
	b := data(args, 0)
	for back := 1; back <= 3 && back <= len(b); back++ {
		part := b[len(b)-back:]
		if part[0]&0xc0 == 0x80 {
			continue
		}
		if need, _, _ := lead(part[0]); need > back && maximalSubpart(part) == back {
			return back, nil
		}
		break
	}
	return 0, nil
}

// utf16Decode(bytes, bigEndian, fatal) decodes a whole number of characters,
// apart from an odd byte or a high surrogate at the end, which are errors.
func utf16Decode(args []any) (any, error) {
	b, big, fatal := data(args, 0), flag(args, 1), flag(args, 2)
	unit := func(i int) rune {
		if big {
			return rune(b[i])<<8 | rune(b[i+1])
		}
		return rune(b[i+1])<<8 | rune(b[i])
	}
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i < len(b); i += 2 {
		r := rune(utf8.RuneError)
		switch {
		case i+1 == len(b):
		case unit(i)&0xf800 != 0xd800:
			out.WriteRune(unit(i))
			continue
		case unit(i) < 0xdc00 && i+3 < len(b) && unit(i+2)&0xfc00 == 0xdc00:
			r = 0x10000 + (unit(i)-0xd800)<<10 + unit(i+2) - 0xdc00
			i += 2
		}
		if r == utf8.RuneError && fatal {
			return fail("TypeError", invalidText)
		}
		out.WriteRune(r)
	}
	return out.String(), nil
}

// encodingName(label) is the name of an encoding of
// https://encoding.spec.whatwg.org/#names-and-labels, or undefined.
func encodingName(args []any) (any, error) {
	label := strings.ToLower(strings.Trim(text(args, 0), "\t\n\f\r "))
	enc, err := htmlindex.Get(label)
	if err != nil || strings.ContainsFunc(label, func(r rune) bool { return r > unicode.MaxASCII }) { // it trims spaces of all kinds
		return nil, nil
	}
	name, err := htmlindex.Name(enc)
	if err != nil || name == "replacement" {
		return nil, nil
	}
	return name, nil
}

// legacyDecode(name, bytes, fatal) decodes the whole of bytes.
func legacyDecode(args []any) (any, error) {
	enc, err := htmlindex.Get(text(args, 0))
	if err != nil {
		return fail("RangeError", "Unknown encoding.")
	}
	var out []byte
	if table, ok := enc.(*charmap.Charmap); ok {
		out = decodeBytes(table, data(args, 1), strings.HasPrefix(text(args, 0), "windows-"))
	} else if out, _, err = transform.Bytes(enc.NewDecoder(), data(args, 1)); err != nil {
		return fail("TypeError", invalidText)
	}
	if flag(args, 2) && bytes.ContainsRune(out, utf8.RuneError) {
		return fail("TypeError", invalidText)
	}
	return string(out), nil
}

// decodeBytes decodes one byte a character. The indexes of
// https://encoding.spec.whatwg.org/ have what windows code pages leave open
// from 80 to 9f as the control characters that are there in ISO 8859.
func decodeBytes(table *charmap.Charmap, in []byte, windows bool) []byte {
	out := make([]byte, 0, len(in)+len(in)/2)
	for _, b := range in {
		r := table.DecodeByte(b)
		if r == utf8.RuneError && windows && 0x80 <= b && b <= 0x9f {
			r = rune(b)
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// legacyTail(name, bytes) is how many bytes at the end begin a character of
// an encoding without states.
func legacyTail(args []any) (any, error) {
	in := data(args, 1)
	enc, err := htmlindex.Get(text(args, 0))
	if err != nil {
		return 0, nil
	}
	var (
		decoder = enc.NewDecoder()
		scratch [1024]byte
		at      int
	)
	for {
		_, n, err := decoder.Transform(scratch[:], in[at:], false)
		if at += n; n == 0 || err == nil || !errors.Is(err, transform.ErrShortDst) {
			return len(in) - at, nil
		}
	}
}
