package wasm

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"weak"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"

	"stockade.dev/stockade/workerproc/engine"
)

const pageSize = 64 << 10

// mapping is the address space of one memory, outside Go's heap: JavaScript
// has pointers to it that Go doesn't see. It is given back when nothing in Go
// leads to it any more; every ArrayBuffer over it does.
type mapping struct {
	space []byte // reserved; what is in use can be read and written
	size  int
	used  *atomic.Int64
}

// reserve takes address space, which costs nothing.
func reserve(size int, used *atomic.Int64) (*mapping, error) {
	space, err := unix.Mmap(-1, 0, max(size, pageSize), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("cannot reserve address space for a memory: %w", err)
	}
	p := &mapping{space: space, used: used}
	return p, nil
}

// linear is a mapping as wazero has it.
type linear struct {
	m       *Machine
	mapping *mapping
	counted *counted
	memory  weak.Pointer[memory] // weak: wazero has this, and must not keep the instance
}

// counted is what a mapping's cleanup needs to know.
type counted struct {
	space []byte
	size  int64
	used  *atomic.Int64
}

func (c *counted) free() {
	c.used.Add(-atomic.LoadInt64(&c.size))
	_ = unix.Munmap(c.space)
}

// allocate makes a memory that has its first pages: what the heap leaves now it may not when wazero asks, which panics then.
func (m *Machine) allocate(l limits) (*linear, error) {
	if l.min > maxPages {
		return nil, errTooLarge
	}
	most := min(l.max, maxPages) * pageSize
	if limit := uint64(m.options.Memory); limit > 0 {
		most = min(most, (limit+pageSize-1)/pageSize*pageSize)
	}
	p, err := reserve(int(most), m.used)
	if err != nil {
		return nil, err
	}
	c := &counted{space: p.space, used: m.used}
	runtime.AddCleanup(p, (*counted).free, c)
	space := &linear{m: m, mapping: p, counted: c}
	if space.Reallocate(l.min*pageSize) == nil {
		return nil, errTooLarge
	}
	return space, nil
}

var errTooLarge = errors.New("cannot take so much memory")

// Reallocate implements experimental.LinearMemory: the memory grows in place,
// within the Worker's limit.
func (l *linear) Reallocate(size uint64) []byte {
	p := l.mapping
	more := int64(size) - int64(p.size)
	if size > uint64(len(p.space)) || more > 0 && !l.m.allows(more) {
		return nil
	}
	if more > 0 {
		if err := unix.Mprotect(p.space[:size], unix.PROT_READ|unix.PROT_WRITE); err != nil {
			return nil
		}
	}
	p.size = int(size)
	atomic.StoreInt64(&l.counted.size, int64(size))
	l.m.used.Add(more)
	if mem := l.memory.Value(); mem != nil {
		mem.detach()
	}
	return p.space[:size:size]
}

// Free implements experimental.LinearMemory. What is mapped goes when nothing
// leads to it any more.
func (l *linear) Free() {}

// memory is what a WebAssembly.Memory stands for.
type memory struct {
	m      *Machine
	api    api.Memory
	linear *linear
	limits limits
	module api.Module // that exports it
	owner  *instance  // nil: a module of our own
	ref    *engine.Ref
	buffer engine.Handle // nil: none that isn't detached
}

const errNoMemory = "Out of memory: Cannot allocate Wasm memory for new instance"

// allocator gives wazero one memory, which has been made before.
func (l *linear) allocator() experimental.MemoryAllocator {
	return experimental.MemoryAllocatorFunc(func(uint64, uint64) experimental.LinearMemory { return l })
}

// newMemory is one that JavaScript has made.
func (m *Machine) newMemory(l limits, space *linear, module api.Module) *memory {
	mem := &memory{m: m, api: module.ExportedMemory(exportMemory), linear: space, limits: l, module: module}
	mem.ref = &engine.Ref{Value: mem}
	space.memory = weak.Make(mem)
	runtime.AddCleanup(mem, closeModule, module)
	return mem
}

// allows tells whether that much more memory is within the limit. What nobody
// has any more doesn't count, and is given back when there may be much of it.
func (m *Machine) allows(more int64) bool {
	limit := m.options.Memory
	if limit <= 0 {
		return true
	}
	if m.used.Load()+more > m.reclaimAt || m.inUse()+more > limit {
		m.reclaim(limit)
	}
	return m.inUse()+more <= limit
}

func (m *Machine) inUse() int64 {
	if m.options.Heap == nil {
		return m.used.Load()
	}
	return m.used.Load() + m.options.Heap()
}

// reclaim has the memories collected that only garbage leads to: an instance
// first, then wazero's side of it, then the mapping.
func (m *Machine) reclaim(limit int64) {
	for before := m.used.Load(); ; {
		for range 4 {
			m.engine.Collect()
			m.cleanups()
		}
		after := m.used.Load()
		if after == before || after < limit/8 {
			break
		}
		before = after
	}
	m.reclaimAt = nextReclaim(m.used.Load(), limit-(m.inUse()-m.used.Load()))
}

// nextReclaim is how many bytes of memories there may be before garbage is looked for again, when used are in use of those that
// the heap leaves room for. Garbage among them gets half of what is left at most: the heap may need the rest before
// the next memory is asked for, and a Worker that is over its limit ends.
func nextReclaim(used, room int64) int64 {
	return max(room/4, min(2*used, used+max((room-used)/2, room/64)))
}

// GiveBack gives back the memories that only garbage of Go's leads to. It may run beside the code.
func (m *Machine) GiveBack() {
	for range 4 {
		m.cleanups()
	}
}

// cleanups waits for the cleanups that a collection has found, which run on
// goroutines of Go's: the one of an object that is garbage now comes last. On a
// busy machine they take their time; what they free would be missing.
func (m *Machine) cleanups() {
	done := make(chan struct{})
	runtime.GC()
	func() { runtime.AddCleanup(new([16]byte), func(c chan struct{}) { close(c) }, done) }()
	runtime.GC()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
	}
}

func (mem *memory) detach() {
	if mem.buffer != nil {
		mem.m.engine.Detach(mem.buffer)
		mem.buffer = nil
	}
}

// show is the ArrayBuffer over all of the memory.
func (mem *memory) show() (any, error) {
	if mem.buffer != nil {
		return mem.buffer, nil
	}
	p := mem.linear.mapping
	buffer, err := mem.m.engine.NewBuffer(p.space[:p.size:p.size], p)
	if err == nil {
		mem.buffer = buffer
	}
	return buffer, err
}

// grow returns the size before in pages. To grow by nothing detaches the
// buffer, too.
func (mem *memory) grow(pages float64) (any, error) {
	before := mem.linear.mapping.size / pageSize
	if pages > maxPages {
		return nil, rangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded")
	}
	if pages == 0 {
		mem.detach()
		return int64(before), nil
	}
	if uint64(before)+uint64(pages) > mem.limits.max {
		return nil, rangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded")
	}
	if _, ok := mem.api.Grow(uint32(pages)); !ok {
		return nil, rangeError("WebAssembly.Memory.grow(): Unable to grow instance memory")
	}
	return int64(before), nil
}
