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
	if open := Returned(source, at); open >= 0 {
		return open
	}
	return nameEnd(source, at)
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

// Name is the name at an offset.
func Name(source string, at int) string {
	if at < 0 || at >= len(source) {
		return ""
	}
	return source[at:nameEnd(source, at)]
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
	limit := max(0, end-maxText)
	for {
		start, more := linkStart(source, end, limit)
		if !more {
			return start
		}
		end = start
	}
}

// linkStart goes back by one link, and says whether there is another before it.
func linkStart(source string, end, limit int) (start int, more bool) {
	i := skipSpaceBack(source, end)
	if i <= limit {
		return end, false
	}
	switch c := source[i-1]; {
	case c == ')' || c == ']':
		if open := opening(source, i-1); open >= 0 {
			return open, continues(source, skipSpaceBack(source, open))
		}
	case isName(c):
		if from := nameStart(source, i); !keyword(source[from:i]) {
			return pointBefore(source, from)
		}
	case c == '"' || c == '\'' || c == '`':
		if from := strings.LastIndexByte(source[limit:i-1], c); from >= 0 {
			return limit + from, false
		}
	}
	return end, false
}

// pointBefore goes back to the point before a name, if there is one.
func pointBefore(source string, start int) (int, bool) {
	before := skipSpaceBack(source, start)
	if before == 0 || source[before-1] != '.' || strings.HasSuffix(source[:before], "...") {
		return start, false
	}
	if before > 1 && source[before-2] == '?' {
		before--
	}
	return before - 1, true
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
	from := nameStart(source, end)
	return from < end && !keyword(source[from:end])
}

// chainEnd goes forward from the start of a chain; calls may be links of it.
func chainEnd(source string, start int, calls bool) int {
	end := firstEnd(source, start)
	for end > start {
		next := linkEnd(source, end, calls)
		if next < 0 {
			break
		}
		end = next
	}
	return end
}

// firstEnd is where the first link of a chain ends: where it starts when it is none.
func firstEnd(source string, start int) int {
	if start >= len(source) {
		return start
	}
	switch c := source[start]; {
	case c == '(' && isArrow(source, start):
		return start
	case c == '(' || c == '[' || c == '{':
		return max(closing(source, start)+1, start)
	case c == '"' || c == '\'' || c == '`':
		if close := strings.IndexByte(source[start+1:], c); close >= 0 {
			return start + close + 2
		}
		return start
	}
	if isAsync(source, start) {
		return start
	}
	return nameEnd(source, start)
}

// isAsync says that an async function begins there: its head looks like a call.
func isAsync(source string, at int) bool {
	i, ok := cut(source, at, "async")
	if !ok || i >= len(source) || nameEnd(source, at) != at+len("async") {
		return false
	}
	if source[i] == '(' {
		return isArrow(source, i)
	}
	end := nameEnd(source, i)
	_, arrow := cut(source, skipSpace(source, end), "=>")
	return arrow || source[i:end] == "function"
}

// isArrow says that the parentheses that open there are of an arrow function.
func isArrow(source string, at int) bool {
	close := closing(source, at)
	_, arrow := cut(source, skipSpace(source, close+1), "=>")
	return close > at && arrow
}

// linkEnd is where the link ends that follows on another, -1 when none does.
func linkEnd(source string, end int, calls bool) int {
	i := skipSpace(source, end)
	if strings.HasPrefix(source[i:], "?.") {
		i++
	}
	switch {
	case i >= len(source):
	case source[i] == '.' && !strings.HasPrefix(source[i:], "..."):
		from := skipSpace(source, i+1)
		if to := nameEnd(source, from); to > from {
			return to
		}
	case source[i] == '[' || source[i] == '(' && calls:
		if close := closing(source, i); close >= 0 {
			return close + 1
		}
	}
	return -1
}

// nameEnd is where the name ends that begins at an offset, nameStart where the
// one begins that ends there.
func nameEnd(source string, at int) int {
	for at < len(source) && isName(source[at]) {
		at++
	}
	return at
}

func nameStart(source string, at int) int {
	for at > 0 && isName(source[at-1]) {
		at--
	}
	return at
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
