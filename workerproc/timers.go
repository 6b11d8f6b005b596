package workerproc

import (
	"container/heap"
	"time"
)

// timer is a timer of the Worker, or (limit) an invocation's time limit, or (lingers) the next look at a canceled one.
type timer struct {
	number     int64
	due        time.Time
	every      time.Duration // 0: once
	invocation *invocation
	scope      *scope
	limit      bool
	lingers    int
	order      int64
	index      int // in the heap; -1: not there
}

// timers are ordered by when they are due, then by when they were set.
type timers struct {
	queue    timerHeap
	byNumber map[int64]*timer
	last     int64
	set      int64
}

type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(a, b int) bool {
	if h[a].due.Equal(h[b].due) {
		return h[a].order < h[b].order
	}
	return h[a].due.Before(h[b].due)
}
func (h timerHeap) Swap(a, b int) {
	h[a], h[b] = h[b], h[a]
	h[a].index, h[b].index = a, b
}
func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	t.index = len(*h)
	*h = append(*h, t)
}
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = -1
	return t
}

func (ts *timers) add(t *timer) {
	ts.set++
	t.order = ts.set
	if !t.limit && t.number == 0 {
		ts.last++
		t.number = ts.last
		if ts.byNumber == nil {
			ts.byNumber = map[int64]*timer{}
		}
		ts.byNumber[t.number] = t
	}
	heap.Push(&ts.queue, t)
}

func (ts *timers) remove(t *timer) {
	delete(ts.byNumber, t.number)
	if t.index >= 0 && t.index < len(ts.queue) && ts.queue[t.index] == t {
		heap.Remove(&ts.queue, t.index)
	}
}

func (ts *timers) dropAll(v *invocation) {
	var gone []*timer
	for _, t := range ts.queue {
		if t.invocation == v {
			gone = append(gone, t)
		}
	}
	for _, t := range gone {
		ts.remove(t)
	}
}

// has reports whether a timer of the invocation's code is set.
func (ts *timers) has(v *invocation) bool {
	for _, t := range ts.byNumber {
		if t.invocation == v {
			return true
		}
	}
	return false
}

// running reports whether a timer of the Worker is set.
func (ts *timers) running() bool { return len(ts.byNumber) > 0 }

// next is when the loop has to act by itself; zero: never.
func (ts *timers) next() time.Time {
	if len(ts.queue) == 0 {
		return time.Time{}
	}
	return ts.queue[0].due
}

// maxDelay is setTimeout's: longer ones fire at once (HTML, timers).
const maxDelay = 1<<31 - 1

func (i *isolate) setTimer(ms float64, repeat bool) (any, error) {
	s := i.scope()
	if s.invocation == nil {
		return nil, globalScope
	}
	switch {
	case ms > maxDelay:
		ms = 1
	case !(ms >= 1): // before what was set to a millisecond, as in the Workers runtime; an interval rests
		ms = 0
		if repeat {
			ms = 1
		}
	}
	delay := time.Duration(ms * float64(time.Millisecond))
	t := &timer{due: time.Now().Add(delay), invocation: s.invocation, scope: s}
	if repeat {
		t.every = delay
	}
	i.timers.add(t)
	return t.number, nil
}

func (i *isolate) clearTimer(number int64) {
	if t := i.timers.byNumber[number]; t != nil {
		i.timers.remove(t)
	}
}

// fireTimers runs what is due.
func (i *isolate) fireTimers(now time.Time) {
	for len(i.timers.queue) > 0 && !i.timers.queue[0].due.After(now) {
		t := i.timers.queue[0]
		if t.limit {
			heap.Pop(&i.timers.queue)
			i.limitDue(t)
			continue
		}
		if t.every > 0 {
			t.due = now.Add(t.every)
			heap.Fix(&i.timers.queue, 0)
		} else {
			i.timers.remove(t)
		}
		i.run(t.invocation, t.scope, func() error {
			_, err := i.engine.Call(i.host["fireTimer"], t.number)
			return err
		})
	}
}
