package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// App is the record of an app: a Worker deployed under a name, in versions.
type App struct {
	ID        string    `json:"-"`     // the key: owner's uid "/" name
	Owner     string    `json:"owner"` // the role that deployed it first
	Active    int       `json:"active"`
	Versions  []Version `json:"versions"` // oldest first; the active one is there
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Version is one state of an app. What it consists of are blobs, by address.
type Version struct {
	Number    int       `json:"number"`           // from 1, never given twice
	Code      string    `json:"code,omitempty"`   // "" = assets only
	Config    string    `json:"config"`           // bindings, limits and the like; opaque here
	Assets    string    `json:"assets,omitempty"` // a Manifest; "" = none
	Profile   string    `json:"profile"`
	Message   string    `json:"message,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
}

// Current is the active version.
func (a App) Current() Version {
	v, _ := a.Version(a.Active)
	return v
}

// Next is the number that the next version will have.
func (a App) Next() int {
	if n := len(a.Versions); n > 0 {
		return a.Versions[n-1].Number + 1
	}
	return 1
}

// Version returns the version of that number.
func (a App) Version(number int) (Version, bool) {
	for _, v := range a.Versions {
		if v.Number == number {
			return v, true
		}
	}
	return Version{}, false
}

// Manifest is an app's files by their paths. It holds their blobs as long as
// a version has it. It is none of the blobs itself: a file that looks like a
// manifest must not pass for one.
type Manifest map[string]Asset

// Asset is one file of a Manifest.
type Asset struct {
	Hash string `json:"hash"`
	Size int64  `json:"size"`
}

// Deployment is what PutApp makes a version of.
type Deployment struct {
	Code, Config []byte            // Code may be nil
	Assets       map[string][]byte // by path; nil = none
	Profile      string
	Message      string
	Owner        string    // the role
	At           time.Time // the version's; zero: now
}

// MaxVersions is how many versions an app keeps.
const MaxVersions = 20

// PutApp adds a version to an app, which it makes when it isn't there, and
// makes it the active one. What is active already changes nothing: false.
func (s *Store) PutApp(id string, d Deployment) (App, bool, error) {
	if id == "" || len(id) > MaxID {
		return App{}, false, fmt.Errorf("cannot store an app with an id of %d bytes: 1 to %d are possible", len(id), MaxID)
	}
	manifest, err := d.manifest()
	if err != nil {
		return App{}, false, fmt.Errorf("cannot store app %q: %w", id, err)
	}
	var app App
	var changed bool
	err = s.db.Batch(func(tx *bbolt.Tx) (err error) {
		app, changed, err = s.putApp(tx, id, d, manifest)
		return err
	})
	if err != nil {
		return App{}, false, fmt.Errorf("cannot store app %q: %w", id, err)
	}
	return app, changed, nil
}

// manifest is the Manifest of the files, nil when there are none.
func (d Deployment) manifest() ([]byte, error) {
	if d.Assets == nil {
		return nil, nil
	}
	m := make(Manifest, len(d.Assets))
	for path, content := range d.Assets {
		m[path] = Asset{HashCode(content), int64(len(content))}
	}
	return json.Marshal(m) // maps are written in order
}

func (s *Store) putApp(tx *bbolt.Tx, id string, d Deployment, manifest []byte) (App, bool, error) {
	now := d.At.UTC()
	if d.At.IsZero() {
		now = time.Now().UTC()
	}
	app, err := readApp(tx, id)
	if errors.Is(err, ErrNotFound) {
		app = App{ID: id, Owner: d.Owner, CreatedAt: now}
	} else if err != nil {
		return App{}, false, err
	}
	var before int64
	if len(app.Versions) > 0 {
		if before, err = app.size(tx); err != nil {
			return App{}, false, err
		}
	}
	v := Version{Code: hashOf(d.Code), Config: HashCode(d.Config), Assets: hashOf(manifest), Profile: d.Profile, Message: d.Message, CreatedAt: now}
	if old := app.Current(); old.Number > 0 && old.Code == v.Code && old.Config == v.Config && old.Assets == v.Assets && old.Profile == v.Profile {
		return app, false, nil
	}
	if err := acquireVersion(tx, d, manifest); err != nil {
		return App{}, false, err
	}
	v.Number = app.Next()
	app.Versions = append(app.Versions, v)
	app.Active, app.UpdatedAt = v.Number, now
	if err := app.trim(tx); err != nil {
		return App{}, false, err
	}
	after, err := app.size(tx)
	if err == nil {
		err = s.charge(tx, id, after-before)
	}
	if err != nil {
		return App{}, false, err
	}
	return app, true, writeApp(tx, app)
}

func hashOf(blob []byte) string {
	if blob == nil {
		return ""
	}
	return HashCode(blob)
}

// acquireVersion stores what a version consists of. A manifest that is there
// already has its files.
func acquireVersion(tx *bbolt.Tx, d Deployment, manifest []byte) error {
	for _, blob := range [][]byte{d.Code, d.Config} {
		if blob == nil {
			continue
		}
		if err := acquireCode(tx, HashCode(blob), blob); err != nil {
			return err
		}
	}
	if manifest == nil {
		return nil
	}
	hash := HashCode(manifest)
	n, _ := readManifest(tx, hash)
	if n == 0 {
		for _, content := range d.Assets {
			if err := acquireCode(tx, HashCode(content), content); err != nil {
				return err
			}
		}
	}
	return writeManifest(tx, hash, n+1, manifest)
}

func releaseVersion(tx *bbolt.Tx, v Version) error {
	for _, hash := range []string{v.Code, v.Config} {
		if hash == "" {
			continue
		}
		if err := releaseCode(tx, hash); err != nil {
			return err
		}
	}
	if v.Assets == "" {
		return nil
	}
	n, b := readManifest(tx, v.Assets)
	if n > 1 {
		return writeManifest(tx, v.Assets, n-1, b)
	}
	m, err := decodeManifest(v.Assets, b)
	if err != nil {
		return err
	}
	for _, asset := range m {
		if err := releaseCode(tx, asset.Hash); err != nil {
			return err
		}
	}
	return tx.Bucket(manifestsBucket).Delete([]byte(v.Assets))
}

// readManifest returns how many versions have a manifest, and its JSON.
func readManifest(tx *bbolt.Tx, hash string) (uint64, []byte) {
	bucket := tx.Bucket(manifestsBucket)
	if bucket == nil {
		return 0, nil
	}
	b := bucket.Get([]byte(hash))
	if len(b) < 8 {
		return 0, nil
	}
	return binary.BigEndian.Uint64(b), bytes.Clone(b[8:])
}

func writeManifest(tx *bbolt.Tx, hash string, n uint64, b []byte) error {
	return tx.Bucket(manifestsBucket).Put([]byte(hash), append(binary.BigEndian.AppendUint64(nil, n), b...))
}

func decodeManifest(hash string, b []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("cannot read the manifest %s: the store is damaged, see `stockade store check`", hash)
	}
	return m, nil
}

// trim drops the oldest versions beyond MaxVersions, never the active one.
func (a *App) trim(tx *bbolt.Tx) error {
	for len(a.Versions) > MaxVersions {
		i := 0
		if a.Versions[i].Number == a.Active {
			i++
		}
		if err := releaseVersion(tx, a.Versions[i]); err != nil {
			return err
		}
		a.Versions = slices.Delete(a.Versions, i, i+1)
	}
	return nil
}

func writeApp(tx *bbolt.Tx, a App) error {
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return tx.Bucket(appsBucket).Put([]byte(a.ID), b)
}

func readApp(tx *bbolt.Tx, id string) (App, error) {
	bucket := tx.Bucket(appsBucket)
	if bucket == nil {
		return App{}, ErrNotFound
	}
	b := bucket.Get([]byte(id))
	if b == nil {
		return App{}, ErrNotFound
	}
	return decodeApp(id, b)
}

func decodeApp(id string, b []byte) (App, error) {
	a := App{ID: id}
	if err := json.Unmarshal(b, &a); err != nil {
		return App{}, fmt.Errorf("cannot read the record of app %q: %w", id, err)
	}
	return a, nil
}

// GetApp returns a record, or ErrNotFound.
func (s *Store) GetApp(id string) (a App, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		a, err = readApp(tx, id)
		return err
	})
	return a, err
}

// AppContent is the active version of an app, but for its code.
type AppContent struct {
	App    App
	Config []byte
	Assets Manifest
}

// AppContent returns an app's active version, or ErrNotFound. Its code is for
// Blob, its files for ReadBlob.
func (s *Store) AppContent(id string) (c AppContent, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if c.App, err = readApp(tx, id); err != nil {
			return err
		}
		v := c.App.Current()
		if c.Config, err = readCode(tx, v.Config); err != nil {
			return err
		}
		if v.Assets != "" {
			_, b := readManifest(tx, v.Assets)
			c.Assets, err = decodeManifest(v.Assets, b)
		}
		return err
	})
	return c, err
}

// Blob returns a whole blob, or ErrNotFound.
func (s *Store) Blob(hash string) (blob []byte, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(codeBucket).Get([]byte(hash))
		if b == nil {
			return ErrNotFound
		}
		blob = bytes.Clone(b)
		return nil
	})
	return blob, err
}

// ReadBlob copies from offset on into p, as much as there is and fits; 0 at
// the end. It holds no transaction between calls, so a slow reader is in
// nobody's way. ErrNotFound when the blob is not, or no longer, there.
func (s *Store) ReadBlob(hash string, p []byte, offset int64) (n int, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(codeBucket).Get([]byte(hash))
		if b == nil {
			return ErrNotFound
		}
		if offset >= 0 && offset < int64(len(b)) {
			n = copy(p, b[offset:])
		}
		return nil
	})
	return n, err
}

// ListApps returns up to limit records as ListWorkers does.
func (s *Store) ListApps(prefix, after string, limit int) (page []App, next string, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(appsBucket).Cursor()
		k, v := c.Seek([]byte(max(prefix, after)))
		if after != "" && string(k) == after {
			k, v = c.Next()
		}
		for ; k != nil && bytes.HasPrefix(k, []byte(prefix)); k, v = c.Next() {
			if len(page) == limit {
				next = page[limit-1].ID
				return nil
			}
			a, err := decodeApp(string(k), v)
			if err != nil {
				return err
			}
			page = append(page, a)
		}
		return nil
	})
	return page, next, err
}

// ActivateVersion makes a version that an app has kept the active one; 0 is
// the newest one before the active. ErrNotFound when there is no such app, or
// no such version: then the App is returned.
func (s *Store) ActivateVersion(id string, number int) (a App, err error) {
	err = s.db.Batch(func(tx *bbolt.Tx) error {
		if a, err = readApp(tx, id); err != nil {
			return err
		}
		wanted := number
		if wanted == 0 {
			wanted = a.before()
		}
		if _, ok := a.Version(wanted); !ok {
			return ErrNotFound
		}
		a.Active, a.UpdatedAt = wanted, time.Now().UTC()
		return writeApp(tx, a)
	})
	return a, err
}

// before is the newest version before the active one; 0 if there is none.
func (a App) before() int {
	found := 0
	for _, v := range a.Versions {
		if v.Number < a.Active {
			found = v.Number
		}
	}
	return found
}

// DeleteApp removes an app with all its versions. The error is ErrNotFound
// when there is none.
func (s *Store) DeleteApp(id string) error {
	err := s.db.Batch(func(tx *bbolt.Tx) error {
		a, err := readApp(tx, id)
		if err != nil {
			return err
		}
		size, err := a.size(tx)
		if err == nil {
			err = s.charge(tx, id, -size)
		}
		if err != nil {
			return err
		}
		for _, v := range a.Versions {
			if err := releaseVersion(tx, v); err != nil {
				return err
			}
		}
		return tx.Bucket(appsBucket).Delete([]byte(id))
	})
	if err != nil {
		return fmt.Errorf("cannot delete app %q: %w", id, err)
	}
	return nil
}
