package jailer

import (
	"slices"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/narrow"
	"stockade.dev/stockade/jailer/seccomp"
)

// firstPolicy is the filter around the whole cell: what the warden needs to start Workers, and a Worker to come up and
// narrow itself. It lets no process open a file, make a socket or enter another namespace. Everything else fails with
// EPERM: nothing of a tenant runs before the second filter is on, which kills.
func firstPolicy(s Setup) seccomp.Policy {
	rules := seccomp.Calls(seccomp.Allow, narrow.Calls()...)
	rules = append(rules, seccomp.Calls(seccomp.Allow, starting...)...)
	rules = append(rules, seccomp.Calls(seccomp.Allow, startingHere...)...)
	rules = append(rules,
		refuseOthers(unix.SYS_MMAP, seccomp.Cond{Arg: 2, Mask: unix.PROT_EXEC}),
		refuseOthers(unix.SYS_MPROTECT, narrow.Protections(s.Executable)),
		refuseOthers(unix.SYS_CLONE, seccomp.Cond{Arg: 0, Mask: uint64(namespaceBits &^ uintptr(s.PerWorker))}),
	)
	if s.Network {
		has := func(call uint32) bool {
			return slices.ContainsFunc(rules, func(r seccomp.Rule) bool { return r.Call == call })
		}
		for _, r := range narrow.NetworkRules(seccomp.Refuse(unix.EPERM)) {
			if !has(r.Call) {
				rules = append(rules, r)
			}
		}
	}
	if s.Fork {
		rules = append(rules, seccomp.Calls(seccomp.Allow, forking...)...)
		rules = append(rules, refuseOthers(unix.SYS_SOCKETPAIR, seccomp.Cond{Arg: 0, Mask: ^uint64(0), Value: unix.AF_UNIX}))
	}
	if s.Cgroup == 2 || s.Fork {
		rules = append(rules, seccomp.Calls(seccomp.Allow, unix.SYS_CLONE3)...)
	} else { // its flags are behind a pointer, where no filter sees them; ENOSYS makes callers use clone
		rules = append(rules, seccomp.Calls(seccomp.Refuse(unix.ENOSYS), unix.SYS_CLONE3)...)
	}
	return seccomp.Policy{Rules: rules, Default: seccomp.Refuse(unix.EPERM)}
}

const namespaceBits uintptr = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET |
	unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWTIME

// starting are the calls that only starting takes.
var starting = []uint32{
	// the warden: donation, the control conversation, fork, exec, reap, kill
	unix.SYS_SENDMSG, unix.SYS_RECVMSG, unix.SYS_ACCEPT4, unix.SYS_EXECVE, unix.SYS_WAIT4, unix.SYS_WAITID,
	unix.SYS_SETGROUPS, unix.SYS_SETUID, unix.SYS_SETGID, unix.SYS_DUP3, unix.SYS_DUP, unix.SYS_GETPPID,
	unix.SYS_KILL, unix.SYS_TGKILL, unix.SYS_PIDFD_SEND_SIGNAL,
	// the start of a program, and narrow's steps
	unix.SYS_RT_SIGACTION, unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_MINCORE,
	unix.SYS_PRCTL, unix.SYS_FCNTL, unix.SYS_GETSOCKOPT, unix.SYS_PRLIMIT64, unix.SYS_CAPGET, unix.SYS_CAPSET, unix.SYS_SECCOMP, unix.SYS_CLOSE_RANGE,
	unix.SYS_LANDLOCK_RESTRICT_SELF, unix.SYS_PPOLL, unix.SYS_UNAME,
	unix.SYS_MREMAP,
}

// forking are the calls that only a zygote makes (package zygote). Its warden makes their control socket, too.
var forking = []uint32{unix.SYS_SETRESUID, unix.SYS_SETRESGID, unix.SYS_RT_SIGTIMEDWAIT}

func refuseOthers(call uint32, when seccomp.Cond) seccomp.Rule {
	return seccomp.Rule{Call: call, When: []seccomp.Cond{when}, Then: seccomp.Allow, Else: seccomp.Refuse(unix.EPERM)}
}
