package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootHelp = `Stockade runs untrusted JavaScript and TypeScript Workers on this host, each in a jailed process of its own.

Try it, without any set-up:
  stockade run worker.js
Run it as a service:
  stockade check --config /etc/stockade/stockade.yaml
  stockade serve --config /etc/stockade/stockade.yaml`

// commands are all there are, in the order in which help shows them.
var commands = []func() *cobra.Command{
	runCommand, devCommand, deployCommand, appsCommand, serveCommand, checkCommand, explainCommand, statusCommand, usageCommand, workersCommand, storeCommand,
	versionCommand, completionCommand, exitCodesTopic, wardenCommand,
}

func rootCommand() *cobra.Command {
	root := groupCommand("stockade", "Run untrusted Workers in jails", rootHelp)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	cobra.EnableCommandSorting = false
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageErrorf("cannot read the command line: %s: see '%s --help'", flagProblem(err), cmd.CommandPath())
	})
	for _, command := range commands {
		root.AddCommand(command())
	}
	return root
}

// execute runs the command line and returns the exit code.
func execute(ctx context.Context, args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	report(cmd, err)
	return exitOf(err)
}

// flagProblem is what is wrong with a flag, without what Go's strconv and time packages say of their functions.
func flagProblem(err error) string {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err.Error()
	}
	kinds := map[string]string{"int": "a whole number", "int64": "a whole number", "uint32": "a whole number from 0 on", "duration": "a time like 500ms or 10s", "bool": "true or false"}
	kind := kinds[invalid.GetFlag().Value.Type()]
	if kind == "" {
		return err.Error()
	}
	return fmt.Sprintf("--%s is %s, not %q", invalid.GetFlag().Name, kind, invalid.GetValue())
}

// exactly is cobra.ExactArgs in our words: what names what is needed.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return usageErrorf("cannot tell what to do: %s needs %s, not %q: see '%[1]s --help'", cmd.CommandPath(), what, strings.Join(args, " "))
	}
}

// groupCommand is a command that only has others.
func groupCommand(use, short, long string, sub ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Args: cobra.ArbitraryArgs, SuggestionsMinimumDistance: 2}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			return usageErrorf("cannot find a command %q: did you mean '%s %s'?", args[0], cmd.CommandPath(), near[0])
		}
		return usageErrorf("cannot find a command %q: see '%s --help'", args[0], cmd.CommandPath())
	}
	cmd.AddCommand(sub...)
	return cmd
}
