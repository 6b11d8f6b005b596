package engine_test

import (
	"errors"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

func thrownBy(t *testing.T, e engine.Engine, modules files) engine.Description {
	t.Helper()
	for name, source := range modules {
		e.Define(moduleOf(name, source))
	}
	_, err := importMain(t, e)
	var thrown *engine.Exception
	if !errors.As(err, &thrown) {
		t.Fatalf("got %v, want an exception", err)
	}
	return e.Describe(thrown.Thrown)
}

func TestStacks(t *testing.T) { onEach(t, testStacks) }

func testStacks(t *testing.T, m maker) {
	for name, test := range map[string]struct {
		modules files
		want    string
	}{
		"direct": {files{"main.js": "\n\nfunction f() { throw new TypeError('boom') }\nf()"},
			"TypeError: boom\n    at f (main.js:3:22)\n    at main.js:4:1"},
		"first line": {files{"main.js": "export default () => { throw new Error('x') }"},
			"Error: x\n    at default (main.js:1:30)"},
		"lowered": {files{"main.js": "import {g} from './g.js'\n\nexport default function f() {\n  g()\n}", "g.js": "async function* x() {}\n\n\nexport const g = () => {\n    throw new Error('x')\n}"},
			"Error: x\n    at g (g.js:5:11)\n    at f (main.js:4:3)"},
		"typescript": {files{"main.js": "import {g} from './d/g.ts'; export default () => g(1)", "d/g.ts": "interface X {\n  a: number\n}\nexport const g = (x: number) => {\n  throw new Error('x')\n}"},
			"Error: x\n    at g (d/g.ts:5:9)\n    at main.js:1:50"},
		"await": {files{"main.js": "import './a.js'\n\nawait null\n\n  throw new Error('x')", "a.js": ""},
			"Error: x\n    at main.js:5:9"},
		"name": {files{"main.js": "class MyError extends Error { get name() { return 'MyError' } }\nthrow new MyError('m')"},
			"MyError: m\n    at main.js:2:7"},
		"constructors": {files{"main.js": "class A extends Error { constructor(m) { super(m); this.name = 'A' } }\nclass B extends A { constructor(m) { super(m + '!') } }\nfunction make() { return new B('x') }\nthrow make()"},
			"A: x!\n    at make (main.js:3:26)\n    at main.js:4:7"},
		"member": {files{"main.js": "const o = {}\nexport default o.p.q"},
			"TypeError: Cannot read properties of undefined (reading 'q')\n    at main.js:2:20"},
		"no such module": {files{"main.js": "import c from './c.cjs'", "c.cjs": "\n require('./nope')"},
			"Error: No such module \"nope\".\n    at c.cjs:2:2\n    at main.js:1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			want := test.want
			if other, is := stacks[m.name][name]; is {
				want = other
			}
			if got := thrownBy(t, m.engine(t), test.modules); got.Stack != want {
				t.Errorf("got  %s\nwant %s", got.Stack, want)
			}
		})
	}
}

// TestStackThatIsRead has the Worker look at a stack itself: goja must know
// the map by then.
func TestStackThatIsRead(t *testing.T) { onEach(t, testStackThatIsRead) }

func testStackThatIsRead(t *testing.T, m maker) {
	got, err := load(t, m, files{"main.js": "import './a.js'\n\n\n  async function* lowered() {}\nexport default () => new Error('x').stack", "a.js": ""})
	if err != nil || !strings.Contains(got, "main.js:5:") {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestStacksOfBuiltins: an error of the language's own has a stack like others.
func TestStacksOfBuiltins(t *testing.T) {
	for source, want := range map[string]string{
		"null.x":                   "TypeError: Cannot read properties of null (reading 'x')\n    at default (main.js:1:",
		"Symbol() + 1":             "TypeError: Cannot convert a Symbol value to a number\n    at default (main.js:1:",
		"new Array(-1)":            "RangeError: Invalid array length\n    at Array (<anonymous>)\n    at default (main.js:1:",
		"[1].map(() => x.y)":       "ReferenceError: x is not defined\n    at main.js:1:",
		"(function f() { f() })()": "RangeError: Maximum call stack size exceeded\n    at f (main.js:1:",
	} {
		got, err := load(t, makers[1], files{"main.js": "export default () => { try { " + source + " } catch (e) { return e.stack } }"})
		if err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, %v", source, got, err)
		}
	}
}

func TestCompiled(t *testing.T) { onEach(t, testCompiled) }

func testCompiled(t *testing.T, m maker) {
	modules := files{"main.js": "import {x} from './x.ts'; const y = await x; export default y", "x.ts": "export const x: number = 3"}
	first := m.engine(t)
	for name, source := range modules {
		first.Define(moduleOf(name, source))
	}
	if got, err := importMain(t, first); got != "3" || err != nil {
		t.Fatal(got, err)
	}
	compiled := first.Compiled()
	if compiled["x.ts"] == nil || len(first.Compiled()) != 0 {
		t.Fatalf("compiled %v", compiled)
	}
	for name, cached := range map[string][]byte{"good": compiled["x.ts"], "garbage": []byte("\x00garbage"), "bad code": []byte("{}\nlet let"), "bad map": []byte(`{"map":5}` + "\nexports.x")} {
		t.Run(name, func(t *testing.T) {
			e := m.engine(t)
			for name, source := range modules {
				def := moduleOf(name, source)
				if name == "x.ts" {
					def.Compiled = cached
				}
				e.Define(def)
			}
			got, err := importMain(t, e)
			if name != "bad map" && (err != nil || got != "3") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestInterrupt(t *testing.T) { onEach(t, testInterrupt) }

func testInterrupt(t *testing.T, m maker) {
	e := m.engine(t)
	reason := errors.New("enough")
	e.Interrupt(reason)
	_, err := e.Script("stockade:test", "for (;;);")
	var interrupted *engine.Interrupted
	if !errors.As(err, &interrupted) || !errors.Is(err, reason) {
		t.Fatal(err)
	}
	if v, err := e.Script("stockade:test", "1 + 1"); v != 2.0 || err != nil {
		t.Fatal(v, err)
	}
}

func TestOverflow(t *testing.T) { onEach(t, testOverflow) }

func testOverflow(t *testing.T, m maker) {
	e := m.engine(t)
	got := thrownBy(t, e, files{"main.js": "(function f() { f() })()"})
	if got.Name+got.Message != "RangeErrorMaximum call stack size exceeded" {
		t.Errorf("got %+v", got)
	}
}

// stacks has the positions that an engine gives otherwise.
var stacks = map[string]map[string]string{
	"quickjs": {
		"typescript":     "Error: x\n    at g (d/g.ts:5:9)\n    at default (main.js:1:50)",
		"no such module": "Error: No such module \"nope\".\n    at c.cjs:2:2",
	},
}

// TestCompiledLarge: a large module comes back from the cache with its stacks.
func TestCompiledLarge(t *testing.T) { onEach(t, testCompiledLarge) }

func testCompiledLarge(t *testing.T, m maker) {
	padding := strings.Repeat("// 0123456789\n", 1000)
	modules := files{
		"main.js": padding + "import {f} from './t.ts'; import c, {x} from './c.cjs'\nexport default async () => { const {y} = await import('./e.js'); return x + c.x + y + f() }",
		"t.ts":    padding + "interface X {}\nexport const f = (): string => {\n  return new Error('x').stack!\n}",
		"c.cjs":   "exports.x = 1", "e.js": padding + "export const y = 2",
	}
	var compiled map[string][]byte
	var first string
	for n := range 2 {
		e := m.engine(t)
		for name, source := range modules {
			def := moduleOf(name, source)
			def.Compiled = compiled[name]
			e.Define(def)
		}
		got, err := importMain(t, e)
		if err != nil || !strings.Contains(got, "t.ts:1003:") {
			t.Fatalf("%d: got %q, %v", n, got, err)
		}
		if n == 1 && got != first {
			t.Errorf("got %q, before %q", got, first)
		}
		first, compiled = got, e.Compiled()
		if n == 1 && len(compiled) > 0 {
			t.Errorf("compiled again: %d modules", len(compiled))
		}
	}
}

func FuzzModule(f *testing.F) {
	for _, test := range moduleTests {
		f.Add(test.modules["main.js"], uint8(engine.ESModule))
	}
	f.Fuzz(func(t *testing.T, source string, kind uint8) {
		for _, m := range makers {
			e := m.engine(t)
			e.Define(engine.Module{Name: "main.js", Kind: engine.ModuleKind(kind%6 + 1), Source: []byte(source)})
			if strings.Contains(source, "for") || strings.Contains(source, "while") {
				e.Interrupt(errors.New("no loops"))
			}
			_, _ = importMain(t, e)
		}
	})
}
