package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in a policy file.
type Error struct {
	File         string
	Line, Column int    // from 1; the column counts characters
	Path         string // the key: profiles.default.pool.size, roles[0].name; "" = the file as a whole
	Message      string // "cannot …: what is wrong; what to change"
}

func (e *Error) Error() string {
	where := fmt.Sprintf("%s:%d:%d: ", e.File, e.Line, e.Column)
	if e.Path != "" {
		where += e.Path + ": "
	}
	return where + e.Message
}

// Errors are all the mistakes found in a policy file, in the file's order.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

type position struct{ line, column int }

// problems gathers the mistakes of one file, and knows where each of its keys stands.
type problems struct {
	file string
	at   map[string]position // by path; only what the file gives is in it
	list Errors
}

func newProblems(file string) *problems {
	return &problems{file: file, at: map[string]position{"": {1, 1}}}
}

// given reports whether the file has a value at path; what it hasn't stands at its default.
func (p *problems) given(path string) bool {
	_, ok := p.at[path]
	return ok
}

// failed reports whether the value at path is already known to be wrong, and so what is held for it is not the file's.
func (p *problems) failed(path string) bool {
	return slices.ContainsFunc(p.list, func(e *Error) bool { return e.Path == path })
}

// add notes a mistake at path; where the file has no such key, it is shown at the nearest one around it.
func (p *problems) add(path, format string, args ...any) {
	p.addAt(p.where(path), path, format, args...)
}

func (p *problems) addAt(at position, path, format string, args ...any) {
	p.list = append(p.list, &Error{p.file, at.line, at.column, path, fmt.Sprintf(format, args...)})
}

func (p *problems) where(path string) position {
	for {
		if at, ok := p.at[path]; ok {
			return at
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
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
