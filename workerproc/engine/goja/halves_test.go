package goja

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// halved are modules with line ends where one statement may end, and where none does.
var halved = []string{
	"function a() { return 1 }\nfunction b(x = `\n${a()}\n`) { return /[/]\\n/.test(x) }\nclass C { static x = 1;\nget y() { return 2 }\n}\nvar d = 1, e\nlet [f, g] = [d]\nconst h = { i: 1,\nconst: 2 }\n",
	"let x = 1\nclass A {}\nlet y = x\nfunction f() {}\nlet z = y\nvar q = async\nfunction g() { return q }\n",
	"var x = 1;\nlet\nfunction f() {}\n",
	"var x = 1\nstatic\nlet y = 2\n",
	"var x = 1\nasync\nvar y = 2\nasync\nlet z\n",
	"if (globalThis.x)\nfunction f() {}\nelse\nvar y = 1\n",
	"l:\nfunction f() {}\nm:\nvar x = 1\n",
	"let x =\nfunction f() {}\nlet y = x,\nz = class\nextends Object {}\n",
	"for (;;)\nvar x\n",
	"do\nvar x\nwhile (0)\n",
	"let s = '\\\nfunction f() {}\\\nvar y'\n/* \nfunction g() {}\n*/ // var z\nvar t = `\nvar u\n`\n",
	"export default\nfunction f() {}\nexport\nconst x = 1\nexport { x as\ndefault2 }\n",
	"export default async\nfunction f() {}\n",
	"const x = 1\nlet x = 2\n",
	"const\nx = 1\nvar\ny = 2\nclass\nA {}\n",
	"function f() { return\nfunction g() {} }\nvar x = f()\n++x\nfunction h() {}\n",
	"var x = 1 <!-- 2\nvar y\n--> 3\nvar z\n",
	"label: { break label\n}\nfunction f() { break label }\n",
	"var a = () =>\nfunction() {}\nvar b = new\nclass {}\nvar c = typeof\nfunction() {}\n",
	"\"use strict\"\nfunction f() { return 010 }\n\"use asm\"\nvar é = '𝒳'\nfunction ö() {}\n",
}

// TestHalves parses modules in two wherever the scanner would, and as a whole.
func TestHalves(t *testing.T) {
	split := 0
	for _, text := range halved {
		for pad := range len(text) {
			before := strings.Repeat(" ", pad) + text
			after := text + strings.Repeat(" ", pad)
			for _, padded := range []string{before, after} {
				if halve(t, padded) {
					split++
				}
			}
		}
	}
	if split < 500 {
		t.Errorf("only %d texts were parsed in two", split)
	}
}

func halve(t *testing.T, text string) bool {
	found, ok := source.Scan([]byte(text))
	if !ok || found.Middle == 0 {
		return false
	}
	blanked := []byte(text)
	for _, st := range found.Statements {
		if !overwrite(blanked, st) {
			return false
		}
	}
	halves := parseHalves("x.js", blanked, found.Middle)
	whole, err := parse("x.js", blanked)
	switch {
	case halves == nil:
		return false
	case err != nil:
		t.Errorf("%q was parsed in two at %d, and should not: %v", blanked, found.Middle, err)
	case !reflect.DeepEqual(halves.Body, whole.Body) || !reflect.DeepEqual(halves.DeclarationList, whole.DeclarationList):
		t.Errorf("%q is another program in two at %d", blanked, found.Middle)
	case halves.File.Source() != whole.File.Source() || halves.File.Position(len(text)-1) != whole.File.Position(len(text)-1):
		t.Errorf("%q has another text in two at %d", blanked, found.Middle)
	}
	return true
}

// longModule is more than is parsed as one.
func longModule(last string) []byte {
	var b strings.Builder
	for n := 0; b.Len() < 2*muchText; n++ {
		fmt.Fprintf(&b, "export function f%d(a) { return a + %d }\n", n, n)
	}
	return []byte(b.String() + last)
}

// TestLongModule looks at a position behind the middle of one, and at errors that only the whole has.
func TestLongModule(t *testing.T) {
	for last, want := range map[string]string{
		"export const where = (() => { try { f0(1).x.y } catch (e) { return e.stack } })()": "x.js:%d:45",
		"function twice() {}\nconst twice = 1":                                              "SyntaxError",
		"const f0 = 1":                                                                      "SyntaxError",
		"function late( {":                                                                  "SyntaxError",
	} {
		text := longModule(last)
		if strings.Contains(want, "%d") {
			want = fmt.Sprintf(want, strings.Count(string(text), "\n")+1)
		}
		if got := whereOf(t, text); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %s", last, got, want)
		}
	}
}

// whereOf is a module's export of that name, or why there is none.
func whereOf(t *testing.T, text []byte) (where string) {
	t.Helper()
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	e.Define(engine.Module{Name: "x.js", Kind: engine.ESModule, Source: text})
	promise, err := e.Import("x.js")
	var syntax *engine.SyntaxError
	if errors.As(err, &syntax) {
		return "SyntaxError: " + syntax.Message
	}
	if err != nil {
		return err.Error()
	}
	e.Then(promise, func(namespace any, failed error) {
		if err = failed; err == nil {
			value, _ := e.Property(namespace, "where")
			where = fmt.Sprint(value)
		}
	})
	if _, pump := e.Script("y.js", "0"); pump != nil || err != nil {
		t.Fatal(pump, err)
	}
	return where
}
