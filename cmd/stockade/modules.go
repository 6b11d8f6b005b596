package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// workerCode is the WorkerCode of the socket API.
type workerCode struct {
	MainModule         string            `json:"mainModule"`
	Modules            map[string]module `json:"modules"`
	CompatibilityDate  string            `json:"compatibilityDate,omitempty"`
	CompatibilityFlags []string          `json:"compatibilityFlags,omitempty"`
	Env                map[string]any    `json:"env,omitempty"`
	Limits             map[string]int64  `json:"limits,omitempty"`
	Engine             string            `json:"engine,omitempty"`
}

// module is a module's content under the name of its kind: {"js": "…"}. data and wasm are bytes, in JSON base64.
type module map[string]any

// kindOf is the kind of a module by its file's extension. What isn't here is no module.
var kindOf = map[string]string{
	".js": "js", ".mjs": "js", ".cjs": "cjs", ".ts": "ts", ".mts": "ts", ".tsx": "ts", ".jsx": "ts",
	".json": "json", ".txt": "text", ".html": "text", ".py": "py", ".wasm": "wasm", ".bin": "data",
}

// maxCode is the most that a Worker's modules may have (docs: limits).
const maxCode = 64 << 20

// mainNames are the names that a directory's main module may have, the first that is there counts.
var mainNames = []string{"index", "src/index", "worker", "src/worker", "main", "src/main"}

// mainKinds are the extensions that a main module may have, in the order in which they are looked for.
var mainKinds = []string{".js", ".mjs", ".ts", ".mts", ".tsx", ".jsx", ".py"}

// readCode reads a Worker from a file, from a directory of modules, or for "-" from in.
func readCode(file, mainModule string, in io.Reader) (*workerCode, error) {
	if file == "-" {
		return readStandardInput(mainModule, in)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("cannot read the Worker: %w", err)}
	}
	if info.IsDir() {
		return readDirectory(file, mainModule)
	}
	return readFile(file, mainModule)
}

func readStandardInput(name string, in io.Reader) (*workerCode, error) {
	if name == "" {
		name = "index.js"
	}
	content, err := io.ReadAll(io.LimitReader(in, maxCode+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the Worker from standard input: %w", err)
	}
	return single(name, content)
}

func readFile(file, mainModule string) (*workerCode, error) {
	name := filepath.Base(file)
	if mainModule != "" && mainModule != name {
		return nil, usageErrorf("cannot use --main %s: it names a module of a directory, and %s is a file", mainModule, file)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("cannot read the Worker: %w", err)}
	}
	return single(name, content)
}

func single(name string, content []byte) (*workerCode, error) {
	m, err := newModule(name, content)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, usageErrorf("cannot use %s as a module: its name must end in one of %s", name, extensions())
	}
	return &workerCode{MainModule: name, Modules: map[string]module{name: m}}, nil
}

func extensions() string { return strings.Join(slices.Sorted(maps.Keys(kindOf)), " ") }

// newModule returns nil for a file that is no module by its name.
func newModule(name string, content []byte) (module, error) {
	kind := kindOf[strings.ToLower(path.Ext(name))]
	switch {
	case kind == "" || strings.HasSuffix(name, ".d.ts"):
		return nil, nil
	case kind == "data" || kind == "wasm":
		return module{kind: content}, nil
	case !utf8.Valid(content):
		return nil, usageErrorf("cannot use %s: it is not UTF-8: save it as UTF-8, or name it .bin if it is data", name)
	case kind == "json":
		return jsonModule(name, content)
	}
	return module{kind: string(content)}, nil
}

// jsonModule is a module whose content the API takes as it is, so it must be JSON.
func jsonModule(name string, content []byte) (module, error) {
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		return nil, usageErrorf("cannot use %s as a JSON module: %v", name, err)
	}
	return module{"json": json.RawMessage(content)}, nil
}

// readDirectory reads every module below dir. Hidden files and node_modules stay out, and so does what a link would reach
// outside of dir.
func readDirectory(dir, mainModule string) (*workerCode, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("cannot read the Worker: %w", err)}
	}
	defer root.Close()
	code := &workerCode{Modules: make(map[string]module)}
	if err := code.addAll(root.FS()); err != nil {
		var exit *exitError
		if errors.As(err, &exit) {
			return nil, err
		}
		return nil, &exitError{exitUsage, fmt.Errorf("cannot read the Worker in %s: %w", dir, err)}
	}
	code.MainModule, err = code.findMain(dir, mainModule)
	return code, err
}

func (c *workerCode) addAll(files fs.FS) error {
	size := 0
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(d.Name(), ".") || kindOf[strings.ToLower(path.Ext(name))] == "":
			return nil
		}
		n, err := c.add(files, name)
		if size += n; size > maxCode {
			return usageErrorf("cannot read the Worker: its modules have more than 64 MiB together, the most a Worker may have")
		}
		return err
	})
}

func (c *workerCode) add(files fs.FS, name string) (int, error) {
	info, err := fs.Stat(files, name)
	if err != nil || !info.Mode().IsRegular() {
		return 0, err
	}
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return 0, err
	}
	m, err := newModule(name, content)
	if m != nil {
		c.Modules[name] = m
	}
	return len(content), err
}

func (c *workerCode) findMain(dir, named string) (string, error) {
	if named != "" {
		if c.Modules[named] == nil {
			return "", usageErrorf("cannot find the module %q in %s: there are %s", named, dir, c.names())
		}
		return named, nil
	}
	for _, name := range mainNames {
		for _, ext := range mainKinds {
			if c.Modules[name+ext] != nil {
				return name + ext, nil
			}
		}
	}
	if len(c.Modules) == 1 {
		return c.names(), nil
	}
	return "", usageErrorf("cannot tell the main module of %s (index, src/index, worker, … .js or .ts): name it with --main; there are %s", dir, c.names())
}

func (c *workerCode) names() string {
	names := slices.Sorted(maps.Keys(c.Modules))
	if len(names) == 0 {
		return "no modules (" + extensions() + ")"
	}
	return strings.Join(names, ", ")
}
