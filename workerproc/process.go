package workerproc

import (
	"fmt"
	"hash/fnv"
	"runtime"
	"runtime/debug"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/goja"
	"stockade.dev/stockade/workerproc/engine/quickjs"
)

// maxStack ends the process before a recursion in Go, such as a parser's on
// hostile source, has eaten the host's memory.
const maxStack = 256 << 20

// Process is an isolate that is ready for its Worker.
type Process struct {
	isolate *isolate
	engine  string
	version string
}

// CompileWasm has WebAssembly run as machine code. The process must be allowed
// to make memory executable.
func (p *Process) CompileWasm() { p.isolate.compileWasm = true }

// platform is the Workers platform in JavaScript with the ops that it needs
// beside those of the isolate.
type platform struct {
	source func(part string) (text string, ok bool)
	ops    map[string]engine.Op
	copied bool // the process is to be copied
}

// engines are those that a process can run, by the policy's names.
var engines = map[string]func() (engine.Engine, error){
	"goja":    func() (engine.Engine, error) { return goja.New() },
	"quickjs": func() (engine.Engine, error) { return quickjs.New() },
}

// prepare does all that no Worker is needed for. It leaves nothing running:
// no goroutine, no timer, no descriptor, so that the process may be copied.
func prepare(name string, p platform) (*Process, error) {
	debug.SetMaxStack(maxStack)
	if p.copied {
		debug.SetGCPercent(compact)
	}
	newEngine, known := engines[name]
	if !known {
		return nil, fmt.Errorf("cannot prepare: no engine %q", name)
	}
	if err := rehearse(newEngine, p); err != nil {
		return nil, fmt.Errorf("cannot rehearse: %w", err)
	}
	p.freeMemory()
	i, err := newIsolate(newEngine, p)
	if err != nil {
		return nil, fmt.Errorf("cannot prepare: %w", err)
	}
	if _, err := i.engine.Call(i.host["prepare"]); err != nil {
		return nil, i.explain("cannot prepare the runtime's parts", err)
	}
	if p.copied {
		i.collect()
	}
	p.freeMemory() // what is not there is neither copied for a Worker nor taken down with it
	core, _ := p.source("core")
	return &Process{isolate: i, engine: name, version: version(i.engine, core)}, nil
}

// freeMemory gives back what isn't used.
func (p platform) freeMemory() {
	if p.copied {
		runtime.GC() // what has a cleanup is free the second time
	}
	debug.FreeOSMemory()
}

// version changes with all that Compiled depends on, and with the runtime.
func version(e engine.Engine, core string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(core))
	return fmt.Sprintf("%s runtime/%x", e.Version(), h.Sum64())
}
