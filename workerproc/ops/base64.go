package ops

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"stockade.dev/stockade/workerproc/engine"
)

var base64Ops = map[string]engine.Op{
	"atob":         atob,
	"btoa":         btoa,
	"base64Encode": base64Encode,
	"base64Decode": base64Decode,
}

const notBase64 = "atob() called with invalid base64-encoded data. (Only whitespace, '+', '/', alphanumeric ASCII, and up to two terminal '=' signs when the input data length is divisible by 4 are allowed.)"

// atob(s) is the forgiving-base64 decode of https://infra.spec.whatwg.org/.
// The result is a binary string.
func atob(args []any) (any, error) {
	b, ok := forgiving(text(args, 0))
	if !ok {
		return fail("InvalidCharacterError", notBase64)
	}
	var out strings.Builder
	out.Grow(len(b) + len(b)/2)
	for _, c := range b {
		out.WriteRune(rune(c))
	}
	return out.String(), nil
}

func forgiving(s string) ([]byte, bool) {
	if strings.ContainsAny(s, "\t\n\f\r ") {
		s = strings.NewReplacer("\t", "", "\n", "", "\f", "", "\r", "", " ", "").Replace(s)
	}
	if len(s)%4 == 0 {
		s = strings.TrimSuffix(s, "=")
		if len(s)%4 == 3 {
			s = strings.TrimSuffix(s, "=")
		}
	}
	if len(s)%4 == 1 {
		return nil, false
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	return b, err == nil
}

// btoa(s) encodes a binary string.
func btoa(args []any) (any, error) {
	s := text(args, 0)
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return fail("InvalidCharacterError", "btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range.")
		}
		b = append(b, byte(r))
	}
	return base64.StdEncoding.EncodeToString(b), nil
}

func alphabet(urlSafe bool) *base64.Encoding {
	if urlSafe {
		return base64.RawURLEncoding
	}
	return base64.StdEncoding
}

// base64Encode(bytes, urlSafe) pads unless urlSafe.
func base64Encode(args []any) (any, error) {
	return alphabet(flag(args, 1)).EncodeToString(data(args, 0)), nil
}

// base64Decode(s, urlSafe) returns undefined for what isn't base64.
func base64Decode(args []any) (any, error) {
	s := text(args, 0)
	if flag(args, 1) {
		s = strings.TrimRight(s, "=")
	}
	if b, err := alphabet(flag(args, 1)).DecodeString(s); err == nil && utf8.ValidString(s) {
		return b, nil
	}
	return nil, nil
}
