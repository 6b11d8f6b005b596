package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

const workersHelp = `See, store and delete the Workers of a daemon. An id stands for one code; requests go to

  curl --unix-socket SOCKET http://localhost/v1/workers/ID/fetch/PATH`

const workersPutHelp = `Store a Worker under an id. It is loaded at once, so that what is wrong with it shows now.

The same code under the same id again changes nothing. Other code is refused, unless --replace is given: better take a new id.`

// worker is a Worker as the API shows it.
type worker struct {
	ID        string    `json:"id"`
	Owner     uint32    `json:"owner"`
	Profile   string    `json:"profile"`
	CodeHash  string    `json:"codeHash"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	Warm      bool      `json:"warm"`
}

func workersCommand() *cobra.Command {
	return groupCommand("workers", "See, store and delete Workers", workersHelp,
		workersListCommand(), workersShowCommand(), workersPutCommand(), workersDeleteCommand())
}

// workerPath is the API's path of a Worker. owner is the uid of another user's, or "".
func workerPath(id, owner string) string {
	path := "/v1/workers/" + url.PathEscape(id)
	if owner != "" {
		path += "?owner=" + url.QueryEscape(owner)
	}
	return path
}

func addOwnerFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("owner", "", "the `uid` whose Worker it is, for roles that see all")
}

func workersListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List Workers", Args: exactly(0, "no argument")}
	socket, asJSON := addSocketFlag(cmd), addJSONFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		all, err := daemonClient(*socket).workers(cmd.Context())
		if err != nil {
			return fmt.Errorf("cannot list Workers: %w", err)
		}
		if *asJSON {
			out := json.NewEncoder(cmd.OutOrStdout())
			out.SetIndent("", "  ")
			return out.Encode(map[string]any{"workers": all})
		}
		return printWorkers(cmd, all)
	}
	return cmd
}

func printWorkers(cmd *cobra.Command, all []worker) error {
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tOWNER\tPROFILE\tSTATE\tCODE\tUPDATED")
	for _, w := range all {
		state := "stored"
		if w.Warm {
			state = "warm"
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%.12s\t%s\n", strings.ReplaceAll(plain(w.ID), "\t", " "), w.Owner, w.Profile, state, w.CodeHash, w.UpdatedAt.Local().Format(time.DateTime))
	}
	return table.Flush()
}

func workersShowCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "show ID", Short: "Show one Worker", Args: exactly(1, "one id"), ValidArgsFunction: completeIDs}
	socket, asJSON, owner := addSocketFlag(cmd), addJSONFlag(cmd), addOwnerFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		answer, err := daemonClient(*socket).call(cmd.Context(), "GET", workerPath(args[0], *owner), nil)
		if err != nil {
			return fmt.Errorf("cannot show the Worker: %w", err)
		}
		return printWorker(cmd, answer, *asJSON)
	}
	return cmd
}

func printWorker(cmd *cobra.Command, answer json.RawMessage, asJSON bool) error {
	if asJSON {
		return printJSON(cmd.OutOrStdout(), answer)
	}
	var w worker
	if err := json.Unmarshal(answer, &w); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "id\t%s\nowner\tuid %d\nprofile\t%s\ncode\tsha256 %s\n", plain(w.ID), w.Owner, w.Profile, w.CodeHash)
	fmt.Fprintf(table, "created\t%s\nupdated\t%s\nwarm\t%s\n", w.CreatedAt.Local().Format(time.DateTime), w.UpdatedAt.Local().Format(time.DateTime), strconv.FormatBool(w.Warm))
	return table.Flush()
}

func workersPutCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "put ID FILE|DIR|-", Short: "Store a Worker, and load it", Long: workersPutHelp,
		Example: "  stockade workers put hello-v1 worker.js\n  stockade workers put app-v7 app/ --env STAGE=live --limit cpuMs=100",
		Args:    exactly(2, "an id, and a file or directory")}
	var o codeOptions
	o.addFlags(cmd)
	limits := cmd.Flags().StringArray("limit", nil, "`NAME=N`: cpuMs or subRequests of every invocation; may be repeated")
	profile := cmd.Flags().String("profile", "", "the `name` of the policy's profile to run in (default: the role's)")
	replace := cmd.Flags().Bool("replace", false, "take other code than the id has had")
	socket, asJSON := addSocketFlag(cmd), addJSONFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := o.workerRequest(cmd, args[1], *limits, *profile)
		if err != nil {
			return err
		}
		path := workerPath(args[0], "")
		if *replace {
			path += "?replace=true"
		}
		answer, err := daemonClient(*socket).call(cmd.Context(), "PUT", path, body)
		if err != nil {
			return fmt.Errorf("cannot store the Worker: %w", err)
		}
		return printWorker(cmd, answer, *asJSON)
	}
	return cmd
}

func (o *codeOptions) workerRequest(cmd *cobra.Command, file string, limits []string, profile string) (*runRequest, error) {
	code, err := o.code(file, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	code.Limits, err = parseLimits(limits)
	return &runRequest{Code: code, Profile: profile}, err
}

func workersDeleteCommand() *cobra.Command {
	return deleteCommand("ID", "Delete a Worker; requests under way in it go on", "Worker", completeIDs, workerPath)
}

// deleteCommand deletes what stands at a path of the daemon's API.
func deleteCommand(arg, short, what string, complete cobra.CompletionFunc, path func(name, owner string) string) *cobra.Command {
	cmd := &cobra.Command{Use: "delete " + arg, Short: short, Args: exactly(1, "one "+strings.ToLower(arg)), ValidArgsFunction: complete}
	socket, asJSON, owner := addSocketFlag(cmd), addJSONFlag(cmd), addOwnerFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if _, err := daemonClient(*socket).call(cmd.Context(), "DELETE", path(args[0], *owner), nil); err != nil {
			return fmt.Errorf("cannot delete the %s: %w", what, err)
		}
		if *asJSON {
			return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"deleted": args[0]})
		}
		return nil
	}
	return cmd
}

// completeIDs gives a shell the ids that begin with what has been typed.
func completeIDs(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	socket, _ := cmd.Flags().GetString("socket")
	all, err := daemonClient(socket).workers(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var ids []string
	for _, w := range all {
		if strings.HasPrefix(w.ID, typed) {
			ids = append(ids, plain(w.ID))
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
