package supervisor

import (
	"container/heap"
	"sync"
	"time"
)

// looks are when to look at invocations: mostly never, for they end before. A timer of the runtime's for each would wake
// one of its threads whenever it is the next one to be due.
var looks agenda

// agenda has one timer for many appointments. It is left running when the appointment that it was set for is cancelled.
type agenda struct {
	mu    sync.Mutex // guards what follows
	queue appointments
	timer *time.Timer
	armed time.Time // when the timer comes; zero: it doesn't
}

// appointment is something to do at a time. It is of one agenda.
type appointment struct {
	do func() // in a goroutine of its own

	at    time.Time // guarded by agenda.mu, as is what follows
	index int       // in the queue, from 1; 0: not there
}

// set has p.do called after d, instead of when it was to be called before.
func (a *agenda) set(p *appointment, d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	p.at = now.Add(d)
	if p.index > 0 {
		heap.Fix(&a.queue, p.index-1)
	} else {
		heap.Push(&a.queue, p)
	}
	a.armLocked(now)
}

// cancel has p.do not be called. It may be on its way.
func (a *agenda) cancel(p *appointment) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if p.index > 0 {
		heap.Remove(&a.queue, p.index-1)
	}
}

// armLocked sees to it that the timer comes no later than the first appointment.
func (a *agenda) armLocked(now time.Time) {
	if len(a.queue) == 0 || !a.armed.IsZero() && !a.queue[0].at.Before(a.armed) {
		return
	}
	a.armed = a.queue[0].at
	if a.timer == nil {
		a.timer = time.AfterFunc(a.armed.Sub(now), a.due)
	} else {
		a.timer.Reset(a.armed.Sub(now))
	}
}

// due does what is due.
func (a *agenda) due() {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.armed = time.Time{}
	for len(a.queue) > 0 && !a.queue[0].at.After(now) {
		go heap.Pop(&a.queue).(*appointment).do()
	}
	a.armLocked(now)
}

// appointments are a heap, the next first.
type appointments []*appointment

func (q appointments) Len() int           { return len(q) }
func (q appointments) Less(a, b int) bool { return q[a].at.Before(q[b].at) }
func (q appointments) Swap(a, b int) {
	q[a], q[b] = q[b], q[a]
	q[a].index, q[b].index = a+1, b+1
}

func (q *appointments) Push(x any) {
	p := x.(*appointment)
	*q = append(*q, p)
	p.index = len(*q)
}

func (q *appointments) Pop() any {
	last := len(*q) - 1
	p := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	p.index = 0
	return p
}
