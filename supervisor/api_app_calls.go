package supervisor

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/policy"
)

// handleAppFetch forwards a request to an app: its files answer, or its Worker.
func (s *Supervisor) handleAppFetch(w http.ResponseWriter, r *http.Request, c caller) error {
	a, err := s.namedApp(c, r)
	if err != nil {
		return err
	}
	invoke, limits, err := options(r)
	if err != nil {
		return err
	}
	return s.serveApp(w, r, a, c.role, invoke, limits, workerURL(r))
}

// namedApp is the app that the path names.
func (s *Supervisor) namedApp(c caller, r *http.Request) (*app, error) {
	key, err := s.appKey(c, r)
	if err != nil {
		return nil, err
	}
	return s.app(key)
}

func (s *Supervisor) app(key string) (*app, error) {
	a, err := s.apps.get(key)
	if errors.Is(err, store.ErrNotFound) {
		_, name, _ := strings.Cut(key, "/")
		return nil, errNoApp(name)
	}
	return a, err
}

// serveApp answers one request to an app, and sees to it that it is logged.
func (s *Supervisor) serveApp(w http.ResponseWriter, r *http.Request, a *app, role policy.Role, invoke *rpc.Invoke, limits *requestedLimits, target string) error {
	at, err := url.Parse(target)
	if err != nil {
		return rpc.Errorf(rpc.BadRequest, "The URL cannot be understood.")
	}
	q := newAppRequest(a, r.Method, target)
	if invoke.Entrypoint == "" && s.serveAsset(statusKeeper{w, q}, r, a, at) {
		q.end("asset", 0)
		return nil
	}
	read, err := takeRequest(invoke, r, target)
	if err != nil {
		return err
	}
	x, err := s.invokeApp(r, a, role, invoke, limits, read)
	if err != nil {
		q.refused(err)
		return err
	}
	defer x.close()
	defer unblock(w, x)
	return s.logged(q, x, func() error {
		return s.answerFetch(w, r, x, func(status int) { q.status.Store(int32(status)) })
	})
}

// statusKeeper notes the status of an answer that is no Worker's.
type statusKeeper struct {
	http.ResponseWriter
	request *appRequest
}

// WriteHeader implements http.ResponseWriter.
func (k statusKeeper) WriteHeader(status int) {
	k.request.status.Store(int32(status))
	k.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (k statusKeeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// logged answers, and has the invocation followed to its end meanwhile, which
// may come later than the answer's.
func (s *Supervisor) logged(q *appRequest, x *exchange, answer func() error) error {
	s.apps.watch.Add(1)
	q.follow(x, s.apps.watch.Done)
	defer q.part() // also when answer panics to cut the response off
	err := answer()
	q.took = time.Since(q.began)
	if err != nil && !errors.Is(err, errAnswered) && !errors.Is(err, errClientGone) {
		e := asError(err)
		q.failed.Store(e)
		q.status.Store(int32(statusOf(e)))
	}
	return err
}

// invokeApp begins an invocation in the app's warm isolate.
func (s *Supervisor) invokeApp(r *http.Request, a *app, role policy.Role, invoke *rpc.Invoke, limits *requestedLimits, body func(*order) error) (*exchange, error) {
	if !a.hasCode() {
		return nil, rpc.Errorf(rpc.NotFound, "The app has no Worker, only files.")
	}
	return s.invokeWarm(r.Context(), role, a.warmKey(), s.appLoader(a), invoke, limits, body)
}

// appLoader loads the app's Worker for the registry.
func (s *Supervisor) appLoader(a *app) func(*warm) {
	return func(w *warm) { w.slot, w.meta, w.err = s.loadApp(a) }
}

func (s *Supervisor) loadApp(a *app) (*slot, workerMeta, error) {
	p := s.pools[a.version.Profile]
	if p == nil {
		return nil, workerMeta{}, rpc.Errorf(rpc.NotFound, "The app's profile %q is no longer in the policy.", a.version.Profile)
	}
	code, err := s.appCode(a)
	if err != nil {
		return nil, workerMeta{}, err
	}
	if p, err = s.onEngine(p, code.Engine); err != nil {
		return nil, workerMeta{}, err
	}
	role := policy.Role{Limits: p.current().Limits.Max}
	slot, err := s.tryApp(s.ctx, p, role, a, code)
	if err == nil {
		a.logBoot(slot)
	}
	return slot, workerMeta{pool: p, limits: a.config.Limits.requested(), hash: a.version.Code}, err
}

// handleAppRPC calls a method of an app's entrypoint.
func (s *Supervisor) handleAppRPC(w http.ResponseWriter, r *http.Request, c caller) error {
	a, err := s.namedApp(c, r)
	if err != nil {
		return err
	}
	invoke, limits, err := callOptions(w, r)
	if err != nil {
		return err
	}
	q := newAppRequest(a, "RPC", invoke.Entrypoint+"."+invoke.RPCMethod)
	x, err := s.invokeApp(r, a, c.role, invoke, limits, func(*order) error { return nil })
	if err != nil {
		q.refused(err)
		return err
	}
	defer x.close()
	return s.logged(q, x, func() error {
		q.status.Store(http.StatusOK)
		return answerCall(w, r, x)
	})
}
