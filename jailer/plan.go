package jailer

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// plan is what a cell will be made of: the outcome of decide.
type plan struct {
	namespaces uintptr // CLONE_NEW*, of the cell
	perWorker  uintptr // CLONE_NEW*, of each Worker process in it
	ids        idRange // of the cell's user namespace
	ownUID     bool    // each Worker has a uid of its own
	cgroup     bool
	fork       bool // Workers are copies of a zygote
	ownCgroup  bool // each Worker has a cgroup of its own
	noNewPrivs bool
	seccomp    bool
	landlock   bool

	layers   []Layer  // in order
	warnings []string // every way in which it is weaker than the strictest
	missing  []error  // what is required and not there
}

// firstWorkerUID is the uid inside the cell of the Worker in slot 0.
const firstWorkerUID = 1000

// decide makes the plan. It is a pure function of its arguments; the error names every required layer that is missing.
func decide(spec Spec, h host) (plan, error) {
	p := plan{ids: h.ids}
	p.decideNamespaces(spec.Confinement, h)
	p.decideUsers(spec, h)
	p.decideNetwork(spec, h)
	p.fork = !spec.Exec && !spec.Network && h.noFork == nil
	p.decideCgroup(spec, h)
	p.noNewPrivs = p.add("no_new_privs", spec.Confinement.NoNewPrivs, nil, "set-uid programs give nothing")
	p.decideLandlock(spec.Confinement, h)
	p.decideSeccomp(spec, h)
	return p, errors.Join(p.missing...)
}

// add records what becomes of a layer, and reports whether it is to be put on.
func (p *plan) add(name string, need Need, lacking error, detail string) bool {
	switch {
	case !need.wanted():
		p.layers = append(p.layers, Layer{name, Disabled, "switched off in the policy"})
		p.warnings = append(p.warnings, name+" is switched off in the policy")
	case lacking != nil:
		p.layers = append(p.layers, Layer{name, Unavailable, lacking.Error()})
		p.warnings = append(p.warnings, name+" is unavailable: "+lacking.Error())
		if need.required() {
			p.missing = append(p.missing, fmt.Errorf("cannot enforce %s, which the policy requires: %w", name, lacking))
		}
	default:
		p.layers = append(p.layers, Layer{name, Enforced, detail})
		return true
	}
	return false
}

// degrade turns the layer that was added last into a weaker one.
func (p *plan) degrade(detail string) {
	last := &p.layers[len(p.layers)-1]
	last.State, last.Detail = Degraded, detail
	p.warnings = append(p.warnings, last.Name+" is degraded: "+detail)
}

func (p *plan) decideNamespaces(c Confinement, h host) {
	needs := []Need{c.UserNamespace, p.always("mount_namespace", c.MountNamespace), p.always("pid_namespace", c.PIDNamespace),
		c.NetworkNamespace, c.IPCNamespace, c.UTSNamespace}
	details := []string{
		"root inside is nobody outside",
		"an empty, read-only root file system",
		"sees and signals no other process",
		"no network but an unconfigured loopback",
		"shared memory and queues of its own",
		"a constant host name",
	}
	for i, ns := range namespaceFlags {
		if p.add(ns.layer, needs[i], h.namespaces[ns.layer], details[i]) {
			p.namespaces |= ns.flag
		}
	}
	p.perWorker = p.namespaces & (unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS)
}

// decideNetwork gives each Worker a network namespace of its own. Only root can put a link into it from outside.
func (p *plan) decideNetwork(spec Spec, h host) {
	if !spec.Network {
		return
	}
	var lacking error
	switch {
	case h.uid != 0: // tun_chr_open ties the device to the namespace of who opens it, and setns(2) refuses a user namespace to threads
		lacking = errors.New("it takes root: the device is made by a thread of this daemon in the Worker's network namespace, which belongs to " +
			"a user namespace that a program with threads can't enter; run the daemon as root, or leave `network: none`, with which fetch() and connect() go through the proxy, too")
	case h.noTap != nil:
		lacking = fmt.Errorf("there is no tap device: %w (load the module tun; in a container, pass /dev/net/tun)", h.noTap)
	case h.namespaces["network_namespace"] != nil:
		lacking = h.namespaces["network_namespace"]
	}
	if p.add("link", Require, lacking, "a network of its own, whose only link leads to the supervisor") {
		p.perWorker |= unix.CLONE_NEWNET
	}
}

// always is the need of a layer that no cell can be made without: a root file system of its own, and the certainty that
// no process outlives the warden.
func (p *plan) always(name string, need Need) Need {
	if !need.wanted() {
		p.warnings = append(p.warnings, name+" is used although the policy switches it off: no cell can be made without it")
	}
	return Require
}

// decideUsers says which uid a Worker has. Without a range of ids each Worker gets a user namespace of its own in which
// its id means nothing, so that it has no capability.
func (p *plan) decideUsers(spec Spec, h host) {
	p.ownUID = h.uid == 0 || (p.namespaces&unix.CLONE_NEWUSER != 0 && h.ids.size > firstWorkerUID+spec.MaxWorkers)
	p.layers = append(p.layers, Layer{"user_per_worker", Enforced, "every live Worker has a user id of its own"})
	if !p.ownUID {
		p.perWorker |= unix.CLONE_NEWUSER
		p.degrade("all Workers share the user id of this daemon, each in a user namespace of its own; " +
			"to change it run as root, or install newuidmap (package uidmap) and give the user a range in /etc/subuid and /etc/subgid")
	}
	p.layers = append(p.layers, Layer{"capabilities", Enforced, "a Worker has none"})
}

func (p *plan) decideCgroup(spec Spec, h host) {
	p.cgroup = p.add("cgroup", spec.Confinement.Cgroup, h.noCgroup, h.cgroup.String())
	p.ownCgroup = p.cgroup && !(p.fork && h.cgroup.version == 1)
	memory := "memory, processes and threads of each Worker are bounded by its cgroup"
	switch {
	case p.cgroup && !p.ownCgroup:
		p.degrade("all Workers share the cell's: in cgroup v1 a copy of a warm process is born where that one is; " +
			"with cgroup v2, or with `start: exec` in the profile, each has its own")
		p.layers = append(p.layers, Layer{"memory", Degraded, "the memory of each Worker is bounded by RLIMIT_DATA, of all together by the cell's cgroup"})
		return
	case p.cgroup && len(h.cgroup.lacking) > 0:
		p.degrade("no controller for " + strings.Join(h.cgroup.lacking, ", "))
	case !p.cgroup && spec.WorkerMemory > 0:
		p.layers = append(p.layers, Layer{Name: "memory"})
		p.degrade("the memory of each Worker is bounded by RLIMIT_DATA only, processes and threads by RLIMIT_NPROC")
		return
	}
	if spec.WorkerMemory > 0 {
		p.layers = append(p.layers, Layer{"memory", Enforced, memory})
	}
}

func (p *plan) decideLandlock(c Confinement, h host) {
	var lacking error
	if h.landlock == 0 {
		lacking = errors.New("this kernel has no Landlock, or it isn't among the lsm= of its command line")
	}
	p.landlock = p.add("landlock", c.Landlock, lacking, fmt.Sprintf("version %d, denies every file and TCP port", h.landlock))
}

func (p *plan) decideSeccomp(spec Spec, h host) {
	var lacking error
	if !h.seccomp {
		lacking = errors.New("this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)")
	}
	p.seccomp = p.add("seccomp", spec.Confinement.Seccomp, lacking, "two allow-lists: one around the cell, a smaller one in each Worker")
	if p.seccomp && spec.Network {
		p.degrade("a Worker may use sockets of the Internet's protocols (`network: proxied` in the profile)")
	}
	if p.seccomp && spec.Executable {
		p.degrade("a Worker may make memory executable (`wasm: compiler` in the profile): who breaks out of its engine brings machine code of their own")
	}
}
