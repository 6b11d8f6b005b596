package intl

import (
	"slices"
	"strings"

	"stockade.dev/stockade/workerproc/engine"
)

const defaultLocale = "en-US"

var localeOps = map[string]engine.Op{
	"intlCanonical": func(args []any) (any, error) {
		if c, ok := canonical(text(args, 0)); ok {
			return c, nil
		}
		return nil, nil
	},
	// The tags of a list for which there is a locale.
	"intlSupported": func(args []any) (any, error) {
		var out []any
		for _, name := range texts(args, 0) {
			if t, ok := parse(name); ok && lookup(t) != "" {
				out = append(out, name)
			}
		}
		return out, nil
	},
	"intlResolve": func(args []any) (any, error) {
		return anys(resolve(texts(args, 0), texts(args, 1))), nil
	},
	"intlTag": func(args []any) (any, error) { return tagParts(text(args, 0)), nil },
	"intlMaximize": func(args []any) (any, error) {
		t, _ := parse(text(args, 0))
		m, _ := maximize(t)
		return m.String(), nil
	},
	"intlMinimize": func(args []any) (any, error) {
		t, _ := parse(text(args, 0))
		return minimize(t).String(), nil
	},
	"intlApply":  func(args []any) (any, error) { return applyTag(texts(args, 0), texts(args, 1)) },
	"intlValues": func(args []any) (any, error) { return anys(supportedValues(text(args, 0))), nil },
	"intlRegion": func(args []any) (any, error) { return regionFacts(text(args, 0), text(args, 1)), nil },
	"intlSystem": func(args []any) (any, error) {
		_, ok := general(numberings, text(args, 0))
		return ok, nil
	},
}

// resolve is ResolveLocale of ECMA-402: of the requested locales, and of keys
// of the Unicode extension, each with the value of the option or "". It
// returns the locale, and a value for each key.
func resolve(requested []string, keys []string) []string {
	found, t := "", tag{}
	for _, name := range requested {
		p, ok := parse(name)
		if name := lookup(p); ok && name != "" {
			found, t = name, p
			break
		}
	}
	if found == "" {
		found = defaultLocale
		t = tag{}
	}
	var values []string
	var extension [][2]string
	for i := 0; i+1 < len(keys); i += 2 {
		value, fromTag := keyValue(found, t, keys[i], keys[i+1])
		values = append(values, value)
		if fromTag {
			if value == "true" {
				value = ""
			}
			extension = append(extension, [2]string{keys[i], value})
		}
	}
	own, _ := parse(found)
	slices.SortFunc(extension, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	own.setKeywords(nil, extension)
	return append([]string{own.String()}, values...)
}

// keyValue chooses between the locale's default, the tag's and the option's.
func keyValue(name string, t tag, key, option string) (value string, fromTag bool) {
	allowed := keyValues(name, key)
	if len(allowed) > 0 {
		value = allowed[0]
	}
	if v, ok := t.keyword(key); ok {
		if v == "" {
			v = "true"
		}
		if slices.Contains(allowed, v) {
			value, fromTag = v, true
		}
	}
	if option = keywordOption(key, option); option != "" && option != value && slices.Contains(allowed, option) {
		return option, false
	}
	return value, fromTag
}

func keywordOption(key, option string) string {
	if to, ok := valueAliases[key+"-"+option]; ok && to != "" {
		return to
	}
	return option
}

// keyValues are the values that a locale has of a key, the default first.
func keyValues(name, key string) []string {
	l := dataOf(name)
	switch key {
	case "nu":
		system := l.get(numbers, "ns")
		return append([]string{system}, systems()...)
	case "ca":
		return append(calendarsOf(l), calendarNames()...)
	case "hc":
		return []string{"", "h11", "h12", "h23", "h24"}
	case "kn":
		return []string{"false", "true"}
	case "kf":
		if l.chain()[len(l.chain())-1] == "da" {
			return []string{"upper", "false", "lower"}
		}
		return []string{"false", "lower", "upper"}
	case "co":
		return append([]string{""}, collationsOf(l)...)
	}
	return nil
}

func systems() []string {
	var out []string
	find("+").each(numberings, "", func(key, _ string) {
		if key != "" {
			out = append(out, key)
		}
	})
	slices.Sort(out)
	return out
}

func calendarNames() []string {
	var out []string
	for name := range calendars {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// calendarsOf are those of the locale's region which we have.
func calendarsOf(l *locale) []string {
	list, ok := general(regions, "calendar."+l.region())
	if !ok {
		list = "gregorian"
	}
	var out []string
	for _, name := range strings.Fields(list) {
		if name == "gregorian" {
			name = "gregory"
		}
		if _, ok := calendars[name]; ok {
			out = append(out, name)
		}
	}
	return append(out, "gregory")
}

// hourCycles are a locale's usual one and that of 12 hours: V8 takes h12 for
// Japanese, too.
func hourCycles(name string) []string {
	l := dataOf(name)
	region := l.region()
	t, _ := parse(name)
	if t.region != "" {
		region = t.region
	}
	preferred := "H"
	for _, key := range []string{t.language + "-" + region, region, "001"} {
		if v, ok := general(regions, "hours."+key); ok {
			preferred, _, _ = strings.Cut(v, " ")
			break
		}
	}
	first := map[string]string{"h": "h12", "H": "h23", "K": "h11", "k": "h24"}[preferred]
	return []string{first, "h12"}
}

// tagParts: base, language, script, region, variants, then keyword, value, …
func tagParts(name string) []any {
	t, _ := parse(name)
	out := []any{t.base(), t.language, t.script, t.region, strings.Join(t.variants, "-")}
	_, list := t.keywords()
	for _, k := range list {
		out = append(out, k[0], k[1])
	}
	return out
}

// applyTag is ApplyOptionsToTag and ApplyUnicodeExtensionToTag: replaces are
// tag, language, script, region and variants; keywords key, value, … undefined
// when one of them isn't well-formed.
func applyTag(replaces, keywords []string) (any, error) {
	if len(replaces) != 5 {
		return nil, nil
	}
	t, ok := parse(replaces[0])
	if !ok {
		return nil, nil
	}
	valid := []func(string) bool{isLanguage, func(s string) bool { return len(s) == 4 && alphabetic(s) }, isRegion, validVariants}
	targets := []*string{&t.language, &t.script, &t.region, new(string)}
	for i, v := range replaces[1:5] {
		if v == "" {
			continue
		}
		if v = strings.ToLower(v); !valid[i](v) {
			return nil, nil
		}
		*targets[i] = v
	}
	if *targets[3] != "" {
		t.variants = strings.Split(*targets[3], "-")
	}
	t.script, t.region = titled(t.script), strings.ToUpper(t.region)
	attributes, list := t.keywords()
	for i := 0; i+1 < len(keywords); i += 2 {
		list = slices.DeleteFunc(list, func(k [2]string) bool { return k[0] == keywords[i] })
		list = append(list, [2]string{keywords[i], strings.ToLower(keywords[i+1])})
	}
	t.setKeywords(attributes, list)
	t.canonicalize()
	return t.String(), nil
}

func titled(s string) string {
	if s == "" {
		return s
	}
	return title(strings.ToLower(s))
}

func validVariants(s string) bool {
	list := strings.Split(s, "-")
	slices.Sort(list)
	return all(list, isVariant) && len(slices.Compact(slices.Clone(list))) == len(list)
}

// regionFacts answers what Intl.Locale says of the tag's region.
func regionFacts(name, what string) []any {
	t, _ := parse(name)
	m, _ := maximize(t)
	region := m.region
	fact := func(key string) string {
		for _, r := range []string{region, "001"} {
			if v, ok := general(regions, key+"."+r); ok {
				return v
			}
		}
		return ""
	}
	switch what {
	case "week":
		return []any{fact("firstDay"), fact("weekendStart"), fact("weekendEnd"), fact("minDays")}
	case "zones":
		list, _ := general(zoneInfo, "of."+t.region)
		return anys(strings.Fields(list))
	case "calendars":
		return anys(strings.Fields(strings.ReplaceAll(fact("calendar"), "gregorian", "gregory")))
	case "system":
		return []any{dataOf(name).get(numbers, "ns")}
	case "collations":
		return anys(append(collationsOf(dataOf(name)), "emoji", "eor"))
	case "order":
		return []any{orderOf(t, m)}
	}
	return nil
}

// orderOf is "rtl" for scripts that are written so.
func orderOf(t, m tag) string {
	switch m.script {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", "Mand", "Samr", "Mend":
		return "rtl"
	}
	return "ltr"
}
