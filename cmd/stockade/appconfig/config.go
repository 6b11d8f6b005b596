package appconfig

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Config is what a project's file says, checked.
type Config struct {
	File string // as Find or the caller named it
	Dir  string // its directory: paths in it are relative to this one

	Name               string
	Main               string // as written; "" = assets only
	CompatibilityDate  string
	CompatibilityFlags []string
	Vars               map[string]json.RawMessage
	Loaders            []Loader
	Services           []Service
	Assets             *Assets
	Rules              []Rule
	Limits             map[string]int64 // cpuMs, subRequests

	root *node
}

// At is an error about a key whose value turns out to be wrong later.
func (c *Config) At(key, format string, args ...any) error {
	p := &problems{file: c.File}
	at := position{1, 1}
	if c.root != nil {
		at = c.root.find(key)
	}
	p.add(at, key, format, args...)
	return p.err()
}

// Loader is a Worker Loader binding. Those with the same id share the Workers that they load by id, across the owner's apps.
type Loader struct{ Binding, ID string }

// Service is a binding to an entrypoint of an app, this one included.
type Service struct {
	Binding, Service, Entrypoint string
	Props                        json.RawMessage // nil = none
}

// Assets are the files that are served before the Worker.
type Assets struct {
	Directory        string
	Binding          string
	RunWorkerFirst   bool
	RunFirst         []string // patterns, when RunWorkerFirst is a list
	NotFoundHandling string   // none, 404-page, single-page-application
	HTMLHandling     string   // auto-trailing-slash, force-trailing-slash, drop-trailing-slash, none
}

// Rule says what kind of module the files are that match its globs.
type Rule struct {
	Type        string   `json:"type"` // ESModule, CommonJS, Text, Data, JSON, CompiledWasm
	Globs       []string `json:"globs"`
	Fallthrough bool     `json:"fallthrough"`
}

// Names are the files that Find looks for, in this order.
var Names = []string{"wrangler.jsonc", "wrangler.json", "wrangler.toml"}

// Find returns the configuration file of a project: path itself, or the one in the directory that path is.
func Find(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("cannot find the project: there is no directory %s", path)
	case err != nil:
		return "", fmt.Errorf("cannot read the project: %w", err)
	case !info.IsDir() && !configText.MatchString(path):
		return "", fmt.Errorf("cannot take %s for a project: name its directory, or its configuration (%s)", path, strings.Join(Names, ", "))
	case !info.IsDir():
		return path, nil
	}
	for _, name := range Names {
		file := filepath.Join(path, name)
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("cannot find the project's configuration in %s: there is no %s", path, strings.Join(Names, ", no "))
}

var configText = regexp.MustCompile(`\.(jsonc?|toml)$`)

const maxFile = 1 << 20

// Load reads and checks a configuration file. The error is an Errors when the file can be read and is wrong.
func Load(file string) (*Config, error) {
	data, err := readSmall(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the configuration: %w", err)
	}
	return Parse(file, data)
}

func readSmall(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err == nil && info.Size() > maxFile {
		return nil, fmt.Errorf("%s is larger than 1 MiB", file)
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// Parse checks data, the content of a file of that name: its extension says the notation.
func Parse(file string, data []byte) (*Config, error) {
	p := &problems{file: file}
	var root *node
	if filepath.Ext(file) == ".toml" {
		root = parseTOML(p, data)
	} else {
		root = parseJSONC(p, data)
	}
	c := &Config{File: file, Dir: filepath.Dir(file), root: root}
	if root != nil {
		(&reader{p, c}).root(root)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// DevVarsName is the file whose variables hold on the developer's machine only.
const DevVarsName = ".dev.vars"

// DevVars returns what the .dev.vars beside the configuration says; nothing when it isn't there.
func (c *Config) DevVars() (map[string]string, error) {
	file := filepath.Join(c.Dir, DevVarsName)
	data, err := readSmall(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the variables: %w", err)
	}
	p := &problems{file: file}
	vars := parseDotenv(p, string(data))
	return vars, p.err()
}
