package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"text/tabwriter"
	"time"
)

type side int

const (
	ourSide side = iota
	peerSide
)

// report collects the figures of both sides.
type report struct {
	options
	names   []string
	figures [2]map[string]figure
	bytes   [2]int64 // private memory per Worker
	notes   [][2]string
}

func (r *report) add(s side, f figure) {
	if r.figures[s] == nil {
		r.figures[s] = make(map[string]figure)
	}
	if _, ok := r.figures[ourSide][f.Name]; !ok {
		r.names = append(r.names, f.Name)
	}
	r.figures[s][f.Name] = f
	fmt.Fprintf(os.Stderr, "bench: %-7s %-46s %8.0f/s  p50 %-10v p99 %-10v failed %d %s\n",
		[]string{"ours", "workerd"}[s], f.Name, f.Rate, f.P50, f.P99, f.Failed, f.Error)
}

func (r *report) memory(s side, bytes int64) { r.bytes[s] = bytes }

func (r *report) note(name, text string) { r.notes = append(r.notes, [2]string{name, text}) }

// print writes the tables; ratios are ours over the peer's.
func (r *report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tours p50\tpeer p50\tratio\tours p99\tpeer p99\tours/s\tpeer/s\tratio\tfailed")
	for _, name := range r.names {
		a, b := r.figures[ourSide][name], r.figures[peerSide][name]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%.0f\t%.0f\t%s\t%d\n", name, ms(a.P50), ms(b.P50), ratio(a.P50.Seconds(), b.P50.Seconds()),
			ms(a.P99), ms(b.P99), a.Rate, b.Rate, ratio(a.Rate, b.Rate), a.Failed+b.Failed)
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", densityName, mib(r.bytes[ourSide]), mib(r.bytes[peerSide]), ratio(float64(r.bytes[ourSide]), float64(r.bytes[peerSide])))
	if err := w.Flush(); err != nil {
		return err
	}
	for _, n := range r.notes {
		fmt.Fprintf(out, "%s: %s\n", n[0], n[1])
	}
	return r.writeJSON()
}

func (r *report) writeJSON() error {
	if r.json == "" {
		return nil
	}
	b, err := json.MarshalIndent(map[string]any{"ours": r.figures[ourSide], "peer": r.figures[peerSide],
		"privateBytesPerWorker": map[string]int64{"ours": r.bytes[ourSide], "peer": r.bytes[peerSide]}, "notes": r.notes}, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(r.json, append(b, '\n'), 0o644)
}

func ms(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
}

func mib(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

func ratio(a, b float64) string {
	if q := a / b; !math.IsNaN(q) && !math.IsInf(q, 0) && q != 0 {
		return fmt.Sprintf("%.2f", q)
	}
	return "–"
}

// breakdown tells where the time of one cold start and of one warm request
// goes: medians of many, as the daemon reports them, and processor time by
// process.
func (r *report) breakdown(ctx context.Context, d *daemon) error {
	pause(ctx)
	request := coldRun(0)
	phases := make(map[string][]float64)
	const runs = 200
	cpu := startCPU(d.cmd.Process.Pid)
	for n := range runs {
		began := time.Now()
		body, err := answerOf(d.target, request(1<<30+n))
		if err != nil {
			return err
		}
		total := time.Since(began)
		var result struct {
			Timing map[string]float64
			Usage  map[string]float64
		}
		if err := json.Unmarshal(body, &result); err != nil {
			return err
		}
		rest := total.Seconds() * 1000
		for name, v := range result.Timing {
			phases[name] = append(phases[name], v)
			rest -= v
		}
		for _, name := range []string{"startupCpuMs", "cpuMs"} {
			phases[name] = append(phases[name], result.Usage[name])
		}
		phases["http, json, client"] = append(phases["http, json, client"], rest)
		phases["total"] = append(phases["total"], total.Seconds()*1000)
	}
	for _, name := range []string{"queueMs", "startMs", "loadMs", "runMs", "http, json, client", "total", "startupCpuMs", "cpuMs"} {
		r.note("one cold start, "+name, fmt.Sprintf("%.3f ms (median of %d)", median(phases[name]), runs))
	}
	r.note("one cold start, boot of its process", fmt.Sprintf("%.2f ms (median, before the request comes)", d.bootMs()))
	r.note("one cold start, processor time", cpu.perRequest(runs))
	return r.warmBreakdown(ctx, d)
}

func (r *report) warmBreakdown(ctx context.Context, d *daemon) error {
	pause(ctx)
	cpu := startCPU(d.cmd.Process.Pid)
	f := load("", d.target, 1, r.seconds, func(int) []byte { return get("/v1/workers/warm/fetch/") })
	if f.Requests == 0 {
		return fmt.Errorf("no warm request was answered: %s", f.Error)
	}
	r.note("one warm request, processor time", cpu.perRequest(f.Requests))
	return nil
}
