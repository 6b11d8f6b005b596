package jailer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/zygote"

	"stockade.dev/stockade/jailer/seccomp"
)

// host is what this host offers, as far as a jail is concerned. decide (plan.go) makes a plan of it and a Spec.
type host struct {
	uid, gid   int
	namespaces map[string]error // by layer; nil = it can be made
	ids        idRange          // of the host, for the cell's user namespace
	cgroup     cgroupBase       // where cells have their cgroups
	noCgroup   error            // why there is none
	noFork     error            // why Workers can't be copies of a zygote
	noTap      error            // why /dev/net/tun can't be opened
	seccomp    bool
	landlock   int // its version, 0 = none
}

// namespaceFlags are the namespaces of a cell, in the order of the layers.
var namespaceFlags = []struct {
	layer string
	flag  uintptr
}{
	{"user_namespace", unix.CLONE_NEWUSER},
	{"mount_namespace", unix.CLONE_NEWNS},
	{"pid_namespace", unix.CLONE_NEWPID},
	{"network_namespace", unix.CLONE_NEWNET},
	{"ipc_namespace", unix.CLONE_NEWIPC},
	{"uts_namespace", unix.CLONE_NEWUTS},
}

// examine finds out what this host offers. It tries what it can instead of reading settings.
func examine(id string) host {
	h := host{uid: os.Geteuid(), gid: os.Getegid()}
	h.namespaces = tryNamespaces(h.uid == 0)
	h.ids = hostIDs(h.uid, h.gid, id)
	h.cgroup, h.noCgroup = findCgroups(h.uid == 0)
	h.noFork = zygote.Available()
	h.noTap = tryTap()
	h.seccomp = seccomp.Available(seccomp.Trap) && seccomp.Available(seccomp.KillProcess)
	h.landlock = landlockVersion()
	return h
}

// tryNamespaces tries all at once and, if that fails, each by itself. Only root can make one without a user namespace.
func tryNamespaces(root bool) map[string]error {
	var all uintptr
	tried := map[string]error{}
	for _, ns := range namespaceFlags {
		all |= ns.flag
		tried[ns.layer] = nil
	}
	if tryClone(all) == nil {
		return tried
	}
	for _, ns := range namespaceFlags {
		flags := ns.flag
		if !root {
			flags |= unix.CLONE_NEWUSER
		}
		tried[ns.layer] = tryClone(flags)
	}
	return tried
}

// tryTap opens what a link is made from (Spec.Network), and makes none.
func tryTap() error {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("cannot open /dev/net/tun: %w", err)
	}
	return unix.Close(fd)
}

// probeName is argument 0 of a process that tryClone starts; Init ends it at once.
const probeName = "stockade-probe"

func tryClone(flags uintptr) error {
	cmd := exec.Cmd{Path: "/proc/self/exe", Args: []string{probeName}, SysProcAttr: &syscall.SysProcAttr{Cloneflags: flags}}
	if err := cmd.Start(); err != nil {
		return explainClone(err)
	}
	cmd.Process.Kill()
	cmd.Wait() // its status says that it was killed
	return nil
}

// explainClone says what an administrator can do about a namespace that can't be made.
func explainClone(err error) error {
	setting := func(path string) string {
		value, _ := os.ReadFile(path)
		return strings.TrimSpace(string(value))
	}
	switch {
	case setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" && os.Geteuid() != 0:
		return fmt.Errorf("%w: AppArmor restricts user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns)", err)
	case setting("/proc/sys/kernel/unprivileged_userns_clone") == "0" && os.Geteuid() != 0:
		return fmt.Errorf("%w: sysctl kernel.unprivileged_userns_clone is 0", err)
	case setting("/proc/sys/user/max_user_namespaces") == "0":
		return fmt.Errorf("%w: sysctl user.max_user_namespaces is 0", err)
	case errors.Is(err, unix.EPERM):
		return fmt.Errorf("%w: a seccomp filter or the container around this program may forbid it", err)
	}
	return err
}
