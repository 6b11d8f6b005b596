package policy

import "slices"

// Action is something that a caller of the socket may be allowed to do.
type Action string

const (
	ActionRun     Action = "run"     // POST /v1/run: run code once
	ActionLoad    Action = "load"    // POST /v1/workers, PUT /v1/workers/{id}: create and replace Workers
	ActionDeploy  Action = "deploy"  // PUT /v1/apps/{name}, POST /v1/apps/{name}/rollback: deploy apps
	ActionInvoke  Action = "invoke"  // /fetch and /rpc of /v1/workers/{id} and /v1/apps/{name}: call a Worker, an app
	ActionRead    Action = "read"    // GET /v1/workers, /v1/workers/{id}, /v1/apps, /v1/apps/{name}, /v1/pool
	ActionLogs    Action = "logs"    // GET /v1/apps/{name}/logs
	ActionDelete  Action = "delete"  // DELETE /v1/workers/{id}, /v1/apps/{name}
	ActionMetrics Action = "metrics" // GET /metrics
	ActionEgress  Action = "egress"  // GET /v1/egress: what left the host, and what was kept from it
	ActionAdmin   Action = "admin"   // act on the daemon itself rather than on Workers
)

// Actions lists every Action, in the order they are documented in.
func Actions() []Action {
	return []Action{ActionRun, ActionLoad, ActionDeploy, ActionInvoke, ActionRead, ActionLogs, ActionDelete, ActionMetrics, ActionEgress, ActionAdmin}
}

// Scope says whose Workers and apps a role sees; the zero value sees none.
type Scope string

const (
	ScopeOwn Scope = "own" // those that a caller with the same uid created
	ScopeAll Scope = "all" // everybody's
)

// Role is what a class of callers may do. The zero Role allows nothing.
type Role struct {
	Name     string   `yaml:"name"`
	Match    Match    `yaml:"match"`
	Allow    []Action `yaml:"allow"`
	Profile  string   `yaml:"profile"`  // used when the caller names none. Default "default"
	Profiles []string `yaml:"profiles"` // others that the caller may name. Default none
	Workers  Scope    `yaml:"workers"`  // whose Workers it sees. Default own
	Limits   Limits   `yaml:"limits"`   // ceilings that lower those of any profile. Default Unlimited, each

	Egress RoleEgress `yaml:"egress"`
}

// Match holds when the caller's uid is in UIDs or any of its groups is in GIDs.
type Match struct {
	UIDs []IDRange `yaml:"uids"`
	GIDs []IDRange `yaml:"gids"`
}

// IDRange is the uids or gids from First to Last, both included.
type IDRange struct {
	Text        string // as written: a number, a name, or "1000-1999"
	First, Last uint32
}

func (r IDRange) String() string { return r.Text }

// RoleFor returns the first role that matches a caller; false means that the caller may do nothing. uid and gids are
// the caller's credentials as the kernel gives them (SO_PEERCRED, SO_PEERGROUPS).
func (p *Policy) RoleFor(uid uint32, gids []uint32) (Role, bool) {
	for _, role := range p.Roles {
		if role.Match.holds(uid, gids) {
			return role, true
		}
	}
	return Role{}, false
}

func (m Match) holds(uid uint32, gids []uint32) bool {
	return inAny(m.UIDs, uid) || slices.ContainsFunc(gids, func(gid uint32) bool { return inAny(m.GIDs, gid) })
}

func inAny(ranges []IDRange, id uint32) bool {
	return slices.ContainsFunc(ranges, func(r IDRange) bool { return r.First <= id && id <= r.Last })
}

// Allows reports whether the role's callers may do action.
func (r Role) Allows(action Action) bool { return slices.Contains(r.Allow, action) }

// MayUse reports whether the role's callers may name that profile.
func (r Role) MayUse(profile string) bool {
	return profile != "" && (profile == r.Profile || slices.Contains(r.Profiles, profile))
}

// Sees reports whether a caller with that uid sees a Worker that owner created.
func (r Role) Sees(uid, owner uint32) bool {
	return r.Workers == ScopeAll || r.Workers == ScopeOwn && uid == owner
}
