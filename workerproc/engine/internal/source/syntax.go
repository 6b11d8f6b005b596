package source

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"stockade.dev/stockade/workerproc/engine"
)

// SyntaxError turns esbuild's findings in a module into the one error that V8
// would give.
func SyntaxError(m *engine.Module, found []api.Message) *engine.SyntaxError {
	message := found[0]
	for _, f := range found {
		if !strings.HasSuffix(f.Text, "has already been declared") {
			message = f
			break
		}
	}
	e := &engine.SyntaxError{Message: LikeV8(message.Text), File: m.Name}
	if l := message.Location; l != nil {
		e.Line, e.Column = l.Line, column(l.LineText, l.Column)
		e.Frame = frame(string(m.Source), e.Line, e.Column)
	}
	if m.Kind != engine.TypeScript && !strings.HasSuffix(e.Message, "has already been declared") && isTypeScript(m) {
		e.Message += ". This looks like TypeScript, which has to be compiled or bundled to JavaScript first" +
			" (or be given as a {ts} module)"
	}
	return e
}

// LikeV8 rewords esbuild's most frequent messages as V8 words them.
func LikeV8(text string) string {
	for _, r := range rewordings {
		if m := r.pattern.FindStringSubmatch(text); m != nil {
			return r.reword(m)
		}
	}
	return text
}

var rewordings = []struct {
	pattern *regexp.Regexp
	reword  func(m []string) string
}{
	{regexp.MustCompile(`^The symbol "(.*)" has already been declared$`), func(m []string) string {
		return fmt.Sprintf("Identifier '%s' has already been declared", m[1])
	}},
	{regexp.MustCompile(`(?:^Unexpected| but found) end of file$`), func([]string) string {
		return "Unexpected end of input"
	}},
	{regexp.MustCompile(`^Expected "\)" but found "(.*)"$`), func([]string) string {
		return "missing ) after argument list"
	}},
	{regexp.MustCompile(`(?s)(?:^Unexpected| but found) "(.*)"$`), func(m []string) string { return unexpected(m[1]) }},
	{regexp.MustCompile(`^Unterminated string literal$`), func([]string) string { return "Invalid or unexpected token" }},
	{regexp.MustCompile(`^Cannot assign to "(.*)" because it is a constant$`), func([]string) string {
		return "Assignment to constant variable."
	}},
}

func unexpected(token string) string {
	first, _ := utf8.DecodeRuneInString(token)
	switch {
	case reserved[token]:
		return fmt.Sprintf("Unexpected token '%s'", token)
	case isNameStart(first):
		return fmt.Sprintf("Unexpected identifier '%s'", token)
	case first >= '0' && first <= '9':
		return "Unexpected number"
	case first == '"' || first == '\'':
		return "Unexpected string"
	case first == '`':
		return "Unexpected template string"
	}
	return fmt.Sprintf("Unexpected token '%s'", token)
}

// column turns a count of bytes into a 1-based column in UTF-16 units.
func column(line string, bytes int) int {
	n := 1
	for _, r := range line[:min(bytes, len(line))] {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// frame shows the line with the error, the one before it, and a caret.
func frame(source string, line, col int) string {
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	var b strings.Builder
	if line > 1 {
		fmt.Fprintf(&b, "  %4d | %s\n", line-1, shown(lines[line-2]))
	}
	text := shown(lines[line-1])
	if col > len(text)+1 {
		fmt.Fprintf(&b, "> %4d | %s", line, text)
		return b.String()
	}
	fmt.Fprintf(&b, "> %4d | %s\n       | %s^", line, text, strings.Repeat(" ", col-1))
	return b.String()
}

const maxFrameLine = 200

func shown(line string) string {
	line = strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", " ")
	if len(line) > maxFrameLine {
		line = strings.ToValidUTF8(line[:maxFrameLine], "")
	}
	return line
}

// Position turns an offset into a line and column.
func Position(src []byte, offset int) (line, col int) {
	before := src[:min(offset, len(src))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte{'\n'}) + 1, column(string(before[start:]), len(before)-start)
}

// At is where a syntax error is, for the message of one that code can catch.
func At(s *engine.SyntaxError) string {
	if s.Line == 0 {
		return " (" + s.File + ")"
	}
	return fmt.Sprintf(" (%s:%d:%d)", s.File, s.Line, s.Column)
}

// Options are esbuild's for a module of that name, but for what an engine
// wants replaced.
func Options(m *engine.Module) api.TransformOptions {
	return api.TransformOptions{
		Sourcefile: path.Base(m.Name), Loader: loader(m), Target: api.ESNext, Platform: api.PlatformNeutral,
		TreeShaking: api.TreeShakingFalse, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		LogLevel: api.LogLevelSilent,
	}
}

func loader(m *engine.Module) api.Loader {
	switch {
	case m.Kind == engine.TypeScript && strings.HasSuffix(m.Name, "x"):
		return api.LoaderTSX
	case m.Kind == engine.TypeScript:
		return api.LoaderTS
	case strings.HasSuffix(m.Name, ".jsx"):
		return api.LoaderJSX
	}
	return api.LoaderJS
}

func isTypeScript(m *engine.Module) bool {
	o := Options(m)
	o.Loader, o.Format = api.LoaderTS, api.FormatESModule
	return len(api.Transform(string(m.Source), o).Errors) == 0
}
