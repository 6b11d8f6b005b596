package supervisor

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/cell"
	"stockade.dev/stockade/supervisor/policy"
)

// pool keeps the jailed processes of one profile: as many prewarmed as the
// policy says, no more alive than it allows. Each slot is owned by one
// goroutine for its whole life (slot.go); the pool decides when one starts
// and who gets it.
type pool struct {
	profile atomic.Pointer[policy.Profile] // a reload changes it
	cell    *cell.Cell
	spawn   func(context.Context) (*jailer.Jail, error)
	evict   func() bool                 // asks for the end of the least recently used warm isolate
	attach  func(*slot) (detach func()) // serves the network of a process that has one
	log     *slog.Logger
	stats   *poolStats

	ctx    context.Context // ends every slot
	cancel context.CancelFunc
	slots  sync.WaitGroup

	mu       sync.Mutex     // guards what follows
	slotsUp  map[*slot]bool // every slot that has a process
	idle     []*slot        // warm and unused, the newest last
	waiters  []*waiter      // the longest waiting first
	starting int
	live     int // all slots: starting, idle, and taken
	failures int // starts that failed since the last that didn't
	closed   bool
}

// waiter is a request that waits for a slot.
type waiter struct {
	slot chan *slot // capacity 1
	err  chan error // capacity 1
}

func newPool(ctx context.Context, profile policy.Profile, spawn func(context.Context) (*jailer.Jail, error), log *slog.Logger) *pool {
	p := &pool{spawn: spawn, log: log, stats: newPoolStats(), slotsUp: make(map[*slot]bool), evict: func() bool { return false }, attach: func(*slot) func() { return func() {} }}
	p.profile.Store(&profile)
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p
}

// current is the profile as the policy of this moment has it.
func (p *pool) current() *policy.Profile { return p.profile.Load() }

// change takes a reloaded profile: sizes and limits hold from now on.
func (p *pool) change(profile policy.Profile) {
	profile.Pool.MaxWorkers = p.current().Pool.MaxWorkers
	p.profile.Store(&profile)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fillLocked()
}

// open begins to fill the pool.
func (p *pool) open() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fillLocked()
}

// close ends every slot and waits for them. Requests that wait are refused.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	waiters := p.waiters
	p.waiters = nil
	p.mu.Unlock()
	for _, w := range waiters {
		w.err <- errClosing
	}
	p.cancel()
	p.slots.Wait()
}

var errClosing = rpc.Errorf(rpc.Overloaded, "Stockade is shutting down.")

// fillLocked starts as many slots as are wanted now: for those who wait, and
// up to the pool's size. After a failed start only as many as somebody waits
// for, one at a time.
func (p *pool) fillLocked() {
	want := p.current().Pool.Size + len(p.waiters)
	parallel := max(1, p.current().Pool.RefillParallelism)
	if p.failures > 0 {
		want, parallel = len(p.waiters), 1
	}
	for !p.closed && p.starting < parallel && len(p.idle)+p.starting < want && p.live < p.current().Pool.MaxWorkers {
		p.starting++
		p.live++
		p.slots.Go(func() { p.runSlot() })
	}
}

// take returns a slot that has never run anything. It waits for one while
// the queue has room, and says how long it waited for another's end and how
// long for its own start.
func (p *pool) take(ctx context.Context) (*slot, wait, error) {
	began := time.Now()
	s, w, err := p.tryTake()
	if s == nil && err == nil {
		s, err = p.await(ctx, w)
	}
	if err != nil {
		p.stats.refused()
		return nil, wait{}, err
	}
	return s, s.waitedSince(began), nil
}

func (p *pool) tryTake() (*slot, *waiter, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, nil, errClosing
	}
	if n := len(p.idle); n > 0 {
		s := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.fillLocked()
		return s, nil, nil
	}
	if len(p.waiters) >= p.current().Pool.Queue.Length {
		return nil, nil, rpc.Errorf(rpc.Overloaded, "The queue for a slot of profile %q is full (%d requests wait): try again later, or raise pool.queue.length or pool.max_workers in the policy.", p.current().Name, len(p.waiters))
	}
	w := &waiter{slot: make(chan *slot, 1), err: make(chan error, 1)}
	p.waiters = append(p.waiters, w)
	p.fillLocked()
	return nil, w, nil
}

func (p *pool) await(ctx context.Context, w *waiter) (*slot, error) {
	if p.full() {
		p.evict()
	}
	timeout, retry := time.NewTimer(p.current().Pool.Queue.Timeout), time.NewTicker(retryEvict)
	defer timeout.Stop()
	defer retry.Stop()
	for {
		select {
		case s := <-w.slot:
			return s, nil
		case err := <-w.err:
			return nil, err
		case <-retry.C:
			first := p.first(w)
			retry.Reset(retryAs(first))
			if first && p.full() { // one that was in use a moment ago may have become free to go
				p.evict()
			}
		case <-timeout.C:
			return p.abandon(w, rpc.Errorf(rpc.Overloaded, "No slot of profile %q became free within %s: try again later, or raise pool.max_workers in the policy.", p.current().Name, p.current().Pool.Queue.Timeout))
		case <-ctx.Done():
			return p.abandon(w, context.Cause(ctx))
		}
	}
}

// first reports whether nobody has waited longer than w.
func (p *pool) first(w *waiter) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waiters) > 0 && p.waiters[0] == w
}

func (p *pool) full() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.live >= p.current().Pool.MaxWorkers && p.starting == 0
}

// abandon leaves the queue; a slot that was handed over meanwhile goes back.
func (p *pool) abandon(w *waiter, err error) (*slot, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n, other := range p.waiters {
		if other == w {
			p.waiters = append(p.waiters[:n:n], p.waiters[n+1:]...)
			return nil, err
		}
	}
	select {
	case s := <-w.slot:
		p.offerLocked(s)
	default:
	}
	return nil, err
}

// offer hands a warm slot to the longest waiting request, or keeps it.
func (p *pool) offer(s *slot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.starting--
	p.failures = 0
	p.slotsUp[s] = true
	p.offerLocked(s)
	p.fillLocked()
}

func (p *pool) offerLocked(s *slot) {
	if s.withdrawn { // while it was somebody's who has left the queue
		return
	}
	if len(p.waiters) == 0 {
		p.idle = append(p.idle, s)
		return
	}
	w := p.waiters[0]
	p.waiters = p.waiters[1:]
	w.slot <- s
}

// withdraw takes a slot that has ended out of those that may be taken.
func (p *pool) withdraw(s *slot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.withdrawn = true
	p.idle = slices.DeleteFunc(p.idle, func(other *slot) bool { return other == s })
}

// ended takes a slot out of the count: its place is free.
func (p *pool) ended(s *slot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	delete(p.slotsUp, s)
	p.fillLocked()
}

// retryAfter is how long a pool waits before it fills itself again when
// starts fail for a reason of the host.
const retryAfter = time.Second

// startFailed tells those who wait when starts keep failing, one for each, and tries again after a while. For the first
// failure somebody who waits is given another try at once: a process that has been killed says nothing of the next.
func (p *pool) startFailed(err error) {
	if p.ctx.Err() != nil {
		err = errClosing
	} else {
		p.log.Error("cannot start a worker process", "profile", p.current().Name, "err", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.starting--
	p.live--
	p.failures++
	if len(p.waiters) > 0 && p.failures > 1 {
		p.waiters[0].err <- err
		p.waiters = p.waiters[1:]
	}
	if p.closed {
		return
	}
	if p.failures == 1 {
		p.fillLocked()
	}
	p.slots.Go(p.retry)
}

// retry lets the pool fill itself again after a pause.
func (p *pool) retry() {
	select {
	case <-time.After(retryAfter):
	case <-p.ctx.Done():
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failures > 0 {
		p.failures = 0
		p.fillLocked()
	}
}

// poolCounts is a pool at one moment.
type poolCounts struct{ size, idle, starting, taken, queued int }

func (p *pool) counts() poolCounts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return poolCounts{size: p.current().Pool.Size, idle: len(p.idle), starting: p.starting,
		taken: p.live - p.starting - len(p.idle), queued: len(p.waiters)}
}

// pids returns the processes of all slots, as far as they are known.
func (p *pool) pids() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	var pids []int
	for s := range p.slotsUp {
		if pid := s.jail.PID(); pid > 0 {
			pids = append(pids, pid)
		}
	}
	return pids
}

// holdings is how much the Workers of all slots have open, by kind.
func (p *pool) holdings() map[string]int {
	p.mu.Lock()
	up := slices.Collect(maps.Keys(p.slotsUp))
	p.mu.Unlock()
	all := make(map[string]int)
	for _, s := range up {
		s.addOpen(all)
	}
	return all
}

// addOpen counts what the isolate has open.
func (i *isolate) addOpen(all map[string]int) {
	i.mu.Lock()
	all["invocations"] += len(i.calls)
	all["waiting"] += len(i.entries)
	all["calls"] += len(i.outgoing)
	all["stub_calls"] += len(i.serving)
	all["loads"] += len(i.loads)
	i.mu.Unlock()
	i.grants.mu.Lock()
	all["stubs"] += len(i.grants.held)
	i.grants.mu.Unlock()
	all["objects"] += int(i.exported.Load())
}
