// Package bundle makes the scripts that a worker process embeds of the
// runtime's JavaScript sources.
package bundle

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// All returns the scripts by their file names; dir is the runtime's folder.
func All(dir string) (map[string]string, error) {
	core, err := bundle(filepath.Join(dir, "core", "core.js"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{"core.js": core}
	if err := parts(filepath.Join(dir, "parts"), files); err != nil {
		return nil, err
	}
	return files, nodeModules(filepath.Join(dir, "node"), files)
}

// parts adds a script for each part: a file of dir, or a folder in it whose entry module has the folder's name.
func parts(dir string, files map[string]string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.js"))
	for _, path := range paths {
		if files[filepath.Base(path)], err = minify(path); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	entries, err := filepath.Glob(filepath.Join(dir, "*", "*.js"))
	for _, path := range entries {
		name := filepath.Base(path)
		if strings.TrimSuffix(name, ".js") != filepath.Base(filepath.Dir(path)) {
			continue
		}
		if files[name], err = join(path); err != nil {
			return err
		}
	}
	return err
}

// supported is what goja and quickjs both run; newer syntax is lowered.
const supported = api.ES2022

// bundle makes one function of an entry module and all that it imports: its
// free variables become parameters, its default export the result.
func bundle(entry string) (string, error) {
	result := api.Build(api.BuildOptions{EntryPoints: []string{entry}, Bundle: true, Format: api.FormatIIFE, GlobalName: "$",
		Target: supported, MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, KeepNames: false, Charset: api.CharsetUTF8})
	if err := problems(result.Errors); err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(result.OutputFiles[0].Contents))
	return "(function(ops,lazy){" + text + "return $.default})\n", nil
}

// join makes a part of an entry module and all that it imports. They get one scope, so that what one has of another costs
// no more than what it has itself, and keep their names, which a stack shows.
func join(entry string) (string, error) {
	result := api.Build(api.BuildOptions{EntryPoints: []string{entry}, Bundle: true, Format: api.FormatESModule, Target: supported,
		MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8})
	if err := problems(result.Errors); err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(result.OutputFiles[0].Contents))
	m := exported.FindStringSubmatchIndex(text)
	if m == nil {
		return "", fmt.Errorf("cannot find the default export of %s", entry)
	}
	return "(function(ops,core){\"use strict\";" + text[:m[0]] + "return " + text[m[2]:m[3]] + "})\n", nil
}

// exported is how a bundle ends that has a default export only.
var exported = regexp.MustCompile(`export\{(\w+) as default\};$`)

// minify makes a part smaller: an expression that is a function.
func minify(path string) (string, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	result := api.Transform("$="+strings.TrimLeft(stripComments(string(source)), "\n"), api.TransformOptions{Sourcefile: path, Target: supported,
		MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8})
	if err := problems(result.Errors); err != nil {
		return "", err
	}
	text := strings.TrimSuffix(strings.TrimSpace(string(result.Code)), ";")
	return "(" + strings.TrimPrefix(text, "$=") + ")\n", nil
}

// stripComments removes the comment above a part's function.
func stripComments(source string) string {
	for strings.HasPrefix(source, "//") {
		_, source, _ = strings.Cut(source, "\n")
	}
	return source
}

func problems(messages []api.Message) error {
	var errs []error
	for _, m := range messages {
		errs = append(errs, fmt.Errorf("%s:%d: %s", m.Location.File, m.Location.Line, m.Text))
	}
	return errors.Join(errs...)
}
