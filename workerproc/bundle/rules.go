package bundle

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Rule says what kind of module the files are that match its globs.
type Rule struct {
	Type        string   `json:"type"` // ESModule, CommonJS, Text, Data, JSON, CompiledWasm
	Globs       []string `json:"globs"`
	Fallthrough bool     `json:"fallthrough,omitempty"`
}

// builtIn are the rules that follow a project's own. One of a type that the project has a rule of, without fallthrough,
// doesn't hold.
var builtIn = []Rule{
	{Type: "Text", Globs: []string{"**/*.txt", "**/*.html", "**/*.sql"}},
	{Type: "Data", Globs: []string{"**/*.bin"}},
	{Type: "CompiledWasm", Globs: []string{"**/*.wasm", "**/*.wasm?module"}},
}

// kinds are the members of a module in the socket API, by a rule's type. Files of the other types are bundled.
var kinds = map[string]string{"Text": "text", "Data": "data", "CompiledWasm": "wasm", "JSON": "", "ESModule": "", "CommonJS": ""}

type rule struct {
	kind     string // Rule.Type
	patterns []*regexp.Regexp
}

func newRules(own []Rule) ([]rule, error) {
	var rules []rule
	replaced := make(map[string]bool)
	for _, r := range own {
		if _, known := kinds[r.Type]; !known {
			return nil, fmt.Errorf("there is no rule of the type %q", r.Type)
		}
		replaced[r.Type] = replaced[r.Type] || !r.Fallthrough
		rules = append(rules, compile(r))
	}
	for _, r := range builtIn {
		if !replaced[r.Type] {
			rules = append(rules, compile(r))
		}
	}
	return rules, nil
}

func compile(r Rule) rule {
	out := rule{kind: r.Type}
	for _, glob := range r.Globs {
		out.patterns = append(out.patterns, globPattern(glob))
	}
	return out
}

var globParts = regexp.MustCompile(`\*\*/|\*\*|\*|[^*]+`)

// globPattern: ** goes over directories, * within one; every other character is itself.
func globPattern(glob string) *regexp.Regexp {
	var b strings.Builder
	for _, part := range globParts.FindAllString(strings.TrimPrefix(glob, "./"), -1) {
		switch part {
		case "**/":
			b.WriteString(`(?:.*/)?`)
		case "**":
			b.WriteString(`.*`)
		case "*":
			b.WriteString(`[^/]*`)
		default:
			b.WriteString(regexp.QuoteMeta(part))
		}
	}
	return regexp.MustCompile(`^` + b.String() + `$`)
}

// kindOf is the type of the first rule that a path matches; "" for none.
func kindOf(rules []rule, path string) string {
	for _, r := range rules {
		for _, p := range r.patterns {
			if p.MatchString(path) {
				return r.kind
			}
		}
	}
	return ""
}

// besideModule is a module that isn't bundled.
type besideModule struct {
	path string // of its file
	kind string // Rule.Type
}

func (m besideModule) module(content []byte) map[string]string {
	kind := kinds[m.kind]
	if kind == "text" {
		return map[string]string{kind: strings.ToValidUTF8(string(content), string(utf8.RuneError))}
	}
	return map[string]string{kind: base64.StdEncoding.EncodeToString(content)}
}
