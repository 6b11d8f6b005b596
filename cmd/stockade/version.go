package main

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "version", Short: "Print the version", Args: exactly(0, "no argument")}
	asJSON := addJSONFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *asJSON {
			return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]string{"version": version(), "go": runtime.Version(), "platform": platform()})
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "stockade %s (%s, %s)\n", version(), runtime.Version(), platform())
		return err
	}
	return cmd
}
