package intl

import (
	"strconv"
	"strings"
)

// operands are those of UTS #35, part 3, section 5.1.1, of the absolute value.
// Large ones are cut to what rules look at: their last digits.
type operands struct {
	i          uint64 // integer digits
	v, w, c    int    // fraction digits with and without trailing zeros; exponent of a compact form
	f, t       uint64
	huge, none bool // huge: i isn't the whole integer; none: infinite or no number
}

// pluralForm returns the category of a formatted number; kind is 'c'
// (cardinal) or 'o' (ordinal).
func pluralForm(l *locale, kind string, o operands) string {
	rules, ok := pluralRulesOf(l, kind)
	if !ok || o.none {
		return "other"
	}
	for rule := range strings.SplitSeq(rules, ";") {
		form, condition, _ := strings.Cut(rule, ":")
		if condition != "" && o.any(condition) {
			return form
		}
	}
	return "other"
}

func pluralRulesOf(l *locale, kind string) (string, bool) {
	for _, name := range shortened(l.name) {
		if rules, ok := general(pluralRules, kind+"."+name); ok {
			return rules, true
		}
	}
	return "", false
}

// shortened returns a name and what is left of it without its last parts. ICU
// looks for plural rules like this, not by parents: those of pt-AO are pt's,
// where all else is pt-PT's.
func shortened(name string) []string {
	all := []string{name}
	for i := len(name) - 1; i > 0; i-- {
		if name[i] == '-' {
			all = append(all, name[:i])
		}
	}
	return all
}

func languageOf(name string) string {
	language, _, _ := strings.Cut(name, "-")
	return language
}

// pluralForms are the categories of a locale in the order of the rules, other
// being the last.
func pluralForms(l *locale, kind string) []string {
	rules, _ := pluralRulesOf(l, kind)
	has := map[string]bool{"other": true}
	for rule := range strings.SplitSeq(rules, ";") {
		form, _, _ := strings.Cut(rule, ":")
		has[form] = true
	}
	var forms []string
	for _, form := range []string{"few", "many", "one", "two", "zero", "other"} {
		if has[form] {
			forms = append(forms, form)
		}
	}
	return forms
}

// pluralRange is the category of a range from a number of one category to
// one of another.
func pluralRange(l *locale, from, to string) string {
	for _, name := range shortened(l.name) {
		if form, ok := general(pluralRules, "r."+name+"."+from+"."+to); ok {
			return form
		}
	}
	return "other"
}

// any and the functions below follow the grammar of plural rules: conditions
// joined by or, each of relations joined by and.
func (o operands) any(condition string) bool {
	for part := range strings.SplitSeq(condition, " or ") {
		if o.every(part) {
			return true
		}
	}
	return false
}

func (o operands) every(condition string) bool {
	for relation := range strings.SplitSeq(condition, " and ") {
		if !o.holds(strings.TrimSpace(relation)) {
			return false
		}
	}
	return true
}

// holds: "i % 100 != 11..14,20".
func (o operands) holds(relation string) bool {
	left, right, equal := strings.Cut(relation, " = ")
	if !equal {
		left, right, _ = strings.Cut(relation, " != ")
	}
	operand, modulus, _ := strings.Cut(left, " % ")
	value, whole := o.value(operand)
	if modulus != "" {
		m, _ := strconv.ParseUint(modulus, 10, 32)
		value %= m
	} else if o.huge && (operand == "n" || operand == "i") {
		whole = false
	}
	return (whole && inRanges(value, right)) == equal
}

// value returns an operand, and whether it is a whole number.
func (o operands) value(operand string) (uint64, bool) {
	switch operand {
	case "n":
		return o.i, o.t == 0
	case "v":
		return uint64(o.v), true
	case "w":
		return uint64(o.w), true
	case "f":
		return o.f, true
	case "t":
		return o.t, true
	case "c", "e":
		return uint64(o.c), true
	}
	return o.i, true
}

func inRanges(value uint64, list string) bool {
	for part := range strings.SplitSeq(list, ",") {
		low, high, isRange := strings.Cut(part, "..")
		from, _ := strconv.ParseUint(low, 10, 64)
		to := from
		if isRange {
			to, _ = strconv.ParseUint(high, 10, 64)
		}
		if from <= value && value <= to {
			return true
		}
	}
	return false
}
