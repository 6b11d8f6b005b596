package appconfig

import (
	"slices"
	"time"

	"stockade.dev/stockade/supervisor/compat"
)

// compatibility checks date and flags as the daemon will. Whether experimental flags are allowed is for its policy to say.
func (r *reader) compatibility(n *node, today time.Time) {
	date := r.c.CompatibilityDate
	if wrong := resolve(date, nil, today); wrong != "" && dateText.MatchString(date) {
		r.p.add(n.find("compatibility_date"), "compatibility_date", "cannot use %q: %s", date, wrong)
	}
	var good []string
	for i, name := range r.c.CompatibilityFlags {
		wrong := resolve("", append(slices.Clip(good), name), today)
		if wrong == "" || name == "" {
			good = append(good, name)
			continue
		}
		if near := nearest(name, compat.Names()); near != "" && !slices.Contains(compat.Names(), name) {
			wrong += "; did you mean \"" + near + "\"?"
		}
		key := element("compatibility_flags", i)
		r.p.add(n.find(key), key, "cannot use %q: %s", name, wrong)
	}
}

// resolve says what is wrong, in the runtime's words. Without a date it is today's.
func resolve(date string, flags []string, today time.Time) string {
	if date == "" {
		date = today.UTC().Format(time.DateOnly)
	}
	if _, err := compat.Resolve(date, flags, true, today); err != nil {
		return err.Error()
	}
	return ""
}
