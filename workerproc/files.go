package workerproc

import (
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// maxKept is how much of a Worker's code is kept for node:fs, which shows it
// as /bundle, though nothing has asked for node:fs while the Worker loaded.
const maxKept = 1 << 20

// keepFiles drops the modules' text after loading, unless node:fs may show it.
func (i *isolate) keepFiles(modules []rpc.Module) {
	total := 0
	for _, m := range modules {
		total += len(m.Data)
	}
	for n, m := range modules {
		modules[n] = rpc.Module{Name: m.Name}
		if total <= maxKept || i.showsFiles {
			modules[n].Data = m.Data
		}
	}
}

// fileOps are what node:fs has of the Worker's modules.
func (i *isolate) fileOps() map[string]engine.Op {
	return map[string]engine.Op{
		// bundleFiles() returns [name, size, …].
		"bundleFiles": func([]any) (any, error) {
			i.showsFiles = true
			var list []any
			if i.load != nil {
				for _, m := range i.load.Modules {
					list = append(list, m.Name, len(m.Data))
				}
			}
			return list, nil
		},
		// bundleFile(name) returns what is in it.
		"bundleFile": func(args []any) (any, error) {
			for _, m := range i.load.Modules {
				if len(args) > 0 && m.Name == args[0] {
					return append([]byte{}, m.Data...), nil
				}
			}
			return nil, nil
		},
	}
}
