package goja

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// awaits recognises esbuild's refusal to turn a module that awaits at its top
// level into CommonJS.
func awaits(found []api.Message) bool {
	for _, f := range found {
		if strings.HasPrefix(f.Text, "Top-level await is currently not supported") {
			return true
		}
	}
	return false
}

// lowerAwait lowers a module that awaits at its top level. esbuild writes it
// as an ES module first; there its exports stand in one list and its imports
// are easy to find. The rest becomes the body of an async function, which is
// the default export of a second module with the same imports:
//
//	import { a } from "x"; export default async (__awaited) => { __awaited({b: () => b});
//	const b = await a();
//	}
//
// The second line of it is the first of the first module, which keeps the
// first module's source map true but for one line.
func lowerAwait(m *module, withMap bool) (*lowered, error) {
	o := options(m, withMap)
	o.Format, o.Define = api.FormatESModule, nil
	o.Supported = map[string]bool{"template-literal": false, "top-level-await": true}
	result := api.Transform(string(m.Source), o)
	if len(result.Errors) > 0 {
		return nil, source.SyntaxError(m.canonical(), result.Errors)
	}
	wrapped, ok := wrapAwait(result.Code)
	if !ok {
		return nil, &engine.SyntaxError{Message: "this top-level await can't be lowered", File: m.name}
	}
	if withMap {
		wrapped = append(wrapped, "\n//# sourceMappingURL=data:application/json;base64,"...)
		shifted := bytes.Replace(result.Map, []byte(`"mappings": "`), []byte(`"mappings": ";`), 1)
		wrapped = base64.StdEncoding.AppendEncode(wrapped, shifted)
	}
	return lowerWrapped(m, wrapped, withMap)
}

func lowerWrapped(m *module, wrapped []byte, withMap bool) (*lowered, error) {
	o := options(m, withMap)
	o.Format, o.Loader = api.FormatCommonJS, api.LoaderJS
	result := api.Transform(string(wrapped), o)
	if len(result.Errors) > 0 {
		return nil, &engine.SyntaxError{Message: source.LikeV8(result.Errors[0].Text), File: m.name}
	}
	return &lowered{Await: true, Older: m.replaceAwkward, Map: result.Map, code: result.Code}, nil
}

// wrapAwait moves the imports before the function and the exports into its
// first line.
func wrapAwait(code []byte) ([]byte, bool) {
	found, ok := source.Scan(code)
	if !ok {
		return nil, false
	}
	body := bytes.Clone(code)
	var imports, getters bytes.Buffer
	for _, st := range found.Statements {
		text := bytes.ReplaceAll(code[st.Start:st.End], []byte("\n"), []byte(" "))
		switch st.Kind {
		case source.Import, source.ExportFrom:
			imports.Write(text)
			imports.WriteByte(' ')
		case source.ExportList:
			for _, n := range st.Names {
				getters.WriteString(quote(n.Local) + ": () => " + n.Imported + ", ")
			}
		default:
			return nil, false
		}
		blank(body[st.Start:st.End])
	}
	head := imports.String() + "export default async (__awaited) => { __awaited({" + getters.String() + "});\n"
	return append(append([]byte(head), body...), "\n}"...), true
}

func quote(s string) string { return `"` + s + `"` }
