package appconfig

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reader puts a tree into a Config. It knows the shape, and what needs no look at the disk.
type reader struct {
	p *problems
	c *Config
}

func (r *reader) want(key string, n *node, k kind) bool {
	if n.kind != k {
		r.p.add(n.at, key, "cannot use %s: %s is needed", n.kind, k)
	}
	return n.kind == k
}

func (r *reader) text(key string, n *node) string {
	if r.want(key, n, text) && n.text == "" {
		r.p.add(n.at, key, "cannot use an empty string")
	}
	return n.text
}

func (r *reader) texts(key string, n *node) []string {
	var all []string
	r.each(key, n, func(key string, item *node) { all = append(all, r.text(key, item)) })
	return all
}

func (r *reader) flag(key string, n *node) bool {
	return r.want(key, n, boolean) && string(n.json) == "true"
}

func (r *reader) each(key string, n *node, do func(key string, item *node)) {
	if !r.want(key, n, list) {
		return
	}
	for i, item := range n.items {
		do(element(key, i), item)
	}
}

// members reads an object's fields; those that must be there come first, up to the number needed.
func (r *reader) members(key string, n *node, needed int, names []string, read func(name, key string, n *node)) {
	if !r.want(key, n, object) {
		return
	}
	missing := slices.Clone(names[:needed])
	for _, f := range n.fields {
		if !slices.Contains(names, f.name) {
			r.unknown(f.at, member(key, f.name), f.name, names)
			continue
		}
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == f.name })
		read(f.name, member(key, f.name), f.value)
	}
	if len(missing) > 0 {
		r.p.add(n.at, key, "cannot do without %s", strings.Join(missing, " and "))
	}
}

// oneOf reads a word.
func (r *reader) oneOf(key string, n *node, words ...string) string {
	if r.want(key, n, text) && !slices.Contains(words, n.text) {
		r.p.add(n.at, key, "cannot use %q: it is one of %s", n.text, strings.Join(words, ", "))
	}
	return n.text
}

// NameText is what an app's name looks like.
var NameText = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

func (r *reader) name(key string, n *node) {
	r.c.Name = r.text(key, n)
	if n.text != "" && !NameText.MatchString(n.text) {
		r.p.add(n.at, key, "cannot use %q: a name has 1 to 63 of a-z, 0-9, - and _, and begins with a letter or digit", n.text)
	}
}

var dateText = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

func (r *reader) date(key string, n *node) {
	if n.kind != date && !r.want(key, n, text) {
		return
	}
	if !dateText.MatchString(n.text) {
		r.p.add(n.at, key, "cannot use %q: write a date as YYYY-MM-DD", n.text)
	}
	r.c.CompatibilityDate = n.text
}

func (r *reader) vars(key string, n *node) {
	if !r.want(key, n, object) {
		return
	}
	r.c.Vars = make(map[string]json.RawMessage, len(n.fields))
	for _, f := range n.fields {
		if f.value.kind == date {
			r.p.add(f.value.at, member(key, f.name), "cannot use %s: %s is needed", date, text)
		}
		r.c.Vars[f.name] = f.value.value()
	}
}

func (r *reader) loader(key string, n *node) {
	var l Loader
	r.members(key, n, 1, []string{"binding", "id"}, func(name, key string, n *node) {
		if name == "id" {
			l.ID = r.text(key, n)
			return
		}
		l.Binding = r.binding(key, n)
	})
	r.c.Loaders = append(r.c.Loaders, l)
}

var bindingText = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

func (r *reader) binding(key string, n *node) string {
	name := r.text(key, n)
	if name != "" && !bindingText.MatchString(name) {
		r.p.add(n.at, key, "cannot use %q: it becomes a property of env, and is no JavaScript name", name)
	}
	return name
}

func (r *reader) service(key string, n *node) {
	var s Service
	r.members(key, n, 2, []string{"binding", "service", "entrypoint", "props", "environment", "remote"}, func(name, key string, n *node) {
		switch name {
		case "binding":
			s.Binding = r.binding(key, n)
		case "service":
			s.Service = r.text(key, n)
		case "entrypoint":
			s.Entrypoint = r.text(key, n)
		case "props":
			if r.want(key, n, object) {
				s.Props = n.value()
			}
		default:
			r.p.add(n.at, key, "cannot use this key: it is not supported yet")
		}
	})
	r.c.Services = append(r.c.Services, s)
}

func (r *reader) assets(key string, n *node) {
	a := &Assets{NotFoundHandling: "none", HTMLHandling: "auto-trailing-slash"}
	r.members(key, n, 1, []string{"directory", "binding", "run_worker_first", "not_found_handling", "html_handling"}, func(name, key string, n *node) {
		switch name {
		case "directory":
			a.Directory = r.text(key, n)
		case "binding":
			a.Binding = r.binding(key, n)
		case "run_worker_first":
			r.runFirst(a, key, n)
		case "not_found_handling":
			a.NotFoundHandling = r.oneOf(key, n, "none", "404-page", "single-page-application")
		case "html_handling":
			a.HTMLHandling = r.oneOf(key, n, "auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none")
		}
	})
	r.c.Assets = a
}

// runFirst is a boolean, or a list of patterns.
func (r *reader) runFirst(a *Assets, key string, n *node) {
	if n.kind != list {
		a.RunWorkerFirst = r.flag(key, n)
		return
	}
	r.each(key, n, func(key string, item *node) {
		pattern := r.text(key, item)
		if pattern != "" && !strings.HasPrefix(strings.TrimPrefix(pattern, "!"), "/") {
			r.p.add(item.at, key, "cannot use %q: a pattern begins with / or !/", pattern)
		}
		a.RunFirst = append(a.RunFirst, pattern)
	})
}

func (r *reader) rule(key string, n *node) {
	var rule Rule
	r.members(key, n, 2, []string{"type", "globs", "fallthrough"}, func(name, key string, n *node) {
		switch name {
		case "type":
			rule.Type = r.oneOf(key, n, "ESModule", "CommonJS", "Text", "Data", "JSON", "CompiledWasm")
		case "globs":
			rule.Globs = r.texts(key, n)
		case "fallthrough":
			rule.Fallthrough = r.flag(key, n)
		}
	})
	r.c.Rules = append(r.c.Rules, rule)
}

// observability is checked and has no effect: an app's logs are always there.
func (r *reader) observability(key string, n *node) {
	r.members(key, n, 0, []string{"enabled", "head_sampling_rate", "logs", "traces"}, func(name, key string, n *node) {
		switch name {
		case "enabled":
			r.flag(key, n)
		case "head_sampling_rate":
			r.want(key, n, number)
		default:
			r.want(key, n, object)
		}
	})
}

func (r *reader) limits(key string, n *node) {
	r.c.Limits = make(map[string]int64)
	r.members(key, n, 0, []string{"cpu_ms", "subrequests"}, func(name, key string, n *node) {
		if !r.want(key, n, number) {
			return
		}
		v, err := strconv.ParseInt(string(n.json), 10, 64)
		if err != nil || v < 1 {
			r.p.add(n.at, key, "cannot use %s: a whole number above 0 is needed", n.json)
		}
		r.c.Limits[map[string]string{"cpu_ms": "cpuMs", "subrequests": "subRequests"}[name]] = v
	})
}

// whole checks what lies between the keys.
func (r *reader) whole(n *node) {
	r.compatibility(n, time.Now())
	if r.c.Main == "" && r.c.Assets == nil {
		r.p.add(n.at, "", "cannot do without main (the Worker's first module) or assets")
	}
	used := make(map[string]string)
	take := func(name, key string) {
		if by, twice := used[name]; twice && name != "" {
			r.p.add(n.find(key), key, "cannot use the binding %q: %s has that name already", name, by)
		}
		used[name] = key
	}
	for name := range r.c.Vars {
		take(name, "vars."+name)
	}
	for i, l := range r.c.Loaders {
		take(l.Binding, element("worker_loaders", i)+".binding")
	}
	for i, s := range r.c.Services {
		take(s.Binding, element("services", i)+".binding")
	}
	if a := r.c.Assets; a != nil && a.Binding != "" {
		take(a.Binding, "assets.binding")
	}
	if a := r.c.Assets; a != nil && r.c.Main == "" && (a.Binding != "" || a.RunWorkerFirst || a.RunFirst != nil) {
		r.p.add(n.find("assets"), "assets", "cannot use binding or run_worker_first without main: there is no Worker")
	}
}

// find is where the value of a key stands: a.b[0].c.
func (n *node) find(key string) position {
	for part := range strings.FieldsFuncSeq(key, func(c rune) bool { return c == '.' || c == '[' || c == ']' }) {
		next := n.child(part)
		if next == nil {
			break
		}
		n = next
	}
	return n.at
}

func (n *node) child(part string) *node {
	if i, err := strconv.Atoi(part); err == nil && n.kind == list && i < len(n.items) {
		return n.items[i]
	}
	for _, f := range n.fields {
		if f.name == part {
			return f.value
		}
	}
	return nil
}
