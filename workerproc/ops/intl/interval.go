package intl

import (
	"slices"
	"strings"
)

// intervals are a format's patterns for ranges, by the largest field that
// differs.
type intervals map[byte]rangePattern

// rangePattern is a pattern with two times in it, of which the second begins
// with the first field that is repeated; fallback: two times with a pattern
// of one, and between them what the locale has for that.
type rangePattern struct {
	first, second []run
	fallback      bool
}

// order is the letters of fields, the largest first, as keys of patterns.
const order = "GyMdahmsS"

// level is how large the field of a pattern's letter is: a place in order.
func level(letter byte) int {
	switch letter {
	case 'L':
		letter = 'M'
	case 'E', 'c':
		letter = 'd'
	case 'b', 'B':
		letter = 'a'
	case 'H', 'k', 'K':
		letter = 'h'
	}
	return strings.IndexByte(order, letter)
}

// difference is the largest field in which two times differ, or 0.
func difference(a, b moment) byte {
	half := func(m moment) int { return m.Hour() / 12 }
	for i, differ := range []bool{a.era != b.era, a.year != b.year, a.month != b.month, a.day != b.day, half(a) != half(b),
		a.Hour() != b.Hour(), a.Minute() != b.Minute(), a.Second() != b.Second(), a.Nanosecond() != b.Nanosecond()} {
		if differ {
			return order[i]
		}
	}
	return 0
}

// formatRange writes two times, without saying twice what they share.
func (f *dateFormat) formatRange(from, to int64) []rangePart {
	a, b := f.at(from), f.at(to)
	field := difference(a, b)
	finest := -1
	for _, r := range f.runs {
		if r.letter != 0 {
			finest = max(finest, level(r.letter))
		}
	}
	if field == 0 || level(field) > finest {
		return shared(f.write(f.runs, a))
	}
	p, ok := f.ranges[field]
	if !ok {
		p = f.rangePattern(field)
		if f.ranges == nil {
			f.ranges = intervals{}
		}
		f.ranges[field] = p
	}
	if p.fallback {
		return f.both(p, a, b)
	}
	return overlap(f.write(p.first, a), f.write(p.second, b))
}

// both writes two whole times.
func (f *dateFormat) both(p rangePattern, a, b moment) []rangePart {
	var out []rangePart
	pattern := f.l.first(dates, f.generatorPrefix+"interval.intervalFormatFallback", "interval.intervalFormatFallback")
	for _, piece := range fill(pattern, []part{{"0", ""}}, []part{{"1", ""}}) {
		switch piece.kind {
		case "0":
			out = append(out, sourced(f.write(p.first, a), "startRange")...)
		case "1":
			out = append(out, sourced(f.write(p.first, b), "endRange")...)
		default:
			out = append(out, rangePart{part{piece.kind, plainSpaces.Replace(piece.text)}, "shared"})
		}
	}
	return out
}

func sourced(parts []part, source string) []rangePart {
	out := shared(parts)
	for i := range out {
		out[i].source = source
	}
	return out
}

// overlap finds which fields the second time repeats: those belong to one of
// the two, all others to both.
func overlap(first, second []part) []rangePart {
	var one, two []int
	for i, p := range first {
		if p.kind != "literal" {
			one = append(one, i)
		}
	}
	for i, p := range second {
		if p.kind != "literal" {
			two = append(two, i)
		}
	}
	out := append(shared(first), shared(second)...)
	at := slices.IndexFunc(one, func(i int) bool { return len(two) > 0 && first[i].kind == second[two[0]].kind })
	if at < 0 {
		return out
	}
	n := 0
	for at+n < len(one) && n < len(two) && first[one[at+n]].kind == second[two[n]].kind {
		n++
	}
	for i := one[at]; i <= one[at+n-1]; i++ {
		out[i].source = "startRange"
	}
	for i := two[0]; i <= two[n-1]; i++ {
		out[len(first)+i].source = "endRange"
	}
	return join(out)
}

// join makes one of literals that follow each other.
func join(parts []rangePart) []rangePart {
	var out []rangePart
	for _, p := range parts {
		if n := len(out); n > 0 && p.kind == "literal" && out[n-1].kind == "literal" && out[n-1].source == p.source {
			out[n-1].text += p.text
			continue
		}
		out = append(out, p)
	}
	return out
}

func (f *dateFormat) rangePattern(field byte) rangePattern {
	g := generatorOf(f.l, f.generatorPrefix)
	skeleton := skeletonText(f.pattern)
	date, clock := splitSkeleton(skeleton)
	large := level(field) <= level('d')
	fallback := rangePattern{first: runs(f.withCycle(g.usual(skeleton))), fallback: true}
	switch {
	case date == "" && large:
		return rangePattern{first: runs(f.withCycle(g.usual("yMd" + clock))), fallback: true}
	case clock == "":
		if p := g.interval(date, field); p != "" {
			return twoParts(p)
		}
		return fallback
	case large:
		for _, letter := range []string{"d", "M", "y"} {
			if !strings.Contains(date, letter) && level(letter[0]) >= level(field) {
				skeleton = letter + skeleton
			}
		}
		return rangePattern{first: runs(f.withCycle(g.usual(skeleton))), fallback: true}
	}
	p := g.interval(clock, field)
	if p == "" {
		return fallback
	}
	p = f.withCycle(p)
	if date == "" {
		return twoParts(p)
	}
	joined := f.l.first(dates, "join.medium")
	return twoParts(strings.NewReplacer("{0}", p, "{1}", g.best(date)).Replace(joined))
}

// splitSkeleton returns its date and its time.
func splitSkeleton(skeleton string) (date, clock string) {
	for i := range len(skeleton) {
		if field, _, _, ok := kindOf(skeleton[i], 1); ok && 1<<field&timeMask == 0 {
			date += skeleton[i : i+1]
		} else if skeleton[i] != 'a' {
			clock += skeleton[i : i+1]
		}
	}
	return date, clock
}

// twoParts cuts a pattern before the first field that it repeats.
func twoParts(pattern string) rangePattern {
	list := runs(pattern)
	seen := map[byte]bool{}
	for i, r := range list {
		if r.letter == 0 {
			continue
		}
		if seen[r.letter] {
			return rangePattern{first: list[:i], second: list[i:]}
		}
		seen[r.letter] = true
	}
	return rangePattern{first: list}
}

// interval returns the pattern of a skeleton for a range that differs in a
// field, or "".
func (g *generator) interval(skeleton string, field byte) string {
	best, same := g.nearestInterval(skeleton)
	if !same {
		return ""
	}
	pattern := g.intervalOf(best, field)
	if pattern == "" && (field == 'a' || field == 'h') {
		pattern = g.intervalOf(best, 'h')
	}
	if pattern == "" && level(field) <= level('d') {
		// The skeleton lacks the field that differs: one that has it.
		skeleton = string(field) + skeleton
		if best, same = g.nearestInterval(skeleton); same {
			pattern = g.intervalOf(best, field)
		}
	}
	return widen(pattern, skeleton, best)
}

func (g *generator) intervalOf(skeleton string, field byte) string {
	key := g.prefix + "interval." + skeleton + "."
	if level(skeleton[0]) >= level('a') {
		key = "interval." + skeleton + "."
	}
	if field == 'h' && strings.Contains(skeleton, "H") {
		field = 'H'
	}
	return g.l.get(dates, key+string(field))
}

// widths counts a skeleton's letters, of which some stand for others.
func widths(skeleton string) map[byte]int {
	w := map[byte]int{}
	for i := range len(skeleton) {
		letter := skeleton[i]
		switch letter {
		case 'k':
			letter = 'H'
		case 'K':
			letter = 'h'
		case 'z', 'O':
			letter = 'v'
		}
		w[letter]++
	}
	for _, letter := range []byte("ydhHmv") { // of these the width doesn't matter
		if w[letter] > 0 {
			w[letter] = 1
		}
	}
	if w['E'] > 0 && w['E'] < 4 {
		w['E'] = 1
	}
	if w['M'] == 2 {
		w['M'] = 1
	}
	return w
}

// nearestInterval returns the skeleton of the locale that is most like one,
// and whether it has the same fields.
func (g *generator) nearestInterval(skeleton string) (best string, same bool) {
	want := widths(skeleton)
	least := 1 << 30
	for _, name := range g.intervalSkeletons() {
		d, equal := intervalDistance(want, widths(name))
		if d < least {
			best, same, least = name, equal, d
		}
	}
	return best, same
}

func intervalDistance(want, have map[byte]int) (d int, same bool) {
	same = true
	for _, letter := range []byte("GyMLEcdaBhHmsSv") {
		switch a, b := want[letter], have[letter]; {
		case a == b:
		case a == 0 || b == 0:
			d, same = d+0x1000, false
		case letter == 'M' && (a <= 2) != (b <= 2):
			d += 0x100
		default:
			d += max(a-b, b-a)
		}
	}
	return d, same
}

// intervalSkeletons are those for which the locale has patterns.
func (g *generator) intervalSkeletons() []string {
	if g.intervals != nil {
		return g.intervals
	}
	add := func(key, value string) {
		if name, _, ok := strings.Cut(key, "."); ok && value != gone && !slices.Contains(g.intervals, name) {
			g.intervals = append(g.intervals, name)
		}
	}
	g.l.each(dates, g.prefix+"interval.", add)
	if g.prefix != "" {
		g.l.each(dates, "interval.", func(key, value string) {
			if level(key[0]) >= level('a') {
				add(key, value)
			}
		})
	}
	slices.Sort(g.intervals)
	return g.intervals
}

// widen gives fields the width of the skeleton that was wanted.
func widen(pattern, skeleton, best string) string {
	if pattern == "" || skeleton == best {
		return pattern
	}
	want, have := map[byte]int{}, map[byte]int{}
	for i := range len(skeleton) {
		want[skeleton[i]]++
	}
	for _, letter := range []byte("ydhHkKm") { // the locale knows how it writes numbers
		want[letter] = 0
	}
	if want['M'] < 3 {
		want['M'] = 0
	}
	for i := range len(best) {
		have[best[i]]++
	}
	list := runs(pattern)
	for i, r := range list {
		letter := r.letter
		switch letter {
		case 'L':
			letter = 'M'
		case 'c':
			letter = 'E'
		case 'v':
			for _, zone := range []byte("zO") {
				if want[zone] > 0 {
					list[i].letter, list[i].n = zone, want[zone]
				}
			}
		}
		if letter == 'E' && want['E'] > 3 && r.n <= 3 {
			list[i].n = want['E']
		} else if letter != 0 && letter != 'E' && have[letter] == r.n && want[letter] > r.n {
			list[i].n = want[letter]
		}
	}
	return unruns(list)
}
