package workerproc

import (
	"stockade.dev/stockade/workerproc/ops"
	"stockade.dev/stockade/workerproc/runtime"
)

// Prepare makes a process with that engine ("goja") ready for its Worker. It
// leaves nothing running, so that the process may be copied.
func Prepare(engineName string) (*Process, error) {
	return prepare(engineName, platform{source: runtime.Source, ops: ops.All()})
}
