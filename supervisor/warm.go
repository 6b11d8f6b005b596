package supervisor

import (
	"container/list"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"stockade.dev/stockade/supervisor/policy"
)

// warm is an isolate that is kept for the next request for its Worker.
type warm struct {
	key   string
	meta  workerMeta
	ready chan struct{} // closed when slot or err is set
	slot  *slot
	err   error

	known atomic.Pointer[knownLimits] // of the last invocations

	place   *list.Element // guarded by registry.mu
	used    time.Time     // guarded by registry.mu
	users   int           // guarded by registry.mu: requests between acquire and release
	dropped bool          // guarded by registry.mu: to be retired when it has no users
}

// knownLimits are those of invocations that ask for the same, as long as the profile is the same.
type knownLimits struct {
	profile  *policy.Profile
	ceilings policy.Limits
	asked    policy.RequestedLimits
	limits   policy.Limits
	before   *knownLimits // and no further: calls by clients and by Workers come in turns
}

// limitsOf are the limits of an invocation, under the ceilings of a role, that asks for some itself.
func (w *warm) limitsOf(ceilings policy.Limits, asked policy.RequestedLimits) policy.Limits {
	profile := w.meta.pool.current()
	last := w.known.Load()
	for k := last; k != nil; k = k.before {
		if k.profile == profile && k.asked == asked && k.ceilings == ceilings {
			return k.limits
		}
	}
	if last != nil {
		alone := *last
		alone.before = nil
		last = &alone
	}
	k := &knownLimits{profile, ceilings, asked, policy.EffectiveLimits(*profile, policy.Role{Limits: ceilings}, w.meta.limits, asked), last}
	w.known.Store(k)
	return k.limits
}

// registry holds the warm isolates by Worker, the least recently used first.
type registry struct {
	mu    sync.Mutex // guards what follows
	byKey map[string]*warm
	order *list.List // of *warm
	loads sync.WaitGroup
}

func newRegistry() *registry { return &registry{byKey: make(map[string]*warm), order: list.New()} }

// acquire returns the warm isolate of key, loading it when there is none:
// concurrent requests share one load. A failed load is not remembered. The
// caller calls release.
func (r *registry) acquire(ctx context.Context, key string, load func(*warm)) (*warm, error) {
	w := r.claim(key, load)
	select {
	case <-w.ready:
	case <-ctx.Done():
		r.release(w)
		return nil, context.Cause(ctx)
	}
	if w.err != nil {
		r.release(w)
		r.drop(w)
		return nil, w.err
	}
	return w, nil
}

func (r *registry) claim(key string, load func(*warm)) *warm {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.byKey[key]
	if w != nil && w.dead() {
		r.dropLocked(w)
		w = nil
	}
	if w == nil {
		w = &warm{key: key, ready: make(chan struct{})}
		w.place = r.order.PushBack(w)
		r.byKey[key] = w
		r.loads.Go(func() { defer close(w.ready); load(w) })
	}
	w.users++
	w.used = time.Now()
	r.order.MoveToBack(w.place)
	return w
}

// ready is acquire without waiting; nil where that would have to.
func (r *registry) ready(key string) *warm {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.byKey[key]
	if w == nil || w.dead() {
		return nil
	}
	select {
	case <-w.ready:
	default:
		return nil
	}
	w.users++
	w.used = time.Now()
	r.order.MoveToBack(w.place)
	return w
}

// dead reports whether the isolate's process has gone, or has been killed for what it did.
func (w *warm) dead() bool {
	select {
	case <-w.ready:
	default:
		return false
	}
	if w.err != nil {
		return true
	}
	select {
	case <-w.slot.gone:
		return true
	default:
		return w.slot.hasEnded() || w.slot.fate.Load() != nil
	}
}

func (r *registry) release(w *warm) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w.users--
	w.used = time.Now()
	if w.dropped && w.users == 0 {
		r.retireLocked(w)
	}
}

// peek returns what is known of a warm Worker without loading it.
func (r *registry) peek(key string) (workerMeta, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.byKey[key]
	if w == nil || w.dead() {
		return workerMeta{}, false
	}
	select {
	case <-w.ready:
		return w.meta, true
	default:
		return workerMeta{}, false
	}
}

// has reports whether key has an isolate, or is about to.
func (r *registry) has(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.byKey[key]
	return w != nil && !w.dead()
}

// adopt makes an isolate that was loaded otherwise the warm one of its key.
func (r *registry) adopt(w *warm) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.byKey[w.key]; old != nil {
		r.dropLocked(old)
	}
	w.used = time.Now()
	w.place = r.order.PushBack(w)
	r.byKey[w.key] = w
}

// drop forgets the isolate: the next request loads a new one. Requests that
// are under way in it go on.
func (r *registry) drop(w *warm) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropLocked(w)
}

// dropKey forgets the isolate of key, if there is one, and retires it when
// its last request has ended.
func (r *registry) dropKey(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if w := r.byKey[key]; w != nil {
		r.dropLocked(w)
	}
}

func (r *registry) dropLocked(w *warm) {
	if r.byKey[w.key] != w {
		return
	}
	delete(r.byKey, w.key)
	r.order.Remove(w.place)
	w.dropped = true
	if w.users == 0 {
		r.retireLocked(w)
	}
}

// retireLocked ends the isolate after its last invocation. Who has acquired it
// and not begun yet would lose it: so it has no users.
func (r *registry) retireLocked(w *warm) {
	r.loads.Go(func() {
		<-w.ready
		if w.slot != nil {
			w.slot.retireWhenIdle()
		}
	})
}

// evictOne drops the least recently used isolate without a request; false
// when there is none.
func (r *registry) evictOne(match func(*warm) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for e := r.order.Front(); e != nil; e = e.Next() {
		if w := e.Value.(*warm); w.unused() && match(w) {
			r.dropLocked(w)
			return true
		}
	}
	return false
}

// unused reports whether nothing runs in the isolate. registry.mu is held.
func (w *warm) unused() bool {
	select {
	case <-w.ready:
		return w.users == 0 && (w.slot == nil || w.slot.busy() == 0)
	default:
		return false
	}
}

// evictIdle drops the isolates that were not used since the time that idle gives for their profile, and those that have
// ended or were never there, of which nobody may have asked again.
func (r *registry) evictIdle(ttl func(*warm) time.Duration, now time.Time) {
	for r.evictOne(func(w *warm) bool { return w.dead() || now.Sub(w.used) >= ttl(w) }) {
	}
}

// list returns all that are loaded and have not ended.
func (r *registry) list() []*warm {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []*warm
	for _, w := range r.byKey {
		select {
		case <-w.ready:
			if w.err == nil && !w.slot.hasEnded() {
				all = append(all, w)
			}
		default:
		}
	}
	return all
}

// drain waits until no invocation is under way, or ctx ends.
func (r *registry) drain(ctx context.Context) {
	for _, w := range r.list() {
		idle := make(chan struct{})
		w.slot.whenIdle(func() { close(idle) })
		select {
		case <-idle:
		case <-ctx.Done():
			return
		}
	}
}
