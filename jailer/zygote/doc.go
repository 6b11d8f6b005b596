// Package zygote duplicates a warm Go process: a Worker's process starts as a copy of one that has its engine built, its
// runtime JavaScript compiled and its transpiler warmed up, and that never saw a tenant's input.
//
//	warden                   zygote                                   child (one per Worker)
//	  │    start as pid 1 of     │
//	  ├─── its own namespace ───►│ warm up, Supported()
//	  │                          │
//	  ├─── one socket end ──────►│ Fork
//	  │                          │  hold: a signal parks all other threads
//	  │                          │  clone3 ───────────────────────────────► close descriptors, renew the poller,
//	  │                          │  release: they go on                     drop user and capabilities,
//	  │◄── pidfd ────────────────┤                                          resume every thread where its original
//	  │                          │ wait for the next                        was parked, release, return from Fork
//	  │◄── ready ────────────────┼─────────────────────────────────────────┤
//
// fork(2) copies the calling thread alone, and a Go process is several: without its monitor thread nothing is preempted,
// and what a thread holds is locked for good. So Fork takes all of them along, as CRIU does. The signal frame the kernel
// pushed when a thread was parked holds all there is to it: registers, floating point state, signal mask and stack. In
// the child a new thread with the same TLS starts on the copy of that frame and returns from the signal. The runtime
// can't tell: its locks have their holders, and thread ids are equal too, as the zygote and the child are each the first
// process of a pid namespace (set_tid, clone3(2)). Nothing here knows how the runtime lays out its structures.
//
// The files in order: fork_linux_amd64.go holds, clones and releases; fork_linux_amd64.s has what runs on other threads'
// stacks; child_linux_amd64.go is the child up to its return from Fork; poller_linux_amd64.go gives it a network poller.
//
// # Who may fork
//
// The main goroutine, locked to its thread, in a process without cgo, with GOMAXPROCS 1, pid 1, and CAP_SYS_ADMIN or
// CAP_CHECKPOINT_RESTORE in its user namespace. It has no file in the network poller, hence no non-blocking socket or
// pipe as an [os.File], not even as standard input, and reads its control socket by plain system calls. A goroutine that
// is inside a system call at the fork sees it interrupted in the child. Profiling timers and SIGRTMAX are not inherited.
//
// # What children share
//
// Everything decided before the fork is the same in all children of a zygote, and a tenant who learns it about his own
// Worker knows it about others: the memory layout (ASLR), the hash seeds of maps, and the state of math/rand; so a child
// seeds anew what tenants see (Math.random). crypto/rand is safe: the kernel wipes its state at the fork. A zygote
// replaced now and then bounds how long such knowledge lasts.
//
// A child has no capability, no_new_privs, PDEATHSIG, and no descriptor but the kept ones and its poller's two. Resource
// limits, seccomp and Landlock are the caller's to set in the child, through the calls that reach all threads. All
// children die with the zygote, for it is the init of their namespace.
package zygote
