package supervisor

import (
	"fmt"
	"strings"
	"testing"

	"stockade.dev/stockade/store"
)

func files(names ...string) store.Manifest {
	m := make(store.Manifest)
	for _, name := range names {
		m[name] = store.Asset{Hash: store.HashCode([]byte(name)), Size: 1}
	}
	return m
}

func TestFilesOfAnApp(t *testing.T) {
	site := files("/index.html", "/about.html", "/docs/index.html", "/docs/404.html", "/404.html", "/app.js", "/both.html", "/both/index.html", "/noext", "/odd/index", "/x.html.html")
	for _, c := range []struct{ path, want string }{
		{"/", "200 /index.html"}, {"/index.html", "307 /"}, {"/index", "307 /"},
		{"/about", "200 /about.html"}, {"/about.html", "307 /about"}, {"/about/", "307 /about"}, {"/about/index", "307 /about"}, {"/about/index.html", "307 /about"},
		{"/docs/", "200 /docs/index.html"}, {"/docs", "307 /docs/"}, {"/docs/index.html", "307 /docs/"}, {"/docs/index", "307 /docs/"}, {"/docs.html", "307 /docs/"},
		{"/both", "200 /both.html"}, {"/both/", "200 /both/index.html"}, {"/both.html", "307 /both"},
		{"/app.js", "200 /app.js"}, {"/app.js/", "0"}, {"/noext", "200 /noext"}, {"/odd/index", "200 /odd/index"},
		{"/x.html.html", "200 /x.html.html"}, {"/missing", "0"}, {"/missing/index.html", "0"}, {"//", "0"}, {"//docs/", "0"}, {"/docs/../app.js", "0"}, {"/./app.js", "0"}, {"/docs//", "0"},
	} {
		o := &assetOptions{}
		if got := show(o.find(site, c.path, false, true)); got != c.want {
			t.Errorf("%s: %s, want %s", c.path, got, c.want)
		}
	}
}

func show(s assetAnswer) string {
	switch {
	case s.status == 0:
		return "0"
	case s.redirect != "":
		return fmt.Sprintf("%d %s", s.status, s.redirect)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", s.status, s.path))
}

func TestWhatIsNotThere(t *testing.T) {
	site := files("/index.html", "/docs/404.html", "/404.html", "/app.js", "/a.html")
	for _, c := range []struct {
		handling          string
		path              string
		navigates, worker bool
		want              string
	}{
		{"", "/x", false, false, "404"}, {"none", "/x", true, true, "0"}, {"none", "/docs/x", true, false, "404"},
		{"404-page", "/x", false, false, "404 /404.html"}, {"404-page", "/docs/x", false, false, "404 /docs/404.html"},
		{"404-page", "/docs/a/b", true, true, "404 /docs/404.html"}, {"404-page", "/docs/a/b", false, true, "0"},
		{"single-page-application", "/x/y", false, false, "200 /index.html"}, {"single-page-application", "/x/y", true, true, "200 /index.html"},
		{"single-page-application", "/x/y", false, true, "0"}, {"single-page-application", "/app.js", false, true, "200 /app.js"},
	} {
		o := &assetOptions{NotFoundHandling: c.handling}
		if got := show(o.find(site, c.path, c.navigates, c.worker)); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	o := &assetOptions{HTMLHandling: "none"}
	for path, want := range map[string]string{"/a.html": "200 /a.html", "/a": "0", "/": "0", "/index.html": "200 /index.html"} {
		if got := show(o.find(site, path, false, true)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestSlashes(t *testing.T) {
	site := files("/index.html", "/about.html", "/docs/index.html", "/both.html", "/both/index.html", "/app.js")
	for _, c := range []struct{ path, force, drop string }{
		{"/", "200 /index.html", "200 /index.html"}, {"/index.html", "307 /", "307 /"}, {"/index", "307 /", "307 /"},
		{"/about", "307 /about/", "200 /about.html"}, {"/about/", "200 /about.html", "307 /about"}, {"/about.html", "307 /about/", "307 /about"},
		{"/about/index.html", "307 /about/", "307 /about"}, {"/docs", "307 /docs/", "200 /docs/index.html"}, {"/docs/", "200 /docs/index.html", "307 /docs"},
		{"/docs/index.html", "307 /docs/", "307 /docs"}, {"/docs/index", "307 /docs/", "307 /docs"}, {"/both", "307 /both/", "200 /both.html"},
		{"/both/", "200 /both/index.html", "307 /both"}, {"/app.js", "200 /app.js", "200 /app.js"}, {"/app.js/", "0", "0"}, {"/missing/", "0", "0"}, {"//", "0", "0"},
	} {
		for handling, want := range map[string]string{"force-trailing-slash": c.force, "drop-trailing-slash": c.drop} {
			o := &assetOptions{HTMLHandling: handling}
			if got := show(o.find(site, c.path, false, true)); got != want {
				t.Errorf("%s with %s: %s, want %s", c.path, handling, got, want)
			}
		}
	}
}

func TestRunWorkerFirst(t *testing.T) {
	site := files("/index.html", "/api/docs/a.js", "/api/b.js")
	o := &assetOptions{RunWorkerFirst: runFirst{Patterns: []string{"/api/*", "!/api/docs/*"}}}
	for path, want := range map[string]string{"/": "200 /index.html", "/api/b.js": "0", "/api/docs/a.js": "200 /api/docs/a.js"} {
		if got := show(o.find(site, path, false, true)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	o = &assetOptions{RunWorkerFirst: runFirst{All: true}}
	if got := show(o.find(site, "/", false, true)); got != "0" {
		t.Error(got)
	}
	if got := show(o.find(site, "/", false, false)); got != "200 /index.html" {
		t.Error(got)
	}
}

func TestGlobMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{{"/a", "/a", true}, {"/a", "/ab", false}, {"/a*", "/ab/c", true}, {"*", "", true}, {"/*/x", "/a/b/x", true}, {"/*/x", "/a/b/y", false}, {"", "", true}, {"", "a", false}, {"/**", "/", true}} {
		if got := globMatch(c.pattern, c.text); got != c.want {
			t.Errorf("%q %q: %v", c.pattern, c.text, got)
		}
	}
	if globMatch(strings.Repeat("*a", 500)+"b", strings.Repeat("a", 2000)) { // and it takes no time
		t.Error("no b has matched b")
	}
}

func TestPathsOfFilesAreChecked(t *testing.T) {
	for _, name := range []string{"", "/", "a", "/a/", "/../a", "/a/../b", "/a//b", "/./a", "/a\x00", "/\xff", "/" + strings.Repeat("a", 1024)} {
		if checkAssets(map[string][]byte{name: nil}) == nil {
			t.Errorf("%q is taken", name)
		}
	}
	if err := checkAssets(map[string][]byte{"/a": nil, "/b/c d.html": nil, "/é": nil}); err != nil {
		t.Error(err)
	}
	if checkAssets(map[string][]byte{"/a": make([]byte, maxAssetSize+1)}) == nil {
		t.Error("a large file is taken")
	}
}

func FuzzFind(f *testing.F) {
	site := files("/index.html", "/about.html", "/docs/index.html", "/404.html", "/app.js")
	f.Add("/docs/index", "404-page")
	f.Fuzz(func(t *testing.T, path, handling string) {
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		o := &assetOptions{NotFoundHandling: handling}
		s := o.find(site, path, true, false)
		if s.redirect != "" {
			if again := o.find(site, s.redirect, true, false); again.status != 200 || strings.HasPrefix(s.redirect, "//") {
				t.Errorf("%q leads to %q, and that to %+v", path, s.redirect, again)
			}
		}
	})
}
