// Package compat resolves compatibility dates and flags: what they are called
// and from when on they hold is a table (table.go); Resolve is one pure
// function over it. Its errors have the Workers runtime's wording.
package compat

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Oldest is the earliest compatibility date there is.
const Oldest = "2021-01-01"

// Flags are the flags that hold for a Worker, by the name that enables each.
type Flags map[string]bool

// byName finds a flag by either of its names.
var byName = func() map[string]*Flag {
	m := make(map[string]*Flag, 2*len(flags))
	for i := range flags {
		m[flags[i].Enable] = &flags[i]
		if flags[i].Disable != "" {
			m[flags[i].Disable] = &flags[i]
		}
	}
	return m
}()

// Errors are all that is wrong with a date and flags.
type Errors []string

func (e Errors) Error() string { return strings.Join(e, "\n") }

// Resolve returns the flags that hold for a Worker of that compatibility date
// (YYYY-MM-DD) with those named flags. today bounds the date. The error is
// Errors.
func Resolve(date string, named []string, allowExperimental bool, today time.Time) (Flags, error) {
	var wrong Errors
	if err := checkDate(date, today); err != "" {
		wrong = append(wrong, err)
	}
	given := make(map[string]bool, len(named))
	for _, name := range named {
		if err := checkFlag(name, date, given, allowExperimental); err != "" {
			wrong = append(wrong, err)
		}
		given[name] = true
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return settle(date, given), nil
}

func checkDate(date string, today time.Time) string {
	day, err := time.Parse(time.DateOnly, date)
	switch {
	case err != nil:
		return fmt.Sprintf("Invalid compatibility date: %s", date)
	case date < Oldest:
		return fmt.Sprintf("Compatibility date %s is before %s, the oldest one there is.", date, Oldest)
	case day.After(today.UTC()):
		return fmt.Sprintf("Can't set compatibility date in the future: \"%s\". Today's date (UTC) is \"%s\".", date, today.UTC().Format(time.DateOnly))
	}
	return ""
}

func checkFlag(name, date string, given map[string]bool, allowExperimental bool) string {
	f := byName[name]
	switch {
	case f == nil:
		return "No such compatibility flag: " + name
	case given[name]:
		return "Compatibility flag specified multiple times: " + name
	case f.Disable != "" && (given[f.Enable] || given[f.Disable]):
		return fmt.Sprintf("Compatibility flags are mutually contradictory: %s vs %s", f.Enable, f.Disable)
	case f.Experimental && name == f.Enable && !allowExperimental:
		return fmt.Sprintf("The compatibility flag %s is experimental and may break or be removed in a future version of workerd. To use this flag, you must pass --experimental on the command line.", name)
	}
	return ""
}

// settle decides every flag: named ones first, then those of the date, then
// what these imply, until nothing changes.
func settle(date string, given map[string]bool) Flags {
	on := make(Flags)
	for _, f := range flags {
		if given[f.Enable] || (f.Date != "" && f.Date <= date && !given[f.Disable]) {
			on[f.Enable] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, f := range flags {
			if f.ImpliedBy != "" && f.ImpliedAfter <= date && on[f.ImpliedBy] && !given[f.Disable] && !on[f.Enable] {
				on[f.Enable], changed = true, true
			}
		}
	}
	return on
}

// Names are all flags' names, of those that turn something on and off.
func Names() []string { return slices.Sorted(maps.Keys(byName)) }
