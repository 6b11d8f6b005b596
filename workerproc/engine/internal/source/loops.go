package source

import (
	"bytes"
	"slices"
)

// WithUpdates gives the loops for (let …; …;) that have a continue, and no update, one that does nothing: QuickJS has no other place
// where all passes of such a loop come by. Positions stay where they are if there are
// blanks beside the end of the loop's head to give way.
func WithUpdates(src []byte) []byte {
	if !mayLackUpdate(src) {
		return src
	}
	s := updates{scanner: scanner{src: src}}
	for s.next(); s.token.kind != tokenEnd && !s.failed; s.next() {
		s.look()
	}
	if len(s.places) == 0 || s.failed {
		return src
	}
	var changed []byte
	from := 0
	for _, at := range s.places {
		blanks := 0
		for blanks < len(update) && isBlank(src[at-1-blanks]) {
			blanks++
		}
		changed = append(append(append(changed, src[from:at-blanks]...), update...), ')')
		for from = at + 1; blanks < len(update) && isBlank(src[from]); blanks++ {
			from++
		}
	}
	return append(changed, src[from:]...)
}

// update is not optimised away, as a number is, and has a place in the source.
const update = "+0"

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// mayLackUpdate looks for ;) behind for and let.
func mayLackUpdate(src []byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(src[at:], ')')
		if i < 0 {
			return false
		}
		at += i
		before := bytes.TrimRight(src[max(0, at-headLength):at], " \t\r\n")
		if !bytes.HasSuffix(before, []byte(";")) {
			continue
		}
		if bytes.Contains(before, []byte("for")) && bytes.Contains(before, []byte("let")) {
			return true
		}
	}
}

// headLength is how long the heads of loops are that are looked at.
const headLength = 400

// updates is a scanner that finds such loops.
type updates struct {
	scanner
	opens  int    // how deep the head is that has just begun
	heads  []head // those that began with let
	bodies []body
	closed int // where the head has ended that is just before
	places []int
}

type head struct{ depth, semicolons int }

type body struct {
	depth, at int
	continues bool
}

func (s *updates) look() {
	depth := len(s.depth)
	closed := s.closed
	s.closed = 0
	switch {
	case s.opens > 0:
		if s.isWord("let") {
			s.heads = append(s.heads, head{depth: s.opens})
		}
		s.opens = 0
	case s.is('(') && s.last.kind == tokenName && string(s.src[s.last.start:s.last.end]) == "for":
		s.opens = depth
	case s.is(';') && len(s.heads) > 0 && s.heads[len(s.heads)-1].depth == depth:
		s.heads[len(s.heads)-1].semicolons++
	case s.is(')') && len(s.heads) > 0 && s.heads[len(s.heads)-1].depth == depth+1:
		last := s.heads[len(s.heads)-1]
		s.heads = s.heads[:len(s.heads)-1]
		if last.semicolons == 2 && s.last.char == ';' {
			s.closed = s.token.start
		}
	case s.is('{') && closed > 0:
		s.bodies = append(s.bodies, body{depth: depth, at: closed})
	case s.is('}') && len(s.bodies) > 0 && s.bodies[len(s.bodies)-1].depth == depth+1:
		s.endBody()
	case s.isWord("continue") && s.last.char != '.':
		for i := range s.bodies {
			s.bodies[i].continues = true
		}
	}
}

// endBody notes a loop that needs an update, in the order of the heads.
func (s *updates) endBody() {
	last := s.bodies[len(s.bodies)-1]
	s.bodies = s.bodies[:len(s.bodies)-1]
	if !last.continues {
		return
	}
	i := len(s.places)
	for i > 0 && s.places[i-1] > last.at {
		i--
	}
	s.places = slices.Insert(s.places, i, last.at)
}
