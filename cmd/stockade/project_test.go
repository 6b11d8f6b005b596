package main

import (
	"testing"
	"time"

	"stockade.dev/stockade/cmd/stockade/appconfig"
)

// TestNodeJSByDate: bare names of Node.js's modules may be imported where the flag says so, or the date.
func TestNodeJSByDate(t *testing.T) {
	today := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		date  string
		flags []string
		want  bool
	}{
		{"2026-01-01", nil, false},
		{"2026-01-01", []string{"nodejs_compat"}, true},
		{"2026-08-04", nil, true},
		{"2026-08-04", []string{"no_nodejs_compat"}, false},
		{"", nil, true},
		{"not a date", []string{"nodejs_compat"}, false},
	} {
		p := &project{Config: &appconfig.Config{CompatibilityDate: c.date, CompatibilityFlags: c.flags}}
		if got := p.nodeJS(today); got != c.want {
			t.Errorf("%q %v: got %v, want %v", c.date, c.flags, got, c.want)
		}
	}
}
