package main

import (
	"io"

	"github.com/spf13/cobra"
)

const completionHelp = `Print what makes a shell complete commands, flags and the ids of Workers.

  bash  source <(stockade completion bash)
  zsh   stockade completion zsh > "${fpath[1]}/_stockade"
  fish  stockade completion fish > ~/.config/fish/completions/stockade.fish`

var shells = map[string]func(*cobra.Command, io.Writer) error{
	"bash": func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) },
	"zsh":  (*cobra.Command).GenZshCompletion,
	"fish": func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) },
}

func completionCommand() *cobra.Command {
	return &cobra.Command{Use: "completion bash|zsh|fish", Short: "Print shell completion", Long: completionHelp,
		Args: exactly(1, "bash, zsh or fish"), ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(cmd *cobra.Command, args []string) error {
			generate := shells[args[0]]
			if generate == nil {
				return usageErrorf("cannot complete for %q: there are bash, zsh and fish", args[0])
			}
			return generate(cmd.Root(), cmd.OutOrStdout())
		}}
}
