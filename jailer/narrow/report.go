package narrow

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A forbidden call ends the process, and the supervisor is told which call it was:
//
//	the filter answers SECCOMP_RET_TRAP ─▶ SIGSYS ─▶ handler (report_*.s):
//	    write(CrashPipe, siginfo, reportSize)     the number of the call is in it
//	    lastCall                                  for which the filter says SECCOMP_RET_KILL_PROCESS
//
// A process that has lost control of itself could write a false report, never avoid the end: the handler is in
// read-only memory, the filter refuses to replace it, and a SIGSYS that is blocked kills (signal(7), force_sig).

// lastCall is the number of no system call.
const lastCall = 0x5afe

// reportSize is how much of siginfo_t matters: sigaction(2), "The siginfo_t argument to a SA_SIGINFO handler".
const reportSize = 32

// Offsets in siginfo_t for SIGSYS.
const (
	offsetSignal = 0
	offsetCode   = 8
	offsetCall   = 24
)

const codeSeccomp = 1 // SYS_SECCOMP

// handlerPC is the address of the handler.
func handlerPC() uintptr

func catchViolations() error {
	const siginfo, onstack, restorer = 0x4, 0x08000000, 0x04000000
	action := struct{ handler, flags, restorer, mask uint64 }{
		handler: uint64(handlerPC()), flags: siginfo | onstack | restorer, mask: ^uint64(0),
		restorer: uint64(handlerPC()), // amd64 wants one; the handler never returns
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGSYS),
		uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// Violation finds the report of a forbidden call at the end of what came through the crash pipe. It returns the number
// of the call and the output before the report.
func Violation(output []byte) (call int, rest []byte, ok bool) {
	at := len(output) - reportSize
	if at < 0 {
		return 0, output, false
	}
	report := output[at:]
	word := func(offset int) uint32 { return binary.NativeEndian.Uint32(report[offset:]) }
	if word(offsetSignal) != uint32(unix.SIGSYS) || word(offsetCode) != codeSeccomp {
		return 0, output, false
	}
	return int(word(offsetCall)), output[:at], true
}
