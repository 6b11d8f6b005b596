package supervisor

import (
	"log/slog"
	"testing"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/policy"
)

// FuzzCacheCall makes calls on the cache as a hostile isolate may, and holds that another Worker sees nothing of them.
func FuzzCacheCall(f *testing.F) {
	db, err := store.Open(f.TempDir(), store.Options{Cache: store.CacheLimits{Total: 1 << 20, PerOwner: 1 << 20}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	s := &Supervisor{store: db, log: slog.New(slog.DiscardHandler)}
	p := policy.Default()
	p.Cache = policy.Cache{Total: 1 << 20, PerOwner: 1 << 20}
	s.policy.Store(p)
	on := func(name string) *isolate {
		return &isolate{log: s.log, identity: identity{s: s, name: name, account: account{owner: 1, kind: store.UsageWorker, name: name}}}
	}
	victim := on("victim")
	put(f, victim, "k", "secret")
	hostile := on("hostile")
	f.Add(uint8(rpc.CacheMatch), "", "k", uint64(1), int64(0), int64(1)<<50, []byte("m"), []byte("d"))
	f.Add(uint8(rpc.CacheRead), "", "k", uint64(1), int64(0), int64(0), []byte{}, []byte{})
	f.Add(uint8(rpc.CacheCommit), "", "k", uint64(2), int64(-1), int64(-1), []byte{}, []byte("x"))
	f.Fuzz(func(t *testing.T, verb uint8, cache, key string, entry uint64, offset, expires int64, meta, data []byte) {
		out := hostile.serveCacheCall(&rpc.CacheCall{Verb: rpc.CacheVerb(verb), Cache: cache, Key: key, Entry: entry, Offset: offset, Expires: expires, Meta: meta, Data: data})
		if out == nil || out.Error != nil && out.Error.Kind == rpc.Internal {
			t.Fatalf("%+v", out)
		}
		if string(out.Data) == "secret" && string(data) != "secret" {
			t.Fatal("another Worker's body was read")
		}
		hit := victim.serveCacheCall(&rpc.CacheCall{Verb: rpc.CacheMatch, Key: "k"})
		if !hit.Found || string(hit.Data) != "secret" {
			t.Fatalf("the victim's entry is %+v", hit)
		}
	})
}

func put(t testing.TB, i *isolate, key, body string) {
	t.Helper()
	begun := i.serveCacheCall(&rpc.CacheCall{Verb: rpc.CachePut})
	done := i.serveCacheCall(&rpc.CacheCall{Verb: rpc.CacheCommit, Key: key, Entry: begun.Entry, Expires: 1 << 50, Data: []byte(body)})
	if begun.Error != nil || done.Error != nil {
		t.Fatal(begun.Error, done.Error)
	}
}

// TestCacheScopes says which Workers share a cache: none but a Worker with itself.
func TestCacheScopes(t *testing.T) {
	s := &Supervisor{}
	scopes := map[store.CacheScope]string{}
	for name, who := range map[string]identity{
		"an app":                  {name: "app/1/shop@1", account: account{owner: 1, kind: store.UsageApp, name: "shop"}},
		"another owner's":         {name: "app/2/shop@1", account: account{owner: 2, kind: store.UsageApp, name: "shop"}},
		"a Worker of that name":   {name: "1/shop", account: account{owner: 1, kind: store.UsageWorker, name: "shop"}},
		"what the app has loaded": {name: "dynamic/shop/a", account: account{owner: 1, kind: store.UsageApp, name: "shop", dynamic: true, worker: "a"}},
		"another that it has":     {name: "dynamic/shop/b", account: account{owner: 1, kind: store.UsageApp, name: "shop", dynamic: true, worker: "b"}},
		"one without an id":       {name: "dynamic/shop/#1", account: account{owner: 1, kind: store.UsageApp, name: "shop", dynamic: true}},
		"another without":         {name: "dynamic/shop/#2", account: account{owner: 1, kind: store.UsageApp, name: "shop", dynamic: true}},
		"code run once":           {name: "run/1", account: account{owner: 1, kind: store.UsageRun}},
		"other code":              {name: "run/2", account: account{owner: 1, kind: store.UsageRun}},
	} {
		who.s = s
		scope := (&isolate{identity: who}).cacheScope()
		if other, taken := scopes[scope]; taken {
			t.Errorf("%s shares its cache with %s", name, other)
		}
		scopes[scope] = name
	}
	v1 := (&isolate{identity: identity{name: "app/1/shop@1", account: account{owner: 1, kind: store.UsageApp, name: "shop"}}}).cacheScope()
	v2 := (&isolate{identity: identity{name: "app/1/shop@2", account: account{owner: 1, kind: store.UsageApp, name: "shop"}}}).cacheScope()
	if v1 != v2 {
		t.Error("a new version of an app has another cache")
	}
}
