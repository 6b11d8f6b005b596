package wording

import (
	"strings"
	"testing"
)

// at is where the mark | stands, which is taken out.
func at(text string) (string, int) {
	i := strings.IndexByte(text, '|')
	return text[:i] + text[i+1:], i
}

func TestExpressions(t *testing.T) {
	for _, c := range []struct {
		of         func(string, int) string
		text, want string
	}{
		{Callee, "x = o.nested.deep|(1)", "o.nested.deep"},
		{Chain, "t(|async (x, y) => { const [a] = x })", ""},
		{Chain, "t(|async x => x.y)", ""},
		{Chain, "t(|async function () { })", ""},
		{Chain, "t(|async(x).y)", "async(...).y"},
		{Chain, "t(|(x, y) => { const [a] = x })", ""},
		{Callee, "return u|()", "u"},
		{Callee, "o.f(a, (b)).missing|(1)", "o.f(...).missing"},
		{Callee, "arr[0]|()", "arr[0]"},
		{Callee, `o["n"]|()`, "o.n"},
		{Callee, "o[k]|()", "o[k]"},
		{Callee, "o [ a.b ] . c |()", "o[a.b].c"},
		{Callee, "noop()|()", "noop(...)"},
		{Callee, "f(...o.x|())", "o.x"},
		{Callee, "this.#p|()", "this[#p]"},
		{Callee, "o?.a?.b|()", "o?.a?.b"},
		{Callee, `"text"|()`, `"text"`},
		{Callee, "(a && b)|()", "(a && b)"},
		{Callee, "(0, a.b)|()", "(0 , a.b)"},
		{Callee, "(a ?? b)|()", "(a ?? b)"},
		{Callee, "(a ? b : c)|()", "(intermediate value)(intermediate value)(intermediate value)"},
		{Callee, "(await a)|()", "(intermediate value)"},
		{Callee, "(await a).b|()", "(intermediate value).b"},
		{Callee, "(a = 5)|()", "a"},
		{Callee, "new A(1).b|()", "(intermediate value).b"},
		{Callee, "super.a|()", "(intermediate value).a"},
		{Callee, "o[a + 1]|()", "o[(a + 1)]"},
		{Callee, "o[`a${k}`]|()", "o[k]"},
		{Callee, "o['a-b']|()", "o.a-b"},
		{Callee, "[1, 2].a|()", "[1,2].a"},
		{Callee, "({ a: 1 }).b|()", "{(intermediate value)}.b"},
		{Callee, "`abc`.b|()", `"abc".b`},
		{Callee, "tag|`x`", "tag"},
		{Callee, "|return o[k](f(1))", "o[k]"},
		{Callee, "|return 5", ""},
		{Callee, "o|[k](1)", "o[k]"},
		{Callee, "o.n?.|()", "o.n"},
		{Callee, "|", ""},
		{Callee, "  +|()", ""},
		{Constructed, "|new o.Missing(1)", "o.Missing"},
		{Constructed, "|new (class {})", "(intermediate value)"},
		{Chain, "for (x of o.|nested)", "o.nested"},
		{Chain, "[...|num]", "num"},
		{Chain, "const [a] = |f(1)[2].x;", "f(...)[2].x"},
		{Chain, "x of |[1]", "[1]"},
		{Chain, "o|.x", "o.x"},
		{Name, "throw |abc + 1", "abc"},
		{func(s string, i int) string {
			k, ok := Assigned(s, i)
			return k + map[bool]string{true: "=", false: ""}[ok]
		}, "o.|x = 1", "x="},
		{func(s string, i int) string {
			k, ok := Assigned(s, i)
			return k + map[bool]string{true: "=", false: ""}[ok]
		}, "o|['a b'] += 1", "a b="},
		{func(s string, i int) string {
			k, ok := Assigned(s, i)
			return k + map[bool]string{true: "=", false: ""}[ok]
		}, "o.|x == 1", "x"},
		{pattern, "const { a, b } = |o.zip;", "a of o.zip"},
		{pattern, "const {} = |u;", " of u"},
		{pattern, "|({ a }) => a", "a of "},
		{pattern, "const { a: { b } } = |o;", "a of o"},
		{pattern, "const { a: { b /*#*/ } } = |o;", "b of o inner"},
		{pattern, "const [{ x }] = |o;", "x of o inner"},
		{pattern, "const { a } = await |f();", "a of (intermediate value)"},
		{pattern, "for (const { a } of |list) x", "a of .for"},
		{pattern, "for (const { a: { b /*#*/ } } of |[{}]) x", "b of .for inner"},
		{pattern, "|m({ a }) {}", "a of "},
		{pattern, "|function f(x, { 'a-b': y }) {}", "a-b of "},
		{pattern, "|constructor({ a }) {}", "a of "},
		{pattern, "|async ({ a }) => a", "a of "},
		{pattern, "catch ({ |message }) {}", "message of .catch"},
	} {
		source, i := at(c.text)
		if got := c.of(source, i); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

func pattern(source string, at int) string {
	property, value, inner := Pattern(source, at, strings.Count(source, "#"))
	return property + " of " + value + map[bool]string{true: " inner"}[inner]
}

func FuzzExpressions(f *testing.F) {
	for _, text := range []string{"o.a[b](c)", "new x.y", "const {a} = b", `"a'b"(`, "((((", "]]]]"} {
		f.Add(text, len(text)/2)
	}
	f.Fuzz(func(t *testing.T, text string, at int) {
		Callee(text, at)
		Constructed(text, at)
		Chain(text, at)
		IsCall(text, at)
		_ = Name(text, at)
		Member(text, at)
		Assigned(text, at)
		Pattern(text, at, len(text)%3)
		IsIterated(text, at)
		IsLastArgument(text, at)
		_ = PrivateIn(text, at) + Renamed(text, []byte(text))
	})
}
