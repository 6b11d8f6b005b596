package workerproc

import (
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"unsafe"

	"stockade.dev/stockade/workerproc/engine"
)

// fillers take the places between what a process has live when it is ready: a copy's own things then lie together, in pages
// that nobody has written to. Scattered over the pages of the original, each costs a fault and a copy of 4 KiB, and half the
// time in which a small Worker loads.
var fillers struct {
	list    []unsafe.Pointer
	bytes   int64        // no Worker has asked for them: they don't count as its memory
	percent atomic.Int64 // that they are of what is live, until a collection counts them: a copy may get so much more garbage
}

// mostlyUsed are the size classes of Go's allocator that matter to a Worker.
const mostlyUsed = 8192

// expectCopies fills the gaps of the process's heap, which each collection makes. After that there is one when the runtime has
// seen none for two minutes.
func (p *Process) expectCopies() {
	debug.SetGCPercent(-1)
	makeRoom()
	var from, before, to runtime.MemStats
	runtime.ReadMemStats(&from)
	spare(room.below)
	runtime.ReadMemStats(&before)
	for _, class := range from.BySize {
		if size := uintptr(class.Size); size > 8 && size <= mostlyUsed {
			fillers.list = fill(fillers.list, room.below, size, plain)
			fillers.list = fill(fillers.list, room.below, size, pointers)
		}
	}
	runtime.ReadMemStats(&to)
	fillers.bytes = int64(to.HeapAlloc - before.HeapAlloc)
	fillers.percent.Store(int64(100 * (to.HeapAlloc - from.HeapAlloc) / from.HeapAlloc))
	runtime.AddCleanup(new([64]byte), fillers.percent.Store, 0)
	debug.SetGCPercent(lazy)
}

// collect frees what the engine has lost, in Go's heap and in its own: each copy would do it, and write to what it shares.
func (i *isolate) collect() {
	collector, is := i.engine.(engine.Foreign)
	if !is {
		return
	}
	for range 2 { // what refers to others is lost before them
		seen := make(chan struct{})
		runtime.AddCleanup(new([64]byte), func(seen chan struct{}) { close(seen) }, seen)
		runtime.GC()
		<-seen
		collector.Collect()
	}
}

// spare takes all free pages below end until the next collection, and writes nothing to them.
func spare(end uintptr) {
	for _, size := range []uintptr{512 << 10, 64 << 10, 8 << 10} {
		fill(nil, end, size, unwritten)
	}
}

// fill allocates of one size until the heap has no place for it below end.
func fill(list []unsafe.Pointer, end, size uintptr, allocate func(size uintptr) unsafe.Pointer) []unsafe.Pointer {
	for {
		p := allocate(size)
		list = append(list, p)
		if uintptr(p) >= end {
			return list
		}
	}
}

func plain(size uintptr) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(make([]byte, size))) }

func pointers(size uintptr) unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(make([]*byte, size/8)))
}

// unwritten is memory that is not cleared, as make would.
func unwritten(size uintptr) unsafe.Pointer {
	var b strings.Builder
	b.Grow(int(size))
	return unsafe.Pointer(unsafe.StringData(b.String()))
}
