package policy

import (
	"fmt"
	"math"
	"slices"
)

// Warnings returns every way in which policy is weaker than the built-in one, a sentence each. None of them is a
// mistake; the daemon logs them when it starts and when it reloads.
func Warnings(policy *Policy) []string {
	warnings := socketWarnings(policy.Socket)
	for _, role := range policy.Roles {
		warnings = append(warnings, roleWarnings(role)...)
	}
	for _, profile := range policy.Profiles {
		warnings = append(warnings, confinementWarnings(profile)...)
		if profile.Experimental {
			warnings = append(warnings, fmt.Sprintf("profile %s: experimental is true: what experimental compatibility flags do may change with each release.", profile.Name))
		}
		if profile.Wasm == WasmCompiler {
			warnings = append(warnings, fmt.Sprintf("profile %s: wasm is compiler: a Worker's process may make memory executable, so that who breaks out of its engine brings machine code of their own.", profile.Name))
		}
		warnings = append(warnings, limitWarnings(profile)...)
	}
	warnings = append(warnings, listenerWarnings(policy.Listeners)...)
	warnings = append(warnings, egressWarnings(policy)...)
	if policy.Metrics.Enabled && policy.Metrics.Listen != "" {
		warnings = append(warnings, fmt.Sprintf("metrics.listen is %s: every local user can read the metrics.", policy.Metrics.Listen))
	}
	return warnings
}

func socketWarnings(socket Socket) []string {
	if socket.Mode&0o002 == 0 { // connecting takes the right to write: unix(7)
		return nil
	}
	return []string{fmt.Sprintf("socket.mode is %s: every local user can connect, and the roles alone say who may do what.", socket.Mode)}
}

// overflowID is the uid and gid that the kernel reports for a caller from a user namespace that doesn't map it:
// user_namespaces(7).
const overflowID = 65534

func roleWarnings(role Role) []string {
	var warnings []string
	add := func(format string, args ...any) {
		warnings = append(warnings, fmt.Sprintf("role %s: "+format, append([]any{role.Name}, args...)...))
	}
	switch {
	case len(role.Allow) == 0:
		return nil
	case slices.ContainsFunc(slices.Concat(role.Match.UIDs, role.Match.GIDs), everybody):
		add("it matches everybody.")
	case role.Match.holds(overflowID, []uint32{overflowID}):
		add("it matches id %d, which callers in other user namespaces (containers) have too.", overflowID)
	}
	if role.Workers == ScopeAll && role.Name != builtInRoleName && beyondRoot(role.Match) {
		add("workers is all: its callers see the Workers of others.")
	}
	return warnings
}

func everybody(r IDRange) bool { return r.First <= 1 && r.Last == math.MaxUint32-1 }

func beyondRoot(match Match) bool {
	return slices.ContainsFunc(slices.Concat(match.UIDs, match.GIDs), func(r IDRange) bool { return r.Last != 0 })
}

func confinementWarnings(profile Profile) []string {
	var warnings []string
	standard := defaultConfinement()
	for _, layer := range layers {
		need := *layer.of(&profile.Confinement)
		switch {
		case need == Off:
			warnings = append(warnings, fmt.Sprintf("profile %s: %s is off: %s.", profile.Name, layer.name, layer.without))
		case need == Prefer && *layer.of(&standard) == Require:
			warnings = append(warnings, fmt.Sprintf("profile %s: %s is not required: where the host lacks it, %s.",
				profile.Name, layer.name, layer.without))
		}
	}
	return warnings
}

func limitWarnings(profile Profile) []string {
	var warnings []string
	for _, key := range limitKeys {
		if *key.of(&profile.Limits.Max) == Unlimited {
			warnings = append(warnings, fmt.Sprintf("profile %s: limits.max.%s is unlimited.", profile.Name, key.name))
		}
	}
	return warnings
}
