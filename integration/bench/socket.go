package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// socketGroup is what callers of the socket do. The peer has no such socket:
// beside a run stands the nearest that it can do, a request to its loader.
func (r *report) socketGroup(ctx context.Context, s *subject) error {
	switch {
	case s.daemon == nil:
		r.peerRuns(ctx, s)
		return nil
	case !s.first:
		r.runs(ctx, s, clientCounts[:1])
		return r.warmFetches(ctx, s)
	}
	r.runs(ctx, s, clientCounts)
	r.loadAndFetch(ctx, s)
	r.sustained(ctx, s)
	if err := r.warmFetches(ctx, s); err != nil {
		return err
	}
	return r.breakdown(ctx, s.daemon)
}

func runName(kb, clients int) string {
	return fmt.Sprintf("run %s once, %d client%s", size(kb), clients, plural(clients))
}

func (r *report) runs(ctx context.Context, s *subject, counts []int) {
	for _, kb := range coldSizes {
		request := coldRun(kb)
		for _, clients := range counts {
			pause(ctx)
			r.add(s.name, load(runName(kb, clients), s.daemon.target, clients, r.seconds, request))
		}
	}
}

func (r *report) peerRuns(ctx context.Context, s *subject) {
	for _, kb := range coldSizes {
		request := get(fmt.Sprintf("/cold?kb=%d", kb))
		for _, clients := range clientCounts {
			pause(ctx)
			f := load(runName(kb, clients), s.loader, clients, r.seconds, func(int) []byte { return request })
			r.add(s.name, f)
			if kb == 0 {
				f.Name = loadName(clients)
				r.add(s.name, f)
			}
		}
	}
	for _, clients := range []int{1, 32} {
		pause(ctx)
		r.add(s.name, load(warmName(clients), s.loader, clients, r.seconds, func(int) []byte { return get("/warm") }))
	}
	pause(ctx)
	r.add(s.name, load(sustainedName(r.sustain), s.loader, 8, r.sustain, func(int) []byte { return get("/cold?kb=0") }))
}

// loadAndFetch is a Worker that is put under a new id, called once, deleted:
// three requests, the first of which is in the store, for good, when it is
// answered. The peer's load() and fetch() are one request, and in memory only.
func (r *report) loadAndFetch(ctx context.Context, s *subject) {
	id := func(n int) string { return fmt.Sprintf("once-%d", n) }
	for _, clients := range clientCounts {
		pause(ctx)
		r.add(s.name, load(loadName(clients), s.daemon.target, clients, r.seconds,
			func(n int) []byte { return putWorker(id(n)) },
			func(n int) []byte { return get("/v1/workers/" + id(n) + "/fetch/") },
			func(n int) []byte { return post("DELETE", "/v1/workers/"+id(n), "") }))
	}
}

func loadName(clients int) string {
	return fmt.Sprintf("load + fetch + delete, %d client%s", clients, plural(clients))
}

// sustained is the cold start at 8 clients for long, and what the pool starts
// meanwhile.
func (r *report) sustained(ctx context.Context, s *subject) {
	pause(ctx)
	before := s.daemon.starts()
	began := time.Now()
	r.add(s.name, load(sustainedName(r.sustain), s.daemon.target, 8, r.sustain, coldRun(0)))
	r.note("pool refill", fmt.Sprintf("%.0f processes/s under the sustained load", float64(s.daemon.starts()-before)/time.Since(began).Seconds()))
}

func sustainedName(d time.Duration) string {
	return fmt.Sprintf("run hello once, 8 clients, sustained %.0f s", d.Seconds())
}

func (r *report) warmFetches(ctx context.Context, s *subject) error {
	if err := once(s.daemon.target, putWorker("warm")); err != nil {
		return fmt.Errorf("cannot put a Worker: %w", err)
	}
	request := get("/v1/workers/warm/fetch/")
	for _, clients := range []int{1, 32} {
		pause(ctx)
		r.add(s.name, load(warmName(clients), s.daemon.target, clients, r.seconds, func(int) []byte { return request }))
	}
	return nil
}

func warmName(clients int) string {
	return fmt.Sprintf("warm fetch, %d client%s", clients, plural(clients))
}

// breakdown tells where the time of one cold start and of one warm request
// goes: medians of many, as the daemon reports them, and processor time by
// process.
func (r *report) breakdown(ctx context.Context, d *daemon) error {
	pause(ctx)
	request := coldRun(0)
	phases := make(map[string][]float64)
	const runs = 200
	cpu := startCPU(d.pid)
	for n := range runs {
		began := time.Now()
		body, err := answerOf(d.target, request(1<<30+n))
		if err != nil {
			return err
		}
		if err := addPhases(phases, body, time.Since(began)); err != nil {
			return err
		}
	}
	for _, name := range []string{"queueMs", "startMs", "loadMs", "runMs", "http, json, client", "total", "startupCpuMs", "cpuMs"} {
		r.note("one cold start, "+name, fmt.Sprintf("%.3f ms (median of %d)", median(phases[name]), runs))
	}
	r.note("one cold start, boot of its process", fmt.Sprintf("%.2f ms (median, before the request comes)", d.bootMs()))
	r.note("one cold start, processor time", cpu.perRequest(runs))
	return r.warmBreakdown(ctx, d)
}

func addPhases(phases map[string][]float64, body []byte, total time.Duration) error {
	var result struct{ Timing, Usage map[string]float64 }
	if err := json.Unmarshal(body, &result); err != nil {
		return err
	}
	add := func(name string, v float64) { phases[name] = append(phases[name], v) }
	rest := total.Seconds() * 1000
	for name, v := range result.Timing {
		add(name, v)
		rest -= v
	}
	for _, name := range []string{"startupCpuMs", "cpuMs"} {
		add(name, result.Usage[name])
	}
	add("http, json, client", rest)
	add("total", total.Seconds()*1000)
	return nil
}

func (r *report) warmBreakdown(ctx context.Context, d *daemon) error {
	pause(ctx)
	cpu := startCPU(d.pid)
	f := load("", d.target, 1, r.seconds, func(int) []byte { return get("/v1/workers/warm/fetch/") })
	if f.Requests == 0 {
		return fmt.Errorf("no warm request was answered: %s", f.Error)
	}
	r.note("one warm request, processor time", cpu.perRequest(f.Requests))
	return nil
}
