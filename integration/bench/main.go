// Command bench measures Stockade, on each of its engines, beside workerd, the
// open-source Workers runtime, in one run: the same Workers, the same client,
// one after the other on the same machine, each figure with its ratio.
//
//	go run ./integration/bench -bin bin [-only app,rpc] [-engines goja,quickjs] [-seconds 3] [-json FILE] [-skip-peer]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

type options struct {
	bin       string
	engines   []string
	only      []string      // groups
	seconds   time.Duration // of each load
	sustain   time.Duration // of the sustained one
	json      string
	skipPeer  bool
	siegeTime time.Duration // how long the hostile Workers are at it
}

// group is a part of the figures, which -only names. each measures one side;
// socket is for a side that has Stockade's socket.
type group struct {
	name, what string
	each       func(*report, context.Context, *subject) error
}

var groups = []group{
	{"socket", "the socket API: run, load, call, memory", (*report).socketGroup},
	{"app", "the loader Worker's routes: plain, warm, cold", (*report).appGroup},
	{"egress", "requests that leave the host through a gateway, and 100 MiB down and up through fetch()", (*report).egressGroup},
	{"density", "memory of 200 warm Workers that the loader Worker has loaded", (*report).densityGroup},
	{"rpc", "1,000 calls of a binding, in turn and at once", (*report).rpcGroup},
	{"cpu", "JavaScript: the loader Worker's kernels", (*report).cpuGroup},
	{"web", "what the runtime does for a Worker: crypto, compression, JSON, URLs, Headers, streams, strings", (*report).webGroup},
	{"limits", "from going over a limit to the error", (*report).limitsGroup},
	{"neighbours", "what a Worker notices of 20 hostile ones", (*report).neighboursGroup},
	{"layers", "what each layer of the jail costs; only when it is named", (*report).layersGroup},
}

func main() {
	o, err := parse()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse() (options, error) {
	var o options
	var seconds, sustain float64
	flag.DurationVar(&o.siegeTime, "siege", 10*time.Second, "how long 20 hostile Workers are at it")
	var engines, only, names string
	for _, g := range groups {
		names += "\n  " + g.name + ": " + g.what
	}
	flag.StringVar(&o.bin, "bin", "bin", "directory of the two programs")
	flag.StringVar(&engines, "engines", "goja,quickjs", "engines to measure; the first one in all groups")
	flag.StringVar(&only, "only", "", "measure these groups only, with commas between them:"+names)
	flag.Float64Var(&seconds, "seconds", 3, "seconds of each load")
	flag.Float64Var(&sustain, "sustain", 15, "seconds of the sustained load")
	flag.StringVar(&o.json, "json", "", "write the figures to this file, too")
	flag.BoolVar(&o.skipPeer, "skip-peer", false, "measure Stockade only")
	flag.Parse()
	o.seconds = time.Duration(seconds * float64(time.Second))
	o.sustain = time.Duration(sustain * float64(time.Second))
	o.engines = strings.Split(engines, ",")
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	for _, name := range o.only {
		if !slices.ContainsFunc(groups, func(g group) bool { return g.name == name }) {
			return o, fmt.Errorf("cannot measure %q: the groups are%s", name, names)
		}
	}
	return o, nil
}

// subject is one side of a comparison while it runs.
type subject struct {
	*server
	name   string  // of the engine, or workerd
	daemon *daemon // nil: it is the peer
	first  bool    // the default engine, or the peer: everything is measured
}

const peerName = "workerd"

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "stockade-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // jails enter it as nobody
		return err
	}
	sides := o.engines
	if !o.skipPeer {
		sides = append(slices.Clone(sides), peerName)
	}
	r := newReport(o, sides)
	for n, name := range sides {
		for _, g := range groups {
			if len(o.only) == 0 && g.name != "layers" || slices.Contains(o.only, g.name) {
				if err := r.measure(ctx, g, filepath.Join(dir, name, g.name), name, n == 0); err != nil {
					return fmt.Errorf("%s on %s: %w", g.name, name, err)
				}
			}
		}
	}
	return r.print(os.Stdout)
}

// measure gives each group a server of its own, so that none finds what another has left.
func (r *report) measure(ctx context.Context, g group, dir, name string, first bool) error {
	s, err := r.start(ctx, dir, name)
	if err != nil {
		return err
	}
	defer s.stop()
	s.first = first || s.daemon == nil
	return g.each(r, ctx, s)
}

func (r *report) start(ctx context.Context, dir, name string) (*subject, error) {
	if name == peerName {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		p, err := startPeer(ctx, dir)
		return &subject{server: p, name: name}, err
	}
	d, err := startDaemon(ctx, dir, r.bin, name, 32)
	if err != nil {
		return nil, err
	}
	return &subject{server: &d.server, name: name, daemon: d}, nil
}

// pause lets the pool fill and the machine settle before the next load.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
