package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// vendored are the scripts of node/vendor by the npm module that each is made of.
var vendored = map[string]string{
	"assertion-error": "./node_modules/assert/build/internal/assert/assertion_error.js",
	"comparisons":     "./node_modules/assert/build/internal/util/comparisons.js",
	"inspect":         "node-inspect-extracted",
	"memfs":           "@jsonjoy.com/fs-node",
	"path":            "path-browserify-win32",
	"punycode":        "./node_modules/punycode/punycode.js",
	"readable-stream": "./node_modules/readable-stream/lib/ours/browser.js",
	"url":             "url",
}

// ours is what the packages get instead of a package that they require: a
// module of Node.js as we make it, or a line of what every engine has now.
var ours = map[string]string{
	"../errors":                   `module.exports = { codes: { ERR_INVALID_ARG_TYPE: function (...args) { return require("internal:errors").invalidArgType(...args); } } }`,
	"./internal/util/comparisons": `module.exports = require("internal:comparisons")`,
	"buffer":                      `module.exports = require("node:buffer")`,
	"events":                      `module.exports = require("node:events")`,
	"util":                        `module.exports = require("node:util")`,
	"util/": `const util = require("node:util");
		module.exports = { types: util.types, inspect: (...args) => util.inspect(...args) };`,
	"./process":                `module.exports = { default: { cwd: () => require("node:process").cwd?.() ?? "/bundle", getuid: () => 0, getgid: () => 0, umask: () => 18, platform: "linux", env: {}, emitWarning() {} } }`,
	"@jsonjoy.com/fs-print":    `module.exports = {}`,
	"@jsonjoy.com/fs-snapshot": `module.exports = {}`,
	"process/":                 `module.exports = require("node:process")`,
	"string_decoder/":          `module.exports = require("node:string_decoder")`,
	"punycode":                 `module.exports = require("node:punycode")`,
	"qs":                       `const qs = require("node:querystring"); module.exports = { parse: (s) => qs.parse(s), stringify: (query) => qs.stringify(query) }`,
	"abort-controller":         `module.exports = { AbortController, AbortSignal }`,
	"is-nan":                   `module.exports = Number.isNaN`,
	"object-is":                `module.exports = Object.is`,
	"object-is/polyfill":       `module.exports = () => Object.is`,
	"object.assign":            `module.exports = Object.assign`,
	"object.assign/polyfill":   `module.exports = () => Object.assign`,
	"call-bind/callBound": `module.exports = (name) => {
		const [type, , method] = name.split(".");
		const f = globalThis[type].prototype[method];
		return (self, ...args) => Reflect.apply(f, self, args);
	}`,
}

// Vendor makes the scripts of dir/vendor of the packages in dir/npm, and
// dir/vendor/NOTICE of their licences.
func Vendor(dir string) error {
	packages := map[string]bool{}
	for name, entry := range vendored {
		if err := vendorOne(dir, name, entry, packages); err != nil {
			return fmt.Errorf("cannot make %s: %w", name, err)
		}
	}
	return notice(dir, packages)
}

func vendorOne(dir, name, entry string, packages map[string]bool) error {
	result := api.Build(api.BuildOptions{
		Stdin:    &api.StdinOptions{Contents: fmt.Sprintf("module.exports = require(%q)", entry), ResolveDir: filepath.Join(dir, "npm")},
		External: []string{"node:*", "internal:*"}, Plugins: []api.Plugin{replacing(entry)}, Metafile: true,
		Bundle: true, Format: api.FormatCommonJS, Platform: api.PlatformNeutral, MainFields: []string{"main"}, Target: supported,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
	})
	if err := problems(result.Errors); err != nil {
		return err
	}
	if err := inputs(result.Metafile, packages); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "vendor", name+".js"), result.OutputFiles[0].Contents, 0o644)
}

// replacing has requires of packages answered by ours. The copies of all
// built-in functions that node-inspect-extracted makes for itself (its module
// 683) take most of its time: it gets ours, made when they are asked for.
func replacing(entry string) api.Plugin {
	return api.Plugin{Name: "ours", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: "^[a-z@]|^./internal/util/comp|^./process$|^../errors$"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if _, is := ours[args.Path]; !is || args.Path == entry {
				return api.OnResolveResult{}, nil
			}
			return api.OnResolveResult{Path: args.Path, Namespace: "ours"}, nil
		})
		for file, filter := range map[string]string{"inspect": "node-inspect-extracted/dist", "path": "path-browserify-win32/index.js",
			"assertion-error": "assertion_error.js",
			"stream-state":    "streams/state.js", "stream-errors": "readable-stream/lib/ours/errors.js", "stream-chunks": "streams/(readable|writable).js"} {
			build.OnLoad(api.OnLoadOptions{Filter: filter}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
				b, err := os.ReadFile(args.Path)
				if err != nil {
					return api.OnLoadResult{}, err
				}
				text, err := patch(file, string(b))
				return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, err
			})
		}
		build.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: "ours"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			text := ours[args.Path]
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
		})
	}}
}

// patches are what packages get of ours, and where they differ from the Workers runtime: the primordials, stacks as V8
// prints them and the states of promises; and errors with their codes.
var patches = []struct{ file, from, to string }{
	{"inspect", `\b[a-z]\(683\)`, `require("internal:primordials")`},
	{"inspect", `try\{(\w)=(\w)\.stack\}catch\{\}`, `$1=require("internal:states").stack($2);`},
	{"inspect", `getPromiseDetails:\(\)=>\[(\w),void 0\]`, `getPromiseDetails:t=>require("internal:states").promise(t,$1,h)`},
	{"inspect", `Inspection threw \(\$\{\w+\(\w,(\w),\w\)\}`, `Inspection threw ($${$1.message}`},
	{"inspect", `\{ \[byteLength\]: `, `{ byteLength: `},
	{"inspect", "\\w\\.stylize\\(`\\[\\$\\{r\\}\\]`,\"string\"\\)", "t.stylize(ArrayBuffer.isView(e)&&!(e instanceof DataView)?`[$${r}]`:r,\"string\")"},
	{"inspect", `\w\.toString\.call\(t\)\.startsWith\("async"\)`, `(Object.prototype.toString.call(t).startsWith("[object Async")||String(t).startsWith("async"))`},
	{"inspect", `\w\.toString\.call\(t\)\.match\(/[^/]+/\)`, `/GeneratorFunction\]$$/.test(Object.prototype.toString.call(t))`},
	{"assertion-error", `compact: false`, `compact: true`},
	{"assertion-error", `breakLength: Infinity,`, ``},
	{"assertion-error", `i\+\+ < 2`, `i++ < 3`},
	{"assertion-error", `\} else if \(cur > 3\) \{`, `} if (cur > 3) {`},
	{"stream-state", `= 16 \* 1024`, `= 64 * 1024`},
	{"stream-errors", `'Premature close', Error`, `'Premature close', TypeError`},
	{"stream-errors", `(?m)let msg$`, `let msg = ''`},
	{"stream-errors", `\$\{args\[0\]\} argument`, `$${args} argument`},
	{"stream-chunks", `\['string', 'Buffer', 'Uint8Array'\]`, `['string', 'Buffer', 'TypedArray', 'DataView']`},
	{"path", `new TypeError\(.\$\{name\} must be a string.\)`, `require("internal:errors").invalidArgType(name, "string", value)`},
	{"path", `new TypeError\(.\$\{name\} must be an object.\)`, `require("internal:errors").invalidArgType("pathObject", "Object", obj)`},
	{"path", `validateString\(suffix, 'suffix'\)|validateString\(ext, 'ext'\)`, `validateString(suffix, 'ext')`},
}

func patch(file, text string) (string, error) {
	for _, p := range patches {
		re := regexp.MustCompile(p.from)
		if p.file != file {
			continue
		}
		if !re.MatchString(text) {
			return "", fmt.Errorf("cannot find %s", p.from)
		}
		text = re.ReplaceAllString(text, p.to)
	}
	if file != "inspect" {
		return text, nil
	}
	text, found := cutModule(text, "683(")
	if !found {
		return "", errors.New("cannot find the primordials")
	}
	return text, nil
}

// cutModule takes a method out of an object literal: its text has no braces
// that don't match.
func cutModule(text, name string) (rest string, found bool) {
	start := strings.Index(text, ","+name)
	if start < 0 {
		return text, false
	}
	depth := 0
	for i := start + strings.Index(text[start:], "{"); i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[:start] + text[i+1:], true
			}
		}
	}
	return text, false
}

var packageOf = regexp.MustCompile(`node_modules/((?:@[^/]+/)?[^/]+)/`)

func inputs(metafile string, packages map[string]bool) error {
	var meta struct{ Inputs map[string]any }
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return err
	}
	for input := range meta.Inputs {
		if m := packageOf.FindStringSubmatch(input); m != nil {
			packages[m[1]] = true
		}
	}
	return nil
}

func notice(dir string, packages map[string]bool) error {
	var b strings.Builder
	b.WriteString("The scripts in this folder are made of these npm packages (`make runtime-node`), under the licences below.\n")
	names := []string{}
	for name := range packages {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text, err := license(filepath.Join(dir, "npm", "node_modules", name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n", strings.Repeat("=", 80), text, strings.Repeat("-", 80))
	}
	return os.WriteFile(filepath.Join(dir, "vendor", "NOTICE"), []byte(b.String()), 0o644)
}

func license(folder string) (string, error) {
	var manifest struct{ Name, Version, License string }
	b, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err == nil {
		err = json.Unmarshal(b, &manifest)
	}
	if err != nil {
		return "", err
	}
	for _, name := range []string{"LICENSE", "LICENCE", "LICENSE.md", "LICENSE-MIT.txt", "LICENSE.txt", "license"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err == nil {
			return fmt.Sprintf("%s %s (%s)\n\n%s", manifest.Name, manifest.Version, manifest.License, strings.TrimSpace(string(text))), nil
		}
	}
	if manifest.License == "Apache-2.0" { // its text stands beside another package's name
		return fmt.Sprintf("%s %s (%s)", manifest.Name, manifest.Version, manifest.License), nil
	}
	return "", errors.New("cannot find the licence of " + manifest.Name)
}
