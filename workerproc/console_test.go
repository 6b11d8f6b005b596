package workerproc

import (
	"regexp"
	"strings"
	"testing"
)

// TestConsole says what a log line's message is: JSON where JSON can say it,
// and what util.inspect gives where it can't.
func TestConsole(t *testing.T) { onEachEngine(t, testConsole) }

var traceLines = regexp.MustCompile(`(\\n +at [^"\\]*\))+`)

func testConsole(t *testing.T) {
	s := startWith(t, real)
	names, body := []string{}, strings.Builder{}
	for _, test := range consoleTests {
		names = append(names, test[1])
		body.WriteString(test[0] + ";\n")
	}
	main := `class Foo { constructor() { this.a = 1; } get b() { return 2; } } class Bar extends Map {}` + handler(body.String()+`return new Response("")`)
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err, err.Stack)
	}
	r := s.invoke(get())
	got := strings.Join(r.logs, "\n")
	got = traceLines.ReplaceAllString(got, "$$")
	if want := strings.Join(names, "\n"); got != want {
		for i, line := range strings.Split(got, "\n") {
			if i >= len(names) || strings.Join(names, "\n") == got {
				break
			}
			if line != strings.Split(want, "\n")[i] {
				t.Errorf("got  %s\nwant %s", line, strings.Split(want, "\n")[i])
			}
		}
		t.Errorf("%d lines, want %d\n%s", len(r.logs), len(names), r)
	}
}

// consoleTests are statements, and the line that each logs.
var consoleTests = [][2]string{
	{`console.log("a", 1, 1.5, true, null, "")`, `log ["a",1,1.5,true,null,""]`},
	{`console.log(-0, NaN, Infinity, undefined, 10n, Symbol("s"))`, `log ["-0","NaN","Infinity","undefined","10n","Symbol(s)"]`},
	{`console.log({a: 1, b: {c: [1, {d: "x"}]}}, [])`, `log [{"a":1,"b":{"c":[1,{"d":"x"}]}},[]]`},
	{`console.log({a: undefined}, {a: NaN}, [1, , 3], {[Symbol("k")]: 1})`, `log ["{ a: undefined }","{ a: NaN }","[ 1, <1 empty item>, 3 ]","{ Symbol(k): 1 }"]`},
	{`console.log(new Map([["a", {b: 1}]]), new Set([1, "2"]), {m: new Map()})`, `log ["Map(1) { 'a' => { b: 1 } }","Set(2) { 1, '2' }","{ m: Map(0) {} }"]`},
	{`console.log(new Foo(), new Bar([[1, 2]]), Foo, function f() {}, () => {})`, `log ["Foo { a: 1 }","Bar(1) [Map] { 1 => 2 }","[class Foo]","[Function: f]","[Function (anonymous)]"]`},
	{`{ const c = {}; c.self = c; console.log(c, {a: {b: {c: {d: new Set()}}}}) }`, `log ["<ref *1> { self: [Circular *1] }","{ a: { b: { c: [Object] } } }"]`},
	{`console.log({ get a() { throw 1 }, set b(v) {} }, Object.create(null))`, `log ["{ a: [Getter], b: [Setter] }","[Object: null prototype] {}"]`},
	{`console.log(new Uint8Array([1, 2]), new Date(0), /a/g, new Number(1))`, `log ["Uint8Array(2) [ 1, 2 ]","1970-01-01T00:00:00.000Z","/a/g","[Number: 1]"]`},
	{`console.log(Promise.resolve(1), new Promise(() => {}), new WeakMap())`, `log ["Promise { 1 }","Promise { <pending> }","WeakMap { <items unknown> }"]`},
	{`console.log(new Proxy({a: 1}, { get() { throw 1 } }))`, `log ["[an object that cannot be shown]"]`},
	{`console.error(new TypeError("bad"))`, `error ["TypeError: bad$"]`},
	{`console.error(new Error("a", {cause: new TypeError("b")}))`, `error ["Error: a$ {\n  [cause]: TypeError: b$\n}"]`},
	{`console.error(Object.assign(new RangeError("a"), {code: 5}))`, `error ["RangeError: a$ {\n  code: 5\n}"]`},
	{`console.error(new DOMException("m", "AbortError"), {e: new Error("in")})`, `error ["DOMException [AbortError]: m$","{\n  e: Error: in$\n}"]`},
	{`console.log(new Headers({a: "b"}), new URLSearchParams("q=1"), new Blob(["xy"]))`, `log ["Headers(1) { 'a' => 'b', [immutable]: false }","URLSearchParams(1) { 'q' => '1' }","Blob { size: 2, type: '' }"]`},
	{`console.log({r: new Response(null, {status: 204})}.r.headers, new FormData())`, `log ["Headers(0) { [immutable]: false }","FormData(0) {}"]`},
	{`console.log("%s is %d and %i %f %j %o %O %c%%", "x", 42.5, "42.9", "1.5", {a: 1}, [1], {b: 2}, "css", "rest", {r: 1})`, `log ["x is 42.5 and 42 1.5 {\"a\":1} [ 1, [length]: 1 ] { b: 2 } %","rest",{"r":1}]`},
	{`console.log("100%", 5, "%s"); console.log("a%sb")`, "log [\"100%\",5,\"%s\"]\nlog [\"a%sb\"]"},
	{`console.debug("d"); console.info("i"); console.warn("w")`, "debug [\"d\"]\ninfo [\"i\"]\nwarn [\"w\"]"},
	{`console.dir({a: {b: {c: 1}}}, {depth: 0}); console.dir({a: 1}); console.dirxml({a: 1}, [2])`, "log [\"{ a: [Object] }\"]\nlog [{\"a\":1}]\nlog [{\"a\":1},[2]]"},
	{`console.count(); console.count("x"); console.count(); console.countReset(); console.count(); console.countReset("y")`, "log [\"default: 1\"]\nlog [\"x: 1\"]\nlog [\"default: 2\"]\nlog [\"default: 1\"]\nwarn [\"Count for 'y' does not exist\"]"},
	{`console.group("G", 1); console.log("in\nside", {a: 1}); console.groupCollapsed(); console.log({b: 1}); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log("out")`,
		"log [\"G\",1]\nlog [\"  in\\n  side\",{\"a\":1}]\nlog [\"    { b: 1 }\"]\nlog [\"out\"]"},
	{`console.assert(true, "no"); console.assert(false); console.assert(false, "m %s", "x", {a: 1}); console.assert(0, {a: 1})`,
		"error [\"Assertion failed\"]\nerror [\"Assertion failed: m x\",{\"a\":1}]\nerror [\"Assertion failed:\",{\"a\":1}]"},
	{`console.time("t"); console.time("t"); console.timeLog("n"); console.timeEnd("n")`, "warn [\"Label 't' already exists for console.time()\"]\nwarn [\"No such label 'n' for console.timeLog()\"]\nwarn [\"No such label 'n' for console.timeEnd()\"]"},
	{`console.trace("tr", {a: 1}); console.trace()`, "log [\"Trace: tr { a: 1 }$\"]\nlog [\"Trace$\"]"},
	{`console.table([{a: 1, b: "x"}, {a: 3, c: 4}])`, `log ["┌─────────┬───┬─────┬───┐\n│ (index) │ a │ b   │ c │\n├─────────┼───┼─────┼───┤\n│ 0       │ 1 │ 'x' │   │\n│ 1       │ 3 │     │ 4 │\n└─────────┴───┴─────┴───┘"]`},
	{`console.table([[1, 2], 3], [1]); console.table(5)`, `log ["┌─────────┬───┬────────┐\n│ (index) │ 1 │ Values │\n├─────────┼───┼────────┤\n│ 0       │ 2 │        │\n│ 1       │   │ 3      │\n└─────────┴───┴────────┘"]` + "\nlog [5]"},
	{`console.table(new Map([["k", 1]])); console.table(new Set([7]))`, `log ["┌───────────────────┬─────┬────────┐\n│ (iteration index) │ Key │ Values │\n├───────────────────┼─────┼────────┤\n│ 0                 │ 'k' │ 1      │\n└───────────────────┴─────┴────────┘"]` + "\n" + `log ["┌───────────────────┬────────┐\n│ (iteration index) │ Values │\n├───────────────────┼────────┤\n│ 0                 │ 7      │\n└───────────────────┴────────┘"]`},
	{`console.log(); console.log({toString() { throw 1 }}.x); console.clear()`, "log []\nlog [\"undefined\"]"},
	{`console.log(Object.keys(console).join())`, `log ["debug,error,info,log,warn,dir,dirxml,table,trace,group,groupCollapsed,groupEnd,clear,count,countReset,assert,profile,profileEnd,time,timeLog,timeEnd,timeStamp,context"]`},
}
