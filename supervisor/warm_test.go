package supervisor

import (
	"context"
	"errors"
	"testing"
	"time"

	"stockade.dev/stockade/supervisor/policy"
)

// TestLimitsOfAnInvocation has them follow the profile, the role and what is asked for, in whatever order these come.
func TestLimitsOfAnInvocation(t *testing.T) {
	p, cpu, low := new(pool), policy.Millis(5), policy.Limits{CPU: 20}
	p.profile.Store(&policy.Profile{Limits: policy.ProfileLimits{Default: policy.Limits{CPU: 50}, Max: policy.Limits{CPU: 100}}})
	w := &warm{meta: workerMeta{pool: p}}
	for range 2 {
		for _, c := range []struct {
			ceilings policy.Limits
			asked    policy.RequestedLimits
			want     policy.Millis
		}{
			{policy.Limits{CPU: 1000}, policy.RequestedLimits{}, 50},
			{low, policy.RequestedLimits{}, 20},
			{low, policy.RequestedLimits{CPU: &cpu}, 5},
			{low, policy.RequestedLimits{CPU: &cpu}, 5},
		} {
			if got := w.limitsOf(c.ceilings, c.asked).CPU; got != c.want {
				t.Errorf("ceiling %d: %d ms, want %d", c.ceilings.CPU, got, c.want)
			}
		}
	}
	if k := w.known.Load(); k == nil || k.before == nil || k.before.before != nil {
		t.Error("it keeps others than the last two")
	}
	p.profile.Store(&policy.Profile{Limits: policy.ProfileLimits{Default: policy.Limits{CPU: 3}, Max: policy.Limits{CPU: 3}}})
	if got := w.limitsOf(low, policy.RequestedLimits{CPU: &cpu}).CPU; got != 3 {
		t.Errorf("after a reload: %d ms, want 3", got)
	}
}

// TestWhatHasEndedIsNotWarm: not an isolate that nobody has asked for since its process has ended, nor one that could not be loaded,
// and whose client had left by then.
func TestWhatHasEndedIsNotWarm(t *testing.T) {
	r, p := newRegistry(), new(pool)
	p.profile.Store(&policy.Profile{})
	ttl := func(w *warm) time.Duration { w.meta.pool.current(); return time.Hour }
	s := &slot{isolate: newFakedJail(t).isolate}
	left, leave := context.WithCancel(t.Context())
	leave()
	begin := make(chan struct{})
	for key, load := range map[string]func(w *warm){
		"ends":  func(w *warm) { <-begin; w.slot, w.meta.pool = s, p },
		"fails": func(w *warm) { <-begin; w.err = errors.New("no profile") },
	} {
		if _, err := r.acquire(left, key, load); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	close(begin)
	r.loads.Wait()
	r.evictIdle(ttl, time.Now())
	if len(r.list()) != 1 || len(r.byKey) != 1 {
		t.Errorf("%d are warm, %d known, want the one that has been loaded", len(r.list()), len(r.byKey))
	}
	s.end(errGone)
	if len(r.list()) > 0 {
		t.Error("one that has ended is warm")
	}
}
