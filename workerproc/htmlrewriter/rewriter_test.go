package htmlrewriter

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

// ascii is an encoding whose every byte is a character.
type ascii struct{}

func (ascii) Decode(b []byte, last bool) (string, int) { return string(b), len(b) }
func (ascii) Encode(s string) ([]byte, bool)           { return []byte(s), true }

func parse(t testing.TB, s string) *Selector {
	t.Helper()
	sel, err := ParseSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	return sel
}

// rewrite runs a document through r in pieces of size bytes.
func rewrite(r *Rewriter, doc []byte, size int, handle func(Event)) ([]byte, error) {
	var out []byte
	for at := 0; ; at += size {
		if at < len(doc) {
			r.Write(doc[at:min(at+size, len(doc))])
		} else {
			r.Close()
		}
		for {
			e, ok, err := r.Next()
			if err != nil {
				return out, err
			}
			if !ok {
				break
			}
			handle(e)
		}
		for _, p := range r.Take() {
			out = append(out, p.Bytes...)
		}
		if at >= len(doc) {
			return out, nil
		}
	}
}

func everything(t testing.TB) []Handler {
	return []Handler{{Wants: WantsComments | WantsText | WantsDoctype | WantsEnd}, {parse(t, "*"), WantsElement | WantsComments | WantsText},
		{parse(t, "a > b:nth-of-type(2n+1), [x^=y i]:not(.z)"), WantsElement | WantsText}}
}

// TestSelectorsAreBounded says that a hostile selector is refused, not run.
func TestSelectorsAreBounded(t *testing.T) {
	for name, s := range map[string]string{"long": strings.Repeat("a ", 1<<16), "nested": strings.Repeat(":not(", 5000) + "a"} {
		var e *Error
		if _, err := ParseSelector(s); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMemoryIsBounded streams a large document, and documents that would take
// memory for ever.
func TestMemoryIsBounded(t *testing.T) {
	for name, test := range map[string]struct {
		open, more string
		fails      bool
	}{
		"text":      {"<p>", strings.Repeat("text <b>x</b>", 100), false},
		"comment":   {"<!--", strings.Repeat("-x", 500), false},
		"script":    {"<script>", strings.Repeat("</scrip", 100), false},
		"attribute": {"<a b='", strings.Repeat("x", 1000), true},
		"nesting":   {"", strings.Repeat("<a>", 300), true},
		"a flood":   {"<a", strings.Repeat(" b", 200), true},
		"end tags":  {"</a", strings.Repeat(" b", 100) + "></a", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := New([]Handler{{parse(t, "b"), WantsElement}}, ascii{})
			r.Write([]byte(test.open))
			for range 8 << 10 {
				r.Write([]byte(test.more))
				ok, err := true, error(nil)
				for ok && err == nil {
					_, ok, err = r.Next()
				}
				if err != nil {
					if !test.fails {
						t.Error(err)
					}
					return
				}
				r.Take()
			}
			if test.fails || cap(r.tok.buf) > 1<<20 {
				t.Errorf("the rewriter has grown to %d bytes", cap(r.tok.buf))
			}
		})
	}
}

// FuzzRewrite says that rewriting that changes nothing changes no byte, and
// that it doesn't matter for what is rewritten where the document is cut.
func FuzzRewrite(f *testing.F) {
	snippets, err := os.ReadFile("../testdata/workerd/html_parsing_snippets.js")
	if err != nil {
		f.Fatal(err)
	}
	for part := range strings.SplitSeq(string(snippets), "\", \"") {
		f.Add([]byte(part), uint8(3))
	}
	f.Fuzz(func(t *testing.T, doc []byte, size uint8) {
		got, err := rewrite(New(everything(t), ascii{}), doc, int(size)+1, func(Event) {})
		if err != nil && strings.Contains(err.Error(), "ambiguous") {
			return
		}
		if err != nil || !bytes.Equal(got, doc) {
			t.Fatalf("%v: %q became %q", err, doc, got)
		}
		whole, _ := rewriteAll(t, doc, len(doc)+1)
		pieces, _ := rewriteAll(t, doc, int(size)+1)
		if !bytes.Equal(whole, pieces) {
			t.Fatalf("%q\nwhole  %q\npieces %q", doc, whole, pieces)
		}
	})
}

// rewriteAll changes every token.
func rewriteAll(t testing.TB, doc []byte, size int) ([]byte, error) {
	r := New(everything(t), ascii{})
	return rewrite(r, doc, size, func(e Event) {
		switch e.Kind {
		case Element:
			_ = r.SetAttribute("x", "y")
			r.Edit(Append, r.Content(r.Name(), true))
			r.Edit(After, r.Content("<after>", false))
			if e.Element%5 == 0 {
				r.Edit(Replace, r.Content("<r>", true))
			}
			if e.Element%3 == 0 {
				_ = r.HandleEnd()
			}
		case EndTag:
			r.Edit(Before, r.Content("^", true))
		case Text:
			if _, last := r.Text(); last {
				r.Edit(After, r.Content("|", true))
			}
		case Comment:
			r.Edit(Before, r.Content("!", true))
		}
	})
}

func FuzzSelector(f *testing.F) {
	for _, s := range []string{"a > b.c#d", "[a*='b' i]", ":not(a, .b)", "a:nth-child(-2n + 3)", `\31 23`, "*|a /* */ b", "a||b", "[a='x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sel, err := ParseSelector(s)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatal(err)
		}
		if err == nil {
			newMatcher([]*Selector{sel}).match(&element{name: "a", attr: func(string) (string, bool) { return "b", true }, index: 1, like: 1}, nil, nil)
		}
	})
}

func BenchmarkRewrite(b *testing.B) {
	doc := []byte(strings.Repeat("<div class='a b'><p>text and <a href=/x>link</a></p><!-- c --></div>\n", 2000))
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		if _, err := rewrite(New([]Handler{{parse(b, "a[href]"), WantsElement}}, ascii{}), doc, 64<<10, func(Event) {}); err != nil {
			b.Fatal(err)
		}
	}
}
