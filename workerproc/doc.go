// Package workerproc is what a jailed process runs: one isolate with one
// Worker, and its conversation with the supervisor (package rpc).
//
// A process's life, file by file:
//
//	process.go     Prepare makes engine and runtime ready, before any tenant's code;
//	               fill.go, touch.go: so that its copies are cheap, and quick; room.go: with much code, too
//	serve.go       Serve says Ready; then it owns the isolate: it reads what
//	               has come, acts, writes once
//	load.go        Load: the Worker's modules become its entrypoints; files.go keeps them for node:fs
//	dispatch.go    Invoke: an entrypoint's handler is called
//	ops.go         what the handler does comes back as calls of ops
//	body.go        bodies in both directions, within their credit
//	calls.go       calls on what is outside the isolate, and on what it has
//	               passed out; plain.go: their simple arguments and results;
//	               fetch.go: fetches with small bodies; status.go: what
//	               their statuses are called; passing.go: answers that go
//	               past it
//	timers.go      timers
//	invocation.go  the answer, waitUntil, Done
//	leaving.go     the end of one that nobody waits for
//	limits.go      CPU time and memory, watched from beside
//	report.go      logs, exceptions and errors, on their way out
package workerproc
