package workerproc

import (
	"time"

	"stockade.dev/stockade/rpc"
)

// A canceled invocation has a moment for what hears of it (request.signal, the cancel() of a stream), and goes on only for
// waitUntil() and for objects that others have of it, as in the Workers runtime: a call that its caller has stopped waiting
// for, behind a timeout of the caller's, works for nobody. One whose promise nothing settles ends once it has nothing of its
// own under way, or when it has been left for too long (rpc/canceled.go): it would stay for ever, hold a place among those of
// the Worker, and in the end have the supervisor kill the process. Its code isn't told.

// leave begins the time that a canceled invocation has left.
func (i *isolate) leave(v *invocation) {
	i.timers.add(&timer{due: time.Now().Add(rpc.Linger), invocation: v, limit: true, lingers: 1})
}

// linger ends the canceled invocation of t, or lets it go on.
func (i *isolate) linger(t *timer) {
	if t.lingers < rpc.MostLingers && i.goesOn(t.invocation) {
		t.lingers++
		t.due = time.Now().Add(rpc.Linger)
		i.timers.add(t)
		return
	}
	t.invocation.settled = true
	i.finish(t.invocation)
}

// goesOn reports whether somebody has objects of the invocation, or waitUntil() keeps it and it has begun what has not come back.
func (i *isolate) goesOn(v *invocation) bool {
	if v.exports+v.lent > 0 || v.serving > 0 {
		return true
	}
	kept, err := i.engine.Call(i.host["isKept"], int64(v.id))
	return err == nil && kept == true && i.busy(v)
}

// busy reports whether the invocation has begun what has not come back.
func (i *isolate) busy(v *invocation) bool {
	if v.request.open || i.timers.has(v) {
		return true
	}
	for _, c := range i.calls {
		if c.invocation == v {
			return true
		}
	}
	return false
}
