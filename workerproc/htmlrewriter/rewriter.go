package htmlrewriter

const errMemory = "The memory limit has been exceeded."

// Encoding is that of the document.
type Encoding interface {
	// Decode decodes b. Unless last, bytes at the end that begin a character
	// wait: n is how many were decoded.
	Decode(b []byte, last bool) (s string, n int)
	// Encode encodes s, with what the encoding lacks as character references;
	// whole is false if there was any.
	Encode(s string) (b []byte, whole bool)
}

// Wants is what a handler wants to see.
type Wants uint8

// The tokens there are.
const (
	WantsElement Wants = 1 << iota
	WantsComments
	WantsText
	WantsDoctype
	WantsEnd
)

// Handler is one call of on() or onDocument(), which has no selector.
type Handler struct {
	Selector *Selector
	Wants    Wants
}

// Kind is that of an Event.
type Kind uint8

// What Next returns.
const (
	Element Kind = iota + 1
	EndTag
	Comment
	Text
	Doctype
	End
)

// Event is a token that handlers want to see. Its token can be read and
// changed until the next call of Next.
type Event struct {
	Kind     Kind
	Handlers []int // in the order of their registration
	Element  int   // EndTag: the number of the element that it ends
}

// Rewriter rewrites one document.
type Rewriter struct {
	handlers []Handler
	enc      Encoding
	match    *matcher
	tok      tokenizer
	tree     *tree
	stack    []*open
	outside  siblings // at the root
	memory   int      // that the stack takes
	removed  int      // open elements whose content goes nowhere

	active [2]counts // elements whose handlers want comments and text
	inText bool      // text handlers have seen some of this run of text
	held   []byte    // the beginning of a character
	again  lexeme    // was read, but its text has to be ended first

	number  int // of the last element
	token   *token
	waiting []Event // the rest of the events that the current lexeme makes
	finish  func()  // what follows them
	out     Output
	ended   bool
	err     error
}

type counts []int // by handler

// open is an element that has not been closed.
type open struct {
	number   int
	name     string
	own, all bits // compounds that it completes, and it or one around it
	handlers []int
	siblings siblings
	ending   *ending
	emptied  bool
}

// siblings counts an element's children.
type siblings struct {
	all  int
	like map[string]int
}

func (s *siblings) count(name string, typed bool) (index, like int) {
	s.all++
	if !typed {
		return s.all, 0
	}
	if s.like == nil {
		s.like = map[string]int{}
	}
	s.like[name]++
	return s.all, s.like[name]
}

// New returns a Rewriter.
func New(handlers []Handler, enc Encoding) *Rewriter {
	selectors := make([]*Selector, len(handlers))
	r := &Rewriter{handlers: handlers, enc: enc, tree: newTree(), active: [2]counts{make(counts, len(handlers)), make(counts, len(handlers))}}
	for i, h := range handlers {
		selectors[i] = h.Selector
	}
	r.match = newMatcher(selectors)
	return r
}

// Write appends input.
func (r *Rewriter) Write(b []byte) { r.tok.write(b) }

// Close says that there is no more input.
func (r *Rewriter) Close() { r.tok.eof = true }

// Next finishes the last event's token and returns the next event; ok is
// false when there is none before more input, or none at all.
func (r *Rewriter) Next() (e Event, ok bool, err error) {
	for r.err == nil {
		if len(r.waiting) > 0 {
			e, r.waiting = r.waiting[0], r.waiting[1:]
			if e.Kind == EndTag {
				r.beginEnding(e.Element)
			}
			return e, true, nil
		}
		if r.finish != nil {
			finish := r.finish
			r.finish = nil
			finish()
			continue
		}
		if !r.advance() {
			break
		}
	}
	return Event{}, false, r.err
}

// advance takes one lexeme; false when there is none.
func (r *Rewriter) advance() bool {
	r.token = nil
	r.tok.skip = len(r.wanting(WantsComments)) == 0
	kind := r.again
	if r.again = none; kind == none {
		kind = r.tok.next()
	}
	if kind != textLexeme && (kind != none || r.tok.eof) && r.endText(kind) {
		return true
	}
	switch kind {
	case none:
		return r.starved()
	case rawLexeme:
		r.pass(r.tok.bytes())
	case textLexeme:
		r.takeText()
	case startTag:
		r.takeStart()
	case endTag:
		r.takeEnd()
	case comment:
		r.takeComment()
	case doctype:
		r.takeDoctype()
	}
	return true
}

// starved is when there is no lexeme: more input must come, or it was all.
func (r *Rewriter) starved() bool {
	if r.tok.pending()+r.memory > maxPending {
		r.err = &Error{errMemory}
		return false
	}
	if !r.tok.eof || r.ended {
		return false
	}
	r.ended = true
	r.begin(&token{}, Event{Kind: End, Handlers: r.wanting(WantsEnd)}, func() { r.write(r.token.before) })
	return true
}

// begin makes an event of a token if a handler wants it.
func (r *Rewriter) begin(t *token, e Event, finish func()) {
	r.token, r.finish = t, finish
	if len(e.Handlers) > 0 {
		r.waiting = append(r.waiting, e)
	}
}

// wanting lists the handlers that want a token that is here.
func (r *Rewriter) wanting(w Wants) (list []int) {
	for i, h := range r.handlers {
		if h.Wants&w == 0 {
			continue
		}
		if h.Selector == nil || w == WantsComments && r.active[0][i] > 0 || w == WantsText && r.active[1][i] > 0 {
			list = append(list, i)
		}
	}
	return list
}

// --- text

func (r *Rewriter) takeText() {
	wanting := r.wanting(WantsText)
	if len(wanting) == 0 {
		r.pass(r.tok.bytes())
		return
	}
	raw := r.tok.bytes()
	if len(r.held) > 0 {
		raw = append(r.held, raw...)
		r.held = nil
	}
	s, n := r.enc.Decode(raw, false)
	r.held = append(r.held, raw[n:]...)
	if n > 0 {
		r.chunk(wanting, s, raw[:n], false)
	}
}

func (r *Rewriter) chunk(wanting []int, s string, raw []byte, last bool) {
	r.inText = !last
	t := &token{raw: raw, text: s, last: last}
	r.begin(t, Event{Kind: Text, Handlers: wanting}, func() { r.emit(t, t.raw) })
}

// endText makes the events at the end of a run of text, before the lexeme
// that ends it.
func (r *Rewriter) endText(lexeme lexeme) bool {
	if !r.inText && len(r.held) == 0 {
		return false
	}
	wanting := r.wanting(WantsText)
	raw := r.held
	r.held = nil
	if len(raw) > 0 {
		s, _ := r.enc.Decode(raw, true)
		r.chunk(wanting, s, raw, false)
	} else {
		r.chunk(wanting, "", nil, true)
	}
	r.again = lexeme
	return true
}

// --- elements

func (r *Rewriter) takeStart() {
	if r.tok.flooded {
		r.err = &Error{errMemory}
		return
	}
	t := &token{kind: startTag, raw: r.tok.bytes(), rewriter: r}
	t.readTag(&r.tok)
	space, mode, err := r.tree.begin(t.name, r.tok.slash, t.attr)
	if err != nil {
		r.err = err
		return
	}
	t.space = space
	t.hasContent = !r.tok.slash
	if space == HTML {
		t.hasContent = !r.tree.void[t.name]
	}
	r.tok.setMode(mode, t.name)
	r.tok.allowCDATA = r.tree.current() != HTML
	r.number++
	o := r.openElement(t)
	if r.removed > 0 {
		t.isRemoved = true
	}
	r.begin(t, Event{Kind: Element, Handlers: r.only(o.handlers, WantsElement), Element: r.number}, func() { r.opened(t, o) })
}

// openElement matches the selectors.
func (r *Rewriter) openElement(t *token) *open {
	var parent, above bits
	around := &r.outside
	if n := len(r.stack); n > 0 {
		top := r.stack[n-1]
		parent, above, around = top.own, top.all, &top.siblings
	}
	e := &element{name: t.name, html: t.space == HTML, attr: t.attr}
	e.index, e.like = around.count(t.name, r.match.typed)
	o := &open{number: r.number, name: t.name}
	o.handlers, o.own = r.match.match(e, parent, above)
	o.all = o.own
	if !r.match.chained {
		o.own, o.all = nil, nil
	} else if above != nil {
		o.all = make(bits, len(above))
		for i := range above {
			o.all[i] = above[i] | o.own[i]
		}
	}
	return o
}

func (r *Rewriter) only(handlers []int, w Wants) (list []int) {
	for _, h := range handlers {
		if r.handlers[h].Wants&w != 0 {
			list = append(list, h)
		}
	}
	return list
}

// opened is when an element's handlers have run.
func (r *Rewriter) opened(t *token, o *open) {
	r.emit(t, t.tag())
	if !t.hasContent {
		return
	}
	o.ending, o.emptied = t.ending, t.emptied
	if o.emptied {
		r.removed++
	}
	for _, h := range o.handlers {
		r.active[0][h]++
		r.active[1][h]++
	}
	r.stack = append(r.stack, o)
	if r.memory += o.size(); r.memory > maxPending {
		r.err = &Error{errMemory}
	}
}

// size is about what an open element takes.
func (o *open) size() int { return 64 + len(o.name) + 8*(len(o.own)+len(o.all)+len(o.handlers)) }

func (r *Rewriter) takeEnd() {
	t := &token{kind: endTag, raw: r.tok.bytes(), rewriter: r}
	t.readTag(&r.tok)
	r.tree.end(t.name)
	r.tok.allowCDATA = r.tree.current() != HTML
	r.token, r.finish = t, func() { r.emit(t, t.endTag()) }
	for n := len(r.stack) - 1; n >= 0; n-- {
		if r.stack[n].name == t.name {
			r.closeTo(n, t)
			return
		}
	}
}

// closeTo closes open elements down to number n of the stack. Each that has
// something to do at its end does it to this tag, the innermost first.
func (r *Rewriter) closeTo(n int, t *token) {
	for k := len(r.stack) - 1; k >= n; k-- {
		o := r.stack[k]
		r.stack[k] = nil
		r.memory -= o.size()
		for _, h := range o.handlers {
			r.active[0][h]--
			r.active[1][h]--
		}
		if o.emptied {
			r.removed--
		}
		if o.ending != nil {
			t.endings = append(t.endings, o)
		}
	}
	r.stack = r.stack[:n]
	finish := r.finish
	for _, o := range t.endings {
		if o.ending.handled {
			r.waiting = append(r.waiting, Event{Kind: EndTag, Element: o.number})
		}
	}
	r.finish = func() {
		t.applyEndings(0)
		finish()
	}
}

// beginEnding lets elements act on their end tag up to the one whose handler
// is about to run.
func (r *Rewriter) beginEnding(number int) { r.token.applyEndings(number) }

// --- the others

func (r *Rewriter) takeComment() {
	text := r.tok.buf[r.tok.text:r.tok.textEnd]
	s, _ := r.enc.Decode(text, true)
	t := &token{kind: comment, raw: r.tok.bytes(), text: s, rewriter: r}
	r.begin(t, Event{Kind: Comment, Handlers: r.wanting(WantsComments)}, func() { r.emit(t, t.comment()) })
}

func (r *Rewriter) takeDoctype() {
	t := &token{raw: r.tok.bytes()}
	wanting := r.wanting(WantsDoctype)
	if len(wanting) > 0 {
		s, _ := r.enc.Decode(r.tok.buf[r.tok.text:r.tok.textEnd], true)
		t.doctype = parseDoctype(s)
	}
	r.begin(t, Event{Kind: Doctype, Handlers: wanting}, func() { r.emit(t, t.raw) })
}
