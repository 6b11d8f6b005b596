package workerproc

import (
	"runtime"
	"runtime/debug"
	"unsafe"

	"golang.org/x/sys/unix"
)

// To load 100 KB of code takes 12 MB of heap, and most of that is memory which the process has not had before: 3,000 faults
// of a page each, a fifth of the load. With huge pages it takes six. So a process that is to be copied has free heap that it
// has never written to, and a copy asks for huge pages there when it is given much code. Small Workers take none.
const (
	roomSize = 32 << 20 // address space; nothing is there before a copy writes to it
	hugePage = 2 << 20
)

// room is where that heap is. Between below and it the process has its own last things.
var room struct{ below, start, size uintptr }

// makeRoom lets the heap grow by free memory without writing to it. Memory that the heap has had before would be cleared:
// that is taken first.
func makeRoom() {
	var taken [][]byte
	for from := heapMapped(); len(taken) == 0 || heapMapped() == from; {
		taken = append(taken, make([]byte, hugePage/2))
	}
	room.below = address(taken[len(taken)-1]) // new, as what follows is
	end := address(make([]byte, roomSize)) + roomSize
	room.start = (room.below + 2*hugePage - 1) &^ (hugePage - 1)
	room.size = end - room.start
	runtime.KeepAlive(taken)
	debug.FreeOSMemory() // frees it: the allocator takes what lies lowest, which is the gaps before it
}

func address(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

func heapMapped() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapSys
}

// takeRoom is for a process that is about to load much code: what it gets from now on is there. Where the kernel has no huge
// pages nothing else changes.
func takeRoom() {
	if room.size > 0 {
		spare(room.start)
		_, _, _ = unix.RawSyscall(unix.SYS_MADVISE, room.start, room.size, unix.MADV_HUGEPAGE)
	}
}

// heapOf is what goja takes of the room for a byte of code, at least.
const heapOf = 60

// populateRoom fills what will be used of the room, on another processor: without one each huge page takes as long when it is
// first used.
func populateRoom(code int) {
	if size := min(uintptr(code)*heapOf, room.size) &^ (hugePage - 1); size > 0 {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, room.start, size, unix.MADV_POPULATE_WRITE)
	}
}
