package quickjs

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"strings"

	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// graph is the Worker's modules by their names.
type graph struct {
	modules  map[string]*module
	packages map[string]*module // provided, by the specifier
	provide  func(name string) (any, error)
	// failure is why the last module could not be loaded, once QuickJS has
	// come back from all that it asked for meanwhile (loading).
	failure error
	loading int
}

func (g *graph) init() { g.modules, g.packages = map[string]*module{}, map[string]*module{} }

func (g *graph) defined(name string) bool { return g.modules[name] != nil }

// module is one module. QuickJS keeps what it makes of those that it reads;
// the others are in synthetic.go.
type module struct {
	engine.Module
	name     string // canonical
	compiled []byte // to hand out
	mapping  mapping
	synthetic
}

// Define implements engine.Modules.
func (e *Engine) Define(def engine.Module) {
	e.seed()
	name := source.Canonical(def.Name)
	e.modules.modules[name] = &module{Module: def, name: name}
}

// seed makes Math.random begin anew in this process: the engine may have been
// made in another, of which this is one of many copies.
func (e *Engine) seed() {
	if len(e.modules.modules) > 0 {
		return
	}
	var b [8]byte
	_, _ = rand.Read(b[:])
	e.context().Frandom_state = binary.NativeEndian.Uint64(b[:]) | 1 // 0 stays 0
}

// Builtin implements engine.Modules.
func (e *Engine) Builtin(name string, exports engine.Handle) {
	h, ok := exports.(*handle)
	if !ok {
		return
	}
	e.modules.modules[name] = &module{name: name, synthetic: synthetic{builtin: h}}
}

// Compiled implements engine.Modules.
func (e *Engine) Compiled() map[string][]byte {
	out := map[string][]byte{}
	for _, m := range e.modules.modules {
		if m.compiled != nil {
			out[m.Name] = m.compiled
			m.compiled = nil
		}
	}
	return out
}

// Import implements engine.Modules.
func (e *Engine) Import(name string) (engine.Handle, error) {
	m := e.modules.modules[source.Canonical(name)]
	if m == nil {
		return nil, &engine.Error{Name: "Error", Message: "No such module: " + name}
	}
	return e.protect(func() (lib.TJSValue, error) { return e.importModule(m) })
}

// importModule links and evaluates the graph below a module, and returns a
// promise for its namespace.
func (e *Engine) importModule(m *module) (lib.TJSValue, error) {
	def := e.find(m.name)
	if def == 0 {
		def = e.load(m.name)
	}
	if def == 0 {
		return undefined, e.linkFailure()
	}
	value := lib.TJSValue{Fu: union(def), Ftag: lib.EJS_TAG_MODULE}
	if lib.XJS_ResolveModule(e.tls, e.ctx, value) < 0 {
		return undefined, e.linkFailure()
	}
	done := lib.XJS_EvalFunction(e.tls, e.ctx, e.dup(value))
	if isException(done) {
		return undefined, e.nameMissingExport(e.linkFailure())
	}
	defer e.free(done)
	namespace := lib.XJS_GetModuleNamespace(e.tls, e.ctx, def)
	if isException(namespace) {
		return undefined, e.takeException()
	}
	defer e.free(namespace)
	return e.call(e.intrinsics.chain, done, namespace)
}

// linkFailure is why linking has failed, in Go's terms where it was a module
// that could not be had.
func (e *Engine) linkFailure() error {
	thrown := e.takeException()
	var (
		interrupted *engine.Interrupted
		missing     *source.NoSuchModule
	)
	switch failure := e.modules.failure; {
	case failure == nil || errors.As(thrown, &interrupted):
		return thrown
	case errors.As(failure, &missing):
		return &engine.Error{Name: "Error", Message: missing.Error()}
	default:
		return failure
	}
}

// normalize is QuickJS's question which module a specifier stands for. The
// name is QuickJS's to free; 0 says that an exception is pending.
func (e *Engine) normalize(importer, specifier string) uintptr {
	m, err := e.resolve(specifier, importer)
	if err != nil {
		return e.cannotLoad(err)
	}
	if m.Kind == engine.CommonJS {
		e.noteRequests(importer, m)
	}
	return lib.Xjs_strdup(e.tls, e.ctx, e.buffer.string(e, m.name))
}

// load is QuickJS's request for a module.
func (e *Engine) load(name string) (def uintptr) {
	if e.modules.loading == 0 {
		e.modules.failure = nil
	}
	e.modules.loading++
	defer func() { e.modules.loading-- }()
	m := e.modules.modules[name]
	if m == nil {
		return e.cannotLoad(&source.NoSuchModule{Name: name})
	}
	var err error
	if m.Kind == engine.ESModule || m.Kind == engine.TypeScript {
		def, err = e.compile(m)
	} else {
		def, err = e.synthesize(m)
	}
	if err != nil {
		return e.cannotLoad(err)
	}
	return def
}

func (e *Engine) cannotLoad(err error) uintptr {
	var thrown *engine.Exception
	if !errors.As(err, &thrown) {
		e.modules.failure = err
	}
	e.throw(err)
	return 0
}

// find returns the module of that name that QuickJS has, or 0.
func (e *Engine) find(name string) uintptr {
	found := uintptr(0)
	e.eachLoaded(func(def uintptr, have string) {
		if have == name {
			found = def
		}
	})
	return found
}

func (e *Engine) eachLoaded(visit func(def uintptr, name string)) {
	head := e.ctx + loadedModules
	for link := at[lib.Tlist_head](head).Fnext; link != head; link = at[lib.Tlist_head](link).Fnext {
		def := link - moduleLink
		visit(def, e.atomText(at[lib.TJSModuleDef](def).Fmodule_name))
	}
}

// request is what one module imports of another.
type request struct {
	specifier string
	names     []string // "*" for all of them
}

// requestsOf lists what a module that QuickJS has read imports.
func (e *Engine) requestsOf(def uintptr) []request {
	m := at[lib.TJSModuleDef](def)
	list := make([]request, m.Freq_module_entries_count)
	for i := range list {
		list[i].specifier = e.atomText(at[lib.TJSReqModuleEntry](m.Freq_module_entries + uintptr(i)*requestSize).Fmodule_name)
	}
	for i := range int(m.Fimport_entries_count) {
		entry := at[lib.TJSImportEntry](m.Fimport_entries + uintptr(i)*importSize)
		r := &list[entry.Freq_module_idx]
		if entry.Fis_star != 0 {
			r.names = append(r.names, "*")
			continue
		}
		r.names = append(r.names, e.atomText(entry.Fimport_name))
	}
	for i := range int(m.Fexport_entries_count) {
		entry := at[lib.TJSExportEntry](m.Fexport_entries + uintptr(i)*exportSize)
		if entry.Fexport_type == lib.EJS_EXPORT_TYPE_INDIRECT {
			r := &list[entry.Fu.Flocal.Fvar_idx]
			r.names = append(r.names, e.atomText(entry.Flocal_name))
		}
	}
	for i := range int(m.Fstar_export_entries_count) {
		r := &list[*at[int32](m.Fstar_export_entries + uintptr(i)*4)]
		r.names = append(r.names, "*")
	}
	return list
}

// exports says whether a module that QuickJS has read has an export of its
// own of that name.
func (e *Engine) exports(def uintptr, name string) bool {
	m := at[lib.TJSModuleDef](def)
	for i := range int(m.Fexport_entries_count) {
		if e.atomText(at[lib.TJSExportEntry](m.Fexport_entries+uintptr(i)*exportSize).Fexport_name) == name {
			return true
		}
	}
	return false
}

const missingExport = "Could not find export '"

// nameMissingExport gives QuickJS's error for a name that isn't exported V8's
// words, and the position of the import.
func (e *Engine) nameMissingExport(err error) error {
	var thrown *engine.Exception
	if !errors.As(err, &thrown) {
		return err
	}
	rest, is := strings.CutPrefix(e.Describe(thrown.Thrown).Message, missingExport)
	name, target, ok := strings.Cut(rest, "' in module '")
	if !is || !ok {
		return err
	}
	if found := e.findImport(name, strings.TrimSuffix(target, "'")); found != nil {
		return found
	}
	return err
}

// findImport finds who imports a name from a module that doesn't have it.
func (e *Engine) findImport(name, target string) (found error) {
	e.eachLoaded(func(_ uintptr, importer string) {
		m := e.modules.modules[importer]
		if found != nil || m == nil || m.Kind != engine.ESModule {
			return
		}
		scanned, _ := source.Scan(m.Source)
		for _, st := range scanned.Statements {
			if st.From == "" || e.knownTarget(st.From, importer) != target {
				continue
			}
			for _, n := range st.Names {
				if n.Imported == name {
					found = source.NoSuchExport(st.From, name, importer, m.Source, n.At)
					return
				}
			}
		}
	})
	return found
}

func (e *Engine) moduleName(def uintptr) string {
	atom := lib.XJS_GetModuleName(e.tls, e.ctx, def)
	defer lib.XJS_FreeAtom(e.tls, e.ctx, atom)
	return e.atomText(atom)
}

// Primitive implements engine.Modules.
func (e *Engine) Primitive(namespace engine.Handle) (name string, found bool, err error) {
	result, err := e.protect(func() (lib.TJSValue, error) {
		return e.firstPrimitive(namespace.(*handle).v)
	})
	name, found = result.(string)
	return name, found, err
}

// firstPrimitive is the name of the first property that is no object, or undefined.
func (e *Engine) firstPrimitive(obj lib.TJSValue) (lib.TJSValue, error) {
	out := e.tls.Alloc(16)
	defer e.tls.Free(16)
	if lib.XJS_GetOwnPropertyNames(e.tls, e.ctx, out, out+8, obj, lib.MJS_GPN_STRING_MASK|lib.MJS_GPN_ENUM_ONLY) < 0 {
		return undefined, e.takeException()
	}
	table, count := *at[uintptr](out), *at[uint32](out + 8)
	defer lib.XJS_FreePropertyEnum(e.tls, e.ctx, table, count)
	for i := range uintptr(count) {
		atom := at[lib.TJSPropertyEnum](table + i*enumSize).Fatom
		v := lib.XGetProperty(e.tls, e.ctx, obj, atom)
		if isException(v) {
			return undefined, e.takeException()
		}
		e.free(v)
		if !isObject(v) {
			return lib.XJS_AtomToString(e.tls, e.ctx, atom), nil
		}
	}
	return undefined, nil
}
