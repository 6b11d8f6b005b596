// Package supervisor is the daemon: it serves the socket API, keeps a pool of
// jailed processes per profile, and is the trusted side of every
// conversation with them. It never parses or runs a tenant's code.
//
// One request on its way through:
//
//  1. listen.go has the socket; access.go asks the kernel who connected and
//     finds the caller's role in the policy.
//  2. api.go is the table of routes. api_run.go, api_fetch.go (fetch and rpc),
//     api_workers.go and api_pool.go handle them; json.go reads and writes
//     their bodies and errors.
//  3. code.go checks the code against the specification and the limits
//     (policy.EffectiveLimits).
//  4. A run takes a slot from pool.go that has never run anything; a Worker
//     with an id has its isolate in warm.go, which loads it once and ends it
//     when it is idle or the place is needed.
//  5. slot.go is the life of one process, started by cell (package cell);
//     isolate.go is the conversation with it (package rpc), sending.go what
//     waits to be sent, invocation.go one fetch or call in it.
//  6. dispatch.go goes through one invocation from Invoke to Done: upload,
//     answer, body, limits on the clock, a client that hangs up. upgrade.go has
//     those that become a WebSocket.
//  7. What the isolate asks for on its way comes in at callback.go, the only
//     place that decides whether it may. passing.go gives answers past who
//     would only pass them on.
//
// What is used is charged to whoever brought the code (account.go), counted by
// day (meter.go) and read at api_usage.go. bounds.go holds each invocation to
// its limits from outside of its process, which looks.go reminds it of. priority.go lets who answers go before who calculates,
// turns.go has processes that take turns do so on one CPU.
//
// What leaves the host ends at an outbound of the policy (egress_bind.go says which one a Worker has): egress_fetch.go sends
// requests, egress_socket.go has raw connections and WebSockets, egress_stream.go bodies in both directions, coded.go what of
// it an isolate says and understands. egress.go has the policy's outbounds and a client of package netproxy for each Worker,
// egress_log.go what is written down (and lines.go answers with), egress_tap.go the jails that bring sockets of their own.
//
// An app is a Worker with a name, versions and files: api_apps.go deploys one,
// api_app_calls.go answers its requests from its files (app_assets.go decides, with package assets,
// app_serve_asset.go sends) or its Worker, with what app_bind.go has bound;
// app_watch.go follows each to the log in app_log.go. listener.go brings
// requests over TCP. app_assets_binding.go is the files as a binding of the
// Worker's.
//
// A Worker that loads others calls loader.go; loader_quota.go bounds what they
// hold, service.go calls an entrypoint of one (fetch_call.go: a fetch whose body is
// small), grants.go has who may, broken.go tells who asked that a stub is gone,
// tails.go tells Tail Workers what one has done.
package supervisor
