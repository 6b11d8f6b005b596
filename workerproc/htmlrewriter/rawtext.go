package htmlrewriter

import "bytes"

// In raw text only the end tag of the element that it belongs to is markup.

func (t *tokenizer) stepRawText(c byte) lexeme {
	switch {
	case t.mode == plaintext:
		t.pos = len(t.buf)
		return none
	case t.mode == cdata:
		return t.stepCDATA()
	case t.mode == script && t.escaped > 0:
		return t.stepEscaped(c)
	}
	n := bytes.IndexByte(t.buf[t.pos:], '<')
	if n < 0 {
		t.pos = len(t.buf)
		return none
	}
	t.pos += n
	return t.less()
}

// less is at a "<" that may be an end tag.
func (t *tokenizer) less() lexeme {
	if t.pos > t.start {
		return textLexeme
	}
	t.pos++
	t.state = rawLess
	return none
}

// stepEscaped is inside "<!--" in a script.
func (t *tokenizer) stepEscaped(c byte) lexeme {
	switch {
	case c == '<':
		t.dashes = 0
		return t.less()
	case c == '>' && t.dashes >= 2:
		t.escaped, t.dashes = 0, 0
		return t.notMarkup()
	case c == '-':
		t.dashes++
	default:
		t.dashes = 0
	}
	t.pos++
	return none
}

// stepRaw is in one of the states from rawLess on.
func (t *tokenizer) stepRaw(c byte) lexeme {
	switch t.state {
	case rawLess:
		return t.stepRawLess(c)
	case rawEnd:
		return t.stepRawEnd(c)
	case scriptBang, scriptDash:
		return t.stepScriptBang(c)
	case cdataEnd:
		return t.stepCDATAEnd(c)
	}
	return t.stepScriptName(c)
}

func (t *tokenizer) stepRawLess(c byte) lexeme {
	switch {
	case c == '/' && t.escaped == 2:
		t.state = scriptClose
	case c == '/':
		t.state = rawEnd
		t.name = t.pos + 1
	case c == '!' && t.mode == script && t.escaped == 0:
		t.state = scriptBang
	case letter(c) && t.escaped == 1:
		t.state = scriptName
	default:
		return t.notMarkup()
	}
	t.pos++
	return none
}

// notMarkup says that what was read is text after all.
func (t *tokenizer) notMarkup() lexeme {
	t.state = inText
	return textLexeme
}

func (t *tokenizer) stepRawEnd(c byte) lexeme {
	if letter(c) {
		t.pos++
		return none
	}
	named := bytes.EqualFold(t.buf[t.name:t.pos], t.appropriate)
	if !named || !space(c) && c != '/' && c != '>' {
		return t.notMarkup()
	}
	name := t.name
	t.beginTag(true)
	t.name = name
	t.mode = data
	t.escaped, t.dashes = 0, 0
	return none // tagName reads c
}

func (t *tokenizer) stepScriptBang(c byte) lexeme {
	if c != '-' {
		return t.notMarkup()
	}
	t.pos++
	if t.state == scriptBang {
		t.state = scriptDash
		return none
	}
	t.escaped, t.dashes = 1, 2
	t.state = inText
	return none
}

// stepScriptName is in the name of a tag that may begin or end the part of an
// escaped script in which "</script>" ends nothing.
func (t *tokenizer) stepScriptName(c byte) lexeme {
	if letter(c) {
		t.pos++
		return none
	}
	opening := t.state == scriptName
	name := t.buf[t.start+1 : t.pos]
	if !opening {
		name = name[1:]
	}
	if bytes.EqualFold(name, []byte("script")) && (space(c) || c == '/' || c == '>') {
		t.escaped = 1
		if opening {
			t.escaped = 2
		}
		t.pos++
	}
	t.state = inText
	return none
}

func (t *tokenizer) stepCDATA() lexeme {
	n := bytes.IndexByte(t.buf[t.pos:], ']')
	if n < 0 {
		t.pos = len(t.buf)
		return none
	}
	if t.pos += n; t.pos > t.start {
		return textLexeme
	}
	t.pos++
	t.state = cdataEnd
	return none
}

// stepCDATAEnd is after "]" or "]]".
func (t *tokenizer) stepCDATAEnd(c byte) lexeme {
	switch {
	case c == ']' && t.pos == t.start+1:
		t.pos++
	case c == ']': // the first of three is text
		t.pos = t.start + 1
		return t.notMarkup()
	case c == '>' && t.pos == t.start+2:
		t.pos++
		t.mode = data
		t.state = inText
		return rawLexeme
	default:
		return t.notMarkup()
	}
	return none
}
