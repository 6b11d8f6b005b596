package htmlrewriter

import (
	"regexp"
	"strconv"
	"strings"
)

// What is wrong with a selector.
const (
	errEmpty      = "The selector is empty."
	errEnd        = "Unexpected end of selector."
	errToken      = "Unexpected token in selector."
	errAttrToken  = "Unexpected token in the attribute selector."
	errDangling   = "Dangling combinator in selector."
	errPseudo     = "Unsupported pseudo-class or pseudo-element in selector."
	errNamespace  = "Selectors with explicit namespaces are not supported."
	errClass      = "Invalid or unescaped class name in selector."
	maxSelector   = 64 << 10
	maxNegations  = 64
	errCombinator = "Unsupported combinator `%` in selector."
)

// Selector is a list of complex selectors, one of which has to match.
type Selector struct{ list [][]compound }

// compound is what stands between combinators: conditions on one element.
type compound struct {
	child bool // its left neighbour is the parent; else any ancestor
	tag   string
	never bool
	conds []cond
}

type condKind uint8

const (
	isClass condKind = iota
	isID
	hasAttr
	equals
	includes
	dashMatch
	prefix
	suffix
	substring
	nthChild
	nthOfType
	not
)

type cond struct {
	kind        condKind
	name, value string
	anyCase     bool // the value's
	anyCaseHTML bool // in HTML elements
	a, b        int
	list        []compound
}

type parser struct {
	scanner
	depth int
}

type parseError string

func (p *parser) fail(message string) { panic(parseError(message)) }

// ParseSelector reads a selector.
func ParseSelector(s string) (sel *Selector, err error) {
	defer func() {
		if e, ok := recover().(parseError); ok {
			sel, err = nil, &Error{string(e)}
		}
	}()
	p := &parser{scanner: scanner{s: strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\f", "\n")}}
	if len(s) > maxSelector {
		p.fail("The selector is too long.")
	}
	sel = &Selector{}
	for {
		sel.list = append(sel.list, p.complex())
		if p.done() {
			return sel, nil
		}
		if !p.take(',') {
			p.fail(errToken)
		}
	}
}

func (p *parser) complex() []compound {
	var list []compound
	child := false
	for {
		p.blank()
		c, ok := p.compound()
		if !ok {
			p.fail(p.missing(list))
		}
		c.child = child
		list = append(list, c)
		spaced := p.blank()
		switch c := p.peek(); {
		case p.done() || c == ',' || c == ')':
			return list
		case c == '>':
			p.pos++
			child = true
		case c == '+' || c == '~':
			p.fail(strings.Replace(errCombinator, "%", string(c), 1))
		case !spaced:
			p.fail(errToken)
		default:
			child = false
		}
	}
}

func (p *parser) missing(before []compound) string {
	if len(before) > 0 {
		return errDangling
	}
	return errEmpty
}

// compound reads one; ok is false if there is none.
func (p *parser) compound() (c compound, ok bool) {
	start := p.pos
	p.typeSelector(&c)
	for !p.done() {
		switch p.peek() {
		case '.':
			p.pos++
			c.conds = append(c.conds, cond{kind: isClass, value: p.className()})
		case '#':
			if !nameChar(p.at(1)) && !(p.at(1) == '\\') || '0' <= p.at(1) && p.at(1) <= '9' {
				return c, p.pos > start
			}
			p.pos++
			c.conds = append(c.conds, cond{kind: isID, value: p.name()})
		case '[':
			p.pos++
			c.conds = append(c.conds, p.attribute())
		case ':':
			p.pos++
			c.conds = append(c.conds, p.pseudo())
		default:
			return c, p.pos > start
		}
	}
	return c, p.pos > start
}

func (p *parser) className() string {
	switch {
	case p.done():
		p.fail(errEnd)
	case !p.identNext():
		p.fail(errClass)
	}
	return p.name()
}

// typeSelector reads a name or *, with what may stand for "any namespace".
func (p *parser) typeSelector(c *compound) {
	switch {
	case p.take('*'):
		if p.peek() == '|' && p.at(1) != '=' {
			p.pos++
			p.localName(c)
		}
	case p.peek() == '|':
		p.pos++
		c.never = true // every element has a namespace
		p.localName(c)
	case p.identNext():
		c.tag = strings.ToLower(p.name())
		if p.peek() == '|' && p.at(1) != '=' {
			p.fail(errNamespace)
		}
	}
}

func (p *parser) localName(c *compound) {
	switch {
	case p.take('*'):
	case p.identNext():
		c.tag = strings.ToLower(p.name())
	default:
		p.fail(errToken)
	}
}

func (p *parser) attribute() cond {
	p.blank()
	switch {
	case p.done():
		p.fail(errEnd)
	case p.peek() == '|':
		p.pos++
	case p.peek() == '*' && p.at(1) == '|':
		p.fail(errNamespace)
	}
	if !p.identNext() {
		p.fail(errAttrToken)
	}
	c := cond{kind: hasAttr, name: strings.ToLower(p.name())}
	if p.peek() == '|' && p.at(1) != '=' {
		p.fail(errNamespace)
	}
	p.blank()
	if p.done() || p.take(']') {
		return c
	}
	c.kind = p.operator()
	p.blank()
	c.value = p.attrValue()
	p.caseFlag(&c)
	return c
}

func (p *parser) operator() condKind {
	c := p.peek()
	if c == '=' {
		p.pos++
		return equals
	}
	kind, ok := map[byte]condKind{'~': includes, '|': dashMatch, '^': prefix, '$': suffix, '*': substring}[c]
	if !ok || p.at(1) != '=' {
		p.fail(errAttrToken)
	}
	p.pos += 2
	return kind
}

func (p *parser) attrValue() string {
	switch c := p.peek(); {
	case p.done() || c == ']':
		p.fail(errEnd)
	case c == '"' || c == '\'':
		if s, ok := p.quoted(); ok {
			return s
		}
		p.fail(errAttrToken)
	case !p.identNext():
		p.fail(errAttrToken)
	}
	return p.name()
}

// caseFlag reads i or s and the end. Without one some attributes of HTML have
// values that don't mind case.
func (p *parser) caseFlag(c *cond) {
	p.blank()
	if p.done() || p.take(']') {
		c.anyCaseHTML = anyCase(c.name)
		return
	}
	flag := ""
	if p.identNext() {
		flag = strings.ToLower(p.name())
	}
	p.blank()
	if flag != "i" && flag != "s" || !p.done() && !p.take(']') {
		p.fail(errAttrToken)
	}
	c.anyCase = flag == "i"
}

// anyCaseAttrs have values that don't mind case
// (https://html.spec.whatwg.org/#case-sensitivity-of-selectors).
const anyCaseAttrs = ` accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir direction
 disabled enctype face frame hreflang http-equiv lang language link media method multiple nohref noresize noshade nowrap readonly rel rev
 rules scope scrolling selected shape target text type valign valuetype vlink `

func anyCase(attr string) bool {
	for name := range strings.FieldsSeq(anyCaseAttrs) {
		if name == attr {
			return true
		}
	}
	return false
}

func (p *parser) pseudo() cond {
	if p.done() {
		p.fail(errEnd)
	}
	if p.peek() == ':' || !p.identNext() {
		p.fail(errPseudo)
	}
	name := strings.ToLower(p.name())
	if !p.take('(') {
		switch name {
		case "first-child":
			return cond{kind: nthChild, b: 1}
		case "first-of-type":
			return cond{kind: nthOfType, b: 1}
		}
		p.fail(errPseudo)
	}
	var c cond
	switch name {
	case "nth-child", "nth-of-type":
		c.kind = nthChild
		if name == "nth-of-type" {
			c.kind = nthOfType
		}
		c.a, c.b = p.nth()
	case "not":
		c = cond{kind: not, list: p.negated()}
	default:
		p.fail(errPseudo)
	}
	p.blank()
	if !p.done() && !p.take(')') {
		p.fail(errToken)
	}
	return c
}

func (p *parser) negated() (list []compound) {
	if p.depth++; p.depth > maxNegations {
		p.fail("The selector is nested too deeply.")
	}
	for {
		one := p.complex()
		if len(one) > 1 {
			p.fail(errPseudo)
		}
		list = append(list, one[0])
		if !p.take(',') {
			p.depth--
			return list
		}
	}
}

var anb = func() func(string) []string {
	var re *regexp.Regexp
	return func(s string) []string {
		if re == nil {
			re = regexp.MustCompile(`^([+-]?\d*)n(?:[ \t\n]*([+-])[ \t\n]*(\d+))?$|^([+-]?\d+)$`)
		}
		return re.FindStringSubmatch(s)
	}
}()

// nth reads the argument of :nth-child().
func (p *parser) nth() (a, b int) {
	p.blank()
	n := strings.IndexByte(p.s[p.pos:], ')')
	if n < 0 {
		n = len(p.s) - p.pos
	}
	text := strings.ToLower(strings.Trim(p.s[p.pos:p.pos+n], " \t\n"))
	p.pos += n
	switch text {
	case "":
		p.fail(errEnd)
	case "odd":
		return 2, 1
	case "even":
		return 2, 0
	}
	m := anb(text)
	if m == nil {
		p.fail(errToken)
	}
	if m[4] != "" {
		return 0, bounded(m[4])
	}
	switch m[1] {
	case "", "+":
		a = 1
	case "-":
		a = -1
	default:
		a = bounded(m[1])
	}
	return a, bounded(m[2] + m[3])
}

func bounded(s string) int {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil && n == 0 {
		return 0
	}
	return int(n)
}
