package workerproc

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

// oddPrograms is how many seeds testdata/odd/want.txt has.
const oddPrograms = 150

// TestOdd runs the programs of the first seeds, and compares what they give with what the Workers runtime gave, of which
// want.txt has the hashes. A line of differences.txt says which differ, and why. With STOCKADE_ODD=directory the programs
// and what each engine gives are written there, for record.mjs, which asks the runtime.
func TestOdd(t *testing.T) {
	prelude := read(t, "testdata/odd/prelude.js")
	want := map[string]string{}
	for line := range strings.Lines(read(t, "testdata/odd/want.txt")) {
		seed, hash, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[seed] = hash
	}
	differ := differences(t, "testdata/odd/differences.txt")
	onEachEngine(t, func(t *testing.T) {
		var programs []string
		for seed := range uint64(oddPrograms) {
			programs = append(programs, oddProgram(prelude, seed))
		}
		listed := 0
		for seed, got := range runOdd(t, programs) {
			keepOdd(t, seed, programs[seed], got)
			name := fmt.Sprint("odd ", seed)
			sum := fmt.Sprintf("%.6x", sha256.Sum256([]byte(got)))
			differs := differ[name] || differ[engineOf(t)+": "+name]
			if differs {
				listed++
			}
			switch {
			case sum != want[fmt.Sprint(seed)] && !differs:
				t.Errorf("seed %d differs from the Workers runtime: STOCKADE_ODD writes the program", seed)
			case sum == want[fmt.Sprint(seed)] && differs:
				t.Errorf("seed %d doesn't differ any more: take it from differences.txt", seed)
			}
		}
		t.Logf("%d answers, %d of them listed as different", oddPrograms, listed)
	})
}

// runOdd gives what came of each program, all in one Worker.
func runOdd(t *testing.T, programs []string) (results []string) {
	t.Helper()
	modules := []string{"main.js", oddMain}
	for n, p := range programs {
		modules = append(modules, fmt.Sprintf("f%d.js", n), p)
	}
	s := startWith(t, real)
	if err := s.load(worker(modules...)); err != nil {
		t.Fatal(err, err.Stack)
	}
	for n := range programs {
		r := s.invoke(&rpc.Invoke{Method: "GET", URL: fmt.Sprintf("http://worker/%d", n)})
		if results = append(results, r.body); r.head == nil {
			results[n] = r.String()
		}
	}
	return results
}

const oddMain = `export default { async fetch(request) {
	try { return new Response(String(await (await import("./f" + new URL(request.url).pathname.slice(1) + ".js")).default())); }
	catch (e) { return new Response("THROWN " + e?.name); }
} }`

func keepOdd(t *testing.T, seed int, program, got string) {
	dir := os.Getenv("STOCKADE_ODD")
	if dir == "" {
		return
	}
	for suffix, text := range map[string]string{"js": program, engineOf(t): got} {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.%s", seed, suffix)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzOdd runs the program of any seed on both engines: it ends within its limits, and not by a fault of the engine.
func FuzzOdd(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(1_000_000 + seed)
	}
	prelude := read(f, "testdata/odd/prelude.js")
	f.Fuzz(func(t *testing.T, seed uint64) {
		for _, name := range engineNames {
			t.Run(name, func(t *testing.T) {
				s := startWith(t, real)
				if err := s.load(worker("main.js", oddMain, "f0.js", oddProgram(prelude, seed))); err != nil {
					t.Fatal(err, err.Stack)
				}
				invoke := &rpc.Invoke{Method: "GET", URL: "http://worker/0"}
				invoke.Limits.CPU = 5e9
				if r := s.invoke(invoke); r.head == nil {
					t.Errorf("seed %d: %s", seed, r)
				}
			})
		}
	})
}
