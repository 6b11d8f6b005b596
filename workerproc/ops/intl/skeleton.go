package intl

import (
	"slices"
	"strings"
)

// The fields of a date, in the order of UTS #35's skeletons. Those before
// dayPeriod are of the date, the others of the time.
const (
	era = iota
	year
	quarter
	month
	week
	weekOfMonth
	weekday
	dayOfYear
	weekdayOfMonth
	day
	dayPeriod
	hour
	minute
	second
	fraction
	zone
	fieldCount
)

const (
	dateMask = 1<<dayPeriod - 1
	timeMask = 1<<fieldCount - 1 - dateMask
)

// Kinds of a field: text of some width, or a number, to which its digits are
// added. Letters for the same in other contexts are a delta apart.
const (
	numericKind = 0x100
	narrowKind  = -0x101
	shorterKind = -0x102
	shortKind   = -0x103
	longKind    = -0x104
	delta       = 0x10
)

// letters says of each pattern letter which field it is, how far from the
// field's first letter (in deltas), and whether its short forms are numbers.
var letters = map[byte]struct {
	field, away int
	short       string // "n": one and two letters are a number; "t": text; "N": any number of letters is one
}{
	'G': {era, 0, "t"}, 'y': {year, 0, "N"}, 'Y': {year, 1, "N"}, 'u': {year, 2, "N"}, 'r': {year, 3, "N"}, 'U': {year, 0, "t"},
	'Q': {quarter, 0, "n"}, 'q': {quarter, 1, "n"}, 'M': {month, 0, "n"}, 'L': {month, 1, "n"},
	'w': {week, 0, "N"}, 'W': {weekOfMonth, 0, "N"}, 'E': {weekday, 0, "t"}, 'c': {weekday, 2, "n"}, 'e': {weekday, 1, "n"},
	'd': {day, 0, "N"}, 'D': {dayOfYear, 0, "N"}, 'F': {weekdayOfMonth, 0, "N"}, 'g': {day, 1, "N"},
	'a': {dayPeriod, 0, "t"}, 'b': {dayPeriod, 1, "t"}, 'B': {dayPeriod, 3, "t"},
	'h': {hour, 0, "N"}, 'K': {hour, 1, "N"}, 'H': {hour, 10, "N"}, 'k': {hour, 11, "N"},
	'm': {minute, 0, "N"}, 's': {second, 0, "N"}, 'A': {second, 1, "N"}, 'S': {fraction, 0, "N"},
	'v': {zone, 2, "t"}, 'z': {zone, 0, "t"}, 'Z': {zone, 1, "t"}, 'O': {zone, 1, "t"}, 'V': {zone, 1, "t"}, 'X': {zone, 1, "t"}, 'x': {zone, 1, "t"},
}

// kindOf returns a run of letters' field and kind; base is the shortest run
// that means the same.
func kindOf(letter byte, n int) (field, kind int, base string, ok bool) {
	l, ok := letters[letter]
	if !ok {
		return 0, 0, "", false
	}
	if l.short == "N" || l.short == "n" && n < 3 {
		return l.field, numericKind + l.away*delta + n, string(letter), true
	}
	kind, width := shortKind, 3
	switch {
	case n == 4:
		kind, width = longKind, 4
	case n == 5:
		kind, width = narrowKind, 5
	case n == 6:
		kind, width = shorterKind, 6
	case l.short == "t":
		width = 1
	}
	return l.field, kind - l.away*delta, strings.Repeat(string(letter), width), true
}

// run is a field of a pattern, or text (letter 0).
type run struct {
	letter byte
	n      int
	text   string
}

// runs cuts a pattern into fields and what stands between.
func runs(pattern string) []run {
	var out []run
	quoted := false
	text := func(s string) {
		if n := len(out); n > 0 && out[n-1].letter == 0 {
			out[n-1].text += s
		} else {
			out = append(out, run{text: s})
		}
	}
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\'' && i+1 < len(pattern) && pattern[i+1] == '\'':
			text("'")
			i++
		case c == '\'':
			quoted = !quoted
		case !quoted && alphabetic(pattern[i:i+1]):
			if n := len(out); n > 0 && out[n-1].letter == c {
				out[n-1].n++
			} else {
				out = append(out, run{letter: c, n: 1})
			}
		default:
			text(pattern[i : i+1]) // bytes of a character follow each other
		}
	}
	return out
}

// unruns writes a pattern again.
func unruns(list []run) string {
	var b strings.Builder
	for _, r := range list {
		switch {
		case r.letter != 0:
			b.WriteString(strings.Repeat(string(r.letter), r.n))
		case strings.ContainsFunc(r.text, func(c rune) bool { return c < 128 && alphabetic(string(c)) || c == '\'' }):
			rest := strings.TrimLeft(r.text, "'")
			b.WriteString(strings.Repeat("''", len(r.text)-len(rest)))
			if rest != "" {
				b.WriteString("'" + strings.ReplaceAll(rest, "'", "''") + "'")
			}
		default:
			b.WriteString(r.text)
		}
	}
	return b.String()
}

// skeleton is which fields there are, and how each is written.
type skeleton struct {
	kinds   [fieldCount]int
	letter  [fieldCount]byte
	lengths [fieldCount]int
	base    [fieldCount]string
	anyHour bool // the locale decides how wide hours are
}

func skeletonOf(pattern string) skeleton {
	var s skeleton
	for _, r := range runs(pattern) {
		if r.letter != 0 {
			s.set(r.letter, r.n)
		}
	}
	if s.lengths[minute] > 0 && s.lengths[fraction] > 0 && s.lengths[second] == 0 {
		s.set('s', 1)
	}
	switch {
	case s.lengths[hour] == 0:
	case s.letter[hour] == 'h' || s.letter[hour] == 'K':
		if s.lengths[dayPeriod] == 0 {
			s.set('a', 1)
		}
	default:
		s.kinds[dayPeriod], s.letter[dayPeriod], s.lengths[dayPeriod], s.base[dayPeriod] = 0, 0, 0, ""
	}
	return s
}

func (s *skeleton) set(letter byte, n int) {
	if field, kind, base, ok := kindOf(letter, n); ok {
		s.kinds[field], s.letter[field], s.lengths[field], s.base[field] = kind, letter, n, base
	}
}

func (s skeleton) key() string { return strings.Join(s.base[:], "") }

func (s skeleton) mask() int {
	m := 0
	for i, n := range s.lengths {
		if n > 0 {
			m |= 1 << i
		}
	}
	return m
}

// distance says how far another skeleton's pattern is from what is wanted of
// this one's fields, and which of them it lacks or has besides.
func (s skeleton) distance(other skeleton, include int) (d, missing, extra int) {
	for i := range fieldCount {
		mine := s.kinds[i]
		if include&(1<<i) == 0 {
			mine = 0
		}
		switch theirs := other.kinds[i]; {
		case mine == theirs:
		case mine == 0:
			d += 0x10000
			extra |= 1 << i
		case theirs == 0:
			d += 0x1000
			missing |= 1 << i
		default:
			d += max(mine-theirs, theirs-mine)
		}
	}
	return d, missing, extra
}

// known is a pattern of the locale with its skeleton.
type known struct {
	skeleton
	pattern   string
	specified bool // the data names the skeleton
}

// generator makes patterns for skeletons out of a locale's (UTS #35, part 4,
// section 2.6.2.2).
type generator struct {
	l         *locale
	prefix    string // "g." for calendars other than the Gregorian
	patterns  []known
	intervals []string
}

func newGenerator(l *locale, prefix string) *generator {
	g := &generator{l: l, prefix: prefix}
	for _, c := range []string{"G", "y", "Q", "M", "w", "W", "E", "D", "F", "d", "a", "H", "m", "s", "S", "v"} {
		g.add(c, "", false)
	}
	for _, style := range []string{"full", "long", "medium", "short"} {
		g.add(l.get(dates, prefix+"date."+style), "", false)
		g.add(l.get(dates, "time."+style), "", false)
	}
	seen := map[string]string{}
	var order []string
	collect := func(key, value string) {
		if _, ok := seen[key]; !ok {
			order = append(order, key)
		}
		seen[key] = value
	}
	if prefix != "" {
		l.each(dates, "skeleton.", func(key, value string) {
			if skeletonOf(key).mask()&dateMask == 0 {
				collect(key, value)
			}
		})
	}
	l.each(dates, prefix+"skeleton.", collect)
	for _, key := range order {
		if seen[key] != gone {
			g.add(seen[key], key, true)
		}
	}
	return g
}

// add adds a pattern of a skeleton, by default its own. One that the locale
// names takes the place of any other.
func (g *generator) add(pattern, of string, override bool) {
	s := skeletonOf(pattern)
	if of != "" {
		s = skeletonOf(of)
	}
	if s.mask() == 0 {
		return
	}
	for i, k := range g.patterns {
		if k.key() == s.key() && !k.specified && !override {
			return
		}
		if k.kinds == s.kinds {
			if override && !k.specified {
				g.patterns[i] = known{s, pattern, of != ""}
			}
			return
		}
	}
	g.patterns = append(g.patterns, known{s, pattern, of != ""})
}

// nearest returns the pattern that is closest to the included fields; of two
// that are as close, that which lacks the smaller field.
func (g *generator) nearest(want skeleton, include int) (best known, missing, extra int) {
	least := 1 << 30
	for _, k := range g.patterns {
		if d, m, e := want.distance(k.skeleton, include); d < least || d == least && m > missing {
			best, missing, extra, least = k, m, e, d
		}
	}
	return best, missing, extra
}

// best returns a pattern for a skeleton, which says how wide hours are.
func (g *generator) best(text string) string { return g.pattern(skeletonOf(text)) }

// usual leaves the width of hours to the locale, as ICU does for ranges.
func (g *generator) usual(text string) string {
	want := skeletonOf(text)
	want.anyHour = true
	return g.pattern(want)
}

func (g *generator) pattern(want skeleton) string {
	k, missing, extra := g.nearest(want, 1<<fieldCount-1)
	if missing == 0 && extra == 0 {
		return g.adjust(k, want, false)
	}
	date := g.appending(want, want.mask()&dateMask)
	time := g.appending(want, want.mask()&timeMask)
	switch {
	case date == "":
		return time
	case time == "":
		return date
	}
	return strings.NewReplacer("{0}", time, "{1}", date).Replace(g.join(want))
}

// join is how the locale puts a date and a time together.
func (g *generator) join(want skeleton) string {
	style := "short"
	switch {
	case want.lengths[month] == 4 && want.lengths[weekday] > 0:
		style = "full"
	case want.lengths[month] == 4:
		style = "long"
	case want.lengths[month] == 3:
		style = "medium"
	}
	return g.l.first(dates, "at."+style, "join."+style)
}

var appendNames = [fieldCount]string{"Era", "Year", "Quarter", "Month", "Week", "Week", "Day-Of-Week", "Day", "Day-Of-Week", "Day", "*", "Hour", "Minute", "Second", "*", "Timezone"}
var appendFields = [fieldCount]string{"era", "year", "quarter", "month", "week", "weekOfMonth", "weekday", "dayOfYear", "weekdayOfMonth", "day", "dayperiod", "hour", "minute", "second", "*", "zone"}

// appending makes a pattern of those fields, and appends what no pattern has.
func (g *generator) appending(want skeleton, include int) string {
	if include == 0 {
		return ""
	}
	k, missing, _ := g.nearest(want, include)
	pattern := g.adjust(k, want, false)
	for last := 0; missing != 0 && missing != last; {
		if missing&(1<<fraction|1<<second) == 1<<fraction && include&(1<<second) != 0 {
			pattern = g.adjust(known{k.skeleton, pattern, k.specified}, want, true)
			missing &^= 1 << fraction
			continue
		}
		last = missing
		next, still, _ := g.nearest(want, missing)
		found := missing &^ still
		top := 0
		for i := range fieldCount {
			if found&(1<<i) != 0 {
				top = i
			}
		}
		form := g.l.first(dates, "append."+appendNames[top])
		if form == "" {
			form = "{0} ├{2}: {1}┤"
		}
		name := "'" + g.l.get(fields, appendFields[top]+".displayName") + "'"
		pattern = strings.NewReplacer("{0}", pattern, "{1}", g.adjust(next, want, false), "{2}", name).Replace(form)
		missing = still
	}
	return pattern
}

// adjust gives the fields of a pattern the letters and lengths that are
// wanted, where the locale leaves the choice.
func (g *generator) adjust(k known, want skeleton, withFraction bool) string {
	list := runs(k.pattern)
	for i := 0; i < len(list); i++ {
		r := list[i]
		field, kind, _, ok := kindOf(r.letter, r.n)
		switch {
		case !ok:
		case withFraction && field == second:
			point := g.l.get(numbers, g.l.get(numbers, "ns")+".sym.decimal")
			list = slices.Insert(list, i+1, run{text: point}, run{letter: 'S', n: want.lengths[fraction]})
		case want.kinds[field] != 0:
			list[i] = adjusted(r, field, kind, k, want)
		}
	}
	return unruns(list)
}

func adjusted(r run, field, kind int, k known, want skeleton) run {
	letter, n := want.letter[field], want.lengths[field]
	if letter == 'E' && n < 3 {
		n = 3
	}
	switch {
	case field == minute, field == second, field == hour && want.anyHour:
		n = r.n // the locale knows how it writes these
	case k.specified && letter != 'c' && letter != 'e':
		isNumber, wantsNumber := kind > 0, want.kinds[field] > 0
		if k.lengths[field] == want.lengths[field] || isNumber != wantsNumber {
			n = r.n
		}
	}
	if field == hour || field == month || field == weekday || field == year && letter != 'Y' {
		letter = r.letter
	}
	if field == hour {
		letter = want.letter[hour]
	}
	return run{letter: letter, n: n}
}
