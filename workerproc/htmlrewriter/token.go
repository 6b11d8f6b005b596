package htmlrewriter

import (
	"slices"
	"strings"
)

// token is what the current event is about.
type token struct {
	rewriter *Rewriter
	kind     lexeme
	raw      []byte
	mutations
	text    string // of text and comments
	last    bool   // text: no more of it follows
	doctype *[3]*string

	// tags
	name       string // in lower case
	rawName    []byte
	newName    []byte
	space      Namespace
	attrs      []attribute
	slash      bool
	hasContent bool
	changed    bool    // the tag, or the comment's text
	emptied    bool    // an element's content is dropped
	ending     *ending // what happens at an element's end tag
	endings    []*open // the elements that have yet to act on an end tag
}

// mutations are what is put around a token, or in its place.
type mutations struct {
	before, instead, after Output
	isRemoved              bool
}

// ending is what an element does to its end tag.
type ending struct {
	mutations
	changed bool // there are mutations
	name    []byte
	handled bool
}

// attribute is one of a start tag; raw is nil once it was changed.
type attribute struct {
	name, value       string
	rawName, rawValue []byte
	raw               []byte
}

func (t *token) readTag(tok *tokenizer) {
	t.rawName = tok.buf[tok.name:tok.nameEnd]
	t.name = lower(t.rawName)
	t.slash = tok.slash
	if t.kind != startTag {
		return
	}
	t.attrs = make([]attribute, len(tok.attrs))
	for i, a := range tok.attrs {
		name, value := tok.buf[a.name:a.nameEnd], tok.buf[a.value:a.valueEnd]
		t.attrs[i] = attribute{rawName: name, rawValue: value, raw: tok.buf[a.name:a.end]}
		t.attrs[i].name, _ = t.rewriter.enc.Decode(asciiLowerBytes(name), true)
	}
}

func (t *token) find(name string) int {
	return slices.IndexFunc(t.attrs, func(a attribute) bool { return a.name == name })
}

func (t *token) attr(name string) (string, bool) {
	if i := t.find(name); i >= 0 {
		return t.value(i), true
	}
	return "", false
}

// value decodes an attribute's value when somebody asks.
func (t *token) value(i int) string {
	a := &t.attrs[i]
	if a.value == "" && a.raw != nil {
		a.value, _ = t.rewriter.enc.Decode(a.rawValue, true)
	}
	return a.value
}

func asciiLowerBytes(b []byte) []byte {
	out := slices.Clone(b)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 0x20
		}
	}
	return out
}

func (t *token) end() *ending {
	if t.ending == nil {
		t.ending = &ending{}
	}
	return t.ending
}

// applyEndings lets elements act on their end tag, up to and including the
// element of that number; 0 is all of them.
func (t *token) applyEndings(number int) {
	for len(t.endings) > 0 {
		o := t.endings[0]
		t.endings = t.endings[1:]
		if o.ending.name != nil {
			t.newName, t.changed = o.ending.name, true
		}
		if o.ending.changed {
			t.mutations = o.ending.mutations
		}
		if o.number == number {
			return
		}
	}
}

// --- what handlers do

// Name is the tag's name in lower case.
func (r *Rewriter) Name() string {
	if r.token.newName != nil {
		s, _ := r.enc.Decode(asciiLowerBytes(r.token.newName), true)
		return s
	}
	s, _ := r.enc.Decode([]byte(r.token.name), true)
	return s
}

// SetName renames a tag, and an element's end tag with it.
func (r *Rewriter) SetName(name string) error {
	t := r.token
	if t.kind == startTag {
		if err := checkName(name, "tag", " \n\r\t\f/>"); err != nil {
			return err
		}
		if !letter(name[0]) {
			return &Error{"The first character of the tag name should be an ASCII alphabetical character."}
		}
	}
	b, whole := r.enc.Encode(name)
	if !whole {
		return &Error{"The tag name contains a character that can't be represented in the document's character encoding."}
	}
	t.newName, t.changed = b, true
	if t.kind == startTag && t.hasContent {
		t.end().name = b
	}
	return nil
}

func checkName(name, what, forbidden string) error {
	if name == "" {
		return &Error{strings.ToUpper(what[:1]) + what[1:] + " name can't be empty."}
	}
	if i := strings.IndexAny(name, forbidden); i >= 0 {
		return &Error{"`" + name[i:i+1] + "` character is forbidden in the " + what + " name"}
	}
	return nil
}

// URI is the namespace of the element.
func (r *Rewriter) URI() string { return r.token.space.URI() }

// Removed tells whether the token will not be written.
func (r *Rewriter) Removed() bool { return r.token.isRemoved }

// Attributes lists an element's: name, value, name, value, …
func (r *Rewriter) Attributes() []string {
	list := make([]string, 0, 2*len(r.token.attrs))
	for i, a := range r.token.attrs {
		list = append(list, a.name, r.token.value(i))
	}
	return list
}

// Attribute is the value of one.
func (r *Rewriter) Attribute(name string) (string, bool) { return r.token.attr(asciiLower(name)) }

// SetAttribute sets or adds one.
func (r *Rewriter) SetAttribute(name, value string) error {
	name = asciiLower(name)
	if err := checkName(name, "attribute", " \n\r\t\f/>="); err != nil {
		return err
	}
	b, whole := r.enc.Encode(name)
	if !whole {
		return &Error{"The attribute name contains a character that can't be represented in the document's character encoding."}
	}
	v, _ := r.enc.Encode(value)
	t := r.token
	t.changed = true
	a := attribute{name: name, value: value, rawName: b, rawValue: v}
	if i := t.find(name); i >= 0 {
		a.rawName = t.attrs[i].rawName
		t.attrs[i] = a
	} else {
		t.attrs = append(t.attrs, a)
	}
	return nil
}

// RemoveAttribute removes all of that name.
func (r *Rewriter) RemoveAttribute(name string) {
	t := r.token
	name = asciiLower(name)
	if t.find(name) < 0 {
		return
	}
	t.attrs = slices.DeleteFunc(t.attrs, func(a attribute) bool { return a.name == name })
	t.changed = true
}

// HandleEnd has an EndTag event made of the element's end tag.
func (r *Rewriter) HandleEnd() error {
	if !r.token.hasContent {
		return &Error{"No end tag."}
	}
	r.token.end().handled = true
	return nil
}

// Text is that of a text chunk or a comment; last says that the chunk is the
// last of its run of text.
func (r *Rewriter) Text() (s string, last bool) { return r.token.text, r.token.last }

// SetComment replaces a comment's text.
func (r *Rewriter) SetComment(s string) error {
	if strings.Contains(s, "-->") {
		return &Error{"Comment text shouldn't contain a comment-closing sequence."}
	}
	if _, whole := r.enc.Encode(s); !whole {
		return &Error{"Comment text contains a character that can't be represented in the document's character encoding."}
	}
	r.token.text, r.token.changed = s, true
	return nil
}

// Doctype is the name, the public and the system identifier; nil for none.
func (r *Rewriter) Doctype() (ids [3]*string) {
	if r.token.doctype != nil {
		ids = *r.token.doctype
	}
	return ids
}

// Edit is one of the methods that put content somewhere.
type Edit uint8

// The edits; those below Prepend are for all tokens, the others for elements.
const (
	Before Edit = iota + 1
	After
	Replace
	Remove
	Prepend
	Append
	SetInner
	Unwrap
)

// AtToken reports whether there is a token for a handler to look at.
func (r *Rewriter) AtToken() bool { return r.token != nil }

// Edit changes the token.
func (r *Rewriter) Edit(edit Edit, content Piece) {
	t := r.token
	switch edit {
	case Before:
		t.before = append(t.before, content)
	case After:
		t.putAfter(content)
	case Replace:
		t.instead = Output{content}
		t.remove(true)
	case Remove:
		t.remove(true)
	case Unwrap:
		t.remove(false)
	case Prepend:
		if t.hasContent {
			t.after = append(Output{content}, t.after...)
		}
	case Append:
		if t.hasContent {
			e := t.end()
			e.changed = true
			e.before = append(e.before, content)
		}
	case SetInner:
		if t.hasContent {
			t.empty()
			t.after = Output{content}
		}
	}
}

func (t *token) putAfter(content Piece) {
	if t.kind != startTag || !t.hasContent {
		t.after = append(Output{content}, t.after...)
		return
	}
	e := t.end()
	e.changed = true
	e.after = append(Output{content}, e.after...)
}

func (t *token) remove(content bool) {
	t.isRemoved = true
	if t.kind != startTag || !t.hasContent {
		return
	}
	if content {
		t.empty()
	}
	e := t.end()
	e.changed, e.isRemoved = true, true
}

// empty drops what is in the element.
func (t *token) empty() {
	t.after = nil
	if t.ending != nil {
		t.ending.before = nil
	}
	t.emptied = true
}
