package ops

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/nlnwa/whatwg-url/url"

	"stockade.dev/stockade/workerproc/engine"
)

var urlOps = map[string]engine.Op{
	"urlParse":     urlParse,
	"urlPart":      urlPart,
	"urlSet":       urlSet,
	"urlWithQuery": urlWithQuery,
}

// urlParse(input, base) is the basic URL parser of https://url.spec.whatwg.org/: the URL's serialisation, or undefined when it
// fails. An undefined base is none.
func urlParse(args []any) (any, error) {
	input := text(args, 0)
	base, relative := any(nil), false
	if len(args) > 1 {
		base, relative = args[1], args[1] != nil
	}
	if !relative && plain(input) {
		return input, nil
	}
	u, err := parse(input, base)
	if err != nil {
		return nil, nil
	}
	return u.Href(false), nil
}

// urlPart(href, n) is a part of a serialised URL:
//
//	https:  //user:pass@  example.com  :8080  /path  ?query  #fragment
//	  0          1             2         3      4      5         6
func urlPart(args []any) (any, error) {
	href := text(args, 0)
	n := number(args, 1)
	ends := split(href)
	switch {
	case n == partScheme:
		return href[:ends[n]], nil
	case 0 < n && n < partCount:
		return href[ends[n-1]:ends[n]], nil
	}
	return nil, nil
}

// The parts of a serialised URL.
const (
	partScheme = iota
	partCredentials
	partHost
	partPort
	partPath
	partQuery
	partFragment
	partCount
)

// split finds where each part of a serialised URL ends. What isn't there is empty.
func split(href string) (ends [partCount]int) {
	ends[partFragment] = len(href)
	ends[partQuery] = indexFrom(href, 0, "#")
	ends[partPath] = indexFrom(href[:ends[partQuery]], 0, "?")
	at := min(strings.IndexByte(href, ':')+1, ends[partPath])
	ends[partScheme] = at
	ends[partCredentials], ends[partHost], ends[partPort] = at, at, at
	switch rest := href[at:ends[partPath]]; {
	case strings.HasPrefix(rest, "//"):
		splitAuthority(href[:ends[partPath]], at+2, &ends)
	case strings.HasPrefix(rest, "/.//"):
		ends[partPort] += 2 // stands before a path that begins with //, where there is no host
	}
	return ends
}

// splitAuthority is split for what stands from start to the path.
func splitAuthority(href string, start int, ends *[partCount]int) {
	end := indexFrom(href, start, "/")
	host := start + strings.LastIndexByte(href[start:end], '@') + 1
	port := end
	if colon := strings.LastIndexByte(href[host:end], ':'); colon > strings.LastIndexByte(href[host:end], ']') {
		port = host + colon
	}
	ends[partCredentials], ends[partHost], ends[partPort] = host, port, end
}

// indexFrom is where b comes first, not before start; the end of s if it doesn't.
func indexFrom(s string, start int, b string) int {
	if n := strings.Index(s[start:], b); n >= 0 {
		return start + n
	}
	return len(s)
}

// The parser's time grows with the square of the length of a path or of
// credentials, so what is longer than this is no URL: 32 KiB, and 1 MiB of
// data: URLs, which it reads in one go. (Plain ones may be of any length.)
const (
	maxURL  = 32 << 10
	maxData = 1 << 20
)

var errTooLong = errors.New("the URL is too long")

func tooLong(s string) bool {
	return len(s) > maxURL && (len(s) > maxData || !strings.HasPrefix(s, "data:"))
}

func parse(input string, base any) (*url.Url, error) {
	if s, _ := base.(string); tooLong(input) || tooLong(s) {
		return nil, errTooLong
	}
	if base, ok := base.(string); ok {
		return urlParser.ParseRef(base, input)
	}
	return urlParser.Parse(input)
}

// urlParser follows the standard of today, in which ^ is encoded in a path.
var urlParser = url.NewParser(url.WithPathPercentEncodeSet(url.PathPercentEncodeSet.Set('^')))

// plain tells what most URLs are: http or https, a host name in lower case, and nothing that the parser would change.
func plain(s string) bool {
	start := len("https://")
	if !strings.HasPrefix(s, "https://") {
		if start--; !strings.HasPrefix(s, "http://") {
			return false
		}
	}
	host := start
	for host < len(s) && hostByte[s[host]] {
		host++
	}
	port := host + plainPort(s[host:], start == len("https://"))
	if host == start || port == len(s) || s[port] != '/' || !plainHost(s[start:host]) && !plainIPv4(s[start:host]) {
		return false
	}
	path := port
	for path < len(s) && pathByte[s[path]] {
		path++
	}
	if strings.Contains(s[port:path], "/.") {
		return false
	}
	query := path
	if query < len(s) && s[query] == '?' {
		for query++; query < len(s) && queryByte[s[query]]; query++ {
		}
	}
	return query == len(s)
}

// plainHost says that s, of letters, digits, dots and hyphens, is no IPv4
// address and has no label in Punycode.
func plainHost(s string) bool {
	last := s[strings.LastIndexByte(s, '.')+1:]
	return last != "" && 'a' <= last[0] && last[0] <= 'z' && !strings.Contains(s, "xn--") && !strings.Contains(s, "..") && s[0] != '.'
}

// plainPort is the length of a port that isn't the scheme's own and is written as the parser would.
func plainPort(s string, secure bool) int {
	end := 1
	for end < len(s) && end < 6 && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	if end < 2 || s[0] != ':' || s[1] == '0' {
		return 0
	}
	standard := 80
	if secure {
		standard = 443
	}
	if n, err := strconv.Atoi(s[1:end]); err != nil || n > 65535 || n == standard {
		return 0
	}
	return end
}

// plainIPv4 says that s is an IPv4 address as the parser writes it.
func plainIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

var hostByte, pathByte, queryByte = byteSet("-."), byteSet("-._~!$&()*+,;=:@/|'"), byteSet("-._~!$&()*+,;=:@/?%")

// byteSet has a-z, 0-9 and more; and A-Z when more isn't a host's.
func byteSet(more string) (set [256]bool) {
	for c := range 256 {
		b := byte(c)
		upper := 'A' <= b && b <= 'Z' && len(more) > 2
		set[c] = 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || upper || strings.IndexByte(more, b) >= 0
	}
	return set
}

// urlSet(href, name, value) is the setter of URL's property of that name. It
// returns undefined when it has no effect.
func urlSet(args []any) (any, error) {
	value := text(args, 2)
	u, err := parse(text(args, 0), nil)
	if err != nil || len(value) > maxURL {
		return nil, nil
	}
	before := u.Href(false)
	set(u, text(args, 1), value)
	if u.Href(false) == before {
		return nil, nil
	}
	return u.Href(false), nil
}

// urlWithQuery(href, query) has another query: with its mark, or none.
func urlWithQuery(args []any) (any, error) {
	href := text(args, 0)
	ends := split(href)
	return href[:ends[partPath]] + text(args, 1) + href[ends[partQuery]:], nil
}

func set(u *url.Url, name, value string) {
	switch name {
	case "protocol":
		u.SetProtocol(value)
	case "username":
		u.SetUsername(value)
	case "password":
		u.SetPassword(value)
	case "host":
		u.SetHost(value)
	case "hostname":
		u.SetHostname(value)
	case "port":
		u.SetPort(value)
	case "pathname":
		u.SetPathname(value)
	case "search":
		u.SetSearch(value)
	case "hash":
		u.SetHash(value)
	}
}
