// Package wording says what V8 says when something goes wrong, which users and
// libraries match on. An engine knows where it happened; this package finds the
// expression in the text there (expression.go), as V8's messages name it.
package wording
