package intl

import (
	"strconv"
	"strings"
)

// decimal is a number as its decimal digits: 0.d₁d₂d₃… × 10^point. Zero has no
// digits. The digits have no zero at either end.
type decimal struct {
	negative bool
	digits   string
	point    int
	special  string // "∞" or "NaN"; then nothing else but the sign counts
}

// maxDigits bounds what a number of a tenant makes us write: the largest
// double has 309 digits, and text of more than this many is no number.
const maxDigits = 3000

// parseDecimal reads what String(x) gives for a Number or BigInt, and the text
// of a decimal number. Anything else is NaN.
func parseDecimal(text string) decimal {
	d := decimal{}
	switch {
	case strings.HasPrefix(text, "-"):
		d.negative, text = true, text[1:]
	case strings.HasPrefix(text, "+"):
		text = text[1:]
	}
	if text == "Infinity" {
		d.special = "∞"
		return d
	}
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	e, err := 0, error(nil)
	if hasExponent {
		e, err = strconv.Atoi(exponent)
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if err != nil || whole+fraction == "" || !numeric(whole+fraction) || len(mantissa) > maxDigits || e > maxDigits || e < -maxDigits {
		return decimal{special: "NaN"}
	}
	d.digits, d.point = whole+fraction, len(whole)+e
	return d.trim()
}

func (d decimal) trim() decimal {
	n := len(d.digits)
	d.digits = strings.TrimLeft(d.digits, "0")
	d.point -= n - len(d.digits)
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		d.point = 0
	}
	return d
}

func (d decimal) zero() bool { return d.special == "" && d.digits == "" }

// magnitude is the exponent of the first digit: 0 for 1 to 9, 0 for zero.
func (d decimal) magnitude() int {
	if d.zero() {
		return 0
	}
	return d.point - 1
}

func (d decimal) shift(n int) decimal {
	if d.digits != "" {
		d.point += n
	}
	return d
}

// digit is that of 10^n.
func (d decimal) digit(n int) byte {
	i := d.point - 1 - n
	if i < 0 || i >= len(d.digits) {
		return '0'
	}
	return d.digits[i]
}

// round keeps the digits down to that of 10^at, which it makes a multiple of
// increment.
func (d decimal) round(at, increment int, mode string) decimal {
	if d.special != "" || d.zero() {
		return d
	}
	if increment > 1 {
		return d.roundIncrement(at, increment, mode)
	}
	keep := d.point - at
	if keep >= len(d.digits) {
		return d
	}
	kept, rest := "", d.digits
	if keep > 0 {
		kept, rest = d.digits[:keep], d.digits[keep:]
	} else {
		rest = strings.Repeat("0", min(-keep, 2)) + rest
	}
	half := strings.Compare(rest, "5")
	odd := kept != "" && (kept[len(kept)-1]-'0')%2 == 1
	if !roundsUp(mode, d.negative, half, odd) {
		return decimal{negative: d.negative, digits: kept, point: d.point}.trim()
	}
	return increase(d, kept, at)
}

// increase adds one to the last of the kept digits, which is that of 10^at.
func increase(d decimal, kept string, at int) decimal {
	b := []byte(kept)
	i := len(b) - 1
	for i >= 0 && b[i] == '9' {
		b[i] = '0'
		i--
	}
	if i >= 0 {
		b[i]++
	} else {
		b = append([]byte{'1'}, b...)
	}
	return decimal{negative: d.negative, digits: string(b), point: at + len(b)}.trim()
}

// roundIncrement rounds to a multiple of increment × 10^at.
func (d decimal) roundIncrement(at, increment int, mode string) decimal {
	remainder := 0
	quotient := make([]byte, 0, max(d.point-at, 1))
	for n := d.point - 1; n >= at; n-- {
		remainder = remainder*10 + int(d.digit(n)-'0')
		quotient = append(quotient, byte('0'+remainder/increment))
		remainder %= increment
	}
	more := strings.TrimRight(d.digits[min(max(d.point-at, 0), len(d.digits)):], "0") != ""
	if remainder != 0 || more {
		half := 2*remainder - increment
		switch rest := d.digits[min(max(d.point-at, 0), len(d.digits)):]; {
		case half == -1 && d.point >= at:
			half = strings.Compare(rest, "5")
		case half == 0 && more:
			half = 1
		}
		odd := len(quotient) > 0 && (quotient[len(quotient)-1]-'0')%2 == 1
		if roundsUp(mode, d.negative, half, odd) {
			quotient = []byte(increase(decimal{}, string(quotient), 0).text())
		}
	}
	product := timesSmall(quotient, increment)
	return decimal{negative: d.negative, digits: product, point: at + len(product)}.trim()
}

// text is the digits of a whole number.
func (d decimal) text() string { return d.digits + strings.Repeat("0", max(d.point-len(d.digits), 0)) }

func timesSmall(digits []byte, factor int) string {
	carry := 0
	out := make([]byte, len(digits))
	for i := len(digits) - 1; i >= 0; i-- {
		carry += int(digits[i]-'0') * factor
		out[i] = byte('0' + carry%10)
		carry /= 10
	}
	return strconv.Itoa(carry) + string(out)
}

// roundsUp decides by ECMA-402's rounding modes; half is how the rest
// compares with a half.
func roundsUp(mode string, negative bool, half int, odd bool) bool {
	switch mode {
	case "ceil":
		return !negative
	case "floor":
		return negative
	case "expand":
		return true
	case "trunc":
		return false
	case "halfCeil":
		return half > 0 || half == 0 && !negative
	case "halfFloor":
		return half > 0 || half == 0 && negative
	case "halfTrunc":
		return half > 0
	case "halfEven":
		return half > 0 || half == 0 && odd
	}
	return half >= 0
}

// digitText is a rounded number as it is shown, in ASCII digits.
type digitText struct{ whole, fraction string }

// show writes at least so many digits before and after the point.
func (d decimal) show(wholeDigits, fractionDigits int) digitText {
	whole, fraction := "", ""
	switch {
	case d.point <= 0:
		if d.digits != "" {
			fraction = strings.Repeat("0", -d.point) + d.digits
		}
	case d.point >= len(d.digits):
		whole = d.text()
	default:
		whole, fraction = d.digits[:d.point], d.digits[d.point:]
	}
	whole = strings.Repeat("0", max(wholeDigits-len(whole), 0)) + whole
	return digitText{whole, fraction + strings.Repeat("0", max(fractionDigits-len(fraction), 0))}
}

// operands of a number that is shown like this.
func (t digitText) operands(exponent int) operands {
	whole, fraction := t.whole, t.fraction
	if exponent > 0 {
		moved := fraction + strings.Repeat("0", max(exponent-len(fraction), 0))
		whole, fraction = whole+moved[:exponent], strings.TrimRight(moved[exponent:], "0")
	}
	o := operands{c: exponent, v: len(fraction)}
	whole = strings.TrimLeft(whole, "0")
	o.huge = len(whole) > 18
	o.i = lastDigits(whole)
	o.f = lastDigits(fraction)
	trimmed := strings.TrimRight(fraction, "0")
	o.t, o.w = lastDigits(trimmed), len(trimmed)
	return o
}

func lastDigits(s string) uint64 {
	n, _ := strconv.ParseUint(s[max(len(s)-18, 0):], 10, 64)
	return n
}
