package policy

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxFileSize = 256 << 10
	maxNesting  = 32 // the schema needs 7; the parser's time grows with the square of the depth
)

// parseYAML turns the file's text into a tree; nil is an empty document, or a mistake that is in p.
func parseYAML(p *problems, data []byte) ast.Node {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > maxFileSize {
		p.add("", "cannot read the file: it is larger than %s; make it smaller", Bytes(maxFileSize))
		return nil
	}
	if !utf8.Valid(data) {
		p.add("", "cannot read the file: it is not UTF-8; save it as UTF-8")
		return nil
	}
	file, err := readTree(data)
	if err != nil {
		addSyntaxError(p, err)
		return nil
	}
	return onlyDocument(p, file)
}

// readTree recovers because the parser is a library that has had panics on broken input: a mistake in the file must not
// end a daemon that is asked to read it again.
func readTree(data []byte) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("the parser gave up: %v", r)
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if err := checkNesting(tokens); err != nil {
		return nil, err
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // decode reports duplicates, with both places
}

func addSyntaxError(p *problems, err error) {
	var located yaml.Error
	at, message := position{1, 1}, err.Error()
	if errors.As(err, &located) {
		message = located.GetMessage()
		if tok := located.GetToken(); tok != nil && tok.Position != nil {
			at = position{tok.Position.Line, tok.Position.Column}
		}
	}
	p.addAt(at, "", "cannot read the YAML: %s; correct the syntax here", strings.ReplaceAll(message, "\t", `\t`))
}

// checkNesting refuses [[[[… and - - - -…; nesting by indentation is bounded by the size of the file.
func checkNesting(tokens token.Tokens) error {
	flow, entries, line := 0, 0, 0
	for _, tok := range tokens {
		if tok.Position.Line != line {
			line, entries = tok.Position.Line, 0
		}
		switch tok.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			entries++
		}
		if flow > maxNesting || entries > maxNesting {
			return &yaml.SyntaxError{Message: fmt.Sprintf("it is nested deeper than %d levels", maxNesting), Token: tok}
		}
	}
	return nil
}

func onlyDocument(p *problems, file *ast.File) ast.Node {
	var body ast.Node
	for _, doc := range file.Docs {
		switch doc.Body.(type) {
		case nil:
			continue
		case *ast.DirectiveNode:
			p.addAt(positionOf(doc.Body), "", "cannot use a YAML directive: a policy needs none; remove the line")
			return nil
		}
		if body != nil {
			p.addAt(positionOf(doc.Body), "", "cannot use a second YAML document: a policy is one document; remove the line ---")
			return nil
		}
		body = doc.Body
	}
	return body
}

// positionOf is where a node begins: a mapping's token is its first colon, so its first key is taken instead.
func positionOf(node ast.Node) position {
	if mapping, ok := node.(*ast.MappingNode); ok && !mapping.IsFlowStyle && len(mapping.Values) > 0 {
		return positionOf(mapping.Values[0].Key)
	}
	if node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return position{1, 1}
	}
	return position{node.GetToken().Position.Line, node.GetToken().Position.Column}
}

// describe says what kind of thing stands where another was needed.
func describe(node ast.Node) string {
	switch node.(type) {
	case nil, *ast.NullNode:
		return "an empty value"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "a YAML anchor or alias"
	case *ast.TagNode:
		return "a YAML tag"
	case *ast.LiteralNode:
		return "a block of text"
	}
	return newScalar(node).show()
}
