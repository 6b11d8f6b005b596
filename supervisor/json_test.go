package supervisor

import (
	"errors"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

func TestWhatIsWrongWithARequestIsNamedWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, body, path, message string }{
		{"not JSON", `{"code": nope}`, "/code", "not JSON"},
		{"empty", ``, "", "unfinished"},
		{"cut off", `{"code": {"mainModule": "a.js"`, "/code", "unfinished"},
		{"trailing text", `{"code":{"mainModule":"a.js","modules":{}}} x`, "", "not JSON"},
		{"unknown field", `{"code": {"mainModul": "a.js"}}`, "/code/mainModul", "unknown field"},
		{"unknown field of a module", `{"code": {"modules": {"a.js": {"javascript": "x"}}}}`, "/code/modules/a.js/javascript", "unknown field"},
		{"same field twice", `{"code": {}, "code": {}}`, "/code", "twice"},
		{"number for a string", `{"code": {"mainModule": 7}}`, "/code/mainModule", "expected a string, found another number"},
		{"string for an object", `{"code": "export default {}"}`, "/code", "expected an object, found a string"},
		{"array for a module", `{"code": {"modules": {"a.js": []}}}`, "/code/modules/a.js", "a module is a string or an object"},
		{"module of two kinds", `{"code": {"modules": {"a.js": {"js": "", "text": ""}}}}`, "/code/modules/a.js", "contained 2 properties"},
		{"module of no kind", `{"code": {"modules": {"a.js": {}}}}`, "/code/modules/a.js", "contained 0 properties"},
		{"data that is not base64", `{"code": {"modules": {"a": {"data": "%%"}}}}`, "/code/modules/a/data", "base64"},
		{"string for a limit", `{"code": {"limits": {"cpuMs": "10"}}}`, "/code/limits/cpuMs", "expected a whole number"},
		{"fraction for a limit", `{"limits": {"cpuMs": 1.5}}`, "/limits/cpuMs", "whole number"},
		{"number for a header", `{"request": {"headers": {"a": 1}}}`, "/request/headers/a", "expected a string"},
		{"array for headers", `{"request": {"headers": []}}`, "/request/headers", "object of header names"},
	} {
		var req runRequest
		var e *rpc.Error
		err := decodeJSON(strings.NewReader(c.body), &req)
		if !errors.As(err, &e) || e.Kind != rpc.BadRequest {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !strings.Contains(e.Message, c.message) || e.File != c.path {
			t.Errorf("%s: at %q: %q; want at %q: …%s…", c.name, e.File, e.Message, c.path, c.message)
		}
	}
}

func TestHeadersKeepTheirOrderAndRepetition(t *testing.T) {
	var req runRequest
	body := `{"request": {"headers": {"b": "1", "set-cookie": ["x=1", "y=2"], "a": "3"}}}`
	if err := decodeJSON(strings.NewReader(body), &req); err != nil {
		t.Fatal(err)
	}
	want := jsonHeaders{{Name: "b", Value: "1"}, {Name: "set-cookie", Value: "x=1"}, {Name: "set-cookie", Value: "y=2"}, {Name: "a", Value: "3"}}
	got := req.Request.Headers
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("header %d: %v, want %v", i, got[i], want[i])
		}
	}
}
