package workerproc

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestErrorMessages compares the messages of what goes wrong most with those
// of the Workers runtime (testdata/errors, record.mjs there). differences.txt
// says which differ, and why.
func TestErrorMessages(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		dir := "testdata/errors/"
		files, err := filepath.Glob(dir + "*_snippets.js")
		if err != nil || len(files) == 0 {
			t.Fatal("no snippets:", err)
		}
		differ := differences(t, dir+"differences.txt")
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), "_snippets.js")
			t.Run(name, func(t *testing.T) {
				compareLines(t, name, errorSnippets(t, file), read(t, dir+name+".want"), differ)
			})
		}
	})
}

func errorSnippets(t *testing.T, file string) string {
	t.Helper()
	s := startWith(t, real)
	dir := "testdata/errors/"
	if err := s.load(worker("main.js", read(t, dir+"main.js"), "run.js", read(t, dir+"run.js"), "snippets.js", read(t, file))); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	r := s.invoke(get())
	if r.head == nil {
		t.Fatalf("%s", r)
	}
	return r.body
}
