package bundle

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"
)

// Options say what to bundle.
type Options struct {
	Dir    string `json:"dir"`  // of the project, absolute
	Main   string `json:"main"` // relative to Dir
	Rules  []Rule `json:"rules,omitempty"`
	NodeJS bool   `json:"nodejs,omitempty"` // nodejs_compat: fs means node:fs
	Dev    bool   `json:"dev,omitempty"`    // process.env.NODE_ENV is "development"
}

// Result is what came of it: errors, or a Worker.
type Result struct {
	Main     string                       `json:"main,omitempty"`
	Modules  map[string]map[string]string `json:"modules,omitempty"` // in the form of the socket API; data and wasm in base64
	Inputs   []string                     `json:"inputs"`            // files that were read, absolute
	Errors   []Message                    `json:"errors,omitempty"`
	Warnings []Message                    `json:"warnings,omitempty"`
}

// Message is an error or a warning.
type Message struct {
	Text   string `json:"text"`
	File   string `json:"file,omitempty"` // relative to the project
	Line   int    `json:"line,omitempty"` // from 1
	Column int    `json:"column,omitempty"`
	Frame  string `json:"frame,omitempty"` // the line with a mark under the place
}

// maxCode is the most that a Worker's modules may have.
const maxCode = 64 << 20

// Build bundles a project. What is wrong with it is in the result.
func Build(o Options) Result {
	rules, err := newRules(o.Rules)
	if err != nil {
		return Result{Errors: []Message{{Text: err.Error()}}}
	}
	p := &plugin{options: o, rules: rules, beside: make(map[string]besideModule)}
	built := api.Build(buildOptions(o, p))
	r := Result{Inputs: inputs(o, built.Metafile, p), Errors: messages(built.Errors), Warnings: messages(built.Warnings)}
	if len(r.Errors) == 0 {
		r.Warnings = append(r.Warnings, withoutDefault(o, built.Metafile)...)
		r.assemble(built, p)
	}
	return r
}

// mainName is what the bundle is called in stacks, where no source map leads further.
const mainName = "bundle.js"

func buildOptions(o Options, p *plugin) api.BuildOptions {
	environment := `"production"`
	if o.Dev {
		environment = `"development"`
	}
	return api.BuildOptions{
		EntryPoints: []string{entry(o.Main)}, AbsWorkingDir: o.Dir, Outfile: filepath.Join(o.Dir, mainName), Write: false,
		Bundle: true, Format: api.FormatESModule, Platform: api.PlatformBrowser, Target: api.ESNext,
		Conditions: []string{"workerd", "worker", "browser"}, MainFields: []string{"browser", "module", "main"},
		Sourcemap: api.SourceMapInline, SourcesContent: api.SourcesContentExclude, Metafile: true,
		Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent, LogLimit: 20,
		Loader: map[string]api.Loader{".js": api.LoaderJSX, ".mjs": api.LoaderJSX, ".cjs": api.LoaderJSX},
		Define: map[string]string{"process.env.NODE_ENV": environment}, Plugins: []api.Plugin{p.plugin()},
	}
}

// entry is the main module as esbuild takes it: a file, never a package.
func entry(main string) string {
	if filepath.IsAbs(main) || strings.HasPrefix(main, "./") || strings.HasPrefix(main, "../") {
		return main
	}
	return "./" + main
}

// inputs are the files that the bundle was made of: those to watch.
func inputs(o Options, metafile string, p *plugin) []string {
	var meta struct {
		Inputs map[string]json.RawMessage `json:"inputs"`
	}
	files := p.seen()
	if json.Unmarshal([]byte(metafile), &meta) == nil {
		for name := range meta.Inputs {
			if !filepath.IsAbs(name) {
				name = filepath.Join(o.Dir, name)
			}
			files = append(files, name)
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// withoutDefault warns of a Worker that no request has a handler in.
func withoutDefault(o Options, metafile string) []Message {
	var meta struct {
		Outputs map[string]struct{ Exports []string }
	}
	if json.Unmarshal([]byte(metafile), &meta) != nil {
		return nil
	}
	if main, there := meta.Outputs[mainName]; !there || slices.Contains(main.Exports, "default") {
		return nil
	}
	return []Message{{Text: o.Main + " has no default export, so requests find no handler: write export default { fetch(request, env, ctx) { … } }. " +
		"Workers are modules: addEventListener(\"fetch\", …) hears nothing."}}
}

// assemble puts the bundle and the modules beside it together.
func (r *Result) assemble(built api.BuildResult, p *plugin) {
	size := 0
	r.Modules = make(map[string]map[string]string)
	for _, file := range built.OutputFiles {
		if filepath.Base(file.Path) == mainName {
			r.Main = mainName
			r.Modules[mainName] = map[string]string{"js": string(file.Contents)}
			size += len(file.Contents)
		}
	}
	for name, m := range p.beside {
		content, err := os.ReadFile(m.path)
		if err != nil {
			r.Errors = append(r.Errors, Message{Text: fmt.Sprintf("Could not read %q: %v", name, err)})
			return
		}
		size += len(content)
		r.Modules[name] = m.module(content)
	}
	if size > maxCode {
		r.Errors = append(r.Errors, Message{Text: fmt.Sprintf("The Worker has %d bytes with all its modules, and may have %d", size, maxCode)})
	}
}

func messages(from []api.Message) []Message {
	var all []Message
	for _, m := range from {
		out := Message{Text: text(m)}
		if at := m.Location; at != nil {
			out.File, out.Line, out.Column, out.Frame = at.File, at.Line, at.Column+1, frame(at)
			if !utf8.ValidString(at.LineText) || strings.Contains(at.LineText, "\x00") {
				out.Text, out.Frame = "This is no text in UTF-8, and no JavaScript. Bytes are imported as a module of their own: see rules (Data, CompiledWasm)", ""
			}
		}
		all = append(all, out)
	}
	return all
}

var unresolved = regexp.MustCompile(`^Could not resolve "([^"]+)"$`)

// text is a message with its notes. What esbuild advises for a module of Node.js is about its own options.
func text(m api.Message) string {
	if name := unresolved.FindStringSubmatch(m.Text); name != nil {
		if advice := advise(m, name[1]); advice != "" {
			return m.Text + "\n" + advice
		}
	}
	all := m.Text
	for _, note := range m.Notes {
		all += "\n" + note.Text
	}
	return all
}

// packageText is how npm's names begin.
var packageText = regexp.MustCompile(`^(@[a-zA-Z0-9][\w.-]*/)?[a-zA-Z0-9]`)

// advise says what to do about a module that isn't there, "" if esbuild knows more.
func advise(m api.Message, name string) string {
	switch {
	case m.Location == nil:
		return "The configuration names it as main, and there is no such file."
	case nodeModules[name]:
		return "It is a module of Node.js: add \"nodejs_compat\" to compatibility_flags, or import \"node:" + name + "\"."
	case len(m.Notes) > 0 && strings.HasPrefix(m.Notes[0].Text, "You can mark the path") && !strings.HasPrefix(name, ".") && !filepath.IsAbs(name):
		if !packageText.MatchString(name) {
			return "It is no name of a package: what it stands for is to be in \"paths\" of tsconfig.json or \"imports\" of package.json, and the file is to be there."
		}
		parts := strings.SplitN(name, "/", 3)
		install := parts[0]
		if strings.HasPrefix(name, "@") && len(parts) > 1 {
			install += "/" + parts[1]
		}
		return "There is no such package in node_modules: install it with npm install " + install + "."
	}
	return ""
}

// frame shows the line with a mark under the place. Tabs stay, so that the mark stands right.
func frame(at *api.Location) string {
	line := []rune(at.LineText)
	column := min(len([]rune(at.LineText[:min(at.Column, len(at.LineText))])), len(line))
	const around = 80
	from := max(0, column-around)
	to := min(len(line), column+around)
	number := fmt.Sprintf("%5d | ", at.Line)
	blanks := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(line[from:column]))
	marks := strings.Repeat("^", max(1, min(at.Length, to-column)))
	return number + string(line[from:to]) + "\n" + strings.Repeat(" ", len(number)) + blanks + marks
}
