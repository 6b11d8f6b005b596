package quickjs

import (
	"bytes"
	"encoding/json"
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
	if m.Kind == engine.TypeScript || exportedPattern.Match(m.Source) {
		return e.compileLowered(m)
	}
	m.mapping = mapping{text: m.Source}
	def, err := e.compileText(m.name, m.Source)
	if e.isSyntaxError(err) {
		return e.compileLowered(m)
	}
	return def, err
}

// exportedPattern finds export const {a: {b}} = …, of which QuickJS doesn't
// export all names. esbuild writes a list of them.
var exportedPattern = regexp.MustCompile(`\bexport\s+(?:const|let|var)\s*[{\[]`)

func (e *Engine) compileText(name string, text []byte) (uintptr, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	v, err := e.eval(name, string(text), lib.MJS_EVAL_TYPE_MODULE|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if err != nil {
		return 0, err
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

// lowered is what esbuild made of a module: the form that is cached.
type lowered struct {
	Map  json.RawMessage `json:"map,omitempty"`
	code []byte
}

func (e *Engine) compileLowered(m *module) (uintptr, error) {
	if l, ok := decode(m.Compiled); ok {
		m.mapping = mapping{raw: l.Map, text: l.code}
		def, err := e.compileText(m.name, l.code)
		if !e.isSyntaxError(err) {
			return def, err
		}
	}
	l, err := m.lower(api.FormatESModule)
	if err != nil {
		return 0, err
	}
	def, err := e.compileText(m.name, l.code)
	if e.isSyntaxError(err) {
		return 0, e.unsupported(m, err)
	}
	m.compiled = l.encode()
	return def, err
}

// lower has esbuild write a module in the syntax that QuickJS reads.
func (m *module) lower(format api.Format) (*lowered, error) {
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
	m.mapping = mapping{raw: result.Map, text: result.Code}
	return &lowered{Map: result.Map, code: result.Code}, nil
}

// unsupported is the error for what esbuild reads and QuickJS doesn't.
func (e *Engine) unsupported(m *module, err error) error {
	message := "unsupported syntax"
	var thrown *engine.Exception
	if errors.As(err, &thrown) {
		message = e.Describe(thrown.Thrown).Message
	}
	return &engine.SyntaxError{Message: message, File: m.name}
}

func (l *lowered) encode() []byte {
	head, err := json.Marshal(l)
	if err != nil {
		return nil
	}
	return append(append(head, '\n'), l.code...)
}

// decode reads a cached form. It reports false for anything else.
func decode(b []byte) (*lowered, bool) {
	head, code, ok := bytes.Cut(b, []byte{'\n'})
	l := &lowered{}
	if !ok || json.Unmarshal(head, l) != nil {
		return nil, false
	}
	l.code = code
	return l, true
}
