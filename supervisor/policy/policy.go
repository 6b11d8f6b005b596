package policy

import (
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"
)

// Policy is what the administrator allows on this host. It holds values only, no resources, and nothing changes it after
// Load, Parse or Default made it: a reload makes a new one. The zero Policy lets nobody do anything.
type Policy struct {
	File    string `yaml:"-"`       // where it was read from; "" for Default
	Version int    `yaml:"version"` // of the file's format; always 1

	Socket    Socket     `yaml:"socket"`
	StateDir  string     `yaml:"state_dir"` // absolute; the store lives here. Default /var/lib/stockade
	RunDir    string     `yaml:"run_dir"`   // absolute; the jails' run-time files. Default /run/stockade
	Roles     []Role     `yaml:"roles"`     // in the file's order: the first that matches a caller counts
	Profiles  []Profile  `yaml:"profiles"`  // in the file's order; names are unique
	Listeners []Listener `yaml:"listeners"` // where apps are reached over HTTP. Default none
	Egress    Network    `yaml:"egress"`
	Log       Log        `yaml:"log"`
	Metrics   Metrics    `yaml:"metrics"`
	Usage     Usage      `yaml:"usage"`
	Cache     Cache      `yaml:"cache"`
	Storage   Storage    `yaml:"storage"`
}

// Profile returns the profile of that name.
func (p *Policy) Profile(name string) (Profile, bool) {
	for _, profile := range p.Profiles {
		if profile.Name == name {
			return profile, true
		}
	}
	return Profile{}, false
}

// Socket is the Unix socket that callers connect to.
type Socket struct {
	Path  string  `yaml:"path"`  // absolute, at most 107 bytes. Default /run/stockade/stockade.sock
	Mode  Mode    `yaml:"mode"`  // permission bits. Default 0660
	User  Account `yaml:"user"`  // its owner. Default: the daemon's user
	Group Account `yaml:"group"` // its group. Default: the daemon's group
}

// Mode is a file's permission bits, in the file an octal number such as "0660".
type Mode fs.FileMode

// Account is a user or a group, by name or number.
type Account struct {
	Text string // as written; "" = not given
	ID   int    // the uid or gid; -1 = not given, which os.Chown takes as "leave as it is"
}

// Profile is one kind of slot: which engine, how many, with what limits, jailed how.
type Profile struct {
	Name string `yaml:"-"` // its key in the file

	Engine       string        `yaml:"engine"`       // "goja", "quickjs". Default goja
	Engines      []string      `yaml:"engines"`      // others that code may ask for. Default none
	Start        string        `yaml:"start"`        // StartFork, StartExec. Default fork
	Clock        string        `yaml:"clock"`        // ClockRunning, ClockFrozen. Default running
	CPUWeight    int           `yaml:"cpu_weight"`   // share of the CPUs, as in cgroup v2. Default 100
	Threads      int           `yaml:"threads"`      // of a Worker's cgroup. Default 64
	Wasm         string        `yaml:"wasm"`         // WasmInterpreter, WasmCompiler. Default interpreter
	Experimental bool          `yaml:"experimental"` // code may have experimental compatibility flags. Default false
	Pool         Pool          `yaml:"pool"`
	Limits       ProfileLimits `yaml:"limits"`
	Confinement  Confinement   `yaml:"confinement"`
	Egress       Egress        `yaml:"egress"`
	Network      string        `yaml:"network"`       // NetworkNone, NetworkProxied. Default none
	InterceptTLS bool          `yaml:"intercept_tls"` // with NetworkProxied: port 443 ends here, by a CA of the jail's own. Default false
}

// AllEngines are the engine of those that name none, and the others that code may ask for.
func (p *Profile) AllEngines() []string {
	all := []string{p.Engine}
	for _, engine := range p.Engines {
		if !slices.Contains(all, engine) {
			all = append(all, engine)
		}
	}
	return all
}

// What sockets a Worker's process may have.
const (
	NetworkNone    = "none"    // none: its network namespace is empty
	NetworkProxied = "proxied" // of TCP and UDP, in a network of its own that leads to the proxy
)

// How a Worker's process starts.
const (
	StartFork = "fork" // as a copy of a warm process
	StartExec = "exec" // from the program
)

// What a Worker's clocks show, in whole milliseconds.
const (
	ClockRunning = "running" // the time
	ClockFrozen  = "frozen"  // the time when what it is acting on came in
)

// How WebAssembly runs.
const (
	WasmInterpreter = "interpreter"
	WasmCompiler    = "compiler" // as machine code: a Worker's process may make memory executable
)

// Pool sizes a profile's pool of jailed processes.
type Pool struct {
	Size              int           `yaml:"size"`               // processes kept prewarmed and unused. Default 8
	MaxWorkers        int           `yaml:"max_workers"`        // all live processes of the profile. Default 256
	IdleTTL           time.Duration `yaml:"idle_ttl"`           // a warm isolate unused for this long is evicted. Default 60s
	RefillParallelism int           `yaml:"refill_parallelism"` // processes started at the same time. Default 2
	Queue             Queue         `yaml:"queue"`
}

// Queue bounds the requests that wait for a slot.
type Queue struct {
	Length  int           `yaml:"length"`  // requests that may wait; 0 = none, they are refused at once. Default 1024
	Timeout time.Duration `yaml:"timeout"` // how long one may wait. Default 10s
}

// ProfileLimits are the limits of an invocation that asks for none, and the highest that one may ask for. No Default
// is above its Max.
type ProfileLimits struct {
	Default Limits `yaml:"default"`
	Max     Limits `yaml:"max"`
}

// Log says what the daemon logs and where to.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error. Default info
	Format string `yaml:"format"` // text, json, journal. Default text; journal exactly when Output is
	Output string `yaml:"output"` // stderr, journal. Default stderr; journal exactly when Format is
}

// SlogLevel is Level for log/slog; an unknown level logs errors only.
func (l Log) SlogLevel() slog.Level {
	switch l.Level {
	case "debug":
		return slog.LevelDebug
	case "info":
		return slog.LevelInfo
	case "warn":
		return slog.LevelWarn
	}
	return slog.LevelError
}

// Metrics says where the Prometheus metrics are served.
type Metrics struct {
	Enabled  bool   `yaml:"enabled"`   // collected at all. Default true
	OnSocket bool   `yaml:"on_socket"` // GET /metrics on the socket, for roles that may read them. Default true
	Listen   string `yaml:"listen"`    // also on this loopback host:port, for every local user; "" = not. Default ""
}

// Usage says how long it is kept what Workers have used.
type Usage struct {
	KeepDays int `yaml:"keep_days"` // days that lines are kept for, 1 to 3660. Default 400
}

// Storage bounds what stored Workers and apps take: code, configurations and files of all versions.
type Storage struct {
	Total    Bytes `yaml:"total"`     // of all of them, 1 to 1024GiB. Default 64GiB
	PerOwner Bytes `yaml:"per_owner"` // of one owner's; not above Total. Default 8GiB
}

// Cache bounds what the caches of Workers (caches.default and caches.open()) take in the store.
type Cache struct {
	Total    Bytes `yaml:"total"`     // of all of them, 0 to 1TiB; 0 = nothing is kept. Default 1GiB
	PerOwner Bytes `yaml:"per_owner"` // of one owner's Workers, and of one response; not above Total. Default 256MiB
}

func (m Mode) String() string { return fmt.Sprintf("%04o", uint32(m)) }

func (a Account) String() string { return a.Text }
