package htmlrewriter

import (
	"slices"
	"strings"
)

// element is a start tag as selectors see it.
type element struct {
	name  string
	html  bool // the element's namespace
	attr  func(name string) (string, bool)
	index int // among its siblings, from 1
	like  int // among those of its name
}

// bits is a set of small numbers.
type bits []uint64

func (b bits) has(n int) bool { return b[n/64]>>(n%64)&1 != 0 }
func (b bits) add(n int)      { b[n/64] |= 1 << (n % 64) }

// matcher matches selectors as elements open and close. Each compound of each
// selector has a number; an open element has the set of those that it
// completes from the left.
type matcher struct {
	chains  []chain
	size    int  // of a set
	typed   bool // some selector counts elements of a type
	chained bool // some selector has combinators
}

// chain is one complex selector of a handler.
type chain struct {
	handler int
	first   int // the number of its first compound
	list    []compound
}

func newMatcher(selectors []*Selector) *matcher {
	m := &matcher{}
	n := 0
	for handler, s := range selectors {
		if s == nil {
			continue
		}
		for _, list := range s.list {
			m.chains = append(m.chains, chain{handler, n, list})
			n += len(list)
			m.chained = m.chained || len(list) > 1
			m.typed = m.typed || slices.ContainsFunc(list, usesTypes)
		}
	}
	m.size = (n + 63) / 64
	return m
}

func usesTypes(c compound) bool {
	return slices.ContainsFunc(c.conds, func(c cond) bool { return c.kind == nthOfType || slices.ContainsFunc(c.list, usesTypes) })
}

// match returns the handlers whose selector the element completes, and the
// set for it. parent and above are the sets of its parent and of all
// elements around it, nil for none.
func (m *matcher) match(e *element, parent, above bits) (handlers []int, own bits) {
	if m.chained {
		own = make(bits, m.size)
	}
	for _, c := range m.chains {
		for k, compound := range c.list {
			if k > 0 && !around(compound.child, parent, above, c.first+k-1) || !compound.matches(e) {
				continue
			}
			if m.chained {
				own.add(c.first + k)
			}
			if k == len(c.list)-1 && (len(handlers) == 0 || handlers[len(handlers)-1] != c.handler) {
				handlers = append(handlers, c.handler)
			}
		}
	}
	return handlers, own
}

func around(child bool, parent, above bits, n int) bool {
	if child {
		return parent != nil && parent.has(n)
	}
	return above != nil && above.has(n)
}

func (c *compound) matches(e *element) bool {
	if c.never || c.tag != "" && c.tag != e.name {
		return false
	}
	for i := range c.conds {
		if !c.conds[i].holds(e) {
			return false
		}
	}
	return true
}

func (c *cond) holds(e *element) bool {
	switch c.kind {
	case nthChild:
		return nth(e.index, c.a, c.b)
	case nthOfType:
		return nth(e.like, c.a, c.b)
	case not:
		return !slices.ContainsFunc(c.list, func(c compound) bool { return c.matches(e) })
	case isClass:
		value, ok := e.attr("class")
		return ok && hasWord(value, c.value)
	case isID:
		value, ok := e.attr("id")
		return ok && value == c.value
	}
	value, ok := e.attr(c.name)
	return ok && c.compare(value, c.anyCase || c.anyCaseHTML && e.html)
}

func nth(index, a, b int) bool {
	if a == 0 {
		return index == b
	}
	return (index-b)%a == 0 && (index-b)/a >= 0
}

func (c *cond) compare(value string, anyCase bool) bool {
	want := c.value
	if anyCase {
		value, want = asciiLower(value), asciiLower(want)
	}
	switch c.kind {
	case equals:
		return value == want
	case includes:
		return hasWord(value, want)
	case dashMatch:
		return value == want || strings.HasPrefix(value, want) && value[len(want)] == '-'
	case prefix:
		return want != "" && strings.HasPrefix(value, want)
	case suffix:
		return want != "" && strings.HasSuffix(value, want)
	case substring:
		return want != "" && strings.Contains(value, want)
	}
	return true // hasAttr
}

func hasWord(value, word string) bool {
	for w := range strings.FieldsFuncSeq(value, func(r rune) bool { return r < 0x80 && space(byte(r)) }) {
		if w == word {
			return true
		}
	}
	return false
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 0x20
		}
		return r
	}, s)
}
