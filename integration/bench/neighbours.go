package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// attackers are Workers that take what they can get. Each kind runs in several Workers at the same time.
var attackers = []struct{ name, source string }{
	{"loop", `export default { fetch() { for (;;); } }`},
	{"memory", `export default { fetch() { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)); } }`},
	{"promises", `export default { async fetch() { const fork = async () => { await null; fork(); await fork(); }; await fork(); } }`},
	{"logs", `export default { fetch() { for (;;) console.log("x".repeat(1000)); } }`},
	{"calls", `import { WorkerEntrypoint } from "cloudflare:workers";
export class Other extends WorkerEntrypoint { add(a, b) { return a + b } }
export default { async fetch(request, env, ctx) { for (;;) await Promise.all(Array.from({ length: 200 }, () => ctx.exports.Other({}).add(1, 2).catch(() => 0))); } }`},
	{"fetches", `export default { async fetch() { for (;;) await Promise.all(Array.from({ length: 200 }, () => fetch("http://127.0.0.1:9/").catch(() => 0))); } }`},
	{"timers", `export default { async fetch() { for (;;) await Promise.all(Array.from({ length: 1000 }, () => new Promise((done) => setTimeout(done, 0)))); } }`},
}

// hostile is how many attackers there are.
const hostile = 20

// neighboursGroup is what a Worker that behaves notices of 20 that don't: its requests and cold starts alone, then among
// them, and what that does to the supervisor's memory.
func (r *report) neighboursGroup(ctx context.Context, s *subject) error {
	if s.daemon == nil {
		r.note("neighbours of a hostile Worker on workerd", "not measured: one for (;;) ends the service of all others (the peer's own load shows it)")
		return nil
	}
	d := s.daemon
	if err := once(d.target, putWorker("good")); err != nil {
		return err
	}
	request, cold := get("/v1/workers/good/fetch/"), coldRun(0)
	name := func(what, when string) string { return fmt.Sprintf("%s, %s", what, when) }
	pause(ctx)
	r.add(s.name, load(name("warm fetch, 1 client", "alone"), d.target, 1, r.seconds, func(int) []byte { return request }))
	r.add(s.name, load(name("run hello once, 1 client", "alone"), d.target, 1, r.seconds, cold))
	before := r.loads[s.name][name("warm fetch, 1 client", "alone")].P99

	attack, stop := context.WithCancel(ctx)
	var fought sync.WaitGroup
	var requests atomic.Int64
	for n := range hostile {
		a := attackers[n%len(attackers)]
		id := fmt.Sprintf("%s-%d", a.name, n)
		if err := once(d.target, post("PUT", "/v1/workers/"+id, `{"code":`+codeJSON(a.source)+`}`)); err != nil {
			stop()
			return err
		}
		fought.Go(func() { besiege(attack, d.target, id, &requests) })
	}
	time.Sleep(time.Second)
	memory := privateOf(d.pid)
	r.siege(s, d, name, request, cold)
	stop()
	after := privateOf(d.pid)
	fought.Wait()
	among := r.loads[s.name][name("warm fetch, 1 client", "among 20 hostile Workers")].P99
	r.note("a warm request's p99 among 20 hostile Workers on "+s.name, fmt.Sprintf("%.1f times that alone (%v, %v)", float64(among)/float64(before), among, before))
	r.note("the supervisor's private memory on "+s.name, fmt.Sprintf("%.1f MiB when the attack had begun, %.1f MiB at its end (%v, %d hostile requests)",
		float64(memory)/(1<<20), float64(after)/(1<<20), r.siegeTime, requests.Load()))
	return nil
}

// siege measures for as long as it lasts, warm and cold in turn.
func (r *report) siege(s *subject, d *daemon, name func(string, string) string, request []byte, cold func(int) []byte) {
	const when = "among 20 hostile Workers"
	half := r.siegeTime / 2
	r.add(s.name, load(name("warm fetch, 1 client", when), d.target, 1, half, func(int) []byte { return request }))
	r.add(s.name, load(name("run hello once, 1 client", when), d.target, 1, half, func(n int) []byte { return cold(1<<29 + n) }))
}

// besiege sends one request after the other to a hostile Worker; none is expected to be answered well.
func besiege(ctx context.Context, t target, id string, requests *atomic.Int64) {
	for ctx.Err() == nil {
		var d net.Dialer
		c, err := d.DialContext(ctx, t.network, t.address)
		if err != nil {
			return
		}
		stop := context.AfterFunc(ctx, func() { c.Close() })
		in := bufio.NewReader(c)
		for ctx.Err() == nil {
			requests.Add(1)
			if _, err := c.Write(get("/v1/workers/" + id + "/fetch/")); err != nil {
				break
			}
			response, err := http.ReadResponse(in, nil)
			if err != nil {
				break
			}
			response.Body.Close()
		}
		stop()
		c.Close()
	}
}
