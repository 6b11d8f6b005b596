package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stockade.dev/stockade/workerproc/engine"
)

// IsCode says whether a module of that kind has code of its own.
func IsCode(kind engine.ModuleKind) bool {
	return kind == engine.ESModule || kind == engine.TypeScript || kind == engine.CommonJS
}

// Canonical returns the name under which a module is kept.
func Canonical(name string) string {
	path, err := resolvePath(nil, name)
	if err != nil {
		return name
	}
	return strings.Join(path, "/")
}

var errOutside = errors.New("outside the root")

// resolvePath follows a specifier from a directory as workerd does: every
// specifier is a path, also one without a dot.
func resolvePath(dir []string, specifier string) ([]string, error) {
	if strings.HasPrefix(specifier, "/") {
		dir = nil
	}
	path := slices.Clone(dir)
	for part := range strings.SplitSeq(specifier, "/") {
		switch part {
		case "", ".":
		case "..":
			if len(path) == 0 {
				return nil, errOutside
			}
			path = path[:len(path)-1]
		default:
			path = append(path, part)
		}
	}
	return path, nil
}

func isBuiltinName(specifier string) bool {
	for _, prefix := range []string{"node:", "cloudflare:", "workerd:"} {
		if strings.HasPrefix(specifier, prefix) {
			return true
		}
	}
	return false
}

// IsPackage says whether a specifier names a package rather than a file.
func IsPackage(specifier string) bool {
	return specifier != "" && specifier[0] != '.' && specifier[0] != '/'
}

// Target returns the name that a specifier in a module stands for; defined
// says which names there are.
func Target(specifier, importer string, defined func(name string) bool) (string, error) {
	if isBuiltinName(specifier) {
		return specifier, nil
	}
	dir := strings.Split(importer, "/")
	path, err := resolvePath(dir[:len(dir)-1], specifier)
	if err != nil {
		return "", &engine.Error{Name: "TypeError", Message: fmt.Sprintf(
			"Invalid module specifier %q.\n  imported from %q.", specifier, importer)}
	}
	name := strings.Join(path, "/")
	if defined(name) || strings.HasPrefix(specifier, ".") {
		return name, nil
	}
	if bare := Canonical(specifier); defined(bare) {
		return bare, nil
	}
	return name, nil
}

// NoSuchModule is the error for a name that no module has. It is thrown
// without the importer where a stack names that. Hint, if any, is its last line.
type NoSuchModule struct{ Name, Importer, Hint string }

func (n *NoSuchModule) Error() string {
	return fmt.Sprintf("No such module %q.\n  imported from %q%s", n.Name, n.Importer, n.lastLine())
}

// Thrown is the error that code sees.
func (n *NoSuchModule) Thrown() *engine.Error {
	return &engine.Error{Name: "Error", Message: fmt.Sprintf("No such module %q.%s", n.Name, n.lastLine())}
}

func (n *NoSuchModule) lastLine() string {
	if n.Hint == "" {
		return ""
	}
	return "\n  " + n.Hint
}

// NoSuchExport is V8's error for an imported name that isn't exported.
func NoSuchExport(specifier, name, file string, src []byte, at int) *engine.SyntaxError {
	line, col := Position(src, at)
	return &engine.SyntaxError{
		Message: fmt.Sprintf("The requested module '%s' does not provide an export named '%s'", specifier, name),
		File:    file, Line: line, Column: col, Frame: frame(string(src), line, col),
	}
}
