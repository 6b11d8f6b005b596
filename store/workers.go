package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Worker is the record of a Worker that was loaded under an id.
type Worker struct {
	ID        string    `json:"-"` // the key: owner's uid "/" id
	CodeHash  string    `json:"codeHash"`
	Owner     string    `json:"owner"` // the role that loaded it
	Profile   string    `json:"profile"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// MaxID is the longest ID in bytes.
const MaxID = 1024

// PutWorker stores a record and its code. The same code under the same ID
// again changes nothing and reports false. Other code replaces the old one if
// replace is set; else the error is ErrConflict. The times of w are ignored.
func (s *Store) PutWorker(w Worker, code []byte, replace bool) (bool, error) {
	if w.ID == "" || len(w.ID) > MaxID {
		return false, fmt.Errorf("cannot store a Worker with an id of %d bytes: 1 to %d are possible", len(w.ID), MaxID)
	}
	w.CodeHash = HashCode(code)
	var changed bool
	err := s.db.Batch(func(tx *bbolt.Tx) (err error) {
		changed, err = s.putWorker(tx, w, code, replace)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("cannot store Worker %q: %w", w.ID, err)
	}
	return changed, nil
}

func (s *Store) putWorker(tx *bbolt.Tx, w Worker, code []byte, replace bool) (bool, error) {
	now := time.Now().UTC()
	old, err := readWorker(tx, w.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		w.CreatedAt = now
	case err != nil:
		return false, err
	case old.CodeHash == w.CodeHash && old.Profile == w.Profile:
		return false, nil
	case !replace:
		return false, ErrConflict
	default:
		w.CreatedAt = old.CreatedAt
	}
	w.UpdatedAt = now
	delta := int64(recordCost + len(code))
	if old.CodeHash != "" {
		delta -= old.size(tx)
	}
	if err := s.charge(tx, w.ID, delta); err != nil {
		return false, err
	}
	if err := acquireCode(tx, w.CodeHash, code); err != nil {
		return false, err
	}
	if old.CodeHash != "" {
		if err := releaseCode(tx, old.CodeHash); err != nil {
			return false, err
		}
	}
	return true, writeWorker(tx, w)
}

func writeWorker(tx *bbolt.Tx, w Worker) error {
	b, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return tx.Bucket(workersBucket).Put([]byte(w.ID), b)
}

func readWorker(tx *bbolt.Tx, id string) (Worker, error) {
	b := tx.Bucket(workersBucket).Get([]byte(id))
	if b == nil {
		return Worker{}, ErrNotFound
	}
	return decodeWorker(id, b)
}

func decodeWorker(id string, b []byte) (Worker, error) {
	w := Worker{ID: id}
	if err := json.Unmarshal(b, &w); err != nil {
		return Worker{}, fmt.Errorf("cannot read the record of Worker %q: %w", id, err)
	}
	return w, nil
}

// GetWorker returns a record, or ErrNotFound.
func (s *Store) GetWorker(id string) (w Worker, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		w, err = readWorker(tx, id)
		return err
	})
	return w, err
}

// WorkerCode returns a record and its code, or ErrNotFound.
func (s *Store) WorkerCode(id string) (w Worker, code []byte, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if w, err = readWorker(tx, id); err != nil {
			return err
		}
		code, err = readCode(tx, w.CodeHash)
		return err
	})
	return w, code, err
}

// ListWorkers returns up to limit records whose ID begins with prefix and
// comes after after, in the order of their IDs. next is what to give as after
// for more; empty when there are none.
func (s *Store) ListWorkers(prefix, after string, limit int) (page []Worker, next string, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(workersBucket).Cursor()
		k, v := c.Seek([]byte(max(prefix, after)))
		if after != "" && string(k) == after {
			k, v = c.Next()
		}
		for ; k != nil && bytes.HasPrefix(k, []byte(prefix)); k, v = c.Next() {
			if len(page) == limit {
				next = page[limit-1].ID
				return nil
			}
			w, err := decodeWorker(string(k), v)
			if err != nil {
				return err
			}
			page = append(page, w)
		}
		return nil
	})
	return page, next, err
}

// DeleteWorker removes a record, and its code if no other has the same. The
// error is ErrNotFound when there is none.
func (s *Store) DeleteWorker(id string) error {
	err := s.db.Batch(func(tx *bbolt.Tx) error {
		w, err := readWorker(tx, id)
		if err != nil {
			return err
		}
		if err := s.charge(tx, id, -w.size(tx)); err != nil {
			return err
		}
		if err := tx.Bucket(workersBucket).Delete([]byte(id)); err != nil {
			return err
		}
		return releaseCode(tx, w.CodeHash)
	})
	if err != nil {
		return fmt.Errorf("cannot delete Worker %q: %w", id, err)
	}
	return nil
}
