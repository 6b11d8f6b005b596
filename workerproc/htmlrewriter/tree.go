package htmlrewriter

import (
	"bytes"
	"strings"
)

// Namespace is that of an element.
type Namespace uint8

// The namespaces of HTML documents.
const (
	HTML Namespace = iota
	SVG
	MathML
)

// URI is the namespace's name.
func (n Namespace) URI() string {
	return [...]string{"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}[n]
}

type set map[string]bool

func words(s string) set {
	all := set{}
	for w := range strings.FieldsSeq(s) {
		all[w] = true
	}
	return all
}

// The sets are made when the first document comes: most processes see none.
type names struct{ void, rcdata, rawtext, breakout, mathText, svgHTML, exitSelect, textual set }

func newNames() *names {
	return &names{
		void:   words("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"),
		rcdata: words("textarea title"), rawtext: words("style xmp iframe noembed noframes noscript"),
		// https://html.spec.whatwg.org/#parsing-main-inforeign
		breakout: words(`b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu
			meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var`),
		mathText: words("mi mo mn ms mtext"), svgHTML: words("desc title foreignobject"),
		exitSelect: words("select textarea input keygen"),
		textual:    words("textarea title plaintext script style iframe xmp noembed noframes noscript"),
	}
}

// tree keeps what of tree construction decides how the tokenizer goes on.
type tree struct {
	*names
	spaces []Namespace // the last is current
	guard  guard
	depth  int // of templates in a select
}

// guard is where the tags of textual elements may be ignored by a browser.
type guard uint8

const (
	anywhere guard = iota
	inSelect
	inSelectTemplate
	afterFrameset
)

func newTree() *tree { return &tree{names: newNames(), spaces: []Namespace{HTML}} }

func (t *tree) current() Namespace { return t.spaces[len(t.spaces)-1] }

func (t *tree) enter(n Namespace) { t.spaces = append(t.spaces, n) }

func (t *tree) leave() {
	if len(t.spaces) > 1 {
		t.spaces = t.spaces[:len(t.spaces)-1]
	}
}

// begin takes a start tag. It returns the element's namespace and how its
// content is to be read.
func (t *tree) begin(name string, closed bool, attr func(string) (string, bool)) (Namespace, mode, error) {
	if !t.watch(name) {
		return HTML, data, ambiguous(name)
	}
	switch name {
	case "svg", "math":
		return t.root(name, closed), data, nil
	}
	if t.current() != HTML {
		return t.foreign(name, closed, attr)
	}
	return HTML, t.modeOf(name), nil
}

func (t *tree) root(name string, closed bool) Namespace {
	space := SVG
	if name == "math" {
		space = MathML
	}
	if !closed {
		t.enter(space)
	}
	return space
}

func (t *tree) foreign(name string, closed bool, attr func(string) (string, bool)) (Namespace, mode, error) {
	if t.breakout[name] || name == "font" && hasAny(attr, "color", "size", "face") {
		t.leave()
		return t.current(), t.modeOf(name), nil
	}
	space := t.current()
	if !closed && t.integrates(space, name, attr) {
		t.enter(HTML)
	}
	return space, data, nil
}

// integrates tells an element whose content is HTML again.
func (t *tree) integrates(space Namespace, name string, attr func(string) (string, bool)) bool {
	if space == SVG {
		return t.svgHTML[name]
	}
	if name != "annotation-xml" {
		return t.mathText[name]
	}
	encoding, _ := attr("encoding")
	return strings.EqualFold(encoding, "text/html") || strings.EqualFold(encoding, "application/xhtml+xml")
}

func hasAny(attr func(string) (string, bool), names ...string) bool {
	for _, name := range names {
		if _, ok := attr(name); ok {
			return true
		}
	}
	return false
}

func (t *tree) modeOf(name string) mode {
	switch {
	case t.current() != HTML:
		return data
	case t.rcdata[name]:
		return rcdata
	case t.rawtext[name]:
		return rawtext
	case name == "script":
		return script
	case name == "plaintext":
		return plaintext
	}
	return data
}

// end takes an end tag.
func (t *tree) end(name string) {
	switch {
	case t.guard == inSelect && name == "select":
		t.guard = anywhere
	case t.guard == inSelectTemplate && name == "template":
		if t.depth--; t.depth == 0 {
			t.guard = inSelect
		}
	}
	switch space := t.current(); {
	case space == HTML:
		t.exit(name)
	case space == SVG && name == "svg", space == MathML && name == "math", name == "p", name == "br":
		t.leave()
	}
}

// exit leaves HTML for the foreign content around it.
func (t *tree) exit(name string) {
	if len(t.spaces) < 2 {
		return
	}
	switch around := t.spaces[len(t.spaces)-2]; {
	case around == SVG && t.svgHTML[name], around == MathML && (t.mathText[name] || name == "annotation-xml"):
		t.leave()
	}
}

// watch follows the insertion modes in which a browser drops start tags. It
// returns false for a tag of which can't be told whether its content is text.
func (t *tree) watch(name string) bool {
	switch t.guard {
	case anywhere:
		switch name {
		case "select":
			t.guard = inSelect
		case "frameset":
			t.guard = afterFrameset
		}
		return true
	case inSelect:
		return t.watchSelect(name)
	case inSelectTemplate:
		if name == "template" {
			t.depth++
		}
	case afterFrameset:
		if name == "noframes" {
			return true
		}
	}
	return !t.textual[name]
}

func (t *tree) watchSelect(name string) bool {
	switch {
	case t.exitSelect[name]:
		t.guard = anywhere
	case name == "template":
		t.guard, t.depth = inSelectTemplate, 1
	case name != "script":
		return !t.textual[name]
	}
	return true
}

func ambiguous(name string) error {
	return &Error{"The parser has encountered a text content tag (`<" + name + ">`) in the context where it is ambiguous whether this tag should be ignored or not. " +
		"And, thus, it is unclear whether consequent content should be parsed as raw text or HTML markup.\n\nThis error occurs due to the limited capabilities of the " +
		"streaming parsing. However, almost all of the cases of this error are caused by a non-conforming markup (e.g. a `<script>` element in `<select>` element)."}
}

// Error is what the document or a selector did wrong, in the words of the
// Workers runtime.
type Error struct{ Message string }

func (e *Error) Error() string { return "Parser error: " + e.Message }

func lower(b []byte) string { return string(bytes.ToLower(b)) }
