package store

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

var (
	alice = CacheScope{Owner: 1, Worker: "worker/a"}
	bob   = CacheScope{Owner: 2, Worker: "worker/a"}
	now   = time.UnixMilli(1_700_000_000_000)
	later = now.Add(time.Hour)
)

func putCached(t testing.TB, s *Store, scope CacheScope, key string, body []byte, expires time.Time) error {
	t.Helper()
	w := s.CachePut(scope)
	for len(body) > 0 {
		n := min(len(body), 64<<10)
		if _, err := w.Write(body[:n]); err != nil {
			return err
		}
		body = body[n:]
	}
	return w.Commit("default", key, []byte("meta of "+key), expires)
}

// cached returns a body; "" if there is none.
func cached(t testing.TB, s *Store, scope CacheScope, key string) string {
	t.Helper()
	e, ok, err := s.CacheMatch(scope, "default", key, 64<<10, now)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return ""
	}
	body := e.Data
	for int64(len(body)) < e.Size {
		b, err := s.CacheRead(e.Entry, int64(len(body)), min(50_000, e.Size-int64(len(body))))
		if err != nil {
			t.Fatal(err)
		}
		body = append(body, b...)
	}
	if string(e.Meta) != "meta of "+key {
		t.Errorf("%s has the meta %q", key, e.Meta)
	}
	return string(body)
}

func TestTheCacheGivesBackWhatWasPut(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	large := strings.Repeat("0123456789", 100_000)
	for key, body := range map[string]string{"empty": "", "small": "x", "piece": strings.Repeat("p", cachePiece), "large": large} {
		if err := putCached(t, s, alice, key, []byte(body), later); err != nil {
			t.Fatal(err)
		}
		if got := cached(t, s, alice, key); got != body {
			t.Errorf("%s came back with %d bytes of %d", key, len(got), len(body))
		}
	}
	if err := putCached(t, s, alice, "small", []byte("newer"), later); err != nil || cached(t, s, alice, "small") != "newer" {
		t.Error("a newer one doesn't take the older one's place:", err)
	}
	for name, scope := range map[string]CacheScope{"owner": bob, "Worker": {Owner: 1, Worker: "worker/b"}, "isolate": {Owner: 1, Worker: "worker/a", Brief: true}} {
		if cached(t, s, scope, "small") != "" {
			t.Errorf("another %s reads it", name)
		}
		if there, _ := s.CacheDelete(scope, "default", "small", now); there {
			t.Errorf("another %s deletes it", name)
		}
	}
	sound(t, s)
	s.Close()
	s = open(t, dir, Options{})
	if cached(t, s, alice, "large") != large {
		t.Error("it is gone after the store was opened again")
	}
	if there, err := s.CacheDelete(alice, "default", "large", now); !there || err != nil || cached(t, s, alice, "large") != "" {
		t.Error("it can't be deleted:", err)
	}
	sound(t, s)
}

func TestCachedResponsesExpire(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for key, at := range map[string]time.Time{"old": now, "new": now.Add(time.Millisecond)} {
		if err := putCached(t, s, alice, key, []byte(key), at); err != nil {
			t.Fatal(err)
		}
	}
	if cached(t, s, alice, "old") != "" || cached(t, s, alice, "new") != "new" {
		t.Error("what has expired is found, or what has not is not")
	}
	if there, _ := s.CacheDelete(alice, "default", "old", now); there {
		t.Error("what has expired is said to have been there")
	}
	if err := s.CacheSweep(later); err != nil {
		t.Fatal(err)
	}
	if n, size := s.CacheStats(); n != 0 || size != 0 {
		t.Errorf("%d entries of %d bytes after the sweep", n, size)
	}
	sound(t, s)
}

func TestTheCacheIsBounded(t *testing.T) {
	s := open(t, t.TempDir(), Options{Cache: CacheLimits{Total: 300_000, PerOwner: 200_000}})
	body := make([]byte, 40_000)
	for n := range 4 {
		if err := putCached(t, s, alice, fmt.Sprint(n), body, later); err != nil {
			t.Fatal(err)
		}
	}
	cached(t, s, alice, "0")
	for n := 4; n < 6; n++ {
		if err := putCached(t, s, alice, fmt.Sprint(n), body, later); err != nil {
			t.Fatal(err)
		}
	}
	has := ""
	for n := range 6 {
		if cached(t, s, alice, fmt.Sprint(n)) != "" {
			has += fmt.Sprint(n)
		}
	}
	if has != "0345" {
		t.Errorf("%s are left, and 1 and 2 were not used for longest", has)
	}
	for n := range 4 {
		if err := putCached(t, s, bob, fmt.Sprint(n), body, later); err != nil {
			t.Fatal(err)
		}
	}
	if _, size := s.CacheStats(); size > 300_000 {
		t.Errorf("it takes %d bytes in all", size)
	}
	if err := putCached(t, s, alice, "huge", make([]byte, 200_000), later); !errors.Is(err, ErrCacheFull) {
		t.Errorf("more than an owner's share: %v", err)
	}
	sound(t, s)
}

// TestWhatIsUnderWayIsBounded begins many entries and finishes none.
func TestWhatIsUnderWayIsBounded(t *testing.T) {
	s := open(t, t.TempDir(), Options{Cache: CacheLimits{Total: 8 * cachePiece, PerOwner: 4 * cachePiece}})
	var writers []*CacheWriter
	full := false
	for range 10 {
		w := s.CachePut(alice)
		_, err := w.Write(make([]byte, cachePiece))
		full = full || errors.Is(err, ErrCacheFull)
		writers = append(writers, w)
	}
	if !full {
		t.Error("ten times a quarter of an owner's share is under way")
	}
	if err := putCached(t, s, bob, "k", make([]byte, cachePiece), later); err != nil {
		t.Error("another owner can't put anything:", err)
	}
	for _, w := range writers {
		w.Abort()
	}
	if err := putCached(t, s, alice, "k", make([]byte, 2*cachePiece), later); err != nil {
		t.Error("what was given up still counts:", err)
	}
	sound(t, s)
}

// TestWhatIsNotFinishedIsNotSeen also says that a crash leaves nothing of it, and nothing of what belonged to an isolate.
func TestWhatIsNotFinishedIsNotSeen(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	w := s.CachePut(alice)
	if _, err := w.Write(make([]byte, 2*cachePiece)); err != nil {
		t.Fatal(err)
	}
	brief := CacheScope{Owner: 1, Worker: "run/1", Brief: true}
	if err := putCached(t, s, brief, "k", []byte("v"), later); err != nil || cached(t, s, brief, "k") != "v" {
		t.Fatal(err)
	}
	other := CacheScope{Owner: 1, Worker: "run/2", Brief: true}
	if err := errors.Join(putCached(t, s, other, "k", []byte("v"), later), s.CacheEnd(other)); err != nil || cached(t, s, other, "k") != "" {
		t.Error("an isolate's entry has outlived it:", err)
	}
	s.Close()
	s = open(t, dir, Options{})
	s.db.View(func(tx *bbolt.Tx) error {
		if n := tx.Bucket(cacheBodyBucket).Stats().KeyN + tx.Bucket(cacheBucket).Stats().KeyN; n != 0 {
			t.Errorf("%d keys are left", n)
		}
		return nil
	})
	sound(t, s)
}

func TestTheCacheTakesManyAtOnce(t *testing.T) {
	s := open(t, t.TempDir(), Options{Cache: CacheLimits{Total: 2 << 20, PerOwner: 1 << 20}})
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for n := range 20 {
				body := bytes.Repeat([]byte{byte(n)}, 1000*(n%5)+300_000*(n%2))
				if err := putCached(t, s, CacheScope{Owner: uint32(g % 2), Worker: "w"}, fmt.Sprint(n%7), body, later); err != nil {
					t.Error(err)
				}
				if e, ok, err := s.CacheMatch(alice, "default", fmt.Sprint(n%3), 10, now); err != nil && !errors.Is(err, ErrCacheGone) {
					t.Error(e, ok, err)
				}
				s.CacheDelete(alice, "default", fmt.Sprint(n%5), now)
			}
		})
	}
	all.Wait()
	sound(t, s)
}

// cacheForever is what the child that is killed does with the cache.
func cacheForever(s *Store, g, n int) error {
	w := s.CachePut(CacheScope{Owner: uint32(g), Worker: "w"})
	if _, err := w.Write(make([]byte, 100_000*(n%7))); err != nil {
		return err
	}
	if n%5 == 4 {
		s.CacheDelete(CacheScope{Owner: uint32(g), Worker: "w"}, "default", fmt.Sprint(n%3), time.Now())
	}
	return w.Commit("default", fmt.Sprint(n%10), nil, time.Now().Add(time.Hour))
}
