package engine_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"stockade.dev/stockade/workerproc/engine"
)

// TestRegexpNewer is what Node.js 20, which testdata/node is of, doesn't have
// and V8 has since: modifiers, and names used twice where only one takes part.
func TestRegexpNewer(t *testing.T) {
	onEach(t, func(t *testing.T, m maker) {
		got, err := load(t, m, map[string]string{"main.js": `
			const re = /(?<y>\d{4})-\d\d|\d\d\/(?<y>\d{4})/d;
			export default JSON.stringify([re.exec("12/2024").groups.y, re.exec("2024-12").groups.y, "12/2024".replace(re, "$<y>"),
				re.exec("12/2024").indices.groups.y, /(?:(?<a>x)|(?<a>y))\k<a>/.test("yy"),
				/a(?i:b)c/.test("aBc"), /a(?i:b)c/.test("aBC"), /(?-i:a)b/i.test("aB"), /(?-i:a)b/i.test("AB"), /(?s-m:.)/.test("\n")])`})
		if want := `["2024","2024","2024",[3,7],true,true,false,true,false,true]`; got != want || err != nil {
			t.Errorf("got %s, %v\nwant %s", got, err, want)
		}
	})
}

// TestRegexpSyntax: a pattern that is wrong is an error where it stands,
// before anything runs.
func TestRegexpSyntax(t *testing.T) {
	onEach(t, func(t *testing.T, m maker) {
		for _, c := range []struct{ main, want string }{
			{"export default 1;\nconst a = 1, b = /(?<n>/;", "Invalid regular expression: /(?<n>/: Unterminated group at main.js:2:18"},
			{`export default /\p{Foo}/u`, `Invalid regular expression: /\p{Foo}/u: Invalid property name at main.js:1:16`},
			{"const é = '/', f = 4 / 2 /1;\nexport default [/[/]/, /x/.test(/[b-a]/)]", "Invalid regular expression: /[b-a]/: Range out of order in character class at main.js:2:33"},
			{`function f() { return { a: [class { b = /a**/ }] } }`, `Invalid regular expression: /a**/: Nothing to repeat at main.js:1:41`},
		} {
			_, err := load(t, m, map[string]string{"main.js": c.main})
			var syntax *engine.SyntaxError
			if !errors.As(err, &syntax) {
				t.Errorf("%s: %v", c.main, err)
				continue
			}
			if got := syntax.Message + " at " + syntax.File + at(syntax.Line, syntax.Column); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		}
		if v, err := load(t, m, map[string]string{"main.js": "export default /x/uv"}); err == nil {
			t.Errorf("/x/uv is %s", v)
		}
	})
}

// TestRegexpInterrupted: what would take for ever ends when it is told to, by
// whichever function it runs.
func TestRegexpInterrupted(t *testing.T) {
	onEach(t, func(t *testing.T, m maker) {
		for _, code := range []string{`/^(a+)+$/.test(s)`, `s.replace(/(a|aa)+$/g, "")`, `s.match(/(a*)*b/)`, `s.split(/(?:a|a)+b/)`, `[...s.matchAll(/(a+)+b/g)]`, `s.search(/(a+)+b/)`,
			`s.replace(/a/g, () => /^(a+)+$/.exec(s))`} {
			e := m.engine(t)
			e.Define(moduleOf("main.js", `const s = "a".repeat(50) + "!"; try { `+code+` } catch {} export default "caught"`))
			limit := time.AfterFunc(50*time.Millisecond, func() { e.Interrupt(errors.New("too long")) })
			_, err := importMain(t, e)
			limit.Stop()
			e.ClearInterrupt()
			var interrupted *engine.Interrupted
			if !errors.As(err, &interrupted) {
				t.Errorf("%s: got %v, want an interrupt", code, err)
			}
			if v, err := e.Script("x", `"xaab".replace(/a+/, "-")`); v != "x-b" || err != nil {
				t.Errorf("%s: afterwards %v, %v", code, v, err)
			}
		}
	})
}

// TestRegexpMany: objects share what is compiled, and patterns without number
// don't stay in memory.
func TestRegexpMany(t *testing.T) {
	got, err := load(t, makers[0], map[string]string{"main.js": `
		let n = 0;
		for (let i = 0; i < 5000; i++) if (new RegExp("x" + i + "$").test("x" + i)) n++;
		const make = () => /a(b)/g;
		export default [n, make() === make(), make().exec("ab")[1], make().lastIndex].join()`})
	if got != "5000,false,b,0" || err != nil {
		t.Error(got, err)
	}
}

func BenchmarkRegexp(b *testing.B) {
	for _, m := range makers {
		for name, code := range map[string]string{
			"match":   `t.match(/[a-z0-9]+@[a-z]+\.com/g).length`,
			"replace": `t.replace(/\b(\w)(\w*)/g, (m, a, b) => a.toUpperCase() + b).length`,
			"split":   `t.split(/,\s*/).length`,
			"exec":    `const re = /(?<user>[a-z0-9]+)@/g; let n = 0; while (re.exec(t)) n++; return n`,
			"test":    `const re = /^[a-z]+$/; let n = 0; for (let i = 0; i < 10000; i++) if (re.test("hello")) n++; return n`,
		} {
			b.Run(m.name+"/"+name, func(b *testing.B) {
				e := m.engine(b)
				if !strings.Contains(code, "return") {
					code = "return " + code
				}
				f, err := e.Script("x", `const t = "hello world some text foo42@example.com and more, ".repeat(11000); (() => { `+code+` })`)
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := e.Call(f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func at(line, column int) string { return ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column) }

// both is what a pattern makes of a subject, in every way.
const both = `(source, flags, subject, template) => {
	let re;
	try { re = new RegExp(source, flags) } catch (e) { return e.name }
	const fresh = () => new RegExp(re);
	const array = (m) => m && [[...m], m.index, m.groups && Object.entries(m.groups), m.indices && [...m.indices]];
	const walking = fresh(), global = new RegExp(re, re.global ? re.flags : re.flags + "g");
	return JSON.stringify([re.source, re.flags, array(walking.exec(subject)), walking.lastIndex, array(walking.exec(subject)), walking.lastIndex,
		subject.match(fresh()), subject.search(fresh()), subject.replace(fresh(), template), subject.replace(global, (...all) => JSON.stringify(all)),
		subject.split(fresh()), subject.split(fresh(), 3), [...subject.matchAll(global)].map(array)]);
}`

// FuzzRegexp compares the engines.
func FuzzRegexp(f *testing.F) {
	for _, seed := range [][4]string{
		{"(?<a>a+)|b", "g", "aabab", "[$<a>$1$&$'$`]"}, {`\p{L}+`, "u", "añb1", "$$"}, {"[\\w--a]", "v", "abc", "$2"}, {"(?<=a)|$", "gy", "baba", "-"},
		{`(\d)(\d)?`, "dg", "123", "$2$1"}, {".", "gsu", "😀\n", "$&$&"}, {"", "gu", "a😀b", "|"}, {"[^k]", "giu", "K\u212a", "x"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	var engines []engine.Engine
	var functions []any
	for _, m := range makers {
		e := m.engine(f)
		fn, err := e.Script("x", both)
		if err != nil {
			f.Fatal(err)
		}
		engines, functions = append(engines, e), append(functions, fn)
	}
	f.Fuzz(func(t *testing.T, source, flags, subject, template string) {
		if len(source) > 200 || len(subject) > 200 || len(template) > 100 {
			return
		}
		var results []any
		for i, e := range engines {
			limit := time.AfterFunc(time.Second, func() { e.Interrupt(errors.New("too long")) })
			v, err := e.Call(functions[i], strings.ToValidUTF8(source, "?"), strings.ToValidUTF8(flags, "?"), strings.ToValidUTF8(subject, "?"), strings.ToValidUTF8(template, "?"))
			limit.Stop()
			e.ClearInterrupt()
			var interrupted *engine.Interrupted
			if errors.As(err, &interrupted) {
				return
			}
			if err != nil {
				t.Fatalf("%s: %s", makers[i].name, describe(e, err))
			}
			results = append(results, v)
		}
		refused := results[1] == "SyntaxError" && strings.Contains(flags, "v") // escaped punctuation (testdata/node/differences.txt)
		if results[0] != results[1] && !refused {
			t.Errorf("%q, %q, %q, %q:\n%v\n%v", source, flags, subject, template, results[0], results[1])
		}
	})
}

// TestRegexpStatics: what RegExp tells of the last match, whichever function made it.
func TestRegexpStatics(t *testing.T) {
	onEach(t, func(t *testing.T, m maker) {
		for code, want := range map[string]string{
			`/(\d)(\w)/.exec("ax1yb")`:                          `1|y|1y|ax|b|y`,
			`/(\d)(\w)?/.test("ax1")`:                           `1||1|ax||`,
			`"ax1yb".match(/(\d)(\w)/)`:                         `1|y|1y|ax|b|y`,
			`"a1b2c".match(/([a-z])(\d)/g)`:                     `b|2|b2|a1|c|2`,
			`[..."a1b2c".matchAll(/([a-z])(\d)/g)]`:             `b|2|b2|a1|c|2`,
			`"ax1yb".search(/(\d)(\w)/)`:                        `1|y|1y|ax|b|y`,
			`"ax1yb".replace(/(\d)(\w)/, "-")`:                  `1|y|1y|ax|b|y`,
			`"a1b2c".replace(/([a-z])(\d)/g, "$2$1")`:           `b|2|b2|a1|c|2`,
			`"a1b2c".replaceAll(/([a-z])(\d)/g, "xx")`:          `b|2|b2|a1|c|2`,
			`"a1b2c".replace(/(?<l>[a-z])(\d)/g, "$<l>")`:       `b|2|b2|a1|c|2`,
			`"a1b2c".replace(/([a-z])(\d)/g, () => "-")`:        `b|2|b2|a1|c|2`,
			`/(y)(z)?/.exec("xy"); "abc".replace(/(q)/g, "-")`:  `y||y|x||`,
			`/(y)(z)?/.exec("xy"); "abc".replace(/(b)/g, "b")`:  `b||b|a|c|b`,
			`/(y)(z)?/.exec("xy"); /(q)/.test("abc")`:           `y||y|x||`,
			`const r = /(.)/y; r.lastIndex = 1; r.exec("abc")`:  `b||b|a|c|b`,
			`"aXb".replace(/x()/gi, "")`:                        `||X|a|b|`,
			`const m = /(y)/.exec("xyz"); m.length = 0`:         `y||y|x|z|y`,
			`for (let i = 0; i < 50; i++) "a".replace(/b/, "")`: `|||||`,
			`/(?<=(a))\u{1F600}(.)/u.exec("xa😀b!")`:             `a|b|😀b|xa|!|b`,
		} {
			e := m.engine(t)
			e.Define(moduleOf("main.js", code+`; export default [RegExp.$1, RegExp["$2"], RegExp.lastMatch, RegExp.leftContext, RegExp["$'"], RegExp["$+"]].join("|")`))
			if got, err := importMain(t, e); got != want || err != nil {
				t.Errorf("%s: got %v, %v, want %s", code, got, err, want)
			}
		}
	})
}
