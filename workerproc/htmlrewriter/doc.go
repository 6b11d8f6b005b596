// Package htmlrewriter rewrites HTML as it streams by, as the Workers
// runtime's HTMLRewriter does: no tree is built, what nobody changes leaves
// byte for byte as it came, and memory is bounded by the largest single tag
// or comment and the depth of nesting.
//
// The way of a document through a Rewriter:
//
//	tokenizer.go   Write appends input; the tokenizer of the HTML standard
//	               cuts it into lexemes, which know their own bytes
//	rawtext.go     its states in script, style, title, textarea and CDATA
//	tree.go        what of the tree-construction rules decides how to
//	               tokenize: namespaces, and elements whose content is text
//	selector.go    the selectors that a start tag completes; parse.go and
//	css.go         read them
//	rewriter.go    Next returns the first token that a handler wants to see;
//	               all others go to the output as they are
//	token.go       Edit changes the token that Next has returned
//	output.go      tokens are written out, changed or not; Take returns them
//
// It is not golang.org/x/net/html because that one pulls from a reader that
// must not run dry, gathers all text up to the next tag, and gives neither
// the bytes of a single attribute nor the namespaces of a stream.
package htmlrewriter
