package supervisor

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/assets"
)

// appBinding is one property of an app's env.
type appBinding struct {
	Type       string         `json:"type"`                // json, worker_loader, service, assets
	Value      jsontext.Value `json:"value,omitzero"`      // json
	ID         string         `json:"id,omitzero"`         // worker_loader: bindings of one id share what they load
	App        string         `json:"app,omitzero"`        // service
	Entrypoint string         `json:"entrypoint,omitzero"` // service
	Props      jsontext.Value `json:"props,omitzero"`      // service
}

// appConfig is what a version of an app has beside its code and files.
type appConfig struct {
	Bindings map[string]appBinding `json:"bindings,omitzero"`
	Limits   *requestedLimits      `json:"limits,omitzero"`
	Assets   *assetOptions         `json:"assets,omitzero"`
}

// bindingMembers are what a binding of each type has beside its type.
var bindingMembers = map[string]struct{ needed, possible []string }{
	"json":          {[]string{"value"}, nil},
	"worker_loader": {nil, []string{"id"}},
	"service":       {[]string{"app"}, []string{"entrypoint", "props"}},
	"assets":        {nil, nil},
}

func (b appBinding) members() map[string]bool {
	return map[string]bool{"value": b.Value != nil, "id": b.ID != "", "app": b.App != "", "entrypoint": b.Entrypoint != "", "props": b.Props != nil}
}

func (b appBinding) check(at jsontext.Pointer) error {
	rule, known := bindingMembers[b.Type]
	if !known {
		return jsonError(at+"/type", fmt.Sprintf("there is no binding of the type %q; there are %q", b.Type, slices.Sorted(maps.Keys(bindingMembers))))
	}
	for name, given := range b.members() {
		needed := slices.Contains(rule.needed, name)
		switch {
		case needed && !given:
			return jsonError(at, fmt.Sprintf("a binding of the type %q needs %s", b.Type, name))
		case given && !needed && !slices.Contains(rule.possible, name):
			return jsonError(at.AppendToken(name), fmt.Sprintf("a binding of the type %q has no such member", b.Type))
		}
	}
	if b.App != "" && !appName.MatchString(b.App) {
		return jsonError(at+"/app", fmt.Sprintf("%.100q is no name of an app", b.App))
	}
	if len(b.ID) > maxID || len(b.Entrypoint) > maxID {
		return jsonError(at, fmt.Sprintf("id and entrypoint have %d bytes at most", maxID))
	}
	if b.Props != nil && b.Props.Kind() != '{' {
		return jsonError(at+"/props", "expected an object, found "+kinds[b.Props.Kind()])
	}
	return nil
}

var bindingName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]{0,127}$`)

func (c *appConfig) check() error {
	for _, name := range slices.Sorted(maps.Keys(c.Bindings)) {
		at := jsontext.Pointer("/bindings").AppendToken(name)
		if !bindingName.MatchString(name) {
			return jsonError(at, "the name of a binding is a JavaScript name of up to 128 characters")
		}
		if err := c.Bindings[name].check(at); err != nil {
			return err
		}
		if c.Bindings[name].Type == "assets" && c.Assets == nil {
			return jsonError(at, "there are no /assets for it to have")
		}
	}
	if err := c.Limits.check(); err != nil {
		return err
	}
	return c.Assets.check()
}

// env is the app's env as far as it is JSON.
func (c *appConfig) env() (jsontext.Value, error) {
	values := make(map[string]jsontext.Value)
	for name, b := range c.Bindings {
		if b.Type == "json" {
			values[name] = b.Value
		}
	}
	return json.Marshal(values, json.Deterministic(true))
}

func (c *appConfig) canonical() ([]byte, error) {
	b, err := json.Marshal(c, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("cannot store an app's configuration: %w", err)
	}
	v := jsontext.Value(b)
	if err := v.Canonicalize(); err != nil {
		return nil, fmt.Errorf("cannot store an app's configuration: %w", err)
	}
	return v, nil
}

// app is the active version of an app as requests need it. It doesn't change.
type app struct {
	key     string // owner's uid "/" name
	version store.Version
	config  appConfig
	assets  store.Manifest
	rules   *assets.Rules // of its files; nil without
	log     *appLog
}

func (a *app) hasCode() bool { return a.version.Code != "" }

// warmKey is its isolate's in the registry; no Worker's key begins like this.
// Another version is another isolate, and so is one of the same number of an
// app that was deleted and deployed again.
func (a *app) warmKey() string {
	key := make([]byte, 0, 96)
	key = append(append(key, workerName(a.key)...), '@')
	key = append(strconv.AppendInt(key, int64(a.version.Number), 10), '.')
	return string(strconv.AppendInt(key, a.version.CreatedAt.UnixNano(), 10))
}

// workerName names an app's Worker in its jail, and addresses what is compiled
// of it: the same for all versions.
func workerName(key string) string { return "app/" + key }

// appRegistry holds the apps that have been asked for, and their logs.
type appRegistry struct {
	store *store.Store
	watch sync.WaitGroup // for the invocations that are followed

	mu      sync.Mutex // guards what follows
	loaded  map[string]*app
	logs    map[string]*appLog
	changes int // counts calls of forget: what was read before one may be old
}

func newAppRegistry() *appRegistry {
	return &appRegistry{loaded: make(map[string]*app), logs: make(map[string]*appLog)}
}

func errNoApp(name string) error {
	return rpc.Errorf(rpc.NotFound, "There is no app with the name %q.", name)
}

// get returns an app's active version. The error is store.ErrNotFound when
// there is none.
func (r *appRegistry) get(key string) (*app, error) {
	r.mu.Lock()
	a, changes := r.loaded[key], r.changes
	r.mu.Unlock()
	if a != nil {
		return a, nil
	}
	a, err := r.read(key)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	a.log = r.logLocked(key)
	if changes == r.changes {
		r.loaded[key] = a
	}
	return a, nil
}

func (r *appRegistry) read(key string) (*app, error) {
	c, err := r.store.AppContent(key)
	if err != nil {
		return nil, err
	}
	a := &app{key: key, version: c.App.Current(), assets: c.Assets}
	if err := json.Unmarshal(c.Config, &a.config); err != nil {
		return nil, fmt.Errorf("cannot read the stored configuration of app %q: %w", key, err)
	}
	if o := a.config.Assets; o != nil {
		a.rules, _, _ = assets.Parse(o.Redirects, o.Headers)
	}
	return a, nil
}

// forget has the next request read the app again. It returns what was known.
func (r *appRegistry) forget(key string) *app {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes++
	a := r.loaded[key]
	delete(r.loaded, key)
	return a
}

// remove forgets the app and ends its log.
func (r *appRegistry) remove(key string) *app {
	a := r.forget(key)
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.logs[key]; l != nil {
		l.close()
		delete(r.logs, key)
	}
	return a
}

// log is the log of an app that there is.
func (r *appRegistry) log(key string) *appLog {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logLocked(key)
}

func (r *appRegistry) logLocked(key string) *appLog {
	l := r.logs[key]
	if l == nil {
		l = newAppLog()
		r.logs[key] = l
	}
	return l
}

// code is the app's code with its env, ready to be loaded.
func (s *Supervisor) appCode(a *app) (*workerCode, error) {
	blob, err := s.store.Blob(a.version.Code)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errGone // it was replaced or deleted meanwhile
	}
	if err != nil {
		return nil, err
	}
	code, err := parseStored(blob)
	if err != nil {
		return nil, err
	}
	code.Env, err = a.config.env()
	return code, err
}
