package workerproc

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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

// wasmScripts are the files of expressions, with the modules that they import.
var wasmScripts = map[string][]string{
	"api":  {"t.wasm", "trap.wasm"},
	"link": {"link.wasm", "start.wasm", "oob.wasm", "tail.wasm", "simd.wasm"},
}

// TestWasmAPI: the JavaScript API answers as workerd's. NAME.js has a few
// hundred expressions, NAME.workerd.json what workerd gave for them, and
// differences.json what differs here, on each engine, interpreted and compiled.
func TestWasmAPI(t *testing.T) {
	differences := map[string]map[string]string{}
	if err := json.Unmarshal(wasmFile(t, "differences.json"), &differences); err != nil {
		t.Fatal(err)
	}
	onEachEngine(t, func(t *testing.T) {
		for script, modules := range wasmScripts {
			for _, how := range []string{"interpreted", "compiled"} {
				t.Run(script+"/"+how, func(t *testing.T) { testWasmAPI(t, script, modules, how, differences) })
			}
		}
	})
	if *updateWasm {
		text, _ := json.MarshalIndent(differences, "", "  ")
		if err := os.WriteFile("testdata/wasm/differences.json", append(text, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func testWasmAPI(t *testing.T, script string, modules []string, how string, differences map[string]map[string]string) {
	got, want := wasmAnswers(t, script, modules, how), map[string]string{}
	if err := json.Unmarshal(wasmFile(t, script+".workerd.json"), &want); err != nil {
		t.Fatal(err)
	}
	key := engineOf(t) + " " + script + " " + how
	known := differences[key]
	if *updateWasm {
		known = map[string]string{}
		differences[key] = known
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		expected := want[name]
		if d, differs := known[name]; differs && got[name] != expected {
			expected = d
		}
		switch {
		case withoutRuntime(got[name]) == withoutRuntime(expected):
		case *updateWasm:
			known[name] = got[name]
		default:
			t.Errorf("%s:\n got %s\nwant %s", name, got[name], expected)
		}
	}
}

func wasmAnswers(t *testing.T, script string, modules []string, how string) (got map[string]string) {
	p, err := prepare(engineOf(t), real)
	if err != nil {
		t.Fatal(err)
	}
	if how == "compiled" {
		p.CompileWasm()
	}
	s := serve(t, p)
	if err := s.load(wasmWorker(t, string(wasmFile(t, script+".js")), modules...)); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	r := s.invoke(get())
	if r.failed != nil {
		t.Fatal(r.failed, r.failed.Stack)
	}
	if err := json.Unmarshal([]byte(r.body), &got); err != nil {
		t.Fatalf("%v: %s", err, r)
	}
	return got
}

var ofRuntime = regexp.MustCompile(`\n[^\n]*stockade:[^\n]*`)

// withoutRuntime leaves those lines of a stack out that are the runtime's own.
func withoutRuntime(text string) string { return ofRuntime.ReplaceAllString(text, "") }

// TestFaultBelowWasm: what a fault of ours below WebAssembly tells a Worker is no stack of Go's, with addresses that all copies
// of the process share. With QuickJS it is the process's end.
func TestFaultBelowWasm(t *testing.T) {
	faulty := platform{source: real.source, ops: maps.Clone(real.ops)}
	faulty.ops["atob"] = func([]any) (any, error) { var none []int; return none[len(none)], nil }
	s := startWith(t, faulty)
	load := wasmWorker(t, `import fib from "fib.wasm";
		const { exports } = new WebAssembly.Instance(fib, { js: { f: () => atob("") } });
		`+handler(`
		const said = [];
		for (let i = 0; i < 3; i++) try { exports.out(1); } catch (e) { said.push(e.name, e.message); }
		await null;
		return new Response(said.join("|"));`), "fib.wasm")
	if err := s.load(load); err != nil {
		t.Fatal(err, err.Stack)
	}
	const one = "RuntimeError|runtime error: index out of range [0] with length 0"
	if r := s.invoke(get()); r.body != strings.Join([]string{one, one, one}, "|") {
		t.Errorf("%s", r)
	}
}
