package jailer

import "github.com/opencontainers/runc/libcontainer/configs"

// wardenCaps are what the warden needs inside its user namespace: to make namespaces, to give a Worker its uid and to
// kill it. No Worker has any: it isn't root, and execve drops them.
var wardenCaps = []string{"CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_KILL"}

func (b *Block) keepCapabilities(c *configs.Config) {
	c.Capabilities = &configs.Capabilities{Bounding: wardenCaps, Effective: wardenCaps, Permitted: wardenCaps}
}
