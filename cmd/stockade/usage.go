package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

const usageHelp = `Show what Workers have used, as the daemon has counted it: this month by day and app, unless you say otherwise.

  workers      unique dynamic Workers created: by id and code, counted anew each day; every load() without an id is one
  requests     fetches and method calls; calls on a stub that a method returned belong to that method's request
  startup-cpu  processor time for loading code, in ms
  cpu          processor time of requests, in ms
  memory       the most that one process had resident
  in, out      bytes that came from, and went to, other hosts

Days are UTC. Apps' lines include what the app has loaded; --by worker tells them apart.`

// used is one line of GET /v1/usage.
type used struct {
	Day               *string
	Owner             *uint32
	Kind, Name        *string
	Dynamic           *bool
	Worker            *string
	Workers, Requests int64
	StartupCPUMs      float64 `json:"startupCpuMs"`
	CPUMs             float64 `json:"cpuMs"`
	MemoryPeak        int64   `json:"memoryPeakBytes"`
	EgressIn          int64   `json:"egressInBytes"`
	EgressOut         int64   `json:"egressOutBytes"`
}

var usageGroups = []string{"day", "owner", "kind", "name", "worker"}

func usageCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "usage", Short: "Show what Workers have used", Long: usageHelp, Args: exactly(0, "no argument"),
		Example: "  stockade usage\n  stockade usage --from 2026-11-01 --to 2026-11-30 --by name\n  stockade usage --app shop --by day,worker --json"}
	socket, asJSON, owner := addSocketFlag(cmd), addJSONFlag(cmd), addOwnerFlag(cmd)
	from := cmd.Flags().String("from", "", "first day, such as 2026-11-01 (default: the first of this month)")
	to := cmd.Flags().String("to", "", "last day (default: today)")
	app := cmd.Flags().String("app", "", "only this app, or Worker")
	by := cmd.Flags().StringSlice("by", []string{"day", "owner", "kind", "name"}, "a line for each "+strings.Join(usageGroups, ", "))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		q := url.Values{"by": {strings.Join(*by, ",")}}
		for name, value := range map[string]string{"from": *from, "to": *to, "name": *app, "owner": *owner} {
			if value != "" {
				q.Set(name, value)
			}
		}
		answer, err := daemonClient(*socket).call(cmd.Context(), "GET", "/v1/usage?"+q.Encode(), nil)
		if err != nil {
			return fmt.Errorf("cannot show the usage: %w", err)
		}
		if *asJSON {
			return printJSON(cmd.OutOrStdout(), answer)
		}
		return printUsage(cmd, *by, answer)
	}
	return cmd
}

func printUsage(cmd *cobra.Command, by []string, answer json.RawMessage) error {
	var all struct {
		From, To string
		Lines    []used
		Total    used
	}
	if err := json.Unmarshal(answer, &all); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, group := range usageGroups {
		if slices.Contains(by, group) {
			fmt.Fprintf(table, "%s\t", strings.ToUpper(group))
		}
	}
	fmt.Fprintln(table, "WORKERS\tREQUESTS\tSTARTUP-CPU\tCPU\tMEMORY\tIN\tOUT")
	for _, line := range all.Lines {
		for _, cell := range line.groups() {
			fmt.Fprintf(table, "%s\t", cell)
		}
		line.print(table)
	}
	if len(all.Lines) != 1 && len(by) > 0 {
		fmt.Fprint(table, "total"+strings.Repeat("\t", len(by)))
		all.Total.print(table)
	}
	return table.Flush()
}

// groups are the cells of what the line was grouped by.
func (u used) groups() []string {
	var cells []string
	if u.Day != nil {
		cells = append(cells, *u.Day)
	}
	if u.Owner != nil {
		cells = append(cells, fmt.Sprint(*u.Owner))
	}
	for _, text := range []*string{u.Kind, u.Name} {
		if text != nil {
			cells = append(cells, plain(orDash(*text)))
		}
	}
	if u.Worker != nil {
		cells = append(cells, u.worker())
	}
	return cells
}

// worker is the name of what was loaded; "-" is the loader itself.
func (u used) worker() string {
	switch {
	case u.Dynamic == nil || !*u.Dynamic:
		return "-"
	case *u.Worker == "":
		return "(no id)"
	}
	return plain(*u.Worker)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func (u used) print(table *tabwriter.Writer) {
	fmt.Fprintf(table, "%d\t%d\t%.1f\t%.1f\t%.1f MiB\t%d\t%d\n", u.Workers, u.Requests, u.StartupCPUMs, u.CPUMs, float64(u.MemoryPeak)/(1<<20), u.EgressIn, u.EgressOut)
}
