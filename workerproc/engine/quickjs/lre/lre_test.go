package lre

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func machine(t testing.TB, interrupted *atomic.Bool) *Machine {
	t.Helper()
	m, err := NewMachine(interrupted)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func units(s string) []uint16 {
	var list []uint16
	for _, r := range s {
		list = append(list, uint16(r))
	}
	return list
}

// TestWording: what is wrong with a pattern is said as V8 says it.
func TestWording(t *testing.T) {
	m := machine(t, &atomic.Bool{})
	for _, c := range []struct {
		flags         int
		pattern, want string
	}{
		{0, "(", "Unterminated group"}, {0, "[", "Unterminated character class"}, {0, "a**", "Nothing to repeat"}, {0, `\`, `\ at end of pattern`},
		{0, "(?<a>x)(?<a>y)", "Duplicate capture group name"}, {0, `\k<b>(?<a>x)`, "Invalid named capture referenced"},
		{0, "[b-a]", "Range out of order in character class"}, {0, "a{2,1}", "numbers out of order in {} quantifier"}, {0, ")", "Unmatched ')'"},
		{0, "(?z)", "Invalid group"}, {0, "(?<1>x)", "Invalid capture group name"}, {Unicode, `\p{Foo}`, "Invalid property name"},
		{Unicode, `\1`, "Invalid escape"}, {Unicode, "]", "Lone quantifier brackets"}, {UnicodeSets, "[(]", "Invalid character in character class"},
		{UnicodeSets, `[^\p{RGI_Emoji}]`, "Negated character class may contain strings"}, {0, strings.Repeat("(", 300_000), "Too many captures"},
		{0, strings.Repeat("(?:", 100_000) + strings.Repeat(")", 100_000), "Regular expression too large"},
	} {
		if _, err := m.Compile(units(c.pattern), c.flags); err == nil || err.Error() != c.want {
			t.Errorf("%.40s: got %v, want %s", c.pattern, err, c.want)
		}
	}
}

// TestBounds: a match that would take for ever ends when it is told to, one
// that would take all memory by itself, and the machine goes on.
func TestBounds(t *testing.T) {
	var interrupted atomic.Bool
	m := machine(t, &interrupted)
	slow, err := m.Compile(units("(a+)+b"), 0)
	if err != nil {
		t.Fatal(err)
	}
	stop := time.AfterFunc(50*time.Millisecond, func() { interrupted.Store(true) })
	defer stop.Stop()
	if _, err := m.Exec(slow, Subject{ASCII: strings.Repeat("a", 60)}, 0, nil); !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v, want ErrInterrupted", err)
	}
	interrupted.Store(false)
	large, err := m.Compile(units("(?:a|b)*c"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Exec(large, Subject{ASCII: strings.Repeat("a", 10<<20)}, 0, nil); !errors.Is(err, ErrNoMemory) {
		t.Errorf("got %v, want ErrNoMemory", err)
	}
	if where, err := m.Exec(slow, Subject{ASCII: "xaab"}, 0, nil); err != nil || !slices.Equal(where, []int{1, 4, 1, 3}) {
		t.Errorf("afterwards: %v, %v", where, err)
	}
}

// TestSubjects: a subject at the address of the one before is told from it.
func TestSubjects(t *testing.T) {
	m := machine(t, &atomic.Bool{})
	p, err := m.Compile([]uint16{0xD835, 0xDCB3, '+'}, Unicode)
	if err != nil {
		t.Fatal(err)
	}
	text := []uint16{'a', 0xD835, 0xDCB3, 0xD835, 0xDCB3}
	for _, c := range []struct {
		subject Subject
		want    []int
	}{
		{Subject{UTF16: text}, []int{1, 5}}, {Subject{UTF16: text[:3]}, []int{1, 3}}, {Subject{UTF16: text[:2]}, nil}, {Subject{ASCII: ""}, nil},
		{Subject{UTF16: text[3:]}, []int{0, 2}},
	} {
		if where, err := m.Exec(p, c.subject, 0, nil); err != nil || !slices.Equal(where, c.want) {
			t.Errorf("got %v, %v; want %v", where, err, c.want)
		}
	}
}
