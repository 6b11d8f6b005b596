package main

import (
	"github.com/spf13/cobra"

	"stockade.dev/stockade/supervisor/cell"
)

// wardenCommand is what this program is inside a cell. The jailer starts it.
func wardenCommand() *cobra.Command {
	return &cobra.Command{Use: "warden", Hidden: true, Args: exactly(0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			if code := cell.WardenMain(); code != 0 {
				return &exitError{code: code}
			}
			return nil
		}}
}
