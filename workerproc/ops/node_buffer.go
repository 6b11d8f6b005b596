package ops

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"unicode/utf16"
	"unicode/utf8"

	"stockade.dev/stockade/workerproc/engine"
)

// nodeBufferOps are what node:buffer is made of.
var nodeBufferOps = map[string]engine.Op{
	"nodeEncode":     nodeEncode,
	"nodeDecode":     nodeDecode,
	"nodeUtf8Length": nodeUtf8Length,
	"nodeIndexOf":    nodeIndexOf,
	"nodeCompare":    nodeCompare,
	"nodeIsUtf8":     func(args []any) (any, error) { return utf8.Valid(data(args, 0)), nil },
	"nodeIsAscii":    nodeIsASCII,
}

// nodeEncode(s, encoding) returns the bytes that Buffer.from(s, encoding) has.
func nodeEncode(args []any) (any, error) {
	s := text(args, 0)
	switch text(args, 1) {
	case "latin1":
		return latin1Bytes(s), nil
	case "hex":
		return hexBytes(s), nil
	case "base64":
		return base64Bytes(s), nil
	}
	return []byte(s), nil
}

func latin1Bytes(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			b = append(b, byte(high), byte(low))
			continue
		}
		b = append(b, byte(r))
	}
	return b
}

// hexBytes decodes up to the first pair that isn't hexadecimal.
func hexBytes(s string) []byte {
	b := make([]byte, len(s)/2)
	n, _ := hex.Decode(b, []byte(s[:len(s)&^1]))
	return b[:n]
}

// base64Bytes reads both alphabets, skips what is in neither and ends at "=".
func base64Bytes(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case c == '=':
			return decodeBase64(clean)
		}
	}
	return decodeBase64(clean)
}

func decodeBase64(clean []byte) []byte {
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	b := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(b, clean)
	return b[:n]
}

// nodeDecode(bytes, encoding) is the inverse.
func nodeDecode(args []any) (any, error) {
	b := data(args, 0)
	switch text(args, 1) {
	case "latin1":
		return latin1Text(b, 0xff), nil
	case "ascii":
		return latin1Text(b, 0x7f), nil
	case "hex":
		return hex.EncodeToString(b), nil
	case "base64":
		return base64.StdEncoding.EncodeToString(b), nil
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(b), nil
	}
	if utf8.Valid(b) {
		return string(b), nil
	}
	return decodeUTF8(b), nil
}

func latin1Text(b []byte, mask byte) string {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c&mask))
	}
	return string(out)
}

// nodeUtf8Length(s) is the length of the string's UTF-8.
func nodeUtf8Length(args []any) (any, error) { return len(text(args, 0)), nil }

// nodeIndexOf(bytes, wanted, last) is the first or last place of wanted, or -1.
func nodeIndexOf(args []any) (any, error) {
	if flag(args, 2) {
		return bytes.LastIndex(data(args, 0), data(args, 1)), nil
	}
	return bytes.Index(data(args, 0), data(args, 1)), nil
}

// nodeCompare(a, b) is -1, 0 or 1.
func nodeCompare(args []any) (any, error) { return bytes.Compare(data(args, 0), data(args, 1)), nil }

func nodeIsASCII(args []any) (any, error) {
	for _, c := range data(args, 0) {
		if c > 0x7f {
			return false, nil
		}
	}
	return true, nil
}
