package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"stockade.dev/stockade/cmd/stockade/appconfig"
	"stockade.dev/stockade/supervisor/assets"
	"stockade.dev/stockade/supervisor/compat"
)

// deployment is the body of PUT /v1/apps/{name}.
type deployment struct {
	Code     *deployedCode      `json:"code,omitempty"`
	Bindings map[string]binding `json:"bindings,omitempty"`
	Assets   *deployedAssets    `json:"assets,omitempty"`
	Limits   map[string]int64   `json:"limits,omitempty"`
	Message  string             `json:"message,omitempty"`
	Profile  string             `json:"profile,omitempty"`
}

type deployedCode struct {
	MainModule         string                     `json:"mainModule"`
	Modules            map[string]json.RawMessage `json:"modules"`
	CompatibilityDate  string                     `json:"compatibilityDate,omitempty"`
	CompatibilityFlags []string                   `json:"compatibilityFlags,omitempty"`
}

type binding struct {
	Type       string          `json:"type"`
	Value      json.RawMessage `json:"value,omitempty"`
	ID         string          `json:"id,omitempty"`
	App        string          `json:"app,omitempty"`
	Entrypoint string          `json:"entrypoint,omitempty"`
	Props      json.RawMessage `json:"props,omitempty"`
}

type deployedAssets struct {
	Files            map[string][]byte `json:"files"`
	RunWorkerFirst   any               `json:"runWorkerFirst,omitempty"` // true, or patterns
	NotFoundHandling string            `json:"notFoundHandling,omitempty"`
	HTMLHandling     string            `json:"htmlHandling,omitempty"`
	Redirects        string            `json:"_redirects,omitempty"`
	Headers          string            `json:"_headers,omitempty"`
}

// project is a directory with a wrangler file.
type project struct {
	*appconfig.Config
	name string // of the app
	dir  string // absolute
	dev  bool   // .dev.vars count
}

// openProject reads the configuration in path. name is what the app is to be called, "" for what the file says.
func openProject(place, name string, dev bool) (*project, error) {
	file, err := appconfig.Find(place)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	config, err := appconfig.Load(file)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("cannot use the project's configuration:\n%w", err)}
	}
	p := &project{Config: config, name: name, dev: dev}
	if p.dir, err = filepath.Abs(config.Dir); err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("cannot find the project: %w", err)}
	}
	return p, p.setName()
}

var notInNames = regexp.MustCompile(`[^a-z0-9_-]+`)

// setName takes the flag's name, the file's or the directory's.
func (p *project) setName() error {
	switch {
	case p.name != "":
		if !appconfig.NameText.MatchString(p.name) {
			return usageErrorf("cannot use --name %s: a name has 1 to 63 of a-z, 0-9, - and _, and begins with a letter or digit", p.name)
		}
	case p.Name != "":
		p.name = p.Name
	default:
		p.name = strings.Trim(notInNames.ReplaceAllString(strings.ToLower(filepath.Base(p.dir)), "-"), "-_")
		if !appconfig.NameText.MatchString(p.name) {
			return usageErrorf("cannot tell what the app is called: write name into %s, or give --name", p.File)
		}
	}
	return nil
}

// build makes what is to be deployed. The bundle is there with a bundleError, too.
func (p *project) build(ctx context.Context) (*deployment, *bundled, error) {
	d := &deployment{Bindings: make(map[string]binding), Limits: p.Limits}
	if err := p.bind(d.Bindings); err != nil {
		return nil, nil, err
	}
	var err error
	if p.Assets != nil {
		if d.Assets, err = p.readAssets(); err != nil {
			return nil, nil, err
		}
	}
	var left []bundleMessage
	if p.Assets != nil {
		left = d.Assets.warnings(p.Assets.Directory)
	}
	if p.Main == "" {
		return d, &bundled{Warnings: left}, nil
	}
	b, err := runBundler(ctx, bundleOptions{Dir: p.dir, Main: p.Main, Rules: p.Rules, NodeJS: p.nodeJS(time.Now()), Dev: p.dev})
	if err != nil {
		return nil, b, err
	}
	b.Warnings = append(b.Warnings, left...)
	d.Code = &deployedCode{MainModule: b.Main, Modules: b.Modules, CompatibilityDate: p.CompatibilityDate, CompatibilityFlags: p.CompatibilityFlags}
	return d, b, nil
}

// nodeJS reports whether modules of Node.js may be imported by their bare names. What is wrong with the date or a flag the
// daemon says.
func (p *project) nodeJS(today time.Time) bool {
	flags, err := compat.Resolve(cmp.Or(p.CompatibilityDate, today.Format(time.DateOnly)), p.CompatibilityFlags, true, today)
	return err == nil && flags["nodejs_compat"]
}

// rename has the service bindings lead to apps under the names that they have in the daemon.
func (d *deployment) rename(names map[string]string) {
	for name, b := range d.Bindings {
		if to := names[b.App]; b.Type == "service" && to != "" {
			b.App = to
			d.Bindings[name] = b
		}
	}
}

// bind fills in the env.
func (p *project) bind(env map[string]binding) error {
	for name, value := range p.Vars {
		env[name] = binding{Type: "json", Value: value}
	}
	if p.dev {
		vars, err := p.DevVars()
		if err != nil {
			return &exitError{exitUsage, fmt.Errorf("cannot use %s:\n%w", appconfig.DevVarsName, err)}
		}
		for name, text := range vars {
			value, err := json.Marshal(text)
			if err != nil {
				return err
			}
			env[name] = binding{Type: "json", Value: value}
		}
	}
	for _, l := range p.Loaders {
		env[l.Binding] = binding{Type: "worker_loader", ID: l.ID}
	}
	for _, s := range p.Services {
		app := s.Service
		if app == p.Name {
			app = p.name // itself, under the name that it is deployed with
		}
		env[s.Binding] = binding{Type: "service", App: app, Entrypoint: s.Entrypoint, Props: s.Props}
	}
	if p.Assets != nil && p.Assets.Binding != "" {
		env[p.Assets.Binding] = binding{Type: "assets"}
	}
	return nil
}

// assetsDir is the directory of the files, absolute.
func (p *project) assetsDir() string {
	if filepath.IsAbs(p.Assets.Directory) {
		return p.Assets.Directory
	}
	return filepath.Join(p.dir, p.Assets.Directory)
}

// readAssets reads the files. Nothing is followed out of the directory.
func (p *project) readAssets() (*deployedAssets, error) {
	a := &deployedAssets{Files: make(map[string][]byte), NotFoundHandling: p.Assets.NotFoundHandling, HTMLHandling: p.Assets.HTMLHandling}
	if p.Assets.RunWorkerFirst {
		a.RunWorkerFirst = true
	} else if p.Assets.RunFirst != nil {
		a.RunWorkerFirst = p.Assets.RunFirst
	}
	root, err := os.OpenRoot(p.assetsDir())
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("cannot use the project's configuration:\n%w", p.At("assets.directory", "cannot read the directory %q: %v", p.Assets.Directory, rootCause(err)))}
	}
	defer root.Close()
	if err := a.addAll(root.FS()); err != nil {
		var exit *exitError
		if errors.As(err, &exit) {
			return nil, err
		}
		return nil, usageErrorf("cannot read the assets in %s: %w", p.assetsDir(), err)
	}
	return a, nil
}

const maxAssets = 64 << 20 // all files of an app

func (a *deployedAssets) addAll(files fs.FS) error {
	size := 0
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(d.Name(), ".") && name != "." && d.Name() != ".well-known"
		switch {
		case err != nil:
			return err
		case d.IsDir() && (hidden || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.IsDir() || hidden:
			return nil
		case name == "_worker.js":
			return usageErrorf("cannot use %s among the assets: it is not supported yet", name)
		}
		info, err := fs.Stat(files, name)
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if size += len(content); size > maxAssets {
			return usageErrorf("cannot take the assets: they have more than 64 MiB together; the largest are %s", largest(files))
		}
		switch name {
		case "_redirects":
			a.Redirects = string(content)
		case "_headers":
			a.Headers = string(content)
		default:
			a.Files["/"+path.Clean(name)] = content
		}
		return err
	})
}

// largest are the three files that take most room.
func largest(files fs.FS) string {
	type file struct {
		name string
		size int64
	}
	var all []file
	fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				all = append(all, file{name, info.Size()})
			}
		}
		return nil
	})
	slices.SortFunc(all, func(a, b file) int { return cmp.Compare(b.size, a.size) })
	var texts []string
	for _, f := range all[:min(3, len(all))] {
		texts = append(texts, fmt.Sprintf("%s (%.1f MiB)", f.name, float64(f.size)/(1<<20)))
	}
	return strings.Join(texts, ", ")
}

// warnings are the lines of _redirects and _headers that can't be used.
func (a *deployedAssets) warnings(dir string) (all []bundleMessage) {
	if a == nil {
		return nil
	}
	_, redirects, headers := assets.Parse(a.Redirects, a.Headers)
	for name, problems := range map[string][]assets.Problem{"_redirects": redirects, "_headers": headers} {
		for _, p := range problems {
			all = append(all, bundleMessage{File: filepath.Join(dir, name), Line: p.Line, Column: 1, Text: fmt.Sprintf("%q is left out: %s", p.Text, p.Why)})
		}
	}
	slices.SortFunc(all, func(a, b bundleMessage) int { return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line) })
	return all
}
