package lre

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
	"negated character class with strings in regular expression debugger eval code": "Negated character class may contain strings",
	"syntax error":   "Lone quantifier brackets",
	"stack overflow": "Regular expression too large",
	"out of memory":  "Regular expression too large",
}

// wording is what V8 says of what is wrong with a pattern.
func wording(message string, pattern []uint16) string {
	if n := len(pattern); n > 0 && message == "unexpected end" && pattern[n-1] == '\\' {
		return `\ at end of pattern`
	}
	if v8, ok := messages[message]; ok {
		return v8
	}
	return message
}

// Wording is what V8 says for one of QuickJS's messages about patterns. It reports false for any other.
func Wording(message string) (v8 string, ok bool) {
	v8, ok = messages[message]
	return v8, ok
}
