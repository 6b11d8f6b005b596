package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"
)

// Quota bounds what Workers and apps take: code, configurations and files, of an app's versions each blob once. What owners
// have in common counts for each.
type Quota struct {
	Total    int64 // of all owners; 0 = no limit
	PerOwner int64 // of one: the part of an ID before "/"; 0 = no limit
}

// QuotaError says that a write would exceed a Quota.
type QuotaError struct {
	Owner       bool  // that of one owner, or else that of all
	Limit, Used int64 // in bytes; Used with what was to be written
}

func (e *QuotaError) Error() string {
	return fmt.Sprintf("it would take %d bytes in the store, of %d", e.Used, e.Limit)
}

// recordCost is what a record counts, beside its blobs.
const recordCost = 1 << 10

// allOwners is the key of the sum. Owners are numbers.
var allOwners = []byte("*")

// SetQuota changes what may be written from now on. What is there stays.
func (s *Store) SetQuota(q Quota) { s.quota.Store(&q) }

// charge counts delta more bytes of an ID's owner.
func (s *Store) charge(tx *bbolt.Tx, id string, delta int64) error {
	owner, _, _ := strings.Cut(id, "/")
	q := s.quota.Load()
	for _, one := range []struct {
		key   []byte
		limit int64
	}{{[]byte(owner), q.PerOwner}, {allOwners, q.Total}} {
		used := stored(tx, one.key) + delta
		if delta > 0 && one.limit > 0 && used > one.limit {
			return &QuotaError{&one.key[0] != &allOwners[0], one.limit, used}
		}
		if err := setStored(tx, one.key, used); err != nil {
			return err
		}
	}
	return nil
}

func stored(tx *bbolt.Tx, key []byte) int64 {
	b := tx.Bucket(storedBucket).Get(key)
	if len(b) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}

func setStored(tx *bbolt.Tx, key []byte, n int64) error {
	if n <= 0 {
		return tx.Bucket(storedBucket).Delete(key)
	}
	return tx.Bucket(storedBucket).Put(key, binary.BigEndian.AppendUint64(nil, uint64(n)))
}

// Stored is how many bytes an owner has in the store.
func (s *Store) Stored(owner string) (n int64, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		n = stored(tx, []byte(owner))
		return nil
	})
	return n, err
}

func blobSize(tx *bbolt.Tx, hash string) int64 {
	return int64(len(tx.Bucket(codeBucket).Get([]byte(hash))))
}

func (w Worker) size(tx *bbolt.Tx) int64 { return recordCost + blobSize(tx, w.CodeHash) }

// size is what an app takes with all its versions.
func (a App) size(tx *bbolt.Tx) (int64, error) {
	n, seen := int64(recordCost), map[string]bool{"": true}
	blob := func(hash string, size int64) {
		if !seen[hash] {
			seen[hash] = true
			n += size
		}
	}
	for _, v := range a.Versions {
		blob(v.Code, blobSize(tx, v.Code))
		blob(v.Config, blobSize(tx, v.Config))
		if seen[v.Assets] {
			continue
		}
		_, b := readManifest(tx, v.Assets)
		m, err := decodeManifest(v.Assets, b)
		if err != nil {
			return 0, err
		}
		blob(v.Assets, int64(len(b)))
		for _, asset := range m {
			blob(asset.Hash, asset.Size)
		}
	}
	return n, nil
}

// measureStored counts what is there, by owner.
func measureStored(tx *bbolt.Tx) (map[string]int64, error) {
	sums := make(map[string]int64)
	count := func(id string, size int64) {
		owner, _, _ := strings.Cut(id, "/")
		sums[owner] += size
		sums[string(allOwners)] += size
	}
	return sums, errors.Join(
		tx.Bucket(workersBucket).ForEach(func(k, v []byte) error {
			if w, err := decodeWorker(string(k), v); err == nil {
				count(w.ID, w.size(tx))
			}
			return nil
		}),
		tx.Bucket(appsBucket).ForEach(func(k, v []byte) error {
			if a, err := decodeApp(string(k), v); err == nil {
				if size, err := a.size(tx); err == nil {
					count(a.ID, size)
				}
			}
			return nil
		}))
}

// countStored counts what a store has that was written before there was a quota.
func countStored(tx *bbolt.Tx) error {
	if tx.Bucket(storedBucket) != nil {
		return nil
	}
	if _, err := tx.CreateBucket(storedBucket); err != nil {
		return err
	}
	sums, err := measureStored(tx)
	for owner, n := range sums {
		err = errors.Join(err, setStored(tx, []byte(owner), n))
	}
	return err
}
