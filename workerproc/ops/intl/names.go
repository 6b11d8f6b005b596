package intl

import "strings"

// displayName answers DisplayNames.prototype.of; "" when there is no name.
func displayName(o settings, code string) string {
	l := dataOf(o["locale"])
	style := o["style"]
	switch o["type"] {
	case "region":
		return withStyle(l, "t."+code, style)
	case "script":
		if name := l.get(names, "s."+code+".long"); name != "" && style == "long" {
			return name
		}
		return l.get(names, "s."+code)
	case "currency":
		return l.get(currencies, code+".d") // V8 has one for all styles
	case "calendar":
		return l.get(names, "calendar."+calendarKey(code))
	case "dateTimeField":
		return l.get(fields, dateFieldNames[code]+map[string]string{"short": "-short", "narrow": "-narrow"}[style]+".displayName")
	}
	return languageName(l, code, style, o["languageDisplay"] == "dialect")
}

func withStyle(l *locale, key, style string) string {
	if style != "long" {
		return l.first(names, key+".short", key)
	}
	return l.get(names, key)
}

func calendarKey(code string) string {
	switch code {
	case "gregory":
		return "gregorian"
	case "ethioaa":
		return "ethiopic-amete-alem"
	}
	return code
}

var dateFieldNames = map[string]string{"era": "era", "year": "year", "quarter": "quarter", "month": "month", "weekOfYear": "week", "weekday": "weekday",
	"day": "day", "dayPeriod": "dayperiod", "hour": "hour", "minute": "minute", "second": "second", "timeZoneName": "zone"}

// languageName is that of a whole tag: of its longest beginning that has a
// name, with the rest in brackets.
func languageName(l *locale, code, style string, dialect bool) string {
	t, _ := parse(code)
	base, rest := l.languageBase(&t, style, dialect)
	if base == "" {
		return ""
	}
	var details []string
	if t.script != "" && rest&1 != 0 {
		details = append(details, orCode(l.get(names, "s."+t.script), t.script))
	}
	if t.region != "" && rest&2 != 0 {
		details = append(details, orCode(withStyle(l, "t."+t.region, style), t.region))
	}
	for _, v := range t.variants {
		details = append(details, strings.ToUpper(v))
	}
	if len(details) == 0 {
		return base
	}
	joined := details[0]
	for _, d := range details[1:] {
		joined = strings.NewReplacer("{0}", joined, "{1}", d).Replace(l.get(names, "pattern.localeSeparator"))
	}
	return strings.NewReplacer("{0}", base, "{1}", joined).Replace(l.get(names, "pattern.localePattern"))
}

func orCode(name, code string) string {
	if name == "" {
		return code
	}
	return name
}

// languageBase returns the name, and what of the tag it doesn't say: 1 the
// script, 2 the region.
func (l *locale) languageBase(t *tag, style string, dialect bool) (name string, rest int) {
	of := func(key string) string {
		if style != "long" {
			return l.first(names, "l."+key+".short", "l."+key)
		}
		return l.get(names, "l."+key)
	}
	if dialect {
		if t.script != "" && t.region != "" {
			if name = of(t.language + "-" + t.script + "-" + t.region); name != "" {
				return name, 0
			}
		}
		if t.script != "" && t.region == "" {
			if name = of(t.language + "-" + t.script); name != "" {
				return name, 2
			}
		}
		if t.region != "" && t.script == "" {
			if name = of(t.language + "-" + t.region); name != "" {
				return name, 1
			}
		}
	}
	if name = of(t.language); name == "" && (t.script != "" || t.region != "" || len(t.variants) > 0) {
		name = t.language
	}
	return name, 3
}
