package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// UsageKey says whose use a line counts, and on which day.
type UsageKey struct {
	Day     string `json:"day"`   // YYYY-MM-DD, UTC
	Owner   uint32 `json:"owner"` // uid
	Kind    string `json:"kind"`  // UsageApp, UsageWorker, UsageRun
	Name    string `json:"name"`  // of the app or Worker; "" for UsageRun
	Dynamic bool   `json:"dynamic"`
	Worker  string `json:"worker"` // the id of a Worker that was loaded by Name; "" for those without one
}

// The kinds of what is charged.
const (
	UsageApp    = "app"    // an app, or what it has loaded (Dynamic)
	UsageWorker = "worker" // a Worker kept by the socket API, or what it has loaded
	UsageRun    = "run"    // code run once over the socket API
)

// Usage is what was used. Sums, but for MemoryPeak.
type Usage struct {
	Workers       int64 `json:"workers"`       // unique dynamic Workers, by id and code
	Requests      int64 `json:"requests"`      // fetches and method calls
	StartupMicros int64 `json:"startupMicros"` // CPU time to load the code, µs
	CPUMicros     int64 `json:"cpuMicros"`     // CPU time of requests, µs
	MemoryPeak    int64 `json:"memoryPeak"`    // the most that one process had resident, bytes
	EgressIn      int64 `json:"egressIn"`      // bytes that came from outside the host
	EgressOut     int64 `json:"egressOut"`     // bytes that left the host
}

// Add adds what more was used.
func (u *Usage) Add(more Usage) {
	u.Workers += more.Workers
	u.Requests += more.Requests
	u.StartupMicros += more.StartupMicros
	u.CPUMicros += more.CPUMicros
	u.MemoryPeak = max(u.MemoryPeak, more.MemoryPeak)
	u.EgressIn += more.EgressIn
	u.EgressOut += more.EgressOut
}

// Seen is one dynamic Worker on a day.
type Seen struct {
	Day  string   // YYYY-MM-DD, UTC
	Hash [32]byte // of whom it was loaded by, its id and its code
}

// key begins with the day, so that a range of days is a range of keys.
func (k UsageKey) key() ([]byte, error) {
	b, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("cannot name a line of usage: %w", err)
	}
	return append([]byte(k.Day), b...), nil
}

const dayLength = len(time.DateOnly)

func parseUsageKey(b []byte) (UsageKey, error) {
	var k UsageKey
	if len(b) < dayLength {
		return k, fmt.Errorf("cannot read a line of usage: its key is %q", b)
	}
	if err := json.Unmarshal(b[dayLength:], &k); err != nil {
		return k, fmt.Errorf("cannot read a line of usage: %w", err)
	}
	if _, err := time.Parse(time.DateOnly, k.Day); err != nil || k.Day != string(b[:dayLength]) {
		return k, fmt.Errorf("cannot read a line of usage: its day is %q", k.Day)
	}
	return k, nil
}

// AddUsage adds to the lines of usage and remembers which dynamic Workers were seen, in one transaction.
func (s *Store) AddUsage(lines map[UsageKey]*Usage, seen []Seen) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for k, more := range lines {
			if err := addUsage(tx.Bucket(usageBucket), k, *more); err != nil {
				return err
			}
		}
		for _, one := range seen {
			if err := tx.Bucket(seenBucket).Put(append([]byte(one.Day), one.Hash[:]...), []byte{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot keep the usage: %w", err)
	}
	return nil
}

func addUsage(b *bbolt.Bucket, k UsageKey, more Usage) error {
	key, err := k.key()
	if err != nil {
		return err
	}
	var u Usage
	if old := b.Get(key); old != nil {
		if err := json.Unmarshal(old, &u); err != nil {
			return fmt.Errorf("cannot read a line of usage: %w", err)
		}
	}
	u.Add(more)
	v, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return b.Put(key, v)
}

// EachUsage calls each with the lines of the days from first to last, both YYYY-MM-DD and included, by day.
func (s *Store) EachUsage(first, last string, each func(UsageKey, Usage) error) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(usageBucket)
		if bucket == nil {
			return nil // written before there was usage, and opened for reading
		}
		c := bucket.Cursor()
		for key, value := c.Seek([]byte(first)); key != nil && string(key[:min(len(key), dayLength)]) <= last; key, value = c.Next() {
			k, err := parseUsageKey(key)
			if err != nil {
				return err
			}
			var u Usage
			if err := json.Unmarshal(value, &u); err != nil {
				return fmt.Errorf("cannot read a line of usage: %w", err)
			}
			if err := each(k, u); err != nil {
				return err
			}
		}
		return nil
	})
}

// SeenOn returns the dynamic Workers that were seen on a day.
func (s *Store) SeenOn(day string) (map[Seen]struct{}, error) {
	all := make(map[Seen]struct{})
	err := s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(seenBucket).Cursor()
		for key, _ := c.Seek([]byte(day)); bytes.HasPrefix(key, []byte(day)); key, _ = c.Next() {
			if len(key) == dayLength+sha256.Size {
				all[Seen{day, [32]byte(key[dayLength:])}] = struct{}{}
			}
		}
		return nil
	})
	return all, err
}

// PruneUsage removes the lines of days before first, and what was seen before today.
func (s *Store) PruneUsage(first, today string) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if err := removeBefore(tx.Bucket(usageBucket), first); err != nil {
			return err
		}
		return removeBefore(tx.Bucket(seenBucket), today)
	})
	if err != nil {
		return fmt.Errorf("cannot remove old usage: %w", err)
	}
	return nil
}

func removeBefore(b *bbolt.Bucket, key string) error {
	var old [][]byte
	c := b.Cursor()
	for k, _ := c.First(); k != nil && string(k) < key; k, _ = c.Next() {
		old = append(old, bytes.Clone(k))
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
