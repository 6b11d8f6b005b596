package engine_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// bundleOf is a bundle with its map inline, as `stockade deploy` makes it.
func bundleOf(t *testing.T, text string) string {
	t.Helper()
	r := api.Transform(text, api.TransformOptions{Loader: api.LoaderTS, Sourcefile: "src/index.ts", Sourcemap: api.SourceMapExternal, SourcesContent: api.SourcesContentExclude})
	if len(r.Errors) > 0 {
		t.Fatal(r.Errors)
	}
	return string(r.Code) + "//# sourceMappingURL=data:application/json;base64," + base64.StdEncoding.EncodeToString(r.Map) + "\n"
}

func TestABundlesOwnMapIsFollowed(t *testing.T) { onEach(t, testABundlesOwnMapIsFollowed) }

func testABundlesOwnMapIsFollowed(t *testing.T, m maker) {
	for name, more := range map[string]string{"direct": "", "lowered": "async function* later() { yield 1; }\n"} {
		source := bundleOf(t, "interface Unused { a: string }\n\n"+more+"export default () => {\n  throw new Error('here');\n}\n")
		t.Run(name, func(t *testing.T) {
			want := "src/index.ts:" + map[string]string{"direct": "4", "lowered": "5"}[name] + ":9"
			if stack := thrownBy(t, m.engine(t), files{"main.js": source}).Stack; !strings.Contains(stack, want) {
				t.Errorf("no %s in %s", want, stack)
			}
		})
	}
}
