package intl

import (
	"strconv"
	"strings"
)

// compactPrefix is where the patterns of the notation are.
func (n *numberFormat) compactPrefix() string {
	kind := ".short."
	switch {
	case n.style == "currency" && n.options["currencyDisplay"] != "name":
		kind = ".shortCurrency."
	case n.options["compactDisplay"] == "long":
		kind = ".long."
	}
	if _, ok := n.l.lookup(numbers, n.ns+kind+"6.other"); !ok {
		return "latn" + kind
	}
	return n.ns + kind
}

// maxCompact is the magnitude of the largest patterns that any locale has.
const maxCompact = 20

func (n *numberFormat) compactMultiplier(magnitude int) int {
	pattern := n.compactOf(magnitude, "other")
	if pattern == "" || pattern == "0" {
		return 0
	}
	return parseNumberPattern(pattern).zeros - n.clipped(magnitude) - 1
}

// clipped is the magnitude of the largest pattern that isn't larger.
func (n *numberFormat) clipped(magnitude int) int {
	for magnitude = min(magnitude, maxCompact); magnitude > 3; magnitude-- {
		if _, ok := n.l.lookup(numbers, n.compactPrefix()+strconv.Itoa(magnitude)+".other"); ok {
			break
		}
	}
	return magnitude
}

func (n *numberFormat) compactOf(magnitude int, form string) string {
	if magnitude < 0 {
		return ""
	}
	key := n.compactPrefix() + strconv.Itoa(n.clipped(magnitude)) + "."
	return n.l.first(numbers, key+form, key+"other")
}

// compactPattern is the pattern of a number that was divided by 10^exponent.
func (n *numberFormat) compactPattern(d decimal, shown digitText, exponent int) string {
	if d.special != "" {
		return ""
	}
	magnitude := d.magnitude() + exponent
	form := pluralForm(n.l, "c", shown.operands(0))
	if d.zero() {
		magnitude = 0
	}
	pattern := ""
	if d.digits == "1" && d.point == 1 {
		key := n.compactPrefix() + strconv.Itoa(n.clipped(magnitude)) + "."
		pattern = n.l.get(numbers, key+"1")
	}
	if pattern == "" {
		pattern = n.compactOf(magnitude, form)
	}
	if pattern == "0" {
		return ""
	}
	return pattern
}

// surround adds what chooses its form by the number: a unit, or the name of a
// currency.
func (n *numberFormat) surround(f *formatted, d decimal, shown digitText, exponent int) {
	if !n.forms {
		return
	}
	if n.notation != "compact" {
		exponent = max(exponent, 0)
	}
	o := shown.operands(exponent)
	o.none = d.special != ""
	f.form = pluralForm(n.l, "c", o)
	n.surroundForm(f)
}

func (n *numberFormat) surroundForm(f *formatted) {
	switch o := n.options; {
	case n.style == "unit" && (o["unit"] != "percent" || o["unitDisplay"] == "long"):
		pattern := n.unitPattern(o["unit"], o["unitDisplay"], f.form)
		f.outerL, f.outerR = unitParts(pattern)
		if !strings.Contains(pattern, "{0}") {
			f.silent, f.before, f.after = true, nil, nil
		}
	case n.style == "currency" && o["currencyDisplay"] == "name":
		pattern := n.l.first(numbers, n.ns+".unit."+f.form, n.ns+".unit.other")
		before, after, _ := strings.Cut(pattern, "{0}")
		name := n.currencyName(o["currency"], f.form)
		f.outerL, f.outerR = nameParts(before, name), nameParts(after, name)
	}
}

func nameParts(text, name string) []part {
	before, after, ok := strings.Cut(text, "{1}")
	if !ok {
		return []part{{"literal", text}}
	}
	return []part{{"literal", before}, {"currency", name}, {"literal", after}}
}

func (n *numberFormat) currencyName(code, form string) string {
	if name := n.l.first(currencies, code+"."+form, code+".d"); name != "" {
		return name
	}
	return code
}

// unitParts cuts a pattern at its number; spaces between are literals.
func unitParts(pattern string) (before, after []part) {
	left, right, ok := strings.Cut(pattern, "{0}")
	if !ok {
		right, left = left, ""
	}
	unit := strings.TrimRight(left, " \u00a0\u202f\u200f\u200e")
	before = []part{{"unit", unit}, {"literal", left[len(unit):]}}
	unit = strings.TrimLeft(right, " \u00a0\u202f\u200f\u200e")
	return before, []part{{"literal", right[:len(right)-len(unit)]}, {"unit", unit}}
}

func (n *numberFormat) unitPattern(unit, width, form string) string {
	if p := n.l.first(units, width+"."+unit+"."+form, width+"."+unit+".other"); p != "" {
		return p
	}
	above, below, _ := strings.Cut(unit, "-per-")
	pattern := n.l.first(units, width+"."+above+"."+form, width+"."+above+".other")
	if per := n.l.get(units, width+"."+below+".per"); per != "" {
		return strings.Replace(per, "{0}", pattern, 1)
	}
	divisor := n.l.first(units, width+"."+below+".one", width+"."+below+".other")
	divisor = strings.TrimSpace(strings.Replace(divisor, "{0}", "", 1))
	return strings.NewReplacer("{0}", pattern, "{1}", divisor).Replace(n.l.get(units, width+".per"))
}

// rangePart is a part, and of which end of a range.
type rangePart struct {
	part
	source string
}

// formatRange writes two numbers, without saying twice what they share.
func (n *numberFormat) formatRange(a, b decimal) []rangePart {
	start, end := n.format(a), n.format(b)
	if textOf(start.parts()) == textOf(end.parts()) {
		return shared(n.approximately(start))
	}
	form := pluralRange(n.l, start.form, end.form)
	outer := textOf(start.outerL)+"\x00"+textOf(start.outerR) == textOf(end.outerL)+"\x00"+textOf(end.outerR)
	if len(start.outerL)+len(start.outerR) > 0 {
		both := start
		both.form = form
		n.surroundForm(&both)
		start.outerL, start.outerR = both.outerL, both.outerR
		end.outerL, end.outerR = both.outerL, both.outerR
		outer = true
	}
	left, right := textOf(start.before), textOf(start.after)
	middle := outer && left == textOf(end.before) && right == textOf(end.after) && len([]rune(left+right)) > 1
	return n.joinRange(start, end, outer, middle)
}

func (n *numberFormat) joinRange(start, end formatted, outer, middle bool) []rangePart {
	separator := strings.NewReplacer("{0}", "", "{1}", "").Replace(n.l.get(numbers, n.ns+".range"))
	repeated := !outer && len(start.outerL)+len(start.outerR) > 0 || !middle && len(concat(start.before, start.after)) > 0
	if repeated && strings.TrimSpace(separator) == separator {
		separator = " " + separator + " "
	}
	var out []rangePart
	add := func(collapsed bool, source string, parts []part) {
		if collapsed {
			source = "shared"
		}
		for _, p := range concat(parts) {
			out = append(out, rangePart{p, source})
		}
	}
	add(outer, "startRange", start.outerL)
	add(middle, "startRange", start.before)
	add(false, "startRange", start.number)
	if !middle {
		add(false, "startRange", start.after)
	}
	if !outer {
		add(false, "startRange", start.outerR)
	}
	add(true, "", []part{{"literal", separator}})
	if !outer {
		add(false, "endRange", end.outerL)
	}
	if !middle {
		add(false, "endRange", end.before)
	}
	add(false, "endRange", end.number)
	add(middle, "endRange", end.after)
	add(outer, "endRange", end.outerR)
	return out
}

func (n *numberFormat) approximately(f formatted) []part {
	return append([]part{{"approximatelySign", n.symbol("approximatelySign")}}, f.parts()...)
}

func shared(parts []part) []rangePart {
	out := make([]rangePart, len(parts))
	for i, p := range parts {
		out[i] = rangePart{p, "shared"}
	}
	return out
}

func textOf(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}
