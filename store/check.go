package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// Problem is one thing that doesn't hold.
type Problem struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key,omitempty"`
	What   string `json:"what"`
}

func (p Problem) String() string {
	if p.Key == "" {
		return fmt.Sprintf("%s: %s", p.Bucket, p.What)
	}
	return fmt.Sprintf("%s %q: %s", p.Bucket, p.Key, p.What)
}

// Report is what Check found.
type Report struct {
	Workers  int       `json:"workers"`
	Apps     int       `json:"apps"`
	Blobs    int       `json:"blobs"`
	Compiled int       `json:"compiled"`
	Cached   int       `json:"cached"`
	Problems []Problem `json:"problems"`
}

func (r *Report) problem(bucket []byte, key, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{string(bucket), key, fmt.Sprintf(format, args...)})
}

// Check reads the whole store and says what doesn't hold: the file's own
// structure, and between the buckets that
//
//   - every record can be read and its code is there,
//   - every app's active version is one of those it keeps,
//   - every blob is what its address says,
//   - every blob is counted as often as records, versions and manifests have
//     it, and none is left over,
//   - every compiled output is what was written,
//   - every line of usage can be read,
//   - every cached body is whole,
//   - owners are charged for what they have.
//
// The error is that of reading or of ctx; problems are in the report.
func (s *Store) Check(ctx context.Context) (Report, error) {
	r := Report{Problems: []Problem{}}
	err := s.db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			r.problem([]byte("file"), "", "%v", err)
		}
		uses := make(map[string]uint64)
		for _, step := range []func() error{
			func() error { return r.checkWorkers(ctx, tx, uses) },
			func() error { return r.checkApps(ctx, tx, uses) },
			func() error { return r.checkCode(ctx, tx, uses) },
			func() error { return r.checkCompiled(ctx, tx) },
			func() error { return r.checkUsage(ctx, tx) },
			func() error { return r.checkCache(ctx, tx) },
			func() error { return r.checkStored(tx) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("cannot check the store: %w", err)
	}
	return r, nil
}

func (r *Report) checkWorkers(ctx context.Context, tx *bbolt.Tx, uses map[string]uint64) error {
	return tx.Bucket(workersBucket).ForEach(func(k, v []byte) error {
		r.Workers++
		w, err := decodeWorker(string(k), v)
		if err != nil {
			r.problem(workersBucket, string(k), "its record can't be read")
			return ctx.Err()
		}
		uses[w.CodeHash]++
		if tx.Bucket(codeBucket).Get([]byte(w.CodeHash)) == nil {
			r.problem(workersBucket, string(k), "its code %s is missing", w.CodeHash)
		}
		return ctx.Err()
	})
}

func (r *Report) checkApps(ctx context.Context, tx *bbolt.Tx, uses map[string]uint64) error {
	bucket := tx.Bucket(appsBucket)
	if bucket == nil || tx.Bucket(manifestsBucket) == nil {
		return nil // written before there were apps
	}
	has := make(map[string]uint64) // how many versions have a manifest
	err := bucket.ForEach(func(k, v []byte) error {
		r.Apps++
		a, err := decodeApp(string(k), v)
		if err != nil {
			r.problem(appsBucket, string(k), "its record can't be read")
			return ctx.Err()
		}
		if _, ok := a.Version(a.Active); !ok || len(a.Versions) > MaxVersions {
			r.problem(appsBucket, string(k), "its active version is %d, of %d", a.Active, len(a.Versions))
		}
		for _, v := range a.Versions {
			r.checkVersion(tx, string(k), v, uses, has)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return r.checkManifests(ctx, tx, uses, has)
}

func (r *Report) checkVersion(tx *bbolt.Tx, key string, v Version, uses, has map[string]uint64) {
	for _, hash := range []string{v.Code, v.Config} {
		if hash == "" {
			continue
		}
		uses[hash]++
		if tx.Bucket(codeBucket).Get([]byte(hash)) == nil {
			r.problem(appsBucket, key, "of version %d the blob %s is missing", v.Number, hash)
		}
	}
	if v.Assets == "" {
		return
	}
	has[v.Assets]++
	if n, _ := readManifest(tx, v.Assets); n == 0 {
		r.problem(appsBucket, key, "of version %d the manifest %s is missing", v.Number, v.Assets)
	}
}

func (r *Report) checkManifests(ctx context.Context, tx *bbolt.Tx, uses, has map[string]uint64) error {
	return tx.Bucket(manifestsBucket).ForEach(func(k, _ []byte) error {
		hash := string(k)
		n, b := readManifest(tx, hash)
		if n != has[hash] {
			r.problem(manifestsBucket, hash, "counted %d times, and %d versions have it", n, has[hash])
		}
		m, err := decodeManifest(hash, b)
		if err != nil || HashCode(b) != hash {
			r.problem(manifestsBucket, hash, "its content is not what was written")
			return ctx.Err()
		}
		for path, asset := range m {
			uses[asset.Hash]++
			if tx.Bucket(codeBucket).Get([]byte(asset.Hash)) == nil {
				r.problem(manifestsBucket, hash, "the file %q is missing", path)
			}
		}
		return ctx.Err()
	})
}

func (r *Report) checkCode(ctx context.Context, tx *bbolt.Tx, uses map[string]uint64) error {
	err := tx.Bucket(codeBucket).ForEach(func(k, v []byte) error {
		r.Blobs++
		if HashCode(v) != string(k) {
			r.problem(codeBucket, string(k), "its content has another hash")
		}
		if uses[string(k)] == 0 {
			r.problem(codeBucket, string(k), "nothing has it")
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return tx.Bucket(refsBucket).ForEach(func(k, v []byte) error {
		if len(v) != 8 {
			r.problem(refsBucket, string(k), "not a count")
		} else if n := binary.BigEndian.Uint64(v); n != uses[string(k)] {
			r.problem(refsBucket, string(k), "counted %d times, and %d have it", n, uses[string(k)])
		}
		return ctx.Err()
	})
}

func (r *Report) checkCompiled(ctx context.Context, tx *bbolt.Tx) error {
	return tx.Bucket(compiledBucket).ForEach(func(k, v []byte) error {
		r.Compiled++
		if _, _, ok := decodeEntry(v); !ok {
			r.problem(compiledBucket, fmt.Sprintf("%x", k), "its output is not what was written")
		}
		return ctx.Err()
	})
}

func (r *Report) checkUsage(ctx context.Context, tx *bbolt.Tx) error {
	bucket := tx.Bucket(usageBucket)
	if bucket == nil {
		return nil // written before there was usage
	}
	return bucket.ForEach(func(k, v []byte) error {
		var u Usage
		if _, err := parseUsageKey(k); err != nil || json.Unmarshal(v, &u) != nil {
			r.problem(usageBucket, string(k), "its line can't be read")
		}
		return ctx.Err()
	})
}

func (r *Report) checkStored(tx *bbolt.Tx) error {
	if tx.Bucket(storedBucket) == nil {
		return nil // written before that was counted
	}
	sums, err := measureStored(tx)
	if err != nil {
		return err
	}
	for owner, n := range sums {
		if counted := stored(tx, []byte(owner)); counted != n {
			r.problem(storedBucket, owner, "counted as %d bytes, and has %d", counted, n)
		}
	}
	return tx.Bucket(storedBucket).ForEach(func(k, _ []byte) error {
		if sums[string(k)] == 0 {
			r.problem(storedBucket, string(k), "counted, and has nothing")
		}
		return nil
	})
}

func (r *Report) checkCache(ctx context.Context, tx *bbolt.Tx) error {
	index, pieces := tx.Bucket(cacheBucket), tx.Bucket(cacheBodyBucket)
	if index == nil || pieces == nil {
		return nil // written before there was a cache
	}
	sizes := make(map[uint64]int64) // that are there
	err := pieces.ForEach(func(k, v []byte) error {
		if len(k) != 12 || len(v) > cachePiece {
			r.problem(cacheBodyBucket, fmt.Sprintf("%x", k), "not a piece of a body")
			return ctx.Err()
		}
		sizes[binary.BigEndian.Uint64(k)] += int64(len(v))
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return index.ForEach(func(k, v []byte) error {
		r.Cached++
		var c cacheRecord
		name := fmt.Sprintf("%x", k)
		if json.Unmarshal(v, &c) != nil || cacheKey(c.Scope, c.Cache, c.Key) != string(k) {
			r.problem(cacheBucket, name, "its record can't be read")
		} else if sizes[c.Entry] != c.Size {
			r.problem(cacheBucket, name, "its body has %d bytes, of %d", sizes[c.Entry], c.Size)
		}
		return ctx.Err()
	})
}
