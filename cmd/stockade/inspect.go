package main

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What console.log was given is shown as Node.js and workerd show it: JSON values in the form of util.inspect. What
// JSON has no word for is text already.

const (
	breakLength     = 80
	maxInspectDepth = 2
	maxInspectItems = 100
)

// inspector is the state that the layout depends on.
type inspector struct {
	indent int
	depth  int // of the object that was shown last
}

func inspectJSON(raw json.RawMessage) string {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	v, err := decodeOrdered(d)
	if err != nil {
		return string(raw)
	}
	if s, ok := v.(string); ok {
		return s
	}
	return (&inspector{}).value(v, 0)
}

// jsonMember keeps the order in which an object's members came.
type jsonMember struct {
	name  string
	value any
}

func decodeOrdered(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decodeOrdered(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	case json.Delim('{'):
		return decodeMembers(d)
	}
	return t, nil
}

func decodeMembers(d *json.Decoder) (any, error) {
	members := []jsonMember{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := decodeOrdered(d)
		if err != nil {
			return nil, err
		}
		members = append(members, jsonMember{name.(string), v})
	}
	_, err := d.Token()
	return members, err
}

func (i *inspector) value(v any, level int) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return i.text(v)
	case []any:
		if level > maxInspectDepth && len(v) > 0 {
			return "[Array]"
		}
		return i.list(v, level)
	case []jsonMember:
		if level > maxInspectDepth && len(v) > 0 {
			return "[Object]"
		}
		return i.object(v, level)
	}
	return fmt.Sprint(v)
}

// within shows what is in an object or array, two columns further in.
func (i *inspector) within(v any, level int) string {
	i.indent += 2
	defer func() { i.indent -= 2 }()
	return i.value(v, level+1)
}

func (i *inspector) list(v []any, level int) string {
	if len(v) == 0 {
		return "[]"
	}
	i.depth = level
	out := []string{}
	numbers := true
	for _, item := range v[:min(len(v), maxInspectItems)] {
		_, number := item.(json.Number)
		numbers = numbers && number
		out = append(out, i.within(item, level))
	}
	more := ""
	if n := len(v) - maxInspectItems; n > 0 {
		more = fmt.Sprintf("... %d more item%s", n, map[bool]string{true: "", false: "s"}[n == 1])
	}
	if len(out)+min(len(more), 1) > 6 {
		if grouped := i.group(out, more, numbers); grouped != nil {
			return i.lines(grouped, "[", "]")
		}
	}
	if more != "" {
		out = append(out, more)
	}
	return i.fit(out, "[", "]", level)
}

var jsIdentifier = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z_0-9]*$`)

func (i *inspector) object(v []jsonMember, level int) string {
	if len(v) == 0 {
		return "{}"
	}
	i.depth = level
	out := make([]string, len(v))
	for n, m := range v {
		name := m.name
		if !jsIdentifier.MatchString(name) {
			name = quoteJS(name)
		}
		out[n] = name + ": " + i.within(m.value, level)
	}
	return i.fit(out, "{", "}", level)
}

// fit puts the innermost three levels on one line if there is room.
func (i *inspector) fit(out []string, open, end string, level int) string {
	if i.depth-level < 3 {
		total := len(out) + len(out) + i.indent + len(open) + 10
		for _, s := range out {
			total += utf8.RuneCountInString(s)
		}
		if joined := strings.Join(out, ", "); total <= breakLength && !strings.Contains(joined, "\n") {
			return open + " " + joined + " " + end
		}
	}
	return i.lines(out, open, end)
}

func (i *inspector) lines(out []string, open, end string) string {
	at := "\n" + strings.Repeat(" ", i.indent)
	return open + at + "  " + strings.Join(out, ","+at+"  ") + at + end
}

// group puts the short items of an array in columns; nil if they don't go.
func (i *inspector) group(out []string, more string, numbers bool) []string {
	total, longest := 0, 0
	widths := make([]int, len(out))
	for n, s := range out {
		widths[n] = utf8.RuneCountInString(s)
		total += widths[n] + 2
		longest = max(longest, widths[n])
	}
	actual := longest + 2
	if actual*3+i.indent >= breakLength || float64(total)/float64(actual) <= 5 && longest > 6 {
		return nil
	}
	count := len(out)
	if more != "" {
		count++
	}
	bias := math.Max(float64(actual)-3-math.Sqrt(float64(actual)-float64(total)/float64(count)), 1)
	columns := min(int(math.Round(math.Sqrt(2.5*bias*float64(len(out)))/bias)), (breakLength-i.indent)/actual, 12, 15)
	if columns <= 1 {
		return nil
	}
	rows := i.rows(out, widths, columns, numbers)
	if more != "" {
		rows = append(rows, more)
	}
	return rows
}

func (i *inspector) rows(out []string, widths []int, columns int, numbers bool) (rows []string) {
	wide := make([]int, columns)
	for n, w := range widths {
		wide[n%columns] = max(wide[n%columns], w)
	}
	for at := 0; at < len(out); at += columns {
		var b strings.Builder
		for n := at; n < min(at+columns, len(out)); n++ {
			last := n == min(at+columns, len(out))-1
			pad := strings.Repeat(" ", wide[n-at]-widths[n])
			switch {
			case numbers && last:
				b.WriteString(pad + out[n])
			case numbers:
				b.WriteString(pad + out[n] + ", ")
			case last:
				b.WriteString(out[n])
			default:
				b.WriteString(out[n] + ", " + pad)
			}
		}
		rows = append(rows, b.String())
	}
	return rows
}

// text is a string inside of an object: quoted, and one of several lines in parts.
func (i *inspector) text(s string) string {
	if n := utf8.RuneCountInString(s); n > 16 && n > breakLength-i.indent-4 && strings.Contains(strings.TrimSuffix(s, "\n"), "\n") {
		var parts []string
		for line := range strings.Lines(s) {
			parts = append(parts, quoteJS(line))
		}
		return strings.Join(parts, " +\n"+strings.Repeat(" ", i.indent+2))
	}
	return quoteJS(s)
}

var jsEscapes = map[rune]string{'\n': `\n`, '\t': `\t`, '\r': `\r`, '\b': `\b`, '\f': `\f`, '\v': `\v`, '\\': `\\`}

// quoteJS quotes with what the string lacks: ', " or `.
func quoteJS(s string) string {
	quote := '\''
	if strings.Contains(s, "'") {
		switch {
		case !strings.Contains(s, `"`):
			quote = '"'
		case !strings.Contains(s, "`") && !strings.Contains(s, "${"):
			quote = '`'
		}
	}
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote:
			b.WriteString(`\` + string(r))
		case jsEscapes[r] != "":
			b.WriteString(jsEscapes[r])
		case r < 0x20 || 0x7f <= r && r <= 0x9f:
			fmt.Fprintf(&b, `\x%02X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteRune(quote)
	return b.String()
}
