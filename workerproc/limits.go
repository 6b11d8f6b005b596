package workerproc

import (
	"errors"
	"fmt"
	"runtime/metrics"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/wasm"
)

// limitError is the reason of an interrupt.
type limitError struct {
	which       string // "cpuMs", "wallMs", "memory"
	value, used int64
}

func (e *limitError) Error() string { return fmt.Sprintf("%s %d of %d", e.which, e.used, e.value) }

// watchdog interrupts code that uses more than it may. It is a courtesy, which
// gives the Worker's author a clear error: a built-in function can't be
// interrupted, and the supervisor ends a process that goes on.
type watchdog struct {
	engine engine.Engine
	flush  func() // sends what the code has caused so far
	wasm   *wasm.Machine
	memory int64         // the heap's limit; 0: none
	wall   time.Duration // of the code about to run; 0: none
	total  time.Duration // CPU time of all code
	clock  time.Duration // CPU time of the process when code ended last
	waited bool          // since then

	mu      sync.Mutex // guards what follows: check runs beside the code
	timer   *time.Timer
	armed   bool // check will be called
	running bool
	began   time.Time
	cpuFrom time.Duration
	limit   time.Duration
	sample  [1]metrics.Sample
}

// checkEvery is how often memory is looked at while code runs.
const checkEvery = 20 * time.Millisecond

// monitored is how long the runtime's monitor surely stays awake: it goes to sleep when this process has, and that is not
// at once (rpc/socket.go).
const monitored = time.Millisecond

func newWatchdog(e engine.Engine, m *wasm.Machine, flush func()) *watchdog {
	w := &watchdog{engine: e, wasm: m, flush: flush, waited: true}
	w.sample[0].Name = "/gc/heap/live:bytes"
	return w
}

// cpuTime is the CPU time of this process so far.
func cpuTime() time.Duration { return rpc.Clock(unix.CLOCK_PROCESS_CPUTIME_ID) }

// watch runs code that may use that much CPU time (0: no limit) and returns
// what it has used.
func (w *watchdog) watch(limit time.Duration, code func() error) (used time.Duration, err error) {
	from := w.clock
	w.start(from, limit)
	err = code()
	w.end()
	w.clock = cpuTime()
	used = w.usedSince(from, w.clock)
	w.waited = false
	w.total += used
	return used, err
}

// usedSince is what the code that began last has used of the time between two looks at the clock, of which the first was
// at the end of the code before it: one look for each piece of code. If the process has waited meanwhile, the code hasn't
// used more than has passed; else the time between two pieces of code is the second's. A copy's clock begins anew.
func (w *watchdog) usedSince(from, to time.Duration) time.Duration {
	passed := time.Since(w.began)
	if w.waited && (to < from || to-from > passed) {
		return passed
	}
	return to - from
}

// waits says that the process waits for something now.
func (w *watchdog) waits() { w.waited = true }

func (w *watchdog) start(from, limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if now.Sub(w.began) > monitored {
		rpc.Announce() // without the runtime's monitor, check could not run beside the code
	}
	w.running, w.cpuFrom, w.limit, w.began = true, from, limit, now
	next := checkEvery
	if limit > 0 {
		next = min(next, limit)
	}
	switch {
	case w.timer == nil:
		w.timer = time.AfterFunc(next, w.check)
	case !w.armed || next < checkEvery:
		w.timer.Reset(next)
	}
	w.armed = true
}

// end makes sure that no interrupt comes after it. The timer is left as it is:
// to stop and set it for each piece of code takes longer than many of them.
func (w *watchdog) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = false
	w.engine.ClearInterrupt()
}

// stop ends the watchdog for good.
func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = false
	if w.timer != nil {
		w.timer.Stop()
	}
}

// check runs on a goroutine of its timer.
func (w *watchdog) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = false
	if !w.running {
		return
	}
	w.flush()
	next := checkEvery
	used := w.usedSince(w.cpuFrom, cpuTime())
	switch {
	case w.limit > 0 && used >= w.limit:
		w.interrupt(&limitError{"cpuMs", w.limit.Milliseconds(), used.Milliseconds()})
		return
	case w.wall > 0 && time.Since(w.began) >= w.wall:
		w.interrupt(&limitError{"wallMs", w.wall.Milliseconds(), time.Since(w.began).Milliseconds()})
		return
	case w.memory > 0 && w.isOverMemory():
		w.interrupt(&limitError{"memory", w.memory, w.heap()})
		return
	}
	if w.limit > 0 {
		next = min(next, max(w.limit-used, time.Millisecond))
	}
	w.armed = true
	w.timer.Reset(next)
}

// isOverMemory reports whether more is in use than may be. What nobody has any more of WebAssembly's memories doesn't count.
func (w *watchdog) isOverMemory() bool {
	if w.heap() <= w.memory {
		return false
	}
	if w.wasm.Used() > 0 {
		w.wasm.GiveBack()
	}
	return w.heap() > w.memory
}

// interrupt stops the code, in whichever language it runs.
func (w *watchdog) interrupt(reason error) {
	w.engine.Interrupt(reason)
	w.wasm.Interrupt(reason)
}

// heap is what was in use after the last garbage collection.
func (w *watchdog) heap() int64 {
	metrics.Read(w.sample[:])
	live := int64(w.sample[0].Value.Uint64()) - fillers.bytes
	tune(live)
	return live + w.engineHeap() + w.wasm.Used()
}

func (w *watchdog) engineHeap() int64 {
	if h, own := w.engine.(engine.Heap); own {
		return h.Heap()
	}
	return 0
}

// script is heap without WebAssembly's memories, for whoever runs the code.
func (w *watchdog) script() int64 {
	sample := [1]metrics.Sample{{Name: w.sample[0].Name}}
	metrics.Read(sample[:])
	return int64(sample[0].Value.Uint64()) - fillers.bytes + w.engineHeap()
}

// asLimit finds the limit that an interrupt was for.
func asLimit(err error) (*limitError, bool) {
	var l *limitError
	return l, errors.As(err, &l)
}
