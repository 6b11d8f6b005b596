package workerproc

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"
)

// TestWycheproof asks crypto.subtle about vectors of Wycheproof, and compares
// with what the Workers runtime says of them (testdata/wycheproof).
func TestWycheproof(t *testing.T) { onEachEngine(t, testWycheproof) }

func testWycheproof(t *testing.T) {
	const dir = "testdata/wycheproof/"
	main := `import { run } from "./check.js"; import vectors from "./vectors.json"; ` + handler(`return new Response(await run(vectors))`)
	s := startWith(t, real)
	m := nodeWorker("main.js", main, "check.js", read(t, dir+"check.js"), "vectors.json", gunzipped(t, dir+"vectors.json.gz"))
	if err := s.load(m); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	r := s.invoke(get())
	if r.head == nil {
		t.Fatalf("%s", r)
	}
	compareLines(t, "wycheproof", r.body, read(t, dir+"workerd.want"), differences(t, dir+"differences.txt"))
}

func gunzipped(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
