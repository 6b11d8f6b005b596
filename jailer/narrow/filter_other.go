//go:build !amd64

package narrow

import "golang.org/x/sys/unix"

var filter = assembled()

func assembled() []unix.SockFilter {
	prog, err := policy(false).Assemble()
	if err != nil {
		panic(err) // the policy is a constant; TestFilterIsCurrent assembles it
	}
	return prog
}
