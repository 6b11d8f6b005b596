package supervisor

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/supervisor/policy"
)

func poolOf(t *testing.T, most int, spawn func(context.Context) (*jailer.Jail, error)) *pool {
	p := newPool(t.Context(), policy.Profile{Name: "test", Pool: policy.Pool{MaxWorkers: most, Queue: policy.Queue{Length: 10, Timeout: time.Minute}}},
		spawn, slog.New(slog.DiscardHandler))
	t.Cleanup(p.close)
	return p
}

// A request may leave the queue when it has just been handed a slot, whose process may have just ended.
func TestADeadSlotIsNotHandedOnByWhoLeavesTheQueue(t *testing.T) {
	p := poolOf(t, 0, nil)
	_, w, err := p.tryTake()
	if err != nil {
		t.Fatal(err)
	}
	p.live, p.starting = 1, 1
	s := new(slot)
	p.offer(s)
	p.withdraw(s)
	if _, err := p.abandon(w, context.Canceled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	p.ended(s)
	if n := p.counts(); n.idle != 0 || n.taken != 0 {
		t.Errorf("a process that has ended is kept to be taken: %+v", n)
	}
}

// One process that could not be started says nothing of the next: nobody hears of it who waits. When starts keep failing
// they do.
func TestWhoWaitsHearsOfStartsThatKeepFailing(t *testing.T) {
	var (
		mu    sync.Mutex
		tried int
	)
	p := poolOf(t, 1, func(context.Context) (*jailer.Jail, error) {
		mu.Lock()
		defer mu.Unlock()
		tried++
		return nil, errors.New("no process to be had")
	})
	_, _, err := p.take(t.Context())
	mu.Lock()
	defer mu.Unlock()
	if err == nil || tried < 2 { // it goes on trying
		t.Errorf("%v after %d starts, want an error after two", err, tried)
	}
}

// Somebody may wait for the end of what is under way to end the daemon, and somebody else to end the process.
func TestAllWhoWaitForAnIdleIsolateAreTold(t *testing.T) {
	p := newFakedJail(t)
	told := 0
	p.whenIdle(func() { told++ })
	p.whenIdle(func() { told++ })
	p.forget(p.v)
	if told != 2 {
		t.Errorf("%d of 2 are told", told)
	}
}

// heldCap is what somebody holds.
type heldCap struct {
	noCapability
	released *int
}

func (c heldCap) release() { *c.released++ }

// A load may find that its process is dead when it has given it what the code may reach, and takes another process.
func TestADeadIsolateHoldsNothing(t *testing.T) {
	var g grants
	g.close()
	released := 0
	g.give([]capability{heldCap{released: &released}}, 0)
	g.setOutbound(heldCap{released: &released})
	if released != 2 || len(g.held) > 0 {
		t.Errorf("%d of 2 are given back, %d are held", released, len(g.held))
	}
}
