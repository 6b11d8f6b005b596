package store

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// CacheWriter writes the body of an entry, which nobody sees before Commit. One goroutine uses it at a time.
type CacheWriter struct {
	c       *cacheIndex
	scope   CacheScope
	entry   uint64
	pending []byte // of the piece that is not full
	pieces  int64  // that are in the store
	over    bool

	reserved int64 // pieces that count as the owner's unfinished ones
}

// CachePut begins an entry.
func (s *Store) CachePut(scope CacheScope) *CacheWriter {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	s.cache.last++
	return &CacheWriter{c: s.cache, scope: scope, entry: s.cache.last}
}

// Entry is the number that the entry will have.
func (w *CacheWriter) Entry() uint64 { return w.entry }

func (w *CacheWriter) size() int64 { return w.pieces*cachePiece + int64(len(w.pending)) }

// Write appends to the body. ErrCacheFull means that it has become larger than an owner's share, or all that the owner has under way.
func (w *CacheWriter) Write(b []byte) (int, error) {
	if w.over {
		return 0, ErrCacheGone
	}
	if !w.c.fits(w.size() + int64(len(b))) {
		w.Abort()
		return 0, ErrCacheFull
	}
	w.pending = append(w.pending, b...)
	for len(w.pending) >= cachePiece {
		if err := w.flush(w.pending[:cachePiece]); err != nil {
			return 0, err
		}
		w.pending = append(w.pending[:0], w.pending[cachePiece:]...)
	}
	return len(b), nil
}

func (c *cacheIndex) fits(size int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return size <= min(c.limits.PerOwner, c.limits.Total)
}

// reserve counts one more unfinished piece. What an owner has under way is bounded as what it has is.
func (c *cacheIndex) reserve(owner uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written[owner]+cachePiece > min(c.limits.PerOwner, c.limits.Total) {
		return false
	}
	c.written[owner] += cachePiece
	return true
}

func (w *CacheWriter) release() {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	if w.c.written[w.scope.Owner] -= w.reserved * cachePiece; w.c.written[w.scope.Owner] <= 0 {
		delete(w.c.written, w.scope.Owner)
	}
	w.reserved = 0
}

// flush writes a whole piece. What a crash leaves of it is removed by recover.
func (w *CacheWriter) flush(piece []byte) error {
	if !w.c.reserve(w.scope.Owner) {
		w.Abort()
		return ErrCacheFull
	}
	w.reserved++
	err := w.c.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(cacheBodyBucket).Put(pieceKey(w.entry, w.pieces), piece) })
	if err != nil {
		w.Abort()
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	w.pieces++
	return nil
}

// Abort removes what was written.
func (w *CacheWriter) Abort() {
	if w.over {
		return
	}
	w.over = true
	w.release()
	w.pending = nil
	if w.pieces > 0 {
		w.c.db.Update(func(tx *bbolt.Tx) error { return removeBody(tx, w.entry) }) //nolint:errcheck // recover removes it then
	}
}

// Commit puts the entry in the place of what the key had, and evicts what is beyond the limits: the owner's own first,
// what was not used for longest.
func (w *CacheWriter) Commit(cache, key string, meta []byte, expires time.Time) error {
	if w.over {
		return ErrCacheGone
	}
	r := cacheRecord{w.scope, cache, key, w.entry, w.size(), expires.UnixMilli(), meta}
	line := &cacheLine{cacheKey(w.scope, cache, key), w.scope, w.entry, r.Expires, r.cost()}
	if !w.c.fits(line.cost) {
		w.Abort()
		return ErrCacheFull
	}
	v, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	w.over = true
	defer w.release()
	w.c.writing.Lock()
	defer w.c.writing.Unlock()
	gone := w.c.replace(line)
	err = w.c.db.Update(func(tx *bbolt.Tx) error {
		if err := removeLines(tx, gone); err != nil {
			return err
		}
		if len(w.pending) > 0 {
			if err := tx.Bucket(cacheBodyBucket).Put(pieceKey(w.entry, w.pieces), w.pending); err != nil {
				return err
			}
		}
		return tx.Bucket(cacheBucket).Put([]byte(line.key), v)
	})
	if err != nil {
		w.c.forget(line.key)
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	return nil
}

func (c *cacheIndex) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.removeLocked(key)
}

// replace enters a line, and returns those that have to go for it.
func (c *cacheIndex) replace(line *cacheLine) (gone []*cacheLine) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.removeLocked(line.key); old != nil {
		gone = append(gone, old)
	}
	c.addLocked(line)
	evict := func(beyond func() bool, of func(*cacheLine) bool) {
		for e := c.used.Back(); e != nil && beyond(); {
			l := e.Value.(*cacheLine)
			e = e.Prev()
			if l != line && of(l) {
				gone = append(gone, c.removeLocked(l.key))
			}
		}
	}
	owner := line.scope.Owner
	evict(func() bool { return c.owners[owner] > c.limits.PerOwner }, func(l *cacheLine) bool { return l.scope.Owner == owner })
	evict(func() bool { return c.total > c.limits.Total }, func(*cacheLine) bool { return true })
	return gone
}

// CacheSweep removes what has expired.
func (s *Store) CacheSweep(now time.Time) error {
	c := s.cache
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	var keys []string
	for e := c.used.Back(); e != nil && len(keys) < 1000; e = e.Prev() {
		if l := e.Value.(*cacheLine); l.expires <= now.UnixMilli() {
			keys = append(keys, l.key)
		}
	}
	c.mu.Unlock()
	return c.remove(keys)
}

// CacheStats is what the caches take.
func (s *Store) CacheStats() (entries int, bytes int64) {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	return len(s.cache.entries), s.cache.total
}
