package supervisor

import (
	"context"
	"fmt"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// bounds are what an invocation is held to from outside of its process. The process holds itself to the same limits, with
// better errors (workerproc/limits.go); what can't be interrupted there, and what does not want to be, ends here.
type bounds struct {
	began   time.Time
	wall    time.Duration // from began on; guarded by exchange.lasting
	startup time.Duration // of CPU, while the Worker is being loaded; 0: it was before
	cpu     time.Duration // of this invocation
	cpuFrom time.Duration // the process's CPU time at the beginning
	others  int           // invocations that were under way in it

	interval time.Duration // between two looks
	seenAt   time.Time     // of the last look, and what had been used then
	seenUsed time.Duration
}

// slack is how much more CPU time than its limit an invocation may take to end by itself.
const slack = 200 * time.Millisecond

// lookAgain is the shortest time between two looks at the clocks.
const lookAgain = 50 * time.Millisecond

// cpu is the CPU time of the slot's process so far: the clock of another process, by the number that
// clock_getcpuclockid(3) makes of its id.
func (s *slot) cpu() time.Duration {
	if s.pid == 0 {
		return 0
	}
	const sched = 2
	return rpc.Clock(int32(^s.pid)<<3 | sched)
}

// bound begins to watch the clocks.
func (x *exchange) bound(loading bool) {
	b := &x.bounds
	b.began, b.wall, b.cpu = time.Now(), x.limits.Wall.Duration(), x.limits.CPU.Duration()
	if loading {
		b.wall += x.limits.StartupWall.Duration()
		b.startup = x.limits.StartupCPU.Duration()
	}
	b.interval, b.seenAt = firstLook, b.began
	x.watch.do = x.look
	looks.set(&x.watch, min(firstLook, b.next(0, x.allowed(), b.wall)))
}

// lasts says whether the invocation has a WebSocket now, which may last. Its time begins anew when that has ended.
func (x *exchange) lasts(is bool) {
	const forever = 100 * 365 * 24 * time.Hour
	x.lasting.Lock()
	defer x.lasting.Unlock()
	if x.bounds.wall = forever; !is {
		x.bounds.wall = time.Since(x.bounds.began) + x.limits.Wall.Duration()
	}
}

func (x *exchange) wall() time.Duration {
	x.lasting.Lock()
	defer x.lasting.Unlock()
	return x.bounds.wall
}

// settle ends the watch.
func (x *exchange) settle() { looks.cancel(&x.watch) }

// allowed is the CPU time that the process may take while this invocation and the others of its time run. A process says
// soon that it has loaded its Worker (workerproc/outbox.go).
func (x *exchange) allowed() time.Duration {
	b := &x.bounds
	if x.loading() {
		return b.startup + slack
	}
	started := b.startup // what loading has taken, of this
	if started > 0 && x.slot.load != nil {
		started = min(started, max(0, x.slot.load.CPU))
	}
	return started + time.Duration(1+b.others+x.slot.begunSince(x.inv.id))*b.cpu + slack
}

func (x *exchange) loading() bool {
	select {
	case <-x.slot.loaded:
		return false
	default:
		return x.bounds.startup > 0
	}
}

// next is how long it takes at least until a limit can be exceeded.
func (b *bounds) next(used, allowed, wall time.Duration) time.Duration {
	return min(max(allowed-used, lookAgain), wall-time.Since(b.began))
}

// look ends an invocation that is over a limit.
func (x *exchange) look() {
	if x.ended() {
		return
	}
	b, wall := &x.bounds, x.wall()
	if time.Since(b.began) >= wall {
		x.expire()
		return
	}
	if x.loading() && time.Since(b.began) >= x.limits.StartupWall.Duration()+rpc.Grace {
		x.tooLate(startupWallError(x.limits))
		x.slot.condemn("The Worker's process was ended: it took too long to start up.")
		return
	}
	used, allowed := x.slot.cpu()-b.cpuFrom, x.allowed()
	if used >= allowed {
		x.runaway(used)
		return
	}
	looks.set(&x.watch, min(x.prioritize(used), b.next(used, allowed, wall)))
}

// runaway ends the process of an invocation that has used more CPU time than it may and can't be interrupted.
func (x *exchange) runaway(used time.Duration) {
	limit, err := int64(x.limits.CPU), limitError("cpuMs", "Worker exceeded CPU time limit.", int64(x.limits.CPU), used.Milliseconds())
	if x.loading() {
		limit, err = int64(x.limits.StartupCPU), startupCPUError(x.limits, used)
	}
	x.tooLate(err)
	x.slot.log.Info("a worker process exceeded its CPU time limit without an end and was killed", "pid", x.slot.pid, "limitMs", limit, "usedMs", used.Milliseconds())
	x.slot.condemn("The Worker's process was ended: a request in it exceeded its CPU time limit and could not be interrupted.")
}

// because prefers the error of the limit that was exceeded to err, which follows from it.
func (x *exchange) because(err error) error {
	select {
	case late := <-x.late:
		return late
	default:
		return err
	}
}

// begunSince counts the invocations that have begun after one.
func (i *isolate) begunSince(id uint32) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.begun.Since(id)
}

func startupCPUError(limits policy.Limits, used time.Duration) *rpc.Error {
	return limitError("startupCpuMs", "Worker exceeded CPU time limit while starting up.", int64(limits.StartupCPU), used.Milliseconds())
}

func startupWallError(limits policy.Limits) *rpc.Error {
	return limitError("startupWallMs", fmt.Sprintf("Worker exceeded its start-up wall time limit of %d ms.", limits.StartupWall),
		int64(limits.StartupWall), int64(limits.StartupWall))
}

// boundLoad bounds the start-up of a Worker on both clocks.
func (s *slot) boundLoad(ctx context.Context, limits policy.Limits) (context.Context, context.CancelFunc) {
	wall := limits.StartupWall.Duration()
	ctx, stop := context.WithTimeoutCause(ctx, wall, startupWallError(limits))
	ctx, cancel := context.WithCancelCause(ctx)
	from, limit := s.cpu(), limits.StartupCPU.Duration()
	var timer *time.Timer
	timer = time.AfterFunc(time.Hour, func() {
		if ctx.Err() != nil { // it has ended while this was on its way
			return
		}
		used := s.cpu() - from
		if used >= limit+slack {
			cancel(startupCPUError(limits, used))
			return
		}
		timer.Reset(max(limit+slack-used, lookAgain))
	})
	timer.Reset(limit + slack)
	return ctx, func() { timer.Stop(); cancel(nil); stop() }
}
