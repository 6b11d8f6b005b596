package wording

import (
	"regexp"
	"strings"
)

var (
	privateName = regexp.MustCompile(`#[\w$]+`)
	className   = regexp.MustCompile(`\bclass\b(?:\s+([\w$]+))?`)
)

// Receiver is what V8 says where a private method or accessor is asked of an object that has none, in the text at an offset; "" if it
// isn't found there, or is a field.
func Receiver(source, name string, at int) string {
	found := definition(source, name, at)
	if found == nil {
		return ""
	}
	classes := className.FindAllStringSubmatch(source[:found[0]], -1)
	if len(classes) == 0 {
		return ""
	}
	class := classes[len(classes)-1][1]
	if class == "" || class == "extends" {
		class = "anonymous"
	}
	if found[2] >= 0 {
		return "Receiver must be class " + class
	}
	return "Receiver must be an instance of class " + class
}

// PrivateName is the private name at an offset, or right behind it.
func PrivateName(source string, at int) string {
	if at < 0 || at >= len(source) {
		return ""
	}
	if start := strings.LastIndexByte(source[:min(at+2, len(source))], '#'); start >= 0 && nameEnd(source, start+1) >= at {
		at = start
	}
	return privateName.FindString(source[at:min(at+maxText, len(source))])
}

// PrivateConstant is what V8 says where a private method, or what has a getter alone, is assigned to, or what has a setter alone is read.
func PrivateConstant(source, name string, at int) string {
	found := definition(source, name, at)
	switch {
	case found != nil && found[4] >= 0 && strings.HasPrefix(source[found[4]:], "get"):
		return "'" + name + "' was defined without a setter"
	case found != nil && found[4] >= 0:
		return "'" + name + "' was defined without a getter"
	}
	return "Private method '" + name + "' is not writable"
}

// definition finds where a private method is defined, the last one before an offset: what it matches, static, get or set.
func definition(source, name string, at int) (found []int) {
	method := regexp.MustCompile(`(static\s+)?(?:\basync\b\s*|(\b[gs]et)\s+)?\*?\s*` + regexp.QuoteMeta(name) + `\s*\([^()]*\)\s*\{`)
	for i, p := range method.FindAllStringSubmatchIndex(source, -1) {
		if i == 0 || p[0] <= at {
			found = p
		}
	}
	return found
}
