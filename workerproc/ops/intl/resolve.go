package intl

import "strings"

// dataOf is the locale whose data an object with that resolved locale uses.
func dataOf(name string) *locale {
	t, _ := parse(name)
	if l := find(lookup(t)); l != nil {
		return l
	}
	return find("en")
}

// lookup is BestAvailableLocale of ECMA-402: the tag, shortened until there
// is such a locale; "" when there is none.
func lookup(t tag) string {
	name := t.base()
	for {
		if available(name) {
			return name
		}
		i := strings.LastIndexByte(name, '-')
		if i < 0 {
			return ""
		}
		name = name[:i]
	}
}
