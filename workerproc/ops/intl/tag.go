package intl

import (
	"slices"
	"strings"
)

// tag is a Unicode BCP 47 locale identifier in parts, in canonical letter case
// (UTS #35, section 3).
type tag struct {
	language, script, region string
	variants                 []string
	extensions               []extension // by singleton
	private                  string      // with its x-
}

type extension struct {
	singleton byte
	parts     []string
}

// maxTag is longer than anybody's; what is longer is no locale.
const maxTag = 1000

// parse returns a tag that is well-formed.
func parse(text string) (t tag, ok bool) {
	if len(text) > maxTag {
		return t, false
	}
	parts := strings.Split(strings.ToLower(text), "-")
	if !isLanguage(parts[0]) {
		return t, false
	}
	t.language, parts = parts[0], parts[1:]
	if len(parts) > 0 && len(parts[0]) == 4 && alphabetic(parts[0]) {
		t.script, parts = title(parts[0]), parts[1:]
	}
	if len(parts) > 0 && isRegion(parts[0]) {
		t.region, parts = strings.ToUpper(parts[0]), parts[1:]
	}
	for len(parts) > 0 && isVariant(parts[0]) {
		if slices.Contains(t.variants, parts[0]) {
			return t, false
		}
		t.variants, parts = append(t.variants, parts[0]), parts[1:]
	}
	return t, t.parseExtensions(parts)
}

func (t *tag) parseExtensions(parts []string) bool {
	for len(parts) > 0 {
		if len(parts[0]) != 1 || !alphanumeric(parts[0]) {
			return false
		}
		if parts[0] == "x" {
			t.private = strings.Join(parts, "-")
			return len(parts) > 1 && all(parts[1:], func(s string) bool { return within(s, 1, 8) })
		}
		end := 1
		for end < len(parts) && len(parts[end]) != 1 {
			end++
		}
		e := extension{parts[0][0], parts[1:end]}
		if !e.valid() || t.extension(e.singleton) != nil {
			return false
		}
		t.extensions, parts = append(t.extensions, e), parts[end:]
	}
	return true
}

func (e extension) valid() bool {
	if len(e.parts) == 0 || !all(e.parts, func(s string) bool { return within(s, 2, 8) }) {
		return false
	}
	switch e.singleton {
	case 'u':
		return validUnicode(e.parts)
	case 't':
		return validTransform(e.parts)
	}
	return true
}

// validUnicode: attributes of 3 letters or more, then keys of 2 with values.
// ECMA-402 refuses a key that is there twice no more than its first counts.
func validUnicode(parts []string) bool {
	for _, p := range parts {
		if len(p) == 2 && !isKey(p) {
			return false
		}
	}
	return true
}

func isKey(p string) bool { return alphanumeric(p[:1]) && alphabetic(p[1:]) }

// validTransform: a language, then fields of a letter and a digit, each with
// a value.
func validTransform(parts []string) bool {
	at := slices.IndexFunc(parts, isField)
	if at < 0 {
		at = len(parts)
	}
	if at > 0 {
		inner, ok := parse(strings.Join(parts[:at], "-"))
		if !ok || len(inner.extensions) > 0 || inner.private != "" {
			return false
		}
	}
	for i, p := range parts[at:] {
		if isField(p) && (at+i+1 == len(parts) || isField(parts[at+i+1])) || !isField(p) && len(p) < 3 {
			return false
		}
	}
	return true
}

func isField(p string) bool { return len(p) == 2 && alphabetic(p[:1]) && numeric(p[1:]) }

func isLanguage(s string) bool {
	return alphabetic(s) && (len(s) == 2 || len(s) == 3 || 5 <= len(s) && len(s) <= 8)
}

func isRegion(s string) bool {
	return len(s) == 2 && alphabetic(s) || len(s) == 3 && numeric(s)
}

func isVariant(s string) bool {
	return within(s, 5, 8) || len(s) == 4 && numeric(s[:1]) && alphanumeric(s)
}

func within(s string, low, high int) bool { return low <= len(s) && len(s) <= high && alphanumeric(s) }

func alphabetic(s string) bool {
	return all([]byte(s), func(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' })
}
func numeric(s string) bool {
	return all([]byte(s), func(c byte) bool { return '0' <= c && c <= '9' })
}
func alphanumeric(s string) bool {
	return all([]byte(s), func(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' })
}

func all[T any](list []T, ok func(T) bool) bool {
	return !slices.ContainsFunc(list, func(v T) bool { return !ok(v) })
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (t *tag) extension(singleton byte) *extension {
	for i := range t.extensions {
		if t.extensions[i].singleton == singleton {
			return &t.extensions[i]
		}
	}
	return nil
}

// base is the tag without extensions.
func (t tag) base() string {
	parts := []string{t.language}
	for _, p := range append([]string{t.script, t.region}, t.variants...) {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "-")
}

func (t tag) String() string {
	parts := []string{t.base()}
	for _, e := range t.extensions {
		parts = append(parts, string(e.singleton))
		parts = append(parts, e.parts...)
	}
	if t.private != "" {
		parts = append(parts, t.private)
	}
	return strings.Join(parts, "-")
}

// keywords returns the attributes and, in the order of the tag, the keywords
// of the Unicode extension.
func (t tag) keywords() (attributes []string, list [][2]string) {
	e := t.extension('u')
	if e == nil {
		return nil, nil
	}
	for _, p := range e.parts {
		switch n := len(list); {
		case len(p) == 2:
			list = append(list, [2]string{p, ""})
		case n == 0:
			attributes = append(attributes, p)
		case list[n-1][1] == "":
			list[n-1][1] = p
		default:
			list[n-1][1] += "-" + p
		}
	}
	return attributes, list
}

// keyword is the value of a key, "" also for one without a value.
func (t tag) keyword(key string) (string, bool) {
	_, list := t.keywords()
	for _, k := range list {
		if k[0] == key {
			return k[1], true
		}
	}
	return "", false
}

// setKeywords replaces the Unicode extension.
func (t *tag) setKeywords(attributes []string, list [][2]string) {
	t.extensions = slices.DeleteFunc(slices.Clone(t.extensions), func(e extension) bool { return e.singleton == 'u' })
	parts := slices.Clone(attributes)
	for _, k := range list {
		parts = append(parts, k[0])
		if k[1] != "" {
			parts = append(parts, strings.Split(k[1], "-")...)
		}
	}
	if len(parts) > 0 {
		t.extensions = append(t.extensions, extension{'u', parts})
		slices.SortFunc(t.extensions, func(a, b extension) int { return int(a.singleton) - int(b.singleton) })
	}
}
