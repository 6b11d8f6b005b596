package workerproc

import (
	"runtime"
	"runtime/debug"

	"stockade.dev/stockade/workerproc/engine"
)

// A small heap may get four times its size of garbage before it is collected: to mark the 4 MB of an isolate with a small
// Worker takes as long as a hundred calls, and loading 100 KB of code takes 23 ms instead of 27. As what is live grows the
// share becomes Go's usual one, so that a Worker takes 32 MiB of garbage or as much as it has live. Its limit of memory
// holds as ever.
const (
	compact  = 25  // percent of what is live, before there is a Worker
	eager    = 100 // percent of what is live
	lazy     = 400
	sparable = 32 << 20 // bytes
	loading  = 2400     // percent, while much code is loaded
	muchCode = 64 << 10 // bytes
)

// whileLoading puts collecting off while that much code loads: what loading makes is garbage at its end, to be collected
// once. 1 MB of code takes 170 ms of CPU instead of 250.
func (i *isolate) whileLoading(code int, load func() error) error {
	if code < muchCode {
		return load()
	}
	takeRoom()
	if _, own := i.engine.(engine.Heap); !own && runtime.NumCPU() > 1 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
		go populateRoom(code)
	}
	debug.SetGCPercent(loading)
	defer collectLazily(spent)
	return load()
}

// spent is what loading much code adds to the share: what it leaves is collected with the next garbage, and not before the
// Worker has answered.
const spent = 300

// collectLazily is for a process that is about to get its Worker, or has got it. Until the first collection there is more in
// the heap than is counted as live: fillers, and so many percent of what is live.
func collectLazily(more int) {
	debug.SetGCPercent(lazy + int(fillers.percent.Load()) + more)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, lazy)
}

// percentFor is the share of garbage with that much live.
func percentFor(live int64) int {
	return int(min(max(100*sparable/max(live, 1), eager), lazy))
}

// tune keeps the share in step with what is live.
func (w *watchdog) tune(live int64) {
	if w.percent == 0 {
		w.percent = lazy
	}
	if p := percentFor(live); p < w.percent*3/4 || p > w.percent*4/3 {
		w.percent = p
		debug.SetGCPercent(p)
	}
}
