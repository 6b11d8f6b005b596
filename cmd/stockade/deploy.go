package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const deployHelp = `Deploy the Workers project in DIR (default: here) as an app: what its wrangler.jsonc, wrangler.json or wrangler.toml
describes is bundled, loaded once to see that it can be, and answers requests from then on. Each deployment is a version;
'stockade apps rollback' goes back to an earlier one.

Requests reach it at the listeners that the administrator has set up (listeners in the policy), and at

  curl --unix-socket SOCKET http://localhost/v1/apps/NAME/fetch/PATH

What the configuration may have: name, main, compatibility_date, compatibility_flags, vars, worker_loaders, services, assets,
rules, observability (without effect: logs are always there) and limits. Any other key is an error, with its line.`

func deployCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "deploy [DIR]", Short: "Deploy a Workers project as an app", Long: deployHelp,
		Example: "  stockade deploy\n  stockade deploy shop/ --name shop-test --message 'new prices'", Args: atMostOne("one directory")}
	f := cmd.Flags()
	name := f.String("name", "", "the app's `name` (default: the configuration's)")
	message := f.String("message", "", "a `text` that the version is known by")
	profile := f.String("profile", "", "the `name` of the policy's profile to run in (default: the role's)")
	owner := addOwnerFlag(cmd)
	socket, asJSON := addSocketFlag(cmd), addJSONFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := openProject(directory(args), *name, false)
		if err != nil {
			return err
		}
		t := newTerminal(cmd.ErrOrStderr())
		began := time.Now()
		d, b, err := p.build(cmd.Context())
		if err != nil {
			return reportBundle(cmd, err)
		}
		d.Message, d.Profile = *message, *profile
		if !*asJSON {
			t.printf("%s\n", t.paint(grey, d.progress(time.Since(began))))
		}
		for _, m := range b.Warnings {
			m.print(t, yellow)
		}
		answer, err := daemonClient(*socket).call(cmd.Context(), "PUT", appPath(p.name, "", *owner), d)
		if err != nil {
			return fmt.Errorf("cannot deploy %s: %w", p.name, newSourceMap(b, p.dir).mapError(err))
		}
		if !*asJSON {
			d.warnOfStrangers(cmd.Context(), t, daemonClient(*socket), p.name, *owner)
			sayUnchanged(t, answer, began)
			sayReached(t, answer)
		}
		return printDeployed(cmd, p.name, answer, *asJSON)
	}
	return cmd
}

// sayUnchanged tells that there is no new version, and that its message is the one from before.
func sayUnchanged(t *terminal, answer json.RawMessage, began time.Time) {
	a, err := parseApp(answer)
	if err != nil {
		return // printDeployed says so
	}
	for _, v := range a.Versions {
		if v.Number == a.Version && v.CreatedAt.Before(began) {
			t.printf("%s\n", t.paint(grey, fmt.Sprintf("nothing has changed since version %d of %s", v.Number, v.CreatedAt.Local().Format(time.DateTime))))
		}
	}
}

// sayReached tells where requests come to the app, if the policy has a listener for it.
func sayReached(t *terminal, answer json.RawMessage) {
	a, err := parseApp(answer)
	if err != nil {
		return // printDeployed says so
	}
	for _, at := range a.reached() {
		t.printf("%s\n", t.paint(grey, "reached at "+plain(at)))
	}
}

// warnOfStrangers says which service bindings lead nowhere yet.
func (d *deployment) warnOfStrangers(ctx context.Context, t *terminal, c *client, self, owner string) {
	for _, name := range slices.Sorted(maps.Keys(d.Bindings)) {
		b := d.Bindings[name]
		if b.Type != "service" || b.App == "" || b.App == self {
			continue
		}
		_, err := c.call(ctx, "GET", appPath(b.App, "", owner), nil)
		if api, ok := asAPIError(err); ok && api.Kind == "not_found" {
			bundleMessage{Text: fmt.Sprintf("env.%s is the app %q, which is not there: calls of it fail until it is deployed", name, b.App)}.print(t, yellow)
		}
	}
}

// progress says what has been made of the project, and is sent now.
func (d *deployment) progress(took time.Duration) string {
	var parts []string
	if d.Code != nil {
		size := 0
		for _, m := range d.Code.Modules {
			size += len(m)
		}
		parts = append(parts, fmt.Sprintf("%s, %.1f KiB, built in %d ms", counted(len(d.Code.Modules), "module"), float64(size)/1024, took.Milliseconds()))
	}
	if d.Assets != nil {
		size := 0
		for _, f := range d.Assets.Files {
			size += len(f)
		}
		parts = append(parts, fmt.Sprintf("%s, %.1f KiB", counted(len(d.Assets.Files), "file"), float64(size)/1024))
	}
	return strings.Join(parts, "; ") + ": uploading"
}

// counted is a number with what it counts.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func printDeployed(cmd *cobra.Command, name string, answer json.RawMessage, asJSON bool) error {
	if asJSON {
		return printJSON(cmd.OutOrStdout(), answer)
	}
	a, err := parseApp(answer)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is version %d now\n", name, a.Version)
	return err
}

// directory is the one that a command is about.
func directory(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// atMostOne is for commands whose only argument may be left out.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return exactly(1, what)(cmd, args)
		}
		return nil
	}
}

// appPath is the API's path of an app and what follows. owner is the uid of another user's, or "".
func appPath(name, rest, owner string) string {
	path := "/v1/apps/" + url.PathEscape(name) + rest
	if owner != "" {
		path += "?owner=" + url.QueryEscape(owner)
	}
	return path
}

// asAPIError is err as the API's, if it is one.
func asAPIError(err error) (*apiError, bool) {
	var api *apiError
	ok := errors.As(err, &api)
	return api, ok
}
