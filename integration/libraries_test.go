package integration

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var record = flag.Bool("record", false, "write what Node.js prints for the programs of testdata/libraries, to compare with (Node.js 20)")

// needsNode are the programs whose libraries need nodejs_compat.
var needsNode = []string{"bson", "csv-parse", "drizzle-orm", "express", "handlebars", "jsonwebtoken", "koa", "pg-protocol", "semver", "templates", "winston"}

// engines are the profiles of librariesPolicy.
var engines = []string{"goja", "quickjs"}

const librariesPolicy = `roles:
  - {name: all, match: {uids: [%d]}, allow: [run, load, invoke, delete], profile: goja, profiles: [quickjs]}
profiles:
`

const librariesProfile = `  %[1]s:
    engine: %[1]s
    pool: {size: 1, max_workers: 4}
    limits: {default: {memory: 256MiB, startup_cpu_ms: 30000, startup_wall_ms: 60000}}
`

// TestLibraries bundles programs that use real npm packages, as deploy does, runs them in jails on both engines, and compares
// what they print with what Node.js 20 printed (testdata/libraries: programs/NAME.js, want/NAME.txt).
func TestLibraries(t *testing.T) {
	dir := librariesDir(t)
	files, err := filepath.Glob("testdata/libraries/programs/*.js")
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
			if *record {
				recordLibrary(t, dir, name, "programs/"+name+".js")
			}
			code := bundleLibrary(t, dir, "programs/"+name+".js", slices.Contains(needsNode, name))
			for _, engine := range engines {
				t.Run(engine, func(t *testing.T) { runLibrary(t, d, name, engine, code) })
			}
		})
	}
	for _, name := range []string{"openai", "sdks"} {
		t.Run(name, func(t *testing.T) { testServed(t, d, dir, name) })
	}
}

// testServed runs a program with SDKs in a Worker whose requests, with their streams, pass through a gateway to what answers
// as the APIs do.
func testServed(t *testing.T, d *daemon, dir, name string) {
	if *record {
		recordLibrary(t, dir, name, name+"/program.js", name+"/server.js")
	}
	program := bundleLibrary(t, dir, name+"/program.js", false)
	write(t, filepath.Join(dir, name, "program.txt"), program["modules"].(map[string]any)["bundle.js"].(map[string]any)["js"].(string))
	gateway, err := os.ReadFile(filepath.Join(dir, "gateway.js"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, name, "gateway.js"), string(gateway))
	code := bundleLibrary(t, dir, name+"/gateway.js", false)
	code["bindings"] = map[string]any{"LOADER": map[string]string{"type": "worker_loader"}}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { runLibrary(t, d, name, engine, code) })
	}
}

// librariesDir is a copy of testdata/libraries with the packages of its lock file installed. They are installed once for a lock
// file, into the user's cache.
func librariesDir(t testing.TB) string { return npmDir(t, "testdata/libraries") }

func npmDir(t testing.TB, source string) string {
	t.Helper()
	cache, err := installLibraries(source)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	report, err := os.ReadFile("testdata/report.js")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "report.js"), report, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(cache, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func installLibraries(source string) (string, error) {
	lock, err := os.ReadFile(filepath.Join(source, "package-lock.json"))
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256(lock)
	dir := filepath.Join(cache, "stockade-test", "libraries-"+hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return dir, install(source, dir)
}

// install runs npm ci in dir, unless that has been done. Another run of the tests may be at it.
func install(source, dir string) error {
	lock, err := os.Create(filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return fmt.Errorf("cannot lock %s: %w", dir, err)
	}
	done := filepath.Join(dir, "done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join(source, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o644)
		}
		if err != nil {
			return err
		}
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot install the libraries: npm ci: %w\n%s", err, out)
	}
	return os.WriteFile(done, nil, 0o644)
}

func recordLibrary(t *testing.T, dir, name string, program ...string) {
	t.Helper()
	node := exec.Command("node", append([]string{"run.mjs"}, program...)...)
	node.Dir, node.Stderr = dir, os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("cannot run it in Node.js: %v", err)
	}
	write(t, "testdata/libraries/want/"+name+".txt", string(out))
}

// bundleLibrary has stockade-worker make the modules of a program, as the members of code.
func bundleLibrary(t testing.TB, dir, main string, node bool) map[string]any {
	t.Helper()
	in, err := json.Marshal(map[string]any{"dir": dir, "main": main, "nodejs": node})
	if err != nil {
		t.Fatal(err)
	}
	bundler := exec.Command(program("stockade-worker"), "bundle")
	bundler.Stdin, bundler.Stderr = bytes.NewReader(in), os.Stderr
	out, err := bundler.Output()
	if err != nil {
		t.Fatalf("cannot bundle: %v", err)
	}
	var bundled struct {
		Main    string
		Modules map[string]any
		Errors  []any
	}
	if err := json.Unmarshal(out, &bundled); err != nil || len(bundled.Errors) > 0 {
		t.Fatalf("cannot bundle: %v %v", err, bundled.Errors)
	}
	code := map[string]any{"mainModule": bundled.Main, "modules": bundled.Modules, "compatibilityDate": "2026-01-01"}
	if node {
		code["compatibilityFlags"], code["compatibilityDate"] = []string{"nodejs_compat"}, "2026-03-17" // from when on all its modules are there
	}
	return code
}

func runLibrary(t *testing.T, d *daemon, name, engine string, code map[string]any) {
	runProgram(t, d, "testdata/libraries", name, engine, code)
}

func runProgram(t *testing.T, d *daemon, source, name, engine string, code map[string]any) {
	b, err := json.Marshal(map[string]any{"code": code, "profile": engine})
	if err != nil {
		t.Fatal(err)
	}
	status, text, err := d.request("POST", "/v1/run", nil, string(b))
	if err != nil || status != 200 {
		t.Fatalf("%d %v %.4000s", status, err, text)
	}
	var answer struct {
		Response   struct{ Body string }
		Error      any
		Exceptions []struct{ Stack string }
		Usage      struct{ StartupCPUMs, CPUMs float64 }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	t.Logf("load %.0f ms, run %.0f ms of CPU", answer.Usage.StartupCPUMs, answer.Usage.CPUMs)
	want, err := os.ReadFile(filepath.Join(source, "want", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	if why := libraryDifferences(t, source)[name+"/"+engine]; why != "" {
		if answer.Response.Body == string(want) {
			t.Errorf("it is the same: take it from differences.txt (%s)", why)
		}
		return
	}
	if answer.Response.Body != string(want) {
		t.Errorf("%v %v\n%s", answer.Error, answer.Exceptions, differingLines(answer.Response.Body, string(want)))
	}
}

// libraryDifferences are the programs that print something else than in Node.js, with the reason.
func libraryDifferences(t *testing.T, source string) map[string]string {
	b, err := os.ReadFile(filepath.Join(source, "differences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	list := make(map[string]string)
	for line := range strings.Lines(string(b)) {
		if name, why, ok := strings.Cut(line, " - "); ok {
			list[name] = strings.TrimSpace(why)
		}
	}
	return list
}

// differingLines shows the lines that differ.
func differingLines(got, want string) string {
	var out strings.Builder
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	shown := 0
	for n := range max(len(gotLines), len(wantLines)) {
		g, w := lineAt(gotLines, n), lineAt(wantLines, n)
		if g != w && shown < 5 {
			shown++
			fmt.Fprintf(&out, "line %d\n  got  %.1500s\n  want %.1500s\n", n+1, g, w)
		}
	}
	return out.String()
}

func lineAt(lines []string, n int) string {
	if n < len(lines) {
		return lines[n]
	}
	return "(no line)"
}
