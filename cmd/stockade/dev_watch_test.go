package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/fsnotify/fsnotify"

	"stockade.dev/stockade/cmd/stockade/appconfig"
)

func TestWhichChangesConcernAProject(t *testing.T) {
	w := &watcher{}
	p := &project{Config: &appconfig.Config{Main: "src/index.ts", Assets: &appconfig.Assets{Directory: "public"}}, dir: "/p"}
	w.consists(p, &bundled{Inputs: []string{"/p/src/index.ts", "/p/src/note.md"}})
	for _, c := range []struct {
		name string
		op   fsnotify.Op
		want bool
	}{
		{"/p/src/index.ts", fsnotify.Write, true}, {"/p/src/note.md", fsnotify.Write, true}, {"/p/wrangler.jsonc", fsnotify.Write, true}, {"/p/wrangler.toml", fsnotify.Write, true},
		{"/p/.dev.vars", fsnotify.Write, true}, {"/p/public/a.txt", fsnotify.Write, true}, {"/p/public/_headers", fsnotify.Write, true}, {"/p/dev.log", fsnotify.Create, true},
		{"/p/dev.log", fsnotify.Write, false}, {"/p/readme.md", fsnotify.Write, false}, {"/p/readme.md", fsnotify.Remove, true}, {"/p/publications/x", fsnotify.Write, false},
	} {
		if got := w.concerns(fsnotify.Event{Name: c.name, Op: c.op}); got != c.want {
			t.Errorf("%s %s: %v", c.op, c.name, got)
		}
	}
	w.consists(p, nil)
	if !w.concerns(fsnotify.Event{Name: "/p/readme.md", Op: fsnotify.Write}) {
		t.Error("what a project consists of is not known, and it was left out")
	}
}

// TestTheFirstRequestWaits asks before there is a version: the answer comes when it is known whether there is one.
func TestTheFirstRequestWaits(t *testing.T) {
	d := &devSession{client: &client{http: http.DefaultClient}, deployed: make(chan struct{}), tried: make(chan struct{}), out: &devOutput{t: newTerminal(&nothing{})}}
	w := httptest.NewRecorder()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		d.proxy().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/", nil))
	}()
	d.failed(usageErrorf("cannot find the main module"))
	<-answered
	if w.Code != http.StatusServiceUnavailable || w.Body.String() != "cannot find the main module\n\n" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

type nothing struct{}

func (*nothing) Write(p []byte) (int, error) { return len(p), nil }
