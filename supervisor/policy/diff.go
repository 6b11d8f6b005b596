package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Change is one key whose value differs between two policies.
type Change struct {
	Key      string // profiles.default.pool.size, roles.ci.allow
	Old, New string // "" = not there
	Restart  bool   // true: takes effect when the daemon starts again; false: with the reload
}

// restartKeys are the keys, with all under them, that the daemon reads once: it would have to move what is open, or build
// the profile's cell block anew. "*" is any one part of a key.
var restartKeys = []string{"socket", "state_dir", "run_dir", "listeners[].address", "log.format", "log.output", "metrics.listen",
	"profiles.*.engine", "profiles.*.engines", "profiles.*.start", "profiles.*.wasm", "profiles.*.cpu_weight", "profiles.*.threads", "profiles.*.pool.max_workers", "profiles.*.limits.max.memory",
	"profiles.*.confinement", "profiles.*.network", "profiles.*.intercept_tls", "egress.dns", "egress.connections"}

// Diff returns what a reload from before to after changes, in the file's order, what is gone last.
func Diff(before, after *Policy) []Change {
	old, now := flatten(before), flatten(after)
	var changes []Change
	for _, key := range now.keys {
		if was, had := old.values[key]; was != now.values[key] {
			changes = append(changes, Change{key, was, now.values[key], needsRestart(key) || !had && under(strings.Split(key, "."), []string{"profiles"})})
		}
	}
	for _, key := range old.keys {
		if _, kept := now.values[key]; !kept {
			changes = append(changes, Change{key, old.values[key], "", needsRestart(key)})
		}
	}
	return changes
}

func needsRestart(key string) bool {
	parts := strings.Split(key, ".")
	return slices.ContainsFunc(restartKeys, func(fixed string) bool { return under(parts, strings.Split(fixed, ".")) })
}

// under reports whether the key is prefix or stands below it.
func under(key, prefix []string) bool {
	if len(key) < len(prefix) {
		return false
	}
	for i, part := range prefix {
		if part != "*" && part != key[i] {
			return false
		}
	}
	return true
}

// flat is a policy as keys and texts. Roles and profiles stand under their names.
type flat struct {
	keys   []string
	values map[string]string
}

func flatten(policy *Policy) *flat {
	f := &flat{values: map[string]string{}}
	f.walk("", reflect.ValueOf(*policy))
	return f
}

func (f *flat) walk(path string, v reflect.Value) {
	switch v := v.Interface().(type) {
	case []Role:
		f.leaf(path, namesOf(v, func(r Role) string { return r.Name })) // their order counts
		for _, role := range v {
			f.walk(join(path, role.Name), reflect.ValueOf(role))
		}
		return
	case []Listener:
		f.leaf(path+"[].address", namesOf(v, func(l Listener) string { return l.Address }))
		f.leaf(path+"[].apps", namesOf(v, func(l Listener) string { return fmt.Sprint(l.Apps) }))
		return
	case []Outbound:
		for _, o := range v {
			f.walk(join(path, o.Name), reflect.ValueOf(o))
		}
		return
	case []Profile:
		for _, profile := range v {
			f.walk(join(path, profile.Name), reflect.ValueOf(profile))
		}
		return
	}
	if _, single := leaves[v.Type()]; single || v.Kind() == reflect.Slice {
		f.leaf(path, v.Interface())
		return
	}
	fields := fieldsOf(v.Type())
	for _, key := range fields.keys {
		f.walk(join(path, key), v.Field(fields.index[key]))
	}
}

func (f *flat) leaf(path string, value any) {
	f.keys = append(f.keys, path)
	f.values[path] = short(value)
}

func namesOf[T any](all []T, name func(T) string) []string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = name(one)
	}
	return names
}
