package workerproc

import "runtime"

// filled takes the places between what a process has live when it is ready: a copy's own things then lie together, in pages
// that nobody has written to. Scattered over the pages of the original, each costs a fault and a copy of 4 KiB, and half the
// time in which a small Worker loads.
var filled []any

// mostlyUsed are the size classes of Go's allocator that matter to a small Worker.
const mostlyUsed = 2048

// expectCopies fills the gaps of the process's heap.
func (p *Process) expectCopies() {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	for _, class := range stats.BySize {
		if size := int(class.Size); size > 8 && size <= mostlyUsed {
			fillClass(func() any { return make([]byte, size) })
			fillClass(func() any { return make([]*byte, size/8) })
		}
	}
	makeRoom()
}

// fillClass allocates of one class until the heap has grown for it.
func fillClass(allocate func() any) {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	for inUse := stats.HeapInuse; stats.HeapInuse == inUse; runtime.ReadMemStats(&stats) {
		for range 16 {
			filled = append(filled, allocate())
		}
	}
}
