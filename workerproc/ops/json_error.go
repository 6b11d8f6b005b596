package ops

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"stockade.dev/stockade/workerproc/engine"
)

var jsonOps = map[string]engine.Op{"jsonError": jsonError}

// jsonError is what JSON.parse says of a text that is no JSON, in V8's words.
// An engine has found out that it is none.
func jsonError(args []any) (any, error) {
	r := &jsonReader{text: utf16.Encode([]rune(text(args, 0)))}
	r.value(0)
	if !r.failed {
		r.space()
		if r.at < len(r.text) {
			r.expected("Unexpected non-whitespace character after JSON")
		}
	}
	return r.message, nil
}

// maxJSONDepth is how deep is looked for the place of the fault.
const maxJSONDepth = 10_000

// jsonReader reads JSON up to the first fault.
type jsonReader struct {
	text    []uint16
	at      int
	failed  bool
	message string
}

func (r *jsonReader) fail(message string) {
	if !r.failed {
		r.failed, r.message = true, message
	}
}

// expected is a fault with its place.
func (r *jsonReader) expected(what string) {
	line, column := 1, 1
	for i := range min(r.at, len(r.text)) {
		column++
		if r.text[i] == '\n' || r.text[i] == '\r' && (i+1 == len(r.text) || r.text[i+1] != '\n') {
			line, column = line+1, 1
		}
	}
	r.fail(fmt.Sprintf("%s in JSON at position %d (line %d column %d)", strings.TrimSuffix(what, " after JSON"), r.at, line, column))
	if strings.HasSuffix(what, " after JSON") {
		r.message = strings.Replace(r.message, " in JSON at", " after JSON at", 1)
	}
}

// unexpected is a fault that nothing more is known of than the character.
func (r *jsonReader) unexpected() {
	const around = 10
	switch text := string(utf16.Decode(r.text)); {
	case r.at >= len(r.text):
		r.fail("Unexpected end of JSON input")
	case r.text[r.at] == '"':
		r.expected("Unexpected string")
	case r.text[r.at] >= '0' && r.text[r.at] <= '9' || r.text[r.at] == '-':
		r.expected("Unexpected number")
	case text == "undefined" || text == "NaN" || text == "Infinity" || text == "[object Object]":
		r.fail(`"` + text + `" is not valid JSON`)
	default:
		before, after, from, to := "", "", 0, len(r.text)
		if len(r.text) > 2*around {
			if r.at >= around {
				before, from = "...", r.at-around
			}
			if r.at < len(r.text)-around {
				after, to = "...", r.at+around
			}
		}
		r.fail(fmt.Sprintf(`Unexpected token '%s', %s"%s"%s is not valid JSON`, string(utf16.Decode(r.text[r.at:r.at+1])), before, string(utf16.Decode(r.text[from:to])), after))
	}
}

func (r *jsonReader) space() {
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\t' || r.text[r.at] == '\n' || r.text[r.at] == '\r') {
		r.at++
	}
}

// is says that the character is next, and takes it.
func (r *jsonReader) is(c uint16) bool {
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *jsonReader) value(depth int) {
	r.space()
	if r.failed || depth > maxJSONDepth {
		return
	}
	switch {
	case r.is('{'):
		r.object(depth)
	case r.is('['):
		r.array(depth)
	case r.is('"'):
		r.str()
	case r.at < len(r.text) && (r.text[r.at] == '-' || r.digit()):
		r.number()
	default:
		r.word()
	}
}

func (r *jsonReader) object(depth int) {
	r.space()
	if r.is('}') {
		return
	}
	for first := true; !r.failed; first = false {
		if r.space(); !r.is('"') {
			if first {
				r.expected("Expected property name or '}'")
			} else {
				r.expected("Expected double-quoted property name")
			}
			return
		}
		r.str()
		if r.space(); !r.failed && !r.is(':') {
			r.expected("Expected ':' after property name")
		}
		r.value(depth + 1)
		r.space()
		if r.failed || r.is('}') {
			return
		}
		if !r.is(',') {
			r.expected("Expected ',' or '}' after property value")
		}
	}
}

func (r *jsonReader) array(depth int) {
	r.space()
	if r.is(']') {
		return
	}
	for !r.failed {
		r.value(depth + 1)
		r.space()
		if r.failed || r.is(']') {
			return
		}
		if !r.is(',') {
			r.expected("Expected ',' or ']' after array element")
		}
	}
}

func (r *jsonReader) str() {
	for !r.failed {
		switch {
		case r.at >= len(r.text):
			r.expected("Unterminated string")
		case r.is('"'):
			return
		case r.text[r.at] < ' ':
			r.expected("Bad control character in string literal")
		case r.is('\\'):
			r.escape()
		default:
			r.at++
		}
	}
}

func (r *jsonReader) escape() {
	switch {
	case r.at >= len(r.text):
		r.expected("Unterminated string")
	case r.is('u'):
		for range 4 {
			if r.at >= len(r.text) || !strings.ContainsRune("0123456789abcdefABCDEF", rune(r.text[r.at])) {
				r.expected("Bad Unicode escape")
				return
			}
			r.at++
		}
	case !strings.ContainsRune(`"\/bfnrt`, rune(r.text[r.at])):
		r.expected("Bad escaped character")
	default:
		r.at++
	}
}

func (r *jsonReader) digit() bool {
	return r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9'
}

func (r *jsonReader) digits(missing string) {
	if !r.digit() {
		r.expected(missing)
	}
	for r.digit() {
		r.at++
	}
}

func (r *jsonReader) number() {
	r.is('-')
	if r.is('0') {
		if r.digit() {
			r.unexpected()
		}
	} else {
		r.digits("No number after minus sign")
	}
	if !r.failed && r.is('.') {
		r.digits("Unterminated fractional number")
	}
	if !r.failed && (r.is('e') || r.is('E')) {
		if !r.is('+') {
			r.is('-')
		}
		r.digits("Exponent part is missing a number")
	}
}

// word is true, false, null or a fault.
func (r *jsonReader) word() {
	if r.at < len(r.text) {
		for _, word := range []string{"true", "false", "null"} {
			if r.text[r.at] != uint16(word[0]) {
				continue
			}
			for i := range len(word) {
				if !r.is(uint16(word[i])) {
					r.unexpected()
					return
				}
			}
			return
		}
	}
	r.unexpected()
}
