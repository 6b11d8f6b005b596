package supervisor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/policy"
)

// appDeployment is the body of PUT /v1/apps/{name}.
type appDeployment struct {
	Code     *workerCode           `json:"code,omitzero"` // not needed with assets
	Bindings map[string]appBinding `json:"bindings,omitzero"`
	Assets   *appAssets            `json:"assets,omitzero"`
	Limits   *requestedLimits      `json:"limits,omitzero"`
	Message  string                `json:"message,omitzero"`
	Profile  string                `json:"profile,omitzero"`
}

// appAssets are an app's files, by absolute path, and how they are served.
type appAssets struct {
	Files        map[string][]byte `json:"files"`
	assetOptions `json:",inline"`
}

// appBody is an app as API clients see it.
type appBody struct {
	Name      string                `json:"name"`
	Owner     uint32                `json:"owner"`   // uid
	Version   int                   `json:"version"` // the active one
	Profile   string                `json:"profile"`
	CreatedAt time.Time             `json:"createdAt"`
	UpdatedAt time.Time             `json:"updatedAt"`
	Warm      bool                  `json:"warm"`
	Versions  []versionBody         `json:"versions,omitzero"` // the newest first; not in lists
	Bindings  map[string]appBinding `json:"bindings,omitzero"` // of the active version, values left out
	Limits    *requestedLimits      `json:"limits,omitzero"`
	Assets    *assetsBody           `json:"assets,omitzero"`
	Listeners []listenerBody        `json:"listeners,omitzero"` // by which it is reached; not in lists
}

// listenerBody is where requests come to an app: the listener's address, and which they are.
type listenerBody struct {
	Address string `json:"address"`
	Match   string `json:"match"`
}

type versionBody struct {
	Number    int       `json:"number"`
	CodeHash  string    `json:"codeHash,omitzero"`
	Message   string    `json:"message,omitzero"`
	CreatedAt time.Time `json:"createdAt"`
}

type assetsBody struct {
	Files        int   `json:"files"`
	Bytes        int64 `json:"bytes"`
	assetOptions `json:",inline"`
}

var appName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

const maxMessage = 1000 // bytes

// appKey is the key of the app that the path names: the caller's own, or
// another's, for those who see all.
func (s *Supervisor) appKey(c caller, r *http.Request) (string, error) {
	name := r.PathValue("name")
	if !appName.MatchString(name) {
		return "", rpc.Errorf(rpc.BadRequest, "An app's name has 1 to 63 of a-z, 0-9, - and _, and begins with a letter or digit, unlike %.100q.", name)
	}
	owner, err := ownerFor(c, r)
	if err != nil {
		return "", err
	}
	if !c.role.Sees(c.uid, owner) {
		return "", errNoApp(name)
	}
	return storeKey(owner, name), nil
}

// handleDeploy makes a version of an app and has requests answered by it. The
// code is loaded first, so that what is wrong with it shows now.
func (s *Supervisor) handleDeploy(w http.ResponseWriter, r *http.Request, c caller) error {
	key, err := s.appKey(c, r)
	if err != nil {
		return err
	}
	var req appDeployment
	if err := decodeJSON(http.MaxBytesReader(w, r.Body, maxRequest), &req); err != nil {
		return err
	}
	p, err := s.profile(c, req.Profile)
	if err != nil {
		return err
	}
	if req.Code != nil {
		req.Code.experimental = p.current().Experimental
		if p, err = s.onEngine(p, req.Code.Engine); err != nil {
			return err
		}
	}
	a, d, err := req.check(key, policy.Ceiling(*p.current(), c.role))
	if err != nil {
		return err
	}
	d.Owner, d.Profile = c.role.Name, p.current().Name
	changed, err := s.deploy(r.Context(), p, c, a, req.Code, d)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if changed && a.version.Number == 1 {
		status = http.StatusCreated
	}
	w.Header().Set("Location", "/v1/apps/"+r.PathValue("name"))
	return s.answerApp(w, status, key)
}

// check validates a deployment and makes an app and a version of it that have
// no number yet.
func (q *appDeployment) check(key string, ceiling policy.Limits) (*app, store.Deployment, error) {
	a := &app{key: key, config: appConfig{Bindings: q.Bindings, Limits: q.Limits}}
	d := store.Deployment{Message: q.Message}
	if q.Code == nil && q.Assets == nil {
		return nil, d, rpc.Errorf(rpc.BadRequest, "/code is missing: an app has code, assets or both.")
	}
	if len(q.Message) > maxMessage {
		return nil, d, rpc.Errorf(rpc.BadRequest, "/message has %d bytes, and may have %d.", len(q.Message), maxMessage)
	}
	if q.Assets != nil {
		if err := checkAssets(q.Assets.Files); err != nil {
			return nil, d, err
		}
		a.config.Assets, d.Assets = &q.Assets.assetOptions, q.Assets.Files
		if d.Assets == nil {
			d.Assets = make(map[string][]byte)
		}
	}
	if err := a.config.check(); err != nil {
		return nil, d, err
	}
	var err error
	if q.Code != nil {
		if d.Code, err = q.checkCode(&a.config, ceiling); err != nil {
			return nil, d, err
		}
	}
	d.Config, err = a.config.canonical()
	return a, d, err
}

// checkCode checks the code with the env that it will have, and returns the
// form that is stored, without it.
func (q *appDeployment) checkCode(config *appConfig, ceiling policy.Limits) ([]byte, error) {
	switch {
	case q.Code.Env != nil:
		return nil, rpc.Errorf(rpc.BadRequest, "/code/env: an app's env comes from /bindings.")
	case q.Code.Limits != nil:
		return nil, rpc.Errorf(rpc.BadRequest, "/code/limits: an app's limits are in /limits.")
	case q.Code.Bindings != nil:
		return nil, rpc.Errorf(rpc.BadRequest, "/code/bindings: an app's bindings are in /bindings.")
	}
	var err error
	if q.Code.Env, err = config.env(); err != nil {
		return nil, err
	}
	if err := q.Code.check(ceiling, time.Now()); err != nil {
		return nil, err
	}
	stored := *q.Code
	stored.Env = nil
	return stored.canonical()
}

// deploy loads the code, stores the version, and puts it in the place of the
// one before. It reports whether there is anything new.
func (s *Supervisor) deploy(ctx context.Context, p *pool, c caller, a *app, code *workerCode, d store.Deployment) (bool, error) {
	before, err := s.store.GetApp(a.key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	d.At = time.Now().UTC().Round(0)
	a.version = store.Version{Number: before.Next(), Profile: d.Profile, CreatedAt: d.At}
	if d.Code != nil {
		a.version.Code = store.HashCode(d.Code)
	}
	slot, err := s.tryApp(ctx, p, c.role, a, code)
	if err != nil {
		return false, err
	}
	failpoint("deploy: loaded")
	_, changed, err := s.store.PutApp(a.key, d)
	err = noRoom(err)
	failpoint("deploy: stored")
	if changed {
		s.replaced(s.apps.forget(a.key))
		a.log = s.apps.log(a.key)
		a.log.add(logRecord{Type: "deploy", Timestamp: millis(d.At), Version: a.version.Number, Message: jsonString(d.Message)})
	}
	if slot == nil {
		return changed, err
	}
	// Requests go to what the store has by now: perhaps to another deployment of the same moment.
	if now, _ := s.apps.get(a.key); changed && now != nil && now.warmKey() == a.warmKey() {
		s.adoptApp(p, a, slot)
	} else {
		slot.retire()
	}
	return changed, err
}

// tryApp loads the code with its bindings; no slot for an app without code.
func (s *Supervisor) tryApp(ctx context.Context, p *pool, role policy.Role, a *app, code *workerCode) (*slot, error) {
	setUp, err := s.setUpApp(s.appIdentity(p, role, a), a, code)
	if err != nil || code == nil {
		return nil, err
	}
	if err := code.checkOutbound(*p.current()); err != nil {
		return nil, err
	}
	limits := policy.EffectiveLimits(*p.current(), role, a.config.Limits.requested(), policy.RequestedLimits{})
	return s.load(ctx, p, workerName(a.key), code, limits, setUp)
}

// adoptApp keeps the isolate that a deployment has loaded for its first
// request.
func (s *Supervisor) adoptApp(p *pool, a *app, slot *slot) {
	a.logBoot(slot)
	ready := make(chan struct{})
	close(ready)
	s.warm.adopt(&warm{key: a.warmKey(), slot: slot, ready: ready,
		meta: workerMeta{pool: p, limits: a.config.Limits.requested()}})
}

// replaced ends the isolate of a version that requests no longer go to; those
// under way are finished.
func (s *Supervisor) replaced(old *app) {
	if old != nil {
		s.warm.dropKey(old.warmKey())
	}
}

// answerApp sends what there is to know of an app.
func (s *Supervisor) answerApp(w http.ResponseWriter, status int, key string) error {
	c, err := s.store.AppContent(key)
	if errors.Is(err, store.ErrNotFound) {
		_, name, _ := strings.Cut(key, "/")
		return errNoApp(name)
	}
	if err != nil {
		return err
	}
	b := s.appBody(c.App)
	var config appConfig
	if err := json.Unmarshal(c.Config, &config); err != nil {
		return fmt.Errorf("cannot read the stored configuration of app %q: %w", key, err)
	}
	b.Bindings, b.Limits = withoutValues(config.Bindings), config.Limits
	if config.Assets != nil {
		b.Assets = &assetsBody{Files: len(c.Assets), assetOptions: *config.Assets}
		for _, asset := range c.Assets {
			b.Assets.Bytes += asset.Size
		}
	}
	for i := len(c.App.Versions) - 1; i >= 0; i-- {
		v := c.App.Versions[i]
		b.Versions = append(b.Versions, versionBody{v.Number, v.Code, v.Message, v.CreatedAt})
	}
	b.Listeners = s.leadingTo(key)
	writeJSON(w, status, b)
	return nil
}

// leadingTo are the routes of the policy's listeners to an app.
func (s *Supervisor) leadingTo(key string) []listenerBody {
	var all []listenerBody
	for _, l := range s.policy.Load().Listeners {
		for _, r := range l.Apps {
			if storeKey(r.Owner, r.Name) == key {
				all = append(all, listenerBody{l.Address, r.Match})
			}
		}
	}
	return all
}

// withoutValues leaves out what may be secret: who may read isn't who may
// deploy.
func withoutValues(bindings map[string]appBinding) map[string]appBinding {
	shown := make(map[string]appBinding, len(bindings))
	for name, b := range bindings {
		b.Value, b.Props = nil, nil
		shown[name] = b
	}
	return shown
}

func (s *Supervisor) appBody(record store.App) appBody {
	owner, name, _ := strings.Cut(record.ID, "/")
	uid, _ := strconv.ParseUint(owner, 10, 32)
	_, isWarm := s.warm.peek((&app{key: record.ID, version: record.Current()}).warmKey())
	return appBody{Name: name, Owner: uint32(uid), Version: record.Active, Profile: record.Current().Profile,
		CreatedAt: record.CreatedAt, UpdatedAt: record.UpdatedAt, Warm: isWarm}
}

// handleApp answers with one app.
func (s *Supervisor) handleApp(w http.ResponseWriter, r *http.Request, c caller) error {
	key, err := s.appKey(c, r)
	if err != nil {
		return err
	}
	return s.answerApp(w, http.StatusOK, key)
}

// handleApps answers with a page of the apps that the caller sees.
func (s *Supervisor) handleApps(w http.ResponseWriter, r *http.Request, c caller) error {
	apps, next, err := pageOf(r, c, s.store.ListApps, s.appBody)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Apps []appBody `json:"apps"`
		Next string    `json:"next,omitzero"` // give it as ?after= for the next page
	}{apps, next})
	return nil
}

// handleDeleteApp removes an app with all its versions. Requests that are
// under way in it go on.
func (s *Supervisor) handleDeleteApp(w http.ResponseWriter, r *http.Request, c caller) error {
	key, err := s.appKey(c, r)
	if err != nil {
		return err
	}
	failpoint("delete app: before")
	if err := s.store.DeleteApp(key); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return errNoApp(r.PathValue("name"))
		}
		return err
	}
	s.replaced(s.apps.remove(key))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// handleRollback makes an earlier version the active one: that of the body,
// or the one before.
func (s *Supervisor) handleRollback(w http.ResponseWriter, r *http.Request, c caller) error {
	key, err := s.appKey(c, r)
	if err != nil {
		return err
	}
	var req struct {
		Version int `json:"version,omitzero"`
	}
	if r.ContentLength != 0 {
		if err := decodeJSON(http.MaxBytesReader(w, r.Body, 1<<10), &req); err != nil {
			return err
		}
	}
	record, err := s.store.ActivateVersion(key, req.Version)
	if errors.Is(err, store.ErrNotFound) {
		return noVersion(record, r.PathValue("name"), req.Version)
	}
	if err != nil {
		return err
	}
	s.replaced(s.apps.forget(key))
	s.apps.log(key).add(logRecord{Type: "deploy", Timestamp: millis(time.Now()), Version: record.Active, Message: jsontext.Value(`"rollback"`)})
	return s.answerApp(w, http.StatusOK, key)
}

func noVersion(record store.App, name string, number int) error {
	switch {
	case record.Active == 0:
		return errNoApp(name)
	case number == 0:
		return rpc.Errorf(rpc.NotFound, "App %q has no version before %d.", name, record.Active)
	}
	return rpc.Errorf(rpc.NotFound, "App %q has no version %d: it keeps the last %d.", name, number, store.MaxVersions)
}
