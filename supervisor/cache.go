package supervisor

import (
	"stockade.dev/stockade/store"
)

// cached returns the look-up of what an earlier process of the same Worker
// compiled of a source. The cache is never shared between Workers: what is in
// it comes from a jail, and a Worker may betray nobody but itself.
func (s *Supervisor) cached(slot *slot, worker string) func(module, string) []byte {
	return func(m module, name string) []byte {
		if worker == "" {
			return nil // load() without an id: it won't come again
		}
		return s.store.Compiled(compiledKey(slot, worker, m, name))
	}
}

func compiledKey(slot *slot, worker string, m module, name string) store.CompiledKey {
	return store.CompiledKey{Source: m.sum(worker, name), Engine: slot.engine, Version: slot.version}
}

// remember keeps what the process compiled of the Worker's modules.
func (s *Supervisor) remember(slot *slot, worker string, code *workerCode) {
	if worker == "" {
		return
	}
	for _, c := range slot.load.Compiled {
		if m, ok := code.Modules[c.Name]; ok {
			s.store.PutCompiled(compiledKey(slot, worker, m, c.Name), c.Data)
		}
	}
}
