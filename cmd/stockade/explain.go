package main

import (
	"encoding/json"
	"fmt"
	"net/netip"

	"github.com/spf13/cobra"

	"stockade.dev/stockade/netproxy"
	"stockade.dev/stockade/supervisor/policy"
)

const explainHelp = `Say whether a Worker may reach a URL, and which rule of the policy decides it.

URL is http://…, https://…, and for raw connections tcp://HOST:PORT or tls://HOST:PORT. Where it depends on the address that
the host leads to, the host is looked up, unless --address says what it leads to. Nothing is sent there.

The exit code is 1 when it is denied.`

const explainExamples = `  stockade explain https://api.example.com/v1/x --profile default
  stockade explain tcp://db.internal:5432 --role people --address 10.1.2.3
  stockade explain http://169.254.169.254/ --outbound public --json`

// explanation is what --json prints, for each address.
type explanation struct {
	URL      string `json:"url"`
	Profile  string `json:"profile"`
	Role     string `json:"role,omitempty"`
	Outbound string `json:"outbound"`
	Address  string `json:"address,omitempty"`
	Verdict  string `json:"verdict"` // allow, deny; unknown: the host can't be looked up
	Rule     string `json:"rule"`    // file:line; "" = the built-in default
	Reason   string `json:"reason,omitempty"`
}

type explainFlags struct{ config, profile, role, outbound, method, address *string }

func explainCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "explain URL", Short: "Say what the policy makes of a request that leaves the host", Long: explainHelp,
		Example: explainExamples, Args: exactly(1, "one URL")}
	f := explainFlags{config: addConfigFlag(cmd)}
	f.profile = cmd.Flags().String("profile", "", "the Worker's `profile` (default the role's, or default)")
	f.role = cmd.Flags().String("role", "", "the `role` of who has brought the Worker (default none: only the profile's rules and the outbound's)")
	f.outbound = cmd.Flags().String("outbound", "", "the `outbound` (default the profile's)")
	f.method = cmd.Flags().String("method", "GET", "the request's `method`")
	f.address = cmd.Flags().String("address", "", "the `address` that the host leads to")
	asJSON := addJSONFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		all, err := f.explain(cmd, args[0])
		if err != nil {
			return err
		}
		if err := printExplanations(cmd, all, *asJSON); err != nil {
			return err
		}
		for _, e := range all {
			if e.Verdict == "allow" {
				return nil
			}
		}
		return &exitError{code: exitThrew}
	}
	return cmd
}

func (f explainFlags) explain(cmd *cobra.Command, url string) ([]explanation, error) {
	p, err := loadPolicy(*f.config)
	if err != nil {
		return nil, err
	}
	e, role, profile, err := f.choose(p)
	if err != nil {
		return nil, err
	}
	e.URL = url
	if e.Outbound == policy.EgressNone {
		e.Verdict, e.Reason = "deny", fmt.Sprintf("the egress default of profile %s is none: a Worker without a globalOutbound reaches nothing", profile.Name)
		return []explanation{e}, nil
	}
	out, ok := p.Outbound(e.Outbound)
	if !ok {
		return nil, usageErrorf("cannot find the outbound %q: the policy has none of that name", e.Outbound)
	}
	d, err := netproxy.ParseDest(*f.method, url)
	if err != nil {
		return nil, usageErrorf("cannot use %q: %v", url, err)
	}
	if *f.address != "" {
		if d.Addr, err = netip.ParseAddr(*f.address); err != nil {
			return nil, usageErrorf("cannot use the address %q: %v", *f.address, err)
		}
	}
	rules := p.EgressRules(role, profile, out)
	rules.Own = netproxy.OwnAddresses()
	decisions, lookup := netproxy.Explain(cmd.Context(), rules, netproxy.NewResolver(p.Egress.DNS), d)
	var all []explanation
	for _, decision := range decisions {
		all = append(all, e.of(decision, lookup))
	}
	return all, nil
}

func (e explanation) of(d netproxy.Decision, lookup error) explanation {
	e.Verdict, e.Rule, e.Reason = "deny", d.Verdict.Rule, d.Verdict.Reason
	if d.Dest.Addr.IsValid() {
		e.Address = d.Dest.Addr.String()
	}
	switch {
	case d.Verdict.Allow:
		e.Verdict = "allow"
	case d.Verdict.Ask:
		e.Verdict, e.Reason = "unknown", fmt.Sprintf("it depends on the address, and the host can't be looked up (%v): try --address", lookup)
	}
	return e
}

func (f explainFlags) choose(p *policy.Policy) (explanation, policy.Role, policy.Profile, error) {
	e := explanation{Profile: *f.profile, Role: *f.role, Outbound: *f.outbound}
	var role policy.Role
	if *f.role != "" {
		found := false
		for _, r := range p.Roles {
			if r.Name == *f.role {
				role, found = r, true
			}
		}
		if !found {
			return e, role, policy.Profile{}, usageErrorf("cannot find the role %q: the policy has none of that name", *f.role)
		}
	}
	if e.Profile == "" {
		e.Profile = "default"
		if role.Profile != "" {
			e.Profile = role.Profile
		}
	}
	profile, ok := p.Profile(e.Profile)
	if !ok {
		return e, role, profile, usageErrorf("cannot find the profile %q: the policy has none of that name", e.Profile)
	}
	if e.Outbound == "" {
		e.Outbound = profile.Egress.Default
	}
	return e, role, profile, nil
}

func printExplanations(cmd *cobra.Command, all []explanation, asJSON bool) error {
	out := cmd.OutOrStdout()
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(all)
	}
	for _, e := range all {
		rule := "the built-in default"
		if e.Rule != "" {
			rule = e.Rule
		}
		fmt.Fprintf(out, "%s", e.Verdict)
		if e.Address != "" {
			fmt.Fprintf(out, " at %s", e.Address)
		}
		fmt.Fprintf(out, " by %s (outbound %s)", rule, e.Outbound)
		if e.Reason != "" {
			fmt.Fprintf(out, ": %s", e.Reason)
		}
		fmt.Fprintln(out)
	}
	return nil
}
