package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// plugin tells esbuild what stays outside of the bundle.
type plugin struct {
	options Options
	rules   []rule

	mu     sync.Mutex // guards what follows: esbuild calls from many goroutines
	beside map[string]besideModule
	json   []string // files of JSON rules
}

func (p *plugin) plugin() api.Plugin {
	return api.Plugin{Name: "stockade", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^(cloudflare|node):`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return external(a.Path, a), nil
		})
		b.OnResolve(api.OnResolveOptions{Filter: `^[a-z0-9_]+(/[a-z0-9_/]+)?$`}, p.resolveNode)
		b.OnResolve(api.OnResolveOptions{Filter: `.`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) { return p.resolveBeside(b, a) })
		b.OnLoad(api.OnLoadOptions{Filter: `.`, Namespace: "json"}, loadJSON)
		b.OnLoad(api.OnLoadOptions{Filter: `.`, Namespace: required}, loadRequired)
	}}
}

// nodeModules are Node's own modules, which may be named without node:.
var nodeModules = words(`assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram
	diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https inspector module net os path path/posix
	path/win32 perf_hooks process punycode querystring readline readline/promises repl stream stream/consumers stream/promises
	stream/web string_decoder sys timers timers/promises tls trace_events tty url util util/types v8 vm worker_threads zlib`)

func words(text string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// required is the namespace of what stands for a built-in module that is required, not imported.
const required = "required"

// external leaves a module of the runtime outside of the bundle. An ES module has no require: a package that requires it
// gets a module of the bundle that imports it.
func external(name string, a api.OnResolveArgs) api.OnResolveResult {
	if a.Kind == api.ResolveJSRequireCall {
		return api.OnResolveResult{Path: name, Namespace: required}
	}
	return api.OnResolveResult{Path: name, External: true}
}

func loadRequired(a api.OnLoadArgs) (api.OnLoadResult, error) {
	text := fmt.Sprintf("import required from %q;\nmodule.exports = required;\n", a.Path)
	return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
}

// resolveNode makes fs mean node:fs. Without nodejs_compat esbuild looks for a package of that name, for what the "browser"
// of a package.json says of it, and whether the package can do without it (a require in a try).
func (p *plugin) resolveNode(a api.OnResolveArgs) (api.OnResolveResult, error) {
	if !nodeModules[a.Path] || a.Kind == api.ResolveEntryPoint || !p.options.NodeJS {
		return api.OnResolveResult{}, nil
	}
	return external("node:"+a.Path, a), nil
}

// inOurs marks the second resolution of an import, which is esbuild's own.
type inOurs struct{}

// resolveBeside finds the files that become modules of their own, and those that a JSON rule names.
func (p *plugin) resolveBeside(b api.PluginBuild, a api.OnResolveArgs) (api.OnResolveResult, error) {
	if _, again := a.PluginData.(inOurs); again || a.Kind == api.ResolveEntryPoint || p.kind(a.Path) == "" && filepath.Ext(a.Path) == "" {
		return api.OnResolveResult{}, nil
	}
	kind := p.kind(a.Path)
	if kind == "" || kinds[kind] == "" && kind != "JSON" {
		return api.OnResolveResult{}, nil
	}
	found := b.Resolve(strings.TrimSuffix(a.Path, "?module"), api.ResolveOptions{Importer: a.Importer, Namespace: a.Namespace,
		ResolveDir: a.ResolveDir, Kind: a.Kind, PluginData: inOurs{}})
	if len(found.Errors) > 0 {
		return api.OnResolveResult{Errors: found.Errors, Warnings: found.Warnings}, nil
	}
	if kind == "JSON" {
		p.noteJSON(found.Path)
		return api.OnResolveResult{Path: found.Path, Namespace: "json"}, nil
	}
	return api.OnResolveResult{Path: "./" + p.take(found.Path, kind), External: true}, nil
}

// kind is the type of the rule for an import. Globs are about files of the project; **/*.txt is about all.
func (p *plugin) kind(path string) string {
	return kindOf(p.rules, strings.TrimPrefix(strings.ReplaceAll(path, "../", ""), "./"))
}

// take notes a module and returns its name: two files of one name stay apart.
func (p *plugin) take(path, kind string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var name string
	if inside, err := filepath.Rel(p.options.Dir, path); err == nil && filepath.IsLocal(inside) {
		name = filepath.ToSlash(inside)
	} else {
		sum := sha256.Sum256([]byte(path))
		name = hex.EncodeToString(sum[:8]) + "-" + filepath.Base(path)
	}
	if name == mainName {
		name = "module-" + name
	}
	p.beside[name] = besideModule{path, kind}
	return name
}

func (p *plugin) noteJSON(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.json = append(p.json, path)
}

// seen are the files that esbuild doesn't know of.
func (p *plugin) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var files []string
	files = append(files, p.json...)
	for _, m := range p.beside {
		files = append(files, m.path)
	}
	return files
}

func loadJSON(a api.OnLoadArgs) (api.OnLoadResult, error) {
	content, err := os.ReadFile(a.Path)
	text := string(content)
	return api.OnLoadResult{Contents: &text, Loader: api.LoaderJSON, ResolveDir: filepath.Dir(a.Path)}, err
}
