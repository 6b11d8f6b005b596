package appconfig

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// parseTOML reads TOML: the values from go-toml, which checks all its rules, and from the same library's syntax tree where
// each of them stands. Mistakes go to p.
func parseTOML(p *problems, data []byte) *node {
	values := make(map[string]any)
	if err := toml.Unmarshal(data, &values); err != nil {
		at := position{1, 1}
		var located *toml.DecodeError
		if errors.As(err, &located) {
			at.line, at.column = located.Position()
		}
		p.add(at, "", "cannot read the TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
		return nil
	}
	t := newTOML(data)
	t.p = p
	return t.node("", "", position{1, 1}, values)
}

// tomlPlaces knows where each key and element stands, by its path; a path is names and indices, each after a zero byte.
type tomlPlaces struct {
	p      *problems
	parser unstable.Parser
	at     map[string]position
	arrays map[string]int // how many tables [[name]] there have been
	last   position       // of the key read last
}

func newTOML(data []byte) *tomlPlaces {
	t := &tomlPlaces{at: make(map[string]position), arrays: make(map[string]int)}
	t.parser.Reset(data)
	table := ""
	for t.parser.NextExpression() {
		e := t.parser.Expression()
		switch e.Kind {
		case unstable.Table:
			table = t.keys("", e.Key(), false)
		case unstable.ArrayTable:
			name := t.keys("", e.Key(), true)
			table = under(name, fmt.Sprint(t.arrays[name]))
			t.at[table] = t.last
			t.arrays[name]++
		case unstable.KeyValue:
			t.pair(table, e)
		}
	}
	return t
}

func under(path, name string) string { return path + "\x00" + name }

// keys notes the places of a dotted key's parts and returns its path. A part that names tables [[…]] means the last of
// them, but for the last part of such a header itself.
func (t *tomlPlaces) keys(path string, key unstable.Iterator, header bool) string {
	for key.Next() {
		k := key.Node()
		path = under(path, string(k.Data))
		start := t.parser.Shape(k.Raw).Start
		t.last = position{start.Line, start.Column}
		if _, known := t.at[path]; !known {
			t.at[path] = t.last
		}
		if n := t.arrays[path]; n > 0 && !(header && key.IsLast()) {
			path = under(path, fmt.Sprint(n-1))
		}
	}
	return path
}

func (t *tomlPlaces) pair(table string, e *unstable.Node) {
	path := t.keys(table, e.Key(), false)
	t.inside(path, e.Value())
}

func (t *tomlPlaces) inside(path string, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for c := v.Children(); c.Next(); {
			t.pair(path, c.Node())
		}
	case unstable.Array:
		i := 0
		for c := v.Children(); c.Next(); i++ {
			item := under(path, fmt.Sprint(i))
			t.at[item] = t.at[path]
			if raw := c.Node().Raw; raw.Length > 0 {
				start := t.parser.Shape(raw).Start
				t.at[item] = position{start.Line, start.Column}
			}
			t.inside(item, c.Node())
		}
	}
}

// node is a value of go-toml's with its place; one whose place isn't known stands where its parent does.
func (t *tomlPlaces) node(path, key string, parent position, v any) *node {
	n := &node{at: parent}
	if at, known := t.at[path]; known {
		n.at = at
	}
	switch v := v.(type) {
	case map[string]any:
		n.kind = object
		for _, name := range slices.Sorted(maps.Keys(v)) {
			child := t.node(under(path, name), member(key, name), n.at, v[name])
			n.fields = append(n.fields, field{name, child.at, child})
		}
	case []any:
		n.kind = list
		for i, item := range v {
			n.items = append(n.items, t.node(under(path, fmt.Sprint(i)), element(key, i), n.at, item))
		}
	case string:
		n.kind, n.text = text, v
	case bool, int64, float64:
		t.scalar(n, key, v)
	default:
		n.kind, n.text = date, fmt.Sprint(v)
	}
	return n
}

func (t *tomlPlaces) scalar(n *node, key string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		t.p.add(n.at, key, "cannot use %v: JSON has no such number", v)
		b = []byte("null")
	}
	n.kind, n.json = number, b
	if _, is := v.(bool); is {
		n.kind = boolean
	}
}
