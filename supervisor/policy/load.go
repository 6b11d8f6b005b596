package policy

import (
	"fmt"
	"os"
)

// Load reads and checks the policy file at path. The error is an Errors when the file can be read and is wrong.
func Load(path string) (*Policy, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot load the policy: %w", err)
	}
	return Parse(path, data)
}

// Parse checks data, the content of a policy file called name. An error is an Errors: every mistake that was found.
// Names of users and groups are looked up on this host.
func Parse(name string, data []byte) (*Policy, error) {
	return parse(newProblems(name), data, thisHost())
}

func parse(p *problems, data []byte, host host) (*Policy, error) {
	policy := defaultPolicy()
	policy.File = p.file
	decode(p, parseYAML(p, data), policy)
	if len(p.list) > 0 && p.failed("") {
		return nil, p.err() // not a policy at all: what follows would only be misled
	}
	resolve(p, policy, host)
	settle(p, policy, host)
	check(p, policy)
	if err := p.err(); err != nil {
		return nil, err
	}
	return policy, nil
}

// settle fills in the defaults that depend on what the file gives.
func settle(p *problems, policy *Policy, host host) {
	if !p.given("roles") {
		policy.Roles = []Role{builtInRole(host.euid)}
	}
	if !p.given("profiles") {
		policy.Profiles = []Profile{defaultProfile(defaultProfileName)}
	}
	for i := range policy.Profiles {
		settleProfile(p, &policy.Profiles[i])
	}
	settleEgress(p, policy)
	switch {
	case policy.Log.Output == journal && !p.given("log.format"):
		policy.Log.Format = journal
	case policy.Log.Format == journal && !p.given("log.output"):
		policy.Log.Output = journal
	}
}

// settleProfile lowers the defaults that the file leaves alone under the ceilings that it gives: a file that only says
// max.cpu_ms: 10 is right.
func settleProfile(p *problems, profile *Profile) {
	path := join("profiles", profile.Name)
	if !p.given(path + ".pool.size") {
		profile.Pool.Size = min(profile.Pool.Size, max(0, profile.Pool.MaxWorkers))
	}
	for _, key := range limitKeys {
		if limit := key.of(&profile.Limits.Default); !p.given(path + ".limits.default." + key.name) {
			*limit = min(*limit, *key.of(&profile.Limits.Max))
		}
	}
}
