package intl

import (
	"strconv"
	"time"
)

// date is one in some calendar. era counts from the first of the calendar's
// names, day and month from one.
type date struct{ era, year, month, day int }

// calendar turns a time into a date.
type calendar struct {
	name string
	of   func(time.Time) date
}

// calendars are those of which there is more than the name.
var calendars = map[string]func(time.Time) date{
	"gregory":  gregorian,
	"buddhist": func(t time.Time) date { return shifted(t, 543) },
	"roc":      minguo,
	"japanese": japanese,
}

func calendarNamed(name string) calendar {
	if of, ok := calendars[name]; ok {
		return calendar{name, of}
	}
	return calendar{"gregory", gregorian}
}

func gregorian(t time.Time) date {
	y, m, d := t.Date()
	if y <= 0 {
		return date{0, 1 - y, int(m), d}
	}
	return date{1, y, int(m), d}
}

func shifted(t time.Time, years int) date {
	y, m, d := t.Date()
	return date{0, y + years, int(m), d}
}

func minguo(t time.Time) date {
	d := shifted(t, -1911)
	d.era = 1
	if d.year <= 0 {
		d.era, d.year = 0, 1-d.year
	}
	return d
}

// japaneseEras since the calendar was reformed: number in CLDR and first day.
var japaneseEras = []struct{ number, year, month, day int }{
	{236, 2019, 5, 1}, {235, 1989, 1, 8}, {234, 1926, 12, 25}, {233, 1912, 7, 30}, {232, 1868, 9, 8},
}

func japanese(t time.Time) date {
	y, m, d := t.Date()
	for _, e := range japaneseEras {
		if first := time.Date(e.year, time.Month(e.month), e.day, 0, 0, 0, 0, t.Location()); !t.Before(first) {
			return date{e.number, y - e.year + 1, int(m), d}
		}
	}
	return gregorian(t)
}

func (c calendar) eraName(l *locale, width int, era int) string {
	key := map[int]string{4: "eraNames", 5: "eraNarrow"}[width]
	if key == "" {
		key = "eraAbbr"
	}
	number := strconv.Itoa(era)
	if c.name == "gregory" {
		return l.get(dates, "eras."+key+"."+number)
	}
	return l.get(dates, c.name+"."+key+"."+number)
}

func (c calendar) monthName(l *locale, context string, d date) string {
	return l.get(dates, "months"+context+"."+strconv.Itoa(d.month))
}
