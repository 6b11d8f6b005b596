package goja

import (
	"bytes"
	"errors"
	"slices"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"

	"stockade.dev/stockade/workerproc/engine/internal/source"
)

// goja's parser refuses const {a: [b = 1] = []} = c: a default in the pattern of an array that has a default itself, in the
// pattern of an object. There the text gets const {a: [{" pattern":b = 1}] = []} = c, which it takes, and the rewriter takes
// what was put around the default away again. It refuses a field of a class that is called get, set, async or static and has a
// value, too: its name becomes a string.

const (
	refusedPattern = "Invalid destructuring binding target"
	refusedField   = "Unexpected token ="
	patternKey     = " pattern"
)

// parseWithPatterns is parse for what goja might refuse for that.
func parseWithPatterns(name string, text []byte) (program *ast.Program, err error) {
	for range 32 { // patterns within patterns, and one field at a time
		if program, err = parse(name, text); err == nil {
			return program, nil
		}
		if text = mendPatterns(text, err); text == nil {
			return nil, err
		}
	}
	return nil, err
}

// mendPatterns returns nil when there is nothing of that.
func mendPatterns(text []byte, err error) []byte {
	var list parser.ErrorList
	if !errors.As(err, &list) {
		return nil
	}
	if len(list) > 0 && list[0].Message == refusedField {
		return quoteField(text, offsetOf(text, list[0].Position.Line, list[0].Position.Column))
	}
	var places []int
	for _, e := range list {
		if e.Message == refusedPattern {
			places = append(places, offsetOf(text, e.Position.Line, e.Position.Column))
		}
	}
	slices.Sort(places)
	places = slices.Compact(places)
	for _, at := range slices.Backward(places) { // what is within comes last
		end, ok := source.ElementEnd(text, at)
		if !ok {
			return nil
		}
		text = slices.Concat(text[:at], []byte(`{"`+patternKey+`":`), text[at:end], []byte("}"), text[end:])
	}
	if places == nil {
		return nil
	}
	return text
}

// quoteField puts the name of a field into quotes, which is before its = and value.
func quoteField(text []byte, value int) []byte {
	if value < 0 || value > len(text) {
		return nil
	}
	before := bytes.TrimRight(text[:value], "= \n")
	for _, name := range []string{"get", "set", "async", "static"} {
		if start := len(before) - len(name); start > 0 && string(before[start:]) == name && bytes.IndexByte([]byte(" \n{};"), before[start-1]) >= 0 {
			return slices.Concat(text[:start], []byte(`"`+name+`"`), text[len(before):])
		}
	}
	return nil
}

// offsetOf is where a line and column are, which goja counts from 1 and in bytes.
func offsetOf(text []byte, line, column int) (at int) {
	for range line - 1 {
		n := bytes.IndexByte(text[at:], '\n')
		if n < 0 {
			return -1
		}
		at += n + 1
	}
	return at + column - 1
}

// unwrapped are a pattern's elements without what mendPatterns put around them.
func unwrapped(elements []ast.Expression) {
	for n, x := range elements {
		object, ok := x.(*ast.ObjectPattern)
		if !ok || len(object.Properties) != 1 {
			continue
		}
		keyed, ok := object.Properties[0].(*ast.PropertyKeyed)
		if !ok {
			continue
		}
		if key, ok := keyed.Key.(*ast.StringLiteral); ok && key.Value.String() == patternKey {
			elements[n] = keyed.Value
		}
	}
}
