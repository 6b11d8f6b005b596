package wasm

import (
	"errors"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// TestTheHeapGrowsMeanwhile: whenever the heap takes what a new memory was to have, the memory is there or a RangeError is.
func TestTheHeapGrowsMeanwhile(t *testing.T) {
	const limit, pages = 64 << 20, 100
	for after := range 12 {
		m := newMachine(t)
		looked := 0
		m.Configure(Options{Memory: limit, Heap: func() int64 {
			if looked++; looked > after {
				return limit
			}
			return 0
		}})
		made, err := m.opNewMemory([]any{float64(pages)})
		var failed *engine.Error
		switch {
		case err == nil && made != nil:
		case !errors.As(err, &failed) || failed.Name != "RangeError":
			t.Errorf("when the heap has grown after %d looks: %v", after, err)
		}
	}
}
