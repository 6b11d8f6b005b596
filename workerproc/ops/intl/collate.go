package intl

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collator is an Intl.Collator made ready.
type collator struct {
	full, loose ordering
	upperFirst  bool
	sensitivity string
	punctuation bool // is ignored
}

var collators = kept[*collator]{}

func newCollator(o settings) *collator {
	tag := o["locale"]
	base, err := language.Parse(strings.SplitN(tag, "-u-", 2)[0])
	if err != nil {
		base = language.AmericanEnglish
	}
	if language, _ := base.Base(); language.String() == "nb" || language.String() == "no" {
		base = norwegian // of which x/text has the rules under this name
	}
	if co := o["collation"]; co != "default" && co != "" {
		if with, err := base.SetTypeForKey("co", co); err == nil {
			base = with
		}
	}
	var options []collate.Option
	if o["numeric"] == "true" {
		options = append(options, collate.Numeric)
	}
	c := &collator{sensitivity: o["sensitivity"], upperFirst: o["caseFirst"] == "upper", punctuation: o["ignorePunctuation"] == "true"}
	first := scriptsFirst(base.String())
	with := func(more ...collate.Option) ordering {
		return ordering{collate.New(base, append(slices.Clone(options), more...)...), first}
	}
	c.full = with()
	switch c.sensitivity {
	case "base", "case":
		c.loose = with(collate.Loose)
	case "accent":
		c.loose = with(collate.IgnoreCase, collate.IgnoreWidth)
	default:
		c.loose = with(collate.IgnoreCase)
	}
	return c
}

func (c *collator) compare(a, b string) int {
	if a == b {
		return 0
	}
	if c.punctuation {
		a, b = withoutPunctuation(a), withoutPunctuation(b)
	}
	switch c.sensitivity {
	case "base", "accent":
		return c.loose.compare(a, b)
	case "case":
		if n := c.loose.compare(a, b); n != 0 {
			return n
		}
		return c.byCase(a, b)
	}
	if c.upperFirst {
		if n := c.loose.compare(a, b); n != 0 {
			return n
		}
		if n := c.byCase(a, b); n != 0 {
			return n
		}
	}
	return c.full.compare(a, b)
}

// byCase compares the letters' case alone, of texts that are otherwise the
// same.
func (c *collator) byCase(a, b string) int {
	x, y := caseOf(a), caseOf(b)
	n := strings.Compare(x[:min(len(x), len(y))], y[:min(len(x), len(y))])
	if c.upperFirst {
		return -n
	}
	return n
}

func caseOf(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsUpper(r):
			return 'b'
		case unicode.IsLetter(r):
			return 'a'
		}
		return -1
	}, s)
}

func withoutPunctuation(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

var norwegian = language.MustParse("nn")

// ordering is x/text's order of texts, with one script before all others: a
// language's own stands first, after signs and digits.
type ordering struct {
	*collate.Collator
	first []span
}

// scripts are those of languages that aren't written in Latin.
var scripts = map[string]*unicode.RangeTable{
	"ru": unicode.Cyrillic, "uk": unicode.Cyrillic, "bg": unicode.Cyrillic, "sr": unicode.Cyrillic, "mk": unicode.Cyrillic, "kk": unicode.Cyrillic,
	"el": unicode.Greek, "he": unicode.Hebrew, "ar": unicode.Arabic, "fa": unicode.Arabic, "ur": unicode.Arabic, "hi": unicode.Devanagari,
	"mr": unicode.Devanagari, "th": unicode.Thai, "bn": unicode.Bengali, "ta": unicode.Tamil, "te": unicode.Telugu, "kn": unicode.Kannada,
	"ml": unicode.Malayalam, "gu": unicode.Gujarati, "am": unicode.Ethiopic,
}

// span is the primary weights of a script, and its place among others.
type span struct{ from, to, rank int }

const implicit = 0x8000 // from there on are weights of characters that no table has, Han among them

// scriptsFirst returns the scripts that a locale has before others.
func scriptsFirst(locale string) []span {
	c := collate.New(language.Make(locale))
	weight := func(s string) int { return firstPrimary(c, s) }
	switch languageOf(locale) {
	case "ja":
		return []span{{latinA(), weight("α") - 1, 1}, {weight("あ"), 1 << 30, 2}}
	case "ko":
		return []span{{weight("가"), weight("あ") - 1, 1}, {implicit, 1 << 30, 1}}
	case "zh":
		return []span{{min(weight("一"), weight("丁"), weight("吖"), weight("阿"), weight("丨")), 1 << 30, 1}}
	}
	table, ok := scripts[languageOf(locale)]
	if !ok || strings.Contains(locale, "-Latn") {
		return nil
	}
	own := span{1 << 30, 0, 1}
	for _, block := range table.R16 {
		for r := rune(block.Lo); r <= rune(block.Hi); r += rune(block.Stride) {
			if w := weight(string(r)); unicode.IsLetter(r) && w > latinA() && w < implicit {
				own.from, own.to = min(own.from, w), max(own.to, w)
			}
		}
	}
	return []span{own}
}

func firstPrimary(c *collate.Collator, s string) int {
	w, _ := nextPrimary(c.KeyFromString(&collate.Buffer{}, s))
	return w
}

// nextPrimary reads a weight from a key: two bytes, or three of which the
// first has its highest bit set; 0 is the end of the primary weights.
func nextPrimary(key []byte) (w, size int) {
	switch {
	case len(key) < 2:
		return 0, 0
	case key[0]&0x80 == 0:
		return int(key[0])<<8 | int(key[1]), 2
	case len(key) < 3:
		return 0, 0
	}
	return int(key[0]&0x7f)<<16 | int(key[1])<<8 | int(key[2]), 3
}

func (o ordering) compare(a, b string) int {
	if o.first == nil {
		return o.CompareString(a, b)
	}
	var x, y collate.Buffer
	p, q := o.KeyFromString(&x, a), o.KeyFromString(&y, b)
	for {
		v, n := nextPrimary(p)
		w, m := nextPrimary(q)
		if v == 0 || w == 0 || n == 0 || m == 0 {
			return bytes.Compare(p, q)
		}
		if c := o.rank(v) - o.rank(w); c != 0 {
			return c
		}
		if v != w {
			return cmp.Compare(v, w)
		}
		p, q = p[n:], q[m:]
	}
}

// latinA is the primary weight of a, which other scripts follow.
var latinA = sync.OnceValue(func() int { return firstPrimary(collate.New(language.Und), "a") })

func (o ordering) rank(w int) int {
	if w < latinA() {
		return 0
	}
	for _, s := range o.first {
		if s.from <= w && w <= s.to {
			return s.rank
		}
	}
	return 9
}

// collationsOf are those besides the usual one that x/text has.
func collationsOf(l *locale) []string {
	switch languageOf(l.name) {
	case "de":
		return []string{"phonebk"}
	case "es":
		return []string{"trad"}
	case "zh":
		return []string{"pinyin", "stroke", "zhuyin"}
	}
	return nil
}
