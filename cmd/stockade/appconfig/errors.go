package appconfig

import (
	"cmp"
	"fmt"
	"slices"

	"stockade.dev/stockade/supervisor/policy"
)

// Errors are all the mistakes found in a file, in its order.
type Errors = policy.Errors

type position struct{ line, column int }

// problems gathers the mistakes of one file.
type problems struct {
	file string
	list Errors
}

func (p *problems) add(at position, key, format string, args ...any) {
	p.list = append(p.list, &policy.Error{File: p.file, Line: at.line, Column: at.column, Path: key, Message: fmt.Sprintf(format, args...)})
}

// err returns what was gathered, sorted by place; nil when nothing was.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b *policy.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return p.list
}
