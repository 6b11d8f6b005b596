package runtime_test

import (
	"os"
	"testing"

	"stockade.dev/stockade/workerproc/runtime/bundle"
)

// TestDist sees that dist/ is what its sources make: `go generate` here.
func TestDist(t *testing.T) {
	files, err := bundle.All(".")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if got, _ := os.ReadFile("dist/" + name); string(got) != text {
			t.Errorf("dist/%s is not what its source makes: run `go generate ./workerproc/runtime`", name)
		}
	}
	entries, err := os.ReadDir("dist")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := files[e.Name()]; !ok {
			t.Errorf("dist/%s has no source", e.Name())
		}
	}
}
