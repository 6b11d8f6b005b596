package appconfig

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tailscale/hujson"
)

// parseJSONC reads JSON with comments and trailing commas. Mistakes go to p.
func parseJSONC(p *problems, data []byte) *node {
	v, err := hujson.Parse(data)
	if err != nil {
		at, what := syntaxPlace(err.Error())
		p.add(at, "", "cannot read the JSON: %s", what)
		return nil
	}
	j := jsonc{p, places{data}}
	return j.node("", v)
}

// syntaxText is how hujson's errors say where.
var syntaxText = regexp.MustCompile(`^hujson: line (\d+), column (\d+): (?s:(.*))$`)

func syntaxPlace(message string) (position, string) {
	m := syntaxText.FindStringSubmatch(message)
	if m == nil {
		return position{1, 1}, message
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2])
	return position{line, column}, syntaxWords.Replace(m[3])
}

// syntaxWords puts hujson's words into those of who writes the file.
var syntaxWords = strings.NewReplacer(
	"parsing value: unexpected EOF", "the file ends where a value is needed",
	"parsing object after name: unexpected EOF", "the file ends where : and a value are needed",
	"parsing object after value: unexpected EOF", "the file ends before the } of an object",
	"parsing array after value: unexpected EOF", "the file ends before the ] of a list",
	"parsing string: unexpected EOF", "the file ends before the \" of a string",
	"parsing comment: unexpected EOF", "the file ends before the */ of a comment",
	"invalid literal: ", "a value is needed, such as \"text\", 1, true, [ or {, and not ",
	"invalid character ", "unexpected ")

type jsonc struct {
	p      *problems
	places places
}

func (j jsonc) node(key string, v hujson.Value) *node {
	n := &node{at: j.places.at(v.StartOffset)}
	switch x := v.Value.(type) {
	case *hujson.Object:
		n.kind = object
		j.fields(key, n, x)
	case *hujson.Array:
		n.kind = list
		for i, item := range x.Elements {
			n.items = append(n.items, j.node(element(key, i), item))
		}
	case hujson.Literal:
		literal(n, x)
	}
	return n
}

func (j jsonc) fields(key string, n *node, x *hujson.Object) {
	seen := make(map[string]position)
	for _, m := range x.Members {
		name, _ := m.Name.Value.(hujson.Literal)
		f := field{name: name.String(), at: j.places.at(m.Name.StartOffset)}
		f.value = j.node(member(key, f.name), m.Value)
		if first, twice := seen[f.name]; twice {
			j.p.add(f.at, member(key, f.name), "cannot use the key twice: line %d has it already; remove one of them", first.line)
			continue
		}
		seen[f.name] = f.at
		n.fields = append(n.fields, f)
	}
}

func literal(n *node, x hujson.Literal) {
	n.json = []byte(x)
	switch x.Kind() {
	case 'n':
		n.kind = null
	case 't', 'f':
		n.kind = boolean
	case '"':
		n.kind, n.text = text, x.String()
	default:
		n.kind = number
	}
}
