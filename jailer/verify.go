package jailer

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// What the warden finds from inside. A layer that doesn't hold, or that it can't verify, is Unavailable: the supervisor
// compares that with its plan (Block.Confirm).

// namespaceLinks are the names below /proc/self/ns.
var namespaceLinks = map[string]string{"user_namespace": "user", "mount_namespace": "mnt", "pid_namespace": "pid",
	"network_namespace": "net", "ipc_namespace": "ipc", "uts_namespace": "uts"}

// ownNamespaces says which namespaces this process is in, of the kinds in flags.
func ownNamespaces(flags uintptr) map[string]string {
	own := map[string]string{}
	for _, ns := range namespaceFlags {
		if flags&ns.flag != 0 {
			own[ns.layer], _ = os.Readlink("/proc/self/ns/" + namespaceLinks[ns.layer])
		}
	}
	return own
}

// lookAround verifies what needs /proc.
func lookAround(s Setup) []Layer {
	var layers []Layer
	for _, ns := range namespaceFlags {
		outside, wanted := s.Expected[ns.layer]
		if !wanted {
			continue
		}
		inside, err := os.Readlink("/proc/self/ns/" + namespaceLinks[ns.layer])
		if err == nil && inside == outside {
			err = fmt.Errorf("the cell is in the supervisor's own, %s", inside)
		}
		if err == nil && ns.layer == "network_namespace" {
			err = noNetwork()
		}
		layers = append(layers, verified(ns.layer, err))
	}
	return layers
}

// noNetwork fails if an interface is up, or if there is one beside the loopback.
func noNetwork() error {
	interfaces, err := net.Interfaces()
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 || i.Flags&net.FlagLoopback == 0 {
			return fmt.Errorf("the cell has the network interface %s (%v)", i.Name, i.Flags)
		}
	}
	return err
}

// lookAgain verifies what holds only now.
func lookAgain(s Setup) []Layer {
	layers := []Layer{verified("capabilities", onlyWardenCaps())}
	nnp, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	if err == nil && nnp != 1 {
		err = fmt.Errorf("it isn't set")
	}
	layers = append(layers, verified("no_new_privs", err))
	if s.Seccomp {
		layers = append(layers, verified("seccomp", filtered()))
	}
	return layers
}

// filtered tries a call that the first filter refuses.
func filtered() error {
	if mode, err := unix.PrctlRetInt(unix.PR_GET_SECCOMP, 0, 0, 0, 0); err != nil || mode != unix.SECCOMP_MODE_FILTER {
		return fmt.Errorf("no filter is on (mode %d, %v)", mode, err)
	}
	if fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0); err != unix.EPERM {
		unix.Close(fd)
		return fmt.Errorf("the filter lets a socket be made (%v)", err)
	}
	return nil
}

func onlyWardenCaps() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return err
	}
	const allowed = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID | 1<<unix.CAP_KILL
	have := data[0].Effective | data[0].Permitted | data[0].Inheritable
	if have&^allowed != 0 || data[1] != (unix.CapUserData{}) {
		return fmt.Errorf("the warden has more capabilities than it needs: %#x", have&^allowed)
	}
	return nil
}

func verified(name string, err error) Layer {
	if err != nil {
		return Layer{name, Unavailable, "verified from inside: " + err.Error()}
	}
	return Layer{Name: name, State: Enforced}
}
