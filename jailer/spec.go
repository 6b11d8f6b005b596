package jailer

import "log/slog"

// Need says how much a layer of the jail matters. The zero value, like any unknown one, means Require.
type Need string

// The needs, strictest first.
const (
	Require Need = "require" // a host that can't is refused
	Prefer  Need = "prefer"  // used where the host can, and said so where it can't
	Off     Need = "off"     // not used; a weakening that Warnings reports
)

func (n Need) required() bool { return n != Prefer && n != Off }
func (n Need) wanted() bool   { return n != Off }

// Confinement says layer by layer what the jails of a cell need. The fields are those of the policy file.
type Confinement struct {
	UserNamespace    Need
	MountNamespace   Need
	PIDNamespace     Need
	NetworkNamespace Need
	IPCNamespace     Need
	UTSNamespace     Need
	Cgroup           Need
	NoNewPrivs       Need
	Landlock         Need
	Seccomp          Need
}

// Spec describes a cell block: one container in which the Workers of one profile are started. It holds values only.
type Spec struct {
	Profile string // its name, in log lines and in the cell's id: [A-Za-z0-9_-]
	Engine  string // handed to every Worker process as its only argument; "" = none
	RunDir  string // absolute; run-time files of all cells of this daemon. Made if absent

	WardenBinary string   // absolute path of a statically linked program; it becomes pid 1 of the cell
	WardenArgs   []string // its arguments, without argument 0: {"warden"}
	WorkerBinary string   // absolute path of a statically linked program

	MaxWorkers   int   // live Workers at the same time, at most MaxSlots; 0 = 256
	WorkerMemory int64 // bytes per Worker process, enforced by its cgroup; 0 = no limit of its own
	WorkerPids   int   // processes and threads per Worker; 0 = 64
	CellMemory   int64 // bytes of all Workers and the warden together; 0 = no limit
	CPUWeight    int   // 1..10000 as in cgroup v2; 0 = 100

	Executable  bool // a Worker may make memory executable, for machine code of its WebAssembly
	Network     bool // each Worker has a network namespace of its own with a link to the supervisor (Jail.Link), and may use sockets
	Exec        bool // start each Worker by exec, not as a copy of a warm process (package zygote)
	Confinement Confinement
	Log         *slog.Logger // nil = discard
}

// MaxSlots is the most Workers that one cell can hold: each has a uid of its own out of the cell's 65,536.
const MaxSlots = 32768

const (
	defaultWorkers    = 256
	defaultWorkerPids = 64
	defaultCPUWeight  = 100
)

// withDefaults returns s with every zero field that has a default replaced by it.
func (s Spec) withDefaults() Spec {
	if s.MaxWorkers == 0 {
		s.MaxWorkers = defaultWorkers
	}
	if s.WorkerPids == 0 {
		s.WorkerPids = defaultWorkerPids
	}
	if s.CPUWeight == 0 {
		s.CPUWeight = defaultCPUWeight
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return s
}
