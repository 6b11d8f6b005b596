package workerproc

import (
	"time"

	"stockade.dev/stockade/rpc"
)

// A canceled invocation whose promise nothing settles would stay for ever, hold a place among those of the Worker, and in
// the end have the supervisor kill the process: whoever calls such a method and leaves could end the Worker. So it ends
// once it has nothing of its own under way, or when it has been left for too long (rpc/canceled.go); its code isn't told.

// leave begins the time that a canceled invocation has left.
func (i *isolate) leave(v *invocation) {
	i.timers.add(&timer{due: time.Now().Add(rpc.Linger), invocation: v, limit: true, lingers: 1})
}

// linger ends the canceled invocation of t, or lets it go on.
func (i *isolate) linger(t *timer) {
	if t.lingers < rpc.MostLingers && i.busy(t.invocation) {
		t.lingers++
		t.due = time.Now().Add(rpc.Linger)
		i.timers.add(t)
		return
	}
	t.invocation.settled = true
	i.finish(t.invocation)
}

// busy reports whether the invocation has begun what has not come back.
func (i *isolate) busy(v *invocation) bool {
	if v.exports+v.lent > 0 || v.serving > 0 || v.request.open || i.timers.has(v) {
		return true
	}
	for _, c := range i.calls {
		if c.invocation == v {
			return true
		}
	}
	return false
}
