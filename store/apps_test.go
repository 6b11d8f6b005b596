package store

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"
)

func deploy(t *testing.T, s *Store, id string, d Deployment) (App, bool) {
	t.Helper()
	if d.Config == nil {
		d.Config = []byte("{}")
	}
	a, changed, err := s.PutApp(id, d)
	if err != nil {
		t.Fatal(err)
	}
	return a, changed
}

func TestAnAppHasVersions(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a, changed := deploy(t, s, "0/shop", Deployment{Code: []byte("one"), Owner: "ops", Message: "first"})
	if !changed || a.Active != 1 || a.Owner != "ops" || a.Current().Message != "first" {
		t.Errorf("%v %+v", changed, a)
	}
	if _, changed := deploy(t, s, "0/shop", Deployment{Code: []byte("one"), Message: "again"}); changed {
		t.Error("the same again has made a version")
	}
	deploy(t, s, "0/shop", Deployment{Code: []byte("two")})
	deploy(t, s, "0/shop", Deployment{Code: []byte("two"), Config: []byte(`{"a":1}`)})
	c, err := s.AppContent("0/shop")
	if err != nil || c.App.Current().Code != HashCode([]byte("two")) || string(c.Config) != `{"a":1}` || c.App.Active != 3 {
		t.Errorf("%v %+v", err, c)
	}
	sound(t, s)
	for _, step := range []struct{ to, active int }{{0, 2}, {0, 1}, {3, 3}} {
		if a, err := s.ActivateVersion("0/shop", step.to); err != nil || a.Active != step.active {
			t.Errorf("%d: %v %+v", step.to, err, a)
		}
	}
	s.ActivateVersion("0/shop", 1)
	for _, number := range []int{0, 4, -1} {
		if _, err := s.ActivateVersion("0/shop", number); !errors.Is(err, ErrNotFound) {
			t.Errorf("%d: %v", number, err)
		}
	}
	if a, _ := deploy(t, s, "0/shop", Deployment{Code: []byte("two")}); a.Active != 4 {
		t.Errorf("%+v", a)
	}
	if err := s.DeleteApp("0/shop"); err != nil {
		t.Fatal(err)
	}
	if r := sound(t, s); r.Blobs != 0 || r.Apps != 0 {
		t.Errorf("%+v", r)
	}
	if err := s.DeleteApp("0/shop"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestOldVersionsAreDropped(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for i := range 30 {
		deploy(t, s, "0/a", Deployment{Code: fmt.Append(nil, i), Assets: map[string][]byte{"/n": fmt.Append(nil, "file", i), "/same": []byte("same")}})
	}
	a, err := s.GetApp("0/a")
	if err != nil || len(a.Versions) != MaxVersions || a.Versions[0].Number != 11 || a.Active != 30 {
		t.Errorf("%v %+v", err, a)
	}
	if r := sound(t, s); r.Blobs != 2*MaxVersions+2 {
		t.Errorf("%+v", r)
	}
}

// TestFilesAreHeldByTheirManifest has versions and apps share files, and a
// file that looks like a manifest.
func TestFilesAreHeldByTheirManifest(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	files := map[string][]byte{"/index.html": []byte("<p>"), "/copy.html": []byte("<p>"), "/big.bin": bytes.Repeat([]byte("x"), 300_000)}
	forged, err := Deployment{Assets: files}.manifest()
	if err != nil {
		t.Fatal(err)
	}
	deploy(t, s, "1/evil", Deployment{Code: forged, Assets: map[string][]byte{"/m": forged}})
	deploy(t, s, "0/a", Deployment{Assets: files})
	deploy(t, s, "0/a", Deployment{Assets: files, Code: []byte("code")})
	deploy(t, s, "0/b", Deployment{Assets: files})
	sound(t, s)
	if err := s.DeleteApp("0/a"); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
	c, err := s.AppContent("0/b")
	if err != nil || len(c.Assets) != 3 || c.Assets["/big.bin"].Size != 300_000 || c.App.Current().Code != "" {
		t.Errorf("%v %+v", err, c)
	}
	var read []byte
	for buf := make([]byte, 100_001); ; {
		n, err := s.ReadBlob(c.Assets["/big.bin"].Hash, buf, int64(len(read)))
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
		read = append(read, buf[:n]...)
	}
	if !bytes.Equal(read, files["/big.bin"]) {
		t.Errorf("%d bytes", len(read))
	}
	for _, id := range []string{"0/b", "1/evil"} {
		if err := s.DeleteApp(id); err != nil {
			t.Fatal(err)
		}
	}
	if r := sound(t, s); r.Blobs != 0 {
		t.Errorf("%+v", r)
	}
	if _, err := s.ReadBlob(c.Assets["/big.bin"].Hash, make([]byte, 1), 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestAppsAreListedByOwner(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for _, id := range []string{"0/a", "0/b", "0/c", "10/a"} {
		deploy(t, s, id, Deployment{Code: []byte(id)})
	}
	page, next, err := s.ListApps("0/", "", 2)
	if err != nil || len(page) != 2 || next != "0/b" {
		t.Errorf("%v %v %v", page, next, err)
	}
	page, next, err = s.ListApps("0/", next, 2)
	if err != nil || len(page) != 1 || next != "" || page[0].ID != "0/c" {
		t.Errorf("%v %v %v", page, next, err)
	}
}

func TestDamagedAppsAreFound(t *testing.T) {
	for name, damage := range map[string]func(tx *bbolt.Tx, a App) error{
		"unreadable": func(tx *bbolt.Tx, a App) error { return tx.Bucket(appsBucket).Put([]byte(a.ID), []byte("{")) },
		"active": func(tx *bbolt.Tx, a App) error {
			a.Active = 7
			return writeApp(tx, a)
		},
		"no code":     func(tx *bbolt.Tx, a App) error { return tx.Bucket(codeBucket).Delete([]byte(a.Current().Code)) },
		"no manifest": func(tx *bbolt.Tx, a App) error { return tx.Bucket(manifestsBucket).Delete([]byte(a.Current().Assets)) },
		"wrong count": func(tx *bbolt.Tx, a App) error {
			_, b := readManifest(tx, a.Current().Assets)
			return writeManifest(tx, a.Current().Assets, 9, b)
		},
		"no manifest at all": func(tx *bbolt.Tx, a App) error {
			return writeManifest(tx, a.Current().Assets, 1, []byte("{"))
		},
		"no file": func(tx *bbolt.Tx, a App) error { return tx.Bucket(codeBucket).Delete([]byte(HashCode([]byte("file")))) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir(), Options{})
			a, _ := deploy(t, s, "0/a", Deployment{Code: []byte("code"), Assets: map[string][]byte{"/f": []byte("file")}})
			if err := s.db.Update(func(tx *bbolt.Tx) error { return damage(tx, a) }); err != nil {
				t.Fatal(err)
			}
			if r, err := s.Check(t.Context()); err != nil || len(r.Problems) == 0 {
				t.Errorf("%v %+v", err, r)
			}
		})
	}
}
