package intl

import (
	"math"
	"strings"
	"sync"

	"stockade.dev/stockade/workerproc/engine"
)

// mu guards all that is kept between calls. A process has one Worker; tests
// have more.
var mu sync.Mutex

// Ops are what parts/intl*.js call. Settings are the resolved options of an
// object, as text (parseSettings); what is made of them is kept by that text.
func Ops() map[string]engine.Op {
	all := map[string]engine.Op{}
	for _, group := range []map[string]engine.Op{localeOps, numberOps, dateOps, textOps} {
		for name, op := range group {
			all[name] = func(args []any) (any, error) {
				mu.Lock()
				defer mu.Unlock()
				return op(args)
			}
		}
	}
	return all
}

func text(args []any, i int) string {
	if i < len(args) {
		s, _ := args[i].(string)
		return s
	}
	return ""
}

func number(args []any, i int) float64 {
	if i < len(args) {
		if f, ok := args[i].(float64); ok {
			return f
		}
	}
	return math.NaN()
}

func flag(args []any, i int) bool {
	if i < len(args) {
		b, _ := args[i].(bool)
		return b
	}
	return false
}

func texts(args []any, i int) []string {
	var out []string
	if i < len(args) {
		list, _ := args[i].([]any)
		for _, v := range list {
			s, _ := v.(string)
			out = append(out, s)
		}
	}
	return out
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// kept holds what was made of settings. The oldest aren't known: when there
// are too many, all go.
type kept[T any] map[string]T

const maxKept = 64

func (k kept[T]) get(text string, make func(settings) T) T {
	if v, ok := k[text]; ok {
		return v
	}
	if len(k) >= maxKept {
		clear(k)
	}
	v := make(parseSettings(text))
	k[strings.Clone(text)] = v
	return v
}

// flatten: type, text, type, text, …
func flatten(parts []part) []any {
	out := make([]any, 0, 2*len(parts))
	for _, p := range parts {
		out = append(out, p.kind, p.text)
	}
	return out
}

// flattenRange: type, text, source, …
func flattenRange(parts []rangePart) []any {
	out := make([]any, 0, 3*len(parts))
	for _, p := range parts {
		out = append(out, p.kind, p.text, p.source)
	}
	return out
}

func rangeText(parts []rangePart) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

var numberFormats = kept[*numberFormat]{}

func numberFormatOf(args []any) *numberFormat {
	return numberFormats.get(text(args, 0), newNumberFormat)
}

var numberOps = map[string]engine.Op{
	// A number comes as its decimal text, String(x).
	"intlNumber": func(args []any) (any, error) {
		return textOf(numberFormatOf(args).format(parseDecimal(text(args, 1))).parts()), nil
	},
	"intlNumberParts": func(args []any) (any, error) {
		return flatten(numberFormatOf(args).format(parseDecimal(text(args, 1))).parts()), nil
	},
	"intlNumberRange": func(args []any) (any, error) {
		return rangeText(numberFormatOf(args).formatRange(parseDecimal(text(args, 1)), parseDecimal(text(args, 2)))), nil
	},
	"intlNumberRangeParts": func(args []any) (any, error) {
		return flattenRange(numberFormatOf(args).formatRange(parseDecimal(text(args, 1)), parseDecimal(text(args, 2)))), nil
	},
	"intlTimeSeparator": func(args []any) (any, error) {
		return dataOf(text(args, 0)).first(numbers, text(args, 1)+".sym.timeSeparator", "latn.sym.timeSeparator"), nil
	},
	"intlCurrencyDigits": func(args []any) (any, error) {
		if digits, ok := general(fractions, text(args, 0)); ok {
			return int(parseDecimal(digits).operandsWhole()), nil
		}
		return 2, nil
	},
	"intlPlural": func(args []any) (any, error) {
		n := numberFormatOf(args)
		return n.plural(parseDecimal(text(args, 1))), nil
	},
	"intlPluralRange": func(args []any) (any, error) {
		n := numberFormatOf(args)
		a, b := n.plural(parseDecimal(text(args, 1))), n.plural(parseDecimal(text(args, 2)))
		return pluralRange(n.l, a, b), nil
	},
	"intlPluralForms": func(args []any) (any, error) {
		return anys(pluralForms(dataOf(text(args, 0)), text(args, 1))), nil
	},
}

func (d decimal) operandsWhole() uint64 { return d.show(1, 0).operands(0).i }

// plural is the category of a number as it would be shown.
func (n *numberFormat) plural(d decimal) string {
	if d.special != "" {
		return "other"
	}
	exponent := 0
	switch n.notation {
	case "scientific", "engineering":
		d, exponent = n.adjust(d, n.scientificMultiplier)
	case "compact":
		d, exponent = n.adjust(d, n.compactMultiplier)
	default:
		d = n.round(d)
	}
	return pluralForm(n.l, n.options["plural"], d.show(n.minWhole, n.shownFraction(d)).operands(max(exponent, 0)))
}

var dateFormats = kept[*dateFormat]{}

func dateFormatOf(args []any) *dateFormat { return dateFormats.get(text(args, 0), newDateFormat) }

// milliseconds is a time that the runtime has checked.
func milliseconds(args []any, i int) int64 {
	ms := number(args, i)
	if !(math.Abs(ms) <= 8.64e15) {
		return 0
	}
	return int64(ms)
}

var dateOps = map[string]engine.Op{
	"intlDate": func(args []any) (any, error) {
		return textOf(dateFormatOf(args).format(milliseconds(args, 1))), nil
	},
	"intlDateParts": func(args []any) (any, error) {
		return flatten(dateFormatOf(args).format(milliseconds(args, 1))), nil
	},
	"intlDateRange": func(args []any) (any, error) {
		return rangeText(dateFormatOf(args).formatRange(milliseconds(args, 1), milliseconds(args, 2))), nil
	},
	"intlDateRangeParts": func(args []any) (any, error) {
		return flattenRange(dateFormatOf(args).formatRange(milliseconds(args, 1), milliseconds(args, 2))), nil
	},
	// The components of the pattern, then the hour cycle or "".
	"intlDateResolved": func(args []any) (any, error) {
		f := dateFormatOf(args)
		return append(f.resolved(), "hourCycle", cycleIn(f.pattern)), nil
	},
	"intlZone": func(args []any) (any, error) {
		if z, ok := zoneNamed(text(args, 0)); ok {
			return z.name, nil
		}
		return nil, nil
	},
	"intlHourCycles": func(args []any) (any, error) { return anys(hourCycles(text(args, 0))), nil },
}
