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
	"urlParse": urlParse,
	"urlSet":   urlSet,
}

// A URL crosses as [href, scheme, credentials, host, port, path, query,
// fragment]: the string, and where in it its parts end. They are in bytes,
// which are UTF-16 units too: a serialised URL is ASCII.
//
//	https:  //user:pass@  example.com  :8080  /path  ?query  #fragment
//	      1             2            3      4      5       6          7
//
// In front of an opaque path the middle ones are all the same.
type record struct {
	href string
	ends [7]int
}

func (r record) list() []any {
	out := make([]any, 8)
	out[0] = r.href
	for i, end := range r.ends {
		out[i+1] = end
	}
	return out
}

// urlParse(input, base) is the basic URL parser of
// https://url.spec.whatwg.org/; undefined when it fails. An undefined base is
// none.
func urlParse(args []any) (any, error) {
	input := text(args, 0)
	base, relative := any(nil), false
	if len(args) > 1 {
		base, relative = args[1], args[1] != nil
	}
	if r, ok := plain(input); ok && !relative {
		return r.list(), nil
	}
	u, err := parse(input, base)
	if err != nil {
		return nil, nil
	}
	return describe(u).list(), nil
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

// plain takes apart what most URLs are: http or https, a host name in lower
// case, and nothing that the parser would change.
func plain(s string) (record, bool) {
	start := len("https://")
	if !strings.HasPrefix(s, "https://") {
		if start--; !strings.HasPrefix(s, "http://") {
			return record{}, false
		}
	}
	host := start
	for host < len(s) && hostByte[s[host]] {
		host++
	}
	port := host + plainPort(s[host:], start == len("https://"))
	if host == start || port == len(s) || s[port] != '/' || !plainHost(s[start:host]) && !plainIPv4(s[start:host]) {
		return record{}, false
	}
	path := port
	for path < len(s) && pathByte[s[path]] {
		path++
	}
	if strings.Contains(s[port:path], "/.") {
		return record{}, false
	}
	query := path
	if query < len(s) && s[query] == '?' {
		for query++; query < len(s) && queryByte[s[query]]; query++ {
		}
	}
	if query != len(s) {
		return record{}, false
	}
	return record{s, [7]int{start - 2, start, host, port, path, query, query}}, true
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

func describe(u *url.Url) record {
	var r record
	r.href = u.Href(false)
	at := len(u.Protocol())
	r.ends[0] = at
	if host := u.Hostname(); host != "" || hasAuthority(u, r.href[at:]) {
		at += 2
		if u.Username() != "" || u.Password() != "" {
			at += len(u.Username()) + 1
			if u.Password() != "" {
				at += len(u.Password()) + 1
			}
		}
		r.ends[1] = at
		at += len(host)
		r.ends[2] = at
		if p := u.Port(); p != "" {
			at += 1 + len(p)
		}
	} else {
		r.ends[1], r.ends[2] = at, at
	}
	if strings.HasPrefix(r.href[at:], "/.//") && !strings.HasPrefix(u.Pathname(), "/.//") {
		at += 2 // a path that begins with // and no host: /. is put before it
	}
	r.ends[3] = at
	at += len(u.Pathname())
	r.ends[4] = at
	if end := strings.IndexByte(r.href[at:], '#'); end >= 0 {
		at += end
	} else {
		at = len(r.href)
	}
	r.ends[5], r.ends[6] = at, len(r.href)
	return r
}

// hasAuthority tells an empty host (file:///x) from none (a:/x).
func hasAuthority(u *url.Url, rest string) bool {
	return strings.HasPrefix(rest, "//") && !u.OpaquePath()
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
	return describe(u).list(), nil
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
