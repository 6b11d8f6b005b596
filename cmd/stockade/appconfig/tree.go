package appconfig

import (
	"encoding/json"
	"strconv"
)

// kind is the kind of a value, as an error names it.
type kind string

const (
	null    kind = "null"
	boolean kind = "true or false"
	number  kind = "a number"
	text    kind = "a string"
	date    kind = "a date without quotes"
	list    kind = "a list"
	object  kind = "an object"
)

// node is a value and where it stands, whichever notation the file has.
type node struct {
	at     position
	kind   kind
	text   string          // of a text
	json   json.RawMessage // of a null, boolean or number
	items  []*node         // of a list
	fields []field         // of an object, each name once
}

type field struct {
	name  string
	at    position // of the name
	value *node
}

// value is the node as JSON.
func (n *node) value() json.RawMessage {
	switch n.kind {
	case text, date:
		b, _ := json.Marshal(n.text) // a string always can be
		return b
	case list:
		all := make([]json.RawMessage, len(n.items))
		for i, item := range n.items {
			all[i] = item.value()
		}
		b, _ := json.Marshal(all)
		return b
	case object:
		all := make(map[string]json.RawMessage, len(n.fields))
		for _, f := range n.fields {
			all[f.name] = f.value.value()
		}
		b, _ := json.Marshal(all)
		return b
	}
	return n.json
}

func element(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }

func member(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// places turns offsets of a text into positions, from 1.
type places struct{ text []byte }

func (p places) at(offset int) position {
	at := position{1, 1}
	for _, c := range p.text[:min(offset, len(p.text))] {
		if c == '\n' {
			at = position{at.line + 1, 0}
		}
		at.column++
	}
	return at
}
