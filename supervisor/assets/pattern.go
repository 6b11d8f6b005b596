package assets

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Problem is a line that can't be used.
type Problem struct {
	Line int // from 1
	Text string
	Why  string
}

func (p Problem) String() string { return fmt.Sprintf("line %d: %s: %s", p.Line, p.Text, p.Why) }

const maxLine = 2000 // characters

// pattern is a path, or https:// with host and path, in which * stands for anything (:splat) and :name for a part of it.
type pattern struct {
	host bool // it begins with https://
	re   *regexp.Regexp
}

var placeholder = regexp.MustCompile(`:[A-Za-z]\w*`)

var (
	errTwice  = errors.New("it may have one * at most, and each placeholder once")
	errSource = errors.New(`it is neither a path, which begins with /, nor begins with "https://"`)
	errPort   = errors.New("a port can't be matched")
)

// isDynamic reports whether text has a splat or a placeholder.
func isDynamic(text string) bool { return strings.Contains(text, "*") || placeholder.MatchString(text) }

func compile(text string) (*pattern, error) {
	p := &pattern{host: strings.HasPrefix(text, "https://")}
	if !p.host && !strings.HasPrefix(text, "/") {
		return nil, errSource
	}
	rest := strings.TrimPrefix(text, "https://")
	host, path := "", rest
	if p.host {
		host, path, _ = strings.Cut(rest, "/")
		path = "/" + path
		if strings.Contains(placeholder.ReplaceAllString(host, ""), ":") {
			return nil, errPort
		}
	}
	seen := make(map[string]bool)
	source, err := sourceOf(strings.ToLower(host), `[^/.]+`, seen)
	if err != nil {
		return nil, err
	}
	of, err := sourceOf(Encode(path), `[^/]+`, seen)
	if err != nil {
		return nil, err
	}
	if p.re, err = regexp.Compile("^" + source + of + "$"); err != nil {
		return nil, errTwice
	}
	return p, nil
}

// sourceOf is a regular expression for a part of a pattern; a placeholder stands for part.
func sourceOf(text, part string, seen map[string]bool) (string, error) {
	var b strings.Builder
	name := func(n, expression string) error {
		if seen[n] {
			return errTwice
		}
		seen[n] = true
		fmt.Fprintf(&b, "(?P<%s>%s)", n, expression)
		return nil
	}
	for n, piece := range strings.Split(text, "*") {
		if n > 0 {
			if err := name("splat", ".*"); err != nil {
				return "", err
			}
		}
		at := 0
		for _, m := range placeholder.FindAllStringIndex(piece, -1) {
			b.WriteString(regexp.QuoteMeta(piece[at:m[0]]))
			if err := name(piece[m[0]+1:m[1]], part); err != nil {
				return "", err
			}
			at = m[1]
		}
		b.WriteString(regexp.QuoteMeta(piece[at:]))
	}
	return b.String(), nil
}

// match returns what the splat and the placeholders stand for; false if the request is another. path is encoded.
func (p *pattern) match(host, path string) (map[string]string, bool) {
	text := path
	if p.host {
		text = strings.ToLower(host) + path
	}
	m := p.re.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	found := make(map[string]string, len(m)-1)
	for n, name := range p.re.SubexpNames() {
		if name != "" {
			found[name] = m[n]
		}
	}
	return found, true
}

// fill puts what was found in the place of :splat and the placeholders.
func fill(text string, found map[string]string) string {
	if len(found) == 0 {
		return text
	}
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		if value, is := found[name[1:]]; is {
			return value
		}
		return name
	})
}

// Encode is a path as URLs write it: what is encoded already stays as it is.
func Encode(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// lines are the lines of a file, without comments and empty ones, with their numbers.
func lines(text string, each func(number int, line string)) {
	number := 0
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\uFEFF"), "\n") {
		number++
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			each(number, line)
		}
	}
}

func short(line string) string { return line[:min(len(line), 100)] }
