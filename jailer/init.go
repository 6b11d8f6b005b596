package jailer

import (
	"os"
	"runtime"

	"github.com/opencontainers/runc/libcontainer"
)

// Init must be the first call of every program that starts cells. In the process that libcontainer re-executes to become
// a cell's first one, and in the probes of examine, it never returns; everywhere else it does nothing.
func Init() {
	if os.Args[0] == probeName {
		os.Exit(0)
	}
	// libcontainer sends a thread into the cell's mount namespace and lets it end there. The first thread can't end: it
	// would stay, with /proc/self, in the jail. So it must not be the one, and belongs to the main goroutine alone.
	runtime.LockOSThread()
	if len(os.Args) > 1 && os.Args[1] == "init" && os.Getenv("_LIBCONTAINER_INITPIPE") != "" {
		libcontainer.Init()
	}
}
