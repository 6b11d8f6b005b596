package main

import (
	"strings"
	"testing"
)

func TestCodeFrame(t *testing.T) {
	read := func(file string) string {
		return map[string]string{"a b.js": "one\n\tthrow new Error('x');\nthree", "min.js": strings.Repeat("x", 5000) + "HERE"}[file]
	}
	for _, c := range []struct{ stack, want string }{
		{"Error: x\n    at f (lib:1:2)\n    at g (a b.js:2:2)", "    1 | one\n    2 | \tthrow new Error('x');\n      | \t^"},
		{"Error: x\n    at a b.js:1:3", "    1 | one\n      |   ^"},
		{"Error: x\n    at a b.js:9:3", ""},
		{"Error: x\n    at <anonymous>", ""},
		{"", ""},
	} {
		if got := codeFrame(c.stack, read); got != c.want {
			t.Errorf("%q: %q, want %q", c.stack, got, c.want)
		}
	}
	if got := codeFrame("E\n    at min.js:1:5001", read); !strings.Contains(got, "HERE") || len(got) > 500 {
		t.Errorf("%q", got)
	}
	if codeFrame("E\n    at min.js:1:5001", nil) != "" {
		t.Error("a frame of nothing")
	}
}
