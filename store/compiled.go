package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// CompiledKey says what compiled output is of.
type CompiledKey struct {
	Source          [32]byte // address of the source
	Engine, Version string
}

func (k CompiledKey) sum() []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x %q %q", k.Source, k.Engine, k.Version)
	return h.Sum(nil)
}

// An entry of the cache is its age (a sequence number of its write, u64), the
// sha256 of the output, and the output.
const entryHead = 8 + sha256.Size

func encodeEntry(age uint64, output []byte) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, entryHead+len(output)), age)
	sum := sha256.Sum256(output)
	return append(append(b, sum[:]...), output...)
}

// decodeEntry returns the output, or false if it isn't what was written.
func decodeEntry(b []byte) (age uint64, output []byte, ok bool) {
	if len(b) < entryHead {
		return 0, nil, false
	}
	output = b[entryHead:]
	sum := sha256.Sum256(output)
	return binary.BigEndian.Uint64(b), output, bytes.Equal(sum[:], b[8:entryHead])
}

// Compiled returns what was compiled before, nil if that isn't known. An
// entry that was damaged is not known.
func (s *Store) Compiled(k CompiledKey) []byte {
	var found []byte
	err := s.db.View(func(tx *bbolt.Tx) error {
		if _, output, ok := decodeEntry(tx.Bucket(compiledBucket).Get(k.sum())); ok {
			found = bytes.Clone(output)
		}
		return nil
	})
	if err != nil {
		return nil
	}
	return found
}

// PutCompiled remembers output, some time later. It never waits: when there
// is much to write, it forgets.
func (s *Store) PutCompiled(k CompiledKey, output []byte) {
	if s.compiled != nil && len(output) > 0 {
		s.compiled.put(entry{k.sum(), output})
	}
}

type entry struct{ key, output []byte }

// compiledWriter is the goroutine that writes the cache.
type compiledWriter struct {
	db    *bbolt.DB
	limit int64
	queue chan entry
	done  sync.WaitGroup
	held  atomic.Int64 // bytes in queue

	age  uint64 // of the last entry; the goroutine's own
	size int64  // of all entries; the goroutine's own
}

const (
	compiledQueue = 256
	compiledHeld  = 64 << 20 // the most bytes that wait to be written
)

func newCompiledWriter(db *bbolt.DB, limit int64) *compiledWriter {
	w := &compiledWriter{db: db, limit: limit, queue: make(chan entry, compiledQueue)}
	w.done.Go(w.run)
	return w
}

func (w *compiledWriter) put(e entry) {
	if w.held.Add(int64(len(e.output))) > compiledHeld {
		w.held.Add(-int64(len(e.output)))
		return
	}
	select {
	case w.queue <- e:
	default:
		w.held.Add(-int64(len(e.output)))
	}
}

func (w *compiledWriter) close() {
	close(w.queue)
	w.done.Wait()
}

// run writes entries, several in one commit.
func (w *compiledWriter) run() {
	w.measure()
	for e := range w.queue {
		batch := []entry{e}
		for len(batch) < compiledQueue && len(w.queue) > 0 {
			batch = append(batch, <-w.queue)
		}
		for _, e := range batch {
			w.held.Add(-int64(len(e.output)))
		}
		if err := w.db.Update(func(tx *bbolt.Tx) error { return w.write(tx, batch) }); err != nil {
			w.measure() // the sizes of a transaction that failed are not those of the file
		}
	}
}

// measure finds out what an earlier run left.
func (w *compiledWriter) measure() {
	w.age, w.size = 0, 0
	w.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(compiledBucket).ForEach(func(_, v []byte) error {
			if len(v) >= 8 {
				w.age = max(w.age, binary.BigEndian.Uint64(v))
			}
			w.size += int64(len(v))
			return nil
		})
	})
}

func (w *compiledWriter) write(tx *bbolt.Tx, batch []entry) error {
	b := tx.Bucket(compiledBucket)
	for _, e := range batch {
		w.age++
		w.size += int64(entryHead + len(e.output) - len(b.Get(e.key)))
		if err := b.Put(e.key, encodeEntry(w.age, e.output)); err != nil {
			return err
		}
	}
	if w.size > w.limit {
		return w.evict(b)
	}
	return nil
}

// evict removes the oldest half by the order of their writes. Reads don't
// make an entry younger: that would be a write for each.
func (w *compiledWriter) evict(b *bbolt.Bucket) error {
	oldest, newest := w.age, w.age
	b.ForEach(func(_, v []byte) error {
		if len(v) >= 8 {
			oldest = min(oldest, binary.BigEndian.Uint64(v))
		}
		return nil
	})
	for w.size > w.limit/2 && oldest < newest {
		oldest += (newest-oldest)/2 + 1
		if err := w.removeBefore(b, oldest); err != nil {
			return err
		}
	}
	return nil
}

func (w *compiledWriter) removeBefore(b *bbolt.Bucket, age uint64) error {
	var keys [][]byte
	b.ForEach(func(k, v []byte) error {
		if len(v) < 8 || binary.BigEndian.Uint64(v) < age {
			keys = append(keys, bytes.Clone(k))
			w.size -= int64(len(v))
		}
		return nil
	})
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
