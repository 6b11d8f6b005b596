package goja

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"stockade.dev/stockade/workerproc/engine"
)

// makeNamespace makes m's namespace object. Its names come with __export,
// which is the first thing that m's code calls; a module that has to wait
// before gets an accessor for each name that is known by then.
func (e *Engine) makeNamespace(m *module) {
	m.getters = map[string]goja.Value{}
	m.namespace = e.newNamespace()
	if m.async {
		for _, name := range m.exportNames() {
			e.bind(m, name, nil)
		}
	}
}

func (e *Engine) newNamespace() *goja.Object {
	namespace := e.vm.CreateObject(nil)
	_ = namespace.DefineDataPropertySymbol(goja.SymToStringTag, e.vm.ToValue("Module"), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	return namespace
}

func (m *module) exportNames() []string {
	var names []string
	if !m.unit.await {
		for _, x := range m.unit.exports {
			names = append(names, x.name)
		}
	}
	slices.Sort(names)
	return names
}

// bind gives the namespace a name. getter is nil while the name's value is
// not there yet: then reading it is a ReferenceError.
func (e *Engine) bind(m *module, name string, getter goja.Value) {
	m.getters[name] = getter
	if getter == nil {
		getter = e.function("stockade:uninitialized", func([]goja.Value) goja.Value {
			panic(e.newError("ReferenceError", "Cannot access '"+name+"' before initialization"))
		})
	}
	_ = m.namespace.DefineAccessorProperty(name, getter, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// bindFixed gives the namespace a name whose value can't change.
func (e *Engine) bindFixed(m *module, name string, value goja.Value) {
	m.getters[name] = nil
	_ = m.namespace.DefineDataProperty(name, value, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// export is __export: getters has a function for each of m's names but those of m.unit.fixed, whose values follow.
func (e *Engine) export(m *module, getters goja.Value, fixed ...goja.Value) {
	obj, ok := getters.(*goja.Object)
	if !ok {
		return
	}
	names := obj.Keys()
	values := make(map[string]goja.Value, len(fixed))
	for n, value := range fixed {
		names = append(names, m.unit.fixed[n])
		values[m.unit.fixed[n]] = value
	}
	slices.Sort(names)
	for _, name := range names {
		if value := values[name]; value != nil {
			e.bindFixed(m, name, value)
		} else {
			e.bind(m, name, obj.Get(name))
		}
	}
}

// seal is what a namespace comes to when its module has run: its names are in order, those of export * among the others, and stay.
func (e *Engine) seal(namespace *goja.Object) {
	if names := namespace.Keys(); !slices.IsSorted(names) {
		slices.Sort(names)
		for _, name := range names {
			v, err := e.intrinsics.descriptor(goja.Undefined(), namespace, e.vm.ToValue(name))
			if err != nil || namespace.Delete(name) != nil {
				return
			}
			if d := v.(*goja.Object); d.Get("get") != nil {
				_ = namespace.DefineAccessorProperty(name, d.Get("get"), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
			} else {
				_ = namespace.DefineDataProperty(name, d.Get("value"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			}
		}
	}
	_, _ = e.intrinsics.seal(goja.Undefined(), namespace)
}

// exportStar adds the names of a module that m exports with export *.
func (e *Engine) exportStar(m, from *module) {
	if from.namespace == nil {
		return
	}
	for _, name := range from.namespace.Keys() {
		if _, own := m.getters[name]; own || name == "default" {
			continue
		}
		e.bind(m, name, e.function(name, func([]goja.Value) goja.Value { return from.namespace.Get(name) }))
	}
}

// exporter and importer are __export and __import of a direct module.
func (e *Engine) exporter(m *module) goja.Value {
	return e.function("stockade:export", func(args []goja.Value) goja.Value {
		e.export(m, args[0], args[1:]...)
		return nil
	})
}

func (e *Engine) importer(m *module) goja.Value {
	if len(m.requests) == 0 {
		return goja.Undefined()
	}
	return e.function("stockade:import", func(args []goja.Value) goja.Value {
		dependency := m.requests[first(args).ToInteger()]
		if _, err := e.evaluate(dependency); err != nil {
			e.throw(err)
		}
		switch name := first(args[1:]).String(); {
		case len(args) == 1:
			return nil
		case name == "*":
			return dependency.namespace
		default:
			return dependency.namespace.Get(name)
		}
	})
}

// imported is __imported.
func (e *Engine) imported(m *module) goja.Value {
	if !m.async {
		return goja.Undefined()
	}
	return e.function("stockade:imported", func([]goja.Value) goja.Value { return e.awaitRequests(m) })
}

// nameDefault gives a default export without a name the name "default".
func (e *Engine) nameDefault(m *module) {
	for _, x := range m.unit.exports {
		if x.local != defaultName {
			continue
		}
		value, ok := m.namespace.Get("default").(*goja.Object)
		if ok && e.text(value, "name") == defaultName {
			_ = value.DefineDataProperty("name", e.vm.ToValue("default"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
}

// loweredArguments are what a lowered module's function is called with.
func (e *Engine) loweredArguments(m *module) []goja.Value {
	requested, moduleObject, meta := 0, e.vm.NewObject(), e.vm.CreateObject(nil)
	var star *module
	require := e.function("require", func(args []goja.Value) goja.Value {
		if requested < len(m.requests) {
			star = m.requests[requested]
			requested++
			return e.require(star)
		}
		return e.importDynamic(m, first(args))
	})
	export := e.function("stockade:export", func(args []goja.Value) goja.Value {
		if len(args) > 1 {
			e.export(m, args[1])
		}
		return nil
	})
	same := e.function("stockade:toESM", func(args []goja.Value) goja.Value { return first(args) })
	namespace := e.function("stockade:toCommonJS", func([]goja.Value) goja.Value { return m.namespace })
	reExport := e.function("stockade:reExport", func([]goja.Value) goja.Value {
		e.exportStar(m, star)
		return nil
	})
	return []goja.Value{moduleObject, goja.Undefined(), require, export, same, namespace, reExport, meta, e.imported(m)}
}

// require evaluates a module that another imports and returns its namespace.
func (e *Engine) require(dependency *module) goja.Value {
	if _, err := e.evaluate(dependency); err != nil {
		e.throw(err)
	}
	return dependency.namespace
}

// importDynamic is import() of a lowered module: a namespace, or a promise
// for one.
func (e *Engine) importDynamic(m *module, specifier goja.Value) goja.Value {
	dependency, err := e.resolve(specifier.String(), m.name)
	if err == nil {
		err = e.linkGraph(dependency)
	}
	if err != nil {
		e.throw(err)
	}
	if dependency.state == evaluated && dependency.failure == nil {
		return dependency.namespace
	}
	promise, err := e.evaluated(dependency)
	if err != nil {
		e.throw(err)
	}
	return promise
}

// makeValue makes the namespace of a module that isn't code.
func (e *Engine) makeValue(m *module) error {
	var value goja.Value
	switch m.Kind {
	case engine.Data:
		value = e.vm.ToValue(e.vm.NewArrayBuffer(append([]byte{}, m.Source...)))
	case engine.Value:
		made, err := m.Value()
		if err != nil {
			return e.throwable(err)
		}
		value = e.fromGo(made)
	case engine.JSON:
		parsed, err := e.parseJSON(m)
		if err != nil {
			return err
		}
		value = parsed
	default:
		value = e.vm.ToValue(string(m.Source))
	}
	m.namespace = e.newNamespace()
	return m.namespace.DefineDataProperty("default", value, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
}

func (e *Engine) parseJSON(m *module) (goja.Value, error) {
	value, err := e.intrinsics.parse(goja.Undefined(), e.vm.ToValue(string(m.Source)))
	if err == nil {
		return value, nil
	}
	message := "malformed JSON"
	if thrown, ok := e.reason(err).(*goja.Object); ok {
		message = strings.TrimSuffix(e.text(thrown, "message"), " (EOF)")
	}
	return nil, e.throwable(&engine.Error{Name: "SyntaxError", Message: message + " (" + m.name + ")"})
}
