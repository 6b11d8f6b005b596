package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"
)

const childDir = "STOCKADE_STORE_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		writeForEver(dir)
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func put(t *testing.T, s *Store, id, code string, replace bool) bool {
	t.Helper()
	changed, err := s.PutWorker(Worker{ID: id, Owner: "ops", Profile: "default"}, []byte(code), replace)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// sound fails the test if an invariant of the store doesn't hold.
func sound(t *testing.T, s *Store) Report {
	t.Helper()
	r, err := s.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("check: %s", p)
	}
	return r
}

func TestTheSameCodeIsStoredOnce(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	if !put(t, s, "0/a", "one", false) || !put(t, s, "0/b", "one", false) || !put(t, s, "0/c", "two", false) {
		t.Error("a new Worker changed nothing")
	}
	if put(t, s, "0/a", "one", false) {
		t.Error("the same code again changed something")
	}
	if r := sound(t, s); r.Workers != 3 || r.Blobs != 2 {
		t.Errorf("%+v", r)
	}
	for _, id := range []string{"0/a", "0/b"} {
		if err := s.DeleteWorker(id); err != nil {
			t.Fatal(err)
		}
		sound(t, s)
	}
	if r := sound(t, s); r.Workers != 1 || r.Blobs != 1 {
		t.Errorf("after two were deleted: %+v", r)
	}
}

func TestOtherCodeUnderTheSameIDIsAConflict(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	put(t, s, "0/a", "one", false)
	first, err := s.GetWorker("0/a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutWorker(Worker{ID: "0/a", Profile: "default"}, []byte("two"), false); !errors.Is(err, ErrConflict) {
		t.Errorf("%v", err)
	}
	put(t, s, "0/a", "two", true)
	w, code, err := s.WorkerCode("0/a")
	if err != nil || string(code) != "two" || !w.CreatedAt.Equal(first.CreatedAt) || !w.UpdatedAt.After(first.UpdatedAt) {
		t.Errorf("%+v %q %v", w, code, err)
	}
	sound(t, s)
}

func TestWhatIsNotThere(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	_, errGet := s.GetWorker("0/x")
	_, _, errCode := s.WorkerCode("0/x")
	for _, err := range []error{errGet, errCode, s.DeleteWorker("0/x")} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%v", err)
		}
	}
	for _, id := range []string{"", strings.Repeat("x", MaxID+1)} {
		if _, err := s.PutWorker(Worker{ID: id}, nil, false); err == nil {
			t.Errorf("an id of %d bytes was taken", len(id))
		}
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	var want []string
	for n := range 25 {
		id := fmt.Sprintf("7/%02d", n)
		put(t, s, id, "x", false)
		want = append(want, id)
	}
	put(t, s, "70/other", "x", false)
	put(t, s, "6/other", "x", false)
	for _, limit := range []int{1, 5, 7, 25, 100} {
		var got []string
		for after, more := "", true; more; {
			page, next, err := s.ListWorkers("7/", after, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range page {
				got = append(got, w.ID)
			}
			after, more = next, next != ""
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d: %v", limit, got)
		}
	}
	if page, _, _ := s.ListWorkers("", "", 100); len(page) != 27 {
		t.Errorf("all: %d", len(page))
	}
}

func TestWritersShareCommitsAndLoseNothing(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for n := range 20 {
				id := fmt.Sprintf("%d/%d", g, n)
				if _, err := s.PutWorker(Worker{ID: id}, fmt.Appendf(nil, "code %d", n), true); err != nil {
					t.Error(err)
				}
				if n%3 == 0 {
					if err := s.DeleteWorker(id); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if r := sound(t, s); r.Workers != 8*13 {
		t.Errorf("%+v", r)
	}
}

func TestAnotherProcessIsToldApart(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, Options{})
	if _, err := Open(dir, Options{LockTimeout: 20 * time.Millisecond}); !errors.Is(err, ErrInUse) {
		t.Errorf("%v", err)
	}
}

func TestAnotherReleasesStoreIsRefused(t *testing.T) {
	for format, want := range map[string]string{"2": "use the release that wrote it", "x": "no number", "0": "never released"} {
		dir := t.TempDir()
		s := open(t, dir, Options{})
		tamper(t, s, metaBucket, formatKey, []byte(format))
		s.Close()
		if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("format %s: %v", format, err)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "cannot open the store") {
		t.Errorf("%v", err)
	}
}

func tamper(t *testing.T, s *Store, bucket, key, value []byte) {
	t.Helper()
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if value == nil {
			return tx.Bucket(bucket).Delete(key)
		}
		return tx.Bucket(bucket).Put(key, value)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCheckNamesEachDamage(t *testing.T) {
	hash := []byte(HashCode([]byte("one")))
	for _, c := range []struct {
		what          string
		bucket, key   []byte
		value         []byte
		problem, also string
	}{
		{"code is gone", codeBucket, hash, nil, `workers "0/a": its code`, ""},
		{"code is another", codeBucket, hash, []byte("two"), "has another hash", ""},
		{"code that nobody has", codeBucket, []byte(HashCode([]byte("three"))), []byte("three"), "nothing has it", ""},
		{"wrong count", refsBucket, hash, []byte{0, 0, 0, 0, 0, 0, 0, 9}, "counted 9 times, and 1 have it", ""},
		{"no count", refsBucket, hash, []byte("x"), "not a count", ""},
		{"unreadable record", workersBucket, []byte("0/a"), []byte("{"), "record can't be read", "nothing has it"},
		{"damaged output", compiledBucket, []byte("k"), []byte("short"), "not what was written", ""},
	} {
		s := open(t, t.TempDir(), Options{})
		put(t, s, "0/a", "one", false)
		sound(t, s)
		tamper(t, s, c.bucket, c.key, c.value)
		r, err := s.Check(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(r.Problems)
		if !strings.Contains(text, c.problem) || !strings.Contains(text, c.also) {
			t.Errorf("%s: %s", c.what, text)
		}
	}
}

func TestCheckCanBeReadOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	put(t, s, "0/a", "one", false)
	s.Close()
	ro, err := OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	if r := sound(t, ro); r.Workers != 1 {
		t.Errorf("%+v", r)
	}
}

func key(n int) CompiledKey {
	return CompiledKey{Source: [32]byte{byte(n), byte(n >> 8)}, Engine: "goja", Version: "1"}
}

func TestCompiledOutputComesBack(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	s.PutCompiled(key(1), []byte("output"))
	s.Close()
	s = open(t, dir, Options{})
	if got := s.Compiled(key(1)); string(got) != "output" {
		t.Errorf("%q", got)
	}
	other := key(1)
	other.Version = "2"
	if s.Compiled(other) != nil || s.Compiled(key(2)) != nil {
		t.Error("what was never compiled is there")
	}
	tamper(t, s, compiledBucket, key(1).sum(), append(encodeEntry(1, []byte("output")), 'x'))
	if s.Compiled(key(1)) != nil {
		t.Error("damaged output was returned")
	}
}

func TestTheCompiledCacheIsBounded(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{CompiledBytes: 100_000})
	const count = 60
	for n := range count {
		s.PutCompiled(key(n), make([]byte, 5000))
		if n%10 == 9 {
			s.Close() // so that all are written
			s = open(t, dir, Options{CompiledBytes: 100_000})
		}
	}
	var size int
	var newest bool
	for n := range count {
		got := s.Compiled(key(n))
		size += len(got)
		newest = got != nil
	}
	if size > 100_000 || size < 25_000 || !newest {
		t.Errorf("%d bytes, the newest among them: %v", size, newest)
	}
	sound(t, s)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"codeHash":"x"}`))
	f.Add(encodeEntry(1, []byte("x")))
	f.Fuzz(func(t *testing.T, b []byte) {
		decodeWorker("id", b)
		if _, output, ok := decodeEntry(b); ok && len(output) != len(b)-entryHead {
			t.Error("output of another length")
		}
	})
}

// writeForEver is the child of the test below: it prints each id that the
// store has acknowledged.
func writeForEver(dir string) {
	s, err := Open(dir, Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for g := range 4 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d/%d", g, n)
				if _, err := s.PutWorker(Worker{ID: id}, fmt.Appendf(nil, "code %d", n/2), false); err != nil {
					os.Exit(1)
				}
				s.PutCompiled(key(n), []byte(id))
				if err := cacheForever(s, g, n); err != nil {
					os.Exit(1)
				}
				fmt.Println(id)
			}
		}()
	}
	select {}
}

func TestWhatWasAcknowledgedSurvivesKill9(t *testing.T) {
	for round := range 8 {
		dir := t.TempDir()
		acknowledged := killedWriter(t, dir, time.Duration(10+rand.IntN(150))*time.Millisecond)
		s := open(t, dir, Options{})
		for _, id := range acknowledged {
			if _, _, err := s.WorkerCode(id); err != nil {
				t.Errorf("round %d: %s was acknowledged: %v", round, id, err)
			}
		}
		sound(t, s)
	}
}

func killedWriter(t *testing.T, dir string, after time.Duration) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	lines := bufio.NewScanner(out)
	for began := time.Now(); lines.Scan(); {
		ids = append(ids, lines.Text())
		if time.Since(began) > after {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	if len(ids) == 0 {
		t.Fatal("the child has written nothing")
	}
	return ids[:len(ids)-1] // the last line may be cut
}

func BenchmarkPutWorker(b *testing.B) {
	for _, writers := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			s := open(b, b.TempDir(), Options{})
			b.SetParallelism(max(1, writers/2))
			var n sync.Mutex
			next := 0
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n.Lock()
					next++
					id := fmt.Sprintf("0/%d", next)
					n.Unlock()
					if _, err := s.PutWorker(Worker{ID: id}, []byte(id), false); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
