package netproxy

import (
	"errors"
	"net/netip"
	"strings"
)

var errHost = errors.New("the host is malformed")

// CanonicalHost is the one form of a host that rules, the resolver and the audit see: a name in lower case without the
// final dot, or an address in its shortest form without brackets. A name has been through IDNA before it gets here, and
// what the URL Standard reads as an address in another spelling (decimal, octal, hexadecimal, short) is none.
func CanonicalHost(host string) (string, error) {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		if !closed || err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", errHost
		}
		return addr.Unmap().String(), nil
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if addr.Zone() != "" {
			return "", errHost
		}
		return addr.Unmap().String(), nil
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if !isName(name) || endsInNumber(name) {
		return "", errHost
	}
	return name, nil
}

// isName takes what DNS can carry: letters, digits, hyphens and, since people use them, underscores.
func isName(name string) bool {
	if len(name) == 0 || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if len(label) == 0 || len(label) > 63 || strings.ContainsFunc(label, notInName) {
			return false
		}
	}
	return true
}

func notInName(r rune) bool {
	return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_')
}

// endsInNumber is the URL Standard's "ends in a number checker": such a host is an IPv4 address or nothing.
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// wellFormedPath refuses what a URL parser has resolved before it comes here: segments of dots, also those whose dots are
// escaped, backslashes, and what is no part of a request line.
func wellFormedPath(path string) bool {
	if path[0] != '/' {
		return false
	}
	for i := range len(path) {
		if path[i] <= ' ' || path[i] >= 0x7f || path[i] == '#' {
			return false
		}
	}
	plain, _, _ := strings.Cut(path, "?")
	if strings.Contains(plain, `\`) {
		return false
	}
	for segment := range strings.SplitSeq(dots.Replace(plain), "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// dots are a path's, however they are written.
var dots = strings.NewReplacer("%2e", ".", "%2E", ".")

// decodePath is the path with its escapes resolved, and what comes of that.
func decodePath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	var out []byte
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			hi, lo := unhex(path[i+1]), unhex(path[i+2])
			if hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, path[i])
	}
	var kept []string
	for segment := range strings.SplitSeq(strings.ReplaceAll(string(out), `\`, "/"), "/") {
		switch segment {
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		case ".", "":
		default:
			kept = append(kept, segment)
		}
	}
	return "/" + strings.Join(kept, "/")
}

func unhex(c byte) int { return strings.IndexByte("0123456789abcdef", c|0x20) }
