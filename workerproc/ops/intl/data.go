package intl

import (
	"compress/flate"
	_ "embed"
	"io"
	"strconv"
	"strings"
)

// cldr/generate.mjs says what is in these two.
var (
	//go:embed locales.idx
	index string
	//go:embed locales.bin
	packed string
)

// section is a part of a locale's data, inflated when it is first asked for.
type section int

const (
	numbers section = iota
	currencies
	units
	dates
	zones
	fields
	lists
	names
	sectionCount
)

// The sections of the locale "+".
const (
	pluralRules section = iota
	aliases
	numberings
	regions
	zoneInfo
	fractions
	likely
)

// gone is the value of a key that a locale doesn't inherit.
const gone = "\x01"

// locale is one locale's data, and by way of its parents all that it inherits.
type locale struct {
	name   string
	parent *locale
	offset int
	sizes  [sectionCount]int
	texts  [sectionCount]string
}

// loaded are the locales that were asked for. It belongs to whoever has mu.
var loaded = map[string]*locale{}

// find returns a locale by the name that the index has for it, or nil.
func find(name string) *locale {
	if l, ok := loaded[name]; ok {
		return l
	}
	line, ok := row(index, name)
	if !ok {
		return nil
	}
	columns := strings.Split(line, "\t")
	l := &locale{name: strings.Clone(name)}
	l.offset, _ = strconv.Atoi(columns[1])
	for i := range l.sizes {
		l.sizes[i], _ = strconv.Atoi(columns[2+i])
	}
	if columns[0] != "" {
		l.parent = find(columns[0])
	}
	loaded[l.name] = l
	return l
}

// available tells whether there is a locale of that name.
func available(name string) bool {
	_, ok := row(index, name)
	return ok && name != "+" && name != "und"
}

// row returns what stands in text behind the key at the start of a line.
func row(text, key string) (string, bool) {
	if strings.ContainsAny(key, "\n\t") {
		return "", false
	}
	i := strings.Index(text, "\n"+key+"\t")
	if i < 0 {
		return "", false
	}
	line := text[i+len(key)+2:]
	return line[:strings.IndexByte(line, '\n')], true
}

// text is a section as lines, the first of them empty.
func (l *locale) text(s section) string {
	if l.texts[s] == "" {
		l.texts[s] = "\n" + l.inflate(s)
	}
	return l.texts[s]
}

func (l *locale) inflate(s section) string {
	from := l.offset
	for _, size := range l.sizes[:s] {
		from += size
	}
	if l.sizes[s] == 0 {
		return ""
	}
	return inflate(packed[from : from+l.sizes[s]])
}

func inflate(data string) string {
	var b strings.Builder
	if _, err := io.Copy(&b, flate.NewReader(strings.NewReader(data))); err != nil {
		panic("cannot read embedded data: " + err.Error())
	}
	return b.String()
}

// lookup returns the value of a key of this locale or the next parent that
// has one.
func (l *locale) lookup(s section, key string) (string, bool) {
	for ; l != nil; l = l.parent {
		if l.sizes[s] == 0 {
			continue
		}
		if v, ok := row(l.text(s), key); ok {
			if v == gone {
				return "", false
			}
			return v, true
		}
	}
	return "", false
}

// get is lookup of a key that is there or may be "".
func (l *locale) get(s section, key string) string {
	v, _ := l.lookup(s, key)
	return v
}

// first returns the value of the first key that has one.
func (l *locale) first(s section, keys ...string) string {
	for _, key := range keys {
		if v, ok := l.lookup(s, key); ok {
			return v
		}
	}
	return ""
}

// each calls f with all keys of a prefix and what stands behind it, those of
// parents first.
func (l *locale) each(s section, prefix string, f func(key, value string)) {
	if l == nil {
		return
	}
	l.parent.each(s, prefix, f)
	for line := range strings.Lines(l.text(s)) {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			key, value, _ := strings.Cut(strings.TrimSuffix(rest, "\n"), "\t")
			f(key, value)
		}
	}
}

// general looks a key up that is of no locale.
func general(s section, key string) (string, bool) { return find("+").lookup(s, key) }

// chain is the names from a locale up to its language.
func (l *locale) chain() []string {
	var all []string
	for ; l != nil && l.name != "und"; l = l.parent {
		all = append(all, l.name)
	}
	return all
}
