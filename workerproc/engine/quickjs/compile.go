package quickjs

import (
	"bytes"
	"errors"
	"regexp"

	"github.com/evanw/esbuild/pkg/api"
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// compile has QuickJS read an ES module as it stands; TypeScript, and what
// QuickJS doesn't read, goes through esbuild first. QuickJS asks for the
// modules below it at once.
func (e *Engine) compile(m *module) (uintptr, error) {
	if c, ok := decode(m); ok {
		if def, err := e.compileCached(m, c); def != 0 || !e.isSyntaxError(err) {
			return def, err
		}
	}
	if m.Kind == engine.TypeScript || exportsPattern(m.Source) {
		return e.compileLowered(m)
	}
	text := source.WithUpdates(m.Source)
	m.mapping = mapping{text: text}
	def, err := e.compileText(m, text)
	if e.isSyntaxError(err) {
		return e.compileLowered(m)
	}
	return def, err
}

// exportsPattern finds export const {a: {b}} = …, of which QuickJS doesn't
// export all names. esbuild writes a list of them. A regular expression would
// take a tenth of what compiling does.
func exportsPattern(text []byte) bool {
	word := []byte("export")
	for {
		i := bytes.Index(text, word)
		if i < 0 {
			return false
		}
		text = text[i+len(word):]
		rest := bytes.TrimLeft(text, " \t\r\n")
		for _, declaration := range []string{"const", "let", "var"} {
			after, ok := bytes.CutPrefix(rest, []byte(declaration))
			if after = bytes.TrimLeft(after, " \t\r\n"); ok && len(rest) < len(text) && len(after) > 0 && (after[0] == '{' || after[0] == '[') {
				return true
			}
		}
	}
}

// compileText compiles what QuickJS can read, and keeps the bytecode if that
// is worth it.
func (e *Engine) compileText(m *module, text []byte) (uintptr, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	v, err := e.eval(m.name, string(text), lib.MJS_EVAL_TYPE_MODULE|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if err != nil {
		return 0, err
	}
	e.mendPasses(v)
	if len(m.Compiled) == 0 && len(text) >= minBytecode && !m.Once {
		c := compiled{Map: m.mapping.raw, bytecode: e.bytecode(v)}
		if m.mapping.raw != nil {
			c.text = text
		}
		m.compiled = c.encode(m)
	}
	e.free(v) // QuickJS has it in its list
	return pointer(v), nil
}

// isSyntaxError says that it is the module itself that QuickJS can't read,
// rather than one below it.
func (e *Engine) isSyntaxError(err error) bool {
	var thrown *engine.Exception
	if e.modules.failure != nil || !errors.As(err, &thrown) {
		return false
	}
	h, ok := thrown.Thrown.(*handle)
	return ok && class(h.v) == lib.EJS_CLASS_ERROR && e.lookText(h.v, "name") == "SyntaxError"
}

func (e *Engine) compileLowered(m *module) (uintptr, error) {
	text, err := m.lower(api.FormatESModule)
	if err != nil {
		return 0, err
	}
	def, err := e.compileText(m, text)
	if e.isSyntaxError(err) {
		return 0, e.unsupported(m, err)
	}
	if m.compiled == nil && def != 0 && !m.Once {
		m.compiled = compiled{Map: m.mapping.raw, text: text}.encode(m)
	}
	return def, err
}

// lower has esbuild write a module in the syntax that QuickJS reads.
func (m *module) lower(format api.Format) ([]byte, error) {
	def := m.Module
	def.Name = m.name
	o := source.Options(&def)
	o.Target, o.Format = api.ES2023, format
	o.Supported = map[string]bool{"top-level-await": true, "dynamic-import": true, "import-meta": true, "import-attributes": true}
	o.Sourcemap, o.SourcesContent = api.SourceMapExternal, api.SourcesContentExclude
	result := api.Transform(string(m.Source), o)
	if len(result.Errors) > 0 {
		return nil, source.SyntaxError(&def, result.Errors)
	}
	code := source.WithUpdates(asyncField.ReplaceAll(result.Code, []byte(`$1"async";`)))
	m.mapping = mapping{raw: result.Map, text: code, bundled: source.InlineMap(m.Source) != nil}
	return code, nil
}

// asyncField is a field of that name as esbuild writes it, which QuickJS takes for the beginning of a method.
var asyncField = regexp.MustCompile(`(?m)^(\s+(?:static )?)async;$`)

// unsupported is the error for what esbuild reads and QuickJS doesn't.
func (e *Engine) unsupported(m *module, err error) error {
	message := "unsupported syntax"
	var thrown *engine.Exception
	if errors.As(err, &thrown) {
		message = e.Describe(thrown.Thrown).Message
	}
	if bad := badPattern(m, message); bad != nil {
		return bad
	}
	return &engine.SyntaxError{Message: message, File: m.name}
}
