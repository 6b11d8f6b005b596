package workerproc

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"sync"

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

// garbage is how much of it there may be.
var garbage struct {
	mu    sync.Mutex // guards what follows, and is held while the share is set
	share int        // percent of what is live, by how much that is; 0: lazy
}

// collectLazily is for a process that is about to get its Worker, or has got it. Until the first collection there is more in
// the heap than is counted as live: fillers, and so many percent of what is live. After it the share is what is live says by then.
func collectLazily(more int) {
	shareGarbage(int(fillers.percent.Load()) + more)
	runtime.AddCleanup(new([64]byte), shareGarbage, 0)
}

func shareGarbage(more int) {
	garbage.mu.Lock()
	defer garbage.mu.Unlock()
	debug.SetGCPercent(cmp.Or(garbage.share, lazy) + more)
}

// percentFor is the share of garbage with that much live.
func percentFor(live int64) int {
	return int(min(max(100*sparable/max(live, 1), eager), lazy))
}

// tune keeps the share in step with what is live.
func tune(live int64) {
	garbage.mu.Lock()
	defer garbage.mu.Unlock()
	now := cmp.Or(garbage.share, lazy)
	if p := percentFor(live); p < now*3/4 || p > now*4/3 {
		garbage.share = p
		debug.SetGCPercent(p)
	}
}
