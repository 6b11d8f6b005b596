package bundle

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// project writes the files of a txtar text and returns their directory.
func project(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(text)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const shop = `
-- src/index.tsx --
import { WorkerEntrypoint } from "cloudflare:workers";
import { Buffer } from "node:buffer";
import { join } from "path";
import left from "left";
import { greet } from "./lib/greet";
import page from "./page.html";
import blob from "../data/blob.bin";
import conf from "./conf.json";
import wasm from "./add.wasm?module";
import notes from "../NOTES.md";
interface N { n: number }
function h(name: string) { return name }
/** @jsx h */
export class Named extends WorkerEntrypoint {}
export default { fetch: () => new Response([greet(<b/>), left, page, blob.byteLength, conf.a, wasm, notes, Buffer, join].join()) };
-- src/lib/greet.ts --
export const greet = (who: string): string => { if (process.env.NODE_ENV === "development") console.log("dev"); return "hi " + who };
-- src/page.html --
<p>
-- data/blob.bin --
123
-- src/conf.json --
{"a": 42}
-- src/add.wasm --
wasm
-- NOTES.md --
# notes
-- node_modules/left/package.json --
{"name": "left", "exports": {"workerd": "./worker.js", "default": "./other.js"}}
-- node_modules/left/worker.js --
module.exports = "the workerd one";
-- node_modules/left/other.js --
module.exports = "another one";
`

func TestAProjectBecomesAWorker(t *testing.T) {
	dir := project(t, shop)
	r := Build(Options{Dir: dir, Main: "src/index.tsx", NodeJS: true, Dev: true,
		Rules: []Rule{{Type: "Text", Globs: []string{"**/*.md"}, Fallthrough: true}}})
	if len(r.Errors) > 0 {
		t.Fatalf("%+v", r.Errors)
	}
	main := r.Modules[r.Main]["js"]
	for _, want := range []string{`from "cloudflare:workers"`, `from "node:buffer"`, `from "node:path"`, "the workerd one",
		`from "./src/page.html"`, `from "./data/blob.bin"`, `from "./src/add.wasm"`, `from "./NOTES.md"`, "a: 42", `console.log("dev")`,
		"//# sourceMappingURL=data:application/json;base64,"} {
		if !strings.Contains(main, want) {
			t.Errorf("no %s in\n%s", want, main)
		}
	}
	for name, kind := range map[string]string{"src/page.html": "text", "data/blob.bin": "data", "src/add.wasm": "wasm", "NOTES.md": "text"} {
		if _, ok := r.Modules[name][kind]; !ok {
			t.Errorf("%s is %v", name, r.Modules[name])
		}
	}
	for _, name := range []string{"src/index.tsx", "src/lib/greet.ts", "src/page.html", "node_modules/left/worker.js", "src/conf.json"} {
		if !slices.Contains(r.Inputs, filepath.Join(dir, name)) {
			t.Errorf("%s is not watched: %v", name, r.Inputs)
		}
	}
}

func TestTheSourceMapNamesTheProjectsFiles(t *testing.T) {
	r := Build(Options{Dir: project(t, shop), Main: "src/index.tsx", NodeJS: true, Rules: []Rule{{Type: "Text", Globs: []string{"**/*.md"}, Fallthrough: true}}})
	_, encoded, _ := strings.Cut(r.Modules[r.Main]["js"], "sourceMappingURL=data:application/json;base64,")
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		t.Fatal(err)
	}
	var sources struct{ Sources []string }
	if err := json.Unmarshal(b, &sources); err != nil || !slices.Contains(sources.Sources, "src/lib/greet.ts") {
		t.Errorf("%v %v", sources, err)
	}
}

func TestErrorsHaveTheirPlace(t *testing.T) {
	for _, c := range []struct{ name, files, text, file, frame string }{
		{"syntax", "-- a.ts --\nexport default {};\nlet = ;\n", "Unexpected \";\"", "a.ts:2:7", "    2 | let = ;\n              ^"},
		{"missing file", "-- a.ts --\nimport './b';\n", `Could not resolve "./b"`, "a.ts:1:8", "    1 | import './b';\n               ^^^^^"},
		{"missing package", "-- a.ts --\nimport 'zod';\n", "Could not resolve \"zod\"\nThere is no such package in node_modules: install it with npm install zod.", "a.ts:1:8", ""},
		{"missing scoped package", "-- a.ts --\nimport '@a/b/c';\n", "Could not resolve \"@a/b/c\"\nThere is no such package in node_modules: install it with npm install @a/b.", "a.ts:1:8", ""},
		{"missing alias", "-- a.ts --\nimport '~/b';\n", "Could not resolve \"~/b\"\nIt is no name of a package: what it stands for is to be in \"paths\"", "a.ts:1:8", ""},
		{"missing short alias", "-- a.ts --\nimport '@/b';\n", "Could not resolve \"@/b\"\nIt is no name of a package", "a.ts:1:8", ""},
		{"bytes", "-- a.ts --\nimport './b';\n-- b.ts --\n\x7fELF\x02\x00\xff\xfe;\n", "This is no text in UTF-8, and no JavaScript. Bytes are imported", "b.ts:1:1", ""},
		{"missing text", "-- a.ts --\nimport x from './b.txt';\nx;\n", `Could not resolve "./b.txt"`, "a.ts:1:15", ""},
		{"missing export", "-- a.ts --\nimport {x} from './b';\nx();\n-- b.ts --\nexport const y = 1;\n", `No matching export in "b.ts" for import "x"`, "a.ts:1:9", ""},
		{"node without the flag", "-- a.ts --\nimport 'fs';\n", "Could not resolve \"fs\"\nIt is a module of Node.js: add \"nodejs_compat\"", "a.ts:1:8", ""},
		{"json", "-- a.ts --\nimport x from './b.json';\nx;\n-- b.json --\n{\"a\": nope}\n", `Unexpected "nope" in JSON`, "b.json:1:7", ""},
		{"no main", "-- b.ts --\n", "Could not resolve \"./a.ts\"\nThe configuration names it as main, and there is no such file.", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Build(Options{Dir: project(t, c.files), Main: "a.ts"})
			if len(r.Errors) == 0 || r.Modules != nil {
				t.Fatalf("%+v", r)
			}
			m := r.Errors[0]
			at := ""
			if m.File != "" {
				at = fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
			}
			if !strings.HasPrefix(m.Text, c.text) || at != c.file || c.frame != "" && m.Frame != c.frame {
				t.Errorf("%q at %q\n%s", m.Text, at, m.Frame)
			}
		})
	}
}

func TestAWorkerWithoutADefaultExportIsWarnedOf(t *testing.T) {
	for source, warned := range map[string]bool{"export default { fetch() {} };": false, "const w = {}; export { w as default };": false,
		"module.exports = { fetch() {} };": false, "addEventListener('fetch', () => {});": true, "export class A {}": true} {
		r := Build(Options{Dir: project(t, "-- a.js --\n"+source+"\n"), Main: "a.js"})
		if len(r.Errors) > 0 || warned != (len(r.Warnings) == 1 && strings.HasPrefix(r.Warnings[0].Text, "a.js has no default export")) {
			t.Errorf("%s: %+v %+v", source, r.Errors, r.Warnings)
		}
	}
}

func TestAPackageNamedAsANodeModule(t *testing.T) {
	dir := project(t, "-- a.js --\nimport x from 'events';\nexport default x;\n-- node_modules/events/index.js --\nmodule.exports = 'a package';\n")
	if r := Build(Options{Dir: dir, Main: "a.js"}); !strings.Contains(r.Modules[r.Main]["js"], "a package") {
		t.Errorf("%+v", r)
	}
	if r := Build(Options{Dir: dir, Main: "a.js", NodeJS: true}); !strings.Contains(r.Modules[r.Main]["js"], `from "node:events"`) {
		t.Errorf("%+v", r)
	}
}

// TestRequiredModules is about CommonJS packages that require what only an import reaches, and those that can do without.
func TestRequiredModules(t *testing.T) {
	dir := project(t, `
-- a.js --
import all from 'pkg';
export default all;
-- node_modules/pkg/package.json --
{"main": "index.js", "browser": {"os": false}}
-- node_modules/pkg/index.js --
const os = require("os");
let crypto;
try { crypto = require("crypto") } catch { crypto = "without" }
module.exports = [require("node:util"), os, crypto];
`)
	r := Build(Options{Dir: dir, Main: "a.js"})
	main := r.Modules[r.Main]["js"]
	if len(r.Errors) > 0 || !strings.Contains(main, `from "node:util"`) || strings.Contains(main, "node:os") || strings.Contains(main, `__require("node:`) {
		t.Errorf("%+v\n%s", r.Errors, main)
	}
	r = Build(Options{Dir: dir, Main: "a.js", NodeJS: true})
	if main = r.Modules[r.Main]["js"]; !strings.Contains(main, `from "node:crypto"`) || !strings.Contains(main, `from "node:os"`) || strings.Contains(main, `__require("`) {
		t.Errorf("%+v\n%s", r.Errors, main)
	}
}

func TestARuleReplacesTheBuiltInOfItsType(t *testing.T) {
	dir := project(t, "-- a.js --\nimport x from './b.txt';\nexport default x;\n-- b.txt --\ntext\n")
	r := Build(Options{Dir: dir, Main: "a.js", Rules: []Rule{{Type: "Text", Globs: []string{"**/*.md"}}}})
	if r.Modules["b.txt"] != nil {
		t.Errorf("%+v", r) // esbuild's own loader has it now
	}
	if r := Build(Options{Dir: dir, Main: "a.js", Rules: []Rule{{Type: "JSON", Globs: []string{"**/*.txt"}}}}); len(r.Errors) == 0 {
		t.Errorf("%+v", r)
	}
	if r := Build(Options{Dir: dir, Main: "a.js", Rules: []Rule{{Type: "Python"}}}); len(r.Errors) == 0 {
		t.Errorf("%+v", r)
	}
}

func TestServe(t *testing.T) {
	dir := project(t, "-- a.js --\nexport default 1;\n")
	in, _ := json.Marshal(Options{Dir: dir, Main: "a.js"})
	var out bytes.Buffer
	if err := Serve(bytes.NewReader(in), &out); err != nil || !strings.Contains(out.String(), `"main":"bundle.js"`) {
		t.Errorf("%v %s", err, out.String())
	}
	if err := Serve(strings.NewReader("{"), &out); err == nil {
		t.Error("no error")
	}
}

func BenchmarkBuild(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.ts"), []byte("export default { fetch: (r: Request) => new Response(r.url) };\n"), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if r := Build(Options{Dir: dir, Main: "a.ts"}); len(r.Errors) > 0 {
			b.Fatal(r.Errors)
		}
	}
}
