package main

import (
	"strings"
	"sync"
	"testing"
)

// TestDevOutput is what a terminal gets: colours of ours and a Worker's, nothing else that it writes to steer it, and whose line it is.
func TestDevOutput(t *testing.T) {
	var b strings.Builder
	o := &devOutput{t: &terminal{w: &b, colour: true}, app: "shop"}
	o.t.w = &prefixWriter{lines: new(sync.Mutex), w: &b, prefix: o.prefix()}
	for _, line := range []string{
		`{"type":"log","timestamp":0,"version":1,"level":"error","message":["\u001b[2Joh \u001b[32m200\u001b[0m \u001b[1;4mok"]}`,
		`{"type":"exception","timestamp":0,"version":1,"name":"TypeError","message":"no luck","stack":"TypeError: no luck\n    at index.js:1:2"}`,
	} {
		if err := o.logLine([]byte(line), nil); err != nil {
			t.Fatal(err)
		}
	}
	o.failed(&bundleError{[]bundleMessage{{Text: "Unexpected", File: "a.ts", Line: 1, Column: 2}}})
	got := b.String()
	for _, want := range []string{"\x1b[34m[shop]\x1b[0m \x1b[31merror\x1b[0m", `\u001b[2Joh` + " \x1b[32m200\x1b[0m \x1b[1;4mok\x1b[0m\n", "\x1b[31muncaught TypeError: no luck\x1b[0m", "a.ts:1:2"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	if strings.Contains(got, "\x1b[2J") {
		t.Error("a Worker's log steers the terminal")
	}
	for line := range strings.Lines(got) {
		if !strings.HasPrefix(line, "\x1b[34m[shop]") {
			t.Errorf("%q does not say whose it is", line)
		}
	}
}
