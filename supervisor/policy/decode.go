package policy

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decode puts what the tree says over the defaults in policy, going by the yaml tags of the types in this package. It
// knows the shape only: which keys there are and which kind of value each takes.
func decode(p *problems, root ast.Node, policy *Policy) {
	switch root.(type) {
	case nil:
	case *ast.MappingNode:
		object(p, "", root, reflect.ValueOf(policy).Elem())
	default:
		p.addAt(positionOf(root), "", "cannot use %s: a policy is a mapping; begin with version: %d", describe(root), version)
	}
}

func value(p *problems, path string, node ast.Node, into reflect.Value) {
	if profiles, ok := into.Addr().Interface().(*[]Profile); ok {
		named(p, path, node, profiles)
		return
	}
	if routes, ok := into.Addr().Interface().(*[]AppRoute); ok {
		appRoutes(p, path, node, routes)
		return
	}
	if all, ok := into.Addr().Interface().(*[]Outbound); ok {
		outbounds(p, path, node, all)
		return
	}
	if read, ok := leaves[into.Type()]; ok {
		single(p, path, node, into, read)
		return
	}
	if into.Kind() == reflect.Slice {
		list(p, path, node, into)
		return
	}
	object(p, path, node, into)
}

func single(p *problems, path string, node ast.Node, into reflect.Value, read func(scalar, reflect.Value) error) {
	if !isScalar(node) {
		p.add(path, "cannot use %s: a single value is needed; write one, or remove the key", describe(node))
		return
	}
	s := newScalar(node)
	if err := read(s, into); err != nil {
		p.add(path, "cannot use %s: %v", s.show(), err)
	}
}

func list(p *problems, path string, node ast.Node, into reflect.Value) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		p.add(path, "cannot use %s: a list is needed; write [a, b], or one line with a dash for each", describe(node))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(sequence.Values), len(sequence.Values)))
	for i, element := range sequence.Values {
		child := fmt.Sprintf("%s[%d]", path, i)
		p.at[child] = positionOf(element)
		if role, ok := into.Index(i).Addr().Interface().(*Role); ok {
			*role = defaultRole()
		}
		value(p, child, element, into.Index(i))
	}
}

// named reads the profiles: a mapping from any name to a profile.
func named(p *problems, path string, node ast.Node, into *[]Profile) {
	*into = nil
	for _, e := range entries(p, path, node) {
		profile := defaultProfile(e.key)
		object(p, e.path, e.value, reflect.ValueOf(&profile).Elem())
		*into = append(*into, profile)
	}
}

func object(p *problems, path string, node ast.Node, into reflect.Value) {
	fields := fieldsOf(into.Type())
	for _, e := range entries(p, path, node) {
		index, ok := fields.index[e.key]
		if !ok {
			p.addAt(e.at, e.path, "cannot use the key %q: there is no such key here; %s", e.key, suggest(e.key, fields.keys))
			continue
		}
		value(p, e.path, e.value, into.Field(index))
	}
}

type entry struct {
	key, path string
	at        position // of the key
	value     ast.Node
}

// entries returns what a mapping has, each key once.
func entries(p *problems, path string, node ast.Node) []entry {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		p.add(path, "cannot use %s: a mapping is needed; write keys and values under it, or remove the key", describe(node))
		return nil
	}
	var found []entry
	seen := map[string]position{}
	for _, pair := range mapping.Values {
		e := entry{pair.Key.GetToken().Value, "", positionOf(pair.Key), pair.Value}
		e.path = join(path, e.key)
		if first, twice := seen[e.key]; twice {
			p.addAt(e.at, e.path, "cannot use the key %q twice: line %d has it already; remove one of them", e.key, first.line)
			continue
		}
		seen[e.key] = e.at
		p.at[e.path] = e.at
		if isScalar(e.value) {
			p.at[e.path] = positionOf(e.value)
		}
		found = append(found, e)
	}
	return found
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func join(path, key string) string {
	switch {
	case !plainKey.MatchString(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// fields are the keys of a struct, in its order.
type fields struct {
	keys  []string
	index map[string]int
}

func fieldsOf(t reflect.Type) fields {
	f := fields{index: map[string]int{}}
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "-" {
			f.keys = append(f.keys, key)
			f.index[key] = i
		}
	}
	return f
}

// suggest ends an error about a word: with the one that was probably meant, else with all there are.
func suggest(word string, among []string) string {
	if near := nearest(word, among); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(among) == 1 {
		return "write " + among[0]
	}
	return "write one of " + strings.Join(among, ", ")
}
