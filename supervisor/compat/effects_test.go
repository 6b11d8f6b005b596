package compat

import (
	"os"
	"regexp"
	"testing"
)

// TestEffectsAreOfTheTable holds the list, the table and what the jail's
// runtime has of it together.
func TestEffectsAreOfTheTable(t *testing.T) {
	source, err := os.ReadFile("../../workerproc/runtime/core/flags.js")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{"experimental": true, "nodejs_compat_v2": true} // asked by the supervisor, and by core/node.js
	for _, m := range regexp.MustCompile(`(?m)^  (\w+): \[(?:"([\d-]+)"|undefined), "(\w+)"\],$`).FindAllStringSubmatch(string(source), -1) {
		asked[m[1]] = true
		f := byName[m[1]]
		if m[1] == "disallow_importable_env" || f != nil && f.Date == m[2] && f.Disable == m[3] {
			continue
		}
		t.Errorf("flags.js has %q; the table has %+v", m[0], f)
	}
	if len(asked) < 15 {
		t.Fatal("flags.js can't be read")
	}
	for name := range Effects {
		if f := byName[name]; f == nil || f.Enable != name || !asked[name] {
			t.Errorf("%s is not in the table, or nothing asks for it", name)
		}
	}
}
