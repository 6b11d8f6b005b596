package quickjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
	"modernc.org/libc"
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// synthetic is the state of a module that isn't an ES module: QuickJS is told
// its names before it links, and their values when it evaluates.
//
// Nobody knows the names of a CommonJS module before it has run. Those that
// other modules import by name are taken for names; only where all names are
// asked for (import * as ns) they are searched for in the text. One that is
// first reached by import() runs before it is linked.
type synthetic struct {
	builtin   *handle
	provided  bool     // require returns its default
	imported  bool     // by an import statement
	requested []string // of a CommonJS module
	exports   *handle  // of one that runs or has run: module
	failure   error
}

// synthesize makes QuickJS's form of such a module.
func (e *Engine) synthesize(m *module) (uintptr, error) {
	names, err := e.namesOf(m)
	if err != nil {
		return 0, err
	}
	title := e.cString(m.name)
	defer libc.Xfree(e.tls, title)
	def := lib.XJS_NewCModule(e.tls, e.ctx, title, e.functions.moduleInit)
	if def == 0 {
		return 0, e.takeException()
	}
	for _, name := range names {
		e.addExport(def, name)
	}
	return def, nil
}

func (e *Engine) addExport(def uintptr, name string) {
	text := e.cString(name)
	defer libc.Xfree(e.tls, text)
	lib.XJS_AddModuleExport(e.tls, e.ctx, def, text)
}

func (e *Engine) namesOf(m *module) ([]string, error) {
	switch {
	case m.builtin != nil:
		return e.keys(m.builtin.v)
	case m.Kind != engine.CommonJS:
		return []string{"default"}, nil
	}
	names := append([]string{"default"}, m.requested...)
	if !m.imported {
		exports, err := e.runCommon(m)
		if err != nil {
			return nil, err
		}
		defer e.free(exports)
		keys, err := e.exportKeys(exports)
		if err != nil {
			return nil, err
		}
		names = append(names, keys...)
	} else if slices.Contains(names, "*") {
		names = append(names, guessNames(m.Source)...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool { return name == "*" }), nil
}

// exportKeys are the names that module.exports has.
func (e *Engine) exportKeys(exports lib.TJSValue) ([]string, error) {
	if !isObject(exports) || class(exports) == lib.EJS_CLASS_PROXY {
		return nil, nil
	}
	return e.keys(exports)
}

// keys returns an object's own enumerable names.
func (e *Engine) keys(obj lib.TJSValue) ([]string, error) {
	out := e.tls.Alloc(16)
	defer e.tls.Free(16)
	flags := int32(lib.MJS_GPN_STRING_MASK | lib.MJS_GPN_ENUM_ONLY)
	if lib.XJS_GetOwnPropertyNames(e.tls, e.ctx, out, out+8, obj, flags) < 0 {
		return nil, e.takeException()
	}
	table, count := *at[uintptr](out), *at[uint32](out + 8)
	names := make([]string, count)
	for i := range names {
		names[i] = e.atomText(at[lib.TJSPropertyEnum](table + uintptr(i)*enumSize).Fatom)
	}
	lib.XJS_FreePropertyEnum(e.tls, e.ctx, table, count)
	return names, nil
}

var (
	assigned = regexp.MustCompile(`\bexports(?:\.([A-Za-z_$][\w$]*)|\[["']([^"'\\]+)["']\])\s*=[^=]`)
	defined  = regexp.MustCompile(`\bdefineProperty\(\s*(?:module\.)?exports\s*,\s*["']([^"'\\]+)["']`)
	whole    = regexp.MustCompile(`\bmodule\.exports\s*=\s*\{([^{}]*)`)
	key      = regexp.MustCompile(`(?:^|,)\s*(?:\.\.\.)?([A-Za-z_$][\w$]*)\s*[,:(]`)
)

// guessNames searches for the names of a CommonJS module.
func guessNames(text []byte) (names []string) {
	for _, m := range assigned.FindAllSubmatch(text, -1) {
		names = append(names, string(m[1])+string(m[2]))
	}
	for _, m := range defined.FindAllSubmatch(text, -1) {
		names = append(names, string(m[1]))
	}
	for _, m := range whole.FindAllSubmatch(text, -1) {
		list := append(bytes.ReplaceAll(m[1], []byte(","), []byte(",,")), ',')
		for _, k := range key.FindAllSubmatch(list, -1) {
			names = append(names, string(k[1]))
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "__esModule" })
}

// noteRequests notes what a module imports of a CommonJS one.
func (e *Engine) noteRequests(importer string, m *module) {
	from := e.find(importer)
	if from == 0 {
		return
	}
	for _, r := range e.requestsOf(from) {
		if target, err := source.Target(r.specifier, importer, e.modules.defined); err != nil || target != m.name {
			continue
		}
		m.imported = true
		for _, name := range r.names {
			if !slices.Contains(m.requested, name) {
				m.requested = append(m.requested, name)
			}
		}
	}
	e.completeExports(m)
}

// completeExports tells QuickJS the names that have been asked for since the
// module was made, if it isn't linked yet.
func (e *Engine) completeExports(m *module) {
	def := e.find(m.name)
	if def == 0 || moduleStatus(def) != lib.EJS_MODULE_STATUS_UNLINKED {
		return
	}
	for _, name := range m.requested {
		if name != "*" && !e.exports(def, name) {
			e.addExport(def, name)
		}
	}
}

// initSynthetic is QuickJS's request for the values; -1 says that an
// exception is pending.
func (e *Engine) initSynthetic(def uintptr) int32 {
	m := e.modules.modules[e.moduleName(def)]
	if m == nil {
		e.throw(errors.New("no such module"))
		return -1
	}
	if err := e.setExports(def, m); err != nil {
		e.throw(err)
		return -1
	}
	return 0
}

func (e *Engine) setExports(def uintptr, m *module) error {
	value, err := e.valueOf(m)
	if err != nil {
		return err
	}
	defer e.free(value)
	table := at[lib.TJSModuleDef](def)
	for i := range int(table.Fexport_entries_count) {
		name := e.atomText(at[lib.TJSExportEntry](table.Fexport_entries + uintptr(i)*exportSize).Fexport_name)
		v := e.dup(value)
		if name != "default" || m.builtin != nil {
			e.free(v)
			if v, err = e.exported(value, name); err != nil {
				return err
			}
		}
		text := e.cString(name)
		lib.XJS_SetModuleExport(e.tls, e.ctx, def, text, v)
		libc.Xfree(e.tls, text)
	}
	return nil
}

func (e *Engine) exported(value lib.TJSValue, name string) (lib.TJSValue, error) {
	if !isObject(value) {
		return undefined, nil
	}
	return e.property(value, name)
}

// valueOf is what require returns: a builtin's object, or the default export.
func (e *Engine) valueOf(m *module) (lib.TJSValue, error) {
	switch {
	case m.builtin != nil:
		return e.dup(m.builtin.v), nil
	case m.Kind == engine.CommonJS:
		return e.runCommon(m)
	case m.Kind == engine.Data:
		return e.checked(e.newBuffer(m.Source))
	case m.Kind == engine.JSON:
		return e.parseModule(m)
	case m.Kind == engine.Value:
		made, err := m.Value()
		if err != nil {
			return undefined, err
		}
		return e.fromGo(made), nil
	}
	return e.checked(e.newString(string(m.Source)))
}

func (e *Engine) checked(v lib.TJSValue) (lib.TJSValue, error) {
	if isException(v) {
		return undefined, e.takeException()
	}
	return v, nil
}

func (e *Engine) parseModule(m *module) (lib.TJSValue, error) {
	v, err := e.parse(m.Source)
	if err == nil {
		return v, nil
	}
	message := "malformed JSON"
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(m.Source, new(any)), &syntax) {
		message = strings.ToUpper(syntax.Error()[:1]) + syntax.Error()[1:]
	}
	return undefined, &engine.Error{Name: "SyntaxError", Message: message + " (" + m.name + ")"}
}

// The function that a CommonJS module becomes.
const (
	commonHead = "(function(exports,require,module,__filename,__dirname){"
	commonTail = "\n})"
)

// runCommon runs a CommonJS module, once, and returns its exports: those that
// there are by now if it runs already, further out.
func (e *Engine) runCommon(m *module) (lib.TJSValue, error) {
	if m.exports == nil && m.failure == nil {
		m.failure = e.callCommon(m)
	}
	if m.failure != nil {
		return undefined, m.failure
	}
	return e.property(m.exports.v, "exports")
}

func (e *Engine) callCommon(m *module) error {
	body, err := e.compileCommon(m)
	if err != nil {
		return err
	}
	defer e.free(body)
	m.exports = e.wrap(lib.XJS_NewObject(e.tls, e.ctx))
	exports := lib.XJS_NewObject(e.tls, e.ctx)
	require, err := e.property(e.Ops(map[string]engine.Op{"require": func(args []any) (any, error) { return e.require(m, args) }}).(*handle).v, "require")
	if err != nil {
		return err
	}
	file, dir := e.newString("/"+m.name), e.newString(path.Dir("/"+m.name))
	e.define(m.exports.v, "path", e.newString(m.name), lib.MJS_PROP_C_W_E)
	e.define(m.exports.v, "exports", e.dup(exports), lib.MJS_PROP_C_W_E)
	result, err := e.call(body, exports, require, m.exports.v, file, dir)
	for _, v := range []lib.TJSValue{exports, require, file, dir, result} {
		e.free(v)
	}
	return err
}

func (e *Engine) compileCommon(m *module) (lib.TJSValue, error) {
	m.mapping = mapping{text: m.Source, prefix: len(commonHead)}
	body, err := e.evalMended(m.name, commonHead+string(m.Source)+commonTail)
	e.modules.failure = nil
	if !e.isSyntaxError(err) {
		return body, err
	}
	text, lowerErr := m.lower(api.FormatCommonJS)
	if lowerErr != nil {
		return undefined, lowerErr
	}
	m.mapping.prefix = len(commonHead)
	body, err = e.evalMended(m.name, commonHead+string(text)+commonTail)
	if e.isSyntaxError(err) {
		return undefined, e.unsupported(m, err)
	}
	return body, err
}

// require is a CommonJS module's function of that name.
func (e *Engine) require(importer *module, args []any) (any, error) {
	specifier := ""
	if len(args) > 0 {
		specifier, _ = args[0].(string)
	}
	v, err := e.required(specifier, importer.name, false)
	if err != nil {
		return nil, err
	}
	return e.wrap(v), nil
}

// required is what require returns: the default export where there is one, and namespace isn't set.
func (e *Engine) required(specifier, importer string, namespace bool) (lib.TJSValue, error) {
	m, err := e.resolve(specifier, importer)
	switch {
	case err != nil:
		return undefined, err
	case m.provided && namespace:
		return e.dup(m.builtin.v), nil
	case m.provided:
		return e.property(m.builtin.v, "default")
	case m.builtin == nil && (m.Kind == engine.ESModule || m.Kind == engine.TypeScript):
		return e.requireModule(m, namespace)
	}
	return e.valueOf(m)
}

// requireModule evaluates an ES module at once, and returns its default
// export, or its namespace when it has none or that is asked for.
func (e *Engine) requireModule(m *module, whole bool) (lib.TJSValue, error) {
	e.modules.failure = nil
	def := e.find(m.name)
	if def == 0 {
		def = e.load(m.name)
	}
	if def == 0 {
		return undefined, e.requireFailure()
	}
	if status := moduleStatus(def); status != lib.EJS_MODULE_STATUS_LINKING && status != lib.EJS_MODULE_STATUS_EVALUATING {
		if err := e.evaluateNow(def); err != nil {
			return undefined, err
		}
	}
	namespace := lib.XJS_GetModuleNamespace(e.tls, e.ctx, def)
	if isException(namespace) || whole || !e.exports(def, "default") {
		return e.checked(namespace)
	}
	defer e.free(namespace)
	return e.property(namespace, "default")
}

func (e *Engine) requireFailure() error {
	err := e.takeException()
	e.modules.failure = nil
	return err
}

// evaluateNow evaluates a module that awaits nothing.
func (e *Engine) evaluateNow(def uintptr) error {
	value := lib.TJSValue{Fu: union(def), Ftag: lib.EJS_TAG_MODULE}
	if lib.XJS_ResolveModule(e.tls, e.ctx, value) < 0 {
		return e.requireFailure()
	}
	promise := lib.XJS_EvalFunction(e.tls, e.ctx, e.dup(value))
	if isException(promise) {
		return e.requireFailure()
	}
	defer e.free(promise)
	switch lib.XJS_PromiseState(e.tls, e.ctx, promise) {
	case lib.EJS_PROMISE_FULFILLED:
		return nil
	case lib.EJS_PROMISE_REJECTED:
		ignore := func(lib.TJSValue) {}
		if err := e.settled(promise, reaction{ignore, ignore}); err != nil {
			return err
		}
		return &engine.Exception{Thrown: e.wrap(lib.XJS_PromiseResult(e.tls, e.ctx, promise))}
	}
	return &engine.Error{Name: "Error", Message: "Top-level await in module is not permitted at this time."}
}
