// Package wording says what V8 says when something goes wrong, which users and
// libraries match on. An engine knows where it happened; this package finds the
// expression in the text there (expression.go), as V8's messages name it, or the
// private name (private.go), and what Error.prepareStackTrace is told of a frame
// (callsite.go).
package wording

import "strings"

// What the Workers runtime says of its own classes, whose methods are native
// there: users match on it, and its text leads to an explanation.
const IllegalInvocation = "Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."

func NeedsNew(class string) string {
	return "Failed to construct '" + class + "': Please use the 'new' operator, this object constructor cannot be called as a function."
}

// IsPlatform tells a script of the platform from a Worker's module. Node.js's
// modules are JavaScript in the Workers runtime, too.
func IsPlatform(file string) bool {
	return strings.HasPrefix(file, "stockade:") && !strings.HasPrefix(file, "stockade:node_")
}
