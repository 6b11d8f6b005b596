package wording

import "strings"

// Callee is the text of what is called at an offset of the source: that of "("
// or "`", or anywhere in the last name before it. "" when it can't be told.
func Callee(source string, at int) string {
	end := calleeEnd(source, at)
	if end < 0 {
		return ""
	}
	start := chainStart(source, end)
	if made := madeEnd(source, start, end); made > 0 {
		return intermediate + links(source, made, end, false)
	}
	return printed(source, start, end)
}

// madeEnd is where the arguments end with which the chain's beginning is made
// an instance of, 0 if it isn't.
func madeEnd(source string, start, end int) int {
	if !isAfter(source, start, "new") {
		return 0
	}
	for i, first := skipSpace(source, start), true; i < end && i < len(source); first = false {
		_, next := link(source, i, first)
		if next <= i {
			return 0
		}
		if source[i] == '(' && !first {
			return next
		}
		i = next
	}
	return 0
}

// isAfter says that a keyword stands before an offset.
func isAfter(source string, at int, word string) bool {
	before, ok := strings.CutSuffix(source[:skipSpaceBack(source, min(at, len(source)))], word)
	return ok && (before == "" || !isName(before[len(before)-1]))
}

func calleeEnd(source string, at int) int {
	if at < 0 || at >= len(source) {
		return -1
	}
	switch c := source[at]; {
	case c == '(' || c == '`':
		if end := skipSpaceBack(source, at); strings.HasSuffix(source[:end], "?.") {
			return end - len("?.")
		}
		return at
	case c == '[':
		return closing(source, at) + 1
	case c == '.' || c == '?':
		for at < len(source) && (source[at] == '.' || source[at] == '?') {
			at++
		}
		at = skipSpace(source, at)
	case !isName(c):
		return -1
	}
	end := at
	for end < len(source) && isName(source[end]) {
		end++
	}
	if open := Returned(source, at); open >= 0 {
		return open
	}
	return end
}

// Returned is where the parentheses of a call open whose result the return at
// an offset returns, -1 when there is none there.
func Returned(source string, at int) int {
	start, ok := cut(source, at, "return")
	if !ok || Name(source, at) != "return" {
		return -1
	}
	if end := chainEnd(source, start, true); end > start && source[end-1] == ')' {
		return opening(source, end-1)
	}
	return -1
}

// Constructed is the text of what the new at an offset makes an instance of.
func Constructed(source string, at int) string {
	rest, ok := cut(source, at, "new")
	if !ok {
		return ""
	}
	end := chainEnd(source, rest, false)
	return printed(source, rest, end)
}

// IsNew says that what Callee finds is made an instance of.
func IsNew(source string, at int) bool {
	end := calleeEnd(source, at)
	if end < 0 {
		return false
	}
	start := chainStart(source, end)
	return isAfter(source, start, "new") && madeEnd(source, start, end) == 0
}

// Chain is the text of the expression that begins at an offset, or has a name
// or a point there.
func Chain(source string, at int) string {
	start, end := chainAround(source, at)
	if isAfter(source, start, "await") {
		return "(intermediate value)"
	}
	if text := printed(source, start, end); !keyword(text) {
		return text
	}
	return ""
}

// IsCall says that the expression that Chain finds is a call.
func IsCall(source string, at int) bool {
	start, end := chainAround(source, at)
	return !isAfter(source, start, "await") && end > 0 && end <= len(source) && source[end-1] == ')'
}

func chainAround(source string, at int) (start, end int) {
	if at < 0 || at >= len(source) {
		return 0, 0
	}
	start = at
	if (source[at] == '(' || source[at] == '[') && at > 0 && continues(source, skipSpaceBack(source, at)) {
		start = chainStart(source, at)
	}
	if before := skipSpaceBack(source, at); source[at] == '.' || isName(source[at]) && before > 0 && source[before-1] == '.' {
		start = chainStart(source, max(calleeEnd(source, at), at))
	}
	return start, chainEnd(source, start, true)
}

// IsDeleted says that the member that Chain finds is deleted.
func IsDeleted(source string, at int) bool {
	start := at
	if at > 0 && at < len(source) {
		start = chainStart(source, max(calleeEnd(source, at), at))
	}
	return strings.HasSuffix(source[:skipSpaceBack(source, min(start, len(source)))], "delete")
}

// Name is the name at an offset.
func Name(source string, at int) string {
	end := at
	for end >= 0 && end < len(source) && isName(source[end]) {
		end++
	}
	if at < 0 || at >= end {
		return ""
	}
	return source[at:end]
}

// Assigned says that the member at an offset, a name after a point or
// brackets, is assigned to, and what its name is if that is in the text.
func Assigned(source string, at int) (key string, ok bool) {
	if at < 0 || at >= len(source) {
		return "", false
	}
	end := at
	switch {
	case source[at] == '[':
		if end = closing(source, at); end < 0 {
			return "", false
		}
		key = literal(strings.TrimSpace(source[at+1 : end]))
		end++
	case source[at] == '.':
		at = skipSpace(source, at+1)
		fallthrough
	default:
		key = Name(source, at)
		end = at + len(key)
		if key == "" {
			return "", false
		}
	}
	rest := strings.TrimLeft(source[end:], " \t\r\n")
	for _, operator := range []string{"++", "--", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "??="} {
		if strings.HasPrefix(rest, operator) {
			return key, true
		}
	}
	return key, strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "==") && !strings.HasPrefix(rest, "=>")
}

// Member is the name of the property that is read at an offset: a name after a
// point or a literal in brackets.
func Member(source string, at int) string {
	if at >= 0 && at < len(source) && source[at] == '[' {
		if end := closing(source, at); end > 0 {
			return literal(strings.TrimSpace(source[at+1 : end]))
		}
	}
	return ""
}

// literal is the value of a string or a whole number, "" for anything else.
func literal(text string) string {
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] && !strings.ContainsAny(text[1:n-1], "\\\"'") {
		return text[1 : n-1]
	}
	if text != "" && strings.Trim(text, "0123456789") == "" {
		return text
	}
	return ""
}

// maxText is the most of a text that is looked through for one message.
const maxText = 2000

// chainStart goes back from the end of a chain of names, calls and brackets.
func chainStart(source string, end int) int {
	start := end
	for limit := max(0, end-maxText); ; {
		i := skipSpaceBack(source, start)
		if i <= limit {
			return start
		}
		switch c := source[i-1]; {
		case c == ')' || c == ']':
			open := opening(source, i-1)
			if open < 0 {
				return start
			}
			start = open
			if before := skipSpaceBack(source, open); before > 0 && continues(source, before) {
				continue
			}
			return start
		case isName(c):
			from := i
			for from > 0 && isName(source[from-1]) {
				from--
			}
			if keyword(source[from:i]) {
				return start
			}
			start = from
		case c == '"' || c == '\'' || c == '`':
			if from := strings.LastIndexByte(source[limit:i-1], c); from >= 0 {
				return limit + from
			}
			return start
		default:
			return start
		}
		before := skipSpaceBack(source, start)
		if before == 0 || source[before-1] != '.' || strings.HasSuffix(source[:before], "...") {
			return start
		}
		if start = before - 1; start > 0 && source[start-1] == '?' {
			start--
		}
	}
}

// continues says that what ends there is called, or looked into, by brackets
// that follow.
func continues(source string, end int) bool {
	if end == 0 {
		return false
	}
	c := source[end-1]
	if c == ')' || c == ']' {
		return true
	}
	from := end
	for from > 0 && isName(source[from-1]) {
		from--
	}
	return from < end && !keyword(source[from:end])
}

// chainEnd goes forward from the start of a chain; calls may end it.
func chainEnd(source string, start int, calls bool) int {
	end := start
	if end >= len(source) {
		return end
	}
	switch c := source[end]; {
	case c == '(' || c == '[' || c == '{':
		if end = closing(source, end) + 1; end == 0 {
			return start
		}
	case c == '"' || c == '\'' || c == '`':
		close := strings.IndexByte(source[end+1:], c)
		if close < 0 {
			return start
		}
		end += close + 2
	default:
		for end < len(source) && isName(source[end]) {
			end++
		}
		if end == start {
			return start
		}
	}
	for {
		i := skipSpace(source, end)
		if i >= len(source) {
			return end
		}
		if source[i] == '?' && i+1 < len(source) && source[i+1] == '.' {
			i++
		}
		switch {
		case source[i] == '.' && !strings.HasPrefix(source[i:], "..."):
			from := skipSpace(source, i+1)
			to := from
			for to < len(source) && isName(source[to]) {
				to++
			}
			if to == from {
				return end
			}
			end = to
		case source[i] == '[' || source[i] == '(' && calls:
			close := closing(source, i)
			if close < 0 {
				return end
			}
			end = close + 1
		default:
			return end
		}
	}
}

func isName(c byte) bool {
	return c == '$' || c == '_' || c == '#' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// IsNameByte says that a byte may be one of a name.
func IsNameByte(c byte) bool { return isName(c) }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// keyword are the words before an expression that are none of it.
func keyword(word string) bool {
	switch word {
	case "return", "typeof", "await", "yield", "new", "in", "of", "instanceof", "void", "delete", "throw", "case", "else", "do":
		return true
	}
	return false
}

func skipSpace(source string, i int) int {
	for i < len(source) && isSpace(source[i]) {
		i++
	}
	return i
}

func skipSpaceBack(source string, i int) int {
	for i > 0 && isSpace(source[i-1]) {
		i--
	}
	return i
}

func cut(source string, at int, word string) (int, bool) {
	if at < 0 || at > len(source) || !strings.HasPrefix(source[at:], word) {
		return 0, false
	}
	return skipSpace(source, at+len(word)), true
}

// closing is where the bracket closes that opens at an offset, -1 when that is
// too far. What stands in quotes doesn't count.
func closing(source string, at int) int {
	depth := 0
	for i := at; i < len(source) && i < at+maxText; i++ {
		switch c := source[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth == 0 {
				return i
			}
		case '"', '\'', '`':
			for i++; i < len(source) && source[i] != c; i++ {
				if source[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}

// opening is where the bracket opens that closes at an offset.
func opening(source string, at int) int {
	depth := 0
	for i := at; i >= 0 && i > at-maxText; i-- {
		switch c := source[i]; c {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth == 0 {
				return i
			}
		case '"', '\'', '`':
			for i--; i > 0 && (source[i] != c || source[i-1] == '\\'); i-- {
			}
		}
	}
	return -1
}
