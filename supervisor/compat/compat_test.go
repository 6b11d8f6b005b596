package compat

import (
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func TestTheTableIsSound(t *testing.T) {
	seen := make(map[string]bool)
	for _, f := range flags {
		for _, name := range []string{f.Enable, f.Disable} {
			if name != "" && seen[name] {
				t.Errorf("%s stands in the table twice", name)
			}
			seen[name] = true
		}
		for _, date := range []string{f.Date, f.ImpliedAfter} {
			if _, err := time.Parse(time.DateOnly, date); date != "" && date != always && err != nil {
				t.Errorf("%s: %v", f.Enable, err)
			}
		}
		if (f.ImpliedBy == "") != (f.ImpliedAfter == "") || (f.ImpliedBy != "" && byName[f.ImpliedBy] == nil) {
			t.Errorf("%s is implied by %q after %q", f.Enable, f.ImpliedBy, f.ImpliedAfter)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, date string
		flags      []string
		want       string
	}{
		{"no date", "", nil, "Invalid compatibility date: "},
		{"not a date", "2026-13-01", nil, "Invalid compatibility date: 2026-13-01"},
		{"other form", "2026-1-1", nil, "Invalid compatibility date: 2026-1-1"},
		{"too old", "2020-12-31", nil, "the oldest one"},
		{"tomorrow", "2026-11-24", nil, `Can't set compatibility date in the future: "2026-11-24". Today's date (UTC) is "2026-11-23".`},
		{"unknown", "2026-01-01", []string{"nodejs_compatt"}, "No such compatibility flag: nodejs_compatt"},
		{"twice", "2026-01-01", []string{"nodejs_compat", "nodejs_compat"}, "specified multiple times: nodejs_compat"},
		{"on and off", "2026-01-01", []string{"nodejs_compat", "no_nodejs_compat"}, "mutually contradictory: nodejs_compat vs no_nodejs_compat"},
		{"experimental", "2026-01-01", []string{"rtti_api"}, "experimental"},
		{"two things", "2027-01-01", []string{"a", "b"}, "flag: a\nNo such compatibility flag: b"},
	} {
		if _, err := Resolve(c.date, c.flags, false, today); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWhatHolds(t *testing.T) {
	for _, c := range []struct {
		name, date string
		flags      []string
		flag       string
		want       bool
	}{
		{"before its date", "2022-10-30", nil, "url_standard", false},
		{"on its date", "2022-10-31", nil, "url_standard", true},
		{"named before its date", "2021-05-01", []string{"url_standard"}, "url_standard", true},
		{"switched off after its date", "2026-01-01", []string{"url_original"}, "url_standard", false},
		{"not by itself yet", "2026-08-03", nil, "nodejs_compat", false},
		{"by itself", "2026-08-04", nil, "nodejs_compat", true},
		{"named though it is the default", "2026-08-04", []string{"nodejs_compat"}, "nodejs_compat", true},
		{"what it brings, too", "2026-08-04", nil, "enable_nodejs_fs_module", true},
		{"what it would bring", "2026-08-04", []string{"no_nodejs_compat"}, "enable_nodejs_fs_module", false},
		{"implied", "2026-01-01", []string{"nodejs_compat"}, "nodejs_compat_v2", true},
		{"implied by what is implied", "2026-01-01", []string{"nodejs_compat"}, "enable_nodejs_http_server_modules", true},
		{"implied too early", "2024-09-22", []string{"nodejs_compat"}, "nodejs_compat_v2", false},
		{"implied and switched off", "2026-01-01", []string{"nodejs_compat", "no_nodejs_compat_v2"}, "nodejs_compat_v2", false},
		{"today", "2026-11-23", nil, "rpc", true},
	} {
		on, err := Resolve(c.date, c.flags, false, today)
		if err != nil || on[c.flag] != c.want {
			t.Errorf("%s: %s is %v, %v", c.name, c.flag, on[c.flag], err)
		}
	}
}

func TestExperimentalFlagsNeedLeave(t *testing.T) {
	if on, err := Resolve("2026-01-01", []string{"rtti_api"}, true, today); err != nil || !on["rtti_api"] {
		t.Errorf("%v, %v", on, err)
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("2026-01-01", "nodejs_compat,url_original")
	f.Fuzz(func(t *testing.T, date, names string) {
		on, err := Resolve(date, strings.Split(names, ","), false, today)
		if (on == nil) == (err == nil) {
			t.Errorf("%v, %v", on, err)
		}
		for name := range on {
			if byName[name] == nil || byName[name].Enable != name {
				t.Errorf("%q holds and is no flag", name)
			}
		}
	})
}
