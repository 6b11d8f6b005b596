package store

import (
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// CacheLimits bound what the caches of Workers take, in bytes.
type CacheLimits struct{ Total, PerOwner int64 }

// CacheScope is whose cache it is. No other scope sees what is in it.
type CacheScope struct {
	Owner  uint32 `json:"owner"`
	Worker string `json:"worker"`
	Brief  bool   `json:"brief,omitempty"` // it ends with its isolate, at the latest when the store is opened again
}

// CacheEntry is one that was found.
type CacheEntry struct {
	Entry uint64
	Size  int64
	Meta  []byte
	Data  []byte // the first of the body
}

// The errors of the cache that callers tell apart.
var (
	ErrCacheFull = errors.New("it does not fit into the cache")
	ErrCacheGone = errors.New("the cached body is gone")
)

// cachePiece is how much of a body is one value in the store.
const cachePiece = 256 << 10

// cacheRecord is an entry's line in the index. Its key is the hash of scope, cache and key.
type cacheRecord struct {
	Scope   CacheScope `json:"scope"`
	Cache   string     `json:"cache"`
	Key     string     `json:"key"`
	Entry   uint64     `json:"entry"`
	Size    int64      `json:"size"`
	Expires int64      `json:"expires"` // milliseconds since the epoch
	Meta    []byte     `json:"meta"`
}

func (r *cacheRecord) cost() int64 {
	return r.Size + int64(len(r.Meta)+len(r.Key)+len(r.Cache)+len(r.Scope.Worker)) + 256
}

func cacheKey(s CacheScope, cache, key string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %t %q %q", s.Owner, s.Worker, s.Brief, cache, key)
	return string(h.Sum(nil))
}

// cacheIndex knows all entries: who was used when is here and nowhere else, since a write for each hit would cost more
// than the hit.
type cacheIndex struct {
	db     *bbolt.DB
	limits CacheLimits

	writing sync.Mutex // held by who changes entries; taken before mu

	mu      sync.Mutex // guards what follows
	entries map[string]*list.Element
	used    list.List // of *cacheLine, the one used last in front
	total   int64
	owners  map[uint32]int64
	written map[uint32]int64 // pieces of entries that are not finished, by owner
	last    uint64           // entry
}

// cacheLine is what is kept of an entry in memory.
type cacheLine struct {
	key     string
	scope   CacheScope
	entry   uint64
	expires int64
	cost    int64
}

func openCache(db *bbolt.DB, limits CacheLimits) (*cacheIndex, error) {
	c := &cacheIndex{db: db, limits: limits, entries: make(map[string]*list.Element), owners: make(map[uint32]int64), written: make(map[uint32]int64)}
	if err := db.Update(c.recover); err != nil {
		return nil, fmt.Errorf("cannot open the cache: %w", err)
	}
	return c, nil
}

// recover reads the index, and removes what an earlier run has left: entries that were not finished, of isolates that are
// gone, and those that can't be read.
func (c *cacheIndex) recover(tx *bbolt.Tx) error {
	index := tx.Bucket(cacheBucket)
	kept := make(map[uint64]bool)
	var bad [][]byte
	index.ForEach(func(k, v []byte) error { //nolint:errcheck // the function returns none
		var r cacheRecord
		if json.Unmarshal(v, &r) != nil || r.Scope.Brief || cacheKey(r.Scope, r.Cache, r.Key) != string(k) || kept[r.Entry] {
			bad = append(bad, append([]byte{}, k...))
			return nil
		}
		kept[r.Entry] = true
		c.addLocked(&cacheLine{string(k), r.Scope, r.Entry, r.Expires, r.cost()})
		return nil
	})
	for _, k := range bad {
		if err := index.Delete(k); err != nil {
			return err
		}
	}
	return removePieces(tx, func(entry uint64) bool { return kept[entry] })
}

// removePieces removes the bodies of entries that are not to be kept.
func removePieces(tx *bbolt.Tx, keep func(uint64) bool) error {
	pieces := tx.Bucket(cacheBodyBucket)
	cursor := pieces.Cursor()
	var lost [][]byte
	for k, _ := cursor.First(); k != nil; k, _ = cursor.Next() {
		if len(k) != 12 || !keep(binary.BigEndian.Uint64(k)) {
			lost = append(lost, append([]byte{}, k...))
		}
	}
	for _, k := range lost {
		if err := pieces.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

func pieceKey(entry uint64, n int64) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, entry), uint32(n))
}

func (c *cacheIndex) addLocked(l *cacheLine) {
	c.entries[l.key] = c.used.PushFront(l)
	c.total += l.cost
	c.owners[l.scope.Owner] += l.cost
	c.last = max(c.last, l.entry)
}

func (c *cacheIndex) removeLocked(key string) *cacheLine {
	e := c.entries[key]
	if e == nil {
		return nil
	}
	l := c.used.Remove(e).(*cacheLine)
	delete(c.entries, key)
	c.total -= l.cost
	if c.owners[l.scope.Owner] -= l.cost; c.owners[l.scope.Owner] == 0 {
		delete(c.owners, l.scope.Owner)
	}
	return l
}

// LimitCache changes the limits. What is beyond them goes with the next write.
func (s *Store) LimitCache(limits CacheLimits) {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	s.cache.limits = limits
}

// CacheMatch finds an entry, with up to most bytes of its body.
func (s *Store) CacheMatch(scope CacheScope, cache, key string, most int64, now time.Time) (CacheEntry, bool, error) {
	k := cacheKey(scope, cache, key)
	if !s.cache.touch(k, now) {
		return CacheEntry{}, false, nil
	}
	var (
		found CacheEntry
		ok    bool
	)
	err := s.db.View(func(tx *bbolt.Tx) error {
		v := tx.Bucket(cacheBucket).Get([]byte(k))
		var r cacheRecord
		if v == nil || json.Unmarshal(v, &r) != nil {
			return nil
		}
		found, ok = CacheEntry{Entry: r.Entry, Size: r.Size, Meta: r.Meta}, true
		var err error
		found.Data, err = readPieces(tx, r.Entry, 0, min(most, r.Size))
		return err
	})
	if err != nil {
		return CacheEntry{}, false, fmt.Errorf("cannot read from the cache: %w", err)
	}
	return found, ok, nil
}

// touch marks an entry used; false if there is none that has not expired.
func (c *cacheIndex) touch(key string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil || e.Value.(*cacheLine).expires <= now.UnixMilli() {
		return false
	}
	c.used.MoveToFront(e)
	return true
}

// CacheRead reads up to most bytes of the body of an entry of that scope's. ErrCacheGone means that it was replaced,
// deleted or evicted.
func (s *Store) CacheRead(entry uint64, offset, most int64) (b []byte, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		b, err = readPieces(tx, entry, offset, most)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read from the cache: %w", err)
	}
	return b, nil
}

func readPieces(tx *bbolt.Tx, entry uint64, offset, most int64) ([]byte, error) {
	var out []byte
	for int64(len(out)) < most {
		at := offset + int64(len(out))
		piece := tx.Bucket(cacheBodyBucket).Get(pieceKey(entry, at/cachePiece))
		from := at % cachePiece
		if int64(len(piece)) <= from {
			return nil, ErrCacheGone
		}
		out = append(out, piece[from:min(int64(len(piece)), from+most-int64(len(out)))]...)
	}
	return out, nil
}

// CacheDelete removes an entry. It returns false if there was none.
func (s *Store) CacheDelete(scope CacheScope, cache, key string, now time.Time) (bool, error) {
	c := s.cache
	c.writing.Lock()
	defer c.writing.Unlock()
	k := cacheKey(scope, cache, key)
	there := c.touch(k, now)
	return there, c.remove([]string{k})
}

// CacheEnd removes all of a scope.
func (s *Store) CacheEnd(scope CacheScope) error {
	c := s.cache
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	var keys []string
	for e := c.used.Front(); e != nil; e = e.Next() {
		if l := e.Value.(*cacheLine); l.scope == scope {
			keys = append(keys, l.key)
		}
	}
	c.mu.Unlock()
	return c.remove(keys)
}

// remove removes entries, of the index first: nobody finds what is going.
func (c *cacheIndex) remove(keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	var gone []*cacheLine
	c.mu.Lock()
	for _, k := range keys {
		if l := c.removeLocked(k); l != nil {
			gone = append(gone, l)
		}
	}
	c.mu.Unlock()
	if len(gone) == 0 {
		return nil
	}
	if err := c.db.Update(func(tx *bbolt.Tx) error { return removeLines(tx, gone) }); err != nil {
		return fmt.Errorf("cannot remove from the cache: %w", err)
	}
	return nil
}

func removeLines(tx *bbolt.Tx, gone []*cacheLine) error {
	for _, l := range gone {
		if err := tx.Bucket(cacheBucket).Delete([]byte(l.key)); err != nil {
			return err
		}
		if err := removeBody(tx, l.entry); err != nil {
			return err
		}
	}
	return nil
}

func removeBody(tx *bbolt.Tx, entry uint64) error {
	pieces := tx.Bucket(cacheBodyBucket)
	for n := int64(0); ; n++ {
		k := pieceKey(entry, n)
		if pieces.Get(k) == nil {
			return nil
		}
		if err := pieces.Delete(k); err != nil {
			return err
		}
	}
}
