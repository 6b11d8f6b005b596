package wasm

import "weak"

// externs are the JavaScript values that WebAssembly has references to. A
// reference is a value's place, counted from 1; 0 is null.
type externs struct {
	values  []any
	free    []uint64
	sweepAt int
}

const minSweep = 1024

func (m *Machine) putExtern(v any) uint64 {
	if m.isNull(v) {
		return 0
	}
	x := &m.externs
	if n := len(x.free); n > 0 {
		place := x.free[n-1]
		x.free = x.free[:n-1]
		x.values[place-1] = v
		return place
	}
	x.values = append(x.values, v)
	return uint64(len(x.values))
}

func (m *Machine) getExtern(place uint64) any {
	if place == 0 || place > uint64(len(m.externs.values)) {
		return m.js.null
	}
	return m.externs.values[place-1]
}

// sweep forgets the values that nothing refers to. When no code of WebAssembly
// runs, references are in tables and globals only.
func (x *externs) sweep(m *Machine) {
	if len(x.values)-len(x.free) < max(x.sweepAt, minSweep) {
		return
	}
	used := make([]bool, len(x.values)+1)
	mark := func(place uint64) {
		if place < uint64(len(used)) {
			used[place] = true
		}
	}
	m.instances.each(func(i *instance) bool {
		i.eachExtern(mark)
		return true
	})
	m.eachOwnExtern(mark)
	x.free = x.free[:0]
	for place := len(x.values); place > 0; place-- {
		if !used[place] {
			x.values[place-1] = nil
			x.free = append(x.free, uint64(place))
		}
	}
	x.sweepAt = 2 * (len(x.values) - len(x.free))
}

// eachOwnExtern visits those of tables and globals that JavaScript has made.
func (m *Machine) eachOwnExtern(visit func(uint64)) {
	m.externTables = living(m.externTables, func(t *tableObject) { t.each(visit) })
	m.externGlobals = living(m.externGlobals, func(g *globalObject) { visit(g.api.Get()) })
}

func living[T any](list []weak.Pointer[T], visit func(*T)) []weak.Pointer[T] {
	kept := list[:0]
	for _, w := range list {
		if v := w.Value(); v != nil {
			visit(v)
			kept = append(kept, w)
		}
	}
	return kept
}
