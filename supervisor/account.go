package supervisor

import (
	"strconv"
	"strings"
	"time"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
)

// accountOf is the account of what has a key in the store.
func accountOf(kind, key string) account {
	owner, name, _ := strings.Cut(key, "/")
	uid, _ := strconv.ParseUint(owner, 10, 32)
	return account{owner: uint32(uid), kind: kind, name: name}
}

// startedUp charges the CPU time of loading the code.
func (i *isolate) startedUp(cpu time.Duration) {
	i.charged(cpu, store.Usage{StartupMicros: cpu.Microseconds()})
}

// hasRun charges the CPU time of one invocation. One that ended with its process says nothing: see charge.
func (i *isolate) hasRun(end *rpc.Done) {
	if end != nil {
		i.charged(end.CPU, store.Usage{CPUMicros: end.CPU.Microseconds()})
	}
}

func (i *isolate) charged(cpu time.Duration, u store.Usage) {
	if i.identity.s == nil || cpu < 0 {
		return
	}
	i.reported.Add(int64(cpu))
	i.identity.s.meter.charge(i, u)
}

// plausible keeps what a process says of its CPU time to what the kernel has counted. Little is believed: it costs a call.
func (i *isolate) plausible(cpu time.Duration) time.Duration {
	const little = time.Millisecond
	if cpu <= little || i.counted == nil {
		return cpu
	}
	left := i.counted() - time.Duration(i.reported.Load())
	return max(0, min(cpu, left))
}

// plausible keeps the subrequests that a process says there were to those that there may have been.
func (v *invocation) plausible(subRequests int64) int64 {
	if v.mayAsk == 0 {
		return subRequests
	}
	return min(subRequests, max(0, v.mayAsk))
}

// unreported is how much more CPU time than it says a process may have used before it is charged for all that the kernel
// counted: starting and ending a process takes some, and so do requests of which there is no end.
const unreported = 100 * time.Millisecond

// charge charges what is known only at the end: the most memory it had, and CPU time that the process has not reported.
func (s *slot) charge(exit jailer.Exit) {
	if s.identity.s == nil {
		return // it never ran anything
	}
	u := store.Usage{MemoryPeak: exit.Memory}
	if reported := time.Duration(s.reported.Load()); exit.CPU > 2*reported+unreported {
		u.CPUMicros = (exit.CPU - reported).Microseconds()
	}
	s.identity.s.meter.add(s.identity.account, u)
}
