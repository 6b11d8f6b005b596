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

// TestNextReclaim: what is garbage leaves the heap room to grow, and a Worker that holds much doesn't have it looked for again
// and again.
func TestNextReclaim(t *testing.T) {
	const limit = 256 << 20
	for heap := int64(0); heap < limit; heap += 16 << 20 {
		room, most := limit-heap, 0
		for used := int64(0); used < room-room/32; most++ {
			next := nextReclaim(used, room)
			if left := room - next; next <= used || left < min(room/4, (room-used)/4) {
				t.Fatalf("%d used of %d: at %d", used, room, next)
			}
			used = next
		}
		if most > 20 {
			t.Errorf("with a heap of %d garbage is looked for %d times", heap, most)
		}
	}
}
