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

// PrepareForCopies is Prepare in a process that is to be copied, again and again. It takes longer, for a heap without gaps:
// what a copy allocates lies together then, in pages that nobody has written to (fill.go, room.go).
func PrepareForCopies(engineName string) (*Process, error) {
	p, err := prepare(engineName, platform{source: runtime.Source, ops: ops.All(), copied: true})
	if err == nil {
		p.expectCopies()
	}
	return p, err
}
