package appconfig

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in a configuration file.
type Error struct {
	File         string
	Line, Column int    // from 1; the column counts bytes
	Key          string // services[0].binding; "" = the file as a whole
	Message      string
}

func (e *Error) Error() string {
	where := fmt.Sprintf("%s:%d:%d: ", e.File, e.Line, e.Column)
	if e.Key != "" {
		where += e.Key + ": "
	}
	return where + e.Message
}

// Errors are all the mistakes found in a file, in its order.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

type position struct{ line, column int }

// problems gathers the mistakes of one file.
type problems struct {
	file string
	list Errors
}

func (p *problems) add(at position, key, format string, args ...any) {
	p.list = append(p.list, &Error{p.file, at.line, at.column, key, fmt.Sprintf(format, args...)})
}

// err returns what was gathered, sorted by place; nil when nothing was.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return p.list
}
