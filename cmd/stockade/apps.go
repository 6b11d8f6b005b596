package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

const appsHelp = `See the apps of a daemon, read their logs, go back to earlier versions, delete them. 'stockade deploy' deploys one.`

// app is an app as the API shows it.
type app struct {
	Name      string             `json:"name"`
	Owner     uint32             `json:"owner"`
	Version   int                `json:"version"`
	Profile   string             `json:"profile"`
	CreatedAt time.Time          `json:"createdAt"`
	UpdatedAt time.Time          `json:"updatedAt"`
	Warm      bool               `json:"warm"`
	Bindings  map[string]binding `json:"bindings,omitempty"`
	Versions  []appVersion       `json:"versions,omitempty"`
	Assets    *struct {
		Files int   `json:"files"`
		Bytes int64 `json:"bytes"`
	} `json:"assets,omitempty"`
	Listeners []struct {
		Address string `json:"address"`
		Match   string `json:"match"`
	} `json:"listeners,omitempty"`
}

// reached says where requests come to the app, one line for each listener's route.
func (a *app) reached() []string {
	var all []string
	for _, l := range a.Listeners {
		if strings.HasPrefix(l.Match, "/") {
			all = append(all, "http://"+l.Address+l.Match)
		} else {
			all = append(all, "http://"+l.Address+" for "+l.Match)
		}
	}
	return all
}

type appVersion struct {
	Number    int       `json:"number"`
	CodeHash  string    `json:"codeHash"`
	Message   string    `json:"message"`
	CreatedAt time.Time `json:"createdAt"`
}

func appsCommand() *cobra.Command {
	return groupCommand("apps", "See, roll back and delete apps, read their logs", appsHelp,
		appsListCommand(), appsShowCommand(), appsLogsCommand(), appsRollbackCommand(), appsDeleteCommand())
}

func parseApp(answer json.RawMessage) (*app, error) {
	a := new(app)
	if err := json.Unmarshal(answer, a); err != nil {
		return nil, fmt.Errorf("cannot understand the daemon: %w", err)
	}
	return a, nil
}

func appsListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List apps", Args: exactly(0, "no argument")}
	socket, asJSON := addSocketFlag(cmd), addJSONFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		all, raw, err := daemonClient(*socket).apps(cmd.Context())
		if err != nil {
			return fmt.Errorf("cannot list apps: %w", err)
		}
		if *asJSON {
			b, err := json.Marshal(map[string]any{"apps": raw})
			if err != nil {
				return err
			}
			return printJSON(cmd.OutOrStdout(), b)
		}
		return printApps(cmd, all)
	}
	return cmd
}

func printApps(cmd *cobra.Command, all []app) error {
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tOWNER\tVERSION\tPROFILE\tSTATE\tUPDATED")
	for _, a := range all {
		state := "stored"
		if a.Warm {
			state = "warm"
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%s\t%s\n", plain(a.Name), a.Owner, a.Version, plain(a.Profile), state, a.UpdatedAt.Local().Format(time.DateTime))
	}
	return table.Flush()
}

// apps lists all apps that the caller sees, page by page, also as the API gave them.
func (c *client) apps(ctx context.Context) ([]app, []json.RawMessage, error) {
	all, raw := []app{}, []json.RawMessage{}
	for after := ""; ; {
		answer, err := c.call(ctx, "GET", "/v1/apps?limit=1000&after="+url.QueryEscape(after), nil)
		if err != nil {
			return nil, nil, err
		}
		var page struct {
			Apps []json.RawMessage
			Next string
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return nil, nil, fmt.Errorf("cannot understand the daemon: %w", err)
		}
		for _, one := range page.Apps {
			a, err := parseApp(one)
			if err != nil {
				return nil, nil, err
			}
			all, raw = append(all, *a), append(raw, one)
		}
		if page.Next == "" {
			return all, raw, nil
		}
		after = page.Next
	}
}

func appsShowCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "show NAME", Short: "Show one app and its versions", Args: exactly(1, "one name"), ValidArgsFunction: completeApps}
	socket, asJSON, owner := addSocketFlag(cmd), addJSONFlag(cmd), addOwnerFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		answer, err := daemonClient(*socket).call(cmd.Context(), "GET", appPath(args[0], "", *owner), nil)
		if err != nil {
			return fmt.Errorf("cannot show the app: %w", err)
		}
		if *asJSON {
			return printJSON(cmd.OutOrStdout(), answer)
		}
		a, err := parseApp(answer)
		if err != nil {
			return err
		}
		return a.print(cmd)
	}
	return cmd
}

func (a *app) print(cmd *cobra.Command) error {
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	say := func(topic, format string, args ...any) {
		fmt.Fprintf(table, "%s\t%s\n", topic, strings.ReplaceAll(plain(fmt.Sprintf(format, args...)), "\t", " "))
	}
	say("name", "%s", a.Name)
	say("owner", "uid %d", a.Owner)
	say("profile", "%s", a.Profile)
	say("warm", "%s", strconv.FormatBool(a.Warm))
	for _, at := range a.reached() {
		say("reached at", "%s", at)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Bindings)) {
		b := a.Bindings[name]
		say("env."+plain(name), "%s", strings.TrimSpace(b.Type+" "+b.App+" "+b.Entrypoint))
	}
	if a.Assets != nil {
		say("assets", "%s, %d bytes", counted(a.Assets.Files, "file"), a.Assets.Bytes)
	}
	for _, v := range a.Versions {
		mark := ""
		if v.Number == a.Version {
			mark = " (active)"
		}
		say(fmt.Sprintf("version %d", v.Number), "%s", strings.TrimSpace(v.CreatedAt.Local().Format(time.DateTime)+mark+" "+v.Message))
	}
	return table.Flush()
}

func appsRollbackCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "rollback NAME [VERSION]", Short: "Make an earlier version the active one (default: the one before)", ValidArgsFunction: completeApps,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return exactly(1, "one name, and perhaps a version")(cmd, args)
		}}
	socket, asJSON, owner := addSocketFlag(cmd), addJSONFlag(cmd), addOwnerFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body := make(map[string]int)
		if len(args) == 2 {
			n, err := strconv.Atoi(args[1])
			if err != nil || n < 1 {
				return usageErrorf("cannot use %q as a version: it is a number from 1", args[1])
			}
			body["version"] = n
		}
		answer, err := daemonClient(*socket).call(cmd.Context(), "POST", appPath(args[0], "/rollback", *owner), body)
		if err != nil {
			return fmt.Errorf("cannot roll back: %w", err)
		}
		return printDeployed(cmd, args[0], answer, *asJSON)
	}
	return cmd
}

func appsDeleteCommand() *cobra.Command {
	return deleteCommand("NAME", "Delete an app with all its versions; requests under way in it go on", "app", completeApps,
		func(name, owner string) string { return appPath(name, "", owner) })
}

// completeApps gives a shell the names that begin with what has been typed.
func completeApps(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	socket, _ := cmd.Flags().GetString("socket")
	all, _, err := daemonClient(socket).apps(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, a := range all {
		if strings.HasPrefix(a.Name, typed) {
			names = append(names, plain(a.Name))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
