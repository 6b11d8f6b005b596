package policy

import (
	"os"
	"time"
)

const (
	defaultProfileName = "default"
	builtInRoleName    = "built-in"
	notGiven           = -1 // Account.ID
)

// Default returns the policy of a host without a policy file: the documented default of every key, and nobody but root
// and the daemon's own user let in.
func Default() *Policy { return withDefaults(os.Geteuid()) }

func withDefaults(euid int) *Policy {
	policy := defaultPolicy()
	policy.Version = version
	policy.Profiles = []Profile{defaultProfile(defaultProfileName)}
	policy.Roles = []Role{builtInRole(euid)}
	return policy
}

// defaultPolicy has no roles and profiles: settle puts them in where the file has none.
func defaultPolicy() *Policy {
	return &Policy{
		Socket: Socket{
			Path:  "/run/stockade/stockade.sock",
			Mode:  0o660,
			User:  Account{ID: notGiven},
			Group: Account{ID: notGiven},
		},
		StateDir: "/var/lib/stockade",
		RunDir:   "/run/stockade",
		Egress:   defaultNetwork(),
		Log:      Log{Level: "info", Format: "text", Output: "stderr"},
		Metrics:  Metrics{Enabled: true, OnSocket: true},
		Usage:    Usage{KeepDays: 400},
		Cache:    Cache{Total: gib, PerOwner: 256 * mib},
		Storage:  Storage{Total: 64 * gib, PerOwner: 8 * gib},
	}
}

func defaultProfile(name string) Profile {
	return Profile{
		Name:   name,
		Engine: engines[0],
		Start:  StartFork,
		Clock:  ClockRunning, CPUWeight: 100, Threads: 64,
		Wasm: WasmInterpreter,
		Pool: Pool{
			Size: 8, MaxWorkers: 256, IdleTTL: time.Minute, RefillParallelism: 2,
			Queue: Queue{Length: 1024, Timeout: 10 * time.Second},
		},
		Limits: ProfileLimits{
			Default: limitsOf(func(key limitKey) int64 { return key.standard }),
			Max:     limitsOf(func(key limitKey) int64 { return key.most }),
		},
		Confinement: defaultConfinement(),
		Egress:      Egress{Default: EgressNone},
		Network:     NetworkNone,
	}
}

// defaultConfinement requires what a Linux with user namespaces has, with and without root. A cgroup takes root or
// delegation, Landlock a kernel that was built and booted with it.
func defaultConfinement() Confinement {
	return Confinement{
		UserNamespace: Require, MountNamespace: Require, PIDNamespace: Require, NetworkNamespace: Require,
		IPCNamespace: Require, UTSNamespace: Require, Cgroup: Prefer, NoNewPrivs: Require, Landlock: Prefer,
		Seccomp: Require,
	}
}

// defaultRole is what a role of the file is before its own keys are read.
func defaultRole() Role {
	return Role{
		Profile: defaultProfileName,
		Workers: ScopeOwn,
		Limits:  limitsOf(func(limitKey) int64 { return Unlimited }),
	}
}

// builtInRole stands where the file has no roles: root and the daemon's own user may do everything, nobody else.
func builtInRole(euid int) Role {
	role := defaultRole()
	role.Name, role.Allow, role.Workers = builtInRoleName, Actions(), ScopeAll
	role.Match.UIDs = []IDRange{{Text: "0"}}
	if euid > 0 {
		role.Match.UIDs = append(role.Match.UIDs, oneID(uint32(euid)))
	}
	return role
}
