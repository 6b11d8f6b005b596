package ops

import (
	"strings"
	"unicode/utf8"

	"stockade.dev/stockade/workerproc/engine"
)

var formOps = map[string]engine.Op{
	"formParse":     formParse,
	"formGet":       formGet,
	"formSerialize": formSerialize,
}

// formParse(s) reads application/x-www-form-urlencoded as
// https://url.spec.whatwg.org/#urlencoded-parsing does, into [name, value, …].
func formParse(args []any) (any, error) {
	out := []any{}
	for pair := range strings.SplitSeq(text(args, 0), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		out = append(out, formDecode(name), formDecode(value))
	}
	return out, nil
}

// formGet(s, name) is the first value of that name; undefined if there is none.
func formGet(args []any) (any, error) {
	wanted := text(args, 1)
	for pair := range strings.SplitSeq(text(args, 0), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if pair != "" && formDecode(name) == wanted {
			return formDecode(value), nil
		}
	}
	return nil, nil
}

func formDecode(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, c)
		}
	}
	if utf8.Valid(out) {
		return string(out)
	}
	return decodeUTF8(out)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// formSerialize([name, value, …]) is the inverse of formParse.
func formSerialize(args []any) (any, error) {
	var out strings.Builder
	for i, s := range list(args, 0) {
		switch {
		case i%2 == 1:
			out.WriteByte('=')
		case i > 0:
			out.WriteByte('&')
		}
		s, _ := s.(string)
		formEncode(&out, s)
	}
	return out.String(), nil
}

func formEncode(out *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			out.WriteByte('+')
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z', c == '*', c == '-', c == '.', c == '_':
			out.WriteByte(c)
		default:
			out.WriteByte('%')
			out.WriteByte(hex[c>>4])
			out.WriteByte(hex[c&15])
		}
	}
}
