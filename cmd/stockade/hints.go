package main

import "strings"

// hints say what to do about messages that are the Workers runtime's, word for word, and don't say it.
var hints = []struct{ part, hint string }{
	{"Callback returned incorrect type; expected 'Promise'", returnResponse},
	{"the Promise did not resolve to 'Response'", returnResponse},
	{"Worker has no such entrypoint: default", `the main module needs an "export default": an object with fetch(), or a class that extends WorkerEntrypoint`},
	{"No such module \"node:", `modules of Node.js are there with the compatibility flag "nodejs_compat"`},
	{"No such module \"cloudflare:", "there is no such module of the platform"},
	{"No such module \"", "only modules that are given can be imported: run the directory that has them all; " +
		"'stockade dev' and 'stockade deploy' bundle a project with its packages"},
	{"is experimental and may break or be removed in a future version of workerd", "here the policy allows it: experimental: true in the profile"},
	{"Cannot perform I/O on behalf of a different request", "keep streams, requests, responses and stubs in the request that made them, not in global variables"},
}

const returnResponse = "the handler has to return a Response, or a promise of one"

// hint is what to do about an error, "" when its message says all.
func hint(message string) string {
	for _, h := range hints {
		if strings.Contains(message, h.part) {
			return h.hint
		}
	}
	return ""
}

// hint prints one.
func (t *terminal) hint(message string) {
	if text := hint(message); text != "" {
		t.printf("  %s\n", t.paint(grey, "hint: "+text))
	}
}
