package source

import "testing"

// TestWithUpdates: only loops that need an update get one, and what follows stays where it is if there is a blank.
func TestWithUpdates(t *testing.T) {
	for src, want := range map[string]string{
		"for (let i = 0; ; ) { continue }":                                     "for (let i = 0; ;+0){ continue }",
		"for (let i = 0;;) { continue }":                                       "for (let i = 0;;+0){ continue }",
		"for(let i=0;;){continue}":                                             "for(let i=0;;+0){continue}",
		"for (let i = 0; i < 3;) { if (i) { continue } f() }":                  "for (let i = 0; i < 3;+0){ if (i) { continue } f() }",
		"for (let i = f(); (a, b); ) { continue }":                             "for (let i = f(); (a, b);+0){ continue }",
		"for (let i = 0; ; ) { for (let j = 0; ; ) { continue } } for (;;) {}": "for (let i = 0; ;+0){ for (let j = 0; ;+0){ continue } } for (;;) {}",
		"for (let i = 0; ;  ) { continue }":                                    "for (let i = 0; ;+0) { continue }",
		"for (let i = 0; ; ) { break }":                                        "for (let i = 0; ; ) { break }",
		"for (let i = 0; ; i++) { continue }":                                  "for (let i = 0; ; i++) { continue }",
		"for (var i = 0; ; ) { continue }":                                     "for (var i = 0; ; ) { continue }",
		"for (;;) { continue } 'for (let i = 0; ; ) { continue }'":             "for (;;) { continue } 'for (let i = 0; ; ) { continue }'",
		"for (let i = 0; ; ) { x.continue }":                                   "for (let i = 0; ; ) { x.continue }",
		"for (let i = (() => { for (;;) { } })(); ; ) { continue }":            "for (let i = (() => { for (;;) { } })(); ;+0){ continue }",
		"`${f(() => { for (let i = 0; ; ) { continue } })}`":                   "`${f(() => { for (let i = 0; ;+0){ continue } })}`",
	} {
		if got := string(WithUpdates([]byte(src))); got != want {
			t.Errorf("%s:\n got %s\nwant %s", src, got, want)
		}
	}
}
