package policy

import (
	"os"
	"testing"
)

func TestRoleFor(t *testing.T) {
	policy := mustParse(t, `
version: 1
roles:
  - {name: banned, match: {uids: [1005]}}
  - {name: operators, match: {uids: [root], gids: [builders]}, allow: [admin]}
  - {name: people, match: {uids: ["1000-1999"]}, allow: [run]}
  - {name: shadowed, match: {uids: [1000]}, allow: [delete]}
`)
	for _, c := range []struct {
		name string
		uid  uint32
		gids []uint32
		want string // "" = denied
	}{
		{"by uid", 0, nil, "operators"},
		{"by group", 5000, []uint32{5000, 2000}, "operators"},
		{"first of a range", 1000, nil, "people"},
		{"last of a range", 1999, nil, "people"},
		{"below the range", 999, nil, ""},
		{"above the range", 2000, nil, ""},
		{"the first that matches", 1005, []uint32{2000}, "banned"},
		{"group before a later role's uid", 1001, []uint32{2000}, "operators"},
		{"a gid is no uid", 2000, []uint32{1000}, ""},
		{"no id", 1<<32 - 1, []uint32{1<<32 - 1}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			role, ok := policy.RoleFor(c.uid, c.gids)
			if role.Name != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v, want %q", role.Name, ok, c.want)
			}
		})
	}
}

func TestBuiltInRole(t *testing.T) {
	policy := withDefaults(990)
	for uid, want := range map[uint32]bool{0: true, 990: true, 1000: false, 65534: false} {
		role, ok := policy.RoleFor(uid, []uint32{0})
		if ok != want {
			t.Errorf("uid %d: got %v, want %v", uid, ok, want)
		}
		for _, action := range Actions() {
			if role.Allows(action) != want {
				t.Errorf("uid %d may %s: got %v, want %v", uid, action, !want, want)
			}
		}
	}
}

// TestInstalledPolicy: root may do with the policy that `make install` installs what it may without one.
func TestInstalledPolicy(t *testing.T) {
	data, err := os.ReadFile("../../packaging/stockade.yaml")
	if err != nil {
		t.Fatal(err)
	}
	here := testHost()
	here.groupID = func(string) (string, error) { return "900", nil } // the group stockade
	policy, err := parse(newProblems("stockade.yaml"), data, here)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := policy.RoleFor(0, []uint32{0})
	for _, action := range Actions() {
		if !root.Allows(action) {
			t.Errorf("root may not %s", action)
		}
	}
	member, _ := policy.RoleFor(1000, []uint32{1000, 900})
	if !member.Allows(ActionDeploy) || member.Allows(ActionAdmin) || member.Workers != ScopeOwn {
		t.Errorf("a member of the group: %+v", member)
	}
}

func TestRoleMay(t *testing.T) {
	role := Role{Allow: []Action{ActionRun, ActionRead}, Profile: "small", Profiles: []string{"large"}, Workers: ScopeOwn}
	everybody := Role{Workers: ScopeAll}
	for name, ok := range map[string]bool{
		"allowed":              role.Allows(ActionRun),
		"not allowed":          !role.Allows(ActionLoad),
		"no action":            !role.Allows(""),
		"its own profile":      role.MayUse("small"),
		"a further profile":    role.MayUse("large"),
		"another profile":      !role.MayUse("huge"),
		"its own Workers":      role.Sees(7, 7),
		"Workers of others":    !role.Sees(7, 8),
		"everybody's Workers":  everybody.Sees(7, 8),
		"nobody's may nothing": !Role{}.Allows(ActionRun) && !Role{}.MayUse("") && !Role{}.Sees(0, 0),
	} {
		if !ok {
			t.Error(name)
		}
	}
}

func TestZeroPolicyDenies(t *testing.T) {
	if _, ok := new(Policy).RoleFor(0, []uint32{0}); ok {
		t.Error("the zero policy lets root in")
	}
	if got := EffectiveLimits(Profile{}, Role{}, RequestedLimits{}, RequestedLimits{}); got != (Limits{}) {
		t.Errorf("zero profile and role: got %+v", got)
	}
	var need Need
	if !need.Required() || !need.Wanted() || !Need("of").Required() || Prefer.Required() || !Prefer.Wanted() || Off.Wanted() {
		t.Error("a need that is not known is not required")
	}
}
