package assets

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What the rules do is asked in integration (TestASiteAnswersAsUnderWrangler); here is what goes wrong with them.

func TestLinesThatCannotBeUsed(t *testing.T) {
	for _, c := range []struct{ redirects, headers, want string }{
		{"/a", "", "needs a path"}, {"/a /b 404", "", "the status is one of"}, {"/a /b x", "", "the status is one of"}, {"/a b", "", "where it leads begins with /"},
		{"/a https://x/ 200", "", "leads to a path"}, {"https://x/a /b", "", "which begins with /"}, {"/a /b\n/a /c", "", "there is a rule for this path above"},
		{"/*/* /b", "", "one * at most"}, {"/:a/:a /b", "", "each placeholder once"}, {"/" + strings.Repeat("x", 2000) + " /b", "", "more than 2000 characters"}, {"/a /b 301 d", "", "needs a path"},
		{"", "X-A: b", "no path stands above it"}, {"", "/a", "there are no headers below it"}, {"", "/a\n  Bad Name: x", "and no spaces"}, {"", "/a\n  NoColon", "is written name: value"},
		{"", "/a\n  X-Empty:", "has no value"}, {"", "/a\n  ! a b", "no name of a header"}, {"", "/a\n  X-A: b\x01", "can't have this in it"}, {"", "/a\n  Content-Length: 5", "the server's own"},
		{"", "https://a:80/x\n  X-A: b", "a port can't be matched"}, {"", "/*/*\n  X-A: b", "one * at most"},
	} {
		_, redirects, headers := Parse(c.redirects, c.headers)
		all := append(redirects, headers...)
		if len(all) == 0 || !strings.Contains(all[0].String(), c.want) {
			t.Errorf("%q %q: %v, want %s", c.redirects, c.headers, all, c.want)
		}
	}
}

func TestHowManyRules(t *testing.T) {
	var redirects, dynamics, headers strings.Builder
	for n := range 2001 {
		fmt.Fprintf(&redirects, "/s%d /x\n", n)
	}
	for n := range 101 {
		fmt.Fprintf(&dynamics, "/d%d/* /x\n", n)
		fmt.Fprintf(&headers, "/h%d\n  X-A: b\n", n)
	}
	r, statics, ofHeaders := Parse(redirects.String(), headers.String())
	if len(statics) != 1 || len(ofHeaders) == 0 || len(r.statics) != 2000 || len(r.headers) != 100 {
		t.Errorf("%d rules for single paths, %d blocks; %v %v", len(r.statics), len(r.headers), statics, ofHeaders)
	}
	if r, problems, _ := Parse(dynamics.String(), ""); len(r.dynamics) != 100 || len(problems) != 1 {
		t.Errorf("%d rules with *; %v", len(r.dynamics), problems)
	}
}

func FuzzRules(f *testing.F) {
	f.Add("/a/* /:splat 301\n/:x/:y https://e.example/:y?:x#:x", "/*\n  X-A: :splat\n  ! X-B", "/a/b")
	f.Add("/* /:splat", "https://:h.x/*\n  Location: :h", "//evil.example")
	f.Fuzz(func(t *testing.T, redirects, headers, path string) {
		r, _, _ := Parse(redirects, headers)
		encoded := "/" + strings.TrimPrefix(Encode(path), "/")
		if to, is := r.Redirect("a.x", encoded, "q=1"); is && to.Location != "" {
			if strings.ContainsAny(to.Location, "\r\n\\") || strings.HasPrefix(to.Location, "//") {
				t.Errorf("%q leads to %q", path, to.Location)
			}
			if u, err := url.Parse(to.Location); err == nil && u.Host == "" && !strings.HasPrefix(to.Location, "/") && u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("%q leads to %q", path, to.Location)
			}
		}
		h := http.Header{"X-B": {"there"}}
		r.Apply(h, "a.x", encoded)
		for name, values := range h {
			if ownHeaders[name] || strings.ContainsAny(strings.Join(values, ""), "\r\n") {
				t.Errorf("%s: %q", name, values)
			}
		}
	})
}
