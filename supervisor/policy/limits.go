package policy

import (
	"math"
	"time"
)

// Unlimited is the value of a limit that the file gives as "unlimited". It is the highest value, so that comparing and
// taking the lower of two need no special case.
const Unlimited = math.MaxInt64

// Millis is a time in milliseconds, or Unlimited.
type Millis int64

// Bytes is a size in bytes, or Unlimited. In the file a number of bytes, or one with B, KiB, MiB or GiB: 64MiB.
type Bytes int64

// Count is a number of things, or Unlimited.
type Count int64

// Duration converts m; Unlimited, and what does not fit, becomes the longest duration.
func (m Millis) Duration() time.Duration {
	if m > math.MaxInt64/Millis(time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(m) * time.Millisecond
}

// Limits are what one Worker may use. The zero value allows nothing. An invocation is one call of an entrypoint: a
// fetch, an RPC method.
type Limits struct {
	CPU                Millis `yaml:"cpu_ms"`              // processor time of one invocation
	StartupCPU         Millis `yaml:"startup_cpu_ms"`      // processor time of loading: compiling, top-level code
	Wall               Millis `yaml:"wall_ms"`             // time on the clock of one invocation
	StartupWall        Millis `yaml:"startup_wall_ms"`     // time on the clock of loading
	Memory             Bytes  `yaml:"memory"`              // of the Worker's process
	RequestBody        Bytes  `yaml:"request_body"`        // streamed into one invocation
	ResponseBody       Bytes  `yaml:"response_body"`       // streamed out of one invocation
	SubRequests        Count  `yaml:"sub_requests"`        // calls out of one invocation; 0 = none
	LogBytes           Bytes  `yaml:"log_bytes"`           // console output kept of one invocation; 0 = none
	LogLines           Count  `yaml:"log_lines"`           // console calls kept of one invocation; 0 = none
	ConcurrentRequests Count  `yaml:"concurrent_requests"` // invocations of one Worker at the same time
	OpenCalls          Count  `yaml:"open_calls"`          // calls and fetches out of one Worker that wait for their answer
	OpenStubs          Count  `yaml:"open_stubs"`          // what one Worker holds of others: bindings, stubs, streams
	DynamicWorkers     Count  `yaml:"dynamic_workers"`     // processes at once of what a Worker has loaded
	Code               Bytes  `yaml:"code_bytes"`          // all modules of one Worker
	Env                Bytes  `yaml:"env_bytes"`           // the env of one Worker, as JSON
}

// RequestedLimits are those that code or a call asks for itself (WorkerCode.limits, and the limits given to
// getEntrypoint or in the socket API). nil = not asked for.
type RequestedLimits struct {
	CPU         *Millis // cpuMs
	SubRequests *Count  // subRequests
}

// Ceiling is the most that a Worker of that profile may be given when a caller of that role asks.
func Ceiling(profile Profile, role Role) Limits {
	return profile.Limits.Max.Lower(role.Limits)
}

// EffectiveLimits are the limits of an invocation: the profile's default, or what code and call ask for (the lower
// counts when both do: spec, "Custom limits"), and never above Ceiling. A negative request counts as 0.
func EffectiveLimits(profile Profile, role Role, code, call RequestedLimits) Limits {
	limits := profile.Limits.Default
	limits.CPU = pick(limits.CPU, code.CPU, call.CPU)
	limits.SubRequests = pick(limits.SubRequests, code.SubRequests, call.SubRequests)
	return limits.Lower(Ceiling(profile, role))
}

func pick[T ~int64](standard T, code, call *T) T {
	switch {
	case code == nil && call == nil:
		return standard
	case code == nil:
		return max(0, *call)
	case call == nil:
		return max(0, *code)
	}
	return max(0, min(*code, *call))
}
