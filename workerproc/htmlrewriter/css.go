package htmlrewriter

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads what selectors are made of
// (https://drafts.csswg.org/css-syntax-3/#tokenization).
type scanner struct {
	s   string
	pos int
}

func (s *scanner) peek() byte {
	if s.pos < len(s.s) {
		return s.s[s.pos]
	}
	return 0
}

func (s *scanner) at(n int) byte {
	if s.pos+n < len(s.s) {
		return s.s[s.pos+n]
	}
	return 0
}

func (s *scanner) done() bool { return s.pos >= len(s.s) }

// take reads c if it comes next.
func (s *scanner) take(c byte) bool {
	if s.done() || s.s[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

// blank skips white space and comments; it tells whether there was space.
func (s *scanner) blank() (found bool) {
	for !s.done() {
		switch {
		case space(s.peek()):
			s.pos++
			found = true
		case s.peek() == '/' && s.at(1) == '*':
			n := strings.Index(s.s[s.pos+2:], "*/")
			if n < 0 {
				s.pos = len(s.s)
			} else {
				s.pos += n + 4
			}
		default:
			return found
		}
	}
	return found
}

func nameStart(c byte) bool { return letter(c) || c == '_' || c >= 0x80 }
func nameChar(c byte) bool  { return nameStart(c) || c == '-' || '0' <= c && c <= '9' }

func (s *scanner) escapeAt(n int) bool {
	return s.at(n) == '\\' && s.pos+n+1 < len(s.s) && s.at(n+1) != '\n'
}

// identNext tells whether an identifier comes next.
func (s *scanner) identNext() bool {
	if s.peek() == '-' {
		return nameStart(s.at(1)) || s.at(1) == '-' || s.escapeAt(1)
	}
	return nameStart(s.peek()) || s.escapeAt(0)
}

// name reads name characters and escapes.
func (s *scanner) name() string {
	var out strings.Builder
	for !s.done() {
		switch {
		case nameChar(s.peek()):
			out.WriteByte(s.peek())
			s.pos++
		case s.escapeAt(0):
			s.pos++
			out.WriteRune(s.escape())
		default:
			return out.String()
		}
	}
	return out.String()
}

// escape reads what stands behind a backslash.
func (s *scanner) escape() rune {
	n := 0
	for n < 6 && strings.IndexByte("0123456789abcdefABCDEF", s.at(n)) >= 0 && s.at(n) != 0 {
		n++
	}
	if n == 0 {
		r, size := utf8.DecodeRuneInString(s.s[s.pos:])
		s.pos += size
		return r
	}
	code, _ := strconv.ParseInt(s.s[s.pos:s.pos+n], 16, 32)
	s.pos += n
	if space(s.peek()) {
		s.pos++
	}
	if code == 0 || code > utf8.MaxRune || 0xd800 <= code && code < 0xe000 {
		return utf8.RuneError
	}
	return rune(code)
}

// quoted reads a string; its end may be missing.
func (s *scanner) quoted() (value string, ok bool) {
	quote := s.peek()
	s.pos++
	var out strings.Builder
	for !s.done() {
		c := s.peek()
		switch {
		case c == quote:
			s.pos++
			return out.String(), true
		case c == '\n':
			return "", false
		case c == '\\' && s.at(1) == '\n':
			s.pos += 2
		case c == '\\' && s.pos+1 == len(s.s):
			s.pos++
		case c == '\\':
			s.pos++
			out.WriteRune(s.escape())
		default:
			out.WriteByte(c)
			s.pos++
		}
	}
	return out.String(), true
}
