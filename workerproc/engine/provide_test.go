package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

func TestProvide(t *testing.T) { onEach(t, testProvide) }

// testProvide imports and requires modules that are made when they are asked
// for: once each, never for a file, one module by whatever name.
func testProvide(t *testing.T, m maker) {
	e := m.engine(t)
	exports, err := e.Script("stockade:test", `({ default: { a: 1 }, a: 1 })`)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	e.Provide(func(name string) (any, error) {
		asked = append(asked, name)
		if strings.HasSuffix(name, "made") {
			return exports, nil
		}
		return nil, nil
	})
	for name, source := range map[string]string{
		"main.js": `import made, { a } from "made"; import * as prefixed from "node:made"; import mine from "mine"; import required from "./dir/lib.cjs";
			const again = await import("made");
			const file = await import("./made").catch((e) => e.message);
			export default [a, made.a, prefixed === again, prefixed.default === made, mine, required === made, file].join()`,
		"dir/lib.cjs": `module.exports = require("made")`,
		"mine":        `export default "mine"`,
	} {
		e.Define(moduleOf(name, source))
	}
	got, err := importMain(t, e)
	if want := `1,1,true,true,mine,true,No such module "made".`; err != nil || strings.TrimSuffix(got, "\n  imported from \"main.js\"") != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if slices.Sort(asked); strings.Join(asked, " ") != "made node:made" {
		t.Errorf("asked for %q", asked)
	}
}

func TestProvideFails(t *testing.T) { onEach(t, testProvideFails) }

func testProvideFails(t *testing.T, m maker) {
	for _, test := range []struct{ source, want string }{
		{`import "hinted"`, "Error: No such module \"hinted\".\n  imported from \"main.js\"\n  Turn it on."},
		{`import "unknown"`, "Error: No such module \"unknown\".\n  imported from \"main.js\""},
		{`import { b } from "made"`, "SyntaxError: The requested module 'made' does not provide an export named 'b'"},
		{`import "broken"`, "RangeError: broken"},
	} {
		e := m.engine(t)
		exports, err := e.Script("stockade:test", `({ default: 1 })`)
		if err != nil {
			t.Fatal(err)
		}
		e.Provide(func(name string) (any, error) {
			switch name {
			case "hinted":
				return "Turn it on.", nil
			case "made":
				return exports, nil
			case "broken":
				return nil, &engine.Error{Name: "RangeError", Message: "broken"}
			}
			return nil, nil
		})
		e.Define(moduleOf("main.js", test.source))
		if _, err := importMain(t, e); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.source, err, test.want)
		}
	}
}

func TestRequire(t *testing.T) { onEach(t, testRequire) }

func testRequire(t *testing.T, m maker) {
	e := m.engine(t)
	for name, source := range map[string]string{
		"dir/list.cjs": `module.exports = [1, 2]`, "dir/default.js": `export default (n) => n * 2`, "dir/none.js": `export const x = 1`,
		"throws.cjs": `throw new TypeError("no")`, "later.js": `await 0; export default 1`,
	} {
		e.Define(moduleOf(name, source))
	}
	same, err := e.Script("stockade:test", `((a, b, double, ns) => (a === b) + "," + a.length + "," + double(2) + "," + ns.x)`)
	if err != nil {
		t.Fatal(err)
	}
	required := []any{}
	for _, specifier := range []string{"./list.cjs", "./list.cjs", "./default.js", "./none.js"} {
		v, err := e.Require(specifier, "dir/main.js", false)
		if err != nil {
			t.Fatal(specifier, err)
		}
		required = append(required, v)
	}
	if got, err := e.Call(same, required...); err != nil || got != "true,2,4,1" {
		t.Errorf("got %v, %v", got, err)
	}
	for specifier, want := range map[string]string{
		"./gone.cjs": "No such module", "/throws.cjs": "no", "/later.js": "Top-level await in module is not permitted at this time.",
	} {
		_, err := e.Require(specifier, "dir/main.js", false)
		var thrown *engine.Exception
		message := ""
		if errors.As(err, &thrown) {
			message = e.Describe(thrown.Thrown).Message
		} else if err != nil {
			message = err.Error()
		}
		if !strings.Contains(message, want) {
			t.Errorf("%s: got %q (%v), want %s", specifier, message, err, want)
		}
	}
}

func TestInternals(t *testing.T) { onEach(t, testInternals) }

func testInternals(t *testing.T, m maker) {
	e := m.engine(t)
	same, err := e.Script("stockade:test", `((a, b) => a === b)`)
	if err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string]struct {
		kind   string
		result any
	}{
		`new Proxy({}, { get() { throw 1 } })`:             {"proxy", nil},
		`new Proxy(() => {}, {})`:                          {"proxy", nil},
		`new Promise(() => {})`:                            {"pending", nil},
		`Promise.resolve("x")`:                             {"fulfilled", "x"},
		`(p => (p.catch(() => {}), p))(Promise.reject(7))`: {"rejected", 7.0},
		`({ then() {} })`:                                  {"", nil},
		`(() => {})`:                                       {"", nil},
	} {
		v, err := e.Script("main.js", source)
		if err != nil {
			t.Fatal(err)
		}
		kind, result := e.Internals(v)
		if kind != want.kind {
			t.Errorf("%s: got %q, want %q", source, kind, want.kind)
		}
		if want.result == nil {
			continue
		}
		if is, err := e.Call(same, result, want.result); err != nil || is != true {
			t.Errorf("%s: the result isn't %v (%v)", source, want.result, err)
		}
	}
}
