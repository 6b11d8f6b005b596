package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"stockade.dev/stockade/store"
)

const storeCheckHelp = `Read the whole store of a daemon that is not running, and say what doesn't hold: the file's own structure, records without
code, code that is not what its address says, wrong counts. Exit code 1 when there is damage.`

func storeCommand() *cobra.Command {
	return groupCommand("store", "Look after the store", "Look after the file in which Workers and their code are kept.", storeCheckCommand())
}

func storeCheckCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "check", Short: "Check the store's integrity", Long: storeCheckHelp,
		Example: "  systemctl stop stockade && stockade store check", Args: exactly(0, "no argument")}
	config, asJSON := addConfigFlag(cmd), addJSONFlag(cmd)
	dir := cmd.Flags().String("state-dir", "", "the store's `directory` (default: state_dir of the policy)")
	cmd.MarkFlagsMutuallyExclusive("config", "state-dir")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *dir == "" {
			p, err := loadPolicy(*config)
			if err != nil {
				return err
			}
			*dir = p.StateDir
		}
		report, err := checkStore(cmd, *dir)
		if err != nil {
			return err
		}
		return printStoreReport(cmd, *dir, report, *asJSON)
	}
	return cmd
}

func checkStore(cmd *cobra.Command, dir string) (store.Report, error) {
	s, err := store.OpenReadOnly(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, store.ErrInUse) {
		return store.Report{}, &exitError{exitUsage, err}
	}
	if err != nil {
		return store.Report{}, err
	}
	report, err := s.Check(cmd.Context())
	return report, errors.Join(err, s.Close())
}

func printStoreReport(cmd *cobra.Command, dir string, r store.Report, asJSON bool) error {
	damage := &exitError{code: exitThrew}
	if asJSON {
		out := json.NewEncoder(cmd.OutOrStdout())
		out.SetIndent("", "  ")
		if err := out.Encode(r); err != nil {
			return err
		}
	} else {
		t := newTerminal(cmd.OutOrStdout())
		for _, problem := range r.Problems {
			t.printf("%s %s\n", t.paint(red, "damage"), plain(problem.String()))
		}
		t.printf("%s: %d Workers, %d apps, %d codes, %d compiled modules, %d cached responses, %d problems\n", dir, r.Workers, r.Apps, r.Blobs, r.Compiled, r.Cached, len(r.Problems))
		damage.err = fmt.Errorf("cannot trust the store: restore it from a backup, or delete the Workers named above")
	}
	if len(r.Problems) > 0 {
		return damage
	}
	return nil
}
