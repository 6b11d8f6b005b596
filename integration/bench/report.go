package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// report collects the figures of all sides.
type report struct {
	options
	sides      []string
	loadNames  []string
	loads      map[string]map[string]figure // by side and name
	valueNames []string
	values     map[string]map[string]value
	notes      [][2]string
}

// value is a single figure; less is better.
type value struct {
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
}

func newReport(o options, sides []string) *report {
	r := &report{options: o, sides: sides, loads: map[string]map[string]figure{}, values: map[string]map[string]value{}}
	for _, s := range sides {
		r.loads[s], r.values[s] = map[string]figure{}, map[string]value{}
	}
	return r
}

func (r *report) add(side string, f figure) {
	if !slices.Contains(r.loadNames, f.Name) {
		r.loadNames = append(r.loadNames, f.Name)
	}
	r.loads[side][f.Name] = f
	fmt.Fprintf(os.Stderr, "bench: %-7s %-46s %8.0f/s  p50 %-10v p99 %-10v failed %d %s\n", side, f.Name, f.Rate, f.P50, f.P99, f.Failed, f.Error)
}

func (r *report) value(side, name, unit string, v float64) {
	if !slices.Contains(r.valueNames, name) {
		r.valueNames = append(r.valueNames, name)
	}
	r.values[side][name] = value{unit, v}
	fmt.Fprintf(os.Stderr, "bench: %-7s %-46s %8.3f %s\n", side, name, v, unit)
}

func (r *report) note(name, text string) {
	r.notes = append(r.notes, [2]string{name, text})
	fmt.Fprintf(os.Stderr, "bench: %s: %s\n", name, text)
}

// print writes the tables; ratios are a side's over the last one's.
func (r *report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(r.loadNames) > 0 {
		r.row(w, "p50, ms", func(side string) string { return side }, func(side string) string { return side + "/" + r.last() })
		for _, name := range r.loadNames {
			p50 := func(side string) float64 { return r.loads[side][name].P50.Seconds() * 1000 }
			r.row(w, name, func(side string) string { return number(p50(side)) }, func(side string) string { return ratio(p50(side), p50(r.last())) })
		}
		fmt.Fprintln(w)
		r.row(w, "requests/s (p99, ms)", func(side string) string { return side }, func(side string) string { return side + "/" + r.last() })
		for _, name := range r.loadNames {
			rate := func(side string) float64 { return r.loads[side][name].Rate }
			r.row(w, name, func(side string) string { return rateText(r.loads[side][name]) }, func(side string) string { return ratio(rate(side), rate(r.last())) })
		}
		fmt.Fprintln(w)
	}
	if len(r.valueNames) > 0 {
		r.row(w, "best of several", func(side string) string { return side }, func(side string) string { return side + "/" + r.last() })
	}
	for _, name := range r.valueNames {
		v := func(side string) value { return r.values[side][name] }
		r.row(w, name, func(side string) string { return v(side).String() }, func(side string) string { return ratio(v(side).Value, v(r.last()).Value) })
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, n := range r.notes {
		fmt.Fprintf(out, "%s: %s\n", n[0], n[1])
	}
	return r.writeJSON()
}

func (r *report) last() string { return r.sides[len(r.sides)-1] }

// row has a cell for each side, then one for the ratio of each but the last.
func (r *report) row(w io.Writer, name string, cell, compared func(side string) string) {
	fmt.Fprint(w, name)
	for _, side := range r.sides {
		fmt.Fprint(w, "\t", cell(side))
	}
	for _, side := range r.sides[:len(r.sides)-1] {
		fmt.Fprint(w, "\t", compared(side))
	}
	fmt.Fprintln(w)
}

func (r *report) writeJSON() error {
	if r.json == "" {
		return nil
	}
	b, err := json.MarshalIndent(map[string]any{"loads": r.loads, "values": r.values, "notes": r.notes}, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(r.json, append(b, '\n'), 0o644)
}

const none = "–"

func (v value) String() string {
	if v.Value == 0 {
		return none
	}
	return number(v.Value) + " " + v.Unit
}

// number has three digits that count.
func number(v float64) string {
	switch {
	case v == 0:
		return none
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func rateText(f figure) string {
	if f.Requests == 0 && f.Failed == 0 {
		return none
	}
	text := fmt.Sprintf("%.0f (%s)", f.Rate, number(float64(f.P99)/float64(time.Millisecond)))
	if f.Failed > 0 {
		text += fmt.Sprintf(" %d failed", f.Failed)
	}
	return text
}

func ratio(a, b float64) string {
	if q := a / b; !math.IsNaN(q) && !math.IsInf(q, 0) && q != 0 {
		return fmt.Sprintf("%.2f", q)
	}
	return none
}
