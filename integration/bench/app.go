package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// coldSizes are the modules of a cold start, in KiB.
var coldSizes = []int{0, 100, 1000}

// clientCounts are the clients at the same time.
var clientCounts = []int{1, 8, 32}

// size names a module of that many KiB.
func size(kb int) string {
	switch {
	case kb == 0:
		return "hello"
	case kb < 1000:
		return fmt.Sprintf("%d KB", kb)
	}
	return fmt.Sprintf("%d MB", kb/1000)
}

// appGroup is the loader Worker's routes. Of a second engine, those that the
// engine makes a difference to.
func (r *report) appGroup(ctx context.Context, s *subject) error {
	r.clients(ctx, s, "/plain", "/plain", []int{1, 32})
	r.clients(ctx, s, "/warm", "/warm", []int{1, 32})
	for _, kb := range coldSizes {
		clients := clientCounts
		if !s.first {
			clients = clientCounts[:1]
		}
		r.clients(ctx, s, "/cold "+size(kb), fmt.Sprintf("/cold?kb=%d", kb), clients)
	}
	r.startup(s)
	return nil
}

// clients loads a route after a first request, which may make what later ones find.
func (r *report) clients(ctx context.Context, s *subject, name, path string, counts []int) {
	request := get(path)
	if err := once(s.loader, request); err != nil {
		r.note(name+" on "+s.name, "the first request failed: "+strings.TrimSpace(err.Error()))
	}
	for _, n := range counts {
		pause(ctx)
		r.add(s.name, load(fmt.Sprintf("%s, %d client%s", name, n, plural(n)), s.loader, n, r.seconds, func(int) []byte { return request }))
	}
}

// startup is what the first request of a Worker takes longer than the second.
func (r *report) startup(s *subject) {
	cold, warm := r.loads[s.name]["/cold hello, 1 client"], r.loads[s.name]["/warm, 1 client"]
	if cold.Requests > 0 && warm.Requests > 0 {
		r.value(s.name, "start-up of hello: /cold less /warm", "ms", (cold.P50-warm.P50).Seconds()*1000)
	}
}

const calls = 1000

// rpcGroup is the time of a call of the loader's entrypoint by a Worker that it has loaded.
func (r *report) rpcGroup(_ context.Context, s *subject) error {
	for _, way := range []struct{ name, query string }{{"in turn", ""}, {"at once", "&par=1"}} {
		took, err := best(s.loader, fmt.Sprintf("/rpc?n=%d%s", calls, way.query), 10, 5*time.Second)
		if err != nil {
			return err
		}
		r.value(s.name, "one RPC call, 1,000 "+way.name, "µs", took.Seconds()*1e6/calls)
	}
	return nil
}

const densityName = "private memory of a warm Worker, of 200"

// densityGroup is the memory of 200 Workers that the loader has loaded and that have each answered once.
func (r *report) densityGroup(ctx context.Context, s *subject) error {
	if err := once(s.loader, get("/warm?id=first")); err != nil {
		return err
	}
	before := s.private()
	for n := range 200 {
		if err := once(s.loader, get(fmt.Sprintf("/warm?id=d%d", n))); err != nil {
			return err
		}
	}
	pause(ctx)
	r.value(s.name, densityName, "MiB", float64(s.private()-before)/200/(1<<20))
	return nil
}
