package intl

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzTag: what is canonical stays what it is, and finds a locale or none.
func FuzzTag(f *testing.F) {
	for _, tag := range []string{"en", "zh-Hant-TW-u-ca-roc", "de-1996-x-a", "en-t-de-m0-und", "sl-rozaj-biske-1994", "sgn-BR", "ja-latn-hepburn-heploc", "und-u-rg-uszzzz"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, ok := canonical(text)
		if !ok {
			return
		}
		if twice, ok := canonical(once); !ok || twice != once {
			t.Errorf("%q becomes %q, and that %q", text, once, twice)
		}
		resolve([]string{once}, []string{"ca", "", "nu", "", "hc", "", "co", "", "kn", "", "kf", ""})
		tag, _ := parse(once)
		most, _ := maximize(tag)
		if again, _ := maximize(minimize(most)); again.base() != most.base() {
			t.Errorf("%q: %q, without what is likely and with it again %q", text, most.base(), again.base())
		}
		regionFacts(once, "week")
		displayName(settings{"locale": "en", "type": "language", "style": "long", "languageDisplay": "dialect"}, once)
	})
}

// FuzzNumber: any text as a number, in any notation.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-1.5e300", "NaN", "Infinity", "123456789012345678901234567890", "1e-400", "+.5e"} {
		f.Add(s, "de", "compact", uint8(3), uint8(5))
	}
	f.Fuzz(func(t *testing.T, value, locale, notation string, low, high uint8) {
		n := newNumberFormat(settings{"locale": locale, "numberingSystem": "latn", "style": "decimal", "notation": notation, "signDisplay": "auto", "useGrouping": "auto",
			"minimumIntegerDigits": "1", "minimumFractionDigits": itoa(low), "maximumFractionDigits": itoa(max(low, high)), "rounding": "fractionDigits", "roundingIncrement": "1", "plural": "c"})
		d := parseDecimal(value)
		text := textOf(n.format(d).parts())
		if text == "" || !utf8.ValidString(text) {
			t.Errorf("%q is written %q", value, text)
		}
		if d.special == "" && len(text) > 3*maxDigits+1000 {
			t.Errorf("%q is written with %d bytes", value, len(text))
		}
		n.formatRange(d, parseDecimal("1"))
		n.plural(d)
	})
}

func itoa(n uint8) string {
	return string(rune('0'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
}

// FuzzDate: any skeleton and pattern, at any time.
func FuzzDate(f *testing.F) {
	f.Add("en", "yMMMdjm", int64(0), int64(1e12))
	f.Add("ja", "GyMMMMEEEEdHHmmssSSSzzzz", int64(-8.64e15), int64(8.64e15))
	f.Add("de", "'quoted'y''Bh", int64(1), int64(2))
	f.Fuzz(func(t *testing.T, locale, skeleton string, a, b int64) {
		if len(skeleton) > 100 || max(a, -a) > 8.64e15 || max(b, -b) > 8.64e15 {
			return
		}
		d := newDateFormat(settings{"locale": locale, "calendar": "gregory", "timeZone": "Europe/Paris", "numberingSystem": "latn", "hourCycle": "h23", "year": "numeric"})
		if again := unruns(runs(unruns(runs(skeleton)))); again != unruns(runs(skeleton)) {
			t.Errorf("the pattern %q becomes %q, then %q", skeleton, unruns(runs(skeleton)), again)
		}
		d.pattern = generatorOf(d.l, "").best(skeleton)
		d.runs = runs(d.pattern)
		d.format(a)
		d.formatRange(a, b)
	})
}

// FuzzZone: a name is one of the list, or an offset.
func FuzzZone(f *testing.F) {
	for _, s := range []string{"Europe/Paris", "utc", "+05:30", "-1", "Etc/GMT+5", "../../etc/passwd", "*", "name.UTC"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		z, ok := zoneNamed(name)
		if ok && (z.Location == nil || z.name == "" || !z.fixed() && !strings.EqualFold(z.name, name) && strings.ContainsAny(name, "\n\t")) {
			t.Errorf("%q is %+v", name, z)
		}
	})
}

// FuzzText: order is an order; segments make up the text.
func FuzzText(f *testing.F) {
	f.Add("résumé", "Resume", "de")
	f.Add("a.b:c 1.2 😀", "", "ru")
	f.Fuzz(func(t *testing.T, a, b, locale string) {
		c := newCollator(settings{"locale": locale, "sensitivity": "variant", "caseFirst": "false"})
		if x, y := c.compare(a, b), c.compare(b, a); x != -y {
			t.Errorf("%q and %q: %d and %d", a, b, x, y)
		}
		for _, granularity := range []string{"grapheme", "word", "sentence"} {
			ends := segments(granularity, a)
			step := 1
			if granularity == "word" {
				step = 2
			}
			if n := len(ends); n > 0 && ends[n-step].(int) != unitCount(a) {
				t.Errorf("%q ends at %v, not %d", a, ends[n-step], unitCount(a))
			}
		}
		listParts(locale, "standard", []string{a, b, a})
		changeCase(locale, a, true)
	})
}
