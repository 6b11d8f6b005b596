package policy

import (
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

// restartKeys are the keys, with all under them, that the daemon reads once: it would have to move what is open.
var restartKeys = []string{"socket", "state_dir", "run_dir", "log.format", "log.output", "metrics.listen"}

// Diff returns what a reload from before to after changes, in the file's order, what is gone last.
func Diff(before, after *Policy) []Change {
	old, now := flatten(before), flatten(after)
	var changes []Change
	for _, key := range now.keys {
		if old.values[key] != now.values[key] {
			changes = append(changes, Change{key, old.values[key], now.values[key], needsRestart(key)})
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
	return slices.ContainsFunc(restartKeys, func(fixed string) bool {
		return key == fixed || strings.HasPrefix(key, fixed+".")
	})
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
