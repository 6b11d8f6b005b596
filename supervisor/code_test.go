package supervisor

import (
	"errors"
	"strings"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func parseCode(t *testing.T, text string) *workerCode {
	t.Helper()
	c := new(workerCode)
	if err := decodeJSON(strings.NewReader(text), c); err != nil {
		t.Fatal(err)
	}
	return c
}

func roomyLimits() policy.Limits { return policy.Default().Profiles[0].Limits.Max }

func TestCodeThatCannotBeLoaded(t *testing.T) {
	big := strings.Repeat("x", 2<<20)
	for _, c := range []struct {
		name, code, want string
		kind             rpc.Kind
	}{
		{"no modules", `{"mainModule": "a.js", "modules": {}}`, "must contain at least one module", rpc.CodeError},
		{"no main module", `{"modules": {"a.js": ""}}`, "mainModule is missing", rpc.CodeError},
		{"another main module", `{"mainModule": "b.js", "modules": {"a.js": ""}}`, `No such module "b.js"`, rpc.CodeError},
		{"a name that tells no type", `{"mainModule": "a", "modules": {"a": ""}}`, "Module name must end with '.js' or '.py'", rpc.CodeError},
		{"Python among JavaScript", `{"mainModule": "a.js", "modules": {"a.js": "", "b.py": ""}}`, "is a Python module, but the main module isn't", rpc.CodeError},
		{"JavaScript among Python", `{"mainModule": "a.py", "modules": {"a.py": "", "b.js": ""}}`, "is a JS module, but the main module is a Python module", rpc.CodeError},
		{"Python", `{"mainModule": "a.py", "modules": {"a.py": ""}}`, "runs JavaScript only", rpc.CodeError},
		{"an outbound", `{"mainModule": "a.js", "modules": {"a.js": ""}, "globalOutbound": {}}`, "expected one of null", rpc.BadRequest},
		{"tails", `{"mainModule": "a.js", "modules": {"a.js": ""}, "tails": []}`, "Tail Workers", rpc.BadRequest},
		{"env that is no object", `{"mainModule": "a.js", "modules": {"a.js": ""}, "env": 1}`, "/code/env", rpc.BadRequest},
		{"experimental", `{"mainModule": "a.js", "modules": {"a.js": ""}, "allowExperimental": true}`, "allowExperimental", rpc.CodeError},
		{"a date to come", `{"mainModule": "a.js", "modules": {"a.js": ""}, "compatibilityDate": "2027-01-01"}`, "future", rpc.CodeError},
		{"an unknown flag", `{"mainModule": "a.js", "modules": {"a.js": ""}, "compatibilityFlags": ["nonsense"]}`, "No such compatibility flag: nonsense", rpc.CodeError},
		{"a limit of nothing", `{"mainModule": "a.js", "modules": {"a.js": ""}, "limits": {"cpuMs": 0}}`, "limits.cpuMs must be greater than 0", rpc.BadRequest},
		{"too large an env", `{"mainModule": "a.js", "modules": {"a.js": ""}, "env": {"a": "` + big + `"}}`, "exceeds the maximum allowed size of 1048576 bytes", rpc.LimitExceeded},
	} {
		var e *rpc.Error
		err := parseCode(t, c.code).check(roomyLimits(), today)
		if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(e.Message, c.want) {
			t.Errorf("%s: %v, want %s …%s…", c.name, err, c.kind, c.want)
		}
	}
}

func TestTheCodesSizeIsThatOfAllItsModules(t *testing.T) {
	c := &workerCode{MainModule: "a.js", Modules: map[string]module{}}
	for _, name := range []string{"a.js", "b.js", "c.js"} {
		c.Modules[name] = module{data: make([]byte, 22<<20)}
	}
	var e *rpc.Error
	if err := c.check(roomyLimits(), today); !errors.As(err, &e) || e.Limit == nil || e.Limit.Value != rpc.MaxCode || e.Limit.Used != 66<<20 {
		t.Errorf("%v", err)
	}
	delete(c.Modules, "c.js")
	if err := c.check(roomyLimits(), today); err != nil {
		t.Errorf("44 MiB: %v", err)
	}
}

func TestTheSameCodeHasOneCanonicalForm(t *testing.T) {
	one := `{"mainModule": "a.js", "modules": {"a.js": "1", "b": {"text": "2"}, "c": {"data": "AAEC"}, "d": {"json": {"z": 1, "a": [true]}}}, "env": {"b": 1.0, "a": "é"}, "compatibilityDate": "2026-01-01"}`
	other := `{"compatibilityDate":"2026-01-01","env":{"a":"\u00e9","b":1},"modules":{"d":{"json":{"z": 1, "a": [true]}},"c":{"data":"AAEC"},"b":{"text":"2"},"a.js":{"js":"1"}},"mainModule":"a.js"}`
	canonical := func(text string) string {
		c := parseCode(t, text)
		if err := c.check(roomyLimits(), today); err != nil {
			t.Fatal(err)
		}
		b, err := c.canonical()
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if a, b := canonical(one), canonical(other); a != b {
		t.Errorf("\n%s\n%s", a, b)
	}
	back, err := parseStored([]byte(canonical(one)))
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := back.canonical(); string(b) != canonical(one) {
		t.Errorf("stored and read back:\n%s\n%s", b, canonical(one))
	}
}
