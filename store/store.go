package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Format is the version of the layout that this package writes.
const Format = 1

// FileName is the store's file in its directory.
const FileName = "stockade.db"

var (
	metaBucket      = []byte("meta")
	workersBucket   = []byte("workers")
	appsBucket      = []byte("apps")
	manifestsBucket = []byte("manifests")
	codeBucket      = []byte("code")
	refsBucket      = []byte("coderefs")
	compiledBucket  = []byte("compiled")
	usageBucket     = []byte("usage")
	seenBucket      = []byte("seen")
	cacheBucket     = []byte("cache")
	cacheBodyBucket = []byte("cachebodies")
	storedBucket    = []byte("stored")
	formatKey       = []byte("format")
)

// The errors that callers tell apart.
var (
	ErrNotFound = errors.New("not in the store")
	ErrConflict = errors.New("another one of that name is in the store")
	ErrInUse    = errors.New("another process has the store open")
)

// Options of Open. The zero value has the defaults.
type Options struct {
	CompiledBytes int64         // the most that compiled output may take; 0: 256 MiB
	LockTimeout   time.Duration // how long to wait for another process; 0: 2 s
	Cache         CacheLimits   // 0: 1 GiB in all, 256 MiB for an owner
	Quota         Quota
}

func (o Options) withDefaults() Options {
	if o.CompiledBytes == 0 {
		o.CompiledBytes = 256 << 20
	}
	if o.LockTimeout == 0 {
		o.LockTimeout = 2 * time.Second
	}
	if o.Cache == (CacheLimits{}) {
		o.Cache = CacheLimits{Total: 1 << 30, PerOwner: 256 << 20}
	}
	return o
}

// Store is an open store. Its methods may be called from many goroutines.
type Store struct {
	db       *bbolt.DB
	compiled *compiledWriter // nil when it was opened to be read
	cache    *cacheIndex     // nil then, too
	quota    atomic.Pointer[Quota]
	closing  func() error // once
}

// batchDelay is how long a write waits for others to share its commit. While
// a commit is being synced the next ones gather by themselves; bbolt's
// default of 10 ms would be most of the time of a lone write.
const batchDelay = 100 * time.Microsecond

// Open opens the store in dir, which it makes when it isn't there. ErrInUse
// means that another process has it.
func Open(dir string, o Options) (*Store, error) {
	o = o.withDefaults()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the store's directory: %w", err)
	}
	db, err := openFile(dir, &bbolt.Options{Timeout: o.LockTimeout})
	if err != nil {
		return nil, err
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	db.MaxBatchDelay = batchDelay
	cache, err := openCache(db, o.Cache)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &Store{db: db, compiled: newCompiledWriter(db, o.CompiledBytes), cache: cache}
	s.SetQuota(o.Quota)
	s.closing = sync.OnceValue(s.close)
	return s, nil
}

// OpenReadOnly opens the store in dir for reading and Check. No other process
// may have it open for writing.
func OpenReadOnly(dir string) (*Store, error) {
	db, err := openFile(dir, &bbolt.Options{Timeout: 2 * time.Second, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	if err := db.View(checkFormat); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &Store{db: db}
	s.closing = sync.OnceValue(s.close)
	return s, nil
}

func openFile(dir string, o *bbolt.Options) (*bbolt.DB, error) {
	path := filepath.Join(dir, FileName)
	db, err := bbolt.Open(path, 0o600, o)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("cannot open the store %s: %w: end the other stockade, or give this one a state_dir of its own", path, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the store %s: %w", path, err)
	}
	return db, nil
}

// prepare makes the buckets of a new store, and checks the format of an old.
func prepare(tx *bbolt.Tx) error {
	fresh := tx.Bucket(metaBucket) == nil
	for _, name := range [][]byte{metaBucket, workersBucket, appsBucket, manifestsBucket, codeBucket, refsBucket, compiledBucket,
		usageBucket, seenBucket, cacheBucket, cacheBodyBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("cannot prepare the store: %w", err)
		}
	}
	if err := countStored(tx); err != nil {
		return fmt.Errorf("cannot prepare the store: %w", err)
	}
	if fresh {
		return tx.Bucket(metaBucket).Put(formatKey, strconv.AppendInt(nil, Format, 10))
	}
	return checkFormat(tx)
}

// checkFormat refuses what another release wrote. When Format 2 comes, what
// upgrades from 1 goes here.
func checkFormat(tx *bbolt.Tx) error {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return fmt.Errorf("cannot use the store: %s is not a stockade store", tx.DB().Path())
	}
	text := string(meta.Get(formatKey))
	switch format, err := strconv.Atoi(text); {
	case err != nil:
		return fmt.Errorf("cannot use the store: its format is %q, which is no number", text)
	case format > Format:
		return fmt.Errorf("cannot use the store: it has format %d and this stockade knows up to %d: use the release that wrote it, or a newer one", format, Format)
	case format < Format:
		return fmt.Errorf("cannot use the store: its format %d was never released", format)
	}
	return nil
}

// Close writes what is still to be cached and closes the file. It may be
// called again.
func (s *Store) Close() error { return s.closing() }

func (s *Store) close() error {
	if s.compiled != nil {
		s.compiled.close()
	}
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("cannot close the store: %w", err)
	}
	return nil
}

// Stats counts what is in the store.
type Stats struct {
	Workers, Apps, Blobs, Compiled int
	FileBytes                      int64
}

// Stats counts what is in the store.
func (s *Store) Stats() (Stats, error) {
	var n Stats
	err := s.db.View(func(tx *bbolt.Tx) error {
		n = Stats{Workers: tx.Bucket(workersBucket).Stats().KeyN, Apps: tx.Bucket(appsBucket).Stats().KeyN, Blobs: tx.Bucket(codeBucket).Stats().KeyN,
			Compiled: tx.Bucket(compiledBucket).Stats().KeyN, FileBytes: tx.Size()}
		return nil
	})
	return n, err
}
