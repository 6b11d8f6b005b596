// Package policy reads what the administrator allows: the YAML file that says where the daemon listens, who may call it,
// and what a Worker may use.
//
// One file's way through it:
//
//  1. [Load] reads the file; parse in load.go has the steps that follow.
//  2. yaml.go turns text into a tree, or into the place of a syntax error.
//  3. decode.go lays the tree over the defaults (defaults.go), going by the yaml tags of the types in policy.go, role.go,
//     limits.go and confinement.go. Unknown and duplicate keys and wrong types are found here; scalar.go reads the single
//     values. Where each key stands is kept in problems (errors.go).
//  4. resolve.go looks up the names of users and groups: the one step that asks the host.
//  5. settle in load.go fills in the defaults that depend on other keys.
//  6. check.go finds values out of range, contradictions and dangling references; limitkeys.go has the range of each limit.
//
// Every step adds what it finds to the same problems, so that the administrator sees all mistakes at once ([Errors]).
// What comes out is a [Policy] that never changes.
//
// One caller's way: [Policy.RoleFor] by uid and groups, [Role.Allows] for what it wants to do, [Role.MayUse] for the
// profile it names, [EffectiveLimits] for what its Worker may use. No role, no action, no profile, a limit of 0: whatever
// is a zero value denies.
//
// For the administrator: [Warnings] has every weakening, [Policy.Summary] what the policy comes to, [Diff] what a reload
// changes and what waits for a restart.
package policy
