package compat

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestEffectsAreOfTheTable holds the list, the table and what the jail's
// runtime has of it together.
func TestEffectsAreOfTheTable(t *testing.T) {
	source, err := os.ReadFile("../../workerproc/runtime/core/flags.js")
	if err != nil {
		t.Fatal(err)
	}
	// asked by the supervisor, by core/node.js and by node/process.js
	asked := map[string]bool{"experimental": true, "nodejs_compat_v2": true, "nodejs_als": true, "enable_nodejs_global_timers": true,
		"enable_nodejs_process_v2": true, "nodejs_process_version_24": true, "nodejs_compat_populate_process_env": true}
	askedForModules(t, asked)
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

// askedForModules holds the table of modules of Node.js in the jail to ours.
func askedForModules(t *testing.T, asked map[string]bool) {
	source, err := os.ReadFile("../../workerproc/runtime/parts/node.js")
	if err != nil {
		t.Fatal(err)
	}
	gates := regexp.MustCompile(`(?m)^    \["(\w+)", "([\d-]+)", "[^"]+"\],$`).FindAllStringSubmatch(string(source), -1)
	if len(gates) < 20 {
		t.Fatal("parts/node.js can't be read")
	}
	for _, m := range gates {
		asked[m[1]] = true
		if f := byName[m[1]]; f == nil || f.ImpliedAfter != m[2] {
			t.Errorf("parts/node.js has %q; the table has %+v", m[0], f)
		}
	}
}

// TestTheListForPeople: docs/conformance.md has a row for each.
func TestTheListForPeople(t *testing.T) {
	text, err := os.ReadFile("../../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, what := range Effects {
		f, when := byName[name], "by name"
		switch {
		case f.ImpliedBy != "":
			when = "with " + f.ImpliedBy + " from " + f.ImpliedAfter
		case f.Date != "":
			when = f.Date
		}
		if row := "| `" + name + "` | " + when + " | " + what + " |\n"; !strings.Contains(string(text), row) {
			t.Errorf("conformance.md lacks %s", row)
		}
	}
}
