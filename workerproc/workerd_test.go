package workerproc

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWorkerd runs the snippets of testdata/workerd in a Worker and compares
// what they give with what the Workers runtime gave (record.mjs there). A line
// of differences.txt says which differ, and why.
func TestWorkerd(t *testing.T) { onEachEngine(t, testWorkerd) }

func testWorkerd(t *testing.T) {
	files, err := filepath.Glob("testdata/workerd/*_snippets.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no snippets:", err)
	}
	differ := differences(t, "testdata/workerd/differences.txt")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), "_snippets.js")
		t.Run(name, func(t *testing.T) {
			want := read(t, "testdata/workerd/"+name+".want")
			compareLines(t, name, workerdSnippets(t, file), want, differ)
		})
	}
}

// besideSnippets are the files that snippets import.
var besideSnippets = regexp.MustCompile(`(?m)^import .* from "\./(.+)";$`)

func workerdSnippets(t *testing.T, file string) string {
	t.Helper()
	main := `import { run } from "./show.js"; import snippets from "./snippets.js"; ` + handler(`return new Response(await run(snippets))`)
	s := startWith(t, real)
	snippets := read(t, file)
	modules := []string{"main.js", main, "show.js", read(t, "testdata/node/show.js"), "snippets.js", snippets}
	for _, found := range besideSnippets.FindAllStringSubmatch(snippets, -1) {
		modules = append(modules, found[1], read(t, "testdata/workerd/"+found[1]))
	}
	m := worker(modules...)
	if date, ok := strings.CutPrefix(snippets, "// compatibility_date: "); ok {
		m.CompatDate = date[:len("2006-01-02")]
	}
	if err := s.load(m); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	r := s.invoke(get())
	if r.head == nil {
		t.Fatalf("%s", r)
	}
	return r.body
}
