package narrow

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// limits are getrlimit(2)'s, soft and hard alike.
var limits = []struct {
	name     string
	resource int
	value    uint64
}{
	{"RLIMIT_NOFILE", unix.RLIMIT_NOFILE, runtimeDescriptors},
	{"RLIMIT_CORE", unix.RLIMIT_CORE, 0},
	{"RLIMIT_FSIZE", unix.RLIMIT_FSIZE, 0},
	{"RLIMIT_MEMLOCK", unix.RLIMIT_MEMLOCK, 0},
	{"RLIMIT_MSGQUEUE", unix.RLIMIT_MSGQUEUE, 0},
	{"RLIMIT_NPROC", unix.RLIMIT_NPROC, 64}, // threads count too; the uid is this process's own
}

// maxSockets is how many a process may have open that may have some.
const maxSockets = 256

// limitResources puts on the limits, and RLIMIT_DATA where data isn't 0: what the process may map to write to.
func limitResources(data uint64, network bool) error {
	if data > 0 {
		if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: data, Max: data}); err != nil {
			return fmt.Errorf("RLIMIT_DATA: %w", err)
		}
	}
	for _, l := range limits {
		if network && l.resource == unix.RLIMIT_NOFILE {
			l.value += maxSockets
		}
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.value, Max: l.value}); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}
