package supervisor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
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

func (w appWorker) ready() *warm { return w.s.warm.ready(w.a.warmKey()) }

// identity is whose code the app's isolate runs.
func (s *Supervisor) appIdentity(p *pool, role policy.Role, a *app) identity {
	return identity{s: s, pool: p, role: role, name: fmt.Sprintf("%s@%d", workerName(a.key), a.version.Number), root: workerName(a.key), self: appWorker{s, a},
		account: accountOf(store.UsageApp, a.key)}
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
	if b.Type == "service" {
		owner, _, _ := strings.Cut(a.key, "/")
		props, err := codedJSON(b.Props)
		if err != nil {
			return nil, rpc.Errorf(rpc.BadRequest, "/bindings/%s/props: expected JSON.", name)
		}
		c := &serviceCap{worker: namedApp{s, owner + "/" + b.App}, entrypoint: b.Entrypoint, props: parcel{data: props}, identity: who}
		c.retain()
		return c, nil
	}
	if b.Type == "assets" {
		return &assetsCap{s, a}, nil
	}
	return nil, rpc.Errorf(rpc.BadRequest, "/bindings/%s: bindings of the type %q are not supported yet.", name, b.Type)
}

// namedApp is an app in whichever version is the active one when it is called.
type namedApp struct {
	s   *Supervisor
	key string
}

func (n namedApp) acquire(ctx context.Context) (*warm, error) {
	a, err := n.s.apps.get(n.key)
	if errors.Is(err, store.ErrNotFound) {
		_, name, _ := strings.Cut(n.key, "/")
		return nil, errNoApp(name)
	}
	if err != nil {
		return nil, err
	}
	return appWorker{n.s, a}.acquire(ctx)
}

// codedJSON is JSON as a coded value (workerproc/runtime/parts/codec.js): an array within an array.
func codedJSON(v jsontext.Value) ([]byte, error) {
	if len(v) == 0 {
		return nil, nil
	}
	var out []byte
	d := jsontext.NewDecoder(bytes.NewReader(v))
	for first := true; ; first = false {
		kind := d.PeekKind()
		depth, index := d.StackIndex(d.StackDepth())
		t, err := d.ReadToken()
		if err == io.EOF && !first {
			return appendPiece(nil, out), nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, separator(depth, index, kind)...)
		switch kind {
		case '[':
			out = append(out, "[["...)
		case ']':
			out = append(out, "]]"...)
		case '"':
			if out, err = jsontext.AppendQuote(out, t.String()); err != nil {
				return nil, err
			}
		default:
			out = append(out, t.String()...)
		}
	}
}

// separator stands before a token that is the index-th in its object or array.
func separator(in jsontext.Kind, index int64, token jsontext.Kind) string {
	switch {
	case token == ']' || token == '}' || in == 0 || index == 0:
		return ""
	case in == '{' && index%2 == 1:
		return ":"
	}
	return ","
}

// setUpApp returns what gives an isolate its identity and the app's bindings.
func (s *Supervisor) setUpApp(who identity, a *app, code *workerCode) (func(*isolate, *rpc.Load), error) {
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
		if code != nil {
			code.bindOutbound(who, at)
		}
		for _, name := range slices.Sorted(maps.Keys(held)) {
			grant := at.grants.give([]capability{held[name]}, 0)
			load.Bindings = append(load.Bindings, rpc.Binding{Name: name, Kind: a.config.Bindings[name].Type, Grant: grant[0]})
		}
	}, nil
}
