package policy

import (
	"slices"
	"strings"
	"testing"
)

const twoListeners = `
version: 1
listeners:
  - address: 127.0.0.1:8080
    apps:
      Shop.example: shop
      shop.example/api: api
      "*.example/": 1000/wild
      "*.deep.example/": alice/deep
      /: rest
      /static: files
  - {address: "[::1]:8080", apps: {/only: one}}
`

func TestRoutes(t *testing.T) {
	p := mustParse(t, twoListeners)
	for _, c := range []struct {
		host, path string
		owner      uint32
		app        string
	}{
		{"shop.example", "/", 990, "shop"}, {"SHOP.example:8080", "/apix", 990, "shop"}, {"shop.example", "/api", 990, "api"},
		{"shop.example", "/api/x", 990, "api"}, {"a.example", "/api", 1000, "wild"}, {"a.deep.example", "/", 1001, "deep"},
		{"example", "/", 990, "rest"}, {"127.0.0.1:8080", "/static/a.css", 990, "files"}, {"[::1]:8080", "/statics", 990, "rest"}, {"", "/", 990, "rest"},
	} {
		r, ok := p.Listeners[0].Route(c.host, c.path)
		if !ok || r.Name != c.app || r.Owner != c.owner {
			t.Errorf("%s%s: %+v", c.host, c.path, r)
		}
	}
	if r, ok := p.Listeners[1].Route("x", "/other"); ok {
		t.Errorf("%+v", r)
	}
}

func TestListenerMistakes(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"listeners: [{address: nowhere, apps: {/: a}}]", `:2:23: listeners[0].address: cannot use "nowhere": it is not an address and a port`},
		{"listeners: [{apps: {/: a}}]", `listeners[0].address: cannot use "": it is not`},
		{"listeners: [{address: 1.2.3.4:5}]", `listeners[0].apps: cannot do without an app`},
		{"listeners: [{address: 1.2.3.4:5, apps: []}]", `listeners[0].apps: cannot use a list`},
		{"listeners: [{address: 1.2.3.4:5, apps: {/: a}}, {address: 1.2.3.4:5, apps: {/: a}}]", `listeners[1].address: cannot use "1.2.3.4:5": listeners[0] has that`},
		{"listeners: [{address: 1.2.3.4:5, apps: {/: A}}]", `:2:44: listeners[0].apps["/"]: cannot use "A": it is no app`},
		{"listeners: [{address: 1.2.3.4:5, apps: {/: nobody/a}}]", `cannot find the user "nobody"`},
		{"listeners: [{address: 1.2.3.4:5, apps: {/a*: a}}]", `cannot use the path "/a*"`},
		{"listeners: [{address: 1.2.3.4:5, apps: {a_b/: a}}]", `cannot use the host "a_b"`},
		{"listeners: [{address: 1.2.3.4:5, app: {/: a}}]", `did you mean "apps"?`},
	} {
		_, err := parse(newProblems("p.yaml"), []byte("version: 1\n"+c.file), testHost())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.file, err, c.want)
		}
	}
}

func TestListenersInReportsAndReloads(t *testing.T) {
	before := mustParse(t, twoListeners)
	if got := Warnings(mustParse(t, "version: 1\nlisteners: [{address: 0.0.0.0:80, apps: {/: a}}]")); !slices.Equal(got, []string{"listeners: 0.0.0.0:80 is reached from other machines, and without TLS."}) {
		t.Errorf("%q", got)
	}
	if text := before.Summary(); !strings.Contains(text, "127.0.0.1:8080") || !strings.Contains(text, "alice/deep") {
		t.Errorf("%s", text)
	}
	moved := mustParse(t, strings.Replace(twoListeners, "8080\n", "9090\n", 1))
	if got := Diff(before, moved); len(got) != 1 || got[0].Key != "listeners[].address" || !got[0].Restart {
		t.Errorf("%+v", got)
	}
	routed := mustParse(t, strings.Replace(twoListeners, "/: rest", "/: other", 1))
	if got := Diff(before, routed); len(got) != 1 || got[0].Key != "listeners[].apps" || got[0].Restart {
		t.Errorf("%+v", got)
	}
}
