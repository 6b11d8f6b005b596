package appconfig

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const jsoncProject = `// a project
{
  "$schema": "node_modules/wrangler/config-schema.json",
  "name": "shop",
  "main": "src/index.ts",
  "compatibility_date": "2026-01-01",
  "compatibility_flags": ["nodejs_compat"],
  "vars": {"STAGE": "live", "MAX": 3, "DEEP": {"a": [1, null]}},
  "worker_loaders": [{"binding": "LOADER"}],
  "services": [{"binding": "SELF", "service": "shop", "entrypoint": "Admin", "props": {"n": 1}}],
  "assets": {"directory": "public", "binding": "ASSETS", "run_worker_first": ["/api/*", "!/api/docs"], "not_found_handling": "404-page"},
  "rules": [{"type": "Text", "globs": ["**/*.md"], "fallthrough": true}],
  "observability": {"enabled": true},
  "limits": {"cpu_ms": 50, "subrequests": 5}, // trailing
}`

const tomlProject = `# a project
name = "shop"
main = "src/index.ts"
compatibility_date = "2026-01-01"
compatibility_flags = ["nodejs_compat"]
worker_loaders = [{ binding = "LOADER" }]

[vars]
STAGE = "live"
MAX = 3
DEEP.a = [1, 2]

[[services]]
binding = "SELF"
service = "shop"
entrypoint = "Admin"
[services.props]
n = 1

[assets]
directory = "public"
binding = "ASSETS"
run_worker_first = ["/api/*", "!/api/docs"]
not_found_handling = "404-page"

[[rules]]
type = "Text"
globs = ["**/*.md"]
fallthrough = true

[limits]
cpu_ms = 50
subrequests = 5
`

func TestBothNotationsSayTheSame(t *testing.T) {
	a, err := Parse("wrangler.jsonc", []byte(jsoncProject))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse("wrangler.toml", []byte(tomlProject))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Config{a, b} {
		if string(c.Vars["MAX"]) != "3" || string(c.Vars["STAGE"]) != `"live"` || len(c.Vars) != 3 {
			t.Errorf("%s: vars %s", c.File, c.Vars)
		}
		c.File, c.Vars = "", nil
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if string(x) != string(y) {
		t.Errorf("\n%s\n%s", x, y)
	}
	for _, want := range []string{`"Name":"shop"`, `"Binding":"LOADER"`, `"Props":{"n":1}`, `"RunFirst":["/api/*","!/api/docs"]`, `"cpuMs":50`, `"Fallthrough":true`} {
		if !strings.Contains(strings.ReplaceAll(string(x), "fallthrough", "Fallthrough"), want) {
			t.Errorf("no %s in %s", want, x)
		}
	}
}

func TestMistakesNameTheirPlace(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"w.json", `{`, `w.json:1:2: cannot read the JSON: the file ends where a value is needed`},
		{"w.json", `[]`, `w.json:1:1: cannot use a list: the configuration is an object`},
		{"w.json", "{\"main\": \"a.js\",\n \"durable_objects\": {}}", `w.json:2:2: durable_objects: cannot use this key: it is not supported yet`},
		{"w.json", "{\"main\": \"a.js\",\n \"kv_namespaces\": []}", `w.json:2:2: kv_namespaces: cannot use this key: it is not supported yet`},
		{"w.json", "{\"main\": \"a.js\",\n \"account_id\": \"\"}", `w.json:2:2: account_id: cannot use this key: it is about Cloudflare's network; remove it`},
		{"w.json", "{\"main\": \"a.js\",\n \"compatibilityDate\": \"\"}", `w.json:2:2: compatibilityDate: cannot use this key: it is unknown; did you mean "compatibility_date"?`},
		{"w.json", "{\"main\": \"a.js\",\n \"zzz\": 1}", `w.json:2:2: zzz: cannot use this key: it is unknown; there are $schema, assets,`},
		{"w.json", "{\"main\": \"a.js\",\n \"main\": 1}", `w.json:2:2: main: cannot use the key twice: line 1 has it already; remove one of them`},
		{"w.json", `{"main": 5}`, `w.json:1:10: main: cannot use a number: a string is needed`},
		{"w.json", `{}`, `w.json:1:1: cannot do without main (the Worker's first module) or assets`},
		{"w.json", `{"main": "a.js", "name": "A B"}`, `w.json:1:26: name: cannot use "A B": a name has 1 to 63`},
		{"w.json", `{"main": "a.js", "compatibility_date": "soon"}`, `w.json:1:40: compatibility_date: cannot use "soon": write a date as YYYY-MM-DD`},
		{"w.json", "{\"main\": \"a.js\", \"worker_loaders\": [\n{\"bindng\": \"X\"}]}", `w.json:2:2: worker_loaders[0].bindng: cannot use this key: it is unknown; did you mean "binding"?`},
		{"w.json", `{"main": "a.js", "services": [{"binding": "a-b", "service": "x"}]}`, `w.json:1:43: services[0].binding: cannot use "a-b": it becomes a property of env`},
		{"w.json", `{"main": "a.js", "services": [{"binding": "A"}]}`, `w.json:1:31: services[0]: cannot do without service`},
		{"w.json", `{"main": "a.js", "vars": {"A": 1}, "worker_loaders": [{"binding": "A"}]}`, `w.json:1:67: worker_loaders[0].binding: cannot use the binding "A": vars.A has that name already`},
		{"w.json", `{"main": "a.js", "assets": {"directory": "p", "not_found_handling": "spa"}}`, `w.json:1:69: assets.not_found_handling: cannot use "spa": it is one of none, 404-page, single-page-application`},
		{"w.json", `{"main": "a.js", "limits": {"cpu_ms": 1.5}}`, `w.json:1:39: limits.cpu_ms: cannot use 1.5: a whole number above 0 is needed`},
		{"w.toml", "main = \n", `w.toml:1:8: cannot read the TOML: `},
		{"w.toml", "main = \"a.js\"\n[durable_objects]\nbindings = []\n", `w.toml:2:2: durable_objects: cannot use this key: it is not supported yet`},
		{"w.toml", "main = \"a.js\"\n\n[[kv_namespaces]]\nbinding = \"A\"\n", `w.toml:3:3: kv_namespaces: cannot use this key: it is not supported yet`},
		{"w.toml", "main = \"a.js\"\n[[services]]\nbinding = \"A\"\nservice = \"a\"\n[[services]]\nbinding = 1\nservice = \"a\"\n", `w.toml:6:1: services[1].binding: cannot use a number: a string is needed`},
		{"w.toml", "main = \"a.js\"\n[[services]]\nbinding = \"A\"\nservice = \"a\"\n[[services]]\nbinding = \"B\"\n", `w.toml:5:3: services[1]: cannot do without service`},
		{"w.toml", "main = \"a.js\"\n[vars]\nA = nan\n", `w.toml:3:1: vars.A: cannot use NaN: JSON has no such number`},
		{"w.toml", "main = \"a.js\"\n[vars]\nA = 2026-01-01\n", `w.toml:3:1: vars.A: cannot use a date without quotes: a string is needed`},
		{"w.toml", "main = \"a.js\"\nworker_loaders = [{ binding = \"A\" },\n  { bind = \"B\" }]\n", `w.toml:3:5: worker_loaders[1].bind: cannot use this key`},
	} {
		_, err := Parse(c.file, []byte(c.text))
		if err == nil {
			t.Errorf("%s: no error", c.text)
			continue
		}
		found := false
		for line := range strings.SplitSeq(err.Error(), "\n") {
			found = found || strings.HasPrefix(line, c.want)
		}
		if !found {
			t.Errorf("%s:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestKeysOfLater are refused by name and line in both formats.
func TestKeysOfLater(t *testing.T) {
	for _, key := range []string{"durable_objects", "migrations", "kv_namespaces", "r2_buckets", "d1_databases", "workflows", "triggers", "queues", "tail_consumers"} {
		for file, text := range map[string]string{"w.jsonc": "{\n\"main\": \"a.js\",\n\"" + key + "\": []\n}", "w.toml": "main = \"a.js\"\n\n" + key + " = []\n"} {
			want := file + ":3:1: " + key + ": cannot use this key: it is not supported yet"
			if _, err := Parse(file, []byte(text)); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
	}
}

func TestAllMistakesAreReportedInOrder(t *testing.T) {
	_, err := Parse("w.json", []byte("{\"queues\": 1,\n\"d1_databases\": 1,\n\"main\": 3}"))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[3], "w.json:3:") {
		t.Errorf("%v", err)
	}
}

func TestDevVars(t *testing.T) {
	p := &problems{file: ".dev.vars"}
	vars := parseDotenv(p, "# secrets\nA=1\nexport B = two words # note\r\nC=\"a\\nb \\\"q\\\"\"\nD='raw\\n$A'\nE=\"two\nlines\"\nF=\nG=a#b\n")
	want := map[string]string{"A": "1", "B": "two words", "C": "a\nb \"q\"", "D": `raw\n$A`, "E": "two\nlines", "F": "", "G": "a#b"}
	for name, value := range want {
		if vars[name] != value {
			t.Errorf("%s: %q, want %q", name, vars[name], value)
		}
	}
	if len(vars) != len(want) || p.err() != nil {
		t.Errorf("%q %v", vars, p.err())
	}
	parseDotenv(p, "A=1\nno assignment\n")
	parseDotenv(p, "\n\nX=\"open\n")
	if err := p.err(); err == nil || err.Error() != ".dev.vars:2:1: cannot use this line: write NAME=value\n.dev.vars:3:1: X: cannot find the end of the value: its quote is not closed" {
		t.Errorf("%v", err)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	if _, err := Find(dir); err == nil || !strings.Contains(err.Error(), "wrangler.jsonc, no wrangler.json, no wrangler.toml") {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"wrangler.toml", "wrangler.jsonc"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := Find(dir); err != nil || filepath.Base(got) != name {
			t.Errorf("%s %v", got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("w.json", jsoncProject)
	f.Add("w.toml", tomlProject)
	f.Add("w.toml", "a.b = 1\n[[a.c]]\n[a.c.d]\n[[a.c.e]]\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		if c, err := Parse(name, []byte(text)); (c == nil) == (err == nil) {
			t.Errorf("%v %v", c, err)
		}
	})
}
