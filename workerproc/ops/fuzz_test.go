package ops

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Each op that parses gets what it could be sent; that it returns is the
// test, and that what it gives back has the shape that the runtime expects.

func FuzzURL(f *testing.F) {
	f.Add("https://user:pw@example.com:8080/a/../b?q#h", "", "hostname", "x")
	f.Add("//x:99999/%zz", "file:///C|/", "port", "80a")
	f.Add("data:,a b", "", "pathname", "//")
	f.Fuzz(func(t *testing.T, input, base, name, value string) {
		args := []any{input}
		if base != "" {
			args = append(args, base)
		}
		v, _ := urlParse(args)
		if v == nil {
			return
		}
		href := v.(string)
		checkParts(t, href)
		again, _ := urlParse([]any{href})
		if again == nil {
			t.Skip("the parser does not take what it made")
		}
		if set, _ := urlSet([]any{href, name, value}); set != nil {
			checkParts(t, set.(string))
		}
	})
}

// checkParts compares the parts of a serialised URL with what the parser says of it.
func checkParts(t *testing.T, href string) {
	ends := split(href)
	if !slices.IsSorted(ends[:]) {
		t.Fatalf("%q: ends are out of order: %v", href, ends)
	}
	u, err := parse(href, nil)
	if err != nil || u.Href(false) != href {
		return
	}
	part := func(n int) string { v, _ := urlPart([]any{href, float64(n)}); return v.(string) }
	host, port := part(partHost), strings.TrimPrefix(part(partPort), ":")
	if port == "/." {
		port = ""
	}
	got := []string{part(partScheme), host, port, part(partPath), marked(part(partQuery)), marked(part(partFragment))}
	want := []string{u.Protocol(), u.Hostname(), u.Port(), u.Pathname(), u.Search(), u.Hash()}
	if !slices.Equal(got, want) {
		t.Fatalf("%q: %q, want %q", href, got, want)
	}
}

// marked is a query or fragment without a mark that nothing follows.
func marked(s string) string {
	if len(s) == 1 {
		return ""
	}
	return s
}

func FuzzSplitURL(f *testing.F) {
	for _, s := range []string{"http://u:p@h:1/a?b#c", "a:/.//b", "a://@:?#", "x", "", "//", "?:", "#:", "a:b@c", "http://[::1]:8/@:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if ends := split(s); !slices.IsSorted(ends[:]) || ends[0] < 0 || ends[partFragment] != len(s) {
			t.Fatalf("%q: %v", s, ends)
		}
	})
}

func FuzzFormGet(f *testing.F) {
	f.Add("a=1&b=%f0%9f%98&=&+%2", "b")
	f.Fuzz(func(t *testing.T, s, name string) {
		list, _ := formParse([]any{s})
		var want any
		for n, text := range list.([]any) {
			if n%2 == 0 && text == name {
				want = list.([]any)[n+1]
				break
			}
		}
		if got, _ := formGet([]any{s, name}); got != want {
			t.Fatalf("%q of %q: %v, want %v", name, s, got, want)
		}
	})
}

func FuzzMultipart(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''x\r\n\r\n1\r\n--b--\r\n"), "b")
	f.Add([]byte("--b\r\n\r\n\r\n--b"), "b")
	f.Fuzz(func(t *testing.T, body []byte, boundary string) {
		v, err := multipartParse([]any{body, boundary})
		if err == nil && len(v.([]any))%4 != 0 {
			t.Fatalf("not in fours: %v", v)
		}
	})
}

func FuzzForm(f *testing.F) {
	f.Add("a=1&b=%f0%9f%98&=&+%2")
	f.Fuzz(func(t *testing.T, s string) {
		v, _ := formParse([]any{s})
		text, _ := formSerialize([]any{v})
		back, _ := formParse([]any{text})
		if a, b := v.([]any), back.([]any); utf8.ValidString(s) && len(a) != len(b) {
			t.Fatalf("%q became %q", a, b)
		}
	})
}

func FuzzEncoding(f *testing.F) {
	for _, label := range []string{"utf-8", "utf-16le", "shift_jis", "gb18030", "iso-2022-jp", "big5", "euc-kr", "windows-1252", "x-user-defined"} {
		f.Add(label, []byte("a\x1b$B\xff\x80\x30\x81\x30\x84\x31"))
	}
	f.Fuzz(func(t *testing.T, label string, b []byte) {
		for _, op := range []string{"utf8Decode", "legacyDecode", "utf16Decode"} {
			args := []any{b, false, false}
			if op == "legacyDecode" {
				args = []any{label, b, false}
			}
			if v, err := All()[op](args); err == nil && !utf8.ValidString(v.(string)) {
				t.Fatalf("%s: %q gave %q", op, b, v)
			}
		}
		if tail, _ := utf8Tail([]any{b}); tail.(int) > len(b) {
			t.Fatal("the tail is longer than the text")
		}
		_, _ = atob([]any{string(b)})
		_, _ = base64Decode([]any{string(b), true})
		_, _ = encodingName([]any{label})
	})
}

func FuzzDecompress(f *testing.F) {
	for _, format := range []string{"gzip", "deflate", "deflate-raw"} {
		f.Add(format, compressed(format, strings.Repeat("hello", 50)), 3)
	}
	f.Fuzz(func(t *testing.T, format string, b []byte, piece int) {
		all := newCodecOps()
		n, _ := all["codecOpen"]([]any{false, format, 1.0})
		id := float64(n.(int))
		defer all["codecClose"]([]any{id})
		piece = max(1, min(piece, 1000))
		for total := 0; total < 1<<22; {
			size := min(piece, len(b))
			if _, err := all["codecWrite"]([]any{id, b[:size]}); err != nil {
				return
			}
			if b = b[size:]; len(b) == 0 {
				_, _ = all["codecEnd"]([]any{id})
			}
			for {
				v, err := all["codecRead"]([]any{id})
				if err != nil || len(b) == 0 && v == nil {
					return
				}
				if v == nil {
					break
				}
				if total += len(v.([]byte)); len(v.([]byte)) > maxStep || len(v.([]byte)) == 0 {
					t.Fatalf("a step of %d bytes", len(v.([]byte)))
				}
			}
		}
	})
}

func compressed(format, text string) []byte {
	c := newCompressor(format)
	_ = c.write([]byte(text))
	_ = c.end()
	b, _ := c.read()
	return b
}

func FuzzKeyImport(f *testing.F) {
	for _, curve := range []string{"P-256", "P-521"} {
		pair, _ := ecGenerate([]any{curve})
		f.Add(pair.([]any)[0].([]byte), curve)
		f.Add(pair.([]any)[1].([]byte), curve)
	}
	okp, _ := okpGenerate([]any{"X25519"})
	f.Add(okp.([]any)[0].([]byte), "X25519")
	f.Add(okp.([]any)[1].([]byte), "Ed25519")
	rsa, _ := rsaGenerate([]any{1024.0})
	f.Add(rsa.([]any)[0].([]byte), "")
	f.Add(rsa.([]any)[1].([]byte), "")
	f.Fuzz(func(t *testing.T, der []byte, curve string) {
		for _, format := range []string{"pkcs8", "spki", "raw"} {
			secret := format == "pkcs8"
			if v, err := ecImport([]any{format, curve, der}); err == nil {
				if _, err := ecParts([]any{secret, v}); err != nil {
					t.Fatal(err)
				}
			}
			if v, err := okpImport([]any{format, curve, der}); err == nil {
				if _, err := okpParts([]any{secret, v}); err != nil {
					t.Fatal(err)
				}
			}
			if v, err := rsaImport([]any{format, der}); err == nil {
				if _, err := rsaParts([]any{secret, v.([]any)[0]}); err != nil {
					t.Fatal(err)
				}
				_, _ = rsaSign([]any{"SHA-256", der, 0.0, der})
				_, _ = rsaCheck([]any{"SHA-256", der, 0.0, der, der})
			}
		}
		third := len(der) / 3
		_, _ = rsaFromJWK([]any{[]any{der[:third], der[third:]}})
		_, _ = ecFromJWK([]any{curve, der[:third], der[third : 2*third], der[2*third:]})
		_, _ = okpFromJWK([]any{curve, der[:third], der[third:]})
	})
}

// FuzzJSONError: what is wrong is found in any text that is no JSON, and in none
// that is.
func FuzzJSONError(f *testing.F) {
	for _, text := range []string{"", "{", `{"a":[1,2.5e-3,true,null,"\u00e9\n"]}`, "[1,]", "01", "1.", "-", `"\x"`, "\"\n\"", "nul", "1 2", "\ufeff1", "{\"a\" 1}", "[[[[", "\u00a01"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.Count(text, "[")+strings.Count(text, "{") > 1000 {
			return
		}
		message, err := jsonError([]any{text})
		if err != nil {
			t.Fatal(err)
		}
		if valid := json.Valid([]byte(text)); valid != (message == "") {
			t.Errorf("%q: %q", text, message)
		}
	})
}
