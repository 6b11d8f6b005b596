package assets

import (
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// maxHeaderRules is how many blocks _headers may have.
const maxHeaderRules = 100

// headerRule is a block of _headers.
type headerRule struct {
	source *pattern
	line   int
	text   string
	remove []string
	names  []string // in their order
	set    map[string]string
}

// Rules are those of an app. They are immutable.
type Rules struct {
	statics  map[string]*redirect // by path, encoded
	dynamics []*redirect
	headers  []*headerRule
}

// Parse reads both files; a text may be empty. What it can't use it leaves out, and says so.
func Parse(redirects, headers string) (r *Rules, ofRedirects, ofHeaders []Problem) {
	r = &Rules{statics: make(map[string]*redirect)}
	return r, r.parseRedirects(redirects), r.parseHeaders(headers)
}

func (r *Rules) parseHeaders(text string) (problems []Problem) {
	var rule *headerRule
	bad := func(number int, line, why string) {
		problems = append(problems, Problem{number, short(line), why})
	}
	end := func() {
		if rule != nil && len(rule.set) == 0 && len(rule.remove) == 0 {
			bad(rule.line, rule.text, "there are no headers below it")
		} else if rule != nil {
			r.headers = append(r.headers, rule)
		}
		rule = nil
	}
	lines(text, func(number int, line string) {
		switch {
		case len(line) > maxLine:
			bad(number, line, "it has more than "+strconv.Itoa(maxLine)+" characters")
		case line[0] == '/' || strings.HasPrefix(line, "https://"):
			end()
			p, err := compile(line)
			switch {
			case err != nil:
				bad(number, line, err.Error())
			case len(r.headers) == maxHeaderRules:
				bad(number, line, "there may be "+strconv.Itoa(maxHeaderRules)+" of these")
			default:
				rule = &headerRule{source: p, line: number, text: line, set: make(map[string]string)}
			}
		case rule == nil:
			bad(number, line, "no path stands above it")
		default:
			if why := rule.add(line); why != "" {
				bad(number, line, why)
			}
		}
	})
	end()
	return problems
}

// ownHeaders say how an answer is sent, not what it is.
var ownHeaders = map[string]bool{"Content-Length": true, "Transfer-Encoding": true, "Connection": true, "Keep-Alive": true, "Trailer": true, "Upgrade": true, "Te": true}

// add reads a line of the block.
func (h *headerRule) add(line string) (why string) {
	if name, remove := strings.CutPrefix(line, "!"); remove {
		name = strings.TrimSpace(name)
		if !httpguts.ValidHeaderFieldName(name) {
			return "what stands after ! is no name of a header"
		}
		h.remove = append(h.remove, name)
		return ""
	}
	name, value, is := strings.Cut(line, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	switch {
	case !is:
		return "a header is written name: value"
	case !httpguts.ValidHeaderFieldName(name):
		return "the name of a header has letters, digits and - in it, and no spaces"
	case ownHeaders[http.CanonicalHeaderKey(name)]:
		return "this header is the server's own"
	case value == "":
		return "the header has no value"
	case !httpguts.ValidHeaderFieldValue(value):
		return "the value of a header can't have this in it"
	}
	key := http.CanonicalHeaderKey(name)
	if before, there := h.set[key]; there {
		value = before + ", " + value
	} else {
		h.names = append(h.names, key)
	}
	h.set[key] = value
	return ""
}

// Apply changes the headers of an answer as the rules that match say: what is set replaces what was there, and is added to
// what an earlier rule has set.
func (r *Rules) Apply(header http.Header, host, path string) {
	if r == nil {
		return
	}
	given := make(map[string]bool)
	for _, rule := range r.headers {
		found, is := rule.source.match(host, path)
		if !is {
			continue
		}
		for _, name := range rule.remove {
			header.Del(name)
		}
		for _, name := range rule.names {
			value := fill(rule.set[name], found)
			if given[name] {
				header.Add(name, value)
			} else {
				header.Set(name, value)
			}
			given[name] = true
		}
	}
}
