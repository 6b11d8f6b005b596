package policy

// Need says how much a layer of the jail matters. The zero value, like any unknown one, means Require.
type Need string

const (
	Require Need = "require" // the daemon refuses to start where the host can't
	Prefer  Need = "prefer"  // used where the host can, and said so where it can't
	Off     Need = "off"     // not used; a weakening that Warnings reports
)

// Required reports whether a host without this layer must be refused.
func (n Need) Required() bool { return n != Prefer && n != Off }

// Wanted reports whether the layer is to be used where the host has it.
func (n Need) Wanted() bool { return n != Off }

// Confinement says layer by layer what a profile's jails need.
type Confinement struct {
	UserNamespace    Need `yaml:"user_namespace"`    // root inside is nobody outside. Default require
	MountNamespace   Need `yaml:"mount_namespace"`   // a root file system with nothing in it. Default require
	PIDNamespace     Need `yaml:"pid_namespace"`     // sees and signals no other process. Default require
	NetworkNamespace Need `yaml:"network_namespace"` // a network without interfaces. Default require
	IPCNamespace     Need `yaml:"ipc_namespace"`     // shared memory and queues of its own. Default require
	UTSNamespace     Need `yaml:"uts_namespace"`     // a constant host name. Default require
	Cgroup           Need `yaml:"cgroup"`            // the kernel's limits of memory, CPU, processes. Default prefer
	NoNewPrivs       Need `yaml:"no_new_privs"`      // set-uid programs give nothing. Default require
	Landlock         Need `yaml:"landlock"`          // a second guard of the file system. Default prefer
	Seccomp          Need `yaml:"seccomp"`           // system calls by allow-list. Default require
}

// layer is one key of Confinement, and what it means to do without it.
type layer struct {
	name    string
	of      func(*Confinement) *Need
	without string // "without it, …"
}

// layers are in the order in which a jail puts them on.
var layers = []layer{
	{"user_namespace", func(c *Confinement) *Need { return &c.UserNamespace },
		"a Worker that breaks out of its engine has an id of this host"},
	{"mount_namespace", func(c *Confinement) *Need { return &c.MountNamespace },
		"a Worker that breaks out of its engine sees this host's files"},
	{"pid_namespace", func(c *Confinement) *Need { return &c.PIDNamespace },
		"a Worker that breaks out of its engine sees this host's processes"},
	{"network_namespace", func(c *Confinement) *Need { return &c.NetworkNamespace },
		"a Worker that breaks out of its engine reaches this host's network"},
	{"ipc_namespace", func(c *Confinement) *Need { return &c.IPCNamespace },
		"a Worker that breaks out of its engine reaches this host's shared memory and queues"},
	{"uts_namespace", func(c *Confinement) *Need { return &c.UTSNamespace },
		"a Worker that breaks out of its engine learns this host's name"},
	{"cgroup", func(c *Confinement) *Need { return &c.Cgroup },
		"the kernel does not bound the memory, CPU and processes of a jail"},
	{"no_new_privs", func(c *Confinement) *Need { return &c.NoNewPrivs },
		"a set-uid program could give a jail more rights"},
	{"landlock", func(c *Confinement) *Need { return &c.Landlock },
		"the empty root file system is the only guard of this host's files"},
	{"seccomp", func(c *Confinement) *Need { return &c.Seccomp },
		"a Worker that breaks out of its engine can make every system call"},
}
