package workerproc

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

// TestCodeFromStrings: no string becomes code in an invocation, nor at start-up
// when a flag or an early date says so (testdata/workerd/strings_snippets.js has
// what becomes code at start-up).
func TestCodeFromStrings(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		const refused = "EvalError: Code generation from strings disallowed for this context true"
		const noString = "TypeError: Failed to execute 'setTimeout' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'. false"
		var list, want strings.Builder
		const names = "AsyncFunction1,GeneratorFunction1,AsyncGeneratorFunction1,Function1,eval1"
		for _, c := range []struct{ code, want string }{
			{`eval("1")`, refused}, {`eval("")`, refused}, {`eval({ a: 1 }).a`, refused}, {`(0, eval)("1")`, refused}, {`globalThis.eval("1")`, refused},
			{`new Function("return 1")`, refused}, {`Function("a", "return 1")`, refused}, {`(() => {}).constructor("return 1")`, refused},
			{`new AsyncFunction("return 1")`, refused}, {`new GeneratorFunction("return 1")`, refused}, {`new AsyncGeneratorFunction("return 1")`, refused},
			{`Reflect.construct(Function, ["return 1"])`, refused}, {`new (class extends Function {})("return 1")`, refused}, {`new (class F { }.constructor)("return 1")`, refused},
			{`setTimeout("1", 0)`, noString}, {`setInterval("1")`, strings.ReplaceAll(noString, "setTimeout", "setInterval")},
			{`new Function()()`, "undefined"}, {`[AsyncFunction, GeneratorFunction, AsyncGeneratorFunction, Function, eval].map((f) => f.name + f.length)`, names},
			{`[(() => {}) instanceof Function, (async () => {}) instanceof AsyncFunction, (function* () {}) instanceof GeneratorFunction, Function.prototype.constructor === Function, Function instanceof Function]`, "true,true,true,true,true"},
		} {
			list.WriteString("() => " + c.code + ",\n")
			want.WriteString(c.want + "\n")
		}
		s := startWith(t, real)
		main := `const AsyncFunction = (async () => {}).constructor, GeneratorFunction = (function* () {}).constructor, AsyncGeneratorFunction = (async function* () {}).constructor;
			const list = [` + list.String() + `];
			const all = () => list.map((f) => { try { return f() + "\n" } catch (e) { return e.name + ": " + e.message + " " + (e instanceof EvalError) + "\n" } }).join("");
			const atStart = all(); ` + handler(`return new Response(all() + "at start\n" + atStart)`)
		m := worker("main.js", main)
		m.CompatFlag = []string{"disallow_eval_during_startup"}
		if err := s.load(m); err != nil {
			t.Fatal(err, err.Stack)
		}
		got := strings.Split(s.invoke(get()).body, "\n")
		for i, line := range strings.Split(want.String()+"at start\n"+want.String(), "\n") {
			if i >= len(got) || got[i] != line {
				t.Errorf("line %d:\n got %s\nwant %s", i, got[min(i, len(got)-1)], line)
			}
		}
	})
}

// feature is a line of testdata/language.txt.
type feature struct{ edition, name, module string }

func features(t *testing.T) (list []feature) {
	for line := range strings.Lines(read(t, "testdata/language.txt")) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), " | ", 3)
		if len(fields) < 3 || strings.HasPrefix(line, "#") {
			continue
		}
		f := feature{edition: fields[0], name: fields[1], module: fields[2]}
		if !isModule.MatchString(f.module) {
			f.module = "export default async () => { " + f.module + " }"
		}
		if f.name == "hashbang" {
			f.module = "#!/usr/bin/env node\n" + f.module
		}
		list = append(list, f)
	}
	return list
}

var isModule = regexp.MustCompile(`(^|; )(export|import) `)

// lacks is what an engine doesn't have, and why. Everything else that
// testdata/language.txt asks for is there.
var lacks = map[string]map[string]string{
	"goja":    {},
	"quickjs": {},
}

// TestLanguage runs every feature on each engine, and holds the table in
// docs/conformance.md to what came of it. STOCKADE_RECORD=1 writes the table.
func TestLanguage(t *testing.T) {
	list := features(t)
	results := map[string][]string{}
	for _, name := range engineNames {
		t.Run(name, func(t *testing.T) { results[name] = tryFeatures(t, list) })
	}
	if t.Failed() {
		return
	}
	table := conformance(t, list, results)
	const file, begin, end = "../docs/conformance.md", "<!-- language: made by TestLanguage -->\n", "<!-- language: end -->\n"
	doc := read(t, file)
	before, rest, ok := strings.Cut(doc, begin)
	_, after, ok2 := strings.Cut(rest, end)
	switch made := before + begin + table + end + after; {
	case !ok || !ok2:
		t.Fatalf("%s has no place for the table: %s … %s", file, begin, end)
	case made == doc:
	case os.Getenv("STOCKADE_RECORD") != "":
		if err := os.WriteFile(file, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not what the engines have: STOCKADE_RECORD=1 go test -run TestLanguage ./workerproc writes it", file)
	}
}

func tryFeatures(t *testing.T, list []feature) []string {
	modules := []string{"lib.js", `export default 42; export const named = "n"`, "data.json", `{"a":1}`}
	for i, f := range list {
		name := fmt.Sprintf("f%d.js", i)
		modules = append(modules, name, strings.ReplaceAll(f.module, "./self.js", "./"+name))
	}
	main := `export default { async fetch(request) {
		try { return new Response(String(await (await import("./f" + new URL(request.url).pathname.slice(1) + ".js")).default())) }
		catch (e) { return new Response(e.name + ": " + e.message) }
	} }`
	s := startWith(t, real)
	if err := s.load(worker(append(modules, "main.js", main)...)); err != nil {
		t.Fatal(err, err.Stack)
	}
	var results []string
	for i := range list {
		r := s.invoke(&rpc.Invoke{Method: "GET", URL: fmt.Sprintf("http://worker/%d", i)})
		result := r.body
		if r.head == nil {
			result = r.String()
		}
		results = append(results, result)
	}
	return results
}

// conformance is the table, a row for each feature.
func conformance(t *testing.T, list []feature, results map[string][]string) string {
	var b strings.Builder
	b.WriteString("| | feature |")
	for _, name := range engineNames {
		b.WriteString(" " + name + " |")
	}
	b.WriteString("\n|---|---|---|---|\n")
	for i, f := range list {
		fmt.Fprintf(&b, "| %s | %s |", f.edition, strings.ReplaceAll(f.name, "|", `\|`))
		for _, name := range engineNames {
			why, known := lacks[name][f.name]
			switch has := results[name][i] == "true"; {
			case has && known:
				t.Errorf("%s has %s: take it from lacks", name, f.name)
			case !has && !known:
				t.Errorf("%s: %s: %s", name, f.name, results[name][i])
			case has:
				why = "yes"
			}
			b.WriteString(" " + why + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestTouch: what a process does before it is ready leaves nothing for the
// Worker to see, and nothing to report.
func TestTouch(t *testing.T) {
	onEachEngine(t, func(t *testing.T) {
		p, err := prepare(engineOf(t), real)
		if err != nil {
			t.Fatal(err)
		}
		e := p.isolate.engine
		names := func() any {
			v, err := e.Script("x", `Reflect.ownKeys(globalThis).map(String).join()`)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		before := names()
		for range 3 {
			if err := p.touch(); err != nil {
				t.Fatal(err)
			}
		}
		if after := names(); after != before || e.Context() != nil || len(e.Rejections()) > 0 {
			t.Errorf("before %v\nafter %v, context %v", before, after, e.Context())
		}
		p.isolate.watchdog.stop()
	})
}
