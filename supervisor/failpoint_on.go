//go:build failpoint

package supervisor

import (
	"os"
	"syscall"
)

// failpoint is where a daemon built for the tests (-tags failpoint) kills itself, as kill -9 does: at the point that
// STOCKADE_FAILPOINT names. integration/failpoint_test.go goes through all of them, which it finds in the source.
func failpoint(name string) {
	if os.Getenv("STOCKADE_FAILPOINT") == name {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
