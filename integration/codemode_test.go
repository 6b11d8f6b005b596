package integration

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCodeMode deploys the documentation's Code Mode example with its npm packages as they are, and has it run what a language
// model could have written: tools, captured logs, what throws, what never ends, what wants the network.
func TestCodeMode(t *testing.T) {
	dir := npmDir(t, "testdata/codemode")
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), "profiles:\n  default: {engine: "+engine+", pool: {size: 2, max_workers: 32}}\n")
			d.deploy(t, dir, "codemode")
			d.answers(t, "codemode", codeMode)
		})
	}
}

// TestWorkerBundler deploys the documentation's examples with @cloudflare/worker-bundler: esbuild, in WebAssembly, in a jail.
func TestWorkerBundler(t *testing.T) {
	dir := npmDir(t, "testdata/codemode")
	registry := serveRegistry(t, filepath.Join(dir, "node_modules", "hono"))
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			d := serve(t, testDir(t), fmt.Sprintf(bundlerPolicy, engine))
			d.deploy(t, filepath.Join(dir, "bundler.jsonc"), "bundler")
			d.answers(t, "bundler", map[string]string{
				"/greet/Ada":             "1 200 text/plain;charset=UTF-8 Hello, Ada!",
				"/app.js":                "1 200 application/javascript; charset=utf-8 alert(1)",
				"/":                      "1 200 text/html; charset=utf-8 <p>home",
				"/bad.ts":                "Build failed with 1 error:",
				"/told":                  "told",
				"/?registry=" + registry: "Hello from Hono!",
			})
		})
	}
}

// serveRegistry serves one installed package as a registry of npm packages does.
func serveRegistry(t *testing.T, dir string) string {
	t.Helper()
	var description struct{ Name, Version string }
	b, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err == nil {
		err = json.Unmarshal(b, &description)
	}
	if err != nil {
		t.Fatal(err)
	}
	archive := packed(t, dir)
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/package.tgz" {
			w.Write(archive)
			return
		}
		version := map[string]any{"name": description.Name, "version": description.Version, "dist": map[string]string{"tarball": server.URL + "/package.tgz"}}
		json.NewEncoder(w).Encode(map[string]any{"name": description.Name, "dist-tags": map[string]string{"latest": description.Version},
			"versions": map[string]any{description.Version: version}})
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// packed is a package's scripts in the form in which npm packs them.
func packed(t *testing.T, dir string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if name := d.Name(); err != nil || d.IsDir() || name != "package.json" && filepath.Ext(name) != ".js" {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil {
			err = archive.WriteHeader(&tar.Header{Name: "package" + strings.TrimPrefix(path, dir), Mode: 0o644, Size: int64(len(content))})
		}
		if err == nil {
			_, err = archive.Write(content)
		}
		return err
	})
	if err := errors.Join(err, archive.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bundlerPolicy has room for esbuild: 14 MB of WebAssembly.
const bundlerPolicy = `profiles:
  default:
    engine: %s
    pool: {size: 2, max_workers: 8}
    egress: {default: public, rules: [{action: allow, hosts: [127.0.0.1]}]}
    limits:
      default: {memory: 512MiB, startup_cpu_ms: 60000, startup_wall_ms: 120000, cpu_ms: 60000, wall_ms: 120000}
      max: {memory: 1GiB, startup_cpu_ms: 60000, startup_wall_ms: 120000, cpu_ms: 60000, wall_ms: 120000}
`

// answers asks an app, and compares.
func (d *daemon) answers(t *testing.T, app string, want map[string]string) {
	t.Helper()
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if _, text, err := d.request("GET", "/v1/apps/"+app+"/fetch"+path, nil, ""); err != nil || text != want[path] {
			t.Errorf("%s: %v\n  %s\nwant\n  %s", path, err, text, want[path])
		}
	}
}

// codeMode is what each route of the example answers.
var codeMode = map[string]string{
	"/tools": `{"result":{"sum":42,"s":{"deep":[1,{"two":"2"}]},"bytes":[1,2,255],"big":6},` +
		`"logs":["adding 1 [object Object]","[warn] careful","[error] Error: oh"]}`,
	"/throws":      `{"error":"from the sandbox","logs":["before"]}`,
	"/tool-throws": `{"result":"caught no such project","logs":[]}`,
	"/missing":     `{"error":"Tool \"nothing\" not found","logs":[]}`,
	"/fetch": `{"error":"This worker is not permitted to access the internet via global functions like fetch(). ` +
		`It must use capabilities (such as bindings in 'env') to talk to the outside world.","logs":[]}`,
	"/timeout":  `{"error":"Execution timed out","logs":["waiting"]}`,
	"/late":     `{"result":"not awaited","logs":[]}`,
	"/syntax":   `{"rejected":"Uncaught SyntaxError"}`,
	"/fences":   `{"result":20,"logs":[]}`,
	"/modules":  `{"result":"Hello, Ada!","logs":[]}`,
	"/isolated": `[{"result":"one","logs":[]},{"result":"undefined","logs":[]}]`,
	"/many":     `[100,101,102,103,104,105,106,107]`,
	"/ai":       `{"made":{"result":["1 Apollo","2 Gemini"],"logs":["made two"]},"failed":"Code execution failed","types":true,"doc":true}`,
}

// deploy runs `stockade deploy`.
func (d *daemon) deploy(t testing.TB, dir, name string) {
	t.Helper()
	out, err := exec.Command(program("stockade"), "deploy", dir, "--name", name, "--socket", d.socket).CombinedOutput()
	if err != nil {
		t.Fatalf("cannot deploy %s: %v\n%s", dir, err, out)
	}
}
