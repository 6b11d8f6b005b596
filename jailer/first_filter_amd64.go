package jailer

import "golang.org/x/sys/unix"

// startingHere are the calls of starting that only this architecture has.
var startingHere = []uint32{unix.SYS_ARCH_PRCTL, unix.SYS_POLL, unix.SYS_GETRLIMIT, unix.SYS_SETRLIMIT, unix.SYS_VFORK, unix.SYS_DUP2}
