package narrow

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"stockade.dev/stockade/jailer/seccomp"
)

// filterCalls puts on the final filter. A refused call kills the process (report.go).
func filterCalls(executable, network bool) error {
	if err := catchViolations(); err != nil {
		return fmt.Errorf("SIGSYS: %w", err)
	}
	if !executable && !network {
		return seccomp.Install(filter)
	}
	p := policy(executable)
	if network {
		p.Rules = append(slices.DeleteFunc(p.Rules, func(r seccomp.Rule) bool { return r.Call == unix.SYS_GETSOCKOPT }), NetworkRules(seccomp.Trap)...)
	}
	prog, err := p.Assemble()
	if err != nil {
		return err
	}
	return seccomp.Install(prog)
}

// filter is policy, assembled. On amd64 that is done ahead (filter_gen_amd64.go): to do it in each process would cost
// more than to put it on.
//
//go:generate go test -run TestFilterIsCurrent -update

// policy is what a narrowed Worker process may ask of the kernel: what a Go program without files and sockets needs.
func policy(executable bool) seccomp.Policy {
	rules := append(seccomp.Calls(seccomp.Allow, Calls()...), conditional...)
	rules = append(rules, only(unix.SYS_MPROTECT, Protections(executable)))
	return seccomp.Policy{Rules: rules, Default: seccomp.Trap}
}

// NetworkRules are for a process with sockets: of TCP and UDP, and of no other protocol or family. What they reach is not the
// filter's matter.
func NetworkRules(refuse seccomp.Action) []seccomp.Rule {
	family := seccomp.Cond{Arg: 0, Mask: ^uint64(0), Value: unix.AF_INET, Or: []uint64{unix.AF_INET6}}
	kind := seccomp.Cond{Arg: 1, Mask: 0xff, Value: unix.SOCK_STREAM, Or: []uint64{unix.SOCK_DGRAM}}
	rules := []seccomp.Rule{{Call: unix.SYS_SOCKET, When: []seccomp.Cond{family, kind}, Then: seccomp.Allow, Else: refuse}}
	return append(rules, seccomp.Calls(seccomp.Allow, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_SENDTO, unix.SYS_RECVFROM,
		unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT)...)
}

// Protections is what memory may be changed to by mprotect: never executable, or executable where it can't be written
// to at the same time. Mapping memory as executable from the start is refused either way.
func Protections(executable bool) seccomp.Cond {
	if !executable {
		return seccomp.Cond{Arg: 2, Mask: unix.PROT_EXEC, Value: 0}
	}
	return seccomp.Cond{Arg: 2, Mask: unix.PROT_EXEC | unix.PROT_WRITE, Value: 0, Or: []uint64{unix.PROT_WRITE, unix.PROT_EXEC}}
}

// Calls are those that a narrowed process may make whatever their arguments are.
func Calls() []uint32 { return slices.Concat(allowed, allowedHere) }

// allowed without regard to their arguments, on every architecture.
var allowed = []uint32{
	// the conversation and the crash pipe
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_READV, unix.SYS_WRITEV, unix.SYS_CLOSE, unix.SYS_SHUTDOWN,
	unix.SYS_GETSOCKNAME, unix.SYS_GETPEERNAME, unix.SYS_FSTAT,
	// the runtime's poller
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_PIPE2,
	// memory; mmap and mprotect are below
	unix.SYS_MUNMAP, unix.SYS_MADVISE, unix.SYS_BRK,
	// threads, signals and clocks
	unix.SYS_FUTEX, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_GETPID, unix.SYS_GETTID,
	unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_RESTART_SYSCALL,
	unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY,
	unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE, unix.SYS_SETITIMER,
	unix.SYS_GETRUSAGE, unix.SYS_GETRANDOM, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID,
}

const namespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWTIME

// thread are the flags that make a clone a thread of this process.
const thread = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD

// conditional are those that depend on their arguments.
var conditional = []seccomp.Rule{
	only(unix.SYS_FCNTL, seccomp.Cond{Arg: 1, Mask: 0xffffffff, Value: unix.F_GETFD,
		Or: []uint64{unix.F_SETFD, unix.F_GETFL, unix.F_SETFL, unix.F_DUPFD_CLOEXEC}}),
	only(unix.SYS_GETSOCKOPT, is(1, unix.SOL_SOCKET), seccomp.Cond{Arg: 2, Mask: 0xffffffff, Value: unix.SO_TYPE, Or: []uint64{unix.SO_ERROR}}),
	// esbuild asks whether its standard error is a terminal. It is not.
	{Call: unix.SYS_IOCTL, When: []seccomp.Cond{{Arg: 1, Mask: 0xffffffff, Value: unix.TCGETS, Or: []uint64{unix.TIOCGWINSZ}}},
		Then: seccomp.Refuse(unix.ENOTTY), Else: seccomp.Trap},
	only(unix.SYS_MMAP, seccomp.Cond{Arg: 2, Mask: unix.PROT_EXEC, Value: 0}),
	only(unix.SYS_CLONE, seccomp.Cond{Arg: 0, Mask: thread | namespaces, Value: thread}),
	only(unix.SYS_PRLIMIT64, is(0, 0), is(2, 0)), // reading its own
	// The runtime preempts its threads, and raises its own fatal signals. The process is the first of its namespace.
	only(unix.SYS_TGKILL, is(0, 1)), only(unix.SYS_KILL, is(0, 1)),
	// SIGSYS stays with report.go: with another handler a violation would not be the end.
	{Call: unix.SYS_RT_SIGACTION, When: []seccomp.Cond{is(0, uint64(unix.SIGSYS))}, Then: seccomp.KillProcess, Else: seccomp.Allow},
	{Call: lastCall, Then: seccomp.KillProcess},
}

func only(call uint32, when ...seccomp.Cond) seccomp.Rule {
	return seccomp.Rule{Call: call, When: when, Then: seccomp.Allow, Else: seccomp.Trap}
}

func is(arg int, value uint64) seccomp.Cond {
	return seccomp.Cond{Arg: arg, Mask: ^uint64(0), Value: value}
}
