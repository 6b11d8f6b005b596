// Package jailer puts every Worker's process in a jail. A cell block is one libcontainer container for all Workers of a
// policy profile; in it a small trusted program, the warden, starts a process for each Worker. What a Worker would have
// to break, from the inside out, and what stands there:
//
//	a Worker's code that has broken out of its engine …   is stopped by                                       in
//	reaches the kernel by odd system calls                the second seccomp filter, which kills              narrow/filter.go
//	                                                      the first filter, around the whole cell             first_filter.go
//	reads or writes files                                 an empty, read-only root; Landlock                  mounts.go, strip.go, landlock.go
//	uses the network                                      a network namespace with nothing up                 namespaces (config.go)
//	sees, signals, traces other processes                 a process-id namespace and a uid of its own         exec_starter.go, ids.go
//	becomes root, gains capabilities                      user namespace, no capability, no_new_privs         config.go, caps.go
//	talks over shared memory, learns the host's name      an IPC and a UTS namespace                          exec_starter.go
//	eats memory, processor, processes, descriptors        a cgroup for each Worker, rlimits                   cgroup.go, rlimits.go
//	leaves something behind                               its namespace dies with it; sweep                   warden_process.go, sweep.go
//	inherits something                                    no environment, four descriptors                    exec_starter.go, donation
//
// The life of a cell, in order:
//
//	host.go            what this host offers, tried out
//	plan.go            decide: what of it a cell gets, what is missing, what is weaker (Layers, Warnings)
//	block.go           Build: the directory, the cgroup, the donation socket
//	config.go          the ordered steps of the first stage, as libcontainer puts them on
//	warden_process.go  the warden as its supervisor sees it: go-plugin's runner
//	inside.go          the warden in its own process: Setup strips the cell further (strip.go, memory.go), Serve starts Workers
//	verify.go          what it finds to hold, which Confirm compares with the plan
//	spawn.go, jail.go  one Worker's process, from the supervisor's side
//	exec_starter.go    how it is started: fork and exec; fork_starter.go: as a copy of a zygote (package zygote)
//	reaper.go          how it ends
//	package narrow     what it takes from itself before a tenant's code arrives
//	sweep.go           what supervisors that were killed have left
//
// The supervisor and the warden speak twice over: a few times in a cell's life by go-plugin (package rpc/wardenrpc), and
// for each start by package donation, because net/rpc can't carry descriptors.
package jailer
