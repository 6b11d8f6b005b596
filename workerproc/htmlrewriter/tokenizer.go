package htmlrewriter

import "bytes"

// maxAttrs bounds the attributes of a tag: each takes a hundred times what it
// takes in the document.
const maxAttrs = 1 << 14

// maxPending bounds what one token and the open elements may take, as the
// Workers runtime does.
const maxPending = 3 << 20

type lexeme uint8

const (
	none      lexeme = iota // more input is needed
	rawLexeme               // bytes that nobody is asked about, but that end a run of text
	textLexeme
	startTag
	endTag
	comment
	doctype
)

// mode is how text is read.
type mode uint8

const (
	data mode = iota
	rcdata
	rawtext // also style and the like
	script
	plaintext
	cdata
)

type state uint8

const (
	inText state = iota
	tagOpen
	endTagOpen
	tagName
	beforeAttr
	attrName
	afterAttrName
	beforeValue
	doubleQuoted
	singleQuoted
	unquoted
	afterValue
	selfClosing
	markup
	bogus
	commentStart
	commentStartDash
	inComment
	commentDash
	commentEnd
	commentBang
	inDoctype
	rawLess     // "<" in text that isn't data
	rawEnd      // "</" there
	scriptBang  // "<!" in script
	scriptDash  // "<!-"
	scriptName  // "<script" inside "<!--"
	scriptClose // "</script" inside of that
	cdataEnd    // "]" in CDATA
)

// attr is where an attribute stands: offsets in tokenizer.buf.
type attr struct{ name, nameEnd, value, valueEnd, end int }

// tokenizer cuts HTML into lexemes (https://html.spec.whatwg.org/#tokenization).
// The current one is buf[start:pos].
type tokenizer struct {
	buf        []byte
	start, pos int
	eof        bool
	mode       mode
	state      state
	allowCDATA bool
	skip       bool // comments needn't be kept
	partial    bool // the current lexeme isn't complete

	name, nameEnd int // of the tag
	closing       bool
	slash         bool // the tag ends with "/>"
	attrs         []attr
	flooded       bool // it has more than maxAttrs, of which the last are not kept
	text, textEnd int  // the comment's text
	skipped       bool

	appropriate []byte // the name that ends raw text
	escaped     int    // script: 1 inside <!--, 2 inside <script> in that
	dashes      int
}

func (t *tokenizer) write(b []byte) {
	if t.start > 0 {
		n := copy(t.buf, t.buf[t.start:])
		t.buf = t.buf[:n]
		t.shift(t.start)
	}
	t.buf = append(t.buf, b...)
}

func (t *tokenizer) shift(by int) {
	t.pos -= by
	t.name -= by
	t.nameEnd -= by
	t.text -= by
	t.textEnd -= by
	for i := range t.attrs {
		a := &t.attrs[i]
		*a = attr{a.name - by, a.nameEnd - by, a.value - by, a.valueEnd - by, a.end - by}
	}
	t.start = 0
}

// bytes are those of the current lexeme.
func (t *tokenizer) bytes() []byte { return t.buf[t.start:t.pos] }

// setMode says how the text behind the start tag of name is to be read.
func (t *tokenizer) setMode(m mode, name string) {
	if t.mode = m; m != data {
		t.appropriate = []byte(name)
	}
}

func (t *tokenizer) pending() int { return len(t.buf) - t.start }

// next returns the next lexeme, or goes on with the one for which there was
// not enough input; none when there still isn't.
func (t *tokenizer) next() lexeme {
	if !t.partial {
		t.start = t.pos
	}
	found := none
	for found == none && t.pos < len(t.buf) {
		found = t.step(t.buf[t.pos])
	}
	if found == none {
		found = t.drained()
	}
	t.partial = found == none
	return found
}

// drained says what the end of the input so far makes of what is pending.
func (t *tokenizer) drained() lexeme {
	if t.pos == t.start {
		return none
	}
	if t.state == inText {
		return textLexeme
	}
	if !t.eof {
		return t.dropComment()
	}
	switch t.state {
	case cdataEnd: // "]]" is two texts
		t.pos = t.start + 1
		t.state = inText
		return textLexeme
	case tagOpen, endTagOpen, rawLess, rawEnd, scriptBang, scriptDash, scriptName, scriptClose:
		t.state = inText
		return textLexeme
	case inDoctype:
		t.state = inText
		t.text, t.textEnd = t.start+len("<!doctype"), t.pos
		return doctype
	}
	t.state = inText
	return rawLexeme
}

// dropComment passes on what there is of a comment that nobody wants.
func (t *tokenizer) dropComment() lexeme {
	switch t.state {
	case bogus, inComment, commentDash, commentEnd, commentBang:
		if t.skip {
			t.skipped = true
			return rawLexeme
		}
	}
	return none
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// step reads one byte, or more where nothing can happen.
func (t *tokenizer) step(c byte) lexeme {
	switch {
	case t.state == inText:
		return t.stepText(c)
	case t.state <= endTagOpen:
		return t.stepOpen(c)
	case t.state <= selfClosing:
		return t.stepTag(c)
	case t.state <= inDoctype:
		return t.stepMarkup(c)
	}
	return t.stepRaw(c)
}

func (t *tokenizer) stepText(c byte) lexeme {
	if t.mode != data {
		return t.stepRawText(c)
	}
	n := bytes.IndexByte(t.buf[t.pos:], '<')
	if n < 0 {
		t.pos = len(t.buf)
		return none
	}
	if t.pos += n; t.pos > t.start {
		return textLexeme
	}
	t.pos++
	t.state = tagOpen
	return none
}

// stepOpen is after "<" or "</".
func (t *tokenizer) stepOpen(c byte) lexeme {
	switch {
	case letter(c):
		t.beginTag(t.state == endTagOpen)
	case t.state == endTagOpen && c == '>':
		t.pos++
		t.state = inText
		return rawLexeme
	case t.state == endTagOpen:
		t.text = t.pos
		t.state = bogus
	case c == '/':
		t.pos++
		t.state = endTagOpen
	case c == '!':
		t.pos++
		t.text = t.pos
		t.state = markup
	case c == '?':
		t.text = t.pos
		t.state = bogus
	default:
		t.state = inText
		return textLexeme
	}
	return none
}

func (t *tokenizer) beginTag(closing bool) {
	t.name = t.pos
	t.closing = closing
	t.slash, t.flooded = false, false
	t.attrs = t.attrs[:0]
	t.state = tagName
}

func (t *tokenizer) last() *attr { return &t.attrs[len(t.attrs)-1] }

func (t *tokenizer) beginAttr() {
	if t.flooded = len(t.attrs) >= maxAttrs; t.flooded {
		t.attrs = t.attrs[:maxAttrs-1]
	}
	t.attrs = append(t.attrs, attr{name: t.pos})
	t.state = attrName
	t.pos++ // even "=" begins a name
}

func (t *tokenizer) endTag() lexeme {
	t.pos++
	t.state = inText
	if t.closing {
		return endTag
	}
	return startTag
}

// stepTag is inside a tag.
func (t *tokenizer) stepTag(c byte) lexeme {
	switch t.state {
	case tagName:
		if !space(c) && c != '/' && c != '>' {
			break
		}
		t.nameEnd = t.pos
		return t.betweenAttrs(c)
	case beforeAttr, afterValue, selfClosing:
		return t.betweenAttrs(c)
	case attrName, afterAttrName:
		return t.stepAttrName(c)
	default:
		return t.stepValue(c)
	}
	t.pos++
	return none
}

func (t *tokenizer) betweenAttrs(c byte) lexeme {
	switch {
	case c == '>':
		t.slash = t.state == selfClosing
		return t.endTag()
	case c == '/':
		t.state = selfClosing
	case space(c):
		t.state = beforeAttr
	default:
		t.beginAttr()
		return none
	}
	t.pos++
	return none
}

func (t *tokenizer) stepAttrName(c byte) lexeme {
	ends := space(c) || c == '/' || c == '>' || c == '='
	if t.state == attrName && ends {
		a := t.last()
		a.nameEnd, a.value, a.valueEnd, a.end = t.pos, t.pos, t.pos, t.pos
	}
	switch {
	case c == '=':
		t.state = beforeValue
	case space(c):
		t.state = afterAttrName
	case ends || t.state == afterAttrName:
		return t.betweenAttrs(c)
	}
	t.pos++
	return none
}

func (t *tokenizer) stepValue(c byte) lexeme {
	a := t.last()
	switch {
	case t.state == beforeValue && space(c):
	case t.state == beforeValue && (c == '"' || c == '\''):
		a.value = t.pos + 1
		t.state = doubleQuoted
		if c == '\'' {
			t.state = singleQuoted
		}
	case t.state == beforeValue && c == '>':
		a.value, a.valueEnd, a.end = t.pos, t.pos, t.pos
		return t.endTag()
	case t.state == beforeValue:
		a.value = t.pos
		t.state = unquoted
		return none
	case t.state == doubleQuoted && c == '"' || t.state == singleQuoted && c == '\'':
		a.valueEnd, a.end = t.pos, t.pos+1
		t.state = afterValue
	case t.state == unquoted && (space(c) || c == '>'):
		a.valueEnd, a.end = t.pos, t.pos
		t.state = beforeAttr
		return t.betweenAttrs(c)
	}
	t.pos++
	return none
}

// stepMarkup is after "<!", and in comments and doctypes.
func (t *tokenizer) stepMarkup(c byte) lexeme {
	switch t.state {
	case markup:
		return t.open(t.buf[t.text:])
	case bogus, inDoctype:
		n := bytes.IndexByte(t.buf[t.pos:], '>')
		if n < 0 {
			t.pos = len(t.buf)
			return none
		}
		t.pos += n
		t.textEnd = t.pos
		return t.closeMarkup()
	}
	return t.stepComment(c)
}

func (t *tokenizer) closeMarkup() lexeme {
	found := comment
	if t.state == inDoctype {
		found = doctype
		t.text = t.start + len("<!doctype")
	}
	t.pos++
	t.state = inText
	if t.skipped {
		t.skipped = false
		return rawLexeme
	}
	return found
}

// open tells what "<!" opens by what follows it.
func (t *tokenizer) open(rest []byte) lexeme {
	for _, w := range []struct {
		word    string
		then    state
		allowed bool
	}{{"--", commentStart, true}, {"doctype", inDoctype, true}, {"[CDATA[", inText, t.allowCDATA}} {
		n := min(len(rest), len(w.word))
		if !w.allowed || !match(rest[:n], w.word[:n], w.then == inDoctype) {
			continue
		}
		if t.pos = t.text + n; n < len(w.word) {
			return none
		}
		t.state = w.then
		t.text = t.pos
		if w.then == inText {
			t.mode = cdata
			return rawLexeme
		}
		return none
	}
	t.state = bogus
	t.pos = t.text
	return none
}

func match(b []byte, word string, anyCase bool) bool {
	if anyCase {
		return bytes.EqualFold(b, []byte(word))
	}
	return string(b) == word
}

func (t *tokenizer) stepComment(c byte) lexeme {
	switch {
	case c == '>' && t.state != inComment && t.state != commentDash:
		t.textEnd = max(t.text, t.pos-t.commentTail())
		return t.closeMarkup()
	case c == '-':
		t.state = t.afterDash()
	case c == '!' && t.state == commentEnd:
		t.state = commentBang
	default:
		t.state = inComment
		if n := bytes.IndexByte(t.buf[t.pos:], '-'); n > 0 {
			t.pos += n
		} else {
			t.pos = len(t.buf)
		}
		return none
	}
	t.pos++
	return none
}

// commentTail is how much before ">" isn't the comment's text.
func (t *tokenizer) commentTail() int {
	switch t.state {
	case commentStartDash:
		return len("-")
	case commentEnd:
		return len("--")
	case commentBang:
		return len("--!")
	}
	return 0
}

func (t *tokenizer) afterDash() state {
	switch t.state {
	case commentStart:
		return commentStartDash
	case inComment, commentBang:
		return commentDash
	}
	return commentEnd
}
