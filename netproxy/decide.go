package netproxy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// The schemes of destinations. WebSockets are requests: they have those of HTTP.
const (
	HTTP  = "http"
	HTTPS = "https"
	TCP   = "tcp" // a raw connection
	TLS   = "tls" // a raw connection that begins with TLS
)

// Schemes are all there are.
var Schemes = []string{HTTP, HTTPS, TCP, TLS}

// Dest is where something wants to go.
type Dest struct {
	Scheme string
	Host   string     // as CanonicalHost returns it
	Port   uint16     // never 0
	Addr   netip.Addr // what Host has been resolved to; invalid: not yet
	Method string     // of a request
	Path   string     // of a request: begins with /
}

// Rule allows or denies what it matches: all of the fields that are given.
type Rule struct {
	Allow   bool
	Schemes []string
	Hosts   []string // a name, *.name for all below it, *, or an address
	Ports   []PortRange
	CIDRs   []netip.Prefix
	Methods []string
	Paths   []string // prefixes that end where a part of the path does
	Where   string   // of the rule in the policy: file:line
}

// PortRange is the ports from First to Last, both included.
type PortRange struct{ First, Last uint16 }

// Rules are tried in their order: the first that matches counts. The zero value denies everything.
type Rules struct {
	List []Rule
	// Public allows requests by http and https to public addresses when no rule matches. Raw connections always take a
	// rule.
	Public bool
	Own    []netip.Addr // addresses of this host: like loopback, they take a rule that names them
}

// Verdict is what Decide says.
type Verdict struct {
	Allow  bool
	Ask    bool   // neither: it depends on the address
	Rule   string // where the rule is that decided; "" for the built-in default
	Reason string // of a denial, for a person
}

// Decide says whether something may go to d. It depends on nothing else. Nothing is allowed without an address: for a Dest
// that has none the verdict is a denial, or Ask.
func (r Rules) Decide(d Dest) Verdict {
	if reason := malformed(d); reason != "" {
		return Verdict{Reason: reason}
	}
	if literal, err := netip.ParseAddr(d.Host); err == nil {
		if d.Addr.IsValid() && d.Addr.Unmap() != literal.Unmap() {
			return Verdict{Reason: "the address is not that of the host"}
		}
		d.Addr = literal
	}
	if !d.Addr.IsValid() {
		return r.byName(d)
	}
	addr, ok := canonical(d.Addr)
	if !ok {
		return Verdict{Reason: "it is no address of the Internet"}
	}
	d.Addr = addr
	return r.byAddress(d)
}

// malformed says what is wrong with a Dest that no client of ours sends.
func malformed(d Dest) string {
	canon, err := CanonicalHost(d.Host)
	switch {
	case err != nil || canon != d.Host:
		return "the host is malformed"
	case d.Port == 0:
		return "there is no port 0"
	case !slices.Contains(Schemes, d.Scheme):
		return "there is no such scheme"
	case d.Path != "" && !wellFormedPath(d.Path):
		return "the path is malformed"
	}
	return ""
}

// byName decides as far as that is possible without an address.
func (r Rules) byName(d Dest) Verdict {
	for _, rule := range r.List {
		if !rule.matches(d) {
			continue
		}
		if rule.Allow {
			return Verdict{Ask: true, Rule: rule.Where}
		}
		if len(rule.CIDRs) == 0 {
			return Verdict{Rule: rule.Where, Reason: "a rule denies it"}
		}
	}
	if r.Public && d.isRequest() {
		return Verdict{Ask: true}
	}
	return Verdict{Reason: noRule(d)}
}

func (r Rules) byAddress(d Dest) Verdict {
	zone, isSpecial := r.special(d.Addr)
	for _, rule := range r.List {
		if !rule.matches(d) || !rule.covers(d.Addr) {
			continue
		}
		if !rule.Allow {
			return Verdict{Rule: rule.Where, Reason: "a rule denies it"}
		}
		if !isSpecial || rule.names(d, zone.prefix) {
			return Verdict{Allow: true, Rule: rule.Where}
		}
	}
	switch {
	case isSpecial:
		return Verdict{Reason: "it is " + zone.what + ", and no rule names its range"}
	case r.Public && d.isRequest():
		return Verdict{Allow: true}
	}
	return Verdict{Reason: noRule(d)}
}

func (r Rules) special(addr netip.Addr) (block, bool) {
	if slices.Contains(r.Own, addr) {
		return block{netip.PrefixFrom(addr, addr.BitLen()), "an address of this host"}, true
	}
	return special(addr)
}

func (d Dest) isRequest() bool { return d.Scheme == HTTP || d.Scheme == HTTPS }

func noRule(d Dest) string {
	if d.isRequest() {
		return "no rule allows it"
	}
	return fmt.Sprintf("no rule with the scheme %s allows it", d.Scheme)
}

// matches goes by everything but the address.
func (r Rule) matches(d Dest) bool {
	switch {
	case len(r.Schemes) > 0 && !slices.Contains(r.Schemes, d.Scheme):
	case len(r.Ports) > 0 && !slices.ContainsFunc(r.Ports, func(p PortRange) bool { return p.First <= d.Port && d.Port <= p.Last }):
	case len(r.Hosts) > 0 && !slices.ContainsFunc(r.Hosts, func(pattern string) bool { return matchHost(pattern, d.Host) }):
	case len(r.Methods) > 0 && !slices.Contains(r.Methods, d.Method):
	case len(r.Paths) > 0 && !r.matchesPath(d.Path):
	default:
		return true
	}
	return false
}

func matchHost(pattern, host string) bool {
	if below, wild := strings.CutPrefix(pattern, "*."); wild {
		return len(host) > len(below)+1 && strings.HasSuffix(host, below) && host[len(host)-len(below)-1] == '.' && !isAddress(host)
	}
	return pattern == "*" || pattern == host
}

func isAddress(host string) bool { _, err := netip.ParseAddr(host); return err == nil }

// matchesPath: servers differ in whether %2f is a slash. So a path that reads differently is allowed only if both
// readings are, and denied if one is.
func (r Rule) matchesPath(path string) bool {
	raw, decoded := inAnyPath(r.Paths, path), inAnyPath(r.Paths, decodePath(path))
	if r.Allow {
		return raw && decoded
	}
	return raw || decoded
}

func inAnyPath(prefixes []string, path string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		rest, ok := strings.CutPrefix(path, strings.TrimSuffix(prefix, "/"))
		return ok && (rest == "" || rest[0] == '/' || rest[0] == '?')
	})
}

func (r Rule) covers(addr netip.Addr) bool {
	return len(r.CIDRs) == 0 || slices.ContainsFunc(r.CIDRs, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// names reports whether the rule means a special range, or a part of it: 0.0.0.0/0 doesn't, and neither does a name.
func (r Rule) names(d Dest, zone netip.Prefix) bool {
	within := func(p netip.Prefix) bool {
		return p.Bits() >= zone.Bits() && zone.Contains(p.Addr()) && p.Contains(d.Addr)
	}
	return slices.ContainsFunc(r.CIDRs, within) || len(r.CIDRs) == 0 && isAddress(d.Host) && slices.Contains(r.Hosts, d.Host)
}
