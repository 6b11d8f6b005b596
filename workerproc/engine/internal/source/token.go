package source

import (
	"bytes"
	"unicode/utf8"
)

// next reads a token. At the end of the source it reads tokenEnd for ever.
func (s *scanner) next() {
	s.last = s.token
	s.token = lexeme{start: s.pos, newline: s.space()}
	s.token.start = s.pos
	if s.pos >= len(s.src) || s.failed {
		s.token.end = s.pos
		return
	}
	switch c := s.src[s.pos]; {
	case c == '"' || c == '\'':
		s.token.kind = tokenString
		s.quoted(c)
	case c == '`':
		s.token.kind = tokenOther
		s.template()
	case c >= '0' && c <= '9':
		s.token.kind = tokenOther
		s.nameOrNumber()
	case isNameByte(c) || c == '#' || c == '\\':
		s.token.kind = tokenName
		s.pos++
		s.nameOrNumber()
	case c == '/':
		s.slash()
	default:
		s.punctuation(c)
	}
	if s.token.end = s.pos; s.failed {
		s.token.kind = tokenEnd
	}
}

// ElementEnd is where the element of an array ends that begins at an offset.
func ElementEnd(src []byte, at int) (end int, ok bool) {
	if at < 0 || at >= len(src) {
		return 0, false
	}
	s := scanner{src: src, pos: at}
	for s.next(); s.token.kind != tokenEnd && !s.failed; s.next() {
		if len(s.depth) == 0 && s.token.kind == tokenPunctuation && s.token.char == ',' {
			return s.token.start, true
		}
		if len(s.depth) == 0 && s.closes() {
			return s.pos, true
		}
	}
	return 0, false
}

// closes says that the next token closes what is open around the text.
func (s *scanner) closes() bool {
	s.space()
	return s.pos < len(s.src) && s.src[s.pos] == ']'
}

func isNameByte(c byte) bool {
	return c == '$' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf
}

func (s *scanner) nameOrNumber() {
	for s.pos < len(s.src) && (isNameByte(s.src[s.pos]) || s.src[s.pos] == '\\') {
		if s.src[s.pos] == '\\' {
			s.failed = true // an escaped name: leave it to a real parser
		}
		s.pos++
	}
}

// space skips white space and comments, and reports whether a line ended.
func (s *scanner) space() (newline bool) {
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '\n' || c == '\r':
			newline = true
			s.pos++
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			s.pos++
		case c == '/' && s.peek(1) == '/' || c == '#' && s.pos == 0 && s.peek(1) == '!':
			s.toLineEnd()
		case c == '/' && s.peek(1) == '*':
			newline = s.comment() || newline
		case c >= utf8.RuneSelf && s.wideSpace():
			newline = true // U+2028 and U+2029 among them
		default:
			return newline
		}
	}
	return true
}

func (s *scanner) peek(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

func (s *scanner) toLineEnd() {
	if i := bytes.IndexByte(s.src[s.pos:], '\n'); i >= 0 {
		s.pos += i
		return
	}
	s.pos = len(s.src)
}

func (s *scanner) comment() (newline bool) {
	i := bytes.Index(s.src[s.pos+2:], []byte("*/"))
	if i < 0 {
		s.failed = true
		s.pos = len(s.src)
		return false
	}
	newline = bytes.IndexByte(s.src[s.pos:s.pos+2+i], '\n') >= 0
	s.pos += i + 4
	return newline
}

func (s *scanner) wideSpace() bool {
	r, size := utf8.DecodeRune(s.src[s.pos:])
	switch r {
	case '\u00a0', '\ufeff', '\u2028', '\u2029', '\u3000':
		s.pos += size
		return true
	}
	return false
}

func (s *scanner) quoted(quote byte) {
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch s.src[s.pos] {
		case quote:
			s.pos++
			return
		case '\\':
			s.pos++
		case '\n':
			s.failed = true
			return
		}
	}
	s.failed = true
	s.pos = len(s.src)
}

// template reads from "`" or from the "}" of a substitution to the end of the
// template or the next "${".
func (s *scanner) template() {
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch s.src[s.pos] {
		case '`':
			s.pos++
			return
		case '\\':
			s.pos++
		case '$':
			if s.peek(1) == '{' {
				s.pos += 2
				s.depth = append(s.depth, opening{char: '`'})
				s.token.kind, s.token.char = tokenPunctuation, '{'
				return
			}
		}
	}
	s.failed = true
	s.pos = len(s.src)
}

func (s *scanner) punctuation(c byte) {
	s.token.kind, s.token.char = tokenPunctuation, c
	switch c {
	case '(', '[', '{':
		s.depth = append(s.depth, opening{c, c == '(' && s.last.kind == tokenName && s.lastIs(control)})
		s.pos++
	case ')', ']', '}':
		s.closing(c)
	default:
		s.pos++
	}
}

func (s *scanner) closing(c byte) {
	if len(s.depth) == 0 {
		s.failed = true
		return
	}
	open := s.depth[len(s.depth)-1]
	s.depth = s.depth[:len(s.depth)-1]
	if open.char == '`' && c == '}' {
		s.token.kind, s.token.char = tokenOther, 0
		s.template()
		return
	}
	if matching[open.char] != c {
		s.failed = true
		return
	}
	s.token.control = open.control
	s.pos++
}

var (
	matching = map[byte]byte{'(': ')', '[': ']', '{': '}'}
	control  = map[string]bool{"if": true, "while": true, "for": true, "with": true}
	// reserved words can't be names; behind those that aren't values an
	// expression may begin.
	reserved = map[string]bool{"await": true, "break": true, "case": true, "catch": true, "class": true, "const": true,
		"continue": true, "debugger": true, "default": true, "delete": true, "do": true, "else": true, "enum": true,
		"export": true, "extends": true, "false": true, "finally": true, "for": true, "function": true, "if": true,
		"import": true, "in": true, "instanceof": true, "new": true, "null": true, "return": true, "super": true,
		"switch": true, "this": true, "throw": true, "true": true, "try": true, "typeof": true, "var": true,
		"void": true, "while": true, "with": true, "yield": true}
	values = map[string]bool{"this": true, "super": true, "null": true, "true": true, "false": true}
)

func (s *scanner) lastIs(set map[string]bool) bool {
	return set[string(s.src[s.last.start:s.last.end])]
}

// slash tells division from a regular expression by the token before it.
func (s *scanner) slash() {
	regular := true
	switch last := s.last; last.kind {
	case tokenName:
		regular = s.lastIs(reserved) && !s.lastIs(values)
		s.failed = s.failed || s.lastIs(map[string]bool{"of": true, "let": true})
	case tokenString, tokenOther:
		regular = false
	case tokenPunctuation:
		switch last.char {
		case ')':
			regular = last.control
		case ']':
			regular = false
		case '}', '+', '-': // a block or an object, i++ / 2 or 1 + /x/
			s.failed = true
		}
	}
	if !regular {
		s.token.kind, s.token.char = tokenPunctuation, '/'
		s.pos++
		return
	}
	s.token.kind = tokenOther
	s.regularExpression()
}

func (s *scanner) regularExpression() {
	class := false
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch s.src[s.pos] {
		case '\\':
			s.pos++
		case '[':
			class = true
		case ']':
			class = false
		case '\n':
			s.failed = true
			return
		case '/':
			if !class {
				s.pos++
				s.nameOrNumber()
				return
			}
		}
	}
	s.failed = true
}
