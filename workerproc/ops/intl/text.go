package intl

import (
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"stockade.dev/stockade/workerproc/engine"
)

var textOps = map[string]engine.Op{
	"intlCompare": func(args []any) (any, error) {
		return collators.get(text(args, 0), newCollator).compare(text(args, 1), text(args, 2)), nil
	},
	"intlList": func(args []any) (any, error) {
		return flatten(listParts(text(args, 0), text(args, 1), texts(args, 2))), nil
	},
	"intlRelative": func(args []any) (any, error) {
		return flatten(relativeFormats.get(text(args, 0), newRelative).format(parseDecimal(text(args, 1)), text(args, 2))), nil
	},
	"intlName": func(args []any) (any, error) {
		if name := displayName(parseSettings(text(args, 0)), text(args, 1)); name != "" {
			return name, nil
		}
		return nil, nil
	},
	"intlSegments": func(args []any) (any, error) { return segments(text(args, 0), text(args, 1)), nil },
	"intlCase":     func(args []any) (any, error) { return changeCase(text(args, 0), text(args, 1), flag(args, 2)), nil },
}

// listParts joins items as a locale does; kind is "standard", "or-short", ….
// Each pattern has the rest of the list as its second place: what stands
// behind that comes at the end, in turn.
func listParts(name, kind string, items []string) []part {
	l := dataOf(name)
	var out, behind []part
	for i, item := range items {
		pattern := "{0}"
		switch rest := len(items) - 1 - i; {
		case rest == 1 && i == 0:
			pattern = listPattern(l, kind, "2", items)
		case rest == 1:
			pattern = listPattern(l, kind, "end", items)
		case rest > 0 && i == 0:
			pattern = l.get(lists, kind+".start")
		case rest > 0:
			pattern = l.get(lists, kind+".middle")
		}
		before, after, _ := strings.Cut(pattern, "{0}")
		between, last, _ := strings.Cut(after, "{1}")
		out = appendLiteral(out, before)
		out = append(out, part{"element", item})
		out = appendLiteral(out, between)
		behind = appendLiteral(behind, last)
	}
	slices.Reverse(behind)
	return append(out, behind...)
}

func appendLiteral(parts []part, text string) []part {
	if text == "" {
		return parts
	}
	return append(parts, part{"literal", text})
}

// listPattern is that before the last item. Spanish "y" and "o", and Hebrew's
// "ו", depend on how it begins.
func listPattern(l *locale, kind, which string, items []string) string {
	pattern := l.get(lists, kind+"."+which)
	last := strings.ToLower(items[len(items)-1])
	switch languageOf(l.name) {
	case "es":
		begins := func(with ...string) bool {
			for _, w := range with {
				if strings.HasPrefix(last, w) {
					return true
				}
			}
			return false
		}
		switch {
		case begins("i", "í", "hi", "hí") && !begins("hia", "hie"):
			return strings.Replace(pattern, " y {1}", " e {1}", 1)
		case begins("o", "ó", "ho", "hó", "8"), last == "11", begins("11 "):
			return strings.Replace(pattern, " o {1}", " u {1}", 1)
		}
	case "he":
		if last != "" && (last[0] < 0xd7 || last > "ת\uffff") {
			return strings.Replace(pattern, " ו{1}", " ו-{1}", 1)
		}
	}
	return pattern
}

// fill puts parts in the places of a pattern, whose text is literal.
func fill(pattern string, places ...[]part) []part {
	var out []part
	for pattern != "" {
		i := strings.IndexByte(pattern, '{')
		if i < 0 || i+2 >= len(pattern) || int(pattern[i+1]-'0') >= len(places) {
			i = len(pattern)
		}
		if i > 0 {
			out = append(out, part{"literal", pattern[:i]})
		}
		if i < len(pattern) {
			out = append(out, places[pattern[i+1]-'0']...)
			i += 3
		}
		pattern = pattern[i:]
	}
	return out
}

// relative is an Intl.RelativeTimeFormat made ready.
type relative struct {
	l       *locale
	width   string
	words   bool // "yesterday" where there is a word
	numbers *numberFormat
}

var relativeFormats = kept[*relative]{}

func newRelative(o settings) *relative {
	r := &relative{l: dataOf(o["locale"]), width: map[string]string{"short": "-short", "narrow": "-narrow"}[o["style"]], words: o["numeric"] == "auto"}
	r.numbers = newNumberFormat(settings{"locale": o["locale"], "numberingSystem": o["numberingSystem"], "style": "decimal", "notation": "standard", "signDisplay": "auto",
		"minimumIntegerDigits": "1", "maximumFractionDigits": "3", "rounding": "fractionDigits", "useGrouping": "auto"})
	r.numbers.forms = true
	return r
}

func (r *relative) format(d decimal, unit string) []part {
	field := unit + r.width
	if r.words && len(d.digits) <= 1 && d.point <= 1 {
		key := d.show(1, 0).whole
		if d.negative && !d.zero() {
			key = "-" + key
		}
		if word, ok := r.l.lookup(fields, field+"."+key); ok {
			return []part{{"literal", word}}
		}
	}
	direction := "future"
	if d.negative {
		direction = "past"
	}
	d.negative = false
	f := r.numbers.format(d)
	prefix := field + "." + direction + "."
	pattern := r.l.first(fields, prefix+f.form, prefix+"other")
	return fill(pattern, f.parts())
}

// changeCase: only some languages have rules of their own.
func changeCase(locale, s string, upper bool) string {
	tag := language.Make(locale)
	if upper {
		return cases.Upper(tag).String(s)
	}
	return cases.Lower(tag).String(s)
}
