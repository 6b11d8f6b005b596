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
		{Callee, "return u|()", "u"},
		{Callee, "o.f(a, (b)).missing|(1)", "o.f(...).missing"},
		{Callee, "arr[0]|()", "arr[0]"},
		{Callee, `o["n"]|()`, "o.n"},
		{Callee, "o[k]|()", "o[k]"},
		{Callee, "o [ a.b ] . c |()", "o[a.b].c"},
		{Callee, "noop()|()", "noop(...)"},
		{Callee, "f(...o.x|())", "o.x"},
		{Callee, "this.#p|()", "this.#p"},
		{Callee, "o?.a?.b|()", "o.a.b"},
		{Callee, `"text"|()`, `"text"`},
		{Callee, "(a && b)|()", "(intermediate value)"},
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
		{Chain, "x of |[1]", "(intermediate value)"},
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
		{func(s string, i int) string { a, b := Pattern(s, i); return a + " of " + b }, "const { a, b } = |o.zip;", "a of o.zip"},
		{func(s string, i int) string { a, b := Pattern(s, i); return a + " of " + b }, "const {} = |u;", " of u"},
		{func(s string, i int) string { a, b := Pattern(s, i); return a + " of " + b }, "|({ a }) => a", "a of "},
	} {
		source, i := at(c.text)
		if got := c.of(source, i); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
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
		Pattern(text, at)
	})
}
