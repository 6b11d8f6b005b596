package workerproc

import (
	"slices"
	"strings"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/ops"
)

// maxKept is how much of a Worker's code is kept as it is for node:fs, which shows it as /bundle, though nothing has asked for
// node:fs while the Worker loaded. More is packed, if the Worker may have node:fs at all.
const maxKept = 1 << 20

// keepFiles drops the modules' text after loading, unless node:fs may show it.
func (i *isolate) keepFiles(m *rpc.Load) error {
	keep := i.showsFiles || codeSize(m.Modules) <= maxKept
	if !keep && mayHaveFiles(m) {
		texts := make([][]byte, len(m.Modules))
		for n := range m.Modules {
			texts[n] = m.Modules[n].Data
		}
		var err error
		if i.packed, err = ops.Pack(texts); err != nil {
			return err
		}
	}
	for n, module := range m.Modules {
		m.Modules[n] = rpc.Module{Name: module.Name}
		if keep {
			m.Modules[n].Data = module.Data
		}
	}
	return nil
}

func codeSize(modules []rpc.Module) (total int) {
	for _, m := range modules {
		total += len(m.Data)
	}
	return total
}

// nodeByDefault is the date from which a Worker has modules of Node.js without a flag.
const nodeByDefault = "2026-08-04"

// mayHaveFiles says whether the Worker can have node:fs: whether it does is for the runtime to say (core/flags.js).
func mayHaveFiles(m *rpc.Load) bool {
	return m.CompatDate >= nodeByDefault || slices.ContainsFunc(m.CompatFlag, func(flag string) bool { return strings.Contains(flag, "nodejs") })
}

// fileOps are what node:fs has of the Worker's modules.
func (i *isolate) fileOps() map[string]engine.Op {
	return map[string]engine.Op{
		// bundleFiles() returns [name, size, …].
		"bundleFiles": func([]any) (any, error) {
			i.showsFiles = true
			return i.fileList(), nil
		},
		// bundleFile(name) returns what is in it.
		"bundleFile": func(args []any) (any, error) {
			if len(args) > 0 {
				return i.fileText(args[0])
			}
			return nil, nil
		},
	}
}

func (i *isolate) fileList() (list []any) {
	if i.load == nil {
		return nil
	}
	for n, m := range i.load.Modules {
		size := len(m.Data)
		if i.packed != nil {
			size = i.packed[n].Size
		}
		list = append(list, m.Name, size)
	}
	return list
}

func (i *isolate) fileText(name any) (any, error) {
	for n, m := range i.load.Modules {
		switch {
		case m.Name != name:
		case i.packed != nil:
			return i.packed[n].Unpack()
		default:
			return append([]byte{}, m.Data...), nil
		}
	}
	return nil, nil
}
