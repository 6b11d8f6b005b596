package policy

import (
	"testing"

	"stockade.dev/stockade/netproxy"
)

func TestEgressRulesStandInTheirOrder(t *testing.T) {
	policy := mustParse(t, `
version: 1
roles:
  - name: people
    match: {uids: [1000]}
    egress:
      rules:
        - {action: deny, hosts: ["*.blocked.example"]}
profiles:
  default:
    egress:
      default: partners
      rules:
        - {action: allow, hosts: [a.blocked.example, db.example], schemes: [tcp], cidrs: [10.0.0.0/8]}
egress:
  outbounds:
    partners:
      rules:
        - {action: allow, hosts: [api.example], ports: [443, "8000-8999"], paths: [/v1], methods: [GET]}
`)
	out, ok := policy.Outbound("partners")
	if !ok {
		t.Fatal("no outbound")
	}
	rules := policy.EgressRules(policy.Roles[0], policy.Profiles[0], out)
	for _, c := range []struct {
		dest netproxy.Dest
		want netproxy.Verdict
	}{
		{netproxy.Dest{Scheme: "tcp", Host: "a.blocked.example", Port: 5432}, netproxy.Verdict{Rule: "stockade.yaml:8", Reason: "a rule denies it"}},
		{netproxy.Dest{Scheme: "tcp", Host: "db.example", Port: 5432}, netproxy.Verdict{Ask: true, Rule: "stockade.yaml:14"}},
		{netproxy.Dest{Scheme: "https", Host: "api.example", Port: 8443, Method: "GET", Path: "/v1/x"}, netproxy.Verdict{Ask: true, Rule: "stockade.yaml:19"}},
		{netproxy.Dest{Scheme: "https", Host: "api.example", Port: 443, Method: "POST", Path: "/v1/x"}, netproxy.Verdict{Reason: "no rule allows it"}},
	} {
		if got := rules.Decide(c.dest); got != c.want {
			t.Errorf("%+v: %+v, want %+v", c.dest, got, c.want)
		}
	}
	if public, ok := policy.Outbound(EgressPublic); !ok || !public.Public {
		t.Errorf("%+v", public)
	}
	if _, ok := policy.Outbound("other"); ok {
		t.Error("an outbound that isn't there")
	}
}
