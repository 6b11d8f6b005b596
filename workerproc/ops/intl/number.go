package intl

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// settings are the resolved options of an object, as the runtime writes them:
// lines of name=value.
type settings map[string]string

func parseSettings(text string) settings {
	s := settings{}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(line, "="); ok {
			s[name] = value
		}
	}
	return s
}

func (s settings) number(name string) int {
	n, _ := strconv.Atoi(s[name])
	return min(max(n, 0), 5000)
}

// numberFormat is an Intl.NumberFormat made ready.
type numberFormat struct {
	l                            *locale
	ns                           string // numbering system
	symbolsOf                    string // the one whose symbols and patterns there are
	digits                       []rune
	style, notation, signDisplay string
	currencySign                 string
	pattern                      numberPattern
	minGroup                     int // digits before the first group for it to be one; 0: no groups
	group, point                 string
	minus, plus                  part
	forms                        bool // plural categories are wanted
	rounding
	options settings
}

// rounding is ECMA-402's digit options.
type rounding struct {
	minWhole, minFraction, maxFraction, minDigits, maxDigits, increment int
	kind, mode                                                          string // kind: fractionDigits, significantDigits, morePrecision, lessPrecision
	strip                                                               bool   // stripIfInteger
}

func newNumberFormat(o settings) *numberFormat {
	n := &numberFormat{l: dataOf(o["locale"]), ns: o["numberingSystem"], style: o["style"], notation: o["notation"], signDisplay: o["signDisplay"], options: o}
	n.digits = digitsOf(n.ns)
	n.symbolsOf = n.ns
	if _, ok := n.l.lookup(numbers, n.ns+".decimal"); !ok {
		if _, ok := n.l.lookup(numbers, n.ns+".sym.decimal"); !ok {
			n.symbolsOf = "latn"
		}
		n.ns = "latn"
	}
	n.rounding = rounding{o.number("minimumIntegerDigits"), o.number("minimumFractionDigits"), o.number("maximumFractionDigits"),
		o.number("minimumSignificantDigits"), o.number("maximumSignificantDigits"), o.number("roundingIncrement"),
		o["rounding"], o["roundingMode"], o["trailingZeroDisplay"] == "stripIfInteger"}
	n.group, n.point = n.symbol("group"), n.symbol("decimal")
	n.minus, n.plus = part{"minusSign", n.symbol("minusSign")}, part{"plusSign", n.symbol("plusSign")}
	n.forms = n.style == "unit" || o["currencyDisplay"] == "name"
	n.choosePattern()
	n.chooseGrouping()
	return n
}

func digitsOf(system string) []rune {
	if digits, ok := general(numberings, system); ok {
		return []rune(digits)
	}
	return []rune("0123456789")
}

func (n *numberFormat) symbol(name string) string { return n.l.get(numbers, n.symbolsOf+".sym."+name) }

func (n *numberFormat) choosePattern() {
	kind := "decimal"
	switch o := n.options; {
	case n.style == "percent", o["unit"] == "percent" && o["unitDisplay"] != "long":
		kind = "percent"
	case n.style == "currency":
		n.group = n.l.first(numbers, n.symbolsOf+".sym.currencyGroup", n.symbolsOf+".sym.group")
		n.point = n.l.first(numbers, n.symbolsOf+".sym.currencyDecimal", n.symbolsOf+".sym.decimal")
		if o["currencyDisplay"] == "name" {
			break
		}
		kind = "currency"
		if o["currencySign"] == "accounting" {
			kind = "accounting"
		}
		n.currencySign = n.currencySymbol(o["currency"], o["currencyDisplay"])
	}
	n.pattern = parseNumberPattern(n.l.get(numbers, n.ns+"."+kind))
	n.chooseOwnPattern(n.options["currency"])
}

// chooseOwnPattern: some currencies are written in a way of their own, with
// the symbols of the locale that says so. ICU then has the sign with the name,
// too.
func (n *numberFormat) chooseOwnPattern(currency string) {
	if n.style != "currency" || n.options["currencySign"] == "accounting" {
		return
	}
	for of := n.l; of != nil; of = of.parent {
		pattern, ok := "", false
		if of.sizes[currencies] > 0 {
			pattern, ok = row(of.text(currencies), currency+".p")
		}
		if !ok {
			continue
		}
		if pattern != gone {
			n.pattern = parseNumberPattern(pattern)
			n.group, n.point = of.get(numbers, n.symbolsOf+".sym.group"), of.get(numbers, n.symbolsOf+".sym.decimal")
			n.currencySign = n.currencySymbol(currency, strings.Replace(n.options["currencyDisplay"], "name", "symbol", 1))
		}
		return
	}
}

func (n *numberFormat) currencySymbol(code, display string) string {
	keys := []string{code + ".s"}
	switch display {
	case "code":
		return code
	case "narrowSymbol":
		keys = []string{code + ".n", code + ".s"}
	}
	if s := n.l.first(currencies, keys...); s != "" {
		return s
	}
	return code
}

// chooseGrouping: minimumGroupingDigits is how many digits must stand before
// the first separator.
func (n *numberFormat) chooseGrouping() {
	least, _ := strconv.Atoi(n.l.get(numbers, "min"))
	switch n.options["useGrouping"] {
	case "always":
		least = 1
	case "min2":
		least = max(least, 2)
	case "false":
		n.minGroup = 0
		return
	}
	n.minGroup = least
	if n.options["useGrouping"] == "always" && n.pattern.primary == 0 {
		n.pattern.primary, n.pattern.secondary = 3, 3
	}
	if n.pattern.primary == 0 {
		n.minGroup = 0
	}
}

// formatted is a number between what stands around it, in three layers, which
// a range may share.
type formatted struct {
	value          decimal
	number         []part // digits, and the exponent of scientific notation
	before, after  []part // sign, currency, percent, what compact notation appends
	sign           part
	form           string // plural category, which chooses:
	outerL, outerR []part // a unit, a currency's name
	silent         bool   // the pattern says the number with a word
}

func (f formatted) parts() []part { return concat(f.outerL, f.before, f.number, f.after, f.outerR) }

func concat(lists ...[]part) []part {
	var all []part
	for _, list := range lists {
		for _, p := range list {
			mark := strings.HasSuffix(p.kind, "Sign") && strings.IndexFunc(p.text, isMark) == 0
			switch n := len(all); {
			case p.text == "":
			case mark: // signs have none of their own
				r, size := utf8.DecodeRuneInString(p.text)
				all = concat(all, []part{{"literal", string(r)}, {p.kind, p.text[size:]}})
			case n > 0 && p.kind == "literal" && all[n-1].kind == "literal":
				all[n-1].text += p.text
			default:
				all = append(all, p)
			}
		}
	}
	return all
}

// isMark: of the direction of writing.
func isMark(r rune) bool { return r == '\u200e' || r == '\u200f' || r == '\u061c' }

func (n *numberFormat) format(d decimal) formatted {
	if n.style == "percent" {
		d = d.shift(2)
	}
	var (
		exponent int
		shown    digitText
		pattern  = n.pattern
		kind     = "literal"
	)
	switch {
	case d.special != "":
	case n.notation == "scientific", n.notation == "engineering":
		d, exponent = n.adjust(d, n.scientificMultiplier)
	case n.notation == "compact":
		d, exponent = n.adjust(d, n.compactMultiplier)
	default:
		d = n.round(d)
	}
	f := formatted{value: d.shift(exponent)}
	if d.special == "" {
		shown = d.show(n.minWhole, n.shownFraction(d))
	}
	if n.notation == "compact" {
		if text := n.compactPattern(d, shown, exponent); text != "" {
			pattern, kind = parseNumberPattern(text), "compact"
			f.silent = pattern.zeros == 0
		}
	}
	f.number = n.digitParts(d, shown, exponent)
	f.sign = n.signOf(d)
	n.affixes(&f, pattern, kind)
	n.surround(&f, d, shown, exponent)
	if f.silent {
		f.number = nil
	}
	return f
}

// adjust finds by which power of ten a number is divided, again when rounding
// makes it ten times as large.
func (n *numberFormat) adjust(d decimal, multiplier func(magnitude int) int) (decimal, int) {
	magnitude := d.magnitude()
	m := multiplier(magnitude)
	rounded := n.round(d.shift(m))
	if !rounded.zero() && rounded.magnitude() != magnitude+m {
		if again := multiplier(magnitude + 1); again != m {
			rounded, m = n.round(rounded.shift(again-m)), again
		}
	}
	return rounded, -m
}

func (n *numberFormat) scientificMultiplier(magnitude int) int {
	if n.notation == "scientific" {
		return -magnitude
	}
	return -(magnitude - ((magnitude%3)+3)%3)
}

func (n *numberFormat) roundingPlaces(d decimal) (fraction, significant int) {
	fraction = -n.maxFraction
	significant = d.magnitude() - n.maxDigits + 1
	return fraction, significant
}

func (n *numberFormat) round(d decimal) decimal {
	fraction, significant := n.roundingPlaces(d)
	at := fraction
	switch n.kind {
	case "significantDigits":
		at = significant
	case "morePrecision":
		at = min(fraction, significant)
	case "lessPrecision":
		at = max(fraction, significant)
	}
	return d.round(at, n.increment, n.mode)
}

// shownFraction is how many fraction digits a rounded number has at least.
func (n *numberFormat) shownFraction(d decimal) int {
	fraction, significant := n.roundingPlaces(d)
	bySignificant := max(n.minDigits-d.magnitude()-1, 0)
	if n.strip && d.point >= len(d.digits) {
		return 0
	}
	switch n.kind {
	case "significantDigits":
		return bySignificant
	case "morePrecision":
		if significant <= fraction {
			return bySignificant
		}
	case "lessPrecision":
		if significant > fraction {
			return bySignificant
		}
	}
	return n.minFraction
}

func (n *numberFormat) signOf(d decimal) part {
	minus, plus := n.minus, n.plus
	zero := d.zero() || d.special == "NaN"
	switch n.signDisplay {
	case "never":
		return part{}
	case "always":
		if !d.negative {
			return plus
		}
	case "exceptZero":
		if zero {
			return part{}
		}
		if !d.negative {
			return plus
		}
	case "negative":
		if zero {
			return part{}
		}
	}
	if d.negative {
		return minus
	}
	return part{}
}

// affixes chooses between the positive and the negative half of the pattern.
func (n *numberFormat) affixes(f *formatted, p numberPattern, kind string) {
	prefix, suffix := p.prefix, p.suffix
	switch {
	case f.sign.kind == "":
	case p.negative && (f.sign.kind == "minusSign" || strings.Contains(p.negPrefix+p.negTail, "-")):
		prefix, suffix = p.negPrefix, p.negTail
	default:
		prefix = "-" + prefix
	}
	f.before, f.after = n.spaced(n.affix(prefix, f.sign, kind), f.number, n.affix(suffix, f.sign, kind))
}

// digitParts is a number without sign.
func (n *numberFormat) digitParts(d decimal, shown digitText, exponent int) []part {
	switch d.special {
	case "NaN":
		return []part{{"nan", n.symbol("nan")}}
	case "∞":
		return []part{{"infinity", n.symbol("infinity")}}
	}
	parts := n.grouped(shown.whole)
	if shown.fraction != "" {
		parts = append(parts, part{"decimal", n.point}, part{"fraction", n.translate(shown.fraction)})
	}
	if n.notation == "scientific" || n.notation == "engineering" {
		parts = append(parts, part{"exponentSeparator", n.symbol("exponential")})
		if exponent < 0 {
			parts = append(parts, part{"exponentMinusSign", n.symbol("minusSign")})
		}
		parts = append(parts, part{"exponentInteger", n.translate(strconv.Itoa(max(exponent, -exponent)))})
	}
	return parts
}

// translate writes ASCII digits in those of the numbering system.
func (n *numberFormat) translate(ascii string) string { return translateDigits(n.digits, ascii) }

func translateDigits(digits []rune, ascii string) string {
	if len(digits) != 10 || digits[0] == '0' {
		return ascii
	}
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return digits[r-'0']
		}
		return r
	}, ascii)
}

func (n *numberFormat) grouped(whole string) []part {
	if whole == "" {
		whole = "0"
	}
	if n.minGroup == 0 || len(whole) < n.pattern.primary+n.minGroup {
		return []part{{"integer", n.translate(whole)}}
	}
	cuts := []int{len(whole)}
	for at := len(whole) - n.pattern.primary; at > 0; at -= n.pattern.secondary {
		cuts = append(cuts, at)
	}
	var parts []part
	from := 0
	for i := len(cuts) - 1; i >= 0; i-- {
		if from > 0 {
			parts = append(parts, part{"group", n.group})
		}
		parts = append(parts, part{"integer", n.translate(whole[from:cuts[i]])})
		from = cuts[i]
	}
	return parts
}
