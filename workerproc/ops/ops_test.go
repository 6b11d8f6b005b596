package ops

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func call(t *testing.T, name string, args ...any) any {
	t.Helper()
	v, err := All()[name](args)
	if err != nil {
		return "error " + err.Error()
	}
	return v
}

func TestOps(t *testing.T) {
	unhexed := func(s string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		op   string
		args []any
		want any
	}{
		{"bytesConcat", []any{[]any{[]byte("a"), "é", nil, []byte("b")}}, []byte("aéb")},
		{"timingSafeEqual", []any{[]byte("ab"), []byte("ab")}, true},
		{"timingSafeEqual", []any{[]byte("ab"), []byte("ac")}, false},
		{"timingSafeEqual", []any{[]byte("ab"), []byte("abc")}, "error TypeError: Input buffers must have the same byte length."},
		{"atob", []any{" aG k="}, "hi"},
		{"atob", []any{"aGk"}, "hi"},
		{"atob", []any{"aGl="}, "hi"}, // bits left over are dropped
		{"atob", []any{"/w=="}, "ÿ"},
		{"atob", []any{"a"}, "error InvalidCharacterError: " + notBase64},
		{"atob", []any{"aG="}, "error InvalidCharacterError: " + notBase64},
		{"atob", []any{"ab=c"}, "error InvalidCharacterError: " + notBase64},
		{"atob", []any{"ab==="}, "error InvalidCharacterError: " + notBase64},
		{"btoa", []any{"ÿa"}, "/2E="},
		{"btoa", []any{"€"}, "error InvalidCharacterError: btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range."},
		{"base64Encode", []any{unhexed("fbff"), true}, "-_8"},
		{"base64Decode", []any{"-_8", true}, unhexed("fbff")},
		{"base64Decode", []any{"-_8", false}, nil},
		{"formParse", []any{"a=1&&b=%41+%zz&=x&c&d=%f0%9f%98&e=1=2"}, []any{"a", "1", "b", "A %zz", "", "x", "c", "", "d", "\ufffd", "e", "1=2"}},
		{"formGet", []any{"x=0&&b=%41+%zz&b=1&=x", "b"}, "A %zz"},
		{"formGet", []any{"a&&=x", ""}, "x"},
		{"formGet", []any{"&", ""}, nil},
		{"formGet", []any{"%f0%9f%98=1", "\ufffd"}, "1"},
		{"formSerialize", []any{[]any{"a b", "é*-._~", "", "&="}}, "a+b=%C3%A9*-._%7E&=%26%3D"},
		{"utf8Encode", []any{"aé"}, []byte("aé")},
		{"utf8EncodeInto", []any{"a😀é", 6.0}, []any{[]byte("a😀"), 3}},
		{"utf8Decode", []any{unhexed("efbbbf 61"), false, false}, "a"},
		{"utf8Decode", []any{unhexed("efbbbf 61"), false, true}, "\ufeffa"},
		{"utf8Decode", []any{unhexed("61 f09f98 62"), false, false}, "a\ufffdb"},
		{"utf8Decode", []any{unhexed("eda080"), false, false}, "\ufffd\ufffd\ufffd"},
		{"utf8Decode", []any{unhexed("c0af f880"), false, false}, "\ufffd\ufffd\ufffd\ufffd"},
		{"utf8Decode", []any{unhexed("ff"), true, false}, "error TypeError: Failed to decode input."},
		{"utf8Tail", []any{unhexed("61 f09f98")}, 3},
		{"utf8Tail", []any{unhexed("61 f09f9880")}, 0},
		{"utf8Tail", []any{unhexed("e28080 e2")}, 1},
		{"utf8Tail", []any{unhexed("eda0")}, 0}, // can't become a character
		{"utf8Tail", []any{unhexed("808080")}, 0},
		{"utf16Decode", []any{unhexed("6100 3dd8 00de"), false, false}, "a😀"},
		{"utf16Decode", []any{unhexed("0061 d83d de00"), true, false}, "a😀"},
		{"utf16Decode", []any{unhexed("3dd8 6100 00"), false, false}, "\ufffda\ufffd"},
		{"utf16Decode", []any{unhexed("3dd8"), false, true}, "error TypeError: Failed to decode input."},
		{"encodingName", []any{" Latin1\n"}, "windows-1252"},
		{"encodingName", []any{"UTF8"}, "utf-8"},
		{"encodingName", []any{"nope"}, nil},
		{"legacyDecode", []any{"windows-1252", unhexed("80e9"), true}, "€é"},
		{"legacyDecode", []any{"shift_jis", unhexed("83 65"), true}, "テ"},
		{"digest", []any{"SHA-4", []byte{}}, "error NotSupportedError: Unrecognized or unimplemented digest algorithm requested."},
		{"digest", []any{"MD5", []byte{}}, unhexed("d41d8cd98f00b204e9800998ecf8427e")},
		{"digest", []any{"SHA-1", []byte("abc")}, unhexed("a9993e364706816aba3e25717850c26c9cd0d89d")},
		{"hmacVerify", []any{"SHA-256", []byte("k"), []byte("no"), []byte("m")}, false},
		{"randomBytes", []any{65537.0}, "error QuotaExceededError: getRandomValues() only accepts buffers of size <= 64K."},
	} {
		if got := call(t, c.op, c.args...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s(%q) = %#v, want %#v", c.op, c.args, got, c.want)
		}
	}
}

// An op gets what the runtime passes; were that anything at all, it still
// must not crash.
func TestOpsWithOddArguments(t *testing.T) {
	for name, op := range All() {
		for _, args := range [][]any{nil, {nil}, {1.0, 2.0, 3.0}, {"", "", ""}, {[]any{1.0}, -1.0}, {[]byte{}, []byte{}, []byte{}}} {
			func() {
				defer func() {
					if r := recover(); r != nil {
						t.Errorf("%s(%v) panics: %v", name, args, r)
					}
				}()
				op(args)
			}()
		}
	}
}

func TestRandomUUID(t *testing.T) {
	a, b := call(t, "randomUUID").(string), call(t, "randomUUID").(string)
	if a == b || len(a) != 36 || a[14] != '4' || !strings.ContainsRune("89ab", rune(a[19])) || strings.Count(a, "-") != 4 {
		t.Errorf("randomUUID: %s, %s", a, b)
	}
}

// parts shows a URL as its parts, split by |.
func parts(v any) string {
	href, ok := v.(string)
	if !ok {
		return fmt.Sprint(v)
	}
	var out []string
	for n := range partCount {
		part, _ := urlPart([]any{href, float64(n)})
		out = append(out, part.(string))
	}
	return strings.Join(out, "|")
}

func TestURL(t *testing.T) {
	for _, c := range []struct {
		input string
		base  any
		want  string
	}{
		{"https://example.com/a?b", nil, "https:|//|example.com||/a|?b|"},
		{"https://example.com", nil, "https:|//|example.com||/||"},
		{"HTTPS://u:p@EXAMPLE.com:444/a/../b?c#d", nil, "https:|//u:p@|example.com|:444|/b|?c|#d"},
		{"http://u@h:80/", nil, "http:|//u@|h||/||"},
		{"http://:p@h/", nil, "http:|//:p@|h||/||"},
		{"../x?y", "https://h/a/b/c", "https:|//|h||/a/x|?y|"},
		{"//other/p", "https://h/", "https:|//|other||/p||"},
		{"?q", "https://h/a#f", "https:|//|h||/a|?q|"},
		{"http://0x7f.1/", nil, "http:|//|127.0.0.1||/||"},
		{"http://1.2.3/", nil, "http:|//|1.2.0.3||/||"},
		{"http://[::1]:8/", nil, "http:|//|[::1]|:8|/||"},
		{"http://ex%41mple.com/", nil, "http:|//|example.com||/||"},
		{"http://münchen.de/ä?ö#ü", nil, "http:|//|xn--mnchen-3ya.de||/%C3%A4|?%C3%B6|#%C3%BC"},
		{"http://a.b/x'y|z", nil, "http:|//|a.b||/x'y|z||"},
		{"http://a.b/?x'y", nil, "http:|//|a.b||/|?x%27y|"},
		{"http://a.b/%2e/c", nil, "http:|//|a.b||/c||"},
		{"http://a.b/?", nil, "http:|//|a.b||/|?|"},
		{"data:text/plain,a b#c", nil, "data:||||text/plain,a b||#c"},
		{"file:///a", nil, "file:|//|||/a||"},
		{"web+demo:/.//x", nil, "web+demo:|||/.|//x||"},
		{"a:/x?#", nil, "a:||||/x|?|#"},
		{"blob:https://a/1", nil, "blob:||||https://a/1||"},
		{" \thttp://h/\n", nil, "http:|//|h||/||"},
		{"/x", nil, "<nil>"},
		{"http://a b/", nil, "<nil>"},
		{"http://h:99999/", nil, "<nil>"},
		{"http://1.2.3.4.5/", nil, "<nil>"},
		{"x", "data:y", "<nil>"},
	} {
		if got := parts(call(t, "urlParse", c.input, c.base)); got != c.want {
			t.Errorf("urlParse(%q, %v) = %s, want %s", c.input, c.base, got, c.want)
		}
	}
}

func TestURLSetters(t *testing.T) {
	for _, c := range []struct{ href, name, value, want string }{
		{"https://h/a", "protocol", "http", "http:|//|h||/a||"},
		{"https://h/a", "protocol", "mailto", "<nil>"},
		{"https://h/a", "username", "a@b", "https:|//a%40b@|h||/a||"},
		{"https://h:1/a", "host", "x:2", "https:|//|x|:2|/a||"},
		{"https://h:1/a", "hostname", "x:2", "<nil>"},
		{"https://h/a", "port", "443", "<nil>"},
		{"https://h:1/a", "port", "", "https:|//|h||/a||"},
		{"https://h/a", "port", "90x", "https:|//|h|:90|/a||"},
		{"https://h/a?b", "pathname", "x/../y?z", "https:|//|h||/y%3Fz|?b|"},
		{"https://h/a?b#c", "search", "", "https:|//|h||/a||#c"},
		{"https://h/a?b#c", "search", "?x y", "https:|//|h||/a|?x%20y|#c"},
		{"https://h/a?b#c", "hash", "d", "https:|//|h||/a|?b|#d"},
		{"data:x", "pathname", "y", "<nil>"},
	} {
		if got := parts(call(t, "urlSet", c.href, c.name, c.value)); got != c.want {
			t.Errorf("urlSet(%q, %s, %q) = %s, want %s", c.href, c.name, c.value, got, c.want)
		}
	}
}

func TestURLWithQuery(t *testing.T) {
	for _, c := range []struct{ href, query, want string }{
		{"http://h/a?b#c", "?x", "http://h/a?x#c"},
		{"http://h/a?b#c?d", "", "http://h/a#c?d"},
		{"data:x", "?y", "data:x?y"},
		{"a://h", "?y", "a://h?y"},
	} {
		if got := call(t, "urlWithQuery", c.href, c.query); got != c.want {
			t.Errorf("urlWithQuery(%q, %q) = %q, want %q", c.href, c.query, got, c.want)
		}
	}
}

func TestLongURLs(t *testing.T) {
	long := strings.Repeat("a", maxURL)
	for input, ok := range map[string]bool{
		"https://h/" + long: true, "https://" + long + "@h/": false, "data:" + long: true,
		"data:" + strings.Repeat("a", maxData): false,
	} {
		if got := call(t, "urlParse", input); (got != nil) != ok {
			t.Errorf("urlParse(%.12s…) of %d bytes: %v, want %v", input, len(input), got != nil, ok)
		}
	}
	if call(t, "urlSet", "https://h/", "pathname", long+"a") != nil {
		t.Error("urlSet took a path that is too long")
	}
}

// The shortcut for plain URLs says what the parser says.
func FuzzPlainURL(f *testing.F) {
	for _, s := range []string{"https://example.com/a/b?c=d%20", "http://a-b.c1/./x", "https://a..b/", "https://xn--a/", "http://a.1/", "http://a/%2e%2E/", "http://-a.b/x", "http://a_b/", "http://a.b./",
		"http://127.0.0.1:8787/a?b", "https://a.b:80/", "http://a.b:80/", "http://a:0/", "http://a:08/", "http://a:65536/", "http://a:/", "http://1.2.3/", "http://01.2.3.4/", "http://1.2.3.4:1:2/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !plain(s) {
			return
		}
		u, err := parse(s, nil)
		if err != nil {
			t.Fatalf("%q is not a URL: %v", s, err)
		}
		if want := u.Href(false); s != want {
			t.Fatalf("%q is %q", s, want)
		}
	})
}

func BenchmarkURLPlain(b *testing.B)  { benchmarkURL(b, "https://example.com/path/to?x=1") }
func BenchmarkURLParser(b *testing.B) { benchmarkURL(b, "https://example.com/path/to?x=1#f") }

func benchmarkURL(b *testing.B, s string) {
	for b.Loop() {
		if v, _ := urlParse([]any{s}); v == nil {
			b.Fatal("no URL")
		}
	}
}
