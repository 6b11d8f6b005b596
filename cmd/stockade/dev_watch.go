package main

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"stockade.dev/stockade/cmd/stockade/appconfig"
)

// watcher says when something in a project has changed.
type watcher struct {
	*fsnotify.Watcher
	changed chan struct{} // holds a token
	watched map[string]bool
	ended   chan struct{} // closed when run has returned

	mu     sync.Mutex      // guards what follows
	inputs map[string]bool // base names of what was bundled; nil: not known
	assets string          // directory, "" for none
}

// settle is how long the file system is to be quiet: an editor writes in several steps.
const settle = 40 * time.Millisecond

// maxWatched bounds the directories: the kernel's own limit is shared by all of a user's programs.
const maxWatched = 4096

func newWatcher() (*watcher, error) {
	inner, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("cannot watch files: %w", err)
	}
	w := &watcher{Watcher: inner, changed: make(chan struct{}, 1), watched: make(map[string]bool), ended: make(chan struct{})}
	go w.run()
	return w, nil
}

func (w *watcher) close() {
	w.Close() // of its descriptors there is nothing to lose
	<-w.ended
}

// run gathers events until there are no more for a moment.
func (w *watcher) run() {
	defer close(w.ended)
	quiet := time.NewTimer(time.Hour)
	defer quiet.Stop()
	for {
		select {
		case e, more := <-w.Events:
			if !more {
				return
			}
			if interesting(e) && w.concerns(e) {
				quiet.Reset(settle)
			}
		case _, more := <-w.Errors:
			if !more {
				return
			}
			quiet.Reset(settle) // events may have been lost
		case <-quiet.C:
			select {
			case w.changed <- struct{}{}:
			default:
			}
		}
	}
}

// interesting leaves out what editors write beside a file, and changes of its mode.
func interesting(e fsnotify.Event) bool {
	name := filepath.Base(e.Name)
	switch {
	case e.Op == fsnotify.Chmod, strings.HasSuffix(name, "~"), strings.HasSuffix(name, ".swp"), strings.HasSuffix(name, ".tmp"):
		return false
	case strings.HasPrefix(name, "."):
		return name == appconfig.DevVarsName
	}
	return true
}

// sources are the endings of files that may count though they were not bundled: configurations, and what they name.
var sources = map[string]bool{".js": true, ".mjs": true, ".cjs": true, ".jsx": true, ".ts": true, ".mts": true, ".cts": true, ".tsx": true, ".json": true, ".jsonc": true, ".toml": true}

// concerns leaves out what is written to files that the project does not consist of, such as a log. A new file may always be one that
// was missing.
func (w *watcher) concerns(e fsnotify.Event) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := filepath.Base(e.Name)
	switch {
	case e.Op&^(fsnotify.Write|fsnotify.Chmod) != 0, w.inputs == nil, w.inputs[name], sources[filepath.Ext(name)], name == appconfig.DevVarsName:
		return true
	}
	return w.assets != "" && strings.HasPrefix(e.Name, w.assets+string(filepath.Separator))
}

// consists notes what the project was made of, if that is known.
func (w *watcher) consists(p *project, b *bundled) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inputs, w.assets = nil, ""
	if p.Assets != nil {
		w.assets = p.assetsDir()
	}
	if b == nil || len(b.Inputs) == 0 && p.Main != "" {
		return
	}
	w.inputs = make(map[string]bool)
	for _, file := range b.Inputs {
		w.inputs[filepath.Base(file)] = true
	}
}

// watch adds the project's directories, node_modules and hidden ones left out, and those of what was bundled from elsewhere.
func (w *watcher) watch(p *project, b *bundled) {
	w.consists(p, b)
	w.tree(p.dir)
	if p.Assets != nil {
		w.tree(p.assetsDir())
	}
	if b != nil {
		for _, file := range b.Inputs {
			w.add(filepath.Dir(file))
		}
	}
}

func (w *watcher) tree(dir string) {
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return nil
		case path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		}
		w.add(path)
		return nil
	})
}

// add watches a directory; again, since it may have been made anew. One that can't be is of no matter: a change in it is
// seen with the next one elsewhere.
func (w *watcher) add(dir string) {
	if !w.watched[dir] && len(w.watched) >= maxWatched {
		return
	}
	if w.Add(dir) == nil {
		w.watched[dir] = true
	}
}
