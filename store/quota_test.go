package store

import (
	"errors"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// refused checks that err is a quota's, of one owner or of all.
func refused(t *testing.T, err error, owner bool, limit, used int64) {
	t.Helper()
	var q *QuotaError
	if !errors.As(err, &q) || *q != (QuotaError{owner, limit, used}) {
		t.Errorf("got %v, want a refusal with %d of %d", err, used, limit)
	}
}

func owns(t *testing.T, s *Store, owner string, want int64) {
	t.Helper()
	if n, err := s.Stored(owner); err != nil || n != want {
		t.Errorf("%s has %d bytes, %v, want %d", owner, n, err, want)
	}
}

func TestTheQuotaOfWorkers(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{Quota: Quota{Total: 20_000, PerOwner: 10_000}})
	put(t, s, "1/a", strings.Repeat("a", 6000), false)
	owns(t, s, "1", 6000+recordCost)
	_, err := s.PutWorker(Worker{ID: "1/b", Profile: "default"}, make([]byte, 5000), false)
	refused(t, err, true, 10_000, 11_000+2*recordCost)
	owns(t, s, "1", 6000+recordCost)
	put(t, s, "1/a", "less", true) // makes room
	put(t, s, "1/b", strings.Repeat("b", 5000), false)
	put(t, s, "1/c", strings.Repeat("b", 1000), false)
	owns(t, s, "1", 6004+3*recordCost)
	put(t, s, "11/a", strings.Repeat("c", 8000), false) // another owner, whose number begins like the first's
	_, err = s.PutWorker(Worker{ID: "2/a", Profile: "default"}, make([]byte, 4000), false)
	refused(t, err, false, 20_000, 18_004+5*recordCost)
	s.SetQuota(Quota{Total: 1, PerOwner: 1}) // what is there stays, and may become less
	put(t, s, "1/b", "x", true)
	for _, id := range []string{"1/a", "1/b", "1/c", "11/a"} {
		if err := s.DeleteWorker(id); err != nil {
			t.Error(err)
		}
		sound(t, s)
	}
	owns(t, s, "1", 0)
	owns(t, s, "*", 0)
}

func TestTheQuotaOfApps(t *testing.T) {
	s := open(t, t.TempDir(), Options{Quota: Quota{PerOwner: 30_000}})
	file := make([]byte, 8000)
	deploy := func(code string, files map[string][]byte) error {
		_, _, err := s.PutApp("1/app", Deployment{Code: []byte(code), Config: []byte("{}"), Assets: files})
		return err
	}
	for _, code := range []string{"one", "two", "three"} { // what they have in common counts once
		if err := deploy(code, map[string][]byte{"/a": file, "/b": file}); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := s.Stored("1")
	if before < 8000+recordCost || before > 8000+recordCost+1000 {
		t.Errorf("three versions with one file of 8000 bytes count %d", before)
	}
	if err := deploy("four", map[string][]byte{"/a": make([]byte, 29_000)}); err == nil {
		t.Error("it was taken")
	}
	owns(t, s, "1", before)
	for n := range 2 * MaxVersions { // the old ones go
		if err := deploy(strings.Repeat("x", n+10), nil); err != nil {
			t.Fatal(err)
		}
		sound(t, s)
	}
	if err := s.DeleteApp("1/app"); err != nil {
		t.Error(err)
	}
	owns(t, s, "1", 0)
	sound(t, s)
}

// TestAnOlderStoreIsCounted takes away what stores had not that were written before there was a quota.
func TestAnOlderStoreIsCounted(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	put(t, s, "1/a", strings.Repeat("a", 500), false)
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket(storedBucket) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, Options{})
	owns(t, s, "1", 500+recordCost)
	sound(t, s)
}
