// Package narrow is the second stage of the jail: the Worker process takes from itself, before any tenant's code has
// arrived, what the first stage (package jailer, around the whole cell) had to leave to it so that it could start.
//
// Process runs the steps below in order, each in the file of its name. Every one holds for all threads and for ever.
// It must be the first call of main: what it refuses afterwards includes opening files and sockets.
package narrow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config says which of the optional steps to leave out. The zero Config leaves out none.
type Config struct {
	WithoutSeccomp bool
	Executable     bool   // memory may be made executable, once it can't be written to
	Network        bool   // sockets of the Internet's protocols may be used
	Data           uint64 // RLIMIT_DATA in bytes; 0 = none
}

// The arguments by which the warden passes a Config on to the Worker's program.
const (
	withoutSeccomp = "--without-seccomp"
	executable     = "--executable"
	network        = "--network"
	dataLimit      = "--data="
)

// Args returns c as arguments of a program.
func (c Config) Args() []string {
	var args []string
	if c.WithoutSeccomp {
		args = append(args, withoutSeccomp)
	}
	if c.Executable {
		args = append(args, executable)
	}
	if c.Network {
		args = append(args, network)
	}
	if c.Data > 0 {
		args = append(args, dataLimit+strconv.FormatUint(c.Data, 10))
	}
	return args
}

// FromArgs is the opposite of Args. Other arguments are ignored.
func FromArgs(args []string) Config {
	c := Config{WithoutSeccomp: slices.Contains(args, withoutSeccomp), Executable: slices.Contains(args, executable),
		Network: slices.Contains(args, network)}
	for _, arg := range args {
		if text, ok := strings.CutPrefix(arg, dataLimit); ok {
			c.Data, _ = strconv.ParseUint(text, 10, 64)
		}
	}
	return c
}

// Process narrows this process. After an error it must exit: it is less confined than its supervisor believes.
func Process(c Config) error {
	time.Local = time.UTC // or the first use of the local time would open a file
	steps := []struct {
		name string
		skip bool
		do   func() error
	}{
		{"descriptors", false, checkDescriptors},
		{"resource limits", false, func() error { return limitResources(c.Data, c.Network) }},
		{"dumpable", false, forbidDumps},
		{"no_new_privs", false, forbidPrivileges},
		{"capabilities", false, dropCapabilities},
		{"system calls", c.WithoutSeccomp, func() error { return filterCalls(c.Executable, c.Network) }}, // last: the steps before need calls that it refuses
	}
	for _, step := range steps {
		if step.skip {
			continue
		}
		if err := step.do(); err != nil {
			return fmt.Errorf("cannot narrow the process: %s: %w", step.name, err)
		}
	}
	return nil
}
