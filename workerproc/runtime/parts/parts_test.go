// Package parts_test runs the platform's parts on each engine, with the tests in
// testdata: scripts that evaluate to a function, given the tools of
// testdata/harness.js.
package parts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/goja"
	"stockade.dev/stockade/workerproc/engine/quickjs"
	"stockade.dev/stockade/workerproc/ops"
	"stockade.dev/stockade/workerproc/runtime"
)

var engines = map[string]func() (engine.Engine, error){
	"goja":    func() (engine.Engine, error) { return goja.New() },
	"quickjs": func() (engine.Engine, error) { return quickjs.New() },
}

func TestParts(t *testing.T) {
	files, err := filepath.Glob("testdata/*_test.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no tests:", err)
	}
	for name, newEngine := range engines {
		for _, file := range files {
			t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), "_test.js"), func(t *testing.T) { runFile(t, newEngine, file) })
		}
	}
}

func runFile(t *testing.T, newEngine func() (engine.Engine, error), file string) {
	e, harness := start(t, newEngine)
	body := script(t, e, file)
	call(t, e, harness, "run", body)
	result := call(t, e, harness, "result").([]any)
	if result[0] == 0.0 {
		t.Error("the file has no tests")
	}
	for _, failure := range result[1:] {
		t.Error(failure)
	}
}

// start returns an engine with every part loaded.
func start(t testing.TB, newEngine func() (engine.Engine, error)) (engine.Engine, engine.Handle) {
	t.Helper()
	e, err := newEngine()
	if err != nil {
		t.Fatal(err)
	}
	all := ops.All()
	all["now"] = func([]any) (any, error) { return 1234.0, nil }
	all["current"] = func([]any) (any, error) { return 1.0, nil }
	texts := e.Ops(map[string]engine.Op{"source": func(args []any) (any, error) {
		return e.Script(args[0].(string), source(args[0].(string)))
	}})
	sourceOf, err := e.Property(texts, "source")
	if err != nil {
		t.Fatal(err)
	}
	harness, err := e.Call(script(t, e, "testdata/harness.js"), e.Ops(all), sourceOf)
	if err != nil {
		t.Fatal(show(e, err))
	}
	return e, harness
}

// source is a part as it is bundled, which another test compares with the files here.
func source(part string) string {
	text, ok := runtime.Source(part)
	if !ok {
		panic("there is no part " + part)
	}
	return text
}

func script(t testing.TB, e engine.Engine, file string) engine.Handle {
	t.Helper()
	v, err := read(e, file)
	if err != nil {
		t.Fatal(file, show(e, err))
	}
	return v
}

func read(e engine.Engine, file string) (any, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return e.Script(file, string(b))
}

func call(t testing.TB, e engine.Engine, object engine.Handle, method string, args ...any) any {
	t.Helper()
	fn, err := e.Property(object, method)
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Call(fn, args...)
	if err != nil {
		t.Fatal(method, show(e, err))
	}
	return v
}

func show(e engine.Engine, err error) string {
	if thrown, ok := err.(*engine.Exception); ok {
		d := e.Describe(thrown.Thrown)
		return d.Message + "\n" + d.Stack
	}
	return err.Error()
}

// BenchmarkParse is what the text of a part costs, BenchmarkEvaluate what
// calling its function does on first touch.
func BenchmarkParse(b *testing.B) {
	eachPart(b, func(b *testing.B, newEngine func() (engine.Engine, error), part string) {
		src := source(part)
		e, err := newEngine()
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := e.Script(part, src); err != nil {
				b.Fatal(show(e, err))
			}
		}
	})
}

func BenchmarkEvaluate(b *testing.B) {
	eachPart(b, func(b *testing.B, newEngine func() (engine.Engine, error), part string) {
		e, harness := start(b, newEngine)
		evaluate := call(b, e, harness, "evaluator", part)
		for b.Loop() {
			if _, err := e.Call(evaluate); err != nil {
				b.Fatal(show(e, err))
			}
		}
	})
}

func eachPart(b *testing.B, f func(*testing.B, func() (engine.Engine, error), string)) {
	files, _ := filepath.Glob("*")
	for name, newEngine := range engines {
		for _, file := range files {
			part := strings.TrimSuffix(file, ".js")
			if _, is := runtime.Source(part); !is {
				continue
			}
			b.Run(name+"/"+part, func(b *testing.B) { f(b, newEngine, part) })
		}
	}
}
