package bundle

import (
	"crypto/sha256"
	"encoding/hex"
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
			return api.OnResolveResult{Path: a.Path, External: true}, nil
		})
		b.OnResolve(api.OnResolveOptions{Filter: `^[a-z0-9_]+(/[a-z0-9_/]+)?$`}, p.resolveNode)
		b.OnResolve(api.OnResolveOptions{Filter: `.`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) { return p.resolveBeside(b, a) })
		b.OnLoad(api.OnLoadOptions{Filter: `.`, Namespace: "json"}, loadJSON)
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

// resolveNode makes fs mean node:fs. Without nodejs_compat it may still be a package of that name.
func (p *plugin) resolveNode(a api.OnResolveArgs) (api.OnResolveResult, error) {
	if !nodeModules[a.Path] || a.Kind == api.ResolveEntryPoint {
		return api.OnResolveResult{}, nil
	}
	if p.options.NodeJS {
		return api.OnResolveResult{Path: "node:" + a.Path, External: true}, nil
	}
	if installed(a.ResolveDir, a.Path) {
		return api.OnResolveResult{}, nil
	}
	return api.OnResolveResult{Errors: []api.Message{{Text: "Could not resolve \"" + a.Path + "\"",
		Notes: []api.Note{{Text: "It is a module of Node.js: add \"nodejs_compat\" to compatibility_flags, or import \"node:" + a.Path + "\"."}}}}}, nil
}

func installed(dir, name string) bool {
	name, _, _ = strings.Cut(name, "/")
	for {
		if info, err := os.Stat(filepath.Join(dir, "node_modules", name)); err == nil && info.IsDir() {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
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
	name := filepath.ToSlash(path)
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
