package intl

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// part is a piece of formatted text, of one of ECMA-402's types.
type part struct{ kind, text string }

// numberPattern is one of UTS #35's, part 3: "#,##0.00 ¤;(#,##0.00 ¤)".
type numberPattern struct {
	prefix, suffix     string
	negative           bool // has its own:
	negPrefix, negTail string
	primary, secondary int // sizes of groups; 0 is none
	zeros              int // integer digits
}

func parseNumberPattern(text string) numberPattern {
	positive, negative := cutUnquoted(text, ';')
	prefix, body, suffix := splitBody(positive)
	p := numberPattern{prefix: prefix, suffix: suffix}
	whole, _, _ := strings.Cut(body, ".")
	p.zeros = strings.Count(whole, "0")
	groups := strings.Split(whole, ",")
	if n := len(groups); n > 1 {
		p.primary = len(groups[n-1])
		p.secondary = p.primary
		if n > 2 {
			p.secondary = len(groups[n-2])
		}
	}
	if negative != "" {
		p.negative = true
		p.negPrefix, _, p.negTail = splitBody(negative)
	}
	return p
}

func cutUnquoted(text string, at byte) (before, after string) {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '\'':
			quoted = !quoted
		case text[i] == at && !quoted:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

func splitBody(text string) (prefix, body, suffix string) {
	quoted, from, to := false, -1, len(text)
	for i := range len(text) {
		if text[i] == '\'' {
			quoted = !quoted
		}
		isBody := !quoted && strings.IndexByte("#0,.@", text[i]) >= 0
		if isBody && from < 0 {
			from = i
		}
		if !isBody && from >= 0 {
			to = i
			break
		}
	}
	if from < 0 {
		return text, "", ""
	}
	return text[:from], text[from:to], text[to:]
}

// affix writes what stands before or behind a number. sign is what takes the
// place of '-', kind the type of ordinary text.
func (n *numberFormat) affix(pattern string, sign part, kind string) []part {
	var parts []part
	quoted := false
	for i, r := range pattern {
		switch {
		case r == '\'':
			if quoted && strings.HasPrefix(pattern[i+1:], "'") {
				parts = appendText(parts, kind, "'")
			}
			quoted = !quoted
		case quoted:
			parts = appendText(parts, kind, string(r))
		case r == '-':
			parts = append(parts, sign)
		case r == '+':
			parts = append(parts, part{"plusSign", n.symbol("plusSign")})
		case r == '%':
			parts = append(parts, part{n.percentKind(), n.symbol("percentSign")})
		case r == '¤':
			parts = append(parts, part{"currency", n.currencySign})
		default:
			parts = appendText(parts, kind, string(r))
		}
	}
	return parts
}

func (n *numberFormat) percentKind() string {
	if n.style == "unit" {
		return "unit"
	}
	return "percentSign"
}

// appendText joins runs of a type, and makes spaces literals.
func appendText(parts []part, kind, text string) []part {
	if r, _ := utf8.DecodeRuneInString(text); unicode.IsSpace(r) {
		kind = "literal"
	}
	if n := len(parts); n > 0 && parts[n-1].kind == kind {
		parts[n-1].text += text
		return parts
	}
	return append(parts, part{kind, text})
}

// spaced puts a space between a currency that ends in a letter and the number
// beside it.
func (n *numberFormat) spaced(before, number, after []part) (prefix, suffix []part) {
	isDigit := func(p part, at func(string) (rune, int)) bool {
		r, _ := at(p.text)
		return unicode.IsDigit(r)
	}
	isSign := func(p part, at func(string) (rune, int)) bool {
		r, _ := at(p.text)
		return p.kind == "currency" && !unicode.IsSymbol(r) && !unicode.In(r, unicode.Z)
	}
	if k := len(before); k > 0 && isSign(before[k-1], utf8.DecodeLastRuneInString) && isDigit(number[0], utf8.DecodeRuneInString) {
		before = append(before, part{"literal", n.l.get(numbers, n.ns+".spaceBefore")})
	}
	if len(after) > 0 && isSign(after[0], utf8.DecodeRuneInString) && isDigit(number[len(number)-1], utf8.DecodeLastRuneInString) {
		after = append([]part{{"literal", n.l.get(numbers, n.ns+".spaceAfter")}}, after...)
	}
	return before, after
}
