package policy

import (
	"os"
	"strings"
	"testing"
)

// FuzzParse: no file makes the parser panic, every error says where and begins as ours do, and what is accepted passes
// the checks again and keeps what the rest of the supervisor relies on.
func FuzzParse(f *testing.F) {
	data, err := os.ReadFile(example)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, c := range mistakes {
		f.Add([]byte(c.file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := newProblems("p.yaml")
		policy, err := parse(p, data, testHost())
		if err != nil {
			checkMistakes(t, err.(Errors))
			return
		}
		if check(p, policy); p.err() != nil {
			t.Fatalf("accepted, then: %v", p.err())
		}
		checkAccepted(t, policy)
	})
}

func checkMistakes(t *testing.T, errs Errors) {
	for _, err := range errs {
		if err.Line < 1 || err.Column < 1 || !strings.HasPrefix(err.Message, "cannot ") {
			t.Errorf("mistake without place or form: %v", err)
		}
	}
}

func checkAccepted(t *testing.T, policy *Policy) {
	if len(policy.Roles) == 0 || len(Diff(policy, policy)) > 0 || policy.Summary() == "" {
		t.Errorf("accepted: %+v", policy)
	}
	for _, role := range policy.Roles {
		for _, name := range append(role.Profiles, role.Profile) {
			profile, ok := policy.Profile(name)
			if !ok || !role.MayUse(name) {
				t.Errorf("role %s has the profile %q, which is not there", role.Name, name)
			}
			checkRanges(t, EffectiveLimits(profile, role, RequestedLimits{}, RequestedLimits{}))
		}
	}
	for _, profile := range policy.Profiles {
		if profile.Pool.Size > profile.Pool.MaxWorkers || profile.Limits.Default.Lower(profile.Limits.Max) != profile.Limits.Default {
			t.Errorf("profile %+v has a default above its ceiling", profile)
		}
		checkRanges(t, profile.Limits.Default)
		checkRanges(t, profile.Limits.Max)
	}
}

func checkRanges(t *testing.T, limits Limits) {
	for _, key := range limitKeys {
		got := *key.of(&limits)
		if got < key.low || got > key.high && !(key.unlimited && got == Unlimited) {
			t.Errorf("%s is %d", key.name, got)
		}
	}
}
