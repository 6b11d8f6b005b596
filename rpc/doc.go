// Package rpc is the conversation between the supervisor and one jailed
// Worker process. It is the only thing that crosses the jail's edge.
//
// The conversation runs over one Unix stream socket that the process is born
// with (socket.go; the supervisor's end is told of what arrives by arrivals.go;
// quiet.go has the daemon's other sockets read and written like it). It is a
// sequence of frames (wire.go) that carry messages:
//
//	supervisor                                   worker process
//	             ◀──────────── Ready ────────────  prewarmed, before any tenant code
//	 Load        ─────────────────────────────▶    once in the life of the process
//	             ◀──── Loaded | LoadFailed ──────
//	 Invoke(n)   ─────────────────────────────▶    fetch or call; may be sent right behind Load
//	 BodyData(n) ─────────────────────────────▶    request body, within the credit
//	             ◀─────────── Credit(n) ─────────  the isolate has read that much
//	             ◀──── LogLine(n) Exception(n) ──
//	             ◀── ResponseHead(n) BodyData(n)   or CallResult(n), or InvokeFailed(n)
//	 Credit(n)   ─────────────────────────────▶    the client has read that much
//	 Cancel(n)   ─────────────────────────────▶    the client has gone: aborts request.signal
//	             ◀──────────── Done(n) ──────────  after waitUntil: outcome and usage
//	             ◀────────── HostCall(k) ────────  a call on a grant: fetch(), a binding
//	 HostResult(k) ───────────────────────────▶    perhaps of what has answered n already (HostCall.Passes)
//	 StubCall(s) ─────────────────────────────▶    a call on an object that the isolate has passed out
//	             ◀─────────── StubResult(s) ─────
//	 Release     ─────────────────────────────▶    nobody holds those objects any more
//	             ◀─────────────── Drop ──────────  the isolate is done with those grants
//	             ◀──────────── CacheCall(c) ─────  a call on the Worker's cache
//	 CacheResult(c) ──────────────────────────▶
//
// Messages of the Worker service, spoken to the jail, are in worker.go; those
// of the Host service, spoken from it, in host.go. Both ends of each are in
// that one file, those that carry capabilities in caps.go, those of the cache in cache.go, inline requests and
// responses in fetch.go: a message has one method that encodes and decodes it. numbers.go gives n, k, s and c, and the numbers
// of grants: when all have been given they come again. canceled.go has the times after Cancel.
//
// Everything that comes from a jail is hostile. A frame has a type-dependent
// size limit that is checked before memory is taken for it, memory grows with
// the bytes that really arrive, and a message that doesn't decode to its last
// byte ends the conversation (errors.go has the kinds a caller sees).
package rpc
