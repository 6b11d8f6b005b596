package quickjs

import (
	"runtime"
	"sync/atomic"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"

	"stockade.dev/stockade/workerproc/engine"
)

// heap is the memory of one engine, outside Go's. QuickJS asks for it in
// blocks, most of which it divides further. Blocks are linked, so that they
// can be freed all at once.
type heap struct {
	tls   *libc.TLS
	first uintptr
	used  atomic.Int64
	limit atomic.Int64 // 0: none
	// collect asks the engine's goroutine to collect garbage; live is what was
	// left the last time.
	collect atomic.Bool
	live    atomic.Int64
}

// blockHeader stands before each block.
type blockHeader struct {
	next, previous uintptr
	size           int64
	_              uint64
}

const headerSize = 32

// overLimit is by how much more than the limit QuickJS gets before it is
// refused memory: garbage that is still to be collected is no reason to end a
// Worker (engine.Heap).
func overLimit(limit int64) int64 { return limit + min(limit/2, 64<<20) }

func (h *heap) allows(more int64) bool {
	limit := h.limit.Load()
	return limit <= 0 || h.used.Load()+more <= overLimit(limit)
}

func (h *heap) malloc(size lib.Size_t) uintptr {
	if n := int64(size); n < 0 || !h.allows(n) {
		return 0
	}
	return h.mustMalloc(size)
}

// mustMalloc is malloc without the limit.
func (h *heap) mustMalloc(size lib.Size_t) uintptr {
	p := libc.Xmalloc(h.tls, size+headerSize)
	if p == 0 {
		return 0
	}
	h.link(p, int64(size))
	return p + headerSize
}

func (h *heap) link(p uintptr, size int64) {
	*at[blockHeader](p) = blockHeader{next: h.first, size: size}
	if h.first != 0 {
		at[blockHeader](h.first).previous = p
	}
	h.first = p
	h.used.Add(size + headerSize)
}

func (h *heap) unlink(p uintptr) {
	b := at[blockHeader](p)
	if b.previous != 0 {
		at[blockHeader](b.previous).next = b.next
	} else {
		h.first = b.next
	}
	if b.next != 0 {
		at[blockHeader](b.next).previous = b.previous
	}
	h.used.Add(-b.size - headerSize)
}

func (h *heap) free(p uintptr) {
	if p == 0 {
		return
	}
	h.unlink(p - headerSize)
	libc.Xfree(h.tls, p-headerSize)
}

func (h *heap) realloc(p uintptr, size lib.Size_t) uintptr {
	switch {
	case p == 0 && size == 0:
		return 0
	case p == 0:
		return h.malloc(size)
	case size == 0:
		h.free(p)
		return 0
	}
	old := at[blockHeader](p - headerSize).size
	if n := int64(size); n < 0 || n > old && !h.allows(n-old) {
		return 0
	}
	h.unlink(p - headerSize)
	moved := libc.Xrealloc(h.tls, p-headerSize, size+headerSize)
	if moved == 0 {
		h.link(p-headerSize, old)
		return 0
	}
	h.link(moved, int64(size))
	return moved + headerSize
}

func (h *heap) size(p uintptr) lib.Size_t {
	if p == 0 {
		return 0
	}
	return lib.Size_t(at[blockHeader](p - headerSize).size)
}

// freeAll frees what the engine has, without looking into it.
func (h *heap) freeAll() {
	for h.first != 0 {
		h.free(h.first + headerSize)
	}
	h.tls.Close()
}

// newRuntime makes a runtime on the engine's heap.
func (e *Engine) newRuntime() uintptr {
	h := e.heap
	size := int(lib.Size_t(4 * 8))
	mf := e.tls.Alloc(size)
	defer e.tls.Free(size)
	*at[lib.TJSMallocFunctions](mf) = lib.TJSMallocFunctions{
		Fjs_malloc: e.keep(func(_ *libc.TLS, s uintptr, n lib.Size_t) uintptr {
			p := h.malloc(n)
			if p == 0 {
				e.refused(n)
			}
			h.report(s)
			e.boundGarbage()
			return p
		}),
		Fjs_free: e.keep(func(_ *libc.TLS, s, p uintptr) {
			h.free(p)
			h.report(s)
		}),
		Fjs_realloc: e.keep(func(_ *libc.TLS, s, p uintptr, n lib.Size_t) uintptr {
			q := h.realloc(p, n)
			if q == 0 && n > 0 {
				e.refused(n)
			}
			h.report(s)
			return q
		}),
		Fjs_malloc_usable_size: e.keep(func(_ *libc.TLS, p uintptr) lib.Size_t { return h.size(p) }),
	}
	return lib.XJS_NewRuntime2(e.tls, mf, 0)
}

// report tells QuickJS how much it has, which it collects garbage by.
func (h *heap) report(state uintptr) {
	at[lib.TJSMallocState](state).Fmalloc_size = lib.Size_t(h.used.Load())
}

// minGarbage is how much there may be before QuickJS looks for it. To look is
// to write to all objects: a copy of a warm process would copy all its memory.
const minGarbage = 4 << 20

// boundGarbage says when QuickJS collects next: by itself it does when the
// heap is half as large again as after the last time. That is too soon for a
// small heap. Near the limit it is too late: memory would be refused.
func (e *Engine) boundGarbage() {
	if e.rt == 0 {
		return
	}
	next, used := &e.runtime().Fmalloc_gc_threshold, e.heap.used.Load()
	if *next != e.threshold || used < e.live { // it has just collected, or much has been freed
		e.live = used
		*next = max(*next, lib.Size_t(used+minGarbage))
	}
	if limit := e.heap.limit.Load(); limit > 0 {
		*next = min(*next, lib.Size_t(max(limit+(overLimit(limit)-limit)/2, e.live+e.live/16)))
	}
	e.threshold = *next
}

// keep returns f as QuickJS calls it, and keeps it alive as long as e.
func (e *Engine) keep(f any) uintptr {
	e.callbacks = append(e.callbacks, f)
	return functionPointer(f)
}

// Heap implements engine.Heap.
func (e *Engine) Heap() int64 {
	h := e.heap
	used, limit := h.used.Load(), h.limit.Load()
	if limit <= 0 || used <= limit || h.live.Load() > limit {
		return used
	}
	runtime.GC() // handles that Go has lost keep values alive
	h.collect.Store(true)
	return limit
}

// LimitHeap implements engine.Heap.
func (e *Engine) LimitHeap(limit int64, exceeded func(used int64) error) {
	e.heap.limit.Store(limit)
	e.exceeded = exceeded
}

// refused ends the running code if it has been refused memory for having too
// much, rather than for wanting too much at once.
func (e *Engine) refused(size lib.Size_t) {
	h := e.heap
	if limit := h.limit.Load(); limit <= 0 || int64(size) < 0 || int64(size) > limit || e.exceeded == nil {
		return
	}
	e.interrupted.CompareAndSwap(nil, &engine.Interrupted{Reason: e.exceeded(h.used.Load())})
	e.functions.stopped = true
	e.context().Finterrupt_counter = 1 // look at once
}

// collectGarbage does what Heap has asked for.
func (e *Engine) collectGarbage() {
	if !e.heap.collect.CompareAndSwap(true, false) {
		return
	}
	e.released.free(e)
	lib.XJS_RunGC(e.tls, e.rt)
	e.heap.live.Store(e.heap.used.Load())
}
