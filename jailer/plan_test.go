package jailer

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// able is a host that can do everything.
func able() host {
	h := host{namespaces: map[string]error{}, seccomp: true, landlock: 6, ids: hostIDs(0, 0, "test"),
		cgroup: cgroupBase{version: 2, dirs: map[string]string{"": "/sys/fs/cgroup/stockade"}}}
	for _, ns := range namespaceFlags {
		h.namespaces[ns.layer] = nil
	}
	return h
}

func stateOf(p plan, name string) State {
	for _, l := range p.layers {
		if l.Name == name {
			return l.State
		}
	}
	return ""
}

func TestDecide(t *testing.T) {
	no := errors.New("no")
	for _, test := range []struct {
		name     string
		spec     Spec
		change   func(*host)
		layer    string
		want     State
		refused  string // part of the error; "" = none
		warnings int
	}{
		{"a host that can do everything", Spec{}, func(*host) {}, "user_namespace", Enforced, "", 0},
		{"required and missing", Spec{}, func(h *host) { h.namespaces["network_namespace"] = no },
			"network_namespace", Unavailable, "cannot enforce network_namespace, which the policy requires", 1},
		{"preferred and missing", Spec{Confinement: Confinement{Landlock: Prefer}}, func(h *host) { h.landlock = 0 },
			"landlock", Unavailable, "", 1},
		{"a network", Spec{Network: true}, func(*host) {}, "link", Enforced, "", 1},
		{"a network without root", Spec{Network: true}, func(h *host) { h.uid = 1000 }, "link", Unavailable, "cannot enforce link, which the policy requires: it takes root", 2},
		{"a network without a device", Spec{Network: true}, func(h *host) { h.noTap = no }, "link", Unavailable, "there is no tap device: no (load the module tun", 2},
		{"switched off", Spec{Confinement: Confinement{Seccomp: Off}}, func(h *host) { h.seccomp = false },
			"seccomp", Disabled, "", 1},
		{"off, where no cell can be made without", Spec{Confinement: Confinement{MountNamespace: Off}}, func(*host) {},
			"mount_namespace", Enforced, "", 1},
		{"off and missing, where no cell can be made without", Spec{Confinement: Confinement{PIDNamespace: Off}},
			func(h *host) { h.namespaces["pid_namespace"] = no }, "pid_namespace", Unavailable, "cannot enforce pid_namespace", 2},
		{"an unknown need", Spec{Confinement: Confinement{Cgroup: "maybe"}}, func(h *host) { h.noCgroup = no },
			"cgroup", Unavailable, "cannot enforce cgroup", 1},
		{"no cgroup, with a limit of memory", Spec{WorkerMemory: 1, Confinement: Confinement{Cgroup: Prefer}},
			func(h *host) { h.noCgroup = no }, "memory", Degraded, "", 2},
		{"a controller is missing", Spec{}, func(h *host) { h.cgroup.lacking = []string{"cpu"} }, "cgroup", Degraded, "", 1},
		{"machine code", Spec{Executable: true}, func(*host) {}, "seccomp", Degraded, "", 1},
		{"one id for everybody", Spec{}, func(h *host) { h.uid, h.ids = 1000, idRange{uid: 1000, gid: 1000, size: 1} },
			"user_per_worker", Degraded, "", 1},
		{"a user with a range of ids", Spec{}, func(h *host) { h.uid, h.ids = 1000, idRange{1000, 1000, 100000, 100000, 65536} },
			"user_per_worker", Enforced, "", 0},
	} {
		h := able()
		test.change(&h)
		test.spec.Exec = true
		p, err := decide(test.spec.withDefaults(), h)
		if got := stateOf(p, test.layer); got != test.want {
			t.Errorf("%s: %s is %q, want %q", test.name, test.layer, got, test.want)
		}
		if (err == nil) != (test.refused == "") || (err != nil && !strings.Contains(err.Error(), test.refused)) {
			t.Errorf("%s: got error %v, want %q", test.name, err, test.refused)
		}
		if len(p.warnings) != test.warnings {
			t.Errorf("%s: warnings %q, want %d", test.name, p.warnings, test.warnings)
		}
	}
}

func TestAWorkerWithoutAnIDOfItsOwnGetsAUserNamespace(t *testing.T) {
	h := able()
	h.uid, h.ids = 1000, idRange{uid: 1000, gid: 1000, size: 1}
	p, err := decide(Spec{}.withDefaults(), h)
	if err != nil || p.ownUID || p.perWorker&unix.CLONE_NEWUSER == 0 {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestConfirm(t *testing.T) {
	p, err := decide(Spec{}.withDefaults(), able())
	if err != nil {
		t.Fatal(err)
	}
	b := &Block{plan: p}
	if err := b.Confirm([]Layer{{Name: "seccomp", State: Enforced}}); err != nil {
		t.Error(err)
	}
	err = b.Confirm([]Layer{{"user_namespace", Unavailable, "verified from inside: not so"}})
	if err == nil || stateOf(b.plan, "user_namespace") != Unavailable {
		t.Errorf("got %v", err)
	}
}
