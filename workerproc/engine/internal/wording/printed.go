package wording

import "strings"

const intermediate = "(intermediate value)"

// printed is a chain as V8 prints it: calls without their arguments, literals
// with what is in them, and what has no name without itself.
func printed(source string, start, end int) string {
	return links(source, start, end, true)
}

// links prints a chain, or what follows its beginning.
func links(source string, start, end int, first bool) string {
	var out strings.Builder
	for i := skipSpace(source, start); i < end && i < len(source); {
		text, next := link(source, i, first && out.Len() == 0)
		if next <= i {
			return ""
		}
		out.WriteString(text)
		i = next
	}
	return out.String()
}

// link prints what is at an offset, and says where it ends: a part of a chain,
// or its beginning. It ends nowhere when it is no part of one.
func link(source string, i int, first bool) (text string, next int) {
	switch c := source[i]; {
	case c == '(' || c == '[' || c == '{':
		close := closing(source, i)
		if close < 0 {
			return "", 0
		}
		return brackets(source[i:close+1], first), close + 1
	case c == '"' || c == '\'' || c == '`':
		close := strings.IndexByte(source[i+1:], c)
		if close < 0 {
			return "", 0
		}
		return quote(source[i+1 : i+1+close]), i + close + 2
	case strings.HasPrefix(source[i:], "?.("), strings.HasPrefix(source[i:], "?.["):
		return "", i + 2
	case strings.HasPrefix(source[i:], ".#"):
		end := nameEnd(source, i+1)
		return "[" + source[i+1:end] + "]", end
	case isName(c):
		end := nameEnd(source, i)
		if word := source[i:end]; word != "super" || !first {
			return word, end
		}
		return intermediate, end
	case c == '.' || c == '?':
		return string(c), i + 1
	case isSpace(c):
		return "", i + 1
	}
	return "", 0
}

// quote is a text literal. Of one with expressions V8 shows those.
func quote(text string) string {
	if !strings.Contains(text, "${") {
		return `"` + text + `"`
	}
	var out strings.Builder
	for _, part := range strings.Split(text, "${")[1:] {
		inner, _, _ := strings.Cut(part, "}")
		out.WriteString(expression(inner))
	}
	return out.String()
}

// brackets are a call, an index, or at the beginning of a chain an expression
// or a literal.
func brackets(text string, first bool) string {
	inner := text[1 : len(text)-1]
	switch {
	case text[0] == '(' && !first:
		return "(...)"
	case text[0] == '[' && !first:
		return index(inner)
	case text[0] == '(':
		return expression(inner)
	case text[0] == '[':
		return "[" + elements(inner) + "]"
	case strings.TrimSpace(inner) == "":
		return "{}"
	}
	return "{" + strings.Repeat(intermediate, len(split(inner, ","))) + "}"
}

func elements(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	list := split(text, ",")
	for i := range list {
		list[i] = expression(list[i])
	}
	return strings.Join(list, ",")
}

func index(text string) string {
	text = strings.TrimSpace(text)
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		return "." + text[1:n-1]
	}
	return "[" + strings.Trim(expression(text), "\"") + "]"
}

// operators are those that V8 prints, the ones that bind least first.
var operators = []string{",", "??", "||", "&&", "|", "^", "&", "===", "!==", "==", "!=", "<=", ">=", "<", ">", "<<", ">>", "+", "-", "*", "/", "%"}

// expression is what stands in parentheses, or between commas.
func expression(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.Contains(text, "=>") || strings.HasPrefix(text, "async ") || strings.HasPrefix(text, "function") || strings.HasPrefix(text, "class ") || len(text) > maxText {
		return intermediate
	}
	if chainEnd(text, 0, true) == len(text) {
		if out := printed(text, 0, len(text)); out != "" && !keyword(out) {
			return out
		}
		return intermediate
	}
	if parts := splitOnce(text, "?"); len(parts) > 1 { // of a conditional
		return strings.Repeat(intermediate, 3)
	}
	if parts := splitOnce(text, "="); len(parts) > 1 {
		return expression(strings.TrimRight(parts[0], "&|?+-*/%"))
	}
	for _, operator := range operators {
		if parts := splitOnce(text, operator); len(parts) > 1 && parts[0] != "" {
			return "(" + expression(parts[0]) + " " + operator + " " + expression(parts[1]) + ")"
		}
	}
	return intermediate
}

// split splits a text where a mark stands outside of brackets and quotes.
func split(text, mark string) (list []string) {
	for {
		i := outside(text, mark)
		if i < 0 {
			return append(list, text)
		}
		list, text = append(list, text[:i]), text[i+len(mark):]
	}
}

// splitOnce splits a text at the last such operator, which groups from the left.
func splitOnce(text, operator string) []string {
	list := split(text, operator)
	if len(list) == 1 {
		return list
	}
	last := list[len(list)-1]
	return []string{strings.TrimSuffix(text[:len(text)-len(last)], operator), last}
}

// outside is where an operator stands outside of brackets and quotes, and is
// no part of a longer one; -1 where there is none.
func outside(text, mark string) int {
	const parts = "=<>!&|?+-*/%^"
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case strings.HasPrefix(text[i:], mark):
			after := i + len(mark)
			alone := mark == "," || (i == 0 || !strings.ContainsRune(parts, rune(text[i-1]))) && (after == len(text) || !strings.ContainsRune(parts+".", rune(text[after])))
			if alone {
				return i
			}
			i += len(mark) - 1
		case c == '(' || c == '[' || c == '{':
			close := closing(text, i)
			if close < 0 {
				return -1
			}
			i = close
		case c == '"' || c == '\'' || c == '`':
			close := strings.IndexByte(text[i+1:], c)
			if close < 0 {
				return -1
			}
			i += close + 1
		}
	}
	return -1
}
