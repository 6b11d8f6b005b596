package zygote

import (
	"errors"
	"runtime"
)

const platform = runtime.GOOS == "linux" && runtime.GOARCH == "amd64"

// Options says how a child differs from its parent. What it does not name is the parent's.
type Options struct {
	Namespaces uintptr // CLONE_NEW… flags; CLONE_NEWPID is always set
	Cgroup     int     // descriptor of the cgroup v2 directory to start in; 0: the parent's cgroup
	UID, GID   int     // in the user namespace of the parent; 0: the parent's. Supplementary groups go with a UID.
	Keep       []int   // descriptors to keep under their numbers; every other one is closed, 0 to 2 included
}

// ExitBroken is the exit status of a child that could not be made whole, or could not give up a privilege. It has run
// no Go code.
const ExitBroken = 125

// Available says why a zygote can't work on this platform, or nil. Supported says whether this very process is one that
// can fork.
func Available() error {
	if !platform {
		return errors.New("copies of a warm process are made on linux/amd64 only")
	}
	return nil
}
