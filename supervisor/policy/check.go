package policy

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	version        = 1
	journal        = "journal"
	maxSocketPath  = 107 // sun_path less its final zero byte: unix(7)
	maxNamedInList = 64
)

// engines are those that a Worker can run on, the default first.
var engines = []string{"goja", "quickjs"}

// Engines returns those that a Worker can run on.
func Engines() []string { return slices.Clone(engines) }

// check finds out whether the values of a decoded policy are possible. It changes nothing, and takes p for where things
// stand and what the file gives.
func check(p *problems, policy *Policy) {
	checkVersion(p, policy.Version)
	checkSocket(p, policy.Socket)
	checkDir(p, "state_dir", policy.StateDir)
	within(p, "usage.keep_days", policy.Usage.KeepDays, 1, 3660)
	checkCache(p, policy.Cache)
	checkStorage(p, policy.Storage)
	checkDir(p, "run_dir", policy.RunDir)
	checkRoles(p, policy)
	checkProfiles(p, policy)
	checkListeners(p, policy.Listeners)
	checkNetwork(p, policy.Egress)
	checkLog(p, policy.Log)
	checkMetrics(p, policy.Metrics)
}

func checkStorage(p *problems, s Storage) {
	within(p, "storage.total", int64(s.Total), 1, 1024*gib)
	within(p, "storage.per_owner", int64(s.PerOwner), 1, 1024*gib)
	if s.PerOwner > s.Total && !p.failed("storage.per_owner") && p.given("storage.per_owner") {
		p.add("storage.per_owner", "cannot use %s: it is above storage.total, %s; write at most that", s.PerOwner, s.Total)
	}
}

func checkCache(p *problems, c Cache) {
	within(p, "cache.total", int64(c.Total), 0, 1024*gib)
	within(p, "cache.per_owner", int64(c.PerOwner), 0, 1024*gib)
	if c.PerOwner > c.Total && !p.failed("cache.per_owner") && p.given("cache.per_owner") {
		p.add("cache.per_owner", "cannot use %s: it is above cache.total, %s; write at most that", c.PerOwner, c.Total)
	}
}

func checkVersion(p *problems, got int) {
	switch {
	case !p.given("version"):
		p.add("version", "cannot do without this key: it says what format the file has; write version: %d", version)
	case got != version && !p.failed("version"):
		p.add("version", "cannot use %d: this program reads version %d only; write version: %d", got, version, version)
	}
}

func checkSocket(p *problems, socket Socket) {
	checkPath(p, "socket.path", socket.Path)
	if len(socket.Path) > maxSocketPath {
		p.add("socket.path", "cannot use %q: it has %d bytes and the kernel takes %d; write a shorter path",
			socket.Path, len(socket.Path), maxSocketPath)
	}
}

func checkPath(p *problems, path, file string) {
	switch {
	case p.failed(path):
	case !filepath.IsAbs(file):
		p.add(path, "cannot use %q: it is not an absolute path; write one that begins with /", file)
	case strings.ContainsRune(file, 0):
		p.add(path, "cannot use %q: no path has a zero byte; remove it", file)
	case filepath.Clean(file) != file:
		p.add(path, "cannot use %q: it is not the shortest form of the path; write %s", file, filepath.Clean(file))
	}
}

func checkDir(p *problems, path, dir string) {
	checkPath(p, path, dir)
	if dir == "/" {
		p.add(path, "cannot use %q: the directory is for Stockade alone; write one of its own", dir)
	}
}

func checkRoles(p *problems, policy *Policy) {
	if !p.given("roles") {
		checkBuiltInRole(p, policy)
		return
	}
	if len(policy.Roles) == 0 && !p.failed("roles") {
		p.add("roles", "cannot use an empty list: it lets nobody in; write a role, or remove the key and let in root and the daemon's user")
	}
	seen := map[string]int{}
	for i, role := range policy.Roles {
		path := fmt.Sprintf("roles[%d]", i)
		checkRole(p, path, role, policy)
		if first, twice := seen[role.Name]; twice && role.Name != "" {
			p.add(path+".name", "cannot use %q: roles[%d] has that name already; write another", role.Name, first)
			continue
		}
		seen[role.Name] = i
	}
}

func checkBuiltInRole(p *problems, policy *Policy) {
	if _, ok := policy.Profile(defaultProfileName); ok || len(policy.Profiles) == 0 {
		return
	}
	p.add("profiles", "cannot find the profile %q: the file has no roles, and the built-in one uses it; add it, or write roles",
		defaultProfileName)
}

func checkRole(p *problems, path string, role Role, policy *Policy) {
	if p.failed(path) {
		return
	}
	checkName(p, path+".name", role.Name)
	bad := p.failed(path+".match") || p.failed(path+".match.uids") || p.failed(path+".match.gids")
	if len(role.Match.UIDs)+len(role.Match.GIDs) == 0 && !bad {
		p.add(path+".match", "cannot do without uids or gids: the role would match nobody; write at least one")
	}
	for i, action := range role.Allow {
		oneOf(p, fmt.Sprintf("%s.allow[%d]", path, i), action, Actions())
	}
	oneOf(p, path+".workers", role.Workers, []Scope{ScopeOwn, ScopeAll})
	checkReference(p, path+".profile", role.Profile, policy)
	for i, name := range role.Profiles {
		checkReference(p, fmt.Sprintf("%s.profiles[%d]", path, i), name, policy)
	}
	checkLimits(p, path+".limits", role.Limits)
	checkEgressRules(p, path+".egress.rules", role.Egress.Rules)
}

func checkReference(p *problems, path, name string, policy *Policy) {
	if _, ok := policy.Profile(name); ok || p.failed(path) || p.failed("profiles") {
		return
	}
	var names []string
	for _, profile := range policy.Profiles {
		names = append(names, profile.Name)
	}
	names = names[:min(len(names), maxNamedInList)]
	p.add(path, "cannot find the profile %q: profiles has none of that name; %s", name, suggest(name, names))
}

var nameText = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)

// checkName keeps names to what is harmless in the names of cgroups, files and metrics.
func checkName(p *problems, path, name string) {
	switch {
	case p.failed(path) || nameText.MatchString(name):
	case name == "" && !p.given(path):
		p.add(path, "cannot do without a name: logs and errors need one; write name: and a short word")
	default:
		p.add(path, "cannot use %q as a name: one has 1 to 32 of a-z, 0-9, - and _, and no sign first; write such a name", name)
	}
}

func checkProfiles(p *problems, policy *Policy) {
	if p.given("profiles") && len(policy.Profiles) == 0 && !p.failed("profiles") {
		p.add("profiles", "cannot use an empty mapping: no Worker could run; write a profile, or remove the key and have the default one")
	}
	for _, profile := range policy.Profiles {
		path := join("profiles", profile.Name)
		checkName(p, path, profile.Name)
		oneOf(p, path+".engine", profile.Engine, engines)
		for i, engine := range profile.Engines {
			oneOf(p, fmt.Sprintf("%s.engines[%d]", path, i), engine, engines)
		}
		within(p, path+".cpu_weight", profile.CPUWeight, 1, 10_000)
		within(p, path+".threads", profile.Threads, 16, 4096)
		oneOf(p, path+".clock", profile.Clock, []string{ClockRunning, ClockFrozen})
		oneOf(p, path+".wasm", profile.Wasm, []string{WasmInterpreter, WasmCompiler})
		oneOf(p, path+".start", profile.Start, []string{StartFork, StartExec})
		checkNetworkOf(p, path, profile)
		checkPool(p, path+".pool", profile.Pool)
		checkLimits(p, path+".limits.default", profile.Limits.Default)
		checkLimits(p, path+".limits.max", profile.Limits.Max)
		checkCeilings(p, path+".limits", profile.Limits)
		checkConfinement(p, path+".confinement", profile.Confinement)
		checkEgress(p, path+".egress", profile.Egress, policy)
	}
}

func checkPool(p *problems, path string, pool Pool) {
	within(p, path+".size", pool.Size, 0, 4096)
	within(p, path+".max_workers", pool.MaxWorkers, 1, 65_536)
	within(p, path+".refill_parallelism", pool.RefillParallelism, 1, 64)
	within(p, path+".idle_ttl", pool.IdleTTL, time.Second, 24*time.Hour)
	within(p, path+".queue.length", pool.Queue.Length, 0, 1_000_000)
	within(p, path+".queue.timeout", pool.Queue.Timeout, time.Millisecond, 10*time.Minute)
	if pool.Size > pool.MaxWorkers && !p.failed(path+".size") && !p.failed(path+".max_workers") {
		p.add(path+".size", "cannot use %d: max_workers is %d, and prewarmed processes count; lower this one or raise that one",
			pool.Size, pool.MaxWorkers)
	}
}

func within[T int | int64 | time.Duration](p *problems, path string, got, low, high T) {
	if p.failed(path) || low <= got && got <= high {
		return
	}
	p.add(path, "cannot use %s: it is %s; write a value from %s to %s",
		short(got), outside(int64(got), int64(low)), short(low), short(high))
}

// short writes a value as the file would have it: a duration of 24h0m0s as 24h.
func short(value any) string {
	text := fmt.Sprint(value)
	if _, ok := value.(time.Duration); !ok {
		return text
	}
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

func outside(got, low int64) string {
	if got < low {
		return "too low"
	}
	return "too high"
}

// checkLimits checks the limits that the file gives; the others stand at defaults, which a test checks.
func checkLimits(p *problems, path string, limits Limits) {
	for _, key := range limitKeys {
		path, got := path+"."+key.name, *key.of(&limits)
		if !p.given(path) || p.failed(path) || key.low <= got && got <= key.high || key.unlimited && got == Unlimited {
			continue
		}
		advice := fmt.Sprintf("write a value from %s to %s", key.show(key.low), key.show(key.high))
		if key.unlimited {
			advice += `, or "unlimited"`
		}
		p.add(path, "cannot use %s: it is %s; %s", key.show(got), outside(got, key.low), advice)
	}
}

func checkCeilings(p *problems, path string, limits ProfileLimits) {
	for _, key := range limitKeys {
		standard, most := *key.of(&limits.Default), *key.of(&limits.Max)
		if standard <= most || p.failed(path+".default."+key.name) || p.failed(path+".max."+key.name) {
			continue
		}
		p.add(path+".default."+key.name, "cannot use %s: max.%s is %s, and no default is above it; lower this one or raise that one",
			key.show(standard), key.name, key.show(most))
	}
}

func checkConfinement(p *problems, path string, c Confinement) {
	for _, layer := range layers {
		oneOf(p, path+"."+layer.name, *layer.of(&c), []Need{Require, Prefer, Off})
	}
}

func checkLog(p *problems, log Log) {
	oneOf(p, "log.level", log.Level, []string{"debug", "info", "warn", "error"})
	oneOf(p, "log.format", log.Format, []string{"text", "json", journal})
	oneOf(p, "log.output", log.Output, []string{"stderr", journal})
	if (log.Format == journal) != (log.Output == journal) && !p.failed("log.format") && !p.failed("log.output") {
		p.add("log.format", "cannot use %q with output %q: the journal takes its own format, and nothing else does; write journal for both or for neither",
			log.Format, log.Output)
	}
}

func checkMetrics(p *problems, metrics Metrics) {
	const path = "metrics.listen"
	if metrics.Listen == "" || p.failed(path) {
		return
	}
	address, err := netip.ParseAddrPort(metrics.Listen)
	switch {
	case err != nil || address.Port() == 0:
		p.add(path, "cannot use %q: it is not an address and a port; write one such as 127.0.0.1:9464", metrics.Listen)
	case !address.Addr().IsLoopback():
		p.add(path, "cannot use %q: metrics have no access control, and it is not a loopback address; write one such as 127.0.0.1:%d",
			metrics.Listen, address.Port())
	}
}

func oneOf[T ~string](p *problems, path string, got T, allowed []T) {
	if p.failed(path) || slices.Contains(allowed, got) {
		return
	}
	words := make([]string, len(allowed))
	for i, word := range allowed {
		words[i] = string(word)
	}
	p.add(path, "cannot use %q: it is not a word that this key takes; %s", got, suggest(string(got), words))
}
