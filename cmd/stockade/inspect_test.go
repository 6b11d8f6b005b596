package main

import (
	"encoding/json"
	"os"
	"testing"
)

// TestInspectJSON compares with what util.inspect of Node.js 20 gives for the same values.
func TestInspectJSON(t *testing.T) {
	b, err := os.ReadFile("testdata/inspect.json")
	if err != nil {
		t.Fatal(err)
	}
	var tests [][2]json.RawMessage
	if err := json.Unmarshal(b, &tests); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		var want string
		if err := json.Unmarshal(test[1], &want); err != nil {
			t.Fatal(err)
		}
		if got := inspectJSON(test[0]); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", test[0], got, want)
		}
	}
	for raw, want := range map[string]string{`"text 'x'"`: "text 'x'", `{"a":`: `{"a":`, `1e400`: "1e400"} {
		if got := inspectJSON(json.RawMessage(raw)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
