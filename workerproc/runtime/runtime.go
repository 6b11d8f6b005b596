// Package runtime is the Workers platform in JavaScript: the core (core/),
// which every Worker has, and parts (parts/) that are evaluated when their
// first global is touched. CONTRACT.md says how the isolate host and this
// JavaScript talk.
//
// The sources are bundled and minified into dist/ by `go generate`; a test
// holds the two together.
package runtime

import "embed"

//go:generate go run ./build

//go:embed dist/*.js
var dist embed.FS

// Source returns the text of the core ("core") or of a part.
func Source(part string) (text string, ok bool) {
	b, err := dist.ReadFile("dist/" + part + ".js")
	return string(b), err == nil
}
