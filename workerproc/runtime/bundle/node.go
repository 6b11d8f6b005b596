package bundle

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// nodeModules adds a script for each module of Node.js: the files of dir, which
// are CommonJS. What they require of each other ("node:…", "internal:…") stays
// a require, so that each is loaded by itself; what they require of vendor/
// becomes a part of them.
func nodeModules(dir string, files map[string]string) error {
	modules, err := filepath.Glob(filepath.Join(dir, "*.js"))
	if err != nil {
		return err
	}
	for _, path := range modules {
		text, err := nodeModule(path)
		if err != nil {
			return err
		}
		files["node_"+filepath.Base(path)] = text
	}
	return nil
}

func nodeModule(path string) (string, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	result := api.Build(api.BuildOptions{
		Stdin:    &api.StdinOptions{Contents: string(source), ResolveDir: filepath.Dir(path), Sourcefile: path},
		External: []string{"node:*", "internal:*"},
		Bundle:   true, Format: api.FormatCommonJS, Platform: api.PlatformNeutral, Target: supported,
		Supported:        map[string]bool{"async-generator": false, "for-await": false},
		MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
	})
	if err := problems(result.Errors); err != nil {
		return "", err
	}
	return "(function(require,module,exports,ops,core){" + strings.TrimSpace(string(result.OutputFiles[0].Contents)) + "})\n", nil
}
