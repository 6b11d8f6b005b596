package htmlrewriter

import "strings"

const blanks = " \t\n\f\r"

// parseDoctype reads what stands between "<!doctype" and ">"
// (https://html.spec.whatwg.org/#doctype-state).
func parseDoctype(s string) *[3]*string {
	d := &[3]*string{}
	s = strings.TrimLeft(s, blanks)
	if s == "" {
		return d
	}
	n := strings.IndexAny(s, blanks)
	if n < 0 {
		n = len(s)
	}
	name := asciiLower(s[:n])
	d[0] = &name
	s = strings.TrimLeft(s[n:], blanks)
	if len(s) < len("public") {
		return d
	}
	switch word := asciiLower(s[:len("public")]); word {
	case "public":
		if d[1], s = quotedID(s[len(word):]); d[1] != nil {
			d[2], _ = quotedID(s)
		}
	case "system":
		d[2], _ = quotedID(s[len(word):])
	}
	return d
}

// quotedID reads an identifier; its closing quote may be missing.
func quotedID(s string) (id *string, rest string) {
	s = strings.TrimLeft(s, blanks)
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return nil, s
	}
	value, rest, _ := strings.Cut(s[1:], s[:1])
	return &value, rest
}
