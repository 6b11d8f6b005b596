package supervisor

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestJSONAsACodedValue(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"b":[1,[2,"x\"y"],{}],"c":{"d":null,"e":[true,false]}}`: `{"a":1,"b":[[1,[[2,"x\"y"]],{}]],"c":{"d":null,"e":[[true,false]]}}`,
		`[]`: `[[]]`, `{}`: `{}`, `"s"`: `"s"`, `-1.5e3`: `-1.5e3`,
	} {
		got, err := codedJSON(jsontext.Value(in))
		if err != nil {
			t.Fatal(err)
		}
		if piece, rest, ok := firstPiece(got); !ok || len(rest) > 0 || string(piece) != want {
			t.Errorf("%s: got %s, want %s", in, piece, want)
		}
	}
	for _, bad := range []string{`{`, `[1,]`, `nope`} {
		if _, err := codedJSON(jsontext.Value(bad)); err == nil {
			t.Errorf("%s is JSON", bad)
		}
	}
}
