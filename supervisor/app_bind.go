package supervisor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// appWorker is an app's Worker, in one version, as something that can be
// called.
type appWorker struct {
	s *Supervisor
	a *app // from the store or, when it was just deployed, on its way there
}

func (w appWorker) acquire(ctx context.Context) (*warm, error) {
	return w.s.warm.acquire(ctx, w.a.warmKey(), w.s.appLoader(w.a))
}

// identity is whose code the app's isolate runs.
func (s *Supervisor) appIdentity(p *pool, role policy.Role, a *app) identity {
	return identity{s: s, pool: p, role: role, name: fmt.Sprintf("%s@%d", workerName(a.key), a.version.Number), self: appWorker{s, a}}
}

// bind makes what stands behind a binding that reaches out of the app's Worker.
func (s *Supervisor) bind(who identity, a *app, name string, b appBinding) (capability, error) {
	if b.Type == "worker_loader" {
		scope := who.name + "/" + name
		if b.ID != "" {
			owner, _, _ := strings.Cut(a.key, "/")
			scope = owner + "//" + b.ID
		}
		return &loaderCap{identity: who, scope: scope}, nil
	}
	return nil, rpc.Errorf(rpc.BadRequest, "/bindings/%s: bindings of the type %q are not supported yet.", name, b.Type)
}

// setUpApp returns what gives an isolate its identity and the app's bindings.
func (s *Supervisor) setUpApp(who identity, a *app) (func(*isolate, *rpc.Load), error) {
	held := make(map[string]capability)
	for name, b := range a.config.Bindings {
		if b.Type == "json" {
			continue
		}
		c, err := s.bind(who, a, name, b)
		if err != nil {
			return nil, err
		}
		held[name] = c
	}
	return func(at *isolate, load *rpc.Load) {
		at.identity = who
		for _, name := range slices.Sorted(maps.Keys(held)) {
			grant := at.grants.give([]capability{held[name]}, 0)
			load.Bindings = append(load.Bindings, rpc.Binding{Name: name, Kind: a.config.Bindings[name].Type, Grant: grant[0]})
		}
	}, nil
}
