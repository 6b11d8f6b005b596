package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"stockade.dev/stockade/jailer"
	"stockade.dev/stockade/supervisor"
	"stockade.dev/stockade/supervisor/policy"
)

const checkHelp = `Say what is wrong with a policy, and layer by layer what this host enforces for its jails.

Each mistake in the policy has its file, line and column: exit code 2. A layer that the policy requires and this host lacks
makes the exit code 1; stockade serve would refuse to start. Run it as the user that the daemon has: root can enforce more.`

const checkExamples = `  stockade check
  stockade check --config stockade.yaml --verbose
  stockade check --config stockade.yaml --json | jq .profiles`

func checkCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "check", Short: "Check a policy, and what this host can enforce", Long: checkHelp, Example: checkExamples,
		Args: exactly(0, "no argument")}
	config, asJSON := addConfigFlag(cmd), addJSONFlag(cmd)
	verbose := cmd.Flags().BoolP("verbose", "v", false, "print all that the policy comes to")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		p, err := loadPolicy(*config)
		r := newCheckReport(p, err)
		switch {
		case *asJSON:
			err = r.printJSON(cmd)
		case err == nil:
			r.print(newTerminal(cmd.OutOrStdout()), p, *verbose)
		}
		if err == nil && !r.OK {
			return &exitError{exitThrew, errors.New("cannot enforce what the policy requires: see the layers marked MISSING")}
		}
		return err
	}
	return cmd
}

// checkReport is what check found, in the form that --json prints.
type checkReport struct {
	OK       bool            `json:"ok"`
	Policy   string          `json:"policy"` // its file; "" = built-in
	Errors   []policyError   `json:"errors"`
	Warnings []string        `json:"warnings"`
	Profiles []profileReport `json:"profiles"`
}

type policyError struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
}

type profileReport struct {
	Name    string         `json:"name"`
	Layers  []jailer.Layer `json:"layers"`
	Missing []string       `json:"missing"` // layers that the policy requires and this host lacks
}

func newCheckReport(p *policy.Policy, err error) *checkReport {
	r := &checkReport{OK: err == nil, Errors: []policyError{}, Warnings: []string{}, Profiles: []profileReport{}}
	if err != nil {
		r.addErrors(err)
		return r
	}
	r.Policy = p.File
	r.Warnings = append(r.Warnings, policy.Warnings(p)...)
	for _, profile := range p.Profiles {
		one := probe(p, profile)
		r.OK = r.OK && len(one.Missing) == 0
		r.Profiles = append(r.Profiles, one)
	}
	return r
}

func (r *checkReport) addErrors(err error) {
	var all policy.Errors
	if !errors.As(err, &all) {
		r.Errors = append(r.Errors, policyError{Message: err.Error()})
		return
	}
	for _, e := range all {
		r.Errors = append(r.Errors, policyError(*e))
	}
}

// printJSON prints the report. It has the errors in it, so they aren't printed again.
func (r *checkReport) printJSON(cmd *cobra.Command) error {
	out := json.NewEncoder(cmd.OutOrStdout())
	out.SetIndent("", "  ")
	if err := out.Encode(r); err != nil {
		return err
	}
	switch {
	case len(r.Errors) > 0:
		return &exitError{code: exitUsage}
	case !r.OK:
		return &exitError{code: exitThrew}
	}
	return nil
}

func (r *checkReport) print(t *terminal, p *policy.Policy, verbose bool) {
	t.printf("The policy (%s) is right.\n", orBuiltIn(r.Policy))
	if verbose {
		t.printf("\n%s", p.Summary()) // ends with the warnings
	} else {
		for _, warning := range r.Warnings {
			t.printf("%s %s\n", t.paint(yellow, "warning"), warning)
		}
	}
	for _, profile := range r.Profiles {
		profile.print(t)
	}
}

var stateColour = map[jailer.State]string{jailer.Degraded: yellow, jailer.Disabled: yellow, jailer.Unavailable: red}

func (r profileReport) print(t *terminal) {
	t.printf("\n%s\n", t.paint(bold, "The jails of profile "+r.Name+" on this host"))
	missing := make(map[string]bool)
	for _, name := range r.Missing {
		missing[name] = true
	}
	for _, l := range r.Layers {
		state := t.paint(stateColour[l.State], fmt.Sprintf("%-11s", l.State))
		if missing[l.Name] {
			state = t.paint(red, "MISSING    ")
		}
		t.printf("  %-18s %s %s\n", l.Name, state, l.Detail)
	}
}

// probe asks the host what it would enforce for a profile.
func probe(p *policy.Policy, profile policy.Profile) profileReport {
	spec, need := jailSpec(p, profile)
	r := profileReport{Name: profile.Name, Layers: jailer.Probe(spec), Missing: []string{}}
	for _, l := range r.Layers {
		if n, named := need[l.Name]; named && n.Required() && l.State == jailer.Unavailable {
			r.Missing = append(r.Missing, l.Name)
		}
	}
	return r
}

// jailSpec is a profile as the jailer sees it, and what its policy needs by layer.
func jailSpec(p *policy.Policy, profile policy.Profile) (jailer.Spec, map[string]policy.Need) {
	c := profile.Confinement
	need := map[string]policy.Need{"user_namespace": c.UserNamespace, "mount_namespace": policy.Require, "pid_namespace": policy.Require,
		"network_namespace": c.NetworkNamespace, "ipc_namespace": c.IPCNamespace, "uts_namespace": c.UTSNamespace,
		"cgroup": c.Cgroup, "no_new_privs": c.NoNewPrivs, "landlock": c.Landlock, "seccomp": c.Seccomp}
	return supervisor.JailSpec(p, profile), need
}
