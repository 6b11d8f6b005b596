package workerproc

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"stockade.dev/stockade/rpc"
)

var updateWasm = flag.Bool("update-wasm", false, "write what differs from workerd anew")

// wasmFile is a file of testdata/wasm.
func wasmFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "wasm", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wasmWorker is a Worker with modules in WebAssembly beside its own.
func wasmWorker(t testing.TB, main string, modules ...string) *rpc.Load {
	t.Helper()
	l := worker("main.js", main)
	for _, name := range modules {
		l.Modules = append(l.Modules, rpc.Module{Name: name, Kind: rpc.ModuleWasm, Data: wasmFile(t, name)})
	}
	return l
}

// TestWasmAPI: the JavaScript API answers as workerd's. api.js is a few
// hundred expressions, api.workerd.json what workerd gave for them, and
// api.differences.json what differs here, on each engine.
func TestWasmAPI(t *testing.T) { onEachEngine(t, testWasmAPI) }

func testWasmAPI(t *testing.T) {
	s := startWith(t, real)
	if err := s.load(wasmWorker(t, string(wasmFile(t, "api.js")), "t.wasm", "trap.wasm")); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	r := s.invoke(get())
	var got, want map[string]string
	if r.failed != nil {
		t.Fatal(r.failed, r.failed.Stack)
	}
	if err := json.Unmarshal([]byte(r.body), &got); err != nil {
		t.Fatalf("%v: %s", err, r)
	}
	if err := json.Unmarshal(wasmFile(t, "api.workerd.json"), &want); err != nil {
		t.Fatal(err)
	}
	differences := map[string]map[string]string{}
	if err := json.Unmarshal(wasmFile(t, "api.differences.json"), &differences); err != nil {
		t.Fatal(err)
	}
	known := differences[engineOf(t)]
	if *updateWasm {
		known = map[string]string{}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		expected := want[name]
		if d, differs := known[name]; differs {
			expected = d
		}
		if got[name] == expected {
			continue
		}
		if *updateWasm {
			known[name] = got[name]
			continue
		}
		t.Errorf("%s:\n got %s\nwant %s", name, got[name], expected)
	}
	if *updateWasm {
		differences[engineOf(t)] = known
		text, _ := json.MarshalIndent(differences, "", "  ")
		if err := os.WriteFile("testdata/wasm/api.differences.json", append(text, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
