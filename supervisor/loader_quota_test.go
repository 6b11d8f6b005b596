package supervisor

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stockade.dev/stockade/rpc"
)

// TestPlacesAreNeverMoreThanThereMayBe has many come and go, some of whom lose patience.
func TestPlacesAreNeverMoreThanThereMayBe(t *testing.T) {
	q := newQuotas()
	var inside, most atomic.Int64
	var all sync.WaitGroup
	for n := range 500 {
		all.Go(func() {
			patience := time.Minute
			if n%5 == 0 {
				patience = time.Microsecond
			}
			if err := q.enter(t.Context(), "a", 7, 1000, patience, func() bool { return false }); err != nil {
				return
			}
			for now := inside.Add(1); now > most.Load(); {
				most.Store(now)
			}
			inside.Add(-1)
			q.leave("a")
		})
	}
	all.Wait()
	if most.Load() > 7 || len(q.byRoot) != 0 {
		t.Errorf("%d at once, %v left", most.Load(), q.byRoot)
	}
}

func TestQuotas(t *testing.T) {
	q := newQuotas()
	never := func() bool { return false }
	enter := func(ctx context.Context, root string, most, queue int) error {
		return q.enter(ctx, root, most, queue, 10*time.Millisecond, never)
	}
	gone, cancel := context.WithCancelCause(t.Context())
	cancel(errClosing)
	if err := errors.Join(enter(t.Context(), "a", 1, 1), enter(t.Context(), "b", 1, 1)); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"none": enter(t.Context(), "c", 0, 10), "no queue": enter(t.Context(), "a", 1, 0), "patience": enter(t.Context(), "a", 1, 1)} {
		var limit *rpc.Error
		if !errors.As(err, &limit) || limit.Limit == nil || limit.Limit.Which != "dynamicWorkers" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := enter(gone, "a", 1, 1); !errors.Is(err, errClosing) {
		t.Error(err)
	}
	q.leave("a")
	q.leave("b")
	if err := errors.Join(q.hold("a", maxHeldCode), q.hold("b", 1)); err != nil {
		t.Error(err)
	}
	if err := q.hold("a", 1); err == nil {
		t.Error("more code than there may be")
	}
	q.free("a", maxHeldCode)
	q.free("b", 1)
	if len(q.byRoot) != 0 {
		t.Errorf("left: %v", q.byRoot)
	}
}
