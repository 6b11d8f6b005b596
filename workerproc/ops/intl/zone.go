package intl

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// timeZone is one that a format uses.
type timeZone struct {
	name string // as resolvedOptions says it
	*time.Location
}

// zoneNamed returns the time zone of a name in any letter case, or of an
// offset such as +05:30.
func zoneNamed(text string) (timeZone, bool) {
	if z, ok := offsetZone(text); ok {
		return z, true
	}
	own, printed, ok := zoneName(text)
	if !ok {
		return timeZone{}, false
	}
	if printed == "UTC" {
		return timeZone{"UTC", time.UTC}, true
	}
	location, ok := location(own)
	return timeZone{printed, location}, ok
}

//go:embed zones.bin
var zoneFiles string

// locations are those that were asked for.
var locations = map[string]*time.Location{}

// location reads the data of a zone. time.LoadLocation would open a file,
// which a jail's filter of system calls forbids.
func location(name string) (*time.Location, bool) {
	if l, ok := locations[name]; ok {
		return l, true
	}
	place, ok := general(zoneInfo, "file."+name)
	if !ok {
		return nil, false
	}
	offset, size, _ := strings.Cut(place, " ")
	from, _ := strconv.Atoi(offset)
	n, _ := strconv.Atoi(size)
	l, err := time.LoadLocationFromTZData(name, []byte(inflate(zoneFiles[from:from+n])))
	if err != nil {
		panic("cannot read the embedded time zone " + name + ": " + err.Error())
	}
	if len(locations) > 32 {
		clear(locations)
	}
	locations[name] = l
	return l, true
}

// zoneName returns Go's name of a zone and the one that is printed.
func zoneName(text string) (own, printed string, ok bool) {
	if printed, ok := general(zoneInfo, "name."+text); ok {
		return text, printed, true
	}
	for line := range strings.Lines(find("+").text(zoneInfo)) {
		name, printed, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if rest, is := strings.CutPrefix(name, "name."); is && strings.EqualFold(rest, text) {
			return rest, printed, true
		}
	}
	return "", "", false
}

// offsetZone: ±HH, ±HHMM or ±HH:MM.
func offsetZone(text string) (timeZone, bool) {
	if len(text) < 3 || text[0] != '+' && text[0] != '-' {
		return timeZone{}, false
	}
	digits := text[1:]
	if len(digits) == 5 && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	if len(digits) == 2 {
		digits += "00"
	}
	if len(digits) != 4 || !numeric(digits) {
		return timeZone{}, false
	}
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:])
	if hours > 23 || minutes > 59 {
		return timeZone{}, false
	}
	seconds := hours*3600 + minutes*60
	if seconds == 0 {
		return timeZone{"+00:00", time.FixedZone("+00:00", 0)}, true
	}
	if text[0] == '-' {
		seconds = -seconds
	}
	name := fmt.Sprintf("%c%02d:%02d", text[0], hours, minutes)
	return timeZone{name, time.FixedZone(name, seconds)}, true
}

// key is the zone's name in the data of locales.
func (z timeZone) key() string {
	switch z.name {
	case "UTC":
		return "Etc/UTC"
	case "GMT":
		return "Etc/GMT"
	}
	return z.name
}

func (z timeZone) fixed() bool { return z.name[0] == '+' || z.name[0] == '-' }

// metazone is the group of zones that it belongs to at a time.
func (z timeZone) metazone(at time.Time) string {
	periods, ok := general(zoneInfo, "meta."+z.key())
	if !ok {
		return ""
	}
	now := at.UTC().Format("2006-01-02T15:04")
	for period := range strings.SplitSeq(periods, ";") {
		f := strings.Split(period, " ")
		if len(f) == 3 && max(f[1], "1970-01-01T00:00") <= now && (f[2] == "" || now < f[2]) {
			return f[0]
		}
	}
	return ""
}

// zoneText writes a zone as a pattern's letters want it.
func (l *locale) zoneText(z timeZone, letter byte, n int, at time.Time) string {
	width := "short"
	if n >= 4 {
		width = "long"
	}
	switch name := ""; letter {
	case 'z':
		if name = l.specificName(z, width, at); name != "" {
			return name
		}
	case 'v':
		if name = l.genericName(z, width, at); name != "" {
			return name
		}
	}
	_, offset := at.Zone()
	return l.offsetText(offset, width == "long")
}

func (l *locale) specificName(z timeZone, width string, at time.Time) string {
	if z.fixed() {
		return ""
	}
	kind := "standard"
	if at.IsDST() {
		kind = "daylight"
	}
	return l.zoneNameOf(z, width, kind, at)
}

func (l *locale) zoneNameOf(z timeZone, width, kind string, at time.Time) string {
	if name := l.get(zones, "zone."+z.key()+"."+width+"."+kind); name != "" {
		return emptyIfNone(name)
	}
	if m := z.metazone(at); m != "" {
		return emptyIfNone(l.get(zones, "meta."+m+"."+width+"."+kind))
	}
	return ""
}

// emptyIfNone: CLDR marks names that are not to be inherited.
func emptyIfNone(name string) string {
	if name == "∅∅∅" {
		return ""
	}
	return name
}

// genericName is that of a zone whether or not it is summer: "Pacific Time".
func (l *locale) genericName(z timeZone, width string, at time.Time) string {
	if z.fixed() {
		return ""
	}
	kind := "generic"
	if !changes(z, at) {
		kind = "standard"
	}
	m := z.metazone(at)
	if m == "" {
		return l.locationName(z)
	}
	name := emptyIfNone(l.get(zones, "meta."+m+"."+width+"."+kind))
	generic := emptyIfNone(l.get(zones, "meta."+m+"."+width+".generic"))
	if name == "" {
		name = generic
	}
	if name == "" {
		return l.locationName(z)
	}
	if !l.sameAsGolden(z, m, at) {
		return strings.NewReplacer("{0}", l.placeName(z), "{1}", name).Replace(l.get(zones, "f.fallbackFormat"))
	}
	return name
}

// changes tells whether the zone has summer time around that time.
func changes(z timeZone, at time.Time) bool {
	const around = 184 * 24 * time.Hour
	start, end := at.ZoneBounds()
	return at.IsDST() || !start.IsZero() && at.Sub(start) < around && start.Add(-time.Second).IsDST() ||
		!end.IsZero() && end.Sub(at) < around && end.IsDST()
}

// sameAsGolden tells whether the zone that stands for the metazone in the
// locale's region has the same time.
func (l *locale) sameAsGolden(z timeZone, metazone string, at time.Time) bool {
	golden, ok := general(zoneInfo, "golden."+metazone+"."+l.region())
	if !ok {
		golden, ok = general(zoneInfo, "golden."+metazone+".001")
	}
	other, known := zoneNamed(golden)
	if !ok || !known || other.name == z.name {
		return true
	}
	_, a := at.Zone()
	_, b := at.In(other.Location).Zone()
	return a == b
}

// region is that of the locale, or the likely one.
func (l *locale) region() string {
	t, _ := parse(l.name)
	m, _ := maximize(t)
	return m.region
}

// locationName: "Germany Time".
func (l *locale) locationName(z timeZone) string {
	if place := l.placeName(z); place != "" {
		return strings.Replace(l.get(zones, "f.regionFormat"), "{0}", place, 1)
	}
	return ""
}

// placeName is the country if the zone is its only or its main one, or else
// the city, by its name in the zone's: workerd's data has no other.
func (l *locale) placeName(z timeZone) string {
	if region, ok := general(zoneInfo, "place."+z.name); ok {
		if name := l.get(names, "t."+region); name != "" {
			return name
		}
	}
	if strings.HasPrefix(z.key(), "Etc/") {
		return ""
	}
	return strings.ReplaceAll(z.key()[strings.LastIndexByte(z.key(), '/')+1:], "_", " ")
}

// offsetText: "GMT-5" or "GMT-05:00".
func (l *locale) offsetText(seconds int, long bool) string {
	positive, negative, _ := strings.Cut(l.get(zones, "f.hourFormat"), ";")
	pattern := positive
	if seconds < 0 {
		pattern, seconds = negative, -seconds
	}
	hours, minutes, rest := seconds/3600, seconds/60%60, seconds%60
	var b strings.Builder
	point := ":"
	for _, r := range runs(pattern) {
		switch {
		case r.letter == 'H' && long:
			fmt.Fprintf(&b, "%02d", hours)
		case r.letter == 'H':
			fmt.Fprintf(&b, "%d", hours)
		case r.letter == 'm' && (long || minutes != 0 || rest != 0):
			fmt.Fprintf(&b, "%s%02d", point, minutes)
			if rest != 0 {
				fmt.Fprintf(&b, "%s%02d", point, rest)
			}
		case r.letter == 0 && strings.TrimLeft(r.text, ":.٫") == "":
			point = r.text // between hours and minutes
		case r.letter == 0:
			b.WriteString(r.text)
		}
	}
	text := translateDigits(digitsOf(l.get(numbers, "ns")), b.String())
	return strings.Replace(l.get(zones, "f.gmtFormat"), "{0}", text, 1)
}
