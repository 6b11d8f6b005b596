package wording

import (
	"bytes"
	"strings"
)

// IsIterated says that the expression at an offset is what for iterates over.
func IsIterated(source string, at int) bool {
	_, value := container(source, at)
	return value == ".for"
}

// beforeOf is where what stands before "of" ends.
func beforeOf(source string, at int) (int, bool) {
	start, _ := chainAround(source, at)
	end := skipSpaceBack(source, start)
	if !strings.HasSuffix(source[:end], "of") || end < 3 || isName(source[end-3]) {
		return 0, false
	}
	return skipSpaceBack(source, end-2), true
}

// IsCompound says that what stands at an offset is read before it is assigned to.
func IsCompound(source string, at int) bool {
	_, end := chainAround(source, at)
	rest := source[skipSpace(source, end):]
	return strings.HasPrefix(rest, "??=") || strings.HasPrefix(rest, "||=") || strings.HasPrefix(rest, "&&=")
}

// IsLastArgument says that the expression at an offset is the last argument of
// a call, spread.
func IsLastArgument(source string, at int) bool {
	start, end := chainAround(source, at)
	if !strings.HasSuffix(source[:skipSpaceBack(source, start)], "...") {
		return false
	}
	end = skipSpace(source, end)
	if end >= len(source) || source[end] != ')' {
		return false
	}
	open := opening(source, end)
	return open >= 0 && !strings.Contains(source[open:skipSpaceBack(source, start)-3], "...")
}

// PrivateIn is the private name that is looked for in what is at an offset.
func PrivateIn(source string, at int) string {
	if at < 0 || at > len(source) {
		return ""
	}
	before, ok := strings.CutSuffix(source[:skipSpaceBack(source, at)], "in")
	if end := skipSpaceBack(before, len(before)); ok {
		start := end
		for start > 0 && isName(before[start-1]) {
			start--
		}
		return before[start:end]
	}
	return Name(source, at)
}

// Pattern is the first property that a pattern in braces takes, and the value
// that it takes it from. The n-th is meant of those in the pattern that is
// given its value by the expression at an offset, ".for" if that is iterated
// over, or in the parameters that begin there, which have no value. inner: it
// stands within another pattern.
func Pattern(source string, at, n int) (property, value string, inner bool) {
	open, value := container(source, at)
	if open < 0 {
		return "", "", false
	}
	i, depth := nthPattern(source, open, n)
	if i < 0 {
		return "", value, false
	}
	return key(source, skipSpace(source, i+1)), value, depth > 0
}

// NotIterable is about what a pattern in brackets can't take apart, which is
// outermost or stands directly in the one that the expression at an offset
// gives a value; typed is that value with its type.
func NotIterable(source string, at int, typed string) string {
	const noIterator = " is not iterable (cannot read property Symbol(Symbol.iterator))"
	open, value := container(source, at)
	what := Chain(source, at)
	isNullish := typed == "undefined" || typed == "object null"
	switch {
	case value == ".for":
		return ".for is not iterable"
	case open >= 0 && value == "", what == "":
		return typed + noIterator
	case open >= 0 && source[open] == '{' && isNullish:
		return "Cannot destructure property 'Symbol(Symbol.iterator)' of '" + value + "' as it is " + strings.TrimPrefix(typed, "object ") + "."
	case open >= 0 && source[open] == '{':
		return value + noIterator
	case IsAssigned(source, at):
		return typed + noIterator
	case IsCall(source, at):
		return strings.TrimSuffix(what, "(...)") + " is not a function or its return value is not iterable"
	case strings.ContainsAny(what, ".["):
		return typed + noIterator
	}
	return what + " is not iterable"
}

// IsPattern says that a pattern in brackets stands at an offset: it is assigned
// to, or a parameter.
func IsPattern(source string, at int) bool {
	if at < 0 || at >= len(source) {
		return false
	}
	if source[at] == '(' {
		inner := skipSpace(source, at+1)
		return isParameters(source, at) && inner < len(source) && source[inner] == '['
	}
	if source[at] != '[' {
		return false
	}
	end := skipSpace(source, closing(source, at)+1)
	return end > 0 && end < len(source) && (source[end] == ')' || source[end] == ',' || source[end] == '=' && !strings.HasPrefix(source[end:], "=="))
}

// isParameters says that what opens at an offset are those of a function.
func isParameters(source string, at int) bool {
	end := skipSpace(source, closing(source, at)+1)
	return end > 0 && end < len(source) && (strings.HasPrefix(source[end:], "=>") || source[end] == '{')
}

// IsAssigned says that the pattern that the expression at an offset gives a
// value declares nothing.
func IsAssigned(source string, at int) bool {
	open, value := container(source, at)
	return open >= 0 && value != "" && !isAfter(source, open, "const") && !isAfter(source, open, "let") && !isAfter(source, open, "var")
}

// key is the name of a property that a pattern begins with, "" if it is computed.
func key(source string, at int) string {
	if at >= len(source) {
		return ""
	}
	if c := source[at]; c == '"' || c == '\'' {
		if end := strings.IndexByte(source[at+1:], c); end >= 0 {
			return source[at+1 : at+1+end]
		}
	}
	return Name(source, at)
}

// nthPattern is where the n-th pattern in braces begins that is in brackets
// which open at an offset, and how many others it stands in.
func nthPattern(source string, open, n int) (at, depth int) {
	end := closing(source, open)
	depth = -1
	if source[open] == '(' {
		depth = -2
	}
	for i := open; i < end; i++ {
		switch c := source[i]; c {
		case '{', '[', '(':
			if before := skipSpaceBack(source, i); c == '[' && isKey(source, i, before) || c != '(' && i > open && source[before-1] == '=' {
				i = closing(source, i) // a computed key, or a default
				if i < 0 {
					return -1, 0
				}
				continue
			}
			if depth++; c == '{' {
				if n == 0 {
					return i, max(depth, 0)
				}
				n--
			}
		case '}', ']', ')':
			depth--
		case '"', '\'', '`':
			close := strings.IndexByte(source[i+1:], c)
			if close < 0 {
				return -1, 0
			}
			i += close + 1
		}
	}
	return -1, 0
}

// isKey says that brackets are a computed key rather than a pattern.
func isKey(source string, at, before int) bool {
	close := closing(source, at)
	if close < 0 || before == 0 || source[before-1] != '{' && source[before-1] != ',' {
		return false
	}
	after := skipSpace(source, close+1)
	return after < len(source) && source[after] == ':'
}

// container is where the pattern begins that is given its value by the
// expression at an offset, and that value; or where the parameters of a
// function begin, of which the offset is the start. -1 if there is none.
func container(source string, at int) (open int, value string) {
	if at < 0 || at >= len(source) {
		return -1, ""
	}
	for range 4 {
		if open, value = containerAt(source, at); open >= 0 {
			return open, value
		}
		if at = enclosing(source, at); at < 0 {
			break
		}
	}
	return -1, ""
}

// enclosing is where the list or object opens that an offset is in.
func enclosing(source string, at int) int {
	depth := 0
	for i := at - 1; i >= 0 && i > at-200; i-- {
		switch source[i] {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth < 0 {
				before := skipSpaceBack(source, i)
				if source[i] == '(' && isParameters(source, i) {
					return i
				}
				if source[i] == '(' || source[i] == '{' && before > 0 && (source[before-1] == ')' || source[before-1] == '>') || source[i] == '[' && continues(source, before) {
					return -1 // a call, a body, an index
				}
				return i
			}
		case ';':
			if depth == 0 {
				return -1
			}
		}
	}
	return -1
}

func containerAt(source string, at int) (open int, value string) {
	if end, ok := beforeOf(source, at); ok {
		return bracketsBefore(source, end), ".for"
	}
	start, end := chainAround(source, at)
	before := skipSpaceBack(source, start)
	awaited := isAfter(source, start, "await")
	if awaited {
		before = skipSpaceBack(source, before-len("await"))
	}
	if before > 0 && source[before-1] == '=' {
		if open := bracketsBefore(source, skipSpaceBack(source, before-1)); open >= 0 {
			if awaited {
				return open, intermediate
			}
			return open, printed(source, start, end)
		}
	}
	return parameters(source, at)
}

// isFirst says that a parameter begins at an offset.
func isFirst(source string, at int) bool {
	before := skipSpaceBack(source, at)
	return before > 0 && (source[before-1] == '(' || source[before-1] == ',')
}

// bracketsBefore is where the pattern opens that ends at an offset.
func bracketsBefore(source string, end int) int {
	if end <= 0 || source[end-1] != '}' && source[end-1] != ']' {
		return -1
	}
	return opening(source, end-1)
}

// parameters is where those of a function open, of which an offset is the
// start or that is the first of their names: that of catch, too.
func parameters(source string, at int) (open int, value string) {
	i := at
	for range 4 { // async function* name
		i = skipSpace(source, i)
		for i < len(source) && (isName(source[i]) || source[i] == '*') {
			i++
		}
	}
	if i < len(source) && (source[i] == '(' || source[i] == '{' && i == at && isFirst(source, i)) && !keyword(Name(source, at)) {
		return i, ""
	}
	for i = at; i > 0 && i > at-200; i-- {
		if source[i] == '(' {
			if isAfter(source, i, "catch") {
				return i, ".catch"
			}
			return -1, ""
		}
	}
	return -1, ""
}

// Renamed is an expression in which names that the original text doesn't have
// are without the number at their end that made them others.
func Renamed(text string, original []byte) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && isName(text[end]) {
			end++
		}
		if end == i {
			out.WriteByte(text[i])
			i++
			continue
		}
		name := text[i:end]
		short := strings.TrimRight(name, "0123456789")
		if short != "" && short != name && !hasWord(original, name) && hasWord(original, short) {
			name = short
		}
		out.WriteString(name)
		i = end
	}
	return out.String()
}

func hasWord(text []byte, word string) bool {
	for {
		i := bytes.Index(text, []byte(word))
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !isName(text[i-1])) && (end == len(text) || !isName(text[end])) {
			return true
		}
		text = text[end:]
	}
}

// ExtendsLiteral says that the class at an offset extends what is no name.
func ExtendsLiteral(source string, at int) bool {
	if at < 0 || at >= len(source) {
		return false
	}
	_, rest, ok := strings.Cut(source[at:min(len(source), at+maxText)], "extends")
	rest = strings.TrimLeft(rest, " \t\r\n")
	return ok && rest != "" && !isName(rest[0])
}
