package lre

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf16"
)

// messages are V8's for QuickJS's.
var messages = map[string]string{
	"nothing to repeat":                                 "Nothing to repeat",
	"invalid modifiers":                                 "Invalid flags",
	"invalid group name":                                "Invalid capture group name",
	"duplicate group name":                              "Duplicate capture group name",
	"invalid group":                                     "Invalid group",
	"too many captures":                                 "Too many captures",
	"expecting group name":                              "Invalid named reference",
	"group name not defined":                            "Invalid named capture referenced",
	"invalid decimal escape in regular expression":      "Invalid decimal escape",
	"back reference out of range in regular expression": "Invalid escape",
	"invalid repetition count":                          "numbers out of order in {} quantifier",
	"extraneous characters at the end":                  "Unmatched ')'",
	"too many imbricated quantifiers":                   "Regular expression too large",
	"unexpected end":                                    "Unterminated character class",
	"expecting ')'":                                     "Unterminated group",
	"invalid class range":                               "Range out of order in character class",
	"invalid escape sequence in regular expression":     "Invalid escape",
	"unknown unicode script":                            "Invalid property name",
	"unknown unicode general category":                  "Invalid property name",
	"unknown unicode property name":                     "Invalid property name",
	"unknown unicode property value":                    "Invalid property name",
	"expecting '{' after \\p":                           "Invalid property name",
	"expecting '}'":                                     "Invalid property name",
	"expecting '{' after \\q":                           "Invalid escape",
	"invalid class set operation in regular expression": "Invalid set operation in character class",
	"invalid character in class in regular expression":  "Invalid character in character class",
	"malformed unicode char":                            "Invalid Unicode escape",
	"too many ranges":                                   "Regular expression too large",
	"invalid operation in regular expression":           "Invalid set operation in character class",
	"syntax error":                                      "Lone quantifier brackets",
	"stack overflow":                                    "Regular expression too large",
	"out of memory":                                     "Regular expression too large",
}

// wording is what V8 says of what is wrong with a pattern.
func wording(message string, pattern []uint16) string {
	v8, ok := Wording(message, string(utf16.Decode(pattern)))
	if !ok {
		return message
	}
	return v8
}

// Wording is what V8 says for one of QuickJS's messages about a pattern. It reports false for any other message.
func Wording(message, pattern string) (v8 string, ok bool) {
	if strings.HasPrefix(message, "negated character class with strings") {
		return "Negated character class may contain strings", true
	}
	v8, ok = messages[message]
	switch {
	case message == "unexpected end" && strings.HasSuffix(pattern, `\`):
		return `\ at end of pattern`, true
	case message == "invalid escape sequence in regular expression" && badUnicode(pattern):
		return "Invalid Unicode escape", true
	case message == "invalid class range" && lookMarks().classRange.MatchString(pattern):
		return "Invalid character class", true
	case message == "syntax error" && lookMarks().nothingBefore.MatchString(pattern):
		return "Nothing to repeat", true
	case message == "invalid repetition count" && lookMarks().incomplete.MatchString(pattern):
		return "Incomplete quantifier", true
	case message == "nothing to repeat" && lookMarks().repeatedLook.MatchString(pattern):
		return "Invalid quantifier", true
	}
	return v8, ok
}

// marks tell apart in a pattern what V8 has more than one text for.
type marks struct{ classRange, nothingBefore, incomplete, repeatedLook, escapes, goodUnicode *regexp.Regexp }

var lookMarks = sync.OnceValue(func() *marks {
	return &marks{
		classRange:    regexp.MustCompile(`\\[dDsSwWpP](\{[^}]*\})?-[^\]]|[^\[]-\\[dDsSwWpP]`),
		nothingBefore: regexp.MustCompile(`(^|[(|])\{`),
		incomplete:    regexp.MustCompile(`\{([^0-9]|$|[0-9]+([^0-9,}]|$)|[0-9]+,[0-9]*([^0-9}]|$))`),
		repeatedLook:  regexp.MustCompile(`\(\?[=!][^)]*\)[*+?{]`),
		escapes:       regexp.MustCompile(`\\(?s:.)`),
		goodUnicode:   regexp.MustCompile(`^\\u([0-9A-Fa-f]{4}|\{0*(10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\})`),
	}
})

// badUnicode says that the first escape that is wrong is one of a code point.
func badUnicode(pattern string) bool {
	for _, at := range lookMarks().escapes.FindAllStringIndex(pattern, -1) {
		switch c := pattern[at[0]+1]; {
		case c == 'u' && !lookMarks().goodUnicode.MatchString(pattern[at[0]:]), c == 'c':
			return true
		case c == 'x', strings.IndexByte("-!\"#%&',:;<=>@_`~ ", c) >= 0:
			return false
		}
	}
	return false
}
