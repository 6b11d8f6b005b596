package intl

import (
	"strconv"
	"strings"
	"time"
)

// dateFormat is an Intl.DateTimeFormat made ready.
type dateFormat struct {
	l        *locale
	zone     timeZone
	calendar calendar
	digits   []rune
	runs     []run
	pattern  string
	skeleton string
	options  settings
	minutes  bool // the pattern has such
	seconds  bool
	hourCycle,
	generatorPrefix string
	ranges intervals
}

func newDateFormat(o settings) *dateFormat {
	f := &dateFormat{l: dataOf(o["locale"]), options: o, hourCycle: o["hourCycle"]}
	f.zone, _ = zoneNamed(o["timeZone"])
	if f.zone.Location == nil {
		f.zone = timeZone{"UTC", time.UTC}
	}
	f.calendar = calendarNamed(o["calendar"])
	f.digits = digitsOf(o["numberingSystem"])
	if f.calendar.name != "gregory" {
		f.generatorPrefix = "g."
	}
	f.choosePattern()
	f.runs = runs(f.pattern)
	for _, r := range f.runs {
		f.minutes = f.minutes || r.letter == 'm'
		f.seconds = f.seconds || r.letter == 's'
	}
	return f
}

// generators are kept: making one takes longer than all else.
var generators = map[string]*generator{}

func generatorOf(l *locale, prefix string) *generator {
	key := prefix + l.name
	g, ok := generators[key]
	if !ok {
		if len(generators) > 8 {
			clear(generators)
		}
		g = newGenerator(l, prefix)
		generators[key] = g
	}
	return g
}

// optionLetters is what each component option adds to the skeleton.
var optionLetters = []struct {
	name   string
	values map[string]string
}{
	{"weekday", map[string]string{"narrow": "EEEEE", "long": "EEEE", "short": "EEE"}},
	{"era", map[string]string{"narrow": "GGGGG", "long": "GGGG", "short": "GGG"}},
	{"year", map[string]string{"2-digit": "yy", "numeric": "y"}},
	{"month", map[string]string{"narrow": "MMMMM", "long": "MMMM", "short": "MMM", "2-digit": "MM", "numeric": "M"}},
	{"day", map[string]string{"2-digit": "dd", "numeric": "d"}},
	{"dayPeriod", map[string]string{"narrow": "BBBBB", "long": "BBBB", "short": "B"}},
	{"hour", map[string]string{"2-digit": "jj", "numeric": "j"}},
	{"minute", map[string]string{"2-digit": "mm", "numeric": "m"}},
	{"second", map[string]string{"2-digit": "ss", "numeric": "s"}},
	{"fractionalSecondDigits", map[string]string{"1": "S", "2": "SS", "3": "SSS"}},
	{"timeZoneName", map[string]string{"long": "zzzz", "short": "z", "longOffset": "OOOO", "shortOffset": "O", "longGeneric": "vvvv", "shortGeneric": "v"}},
}

var cycleLetters = map[string]string{"h11": "K", "h12": "h", "h23": "H", "h24": "k"}

func (f *dateFormat) choosePattern() {
	if f.options["dateStyle"] != "" || f.options["timeStyle"] != "" {
		f.chooseStyle()
		return
	}
	for _, o := range optionLetters {
		f.skeleton += o.values[f.options[o.name]]
	}
	f.skeleton = strings.ReplaceAll(f.skeleton, "j", cycleLetters[f.hourCycle])
	f.pattern = f.withCycle(generatorOf(f.l, f.generatorPrefix).best(f.skeleton))
}

// withCycle writes the hours as the hour cycle wants.
func (f *dateFormat) withCycle(pattern string) string {
	letter := cycleLetters[f.hourCycle]
	if letter == "" {
		return pattern
	}
	list := runs(pattern)
	for i, r := range list {
		if strings.IndexByte("hHkK", r.letter) >= 0 && r.letter != 0 {
			list[i].letter = letter[0]
		}
	}
	return unruns(list)
}

func (f *dateFormat) chooseStyle() {
	dateStyle, timeStyle := f.options["dateStyle"], f.options["timeStyle"]
	date := f.l.get(dates, f.generatorPrefix+"date."+dateStyle)
	clock := f.l.get(dates, "time."+timeStyle)
	f.pattern = date + clock
	if dateStyle != "" && timeStyle != "" {
		join := f.l.first(dates, "at."+dateStyle, "join."+dateStyle)
		f.pattern = strings.NewReplacer("{0}", clock, "{1}", date).Replace(join)
	}
	f.skeleton = skeletonText(f.pattern)
	if letter := cycleLetters[f.hourCycle]; timeStyle != "" && cycleIn(f.pattern) != f.hourCycle && letter != "" {
		f.skeleton = strings.Map(func(r rune) rune {
			switch r {
			case 'h', 'H', 'k', 'K':
				return rune(letter[0])
			case 'a', 'b', 'B':
				return -1
			}
			return r
		}, f.skeleton)
		f.pattern = f.withCycle(generatorOf(f.l, f.generatorPrefix).best(f.skeleton))
	}
}

// skeletonText is the fields of a pattern in the order of fields.
func skeletonText(pattern string) string {
	s := skeletonOf(pattern)
	var b strings.Builder
	for i, n := range s.lengths {
		b.WriteString(strings.Repeat(string(s.letter[i]), n))
	}
	return b.String()
}

// cycleIn is the hour cycle that a pattern is written for.
func cycleIn(pattern string) string {
	for _, r := range runs(pattern) {
		for cycle, letter := range cycleLetters {
			if r.letter == letter[0] {
				return cycle
			}
		}
	}
	return ""
}

// resolved is which components the pattern has after all.
func (f *dateFormat) resolved() []any {
	var out []any
	for _, o := range optionLetters {
		for _, r := range f.runs {
			letter := r.letter
			switch letter {
			case 'L':
				letter = 'M'
			case 'c':
				letter = 'E'
			case 'b':
				letter = 'B'
			case 'h', 'H', 'k', 'K':
				letter = 'j'
			}
			for value, letters := range o.values {
				if letter == letters[0] && (r.n == len(letters) || r.n < 3 && strings.Trim(letters, "EGB") == "" && len(letters) < 4) {
					out = append(out, o.name, value)
				}
			}
		}
	}
	return out
}

// moment is a time in the zone and calendar of a format.
type moment struct {
	time.Time
	date
}

func (f *dateFormat) at(ms int64) moment {
	t := time.UnixMilli(ms).In(f.zone.Location)
	return moment{t, f.calendar.of(t)}
}

var partKinds = map[byte]string{'G': "era", 'y': "year", 'Y': "year", 'u': "year", 'r': "relatedYear", 'U': "yearName", 'M': "month", 'L': "month", 'd': "day", 'E': "weekday", 'c': "weekday",
	'e': "weekday", 'a': "dayPeriod", 'b': "dayPeriod", 'B': "dayPeriod", 'h': "hour", 'H': "hour", 'k': "hour", 'K': "hour", 'm': "minute", 's': "second",
	'S': "fractionalSecond", 'z': "timeZoneName", 'O': "timeZoneName", 'v': "timeZoneName"}

func (f *dateFormat) format(ms int64) []part { return f.write(f.runs, f.at(ms)) }

var plainSpaces = strings.NewReplacer("\u202f", " ", "\u2009", " ")

func (f *dateFormat) write(list []run, m moment) []part {
	var parts []part
	for _, r := range list {
		kind, text := "literal", r.text
		if r.letter != 0 {
			kind, text = partKinds[r.letter], f.field(r, m)
			if kind == "" {
				kind = "unknown"
			}
		}
		// V8 writes the spaces that it always did.
		text = plainSpaces.Replace(text)
		if n := len(parts); kind == "literal" && n > 0 && parts[n-1].kind == "literal" {
			parts[n-1].text += text
		} else if text != "" {
			parts = append(parts, part{kind, text})
		}
	}
	return parts
}

// widthNames are those of text fields by number of letters.
func widthName(n int) string {
	switch n {
	case 4:
		return "wide"
	case 5:
		return "narrow"
	case 6:
		return "short"
	}
	return "abbreviated"
}

func (f *dateFormat) number(value, digits int) string {
	text := strconv.Itoa(max(value, -value))
	text = strings.Repeat("0", max(digits-len(text), 0)) + text
	if value < 0 {
		text = "-" + text
	}
	return translateDigits(f.digits, text)
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// field writes one field of a pattern.
func (f *dateFormat) field(r run, m moment) string {
	switch r.letter {
	case 'G':
		return f.calendar.eraName(f.l, r.n, m.era)
	case 'y', 'Y', 'u', 'r', 'U':
		if r.n == 2 {
			return f.number(((m.year%100)+100)%100, 2)
		}
		return f.number(m.year, r.n)
	case 'M', 'L':
		return f.month(r, m)
	case 'd':
		return f.number(m.day, r.n)
	case 'E', 'c', 'e':
		context := ".format."
		if r.letter == 'c' {
			context = ".stand-alone."
		}
		return f.l.get(dates, "days"+context+widthName(r.n)+"."+weekdays[m.Weekday()])
	case 'a', 'b', 'B':
		return f.dayPeriod(r, m)
	case 'z', 'O', 'v':
		return f.l.zoneText(f.zone, r.letter, r.n, m.Time)
	}
	return f.clock(r, m)
}

func (f *dateFormat) month(r run, m moment) string {
	if r.n < 3 {
		return f.number(m.month, r.n)
	}
	context := ".format."
	if r.letter == 'L' {
		context = ".stand-alone."
	}
	return f.calendar.monthName(f.l, context+widthName(r.n), m.date)
}

func (f *dateFormat) clock(r run, m moment) string {
	hour := m.Hour()
	switch r.letter {
	case 'H':
		return f.number(hour, r.n)
	case 'k':
		return f.number((hour+23)%24+1, r.n)
	case 'h':
		return f.number((hour+11)%12+1, r.n)
	case 'K':
		return f.number(hour%12, r.n)
	case 'm':
		return f.number(m.Minute(), r.n)
	case 's':
		return f.number(m.Second(), r.n)
	case 'S':
		text := strconv.Itoa(1000 + m.Nanosecond()/1e6)[1:]
		return translateDigits(f.digits, (text + strings.Repeat("0", 9))[:min(r.n, 9)])
	}
	return ""
}

func (f *dateFormat) dayPeriod(r run, m moment) string {
	width := widthName(r.n)
	if r.letter != 'a' {
		if name := f.l.get(dates, "dayPeriods.format."+width+"."+f.period(m, r.letter == 'B')); name != "" {
			return name
		}
	}
	half := "am"
	if m.Hour() >= 12 {
		half = "pm"
	}
	return f.l.get(dates, "dayPeriods.format."+width+"."+half)
}

// period is the part of the day: "morning1", or "noon" when it is.
func (f *dateFormat) period(m moment, flexible bool) string {
	rules := ""
	for _, name := range append(f.l.chain(), languageOf(f.l.name)) {
		if rules, _ = general(regions, "periods."+name); rules != "" {
			break
		}
	}
	found := ""
	for rule := range strings.SplitSeq(rules, ";") {
		w := strings.Fields(rule)
		switch {
		case len(w) == 2: // noon; ICU writes midnight as any other time of the night
			at, _ := strconv.Atoi(w[1])
			if at != 24 && at != 0 && m.Hour() == at && (!f.minutes || m.Minute() == 0) && (!f.seconds || m.Second() == 0) {
				return w[0]
			}
		case len(w) == 3 && flexible:
			from, _ := strconv.Atoi(w[1])
			before, _ := strconv.Atoi(w[2])
			if h := m.Hour(); from < before && from <= h && h < before || from > before && (h >= from || h < before) {
				found = w[0]
			}
		}
	}
	return found
}
