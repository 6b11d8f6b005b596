package workerproc

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Simple values (numbers, booleans, undefined, and strings that are valid UTF-8) are most arguments and results. Go writes
// and reads their text (parts/codec.js) itself, so that they cross from one isolate to the other without the runtime's
// codec. What it can't write or read goes the long way.

// maxPlain is how long a text may be that is read here.
const maxPlain = 64 << 10

// appendPlainList appends the value of an array of simple values.
func appendPlainList(b []byte, values []any) ([]byte, bool) {
	var space [64]byte
	text := append(space[:0], "[["...)
	for n, v := range values {
		if n > 0 {
			text = append(text, ',')
		}
		var ok bool
		if text, ok = appendSimple(text, v); !ok {
			return nil, false
		}
	}
	text = append(text, "]]"...)
	return append(binary.AppendUvarint(b, uint64(len(text))), text...), true
}

// appendPlain appends the value of a simple value.
func appendPlain(b []byte, v any) ([]byte, bool) {
	var space [64]byte
	text, ok := appendSimple(space[:0], v)
	if !ok {
		return nil, false
	}
	return append(binary.AppendUvarint(b, uint64(len(text))), text...), true
}

func appendSimple(b []byte, v any) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return append(b, `["u"]`...), true
	case bool:
		return strconv.AppendBool(b, v), true
	case float64:
		return appendNumber(b, v), true
	case string:
		return appendString(b, v)
	}
	return b, false
}

func appendNumber(b []byte, f float64) []byte {
	switch {
	case f == 0 && math.Signbit(f):
		return append(b, `["f","-0"]`...)
	case math.IsNaN(f):
		return append(b, `["f","NaN"]`...)
	case math.IsInf(f, 1):
		return append(b, `["f","Infinity"]`...)
	case math.IsInf(f, -1):
		return append(b, `["f","-Infinity"]`...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

// appendString refuses U+FFFD, which may stand for what is no UTF-8.
func appendString(b []byte, s string) ([]byte, bool) {
	if strings.ContainsRune(s, utf8.RuneError) {
		return b, false
	}
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', "01"[c>>4], "0123456789abcdef"[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"'), true
}

// plainValue reads a value, if it is a simple one without bytes or capabilities.
func plainValue(data []byte) (any, bool) {
	text, ok := plainText(data)
	if !ok {
		return nil, false
	}
	v, rest, ok := readSimple(text)
	return v, ok && rest == ""
}

// plainList reads an array of simple values.
func plainList(data []byte) ([]any, bool) {
	whole, _ := plainText(data) // "" is no list either
	text, ok := strings.CutPrefix(whole, "[[")
	if !ok {
		return nil, false
	}
	list := []any{}
	for first := true; ; first = false {
		if rest, end := strings.CutPrefix(text, "]]"); end {
			return list, rest == ""
		}
		if !first {
			if text, ok = strings.CutPrefix(text, ","); !ok {
				return nil, false
			}
		}
		var v any
		if v, text, ok = readSimple(text); !ok {
			return nil, false
		}
		list = append(list, v)
	}
}

func plainText(data []byte) (string, bool) {
	n, size := binary.Uvarint(data)
	if size <= 0 || n != uint64(len(data)-size) || n > maxPlain {
		return "", false
	}
	return string(data[size:]), true
}

// readSimple reads what appendSimple writes; a string only as far as it needs no unescaping.
func readSimple(text string) (v any, rest string, ok bool) {
	if text == "" {
		return nil, "", false
	}
	switch c := text[0]; {
	case c == '"':
		end := strings.IndexAny(text[1:], "\"\\") + 1
		if end <= 0 || text[end] != '"' || !utf8.ValidString(text[1:end]) {
			return nil, "", false
		}
		return text[1:end], text[end+1:], true
	case c == '-' || c >= '0' && c <= '9':
		return readNumber(text)
	}
	for _, known := range constants {
		if rest, ok := strings.CutPrefix(text, known.text); ok {
			return known.value, rest, true
		}
	}
	return nil, "", false
}

var constants = []struct {
	text  string
	value any
}{{"true", true}, {"false", false}, {`["u"]`, nil}, {`["f","-0"]`, math.Copysign(0, -1)}, {`["f","NaN"]`, math.NaN()},
	{`["f","Infinity"]`, math.Inf(1)}, {`["f","-Infinity"]`, math.Inf(-1)}}

func readNumber(text string) (any, string, bool) {
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && !strings.ContainsRune("+-.eE", r) })
	if end < 0 {
		end = len(text)
	}
	f, err := strconv.ParseFloat(text[:end], 64)
	return f, text[end:], err == nil
}
