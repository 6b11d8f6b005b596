package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

const statusHelp = `Show what a daemon is doing: the pool of each profile, how many Workers it knows and keeps warm, and their memory.

  idle     processes that wait, started and never used, of as many as the pool keeps
  busy     processes with an invocation under way
  warm     processes that keep a Worker for its next request
  queued   requests that wait for a process
  start    how long a process takes to start, in ms: median and 99th percentile
  memory   private memory of all its processes`

// poolStatus is the answer of GET /v1/pool.
type poolStatus struct {
	Version  string          `json:"version"`
	Profiles []profileStatus `json:"profiles"`
}

type profileStatus struct {
	Name                                                 string
	Engine                                               string
	Size, Idle, Starting, Busy, Warm, Queued, MaxWorkers int
	Starts, Refused                                      int64
	StartMs                                              struct{ P50, P99 float64 }
	Memory                                               struct {
		PrivateBytes int64
		Processes    int
	}
}

func statusCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "status", Short: "Show a daemon's pool, Workers and memory", Long: statusHelp,
		Example: "  stockade status\n  stockade status --json | jq .profiles[].idle", Args: exactly(0, "no argument")}
	socket, asJSON := addSocketFlag(cmd), addJSONFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c := daemonClient(*socket)
		answer, err := c.call(cmd.Context(), "GET", "/v1/pool", nil)
		if err != nil {
			return fmt.Errorf("cannot show the status: %w", err)
		}
		workers, err := c.workers(cmd.Context())
		if err != nil {
			return fmt.Errorf("cannot show the status: %w", err)
		}
		if *asJSON {
			return printStatusJSON(cmd, answer, workers)
		}
		return printStatus(cmd, c.socket, answer, workers)
	}
	return cmd
}

// printStatusJSON prints what GET /v1/pool says, and the count of Workers.
func printStatusJSON(cmd *cobra.Command, answer json.RawMessage, workers []worker) error {
	all := make(map[string]json.RawMessage)
	if err := json.Unmarshal(answer, &all); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	all["workers"] = json.RawMessage(fmt.Sprintf(`{"known":%d,"warm":%d}`, len(workers), countWarm(workers)))
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return printJSON(cmd.OutOrStdout(), b)
}

func printStatus(cmd *cobra.Command, socket string, answer json.RawMessage, workers []worker) error {
	var status poolStatus
	if err := json.Unmarshal(answer, &status); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	t := newTerminal(cmd.OutOrStdout())
	t.printf("stockade %s at %s; %d Workers, %d of them warm\n\n", status.Version, socket, len(workers), countWarm(workers))
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROFILE\tENGINE\tIDLE\tSTARTING\tBUSY\tWARM\tQUEUED\tMOST\tSTARTS\tREFUSED\tSTART P50/P99\tMEMORY")
	for _, p := range status.Profiles {
		fmt.Fprintf(table, "%s\t%s\t%d/%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f/%.1f\t%.1f MiB\n", p.Name, p.Engine, p.Idle, p.Size,
			p.Starting, p.Busy, p.Warm, p.Queued, p.MaxWorkers, p.Starts, p.Refused, p.StartMs.P50, p.StartMs.P99,
			float64(p.Memory.PrivateBytes)/(1<<20))
	}
	return table.Flush()
}

func countWarm(workers []worker) int {
	n := 0
	for _, w := range workers {
		if w.Warm {
			n++
		}
	}
	return n
}

// workers lists all Workers that the caller sees, page by page.
func (c *client) workers(ctx context.Context) ([]worker, error) {
	all := []worker{}
	for after := ""; ; {
		answer, err := c.call(ctx, "GET", "/v1/workers?limit=1000&after="+url.QueryEscape(after), nil)
		if err != nil {
			return nil, err
		}
		var page struct {
			Workers []worker
			Next    string
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return nil, fmt.Errorf("cannot understand the daemon: %w", err)
		}
		all = append(all, page.Workers...)
		if page.Next == "" {
			return all, nil
		}
		after = page.Next
	}
}
