// Command bench measures Stockade beside workerd, the open-source Workers
// runtime, in one run: the same client, one after the other on the same
// machine, each figure with its ratio.
//
//	go run ./integration/bench -bin bin [-seconds 4] [-sustain 30] [-json FILE] [-skip-peer]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

type options struct {
	bin, engine string
	seconds     time.Duration // of each load
	sustain     time.Duration // of the sustained one
	json        string
	skipPeer    bool
}

func main() {
	o := parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse() options {
	var o options
	var seconds, sustain float64
	flag.StringVar(&o.bin, "bin", "bin", "directory of the two programs")
	flag.StringVar(&o.engine, "engine", "goja", "engine to measure")
	flag.Float64Var(&seconds, "seconds", 4, "seconds of each load")
	flag.Float64Var(&sustain, "sustain", 30, "seconds of the sustained load")
	flag.StringVar(&o.json, "json", "", "write the figures to this file, too")
	flag.BoolVar(&o.skipPeer, "skip-peer", false, "measure Stockade only")
	flag.Parse()
	o.seconds = time.Duration(seconds * float64(time.Second))
	o.sustain = time.Duration(sustain * float64(time.Second))
	return o
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "stockade-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // jails enter it as nobody
		return err
	}
	r := &report{options: o}
	if err := r.ours(ctx, filepath.Join(dir, "ours")); err != nil {
		return err
	}
	if !o.skipPeer {
		if err := r.peer(ctx, filepath.Join(dir, "peer")); err != nil {
			return err
		}
	}
	return r.print(os.Stdout)
}

// coldSizes are the modules of a cold start, in KiB.
var coldSizes = []int{0, 100, 1000}

// clientCounts are the clients at the same time.
var clientCounts = []int{1, 8, 32}

func coldName(kb, clients int) string {
	if kb == 0 {
		return fmt.Sprintf("cold hello, %d client%s", clients, plural(clients))
	}
	return fmt.Sprintf("cold %d KB, %d client%s", kb, clients, plural(clients))
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// ours measures Stockade.
func (r *report) ours(ctx context.Context, dir string) error {
	d, err := r.daemon(ctx, dir, 32)
	if err != nil {
		return err
	}
	defer d.stop()
	for _, kb := range coldSizes {
		request := coldRun(kb)
		for _, clients := range clientCounts {
			pause(ctx)
			r.add(ourSide, load(coldName(kb, clients), d.target, clients, r.seconds, request))
		}
	}
	r.loadAndFetch(ctx, d)
	r.sustained(ctx, d)
	if err := r.warmFetches(ctx, d); err != nil {
		return err
	}
	if err := r.breakdown(ctx, d); err != nil {
		return err
	}
	return r.density(ctx, d)
}

func (r *report) daemon(ctx context.Context, dir string, size int) (*daemon, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	d, err := startDaemon(ctx, dir, r.bin, r.engine, size)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// pause lets the pool fill and the machine settle before the next load.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
}

// loadAndFetch is a Worker that is put under a new id, called once, deleted:
// three requests, the first of which is in the store, for good, when it is
// answered. The peer's load() and fetch() are one request, and in memory only.
func (r *report) loadAndFetch(ctx context.Context, d *daemon) {
	id := func(n int) string { return fmt.Sprintf("once-%d", n) }
	for _, clients := range clientCounts {
		pause(ctx)
		r.add(ourSide, load(loadName(clients), d.target, clients, r.seconds,
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
func (r *report) sustained(ctx context.Context, d *daemon) {
	pause(ctx)
	before := d.starts()
	began := time.Now()
	f := load(sustainedName(r.sustain), d.target, 8, r.sustain, coldRun(0))
	r.add(ourSide, f)
	r.note("pool refill", fmt.Sprintf("%.0f processes/s under the sustained load", float64(d.starts()-before)/time.Since(began).Seconds()))
}

func sustainedName(d time.Duration) string {
	return fmt.Sprintf("cold hello, 8 clients, sustained %.0f s", d.Seconds())
}

func (r *report) warmFetches(ctx context.Context, d *daemon) error {
	if f := load("", d.target, 1, time.Millisecond, func(int) []byte { return putWorker("warm") }); f.Failed > 0 {
		return fmt.Errorf("cannot put a Worker: %s", f.Error)
	}
	request := get("/v1/workers/warm/fetch/")
	for _, clients := range []int{1, 32} {
		pause(ctx)
		r.add(ourSide, load(warmName(clients), d.target, clients, r.seconds, func(int) []byte { return request }))
	}
	return nil
}

func warmName(clients int) string {
	return fmt.Sprintf("warm fetch, %d client%s", clients, plural(clients))
}

const densityName = "private memory per warm hello Worker, 200 Workers"

// density is the memory of 200 warm Workers that have each answered once.
func (r *report) density(ctx context.Context, d *daemon) error {
	for n := range 200 {
		id := fmt.Sprintf("d%d", n)
		for _, request := range [][]byte{putWorker(id), get("/v1/workers/" + id + "/fetch/")} {
			if err := once(d.target, request); err != nil {
				return err
			}
		}
	}
	pause(ctx)
	private, processes := d.memory()
	if processes == 0 {
		return fmt.Errorf("cannot see the processes' memory in /v1/pool")
	}
	r.memory(ourSide, private/processes)
	return nil
}

// peer measures workerd.
func (r *report) peer(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, part := range []func(context.Context, *peer){r.peerCold, r.peerWarm, r.peerDensity} {
		p, err := startPeer(ctx, dir)
		if err != nil {
			return err
		}
		part(ctx, p)
		p.stop()
	}
	return nil
}

func (r *report) peerCold(ctx context.Context, p *peer) {
	for _, kb := range coldSizes {
		request := get(fmt.Sprintf("/cold?kb=%d", kb))
		for _, clients := range clientCounts {
			pause(ctx)
			f := load(coldName(kb, clients), p.target, clients, r.seconds, func(int) []byte { return request })
			r.add(peerSide, f)
			if kb == 0 {
				f.Name = loadName(clients)
				r.add(peerSide, f)
			}
		}
	}
	pause(ctx)
	request := get("/cold?kb=0")
	r.add(peerSide, load(sustainedName(r.sustain), p.target, 8, r.sustain, func(int) []byte { return request }))
}

func (r *report) peerWarm(ctx context.Context, p *peer) {
	request := get("/warm?id=warm")
	for _, clients := range []int{1, 32} {
		pause(ctx)
		r.add(peerSide, load(warmName(clients), p.target, clients, r.seconds, func(int) []byte { return request }))
	}
}

func (r *report) peerDensity(ctx context.Context, p *peer) {
	before := privateOf(p.cmd.Process.Pid)
	for n := range 200 {
		if err := once(p.target, get(fmt.Sprintf("/warm?id=d%d", n))); err != nil {
			return
		}
	}
	pause(ctx)
	r.memory(peerSide, (privateOf(p.cmd.Process.Pid)-before)/200)
}
