package intl

import (
	"slices"
	"strings"
)

// canonical returns the canonical form of a tag (UTS #35, annex C).
func canonical(text string) (string, bool) {
	t, ok := parse(text)
	if !ok {
		return "", false
	}
	t.canonicalize()
	return t.String(), true
}

func (t *tag) canonicalize() {
	slices.Sort(t.variants)
	t.replaceLanguage()
	t.replaceVariants()
	if s, ok := general(aliases, "s."+t.script); ok {
		t.script = s
	}
	t.replaceRegion()
	slices.SortFunc(t.extensions, func(a, b extension) int { return int(a.singleton) - int(b.singleton) })
	if e := t.extension('t'); e != nil {
		e.canonicalizeTransform()
	}
	t.canonicalizeKeywords()
}

// replaceLanguage looks for an alias of as much of the tag as has one.
func (t *tag) replaceLanguage() {
	for range 4 { // an alias can have an alias
		if !t.replaceLanguageOnce() {
			return
		}
	}
}

func (t *tag) replaceLanguageOnce() bool {
	for i, v := range t.variants {
		for _, w := range t.variants[i+1:] {
			if to, ok := general(aliases, "l.und-"+v+"-"+w); ok {
				t.variants = slices.DeleteFunc(slices.Clone(t.variants), func(x string) bool { return x == v || x == w })
				t.take(to)
				return true
			}
		}
	}
	for i, v := range t.variants {
		for _, key := range []string{t.language + "-" + v, "und-" + v} {
			if to, ok := general(aliases, "l."+key); ok {
				t.variants = slices.Delete(slices.Clone(t.variants), i, i+1)
				t.take(to)
				return true
			}
		}
	}
	if t.region != "" {
		if to, ok := general(aliases, "l."+t.language+"-"+t.region); ok {
			t.region = ""
			t.take(to)
			return true
		}
	}
	to, ok := general(aliases, "l."+t.language)
	if ok {
		t.take(to)
	}
	return ok
}

// take has the parts of a replacement, where the tag has none itself.
func (t *tag) take(replacement string) {
	r, _ := parse(replacement)
	if r.language != "und" || t.language == "" {
		t.language = r.language
	}
	if t.script == "" {
		t.script = r.script
	}
	if t.region == "" {
		t.region = r.region
	}
	for _, v := range r.variants {
		if !slices.Contains(t.variants, v) {
			t.variants = append(t.variants, v)
		}
	}
	slices.Sort(t.variants)
}

func (t *tag) replaceVariants() {
	for i, v := range t.variants {
		if to, ok := general(aliases, "v."+v); ok && isVariant(to) {
			t.variants[i] = to
		}
	}
	slices.Sort(t.variants)
	t.variants = slices.Compact(t.variants)
}

// replaceRegion: of several regions that took the place of one, the likely
// one of the language, or else the first.
func (t *tag) replaceRegion() {
	to, ok := general(aliases, "t."+t.region)
	if !ok {
		return
	}
	choice := strings.Fields(to)
	if len(choice) > 1 {
		if m, ok := maximize(tag{language: t.language, script: t.script}); ok && slices.Contains(choice, m.region) {
			t.region = m.region
			return
		}
	}
	t.region = choice[0]
}

func (e *extension) canonicalizeTransform() {
	at := slices.IndexFunc(e.parts, isField)
	if at < 0 {
		at = len(e.parts)
	}
	var parts []string
	if at > 0 {
		inner, _ := parse(strings.Join(e.parts[:at], "-"))
		inner.canonicalize()
		parts = strings.Split(strings.ToLower(inner.String()), "-")
	}
	var list [][]string
	for _, p := range e.parts[at:] {
		if isField(p) {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], p)
	}
	slices.SortStableFunc(list, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	e.parts = append(parts, slices.Concat(list...)...)
}

// valueAliases are of bcp47's keys: key and value, and what it is now.
var valueAliases = map[string]string{
	"ca-ethiopic-amete-alem": "ethioaa", "ca-islamicc": "islamic-civil", "ca-gregorian": "gregory",
	"co-dictionary": "dict", "co-gb2312han": "gb2312", "co-phonebook": "phonebk", "co-traditional": "trad",
	"kb-yes": "", "kc-yes": "", "kh-yes": "", "kk-yes": "", "kn-yes": "", "kb-true": "",
	"ks-primary": "level1", "ks-tertiary": "level3", "ms-imperial": "uksystem",
	"tz-cnckg": "cnsha", "tz-eire": "iedub", "tz-est": "papty", "tz-gmt0": "gmt", "tz-uct": "utc", "tz-zulu": "utc",
}

func (t *tag) canonicalizeKeywords() {
	attributes, list := t.keywords()
	if attributes == nil && list == nil {
		return
	}
	slices.Sort(attributes)
	attributes = slices.Compact(attributes)
	slices.SortStableFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	list = slices.CompactFunc(list, func(a, b [2]string) bool { return a[0] == b[0] })
	for i, k := range list {
		list[i][1] = keywordValue(k[0], k[1])
	}
	t.setKeywords(attributes, list)
}

func keywordValue(key, value string) string {
	if to, ok := valueAliases[key+"-"+value]; ok {
		value = to
	}
	if key == "rg" || key == "sd" {
		if to, ok := general(aliases, "d."+value); ok {
			value = strings.ToLower(strings.Fields(to)[0])
			if len(value) == 2 {
				value += "zzzz"
			}
		}
	}
	if value == "true" {
		return ""
	}
	return value
}

// maximize adds the likely subtags.
func maximize(t tag) (tag, bool) {
	if t.language != "und" && t.script != "" && t.region != "" {
		return t, true
	}
	for _, try := range []tag{{language: t.language, script: t.script, region: t.region}, {language: t.language, region: t.region},
		{language: t.language, script: t.script}, {language: t.language}, {language: "und", script: t.script}} {
		if try.language == "und" && try.script == "" && try.region == "" && t.base() != "und" {
			continue
		}
		to, ok := general(likely, try.base())
		if !ok {
			continue
		}
		m, _ := parse(to)
		if t.language != "und" {
			m.language = t.language
		}
		if t.script != "" {
			m.script = t.script
		}
		if t.region != "" {
			m.region = t.region
		}
		m.variants, m.extensions, m.private = t.variants, t.extensions, t.private
		return m, true
	}
	return t, false
}

// minimize removes the subtags that maximize would add.
func minimize(t tag) tag {
	most, ok := maximize(t)
	if !ok {
		return t
	}
	for _, try := range []tag{{language: most.language}, {language: most.language, region: most.region}, {language: most.language, script: most.script}} {
		try.variants, try.extensions, try.private = t.variants, t.extensions, t.private
		if m, _ := maximize(try); m.base() == most.base() {
			return try
		}
	}
	return most
}
