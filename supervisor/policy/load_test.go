package policy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// testHost has two users and one group, whatever machine the test runs on.
func testHost() host {
	find := func(ids map[string]string) func(string) (string, error) {
		return func(name string) (string, error) {
			if id, ok := ids[name]; ok {
				return id, nil
			}
			return "", errors.New("not there")
		}
	}
	return host{
		euid:    990,
		userID:  find(map[string]string{"root": "0", "alice": "1001", "odd": "-5"}),
		groupID: find(map[string]string{"root": "0", "builders": "2000"}),
	}
}

func mustParse(t *testing.T, text string) *Policy {
	t.Helper()
	policy, err := parse(newProblems("stockade.yaml"), []byte(text), testHost())
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

const example = "../../examples/policy/stockade.yaml"

func TestExampleHasEveryKey(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	p := newProblems(example)
	if _, err := parse(p, data, testHost()); err != nil {
		t.Fatal(err)
	}
	present := map[string]bool{}
	for path := range p.at {
		path = regexp.MustCompile(`\[[0-9]+\]`).ReplaceAllString(path, "[]")
		path = strings.Replace(path, "egress.outbounds.partners", "egress.outbounds.*", 1)
		present[strings.Replace(path, "profiles.default", "profiles.*", 1)] = true
	}
	for _, key := range schema("", reflect.TypeFor[Policy]()) {
		if !present[key] {
			t.Errorf("the example has no key %s", key)
		}
	}
}

// schema lists every key of t, with * for the name of a profile and [] for an element of a list.
func schema(path string, t reflect.Type) []string {
	if _, single := leaves[t]; single {
		return []string{path}
	}
	if t.Kind() == reflect.Slice {
		if _, single := leaves[t.Elem()]; single {
			return []string{path}
		}
		if t.Elem() == reflect.TypeFor[AppRoute]() {
			return []string{path}
		}
		if t.Elem() == reflect.TypeFor[Profile]() || t.Elem() == reflect.TypeFor[Outbound]() {
			return schema(path+".*", t.Elem())
		}
		if t.Elem() == reflect.TypeFor[EgressRule]() && !strings.Contains(path, "outbounds.*") {
			return []string{path} // written out once
		}
		return schema(path+"[]", t.Elem())
	}
	var keys []string
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "-" {
			keys = append(keys, schema(join(path, key), t.Field(i).Type)...)
		}
	}
	return keys
}

// The example says of every key but the roles that it stands at its default.
func TestExampleShowsTheDefaults(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range Diff(withDefaults(0), mustParse(t, string(data))) {
		if !strings.HasPrefix(change.Key, "roles") && !strings.HasPrefix(change.Key, "listeners") && !strings.HasPrefix(change.Key, "egress.outbounds") {
			t.Errorf("%s is %s in the example, and %s by default", change.Key, change.New, change.Old)
		}
	}
}

func TestFileWithoutKeysIsDefault(t *testing.T) {
	got := mustParse(t, "version: 1\n")
	want := withDefaults(testHost().euid)
	want.File = "stockade.yaml"
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDefaultPassesItsOwnChecks(t *testing.T) {
	p := newProblems("default")
	p.at["version"] = position{1, 1}
	for _, key := range limitKeys {
		p.at["profiles.default.limits.default."+key.name] = position{1, 1}
		p.at["profiles.default.limits.max."+key.name] = position{1, 1}
	}
	if check(p, Default()); p.err() != nil {
		t.Error(p.err())
	}
	if warnings := Warnings(Default()); len(warnings) > 0 {
		t.Errorf("the default has warnings: %q", warnings)
	}
}

func TestParseReadsEveryKindOfValue(t *testing.T) {
	policy := mustParse(t, `
version: 1
socket: {path: /tmp/s.sock, mode: 0600, user: alice, group: 7}
roles:
  - name: people
    match: {uids: [alice, 5, "1000-1999"], gids: [builders]}
    allow: [run, read]
    profile: small
    profiles: [large]
    limits: {cpu_ms: 50}
profiles:
  small:
    pool: {max_workers: 4, idle_ttl: 1m30s}
    limits:
      default: {wall_ms: 10}
      max: {cpu_ms: 10, memory: 64MiB, request_body: unlimited}
    confinement: {cgroup: off}
  large: {pool: {size: 0}}
log: {output: journal, level: debug}
metrics: {enabled: false}
`)
	small := policy.Profiles[0]
	role := policy.Roles[0]
	for name, ok := range map[string]bool{
		"mode":                        policy.Socket.Mode == 0o600,
		"user by name":                policy.Socket.User == Account{"alice", 1001},
		"group by number":             policy.Socket.Group == Account{"7", 7},
		"uid by name":                 role.Match.UIDs[0] == IDRange{"alice", 1001, 1001},
		"uid":                         role.Match.UIDs[1] == IDRange{"5", 5, 5},
		"range of uids":               role.Match.UIDs[2] == IDRange{"1000-1999", 1000, 1999},
		"gid by name":                 role.Match.GIDs[0] == IDRange{"builders", 2000, 2000},
		"role's ceiling":              role.Limits.CPU == 50,
		"role's other ceilings":       role.Limits.Wall == Unlimited,
		"profiles in order":           small.Name == "small" && policy.Profiles[1].Name == "large",
		"size lowered to max_workers": small.Pool.Size == 4,
		"time":                        small.Pool.IdleTTL.Seconds() == 90,
		"default lowered to max":      small.Limits.Default.CPU == 10 && small.Limits.Default.Memory == 64<<20,
		"default given":               small.Limits.Default.Wall == 10,
		"unlimited":                   small.Limits.Max.RequestBody == Unlimited,
		"off is a word":               small.Confinement.Cgroup == Off,
		"format follows output":       policy.Log.Format == "journal",
		"bool":                        !policy.Metrics.Enabled && policy.Metrics.OnSocket,
	} {
		if !ok {
			t.Errorf("%s: got %+v", name, policy)
		}
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stockade.yaml")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "cannot load the policy: ") {
		t.Errorf("a file that is not there: got %v", err)
	}
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("\ufeffversion: 1\r\nsocket: {group: root}\r\n")
	if policy, err := Load(path); err != nil || policy.File != path || policy.Socket.Group.ID != 0 {
		t.Errorf("got %+v, %v", policy, err)
	}
	write("version: 2\n")
	var errs Errors
	if _, err := Load(path); !errors.As(err, &errs) || errs[0].File != path || errs[0].Line != 1 || errs[0].Column != 10 {
		t.Errorf("a file of another version: got %v", err)
	}
}

func TestLookUpOnThisHost(t *testing.T) {
	const nobodyHasIt = "no-such-account-here"
	host := thisHost()
	if id, err := host.userID("root"); err != nil || id != "0" {
		t.Errorf("root: got %s, %v", id, err)
	}
	if _, err := host.userID(nobodyHasIt); err == nil {
		t.Error("an unknown user was found")
	}
	if id, err := host.groupID("root"); err != nil || id != "0" {
		t.Errorf("group root: got %s, %v", id, err)
	}
	if _, err := host.groupID(nobodyHasIt); err == nil {
		t.Error("an unknown group was found")
	}
}
