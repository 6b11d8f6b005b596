package main

import (
	"errors"
	"strings"
	"testing"
)

func TestHints(t *testing.T) {
	for message, want := range map[string]string{
		"Callback returned incorrect type; expected 'Promise'":                       returnResponse,
		"Incorrect type for Promise: the Promise did not resolve to 'Response'.":     returnResponse,
		"No such module \"zod\".\n  imported from \"main.js\"":                       "'stockade dev'",
		"No such module \"node:fs\".":                                                "nodejs_compat",
		"Worker has no such entrypoint: default":                                     "export default",
		"x is not defined":                                                           "",
		"cannot read the order: No such order, and a module is not what it is about": "",
	} {
		if got := hint(message); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s\n   got %q, want %q", message, got, want)
		}
	}
}

// TestErrorsWithLines: an error that a module throws when it is loaded shows its
// line, and what was thrown and is no Error is said to be none.
func TestErrorsWithLines(t *testing.T) {
	sources := func(string) string { return "const a = 1;\nconst b = JSON.parse(undefined);" }
	var out strings.Builder
	api := &apiError{Message: "no JSON", Details: errorDetails{Stack: "SyntaxError: no JSON\n    at main.js:2:16"}}
	api.Details.Source = codeFrame(api.Details.Stack, sources)
	newTerminal(&out).apiError(errors.New("cannot run main.js: no JSON"), api)
	want := "stockade: cannot run main.js: no JSON\n    1 | const a = 1;\n    2 | const b = JSON.parse(undefined);\n      |                ^\nSyntaxError: no JSON\n    at main.js:2:16\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	out.Reset()
	exception{Name: "Error", Message: "just text"}.print(newTerminal(&out), nil)
	if want := "uncaught Error: just text\n    (what was thrown is no Error: nothing says where)\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}
