package integration

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var recordWasm = flag.String("record-wasm", "", "write the bundles of testdata/wasm_libraries below this folder, for workerd to run")

// TestWasmLibraries bundles programs that use npm packages in WebAssembly, runs them in jails on both engines, and compares what
// they print with what workerd printed (testdata/wasm_libraries: programs/NAME.js, want/NAME.txt).
func TestWasmLibraries(t *testing.T) {
	const source = "testdata/wasm_libraries"
	dir := npmDir(t, source)
	files, err := filepath.Glob(source + "/programs/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs:", err)
	}
	policy := fmt.Sprintf(librariesPolicy, os.Getuid())
	for _, engine := range engines {
		policy += fmt.Sprintf(librariesProfile, engine)
	}
	d := serve(t, testDir(t), policy)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".js")
		t.Run(name, func(t *testing.T) {
			code := bundleLibrary(t, dir, "programs/"+name+".js", false)
			if *recordWasm != "" {
				writeForWorkerd(t, filepath.Join(*recordWasm, name), code)
			}
			for _, engine := range engines {
				t.Run(engine, func(t *testing.T) { runProgram(t, d, source, name, engine, code) })
			}
		})
	}
}

// writeForWorkerd writes the modules, and a configuration of workerd's.
func writeForWorkerd(t *testing.T, dir string, code map[string]any) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var list []string
	main := code["mainModule"].(string)
	add := func(name string, module any) {
		file := strings.ReplaceAll(name, "/", "_")
		b, _ := json.Marshal(module)
		var forms map[string]string
		if err := json.Unmarshal(b, &forms); err != nil {
			t.Fatal(err)
		}
		for kind, text := range forms {
			if kind == "wasm" {
				raw, _ := base64.StdEncoding.DecodeString(text)
				text = string(raw)
			}
			write(t, filepath.Join(dir, file), text)
			list = append(list, fmt.Sprintf("(name = %q, %s = embed %q)", name, map[string]string{"js": "esModule", "wasm": "wasm"}[kind], file))
		}
	}
	modules := code["modules"].(map[string]any)
	add(main, modules[main])
	for name, module := range modules {
		if name != main {
			add(name, module)
		}
	}
	flags, _ := json.Marshal(code["compatibilityFlags"])
	if string(flags) == "null" {
		flags = []byte("[]")
	}
	write(t, filepath.Join(dir, "config.capnp"), `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:18972", http = (), service = "main")]
);
const w :Workerd.Worker = (modules = [`+strings.Join(list, ", ")+`], compatibilityDate = "2026-01-01", compatibilityFlags = `+string(flags)+`);
`)
}
