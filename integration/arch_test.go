package integration

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "stockade.dev/stockade/"

type goPackage struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, Deps                      []string
}

// rules are the layout's (docs/rationale.md): each fails with its reason.
var rules = map[string]func(*testing.T, []goPackage){
	"imports go one way":              importsGoOneWay,
	"programs link their side only":   programsLinkTheirSideOnly,
	"no program links the other side": noProgramLinksTheOtherSide,
	"each dependency has one owner":   eachDependencyHasOneOwner,
	"every package says what it is":   everyPackageSaysWhatItIs,
	"no catch-all packages":           noCatchAllPackages,
	"files are of readable length":    filesAreOfReadableLength,
	"the main functions are short":    mainIsShort,
	"the jailed side speaks no HTTP":  jailedSideSpeaksNoHTTP,
	"texts name what is there":        textsNameWhatIsThere,
}

func TestArchitecture(t *testing.T) {
	all := packages(t)
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) { rule(t, all) })
	}
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// area is the top-level folder of one of our packages.
func area(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, module), "/")
	return name
}

// mayImport is the direction of imports, and why.
var mayImport = map[string]struct {
	areas []string
	why   string
}{
	"supervisor": {[]string{"supervisor", "jailer", "netproxy", "store", "rpc"}, "the trusted side never links what runs tenant code"},
	"workerproc": {[]string{"workerproc", "rpc"}, "the jailed side must not contain the supervisor, nor reach for the host"},
	"rpc":        {[]string{"rpc"}, "a leaf: both sides of the jail's edge link it"},
	"jailer":     {[]string{"jailer"}, "a leaf: confinement must be readable by itself"},
	"store":      {[]string{"store"}, "a leaf: it keeps bytes and knows no meaning"},
	"netproxy":   {[]string{"netproxy"}, "a leaf: Decide is a pure function"},
}

func importsGoOneWay(t *testing.T, all []goPackage) {
	for _, p := range all {
		rule, ok := mayImport[area(p.ImportPath)]
		if !ok || strings.Contains(p.ImportPath, "/testdata/") {
			continue
		}
		for _, i := range p.Imports {
			if strings.HasPrefix(i, module) && !slices.Contains(rule.areas, area(i)) {
				t.Errorf("%s imports %s: %s", p.ImportPath, i, rule.why)
			}
		}
	}
}

// commands says what of ours each program links directly.
var commands = map[string][]string{
	"cmd/stockade":        {"cmd/stockade/appconfig", "supervisor", "supervisor/assets", "supervisor/cell", "supervisor/compat", "supervisor/policy", "netproxy", "jailer", "store", "rpc"},
	"cmd/stockade-worker": {"cmd/stockade-worker/jailed", "workerproc", "workerproc/bundle", "jailer/narrow", "jailer/zygote", "rpc"},
}

func programsLinkTheirSideOnly(t *testing.T, all []goPackage) {
	for _, p := range all {
		allowed, ok := commands[strings.TrimPrefix(p.ImportPath, module)]
		if !ok {
			continue
		}
		for _, i := range p.Imports {
			if name, ours := strings.CutPrefix(i, module); ours && !slices.Contains(allowed, name) {
				t.Errorf("%s imports %s: it links %v and nothing else of ours", p.ImportPath, i, allowed)
			}
		}
	}
}

// notLinked is what each program must not contain, not even by way of others: prefixes, and why.
var notLinked = map[string]map[string]string{
	"cmd/stockade-worker": {
		module + "supervisor":                 "the supervisor's code has no business in a jail",
		module + "store":                      "the store is the supervisor's",
		"github.com/hashicorp/go-plugin":      "2 ms and 10 MB a process (docs/rationale.md)",
		"google.golang.org/grpc":              "2 ms and 10 MB a process (docs/rationale.md)",
		"github.com/opencontainers/runc":      "the jail doesn't build jails",
		"go.etcd.io/bbolt":                    "the store is the supervisor's",
		"github.com/prometheus/client_golang": "metrics are the supervisor's",
		"github.com/spf13/cobra":              "the jailed program has no command line of its own",
	},
	"cmd/stockade": {
		module + "workerproc":      "the trusted side never runs or parses a tenant's code",
		"github.com/dop251/goja":   "the trusted side never runs or parses a tenant's code",
		"github.com/evanw/esbuild": "the trusted side never runs or parses a tenant's code",
		"modernc.org/libquickjs":   "the trusted side never runs or parses a tenant's code",
	},
}

func noProgramLinksTheOtherSide(t *testing.T, all []goPackage) {
	seen := 0
	for _, p := range all {
		forbidden, program := notLinked[strings.TrimPrefix(p.ImportPath, module)]
		if !program {
			continue
		}
		seen++
		for _, dep := range p.Deps {
			for prefix, why := range forbidden {
				if strings.HasPrefix(dep, prefix) {
					t.Errorf("%s links %s: %s", p.ImportPath, dep, why)
				}
			}
		}
	}
	if seen != len(notLinked) {
		t.Errorf("%d of %d programs are there", seen, len(notLinked))
	}
}

// jailedSideSpeaksNoHTTP looks at our own packages: esbuild links net/http for a server of its own, which nobody calls.
func jailedSideSpeaksNoHTTP(t *testing.T, all []goPackage) {
	for _, p := range all {
		if area(p.ImportPath) == "workerproc" && slices.Contains(p.Imports, "net/http") {
			t.Errorf("%s imports net/http: a Worker's fetch() is a call to the supervisor", p.ImportPath)
		}
	}
}

// owners says which of our packages import a dependency, by prefixes. One that isn't here is a mistake: it wants an owner,
// and its line in docs/rationale.md. Tests may import what they test against.
var owners = map[string][]string{
	"github.com/opencontainers/":          {"jailer"},
	"github.com/elastic/go-seccomp-bpf":   {"jailer"},
	"github.com/landlock-lsm/go-landlock": {"jailer"},
	"github.com/hashicorp/":               {"rpc/wardenrpc"},
	"github.com/dop251/goja":              {"workerproc/engine/goja"},
	"github.com/go-sourcemap/sourcemap":   {"workerproc/engine/goja", "workerproc/engine/quickjs", "cmd/stockade"},
	"github.com/fsnotify/fsnotify":        {"cmd/stockade"},
	"modernc.org/":                        {"workerproc/engine/quickjs"},
	"github.com/evanw/esbuild":            {"workerproc"},
	"github.com/nlnwa/whatwg-url":         {"workerproc/ops"},
	"golang.org/x/text":                   {"workerproc/ops"},
	"github.com/tetratelabs/wazero":       {"workerproc/wasm"},
	"github.com/clipperhouse/uax29":       {"workerproc/ops"},
	"github.com/klauspost/compress":       {"workerproc/ops"},
	"golang.org/x/crypto":                 {"workerproc/ops"},
	"github.com/andybalholm/brotli":       {"workerproc/ops"},
	"go.etcd.io/bbolt":                    {"store"},
	"github.com/goccy/go-yaml":            {"supervisor/policy"},
	"github.com/go-json-experiment/json":  {"supervisor"},
	"github.com/prometheus/client_golang": {"supervisor"},
	"golang.org/x/net":                    {"supervisor", "netproxy"},
	"github.com/gobwas/ws":                {"netproxy"},
	"github.com/containers/":              {"netproxy"},
	"gvisor.dev/gvisor":                   {"netproxy"},
	"github.com/coreos/go-systemd":        {"supervisor", "cmd/stockade"},
	"github.com/spf13/cobra":              {"cmd/stockade"},
	"github.com/spf13/pflag":              {"cmd/stockade"},
	"github.com/tailscale/hujson":         {"cmd/stockade/appconfig"},
	"github.com/pelletier/go-toml":        {"cmd/stockade/appconfig"},
	"golang.org/x/sys":                    {""},
	"golang.org/x/sync":                   {""},
}

func eachDependencyHasOneOwner(t *testing.T, all []goPackage) {
	for _, p := range all {
		own := strings.TrimPrefix(p.ImportPath, module)
		for _, i := range p.Imports {
			host, _, _ := strings.Cut(i, "/")
			if strings.Contains(host, ".") && !strings.HasPrefix(i, module) && !owned(own, i) {
				t.Errorf("%s imports %s, and does not own it: see owners in arch_test.go", own, i)
			}
		}
	}
}

func owned(own, dependency string) bool {
	for prefix, of := range owners {
		if strings.HasPrefix(dependency, prefix) {
			return slices.ContainsFunc(of, func(owner string) bool {
				return owner == "" || own == owner || strings.HasPrefix(own, owner+"/")
			})
		}
	}
	return false
}

func everyPackageSaysWhatItIs(t *testing.T, all []goPackage) {
	for _, p := range all {
		documented := len(p.GoFiles) == 0
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			documented = documented || f.Doc != nil
		}
		if !documented {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

func noCatchAllPackages(t *testing.T, all []goPackage) {
	for _, p := range all {
		switch name := filepath.Base(p.Dir); name {
		case "util", "utils", "common", "helpers", "types":
			t.Errorf("%s: name the noun, or keep it beside its caller", p.ImportPath)
		}
	}
}

const maxLines = 600

func filesAreOfReadableLength(t *testing.T, all []goPackage) {
	for _, p := range all {
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			if !strings.HasSuffix(name, "_gen.go") {
				isOfReadableLength(t, filepath.Join(p.Dir, name))
			}
		}
	}
	for _, pattern := range []string{"core/*.js", "parts/*.js", "parts/*/*.js", "node/*.js"} {
		names, err := filepath.Glob(filepath.Join("../workerproc/runtime", pattern))
		if err != nil || len(names) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, name := range names {
			if filepath.Base(filepath.Dir(name)) != "testdata" {
				isOfReadableLength(t, name)
			}
		}
	}
}

func isOfReadableLength(t *testing.T, name string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\n"); n > maxLines {
		t.Errorf("%s has %d lines: a room of more than %d wants a wall", name, n, maxLines)
	}
}

func mainIsShort(t *testing.T, _ []goPackage) {
	for program := range commands {
		b, err := os.ReadFile(filepath.Join("..", program, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		_, main, _ := strings.Cut(string(b), "\nfunc main() {")
		if main, _, ok := strings.Cut(main, "\n}\n"); !ok || strings.Count(main, "\n") > 50 {
			t.Errorf("%s has no main of fewer than 50 lines in main.go", program)
		}
	}
}
