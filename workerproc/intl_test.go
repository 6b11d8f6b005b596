package workerproc

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

// TestIntl runs the snippets of testdata/intl in a Worker and compares what
// they give with what workerd gave, and Node.js where the two agree
// (testdata/intl/record.mjs). A line of differences.txt says which differ,
// and why.
func TestIntl(t *testing.T) { onEachEngine(t, testIntl) }

func testIntl(t *testing.T) {
	files, err := filepath.Glob("testdata/intl/*_snippets.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no snippets:", err)
	}
	differ := map[string]bool{}
	for name := range differences(t, "testdata/intl/differences.txt") {
		if engine, rest, only := strings.Cut(name, ": "); !only {
			differ[name] = true
		} else if engine == engineOf(t) {
			differ[rest] = true
		}
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), "_snippets.js")
		t.Run(name, func(t *testing.T) {
			compareLines(t, name, intlSnippets(t, file), wanted(t, "testdata/intl/"+name), differ)
		})
	}
}

// intlSnippets runs the snippets once and takes what they give in pieces that
// need no credit.
func intlSnippets(t *testing.T, file string) string {
	t.Helper()
	main := `import { run } from "./show.js"; import snippets from "./snippets.js"; let text; ` + handler(`
		text ??= await run(snippets);
		const from = 50000 * new URL(request.url).searchParams.get("piece");
		return new Response(text.slice(from, from + 50000))`)
	s := startWith(t, real)
	if err := s.load(worker("main.js", main, "show.js", read(t, "testdata/node/show.js"), "snippets.js", read(t, file))); err != nil {
		t.Fatalf("cannot load: %v\n%s", err, err.Stack)
	}
	var b strings.Builder
	for piece := 0; ; piece++ {
		r := s.invoke(&rpc.Invoke{Method: "GET", URL: "http://worker/?piece=" + strconv.Itoa(piece)})
		if r.head == nil {
			t.Fatalf("%s", r)
		}
		if r.body == "" {
			return b.String()
		}
		b.WriteString(r.body)
	}
}

// wanted is Node's lines, with those of workerd in the place of their own.
func wanted(t *testing.T, name string) string {
	own := map[string]string{}
	for line := range strings.Lines(read(t, name+".workerd")) {
		key, _, _ := strings.Cut(line, ": ")
		own[key] = line
	}
	var b strings.Builder
	for line := range strings.Lines(read(t, name+".want")) {
		key, _, _ := strings.Cut(line, ": ")
		if w, ok := own[key]; ok {
			line = w
		}
		b.WriteString(line)
	}
	return b.String()
}

// BenchmarkIntl is the first use of each class in an isolate that has loaded,
// and then a thousand uses of an object: in CPU time.
func BenchmarkIntl(b *testing.B) { benchmarkEach(b, benchmarkIntl) }

func benchmarkIntl(b *testing.B) {
	for name, code := range map[string]string{
		"nothing":        `0`,
		"NumberFormat":   `new Intl.NumberFormat("de", { style: "currency", currency: "EUR" }).format(1234.5)`,
		"DateTimeFormat": `new Intl.DateTimeFormat("de", { dateStyle: "long", timeZone: "Europe/Berlin" }).format(0)`,
		"Collator":       `new Intl.Collator("de").compare("a", "b")`,
		"toLocaleString": `new Date(0).toLocaleString()`,
		"1000 numbers":   `{ const f = new Intl.NumberFormat("de"); for (let i = 0; i < 1000; i++) f.format(i + 0.5) }`,
		"1000 dates":     `{ const f = new Intl.DateTimeFormat("de"); for (let i = 0; i < 1000; i++) f.format(i) }`,
		"1000 compares":  `{ const f = new Intl.Collator("de"); for (let i = 0; i < 1000; i++) f.compare("abc", "abd") }`,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := startWith(b, real)
				if err := s.load(worker("main.js", handler(code+`; return new Response("")`))); err != nil {
					b.Fatal(err)
				}
				from := cpuTime()
				b.StartTimer()
				s.invoke(get())
				b.StopTimer()
				b.ReportMetric(float64((cpuTime() - from).Microseconds()), "cpu-µs")
				s.stop()
				s.ended <- nil // for Cleanup
				b.StartTimer()
			}
		})
	}
}
