package supervisor

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"stockade.dev/stockade/rpc"
)

// quotas bounds what the Workers that somebody has brought hold by loading others, so that the rest of the host goes on: how
// many processes their dynamic Workers have at once, whose ever they are, and how many bytes of code are kept for them.
type quotas struct {
	mu     sync.Mutex
	byRoot map[string]*quota
}

// quota is what is held for one root: the Worker or app at the beginning of a chain of loaders.
type quota struct {
	processes int
	waiting   []chan struct{} // each closed when its owner has a place
	code      int64
}

// maxHeldCode is how many bytes of code and env the dynamic Workers of one root may have together while something holds them.
const maxHeldCode = 4 * rpc.MaxCode

func newQuotas() *quotas { return &quotas{byRoot: make(map[string]*quota)} }

func (q *quotas) ofLocked(root string) *quota {
	of := q.byRoot[root]
	if of == nil {
		of = new(quota)
		q.byRoot[root] = of
	}
	return of
}

func (q *quotas) forgetLocked(root string) {
	if of := q.byRoot[root]; of.processes == 0 && of.code == 0 && len(of.waiting) == 0 {
		delete(q.byRoot, root)
	}
}

// hold counts code that is kept.
func (q *quotas) hold(root string, size int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	of := q.ofLocked(root)
	if of.code+size > maxHeldCode {
		used := of.code + size
		q.forgetLocked(root)
		return limitError("dynamicCodeBytes", fmt.Sprintf("The code of the dynamic Workers that are held has %d bytes together, and may have %d.", used, maxHeldCode), maxHeldCode, used)
	}
	of.code += size
	return nil
}

// free is the inverse of hold.
func (q *quotas) free(root string, size int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.byRoot[root].code -= size
	q.forgetLocked(root)
}

// enter waits for a place for one more process. evict is asked for the end of one that nobody uses.
func (q *quotas) enter(ctx context.Context, root string, most, queue int, patience time.Duration, evict func() bool) error {
	place, err := q.claim(root, most, queue)
	if place == nil {
		return err
	}
	timeout, retry := time.NewTimer(patience), time.NewTicker(retryEvict)
	defer timeout.Stop()
	defer retry.Stop()
	evict()
	for {
		select {
		case <-place:
			return nil
		case <-retry.C:
			first := q.first(root, place)
			retry.Reset(retryAs(first))
			if first {
				evict()
			}
			continue
		case <-timeout.C:
			err = tooManyDynamic(most)
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		return q.abandon(root, place, err)
	}
}

// retryEvict is how often the first of those who wait looks for an isolate that nobody uses any more.
const retryEvict = 10 * time.Millisecond

// retryAs is how soon somebody who waits looks again: the others only whether they have become the first.
func retryAs(first bool) time.Duration {
	if first {
		return retryEvict
	}
	return 10 * retryEvict
}

func (q *quotas) first(root string, place chan struct{}) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := q.byRoot[root].waiting
	return len(waiting) > 0 && waiting[0] == place
}

func tooManyDynamic(most int) error {
	return limitError("dynamicWorkers", fmt.Sprintf("This Worker has %d dynamic Workers running, and may have %d at once.", most, most), int64(most), int64(most))
}

func (q *quotas) claim(root string, most, queue int) (place chan struct{}, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	of := q.ofLocked(root)
	if of.processes < most {
		of.processes++
		return nil, nil
	}
	if most == 0 || len(of.waiting) >= queue {
		q.forgetLocked(root)
		return nil, tooManyDynamic(most)
	}
	place = make(chan struct{})
	of.waiting = append(of.waiting, place)
	return place, nil
}

// abandon leaves the queue; a place that has come meanwhile goes on.
func (q *quotas) abandon(root string, place chan struct{}, err error) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	of := q.byRoot[root]
	if n := slices.Index(of.waiting, place); n >= 0 {
		of.waiting = slices.Delete(of.waiting, n, n+1)
		q.forgetLocked(root)
		return err
	}
	q.leaveLocked(root)
	return err
}

// leave gives a process's place to who waits for it longest.
func (q *quotas) leave(root string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leaveLocked(root)
}

func (q *quotas) leaveLocked(root string) {
	of := q.byRoot[root]
	if len(of.waiting) > 0 {
		close(of.waiting[0])
		of.waiting = of.waiting[1:]
		return
	}
	of.processes--
	q.forgetLocked(root)
}
