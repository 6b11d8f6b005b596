package jailer

import (
	"path/filepath"

	"github.com/opencontainers/cgroups"
	"github.com/opencontainers/runc/libcontainer/configs"
	"golang.org/x/sys/unix"
)

// config is what libcontainer puts around the warden: the ordered steps of the jail's first stage. The warden takes the
// rest from itself before it starts any Worker (inside.go).
func (b *Block) config(controlDir string) *configs.Config {
	c := &configs.Config{Version: "1.2.0", ParentDeathSignal: int(unix.SIGKILL)}
	b.enterNamespaces(c)
	b.mapUsers(c)
	b.mountRoot(c, controlDir)
	b.nameHost(c)
	b.joinCgroup(c)
	b.limitResources(c)
	b.keepCapabilities(c)
	c.NoNewPrivileges = b.plan.noNewPrivs
	return c
}

func (b *Block) enterNamespaces(c *configs.Config) {
	for _, ns := range []configs.NamespaceType{configs.NEWUSER, configs.NEWNS, configs.NEWPID, configs.NEWNET, configs.NEWIPC, configs.NEWUTS} {
		wanted := configs.Namespaces{{Type: ns}}
		if b.plan.namespaces&wanted.CloneFlags() != 0 {
			c.Namespaces.Add(ns, "")
		}
	}
}

func (b *Block) mapUsers(c *configs.Config) {
	c.RootlessEUID = b.host.uid != 0
	if b.plan.namespaces&unix.CLONE_NEWUSER == 0 {
		return
	}
	c.UIDMappings, c.GIDMappings = b.plan.ids.mappings()
	if b.host.uid == 0 { // a Worker that escapes from its filter still can't nest user namespaces
		c.Sysctl = map[string]string{"user.max_user_namespaces": "0"}
	}
}

func (b *Block) nameHost(c *configs.Config) {
	if b.plan.namespaces&unix.CLONE_NEWUTS != 0 {
		c.Hostname = hostName
	}
}

// hostName is what every Worker sees as the name of its host.
const hostName = "worker"

// joinCgroup puts the warden below the cell's cgroup, which has the limits (cgroup.go).
func (b *Block) joinCgroup(c *configs.Config) {
	c.Cgroups = &cgroups.Cgroup{Name: b.id, Rootless: true, Resources: &cgroups.Resources{}}
	c.RootlessCgroups = true
	if !b.plan.cgroup {
		return
	}
	path := "/" + filepath.Join(cgroupName, b.id, wardenCgroup)
	if b.host.cgroup.version == 2 {
		path = b.cgroup.dirs[""][len(cgroupMount):] + "/" + wardenCgroup
	}
	c.Cgroups = &cgroups.Cgroup{Path: path, Resources: &cgroups.Resources{}}
	c.RootlessCgroups = b.host.uid != 0
}
