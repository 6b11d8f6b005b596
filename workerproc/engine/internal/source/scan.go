package source

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Statement is an import or export statement as it stands in the source, from
// its keyword to its end. The end of a declaration that is exported is that
// of the words before it.
type Statement struct {
	Start, End int
	Kind       StatementKind
	From       string // the specifier
	Names      []ImportedName
}

// StatementKind tells the statements apart.
type StatementKind uint8

// The kinds of statement.
const (
	Import                 StatementKind = iota + 1
	ExportDeclaration                    // export const x = …
	ExportList                           // export { a as b }
	ExportFrom                           // export … from "…"
	ExportDefault                        // export default expression
	ExportDefaultNamed                   // export default function f, class C
	ExportDefaultAnonymous               // export default function, class
)

// ImportedName is one name of an import's or export's list. Imported is
// "default" for a default import and "*" for a namespace.
type ImportedName struct {
	Imported, Local string
	At              int // offset of the imported name
}

// scanner is a tokenizer that knows just enough of JavaScript to find the
// import and export statements of a module. Where a "/" might be either of
// division and regular expression it gives up; what it found is checked
// against the syntax tree later.
type scanner struct {
	src    []byte
	pos    int
	token  lexeme
	last   lexeme // before token
	depth  []opening
	found  []Statement
	middle int
	// dynamic is set by import() and import.meta.
	dynamic, failed bool
}

// opening is a bracket that is open: its kind, and whether it is the "(" of
// if, while, for or with, behind whose ")" an expression may begin.
type opening struct {
	char    byte
	control bool
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenString
	tokenOther // numbers, templates, regular expressions
	tokenPunctuation
)

type lexeme struct {
	kind       tokenKind
	start, end int
	char       byte // of a punctuation mark
	control    bool // a ")" that closes a control head
	newline    bool // a line ends before it
}

// Scanned is what Scan found. Dynamic says that there is an import() or an
// import.meta. Middle is where the text may be parsed in two, about half way,
// as long as neither half has an error; 0: nowhere.
type Scanned struct {
	Statements []Statement
	Dynamic    bool
	Middle     int
}

// Scan finds the module's import and export statements. ok is false when it
// can't tell.
func Scan(src []byte) (found Scanned, ok bool) {
	s := scanner{src: src, found: make([]Statement, 0, bytes.Count(src, []byte("export"))+bytes.Count(src, []byte("import")))}
	for s.next(); s.token.kind != tokenEnd && !s.failed; {
		s.step()
	}
	return Scanned{s.found, s.dynamic, s.middle}, !s.failed && len(s.depth) == 0
}

// declarations begin with these. Nothing goes on with such a word that is first in its line and could end before it, but for names like
// let and async, which are no ends where a declaration follows.
var declarations = map[string]bool{"export": true, "function": true, "class": true, "const": true, "let": true, "var": true}

// divide notes the first declaration of the second half.
func (s *scanner) divide() {
	if s.middle == 0 && s.token.start > len(s.src)/2 && len(s.depth) == 0 && s.token.newline && s.last.kind != tokenName && declarations[s.text()] {
		s.middle = s.token.start
	}
}

// step handles the current token at whatever depth it stands.
func (s *scanner) step() {
	if s.token.kind != tokenName || s.last.char == '.' {
		s.next()
		return
	}
	s.divide()
	if c := s.src[s.token.start]; c != 'i' && c != 'e' {
		s.next()
		return
	}
	switch word := s.text(); {
	case word == "import":
		s.importWord()
	case word == "export" && len(s.depth) == 0:
		s.exportWord()
	default:
		s.next()
	}
}

func (s *scanner) importWord() {
	start, top := s.token.start, len(s.depth) == 0
	s.next()
	switch {
	case s.is('(') || s.is('.'):
		s.dynamic = true
	case top && s.token.kind != tokenPunctuation || top && (s.is('{') || s.is('*')):
		s.importRest(start)
	}
}

// importRest parses behind the word import.
func (s *scanner) importRest(start int) {
	st := Statement{Start: start, Kind: Import}
	if s.token.kind == tokenName && s.text() != "from" || s.isDefaultNamedFrom() {
		st.Names = append(st.Names, ImportedName{"default", s.text(), s.token.start})
		s.next()
		if !s.skip(',') && !s.isWord("from") {
			s.failed = true // import defer, import source
		}
	}
	if s.is('*') {
		at := s.token.start
		s.next()
		s.word("as")
		st.Names = append(st.Names, ImportedName{"*", s.text(), at})
		s.next()
	}
	if s.is('{') {
		st.Names = append(st.Names, s.list()...)
	}
	if len(st.Names) > 0 || s.isWord("from") {
		s.word("from")
	}
	s.fromRest(&st)
}

// isDefaultNamedFrom recognises import from from "x".
func (s *scanner) isDefaultNamedFrom() bool {
	if !s.isWord("from") {
		return false
	}
	ahead := *s
	ahead.depth, ahead.found = nil, nil
	ahead.next()
	return ahead.token.kind == tokenName || ahead.is(',')
}

// fromRest parses a specifier, attributes and the end of the statement.
func (s *scanner) fromRest(st *Statement) {
	if s.token.kind != tokenString {
		s.failed = true
		return
	}
	raw := s.src[s.token.start+1 : s.token.end-1]
	if bytes.IndexByte(raw, '\\') >= 0 {
		s.failed = true
	}
	st.From, st.End = string(raw), s.token.end
	s.next()
	if s.isWord("with") || s.isWord("assert") && !s.token.newline {
		s.next()
		s.list()
		st.End = s.last.end
	}
	s.finish(st)
}

// finish takes the semicolon, or a line end in its place.
func (s *scanner) finish(st *Statement) {
	switch {
	case s.is(';'):
		st.End = s.token.end
		s.next()
	case s.token.kind != tokenEnd && !s.token.newline:
		s.failed = true
	}
	s.found = append(s.found, *st)
}

// list parses { a, b as c, "d" as e, default as f }.
func (s *scanner) list() (names []ImportedName) {
	if !s.skip('{') {
		s.failed = true
	}
	for !s.is('}') && !s.failed {
		if s.token.kind != tokenName && s.token.kind != tokenString {
			s.failed = true
			return nil
		}
		n := ImportedName{Imported: s.name(), At: s.token.start}
		n.Local = n.Imported
		s.next()
		if s.isWord("as") {
			s.next()
			n.Local = s.name()
			s.next()
		} else if s.skip(':') { // an attribute
			s.next()
		}
		names = append(names, n)
		s.skip(',')
	}
	s.skip('}')
	return names
}

func (s *scanner) exportWord() {
	st := Statement{Start: s.token.start}
	s.next()
	switch {
	case s.isWord("default"):
		s.next()
		s.exportDefault(&st)
	case s.is('*'):
		s.next()
		if s.isWord("as") {
			s.next()
			s.next()
		}
		st.Kind = ExportFrom
		s.word("from")
		s.fromRest(&st)
	case s.is('{'):
		s.exportList(&st)
	case s.token.kind == tokenName:
		st.Kind, st.End = ExportDeclaration, s.token.start
		s.found = append(s.found, st)
	default:
		s.failed = true
	}
}

func (s *scanner) exportList(st *Statement) {
	st.Kind, st.Names = ExportList, s.list()
	st.End = s.last.end
	if s.isWord("from") {
		st.Kind = ExportFrom
		s.next()
		s.fromRest(st)
		return
	}
	s.finish(st)
}

// ExportDefault parses behind export default. The statement ends before the
// name that it has or gets, or before the expression.
func (s *scanner) exportDefault(st *Statement) {
	st.Kind, st.End = ExportDefault, s.last.end
	if s.isWord("async") {
		ahead := *s
		ahead.depth, ahead.found = nil, nil
		if ahead.next(); !ahead.isWord("function") || ahead.token.newline {
			s.found = append(s.found, *st)
			return
		}
		s.next()
	}
	isClass := s.isWord("class")
	if !isClass && !s.isWord("function") {
		s.found = append(s.found, *st)
		return
	}
	end := s.token.end
	s.next()
	if !isClass && s.is('*') {
		end = s.token.end
		s.next()
	}
	if s.token.kind == tokenName && !(isClass && s.text() == "extends") {
		st.Kind = ExportDefaultNamed
		st.Names = []ImportedName{{Imported: s.text(), Local: "default"}}
	} else {
		st.Kind, st.End = ExportDefaultAnonymous, end
	}
	s.found = append(s.found, *st)
}

func (s *scanner) text() string { return string(s.src[s.token.start:s.token.end]) }

// name is the current name or string, without quotes.
func (s *scanner) name() string {
	text := s.text()
	if s.token.kind != tokenString {
		return text
	}
	if bytes.IndexByte([]byte(text), '\\') >= 0 {
		s.failed = true
	}
	return text[1 : len(text)-1]
}

func (s *scanner) is(char byte) bool { return s.token.kind == tokenPunctuation && s.token.char == char }

func (s *scanner) isWord(word string) bool { return s.token.kind == tokenName && s.text() == word }

func (s *scanner) word(word string) {
	if !s.isWord(word) {
		s.failed = true
	}
	s.next()
}

func (s *scanner) skip(char byte) bool {
	if !s.is(char) {
		return false
	}
	s.next()
	return true
}

func isNameStart(r rune) bool {
	return r == '$' || r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && unicode.IsLetter(r)
}
